//! What there is to say about the files of a pack.

use reglament_source::{Diagnostic, SourceText};

/// The findings about a pack, file by file.
///
/// A diagnostic points into one text, so they are kept with it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    files: Vec<FileReport>,
}

/// A file of a pack and what there is to say about it.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The path in the pack.
    pub path: String,
    /// The text that the diagnostics point into; empty where there is no file.
    pub source: SourceText,
    /// What there is to say, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// The files that were looked at, in the order in which they were.
    #[must_use]
    pub fn files(&self) -> &[FileReport] {
        &self.files
    }

    /// The findings, one by one, with the file.
    pub fn diagnostics(&self) -> impl Iterator<Item = (&FileReport, &Diagnostic)> {
        self.files
            .iter()
            .flat_map(|file| file.diagnostics.iter().map(move |it| (file, it)))
    }

    /// Whether there is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics()
            .any(|(_, diagnostic)| diagnostic.is_error())
    }

    /// The text of a file that was looked at.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&FileReport> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, path: &str, source: SourceText, diagnostics: Vec<Diagnostic>) {
        self.files.push(FileReport {
            path: path.to_owned(),
            source,
            diagnostics,
        });
    }

    /// Adds to what is said about a file.
    pub(crate) fn extend(&mut self, path: &str, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        if let Some(file) = self.files.iter_mut().find(|file| file.path == path) {
            file.diagnostics.extend(diagnostics);
        }
    }

    /// Puts the diagnostics of each file in the order of its text, each said once.
    pub(crate) fn finish(&mut self) {
        for file in &mut self.files {
            file.diagnostics
                .sort_by_key(|it| it.span.map(|span| span.start));
            file.diagnostics.dedup();
        }
    }
}
