//! BPMN: typed views over the XML tree, identifiers, timers, and lowering to an executable program.
//!
//! ```text
//! bytes --read--> Definitions (typed views over the lossless tree) --lower--> Program --> executor
//! ```
//!
//! [`read()`] says what is wrong with a file as BPMN; [`lower()`] says what cannot be executed, and
//! gives the rest as a [`Program`].

pub mod calendar;
pub mod codes;
pub mod identifier;
mod import;
mod lower;
pub mod model;
pub mod program;
mod read;
pub mod support;
pub mod term;
pub mod timer;

pub use import::{IMPORTS_LIMIT, ImportedFile, Imports};
pub use lower::{Finding, LoweredProcess, Lowering, lower, lower_with};
pub use model::Definitions;
pub use program::Program;
pub use read::{read, read_document, read_source, read_with_text};
