//! Reading and lowering a BPMN file, and choosing the process to run.

use std::path::Path;
use std::sync::Arc;

use reglament_core::program::ElementIx;
use reglament_core::{Definitions, Imports, Lowering};
use reglament_pack::MANIFEST;
use reglament_pack::manifest::{DayReading, Manifest};
use reglament_source::{Diagnostic, SourceText, TEXT_BYTES_LIMIT};

use crate::diagnostics::in_order;
use crate::{Unusable, input};

/// A BPMN file.
pub(crate) struct Model {
    /// Its text.
    pub(crate) source: SourceText,
    /// What there was to say when it was read.
    pub(crate) reading: Vec<Diagnostic>,
    /// What it means; absent when it could not be read at all.
    pub(crate) meaning: Option<Meaning>,
}

/// What a BPMN file means.
pub(crate) struct Meaning {
    pub(crate) definitions: Definitions,
    /// The files that it imports, by their paths from its folder.
    pub(crate) imports: Imports,
    pub(crate) lowering: Lowering,
}

impl Model {
    /// Reads and lowers the file `path`.
    pub(crate) fn load(path: &Path) -> Result<Self, Unusable> {
        let bytes = input::read(path)?;
        let (source, undecodable) = SourceText::decode_lossy(path.display().to_string(), &bytes);
        if !undecodable.is_empty() {
            return Ok(Self {
                source,
                reading: undecodable,
                meaning: None,
            });
        }
        let (definitions, reading) = reglament_core::read_source(source.clone());
        let meaning = definitions.map(|definitions| {
            let imports = imports(path, &definitions);
            let mut lowering = imports.lower(&definitions);
            if let Some(days) = unqualified_days(path) {
                days.apply(&mut lowering.program);
            }
            Meaning {
                lowering,
                imports,
                definitions,
            }
        });
        Ok(Self {
            source,
            reading,
            meaning,
        })
    }

    /// What `check` says: everything about the file, in its order.
    pub(crate) fn diagnostics_for_check(&self) -> Vec<Diagnostic> {
        let mut diagnostics = self.reading.clone();
        diagnostics.extend(
            self.meaning
                .iter()
                .flat_map(|meaning| meaning.lowering.diagnostics_for_check()),
        );
        in_order(&mut diagnostics);
        diagnostics
    }

    /// What there is to say before the process `process` runs: everything about reading, and what
    /// lowering found in that process and those it calls.
    pub(crate) fn diagnostics_for_run(&self, process: Option<&str>) -> Vec<Diagnostic> {
        let mut diagnostics = self.reading.clone();
        if let (Some(meaning), Some(process)) = (&self.meaning, process) {
            diagnostics.extend(meaning.lowering.diagnostics_for_run(process));
        }
        in_order(&mut diagnostics);
        diagnostics
    }
}

impl Meaning {
    /// As [`choose`].
    pub(crate) fn choose(&self, named: Option<&str>) -> Result<Arc<str>, Unusable> {
        choose(&self.lowering, named)
    }

    /// The process `id`, if it can be executed.
    pub(crate) fn process(&self, id: &str) -> Option<ElementIx> {
        self.lowering.program.process(id)
    }
}

/// What the file `path` imports.
fn imports(path: &Path, definitions: &Definitions) -> Imports {
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Imports::read(&name, definitions, &mut |location| {
        let found = folder.join(location);
        // Not whatever else a name may stand for: a device would never end.
        let size = std::fs::metadata(&found).map_err(|_| "there is no such file")?;
        if !size.is_file() || size.len() > TEXT_BYTES_LIMIT as u64 {
            return Err(format!("it is no file of at most {TEXT_BYTES_LIMIT} bytes"));
        }
        let bytes = input::read(&found).map_err(|unusable| unusable.message)?;
        let (text, undecodable) = SourceText::decode_lossy(found.display().to_string(), &bytes);
        match undecodable.first() {
            Some(diagnostic) => Err(diagnostic.message.to_string()),
            None => Ok(text),
        }
    })
}

/// How the pack in whose folder the file lies reads unqualified days.
fn unqualified_days(path: &Path) -> Option<DayReading> {
    let manifest = path.with_file_name(MANIFEST);
    let bytes = manifest.is_file().then(|| input::read(&manifest).ok())??;
    let text = SourceText::decode(manifest.display().to_string(), &bytes).ok()?;
    let (manifest, _) = Manifest::read(&text);
    Some(manifest?.unqualified_days?.reading)
}

/// The process to run: the one named, else the only executable one, else the only one.
pub(crate) fn choose(lowering: &Lowering, named: Option<&str>) -> Result<Arc<str>, Unusable> {
    let processes = &lowering.processes;
    let ids = || {
        let ids: Vec<String> = processes
            .iter()
            .map(|process| format!("`{}`", process.id))
            .collect();
        ids.join(", ")
    };
    if let Some(named) = named {
        let found = processes.iter().find(|process| *process.id == *named);
        return match found {
            Some(process) => Ok(Arc::clone(&process.id)),
            None if processes.is_empty() => Err(Unusable::new("the file has no process")),
            None => {
                let message = format!("the file has no process `{named}`");
                Err(Unusable::new(message).hint(format!("it has {}", ids())))
            }
        };
    }
    let mut executable = processes.iter().filter(|process| process.is_executable);
    match (executable.next(), executable.next(), processes.as_slice()) {
        (Some(one), None, _) | (None, _, [one]) => Ok(Arc::clone(&one.id)),
        (None, _, []) => Err(Unusable::new("the file has no process")),
        _ => {
            let message = "the file has several processes";
            Err(Unusable::new(message).hint(format!("name one with --process: {}", ids())))
        }
    }
}
