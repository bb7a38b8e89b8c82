//! Functions on dates and the clock (DMN 1.5, 10.3.4.7 and 10.3.4.8).

use super::Arguments;
use crate::temporal::{Date, DateTime};
use crate::value::Value;
use crate::warning::WarningKind;

fn clock(arguments: &mut Arguments<'_, '_>) -> Option<DateTime> {
    let now = arguments.machine.now();
    if now.is_none() {
        let function = arguments.builtin.name;
        arguments
            .machine
            .warn(WarningKind::NoClock, arguments.span, || {
                format!("`{function}` needs a clock, and this evaluation has none")
            });
    }
    now
}

pub(super) fn now(arguments: &mut Arguments<'_, '_>) -> Value {
    clock(arguments).map_or(Value::Null, Value::from)
}

pub(super) fn today(arguments: &mut Arguments<'_, '_>) -> Value {
    clock(arguments).map_or(Value::Null, |now| now.date().into())
}

fn of_date(arguments: &mut Arguments<'_, '_>, function: fn(Date) -> Value) -> Value {
    match arguments.single(0) {
        Value::Date(date) => function(*date),
        Value::DateTime(value) => function(value.date()),
        _ => arguments
            .mismatch(0, "date or date and time")
            .unwrap_or_default(),
    }
}

pub(super) fn day_of_year(arguments: &mut Arguments<'_, '_>) -> Value {
    of_date(arguments, |date| i64::from(date.day_of_year()).into())
}

pub(super) fn day_of_week(arguments: &mut Arguments<'_, '_>) -> Value {
    const DAYS: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    of_date(arguments, |date| {
        DAYS.get(usize::from(date.weekday()) - 1)
            .copied()
            .map_or(Value::Null, Value::from)
    })
}

pub(super) fn month_of_year(arguments: &mut Arguments<'_, '_>) -> Value {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    of_date(arguments, |date| {
        MONTHS
            .get(usize::from(date.month()) - 1)
            .copied()
            .map_or(Value::Null, Value::from)
    })
}

pub(super) fn week_of_year(arguments: &mut Arguments<'_, '_>) -> Value {
    of_date(arguments, |date| i64::from(date.week_of_year()).into())
}

pub(super) fn last_day_of_month(arguments: &mut Arguments<'_, '_>) -> Value {
    of_date(arguments, |date| date.last_day_of_month().into())
}
