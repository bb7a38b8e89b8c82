//! Why a call failed, and what follows from it.

use std::fmt;
use std::time::Duration;

use crate::Variables;

/// Why an operation failed, in the words that decide what the engine does next.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The same call will fail again: an incident that a person looks at.
    Terminal {
        /// What went wrong.
        message: String,
    },
    /// The same call may succeed later, with the same idempotency key.
    Retryable {
        /// What went wrong.
        message: String,
        /// How long to wait at least, where the system said so.
        after: Option<Duration>,
    },
    /// An outcome that the process knows: thrown as a BPMN error at the task.
    Business {
        /// The error code that an error event catches.
        code: String,
        /// What went wrong.
        message: String,
        /// Goes to the scope of the error event.
        variables: Variables,
    },
}

impl Failure {
    /// A terminal failure.
    #[must_use]
    pub fn terminal(message: impl Into<String>) -> Failure {
        Failure::Terminal {
            message: message.into(),
        }
    }

    /// A failure that may pass; nothing is known of when.
    #[must_use]
    pub fn retryable(message: impl Into<String>) -> Failure {
        Failure::Retryable {
            message: message.into(),
            after: None,
        }
    }

    /// A BPMN error without variables.
    #[must_use]
    pub fn business(code: impl Into<String>, message: impl Into<String>) -> Failure {
        Failure::Business {
            code: code.into(),
            message: message.into(),
            variables: Variables::new(),
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Failure::Retryable { .. })
    }

    /// What went wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Failure::Terminal { message }
            | Failure::Retryable { message, .. }
            | Failure::Business { message, .. } => message,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Terminal { message } | Failure::Retryable { message, .. } => {
                f.write_str(message)
            }
            Failure::Business { code, message, .. } => write!(f, "{message} (error '{code}')"),
        }
    }
}

impl std::error::Error for Failure {}

/// How a system fails whatever it is asked: every error of an adapter has this variant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SystemError {
    /// Retryable: the system cannot be reached or is overloaded.
    #[error("{message}")]
    Unavailable {
        /// What went wrong.
        message: String,
        /// How long to wait at least, where the system said so.
        after: Option<Duration>,
    },
    /// Terminal: the system refuses us (credentials, rights) or does not speak as agreed.
    #[error("{message}")]
    Refused {
        /// What went wrong.
        message: String,
    },
    /// Terminal: the idempotency key was used before for another request.
    #[error("the idempotency key '{key}' was used for another request")]
    KeyReused {
        /// The key.
        key: String,
    },
}

impl SystemError {
    /// The system cannot be reached; nothing is known of when it can.
    #[must_use]
    pub fn unavailable(message: impl Into<String>) -> SystemError {
        SystemError::Unavailable {
            message: message.into(),
            after: None,
        }
    }

    /// The system refuses us or does not speak as agreed.
    #[must_use]
    pub fn refused(message: impl Into<String>) -> SystemError {
        SystemError::Refused {
            message: message.into(),
        }
    }
}

impl From<SystemError> for Failure {
    fn from(error: SystemError) -> Failure {
        let message = error.to_string();
        match error {
            SystemError::Unavailable { after, .. } => Failure::Retryable { message, after },
            SystemError::Refused { .. } | SystemError::KeyReused { .. } => {
                Failure::Terminal { message }
            }
        }
    }
}
