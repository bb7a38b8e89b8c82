//! `reglament case` where something is not as it should be: files, disks, pipes, other processes. Every
//! command says clearly what is wrong, with the exit code of it, and what was acknowledged stays.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

mod office;

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use office::{Office, code, stderr};
use serde_json::Value;

/// Commands that only look.
const LOOKING: &[&[&str]] = &[
    &["list"],
    &["show", "1"],
    &["tasks"],
    &["jobs"],
    &["incidents"],
    &["history", "1"],
    &["survey", "1"],
    &["report"],
];

/// Commands that change something, except the one that makes the file.
const CHANGING: &[&[&str]] = &[
    &["claim", "1-3-1", "--actor", "a"],
    &["complete", "1-3-1", "--actor", "a"],
    &["message", "M", "--actor", "a"],
    &["signal", "S", "--actor", "a"],
    &["advance"],
    &["suspend", "1", "--reason", "r", "--actor", "a"],
    &["resume", "1", "--actor", "a"],
    &["resolve", "1-3-1", "--actor", "a"],
    &["survey", "1", "--answers", "{}"],
];

const START: &[&str] = &["start", "licence.bpmn", "--actor", "portal"];

/// An office with one case.
fn office(name: &str) -> Office {
    let office = Office::new(&format!("robust-{name}"));
    office.done("10:00", START);
    office
}

fn db(office: &Office) -> String {
    office.path("cases.sqlite")
}

/// Nothing but the file: as after a backup was put in its place.
fn alone(office: &Office) {
    for beside in ["cases.sqlite-wal", "cases.sqlite-shm", "cases.sqlite.lock"] {
        let _ = fs::remove_file(office.path(beside));
    }
}

/// The command is refused with exit code 2, in words, and without a panic.
#[track_caller]
fn unusable(output: &Output, what: &[&str], expected: &str) {
    let said = stderr(output);
    assert_eq!(code(output), 2, "{what:?}: {said}");
    assert!(said.starts_with("error: "), "{what:?}: {said}");
    assert!(said.contains(expected), "{what:?}: {said}");
}

/// The numbers of all cases.
fn cases(office: &Office) -> Vec<u64> {
    let listed = office.done("11:00", &["list", "--all", "--format", "json"]);
    let number = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        row.get("case").unwrap().as_u64().unwrap()
    };
    let mut cases: Vec<u64> = listed.lines().map(number).collect();
    cases.sort_unstable();
    cases
}

/// The number of the case that a `start` has acknowledged.
fn acknowledged(output: &Output) -> Option<u64> {
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    (code(output) == 0).then(|| said.split(' ').nth(1).unwrap().parse().unwrap())
}

#[test]
fn a_file_that_is_not_there_is_named_and_not_made() {
    let office = Office::new("robust-missing");
    for command in LOOKING.iter().chain(CHANGING) {
        unusable(&office.at("10:00", command), command, "cases.sqlite");
    }
    assert_eq!(fs::read_dir(&office.folder).unwrap().count(), 0);
}

#[test]
fn what_is_no_store_is_refused_and_left_as_it_is() {
    let office = Office::new("robust-foreign");
    let all: Vec<&[&str]> = LOOKING
        .iter()
        .chain(CHANGING)
        .copied()
        .chain([START])
        .collect();
    fs::write(
        db(&office),
        "these are no cases, and longer than a header of a database file is: \
        nothing here may be overwritten, whoever opens it and for whatever reason",
    )
    .unwrap();
    let before = fs::read(db(&office)).unwrap();
    for command in &all {
        let expected = "cases.sqlite: the file is no store of cases";
        unusable(&office.at("10:00", command), command, expected);
    }
    assert_eq!(fs::read(db(&office)).unwrap(), before);
    fs::remove_file(db(&office)).unwrap();
    fs::create_dir(db(&office)).unwrap();
    for command in &all {
        unusable(&office.at("10:00", command), command, "found the folder");
    }
}

#[test]
fn a_store_of_a_newer_program_is_refused() {
    let office = office("newer");
    alone(&office);
    // The version stands at byte 60 of the header of a SQLite file.
    let mut bytes = fs::read(db(&office)).unwrap();
    let place = bytes.get_mut(60..64).unwrap();
    let version = u32::from_be_bytes(place.try_into().unwrap());
    place.copy_from_slice(&(version + 1).to_be_bytes());
    fs::write(db(&office), bytes).unwrap();
    let expected = format!("found version {}", version + 1);
    for command in LOOKING.iter().chain(CHANGING) {
        unusable(&office.at("10:00", command), command, &expected);
    }
}

#[test]
fn a_damaged_file_is_never_served_as_good() {
    let office = office("damaged");
    alone(&office);
    let mut bytes = fs::read(db(&office)).unwrap();
    let pages = bytes.len() / 4096;
    bytes.get_mut(3 * 4096..(pages - 1) * 4096).unwrap().fill(0);
    fs::write(db(&office), bytes).unwrap();
    for command in LOOKING.iter().chain(CHANGING) {
        unusable(&office.at("10:00", command), command, "damaged");
    }
}

#[test]
fn a_case_that_is_not_there_is_refused() {
    let office = office("unknown");
    let unknown: &[&[&str]] = &[
        &["show", "99"],
        &["history", "99"],
        &["survey", "99"],
        &["survey", "99", "--answers", "{}"],
        &["suspend", "99", "--reason", "r", "--actor", "a"],
        &["resume", "99", "--actor", "a"],
        &["claim", "99-3-1", "--actor", "a"],
        &["complete", "99-3-1", "--actor", "a"],
        &["resolve", "99-3-1", "--actor", "a"],
    ];
    for command in unknown {
        let refused = office.at("10:01", command);
        assert_eq!(code(&refused), 1, "{command:?}: {}", stderr(&refused));
        assert_eq!(
            stderr(&refused),
            "error: there is no case 99\n",
            "{command:?}"
        );
    }
}

