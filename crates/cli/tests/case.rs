//! `reglament case`: sequences of invocations over one file.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

mod office;

use std::path::Path;

use reglament_sqlite::SqliteOptions;
use serde_json::Value;

use office::{Office, code, stderr, text};

#[test]
fn a_case_goes_on_from_one_invocation_to_the_next() {
    let office = Office::new("goes-on");
    let started = office.one(
        "10:00",
        &[
            "start",
            "licence.bpmn",
            "--actor",
            "portal",
            "--applicant",
            "860314400190",
        ],
    );
    let case = started
        .get("case")
        .and_then(Value::as_u64)
        .unwrap()
        .to_string();
    let listed = office.one("10:01", &["list"]);
    assert_eq!(text(&listed, "applicant"), "860314400190");
    assert_eq!(text(&listed, "stepName"), "Құжаттарды тексеру");
    let listed = office.one("10:01", &["list", "--lang", "en"]);
    assert_eq!(text(&listed, "stepName"), "Check the documents");

    let mine = ["tasks", "--candidate", "aigul", "--group", "clerks"];
    let task = text(&office.one("10:02", &mine), "task").to_owned();
    let clerk = ["--actor", "aigul", "--group", "clerks"];
    office.done("10:03", &[&["claim", &task][..], &clerk].concat());
    let vars = ["--vars", "{\"documentsValid\": true}"];
    office.done("10:04", &[&["complete", &task][..], &vars, &clerk].concat());

    let job = office.one("10:05", &["jobs"]);
    assert_eq!(text(&job, "type"), "register");
    let job = text(&job, "job").to_owned();
    office.done("10:05", &["complete", &job, "--actor", "operator"]);

    office.done("11:04", &["advance"]);
    assert_eq!(
        text(&office.one("11:04", &["show", &case]), "status"),
        "running"
    );
    office.done("11:05", &["advance"]);
    assert_eq!(
        text(&office.one("11:05", &["show", &case]), "status"),
        "completed"
    );
    assert_eq!(
        office.done("11:05", &["list", "--lang", "en"]),
        "no cases\n"
    );
    let told = office.done("11:05", &["history", &case, "--lang", "en"]);
    assert!(
        told.contains("2013-09-02 10:03  «Check the documents»: claimed aigul"),
        "{told}"
    );
    assert!(
        told.contains("2013-09-02 10:04  «Check the documents»: done  [aigul]"),
        "{told}"
    );
    assert!(
        told.ends_with("2013-09-02 11:05  the case is completed\n"),
        "{told}"
    );
}

#[test]
fn what_is_refused_says_why_and_changes_nothing() {
    let office = Office::new("refused");
    office.done("10:00", &["start", "licence.bpmn", "--actor", "portal"]);
    let task = text(&office.one("10:00", &["tasks"]), "task").to_owned();
    let refused = office.at("10:01", &["claim", &task, "--actor", "stranger"]);
    assert_eq!(code(&refused), 1);
    let why = format!("error: `stranger` is neither the assignee nor a candidate of task {task}\n");
    assert_eq!(stderr(&refused), why);
    let suspend = ["suspend", "1", "--reason", "court", "--actor", "chief"];
    office.done("10:02", &suspend);
    let clerk = ["--actor", "aigul", "--group", "clerks", "--format", "json"];
    let refused = office.at("10:03", &[&["complete", &task][..], &clerk].concat());
    assert_eq!(code(&refused), 1);
    let said: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(text(&said, "refused"), "case 1 is suspended");
    office.done("10:04", &["resume", "1", "--actor", "chief"]);
    office.done("10:05", &[&["complete", &task][..], &clerk].concat());
    let nobody = office.at("10:06", &["message", "Payment", "--actor", "bank"]);
    assert_eq!(code(&nobody), 1);
    assert_eq!(
        stderr(&nobody),
        "error: nobody waits for message `Payment`\n"
    );
}

#[test]
fn a_version_that_is_not_proved_in_force_starts_only_when_that_is_accepted() {
    let office = Office::new("unproven");
    let pack = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../processes/kindergarten-queue"
    );
    let start = [
        "start",
        pack,
        "--channel",
        "portal",
        "--actor",
        "portal",
        "--filed",
        "2013-09-02",
    ];
    let vars = ["--vars", "{\"registered\": true}"];
    let refused = office.at("10:00", &[&start[..], &vars].concat());
    assert_eq!(code(&refused), 1);
    assert!(
        stderr(&refused).contains("cannot be proved"),
        "{}",
        stderr(&refused)
    );
    let accepted = ["--accept-unproven-version"];
    let started = office.one("10:00", &[&start[..], &vars, &accepted].concat());
    let case = started
        .get("case")
        .and_then(Value::as_u64)
        .unwrap()
        .to_string();
    let told = office.done("10:00", &["history", &case, "--lang", "en"]);
    assert!(told.contains("is not proved, which was accepted"), "{told}");
}

