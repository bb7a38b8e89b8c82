//! Inputs that come as JSON, which has neither dates nor times nor durations.

use reglament_feel::{Context, List, Scope, Type, Value};

use crate::compile::Decisions;
use crate::evaluate::named;
use crate::graph::NodeKind;

/// How deep the declared types of components are followed.
const DEPTH: u32 = 16;

impl Decisions {
    /// The inputs with the strings that their declared types read as dates, times and durations.
    ///
    /// For inputs from JSON, where these are strings such as `"2024-02-29"`. What has no such type or
    /// does not read as one stays as it is; evaluating then says that it does not fit.
    #[must_use]
    pub fn inputs_from_json(&self, inputs: &Context) -> Context {
        let mut read = inputs.clone();
        for (name, value) in self.declared_from_json(inputs).iter() {
            read.set(name.clone(), value.clone());
        }
        read
    }

    /// The values of the declared inputs, their strings read as the declared types say.
    pub(crate) fn declared_from_json(&self, inputs: &dyn Scope) -> Context {
        let graph = self.graph();
        let declared = graph.nodes.iter().filter_map(|node| {
            let NodeKind::Input = node.kind else {
                return None;
            };
            let value = named(inputs, &node.name)?;
            let ty = graph.items.feel_type(&node.ty, DEPTH);
            Some((node.name.clone(), temporal(&ty, value)))
        });
        declared.collect()
    }
}

/// The value with its strings read as the type says. The type bounds the recursion.
fn temporal(ty: &Type, value: &Value) -> Value {
    let read = match (ty, value) {
        (Type::Date, Value::String(text)) => text.parse().ok().map(Value::Date),
        (Type::Time, Value::String(text)) => text.parse().ok().map(Value::Time),
        (Type::DateTime, Value::String(text)) => text.parse().ok().map(Value::DateTime),
        (Type::DaysTimeDuration, Value::String(text)) => {
            text.parse().ok().map(Value::DaysTimeDuration)
        }
        (Type::YearsMonthsDuration, Value::String(text)) => {
            text.parse().ok().map(Value::YearsMonthsDuration)
        }
        (Type::List(item), Value::List(list)) => {
            let items = list.iter().map(|value| temporal(item, value));
            Some(Value::List(items.collect::<List>()))
        }
        (Type::Context(entries), Value::Context(context)) => {
            let mut read = context.clone();
            for (name, ty) in entries.iter() {
                if let Some(value) = context.get(name) {
                    read.set(name.clone(), temporal(ty, value));
                }
            }
            Some(Value::Context(read))
        }
        _ => None,
    };
    read.unwrap_or_else(|| value.clone())
}
