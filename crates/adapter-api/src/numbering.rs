//! Numbers of applications.
//!
//! # Source
//! The regulations' "giving the application a number"; annex 4 of the kindergarten queue speaks of
//! the number of the registration journal.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{CallContext, Failure, Operations, SystemError, typed};

/// What `number.assign` asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignNumber {
    /// The series: each has numbers of its own, from 1 in every year.
    pub series: String,
}

/// What `number.assign` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignedNumber {
    /// The number as it is printed, with series and year.
    pub application_number: String,
}

/// Why no number was given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberingError {
    /// Terminal: nobody declared the series.
    #[error("there is no series '{series}'")]
    UnknownSeries {
        /// The series.
        series: String,
    },
    /// Terminal: the year has used up the numbers that can be printed.
    #[error("series '{series}' has no number left in {year}")]
    Exhausted {
        /// The series.
        series: String,
        /// The year.
        year: i32,
    },
    /// As every system fails.
    #[error(transparent)]
    System(#[from] SystemError),
}

impl From<NumberingError> for Failure {
    fn from(error: NumberingError) -> Failure {
        let message = error.to_string();
        match error {
            NumberingError::UnknownSeries { .. } | NumberingError::Exhausted { .. } => {
                Failure::terminal(message)
            }
            NumberingError::System(error) => error.into(),
        }
    }
}

/// How the numbers of a series are printed: `{prefix}-{year}-{number}`, the number with leading
/// zeroes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The name that flows use.
    pub name: String,
    /// What its numbers begin with.
    pub prefix: String,
}

impl Series {
    /// A series.
    #[must_use]
    pub fn new(name: impl Into<String>, prefix: impl Into<String>) -> Series {
        Series {
            name: name.into(),
            prefix: prefix.into(),
        }
    }

    /// The number as it is printed.
    ///
    /// # Errors
    /// The number has more than six digits.
    pub fn print(&self, year: i32, number: u32) -> Result<AssignedNumber, NumberingError> {
        if number > 999_999 {
            return Err(NumberingError::Exhausted {
                series: self.name.clone(),
                year,
            });
        }
        Ok(AssignedNumber {
            application_number: format!("{}-{year:04}-{number:06}", self.prefix),
        })
    }
}

/// Gives numbers without gaps.
#[async_trait]
pub trait Numbering: Send + Sync {
    /// Gives the next number of the series in the year of the call (`number.assign`). A call that
    /// is repeated gets the number that it got.
    ///
    /// # Errors
    /// The series is unknown or used up, the system fails.
    async fn assign(
        &self,
        context: &CallContext,
        request: AssignNumber,
    ) -> Result<AssignedNumber, NumberingError>;
}

/// `number.assign`: takes `series`; gives `applicationNumber`.
pub fn operations(adapter: Arc<dyn Numbering>) -> Operations {
    Operations::new().with(
        "number.assign",
        typed(move |context: CallContext, request| {
            let adapter = Arc::clone(&adapter);
            async move { adapter.assign(&context, request).await }
        }),
    )
}