/// Runs the command as somebody whom permissions hold; root may do everything. None where that
/// somebody may not even run the command: the checkout belongs to root alone.
fn ordinary(command: &mut Command) -> Option<Output> {
    let is_root = fs::metadata("/proc/self").is_ok_and(|it| {
        use std::os::unix::fs::MetadataExt;
        it.uid() == 0
    });
    if is_root {
        command.uid(65_534).gid(65_534);
    }
    match command.output() {
        Err(error) if is_root && error.kind() == ErrorKind::PermissionDenied => None,
        output => Some(output.unwrap()),
    }
}

fn permit(path: &str, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_file_that_may_only_be_read_is_read_and_not_written() {
    let office = office("read-only");
    let folder = office.folder.to_str().unwrap().to_owned();
    let run = |command: &[&str]| ordinary(&mut office.command("10:01", command));
    alone(&office);
    permit(&db(&office), 0o444);
    permit(&folder, 0o777);
    let Some(listed) = run(&["list"]) else { return };
    assert_eq!(code(&listed), 0, "{}", stderr(&listed));
    for command in [CHANGING, &[START]].concat() {
        let refused = run(command).unwrap();
        unusable(&refused, command, "cases.sqlite");
        assert!(
            stderr(&refused)
                .to_lowercase()
                .contains("permission denied")
        );
    }
    alone(&office);
    permit(&folder, 0o555);
    let expected = "the folder of the file cannot be written";
    unusable(&run(&["list"]).unwrap(), &["list"], expected);
    let other = office.path("other.sqlite");
    let mut start = Command::new(env!("CARGO_BIN_EXE_reglament"));
    start.args([
        "case",
        "start",
        "licence.bpmn",
        "--actor",
        "a",
        "--db",
        &other,
    ]);
    start.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases"));
    let refused = ordinary(&mut start).unwrap();
    unusable(&refused, &["start"], "ermission denied");
    permit(&folder, 0o755);
    permit(&db(&office), 0o644);
    assert_eq!(cases(&office), [1]);
}

#[test]
fn when_no_more_can_be_written_nothing_acknowledged_is_lost() {
    let office = office("full");
    // A limit on the size of files stands for a full disk; blocks of 512 bytes.
    let blocks = fs::metadata(db(&office)).unwrap().len() / 512;
    let mut known = vec![1];
    let mut refused = 0;
    for _ in 0..60 {
        let mut command = Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", blocks + 4);
        command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_reglament"), "case"]);
        command.args(START).args(["--db", &db(&office)]);
        command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases"));
        let output = command.output().unwrap();
        match acknowledged(&output) {
            Some(case) => known.push(case),
            None => {
                unusable(&output, START, "");
                refused += 1;
            }
        }
        if refused == 3 {
            break;
        }
    }
    assert_eq!(refused, 3, "{known:?}");
    let found = cases(&office);
    assert!(
        known.iter().all(|case| found.contains(case)),
        "{known:?} {found:?}"
    );
    // With room again it goes on where it was.
    let started = office.at("10:05", START);
    assert!(acknowledged(&started) > known.last().copied());
}

#[test]
fn several_processes_at_once_wait_for_one_another() {
    let office = Office::new("robust-several");
    let spawn = |_| {
        let mut start = office.command("10:00", START);
        start
            .args(["--wait", "60"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        start.spawn().unwrap()
    };
    let running: Vec<_> = (0..8).map(spawn).collect();
    let done = running
        .into_iter()
        .map(|child| child.wait_with_output().unwrap());
    let mut known: Vec<u64> = done
        .map(|output| acknowledged(&output).unwrap_or_else(|| panic!("{}", stderr(&output))))
        .collect();
    known.sort_unstable();
    assert_eq!(known, (1..=8).collect::<Vec<u64>>());
    assert_eq!(cases(&office), known);
}

#[test]
fn whoever_closes_the_pipe_has_seen_enough() {
    let office = office("pipe");
    for command in [&["list"][..], &["history", "1"], &["report"], START] {
        let mut command = office.command("10:01", command);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (code(&output), stderr(&output).as_str()),
            (0, ""),
            "{command:?}"
        );
    }
    assert_eq!(cases(&office), [1, 2]);
}

#[test]
fn output_that_cannot_be_written_is_no_success() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let office = office("output");
    for command in [&["list"][..], &["report", "--format", "csv"]] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = office
            .command("10:01", command)
            .stdout(full)
            .output()
            .unwrap();
        unusable(&output, command, "cannot write to standard output");
    }
}

#[test]
fn an_interrupted_command_leaves_what_was_acknowledged_and_no_lock() {
    let office = office("interrupted");
    let mut known = vec![1];
    for pause in 0..10 {
        let mut start = office.command("10:00", START);
        start.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = start.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(pause * 7));
        let pid = child.id().to_string();
        Command::new("kill").args(["-INT", &pid]).output().unwrap();
        let output = child.wait_with_output().unwrap();
        if output.status.code().is_some() {
            known.extend(acknowledged(&output));
        }
    }
    let found = cases(&office);
    assert!(
        known.iter().all(|case| found.contains(case)),
        "{known:?} {found:?}"
    );
    assert!(acknowledged(&office.at("10:01", START)).is_some());
}
