//! Timers and instants from FEEL values, and instants as FEEL values.
//!
//! # Source
//! DMN 1.5, 10.3.2.3 (the values); BPMN 2.0.2, 10.5.5.15 (what a timer expression gives).

use reglament_feel::Value;
use reglament_feel::{DateTime as FeelDateTime, Zone as FeelZone};

use super::date_form::DateForm;
use super::error::quoted;
use super::{Form, Period, Timer, TimerError, TimerKind, Timestamp, Zone};

const MICROS: i64 = 1_000_000;

impl Timer {
    /// The timer that the value of an expression stands for: a text as in [`Timer::parse`], for
    /// `timeDate` also a date (its midnight) or a date and time, for `timeDuration` also a duration.
    ///
    /// A FEEL duration of days and time is an exact length, so that `duration("P1D")` is 24 hours;
    /// the text `"P1D"` is a calendar day.
    ///
    /// # Errors
    /// The value is of another type, or a text or value that [`Timer::parse`] refuses.
    pub fn from_value(kind: TimerKind, value: &Value) -> Result<Timer, TimerError> {
        match (kind, value) {
            (_, Value::String(text)) => Timer::parse(kind, text),
            (TimerKind::Date, Value::Date(date)) => Timer::parse(kind, &date.to_string()),
            (TimerKind::Date, Value::DateTime(at)) => Timer::parse(kind, &at.to_string()),
            (TimerKind::Duration, Value::DaysTimeDuration(length)) => {
                duration(exact(length.nanos()), value)
            }
            (TimerKind::Duration, Value::YearsMonthsDuration(length)) => {
                duration(Some((length.months(), 0)), value)
            }
            _ => Err(wrong_type(kind, value)),
        }
    }
}

/// The exact length in whole microseconds, rounded up so that nothing comes too early.
fn exact(nanos: i128) -> Option<(i64, i64)> {
    let micros = nanos.div_euclid(1000) + i128::from(nanos.rem_euclid(1000) != 0);
    i64::try_from(micros).ok().map(|micros| (0, micros))
}

fn duration(length: Option<(i64, i64)>, value: &Value) -> Result<Timer, TimerError> {
    let shown = value.to_string();
    if length.is_some_and(|(months, micros)| months < 0 || micros < 0) {
        return Err(TimerError::hinted(
            format!("the duration {} is negative", quoted(&shown)),
            "a timer waits zero or longer",
        ));
    }
    let period = length
        .and_then(|(months, micros)| Period::new(months, 0, micros))
        .ok_or_else(|| TimerError::new(format!("the duration {} is too long", quoted(&shown))))?;
    let text = period.to_string().into();
    Ok(Timer {
        kind: TimerKind::Duration,
        text,
        form: Form::Duration(period),
    })
}

fn wrong_type(kind: TimerKind, value: &Value) -> TimerError {
    let expected = match kind {
        TimerKind::Date => "a date, a date and time or a text",
        TimerKind::Duration => "a duration or a text",
        TimerKind::Cycle => "a text",
    };
    let found = value.type_name();
    let message = format!("expected {expected} for {}, found {found}", kind.tag());
    match (kind, value) {
        (TimerKind::Cycle, Value::DaysTimeDuration(_) | Value::YearsMonthsDuration(_)) => {
            TimerError::hinted(message, "write \"R/\" + string(...) to repeat a duration")
        }
        (TimerKind::Duration, Value::Number(_)) => TimerError::hinted(
            message,
            "a number has no unit, write duration(\"PT\" + string(n) + \"S\")",
        ),
        _ => TimerError::new(message),
    }
}

impl Timestamp {
    /// The instant of a FEEL date and time; without a zone of its own it is read in `zone`, and a
    /// date is its midnight there.
    ///
    /// # Errors
    /// The value is neither a date nor a date and time, or lies outside the years 0000 to 9999.
    pub fn from_value(value: &Value, zone: &Zone) -> Result<Timestamp, TimerError> {
        match value {
            Value::Date(date) => DateForm::parse(&date.to_string())?.instant(zone),
            Value::DateTime(at) => DateForm::parse(&at.to_string())?.instant(zone),
            _ => Err(TimerError::new(format!(
                "expected a date and time, found {}",
                value.type_name()
            ))),
        }
    }

    /// The FEEL date and time of the instant in a zone.
    #[must_use]
    pub fn to_value(self, zone: &Zone) -> Value {
        let seconds = self.as_micros().div_euclid(MICROS);
        let nanos = u32::try_from(self.as_micros().rem_euclid(MICROS) * 1000).unwrap_or(0);
        FeelDateTime::from_instant(seconds, nanos, feel_zone(*zone, self))
            .map_or(Value::Null, Value::DateTime)
    }
}

/// The same zone as FEEL writes it.
fn feel_zone(zone: Zone, at: Timestamp) -> FeelZone {
    let named = if zone.is_fixed() {
        None
    } else {
        FeelZone::named(&zone.to_string())
    };
    let offset = || {
        i32::try_from(zone.offset_seconds(at))
            .ok()
            .and_then(FeelZone::offset)
    };
    named.or_else(offset).unwrap_or(FeelZone::UTC)
}
