//! `reglament run`: one case, by itself or by a script.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use reglament_core::timer::{Timestamp, Zone};
use reglament_dmn::Repository;
use reglament_executor::Variables;
use reglament_feel::Context;
use reglament_scenario::{Ended, Options, Report, RunState, Scenario, run, run_alone, zone_of};
use reglament_source::{Diagnostic, SourceText};

use crate::account::Account;
use crate::called_decisions::CalledDecisions;
use crate::diagnostics::draw_on_stderr;
use crate::labels::Labels;
use crate::model::{Meaning, Model};
use crate::output::{self, Palette};
use crate::{Exit, Format, Unusable, input, vars};

/// Runs one case of a process and tells how it went.
///
/// Without a script every task completes by itself, messages and signals are left waiting, and the
/// clock jumps to the next timer when nothing else can happen. With a script its steps decide.
/// Business rule tasks evaluate the decisions that they call: those of the *.dmn files beside the BPMN
/// file and in the folder `decisions` beside it. Call activities call processes of the file and of those
/// that it imports.
///
/// Exit code 0: completed, or everything the script expects holds; 1: an expectation does not hold;
/// 2: the model or the arguments were rejected; 3: the case failed; 4: it waits and nothing is left to
/// do.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  reglament run order.bpmn --vars '{\"amount\": 120}'\n  \
reglament run portal.bpmn --script scenarios/portal-referral.yaml\n  \
reglament run portal.bpmn --trace --format json"
)]
pub(crate) struct Run {
    /// The BPMN file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The process; without it the script's, else the only executable one, else the only one.
    #[arg(long, value_name = "ID")]
    process: Option<String>,
    /// Where it starts; without it all none start events, else the only start event of any kind.
    #[arg(long, value_name = "ID")]
    start: Option<String>,
    /// The first values of variables: a JSON object, or @ and the name of a file with one.
    #[arg(long, value_name = "JSON|@FILE")]
    vars: Option<String>,
    /// The script whose steps decide what happens: YAML or JSON.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// The DMN files that business rule tasks find their decisions in, instead of those beside the
    /// BPMN file.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    decisions: Vec<PathBuf>,
    /// When the clock begins; without it the script's instant, else the present.
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    at: Option<(Timestamp, Option<Zone>)>,
    /// What randomness begins with.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Write every event.
    #[arg(long)]
    trace: bool,
    /// For whom the output is.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The value of `--at`, with the zone that its offset stands for.
pub(crate) fn instant(text: &str) -> Result<(Timestamp, Option<Zone>), String> {
    match Timestamp::parse_rfc3339(text) {
        Ok(instant) => Ok((instant, zone_of(text))),
        Err(error) => Err(error.to_string()),
    }
}

/// The model or the script is no good: what was wrong has been said.
struct Rejected {
    kind: &'static str,
    message: String,
    element: Option<String>,
}

impl Rejected {
    /// The first error among `diagnostics`, if there is one.
    fn by(kind: &'static str, diagnostics: &[Diagnostic]) -> Option<Self> {
        let error = diagnostics
            .iter()
            .find(|diagnostic| diagnostic.is_error())?;
        Some(Self::of(kind, error))
    }

    fn of(kind: &'static str, error: &Diagnostic) -> Self {
        Self {
            kind,
            message: error.message.clone(),
            element: error.element.clone(),
        }
    }
}

impl Run {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        self.attempt().inspect_err(|unusable| {
            let message = unusable.message.clone();
            self.reject(&Rejected {
                kind: "arguments-rejected",
                message,
                element: None,
            });
        })
    }

    fn attempt(&self) -> Result<Exit, Unusable> {
        let model = Model::load(&self.file)?;
        let variables = self
            .vars
            .as_deref()
            .map(|argument| vars::parse(argument).map(variables))
            .transpose()?
            .unwrap_or_default();
        let scenario = match self.script.as_deref().map(load_script).transpose()? {
            Some(Err(rejected)) => return Ok(self.reject(&rejected)),
            Some(Ok(scenario)) => Some(scenario),
            None => None,
        };
        let named = scenario
            .as_ref()
            .and_then(|scenario| scenario.process.as_ref());
        let named = self.process.as_deref().or(named.map(|name| &*name.text));
        match self.prepare(&model, named, scenario.as_ref())? {
            Err(rejected) => Ok(self.reject(&rejected)),
            Ok(meaning) => {
                let decisions = match self.decisions(meaning)? {
                    Err(rejected) => return Ok(self.reject(&rejected)),
                    Ok(decisions) => decisions,
                };
                let process = meaning.choose(named)?;
                let setting = (scenario.as_ref(), decisions);
                self.go(meaning, &process, setting, variables)
            }
        }
    }

    /// The decisions that tasks call.
    fn decisions(&self, meaning: &Meaning) -> Result<Result<Arc<Repository>, Rejected>, Unusable> {
        let called = if self.decisions.is_empty() {
            CalledDecisions::beside(&self.file, &meaning.lowering.program)?
        } else {
            CalledDecisions::of(&self.decisions)?
        };
        for model in &called.models {
            draw_on_stderr(&model.diagnostics, &model.source);
        }
        Ok(match called.error() {
            Some((_, error)) => Err(Rejected::of("model-rejected", error)),
            None => Ok(called.repository),
        })
    }

