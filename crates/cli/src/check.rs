//! `reglament check`: what is wrong with models.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use reglament_source::{Diagnostic, SourceText, report};
use serde::Serialize;

use crate::called_decisions::CalledDecisions;
use crate::decision_model::{DecisionModel, is_decision_model};
use crate::diagnostics::{JsonDiagnostic, Tally, counted, in_order};
use crate::input::{find, has_extension};
use crate::model::Model;
use crate::output::{self, Palette, paint};
use crate::{Exit, Unusable, pack, sarif};

/// Reports everything that is wrong with BPMN and DMN files, and with packs: folders that have a
/// `regulation.toml`.
///
/// Exit code 0: no errors; 1: errors found; 2: a path cannot be read or an argument is wrong.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  reglament check --deny warnings processes/")]
pub(crate) struct Check {
    /// Files, and directories that are searched for *.bpmn, *.dmn and packs.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// For whom the output is.
    #[arg(long, value_enum, default_value_t)]
    format: CheckFormat,
    /// Have warnings count as errors.
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum CheckFormat {
    /// For people: each diagnostic drawn with its lines.
    #[default]
    Human,
    /// An array with one object per file.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings.
    Warnings,
}

/// A file that was checked.
pub(crate) struct Checked {
    pub(crate) source: SourceText,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct JsonFile<'c> {
    file: &'c str,
    diagnostics: Vec<JsonDiagnostic<'c>>,
}

impl Check {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let mut found = find(
            &self.paths,
            &|path| has_extension(path, &["bpmn", "dmn"]) || pack::is_part(path),
            "*.bpmn or *.dmn file",
        );
        let mut checked = Vec::new();
        for path in found.files.iter().filter(|path| !pack::is_part(path)) {
            match load(path) {
                Ok(file) => checked.push(file),
                Err(unusable) => found.unusable.push(unusable),
            }
        }
        match pack::check(&found.files) {
            Ok(of_packs) if !of_packs.is_empty() => pack::merge(&mut checked, of_packs),
            Ok(_) => {}
            Err(unusable) => found.unusable.push(unusable),
        }
        let mut tally = Tally::default();
        for file in &checked {
            tally.add(&file.diagnostics);
        }
        match self.format {
            CheckFormat::Human => print_human(&checked, tally),
            CheckFormat::Json => print_json(&checked),
            CheckFormat::Sarif => output::print(&format!("{}\n", sarif::log(&checked))),
        }
        for unusable in &found.unusable {
            output::complain(&unusable.message, unusable.hint.as_deref());
        }
        let wrong = tally.errors > 0 || (self.deny == Some(Deny::Warnings) && tally.warnings > 0);
        Ok(if !found.unusable.is_empty() {
            Exit::Unusable
        } else if wrong {
            Exit::Wrong
        } else {
            Exit::Good
        })
    }
}

/// Reads a file as what its name says it is: decisions or processes.
fn load(path: &Path) -> Result<Checked, Unusable> {
    if is_decision_model(path) {
        let model = DecisionModel::load(path)?;
        let diagnostics = model.diagnostics_for_check();
        return Ok(Checked {
            source: model.source,
            diagnostics,
        });
    }
    let model = Model::load(path)?;
    let mut diagnostics = model.diagnostics_for_check();
    if let Some(meaning) = &model.meaning {
        let called = CalledDecisions::beside(path, &meaning.lowering.program)?;
        diagnostics.extend(called.check(meaning));
        in_order(&mut diagnostics);
    }
    Ok(Checked {
        source: model.source,
        diagnostics,
    })
}

fn print_human(checked: &[Checked], tally: Tally) {
    let style = output::stdout_style();
    let palette = Palette::for_stdout();
    for file in checked {
        for diagnostic in &file.diagnostics {
            output::print(&format!(
                "{}\n",
                report::draw(diagnostic, &file.source, style).trim_end()
            ));
            output::print("\n");
        }
    }
    let colour = match tally {
        Tally { errors: 1.., .. } => palette.bad,
        Tally { warnings: 1.., .. } => palette.doubtful,
        Tally { .. } => palette.good,
    };
    let files = counted(checked.len(), "file");
    output::print(&format!(
        "{files} checked: {}\n",
        paint(colour, &tally.to_string())
    ));
}

fn print_json(checked: &[Checked]) {
    let files: Vec<JsonFile<'_>> = checked
        .iter()
        .map(|file| JsonFile {
            file: file.source.name(),
            diagnostics: file
                .diagnostics
                .iter()
                .map(|it| JsonDiagnostic::new(it, &file.source))
                .collect(),
        })
        .collect();
    // Texts and numbers can always be written.
    let json = serde_json::to_string_pretty(&files).unwrap_or_else(|_| "[]".to_owned());
    output::print(&format!("{json}\n"));
}
