//! `table` and `clauses` on the command line.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn reglament(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reglament"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output()
        .unwrap()
}

fn stdout(arguments: &[&str]) -> String {
    let output = reglament(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

const FLOW: &str = "processes/social-assistance/portal.bpmn";

/// A flow outside any pack, with names that would break a careless page.
fn hostile(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("flow.bpmn");
    let model = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:example">
  <process id="P" name="&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;" isExecutable="true">
    <startEvent id="S"/><task id="A" name="=1+1 | &lt;b&gt;"/><endEvent id="E"/>
    <sequenceFlow id="f" sourceRef="S" targetRef="A"/><sequenceFlow id="g" sourceRef="A" targetRef="E"/>
  </process>
</definitions>"#;
    fs::write(&file, model).unwrap();
    file
}

#[test]
fn a_row_has_the_unit_the_form_of_completion_the_term_and_what_comes_next() {
    let table = stdout(&["table", FLOW, "--lang", "en"]);
    let row = table
        .lines()
        .find(|line| line.starts_with("| 4 |"))
        .unwrap();
    assert!(row.contains("Taking into work"), "{row}");
    assert!(row.contains("not more than 15 minutes"), "{row}");
    assert!(row.ends_with("| 5 |"), "{row}");
}

#[test]
fn every_form_of_a_table_has_the_same_rows() {
    let json: Value = serde_json::from_str(&stdout(&["table", FLOW, "--format", "json"])).unwrap();
    let rows = json["rows"].as_array().unwrap().len();
    let csv = stdout(&["table", FLOW, "--format", "csv"]);
    assert_eq!(csv.lines().count(), rows + 1);
    let html = stdout(&["table", FLOW, "--format", "html"]);
    assert_eq!(html.matches("<tr><td>").count(), rows);
    let markdown = stdout(&["table", FLOW]);
    assert_eq!(
        markdown
            .lines()
            .filter(|line| line.starts_with('|'))
            .count(),
        rows + 2
    );
}

#[test]
fn by_performer_each_step_stands_in_the_column_of_who_performs_it() {
    let flow = "processes/externship/state-corporation.bpmn";
    let table = stdout(&["table", flow, "--by", "performer", "--lang", "en"]);
    let mut lines = table.lines().filter(|line| line.starts_with('|'));
    let cells = |line: &str| {
        line.split('|')
            .map(|it| it.trim().to_owned())
            .collect::<Vec<_>>()
    };
    let header = cells(lines.next().unwrap());
    let head = header.iter().position(|cell| cell == "Head").unwrap();
    let signed = lines
        .map(cells)
        .find(|row| row.iter().any(|cell| cell.contains("Sign the order")));
    assert!(signed.unwrap()[head].contains("Sign the order"));
}

#[test]
fn names_of_a_model_cannot_break_out_of_a_table() {
    let file = hostile("hostile-table");
    let file = file.to_str().unwrap();
    let html = stdout(&["table", file, "--format", "html"]);
    assert!(
        !html.contains("<script>") && !html.contains("<b>"),
        "{html}"
    );
    let csv = stdout(&["table", file, "--format", "csv"]);
    assert!(csv.contains("'=1+1"), "{csv}");
    let markdown = stdout(&["table", file]);
    assert!(markdown.contains("=1+1 \\| &lt;b>"), "{markdown}");
}

#[test]
fn each_clause_lists_the_elements_that_implement_it() {
    let path = "processes/duplicate";
    let json: Value =
        serde_json::from_str(&stdout(&["clauses", path, "--format", "json"])).unwrap();
    let places = json[0]["places"].as_array().unwrap();
    let item = places
        .iter()
        .find(|place| {
            place["clause"] == "5" && place["item"] == "2" && place.get("document").is_none()
        })
        .unwrap();
    assert_eq!(item["elements"][0]["id"], "AssignExecutor");
    assert_eq!(json[0]["without_clause"].as_array().unwrap().len(), 0);
}

#[test]
fn an_element_without_a_clause_is_a_gap_that_can_be_denied() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../processes/duplicate");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("gaps");
    fs::create_dir_all(&folder).unwrap();
    for name in [
        "regulation.toml",
        "clauses.yaml",
        "provider.bpmn",
        "state-corporation.bpmn",
    ] {
        let text = fs::read_to_string(source.join(name)).unwrap();
        let source = "<reg:source clause=\"5\" item=\"3\"/>\n        <reg:source clause=\"3\"/>\n        <reg:outcome";
        let text = if name == "provider.bpmn" {
            text.replace(source, "<reg:outcome")
        } else {
            text
        };
        fs::write(folder.join(name), text).unwrap();
    }
    let folder = folder.to_str().unwrap();
    assert_eq!(reglament(&["clauses", folder]).status.code(), Some(0));
    let denied = reglament(&["clauses", folder, "--deny", "gaps"]);
    assert_eq!(denied.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&denied.stdout).contains("provider.bpmn: End_DuplicateIssued"));
}

#[test]
fn what_lies_in_no_pack_has_no_clauses() {
    let file = hostile("hostile-clauses");
    let output = reglament(&["clauses", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("lies in no pack"));
}
