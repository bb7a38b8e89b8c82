//! Texts with spans and the diagnostics that point into them.
//!
//! Every reader of the project (XML, BPMN, FEEL, scripts) starts from a [`SourceText`]: a decoded
//! text that knows its name and its lines. Whatever is wrong with it is said with a [`Diagnostic`]:
//! a stable [`Code`], a [`Severity`], a [`Span`] in that text, a message and a hint.
//!
//! ```
//! use reglament_source::{Diagnostic, Severity, SourceText, Span, codes};
//!
//! let source = SourceText::decode("өтініш.bpmn", "<a/>\n<қате/>".as_bytes())?;
//! let diagnostic = Diagnostic::error(&codes::UNDECODABLE, "an example").at(Span::new(5, 15));
//! assert_eq!(diagnostic.severity, Severity::Error);
//! assert_eq!(source.position(5).to_string(), "2:1");
//! # Ok::<(), Diagnostic>(())
//! ```
//!
//! # Features
//! - `report`: `report::Report` draws a diagnostic with the lines it points at.

pub mod codes;
mod decode;
mod diagnostic;
#[cfg(feature = "report")]
pub mod report;
mod span;
mod spelling;
mod text;

pub use decode::Encoding;
pub use diagnostic::{Code, Diagnostic, Label, Severity};
pub use span::{Position, Span};
pub use spelling::nearest;
pub use text::{SourceText, TEXT_BYTES_LIMIT};
