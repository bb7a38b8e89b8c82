//! `reglament decide` and the checking of decision models, as scripts see them.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::process::{Command, Output};

use serde_json::{Value, json};

/// Runs the command in the folder of test files.
fn reglament(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reglament"))
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files"))
        .output()
        .unwrap()
}

fn decide(decision: &str, vars: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["decide", "referral.dmn", "--decision", decision];
    arguments.extend(["--vars", vars, "--at", "2026-11-21T08:00:00+05:00"]);
    arguments.extend(more);
    reglament(&arguments)
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn parsed(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn a_decision_is_shown_after_those_that_it_requires() {
    let output = decide("queue", r#"{"children": 5, "born": "2022-03-01"}"#, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(
        stdout(&output),
        "large family = true\nage = 4\nqueue = \"priority\"\n"
    );
    assert_eq!(stderr(&output), "");
}

#[test]
fn an_id_names_a_decision_too() {
    let output = decide("Large", r#"{"children": 1}"#, &[]);
    assert_eq!(stdout(&output), "Large = false\n");
}

#[test]
fn json_has_the_value_and_the_way_to_it() {
    let vars = r#"{"children": 5, "born": "2022-03-01"}"#;
    let output = decide("queue", vars, &["--format", "json"]);
    assert_eq!(code(&output), 0);
    let expected = json!({
        "decision": "queue",
        "value": "priority",
        "decisions": [
            {"name": "large family", "value": true},
            {"name": "age", "value": 4},
            {"name": "queue", "value": "priority"},
        ],
        "warnings": [],
        "diagnostics": [],
    });
    assert_eq!(parsed(&output), expected);
}

#[test]
fn the_clock_is_the_argument() {
    let vars = r#"{"children": 5, "born": "2022-03-01"}"#;
    let later = reglament(&[
        "decide",
        "referral.dmn",
        "--decision",
        "queue",
        "--vars",
        vars,
        "--at",
        "2029-03-01T00:00:00Z",
    ]);
    assert!(stdout(&later).ends_with("age = 7\nqueue = \"school\"\n"));
}

#[test]
fn null_for_a_reason_is_an_error_and_says_it() {
    let output = decide("large family", "{}", &[]);
    assert_eq!(code(&output), 1);
    assert!(
        stderr(&output).contains("warning: children: input `children` is missing"),
        "{}",
        stderr(&output)
    );
    let json = decide("large family", "{}", &["--format", "json"]);
    assert_eq!(code(&json), 1);
    let json = parsed(&json);
    assert_eq!(json["value"], Value::Null);
    assert_eq!(json["warnings"][0]["decision"], "children");
}

#[test]
fn a_model_with_errors_is_not_evaluated() {
    let arguments = ["decide", "broken.dmn", "--decision", "sum"];
    let output = reglament(&arguments);
    assert_eq!((code(&output), stdout(&output)), (1, String::new()));
    assert!(stderr(&output).contains("RG0501"), "{}", stderr(&output));
    let output = reglament(&[&arguments[..], &["--format", "json"]].concat());
    assert_eq!(code(&output), 1);
    assert_eq!(parsed(&output)["diagnostics"][0]["code"], "RG0501");
}

#[test]
fn what_cannot_be_used_is_named() {
    let unknown = decide("quaue", "{}", &[]);
    assert_eq!(code(&unknown), 2);
    assert_eq!(
        stderr(&unknown),
        "error: the model has no decision `quaue`\n  hint: did you mean `queue`? It has \
         `large family`, `age`, `queue`\n"
    );
    let input = decide("children", "{}", &[]);
    assert_eq!(code(&input), 2, "an input is no decision");
    assert_eq!(code(&decide("queue", "[1]", &[])), 2);
    assert_eq!(code(&decide("queue", "@nowhere.json", &[])), 2);
    let missing = reglament(&["decide", "nowhere.dmn", "--decision", "queue"]);
    assert_eq!(code(&missing), 2);
    assert_eq!(stderr(&missing), "error: there is no file `nowhere.dmn`\n");
    assert_eq!(code(&reglament(&["decide", "referral.dmn"])), 2);
}

#[test]
fn imported_models_are_found_beside_the_file() {
    let output = reglament(&[
        "decide",
        "importing.dmn",
        "--decision",
        "letter",
        "--vars",
        r#"{"family": {"children": 4}, "children": 4}"#,
    ]);
    assert!(
        stdout(&output).ends_with("letter = \"to the head\"\n"),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
}

#[test]
fn check_reads_decision_models() {
    let output = reglament(&["check", "--format", "json", "broken.dmn", "referral.dmn"]);
    assert_eq!(code(&output), 1);
    let files = parsed(&output);
    let diagnostic = &files[0]["diagnostics"][0];
    assert_eq!(diagnostic["code"], "RG0501");
    assert_eq!(
        (&diagnostic["line"], &diagnostic["column"]),
        (&json!(3), &json!(33))
    );
    assert_eq!(files[1]["diagnostics"], json!([]));
    assert_eq!(code(&reglament(&["check", "importing.dmn"])), 0);
}

#[test]
fn check_warns_of_overlapping_rules_and_gaps() {
    let output = reglament(&["check", "--format", "json", "doubtful.dmn"]);
    assert_eq!(code(&output), 0, "warnings are no errors");
    let found = &parsed(&output)[0]["diagnostics"];
    assert_eq!(found.as_array().unwrap().len(), 2);
    assert_eq!(
        (&found[0]["code"], &found[0]["line"], &found[0]["element"]),
        (&json!("RG0612"), &json!(5), &json!("Groups"))
    );
    assert_eq!(
        (&found[1]["code"], &found[1]["line"], &found[1]["element"]),
        (&json!("RG0611"), &json!(9), &json!("pupil"))
    );
    let denied = reglament(&["check", "--deny", "warnings", "doubtful.dmn"]);
    assert_eq!(code(&denied), 1);
    let vars = r#"{"age": 3}"#;
    let decided = reglament(&[
        "decide",
        "doubtful.dmn",
        "--decision",
        "group",
        "--vars",
        vars,
    ]);
    assert_eq!((code(&decided), stderr(&decided)), (0, String::new()));
}

#[test]
fn the_categories_of_a_first_turn_come_in_the_order_of_the_clause() {
    let file = "../../../../processes/kindergarten-queue/decisions/priority.dmn";
    let decide = |decision: &str, vars: &Value| {
        let vars = vars.to_string();
        let arguments = ["decide", file, "--decision", decision, "--vars", &vars];
        reglament(&[&arguments[..], &["--format", "json"]].concat())
    };
    let mut answers = json!({
        "disabledParent": false,
        "withoutParentalCare": false,
        "orphan": false,
        "largeFamily": false,
        "warParticipant": false,
    });
    let none = decide("priorityCategories", &answers);
    assert_eq!(parsed(&none)["value"], json!([]));
    assert_eq!(parsed(&decide("firstTurn", &answers))["value"], false);
    answers["warParticipant"] = true.into();
    answers["withoutParentalCare"] = true.into();
    let two = decide("priorityCategories", &answers);
    assert_eq!(parsed(&two)["value"], json!([2, 5]));
    assert_eq!(parsed(&decide("firstTurn", &answers))["value"], true);
    let ground = &parsed(&decide("grounds", &answers))["value"][0];
    assert_eq!(ground["kk"], "ата-ананың қамқорынсыз қалған балалары");
    // A question without an answer refuses nobody.
    answers["orphan"] = Value::Null;
    let unknown = decide("priorityCategories", &answers);
    assert_eq!(parsed(&unknown)["value"], Value::Null);
}

#[test]
fn an_input_that_nothing_asks_for_is_said() {
    let output = decide("Large", r#"{"children": 1, "childern": 2}"#, &[]);
    assert_eq!(code(&output), 0);
    assert_eq!(
        stderr(&output),
        "warning: --vars: nothing in the model asks for `childern`; did you mean `children`?\n"
    );
}

#[test]
fn a_name_that_stands_twice_in_the_inputs_is_refused() {
    let output = decide("Large", r#"{"children": 1, "children": 2}"#, &[]);
    assert_eq!(code(&output), 2);
    let message = stderr(&output);
    assert!(message.contains("column 17"), "{message}");
    assert!(message.contains("each name once"), "{message}");
}
