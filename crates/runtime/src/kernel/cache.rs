//! The cases in memory: a bounded number, the least recently used one goes first.

use std::collections::BTreeMap;
use std::sync::Arc;

use reglament_executor::InstanceId;

use crate::case::{Case, Rows};
use crate::definition::Definition;
use crate::history::{Head, Vault};
use crate::store::Version;

/// A case as it was last written, with what the next batch needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) case: Case,
    pub(crate) definition: Arc<Definition>,
    /// The rows that the store has.
    pub(super) rows: Rows,
    pub(super) version: Version,
    pub(super) head: Head,
    pub(crate) vault: Vault,
}

/// The cases in memory.
#[derive(Debug)]
pub(super) struct Cache {
    capacity: usize,
    entries: BTreeMap<InstanceId, (u64, Arc<Entry>)>,
    by_use: BTreeMap<u64, InstanceId>,
    uses: u64,
}

impl Cache {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            entries: BTreeMap::new(),
            by_use: BTreeMap::new(),
            uses: 0,
        }
    }

    pub(super) fn contains(&self, instance: InstanceId) -> bool {
        self.entries.contains_key(&instance)
    }

    pub(super) fn get(&mut self, instance: InstanceId) -> Option<Arc<Entry>> {
        let (used, entry) = self.entries.get_mut(&instance)?;
        self.uses += 1;
        self.by_use.remove(used);
        *used = self.uses;
        self.by_use.insert(self.uses, instance);
        Some(Arc::clone(entry))
    }

    /// Puts a case. What a group has changed must stay until it is committed: nothing is dropped here,
    /// see [`Cache::shrink`].
    pub(super) fn put(&mut self, instance: InstanceId, entry: Entry) {
        self.remove(instance);
        self.uses += 1;
        self.by_use.insert(self.uses, instance);
        self.entries.insert(instance, (self.uses, Arc::new(entry)));
    }

    pub(super) fn remove(&mut self, instance: InstanceId) {
        if let Some((used, _)) = self.entries.remove(&instance) {
            self.by_use.remove(&used);
        }
    }

    /// Drops the least recently used cases beyond the capacity.
    pub(super) fn shrink(&mut self) {
        while self.entries.len() > self.capacity {
            let Some((_, instance)) = self.by_use.pop_first() else {
                return;
            };
            self.entries.remove(&instance);
        }
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.by_use.clear();
    }
}
