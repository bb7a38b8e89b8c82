//! `reglament case ... --auto`: systems of a file do the service tasks.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

mod office;

use office::{Office, code, stderr, text};
use serde_json::{Value, json};

const PACK: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../processes/kindergarten-queue"
);

/// The systems of the test: the database is beside the file, so the file is copied.
fn systems(office: &Office) -> String {
    let path = office.path("systems.yaml");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/systems.yaml");
    std::fs::copy(source, &path).unwrap();
    path
}

fn start(office: &Office, systems: &str) {
    let start = ["start", PACK, "--channel", "portal", "--actor", "portal"];
    let vars = ["--vars", "{\"registered\": true}", "--auto", systems];
    office.done("10:00", &[&start[..], &vars].concat());
}

/// What is entered at a user task.
fn entered(task: &str) -> Value {
    let organization = "№ 999 балабақша";
    match task {
        "EnterCredentials" => json!({"iin": "860314400190", "loginTicket": "ticket"}),
        "FillRequest" => json!({
            "request": {
                "child": {"iin": "110520500312", "name": "Мысалов Үлгі", "born": "2011-05-20"},
                "parent": "Мысалова Айсынақ",
                "address": "Алматы қаласы, Үлгі көшесі, 1",
                "organization": organization,
            },
            "requestIdentifier": "860314400190",
            "certificateIdentifier": "860314400190",
        }),
        "CheckDocuments" => json!({"documentsValid": true}),
        "CheckPriority" => json!({
            "disabledParent": false, "withoutParentalCare": false, "orphan": false,
            "largeFamily": false, "warParticipant": false,
        }),
        "FormReferral" => json!({"referral": {
            "number": 217, "organization": organization, "issuedOn": "2013-09-02",
        }}),
        _ => json!({}),
    }
}

/// Has people do their tasks until there is none, or one at `last` is done.
fn people(office: &Office, systems: &str, last: &str) {
    for _ in 0..20 {
        let tasks = office.done("10:01", &["tasks", "--format", "json"]);
        let Some(task) = tasks.lines().next() else {
            return;
        };
        let task: Value = serde_json::from_str(task).unwrap();
        let element = text(&task, "element").to_owned();
        let group = task
            .pointer("/candidateGroups/0")
            .and_then(Value::as_str)
            .unwrap();
        let entered = entered(&element).to_string();
        let complete = ["complete", text(&task, "task"), "--vars", &entered];
        let who = ["--actor", "aigul", "--group", group, "--auto", systems];
        office.done("10:01", &[&complete[..], &who].concat());
        if element == last {
            return;
        }
    }
}

#[test]
fn a_clerk_brings_a_case_to_its_end_while_systems_do_the_service_tasks() {
    let office = Office::new("auto");
    let systems = systems(&office);
    start(&office, &systems);
    people(&office, &systems, "");
    let case = office.one("10:02", &["show", "1"]);
    assert_eq!(text(&case, "status"), "completed", "{case}");
    let variables = case.get("variables").unwrap();
    assert_eq!(text(variables, "applicationNumber"), "A-2013-000001");
    assert!(variables.get("queueNumber").is_some(), "{variables}");
    // The database goes on counting with the next case.
    start(&office, &systems);
    people(&office, &systems, "SignRequest");
    let case = office.one("10:03", &["show", "2"]);
    let number = text(case.get("variables").unwrap(), "applicationNumber");
    assert_eq!(number, "A-2013-000002");
}

#[test]
fn a_job_that_no_system_answers_waits_for_a_person() {
    let office = Office::new("auto-waits");
    let systems = office.path("systems.yaml");
    let answers = "answers:\n  - {operation: register, at: Elsewhere}\n";
    std::fs::write(&systems, answers).unwrap();
    let start = [
        "start",
        "licence.bpmn",
        "--actor",
        "portal",
        "--auto",
        &systems,
    ];
    office.done("10:00", &start);
    let task = text(&office.one("10:00", &["tasks"]), "task").to_owned();
    let complete = ["complete", &task, "--actor", "aigul", "--group", "clerks"];
    office.done("10:01", &[&complete[..], &["--auto", &systems]].concat());
    assert_eq!(text(&office.one("10:02", &["jobs"]), "type"), "register");
    // Now it does: every command that changes something has the systems work.
    std::fs::write(&systems, answers.replace("Elsewhere", "Register")).unwrap();
    office.done("10:03", &["advance", "--auto", &systems]);
    assert_eq!(text(&office.one("10:04", &["list"]), "step"), "Wait");
}