#[test]
fn lists_are_read_while_another_process_writes_and_changes_are_not_made() {
    let office = Office::new("locked");
    office.done("10:00", &["start", "licence.bpmn", "--actor", "portal"]);
    let writer = SqliteOptions::new()
        .open(office.path("cases.sqlite"))
        .unwrap();
    assert_eq!(text(&office.one("10:01", &["list"]), "step"), "Check");
    let resume = ["resume", "1", "--actor", "chief", "--wait", "0"];
    let locked = office.at("10:01", &resume);
    assert_eq!(code(&locked), 2);
    assert!(
        stderr(&locked).contains("another process writes to"),
        "{}",
        stderr(&locked)
    );
    drop(writer);
}

#[test]
fn verification_finds_what_was_cut_off_after_an_anchor() {
    let office = Office::new("audit");
    let key = office.path("key");
    let start = ["start", "licence.bpmn", "--actor", "portal", "--key", &key];
    office.done("10:00", &start);
    std::fs::copy(office.path("cases.sqlite"), office.path("old.sqlite")).unwrap();
    office.done("10:01", &start);
    let anchor = office.path("anchor.json");
    office.done("10:02", &["audit", "anchor", "--key", &key, "-o", &anchor]);
    office.done("10:03", &["audit", "verify", "--anchor", &anchor]);
    for file in ["cases.sqlite-wal", "cases.sqlite-shm"] {
        let _ = std::fs::remove_file(office.path(file));
    }
    std::fs::copy(office.path("old.sqlite"), office.path("cases.sqlite")).unwrap();
    let found = office.at("10:04", &["audit", "verify", "--anchor", &anchor]);
    assert_eq!(code(&found), 1, "{}", stderr(&found));
    let said = String::from_utf8(found.stdout.clone()).unwrap();
    assert!(said.contains("the case was removed"), "{said}");
    let none = office.at("10:04", &["audit", "verify", "--anchor", "licence.bpmn"]);
    assert_eq!(code(&none), 2);
}

#[test]
fn a_file_that_is_not_there_is_made_by_the_first_case_alone() {
    let office = Office::new("missing");
    assert_eq!(code(&office.at("10:00", &["list"])), 2);
    assert_eq!(code(&office.at("10:00", &["advance"])), 2);
    assert!(!Path::new(&office.path("cases.sqlite")).exists());
}

/// The cases of a list, by number.
fn listed(office: &Office, time: &str, arguments: &[&str]) -> Vec<u64> {
    let arguments = [&["list", "--format", "json"], arguments].concat();
    let list = office.done(time, &arguments);
    let number = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        row.get("case").and_then(Value::as_u64).unwrap()
    };
    list.lines().map(number).collect()
}

#[test]
fn a_list_begins_with_what_is_due_first_and_shows_the_part_that_is_asked_for() {
    let office = Office::new("list");
    let start = |time: &str, model: &str, applicant: &str| {
        let who = ["--actor", "portal", "--applicant", applicant];
        office.done(time, &[&["start", model][..], &who].concat());
    };
    start("10:00", "licence.bpmn", "Әлия");
    start("10:01", "refusal.bpmn", "Қуаныш");
    start("2013-09-03T10:00", "refusal.bpmn", "Ғазиза");
    // The second is due on the 5th, the third on the 6th, the first at no time.
    let now = "2013-09-03T10:01";
    assert_eq!(listed(&office, now, &[]), [2, 3, 1]);
    assert_eq!(listed(&office, now, &["--skip", "1", "--limit", "1"]), [3]);
    assert_eq!(listed(&office, now, &["--find", "ҚУАН"]), [2]);
    assert_eq!(listed(&office, now, &["--overdue"]), [0_u64; 0]);
    assert_eq!(listed(&office, "2013-09-06T10:00", &["--overdue"]), [2]);
    let told = office.at(now, &["list", "--limit", "2", "--lang", "en"]);
    let said = String::from_utf8(told.stdout.clone()).unwrap();
    assert!(said.lines().nth(1).unwrap().contains("Қуаныш"), "{said}");
    assert_eq!(stderr(&told), "… more: 1 (--skip 2)\n");
}
