//! What holds for every term: more budget never ends earlier, a suspension adds exactly what it
//! stopped, the order of suspensions does not matter, and every day is accounted for.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::LazyLock;

use proptest::prelude::*;
use reglament_core::calendar::{OpeningHours, WorkCalendar};
use reglament_core::term::{
    Amount, Budget, Deadline, Ledger, MonthEnd, Progress, Reading, Roll, StartRule, Term, Unit,
};
use reglament_core::timer::{Date, Timestamp, Weekday};

const DAY: i64 = 86_400;

static CALENDAR: LazyLock<WorkCalendar> = LazyLock::new(|| {
    let hours = OpeningHours::new([
        (Weekday::Monday, vec!["09:00-13:00", "14:00-18:30"]),
        (Weekday::Tuesday, vec!["09:00-18:30"]),
        (Weekday::Wednesday, vec!["22:00-06:00"]),
        (Weekday::Thursday, vec!["09:00-18:30"]),
        (Weekday::Friday, vec!["09:00-12:00"]),
    ]);
    WorkCalendar::builtin("kz")
        .unwrap()
        .with_opening_hours(hours.unwrap())
});

fn kz() -> &'static WorkCalendar {
    &CALENDAR
}

fn starts() -> impl Strategy<Value = Timestamp> {
    let from = Timestamp::parse_rfc3339("2011-01-01T00:00:00Z")
        .unwrap()
        .as_micros();
    (0_i64..15 * 365 * DAY).prop_map(move |s| Timestamp::from_micros(from + s * 1_000_000))
}

fn units() -> impl Strategy<Value = Unit> {
    proptest::sample::select(
        &[
            Unit::Seconds,
            Unit::Minutes,
            Unit::Hours,
            Unit::WorkingHours,
            Unit::WorkingDays,
            Unit::CalendarDays,
            Unit::Months,
            Unit::Years,
        ][..],
    )
}

fn day_units() -> impl Strategy<Value = Unit> {
    proptest::sample::select(&[Unit::WorkingDays, Unit::CalendarDays][..])
}

/// An amount that stays within the years that the calendar covers.
fn most(unit: Unit) -> u32 {
    match unit {
        Unit::Months => 24,
        Unit::Years => 2,
        Unit::WorkingHours | Unit::WorkingDays | Unit::CalendarDays => 60,
        _ => 5000,
    }
}

fn term(amount: u32, unit: Unit) -> Term {
    let budget = Budget::new(Amount::whole(amount).unwrap(), unit).unwrap();
    let mut term = Term::new(budget.to_string(), Some(Reading::of(budget)));
    term.month_end = Some(MonthEnd::LastDay);
    term
}

/// The same term with the rules that the bits choose.
fn ruled(mut term: Term, rules: u8) -> Term {
    term.start = if rules & 1 == 0 {
        StartRule::NextDay
    } else {
        StartRule::EventDay
    };
    term.excludes.acceptance = rules & 2 != 0;
    term.excludes.handover = rules & 4 != 0;
    term.roll = match rules >> 3 & 3 {
        0 => Roll::None,
        1 => Roll::PreviousWorkingDay,
        _ => Roll::NextWorkingDay,
    };
    if rules & 32 != 0 {
        term.month_end = Some(MonthEnd::FirstOfNextMonth);
    }
    term
}

fn deadline(term: &Term, ledger: &Ledger) -> Deadline {
    match term.progress(ledger, kz()).unwrap() {
        Progress::Running(deadline) => deadline,
        Progress::Suspended { .. } => panic!("nothing is open"),
    }
}

/// Suspensions as hours after the start and lengths in hours.
fn suspensions() -> impl Strategy<Value = Vec<(i64, i64)>> {
    proptest::collection::vec((0_i64..1000, 0_i64..200), 0..5)
}

fn ledger(start: Timestamp, suspensions: &[(i64, i64)]) -> Ledger {
    let mut ledger = Ledger::started(start);
    for (after, length) in suspensions {
        let from = start.checked_add_micros(after * 3_600_000_000).unwrap();
        let to = from.checked_add_micros(length * 3_600_000_000).unwrap();
        ledger.record(from, to).unwrap();
    }
    ledger
}

fn local_date(at: Timestamp) -> Date {
    kz().zone().local(at).date().unwrap()
}

