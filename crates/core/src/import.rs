//! Imports: the BPMN files whose processes a file calls.
//!
//! A process that several files call stands in a file of its own, and each of them imports it, as the
//! standard says: `location` is the path from the importing file, `namespace` the imported file's
//! `targetNamespace`. What reads files is the caller's: a folder, a pack, the files of a deployment.
//! Imports of imported files are followed alike.
//!
//! # Source
//! BPMN 2.0.2, 8.2.2.

use std::collections::VecDeque;
use std::sync::Arc;

use reglament_source::{Diagnostic, SourceText, Span};

use crate::codes;
use crate::lower::{Finding, Lowering, lower_with};
use crate::model::{BaseElement, Definitions};
use crate::read::read_source;

/// How many files one file imports, those that they import included.
pub const IMPORTS_LIMIT: usize = 64;

/// The files that a file imports.
#[derive(Debug, Default)]
pub struct Imports {
    /// Each once, in the order in which they were come upon.
    pub files: Vec<ImportedFile>,
    /// What there is to say about the imports of the file itself.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that is imported.
#[derive(Debug)]
pub struct ImportedFile {
    /// Its path: that of the importing file, with `location` joined to it.
    pub path: Arc<str>,
    /// What is in it.
    pub definitions: Definitions,
    /// What there is to say about it, its own imports included.
    pub diagnostics: Vec<Diagnostic>,
}

/// An import that is still to be followed.
struct Wanted {
    /// Who imports: none for the file itself, else a position in [`Imports::files`].
    by: Option<usize>,
    path: String,
    /// Whether its location is no path from the file that imports.
    is_absolute: bool,
    namespace: String,
    span: Span,
}

impl Imports {
    /// Reads what `definitions`, which stands at `path` (parts joined by `/`), imports.
    ///
    /// `read` gives the text of the file at a path, or says why there is none. A path may begin with
    /// parts `..`; whether these may be followed is for `read` to say.
    pub fn read(
        path: &str,
        definitions: &Definitions,
        read: &mut dyn FnMut(&str) -> Result<SourceText, String>,
    ) -> Self {
        let own = joined("", path);
        let mut imports = Self::default();
        let mut queue = VecDeque::from(wanted(None, &own, definitions));
        while let Some(import) = queue.pop_front() {
            let is_known =
                import.path == own || imports.files.iter().any(|it| *it.path == *import.path);
            if is_known {
                continue;
            }
            match imports.file(&import, read) {
                Ok(file) => {
                    let by = Some(imports.files.len());
                    queue.extend(wanted(by, &import.path, &file.definitions));
                    imports.files.push(file);
                }
                Err(message) => imports.complain(&import, message),
            }
        }
        imports
    }

    /// Lowers `definitions` together with these files.
    #[must_use]
    pub fn lower(&self, definitions: &Definitions) -> Lowering {
        let files: Vec<&Definitions> = self.files.iter().map(|it| &it.definitions).collect();
        let mut lowering = lower_with(definitions, &files);
        let findings = self.diagnostics.iter().map(|diagnostic| Finding {
            process: None,
            diagnostic: diagnostic.clone(),
        });
        lowering.findings.extend(findings);
        lowering
    }

    fn file(
        &self,
        import: &Wanted,
        read: &mut dyn FnMut(&str) -> Result<SourceText, String>,
    ) -> Result<ImportedFile, String> {
        if import.is_absolute {
            return Err("expected a path from the file that imports it".to_owned());
        }
        if self.files.len() >= IMPORTS_LIMIT {
            return Err(format!("expected at most {IMPORTS_LIMIT} imported files"));
        }
        let (definitions, diagnostics) = read_source(read(&import.path)?);
        let definitions = definitions.ok_or("it is no BPMN file")?;
        let namespace = definitions.target_namespace().unwrap_or_default();
        if namespace != import.namespace {
            return Err(format!(
                "expected the namespace `{}`, found `{namespace}`",
                import.namespace
            ));
        }
        Ok(ImportedFile {
            path: Arc::from(&*import.path),
            definitions,
            diagnostics,
        })
    }

    fn complain(&mut self, import: &Wanted, message: String) {
        let message = format!("`{}` cannot be imported: {message}", import.path);
        let diagnostic = Diagnostic::error(&codes::IMPORT, message).at(import.span);
        let of_it = import.by.and_then(|by| self.files.get_mut(by));
        match of_it {
            Some(file) => file.diagnostics.push(diagnostic),
            None => self.diagnostics.push(diagnostic),
        }
    }
}

/// The imports of a file that stands at `path`.
fn wanted(by: Option<usize>, path: &str, definitions: &Definitions) -> Vec<Wanted> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let imports = definitions.imports().map(|import| {
        let location = import.location().unwrap_or_default().trim();
        Wanted {
            by,
            path: joined(folder, location),
            is_absolute: location.starts_with('/'),
            namespace: import.namespace().unwrap_or_default().to_owned(),
            span: import.span(),
        }
    });
    imports.collect()
}

/// `location` seen from `folder`, without parts `.` and `..` behind others. Of an absolute path
/// nothing is changed.
fn joined(folder: &str, location: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let from = if location.starts_with('/') {
        ""
    } else {
        folder
    };
    let is_absolute = format!("{from}{location}").starts_with('/');
    for part in from.split('/').chain(location.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    if is_absolute {
        format!("/{path}")
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_seen_from_the_folder_of_the_file_that_imports() {
        for (folder, location, expected) in [
            ("", "a.bpmn", "a.bpmn"),
            (
                "processes/queue",
                "../shared/a.bpmn",
                "processes/shared/a.bpmn",
            ),
            ("", "../shared/a.bpmn", "../shared/a.bpmn"),
            ("..", "../a.bpmn", "../../a.bpmn"),
            ("a", "./b//c.bpmn", "a/b/c.bpmn"),
            ("/a/b", "../c.bpmn", "/a/c.bpmn"),
            ("a", "/c.bpmn", "/c.bpmn"),
        ] {
            assert_eq!(joined(folder, location), expected, "{folder} + {location}");
        }
    }
}
