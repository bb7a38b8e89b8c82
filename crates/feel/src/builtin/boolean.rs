//! Functions about truth, identity and absence (DMN 1.5, 10.3.4.2; Camunda's boolean functions).

use super::Arguments;
use crate::value::Value;
use crate::warning::WarningKind;

pub(super) fn not(arguments: &mut Arguments<'_, '_>) -> Value {
    match arguments.single(0) {
        Value::Boolean(value) => Value::Boolean(!value),
        Value::Null => Value::Null,
        _ => arguments.mismatch(0, "boolean").unwrap_or_default(),
    }
}

/// The same value of the same type: times with different zones are different values.
pub(super) fn is(arguments: &mut Arguments<'_, '_>) -> Value {
    Value::Boolean(arguments.get(0) == arguments.get(1))
}

/// The evaluator has already replaced the value by whether it is there.
pub(super) fn is_defined(arguments: &mut Arguments<'_, '_>) -> Value {
    match arguments.get(0) {
        Value::Boolean(defined) => Value::Boolean(*defined),
        _ => Value::Boolean(true),
    }
}

pub(super) fn get_or_else(arguments: &mut Arguments<'_, '_>) -> Value {
    let index = usize::from(arguments.get(0).is_null());
    arguments.get(index).clone()
}

pub(super) fn assert(arguments: &mut Arguments<'_, '_>) -> Value {
    if *arguments.get(1) == Value::Boolean(true) {
        return arguments.get(0).clone();
    }
    let cause = match arguments.get(2) {
        Value::String(cause) => cause.to_string(),
        _ => "the condition is not fulfilled".to_owned(),
    };
    arguments
        .machine
        .warn(WarningKind::AssertionFailed, arguments.span, || {
            format!("assertion failed: {cause}")
        });
    Value::Null
}
