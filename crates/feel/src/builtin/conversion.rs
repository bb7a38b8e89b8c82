//! Making values from texts and other values (DMN 1.5, 10.3.4.1).

use crate::value::Value;

/// The value of an `@` literal; null when the text has none of the forms.
pub(crate) fn at_literal(text: &str) -> Value {
    if let Ok(date) = text.parse() {
        return Value::Date(date);
    }
    if let Ok(value) = text.parse() {
        return Value::DateTime(value);
    }
    if let Ok(time) = text.parse() {
        return Value::Time(time);
    }
    duration_of(text)
}

/// A duration of either kind; null when the text is none.
pub(super) fn duration_of(text: &str) -> Value {
    if let Ok(duration) = text.parse() {
        return Value::DaysTimeDuration(duration);
    }
    text.parse().map_or(Value::Null, Value::YearsMonthsDuration)
}
