//! Statutory terms on the work calendar of Kazakhstan.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod opening_hours;

use reglament_core::calendar::{CalendarError, WorkCalendar};
use reglament_core::term::{
    Amount, Budget, Change, Deadline, Extension, Ledger, Left, MonthEnd, Progress, Reading, Roll,
    StartRule, Term, TermError, Unit, explain_term,
};
use reglament_core::timer::{Date, Timestamp, Zone};

fn kz() -> &'static WorkCalendar {
    WorkCalendar::builtin("kz").unwrap()
}

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// An instant on the wall clock of Almaty.
fn almaty(text: &str) -> Timestamp {
    Timestamp::parse_in(text, &kz().zone()).unwrap()
}

fn budget(text: &str) -> Budget {
    Term::parse(text).unwrap().reading.unwrap().budget
}

fn term(text: &str) -> Term {
    Term::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn ends(term: &Term, from: &str) -> String {
    term.deadline(almaty(from), kz()).unwrap().date.to_string()
}

fn running(term: &Term, ledger: &Ledger, calendar: &WorkCalendar) -> Deadline {
    match term.progress(ledger, calendar).unwrap() {
        Progress::Running(deadline) => deadline,
        Progress::Suspended { .. } => panic!("suspended"),
    }
}

#[test]
fn working_days_pass_over_nauryz_and_count_the_day_that_it_was_moved_from() {
    let explained = explain_term(kz(), "2013-03-19", "3 working days").unwrap();
    assert_eq!(
        serde_json::to_string_pretty(&explained).unwrap(),
        r#"{
  "due": "2013-03-27",
  "provisional": false,
  "steps": [
    {
      "date": "2013-03-19",
      "counted": false,
      "reason": "not counted: the day of the event, the next day is day one"
    },
    {
      "date": "2013-03-20",
      "counted": true,
      "reason": "day 1 of 3"
    },
    {
      "date": "2013-03-21",
      "counted": false,
      "reason": "not counted: Nowruz Holiday (Наурыз мейрамы)"
    },
    {
      "date": "2013-03-22",
      "counted": false,
      "reason": "not counted: Nowruz Holiday (Наурыз мейрамы)"
    },
    {
      "date": "2013-03-23",
      "counted": false,
      "reason": "not counted: Nowruz Holiday (Наурыз мейрамы)"
    },
    {
      "date": "2013-03-24",
      "counted": false,
      "reason": "not counted: Sunday is a day off"
    },
    {
      "date": "2013-03-25",
      "counted": false,
      "reason": "not counted: day off for Nowruz Holiday (Наурыз мейрамы), which fell on a day off"
    },
    {
      "date": "2013-03-26",
      "counted": true,
      "reason": "day 2 of 3"
    },
    {
      "date": "2013-03-27",
      "counted": true,
      "reason": "day 3 of 3"
    }
  ]
}"#
    );
}

#[test]
fn a_saturday_worked_instead_of_a_friday_counts_and_the_friday_does_not() {
    let deadline = term("4 working days")
        .deadline(almaty("2013-05-02T10:00:00"), kz())
        .unwrap();
    assert_eq!(deadline.date, date("2013-05-08"));
    let said: Vec<String> = deadline.steps.iter().map(ToString::to_string).collect();
    assert_eq!(
        said[2],
        "Saturday 4 May 2013: day 2 of 4, worked instead of Friday 10 May 2013"
    );
    let deadline = term("1 working day")
        .deadline(almaty("2013-05-08"), kz())
        .unwrap();
    assert_eq!(deadline.date, date("2013-05-13"));
    assert_eq!(
        deadline.steps[2].to_string(),
        "Friday 10 May 2013: not counted: day off moved from Saturday 4 May 2013, which is worked"
    );
}

