//! Packs on the command line: `new` makes one that is right, `check` says what is wrong with one.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn reglament(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reglament"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// An empty folder of the test `name`.
fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
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

/// Replaces `from` by `to` in a file.
fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn a_new_pack_checks_clean_and_its_scenarios_cover_it() {
    let folder = scratch("new");
    let made = reglament(&folder, &["new", "fishing-permit"]);
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    let check = reglament(&folder, &["check", "--deny", "warnings", "fishing-permit"]);
    assert_eq!(code(&check), 0, "{}", stdout(&check));
    let test = reglament(&folder, &["test", "fishing-permit"]);
    assert_eq!(code(&test), 0, "{}", stdout(&test));
    assert!(stdout(&test).contains("elements 9/9 (100 %)   flows 8/8 (100 %)"));
    let manifest = fs::read_to_string(folder.join("fishing-permit/regulation.toml")).unwrap();
    assert!(manifest.contains("id = \"fishing-permit\""));
}

#[test]
fn new_overwrites_nothing_and_takes_no_odd_names() {
    let folder = scratch("new-refused");
    assert_eq!(code(&reglament(&folder, &["new", "permit"])), 0);
    let mine = "mine\n";
    fs::write(folder.join("permit/NOTES.md"), mine).unwrap();
    let again = reglament(&folder, &["new", "permit"]);
    assert_eq!(code(&again), 2);
    assert_eq!(
        stderr(&again),
        "error: `permit` exists, and nothing is overwritten\n"
    );
    assert_eq!(
        fs::read_to_string(folder.join("permit/NOTES.md")).unwrap(),
        mine
    );
    for name in [
        "Permit",
        "../permit",
        "a--b",
        "-a",
        "a-",
        "1a",
        "рұқсат",
        "",
    ] {
        let refused = reglament(&folder, &["new", "--", name]);
        assert_eq!(code(&refused), 2, "{name}");
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn check_reports_the_files_of_a_pack_with_their_places() {
    let folder = scratch("check");
    reglament(&folder, &["new", "permit"]);
    edit(
        &folder.join("permit/regulation.toml"),
        "value = 5",
        "value = 6",
    );
    edit(
        &folder.join("permit/regulation.toml"),
        "[provider]",
        "[provder]",
    );
    edit(
        &folder.join("permit/forms/application.form"),
        "\"maxLength\"",
        "\"maxLenght\"",
    );
    let human = reglament(&folder, &["check", "permit"]);
    assert_eq!(code(&human), 1);
    let text = stdout(&human);
    for place in [
        "permit/regulation.toml:30:2",
        "permit/counter.bpmn:39:7",
        "permit/forms/application.form:19:39",
    ] {
        assert!(text.contains(place), "{place}\n{text}");
    }
    assert!(text.contains("did you mean `maxLength`?"), "{text}");
    let json = reglament(&folder, &["check", "--format", "json", "permit"]);
    let files: Value = serde_json::from_slice(&json.stdout).unwrap();
    let names: Vec<&str> = files
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["file"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "permit/clauses.yaml",
            "permit/counter.bpmn",
            "permit/forms/application.form",
            "permit/regulation.toml"
        ]
    );
    let in_manifest = &files[3]["diagnostics"];
    assert_eq!(in_manifest[1]["code"], "RG0902");
    assert_eq!(in_manifest[1]["line"], 30);
    let sarif = reglament(&folder, &["check", "--format", "sarif", "permit"]);
    assert!(stdout(&sarif).contains("permit/forms/application.form"));
}

#[test]
fn what_a_file_says_by_itself_is_said_once() {
    let folder = scratch("once");
    reglament(&folder, &["new", "permit"]);
    edit(
        &folder.join("permit/counter.bpmn"),
        "default=\"Flow_No\"",
        "default=\"Flow_Nein\"",
    );
    let json = reglament(&folder, &["check", "--format", "json", "permit"]);
    let files: Value = serde_json::from_slice(&json.stdout).unwrap();
    let said = files[1]["diagnostics"].as_array().unwrap();
    let mut different = said.clone();
    different.dedup();
    assert!(!said.is_empty());
    assert_eq!(said.len(), different.len());
}

#[test]
fn an_index_lists_the_packs_beside_it() {
    let folder = scratch("index");
    reglament(&folder, &["new", "permit"]);
    reglament(&folder, &["new", "licence"]);
    let index = |listed: &str| {
        let text = format!("format = 1\nregulations = [{listed}]\n");
        fs::write(folder.join("index.toml"), text).unwrap();
        reglament(&folder, &["check", "."])
    };
    assert_eq!(code(&index("\"permit\", \"licence\"")), 0);
    let wrong = index("\"permit\", \"licens\"");
    assert_eq!(code(&wrong), 1);
    let text = stdout(&wrong);
    assert!(
        text.contains("there is no pack in the folder `licens`"),
        "{text}"
    );
    assert!(text.contains("did you mean `licence`?"), "{text}");
    assert!(
        text.contains("the pack in the folder `licence` is not listed"),
        "{text}"
    );
}

#[test]
fn a_version_of_a_regulation_has_a_folder_of_its_own() {
    let folder = scratch("versions");
    reglament(&folder, &["new", "permit"]);
    fs::rename(folder.join("permit"), folder.join("permit@2026")).unwrap();
    fs::write(
        folder.join("index.toml"),
        "format = 1\nregulations = [\"permit@2026\"]\n",
    )
    .unwrap();
    let check = reglament(&folder, &["check", "."]);
    assert_eq!(code(&check), 0, "{}", stdout(&check));
    fs::rename(folder.join("permit@2026"), folder.join("other")).unwrap();
    fs::write(
        folder.join("index.toml"),
        "format = 1\nregulations = [\"other\"]\n",
    )
    .unwrap();
    let check = reglament(&folder, &["check", "."]);
    assert!(stdout(&check).contains("the pack in the folder `other` has the id `permit`"));
}
