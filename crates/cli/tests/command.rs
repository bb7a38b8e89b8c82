//! The command as scripts see it: exit codes, standard output, standard error.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

/// Runs the command in the folder of test files.
fn reglament(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reglament"))
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files"))
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    stdout(output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn scratch(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn check_is_clean_wrong_or_unusable() {
    assert_eq!(code(&reglament(&["check", "order.bpmn"])), 0);
    let wrong = reglament(&["check", "broken.bpmn"]);
    assert_eq!(code(&wrong), 1);
    assert!(
        stdout(&wrong).contains("broken.bpmn:3:"),
        "{}",
        stdout(&wrong)
    );
    assert_eq!(code(&reglament(&["check", "refused.bpmn"])), 1);
    let missing = reglament(&["check", "order.bpmn", "nowhere"]);
    assert_eq!(code(&missing), 2);
    assert_eq!(
        stderr(&missing),
        "error: there is no file or directory `nowhere`\n"
    );
    assert!(stdout(&missing).contains("1 file checked: no problems"));
    assert_eq!(code(&reglament(&["check"])), 2);
    assert_eq!(
        code(&reglament(&["check", "--format", "xml", "order.bpmn"])),
        2
    );
}

#[test]
fn check_json_has_one_object_per_file_with_all_fields() {
    let output = reglament(&["check", "--format", "json", "order.bpmn", "refused.bpmn"]);
    let files = json(&output);
    assert_eq!(files[0]["file"], "order.bpmn");
    assert_eq!(files[0]["diagnostics"], Value::Array(Vec::new()));
    let diagnostic = files[1]["diagnostics"][0].as_object().unwrap();
    let mut fields: Vec<_> = diagnostic.keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "code", "column", "element", "hint", "line", "message", "severity", "spec"
        ]
    );
    assert_eq!(diagnostic["element"], "b");
    assert_eq!(
        (&diagnostic["line"], &diagnostic["column"]),
        (&Value::from(4), &Value::from(5))
    );
    assert_eq!(diagnostic["severity"], "error");
}

#[test]
fn check_searches_directories() {
    let output = reglament(&["check", "--format", "json", "."]);
    let files: Vec<_> = json(&output)
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["file"].clone())
        .collect();
    assert_eq!(
        files,
        [
            "./broken.bpmn",
            "./broken.dmn",
            "./doubtful.dmn",
            "./importing.dmn",
            "./order.bpmn",
            "./referral.dmn",
            "./refused.bpmn",
            "./wait.bpmn"
        ]
    );
}

#[test]
fn check_sarif_names_rules_and_places() {
    let log = json(&reglament(&["check", "--format", "sarif", "refused.bpmn"]));
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let result = &run["results"][0];
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(
        run["tool"]["driver"]["rules"][index]["id"],
        result["ruleId"]
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "refused.bpmn");
    assert_eq!(place["region"]["startLine"], 4);
    assert_eq!(result["level"], "error");
}

#[test]
fn run_completes_fails_waits_and_rejects() {
    let completed = reglament(&["run", "order.bpmn", "--vars", "{\"amount\": 120}"]);
    assert_eq!(code(&completed), 0, "{}", stderr(&completed));
    assert_eq!(
        code(&reglament(&[
            "run",
            "order.bpmn",
            "--vars",
            "{\"amount\": 1}"
        ])),
        3
    );
    assert_eq!(
        code(&reglament(&["run", "wait.bpmn", "--process", "wait"])),
        4
    );
    assert_eq!(code(&reglament(&["run", "broken.bpmn"])), 2);
    assert_eq!(code(&reglament(&["run", "refused.bpmn"])), 2);
}

