//! `reglament layout`: arranges the diagrams of a file.

use std::path::PathBuf;

use clap::Args;
use reglament_draw::layout::{Existing, layout, write};
use reglament_source::{Diagnostic, SourceText};

use crate::diagnostics::draw_on_stderr;
use crate::{Exit, Unusable, input, output};

/// Arranges the diagrams of a BPMN file: shapes, flows, labels.
///
/// Shapes and flows that exist stay where they are; what has none is placed beside them. Everything
/// else in the file stays as it is. Exit code 1: the file cannot be read or arranged.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  reglament layout drawn-by-hand.bpmn > arranged.bpmn\n  \
reglament layout process.bpmn --force -o process.bpmn"
)]
pub(crate) struct Layout {
    /// The file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where to write; standard output when absent.
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Arranges everything anew, shapes that exist included.
    #[arg(long)]
    force: bool,
}

impl Layout {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let bytes = input::read(&self.file)?;
        let (source, mut diagnostics) =
            SourceText::decode_lossy(self.file.display().to_string(), &bytes);
        let mut definitions = None;
        if diagnostics.is_empty() {
            (definitions, diagnostics) = reglament_core::read_source(source.clone());
        }
        let mut text = None;
        if let Some(definitions) = definitions.filter(|_| !has_errors(&diagnostics)) {
            let existing = if self.force {
                Existing::Replace
            } else {
                Existing::Keep
            };
            let (diagrams, found) = layout(&definitions, existing);
            diagnostics.extend(found);
            if !has_errors(&diagnostics) {
                let mut document = definitions.into_document();
                write(&mut document, &diagrams, existing)
                    .map_err(|error| Unusable::new(format!("cannot write the diagram: {error}")))?;
                text = Some(document.write());
            }
        }
        draw_on_stderr(&diagnostics, &source);
        let Some(text) = text else {
            return Ok(Exit::Wrong);
        };
        match &self.output {
            Some(path) => output::write(path, text.as_bytes())?,
            None => output::print(&text),
        }
        Ok(Exit::Good)
    }
}

fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}
