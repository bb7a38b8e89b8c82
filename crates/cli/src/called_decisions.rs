//! The decision models that belong to a process: those that its business rule tasks call.
//!
//! They are the `*.dmn` files beside the BPMN file and in the folder `decisions` beside it, which is how
//! a regulation pack is laid out, or the files of `--decisions`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{ElementIx, Kind, Text};
use reglament_dmn::Repository;
use reglament_source::Diagnostic;

use crate::Unusable;
use crate::decision_model::{DecisionModel, in_folder};
use crate::model::Meaning;

/// The folder of decision models beside a BPMN file.
const FOLDER: &str = "decisions";

/// What the tasks of a process may call.
#[derive(Default)]
pub(crate) struct CalledDecisions {
    /// The decisions of all models that have any.
    pub(crate) repository: Arc<Repository>,
    /// The files, each with what there is to say about it as one of several.
    pub(crate) models: Vec<DecisionModel>,
}

impl CalledDecisions {
    /// The decisions for `program`, which stands in `file`; nothing is read when no task calls any.
    pub(crate) fn beside(file: &Path, program: &Program) -> Result<Self, Unusable> {
        if calls(program).next().is_none() {
            return Ok(Self::default());
        }
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut files = in_folder(folder);
        files.extend(in_folder(&folder.join(FOLDER)));
        Self::of(&files)
    }

    /// The decisions in `files`.
    pub(crate) fn of(files: &[PathBuf]) -> Result<Self, Unusable> {
        let mut repository = Repository::default();
        let mut models = Vec::new();
        for file in files {
            let mut model = DecisionModel::load(file)?;
            if let Some(decisions) = &model.decisions {
                let name = file.display().to_string();
                let twice = repository.add(&name, decisions.clone());
                model.diagnostics.extend(twice);
            }
            model.diagnostics.retain(Diagnostic::is_error);
            models.push(model);
        }
        Ok(Self {
            repository: Arc::new(repository),
            models,
        })
    }

    /// The first error of a model. A task may call any of them, so that none may be broken.
    pub(crate) fn error(&self) -> Option<(&DecisionModel, &Diagnostic)> {
        self.models
            .iter()
            .find_map(|model| Some((model, model.diagnostics.first()?)))
    }

    /// What `check` says about the tasks that call: decisions that no model has, and models that
    /// cannot be used. Nothing where there are no models: the process may get its decisions elsewhere.
    pub(crate) fn check(&self, meaning: &Meaning) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        if self.models.is_empty() {
            return diagnostics;
        }
        let program = &meaning.lowering.program;
        let mut broken = self.error();
        for (element, decision) in calls(program) {
            let id = program.id(element);
            let place = meaning.definitions.find(id).map(|found| found.span());
            let at = |mut diagnostic: Diagnostic| {
                diagnostic.span = place;
                diagnostic.on(id)
            };
            if let Some((model, error)) = broken.take() {
                let message = format!("{}: {}", model.source.name(), error.message);
                diagnostics.push(at(Diagnostic::error(error.code, message)));
            }
            if let Text::Literal(decision) = decision {
                diagnostics.extend(self.repository.check_call(decision).map(at));
            }
        }
        diagnostics
    }
}

/// The tasks that call a decision, with its id.
fn calls(program: &Program) -> impl Iterator<Item = (ElementIx, &Text)> {
    program
        .elements
        .iter()
        .filter_map(|(index, element)| match &element.kind {
            Kind::Task(task) => Some((index, &task.decision.as_ref()?.0)),
            _ => None,
        })
}
