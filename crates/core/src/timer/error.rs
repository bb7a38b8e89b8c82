//! What can be wrong with a point in time, a duration or a cycle.

use std::fmt;

/// A timer that cannot be read or cannot be armed: one line that says what is wrong, and a hint
/// that says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimerError(Box<Parts>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    message: String,
    hint: Option<&'static str>,
    out_of_range: bool,
}

impl TimerError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        TimerError(Box::new(Parts {
            message: message.into(),
            hint: None,
            out_of_range: false,
        }))
    }

    pub(crate) fn hinted(message: impl Into<String>, hint: &'static str) -> Self {
        TimerError(Box::new(Parts {
            message: message.into(),
            hint: Some(hint),
            out_of_range: false,
        }))
    }

    /// The instant would lie outside the years 0000 to 9999.
    pub(crate) fn out_of_range(what: impl fmt::Display) -> Self {
        let message = format!("{what} lies outside the years 0000 to 9999");
        TimerError(Box::new(Parts {
            message,
            hint: None,
            out_of_range: true,
        }))
    }

    /// What is wrong: lower case, no final stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to write instead, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint
    }

    /// Whether the text is well formed but the instant it leads to cannot be represented.
    #[must_use]
    pub fn is_out_of_range(&self) -> bool {
        self.0.out_of_range
    }
}

impl fmt::Display for TimerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match self.0.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for TimerError {}

/// How much of a wrong text a message repeats.
const QUOTE_LIMIT: usize = 60;

/// The text in quotation marks, cut where it would fill the screen.
pub(crate) fn quoted(text: &str) -> String {
    let shown: String = text
        .chars()
        .take(QUOTE_LIMIT)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let more = if text.chars().nth(QUOTE_LIMIT).is_some() {
        "…"
    } else {
        ""
    };
    format!("\"{shown}{more}\"")
}
