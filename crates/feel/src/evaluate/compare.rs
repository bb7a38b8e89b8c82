//! Equality, order and membership (DMN 1.5, 10.3.2.13, tables 50 to 52).

use std::cmp::Ordering;

use reglament_source::Span;

use super::Machine;
use crate::temporal::{DAY_SECONDS, DateTime, NANOS, Time};
use crate::value::{Comparison, Range, RangeForm, Value};

impl Machine<'_> {
    /// Whether two values compare so; `None`, with a warning, when they cannot be compared.
    #[inline]
    pub(super) fn compare(
        &mut self,
        comparison: Comparison,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Option<bool> {
        let ordering = match (left, right) {
            (Value::Number(a), Value::Number(b)) => a.cmp(b),
            (Value::String(a), Value::String(b)) => match comparison {
                Comparison::Equal => return Some(a == b),
                Comparison::NotEqual => return Some(a != b),
                _ => a.cmp(b),
            },
            _ => return self.compare_others(comparison, left, right, span),
        };
        Some(holds(comparison, ordering))
    }

    #[inline(never)]
    fn compare_others(
        &mut self,
        comparison: Comparison,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Option<bool> {
        let now = self.now();
        let result = match comparison {
            Comparison::Equal => equal(left, right, now),
            Comparison::NotEqual => equal(left, right, now).map(|equal| !equal),
            Comparison::Less | Comparison::Greater => {
                order(left, right, now).map(|ordering| holds(comparison, ordering))
            }
            Comparison::LessOrEqual | Comparison::GreaterOrEqual => {
                order(left, right, now).map(|ordering| {
                    holds(comparison, ordering) || equal(left, right, now) == Some(true)
                })
            }
        };
        if result.is_none() {
            self.incomparable(left, right, span);
        }
        result
    }

    fn incomparable(&mut self, left: &Value, right: &Value, span: Span) {
        let found = format!("{} and {}", left.type_name(), right.type_name());
        self.mismatch(span, "two values that compare", &found);
    }

    pub(super) fn between(
        &mut self,
        value: &Value,
        low: &Value,
        high: &Value,
        span: Span,
    ) -> Value {
        let above = self.compare(Comparison::GreaterOrEqual, value, low, span);
        let below = self.compare(Comparison::LessOrEqual, value, high, span);
        match (above, below) {
            (Some(false), _) | (_, Some(false)) => Value::Boolean(false),
            (Some(true), Some(true)) => Value::Boolean(true),
            _ => Value::Null,
        }
    }

    /// `value in other`, where the other is a list, a range or a single value.
    pub(super) fn is_in(&mut self, value: &Value, other: &Value, span: Span) -> Value {
        let now = self.now();
        let result = match other {
            Value::Range(range) => match contains(range, value, now) {
                // A missing end is no reason to warn.
                None if range.start.is_null() || range.end.is_null() => return Value::Null,
                result => result,
            },
            Value::List(list) => {
                if !self.charge(list.len(), span) {
                    return Value::Null;
                }
                Some(in_list(value, list, now))
            }
            other => equal(value, other, now),
        };
        match result {
            Some(result) => Value::Boolean(result),
            None => {
                self.incomparable(value, other, span);
                Value::Null
            }
        }
    }
}

/// Whether a list holds the value, or a range or list that holds it.
pub(crate) fn in_list(value: &Value, list: &[Value], now: Option<DateTime>) -> bool {
    list.iter().any(|item| {
        equal(value, item, now) == Some(true)
            || match item {
                Value::Range(range) => contains(range, value, now) == Some(true),
                _ => false,
            }
    })
}

#[inline]
fn holds(comparison: Comparison, ordering: Ordering) -> bool {
    match comparison {
        Comparison::Equal => ordering.is_eq(),
        Comparison::NotEqual => ordering.is_ne(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
    }
}

/// The operator `=`: `None` for values of different types, which are not comparable.
///
/// Times and dates with times compare as instants in whole seconds, as the specification's value
/// functions do. `now` decides the offset of a time of day in a named zone.
pub(crate) fn equal(left: &Value, right: &Value, now: Option<DateTime>) -> Option<bool> {
    Some(match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::Boolean(a), Value::Boolean(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a == b,
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Date(a), Value::Date(b)) => a == b,
        (Value::Time(a), Value::Time(b)) => match (time_key(*a, now), time_key(*b, now)) {
            ((a, true), (b, true)) | ((a, false), (b, false)) => {
                a.div_euclid(NANOS) == b.div_euclid(NANOS)
            }
            _ => false,
        },
        (Value::DateTime(a), Value::DateTime(b)) => match (a.instant(), b.instant()) {
            (Some(a), Some(b)) => a == b,
            (None, None) => a.local_seconds() == b.local_seconds(),
            _ => false,
        },
        (Value::DaysTimeDuration(a), Value::DaysTimeDuration(b)) => a == b,
        (Value::YearsMonthsDuration(a), Value::YearsMonthsDuration(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && all_equal(a.iter().zip(b.iter()).map(Some), now)?
        }
        (Value::Context(a), Value::Context(b)) => {
            let pairs = a.iter().map(|(key, value)| Some((value, b.get(key)?)));
            a.len() == b.len() && all_equal(pairs, now)?
        }
        (Value::Range(a), Value::Range(b)) => {
            a.form == b.form
                && a.start_included == b.start_included
                && a.end_included == b.end_included
                && equal(&a.start, &b.start, now) == Some(true)
                && equal(&a.end, &b.end, now) == Some(true)
        }
        (Value::Function(a), Value::Function(b)) => a == b,
        _ => return None,
    })
}

fn all_equal<'v>(
    pairs: impl Iterator<Item = Option<(&'v Value, &'v Value)>>,
    now: Option<DateTime>,
) -> Option<bool> {
    let mut unknown = false;
    for pair in pairs {
        let Some((a, b)) = pair else {
            return Some(false);
        };
        match equal(a, b, now) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => unknown = true,
        }
    }
    if unknown { None } else { Some(true) }
}

