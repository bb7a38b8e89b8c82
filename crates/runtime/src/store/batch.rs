//! What is written: batches, each accepted or refused as a whole.

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;

use super::{Digest, Fence, IndexChange, Version};

/// Everything that one step of one instance writes.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The instance; [`ENGINE`](super::ENGINE) for what belongs to none.
    pub instance: InstanceId,
    /// How many batches the instance has had: otherwise the batch is refused.
    pub expected_version: Version,
    /// Who writes.
    pub fence: Fence,
    /// What has happened, in order.
    pub events: Vec<EventRecord>,
    /// What becomes of the state.
    pub state: Change<Vec<u8>>,
    /// What becomes of the indexes, in order.
    pub indexes: Vec<IndexChange>,
}

/// What becomes of a stored thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays.
    #[default]
    Keep,
    /// It is this from now on.
    Put(T),
    /// It is erased: state, events and all rows of the instance go, before the events of this batch
    /// (the tombstone) are added. The version counts on.
    Erase,
}

/// One record of the history of an instance, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecord {
    /// Its number within the instance, from 1 without gaps.
    pub seq: u64,
    /// When it happened. The order is that of `seq`, never of this.
    pub at: Timestamp,
    /// What kind of event it is, in the words of the encoding; for readers that look for one kind.
    pub kind: Arc<str>,
    /// The sealed record.
    pub bytes: Vec<u8>,
    /// The digest of this record and all before it.
    pub hash: Digest,
}

/// Why a batch was refused. Nothing of it is there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Somebody else has written to the instance.
    #[error("instance {instance} has version {}, expected {}", found.0, expected.0)]
    Version {
        /// The instance.
        instance: InstanceId,
        /// What the batch expected.
        expected: Version,
        /// What it is.
        found: Version,
    },
    /// Somebody else has taken over writing.
    #[error("another engine has taken over: fence {} is older than {}", held.0, newest.0)]
    Fenced {
        /// What the batch had.
        held: Fence,
        /// The newest.
        newest: Fence,
    },
}
