//! The values of FEEL (DMN 1.5, 10.3.2.3).

mod context;
mod display;
mod function;
mod json;
mod json_text;
mod list;
mod persist;
mod range;

use std::sync::Arc;

pub use context::Context;
pub use function::{Call, Function, HostFunction};
pub(crate) use function::{Closure, FunctionKind};
pub use json_text::JsonError;
pub use list::List;
pub use range::{Comparison, Range, RangeForm};

use crate::number::{Number, Rounding};
use crate::temporal::{Date, DateTime, DaysTimeDuration, Time, YearsMonthsDuration};

/// A FEEL value: 24 bytes, cheap to clone, never changed once made.
///
/// Equality is structural: two lists are equal when their items are, numbers compare by value,
/// and a date with a zone equals only the same date with the same zone. The FEEL operator `=`,
/// which compares instants, is part of the evaluator.
///
/// # Source
/// DMN 1.5, 10.3.2.3.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A decimal number of 34 digits.
    Number(Number),
    /// A text.
    String(Arc<str>),
    /// A date.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A date and time.
    DateTime(DateTime),
    /// A duration of days, hours, minutes and seconds.
    DaysTimeDuration(DaysTimeDuration),
    /// A duration of years and months.
    YearsMonthsDuration(YearsMonthsDuration),
    /// A list.
    List(List),
    /// A context: named values in order.
    Context(Context),
    /// A range of values.
    Range(Arc<Range>),
    /// A function.
    Function(Function),
}

impl Value {
    /// The FEEL name of the value's type, for messages: `number`, `date and time`, `list`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Boolean(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Date(_) => "date",
            Value::Time(_) => "time",
            Value::DateTime(_) => "date and time",
            Value::DaysTimeDuration(_) => "days and time duration",
            Value::YearsMonthsDuration(_) => "years and months duration",
            Value::List(_) => "list",
            Value::Context(_) => "context",
            Value::Range(_) => "range",
            Value::Function(_) => "function",
        }
    }

    /// Whether this is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Boolean(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<Number> {
        if let Value::Number(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    /// The whole number, if it is one that fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number().and_then(Number::to_i64)
    }

    /// The text, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// The list, if it is one.
    #[must_use]
    pub fn as_list(&self) -> Option<&List> {
        if let Value::List(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// The context, if it is one.
    #[must_use]
    pub fn as_context(&self) -> Option<&Context> {
        if let Value::Context(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// Whether two values are the same when numbers are compared to so many decimal places, as
    /// conformance kits do; what stands in lists and contexts is compared likewise.
    #[must_use]
    pub fn is_close_to(&self, other: &Value, places: i32) -> bool {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => {
                let difference = a.checked_sub(*b).map(Number::abs);
                let rounded = difference.and_then(|it| it.round(places, Rounding::Down));
                rounded.is_some_and(Number::is_zero)
            }
            (Value::List(a), Value::List(b)) => {
                let mut pairs = a.iter().zip(b.iter());
                a.len() == b.len() && pairs.all(|(a, b)| a.is_close_to(b, places))
            }
            (Value::Context(a), Value::Context(b)) => {
                let found = |(key, a): (&Arc<str>, &Value)| {
                    b.get(key).is_some_and(|b| a.is_close_to(b, places))
                };
                a.len() == b.len() && a.iter().all(found)
            }
            (a, b) => a == b,
        }
    }

    /// How deep lists and contexts are nested: 0 for other values, 1 for a list of those.
    #[must_use]
    pub fn depth(&self) -> u32 {
        match self {
            Value::List(list) => list.depth(),
            Value::Context(context) => context.depth(),
            Value::Range(range) => range.depth(),
            Value::Function(function) => function.depth(),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Date(_)
            | Value::Time(_)
            | Value::DateTime(_)
            | Value::DaysTimeDuration(_)
            | Value::YearsMonthsDuration(_) => 0,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Boolean(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Value::Number(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Number(value.into())
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Value::Number(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::String(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::String(value.into())
    }
}

impl From<Arc<str>> for Value {
    fn from(value: Arc<str>) -> Self {
        Value::String(value)
    }
}

impl From<Date> for Value {
    fn from(value: Date) -> Self {
        Value::Date(value)
    }
}

impl From<Time> for Value {
    fn from(value: Time) -> Self {
        Value::Time(value)
    }
}

impl From<DateTime> for Value {
    fn from(value: DateTime) -> Self {
        Value::DateTime(value)
    }
}

impl From<DaysTimeDuration> for Value {
    fn from(value: DaysTimeDuration) -> Self {
        Value::DaysTimeDuration(value)
    }
}

impl From<YearsMonthsDuration> for Value {
    fn from(value: YearsMonthsDuration) -> Self {
        Value::YearsMonthsDuration(value)
    }
}

impl From<List> for Value {
    fn from(value: List) -> Self {
        Value::List(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(value: Vec<Value>) -> Self {
        Value::List(value.into())
    }
}

impl From<Context> for Value {
    fn from(value: Context) -> Self {
        Value::Context(value)
    }
}

impl From<Range> for Value {
    fn from(value: Range) -> Self {
        Value::Range(Arc::new(value))
    }
}

impl From<Function> for Value {
    fn from(value: Function) -> Self {
        Value::Function(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_takes_24_bytes() {
        assert_eq!(size_of::<Value>(), 24);
    }

    #[test]
    fn values_cross_threads() {
        fn check<T: Send + Sync>() {}
        check::<Value>();
    }
}
