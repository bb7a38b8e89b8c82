//! Inputs that come as JSON, which has neither dates nor times nor durations.

use std::collections::BTreeSet;
use std::sync::Arc;

use reglament_feel::{Context, Expression, List, Scope, Type, Value};

use crate::boxed::{Boxed, BoxedKind};
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

    /// The names that evaluating may ask the inputs for: declared inputs, parameters of services and
    /// knowledge models, and whatever else expressions name.
    ///
    /// A value under another name is never looked at, which is most often a misspelling.
    #[must_use]
    pub fn names_asked_for(&self) -> BTreeSet<Arc<str>> {
        let mut names = BTreeSet::new();
        for node in &self.graph().nodes {
            match &node.kind {
                NodeKind::Input => drop(names.insert(node.name.clone())),
                NodeKind::Decision(body) => body.iter().for_each(|body| named_in(body, &mut names)),
                NodeKind::Knowledge(function) => {
                    if let Some(function) = function {
                        names.extend(function.parameters.iter().cloned());
                        named_in(&function.body, &mut names);
                    }
                }
                NodeKind::Service(service) => names.extend(service.names.iter().cloned()),
            }
        }
        names
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

/// The names in a boxed expression, whose nesting the compiler bounds.
fn named_in(boxed: &Boxed, names: &mut BTreeSet<Arc<str>>) {
    let mut add = |expression: &Expression| {
        let variables = expression.variables().iter();
        names.extend(variables.map(|variable| variable.name.clone()));
    };
    match &boxed.kind {
        BoxedKind::Literal(expression) => add(expression),
        BoxedKind::Table(table) => table.expressions().for_each(add),
        _ => {}
    }
    for part in boxed.parts() {
        named_in(part, names);
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