#[test]
fn a_term_in_days_ends_at_midnight_in_the_zone_of_the_calendar_then_in_force() {
    // Almaty moved from +06:00 to +05:00 on 1 March 2024; Aktobe was at +05:00 before and after.
    let aktobe = kz().in_zone(Zone::parse("Asia/Aqtobe").unwrap());
    for (from, in_almaty, in_aktobe) in [
        (
            "2024-02-20T10:00:00",
            "2024-02-21T18:00:00Z",
            "2024-02-21T19:00:00Z",
        ),
        (
            "2024-03-04T10:00:00",
            "2024-03-05T19:00:00Z",
            "2024-03-05T19:00:00Z",
        ),
        (
            "2024-02-29T10:00:00",
            "2024-03-01T19:00:00Z",
            "2024-03-01T19:00:00Z",
        ),
    ] {
        let at = almaty(from);
        let one = term("1 working day");
        assert_eq!(
            one.deadline(at, kz()).unwrap().at.to_string(),
            in_almaty,
            "{from}"
        );
        assert_eq!(
            one.deadline(at, &aktobe).unwrap().at.to_string(),
            in_aktobe,
            "{from}"
        );
    }
    // 23:30 in Almaty is still the day before in Aktobe.
    let late = almaty("2023-06-05T23:30:00");
    let at_last = late.checked_add_micros(3_600_000_000).unwrap();
    assert_eq!(
        term("1 calendar day").deadline(at_last, kz()).unwrap().date,
        date("2023-06-07")
    );
    assert_eq!(
        term("1 calendar day")
            .deadline(at_last, &aktobe)
            .unwrap()
            .date,
        date("2023-06-06")
    );
}

#[test]
fn start_excluded_days_and_roll_are_applied_as_stated() {
    let mut three = term("3 working days");
    three.start = StartRule::EventDay;
    assert_eq!(ends(&three, "2013-03-18"), "2013-03-20");
    three.excludes.acceptance = true;
    assert_eq!(ends(&three, "2013-03-18"), "2013-03-26");
    three.excludes.handover = true;
    assert_eq!(ends(&three, "2013-03-18"), "2013-03-27");

    let mut ten = term("10 calendar days");
    assert_eq!(ends(&ten, "2013-03-13"), "2013-03-23");
    ten.roll = Roll::NextWorkingDay;
    assert_eq!(ends(&ten, "2013-03-13"), "2013-03-26");
    ten.roll = Roll::PreviousWorkingDay;
    assert_eq!(ends(&ten, "2013-03-13"), "2013-03-20");
    ten.start = StartRule::EventDay;
    ten.roll = Roll::None;
    assert_eq!(ends(&ten, "2013-03-13"), "2013-03-22");
}

#[test]
fn a_handover_day_is_the_first_working_day_after_the_counted_ones() {
    let mut three = term("3 working days");
    three.excludes.handover = true;
    let deadline = three.deadline(almaty("2013-03-19"), kz()).unwrap();
    let last = deadline.steps.last().unwrap().to_string();
    assert_eq!(
        last,
        "Thursday 28 March 2013: not counted: the day of handing over the result"
    );
}

#[test]
fn months_are_rounded_as_the_term_names_and_refused_where_it_does_not() {
    let mut six = term("6 months");
    assert_eq!(ends(&six, "2013-03-19"), "2013-09-19");
    let refused = six.deadline(almaty("2013-08-31"), kz()).unwrap_err();
    let (from, budget) = (date("2013-08-31"), budget("6 months"));
    assert_eq!(refused, TermError::MonthEnd { from, budget });
    six.month_end = Some(MonthEnd::LastDay);
    assert_eq!(ends(&six, "2013-08-31"), "2014-02-28");
    six.month_end = Some(MonthEnd::FirstOfNextMonth);
    assert_eq!(ends(&six, "2013-08-31"), "2014-03-01");
    six.start = StartRule::EventDay;
    assert_eq!(ends(&six, "2013-03-19"), "2013-09-18");
    assert_eq!(ends(&six, "2013-08-31"), "2014-03-01");
    let mut year = term("1 year");
    year.month_end = Some(MonthEnd::LastDay);
    assert_eq!(ends(&year, "2012-02-29"), "2013-02-28");
    year.roll = Roll::NextWorkingDay;
    assert_eq!(ends(&year, "2012-03-22"), "2013-03-26");
}

