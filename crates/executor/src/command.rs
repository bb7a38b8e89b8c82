//! What can be asked of an instance, by whom and when.

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::ElementIx;
use reglament_core::term::Budget;
use reglament_core::timer::Timestamp;
use reglament_feel::Value;
use serde::{Deserialize, Serialize};

use crate::migration::MigrationPlan;
use crate::modification::Modification;
use crate::state::Key;
use crate::term::TermKey;

/// Named values that come with a command.
pub type Variables = Vec<(Arc<str>, Value)>;

/// What can be asked of an instance. A command that is not allowed now is a
/// [`Rejection`](crate::Rejection) and changes nothing.
#[derive(Clone, Debug)]
pub enum Command {
    /// Begins the instance; only a fresh one can be started.
    Start(Start),
    /// Completes a task that waits; also a catch event or receive task, as if it had been triggered.
    Complete {
        /// The element instance.
        key: Key,
        /// The result; goes through the output mappings.
        variables: Variables,
    },
    /// The work of a task ended in a BPMN error.
    ThrowError {
        /// The element instance.
        key: Key,
        /// The error code.
        code: Arc<str>,
        /// Goes to the scope of the handler.
        variables: Variables,
    },
    /// The work of a task raised an escalation; the task goes on.
    Escalate {
        /// The element instance.
        key: Key,
        /// The escalation code.
        code: Arc<str>,
        /// Goes to the scope of the handler.
        variables: Variables,
    },
    /// The work of a task failed for a technical reason and nobody will try again: an incident, of the
    /// kind `decision-failed` for a task that calls a decision.
    Fail {
        /// The element instance.
        key: Key,
        /// What went wrong.
        message: Arc<str>,
    },
    /// A message or signal arrives for an arm that waits for it.
    Trigger {
        /// The element instance that owns the arm.
        owner: Key,
        /// The arm's number within its owner.
        arm: u32,
        /// The payload.
        variables: Variables,
    },
    /// Fires every timer that is due, and tells of every term that ends or has a warning, in the order
    /// of their instants.
    Wake,
    /// Sets variables from outside.
    SetVariables {
        /// The element instance whose scope is addressed: the variables become local to it.
        /// `None` sets them at the process.
        scope: Option<Key>,
        /// The values.
        variables: Variables,
    },
    /// Tries again what led to an incident, with a fresh budget of steps.
    Resolve {
        /// The element instance that has the incident.
        key: Key,
    },
    /// Stops the clock of a term; what is left of it is kept.
    SuspendTerm {
        /// The clock.
        term: TermKey,
    },
    /// Lets the clock of a term go on.
    ResumeTerm {
        /// The clock.
        term: TermKey,
    },
    /// Begins a term again with its whole budget.
    InterruptTerm {
        /// The clock.
        term: TermKey,
    },
    /// Extends a term, once, where its document allows it.
    ExtendTerm {
        /// The clock.
        term: TermKey,
        /// By how much.
        by: Budget,
    },
    /// Reckons the terms that have neither expired nor ended by the newest version of their calendar
    /// in the environment.
    AdoptCalendar {
        /// The id of the calendar.
        calendar: Arc<str>,
    },
    /// Has the instance go on under the program of the environment.
    Migrate {
        /// The program that it runs under so far.
        source: Arc<Program>,
        /// What becomes of what.
        plan: Box<MigrationPlan>,
    },
    /// Moves the instance by hand: all of it, or nothing.
    Modify(Modification),
    /// Ends the instance and everything in it.
    Cancel,
}

/// How an instance begins.
#[derive(Clone, Debug)]
pub struct Start {
    /// The process.
    pub process: ElementIx,
    /// The start event (or instantiating receive task or event-based gateway); `None` begins at
    /// [`Body::initial`](reglament_core::program::Body::initial).
    pub at: Option<ElementIx>,
    /// For an instantiating event-based gateway: the event that has occurred.
    pub event: Option<ElementIx>,
    /// The first values of variables.
    pub variables: Variables,
}

/// Who acts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The person, system or service account; empty for the engine itself.
    pub id: Arc<str>,
    /// Groups and roles that the host vouches for.
    pub groups: Vec<Arc<str>>,
    /// The channel the command came through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Arc<str>>,
    /// The person on whose behalf the actor acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<Arc<str>>,
    /// How the host authenticated the actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticated_by: Option<Arc<str>>,
    /// Whether assignments and candidate groups do not bind this actor.
    pub unrestricted: bool,
}

impl Actor {
    /// The engine itself: no restriction applies.
    #[must_use]
    pub fn system() -> Self {
        Self {
            unrestricted: true,
            ..Self::default()
        }
    }
}

/// The circumstances of a command: everything that a pure function has to be told.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// The present instant.
    pub now: Timestamp,
    /// Who acts.
    pub actor: &'a Actor,
}