#[test]
fn a_failure_of_a_system_is_an_incident_that_can_be_resolved() {
    let office = Office::new("auto-fails");
    let systems = office.path("systems.yaml");
    std::fs::write(&systems, "answers: [{fail: the journal is closed}]").unwrap();
    office.done("10:00", &["start", "licence.bpmn", "--actor", "portal"]);
    let task = text(&office.one("10:00", &["tasks"]), "task").to_owned();
    let complete = ["complete", &task, "--actor", "aigul", "--group", "clerks"];
    office.done("10:01", &[&complete[..], &["--auto", &systems]].concat());
    let incident = office.one("10:02", &["incidents"]);
    assert_eq!(text(&incident, "message"), "the journal is closed");
    std::fs::write(&systems, "answers: [{operation: register}]").unwrap();
    let incident = text(&incident, "incident").to_owned();
    let resolve = ["resolve", &incident, "--actor", "chief", "--auto", &systems];
    office.done("10:03", &resolve);
    assert_eq!(text(&office.one("10:04", &["list"]), "step"), "Wait");
}

#[test]
fn an_answer_is_mapped_as_the_task_says_unless_it_gives_variables() {
    for (answer, expected) in [("with", Value::Null), ("vars", json!("R-1"))] {
        let office = Office::new(&format!("auto-{answer}"));
        let systems = office.path("systems.yaml");
        let content = format!("answers: [{{operation: register, {answer}: {{number: R-1}}}}]");
        std::fs::write(&systems, content).unwrap();
        let mapped = std::fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/cases/licence.bpmn"
        ));
        let headers = "type=\"register\"/><zeebe:taskHeaders>\
             <zeebe:header key=\"resultExpression\" value=\"={other: number}\"/></zeebe:taskHeaders>";
        let mapped = mapped.unwrap().replace("type=\"register\"/>", headers);
        let model = office.path("licence.bpmn");
        std::fs::write(&model, mapped).unwrap();
        office.done("10:00", &["start", &model, "--actor", "portal"]);
        let task = text(&office.one("10:00", &["tasks"]), "task").to_owned();
        let complete = ["complete", &task, "--actor", "aigul", "--group", "clerks"];
        office.done("10:01", &[&complete[..], &["--auto", &systems]].concat());
        let case = office.one("10:02", &["show", "1"]);
        let variables = case.get("variables").unwrap();
        let number = variables.get("number").unwrap_or(&Value::Null);
        assert_eq!(*number, expected, "{variables}");
        let other = variables.get("other").and_then(Value::as_str);
        assert_eq!(other, (answer == "with").then_some("R-1"), "{variables}");
    }
}

#[test]
fn a_file_of_systems_with_errors_is_drawn_and_nothing_is_done() {
    let office = Office::new("auto-wrong");
    let systems = office.path("systems.yaml");
    std::fs::write(&systems, "answrs:\n  - operation: register\n").unwrap();
    let start = ["start", "licence.bpmn", "--actor", "portal"];
    let wrong = office.at("10:00", &[&start[..], &["--auto", &systems]].concat());
    assert_eq!(code(&wrong), 2);
    assert!(!std::path::Path::new(&office.path("cases.sqlite")).exists());
    office.done("10:00", &start);
    let task = text(&office.one("10:00", &["tasks"]), "task").to_owned();
    let complete = ["complete", &task, "--actor", "aigul", "--group", "clerks"];
    let wrong = office.at("10:01", &[&complete[..], &["--auto", &systems]].concat());
    assert_eq!(code(&wrong), 2);
    assert!(
        stderr(&wrong).contains("did you mean `answers`?"),
        "{}",
        stderr(&wrong)
    );
    assert_eq!(text(&office.one("10:02", &["tasks"]), "task"), task);
}
