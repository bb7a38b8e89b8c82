//! Any text is read or refused, and whatever is read is armed or refused: nothing panics, hangs or
//! goes back in time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use reglament_core::timer::{Date, Period, Timer, TimerKind, Timestamp, Zone};

const ZONES: [&str; 6] = [
    "UTC",
    "+05:00",
    "Asia/Almaty",
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
];

fn kinds() -> impl Strategy<Value = TimerKind> {
    prop_oneof![
        Just(TimerKind::Date),
        Just(TimerKind::Duration),
        Just(TimerKind::Cycle)
    ]
}

fn zones() -> impl Strategy<Value = Zone> {
    proptest::sample::select(&ZONES[..]).prop_map(|name| Zone::parse(name).unwrap())
}

fn instants() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        Just(Timestamp::MIN),
        Just(Timestamp::MAX),
        any::<i64>().prop_map(Timestamp::from_micros),
        (0_i64..4_102_444_800).prop_map(|second| Timestamp::from_micros(second * 1_000_000)),
    ]
}

fn durations() -> impl Strategy<Value = String> {
    "-?P([0-9]{1,20}Y)?([0-9]{1,5}M)?([0-9]{1,4}W)?([0-9]{1,9}D)?\
     (T([0-9]{1,9}H)?([0-9]{1,6}([.,][0-9]{1,3})?M)?([0-9]{1,19}(\\.[0-9]{1,12})?S)?)?"
}

fn dates() -> impl Strategy<Value = String> {
    "[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9](:[0-6][0-9](\\.[0-9]{1,9})?)?)?\
     (Z|[+-][0-2][0-9]:?[0-6][0-9])?(@Europe/Paris|\\[Asia/Almaty\\])?"
}

fn cycles() -> impl Strategy<Value = String> {
    let repeating = (
        "R(-1|[0-9]{0,11})",
        dates(),
        durations(),
        dates(),
        any::<[bool; 2]>(),
    )
        .prop_map(|(count, start, period, end, [starts, ends])| {
            let start = if starts {
                format!("{start}/")
            } else {
                String::new()
            };
            let end = if ends {
                format!("/{end}")
            } else {
                String::new()
            };
            format!("{count}/{start}{period}{end}")
        });
    let field = "(\\*|\\?|[0-9]{1,2}|[0-9]-[0-9]{1,2}|L|LW|L-[0-9]|[0-9]{1,2}W|[0-7]L|[A-Z]{3}|\
                 FRI#[0-9]|MON-SUN)(/[0-9]{1,2})?(,[0-9]{1,2})?";
    let cron = proptest::collection::vec(field, 6).prop_map(|fields| fields.join(" "));
    prop_oneof![repeating, cron]
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        durations(),
        dates(),
        cycles(),
        any::<String>(),
        "[PRT0-9.,:/@+*#LW -]{0,40}"
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read_or_refused_in_one_line(kind in kinds(), text in texts()) {
        if let Err(error) = Timer::parse(kind, &text) {
            let line = error.to_string();
            prop_assert!(!line.contains('\n') && line.len() < 1000, "{}", line);
        }
        let _ = (Period::parse(&text), Date::parse(&text), Zone::parse(&text));
        let _ = Timestamp::parse_rfc3339(&text);
    }

    #[test]
    fn firings_go_forward_in_time(
        kind in kinds(),
        text in texts(),
        now in instants(),
        zone in zones(),
        late in 0_i64..10_000_000_000,
    ) {
        let Ok(timer) = Timer::parse(kind, &text) else { return Ok(()) };
        let Ok(Some(mut due)) = timer.first_due(now, &zone) else { return Ok(()) };
        if kind != TimerKind::Date {
            prop_assert!(due.at >= now);
        }
        for _ in 0..5 {
            let fired = Timestamp::from_micros(due.at.as_micros().saturating_add(late));
            let Ok(Some(next)) = timer.next_due(&due, fired, &zone) else { break };
            prop_assert!(next.at > fired && next.occurrence == due.occurrence + 1 + next.skipped);
            due = next;
        }
    }

    #[test]
    fn what_is_printed_is_read_as_the_same(at in instants(), zone in zones()) {
        prop_assert_eq!(Timestamp::parse_rfc3339(&at.to_string()).unwrap(), at);
        let again = zone.instant(zone.local(at));
        // Only the second pass of a repeated hour reads as the first.
        if let Ok(again) = again {
            prop_assert!(again <= at && again.micros_until(at) <= 3_600_000_000);
        }
    }

    #[test]
    fn a_printed_duration_is_the_same_duration(text in durations()) {
        if let Ok(period) = Period::parse(&text) {
            prop_assert_eq!(Period::parse(&period.to_string()).unwrap(), period);
        }
    }
}
