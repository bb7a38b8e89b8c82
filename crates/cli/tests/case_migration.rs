//! `reglament case migrate` and `reglament case modify`.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

mod office;

use serde_json::Value;

use office::{Office, code, stderr, text};

/// Two cases of the licence: one at the check of the documents, one at the step that is repealed.
fn two_cases(name: &str) -> (Office, String, String) {
    let office = Office::new(name);
    let start = ["start", "licence.bpmn", "--actor", "portal"];
    let number = |value: &Value| {
        value
            .get("case")
            .and_then(Value::as_u64)
            .unwrap()
            .to_string()
    };
    let blocked = number(&office.one("10:00", &start));
    let task = text(&office.one("10:00", &["tasks"]), "task").to_owned();
    let clerk = ["--actor", "aigul", "--group", "clerks"];
    office.done("10:01", &[&["complete", &task][..], &clerk].concat());
    let goes_on = number(&office.one("10:02", &start));
    (office, goes_on, blocked)
}

const ALL: [&str; 7] = [
    "migrate",
    "--all-of",
    "licence",
    "--to",
    "amended.bpmn",
    "--actor",
    "operator",
];

#[test]
fn cases_go_on_under_an_amended_version_and_blocked_ones_say_why() {
    let (office, goes_on, blocked) = two_cases("migrate-all");
    let check = [&ALL[..], &["--check"]].concat();
    let output = office.at("10:03", &check);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let said = String::from_utf8(output.stdout).unwrap();
    let expected = format!(
        "case {blocked} cannot be migrated\n  RG1244: serviceTask `Register` has an instance (#4), and \
         the plan does not map it\ncase {goes_on} can be migrated\n"
    );
    assert_eq!(said, expected);
    let listed = office.done("10:03", &["tasks", "--lang", "kk"]);
    assert!(listed.contains("Құжаттарды тексеру"), "{listed}");
    let still = office.at(
        "10:03",
        &["migrate", &goes_on, "--to", "2", "--actor", "operator"],
    );
    assert_eq!(code(&still), 1, "a check has deployed nothing");
    assert!(
        stderr(&still).contains("there is no version 2 of process `licence`"),
        "{}",
        stderr(&still)
    );

    let ground = ["--ground", "order 12 of 1 September 2013"];
    let output = office.at("10:04", &[&ALL[..], &ground].concat());
    assert_eq!(code(&output), 1, "one of them is blocked");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains(&format!("case {goes_on} is migrated\n")),
        "{said}"
    );
    let task = text(&office.one("10:05", &["tasks"]), "task").to_owned();
    let clerk = ["--actor", "aigul", "--group", "clerks"];
    office.done("10:05", &[&["complete", &task][..], &clerk].concat());
    let task = office.one("10:06", &["tasks"]);
    assert_eq!(text(&task, "element"), "Inspect");
    let job = office.one("10:06", &["jobs"]);
    assert_eq!(
        job.get("case").and_then(Value::as_u64).unwrap().to_string(),
        blocked,
        "the blocked case goes on as it was"
    );
    let told = office.done("10:07", &["history", &goes_on, "--lang", "en"]);
    let expected = "goes on under another version (2): order 12 of 1 September 2013  [operator]";
    assert!(told.contains(expected), "{told}");
    assert!(
        told.contains("«Check the documents»: done  [aigul]"),
        "{told}"
    );
}

#[test]
fn the_history_of_a_migrated_case_verifies_against_an_anchor() {
    let office = Office::new("migrate-audit");
    let (key, anchor) = (office.path("key"), office.path("anchor.json"));
    let started = ["start", "licence.bpmn", "--actor", "portal", "--key", &key];
    office.done("10:00", &started);
    office.done("10:01", &[&ALL[..], &["--key", &key]].concat());
    office.done("10:02", &["audit", "anchor", "--key", &key, "-o", &anchor]);
    office.done("10:03", &["audit", "verify", "--anchor", &anchor]);
}

#[test]
fn a_plan_is_written_completed_and_carried_out() {
    let (office, _, blocked) = two_cases("migrate-plan");
    let plan = office.path("plan.json");
    let to = ["migrate", &blocked, "--to", "amended.bpmn"];
    let operator = ["--actor", "operator"];
    let check = ["--check", "--write-plan", &plan];
    let written = office.at("10:03", &[&to[..], &check, &operator].concat());
    assert_eq!(code(&written), 1);
    let mut content: Value = serde_json::from_slice(&std::fs::read(&plan).unwrap()).unwrap();
    let unmapped = content.pointer("/plan/unmapped/0").unwrap();
    assert_eq!(text(unmapped, "id"), "Register");
    assert_eq!(
        text(unmapped, "reason"),
        "the target has no element with this id"
    );

    // The step is repealed: its case goes back to the check by hand, then on under the amended version.
    let job = text(&office.one("10:04", &["jobs"]), "job").to_owned();
    office.done(
        "10:04",
        &[
            "modify",
            &blocked,
            "--cancel",
            &job,
            "--before",
            "Check",
            "--ground",
            "a repealed step",
            "--actor",
            "operator",
        ],
    );
    *content.get_mut("ground").unwrap() = "order 12".into();
    std::fs::write(&plan, content.to_string()).unwrap();
    office.done("10:05", &[&to[..], &["--plan", &plan], &operator].concat());
    let told = office.done("10:06", &["history", &blocked, "--lang", "en"]);
    assert!(
        told.contains("moved by hand: a repealed step  [operator]"),
        "{told}"
    );
    assert!(
        told.contains("goes on under another version (2): order 12"),
        "{told}"
    );
    let again = office.at(
        "10:07",
        &["migrate", &blocked, "--plan", &plan, "--actor", "operator"],
    );
    assert_eq!(code(&again), 1);
    let said = String::from_utf8(again.stdout).unwrap();
    assert!(said.contains("runs under definition"), "{said}");
}

#[test]
fn what_cannot_be_read_or_makes_no_sense_is_refused() {
    let (office, goes_on, _) = two_cases("migrate-refused");
    let plan = office.path("plan.json");
    std::fs::write(&plan, "{}").unwrap();
    let no_plan = office.at(
        "10:03",
        &["migrate", &goes_on, "--plan", &plan, "--actor", "a"],
    );
    assert_eq!(code(&no_plan), 2);
    assert!(
        stderr(&no_plan).contains("is no plan of a migration: missing field `source`"),
        "{}",
        stderr(&no_plan)
    );
    let nothing = office.at(
        "10:03",
        &["modify", &goes_on, "--ground", "x", "--actor", "a"],
    );
    assert_eq!(code(&nothing), 2);
    assert!(stderr(&nothing).contains("nothing is asked for"));
    let wrong = [
        "--before", "Wait", "--over", "nowhere", "--ground", "x", "--actor", "a",
    ];
    let wrong = office.at("10:03", &[&["modify", &goes_on][..], &wrong].concat());
    assert_eq!(code(&wrong), 1);
    assert!(
        stderr(&wrong).contains("the instance cannot be modified: there is no flow `nowhere`"),
        "{}",
        stderr(&wrong)
    );
    let shown = office.one("10:04", &["show", &goes_on]);
    assert_eq!(text(&shown, "status"), "running");
}
