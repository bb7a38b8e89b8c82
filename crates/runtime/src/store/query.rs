//! What is asked of a store, and what it answers.

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;
use serde::{Deserialize, Serialize};

use super::{
    CaseStatus, Digest, ElementInstanceId, EventRecord, InstanceRow, MessageTarget, Position,
    Version,
};

/// An instance, as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// How many batches it has had.
    pub version: Version,
    /// Its state; empty when none was ever put.
    pub state: Vec<u8>,
    /// The number of its newest record.
    pub seq: u64,
    /// The digest of its newest record; zero when there is none.
    pub hash: Digest,
}

/// A record in the stream of all events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamEvent {
    /// Its place in the stream.
    pub position: Position,
    /// The instance that it belongs to.
    pub instance: InstanceId,
    /// The record.
    pub record: EventRecord,
}

/// How far the history of an instance reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseHead {
    /// The instance.
    pub instance: InstanceId,
    /// The number of its last record.
    pub seq: u64,
    /// The digest of that record.
    pub hash: Digest,
    /// The position of that record.
    pub position: Position,
}

/// Which subscriptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArmQuery {
    /// For messages of this name.
    Message {
        /// The name.
        name: Arc<str>,
        /// The key.
        key: KeyMatch,
        /// Only those of this process of this definition.
        process: Option<MessageTarget>,
    },
    /// For messages, caught by an element of this id in cases of this definition.
    Element {
        /// The definition and the element.
        target: MessageTarget,
        /// The key.
        key: KeyMatch,
    },
    /// For signals of this name, with a number greater than `after` and up to `until`.
    Signal {
        /// The name.
        name: Arc<str>,
        /// The number after which they begin.
        after: u64,
        /// The greatest number.
        until: u64,
    },
    /// Of one instance.
    Instance(InstanceId),
}

/// Which correlation keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyMatch {
    /// This very key.
    Is(Arc<str>),
    /// No key: what takes every key.
    Absent,
    /// Any key or none.
    Any,
}

impl KeyMatch {
    /// Whether a row with this key is meant.
    #[must_use]
    pub fn fits(&self, key: Option<&str>) -> bool {
        match self {
            Self::Is(wanted) => key == Some(&**wanted),
            Self::Absent => key.is_none(),
            Self::Any => true,
        }
    }
}

/// Which messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptQuery {
    /// All of them.
    All,
    /// Kept ones ([`MessageRow::routed`](super::MessageRow::routed)) without a target, by name. `key`
    /// `Some`: those with this very key; `None`: with any key or none.
    Named {
        /// The name.
        name: Arc<str>,
        /// The key.
        key: Option<Arc<str>>,
    },
    /// Kept ones whose message flow ends at this element or pool.
    At(MessageTarget),
    /// Those for which a receiver is still to be looked for, with a number greater than this.
    Unrouted(u64),
    /// Kept ones that expire at this instant or before.
    Expired(Timestamp),
    /// Kept ones that are for this instance alone.
    Partner(InstanceId),
}

/// How much of a list, from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// Goes on after this place; `None` begins.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: usize,
}

impl Paging {
    /// The first `limit` entries.
    #[must_use]
    pub const fn first(limit: usize) -> Self {
        Self { after: None, limit }
    }
}

/// A place in a list: the keys that the list is ordered by. It stays good when entries come and go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cursor {
    /// The instant, in lists that are ordered by one.
    pub at: Option<Timestamp>,
    /// The instance.
    pub instance: InstanceId,
    /// The element instance ([`Key::to_bits`](reglament_executor::Key::to_bits)), in lists of those.
    pub key: u64,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<Cursor>,
}

/// Which cases, by number, or by their ends where these are asked for. Conditions that are absent do not
/// restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceQuery {
    /// Of this process.
    pub process: Option<Arc<str>>,
    /// Under this definition.
    pub definition: Option<Digest>,
    /// That stand so.
    pub status: Option<CaseStatus>,
    /// With this business key.
    pub business_key: Option<Arc<str>>,
    /// With unresolved incidents.
    pub with_incidents: bool,
    /// That ended at this instant or before: by the instant of their end, then by number.
    pub ended_until: Option<Timestamp>,
}

/// Which user tasks. Conditions that are absent do not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskQuery {
    /// Of this case.
    pub instance: Option<InstanceId>,
    /// Assigned to this user.
    pub assignee: Option<Arc<str>>,
    /// Without an assignee.
    pub unassigned: bool,
    /// That this user, or a member of one of these groups, may claim.
    pub candidate: Option<(Arc<str>, Vec<Arc<str>>)>,
    /// Of this process.
    pub process: Option<Arc<str>>,
    /// At this element.
    pub element: Option<Arc<str>>,
    /// Due at this instant or before.
    pub due_until: Option<Timestamp>,
}

/// Which jobs. Conditions that are absent do not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobQuery {
    /// Of this case.
    pub instance: Option<InstanceId>,
    /// Of this type.
    pub kind: Option<Arc<str>>,
}

/// Which incidents. Conditions that are absent do not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentQuery {
    /// Of this case.
    pub instance: Option<InstanceId>,
    /// Of this process.
    pub process: Option<Arc<str>>,
}

/// Which terms. Conditions that are absent do not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermQuery {
    /// Of this case.
    pub instance: Option<InstanceId>,
    /// Due at this instant or before; without it suspended ones come last.
    pub due_until: Option<Timestamp>,
}

/// How much there is of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Cases that run or are suspended.
    pub running: u64,
    /// Cases that have ended and are still kept.
    pub ended: u64,
    /// Jobs.
    pub jobs: u64,
    /// User tasks.
    pub tasks: u64,
    /// Cases with something due.
    pub due: u64,
    /// Subscriptions.
    pub subscriptions: u64,
    /// Messages that are kept or on their way.
    pub messages: u64,
    /// Unresolved incidents.
    pub incidents: u64,
    /// The position of the newest event.
    pub position: Position,
}

impl Cursor {
    /// The place of a case in a list of cases that is ordered by their ends.
    #[must_use]
    pub const fn of_end(row: &InstanceRow) -> Self {
        Self {
            at: row.ended_at,
            instance: row.instance,
            key: 0,
        }
    }

    /// The place of an element instance in a list ordered by an instant, or by id where `at` is none.
    #[must_use]
    pub fn of(at: Option<Timestamp>, id: ElementInstanceId) -> Self {
        Self {
            at,
            instance: id.instance,
            key: id.key.to_bits(),
        }
    }
}
