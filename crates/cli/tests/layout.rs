//! `reglament layout`, as people call it.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::fs;
use std::path::PathBuf;
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
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("layout");
    fs::create_dir_all(&folder).unwrap();
    folder.join(name).display().to_string()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The text without its diagram.
fn undrawn(text: &str) -> String {
    let start = text.find("<bpmndi:BPMNDiagram").unwrap();
    let end = "</bpmndi:BPMNDiagram>";
    let after = text.find(end).unwrap() + end.len();
    text[..start].to_owned() + &text[after..]
}

/// The waypoints, bounds and labels of one element's shape or edge.
fn drawn<'a>(text: &'a str, element: &str) -> &'a str {
    let start = text.find(&format!("bpmnElement=\"{element}\"")).unwrap();
    let ends = ["</bpmndi:BPMNShape>", "</bpmndi:BPMNEdge>"];
    let rest = &text[start..];
    let end = ends.iter().filter_map(|end| rest.find(end)).min().unwrap();
    &rest[..end]
}

const ORDER: &str = "crates/cli/tests/files/order.bpmn";
const PORTAL: &str = "processes/kindergarten-queue/portal.bpmn";

#[test]
fn a_model_without_a_diagram_gets_one_and_is_otherwise_the_same() {
    let output = reglament(&["layout", ORDER]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let arranged = stdout(&output);
    for element in [
        "shop", "clerk", "start", "pack", "late", "paid", "yes", "f3",
    ] {
        drawn(&arranged, element);
    }
    let path = place("order.bpmn");
    fs::write(&path, &arranged).unwrap();
    assert_eq!(code(&reglament(&["check", &path])), 0);
    let again = reglament(&["layout", ORDER]);
    assert_eq!(
        stdout(&again),
        arranged,
        "the same input gives the same layout"
    );
}

#[test]
fn shapes_that_exist_stay_unless_forced() {
    let original = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../processes/kindergarten-queue/portal.bpmn"
    ));
    let original = original.unwrap();
    assert_eq!(stdout(&reglament(&["layout", PORTAL])), original);

    let task = drawn(&original, "CheckDocuments");
    let moved = task.replacen("x=\"", "x=\"1", 1);
    let path = place("moved.bpmn");
    fs::write(&path, original.replacen(task, &moved, 1)).unwrap();
    let kept = stdout(&reglament(&["layout", &path]));
    assert_eq!(drawn(&kept, "CheckDocuments"), moved);
    let forced = stdout(&reglament(&["layout", "--force", &path]));
    assert_ne!(drawn(&forced, "CheckDocuments"), moved);
    assert_eq!(undrawn(&forced), undrawn(&original));
}

#[test]
fn the_file_may_be_arranged_in_its_own_place() {
    let path = place("own.bpmn");
    fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/order.bpmn"),
        &path,
    )
    .unwrap();
    let output = reglament(&["layout", &path, "-o", &path]);
    assert_eq!((code(&output), stdout(&output).as_str()), (0, ""));
    let arranged = fs::read_to_string(&path).unwrap();
    assert_eq!(stdout(&reglament(&["layout", ORDER])), arranged);
}

#[test]
fn what_cannot_be_arranged_or_written_leaves_everything_as_it_was() {
    let path = place("untouched.bpmn");
    fs::write(&path, "kept").unwrap();
    let broken = "crates/cli/tests/files/broken.bpmn";
    let output = reglament(&["layout", broken, "-o", &path]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(
        stderr(&output).contains("broken.bpmn:"),
        "{}",
        stderr(&output)
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "kept");

    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let output = reglament(&["layout", ORDER, "-o", &path]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("cannot write"),
        "{}",
        stderr(&output)
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "kept");

    let output = reglament(&["layout", ORDER, "-o", &place("none/order.bpmn")]);
    assert_eq!(code(&output), 2);
    assert_eq!(code(&reglament(&["layout", "none.bpmn"])), 2);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let path = place("linked.bpmn");
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let link = place("link.bpmn");
    let _ = fs::remove_file(&link);
    symlink(&path, &link).unwrap();
    let output = reglament(&["layout", ORDER, "-o", &link]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert!(fs::read_to_string(&path).unwrap().contains("BPMNDiagram"));
    let output = reglament(&["layout", ORDER, "-o", "/dev/null"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}