/// Whether doors are open in the minute that begins at an instant.
fn is_open(calendar: &WorkCalendar, at: Timestamp) -> bool {
    let today = local_date(at);
    let days = [today.checked_add_days(-1).unwrap(), today];
    days.into_iter().any(|date| {
        calendar.shifts(date).unwrap().iter().any(|shift| {
            let (opens, closes) = shift.on(date, &calendar.zone()).unwrap();
            opens <= at && at < closes
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn working_hours_are_the_open_minutes_in_which_the_clock_ran(
        start in starts(),
        hours in 1_u32..30,
        stops in suspensions(),
    ) {
        const MINUTE: i64 = 60_000_000;
        let start = Timestamp::from_micros(start.as_micros() / MINUTE * MINUTE + 365 * DAY * 1_000_000);
        let calendar = kz();
        let ledger = ledger(start, &stops);
        let end = deadline(&term(hours, Unit::WorkingHours), &ledger).at;
        let (mut at, mut left) = (start, hours * 60);
        while left > 0 {
            let stopped = ledger
                .suspensions()
                .iter()
                .any(|stop| stop.from <= at && stop.to.is_some_and(|to| at < to));
            left -= u32::from(!stopped && is_open(calendar, at));
            at = at.checked_add_micros(MINUTE).unwrap();
        }
        prop_assert_eq!(end, at);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn more_budget_never_ends_earlier(
        start in starts(),
        unit in units(),
        seed in any::<u32>(),
        rules in any::<u8>(),
        stops in suspensions(),
    ) {
        let amount = 1 + seed % most(unit);
        let ledger = ledger(start, &stops);
        let less = deadline(&ruled(term(amount, unit), rules), &ledger);
        let more = deadline(&ruled(term(amount + 1, unit), rules), &ledger);
        prop_assert!(less.at <= more.at && less.unrolled <= more.unrolled);
        prop_assert!(less.at >= start || rules & 1 == 1 || rules >> 3 & 3 == 1);
    }

    #[test]
    fn a_later_start_never_ends_earlier(
        start in starts(),
        unit in units(),
        seed in any::<u32>(),
        later in 0_i64..1_000_000,
    ) {
        let term = term(1 + seed % most(unit), unit);
        let second = start.checked_add_micros(later * 1_000_000).unwrap();
        let first = deadline(&term, &Ledger::started(start)).at;
        prop_assert!(first <= deadline(&term, &Ledger::started(second)).at);
    }

    #[test]
    fn the_order_of_suspensions_does_not_matter(
        start in starts(),
        unit in units(),
        seed in any::<u32>(),
        rules in any::<u8>(),
        stops in suspensions(),
    ) {
        let term = ruled(term(1 + seed % most(unit), unit), rules);
        let mut other = stops.clone();
        other.reverse();
        let length = other.len().max(1);
        other.rotate_left(seed as usize % length);
        prop_assert_eq!(deadline(&term, &ledger(start, &stops)), deadline(&term, &ledger(start, &other)));
    }

    #[test]
    fn a_suspension_of_exact_time_adds_exactly_its_length(
        start in starts(),
        amount in 2_u32..5000,
        share in 0_i64..100,
        length in 0_i64..100_000_000,
    ) {
        let term = term(amount, Unit::Minutes);
        let plain = deadline(&term, &Ledger::started(start)).at;
        let from = start.checked_add_micros(start.micros_until(plain) * share / 100).unwrap();
        let mut ledger = Ledger::started(start);
        ledger.record(from, from.checked_add_micros(length).unwrap()).unwrap();
        prop_assert_eq!(plain.micros_until(deadline(&term, &ledger).at), length);
    }

    #[test]
    fn a_suspension_adds_exactly_the_counted_days_that_it_stopped(
        start in starts(),
        unit in day_units(),
        amount in 1_u32..60,
        after in 0_i64..80,
        days in 0_i64..40,
    ) {
        let term = term(amount, unit);
        let from = start.checked_add_micros(after * DAY * 1_000_000).unwrap();
        let to = from.checked_add_micros(days * DAY * 1_000_000).unwrap();
        let mut ledger = Ledger::started(start);
        ledger.record(from, to).unwrap();
        let stopped = deadline(&term, &ledger);
        // The counted days of the suspended term and the stopped ones before its end are together
        // the counted days of a term that is longer by the stopped ones.
        let (first, last) = (local_date(from), local_date(to));
        let calendar = kz();
        let counts = |date: Date| {
            unit == Unit::CalendarDays || calendar.day(date).unwrap().is_working()
        };
        let mut lost = 0;
        let mut date = local_date(start).checked_add_days(1).unwrap();
        while date <= stopped.date {
            if first <= date && date < last && counts(date) {
                lost += 1;
            }
            date = date.checked_add_days(1).unwrap();
        }
        let longer = Budget::new(Amount::whole(amount + lost).unwrap(), unit).unwrap();
        let longer = Term::new("", Some(Reading::of(longer)));
        prop_assert_eq!(deadline(&longer, &Ledger::started(start)).date, stopped.date);
    }

    #[test]
    fn every_day_from_the_event_to_the_end_is_named_once_and_in_order(
        start in starts(),
        unit in day_units(),
        amount in 1_u32..60,
        rules in any::<u8>(),
        stops in suspensions(),
    ) {
        let mut term = ruled(term(amount, unit), rules);
        term.roll = Roll::None;
        let end = deadline(&term, &ledger(start, &stops));
        let mut expected = local_date(start);
        for step in &end.steps {
            prop_assert_eq!(step.date, expected);
            prop_assert!(!step.reason.to_string().is_empty());
            expected = expected.checked_add_days(1).unwrap();
        }
        prop_assert_eq!(end.steps.last().unwrap().date, end.date);
        let counted = end.steps.iter().filter(|step| step.counted).count();
        prop_assert_eq!(counted, amount as usize);
    }

    #[test]
    fn a_day_off_is_skipped_with_its_name_and_a_working_day_is_not_skipped(
        start in starts(),
        amount in 1_u32..60,
    ) {
        let calendar = kz();
        let end = deadline(&term(amount, Unit::WorkingDays), &Ledger::started(start));
        for step in end.steps.iter().skip(1) {
            let day = calendar.day(step.date).unwrap();
            prop_assert_eq!(step.counted, day.is_working());
            if !day.is_working() {
                let reason = step.reason.to_string();
                prop_assert!(reason.contains(&day.reason().to_string()), "{}", reason);
            }
        }
    }

    #[test]
    fn any_text_is_a_term_or_is_refused(text in any::<String>()) {
        let _ = Term::parse(&text);
    }
}
