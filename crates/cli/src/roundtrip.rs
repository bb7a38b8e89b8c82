//! `reglament roundtrip`: reads a file and writes it again.

use std::path::PathBuf;

use clap::Args;
use reglament_source::SourceText;
use reglament_xml::{Limits, parse};

use crate::diagnostics::draw_on_stderr;
use crate::{Exit, Unusable, input, output};

/// Reads a file and writes it again, to standard output.
///
/// The output is UTF-8 and equal to the input under canonical XML with comments: nothing is lost, not
/// even what no BPMN tool knows. Exit code 1: the file is not well-formed.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  reglament roundtrip old.bpmn > new.bpmn")]
pub(crate) struct Roundtrip {
    /// The file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Roundtrip {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let bytes = input::read(&self.file)?;
        let (source, mut diagnostics) =
            SourceText::decode_lossy(self.file.display().to_string(), &bytes);
        let document = if diagnostics.is_empty() {
            let (document, found) = parse(source.clone(), &Limits::default());
            diagnostics = found;
            document
        } else {
            None
        };
        draw_on_stderr(&diagnostics, &source);
        match document {
            // What is not well-formed was mended while it was read: writing it would hide that.
            Some(document)
                if !diagnostics
                    .iter()
                    .any(reglament_source::Diagnostic::is_error) =>
            {
                output::print(&document.write());
                Ok(Exit::Good)
            }
            Some(_) | None => Ok(Exit::Wrong),
        }
    }
}