#[test]
fn every_line_of_the_trace_has_the_shape_of_the_contract() {
    let output = reglament(&[
        "run",
        "order.bpmn",
        "--vars",
        "{\"amount\": 1}",
        "--trace",
        "--format",
        "json",
        "--at",
        "2026-03-02T08:00:00Z",
    ]);
    let lines = lines(&output);
    let (ended, events) = lines.split_last().unwrap();
    for event in events {
        assert!(
            event["event"].is_string() && event["element"].is_string() && event["type"].is_string()
        );
        assert!(event["instance"].as_u64().unwrap() >= 1);
        assert_eq!(event["time"], "2026-03-02T08:00:00Z");
    }
    let completed: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "completed")
        .map(|event| event["element"].clone())
        .collect();
    assert_eq!(completed, ["start", "pack", "paid"]);
    let pack = events
        .iter()
        .find(|it| it["event"] == "completed" && it["element"] == "pack")
        .unwrap();
    assert_eq!(
        pack.to_string().len(),
        r#"{"event":"completed","element":"pack","type":"userTask","instance":1,"time":"2026-03-02T08:00:00Z"}"#.len()
    );
    assert!(events.iter().any(|it| it["event"] == "error-thrown"
        && it["element"] == "kept"
        && it["type"] == "endEvent"));
    assert_eq!(ended["event"], "ended");
    assert_eq!(ended["state"], "failed");
    assert_eq!(ended["error"]["kind"], "uncaught-error");
    assert_eq!(ended["error"]["code"], "UNPAID");
    assert_eq!(ended["error"]["element"], "kept");
    assert_eq!(ended["variables"], serde_json::json!({"amount": 1}));
}

#[test]
fn without_trace_json_is_the_end_alone() {
    let output = reglament(&["run", "wait.bpmn", "--process", "wait", "--format", "json"]);
    let expected =
        r#"{"event":"ended","state":"waiting","waiting":["ask"],"error":null,"variables":{}}"#;
    assert_eq!(stdout(&output), format!("{expected}\n"));
}

#[test]
fn a_rejected_model_ends_as_rejected() {
    let output = reglament(&["run", "refused.bpmn", "--trace", "--format", "json"]);
    let ended = json(&output);
    assert_eq!(
        (code(&output), &ended["state"]),
        (2, &Value::from("rejected"))
    );
    assert_eq!(ended["error"]["element"], "b");
    assert!(stderr(&output).contains("refused.bpmn:4:5"));
}

