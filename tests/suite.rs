//! The conformance suite: every case of `suite/` is run or refused, its trace or its diagnostics are
//! compared with the snapshot beside it, and what must hold for every instance is checked after each
//! command.
//!
//! # Source
//! BPMN 2.0.2, chapters 10 and 13; `suite/README.md` says how a case is written.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use reglament_core::{Lowering, Program};
use reglament_dmn::{Decisions, Model, Repository};
use reglament_executor::{Event, Limits, State};
use reglament_scenario::{Observer, Options, Report, Scenario, Subject, TraceEvent, TraceLine};
use reglament_source::{Diagnostic, Severity, SourceText};

#[path = "invariants/mod.rs"]
mod invariants;

use invariants::Follower;

/// The longest trace that a snapshot shows in full; of a longer one it shows the two ends.
const LINES: usize = 240;

/// Small limits, so that the cases that reach them are small.
const LIMITS: Limits = Limits {
    steps: 10_000,
    depth: 32,
    instances: 5_000,
};

/// What the cases found wrong, told at the end so that one run tells all.
static FAILURES: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[test]
fn every_case_does_what_the_specification_says() {
    let wanted = std::env::var("REGLAMENT_CASE").unwrap_or_default();
    insta::glob!("suite/**/*.bpmn", |path| {
        let name = name(path);
        if !name.contains(&wanted) {
            return;
        }
        let seen = run(path);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().expect("a case lies in a folder"));
        settings.set_prepend_module_to_snapshot(false);
        settings.remove_snapshot_suffix();
        settings.remove_input_file();
        settings.set_omit_expression(true);
        let stem = path
            .file_stem()
            .expect("a case has a name")
            .to_string_lossy()
            .into_owned();
        settings.bind(|| insta::assert_snapshot!(stem, seen));
    });
    let failures = FAILURES.lock().expect("nobody panics with the lock");
    assert!(
        failures.is_empty(),
        "{} cases fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// The name of a case: its path within the suite without the extension.
fn name(path: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite");
    let root = root.canonicalize().unwrap_or(root);
    path.strip_prefix(root)
        .unwrap_or(path)
        .with_extension("")
        .display()
        .to_string()
}

/// Runs the case at `path`: the one place that touches the API.
fn run(path: &Path) -> String {
    let bytes = fs::read(path).expect("a case can be read");
    let file = path
        .file_name()
        .expect("a case has a name")
        .to_string_lossy()
        .into_owned();
    let (definitions, mut diagnostics) = reglament_core::read(&file, &bytes);
    let script = path.with_extension("yaml");
    let Some(definitions) = definitions else {
        return refused(path, &diagnostics, &file, &bytes);
    };
    let lowering = reglament_core::lower(&definitions);
    diagnostics.extend(lowering.diagnostics_for_check());
    if !script.exists() {
        return refused(path, &diagnostics, &file, &bytes);
    }
    if let Some(error) = diagnostics
        .iter()
        .find(|found| found.severity == Severity::Error)
    {
        fail(path, &format!("the model is refused: {}", error.message));
        return list(&diagnostics, &file, &bytes);
    }
    let bytes = fs::read(&script).expect("a script can be read");
    let (scenario, problems) = Scenario::load(&script.display().to_string(), &bytes);
    let Some(scenario) = scenario.filter(|_| problems.is_empty()) else {
        fail(path, &format!("the script cannot be read: {problems:?}"));
        return String::new();
    };
    let decisions = decisions(path);
    let report = twice(path, &lowering, &scenario, &decisions);
    for failure in &report.failures {
        fail(
            path,
            &format!(
                "step {} (line {}): {}",
                failure.step, failure.line, failure.message
            ),
        );
    }
    let title = scenario.title.as_deref().unwrap_or_default();
    shown(title, &report, &lowering.program)
}

fn fail(path: &Path, what: &str) {
    let mut failures = FAILURES.lock().expect("nobody panics with the lock");
    failures.push(format!("{}: {what}", name(path)));
}

/// The snapshot of a model that is refused.
fn refused(path: &Path, diagnostics: &[Diagnostic], file: &str, bytes: &[u8]) -> String {
    if !diagnostics
        .iter()
        .any(|found| found.severity == Severity::Error)
    {
        fail(path, "the model has no script and is not refused");
    }
    list(diagnostics, file, bytes)
}

/// The diagnostics, one a line.
fn list(diagnostics: &[Diagnostic], file: &str, bytes: &[u8]) -> String {
    let source = SourceText::decode(file, bytes).expect("a case is well encoded");
    let mut text = String::from("refused\n");
    for found in diagnostics {
        let severity = found.severity.as_str();
        let place = found.span.map_or_else(String::new, |span| {
            let position = source.position(span.start);
            format!(" {}:{}", position.line, position.column)
        });
        let element = found
            .element
            .as_deref()
            .map_or_else(String::new, |id| format!(" `{id}`"));
        let _ = writeln!(
            text,
            "{severity} {}{place}{element}: {}",
            found.code.id, found.message
        );
        if let Some(hint) = &found.hint {
            let _ = writeln!(text, "    {hint}");
        }
    }
    text
}

/// The decisions of the model of the same name, if there is one.
fn decisions(path: &Path) -> Arc<Repository> {
    let path = path.with_extension("dmn");
    let mut repository = Repository::default();
    if let Ok(bytes) = fs::read(&path) {
        let source = SourceText::decode(path.display().to_string(), &bytes);
        let (model, read) = Model::read(source.expect("a decision model is well encoded"));
        let model = model.expect("a decision model can be read");
        let (decisions, compiled) = Decisions::compile(&model, &[]);
        let decisions = decisions.expect("a decision model can be compiled");
        let added = repository.add("decisions", decisions);
        for problem in read.iter().chain(&compiled).chain(&added) {
            fail(&path, &problem.message);
        }
    }
    Arc::new(repository)
}

/// Runs the scenario twice with one seed, checked after every command, and compares.
fn twice(
    path: &Path,
    lowering: &Lowering,
    scenario: &Scenario,
    decisions: &Arc<Repository>,
) -> Report {
    let program = &lowering.program;
    let options = Options {
        decisions: Arc::clone(decisions),
        ..options(lowering, scenario)
    };
    let mut watch = Watch::default();
    let report = reglament_scenario::run_observed(program, scenario, &options, &mut watch);
    for what in &watch.wrong {
        fail(path, what);
    }
    let again = reglament_scenario::run(program, scenario, &options);
    if shown("", &report, program) != shown("", &again, program) {
        fail(path, "two runs with one seed differ");
    }
    report
}

/// The process is the script's, else the only executable one, else the only one.
fn options(lowering: &Lowering, scenario: &Scenario) -> Options {
    let executable: Vec<_> = lowering
        .processes
        .iter()
        .filter(|process| process.is_executable)
        .filter_map(|process| lowering.program.process(&process.id))
        .collect();
    let process = match executable.as_slice() {
        [one] if scenario.process.is_none() => Some(*one),
        _ => None,
    };
    Options {
        process,
        limits: LIMITS,
        seed: 7,
        ..Options::default()
    }
}

/// Follows every instance of a run.
#[derive(Default)]
struct Watch {
    followers: BTreeMap<usize, Follower>,
    wrong: Vec<String>,
}

impl Observer for Watch {
    fn after(&mut self, program: &Program, instance: usize, events: &[Event], state: &State) {
        let follower = self.followers.entry(instance).or_default();
        if let Err(what) = follower.follow(program, events, state) {
            self.wrong.push(what);
        }
    }
}

/// The snapshot of a run: title, trace, end. An instant stands once, where the virtual clock moves.
fn shown(title: &str, report: &Report, program: &Program) -> String {
    let mut now = report.began;
    let mut lines = Vec::new();
    for line in &report.trace {
        if line.time != now {
            now = line.time;
            lines.push(format!("at {now}"));
        }
        lines.push(said(line, program));
    }
    let mut text = format!("{title}\n");
    for (number, line) in lines.iter().enumerate() {
        if lines.len() > LINES && number == LINES / 2 {
            let _ = writeln!(text, "... {} lines ...", lines.len() - LINES);
        }
        if lines.len() <= LINES || number < LINES / 2 || number >= lines.len() - LINES / 2 {
            let _ = writeln!(text, "{line}");
        }
    }
    let _ = writeln!(text, "{}", report.ended.to_json());
    text
}

/// One line of the trace: what happened to which instance of what.
fn said(line: &TraceLine, program: &Program) -> String {
    let mut text = format!("{} ", line.event.as_str());
    match line.subject {
        Some(subject @ Subject::Flow(_)) => text.push_str(subject.id(program)),
        Some(subject) => {
            let _ = write!(text, "{}#{}", subject.id(program), line.instance);
        }
        None => text.push('-'),
    }
    if line.case > 0 {
        let _ = write!(text, " in instance {}", line.case + 1);
    }
    match &line.event {
        TraceEvent::ErrorThrown { code } | TraceEvent::EscalationThrown { code } => {
            let _ = write!(text, " `{code}`");
        }
        TraceEvent::Incident { kind, message } => {
            let _ = write!(text, " {kind}: {message}");
        }
        TraceEvent::Term { due: Some(due), .. } => {
            let _ = write!(text, " due {due}");
        }
        TraceEvent::Refused { reason, .. } => {
            let _ = write!(text, ": {reason}");
        }
        TraceEvent::Activated
        | TraceEvent::Completed
        | TraceEvent::Terminated
        | TraceEvent::Taken
        | TraceEvent::TimerFired
        | TraceEvent::MessageReceived
        | TraceEvent::SignalReceived
        | TraceEvent::Term { due: None, .. }
        | TraceEvent::Compensated => {}
    }
    text
}
