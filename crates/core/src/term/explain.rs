//! The computation of a term in words, for people and for JSON.

use serde::Serialize;

use super::{Deadline, Term, TermError};
use crate::calendar::WorkCalendar;
use crate::timer::{Date, Timestamp};

/// When a term ends and why, day by day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The last day.
    pub due: Date,
    /// Whether it rests on a provisional year.
    pub provisional: bool,
    /// The days that were looked at, in order.
    pub steps: Vec<ExplainedStep>,
}

/// A day and why it was counted or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedStep {
    /// The day.
    pub date: Date,
    /// Whether it was counted.
    pub counted: bool,
    /// Why, in the language of the explanation.
    pub reason: String,
}

/// A language that terms are explained in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Kazakh.
    Kazakh,
}

impl From<&Deadline> for Explanation {
    fn from(deadline: &Deadline) -> Explanation {
        Explanation::in_language(deadline, Language::English)
    }
}

impl Explanation {
    /// The explanation of a deadline in a language.
    #[must_use]
    pub fn in_language(deadline: &Deadline, language: Language) -> Explanation {
        let steps = deadline.steps.iter().map(|step| ExplainedStep {
            date: step.date,
            counted: step.counted,
            reason: match language {
                Language::English => step.reason.to_string(),
                Language::Kazakh => step.reason.in_kazakh(),
            },
        });
        Explanation {
            due: deadline.date,
            provisional: !deadline.provisional.is_empty(),
            steps: steps.collect(),
        }
    }
}

/// Explains a term that starts on a date: `2013-03-19`, or with a time, which is that of the
/// calendar's zone where it has no offset. The next day is day one, no day is left out, nothing is
/// rolled.
///
/// # Errors
/// The term or the date cannot be read, or the term cannot be computed on the calendar.
pub fn explain_term(
    calendar: &WorkCalendar,
    from: &str,
    term: &str,
) -> Result<Explanation, TermError> {
    let started = Timestamp::parse_in(from, &calendar.zone())?;
    let deadline = Term::parse(term)?.deadline(started, calendar)?;
    Ok(Explanation::from(&deadline))
}
