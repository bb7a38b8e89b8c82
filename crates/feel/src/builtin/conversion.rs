//! Making values from texts and other values (DMN 1.5, 10.3.4.1).

use std::sync::Arc;

use super::Arguments;
use crate::number::{Number, Rounding};
use crate::temporal::{Date, DateTime, Time, YearsMonthsDuration, Zone};
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
fn duration_of(text: &str) -> Value {
    if let Ok(duration) = text.parse() {
        return Value::DaysTimeDuration(duration);
    }
    text.parse().map_or(Value::Null, Value::YearsMonthsDuration)
}

fn midnight(zone: Zone) -> Time {
    Time::from_nanos(0, zone)
}

pub(super) fn date(arguments: &mut Arguments<'_, '_>) -> Value {
    if arguments.form == 1 {
        return date_of_parts(arguments).map_or(Value::Null, Value::Date);
    }
    let date = match arguments.single(0) {
        Value::Date(date) => Some(*date),
        Value::DateTime(value) => Some(value.date()),
        Value::String(text) => match text.parse::<Date>() {
            Ok(date) => Some(date),
            Err(_) => arguments.invalid(0, "a date such as 2024-02-29"),
        },
        _ => arguments.mismatch(0, "string, date or date and time"),
    };
    date.map_or(Value::Null, Value::Date)
}

fn date_of_parts(arguments: &mut Arguments<'_, '_>) -> Option<Date> {
    let year = whole(arguments, 0)?;
    let month = whole(arguments, 1)?;
    let day = whole(arguments, 2)?;
    let date = i32::try_from(year)
        .ok()
        .and_then(|year| Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?));
    match date {
        Some(date) => Some(date),
        None => arguments.invalid(2, "a day that exists"),
    }
}

fn whole(arguments: &mut Arguments<'_, '_>, index: usize) -> Option<i64> {
    match arguments.number(index)?.to_i64() {
        Some(value) => Some(value),
        None => arguments.invalid(index, "a whole number"),
    }
}

pub(super) fn date_and_time(arguments: &mut Arguments<'_, '_>) -> Value {
    let value = match arguments.values.len() {
        1 => one_date_and_time(arguments),
        2 => date_with_time(arguments),
        _ => date_time_of_parts(arguments),
    };
    value.map_or(Value::Null, Value::DateTime)
}

fn one_date_and_time(arguments: &mut Arguments<'_, '_>) -> Option<DateTime> {
    match arguments.single(0) {
        Value::DateTime(value) => Some(*value),
        Value::Date(date) => Some(DateTime::new(*date, midnight(Zone::UTC))),
        Value::String(text) => {
            let date = text
                .parse()
                .map(|date: Date| DateTime::new(date, midnight(Zone::LOCAL)));
            match text.parse().or(date) {
                Ok(value) => Some(value),
                Err(_) => arguments.invalid(0, "a date and time such as 2024-02-29T10:30:00"),
            }
        }
        _ => arguments.mismatch(0, "string"),
    }
}

fn date_with_time(arguments: &mut Arguments<'_, '_>) -> Option<DateTime> {
    let date = match arguments.single(0) {
        Value::Date(date) => *date,
        Value::DateTime(value) => {
            if let Value::String(zone) = arguments.single(1) {
                let zone = Zone::named(zone);
                let value = *value;
                return match zone {
                    Some(zone) => in_zone(value, zone),
                    None => arguments.invalid(1, "a time zone such as Asia/Almaty"),
                };
            }
            value.date()
        }
        _ => return arguments.mismatch(0, "date or date and time"),
    };
    match arguments.single(1) {
        Value::Time(time) => Some(DateTime::new(date, *time)),
        _ => arguments.mismatch(1, "time"),
    }
}

/// The same instant in another zone; a local date and time gets the zone.
fn in_zone(value: DateTime, zone: Zone) -> Option<DateTime> {
    match value.instant() {
        Some(instant) => DateTime::from_instant(instant, value.nanosecond(), zone),
        None => DateTime::from_local(value.local_seconds(), value.nanosecond(), zone),
    }
}

fn date_time_of_parts(arguments: &mut Arguments<'_, '_>) -> Option<DateTime> {
    let date = date_of_parts(arguments)?;
    let time = time_of_parts(arguments, 3)?;
    Some(DateTime::new(date, time))
}

pub(super) fn time(arguments: &mut Arguments<'_, '_>) -> Value {
    if arguments.form == 1 {
        return time_of_parts(arguments, 0).map_or(Value::Null, Value::Time);
    }
    let time = match arguments.single(0) {
        Value::Time(time) => Some(*time),
        Value::DateTime(value) => Some(value.time()),
        Value::Date(_) => Some(midnight(Zone::UTC)),
        Value::String(text) => match text.parse() {
            Ok(time) => Some(time),
            Err(_) => arguments.invalid(0, "a time such as 10:30:00"),
        },
        _ => arguments.mismatch(0, "string, date and time or time"),
    };
    time.map_or(Value::Null, Value::Time)
}

