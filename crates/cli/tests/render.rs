//! `reglament render`, as people call it.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn reglament(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reglament"))
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .unwrap()
}

/// A path in a folder of the test, as text.
fn place(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("render");
    fs::create_dir_all(&folder).unwrap();
    folder.join(name).display().to_string()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

const PORTAL: &str = "processes/kindergarten-queue/portal.bpmn";

#[test]
fn the_ending_says_the_form() {
    for (ending, beginning) in [
        ("svg", "<svg "),
        ("png", "\u{fffd}PNG"),
        ("html", "<!DOCTYPE html>"),
    ] {
        let path = place(&format!("portal.{ending}"));
        let output = reglament(&["render", PORTAL, "-o", &path]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert!(output.stdout.is_empty());
        let bytes = fs::read(&path).unwrap();
        assert!(
            String::from_utf8_lossy(&bytes).starts_with(beginning),
            "{ending}"
        );
    }
    let output = reglament(&["render", PORTAL, "-o", &place("portal.bmp")]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("end it in .svg, .png or .html"));
}

#[test]
fn a_diagram_of_several_is_chosen_by_number_or_name() {
    let (model, path) = ("tests/miwg/C.4.0.bpmn", place("c4.svg"));
    let output = reglament(&["render", model, "-o", &path]);
    assert_eq!(code(&output), 0);
    assert!(stderr(&output).contains("the file has 4 diagrams, the first is drawn"));
    let first = fs::read(&path).unwrap();
    let output = reglament(&["render", model, "-o", &path, "--diagram", "2"]);
    assert_eq!((code(&output), stderr(&output).as_str()), (0, ""));
    assert_ne!(first, fs::read(&path).unwrap());
    let output = reglament(&["render", model, "-o", &path, "--diagram", "5"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("the file has no diagram `5`"));
}

#[test]
fn a_file_without_a_diagram_is_arranged() {
    let path = place("arranged.svg");
    let output = reglament(&["render", "crates/cli/tests/files/order.bpmn", "-o", &path]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stderr(&output).contains("has no diagram and was arranged"));
    assert!(fs::read_to_string(&path).unwrap().contains("data-element="));
}

#[test]
fn a_trace_colours_the_path() {
    let script = "processes/kindergarten-queue/scenarios/portal-referral.yaml";
    let run = reglament(&[
        "run", PORTAL, "--script", script, "--trace", "--format", "json",
    ]);
    let trace = place("case.jsonl");
    fs::write(&trace, &run.stdout).unwrap();
    let path = place("case.svg");
    let output = reglament(&[
        "render", PORTAL, "-o", &path, "--trace", &trace, "--lang", "en",
    ]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let drawing = fs::read_to_string(&path).unwrap();
    assert!(drawing.contains("completed, 2013-09-02 04:00"));
    assert!(drawing.contains("class=\"legend\""));
    let heat = place("heat.svg");
    let output = reglament(&[
        "render", PORTAL, "-o", &heat, "--heat", &trace, "--lang", "en",
    ]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(fs::read_to_string(&heat).unwrap().contains("1 times"));
}

#[test]
fn a_broken_overlay_is_refused_with_its_line() {
    let trace = place("broken.jsonl");
    fs::write(&trace, "{\"event\":\"taken\",\"element\":\"x\"}\nrubbish\n").unwrap();
    let output = reglament(&["render", PORTAL, "-o", &place("no.svg"), "--trace", &trace]);
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(said.contains("RG1121") && said.contains(":2:1"), "{said}");
    assert!(said.contains("RG1122"), "{said}");
    assert!(!Path::new(&place("no.svg")).exists());
}

#[test]
fn findings_stand_on_their_elements() {
    let model = "crates/cli/tests/files/refused.bpmn";
    let check = reglament(&["check", model, "--format", "json"]);
    let findings = place("findings.json");
    fs::write(&findings, &check.stdout).unwrap();
    let path = place("findings.svg");
    let output = reglament(&["render", model, "-o", &path, "--findings", &findings]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let drawing = fs::read_to_string(&path).unwrap();
    assert!(
        drawing.contains("class=\"badge\"") && drawing.contains("error: "),
        "{drawing}"
    );
}

#[test]
fn the_page_quotes_the_clauses_beside_the_flow() {
    let path = place("clauses.html");
    let output = reglament(&["render", PORTAL, "-o", &path, "--lang", "kk"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let page = fs::read_to_string(&path).unwrap();
    assert!(page.contains("13-тармақ, 1) тармақша"));
    assert!(page.contains("электрондық мемлекеттік қызметі (бұдан әрі"));
}

#[test]
fn a_trace_may_tell_of_processes_that_the_file_imports() {
    let flow = "processes/externship/portal.bpmn";
    let script = "processes/externship/scenarios/portal-order.yaml";
    let run = reglament(&[
        "run", flow, "--script", script, "--trace", "--format", "json",
    ]);
    assert!(String::from_utf8_lossy(&run.stdout).contains("\"VerifyCertificate\""));
    let (trace, drawing) = (place("order.jsonl"), place("order.html"));
    fs::write(&trace, &run.stdout).unwrap();
    let drawn = reglament(&["render", flow, "-o", &drawing, "--trace", &trace]);
    assert_eq!((code(&drawn), stderr(&drawn)), (0, String::new()));
}