#[test]
fn minutes_pass_whatever_the_calendar_says() {
    for (text, from, at) in [
        ("1.5 minutes", "2013-03-22T23:59:00", "2013-03-22T18:00:30Z"),
        ("30 seconds", "2013-03-22T10:00:00", "2013-03-22T04:00:30Z"),
        ("24 hours", "2024-02-29T10:00:00", "2024-03-01T04:00:00Z"),
    ] {
        let deadline = term(text).deadline(almaty(from), kz()).unwrap();
        assert_eq!(deadline.at.to_string(), at, "{text}");
        assert!(deadline.provisional.is_empty());
    }
}

#[test]
fn texts_are_read_with_their_bounds_and_ranges() {
    #[rustfmt::skip]
    let table = [
        ("3 working days", "3 working days", None),
        ("1 working day", "1 working day", None),
        ("within 10 calendar days", "10 calendar days", None),
        ("not later than 22 working days", "22 working days", None),
        ("3 (three) working days", "3 working days", None),
        ("3 days", "3 days", None),
        ("6 months", "6 months", None),
        ("1.5 minutes", "1.5 minutes", None),
        ("8 working hours", "8 working hours", None),
        ("30 seconds to 1 minute", "1 minute", Some("30 seconds")),
        ("15 to 30 calendar days", "30 calendar days", Some("15 calendar days")),
        ("15-30 calendar days", "30 calendar days", Some("15 calendar days")),
        ("30 сек. – 1 мин", "1 minute", Some("30 seconds")),
        ("30 сек- 1 мин", "1 minute", Some("30 seconds")),
        ("1,5 мин", "1.5 minutes", None),
        ("15 минуттан артық емес", "15 minutes", None),
        ("14 (он төрт) жұмыс күнінен кешіктірмей", "14 working days", None),
        ("10 күнтізбелік күн ішінде", "10 calendar days", None),
        ("3 күн", "3 days", None),
        ("5 рабочих дней", "5 working days", None),
    ];
    for (text, value, minimum) in table {
        let term = term(text);
        let reading = term.reading.unwrap();
        assert_eq!(
            (term.literal.as_str(), reading.budget.to_string().as_str()),
            (text, value)
        );
        assert_eq!(
            reading.minimum.map(|low| low.to_string()).as_deref(),
            minimum,
            "{text}"
        );
    }
    for text in [
        "",
        "3",
        "days",
        "three days",
        "-1 day",
        "0 days",
        "1.5 working days",
        "2 weeks",
        "3 working days 2 hours",
        "1.1234567 minutes",
        "9999999 days",
    ] {
        assert!(Term::parse(text).is_err(), "{text}");
    }
}

#[test]
fn days_of_an_unstated_kind_are_computed_only_by_the_reading_stated() {
    let three = term("3 days");
    let refused = three.deadline(almaty("2013-03-19"), kz()).unwrap_err();
    assert_eq!(
        refused,
        TermError::Unqualified {
            budget: budget("3 days")
        }
    );
    assert_eq!(
        ends(&three.clone().read_days_as(Unit::WorkingDays), "2013-03-19"),
        "2013-03-27"
    );
    assert_eq!(
        ends(&three.read_days_as(Unit::CalendarDays), "2013-03-19"),
        "2013-03-22"
    );
    let none = Term::new("-", None);
    assert_eq!(
        none.deadline(almaty("2013-03-19"), kz()),
        Err(TermError::NoValue)
    );
}

#[test]
fn of_several_terms_the_first_whose_condition_holds_applies() {
    let mut terms = vec![
        term("7 working days"),
        term("22 working days"),
        term("30 working days"),
    ];
    terms[1].condition = Some("rural".to_owned());
    terms[2].condition = Some("remote".to_owned());
    let chosen = |wanted: &str| {
        Term::applicable(&terms, |condition| condition == wanted)
            .unwrap()
            .literal
            .as_str()
    };
    assert_eq!(chosen("city"), "7 working days");
    assert_eq!(chosen("rural"), "22 working days");
    assert_eq!(chosen("remote"), "30 working days");
}

#[test]
fn a_year_that_the_calendar_does_not_cover_is_an_error() {
    let beyond = |year| {
        TermError::Calendar(CalendarError::NotCovered {
            calendar: "kz".to_owned(),
            year,
        })
    };
    let five = term("5 working days");
    assert_eq!(five.deadline(almaty("2030-12-30"), kz()), Err(beyond(2031)));
    assert_eq!(five.deadline(almaty("2010-12-20"), kz()), Err(beyond(2010)));
    assert!(
        term("5 calendar days")
            .deadline(almaty("2010-12-20"), kz())
            .is_ok()
    );
}

