//! `reglament decide`: the value of one decision.

use std::path::PathBuf;

use clap::Args;
use reglament_core::timer::{Timestamp, Zone};
use reglament_dmn::{Decisions, Outcome};
use reglament_feel::{Context, EvaluationContext, Value};
use reglament_source::Diagnostic;

use crate::decision_model::DecisionModel;
use crate::diagnostics::{JsonDiagnostic, draw_on_stderr};
use crate::output::{self, Palette, paint};
use crate::run::{instant, now};
use crate::{Exit, Format, Unusable, vars};

/// Evaluates one decision of a DMN file with everything that it requires.
///
/// Dates, times and durations are strings in the JSON of --vars and are read as the types of the
/// inputs say. Imported models are looked for among the other *.dmn files of the folder.
///
/// Exit code 0: the decision has a value; 1: the model has errors, or the value is null because
/// something could not be computed, which is said; 2: the file cannot be read, an argument is wrong,
/// or there is no such decision.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  reglament decide priority.dmn --decision priority --vars '{\"children\": 5}'\n  \
reglament decide priority.dmn --decision priority --vars @family.json --format json"
)]
pub(crate) struct Decide {
    /// The DMN file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The decision, decision service or knowledge model, by its name or id.
    #[arg(long, value_name = "NAME")]
    decision: String,
    /// The inputs: a JSON object, or @ and the name of a file with one.
    #[arg(long, value_name = "JSON|@FILE")]
    vars: Option<String>,
    /// The instant of now() and today(); without it the present.
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    at: Option<(Timestamp, Option<Zone>)>,
    /// For whom the output is.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Decide {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let inputs = self.vars.as_deref().map(vars::parse).transpose()?;
        let model = DecisionModel::load(&self.file)?;
        draw_on_stderr(&model.diagnostics, &model.source);
        let broken = model.diagnostics.iter().any(Diagnostic::is_error);
        let (Some(decisions), false) = (&model.decisions, broken) else {
            if self.format == Format::Json {
                self.print_json(None, &model);
            }
            return Ok(Exit::Wrong);
        };
        let inputs = inputs.unwrap_or_default();
        warn_of_unknown(&inputs, decisions);
        let inputs = decisions.inputs_from_json(&inputs);
        let outcome = decisions
            .evaluate(&self.decision, &inputs, &self.context())
            .map_err(|error| unknown(&error.to_string(), &self.decision, decisions))?;
        match self.format {
            Format::Human => self.print_human(&outcome),
            Format::Json => self.print_json(Some(&outcome), &model),
        }
        let failed = outcome.value.is_null() && !outcome.warnings.is_empty();
        Ok(if failed { Exit::Wrong } else { Exit::Good })
    }

    fn context(&self) -> EvaluationContext {
        let (at, zone) = self.at.unwrap_or((now(), None));
        let now = match at.to_value(&zone.unwrap_or_default()) {
            Value::DateTime(now) => Some(now),
            _ => None,
        };
        EvaluationContext {
            now,
            ..EvaluationContext::default()
        }
    }

    /// What was decided on the way, and last the value that was asked for.
    fn print_human(&self, outcome: &Outcome) {
        for warning in &outcome.warnings {
            output::eprint(&format!(
                "warning: {}: {}\n",
                warning.decision, warning.warning
            ));
        }
        let palette = Palette::for_stdout();
        let mut text = String::new();
        if let Some((_, before)) = outcome.decisions.split_last() {
            for (name, value) in before {
                text.push_str(&paint(palette.faint, &format!("{name} = {value}")));
                text.push('\n');
            }
        }
        let asked = format!("{} = {}", self.decision, outcome.value);
        text.push_str(&paint(palette.title, &asked));
        text.push('\n');
        output::print(&text);
    }

    /// One object; written by FEEL, so that no number loses a digit.
    fn print_json(&self, outcome: Option<&Outcome>, model: &DecisionModel) {
        let diagnostics: Vec<JsonDiagnostic<'_>> = model
            .diagnostics
            .iter()
            .map(|diagnostic| JsonDiagnostic::new(diagnostic, &model.source))
            .collect();
        let diagnostics = serde_json::to_string(&diagnostics).unwrap_or_default();
        let decisions = outcome.map(|outcome| &*outcome.decisions);
        let warnings = outcome.map(|outcome| &*outcome.warnings);
        let decided = decisions.unwrap_or_default().iter().map(|(name, value)| {
            Value::from(context([
                ("name", Value::from(name.clone())),
                ("value", value.clone()),
            ]))
        });
        let warned = warnings.unwrap_or_default().iter().map(|warning| {
            Value::from(context([
                ("decision", Value::from(warning.decision.clone())),
                ("message", Value::from(&*warning.warning.message)),
            ]))
        });
        let object = context([
            ("decision", Value::from(&*self.decision)),
            (
                "value",
                outcome.map_or(Value::Null, |outcome| outcome.value.clone()),
            ),
            ("decisions", decided.collect::<Vec<_>>().into()),
            ("warnings", warned.collect::<Vec<_>>().into()),
            (
                "diagnostics",
                Value::from_json_str(&diagnostics).unwrap_or_default(),
            ),
        ]);
        output::print(&format!("{}\n", Value::from(object).to_json_string()));
    }
}

fn context<const N: usize>(entries: [(&str, Value); N]) -> Context {
    entries.into_iter().collect()
}

/// Says which of the given inputs nothing asks for.
fn warn_of_unknown(inputs: &Context, decisions: &Decisions) {
    let asked = decisions.names_asked_for();
    let unknown = inputs.iter().filter(|(name, _)| !asked.contains(*name));
    for (name, _) in unknown {
        let near = reglament_source::nearest(name, asked.iter().map(|asked| &**asked));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        output::eprint(&format!(
            "warning: --vars: nothing in the model asks for `{name}`{hint}\n"
        ));
    }
}

fn unknown(message: &str, wanted: &str, decisions: &Decisions) -> Unusable {
    let names = || decisions.invocables();
    let unusable = Unusable::new(message);
    let known: Vec<String> = names().map(|name| format!("`{name}`")).collect();
    if known.is_empty() {
        return unusable.hint("it has none");
    }
    let known = known.join(", ");
    unusable.hint(match reglament_source::nearest(wanted, names()) {
        Some(near) => format!("did you mean `{near}`? It has {known}"),
        None => format!("it has {known}"),
    })
}
