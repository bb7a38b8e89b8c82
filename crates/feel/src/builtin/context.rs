//! Functions on contexts (DMN 1.5, 10.3.4.10).

use std::sync::Arc;

use super::Arguments;
use crate::value::{Context, List, Value};

fn context_argument(arguments: &mut Arguments<'_, '_>, index: usize) -> Option<Context> {
    match arguments.single(index) {
        Value::Context(context) => Some(context.clone()),
        _ => arguments.mismatch(index, "context"),
    }
}

pub(super) fn get_value(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(context) = context_argument(arguments, 0) else {
        return Value::Null;
    };
    match arguments.get(1).clone() {
        Value::String(key) => match context.get(&key) {
            Some(value) => value.clone(),
            None => arguments
                .invalid(1, "a key of the context")
                .unwrap_or_default(),
        },
        Value::List(keys) => {
            let mut value = Value::Context(context);
            for key in keys.iter() {
                let found = match (&value, key) {
                    (Value::Context(context), Value::String(key)) => context.get(key).cloned(),
                    _ => None,
                };
                let Some(found) = found else {
                    return arguments
                        .invalid(1, "keys of the context")
                        .unwrap_or_default();
                };
                value = found;
            }
            value
        }
        _ => arguments.mismatch(1, "string").unwrap_or_default(),
    }
}

pub(super) fn get_entries(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(context) = context_argument(arguments, 0) else {
        return Value::Null;
    };
    if !arguments.machine.charge(context.len() * 3, arguments.span) {
        return Value::Null;
    }
    let (key_name, value_name): (Arc<str>, Arc<str>) = ("key".into(), "value".into());
    let entries = context.iter().map(|(key, value)| {
        let entry: Context = [
            (key_name.clone(), Value::String(key.clone())),
            (value_name.clone(), value.clone()),
        ]
        .into_iter()
        .collect();
        Value::Context(entry)
    });
    let entries: List = entries.collect();
    arguments.machine.list(entries, arguments.span)
}

pub(super) fn context(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(entries) = arguments.list(0) else {
        return Value::Null;
    };
    let mut context = Context::new();
    for entry in entries.iter() {
        let Value::Context(entry) = entry else {
            return arguments
                .mismatch(0, "a list of contexts")
                .unwrap_or_default();
        };
        let (Some(Value::String(key)), Some(value)) = (entry.get("key"), entry.get("value")) else {
            return arguments
                .invalid(0, "entries with `key` and `value`")
                .unwrap_or_default();
        };
        if context.get(key).is_some() {
            return arguments.invalid(0, "distinct keys").unwrap_or_default();
        }
        context.set(key.clone(), value.clone());
    }
    finish(arguments, context)
}

fn finish(arguments: &mut Arguments<'_, '_>, context: Context) -> Value {
    if arguments
        .machine
        .check_depth(context.depth(), arguments.span)
    {
        Value::Context(context)
    } else {
        Value::Null
    }
}

pub(super) fn context_put(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(context) = context_argument(arguments, 0) else {
        return Value::Null;
    };
    if arguments.values.len() < 3 || !arguments.machine.charge(context.len(), arguments.span) {
        return Value::Null;
    }
    let value = arguments.get(2).clone();
    let named_key = arguments.form == 0;
    let keys = match arguments.get(1) {
        Value::String(key) => vec![Value::String(key.clone())],
        Value::List(keys) if !named_key || !arguments.named => keys.to_vec(),
        _ => return arguments.mismatch(1, "string").unwrap_or_default(),
    };
    match put(&context, &keys, value) {
        Some(context) => finish(arguments, context),
        None => arguments
            .invalid(1, "keys of contexts within the context")
            .unwrap_or_default(),
    }
}

/// The context with a value at the end of a path of keys.
fn put(context: &Context, keys: &[Value], value: Value) -> Option<Context> {
    // Inner contexts are collected on the way down and rebuilt on the way up, without recursion.
    let (last, path) = keys.split_last()?;
    let mut outer = vec![context.clone()];
    for key in path {
        let Value::Context(inner) = outer.last()?.get(key.as_str()?)? else {
            return None;
        };
        let inner = inner.clone();
        outer.push(inner);
    }
    let mut changed = outer.pop()?;
    changed.set(last.as_str()?, value);
    for key in path.iter().rev() {
        let mut around = outer.pop()?;
        around.set(key.as_str()?, Value::Context(changed));
        changed = around;
    }
    Some(changed)
}

pub(super) fn context_merge(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(contexts) = arguments.list(0) else {
        return Value::Null;
    };
    let mut merged = Context::new();
    for context in contexts.iter() {
        let Value::Context(context) = context else {
            return arguments
                .mismatch(0, "a list of contexts")
                .unwrap_or_default();
        };
        if !arguments.machine.charge(context.len(), arguments.span) {
            return Value::Null;
        }
        for (key, value) in context.iter() {
            merged.set(key.clone(), value.clone());
        }
    }
    finish(arguments, merged)
}
