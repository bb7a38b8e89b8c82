//! Registers from CSV files.

use std::io::Read;

use reglament_adapter_api::SystemError;
use serde::de::DeserializeOwned;

/// Why a file was not imported; nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A line cannot be read.
    #[error("line {line}: {message}")]
    Line {
        /// The line, from 1; 0 where the file ends before its first line.
        line: u64,
        /// What was expected and found.
        message: String,
    },
    /// The file of the adapter fails.
    #[error(transparent)]
    System(#[from] SystemError),
}

/// The records of a CSV file (RFC 4180, UTF-8) whose first line names the columns; a column that is
/// empty is absent.
pub(super) fn records<T: DeserializeOwned>(file: impl Read) -> Result<Vec<T>, ImportError> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(file);
    let records = reader.deserialize().map(|record| {
        record.map_err(|error: csv::Error| {
            let line = error.position().map_or(0, csv::Position::line);
            let message = match error.kind() {
                csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
                _ => error.to_string(),
            };
            ImportError::Line { line, message }
        })
    });
    records.collect()
}