    /// Reports what is wrong with the model and the script before anything runs.
    fn prepare<'m>(
        &self,
        model: &'m Model,
        named: Option<&str>,
        scenario: Option<&Scenario>,
    ) -> Result<Result<&'m Meaning, Rejected>, Unusable> {
        let process = model
            .meaning
            .as_ref()
            .map(|meaning| meaning.choose(named))
            .transpose();
        let mut diagnostics =
            model.diagnostics_for_run(process.as_ref().ok().and_then(Option::as_deref));
        diagnostics.retain(|diagnostic| diagnostic.severity != reglament_source::Severity::Note);
        draw_on_stderr(&diagnostics, &model.source);
        if let Some(rejected) = Rejected::by("model-rejected", &diagnostics) {
            return Ok(Err(rejected));
        }
        process?;
        let Some(meaning) = &model.meaning else {
            return Err(Unusable::new(format!(
                "`{}` is no BPMN file",
                model.source.name()
            )));
        };
        if let Some(scenario) = scenario {
            let unknown = scenario.check_names(&meaning.lowering.program);
            draw_on_stderr(&unknown, &scenario.source);
            if let Some(rejected) = Rejected::by("script-rejected", &unknown) {
                return Ok(Err(rejected));
            }
        }
        Ok(Ok(meaning))
    }

    /// Says, where a program listens, that nothing ran.
    fn reject(&self, rejected: &Rejected) -> Exit {
        if self.format == Format::Json {
            let ended = Ended::rejected(
                rejected.kind,
                &rejected.message,
                rejected.element.as_deref(),
            );
            output::print(&format!("{}\n", ended.to_json()));
        }
        Exit::Unusable
    }

    fn go(
        &self,
        meaning: &Meaning,
        process: &str,
        (scenario, decisions): (Option<&Scenario>, Arc<Repository>),
        variables: Variables,
    ) -> Result<Exit, Unusable> {
        let program = &meaning.lowering.program;
        let start = self.start.as_ref().map(|id| {
            let unknown = || Unusable::new(format!("the model has no element `{id}`"));
            program.element(id).ok_or_else(unknown)
        });
        let (at, zone) = self.at.map_or((None, None), |(at, zone)| (Some(at), zone));
        let options = Options {
            process: meaning.process(process),
            start: start.transpose()?,
            variables,
            at,
            now: now(),
            zone,
            seed: self.seed,
            decisions,
            ..Options::default()
        };
        let report = match scenario {
            Some(scenario) => run(program, scenario, &options),
            None => run_alone(program, &options),
        };
        self.show(meaning, process, scenario, &report);
        Ok(exit(&report))
    }

    /// Writes the trace or the account, and what did not hold.
    fn show(&self, meaning: &Meaning, process: &str, scenario: Option<&Scenario>, report: &Report) {
        let program = &meaning.lowering.program;
        if self.format == Format::Json {
            let mut lines = String::new();
            for line in report.trace.iter().filter(|_| self.trace) {
                lines.push_str(&line.to_json(program));
                lines.push('\n');
            }
            output::print(&format!("{lines}{}\n", report.ended.to_json()));
        } else {
            let labels = Labels::of(meaning.definitions.document());
            let account = Account {
                program,
                labels: &labels,
                process,
                title: scenario.and_then(|scenario| scenario.title.as_deref()),
                report,
                every_event: self.trace,
                palette: Palette::for_stdout(),
            };
            output::print(&account.to_string());
        }
        if let Some(scenario) = scenario {
            output::eprint(&failures_text(scenario, report));
        }
        if let (Some(error), RunState::Rejected) = (&report.ended.error, report.ended.state) {
            output::complain(&error.message, None);
        }
    }
}

/// What did not hold, a line each, in the form that editors make links of.
pub(crate) fn failures_text(scenario: &Scenario, report: &Report) -> String {
    let name = scenario.source.name();
    let line = |failure: &reglament_scenario::Failure| {
        format!(
            "{name}:{}: step {}: {}\n",
            failure.line, failure.step, failure.message
        )
    };
    report.failures.iter().map(line).collect()
}

/// The contract of exit codes.
fn exit(report: &Report) -> Exit {
    if !report.passed() {
        return Exit::Wrong;
    }
    match report.ended.state {
        RunState::Rejected => Exit::Unusable,
        RunState::Completed | RunState::Failed | RunState::Waiting if report.expectations > 0 => {
            Exit::Good
        }
        RunState::Completed => Exit::Good,
        RunState::Failed => Exit::Failed,
        RunState::Waiting => Exit::Waiting,
    }
}

/// Reads a script; what is wrong with it is drawn on standard error.
fn load_script(path: &Path) -> Result<Result<Scenario, Rejected>, Unusable> {
    let bytes = input::read(path)?;
    let (source, undecodable) = SourceText::decode_lossy(path.display().to_string(), &bytes);
    draw_on_stderr(&undecodable, &source);
    if let Some(rejected) = Rejected::by("script-rejected", &undecodable) {
        return Ok(Err(rejected));
    }
    let source = Arc::new(source);
    let (scenario, diagnostics) = Scenario::read(Arc::clone(&source));
    draw_on_stderr(&diagnostics, &source);
    let nothing = || Rejected {
        kind: "script-rejected",
        message: "the script cannot be read".to_owned(),
        element: None,
    };
    Ok(scenario
        .ok_or_else(|| Rejected::by("script-rejected", &diagnostics).unwrap_or_else(nothing)))
}

pub(crate) fn variables(context: Context) -> Variables {
    let entries = context.iter();
    entries
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The present, to the second: fractions would only make every line longer.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_micros(
        i64::try_from(since.as_secs())
            .unwrap_or_default()
            .saturating_mul(1_000_000),
    )
}
