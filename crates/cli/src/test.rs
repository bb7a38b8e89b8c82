//! `reglament test`: scenarios, and what of the models they cover.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use reglament_core::Program;
use reglament_dmn::Repository;
use reglament_scenario::{
    Coverage, Options, Part, ProcessCoverage, Scenario, looks_like_scenario, run,
};
use reglament_source::{Diagnostic, SourceText, report};
use serde_json::{Value, json};

use crate::called_decisions::CalledDecisions;
use crate::diagnostics::counted;
use crate::input::{find, has_extension};
use crate::model::Model;
use crate::output::{self, Palette, paint};
use crate::run::now;
use crate::{Exit, Format, Unusable, input, junit};

/// How many ids of what was never reached are shown to people.
const MISSING_SHOWN: usize = 8;

/// Runs scenarios and says which hold and what of the models they cover.
///
/// Business rule tasks evaluate the decisions that they call: those of the *.dmn files beside the BPMN
/// file and in the folder `decisions` beside it.
///
/// Exit code 0: all hold; 1: some do not; 2: a path cannot be read or there is no scenario.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  reglament test processes/\n  reglament test --junit report.xml scenarios/refusal.yaml"
)]
pub(crate) struct Test {
    /// Scenario files, and directories that are searched for YAML and JSON files with `steps`.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write a JUnit report there.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// For whom the output is.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A scenario that was run.
pub(crate) struct Case {
    pub(crate) file: String,
    pub(crate) title: Option<String>,
    pub(crate) verdict: Verdict,
    pub(crate) took: Duration,
}

/// What came of a scenario.
pub(crate) enum Verdict {
    /// Everything holds.
    Passed,
    /// What does not hold, a line each.
    Failed(Vec<String>),
    /// It could not be run.
    Broken(String),
}

impl Verdict {
    const fn as_str(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Broken(_) => "broken",
        }
    }

    pub(crate) const fn passed(&self) -> bool {
        matches!(self, Self::Passed)
    }
}

/// The models that scenarios name, each read once, with what was covered of them.
#[derive(Default)]
struct Models {
    by_path: BTreeMap<PathBuf, Tested>,
}

/// A model with the decisions that it calls, and what was covered of it.
struct Tested {
    model: Result<Model, String>,
    decisions: Result<Arc<Repository>, String>,
    coverage: Coverage,
}

impl Tested {
    fn load(path: &Path) -> Self {
        let model = Model::load(path);
        let meaning = model.as_ref().ok().and_then(|model| model.meaning.as_ref());
        let decisions = meaning.map_or_else(
            || Ok(Arc::default()),
            |meaning| decisions(path, &meaning.lowering.program),
        );
        Self {
            model: model.map_err(|unusable| unusable.message),
            decisions,
            coverage: Coverage::default(),
        }
    }
}

/// The decisions that the tasks of a process call; a text when one of the models is broken.
fn decisions(path: &Path, program: &Program) -> Result<Arc<Repository>, String> {
    let called = CalledDecisions::beside(path, program).map_err(|unusable| unusable.message)?;
    match called.error() {
        Some((model, _)) => Err(drawn(&model.diagnostics, &model.source)),
        None => Ok(called.repository),
    }
}

impl Test {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let wanted =
            |path: &Path| has_extension(path, &["yaml", "yml", "json"]) && is_scenario(path);
        let found = find(&self.paths, &wanted, "scenario");
        let mut models = Models::default();
        let mut cases = Vec::new();
        for path in &found.files {
            let began = Instant::now();
            let (title, verdict) = models.judge(path);
            let case = Case {
                file: path.display().to_string(),
                title,
                verdict,
                took: began.elapsed(),
            };
            if self.format == Format::Human {
                output::print(&case.text());
            }
            cases.push(case);
        }
        match self.format {
            Format::Human => output::print(&models.summary(&cases)),
            Format::Json => output::print(&format!("{}\n", models.json(&cases))),
        }
        if let Some(path) = &self.junit {
            output::write(path, junit::report(&cases).as_bytes())?;
        }
        for unusable in &found.unusable {
            output::complain(&unusable.message, unusable.hint.as_deref());
        }
        Ok(if !found.unusable.is_empty() {
            Exit::Unusable
        } else if cases.iter().all(|case| case.verdict.passed()) {
            Exit::Good
        } else {
            Exit::Wrong
        })
    }
}

