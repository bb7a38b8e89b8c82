//! Functions that sum up a list (DMN 1.5, 10.3.4.4).

use std::cmp::Ordering;

use super::Arguments;
use crate::evaluate::order;
use crate::number::Number;
use crate::temporal::{DaysTimeDuration, YearsMonthsDuration};
use crate::value::{List, Value};

/// The items: those of the only argument, or the arguments themselves.
fn items(arguments: &mut Arguments<'_, '_>) -> Option<List> {
    if arguments.values.len() == 1 {
        return arguments.list(0);
    }
    let all = arguments
        .values
        .iter()
        .map(|value| value.clone().unwrap_or_default());
    Some(all.collect())
}

fn numbers(arguments: &mut Arguments<'_, '_>) -> Option<Vec<Number>> {
    let list = items(arguments)?;
    let numbers: Option<Vec<Number>> = list.iter().map(Value::as_number).collect();
    match numbers {
        Some(numbers) => Some(numbers),
        None => arguments.mismatch(0, "a list of numbers"),
    }
}

fn numbers_or_none(arguments: &mut Arguments<'_, '_>) -> Option<Vec<Number>> {
    let numbers = numbers(arguments)?;
    if numbers.is_empty() {
        arguments.invalid(0, "a list that is not empty")
    } else {
        Some(numbers)
    }
}

fn result(number: Option<Number>, arguments: &mut Arguments<'_, '_>) -> Value {
    match number {
        Some(number) => number.into(),
        None => arguments.out_of_range(),
    }
}

/// The item that comes first when ordered so; null for no items.
fn extreme(arguments: &mut Arguments<'_, '_>, wanted: Ordering) -> Value {
    let Some(list) = items(arguments) else {
        return Value::Null;
    };
    let now = arguments.machine.now();
    let Some((first, rest)) = list.split_first() else {
        return Value::Null;
    };
    let mut best = first;
    if order(first, first, now).is_none() {
        return arguments
            .mismatch(0, "a list of values to compare")
            .unwrap_or_default();
    }
    for item in rest {
        match order(item, best, now) {
            Some(ordering) if ordering == wanted => best = item,
            Some(_) => {}
            None => {
                return arguments
                    .mismatch(0, "a list of values to compare")
                    .unwrap_or_default();
            }
        }
    }
    best.clone()
}

pub(super) fn min(arguments: &mut Arguments<'_, '_>) -> Value {
    extreme(arguments, Ordering::Less)
}

pub(super) fn max(arguments: &mut Arguments<'_, '_>) -> Value {
    extreme(arguments, Ordering::Greater)
}

/// The sum of numbers, or of durations of one kind.
pub(super) fn sum(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(list) = items(arguments) else {
        return Value::Null;
    };
    match list.first() {
        Some(Value::DaysTimeDuration(_)) => {
            let total = list.iter().try_fold(0i128, |total, item| match item {
                Value::DaysTimeDuration(duration) => total.checked_add(duration.nanos()),
                _ => None,
            });
            let total = total
                .and_then(DaysTimeDuration::from_nanos)
                .map(Value::from);
            return total.unwrap_or_else(|| {
                arguments
                    .mismatch(0, "a list of durations of one kind")
                    .unwrap_or_default()
            });
        }
        Some(Value::YearsMonthsDuration(_)) => {
            let total = list.iter().try_fold(0i64, |total, item| match item {
                Value::YearsMonthsDuration(duration) => total.checked_add(duration.months()),
                _ => None,
            });
            let total = total
                .and_then(YearsMonthsDuration::from_months)
                .map(Value::from);
            return total.unwrap_or_else(|| {
                arguments
                    .mismatch(0, "a list of durations of one kind")
                    .unwrap_or_default()
            });
        }
        _ => {}
    }
    let Some(numbers) = numbers_or_none(arguments) else {
        return Value::Null;
    };
    result(total(&numbers), arguments)
}

fn total(numbers: &[Number]) -> Option<Number> {
    numbers
        .iter()
        .try_fold(Number::ZERO, |total, number| total.checked_add(*number))
}

pub(super) fn product(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(numbers) = numbers_or_none(arguments) else {
        return Value::Null;
    };
    let product = numbers
        .iter()
        .try_fold(Number::ONE, |all, number| all.checked_mul(*number));
    result(product, arguments)
}

fn average(numbers: &[Number]) -> Option<Number> {
    total(numbers)?.checked_div(Number::from(numbers.len() as u64))
}

pub(super) fn mean(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(numbers) = numbers_or_none(arguments) else {
        return Value::Null;
    };
    result(average(&numbers), arguments)
}

pub(super) fn median(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(mut numbers) = numbers(arguments) else {
        return Value::Null;
    };
    numbers.sort_unstable();
    let middle = numbers.len() / 2;
    let Some(upper) = numbers.get(middle) else {
        return Value::Null;
    };
    if numbers.len() % 2 == 1 {
        return (*upper).into();
    }
    let lower = numbers
        .get(middle.wrapping_sub(1))
        .copied()
        .unwrap_or(*upper);
    result(average(&[lower, *upper]), arguments)
}

/// The standard deviation of a sample.
pub(super) fn stddev(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(numbers) = numbers(arguments) else {
        return Value::Null;
    };
    if numbers.len() < 2 {
        return arguments
            .invalid(0, "two numbers or more")
            .unwrap_or_default();
    }
    let deviation = average(&numbers).and_then(|mean| {
        let squares = numbers.iter().try_fold(Number::ZERO, |total, number| {
            let distance = number.checked_sub(mean)?;
            total.checked_add(distance.checked_mul(distance)?)
        });
        squares?
            .checked_div(Number::from(numbers.len() as u64 - 1))?
            .sqrt()
    });
    result(deviation, arguments)
}

pub(super) fn mode(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(mut numbers) = numbers(arguments) else {
        return Value::Null;
    };
    numbers.sort_unstable();
    let runs: Vec<&[Number]> = numbers.chunk_by(|a, b| a == b).collect();
    let longest = runs.iter().map(|run| run.len()).max().unwrap_or(0);
    let modes = runs
        .iter()
        .filter(|run| run.len() == longest)
        .filter_map(|run| run.first());
    modes
        .map(|number| Value::Number(*number))
        .collect::<List>()
        .into()
}

/// Three-valued conjunction or disjunction of a list.
fn junction(arguments: &mut Arguments<'_, '_>, decisive: bool) -> Value {
    let Some(list) = items(arguments) else {
        return Value::Null;
    };
    let mut result = Value::Boolean(!decisive);
    for item in list.iter() {
        match item {
            Value::Boolean(value) if *value == decisive => return Value::Boolean(decisive),
            Value::Boolean(_) => {}
            Value::Null => result = Value::Null,
            _ => {
                arguments.mismatch::<()>(0, "a list of booleans");
                result = Value::Null;
            }
        }
    }
    result
}

pub(super) fn all(arguments: &mut Arguments<'_, '_>) -> Value {
    junction(arguments, false)
}

pub(super) fn any(arguments: &mut Arguments<'_, '_>) -> Value {
    junction(arguments, true)
}
