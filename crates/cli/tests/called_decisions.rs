//! Business rule tasks of `run`, `test` and `check` find the decisions that they call.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Runs the command in the folder of test files.
fn reglament(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reglament"))
        .args(arguments)
        .current_dir(files())
        .output()
        .unwrap()
}

fn files() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/decided"))
}

/// A folder of its own with the process and these files of decisions.
fn folder(name: &str, decisions: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("decisions")).unwrap();
    let process = files().join("queue.bpmn");
    fs::copy(process, folder.join("queue.bpmn")).unwrap();
    for (path, text) in decisions {
        fs::write(folder.join(path), text).unwrap();
    }
    folder
}

fn kind() -> String {
    fs::read_to_string(files().join("decisions/kind.dmn")).unwrap()
}

fn ended(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn run(folder: &Path, more: &[&str]) -> Output {
    let file = folder.join("queue.bpmn").display().to_string();
    let mut arguments = vec!["run", &file, "--vars", r#"{"children": 5}"#];
    arguments.extend(["--format", "json"]);
    arguments.extend(more);
    reglament(&arguments)
}

#[test]
fn run_finds_decisions_in_the_folder_beside_the_process() {
    let output = run(files(), &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(ended(&output)["variables"]["kind"], "priority");
}

#[test]
fn run_finds_decisions_beside_the_process() {
    let output = run(&folder("beside", &[("kind.dmn", &kind())]), &[]);
    assert_eq!(ended(&output)["variables"]["kind"], "priority");
}

#[test]
fn named_decisions_go_before_those_beside_the_process() {
    let output = run(files(), &["--decisions", "named/always-urgent.dmn"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(ended(&output)["variables"]["kind"], "urgent");
}

#[test]
fn run_goes_on_without_any_decision_model() {
    let output = run(&folder("without", &[]), &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(ended(&output)["variables"].get("kind"), None);
}

#[test]
fn two_decisions_of_one_id_are_refused() {
    let models = [("a.dmn", &*kind()), ("decisions/b.dmn", &*kind())];
    let folder = folder("twice", &models);
    let output = run(&folder, &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("RG0614"), "{}", stderr(&output));
    assert_eq!(ended(&output)["state"], "rejected");
    let check = reglament(&["check", folder.join("queue.bpmn").to_str().unwrap()]);
    assert_eq!(code(&check), 1);
}

#[test]
fn a_broken_model_that_a_task_may_call_is_refused() {
    let broken = kind().replace("if children", "if if children");
    let output = run(&folder("broken", &[("kind.dmn", &broken)]), &[]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
}

#[test]
fn a_decision_that_fails_is_an_incident_that_names_it() {
    let logic = "if children &gt;= 4 then \"priority\" else \"general\"";
    let missing = kind().replace(logic, "siblings + 1");
    let output = run(&folder("fails", &[("kind.dmn", &missing)]), &[]);
    assert_eq!(code(&output), 3);
    let error = &ended(&output)["error"];
    assert_eq!(error["kind"], "decision-failed");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("`kind`") && message.contains("`siblings`"),
        "{message}"
    );
}

#[test]
fn test_evaluates_decisions() {
    let output = reglament(&["test", "queue.yaml"]);
    assert_eq!(
        code(&output),
        0,
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn check_warns_of_a_decision_that_no_model_has() {
    let other = kind().replace("id=\"kind\"", "id=\"other\"");
    let file = folder("unknown", &[("decisions/kind.dmn", &other)]).join("queue.bpmn");
    let output = reglament(&["check", file.to_str().unwrap(), "--format", "json"]);
    assert_eq!(code(&output), 0);
    let files: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = &files[0]["diagnostics"][0];
    assert_eq!(found["code"], "RG0615");
    assert_eq!(found["severity"], "warning");
    assert_eq!(found["element"], "decide");
    assert_eq!(found["line"], 7);
    assert_eq!(found["hint"], "the models have `other`");
}

#[test]
fn check_says_nothing_of_decisions_where_there_are_no_models() {
    let file = folder("nowhere", &[]).join("queue.bpmn");
    let output = reglament(&["check", file.to_str().unwrap(), "--format", "json"]);
    let files: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(files[0]["diagnostics"], Value::Array(Vec::new()));
}
