//! Arithmetic on numbers, strings, dates and durations (DMN 1.5, 10.3.2.13, tables 53 to 56).

use reglament_source::Span;

use super::{Env, Machine};
use crate::number::{Number, Rounding};
use crate::syntax::{Expr, Operator};
use crate::temporal::{Date, DateTime, DaysTimeDuration, NANOS, Time, YearsMonthsDuration};
use crate::value::Value;
use crate::warning::WarningKind;

/// Why there is no result.
enum Failure {
    /// The operator does not take these types.
    Types,
    /// The result is out of range, or the divisor is zero.
    Range,
}

type Outcome = Result<Value, Failure>;

impl Machine<'_> {
    pub(super) fn arithmetic<'e>(
        &mut self,
        first: &'e Expr,
        rest: &'e [(Operator, Expr)],
        span: Span,
        env: &'e Env<'e>,
    ) -> Value {
        let Some(((operator, operand), rest)) = rest.split_first() else {
            return Value::Null;
        };
        let left = self.eval(first, env);
        let right = self.eval(operand, env);
        if rest.is_empty() {
            return self.operate(*operator, &left, &right, span);
        }
        let mut result = self.operate(*operator, &left, &right, span);
        for (operator, operand) in rest {
            let right = self.eval(operand, env);
            result = self.operate(*operator, &result, &right, span);
        }
        result
    }

    fn operate(&mut self, operator: Operator, left: &Value, right: &Value, span: Span) -> Value {
        if operator == Operator::Power && !self.charge(1_000, span) {
            return Value::Null;
        }
        let outcome = match (left, right) {
            (Value::Number(a), Value::Number(b)) => match numbers(operator, *a, *b) {
                Some(number) => return Value::Number(number),
                None => Err(Failure::Range),
            },
            (Value::String(a), Value::String(b)) if operator == Operator::Add => {
                return self.text([&**a, &**b].concat(), span);
            }
            _ => others(operator, left, right),
        };
        match outcome {
            Ok(value) => value,
            Err(failure) => self.failed(&failure, operator, left, right, span),
        }
    }

    #[cold]
    fn failed(
        &mut self,
        failure: &Failure,
        operator: Operator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Value {
        let operator = operator.as_str();
        match failure {
            Failure::Types => self.warn(WarningKind::TypeMismatch, span, || {
                format!(
                    "expected operands that `{operator}` takes, found {} and {}",
                    left.type_name(),
                    right.type_name()
                )
            }),
            Failure::Range => self.warn(WarningKind::OutOfRange, span, || {
                format!("`{operator}` has no result here: division by zero or out of range")
            }),
        }
        Value::Null
    }

    pub(super) fn negate(&mut self, operand: &Value, span: Span) -> Value {
        let result = match operand {
            Value::Number(number) => Some(Value::Number(-*number)),
            Value::DaysTimeDuration(duration) => {
                DaysTimeDuration::from_nanos(-duration.nanos()).map(Value::from)
            }
            Value::YearsMonthsDuration(duration) => {
                YearsMonthsDuration::from_months(-duration.months()).map(Value::from)
            }
            other => {
                self.mismatch(span, "a number or a duration after `-`", other.type_name());
                None
            }
        };
        result.unwrap_or(Value::Null)
    }
}

#[inline]
fn numbers(operator: Operator, a: Number, b: Number) -> Option<Number> {
    match operator {
        Operator::Add => a.checked_add(b),
        Operator::Subtract => a.checked_sub(b),
        Operator::Multiply => a.checked_mul(b),
        Operator::Divide => a.checked_div(b),
        Operator::Power => a.pow(b),
    }
}

fn others(operator: Operator, left: &Value, right: &Value) -> Outcome {
    match operator {
        Operator::Add => add(left, right).or_else(|failure| match failure {
            Failure::Types => add(right, left),
            Failure::Range => Err(failure),
        }),
        Operator::Subtract => subtract(left, right),
        Operator::Multiply => match (left, right) {
            (duration, Value::Number(factor)) | (Value::Number(factor), duration) => {
                scale(duration, |number| number.checked_mul(*factor))
            }
            _ => Err(Failure::Types),
        },
        Operator::Divide => divide(left, right),
        Operator::Power => Err(Failure::Types),
    }
}

fn range<T: Into<Value>>(value: Option<T>) -> Outcome {
    value.map(Into::into).ok_or(Failure::Range)
}