/// The order of two values; `None` when they have none, such as null or a local and a zoned time.
pub(crate) fn order(left: &Value, right: &Value, now: Option<DateTime>) -> Option<Ordering> {
    Some(match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => {
            let ((a, a_zoned), (b, b_zoned)) = (time_key(*a, now), time_key(*b, now));
            if a_zoned != b_zoned {
                return None;
            }
            a.cmp(&b)
        }
        (Value::DateTime(a), Value::DateTime(b)) => {
            let seconds = match (a.instant(), b.instant()) {
                (Some(a), Some(b)) => a.cmp(&b),
                (None, None) => a.local_seconds().cmp(&b.local_seconds()),
                _ => return None,
            };
            seconds.then(a.nanosecond().cmp(&b.nanosecond()))
        }
        (Value::DaysTimeDuration(a), Value::DaysTimeDuration(b)) => a.cmp(b),
        (Value::YearsMonthsDuration(a), Value::YearsMonthsDuration(b)) => a.cmp(b),
        _ => return None,
    })
}

/// Nanoseconds of the day in UTC and true, or of the local day and false.
fn time_key(time: Time, now: Option<DateTime>) -> (i128, bool) {
    let today = now.map_or(0, |now| {
        now.local_seconds().div_euclid(DAY_SECONDS) * DAY_SECONDS
    });
    match time.zone().offset_at_local(today + time.seconds()) {
        Some(offset) => (time.nanos() - i128::from(offset) * NANOS, true),
        None => (time.nanos(), false),
    }
}

/// Whether a range holds a value; `None` when they cannot be compared.
pub(crate) fn contains(range: &Range, value: &Value, now: Option<DateTime>) -> Option<bool> {
    if range.form == RangeForm::Comparison(Comparison::NotEqual) {
        return equal(value, &range.start, now).map(|equal| !equal);
    }
    if range.form == RangeForm::Comparison(Comparison::Equal) {
        return equal(value, &range.start, now);
    }
    let one_sided = range.form != RangeForm::Interval;
    let above = match &range.start {
        Value::Null if one_sided => Some(true),
        start => order(value, start, now).map(|o| o.is_gt() || (range.start_included && o.is_eq())),
    };
    let below = match &range.end {
        Value::Null if one_sided => Some(true),
        end => order(value, end, now).map(|o| o.is_lt() || (range.end_included && o.is_eq())),
    };
    match (above, below) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}
