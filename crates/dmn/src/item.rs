//! Item definitions: the types of a model, with their constraints (DMN 1.5, 7.3.2).

use std::collections::BTreeMap;
use std::sync::Arc;

use reglament_feel::{Call, Context, Expression, InputScope, List, Type, Value};

/// Aliases of item definitions are followed this far, so that a definition in terms of itself ends.
const ALIASES: u32 = 32;

/// The type of a value: one of FEEL, or an item definition.
#[derive(Clone, Debug, Default)]
pub(crate) enum TypeRef {
    /// Not declared, or not known.
    #[default]
    Any,
    Base(Type),
    Item(usize),
    /// A function of so many parameters.
    Function(usize),
}

/// One item definition or component.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) shape: Shape,
    pub(crate) collection: bool,
    /// Tests of a single value.
    pub(crate) allowed: Option<Expression>,
    /// Tests of the whole value, which differ from the former for collections.
    pub(crate) constraint: Option<Expression>,
    /// The texts of the allowed values in order, for the priority of outputs.
    pub(crate) order: Option<Expression>,
}

#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Alias(TypeRef),
    Components(Vec<(Arc<str>, TypeRef)>),
}

/// All item definitions of a model and its imports.
#[derive(Clone, Debug, Default)]
pub(crate) struct Items {
    pub(crate) items: Vec<Item>,
    /// By the index of the model and the name.
    pub(crate) by_name: BTreeMap<(usize, String), usize>,
}

impl Items {
    /// The value as one of the type: converted where FEEL converts; `None` when it does not fit.
    ///
    /// Null fits every type.
    pub(crate) fn convert(
        &self,
        ty: &TypeRef,
        value: &Value,
        call: &mut Call<'_, '_>,
    ) -> Option<Value> {
        self.convert_within(ty, value, call, ALIASES)
    }

    fn convert_within(
        &self,
        ty: &TypeRef,
        value: &Value,
        call: &mut Call<'_, '_>,
        aliases: u32,
    ) -> Option<Value> {
        if value.is_null() {
            return Some(Value::Null);
        }
        let index = match ty {
            TypeRef::Any => return Some(value.clone()),
            TypeRef::Base(base) => return base.convert(value),
            TypeRef::Function(count) => {
                let fits = matches!(value, Value::Function(f) if f.parameters().len() == *count);
                return fits.then(|| value.clone());
            }
            TypeRef::Item(index) => *index,
        };
        let item = self.items.get(index)?;
        let aliases = aliases.checked_sub(1)?;
        let converted = if item.collection {
            self.collection(item, value, call, aliases)?
        } else {
            self.single(item, value, call, aliases)?
        };
        passes(item.constraint.as_ref(), &converted, call).then_some(converted)
    }

    fn collection(
        &self,
        item: &Item,
        value: &Value,
        call: &mut Call<'_, '_>,
        aliases: u32,
    ) -> Option<Value> {
        let Value::List(list) = value else {
            return Some(vec![self.single(item, value, call, aliases)?].into());
        };
        let items: Option<List> = list
            .iter()
            .map(|value| match value {
                Value::Null => Some(Value::Null),
                value => self.single(item, value, call, aliases),
            })
            .collect::<Option<Vec<Value>>>()
            .map(List::new);
        items.map(Value::List)
    }

    fn single(
        &self,
        item: &Item,
        value: &Value,
        call: &mut Call<'_, '_>,
        aliases: u32,
    ) -> Option<Value> {
        let converted = match &item.shape {
            Shape::Alias(ty) => self.convert_within(ty, value, call, aliases)?,
            Shape::Components(components) => {
                let context = match value {
                    Value::Context(context) => context,
                    Value::List(list) => match &**list {
                        [Value::Context(context)] => context,
                        _ => return None,
                    },
                    _ => return None,
                };
                // The fuel for aliases is for definitions in a circle; each component of a value
                // is one level of the value itself, which is bounded.
                self.components(components, context, call)
                    .map(Value::Context)?
            }
        };
        passes(item.allowed.as_ref(), &converted, call).then_some(converted)
    }

    fn components(
        &self,
        components: &[(Arc<str>, TypeRef)],
        context: &Context,
        call: &mut Call<'_, '_>,
    ) -> Option<Context> {
        let mut converted = context.clone();
        for (name, ty) in components {
            if let Some(value) = context.get(name) {
                let component = self.convert(ty, value, call)?;
                if component != *value {
                    converted.set(name.clone(), component);
                }
            }
        }
        Some(converted)
    }

    /// The allowed values of a type in their order.
    pub(crate) fn order(&self, ty: &TypeRef) -> Option<&Expression> {
        let mut ty = ty;
        for _ in 0..ALIASES {
            let TypeRef::Item(index) = ty else {
                return None;
            };
            let item = self.items.get(*index)?;
            if item.order.is_some() {
                return item.order.as_ref();
            }
            let Shape::Alias(next) = &item.shape else {
                return None;
            };
            ty = next;
        }
        None
    }

    /// The type as FEEL knows it, for `instance of`.
    pub(crate) fn feel_type(&self, ty: &TypeRef, depth: u32) -> Type {
        let (TypeRef::Item(index), Some(depth)) = (ty, depth.checked_sub(1)) else {
            return match ty {
                TypeRef::Base(base) => base.clone(),
                TypeRef::Function(count) => {
                    Type::Function(vec![Type::Any; *count].into(), Arc::new(Type::Any))
                }
                TypeRef::Any | TypeRef::Item(_) => Type::Any,
            };
        };
        let Some(item) = self.items.get(*index) else {
            return Type::Any;
        };
        let single = match &item.shape {
            Shape::Alias(ty) => self.feel_type(ty, depth),
            Shape::Components(components) => {
                let entries: Vec<(Arc<str>, Type)> = components
                    .iter()
                    .map(|(name, ty)| (name.clone(), self.feel_type(ty, depth)))
                    .collect();
                Type::Context(entries.into())
            }
        };
        if item.collection {
            Type::List(Arc::new(single))
        } else {
            single
        }
    }
}

/// Whether a value passes unary tests, if there are any.
pub(crate) fn passes(tests: Option<&Expression>, value: &Value, call: &mut Call<'_, '_>) -> bool {
    tests.is_none_or(|tests| {
        let scope = InputScope {
            input: value,
            outer: &(),
        };
        call.evaluate(tests, &scope) == Value::Boolean(true)
    })
}
