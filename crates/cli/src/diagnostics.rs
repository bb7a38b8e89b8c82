//! Diagnostics for people and for programs.

use reglament_source::{Diagnostic, Severity, SourceText, report};
use serde::Serialize;

use crate::output;

/// A diagnostic as the JSON of `check` has it.
#[derive(Debug, Serialize)]
pub(crate) struct JsonDiagnostic<'d> {
    code: &'static str,
    severity: &'static str,
    message: &'d str,
    hint: Option<&'d str>,
    element: Option<&'d str>,
    line: Option<u32>,
    column: Option<u32>,
    spec: Option<&'static str>,
}

impl<'d> JsonDiagnostic<'d> {
    pub(crate) fn new(diagnostic: &'d Diagnostic, source: &SourceText) -> Self {
        let position = diagnostic.span.map(|span| source.position(span.start));
        Self {
            code: diagnostic.code.id,
            severity: diagnostic.severity.as_str(),
            message: &diagnostic.message,
            hint: diagnostic.hint.as_deref(),
            element: diagnostic.element.as_deref(),
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
            spec: diagnostic.spec(),
        }
    }
}

/// How many there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) notes: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => self.notes += 1,
            }
        }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [
            (self.errors, "error"),
            (self.warnings, "warning"),
            (self.notes, "note"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| counted(*count, what))
            .collect();
        f.write_str(&if parts.is_empty() {
            "no problems".to_owned()
        } else {
            parts.join(", ")
        })
    }
}

/// `1 file`, `2 files`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Draws the diagnostics of `source` on standard error.
pub(crate) fn draw_on_stderr<'d>(
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    source: &SourceText,
) {
    let style = output::stderr_style();
    for diagnostic in diagnostics {
        output::eprint(&report::draw(diagnostic, source, style));
    }
}

/// Puts diagnostics in the order of the file, each said once.
pub(crate) fn in_order(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.map(|span| span.start));
    diagnostics.dedup();
}