/// Whether a file found in a directory is a scenario: it has `steps`, or lies where scenarios do.
fn is_scenario(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    if folder.is_some_and(|folder| folder == "scenarios") {
        return true;
    }
    let text = std::fs::read(path)
        .ok()
        .and_then(|bytes| SourceText::decode("", &bytes).ok());
    text.is_some_and(|text| looks_like_scenario(&text))
}

impl Models {
    /// Runs the scenario in the file `path`.
    fn judge(&mut self, path: &Path) -> (Option<String>, Verdict) {
        let bytes = match input::read(path) {
            Ok(bytes) => bytes,
            Err(unusable) => return (None, Verdict::Broken(unusable.message)),
        };
        let name = path.display().to_string();
        let (source, undecodable) = SourceText::decode_lossy(name, &bytes);
        let source = Arc::new(source);
        let (scenario, mut diagnostics) = Scenario::read(Arc::clone(&source));
        if !undecodable.is_empty() {
            diagnostics = undecodable;
        }
        let Some(scenario) = scenario.filter(|_| diagnostics.is_empty()) else {
            return (None, Verdict::Broken(drawn(&diagnostics, &source)));
        };
        let verdict = self.run(path, &scenario).unwrap_or_else(Verdict::Broken);
        (scenario.title, verdict)
    }

    fn run(&mut self, path: &Path, scenario: &Scenario) -> Result<Verdict, String> {
        let file = model_of(path, scenario)?;
        let tested = self.model(&file);
        let model = tested.model.as_ref().map_err(String::clone)?;
        let Some(meaning) = &model.meaning else {
            return Err(drawn(&model.reading, &model.source));
        };
        let named = scenario.process.as_ref().map(|name| &*name.text);
        let process = meaning.choose(named).map_err(|unusable| {
            let hint = unusable
                .hint
                .map(|hint| format!("; {hint}"))
                .unwrap_or_default();
            format!("{}{hint}", unusable.message)
        })?;
        let mut diagnostics = model.diagnostics_for_run(Some(&process));
        diagnostics.retain(Diagnostic::is_error);
        if !diagnostics.is_empty() {
            return Err(drawn(&diagnostics, &model.source));
        }
        let program = &meaning.lowering.program;
        let unknown = scenario.check_names(program);
        if !unknown.is_empty() {
            return Err(drawn(&unknown, &scenario.source));
        }
        let options = Options {
            process: meaning.process(&process),
            now: now(),
            decisions: tested.decisions.clone()?,
            ..Options::default()
        };
        let report = run(program, scenario, &options);
        tested.coverage.merge(&report.coverage);
        if let (Some(error), reglament_scenario::RunState::Rejected) =
            (&report.ended.error, report.ended.state)
        {
            return Err(error.message.to_string());
        }
        if report.passed() {
            return Ok(Verdict::Passed);
        }
        let failures = report.failures.iter();
        Ok(Verdict::Failed(
            failures
                .map(|it| format!("line {}, step {}: {}", it.line, it.step, it.message))
                .collect(),
        ))
    }

    fn model(&mut self, path: &Path) -> &mut Tested {
        self.by_path
            .entry(path.to_owned())
            .or_insert_with(|| Tested::load(path))
    }

    /// The coverage of each process that a scenario could run, by file.
    fn covered(&self) -> impl Iterator<Item = (&PathBuf, &Program, Vec<ProcessCoverage>)> {
        self.by_path.iter().filter_map(|(path, tested)| {
            let meaning = tested.model.as_ref().ok()?.meaning.as_ref()?;
            let program = &meaning.lowering.program;
            Some((path, program, tested.coverage.by_process(program)))
        })
    }

