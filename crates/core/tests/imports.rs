//! Processes of other files: imported, lowered together, called. BPMN 2.0.2, 8.2.2 and 10.3.6.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use reglament_core::program::Kind;
use reglament_core::{Definitions, Imports, Lowering};
use reglament_source::SourceText;

const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";

fn file(namespace: &str, content: &str) -> String {
    format!(
        r#"<definitions xmlns="{BPMN}" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
            xmlns:other="urn:other" id="d_{namespace}" targetNamespace="urn:{namespace}">{content}</definitions>"#
    )
}

fn import(location: &str, namespace: &str) -> String {
    format!(r#"<import importType="{BPMN}" location="{location}" namespace="urn:{namespace}"/>"#)
}

fn process(id: &str, content: &str) -> String {
    format!(
        r#"<process id="{id}" isExecutable="true"><startEvent id="{id}_s"/>
            <sequenceFlow id="{id}_f" sourceRef="{id}_s" targetRef="{id}_t"/>{content}</process>"#
    )
}

fn calls(id: &str, called: &str) -> String {
    let call = format!(
        r#"<callActivity id="{id}_t"><extensionElements><zeebe:calledElement processId="{called}"/>
            </extensionElements></callActivity>"#
    );
    process(id, &call)
}

fn does(id: &str) -> String {
    process(id, &format!(r#"<task id="{id}_t"/>"#))
}

fn read(text: &str) -> Definitions {
    reglament_core::read("main.bpmn", text.as_bytes())
        .0
        .unwrap()
}

/// Lowers `main` with the files that it imports.
fn lowered(main: &str, files: &[(&str, String)]) -> (Lowering, Vec<String>) {
    let definitions = read(main);
    let imports = Imports::read("pack/main.bpmn", &definitions, &mut |path| {
        let found = files.iter().find(|(name, _)| *name == path);
        let (name, text) = found.ok_or("there is no such file")?;
        Ok(SourceText::new(*name, text.clone()))
    });
    let lowering = imports.lower(&definitions);
    let said = lowering.diagnostics_for_check();
    let said = said.iter().map(ToString::to_string).collect();
    (lowering, said)
}

#[test]
fn a_process_of_an_imported_file_is_called() {
    let main = file(
        "main",
        &format!("{}{}", import("../shared/a.bpmn", "other"), calls("P", "Q")),
    );
    let (lowering, said) = lowered(&main, &[("shared/a.bpmn", file("other", &does("Q")))]);
    assert_eq!(said, Vec::<String>::new());
    let program = &lowering.program;
    let task = program.element("P_t").unwrap();
    let Kind::CallActivity(called) = &program.elements[task].kind else {
        unreachable!("it is a call activity");
    };
    assert_eq!(called.resolved, program.process("Q"));
    assert!(program.is_imported(program.element("Q_t").unwrap()));
    assert!(!program.is_imported(task));
    let own: Vec<&str> = lowering.processes.iter().map(|it| &*it.id).collect();
    assert_eq!(own, ["P"]);
}

#[test]
fn a_qualified_name_calls_into_the_file_of_its_namespace() {
    let call = process("P", r#"<callActivity id="P_t" calledElement="other:Q"/>"#);
    let main = file("main", &format!("{}{call}", import("a.bpmn", "other")));
    let (lowering, said) = lowered(&main, &[("pack/a.bpmn", file("other", &does("Q")))]);
    assert_eq!(said, Vec::<String>::new());
    assert!(lowering.program.process("Q").is_some());
}

#[test]
fn what_is_neither_in_the_file_nor_imported_is_not_called() {
    let main = file(
        "main",
        &format!("{}{}", import("a.bpmn", "other"), calls("P", "R")),
    );
    let (lowering, said) = lowered(&main, &[("pack/a.bpmn", file("other", &does("Q")))]);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("`R`, which the file neither has nor imports"),
        "{said:?}"
    );
    assert!(lowering.is_refused("P"));
}

#[test]
fn an_import_that_cannot_be_used_is_said_where_it_stands() {
    let main = |import: String| file("main", &format!("{import}{}", does("P")));
    let (_, absolute) = lowered(&main(import("/dev/zero", "other")), &[]);
    assert!(
        absolute[0].contains("expected a path from the file"),
        "{absolute:?}"
    );
    let (_, missing) = lowered(&main(import("a.bpmn", "other")), &[]);
    assert!(missing[0].contains("there is no such file"), "{missing:?}");
    let files = [("pack/a.bpmn", file("third", &does("Q")))];
    let (_, strange) = lowered(&main(import("a.bpmn", "other")), &files);
    assert!(
        strange[0].contains("expected the namespace `urn:other`"),
        "{strange:?}"
    );
    let files = [("pack/a.bpmn", file("other", &does("P")))];
    let (_, twice) = lowered(&main(import("a.bpmn", "other")), &files);
    assert!(
        twice[0].contains("the id `P` stands in it and in"),
        "{twice:?}"
    );
}

#[test]
fn a_call_that_leads_to_a_process_that_cannot_be_executed_is_refused() {
    let broken = format!(
        "{}{}",
        calls("Q", "R"),
        process("R", r#"<callActivity id="R_t"/>"#)
    );
    let main = file(
        "main",
        &format!("{}{}", import("a.bpmn", "other"), calls("P", "Q")),
    );
    let (_, said) = lowered(&main, &[("pack/a.bpmn", file("other", &broken))]);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("`P_t`") && said[0].contains("`R` of another file"),
        "{said:?}"
    );
}

#[test]
fn imports_of_imported_files_are_followed_and_may_go_in_circles() {
    let main = file(
        "main",
        &format!("{}{}", import("a.bpmn", "other"), calls("P", "Q")),
    );
    let a = format!("{}{}", import("b/c.bpmn", "third"), calls("Q", "R"));
    let c = format!("{}{}", import("../main.bpmn", "main"), does("R"));
    let files = [
        ("pack/a.bpmn", file("other", &a)),
        ("pack/b/c.bpmn", file("third", &c)),
    ];
    let (lowering, said) = lowered(&main, &files);
    assert_eq!(said, Vec::<String>::new());
    let processes = lowering.program.processes.iter();
    let processes: Vec<&str> = processes.map(|it| lowering.program.id(*it)).collect();
    assert_eq!(processes, ["P", "Q", "R"]);
}

#[test]
fn ids_that_are_made_up_differ_between_files() {
    let unnamed = |id: &str| format!(r#"<process id="{id}" isExecutable="true"><task/></process>"#);
    let main = file(
        "main",
        &format!("{}{}", import("a.bpmn", "other"), unnamed("P")),
    );
    let (lowering, _) = lowered(&main, &[("pack/a.bpmn", file("other", &unnamed("Q")))]);
    let ids: Vec<&str> = lowering
        .program
        .infos
        .iter()
        .map(|(_, it)| &*it.id)
        .collect();
    assert_eq!(ids, ["P", "_task_1", "Q", "_import_1_task_1"]);
}
