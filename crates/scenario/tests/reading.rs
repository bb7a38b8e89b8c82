//! Reading script files: what is accepted, and what is said about the rest.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::path::{Path, PathBuf};

use reglament_scenario::{Action, Advance, Scenario};

/// The files with the extension `yaml` under `folder`.
fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            scripts(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            found.push(path);
        }
    }
}

fn messages(text: &str) -> Vec<String> {
    let (scenario, diagnostics) = Scenario::load("t.yaml", text.as_bytes());
    assert_eq!(scenario.is_none(), !diagnostics.is_empty());
    let line = |d: &reglament_source::Diagnostic| {
        let source = reglament_source::SourceText::new("t.yaml", text.to_owned());
        d.span.map_or(0, |span| source.position(span.start).line)
    };
    diagnostics
        .iter()
        .map(|d| format!("{} {}: {}", line(d), d.code.id, d.message))
        .collect()
}

#[test]
fn every_script_of_the_repository_is_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    scripts(&root.join("tests/suite"), &mut found);
    scripts(&root.join("processes"), &mut found);
    assert!(found.len() > 300);
    for path in found {
        if path.file_name().is_some_and(|name| name == "clauses.yaml") {
            continue;
        }
        let (_, diagnostics) =
            Scenario::load(&path.display().to_string(), &std::fs::read(&path).unwrap());
        assert_eq!(diagnostics, [], "{}", path.display());
    }
}

#[test]
fn all_mistakes_are_reported_at_once_with_their_lines() {
    let text = "\
titel: x
auto: perhaps
at: 2026-13-01
steps:
  - compleet: A
  - complete: A
    message: M
  - complete: A
    instance: 0
  - {with: {a: 1}}
  - advance: soon
  - set: [a]
  - expect: {complted: [A], state: done, count: {A: often}}
  - 5
";
    assert_eq!(
        messages(text),
        [
            "1 RG0802: a script has no `titel`",
            "2 RG0803: `auto`: expected true or false, found a text",
            "3 RG0806: `2026-13-01` is no instant: there is no day 2026-13-01",
            "5 RG0802: a step has no `compleet`",
            "6 RG0804: a step does one thing, found `complete`, `message`",
            "9 RG0807: `instance`: expected a whole number from 1, found 0",
            "10 RG0804: the step does nothing: expected one of `complete`, `message`, `signal`, `advance`, \
         `error`, `escalate`, `fail`, `set`, `start`, `suspend`, `resume`, `interrupt`, `extend`, `expect`",
            "11 RG0806: `soon` is no duration: expected a duration, found \"soon\"; write it as \
         P1Y2M3DT4H5M6S, for example P5D, P2W or PT30M",
            "12 RG0803: `set`: expected a mapping from variable names to values, found a list",
            "13 RG0802: `expect` has no `complted`",
            "13 RG0807: `state`: expected one of `completed`, `waiting`, `failed`, `rejected`, found `done`",
            "13 RG0803: `count`: expected a whole number, found a text",
            "14 RG0803: `step`: expected a mapping such as `complete: ID`, found a number",
        ]
    );
}

#[test]
fn the_clock_is_advanced_by_a_duration_or_to_an_instant() {
    for text in [
        "- advance: {to: 2026-03-02T08:00:00Z}",
        "- advance: 'to: 2026-03-02T08:00:00Z'",
        "- advance:\n  to: 2026-03-02T08:00:00Z",
    ] {
        let (scenario, diagnostics) = Scenario::load("t.yaml", text.as_bytes());
        assert_eq!(diagnostics, []);
        assert!(matches!(
            scenario.unwrap().steps[0].action,
            Action::Advance(Advance::To(_))
        ));
    }
    let (scenario, _) = Scenario::load("t.json", b"[{\"advance\": \"PT1H\"}]");
    assert!(matches!(
        scenario.unwrap().steps[0].action,
        Action::Advance(Advance::By(_))
    ));
}

#[test]
fn mistakes_in_steps_about_terms_are_told_where_they_are() {
    let script = "- extend: Task_1\n- extend: Task_1\n  by: soon\n- suspend: Task_1\n  by: 3 working days\n\
                  - expect: {terms: {met: [Task_1], due: {Task_1: tomorrow}, mised: []}}\n";
    let (scenario, diagnostics) = Scenario::load("terms.yaml", script.as_bytes());
    assert!(scenario.is_none());
    let found: Vec<&str> = diagnostics.iter().map(|it| it.code.id).collect();
    assert_eq!(
        found,
        ["RG0808", "RG0807", "RG0802", "RG0806", "RG0802"],
        "{diagnostics:?}"
    );
}
