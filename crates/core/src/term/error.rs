//! What is wrong with a term.

use std::fmt;

use super::{Budget, Unit};
use crate::calendar::CalendarError;
use crate::timer::{Date, TimerError, Timestamp};

/// Why a term cannot be read, computed or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermError {
    /// The text is not a term.
    Text {
        /// What is wrong.
        message: String,
    },
    /// The document gives no value.
    NoValue,
    /// The document says days and not which ones, and no reading is stated.
    Unqualified {
        /// The amount in the document.
        budget: Budget,
    },
    /// The last month does not have the day of the start, and the term does not say what then.
    MonthEnd {
        /// The day that the months are counted from.
        from: Date,
        /// The months.
        budget: Budget,
    },
    /// Amounts of different units cannot be added.
    MixedUnits {
        /// The unit of the term.
        term: Unit,
        /// The other unit.
        other: Unit,
    },
    /// The term ends at closing time on a day on which nothing is open.
    Closed {
        /// The day.
        date: Date,
    },
    /// The calendar cannot answer.
    Calendar(CalendarError),
    /// The time cannot be represented.
    Time(TimerError),
    /// More days would have to be counted than the limit.
    TooLong,
    /// The change lies before the start of the clock or before an earlier change.
    OutOfOrder {
        /// When the change was to be made.
        at: Timestamp,
        /// What it may not precede.
        after: Timestamp,
    },
    /// The term has expired and can no longer be changed.
    Expired {
        /// When it ended.
        due: Timestamp,
    },
    /// The document does not allow an extension.
    NotExtendable,
    /// The term has been extended before.
    AlreadyExtended,
    /// The document allows an extension by less.
    ExtensionTooLong {
        /// By how much at most.
        allowed: Budget,
        /// By how much it was to be extended.
        found: Budget,
    },
}

impl TermError {
    pub(super) fn text(message: impl Into<String>) -> TermError {
        TermError::Text {
            message: message.into(),
        }
    }
}

impl fmt::Display for TermError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TermError::Text { message } => f.write_str(message),
            TermError::NoValue => f.write_str("the document gives no value for the term"),
            TermError::Unqualified { budget } => write!(
                f,
                "{budget} is unqualified: state whether these are working days or calendar days"
            ),
            TermError::MonthEnd { from, budget } => write!(
                f,
                "{budget} from {from} lead to a day that the month does not have: state whether \
                 the last day of that month or the first day of the next is meant"
            ),
            TermError::MixedUnits { term, other } => {
                write!(f, "{} cannot be added to {}", other.name(), term.name())
            }
            TermError::Closed { date } => {
                write!(
                    f,
                    "the term ends at closing time, but nothing is open on {date}"
                )
            }
            TermError::Calendar(error) => error.fmt(f),
            TermError::Time(error) => error.fmt(f),
            TermError::TooLong => f.write_str("the term is too long to be counted"),
            TermError::OutOfOrder { at, after } => {
                write!(f, "the change at {at} lies before {after}")
            }
            TermError::Expired { due } => write!(f, "the term expired at {due}"),
            TermError::NotExtendable => f.write_str("the document does not allow an extension"),
            TermError::AlreadyExtended => f.write_str("the term has already been extended once"),
            TermError::ExtensionTooLong { allowed, found } => {
                write!(
                    f,
                    "the term may be extended by {allowed} at most, found {found}"
                )
            }
        }
    }
}

impl std::error::Error for TermError {}

impl From<CalendarError> for TermError {
    fn from(error: CalendarError) -> TermError {
        TermError::Calendar(error)
    }
}

impl From<TimerError> for TermError {
    fn from(error: TimerError) -> TermError {
        TermError::Time(error)
    }
}