fn add(left: &Value, right: &Value) -> Outcome {
    match (left, right) {
        (Value::DaysTimeDuration(a), Value::DaysTimeDuration(b)) => {
            range(DaysTimeDuration::from_nanos(a.nanos() + b.nanos()))
        }
        (Value::YearsMonthsDuration(a), Value::YearsMonthsDuration(b)) => {
            range(YearsMonthsDuration::from_months(a.months() + b.months()))
        }
        (Value::Date(date), Value::YearsMonthsDuration(b)) => range(date.add_months(b.months())),
        (Value::DateTime(a), Value::YearsMonthsDuration(b)) => range(a.add_months(b.months())),
        (Value::Date(date), Value::DaysTimeDuration(b)) => range(shift_date(*date, *b)),
        (Value::DateTime(a), Value::DaysTimeDuration(b)) => range(a.add_nanos(b.nanos())),
        (Value::Time(time), Value::DaysTimeDuration(b)) => Ok(Value::Time(Time::from_nanos(
            time.nanos() + b.nanos(),
            time.zone(),
        ))),
        _ => Err(Failure::Types),
    }
}

/// A date stays a date: the duration is added to its midnight and the time dropped.
fn shift_date(date: Date, duration: DaysTimeDuration) -> Option<Date> {
    date.add_days(duration.whole_days())
}

fn subtract(left: &Value, right: &Value) -> Outcome {
    match (left, right) {
        (Value::Date(_) | Value::DateTime(_), Value::Date(_) | Value::DateTime(_)) => {
            let zone = [left, right].iter().find_map(|value| match value {
                Value::DateTime(value) => Some(value.zone()),
                _ => None,
            });
            let midnight = |value: &Value| match value {
                Value::DateTime(value) => Some(*value),
                Value::Date(date) => {
                    // A date on its own is midnight UTC; beside a local time it is local.
                    let local = zone.is_some_and(crate::temporal::Zone::is_local);
                    let zone = if local {
                        crate::temporal::Zone::LOCAL
                    } else {
                        crate::temporal::Zone::UTC
                    };
                    Some(DateTime::new(*date, Time::from_nanos(0, zone)))
                }
                _ => None,
            };
            let (Some(a), Some(b)) = (midnight(left), midnight(right)) else {
                return Err(Failure::Types);
            };
            let seconds = match (a.instant(), b.instant()) {
                (Some(a), Some(b)) => a - b,
                (None, None) => a.local_seconds() - b.local_seconds(),
                _ => return Err(Failure::Types),
            };
            let nanos = i128::from(a.nanosecond()) - i128::from(b.nanosecond());
            range(DaysTimeDuration::from_nanos(
                i128::from(seconds) * NANOS + nanos,
            ))
        }
        (Value::Time(a), Value::Time(b)) => {
            let offset = |time: &Time| time.zone().offset_at_local(time.seconds());
            let shift = match (offset(a), offset(b)) {
                (Some(a), Some(b)) => i128::from(b - a) * NANOS,
                (None, None) => 0,
                _ => return Err(Failure::Types),
            };
            range(DaysTimeDuration::from_nanos(a.nanos() - b.nanos() + shift))
        }
        (left, Value::DaysTimeDuration(b)) => {
            let negative = DaysTimeDuration::from_nanos(-b.nanos()).ok_or(Failure::Range)?;
            add(left, &negative.into())
        }
        (left, Value::YearsMonthsDuration(b)) => {
            let negative = YearsMonthsDuration::from_months(-b.months()).ok_or(Failure::Range)?;
            add(left, &negative.into())
        }
        _ => Err(Failure::Types),
    }
}

fn divide(left: &Value, right: &Value) -> Outcome {
    match (left, right) {
        (duration, Value::Number(divisor)) => {
            scale(duration, |number| number.checked_div(*divisor))
        }
        (Value::DaysTimeDuration(a), Value::DaysTimeDuration(b)) => {
            let nanos = |duration: &DaysTimeDuration| from_wide(duration.nanos());
            range(nanos(a).zip(nanos(b)).and_then(|(a, b)| a.checked_div(b)))
        }
        (Value::YearsMonthsDuration(a), Value::YearsMonthsDuration(b)) => {
            range(Number::from(a.months()).checked_div(Number::from(b.months())))
        }
        _ => Err(Failure::Types),
    }
}

fn from_wide(value: i128) -> Option<Number> {
    Number::from_parts(value < 0, value.unsigned_abs(), 0, false)
}

/// A duration changed by a calculation on its length; fractions are cut towards zero.
fn scale(duration: &Value, change: impl FnOnce(Number) -> Option<Number>) -> Outcome {
    let whole = |number: Number| number.round(0, Rounding::Down);
    match duration {
        Value::DaysTimeDuration(duration) => {
            let nanos = from_wide(duration.nanos()).and_then(change).and_then(whole);
            let nanos = nanos.and_then(|nanos| nanos.to_string().parse().ok());
            range(nanos.and_then(DaysTimeDuration::from_nanos))
        }
        Value::YearsMonthsDuration(duration) => {
            let months = change(Number::from(duration.months())).and_then(whole);
            range(
                months
                    .and_then(Number::to_i64)
                    .and_then(YearsMonthsDuration::from_months),
            )
        }
        _ => Err(Failure::Types),
    }
}