#[test]
fn what_rests_on_a_provisional_year_says_so() {
    let five = term("5 working days");
    assert!(
        five.deadline(almaty("2025-12-01"), kz())
            .unwrap()
            .provisional
            .is_empty()
    );
    assert_eq!(
        five.deadline(almaty("2025-12-29"), kz())
            .unwrap()
            .provisional,
        [2026]
    );
    assert!(
        explain_term(kz(), "2026-05-25", "3 working days")
            .unwrap()
            .provisional
    );
    let deadline = five.deadline(almaty("2025-12-01"), kz()).unwrap();
    assert_eq!(
        (
            deadline.calendar.as_str(),
            deadline.calendar_version.as_str()
        ),
        ("kz", kz().version())
    );
}

#[test]
fn a_suspension_keeps_what_is_left_and_gives_it_back() {
    let ten = term("10 working days");
    let mut ledger = Ledger::started(almaty("2013-06-03T10:00:00"));
    let due = running(&ten, &ledger, kz()).date;
    assert_eq!(due, date("2013-06-17"));
    let stop = almaty("2013-06-06T15:00:00");
    assert_eq!(ten.suspend(&mut ledger, kz(), stop), Ok(Change::Made));
    assert_eq!(
        ten.suspend(&mut ledger, kz(), almaty("2013-06-07")),
        Ok(Change::None)
    );
    let Progress::Suspended { since, left, .. } = ten.progress(&ledger, kz()).unwrap() else {
        panic!("running");
    };
    // 4 and 5 June were counted, 6 June is the day of the suspension.
    assert_eq!((since, left), (stop, Left::Days(8)));
    assert_eq!(
        ten.resume(&mut ledger, almaty("2013-06-11T09:00:00")),
        Ok(Change::Made)
    );
    assert_eq!(
        ten.resume(&mut ledger, almaty("2013-06-12")),
        Ok(Change::None)
    );
    // 6, 7 and 10 June did not count.
    assert_eq!(running(&ten, &ledger, kz()).date, date("2013-06-20"));
}

#[test]
fn a_suspension_of_minutes_gives_back_exactly_the_minutes() {
    let hour = term("1 hour");
    let mut ledger = Ledger::started(almaty("2013-06-03T10:00:00"));
    hour.suspend(&mut ledger, kz(), almaty("2013-06-03T10:20:00"))
        .unwrap();
    let progress = hour.progress(&ledger, kz()).unwrap();
    assert!(matches!(
        progress,
        Progress::Suspended {
            left: Left::Micros(2_400_000_000),
            ..
        }
    ));
    hour.resume(&mut ledger, almaty("2013-06-05T08:00:00"))
        .unwrap();
    assert_eq!(
        running(&hour, &ledger, kz()).at,
        almaty("2013-06-05T08:40:00")
    );
}

#[test]
fn suspensions_that_overlap_or_lie_in_one_another_stop_the_clock_once() {
    let hour = term("1 hour");
    let mut ledger = Ledger::started(almaty("2013-06-03T10:00:00"));
    for (from, to) in [("10:10", "10:40"), ("10:20", "10:30"), ("10:35", "10:50")] {
        let at = |time| almaty(&format!("2013-06-03T{time}:00"));
        ledger.record(at(from), at(to)).unwrap();
    }
    assert_eq!(
        running(&hour, &ledger, kz()).at,
        almaty("2013-06-03T11:40:00")
    );
    let backwards = ledger.record(almaty("2013-06-04"), almaty("2013-06-03T12:00:00"));
    assert!(
        matches!(backwards, Err(TermError::OutOfOrder { .. })),
        "{backwards:?}"
    );
}