#[test]
fn the_process_to_run_has_to_be_clear() {
    let output = reglament(&["run", "wait.bpmn"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("name one with --process: `wait`, `other`"));
    let output = reglament(&["run", "wait.bpmn", "--process", "wiat"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("the file has no process `wiat`"));
    assert_eq!(
        code(&reglament(&["run", "wait.bpmn", "--process", "other"])),
        0
    );
}

#[test]
fn a_script_decides_and_its_expectations_give_the_exit_code() {
    let held = reglament(&["run", "order.bpmn", "--script", "order-paid.yaml"]);
    assert_eq!(code(&held), 0, "{}", stderr(&held));
    let failed = reglament(&["run", "order.bpmn", "--script", "order-wrong.yaml"]);
    assert_eq!(code(&failed), 1);
    assert_eq!(
        stderr(&failed),
        "order-wrong.yaml:5: step 2: waiting: expected `pack`, found nothing\n"
    );
}

#[test]
fn the_account_is_plain_in_a_pipe_and_tells_who_did_what() {
    let account = stdout(&reglament(&[
        "run",
        "order.bpmn",
        "--script",
        "order-paid.yaml",
    ]));
    assert!(!account.contains('\u{1b}'));
    for part in [
        "Тапсырыс\n",
        "began     2026-03-02 08:00:00 +05:00",
        "08:20:00   ■ Тауарды қаптау\n             Pack the goods\n             who      сатушы — Clerk\n             where    Дүкен\n             took     20 min\n             term     2 сағат\n",
        "◇ Төленді ме? → иә",
        "⊘ refused: `pack` is not active; nothing waits",
        "weight  2.50",
        "expected  all 2 hold",
    ] {
        assert!(account.contains(part), "{part}\n{account}");
    }
}

#[test]
fn a_script_with_mistakes_is_rejected_with_its_lines() {
    let path = scratch("mistakes.yaml");
    std::fs::write(&path, "- complete: pakc\n- expect: {waiting: [pack]}\n").unwrap();
    let output = reglament(&["run", "order.bpmn", "--script", path.to_str().unwrap()]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("mistakes.yaml:1:13"),
        "{}",
        stderr(&output)
    );
    assert!(stderr(&output).contains("did you mean `pack`?"));
}

#[test]
fn arguments_and_files_that_cannot_be_used_say_why() {
    for (arguments, message) in [
        (
            vec!["run", "nowhere.bpmn"],
            "there is no file `nowhere.bpmn`",
        ),
        (vec!["run", "."], "expected a file, found the directory `.`"),
        (
            vec!["run", "order.bpmn", "--vars", "{\"a\": ,}"],
            "--vars: line 1, column 7: no JSON",
        ),
        (
            vec!["run", "order.bpmn", "--vars", "[1]"],
            "expected a JSON object, found a list",
        ),
        (
            vec!["run", "order.bpmn", "--vars", "@nowhere.json"],
            "there is no file `nowhere.json`",
        ),
        (
            vec!["run", "order.bpmn", "--at", "soon"],
            "expected a date and time",
        ),
        (
            vec!["run", "order.bpmn", "--start", "nowhere"],
            "the model has no element `nowhere`",
        ),
        (
            vec!["run", "order.bpmn", "--start", "pack"],
            "process `order` cannot start at `pack`",
        ),
        (
            vec!["run", "order.bpmn", "--what"],
            "unexpected argument '--what'",
        ),
        (vec!["explain", "RG9999"], "there is no diagnostic `RG9999`"),
    ] {
        let output = reglament(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(
            stderr(&output).contains(message),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn what_is_not_utf8_is_named_with_its_place() {
    let path = scratch("latin.bpmn");
    std::fs::write(&path, b"<a>\xff</a>").unwrap();
    let output = reglament(&["check", path.to_str().unwrap()]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("byte 0xFF at offset 3"));
}

#[test]
fn test_runs_scenarios_and_reports_coverage() {
    let report = scratch("junit.xml");
    let output = reglament(&["test", "--junit", report.to_str().unwrap(), "."]);
    assert_eq!(code(&output), 1);
    let text = stdout(&output);
    assert!(
        text.contains("ok     ./order-paid.yaml  Paid and sent\n"),
        "{text}"
    );
    assert!(
        text.contains("FAILED ./order-wrong.yaml\n         line 5, step 2: waiting: "),
        "{text}"
    );
    assert!(text.contains("elements 6/7 (85 %)"), "{text}");
    assert!(text.contains("never reached: kept, no"), "{text}");
    let xml = std::fs::read_to_string(report).unwrap();
    assert!(
        xml.contains("<testsuite name=\"reglament\" tests=\"2\" failures=\"1\" errors=\"0\""),
        "{xml}"
    );
    let passed = reglament(&["test", "--format", "json", "order-paid.yaml"]);
    assert_eq!(code(&passed), 0);
    assert_eq!(json(&passed)["scenarios"][0]["verdict"], "passed");
    assert_eq!(code(&reglament(&["test", "nowhere"])), 2);
}

#[test]
fn roundtrip_gives_the_file_back() {
    let output = reglament(&["roundtrip", "order.bpmn"]);
    assert_eq!(code(&output), 0);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/order.bpmn");
    assert_eq!(stdout(&output), std::fs::read_to_string(file).unwrap());
    let broken = reglament(&["roundtrip", "broken.bpmn"]);
    assert_eq!((code(&broken), broken.stdout.len()), (1, 0));
    assert_eq!(code(&reglament(&["roundtrip", "nowhere.bpmn"])), 2);
}

#[test]
fn explain_shows_a_page_for_every_code_it_lists() {
    let list = stdout(&reglament(&["explain"]));
    assert!(list.lines().count() > 50);
    for id in ["RG0001", "rg0101", "501", "601", "801"] {
        assert_eq!(code(&reglament(&["explain", id])), 0, "{id}");
    }
    let page = json(&reglament(&["explain", "RG0806", "--format", "json"]));
    assert_eq!(page["title"], "invalid instant or duration");
}

#[test]
fn every_subcommand_has_help_with_an_example() {
    for name in [
        "check",
        "run",
        "test",
        "roundtrip",
        "decide",
        "explain",
        "completions",
    ] {
        let help = stdout(&reglament(&[name, "--help"]));
        assert!(help.contains("Example"), "{name}: {help}");
    }
    assert!(stdout(&reglament(&["completions", "zsh"])).contains("#compdef reglament"));
}
