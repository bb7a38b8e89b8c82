//! Checks the house: what every file says of itself, which crate may know which, and that every row
//! of the support table has its cases.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use reglament_core::support::{SUPPORT, Status};

/// Which crates of ours each crate may depend on. What is not here may not be.
const ARROWS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("xml", &["source"]),
    ("feel", &["source"]),
    ("core", &["source", "xml", "feel"]),
    ("dmn", &["source", "xml", "feel"]),
    ("executor", &["source", "feel", "core"]),
    ("draw", &["source", "xml", "core"]),
    ("pack", &["source", "xml", "feel", "core", "dmn"]),
    (
        "scenario",
        &["source", "feel", "core", "dmn", "executor", "pack"],
    ),
    (
        "verify",
        &["source", "feel", "core", "dmn", "executor", "pack"],
    ),
    ("processes", &["pack"]),
    ("adapter-api", &["source", "feel", "core"]),
    ("adapters", &["source", "feel", "core", "adapter-api"]),
    (
        "runtime",
        &[
            "source",
            "feel",
            "core",
            "dmn",
            "executor",
            "pack",
            "adapter-api",
        ],
    ),
    (
        "store-sqlite",
        &["source", "feel", "core", "executor", "runtime"],
    ),
    (
        "store-postgres",
        &["source", "feel", "core", "executor", "runtime"],
    ),
];

/// Crates at the end of the arrows: they may know all the others, nobody may know them.
const ENDS: &[&str] = &["reglament", "cli", "xtask"];

/// The longest source file that is not a sign of two concepts in one.
const LINES: usize = 900;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests lie in the repository")
        .into()
}

/// All files below `folder` with the extension `extension`, in order.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                if path.file_name().is_none_or(|name| name != "target") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<PathBuf> {
    ["crates", "processes", "tests", "benches", "examples"]
        .iter()
        .flat_map(|folder| files(&root().join(folder), "rs"))
        .collect()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> = sources()
        .iter()
        .filter(|path| {
            let text = text(path);
            let first = text.lines().find(|line| !line.trim().is_empty());
            !first.is_some_and(|line| line.starts_with("//!") || line.starts_with("#![doc"))
        })
        .map(|path| shown(path))
        .collect();
    assert!(silent.is_empty(), "no `//!` at the head of {silent:#?}");
}

#[test]
fn no_file_holds_two_concepts() {
    let long: Vec<String> = sources()
        .iter()
        .map(|path| (shown(path), text(path).lines().count()))
        .filter(|(_, lines)| *lines > LINES)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "longer than {LINES} lines: {long:#?}");
}

#[test]
fn nothing_is_left_for_later() {
    // Written in two halves, so that this file does not find itself.
    let marks = [
        concat!("FIX", "ME"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[ign", "ore"),
    ];
    let mut found = Vec::new();
    for path in sources() {
        for (number, line) in (1..).zip(text(&path).lines()) {
            if marks.iter().any(|mark| line.contains(mark)) {
                found.push(format!("{}:{number}", shown(&path)));
            }
        }
    }
    assert!(found.is_empty(), "left for later: {found:#?}");
}

#[test]
fn modules_are_named_for_concepts() {
    let vague = [
        "utils", "util", "common", "helpers", "helper", "manager", "misc",
    ];
    let found: Vec<String> = sources()
        .iter()
        .filter(|path| {
            let stem = path
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned());
            let folder = path.parent().and_then(Path::file_name);
            let folder = folder.map(|name| name.to_string_lossy().into_owned());
            [stem, folder]
                .into_iter()
                .flatten()
                .any(|name| vague.contains(&name.as_str()))
        })
        .map(|path| shown(path))
        .collect();
    assert!(found.is_empty(), "vague names: {found:#?}");
}

/// The crates of ours that the manifest names under `[dependencies]`.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut inside = false;
    let mut found = BTreeSet::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == "[dependencies]" || line.starts_with("[target.");
        } else if let Some(rest) = line.strip_prefix("reglament").filter(|_| inside) {
            let name: String = rest
                .chars()
                .take_while(|character| character.is_ascii_alphanumeric() || *character == '-')
                .collect();
            found.insert(if name.is_empty() {
                "reglament".into()
            } else {
                name[1..].into()
            });
        }
    }
    found
}

#[test]
fn crates_depend_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    let manifests = ["crates", "processes"].map(|folder| files(&root().join(folder), "toml"));
    for manifest in manifests.into_iter().flatten() {
        if manifest.file_name().is_none_or(|name| name != "Cargo.toml") {
            continue;
        }
        let folder = manifest
            .parent()
            .and_then(Path::file_name)
            .expect("a crate has a folder");
        let name = folder.to_string_lossy().into_owned();
        let is_end = ENDS.contains(&name.as_str());
        if !is_end && !allowed.contains_key(name.as_str()) && !shown(&manifest).contains("/tests/")
        {
            wrong.push(format!("{name} is in no row of the crate map"));
        }
        for target in dependencies(&text(&manifest)) {
            let target = target.trim_start_matches("store-");
            let fits = if is_end {
                !["cli", "xtask"].contains(&target)
            } else {
                allowed.get(name.as_str()).is_some_and(|targets| {
                    targets
                        .iter()
                        .any(|found| found.trim_start_matches("store-") == target)
                })
            };
            if !fits {
                wrong.push(format!("{name} depends on {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point back: {wrong:#?}");
}

#[test]
fn every_row_of_the_support_table_has_cases() {
    let suite = root().join("tests/suite");
    let mut wrong = Vec::new();
    for row in SUPPORT {
        let cases = files(&suite.join(row.id), "bpmn");
        let run = cases
            .iter()
            .filter(|path| path.with_extension("yaml").exists())
            .count();
        match row.status {
            Status::Executed | Status::Drawn if run == 0 => {
                wrong.push(format!("{} has no case that runs", row.id));
            }
            Status::Refused(_) if run == cases.len() => {
                wrong.push(format!("{} has no case that is refused", row.id));
            }
            Status::Executed | Status::Drawn | Status::Refused(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_executed_element_has_a_failing_or_refused_case() {
    let suite = root().join("tests/suite");
    let executed = SUPPORT.iter().filter(|row| row.status == Status::Executed);
    let folders: BTreeSet<&str> = executed
        .map(|row| row.id.split('/').next().unwrap_or(row.id))
        .collect();
    let mut wrong = Vec::new();
    for folder in folders {
        let failing = files(&suite.join(folder), "bpmn").into_iter().any(|path| {
            let script = path.with_extension("yaml");
            !script.exists() || {
                let script = text(&script);
                script.contains("state: failed") || script.contains("rejected: true")
            }
        });
        if !failing {
            wrong.push(folder);
        }
    }
    assert!(wrong.is_empty(), "no failing or refused case: {wrong:#?}");
}

#[test]
fn every_script_of_the_suite_has_its_model() {
    let suite = root().join("tests/suite");
    let alone: Vec<String> = files(&suite, "yaml")
        .iter()
        .filter(|path| !path.with_extension("bpmn").exists())
        .map(|path| shown(path))
        .collect();
    assert!(alone.is_empty(), "scripts without a model: {alone:#?}");
}
