//! Types and the lattice that orders them (DMN 1.5, 10.3.2.9).

use std::fmt;
use std::sync::Arc;

use crate::value::{Function, FunctionKind, Value};

/// A type of FEEL.
///
/// # Source
/// DMN 1.5, 10.3.2.9.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Every value except null.
    Any,
    /// Only null.
    Null,
    /// `boolean`
    Boolean,
    /// `number`
    Number,
    /// `string`
    String,
    /// `date`
    Date,
    /// `time`
    Time,
    /// `date and time`
    DateTime,
    /// `days and time duration`
    DaysTimeDuration,
    /// `years and months duration`
    YearsMonthsDuration,
    /// A list of items of one type.
    List(Arc<Type>),
    /// A context with at least these entries.
    Context(Arc<[(Arc<str>, Type)]>),
    /// A range of values of one type.
    Range(Arc<Type>),
    /// A function of these parameters with that result.
    Function(Arc<[Type]>, Arc<Type>),
}

impl Type {
    /// Whether a value belongs to the type. Null belongs to [`Type::Null`] only.
    #[must_use]
    pub fn contains(&self, value: &Value) -> bool {
        match (self, value) {
            (Type::Null, Value::Null) => true,
            (_, Value::Null) | (Type::Null, _) => false,
            (Type::Any, _)
            | (Type::Boolean, Value::Boolean(_))
            | (Type::Number, Value::Number(_))
            | (Type::String, Value::String(_))
            | (Type::Date, Value::Date(_))
            | (Type::Time, Value::Time(_))
            | (Type::DateTime, Value::DateTime(_))
            | (Type::DaysTimeDuration, Value::DaysTimeDuration(_))
            | (Type::YearsMonthsDuration, Value::YearsMonthsDuration(_)) => true,
            (Type::List(item), Value::List(list)) => list.iter().all(|value| item.admits(value)),
            (Type::Context(entries), Value::Context(context)) => entries
                .iter()
                .all(|(name, ty)| context.get(name).is_some_and(|value| ty.admits(value))),
            (Type::Range(item), Value::Range(range)) => {
                (!range.start.is_null() || !range.end.is_null())
                    && item.admits(&range.start)
                    && item.admits(&range.end)
            }
            (Type::Function(parameters, result), Value::Function(function)) => {
                function_conforms(function, parameters, result)
            }
            _ => false,
        }
    }

    /// As [`contains`](Type::contains), and null belongs to every type.
    #[must_use]
    pub fn admits(&self, value: &Value) -> bool {
        value.is_null() || self.contains(value)
    }

    /// Whether every value of this type is a value of the other.
    #[must_use]
    pub fn conforms_to(&self, other: &Type) -> bool {
        match (self, other) {
            (_, Type::Any) | (Type::Null, _) => true,
            (Type::List(a), Type::List(b)) | (Type::Range(a), Type::Range(b)) => a.conforms_to(b),
            (Type::Context(a), Type::Context(b)) => b.iter().all(|(name, wanted)| {
                a.iter()
                    .any(|(other, ty)| other == name && ty.conforms_to(wanted))
            }),
            (Type::Function(a, a_result), Type::Function(b, b_result)) => {
                a.len() == b.len()
                    && a.iter().zip(b.iter()).all(|(a, b)| b.conforms_to(a))
                    && a_result.conforms_to(b_result)
            }
            (a, b) => a == b,
        }
    }

    /// Converts a value for a parameter or a result of this type: the value itself where it fits,
    /// the item of a list of one, a list of the value, midnight UTC of a date; `None` otherwise.
    ///
    /// # Source
    /// DMN 1.5, 10.3.2.9.4.
    #[must_use]
    pub fn convert(&self, value: &Value) -> Option<Value> {
        if self.admits(value) {
            return Some(value.clone());
        }
        match (self, value) {
            (Type::List(item), value) if item.contains(value) => {
                Some(Value::from(vec![value.clone()]))
            }
            (Type::DateTime, Value::Date(date)) => {
                let midnight = crate::temporal::Time::from_nanos(0, crate::temporal::Zone::UTC);
                Some(Value::DateTime(crate::temporal::DateTime::new(
                    *date, midnight,
                )))
            }
            (ty, Value::List(list)) => match &**list {
                [only] if ty.contains(only) => Some(only.clone()),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Parameter types may be wider than wanted, the result may be narrower.
fn function_conforms(function: &Function, wanted: &[Type], result: &Type) -> bool {
    let FunctionKind::Closure(closure) = &function.0 else {
        return function.parameters().len() == wanted.len();
    };
    let parameters = &closure.body.parameters;
    parameters.len() == wanted.len()
        && parameters.iter().zip(wanted).all(|(parameter, wanted)| {
            parameter
                .ty
                .as_ref()
                .is_none_or(|ty| wanted.conforms_to(ty))
        })
        && *result == Type::Any
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Any => f.write_str("Any"),
            Type::Null => f.write_str("Null"),
            Type::Boolean => f.write_str("boolean"),
            Type::Number => f.write_str("number"),
            Type::String => f.write_str("string"),
            Type::Date => f.write_str("date"),
            Type::Time => f.write_str("time"),
            Type::DateTime => f.write_str("date and time"),
            Type::DaysTimeDuration => f.write_str("days and time duration"),
            Type::YearsMonthsDuration => f.write_str("years and months duration"),
            Type::List(item) => write!(f, "list<{item}>"),
            Type::Range(item) => write!(f, "range<{item}>"),
            Type::Context(entries) => {
                f.write_str("context<")?;
                for (index, (name, ty)) in entries.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{name}: {ty}")?;
                }
                f.write_str(">")
            }
            Type::Function(parameters, result) => {
                f.write_str("function<")?;
                for (index, ty) in parameters.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{ty}")?;
                }
                write!(f, "> -> {result}")
            }
        }
    }
}
