//! Diagnostics: what is wrong with a model, where, and what to do about it.

use std::fmt;

use crate::Span;

/// How bad a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file cannot be used as it is.
    Error,
    /// The file is understood, but something in it is doubtful or against the standard.
    Warning,
    /// Worth knowing; nothing is wrong.
    Note,
}

impl Severity {
    /// The word for people and for JSON: `error`, `warning` or `note`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One documented kind of diagnostic. Its `id` never changes its meaning.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable identifier, `RG` and four digits.
    pub id: &'static str,
    /// A few words, lower case.
    pub title: &'static str,
    /// The page that explains it, in Markdown.
    pub explanation: &'static str,
    /// The rule of the standard behind it, such as `BPMN 2.0.2, 10.5.1`.
    pub spec: Option<&'static str>,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// A second place that matters for a diagnostic, with a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there, lower case, without a full stop.
    pub message: String,
}

/// Something to say about a text.
///
/// Built from a [`Code`] and a message; the rest is added:
///
/// ```
/// use reglament_source::{Diagnostic, Span, codes};
///
/// let diagnostic = Diagnostic::error(&codes::UNDECODABLE, "byte 0xE9 is not UTF-8")
///     .at(Span::new(10, 11))
///     .on("Task_1")
///     .hint("save the file as UTF-8");
/// assert_eq!(diagnostic.to_string(), "error[RG0001]: byte 0xE9 is not UTF-8");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind it is.
    pub code: &'static Code,
    /// How bad it is.
    pub severity: Severity,
    /// Where in the text, if anywhere.
    pub span: Option<Span>,
    /// The `id` of the BPMN or DMN element that it is about.
    pub element: Option<String>,
    /// What is wrong: lower case, without a full stop, with ids.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Other places that matter.
    pub labels: Vec<Label>,
}

impl Diagnostic {
    /// An error.
    #[must_use]
    pub fn error(code: &'static Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: &'static Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    /// A note.
    #[must_use]
    pub fn note(code: &'static Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message.into())
    }

    fn new(severity: Severity, code: &'static Code, message: String) -> Self {
        let (span, element, hint, labels) = (None, None, None, Vec::new());
        Self {
            code,
            severity,
            span,
            element,
            message,
            hint,
            labels,
        }
    }

    /// With the place it points at.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// With the `id` of the element it is about.
    #[must_use]
    pub fn on(mut self, element: impl Into<String>) -> Self {
        self.element = Some(element.into());
        self
    }

    /// With what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With one more place that matters.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            message: message.into(),
        });
        self
    }

    /// The rule of the standard behind it.
    #[must_use]
    pub fn spec(&self) -> Option<&'static str> {
        self.code.spec
    }

    /// Whether it is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)
    }
}

impl std::error::Error for Diagnostic {}
