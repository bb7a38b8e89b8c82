//! Values as FEEL literals.

use std::fmt::{self, Write};

use super::{Comparison, Range, RangeForm, Value};
use crate::names;

impl fmt::Display for Value {
    /// The value as a FEEL expression: strings in quotes, dates as `@"2024-02-29"`.
    ///
    /// Parsing it gives the value again, except for functions of the host.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Boolean(value) => value.fmt(f),
            Value::Number(value) => value.fmt(f),
            Value::String(value) => quoted(f, value),
            Value::Date(value) => write!(f, "@\"{value}\""),
            Value::Time(value) => write!(f, "@\"{value}\""),
            Value::DateTime(value) => write!(f, "@\"{value}\""),
            Value::DaysTimeDuration(value) => write!(f, "@\"{value}\""),
            Value::YearsMonthsDuration(value) => write!(f, "@\"{value}\""),
            Value::List(list) => {
                f.write_char('[')?;
                for (index, item) in list.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    item.fmt(f)?;
                }
                f.write_char(']')
            }
            Value::Context(context) => {
                f.write_char('{')?;
                for (index, (key, value)) in context.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    if names::is_plain(key) {
                        f.write_str(key)?
                    } else {
                        quoted(f, key)?
                    }
                    write!(f, ": {value}")?;
                }
                f.write_char('}')
            }
            Value::Range(range) => range.fmt(f),
            Value::Function(function) => function.fmt(f),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.form {
            RangeForm::Comparison(operator) => {
                let backward = matches!(operator, Comparison::Less | Comparison::LessOrEqual);
                let value = if backward { &self.end } else { &self.start };
                write!(f, "({} {value})", operator.as_str())
            }
            RangeForm::Interval => {
                let open = if self.start_included { '[' } else { '(' };
                let close = if self.end_included { ']' } else { ')' };
                write!(f, "{open}{}..{}{close}", self.start, self.end)
            }
        }
    }
}

/// Writes a string literal.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            control if control.is_control() => write!(f, "\\u{:04X}", u32::from(control))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}
