//! Reading and compiling a DMN file, with the models that it imports.

use std::path::{Path, PathBuf};

use reglament_dmn::{Decisions, Model};
use reglament_source::{Diagnostic, SourceText};

use crate::diagnostics::in_order;
use crate::input::{self, has_extension};
use crate::{Unusable, output};

/// A DMN file.
pub(crate) struct DecisionModel {
    /// Its text.
    pub(crate) source: SourceText,
    /// What there was to say when it was read and compiled, in its order.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// What it means; absent when it could not be read at all.
    pub(crate) decisions: Option<Decisions>,
}

/// Whether the file is one of decisions, by its name.
pub(crate) fn is_decision_model(path: &Path) -> bool {
    has_extension(path, &["dmn"])
}

impl DecisionModel {
    /// Reads and compiles the file `path`. Imported models are looked for among the other `*.dmn`
    /// files of its folder.
    pub(crate) fn load(path: &Path) -> Result<Self, Unusable> {
        let bytes = input::read(path)?;
        let (source, mut diagnostics) =
            SourceText::decode_lossy(path.display().to_string(), &bytes);
        if !diagnostics.is_empty() {
            return Ok(Self {
                source,
                diagnostics,
                decisions: None,
            });
        }
        let (model, reading) = Model::read(source.clone());
        diagnostics.extend(reading);
        let decisions = model.and_then(|model| {
            let imported = if model.imports().is_empty() {
                Vec::new()
            } else {
                neighbours(path)
            };
            let imported: Vec<&Model> = imported.iter().collect();
            let (decisions, compiling) = Decisions::compile(&model, &imported);
            diagnostics.extend(compiling);
            decisions
        });
        in_order(&mut diagnostics);
        Ok(Self {
            source,
            diagnostics,
            decisions,
        })
    }

    /// What `check` says: also what the analysis of the decision tables finds, if nothing is broken.
    pub(crate) fn diagnostics_for_check(&self) -> Vec<Diagnostic> {
        let mut diagnostics = self.diagnostics.clone();
        if !diagnostics.iter().any(Diagnostic::is_error) {
            diagnostics.extend(self.decisions.iter().flat_map(Decisions::analyze));
            in_order(&mut diagnostics);
        }
        diagnostics
    }
}

/// The DMN files of a folder, by name; none where there is no such folder.
pub(crate) fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|found| is_decision_model(found) && found.is_file())
        .collect();
    paths.sort();
    paths
}

/// The models in the folder of the file, other than itself, by name. What cannot be read is said.
fn neighbours(path: &Path) -> Vec<Model> {
    let mut models = Vec::new();
    let others = in_folder(path.parent().unwrap_or(Path::new("")))
        .into_iter()
        .filter(|found| found.file_name() != path.file_name());
    for path in others {
        match input::read(&path) {
            Ok(bytes) => {
                let decoded = SourceText::decode(path.display().to_string(), &bytes);
                models.extend(decoded.ok().and_then(|source| Model::read(source).0));
            }
            Err(unusable) => output::complain(&unusable.message, unusable.hint.as_deref()),
        }
    }
    models
}
