//! A thousand terms computed by another program agree day for day.
//!
//! `data/kz_terms.csv` is the output of `data/kz_terms.py`, which counts with the PyPI package
//! `holidays` (MIT, Vacanza Team and individual contributors) and dateutil.

use reglament_core::calendar::WorkCalendar;
use reglament_core::term::{MonthEnd, Roll, Term};
use reglament_core::timer::Timestamp;

#[test]
fn a_thousand_terms_end_on_the_day_that_another_program_says() {
    let calendar = WorkCalendar::builtin("kz").unwrap();
    let mut compared = 0;
    for line in include_str!("data/kz_terms.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [from, amount, unit, roll, due] = fields[..] else {
            panic!("{line}")
        };
        let mut term = Term::parse(&format!("{amount} {unit}")).unwrap();
        term.month_end = Some(MonthEnd::LastDay);
        term.roll = match roll {
            "next working day" => Roll::NextWorkingDay,
            "previous working day" => Roll::PreviousWorkingDay,
            _ => Roll::None,
        };
        let started = Timestamp::parse_in(from, &calendar.zone()).unwrap();
        let deadline = term.deadline(started, calendar).unwrap();
        assert_eq!(deadline.date.to_string(), due, "{line}");
        compared += 1;
    }
    assert_eq!(compared, 1000);
}