    fn summary(&self, cases: &[Case]) -> String {
        let palette = Palette::for_stdout();
        let mut text = format!("\n{}\n", paint(palette.title, "coverage"));
        for (path, program, processes) in self.covered() {
            for process in processes {
                let of = format!("{} {}", path.display(), program.id(process.process));
                text.push_str(&format!(
                    "  {of}\n    elements {}   flows {}\n",
                    share(&process.elements),
                    share(&process.flows)
                ));
                let missing = process
                    .elements
                    .missing
                    .iter()
                    .chain(&process.flows.missing);
                let missing: Vec<&str> = missing.map(|subject| subject.id(program)).collect();
                if !missing.is_empty() {
                    let shown = missing
                        .iter()
                        .take(MISSING_SHOWN)
                        .copied()
                        .collect::<Vec<_>>()
                        .join(", ");
                    let more = missing.len().saturating_sub(MISSING_SHOWN);
                    let more = if more > 0 {
                        format!(" and {more} more")
                    } else {
                        String::new()
                    };
                    text.push_str(&paint(
                        palette.faint,
                        &format!("    never reached: {shown}{more}"),
                    ));
                    text.push('\n');
                }
            }
        }
        let passed = cases.iter().filter(|case| case.verdict.passed()).count();
        let failed = cases.len() - passed;
        let (style, verdict) = match failed {
            0 => (palette.good, format!("{passed} passed")),
            _ => (palette.bad, format!("{failed} failed, {passed} passed")),
        };
        text.push_str(&format!(
            "\n{}: {}\n",
            counted(cases.len(), "scenario"),
            paint(style, &verdict)
        ));
        text
    }

    fn json(&self, cases: &[Case]) -> Value {
        let part = |part: &Part, program| {
            let missing: Vec<&str> = part
                .missing
                .iter()
                .map(|subject| subject.id(program))
                .collect();
            json!({"total": part.total, "covered": part.covered(), "missing": missing})
        };
        let coverage: Vec<Value> = self
            .covered()
            .flat_map(|(path, program, processes)| {
                let file = path.display().to_string();
                processes.into_iter().map(move |process| {
                    json!({
                        "file": file,
                        "process": program.id(process.process),
                        "elements": part(&process.elements, program),
                        "flows": part(&process.flows, program),
                    })
                })
            })
            .collect();
        let scenarios: Vec<Value> = cases
            .iter()
            .map(|case| {
                let messages = match &case.verdict {
                    Verdict::Passed => Vec::new(),
                    Verdict::Failed(messages) => messages.clone(),
                    Verdict::Broken(message) => vec![message.clone()],
                };
                json!({
                    "file": case.file,
                    "title": case.title,
                    "verdict": case.verdict.as_str(),
                    "messages": messages,
                })
            })
            .collect();
        json!({"scenarios": scenarios, "coverage": coverage})
    }
}

impl Case {
    fn text(&self) -> String {
        let palette = Palette::for_stdout();
        let (style, word, messages) = match &self.verdict {
            Verdict::Passed => (palette.good, "ok    ", Vec::new()),
            Verdict::Failed(messages) => (
                palette.bad,
                "FAILED",
                messages.iter().map(String::as_str).collect(),
            ),
            Verdict::Broken(message) => (palette.bad, "BROKEN", message.lines().collect()),
        };
        let title = self
            .title
            .as_deref()
            .map(|title| paint(palette.faint, &format!("  {title}")));
        let mut text = format!(
            "{} {}{}\n",
            paint(style, word),
            self.file,
            title.unwrap_or_default()
        );
        for message in messages {
            text.push_str(&format!("         {message}\n"));
        }
        text
    }
}

/// The model that a scenario runs: the one it names, else the file of the same name beside it.
fn model_of(path: &Path, scenario: &Scenario) -> Result<PathBuf, String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    match &scenario.file {
        Some(file) => Ok(tidy(&folder.join(&*file.text))),
        None => {
            let beside = path.with_extension("bpmn");
            if beside.exists() {
                return Ok(beside);
            }
            Err("the scenario names no `file`, and there is no BPMN file of the same name beside it".to_owned())
        }
    }
}

/// The path without `folder/..`, so that scenarios of one model meet.
fn tidy(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut tidy = PathBuf::new();
    for component in path.components() {
        let inside = matches!(tidy.components().next_back(), Some(Component::Normal(_)));
        match component {
            Component::ParentDir if inside => {
                tidy.pop();
            }
            Component::CurDir => {}
            other => tidy.push(other),
        }
    }
    tidy
}

fn drawn(diagnostics: &[Diagnostic], source: &SourceText) -> String {
    let draw = |diagnostic| report::draw(diagnostic, source, report::Style::Plain);
    diagnostics.iter().map(draw).collect()
}

fn share(part: &Part) -> String {
    let percent = (part.covered() * 100)
        .checked_div(part.total)
        .unwrap_or(100);
    format!("{}/{} ({percent} %)", part.covered(), part.total)
}
