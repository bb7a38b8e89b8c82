//! `reglament explain-term` as a script meets it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

use serde_json::Value;

fn explain_term(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reglament"));
    command
        .arg("explain-term")
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn json_has_the_due_day_whether_it_is_provisional_and_the_steps() {
    let from = [
        "--calendar",
        "kz",
        "--from",
        "2013-03-19",
        "--term",
        "3 working days",
    ];
    let output = explain_term(&[&from[..], &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(0));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&json["due"], &json["provisional"]),
        (&"2013-03-27".into(), &false.into())
    );
    let steps = json["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 9);
    assert_eq!(steps[0]["counted"], false);
    assert_eq!(
        (&steps[8]["date"], &steps[8]["counted"]),
        (&"2013-03-27".into(), &true.into())
    );
    assert_eq!(
        steps[3]["reason"],
        "not counted: Nowruz Holiday (Наурыз мейрамы)"
    );
}

#[test]
fn people_get_the_last_day_the_reasons_and_the_calendar() {
    let output = explain_term(&["--from", "2026-05-25", "--term", "3 working days"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for wanted in [
        "3 working days: the last day is Friday 29 May 2026, until 2026-05-30T00:00:00 Asia/Almaty",
        "  - Wednesday 27 May 2026: not counted: Eid al-Adha (Құрбан айт), date estimated",
        "  + Friday 29 May 2026: day 3 of 3",
        "Calendar kz, version holidays-",
        "Provisional: in 2026 the date of Kurban Ait is estimated",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
}

#[test]
fn what_cannot_be_computed_is_refused_with_the_reason() {
    #[rustfmt::skip]
    let table: [(&[&str], &str); 6] = [
        (&["--from", "2013-08-31", "--term", "6 months"], "state whether the last day"),
        (&["--from", "2013-03-19", "--term", "3 days"], "3 days is unqualified"),
        (&["--from", "2030-12-30", "--term", "5 working days"], "does not cover the year 2031"),
        (&["--from", "2013-02-30", "--term", "3 working days"], "there is no day 2013-02-30"),
        (&["--from", "2013-03-19", "--term", "soon"], "expected a term, found \"soon\""),
        (&["--from", "2013-03-19", "--term", "1 month", "--calendar", "xx"], "no calendar or file `xx`"),
    ];
    for (arguments, wanted) in table {
        let output = explain_term(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said.contains(wanted), "{arguments:?}: {said}");
    }
}

#[test]
fn the_rules_of_a_document_are_arguments() {
    #[rustfmt::skip]
    let table: [(&[&str], &str); 6] = [
        (&["--from", "2013-08-31", "--term", "6 months", "--month-end", "last-day"], "2014-02-28"),
        (&["--from", "2013-08-31", "--term", "6 months", "--month-end", "first-of-next-month"], "2014-03-01"),
        (&["--from", "2013-03-13", "--term", "10 calendar days", "--roll", "next-working-day"], "2013-03-26"),
        (&["--from", "2013-03-18", "--term", "3 working days", "--start", "event-day"], "2013-03-20"),
        (&["--from", "2013-03-19", "--term", "3 days", "--days", "working"], "2013-03-27"),
        (&["--from", "2013-03-19", "--term", "3 working days", "--exclude", "acceptance,handover"], "2013-03-28"),
    ];
    for (arguments, due) in table {
        let output = explain_term(&[arguments, &["--format", "json"]].concat());
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["due"], due, "{arguments:?}");
    }
}
