//! `reglament case report` and `survey`: sequences of invocations over one file.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

mod office;

use office::{Office, code, stderr, text};
use serde_json::Value;

const SOCIAL_ASSISTANCE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../processes/social-assistance"
);

/// A case that is decided on the day of its filing, and one that is decided eight days later.
fn two_cases(name: &str) -> Office {
    let office = Office::new(name);
    for done in ["10:05", "2013-09-10T10:00"] {
        let started = office.one("10:00", &["start", "refusal.bpmn", "--actor", "portal"]);
        let case = started.get("case").unwrap().to_string();
        let row = office.one(done, &["show", &case]);
        assert_eq!(text(&row, "dueDay"), "2013-09-05");
        let tasks = row.get("tasks").and_then(Value::as_array).unwrap();
        let task = text(tasks.first().unwrap(), "task");
        office.done(done, &["complete", task, "--actor", "aigul"]);
    }
    office
}

#[test]
fn the_report_counts_cases_in_time_refusals_and_times_per_step() {
    let office = two_cases("report");
    let report = office.one("2013-09-11T10:00", &["report"]);
    let group = report.pointer("/groups/0").unwrap();
    assert_eq!(text(group, "service"), "refusal");
    let term = group.get("serviceTerm").unwrap();
    assert_eq!(text(term, "sharePercent"), "50.0");
    let counts = ["met", "missed", "overdue"].map(|name| term.get(name).unwrap().as_u64());
    assert_eq!(counts, [Some(1), Some(1), Some(0)]);
    let outcome = group.pointer("/outcomes/0").unwrap();
    assert_eq!(text(outcome, "ground"), "құжаттардағы бұзушылықтар");
    assert_eq!(outcome.get("count").unwrap().as_u64(), Some(2));
    let seconds = group.pointer("/steps/0/seconds").unwrap();
    let figures = ["median", "max"].map(|name| seconds.get(name).unwrap().as_u64());
    assert_eq!(figures, [Some(300), Some(8 * 86_400)]);
    // Two working days more than the three: the 7th and the 8th were a Saturday and a Sunday.
    let used = group.pointer("/terms/0/used/max").unwrap().as_u64();
    assert_eq!(used, Some(6));
}

#[test]
fn the_report_is_written_for_people_and_for_spreadsheets() {
    let office = two_cases("report-forms");
    let told = office.done("2013-09-11T10:00", &["report", "--lang", "en"]);
    assert!(
        told.contains("Within the term: 50.0 % (in time 1, late 1)\n"),
        "{told}"
    );
    assert!(told.contains("8 d"), "{told}");
    let csv = ["report", "--format", "csv", "--by", "service,month"];
    let csv = office.done("2013-09-11T10:00", &csv);
    let share = "refusal,,,2013-09,share within the service term,,,%,50.0\n";
    assert!(csv.contains(share), "{csv}");
    let none = ["report", "--to", "2013-09-01", "--lang", "en"];
    assert_eq!(office.done("2013-09-11T10:00", &none), "no cases\n");
    let wrong = office.at("10:00", &["report", "--pack", "nowhere"]);
    assert_eq!(code(&wrong), 2);
}

#[test]
fn indicators_are_named_as_the_regulation_names_them() {
    let office = Office::new("report-pack");
    let pack = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../processes/kindergarten-queue"
    );
    let start = ["start", pack, "--channel", "portal", "--actor", "portal"];
    let vars = ["--vars", "{\"registered\": true}"];
    office.done("10:00", &[&start[..], &vars].concat());
    let report = office.one("10:01", &["report", "--pack", pack]);
    let indicators = report.pointer("/groups/0/indicators").unwrap();
    let indicators = indicators.as_array().unwrap();
    let numbers: Vec<&str> = indicators.iter().map(|it| text(it, "number")).collect();
    assert_eq!(numbers, ["1.1", "2.1", "3.1", "3.2", "4.1", "5.1"]);
    let measured = indicators
        .iter()
        .map(|it| it.get("measured").unwrap() == true);
    assert_eq!(measured.filter(|it| *it).count(), 1);
    // The term has not ended: nothing is known of it yet.
    assert!(
        indicators
            .first()
            .unwrap()
            .get("percent")
            .unwrap()
            .is_null()
    );
}

#[test]
fn a_survey_shows_its_questions_and_counts_answers_without_the_case() {
    let office = Office::new("survey");
    let start = ["start", SOCIAL_ASSISTANCE, "--channel", "local-body"];
    let actor = ["--actor", "employee"];
    let started = office.one("10:00", &[&start[..], &actor].concat());
    let case = started.get("case").unwrap().to_string();
    let asked = office.done("10:01", &["survey", &case]);
    assert!(asked.contains("  3  қанағаттанарлық\n"), "{asked}");
    let words = "Атаулы көмек";
    for answer in ["3", "3", "1"] {
        let answers = format!(
            "{{\"survey\": {{\"service\": \"{words}\", \"process\": \"{answer}\", \"information\": \"3\"}}}}"
        );
        office.done("10:02", &["survey", &case, "--answers", &answers]);
    }
    let refused = office.at("10:03", &["survey", &case, "--answers", "{}"]);
    assert_eq!(code(&refused), 1, "{}", stderr(&refused));
    let report = office.one("10:04", &["report"]);
    let questions = report.pointer("/groups/0/surveys/questions").unwrap();
    let process = questions.as_array().unwrap().iter();
    let mut process = process.filter(|it| text(it, "question") == "survey.process");
    let answers = process
        .next()
        .unwrap()
        .get("answers")
        .unwrap()
        .as_array()
        .unwrap();
    let counts = answers
        .iter()
        .map(|it| (text(it, "label"), it.get("count").unwrap().as_u64()));
    let expected = [
        ("қанағаттанарлықсыз", Some(1)),
        ("қанағаттанарлық", Some(2)),
    ];
    assert_eq!(counts.collect::<Vec<_>>(), expected);
    let told = office.done("10:05", &["history", &case, "--format", "json"]);
    assert!(!told.contains(words) && !told.contains("survey"), "{told}");
}
