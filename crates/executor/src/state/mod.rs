//! The state of an instance: element instances, tokens, variables, what is waited for.
//!
//! Everything is derived from events: [`State::apply`] is the only writer. A token is an entry of the
//! queue (it is moving) or a parked flow (it waits at a join); nothing is counted that is not also
//! there to be counted again.

mod apply;
mod called_decision;
mod compensation;
mod evaluate;
mod query;
mod queue;
mod save;
mod slot;
pub(crate) mod terms;
mod variables;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use reglament_core::program::{ElementIx, FlowIx};
use reglament_core::timer::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use apply::Broken;
pub use called_decision::CalledDecision;
pub(crate) use compensation::{Compensating, Record as CompensationRecord};
pub(crate) use queue::Queue;
pub use save::LoadError;
pub use slot::Stage;
pub(crate) use slot::{Extra, NONE, Pending, Phase, Repeat, Slot};
pub(crate) use variables::{Locals, VariableScope};

use crate::incident::Incident;

/// One element instance. A key is never used again within its instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// In order of activation, from 1.
    pub(crate) serial: u32,
    /// Where it is kept.
    pub(crate) slot: u32,
}

impl Key {
    /// The key as one number, for hosts that hand it out: see [`Key::from_bits`].
    #[must_use]
    pub const fn to_bits(self) -> u64 {
        (self.serial as u64) << 32 | self.slot as u64
    }

    /// The key that [`Key::to_bits`] gave. A number that was made up names no live element instance.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self {
            serial: (bits >> 32) as u32,
            slot: bits as u32,
        }
    }

    /// The number of the element instance within its instance, in order of activation from 1.
    #[must_use]
    pub const fn serial(self) -> u32 {
        self.serial
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.serial)
    }
}

/// Where an instance stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not started.
    #[default]
    Fresh,
    /// Started, not ended. It may have incidents.
    Running,
    /// Ended by itself.
    Completed,
    /// Ended by an error that nothing caught; what was active is kept for inspection.
    Failed,
    /// Ended from outside.
    Cancelled,
}

/// The state of one process instance, called processes included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    slots: Vec<Slot>,
    /// The queue of tokens that move and elements that are going to be entered.
    queue: Queue,
    /// The head of the chain of free slots, plus one; 0 when there is none.
    free: u32,
    /// The serial of the newest element instance.
    serial: u32,
    /// The number of the newest event.
    seq: u64,
    status: Status,
    /// What most instances do not have.
    rare: Option<Box<Rare>>,
}

/// What most instances do not have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rare {
    /// Tokens that wait at the end of a flow, oldest first.
    pub(crate) parked: Vec<Parked>,
    /// Complex gateways that have fired and wait for their reset.
    pub(crate) resets: Vec<AwaitedReset>,
    /// Unresolved incidents, oldest first.
    pub(crate) incidents: Vec<(Key, Incident)>,
    /// Names of variables that the program does not use, numbered on from the program's table.
    pub(crate) names: Vec<Arc<str>>,
    /// Why the instance failed.
    pub(crate) failure: Option<Box<Incident>>,
    /// The clocks of statutory terms; absent where no term has ever run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) terms: Option<Box<terms::Terms>>,
    /// The timers that are armed, by due instant: derived from the arms.
    #[serde(skip)]
    pub(crate) timers: BTreeSet<(Timestamp, Key, u32)>,
    /// The conditions that are armed: derived from the arms.
    #[serde(skip)]
    pub(crate) conditions: BTreeSet<(Key, u32)>,
}

/// A token that waits at the end of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Parked {
    pub(crate) scope: u32,
    pub(crate) flow: FlowIx,
    pub(crate) target: ElementIx,
}

/// A complex gateway that waits for its reset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AwaitedReset {
    pub(crate) scope: u32,
    pub(crate) gateway: ElementIx,
    pub(crate) consumed: Vec<FlowIx>,
}
