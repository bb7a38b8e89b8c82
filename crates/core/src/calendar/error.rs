//! What a calendar cannot answer.

use std::fmt;

use crate::timer::Date;

/// Why a calendar cannot be read or cannot answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// The calendar says nothing about the year.
    NotCovered {
        /// Its id.
        calendar: String,
        /// The year.
        year: i32,
    },
    /// No day within a year is worked.
    NoWorkingDay {
        /// Its id.
        calendar: String,
        /// Where the search began.
        from: Date,
    },
    /// Hours are asked of a calendar that has none.
    NoOpeningHours {
        /// Its id.
        calendar: String,
    },
    /// The file is not a calendar.
    File {
        /// What is wrong.
        message: String,
    },
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CalendarError::NotCovered { calendar, year } => {
                write!(f, "calendar {calendar} does not cover the year {year}")
            }
            CalendarError::NoWorkingDay { calendar, from } => {
                write!(
                    f,
                    "calendar {calendar} has no working day within a year of {from}"
                )
            }
            CalendarError::NoOpeningHours { calendar } => {
                write!(f, "calendar {calendar} has no opening hours")
            }
            CalendarError::File { message } => write!(f, "not a work calendar: {message}"),
        }
    }
}

impl std::error::Error for CalendarError {}
