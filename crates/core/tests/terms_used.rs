//! How much of a term was used.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use reglament_core::calendar::WorkCalendar;
use reglament_core::term::{Ledger, Term, Used};
use reglament_core::timer::Timestamp;

fn kz() -> &'static WorkCalendar {
    WorkCalendar::builtin("kz").unwrap()
}

/// An instant on the wall clock of Almaty.
fn almaty(text: &str) -> Timestamp {
    Timestamp::parse_in(text, &kz().zone()).unwrap()
}

fn term(text: &str) -> Term {
    Term::parse(text).unwrap()
}

fn ends(term: &Term, from: &str) -> String {
    term.deadline(almaty(from), kz()).unwrap().date.to_string()
}

#[test]
fn used_days_are_those_that_the_term_counts_until_the_day_of_the_work() {
    let three = term("3 working days");
    // Nauryz from Thursday on; Monday the 25th is off as well.
    let started = Ledger::started(almaty("2013-03-19T10:00:00"));
    let used =
        |term: &Term, ledger: &Ledger, at: &str| term.used(ledger, kz(), almaty(at)).unwrap();
    assert_eq!(used(&three, &started, "2013-03-19T18:00:00"), Used::Days(0));
    assert_eq!(used(&three, &started, "2013-03-20T09:00:00"), Used::Days(1));
    assert_eq!(used(&three, &started, "2013-03-24T09:00:00"), Used::Days(1));
    let due = ends(&three, "2013-03-19T10:00:00");
    let last = almaty(&format!("{due}T12:00:00"));
    assert_eq!(three.used(&started, kz(), last).unwrap(), Used::Days(3));
    let calendar_days = term("30 calendar days");
    assert_eq!(
        used(&calendar_days, &started, "2013-03-24T09:00:00"),
        Used::Days(5)
    );
}

#[test]
fn time_in_which_the_clock_was_stopped_is_not_used() {
    let mut ledger = Ledger::started(almaty("2013-03-04T10:00:00"));
    let (from, to) = (almaty("2013-03-05T10:00:00"), almaty("2013-03-07T10:00:00"));
    ledger.record(from, to).unwrap();
    let at = almaty("2013-03-07T10:30:00");
    let days = term("3 working days").used(&ledger, kz(), at).unwrap();
    assert_eq!(days, Used::Days(1));
    let hours = term("100 hours").used(&ledger, kz(), at).unwrap();
    assert_eq!(hours, Used::Micros((24 * 60 + 30) * 60 * 1_000_000));
}