#[test]
fn what_is_done_at_the_last_instant_is_in_time() {
    let hour = term("1 hour");
    let mut ledger = Ledger::started(almaty("2013-06-03T10:00:00"));
    let deadline = running(&hour, &ledger, kz());
    assert!(!deadline.is_overdue(deadline.at));
    assert!(deadline.is_overdue(deadline.at.checked_add_micros(1).unwrap()));
    ledger
        .record(deadline.at, almaty("2013-06-03T12:00:00"))
        .unwrap();
    assert_eq!(
        running(&hour, &ledger, kz()).at,
        deadline.at,
        "nothing was left to be stopped"
    );
}

#[test]
fn months_are_lengthened_by_the_days_on_which_the_clock_stood_still() {
    let one = term("1 month");
    let mut ledger = Ledger::started(almaty("2013-06-03"));
    one.suspend(&mut ledger, kz(), almaty("2013-06-10"))
        .unwrap();
    let progress = one.progress(&ledger, kz()).unwrap();
    assert!(
        matches!(
            progress,
            Progress::Suspended {
                left: Left::Days(24),
                ..
            }
        ),
        "{progress:?}"
    );
    one.resume(&mut ledger, almaty("2013-06-15")).unwrap();
    assert_eq!(running(&one, &ledger, kz()).date, date("2013-07-08"));
}

#[test]
fn what_has_expired_can_no_longer_be_changed() {
    let mut three = term("3 working days");
    three.extension = Some(Extension::UpTo(budget("2 working days")));
    let mut ledger = Ledger::started(almaty("2013-06-03"));
    let due = running(&three, &ledger, kz()).at;
    let late = due.checked_add_micros(1).unwrap();
    let expired = Err(TermError::Expired { due });
    assert_eq!(three.suspend(&mut ledger, kz(), late).map(|_| ()), expired);
    assert_eq!(three.interrupt(&mut ledger, kz(), late), expired);
    assert_eq!(
        three.extend(&mut ledger, kz(), budget("1 working day"), late),
        expired
    );
    assert_eq!(
        three.suspend(&mut ledger, kz(), due),
        Ok(Change::Made),
        "the last instant is in time"
    );
}

#[test]
fn an_interruption_starts_the_whole_budget_again() {
    let three = term("3 working days");
    let mut ledger = Ledger::started(almaty("2013-06-03"));
    three
        .suspend(&mut ledger, kz(), almaty("2013-06-04"))
        .unwrap();
    three
        .interrupt(&mut ledger, kz(), almaty("2013-06-10"))
        .unwrap();
    assert!(!ledger.is_suspended());
    assert_eq!(running(&three, &ledger, kz()).date, date("2013-06-13"));
    let early = three.interrupt(&mut ledger, kz(), almaty("2013-06-09"));
    assert!(
        matches!(early, Err(TermError::OutOfOrder { .. })),
        "{early:?}"
    );
}

#[test]
fn an_extension_is_granted_once_and_is_added_before_the_end_is_rolled() {
    let mut ten = term("10 calendar days");
    ten.roll = Roll::NextWorkingDay;
    ten.extension = Some(Extension::UpTo(budget("14 calendar days")));
    let mut ledger = Ledger::started(almaty("2013-03-13"));
    assert_eq!(running(&ten, &ledger, kz()).date, date("2013-03-26"));
    let at = almaty("2013-03-20");
    let mixed = ten.extend(&mut ledger, kz(), budget("1 month"), at);
    assert!(
        matches!(mixed, Err(TermError::MixedUnits { .. })),
        "{mixed:?}"
    );
    let long = ten.extend(&mut ledger, kz(), budget("15 calendar days"), at);
    assert!(
        matches!(long, Err(TermError::ExtensionTooLong { .. })),
        "{long:?}"
    );
    assert_eq!(
        ten.extend(&mut ledger, kz(), budget("14 calendar days"), at),
        Ok(())
    );
    let deadline = running(&ten, &ledger, kz());
    // From the rolled 26 March it would be 9 April.
    assert_eq!(
        (deadline.unrolled, deadline.date),
        (date("2013-04-06"), date("2013-04-08"))
    );
    let again = ten.extend(&mut ledger, kz(), budget("1 calendar day"), at);
    assert_eq!(again, Err(TermError::AlreadyExtended));
    let never = term("3 working days").extend(&mut Ledger::started(at), kz(), budget("1 day"), at);
    assert_eq!(never, Err(TermError::NotExtendable));
}