/// Hour, minute, second and perhaps an offset or zone, from the argument at `first`.
fn time_of_parts(arguments: &mut Arguments<'_, '_>, first: usize) -> Option<Time> {
    let hour = whole(arguments, first)?;
    let minute = whole(arguments, first + 1)?;
    let second = arguments.number(first + 2)?;
    let zone = match arguments.single(first + 3) {
        Value::Null => Some(Zone::LOCAL),
        Value::DaysTimeDuration(offset) => i32::try_from(offset.nanos() / 1_000_000_000)
            .ok()
            .and_then(Zone::offset),
        Value::String(name) => Zone::named(name),
        _ => return arguments.mismatch(first + 3, "days and time duration"),
    };
    let Some(zone) = zone else {
        return arguments.invalid(first + 3, "an offset or a time zone that exists");
    };
    let time = time_of(hour, minute, second, zone);
    match time {
        Some(time) => Some(time),
        None => arguments.invalid(first, "a time that exists"),
    }
}

fn time_of(hour: i64, minute: i64, second: Number, zone: Zone) -> Option<Time> {
    let whole = second.floor();
    let fraction = second
        .checked_sub(whole)?
        .checked_mul(Number::from(1_000_000_000))?;
    let nanos = fraction.round(0, Rounding::Down)?.to_i64()?;
    Time::new(
        u8::try_from(hour).ok()?,
        u8::try_from(minute).ok()?,
        u8::try_from(whole.to_i64()?).ok()?,
        u32::try_from(nanos).ok()?,
        zone,
    )
}

pub(super) fn number(arguments: &mut Arguments<'_, '_>) -> Value {
    if let Value::Number(number) = arguments.single(0) {
        return Value::Number(*number);
    }
    number_of_text(arguments).map_or(Value::Null, Value::Number)
}

fn number_of_text(arguments: &mut Arguments<'_, '_>) -> Option<Number> {
    let text = arguments.string(0)?;
    let grouping = separator(arguments, 1, &[" ", ",", "."])?;
    let point = separator(arguments, 2, &[",", "."])?;
    if grouping.is_some() && grouping == point {
        return arguments.invalid(2, "another separator than the one for groups");
    }
    let mut plain: String = text.to_string();
    if let Some(grouping) = grouping {
        plain = plain.replace(&*grouping, "");
    }
    if let Some(point) = point
        && &*point != "."
    {
        if plain.contains('.') {
            return arguments.invalid(0, "a number");
        }
        plain = plain.replace(&*point, ".");
    }
    match plain.parse() {
        Ok(number) => Some(number),
        Err(_) => arguments.invalid(0, "a number"),
    }
}

/// One of the allowed separators, or none for null.
fn separator(
    arguments: &mut Arguments<'_, '_>,
    index: usize,
    allowed: &[&str],
) -> Option<Option<Arc<str>>> {
    match arguments.get(index) {
        Value::Null => Some(None),
        Value::String(text) if allowed.contains(&&**text) => Some(Some(text.clone())),
        Value::String(_) => arguments.invalid(index, "a separator"),
        _ => arguments.mismatch(index, "string"),
    }
}

pub(super) fn string(arguments: &mut Arguments<'_, '_>) -> Value {
    match arguments.get(0) {
        Value::Null => Value::Null,
        Value::String(text) => Value::String(text.clone()),
        other => {
            let text = other.plain_text();
            arguments.machine.text(text, arguments.span)
        }
    }
}

pub(super) fn duration(arguments: &mut Arguments<'_, '_>) -> Value {
    match arguments.single(0) {
        value @ (Value::DaysTimeDuration(_) | Value::YearsMonthsDuration(_)) => value.clone(),
        Value::String(text) => match duration_of(text) {
            Value::Null => arguments
                .invalid(0, "a duration such as P1DT2H or P1Y2M")
                .unwrap_or_default(),
            duration => duration,
        },
        _ => arguments.mismatch(0, "string").unwrap_or_default(),
    }
}

pub(super) fn years_and_months_duration(arguments: &mut Arguments<'_, '_>) -> Value {
    let date = |arguments: &mut Arguments<'_, '_>, index| match arguments.single(index) {
        Value::Date(date) => Some(*date),
        Value::DateTime(value) => Some(value.date()),
        _ => arguments.mismatch(index, "date or date and time"),
    };
    let Some(from) = date(arguments, 0) else {
        return Value::Null;
    };
    let Some(to) = date(arguments, 1) else {
        return Value::Null;
    };
    let count = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
    let mut months = count(to) - count(from);
    // A month is full only when its day is reached, in either direction.
    if months > 0 && to.day() < from.day() {
        months -= 1;
    } else if months < 0 && to.day() > from.day() {
        months += 1;
    }
    YearsMonthsDuration::from_months(months).map_or(Value::Null, Value::from)
}

/// A range from its text, whose ends must be literals.
pub(super) fn range(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(text) = arguments.string(0) else {
        return Value::Null;
    };
    if !arguments.machine.charge_text(text.len(), arguments.span) {
        return Value::Null;
    }
    let range = crate::evaluate::literal_range(&text);
    match range {
        Some(range) => Value::Range(range),
        None => arguments
            .invalid(0, "a range such as [1..10]")
            .unwrap_or_default(),
    }
}

pub(super) fn to_json(arguments: &mut Arguments<'_, '_>) -> Value {
    let text = arguments.get(0).to_json_string();
    arguments.machine.text(text, arguments.span)
}

pub(super) fn from_json(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(text) = arguments.string(0) else {
        return Value::Null;
    };
    if !arguments
        .machine
        .charge_text(text.len() * 16, arguments.span)
    {
        return Value::Null;
    }
    match Value::from_json_str(&text) {
        Ok(value) => value,
        Err(_) => arguments.invalid(0, "JSON").unwrap_or_default(),
    }
}
