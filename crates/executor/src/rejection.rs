//! Why a command is not carried out. A rejection leaves the state untouched.

use std::sync::Arc;

use reglament_core::term::TermError;

use crate::migration::MigrationReport;
use crate::state::Key;
use crate::term::TermKey;

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The instance has been started already.
    #[error("the instance has been started already")]
    AlreadyStarted,
    /// The instance has not been started, or has ended.
    #[error("the instance is not running")]
    NotRunning,
    /// The element instance has ended, or never existed.
    #[error("there is no element instance {0}")]
    NoSuchElement(Key),
    /// The element instance does not wait for this command.
    #[error("element instance {0} does not wait for this")]
    NotWaiting(Key),
    /// The element instance has an incident, which has to be resolved first.
    #[error("element instance {0} has an incident")]
    HasIncident(Key),
    /// The element instance has no incident.
    #[error("element instance {0} has no incident")]
    NoIncident(Key),
    /// The arm has been consumed or withdrawn.
    #[error("event {arm} of element instance {owner} is no longer waited for")]
    NoLongerArmed {
        /// The owner.
        owner: Key,
        /// The arm's number.
        arm: u32,
    },
    /// The element cannot begin this process.
    #[error("the process cannot be started there")]
    NotAStart,
    /// The actor is neither the assignee nor a candidate.
    #[error("actor `{actor}` is neither the assignee nor a candidate of {key}")]
    NotACandidate {
        /// The task.
        key: Key,
        /// The actor's id.
        actor: String,
    },
    /// The clock of the term has ended, or never existed.
    #[error("{0} has ended or never started")]
    NoSuchTerm(TermKey),
    /// The clock of the term is stopped already.
    #[error("{0} is suspended")]
    TermSuspended(TermKey),
    /// The clock of the term runs.
    #[error("{0} is not suspended")]
    TermNotSuspended(TermKey),
    /// The environment does not have the calendar.
    #[error("there is no calendar `{calendar}` of version `{version}`")]
    NoCalendar {
        /// Its id.
        calendar: Arc<str>,
        /// The version that the term was reckoned by; empty where any would do.
        version: Arc<str>,
    },
    /// The term cannot be changed so.
    #[error("{term}: {error}")]
    Term {
        /// The clock.
        term: TermKey,
        /// Why not.
        error: TermError,
    },
    /// The plan of a migration does not fit the instance.
    #[error("the instance cannot be migrated: {0}")]
    Migration(Box<MigrationReport>),
    /// A modification by hand makes no sense.
    #[error("the instance cannot be modified: {0}")]
    Modification(Arc<str>),
    /// The state and the program contradict each other: the instance has to be reloaded from its
    /// last commit. What was changed in memory is not to be kept.
    #[error("broken invariant: {0}")]
    Broken(&'static str),
}
