//! What the texts of timers mean, and what is said about texts that mean nothing.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use reglament_core::timer::{Period, Timer, TimerKind, Timestamp, Zone};

fn instant(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

#[test]
fn instants_are_printed_in_utc_with_a_fraction_only_where_there_is_one() {
    #[rustfmt::skip]
    let table = [
        ("2026-11-21T08:00:00Z", "2026-11-21T08:00:00Z"),
        ("2026-11-21T13:00:00+05:00", "2026-11-21T08:00:00Z"),
        ("2026-11-21T08:00:00.500Z", "2026-11-21T08:00:00.5Z"),
        ("2026-11-21t08:00:00.000001z", "2026-11-21T08:00:00.000001Z"),
        ("2026-11-21T08:00:00.0000001Z", "2026-11-21T08:00:00.000001Z"),
        ("2026-11-21T08:00Z", "2026-11-21T08:00:00Z"),
        ("1969-12-31T23:59:59.25-00:30", "1970-01-01T00:29:59.25Z"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ];
    for (text, printed) in table {
        assert_eq!(instant(text).to_string(), printed, "{text}");
        assert_eq!(instant(printed), instant(text), "{text}");
    }
    assert_eq!(instant("9999-12-31T23:59:59.999999Z"), Timestamp::MAX);
    assert_eq!(instant("0000-01-01T00:00:00Z"), Timestamp::MIN);
}

#[test]
fn instants_outside_four_digit_years_are_refused() {
    assert!(
        Timestamp::parse_rfc3339("0000-01-01T00:00:00+01:00")
            .unwrap_err()
            .is_out_of_range()
    );
    assert!(
        Timestamp::parse_rfc3339("9999-12-31T23:59:59-01:00")
            .unwrap_err()
            .is_out_of_range()
    );
    assert_eq!(Timestamp::MAX.checked_add_micros(1), None);
    assert_eq!(Timestamp::MIN.checked_add_micros(-1), None);
    assert_eq!(Timestamp::from_micros(i64::MAX), Timestamp::MAX);
    assert_eq!(Timestamp::from_micros(i64::MIN), Timestamp::MIN);
    assert!(serde_json::from_str::<Timestamp>(&i64::MAX.to_string()).is_err());
}

#[test]
fn zones_keep_their_names() {
    for name in ["UTC", "+05:00", "-03:30", "Asia/Almaty", "Europe/Paris"] {
        assert_eq!(zone(name).to_string(), name);
        let json = serde_json::to_string(&zone(name)).unwrap();
        assert_eq!(json, format!("\"{name}\""));
        assert_eq!(serde_json::from_str::<Zone>(&json).unwrap(), zone(name));
    }
    for (text, name) in [
        ("Z", "UTC"),
        ("+0500", "+05:00"),
        ("+05", "+05:00"),
        ("-00:00", "UTC"),
    ] {
        assert_eq!(zone(text).to_string(), name, "{text}");
    }
    for text in [
        "",
        "Almaty",
        "asia/almaty",
        "+19:00",
        "+05:60",
        "+5",
        "UTC+5",
        "+05:00x",
    ] {
        assert!(Zone::parse(text).is_err(), "{text}");
    }
}

#[test]
fn durations_are_read_in_every_form_of_the_standard() {
    #[rustfmt::skip]
    let table = [
        ("P1Y2M3DT4H5M6.7S", (14, 3, 14_706_700_000), "P1Y2M3DT4H5M6.7S"),
        ("P5W", (0, 35, 0), "P35D"),
        ("P1Y1W1D", (12, 8, 0), "P1Y8D"),
        ("PT0S", (0, 0, 0), "PT0S"),
        ("P0D", (0, 0, 0), "PT0S"),
        ("PT36H", (0, 0, 129_600_000_000), "PT36H"),
        ("P1D", (0, 1, 0), "P1D"),
        ("PT1.5H", (0, 0, 5_400_000_000), "PT1H30M"),
        ("PT0,5M", (0, 0, 30_000_000), "PT30S"),
        ("PT0.000001S", (0, 0, 1), "PT0.000001S"),
        ("PT0.0000000001S", (0, 0, 1), "PT0.000001S"),
        ("P25D", (0, 25, 0), "P25D"),
        ("PT2592000S", (0, 0, 2_592_000_000_000), "PT720H"),
        ("P9999Y", (119_988, 0, 0), "P9999Y"),
    ];
    for (text, (months, days, micros), printed) in table {
        let period = Period::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            (period.months(), period.days(), period.micros()),
            (months, days, micros),
            "{text}"
        );
        assert_eq!(period.to_string(), printed);
        assert_eq!(Period::parse(printed).unwrap(), period);
    }
}

fn assert_refused(kind: TimerKind, table: &[(&str, &str)]) {
    for (text, wanted) in table {
        let error = Timer::parse(kind, text).unwrap_err().to_string();
        assert!(error.contains(wanted), "{text}: {error}");
        assert!(
            !error.contains('\n') && !error.ends_with('.'),
            "{text}: {error}"
        );
    }
}

#[test]
fn a_wrong_date_is_refused_with_what_to_write() {
    #[rustfmt::skip]
    let table = [
        ("", "expected a date and time, found \"\""),
        ("tomorrow", "expected a date and time, found \"tomorrow\""),
        ("2026-02-29T00:00:00Z", "there is no day 2026-02-29"),
        ("2026-13-01T00:00:00Z", "there is no day 2026-13-01"),
        ("2026-01-01T24:00:00Z", "write 00:00:00 of the next day"),
        ("2026-01-01T23:59:60Z", "leap seconds are not counted"),
        ("2026-01-01T00:00:00+25:00", "an offset of 25:00 is out of range"),
        ("2026-01-01T00:00:00[Mars/Olympus]", "there is no time zone \"Mars/Olympus\""),
        ("2026-01-01T00:00:00+03:00[Asia/Almaty]", "is not that of Asia/Almaty"),
        ("2026-01-01T00:00:00Z and more", "expected a date and time"),
        ("20260101T000000Z", "expected a date and time"),
        ("P3D", "a duration goes into timeDuration"),
        ("R/P3D", "a cycle goes into timeCycle"),
    ];
    assert_refused(TimerKind::Date, &table);
}

#[test]
fn a_wrong_duration_is_refused_with_what_to_write() {
    #[rustfmt::skip]
    let table = [
        ("2026-01-01T00:00:00Z", "a point in time goes into timeDate"),
        ("R3/PT1H", "a cycle goes into timeCycle"),
        ("-P1D", "the duration \"-P1D\" is negative"),
        ("P-1D", "the duration \"P-1D\" is negative"),
        ("P30X", "expected a duration, found \"P30X\""),
        ("P", "expected a duration, found \"P\""),
        ("PT", "after T come hours, minutes or seconds"),
        ("P1DT", "after T come hours, minutes or seconds"),
        ("P1H", "hours and seconds come after a T"),
        ("P3", "the last number has no unit"),
        ("P1D1Y", "in the order Y M W D T H M S"),
        ("P1D1D", "each once"),
        ("PT1.5H3M", "in the order"),
        ("P0.5D", "write PT12H for half a day"),
        ("PT.5S", "expected a duration"),
        ("p1d", "write it as P1Y2M3DT4H5M6S"),
        ("P999999999Y", "is longer than 9999 years"),
        ("P99999999999999999999Y", "is longer than 9999 years"),
        ("order.sla", "expected a duration, found \"order.sla\""),
    ];
    assert_refused(TimerKind::Duration, &table);
}

#[test]
fn a_wrong_cycle_is_refused_with_what_to_write() {
    #[rustfmt::skip]
    let table = [
        ("PT1H", "write R/ before it"),
        ("2026-01-01T00:00:00Z", "a single point in time is a timeDate"),
        ("R", "expected a cycle, found \"R\""),
        ("R3", "expected a cycle, found \"R3\""),
        ("R0/PT1H", "never fires"),
        ("R-2/PT1H", "expected a number of repetitions, found \"R-2\""),
        ("R4294967296/PT1H", "up to 4294967295"),
        ("R/PT0S", "the period of the cycle \"R/PT0S\" is zero"),
        ("R3/-PT1H", "the duration \"-PT1H\" is negative"),
        ("R3/PT1H/PT2H", "expected a date and time, found \"PT2H\""),
        ("R3/2026-01-01T00:00:00Z/2026-01-02T00:00:00Z", "expected a duration"),
        ("0 9 * * *", "expected a cron expression of six fields, found 5"),
        ("0 0 9 * * * 2026", "there is no field for the year"),
        ("0 0 24 * * *", "expected 0 to 23 as the hour, found \"24\""),
        ("0 0 9 * * XYZ", "expected 0 to 7 as the day of week"),
        ("0 0 9 * * FRI-MON", "runs backwards"),
        ("0 0 9 * * L", "L has no day of the week"),
        ("0 0 9 * * MON#6", "expected a count from 1 to 5 after #"),
        ("0 */0 * * * *", "expected a step of the minute from 1 to 59"),
        ("0 0 0 30 2 *", "never occurs"),
        ("@reboot", "there is no cron name \"@reboot\""),
        ("hourly", "expected a cycle, found \"hourly\""),
    ];
    assert_refused(TimerKind::Cycle, &table);
}

#[test]
fn a_long_text_is_not_repeated_in_full() {
    let error = Timer::parse(TimerKind::Duration, &"9".repeat(100_000)).unwrap_err();
    assert!(error.to_string().len() < 200);
    assert!(Timer::parse(TimerKind::Cycle, &"*,".repeat(100)).is_err());
}

#[test]
fn a_timer_is_stored_as_its_kind_and_its_text() {
    for (kind, text) in [
        (TimerKind::Date, "2026-01-01T00:00:00[Europe/Paris]"),
        (TimerKind::Duration, "P1M"),
        (TimerKind::Cycle, "R3/2026-01-01T00:00:00@Asia/Almaty/P1D"),
        (TimerKind::Cycle, "0 0 9-17 * * MON-FRI"),
    ] {
        let timer = Timer::parse(kind, &format!("  {text}\n")).unwrap();
        assert_eq!((timer.kind(), timer.text()), (kind, text));
        let json = serde_json::to_string(&timer).unwrap();
        assert_eq!(
            serde_json::from_str::<Timer>(&json).unwrap(),
            timer,
            "{json}"
        );
    }
    assert!(serde_json::from_str::<Timer>(r#"{"kind":"cycle","text":"R/PT0S"}"#).is_err());
}
