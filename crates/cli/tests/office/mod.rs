//! Invocations of `reglament case` over one file, for the tests of the command.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "every test file uses its own part; a test fails where a value is missing"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A folder of its own for one test, with a file of cases in it.
pub(crate) struct Office {
    pub(crate) folder: PathBuf,
}

impl Office {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("case-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// The command on cases at a time of 2 September 2013 in Almaty, or of another day that is named.
    pub(crate) fn command(&self, time: &str, arguments: &[&str]) -> Command {
        let (day, time) = time.split_once('T').unwrap_or(("2013-09-02", time));
        let mut command = Command::new(env!("CARGO_BIN_EXE_reglament"));
        command
            .arg("case")
            .args(arguments)
            .args(["--db", &self.path("cases.sqlite")])
            .args(["--at", &format!("{day}T{time}:00+06:00")])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases"));
        command
    }

    /// Runs a command on cases.
    pub(crate) fn at(&self, time: &str, arguments: &[&str]) -> Output {
        self.command(time, arguments).output().unwrap()
    }

    /// As [`Office::at`]; the command has to be carried out.
    pub(crate) fn done(&self, time: &str, arguments: &[&str]) -> String {
        let output = self.at(time, arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn one(&self, time: &str, arguments: &[&str]) -> Value {
        let mut arguments = arguments.to_vec();
        arguments.extend(["--format", "json"]);
        serde_json::from_str(&self.done(time, &arguments)).unwrap()
    }
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub(crate) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap()
}
