//! Timers and instants from FEEL values and back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use reglament_core::timer::{Timer, TimerKind, Timestamp, Zone};
use reglament_feel::{Date, DateTime, DaysTimeDuration, Number, Value, YearsMonthsDuration};

fn text(text: &str) -> Value {
    Value::String(text.into())
}

fn days_time(text: &str) -> Value {
    Value::DaysTimeDuration(text.parse::<DaysTimeDuration>().unwrap())
}

fn years_months(text: &str) -> Value {
    Value::YearsMonthsDuration(text.parse::<YearsMonthsDuration>().unwrap())
}

fn date_time(text: &str) -> Value {
    Value::DateTime(text.parse::<DateTime>().unwrap())
}

#[test]
fn a_value_gives_the_timer_that_its_text_would_give() {
    let almaty = Zone::parse("Asia/Almaty").unwrap();
    let (date, duration) = (TimerKind::Date, TimerKind::Duration);
    #[rustfmt::skip]
    let table = [
        (date, text("2026-01-01T00:00:00Z"), "2026-01-01T00:00:00Z"),
        (date, Value::Date("2026-01-01".parse::<Date>().unwrap()), "2025-12-31T19:00:00Z"),
        (date, date_time("2026-01-01T00:00:00"), "2025-12-31T19:00:00Z"),
        (date, date_time("2026-01-01T00:00:00+01:00"), "2025-12-31T23:00:00Z"),
        (date, date_time("2026-01-01T00:00:00@Europe/Paris"), "2025-12-31T23:00:00Z"),
        (date, date_time("2026-01-01T00:00:00.25Z"), "2026-01-01T00:00:00.25Z"),
        (duration, text("PT1H"), "2026-06-01T01:00:00Z"),
        (duration, days_time("PT36H"), "2026-06-02T12:00:00Z"),
        (duration, days_time("P3D"), "2026-06-04T00:00:00Z"),
        (duration, days_time("PT0.0000001S"), "2026-06-01T00:00:00.000001Z"),
        (duration, years_months("P1Y1M"), "2027-07-01T00:00:00Z"),
        (TimerKind::Cycle, text("R2/PT1H"), "2026-06-01T01:00:00Z"),
    ];
    let now = Timestamp::parse_rfc3339("2026-06-01T00:00:00Z").unwrap();
    for (kind, value, at) in table {
        let timer = Timer::from_value(kind, &value).unwrap();
        let due = timer.first_due(now, &almaty).unwrap().unwrap();
        assert_eq!(due.at.to_string(), at, "{value}");
        assert_eq!(Timer::parse(kind, timer.text()).unwrap(), timer, "{value}");
    }
}

#[test]
fn a_day_of_a_feel_duration_is_24_hours_and_a_day_of_a_text_keeps_the_wall_clock() {
    let paris = Zone::parse("Europe/Paris").unwrap();
    let now = Timestamp::parse_rfc3339("2026-03-28T17:00:00+01:00").unwrap();
    for (value, at) in [
        (days_time("P1D"), "2026-03-29T16:00:00Z"),
        (text("P1D"), "2026-03-29T15:00:00Z"),
    ] {
        let timer = Timer::from_value(TimerKind::Duration, &value).unwrap();
        let due = timer.first_due(now, &paris).unwrap().unwrap();
        assert_eq!(due.at.to_string(), at, "{value}");
    }
}

#[test]
fn a_value_that_is_no_timer_is_refused_with_its_type() {
    #[rustfmt::skip]
    let table = [
        (TimerKind::Date, Value::Null, "for timeDate, found null"),
        (TimerKind::Date, days_time("P1D"), "for timeDate, found days and time duration"),
        (TimerKind::Duration, Value::Null, "expected a duration or a text for timeDuration, found null"),
        (TimerKind::Duration, Value::Number(Number::from(5)), "a number has no unit"),
        (TimerKind::Duration, days_time("-PT1H"), "is negative"),
        (TimerKind::Duration, years_months("-P1M"), "is negative"),
        (TimerKind::Duration, days_time("P9999999D"), "is too long"),
        (TimerKind::Duration, text("order.sla"), "expected a duration, found \"order.sla\""),
        (TimerKind::Cycle, days_time("PT1H"), "to repeat a duration"),
        (TimerKind::Cycle, text("R/PT0S"), "is zero"),
        (TimerKind::Cycle, Value::Boolean(true), "expected a text for timeCycle, found boolean"),
    ];
    for (kind, value, wanted) in table {
        let error = Timer::from_value(kind, &value).unwrap_err().to_string();
        assert!(error.contains(wanted), "{value}: {error}");
    }
}

#[test]
fn an_instant_becomes_a_date_and_time_in_its_zone_and_comes_back() {
    let at = Timestamp::parse_rfc3339("2026-11-21T08:00:00.5Z").unwrap();
    for (zone, shown) in [
        ("UTC", "2026-11-21T08:00:00.5Z"),
        ("Asia/Almaty", "2026-11-21T13:00:00.5@Asia/Almaty"),
        ("-03:30", "2026-11-21T04:30:00.5-03:30"),
    ] {
        let zone = Zone::parse(zone).unwrap();
        let value = at.to_value(&zone);
        assert_eq!(value, date_time(shown));
        assert_eq!(Timestamp::from_value(&value, &Zone::UTC), Ok(at));
    }
    let local = date_time("2026-11-21T13:00:00.5");
    assert_eq!(
        Timestamp::from_value(&local, &Zone::parse("Asia/Almaty").unwrap()),
        Ok(at)
    );
    assert!(Timestamp::from_value(&Value::Null, &Zone::UTC).is_err());
}
