//! Why a command is not carried out. A rejection leaves the state untouched.

use std::fmt;

use crate::state::Key;

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The instance has been started already.
    AlreadyStarted,
    /// The instance has not been started, or has ended.
    NotRunning,
    /// The element instance has ended, or never existed.
    NoSuchElement(Key),
    /// The element instance does not wait for this command.
    NotWaiting(Key),
    /// The element instance has an incident, which has to be resolved first.
    HasIncident(Key),
    /// The element instance has no incident.
    NoIncident(Key),
    /// The arm has been consumed or withdrawn.
    NoLongerArmed {
        /// The owner.
        owner: Key,
        /// The arm's number.
        arm: u32,
    },
    /// The element cannot begin this process.
    NotAStart,
    /// The actor is neither the assignee nor a candidate.
    NotACandidate {
        /// The task.
        key: Key,
        /// The actor's id.
        actor: String,
    },
    /// The state and the program contradict each other: the instance has to be reloaded from its
    /// last commit. What was changed in memory is not to be kept.
    Broken(&'static str),
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyStarted => f.write_str("the instance has been started already"),
            Self::NotRunning => f.write_str("the instance is not running"),
            Self::NoSuchElement(key) => write!(f, "there is no element instance {key}"),
            Self::NotWaiting(key) => write!(f, "element instance {key} does not wait for this"),
            Self::HasIncident(key) => write!(f, "element instance {key} has an incident"),
            Self::NoIncident(key) => write!(f, "element instance {key} has no incident"),
            Self::NoLongerArmed { owner, arm } => {
                write!(
                    f,
                    "event {arm} of element instance {owner} is no longer waited for"
                )
            }
            Self::NotAStart => f.write_str("the process cannot be started there"),
            Self::NotACandidate { key, actor } => {
                write!(
                    f,
                    "actor `{actor}` is neither the assignee nor a candidate of {key}"
                )
            }
            Self::Broken(what) => write!(f, "broken invariant: {what}"),
        }
    }
}

impl std::error::Error for Rejection {}
