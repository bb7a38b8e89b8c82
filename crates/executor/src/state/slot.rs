//! Element instances and the queue.

use reglament_core::program::{ElementIx, FlowIx};
use reglament_feel::Value;
use serde::{Deserialize, Serialize};

use super::{Compensating, CompensationRecord, Key, Locals};
use crate::event::Arm;

/// No slot.
pub(crate) const NONE: u32 = u32::MAX;

/// One element instance, or a free place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Slot {
    /// The element.
    pub(crate) element: ElementIx,
    /// The serial of the element instance; 0 for a free place.
    pub(crate) serial: u32,
    /// The slot of the containing element instance ([`NONE`] for the root); in a free place the next
    /// free one plus one.
    pub(crate) parent: u32,
    /// How many element instances, tokens and queue entries it contains directly: kept so that the
    /// end of a scope is seen without a search; `State::check` counts them again.
    pub(crate) live: u32,
    /// The number of the iteration, from 1; 0 where nothing is repeated.
    pub(crate) iteration: u32,
    /// How far it has come.
    pub(crate) phase: Phase,
    /// What most element instances do not have.
    pub(crate) extra: Option<Box<Extra>>,
}

/// How far an element instance has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// Reached, not entered yet.
    Entering,
    /// Active.
    Active,
    /// It cannot go on: an incident.
    Stuck(Stage),
}

/// What is tried again when an incident is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Entering: input mappings and arms.
    Enter,
    /// Doing what the element does.
    Execute,
    /// Waiting for a handler that gave up: it is offered again.
    Work,
    /// Leaving: output mappings, results, the choice of flows.
    Leave,
}

/// What most element instances do not have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Extra {
    /// Local variables.
    pub(crate) locals: Locals,
    /// What it waits for.
    pub(crate) arms: Vec<Arm>,
    /// The activities completed in this scope that can be compensated, oldest first.
    pub(crate) records: Vec<CompensationRecord>,
    /// The body of a loop or multi-instance.
    pub(crate) repeat: Option<Box<Repeat>>,
    /// A throw event that waits for its compensation handlers.
    pub(crate) compensating: Option<Box<Compensating>>,
    /// The throw event that this compensation handler works for.
    pub(crate) handler_for: Option<Key>,
    /// How many activities an ad-hoc sub-process has begun.
    pub(crate) entered: u32,
    /// An interrupting event sub-process has taken over, or the scope is being ended.
    pub(crate) interrupted: bool,
}

/// The body of a loop or multi-instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Repeat {
    /// The items.
    pub(crate) items: Option<Value>,
    /// How many iterations there are to be; `None` for a standard loop.
    pub(crate) total: Option<u32>,
    /// How many have been queued.
    pub(crate) begun: u32,
    /// How many have completed.
    pub(crate) completed: u32,
    /// How many were terminated.
    pub(crate) terminated: u32,
    /// No further iteration begins.
    pub(crate) stopped: bool,
    /// The results, by iteration; null where there is none.
    pub(crate) results: Vec<Value>,
}

/// An entry of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Pending {
    /// A token is on its way over a flow.
    Token { scope: u32, flow: FlowIx },
    /// An element is going to be entered without a flow.
    Enter {
        scope: u32,
        element: ElementIx,
        iteration: u32,
    },
    /// A compensation handler is going to be entered.
    Handler {
        scope: u32,
        element: ElementIx,
        thrower: u32,
    },
}

impl Pending {
    /// The slot of the scope that it moves in.
    pub(crate) const fn scope(self) -> u32 {
        match self {
            Self::Token { scope, .. } | Self::Enter { scope, .. } | Self::Handler { scope, .. } => {
                scope
            }
        }
    }
}
