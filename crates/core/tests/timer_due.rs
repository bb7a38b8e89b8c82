//! When timers fire: once, on a grid, by cron, across changes of clocks, late and never.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fmt::Write as _;

use reglament_core::timer::{Due, Timer, TimerKind, Timestamp, Zone};

fn instant(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

fn cycle(text: &str) -> Timer {
    Timer::parse(TimerKind::Cycle, text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add_micros(seconds * 1_000_000).unwrap()
}

/// The first instants at which a timer fires when it always fires on time, one per word.
fn firings(timer: &Timer, armed: &str, zone: &Zone, limit: usize) -> String {
    let mut shown = String::new();
    let mut due = timer.first_due(instant(armed), zone).unwrap();
    for _ in 0..limit {
        let Some(at) = due else { break };
        write!(shown, "{} ", at.at).unwrap();
        due = timer.next_due(&at, at.at, zone).unwrap();
    }
    if due.is_some() {
        shown.push_str("...");
    }
    shown.trim_end().to_owned()
}

fn first(kind: TimerKind, text: &str, armed: &str, zone: &Zone) -> Due {
    let timer = Timer::parse(kind, text).unwrap_or_else(|error| panic!("{text}: {error}"));
    timer.first_due(instant(armed), zone).unwrap().unwrap()
}

#[test]
fn a_date_without_an_offset_is_read_in_the_zone_of_the_timer() {
    #[rustfmt::skip]
    let table = [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00+06:00", "2025-12-31T18:00:00Z"),
        ("2026-01-01T00:00:00", "2025-12-31T19:00:00Z"),
        ("2026-01-01", "2025-12-31T19:00:00Z"),
        ("2026-01-01T00:00:00[Europe/Paris]", "2025-12-31T23:00:00Z"),
        ("2026-01-01T00:00:00@Europe/Paris", "2025-12-31T23:00:00Z"),
        ("2026-01-01T00:00:00+01:00[Europe/Paris]", "2025-12-31T23:00:00Z"),
        ("2026-10-25T02:30:00+02:00[Europe/Paris]", "2026-10-25T00:30:00Z"),
        ("2026-10-25T02:30:00+01:00[Europe/Paris]", "2026-10-25T01:30:00Z"),
        // Almaty moved from +06:00 to +05:00 on 1 March 2024.
        ("2024-02-01T12:00:00", "2024-02-01T06:00:00Z"),
        ("2024-04-01T12:00:00", "2024-04-01T07:00:00Z"),
    ];
    for (text, at) in table {
        let due = first(
            TimerKind::Date,
            text,
            "2020-01-01T00:00:00Z",
            &zone("Asia/Almaty"),
        );
        assert_eq!(due.at.to_string(), at, "{text}");
    }
}

#[test]
fn a_one_shot_timer_fires_once_even_when_its_time_has_passed() {
    let utc = Zone::UTC;
    for (kind, text, at) in [
        (
            TimerKind::Date,
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00Z",
        ),
        (TimerKind::Duration, "PT0S", "2026-06-01T00:00:00Z"),
        (TimerKind::Duration, "P5W", "2026-07-06T00:00:00Z"),
    ] {
        let due = first(kind, text, "2026-06-01T00:00:00Z", &utc);
        assert_eq!(
            (due.at.to_string().as_str(), due.remaining),
            (at, Some(0)),
            "{text}"
        );
        let timer = Timer::parse(kind, text).unwrap();
        assert_eq!(timer.next_due(&due, due.at, &utc), Ok(None), "{text}");
    }
}

#[test]
fn cycles_fire_as_often_as_they_say() {
    let armed = "2026-01-01T00:00:00Z";
    #[rustfmt::skip]
    let table = [
        ("R3/PT1H", "2026-01-01T01:00:00Z 2026-01-01T02:00:00Z 2026-01-01T03:00:00Z"),
        ("R1/PT1H", "2026-01-01T01:00:00Z"),
        ("R/PT1H", "2026-01-01T01:00:00Z 2026-01-01T02:00:00Z 2026-01-01T03:00:00Z 2026-01-01T04:00:00Z ..."),
        ("R-1/PT1H", "2026-01-01T01:00:00Z 2026-01-01T02:00:00Z 2026-01-01T03:00:00Z 2026-01-01T04:00:00Z ..."),
        ("R2/2026-02-01T00:00:00Z/PT1H", "2026-02-01T00:00:00Z 2026-02-01T01:00:00Z"),
        ("R2/2026-01-01T00:00:00Z/PT1H", "2026-01-01T00:00:00Z 2026-01-01T01:00:00Z"),
        ("R2/2025-12-31T23:30:00Z/PT1H", "2026-01-01T00:30:00Z 2026-01-01T01:30:00Z"),
        ("R/PT1H/2026-01-01T03:00:00Z", "2026-01-01T01:00:00Z 2026-01-01T02:00:00Z 2026-01-01T03:00:00Z"),
        ("R/PT1H/2026-01-01T02:59:59Z", "2026-01-01T01:00:00Z 2026-01-01T02:00:00Z"),
        ("R9/PT1H/2026-01-01T02:00:00Z", "2026-01-01T01:00:00Z 2026-01-01T02:00:00Z"),
        ("R/PT1H/2025-01-01T00:00:00Z", ""),
        ("R2/2026-01-01T00:00:00@Europe/Paris/P1D", "2026-01-01T23:00:00Z 2026-01-02T23:00:00Z"),
    ];
    for (text, expected) in table {
        assert_eq!(
            firings(&cycle(text), armed, &Zone::UTC, 4),
            expected,
            "{text}"
        );
    }
}

#[test]
fn firing_late_does_not_move_the_grid() {
    let timer = cycle("R/2020-01-01T00:00:00Z/PT15M");
    let mut due = timer
        .first_due(instant("2026-01-01T07:59:00Z"), &Zone::UTC)
        .unwrap()
        .unwrap();
    assert_eq!(due.at, instant("2026-01-01T08:00:00Z"));
    for _ in 0..1000 {
        let next = timer
            .next_due(&due, later(due.at, 7), &Zone::UTC)
            .unwrap()
            .unwrap();
        assert_eq!(next.at, later(due.at, 900));
        assert_eq!((next.skipped, next.occurrence), (0, due.occurrence + 1));
        due = next;
    }
}

#[test]
fn missed_occurrences_are_skipped_and_counted() {
    let timer = cycle("R/PT5M");
    let armed = instant("2026-01-01T00:00:00Z");
    let due = timer.first_due(armed, &Zone::UTC).unwrap().unwrap();
    let next = timer
        .next_due(&due, later(due.at, 32 * 60), &Zone::UTC)
        .unwrap()
        .unwrap();
    assert_eq!(
        (next.at, next.skipped),
        (instant("2026-01-01T00:40:00Z"), 6)
    );

    let timer = cycle("R3/PT5M");
    let due = timer.first_due(armed, &Zone::UTC).unwrap().unwrap();
    let next = timer
        .next_due(&due, later(due.at, 32 * 60), &Zone::UTC)
        .unwrap()
        .unwrap();
    assert_eq!(
        (next.skipped, next.remaining),
        (6, Some(1)),
        "skipped ones are no firings"
    );

    let timer = cycle("0 */5 * * * *");
    let due = timer.first_due(armed, &Zone::UTC).unwrap().unwrap();
    let next = timer
        .next_due(&due, later(due.at, 32 * 60), &Zone::UTC)
        .unwrap()
        .unwrap();
    assert_eq!(
        (next.at, next.skipped),
        (instant("2026-01-01T00:40:00Z"), 6)
    );
    for text in ["R/PT5M", "0 */5 * * * *"] {
        let timer = cycle(text);
        let due = timer.first_due(armed, &Zone::UTC).unwrap().unwrap();
        let next = timer
            .next_due(&due, later(due.at, 600), &Zone::UTC)
            .unwrap()
            .unwrap();
        assert_eq!(
            (next.at, next.skipped),
            (later(due.at, 900), 2),
            "{text}: none is due twice"
        );
    }
}

#[test]
fn an_outage_of_years_is_passed_over_at_once() {
    let armed = instant("1000-01-01T00:00:00Z");
    let now = instant("2026-01-01T00:00:00.5Z");
    for text in ["R/PT0.000001S", "R/PT1S", "R/P1D", "R/P1M", "* * * * * *"] {
        let timer = cycle(text);
        let due = timer.first_due(armed, &Zone::UTC).unwrap().unwrap();
        let next = timer.next_due(&due, now, &Zone::UTC).unwrap().unwrap();
        assert!(
            next.at > now && next.skipped >= 12_000.min(Timer::SKIPPED_LIMIT),
            "{text}: {next:?}"
        );
    }
}

#[test]
fn around_its_instant_a_cycle_gives_one_occurrence_and_not_several() {
    for text in ["R/2026-01-01T00:00:00Z/PT1H", "0 0 * * * *"] {
        let timer = cycle(text);
        let eight = instant("2026-01-01T08:00:00Z");
        let just = |micros: i64| eight.checked_add_micros(micros).unwrap();
        let due = timer.first_due(just(-1000), &Zone::UTC).unwrap().unwrap();
        assert_eq!(due.at, eight, "{text}");
        for fired in [just(-1000), eight, just(1000)] {
            let next = timer.next_due(&due, fired, &Zone::UTC).unwrap().unwrap();
            assert_eq!(next.at, instant("2026-01-01T09:00:00Z"), "{text}");
        }
    }
}

#[test]
fn months_are_counted_from_the_anchor_and_clamped_to_the_month() {
    let monthly = cycle("R12/2026-01-31T09:00:00Z/P1M");
    let days: Vec<String> = firings(&monthly, "2026-01-01T00:00:00Z", &Zone::UTC, 12)
        .split(' ')
        .map(|at| at[5..10].to_owned())
        .collect();
    let expected = "01-31 02-28 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31";
    assert_eq!(days.join(" "), expected);
    assert_eq!(
        firings(
            &cycle("R5/2024-02-29T00:00:00Z/P1Y"),
            "2024-01-01T00:00:00Z",
            &Zone::UTC,
            9
        ),
        "2024-02-29T00:00:00Z 2025-02-28T00:00:00Z 2026-02-28T00:00:00Z 2027-02-28T00:00:00Z \
         2028-02-29T00:00:00Z"
    );
}

#[test]
fn what_leads_out_of_range_is_an_error_and_not_a_wrap() {
    let end_of_time = "9999-06-01T00:00:00Z";
    for (kind, text) in [
        (TimerKind::Duration, "P1Y"),
        (TimerKind::Duration, "P9999Y"),
        (TimerKind::Duration, "PT87649416H"),
        (TimerKind::Cycle, "R/P1Y"),
        (TimerKind::Cycle, "0 0 0 1 1 *"),
    ] {
        let timer = Timer::parse(kind, text).unwrap();
        let error = timer
            .first_due(instant(end_of_time), &Zone::UTC)
            .unwrap_err();
        assert!(error.is_out_of_range(), "{text}: {error}");
    }
    let bounded = cycle("R/P1Y/9999-12-31T00:00:00Z");
    assert_eq!(
        bounded.first_due(instant(end_of_time), &Zone::UTC),
        Ok(None)
    );
}

#[test]
fn calendar_days_keep_the_wall_clock_and_hours_do_not() {
    let paris = zone("Europe/Paris");
    #[rustfmt::skip]
    let table = [
        // Clocks go forward on 29 March 2026 and back on 25 October 2026.
        ("P1D", "2026-03-28T17:00:00+01:00", "2026-03-29T15:00:00Z"),
        ("PT24H", "2026-03-28T17:00:00+01:00", "2026-03-29T16:00:00Z"),
        ("P1D", "2026-10-24T17:00:00+02:00", "2026-10-25T16:00:00Z"),
        ("PT24H", "2026-10-24T17:00:00+02:00", "2026-10-25T15:00:00Z"),
        ("P1M", "2026-03-01T17:00:00+01:00", "2026-04-01T15:00:00Z"),
        // 02:30 is left out: the instant that the clocks call 03:30.
        ("P1D", "2026-03-28T02:30:00+01:00", "2026-03-29T01:30:00Z"),
        // 02:30 is repeated: the first of the two.
        ("P1D", "2026-10-24T02:30:00+02:00", "2026-10-25T00:30:00Z"),
        ("P1DT1H", "2026-03-28T17:00:00+01:00", "2026-03-29T16:00:00Z"),
    ];
    for (text, armed, at) in table {
        let due = first(TimerKind::Duration, text, armed, &paris);
        assert_eq!(due.at.to_string(), at, "{text} from {armed}");
    }
    for (date, at) in [
        ("2026-03-29T02:30:00", "2026-03-29T01:30:00Z"),
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
    ] {
        let due = first(TimerKind::Date, date, "2026-01-01T00:00:00Z", &paris);
        assert_eq!(due.at.to_string(), at, "{date}");
    }
}

#[test]
fn a_daily_cycle_goes_on_at_its_time_of_day_after_a_gap() {
    assert_eq!(
        firings(
            &cycle("R/2026-03-28T02:30:00@Europe/Paris/P1D"),
            "2026-03-28T00:00:00Z",
            &Zone::UTC,
            3
        ),
        "2026-03-28T01:30:00Z 2026-03-29T01:30:00Z 2026-03-30T00:30:00Z ..."
    );
    // Samoa left out the whole of 30 December 2011; the day after is not fired twice.
    assert_eq!(
        firings(
            &cycle("R/2011-12-29T10:00:00@Pacific/Apia/P1D"),
            "2011-12-01T00:00:00Z",
            &Zone::UTC,
            3
        ),
        "2011-12-29T20:00:00Z 2011-12-30T20:00:00Z 2011-12-31T20:00:00Z ..."
    );
}

#[test]
fn cron_expressions_occur_when_camunda_says_they_do() {
    let armed = "2026-01-01T00:00:00Z"; // a Thursday
    #[rustfmt::skip]
    let table = [
        ("0 0 9-17 * * MON-FRI", "01-01T09:00:00 01-01T10:00:00 01-01T11:00:00"),
        ("0 0 17 * * 5", "01-02T17:00:00 01-09T17:00:00 01-16T17:00:00"),
        ("0 0 8,20 * * ?", "01-01T08:00:00 01-01T20:00:00 01-02T08:00:00"),
        ("*/20 * * * * *", "01-01T00:00:20 01-01T00:00:40 01-01T00:01:00"),
        ("30 5/25 * * * *", "01-01T00:05:30 01-01T00:30:30 01-01T00:55:30"),
        ("0 0 0 L * *", "01-31T00:00:00 02-28T00:00:00 03-31T00:00:00"),
        ("0 0 0 L-3 * *", "01-28T00:00:00 02-25T00:00:00 03-28T00:00:00"),
        ("0 0 0 1W * *", "02-02T00:00:00 03-02T00:00:00 04-01T00:00:00"),
        ("0 0 0 15W * *", "01-15T00:00:00 02-16T00:00:00 03-16T00:00:00"),
        ("0 0 0 LW * *", "01-30T00:00:00 02-27T00:00:00 03-31T00:00:00"),
        ("0 0 0 31W * *", "01-30T00:00:00 03-31T00:00:00 05-29T00:00:00"),
        ("0 0 0 * * 5L", "01-30T00:00:00 02-27T00:00:00 03-27T00:00:00"),
        ("0 0 0 ? 4 5L", "04-24T00:00:00 04-30T00:00:00 04-28T00:00:00"),
        ("0 0 0 * * thul", "01-29T00:00:00 02-26T00:00:00 03-26T00:00:00"),
        ("0 0 0 ? * MON#1", "01-05T00:00:00 02-02T00:00:00 03-02T00:00:00"),
        ("0 0 0 ? * 5#5", "01-30T00:00:00 05-29T00:00:00 07-31T00:00:00"),
        ("0 0 0 1,L JAN-FEB *", "01-31T00:00:00 02-01T00:00:00 02-28T00:00:00"),
        ("0 0 0 13 * FRI", "02-13T00:00:00 03-13T00:00:00 11-13T00:00:00"),
        ("0 0 0 * * SUN-MON", "01-04T00:00:00 01-05T00:00:00 01-11T00:00:00"),
        ("0 0 0 * * 0", "01-04T00:00:00 01-11T00:00:00 01-18T00:00:00"),
        ("0 0 0 * * SAT-SUN", "01-03T00:00:00 01-04T00:00:00 01-10T00:00:00"),
        ("@hourly", "01-01T01:00:00 01-01T02:00:00 01-01T03:00:00"),
        ("@daily", "01-02T00:00:00 01-03T00:00:00 01-04T00:00:00"),
        ("@weekly", "01-04T00:00:00 01-11T00:00:00 01-18T00:00:00"),
        ("@monthly", "02-01T00:00:00 03-01T00:00:00 04-01T00:00:00"),
    ];
    for (text, expected) in table {
        let fired: Vec<String> = firings(&cycle(text), armed, &Zone::UTC, 3)
            .split(' ')
            .filter(|word| word.len() > 3)
            .map(|at| at[5..19].to_owned())
            .collect();
        assert_eq!(fired.join(" "), expected, "{text}");
    }
    assert_eq!(
        firings(
            &cycle("0 0 0 29 2 *"),
            "2096-03-01T00:00:00Z",
            &Zone::UTC,
            1
        ),
        "2104-02-29T00:00:00Z ..."
    );
    assert_eq!(
        firings(&cycle("@yearly"), armed, &Zone::UTC, 2),
        "2027-01-01T00:00:00Z 2028-01-01T00:00:00Z ..."
    );
}

#[test]
fn a_daily_cron_runs_once_on_the_days_that_clocks_change() {
    let paris = zone("Europe/Paris");
    #[rustfmt::skip]
    let table = [
        // 02:30 is left out on 29 March: at the end of the gap.
        ("0 30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-30T00:30:00Z ..."),
        ("0 0 17 * * *", "2026-03-28T12:00:00Z", "2026-03-28T16:00:00Z 2026-03-29T15:00:00Z ..."),
        // 02:30 is repeated on 25 October: at the first of the two.
        ("0 30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z 2026-10-26T01:30:00Z ..."),
        ("0 0,59 2,3 * * *", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z 2026-03-29T01:59:00Z ..."),
    ];
    for (text, armed, expected) in table {
        assert_eq!(firings(&cycle(text), armed, &paris, 2), expected, "{text}");
    }
}

#[test]
fn an_hourly_cron_follows_the_time_that_passes() {
    let paris = zone("Europe/Paris");
    #[rustfmt::skip]
    let table = [
        ("0 10 * * * *", "2026-03-29T00:00:00Z", "2026-03-29T00:10:00Z 2026-03-29T01:10:00Z 2026-03-29T02:10:00Z ..."),
        ("0 10 * * * *", "2026-10-25T00:00:00Z", "2026-10-25T00:10:00Z 2026-10-25T01:10:00Z 2026-10-25T02:10:00Z ..."),
        ("0 */30 * * * *", "2026-10-24T23:59:00Z", "2026-10-25T00:00:00Z 2026-10-25T00:30:00Z 2026-10-25T01:00:00Z ..."),
        ("0 */30 * * * *", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z 2026-10-25T02:00:00Z 2026-10-25T02:30:00Z ..."),
    ];
    for (text, armed, expected) in table {
        assert_eq!(firings(&cycle(text), armed, &paris, 3), expected, "{text}");
    }
}
