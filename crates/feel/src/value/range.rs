//! Ranges.

use super::Value;

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// The operator as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }
}

/// How a range was written; ranges of different forms are not equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeForm {
    /// `[1..10]` with any brackets.
    Interval,
    /// `(< 10)`, `(= 10)`.
    Comparison(Comparison),
}

/// A range of values between two ends, either of which may be open or missing.
///
/// # Source
/// DMN 1.5, 10.3.2.7.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// How it was written.
    pub form: RangeForm,
    /// Where it starts; null when it has no start.
    pub start: Value,
    /// Whether the start belongs to it.
    pub start_included: bool,
    /// Where it ends; null when it has no end.
    pub end: Value,
    /// Whether the end belongs to it.
    pub end_included: bool,
}

impl Range {
    /// The range `(op value)`.
    #[must_use]
    pub fn comparison(comparison: Comparison, value: Value) -> Range {
        use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let form = RangeForm::Comparison(comparison);
        let included = matches!(comparison, Equal | LessOrEqual | GreaterOrEqual);
        let (start, end) = match comparison {
            Equal | NotEqual => (value.clone(), value),
            Less | LessOrEqual => (Value::Null, value),
            Greater | GreaterOrEqual => (value, Value::Null),
        };
        Range {
            form,
            start_included: included && !start.is_null(),
            end_included: included && !end.is_null(),
            start,
            end,
        }
    }

    pub(crate) fn depth(&self) -> u32 {
        self.start.depth().max(self.end.depth()) + 1
    }
}
