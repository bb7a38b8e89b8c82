//! Terms that run within opening hours.

use reglament_core::calendar::OpeningHours;
use reglament_core::term::{DayEnd, Ledger, Left, Progress, TermError};
use reglament_core::timer::Weekday;

use super::{almaty, date, kz, running, term};

#[test]
fn working_hours_begin_at_the_next_opening() {
    let centre = OpeningHours::same(&Weekday::ALL[..6], "09:00-20:00").unwrap();
    let centre = kz().with_opening_hours(centre);
    #[rustfmt::skip]
    let table = [
        ("2013-06-03T06:00:00", "2 working hours", "2013-06-03T11:00:00"),
        ("2013-06-03T12:00:00", "2 working hours", "2013-06-03T14:00:00"),
        ("2013-06-03T12:00:00", "8 working hours", "2013-06-03T20:00:00"),
        ("2013-06-03T12:00:00", "11 working hours", "2013-06-04T12:00:00"),
        ("2013-06-03T23:00:00", "2 working hours", "2013-06-04T11:00:00"),
        ("2013-06-08T10:00:00", "2 working hours", "2013-06-10T11:00:00"),
        ("2013-05-03T19:00:00", "2 working hours", "2013-05-04T10:00:00"),
        ("2013-06-07T19:30:00", "1.5 working hours", "2013-06-10T10:00:00"),
    ];
    for (from, text, at) in table {
        let deadline = term(text).deadline(almaty(from), &centre).unwrap();
        assert_eq!(
            deadline.at,
            almaty(at),
            "{text} from {from}: {}",
            deadline.at
        );
    }
    let none = term("2 working hours")
        .deadline(almaty("2013-06-03"), kz())
        .unwrap_err();
    assert_eq!(none.to_string(), "calendar kz has no opening hours");
}

#[test]
fn a_night_shift_belongs_to_the_day_on_which_it_begins() {
    let nights = OpeningHours::same(&Weekday::ALL[..5], "22:00-06:00").unwrap();
    let nights = kz().with_opening_hours(nights);
    #[rustfmt::skip]
    let table = [
        ("2013-06-03T12:00:00", "2 working hours", "2013-06-04T00:00:00"),
        ("2013-06-04T01:00:00", "2 working hours", "2013-06-04T03:00:00"),
        ("2013-06-04T05:00:00", "2 working hours", "2013-06-04T23:00:00"),
        ("2013-06-08T05:00:00", "2 working hours", "2013-06-10T23:00:00"),
    ];
    for (from, text, at) in table {
        let deadline = term(text).deadline(almaty(from), &nights).unwrap();
        assert_eq!(
            deadline.at,
            almaty(at),
            "{text} from {from}: {}",
            deadline.at
        );
    }
}

#[test]
fn a_suspension_of_working_hours_gives_back_what_was_open() {
    let centre = kz().with_opening_hours(OpeningHours::same(&Weekday::ALL, "09:00-20:00").unwrap());
    let four = term("4 working hours");
    let mut ledger = Ledger::started(almaty("2013-06-03T18:00:00"));
    four.suspend(&mut ledger, &centre, almaty("2013-06-03T19:00:00"))
        .unwrap();
    let progress = four.progress(&ledger, &centre).unwrap();
    assert!(matches!(
        progress,
        Progress::Suspended {
            left: Left::Micros(10_800_000_000),
            ..
        }
    ));
    four.resume(&mut ledger, almaty("2013-06-04T10:00:00"))
        .unwrap();
    assert_eq!(
        running(&four, &ledger, &centre).at,
        almaty("2013-06-04T13:00:00")
    );
}

#[test]
fn a_term_may_end_at_closing_time() {
    let centre = OpeningHours::same(&Weekday::ALL[..5], "09:00-20:00").unwrap();
    let centre = kz().with_opening_hours(centre);
    let mut three = term("3 working days");
    three.ends = DayEnd::Closing;
    let deadline = three.deadline(almaty("2013-06-03"), &centre).unwrap();
    assert_eq!(deadline.at, almaty("2013-06-06T20:00:00"));
    let mut five = term("5 calendar days");
    five.ends = DayEnd::Closing;
    let closed = five.deadline(almaty("2013-06-03"), &centre).unwrap_err();
    assert_eq!(
        closed,
        TermError::Closed {
            date: date("2013-06-08")
        }
    );
}

#[test]
fn opening_hours_are_checked() {
    for wrong in [
        "",
        "9-20",
        "09:00",
        "09:00-09:00",
        "25:00-26:00",
        "09:60-10:00",
        "24:00-06:00",
    ] {
        assert!(
            OpeningHours::same(&[Weekday::Monday], wrong).is_err(),
            "{wrong}"
        );
    }
    let overlap = OpeningHours::new([(Weekday::Monday, vec!["09:00-13:00", "12:00-18:00"])]);
    assert!(overlap.is_err());
    let lunch = OpeningHours::new([(Weekday::Monday, vec!["09:00-13:00", "14:00-18:00"])]).unwrap();
    let shown: Vec<String> = lunch
        .on(Weekday::Monday)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(shown, ["09:00-13:00", "14:00-18:00"]);
}