#[test]
fn the_calendar_that_comes_with_the_library_says_what_it_rests_on() {
    assert_eq!(
        kz().years().collect::<Vec<_>>(),
        (2011..=2030).collect::<Vec<_>>()
    );
    assert!(kz().provisional(2025).unwrap().is_empty());
    assert_eq!(kz().provisional(2026).unwrap().len(), 2);
    assert!(kz().source().contains("PyPI") && kz().licence().starts_with("MIT"));
    assert!(!kz().day(date("2026-05-27")).unwrap().is_working());
    let estimated = kz().day(date("2026-05-27")).unwrap().reason().to_string();
    assert_eq!(estimated, "Eid al-Adha (Құрбан айт), date estimated");
    assert!(kz().day(date("2020-05-11")).unwrap().is_working());
    assert_eq!(
        kz().working_day_from(date("2013-03-21")),
        Ok(date("2013-03-26"))
    );
    assert_eq!(
        kz().working_day_until(date("2013-03-25")),
        Ok(date("2013-03-20"))
    );
}

#[test]
fn a_wrong_calendar_file_is_refused() {
    let file = |days: &str| {
        format!(
            r#"{{"id":"x","version":"1","title":"","source":"","licence":"","zone":"UTC",
            "weekly_days_off":["friday"],"years":{{"2020":{{"provisional":[]}}}},"days":[{days}]}}"#
        )
    };
    let good = WorkCalendar::from_json(&file("")).unwrap();
    assert!(!good.day(date("2020-01-03")).unwrap().is_working());
    #[rustfmt::skip]
    let table = [
        (r#"{"date":"2021-01-01","kind":"holiday","en":"A"}"#, "not covered"),
        (r#"{"date":"2020-02-30","kind":"holiday","en":"A"}"#, "there is no day 2020-02-30"),
        (r#"{"date":"2020-01-01","kind":"holiday"}"#, "no English name"),
        (r#"{"date":"2020-01-01","kind":"worked"}"#, "for which day"),
        (r#"{"date":"2020-01-01","kind":"feast","en":"A"}"#, "unknown variant"),
        (r#"{"date":"2020-01-01","kind":"holiday","en":"A"},{"date":"2020-01-01","kind":"holiday","en":"B"}"#, "twice"),
    ];
    for (days, wanted) in table {
        let error = WorkCalendar::from_json(&file(days))
            .unwrap_err()
            .to_string();
        assert!(error.contains(wanted), "{days}: {error}");
    }
}

#[test]
fn a_term_and_its_ledger_are_stored_as_they_are() {
    let mut full = term("15 to 30 calendar days");
    full.month_end = Some(MonthEnd::LastDay);
    full.extension = Some(Extension::UpTo(budget("1 calendar day")));
    let json = serde_json::to_string(&full).unwrap();
    assert_eq!(serde_json::from_str::<Term>(&json).unwrap(), full);
    let short = r#"{"literal":"3 күн","reading":{"budget":{"amount":"3","unit":"unqualified"}}}"#;
    let unqualified = Budget::new(Amount::whole(3).unwrap(), Unit::Unqualified).unwrap();
    let expected = Term::new("3 күн", Some(Reading::of(unqualified)));
    assert_eq!(serde_json::from_str::<Term>(short).unwrap(), expected);
    let mut ledger = Ledger::started(almaty("2013-06-03"));
    ledger
        .record(almaty("2013-06-04"), almaty("2013-06-05"))
        .unwrap();
    let json = serde_json::to_string(&ledger).unwrap();
    assert_eq!(serde_json::from_str::<Ledger>(&json).unwrap(), ledger);
}

#[test]
fn an_end_on_a_day_off_is_rolled_in_the_same_way_however_it_was_reached() {
    // Each path leads to Saturday 23 March 2013, a holiday; the next working day is the 26th.
    let mut ten = term("10 calendar days");
    ten.roll = Roll::NextWorkingDay;
    let armed = Ledger::started(almaty("2013-03-13"));

    let mut resumed = Ledger::started(almaty("2013-03-11"));
    ten.suspend(&mut resumed, kz(), almaty("2013-03-14"))
        .unwrap();
    ten.resume(&mut resumed, almaty("2013-03-16")).unwrap();

    let mut interrupted = Ledger::started(almaty("2013-03-05"));
    ten.interrupt(&mut interrupted, kz(), almaty("2013-03-13"))
        .unwrap();

    let mut nine = term("9 calendar days");
    nine.roll = Roll::NextWorkingDay;
    nine.extension = Some(Extension::UpTo(budget("1 calendar day")));
    let mut extended = Ledger::started(almaty("2013-03-13"));
    nine.extend(
        &mut extended,
        kz(),
        budget("1 calendar day"),
        almaty("2013-03-14"),
    )
    .unwrap();

    let paths = [
        (&ten, armed),
        (&ten, resumed),
        (&ten, interrupted),
        (&nine, extended),
    ];
    for (term, ledger) in paths {
        let deadline = running(term, &ledger, kz());
        assert_eq!(
            (deadline.unrolled, deadline.date),
            (date("2013-03-23"), date("2013-03-26"))
        );
        assert!(
            deadline
                .steps
                .last()
                .unwrap()
                .to_string()
                .ends_with("that the end moves to")
        );
    }
}

#[test]
fn a_newer_calendar_gives_a_newer_answer_for_an_open_term_only_where_it_is_crossed() {
    let calendar = |version: &str, days: &str| {
        WorkCalendar::from_json(&format!(
            r#"{{"id":"x","version":"{version}","title":"","source":"","licence":"",
            "zone":"Asia/Almaty","weekly_days_off":["saturday","sunday"],
            "years":{{"2013":{{"provisional":[]}}}},"days":[{days}]}}"#
        ))
        .unwrap()
    };
    let old = calendar("1", "");
    let five = term("5 working days");
    let ledger = Ledger::started(almaty("2013-06-03"));
    let before = running(&five, &ledger, &old);
    assert_eq!(
        (before.date, before.calendar_version.as_str()),
        (date("2013-06-10"), "1")
    );
    #[rustfmt::skip]
    let table = [
        ("2013-06-03", "2013-06-10", "the day of the event"),
        ("2013-06-05", "2013-06-11", "inside"),
        ("2013-06-10", "2013-06-11", "the last day"),
        ("2013-06-11", "2013-06-10", "after the end"),
    ];
    for (day, ends, place) in table {
        let row = format!(r#"{{"date":"{day}","kind":"holiday","en":"A day of mourning"}}"#);
        let after = running(&five, &ledger, &calendar("2", &row));
        assert_eq!(
            (after.date, after.calendar_version.as_str()),
            (date(ends), "2"),
            "{place}"
        );
    }
}

#[test]
fn a_computation_is_explained_in_kazakh_in_the_words_of_the_regulations() {
    let kz = WorkCalendar::builtin("kz").unwrap();
    let started = Timestamp::parse_in("2013-03-19", &kz.zone()).unwrap();
    let deadline = Term::parse("3 working days")
        .unwrap()
        .deadline(started, kz)
        .unwrap();
    let steps: Vec<String> = deadline
        .steps
        .iter()
        .map(reglament_core::term::Step::in_kazakh)
        .collect();
    assert_eq!(
        steps,
        [
            "2013 жылғы 19 наурыз, сейсенбі: есептелмейді: оқиға болған күн, бірінші күн – келесі күн",
            "2013 жылғы 20 наурыз, сәрсенбі: 1-күн, барлығы 3",
            "2013 жылғы 21 наурыз, бейсенбі: есептелмейді: мереке – Наурыз мейрамы",
            "2013 жылғы 22 наурыз, жұма: есептелмейді: мереке – Наурыз мейрамы",
            "2013 жылғы 23 наурыз, сенбі: есептелмейді: мереке – Наурыз мейрамы",
            "2013 жылғы 24 наурыз, жексенбі: есептелмейді: демалыс күні – жексенбі",
            "2013 жылғы 25 наурыз, дүйсенбі: есептелмейді: демалыс күні, мереке демалыс күніне тура келді – Наурыз мейрамы",
            "2013 жылғы 26 наурыз, сейсенбі: 2-күн, барлығы 3",
            "2013 жылғы 27 наурыз, сәрсенбі: 3-күн, барлығы 3",
        ]
    );
}
