//! Functions on numbers (DMN 1.5, 10.3.4.5).

use super::Arguments;
use crate::number::{Number, Rounding};
use crate::temporal::YearsMonthsDuration;
use crate::value::Value;

/// The scales that a number can have.
const SCALES: std::ops::RangeInclusive<i64> = -6111..=6176;

fn round(arguments: &mut Arguments<'_, '_>, rounding: Rounding) -> Value {
    let Some(number) = arguments.number(0) else {
        return Value::Null;
    };
    let scale = if arguments.has(1) {
        let Some(scale) = arguments.number(1) else {
            return Value::Null;
        };
        match scale.truncated_i64().filter(|scale| SCALES.contains(scale)) {
            Some(scale) => scale as i32,
            None => {
                return arguments
                    .invalid(1, "a scale from -6111 to 6176")
                    .unwrap_or_default();
            }
        }
    } else {
        0
    };
    match number.round(scale, rounding) {
        Some(number) => number.into(),
        None => arguments.out_of_range(),
    }
}

pub(super) fn decimal(arguments: &mut Arguments<'_, '_>) -> Value {
    round(arguments, Rounding::HalfEven)
}

pub(super) fn floor(arguments: &mut Arguments<'_, '_>) -> Value {
    round(arguments, Rounding::Floor)
}

pub(super) fn ceiling(arguments: &mut Arguments<'_, '_>) -> Value {
    round(arguments, Rounding::Ceiling)
}

pub(super) fn round_up(arguments: &mut Arguments<'_, '_>) -> Value {
    round(arguments, Rounding::Up)
}

pub(super) fn round_down(arguments: &mut Arguments<'_, '_>) -> Value {
    round(arguments, Rounding::Down)
}

pub(super) fn round_half_up(arguments: &mut Arguments<'_, '_>) -> Value {
    round(arguments, Rounding::HalfUp)
}

pub(super) fn round_half_down(arguments: &mut Arguments<'_, '_>) -> Value {
    round(arguments, Rounding::HalfDown)
}

pub(super) fn abs(arguments: &mut Arguments<'_, '_>) -> Value {
    match arguments.single(0) {
        Value::Number(number) => number.abs().into(),
        Value::DaysTimeDuration(duration) => duration.abs().into(),
        Value::YearsMonthsDuration(duration) => {
            YearsMonthsDuration::from_months(duration.months().abs())
                .map_or(Value::Null, Value::from)
        }
        _ => arguments
            .mismatch(0, "number or duration")
            .unwrap_or_default(),
    }
}

pub(super) fn modulo(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(dividend) = arguments.number(0) else {
        return Value::Null;
    };
    let Some(divisor) = arguments.number(1) else {
        return Value::Null;
    };
    if divisor.is_zero() {
        return arguments
            .invalid(1, "another divisor than zero")
            .unwrap_or_default();
    }
    match dividend.modulo(divisor) {
        Some(number) => number.into(),
        None => arguments.out_of_range(),
    }
}

/// Runs a function that takes as long as so many steps.
fn function(
    arguments: &mut Arguments<'_, '_>,
    steps: usize,
    function: fn(Number) -> Option<Number>,
) -> Value {
    let Some(number) = arguments.number(0) else {
        return Value::Null;
    };
    if !arguments.machine.charge(steps, arguments.span) {
        return Value::Null;
    }
    match function(number) {
        Some(number) => number.into(),
        None => arguments
            .invalid(0, "a number that has a result")
            .unwrap_or_default(),
    }
}

pub(super) fn sqrt(arguments: &mut Arguments<'_, '_>) -> Value {
    function(arguments, 100, Number::sqrt)
}

pub(super) fn log(arguments: &mut Arguments<'_, '_>) -> Value {
    function(arguments, 1_000, Number::ln)
}

pub(super) fn exp(arguments: &mut Arguments<'_, '_>) -> Value {
    function(arguments, 1_000, Number::exp)
}

fn parity(arguments: &mut Arguments<'_, '_>, odd: bool) -> Value {
    let Some(number) = arguments.number(0) else {
        return Value::Null;
    };
    let rest = if number.is_integer() {
        number.modulo(Number::from(2))
    } else {
        None
    };
    match rest {
        Some(rest) => Value::Boolean(rest.is_zero() != odd),
        None => arguments.invalid(0, "a whole number").unwrap_or_default(),
    }
}

pub(super) fn odd(arguments: &mut Arguments<'_, '_>) -> Value {
    parity(arguments, true)
}

pub(super) fn even(arguments: &mut Arguments<'_, '_>) -> Value {
    parity(arguments, false)
}
