//! A store that keeps everything in memory.

mod list;
mod tables;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;

pub(crate) use tables::{ArmId, Tables};

use crate::history::Tag;

use super::{
    AnchorRow, AnswerRow, ArmQuery, Batch, BoxFuture, CaseHead, Change, Conflict, Conversation,
    Counters, DataKeyRow, DefinitionRow, Digest, ElementInstanceId, EventRecord, Fence,
    IncidentQuery, IncidentRow, InstanceQuery, InstanceRow, JobQuery, JobRow, KeptQuery,
    MessageRow, Page, Paging, Position, Stats, Store, Stored, StreamEvent, SubscriptionRow,
    TaskQuery, TaskRow, TermQuery, TermRow, Version,
};

/// A store that keeps everything in memory: for tests, and for cases that need not survive the
/// process. It is not durable.
///
/// Clones share their content, so that a new engine can be opened over what an old one has left.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    content: Arc<RwLock<Content>>,
}

#[derive(Debug, Default)]
struct Content {
    fence: Fence,
    slots: BTreeMap<InstanceId, Slot>,
    /// All events by position.
    log: BTreeMap<Position, (InstanceId, EventRecord)>,
    newest: Position,
    tables: Tables,
}

/// What is known of one instance.
#[derive(Debug, Default)]
struct Slot {
    version: Version,
    state: Vec<u8>,
    erased: bool,
    seq: u64,
    hash: Digest,
    /// The positions of its records by their numbers.
    records: BTreeMap<u64, Position>,
}

impl MemoryStore {
    /// A store with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn read(&self) -> RwLockReadGuard<'_, Content> {
        // A panic between two changes of a batch would need one in a map: what is there is whole.
        self.content.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Content> {
        self.content.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask<T: Send + 'static>(&self, question: impl FnOnce(&Content) -> T) -> BoxFuture<'_, T> {
        let answer = question(&self.read());
        Box::pin(std::future::ready(Ok(answer)))
    }

    fn list<T: Send + 'static>(&self, question: impl FnOnce(&Tables) -> T) -> BoxFuture<'_, T> {
        self.ask(|content| question(&content.tables))
    }
}

impl Content {
    fn commit(&mut self, batch: Batch) -> Result<Position, Conflict> {
        if batch.fence != self.fence {
            return Err(Conflict::Fenced {
                held: batch.fence,
                newest: self.fence,
            });
        }
        let instance = batch.instance;
        let found = self
            .slots
            .get(&instance)
            .map_or(Version(0), |it| it.version);
        if batch.expected_version != found {
            return Err(Conflict::Version {
                instance,
                expected: batch.expected_version,
                found,
            });
        }
        let slot = self.slots.entry(instance).or_default();
        slot.version = found.next();
        match batch.state {
            Change::Keep => {}
            Change::Put(state) => slot.state = state,
            Change::Erase => {
                slot.state = Vec::new();
                slot.erased = true;
                for position in std::mem::take(&mut slot.records).into_values() {
                    self.log.remove(&position);
                }
                self.tables.erase(instance);
            }
        }
        for record in batch.events {
            self.newest.0 += 1;
            slot.seq = record.seq;
            slot.hash = record.hash;
            slot.records.insert(record.seq, self.newest);
            self.log.insert(self.newest, (instance, record));
        }
        for change in batch.indexes {
            self.tables.apply(instance, change);
        }
        Ok(self.newest)
    }

    fn event(&self, position: Position) -> Option<StreamEvent> {
        let (instance, record) = self.log.get(&position)?;
        Some(StreamEvent {
            position,
            instance: *instance,
            record: record.clone(),
        })
    }

    /// How far `instance` reached when `at` was the newest position.
    fn head(&self, instance: InstanceId, slot: &Slot, at: Position) -> Option<CaseHead> {
        let mut newest_first = slot.records.values().rev();
        let covered = newest_first.find(|position| **position <= at);
        // Of an erased instance the tombstone is all there is.
        let tombstone = slot.records.values().next().filter(|_| slot.erased);
        let position = *covered.or(tombstone)?;
        let record = &self.log.get(&position)?.1;
        Some(CaseHead {
            instance,
            seq: record.seq,
            hash: record.hash,
            position,
        })
    }

    fn stats(&self) -> Stats {
        let tables = &self.tables;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let ended = count(tables.by_end.len());
        Stats {
            running: count(tables.instances.len()).saturating_sub(ended),
            ended,
            jobs: count(tables.jobs.len()),
            tasks: count(tables.tasks.len()),
            due: count(tables.due_count()),
            subscriptions: count(tables.subscriptions.len()),
            messages: count(tables.messages.len()),
            incidents: count(tables.incidents.len()),
            position: self.newest,
        }
    }
}

impl Store for MemoryStore {
    fn acquire(&self) -> BoxFuture<'_, Fence> {
        let mut content = self.write();
        content.fence.0 += 1;
        let fence = content.fence;
        Box::pin(std::future::ready(Ok(fence)))
    }

    fn commit(&self, group: Vec<Batch>) -> BoxFuture<'_, Vec<Result<Position, Conflict>>> {
        let mut content = self.write();
        let answers = group
            .into_iter()
            .map(|batch| content.commit(batch))
            .collect();
        Box::pin(std::future::ready(Ok(answers)))
    }

    fn load(&self, instances: Vec<InstanceId>) -> BoxFuture<'_, Vec<Option<Stored>>> {
        self.ask(|content| {
            let stored = |instance: &InstanceId| {
                let slot = content.slots.get(instance).filter(|slot| !slot.erased)?;
                Some(Stored {
                    version: slot.version,
                    state: slot.state.clone(),
                    seq: slot.seq,
                    hash: slot.hash,
                })
            };
            instances.iter().map(stored).collect()
        })
    }

    fn version(&self, instance: InstanceId) -> BoxFuture<'_, Version> {
        self.ask(|content| {
            let slot = content.slots.get(&instance);
            slot.map_or(Version(0), |slot| slot.version)
        })
    }

    fn events(
        &self,
        instance: InstanceId,
        after_seq: u64,
        limit: usize,
    ) -> BoxFuture<'_, Vec<StreamEvent>> {
        self.ask(|content| {
            let slot = content.slots.get(&instance).into_iter();
            let later = slot.flat_map(|slot| slot.records.range(after_seq.saturating_add(1)..));
            later
                .take(limit)
                .filter_map(|(_, position)| content.event(*position))
                .collect()
        })
    }

    fn stream(&self, after: Position, limit: usize) -> BoxFuture<'_, Vec<StreamEvent>> {
        self.ask(|content| {
            let later = content.log.range(Position(after.0.saturating_add(1))..);
            later
                .take(limit)
                .filter_map(|(position, _)| content.event(*position))
                .collect()
        })
    }

    fn newest_position(&self) -> BoxFuture<'_, Position> {
        self.ask(|content| content.newest)
    }

    fn due(&self, until: Timestamp, limit: usize) -> BoxFuture<'_, Vec<(InstanceId, Timestamp)>> {
        self.list(|tables| tables.due(until, limit))
    }

    fn next_due(&self) -> BoxFuture<'_, Option<Timestamp>> {
        self.list(Tables::next_due)
    }

    fn activatable(
        &self,
        kind: Arc<str>,
        now: Timestamp,
        after: Option<(Timestamp, ElementInstanceId)>,
        limit: usize,
    ) -> BoxFuture<'_, Vec<JobRow>> {
        self.list(|tables| tables.activatable(&kind, now, after, limit))
    }

    fn next_job(&self, kinds: Vec<Arc<str>>, after: Timestamp) -> BoxFuture<'_, Option<Timestamp>> {
        self.list(|tables| tables.next_job(&kinds, after))
    }

    fn subscriptions(&self, query: ArmQuery, limit: usize) -> BoxFuture<'_, Vec<SubscriptionRow>> {
        self.list(|tables| tables.subscriptions(&query, limit))
    }

    fn messages(&self, query: KeptQuery, limit: usize) -> BoxFuture<'_, Vec<MessageRow>> {
        self.list(|tables| tables.messages(&query, limit))
    }

    fn conversations(&self, instance: InstanceId) -> BoxFuture<'_, Vec<Conversation>> {
        self.list(|tables| tables.conversations(instance))
    }

    fn answer(&self, key: Arc<str>) -> BoxFuture<'_, Option<AnswerRow>> {
        self.list(|tables| tables.answer(&key).cloned())
    }

    fn expired_answers(&self, until: Timestamp, limit: usize) -> BoxFuture<'_, Vec<Arc<str>>> {
        self.list(|tables| tables.expired_answers(until, limit))
    }

    fn definitions(&self) -> BoxFuture<'_, Vec<DefinitionRow>> {
        self.list(|tables| tables.definitions.values().cloned().collect())
    }

    fn cursor(&self, name: Arc<str>) -> BoxFuture<'_, Option<Position>> {
        self.list(|tables| tables.cursors.get(&name).copied())
    }

    fn counters(&self) -> BoxFuture<'_, Counters> {
        self.list(|tables| tables.counters)
    }

    fn instances(&self, query: InstanceQuery, paging: Paging) -> BoxFuture<'_, Page<InstanceRow>> {
        self.list(|tables| tables.list_instances(&query, &paging))
    }

    fn tasks(&self, query: TaskQuery, paging: Paging) -> BoxFuture<'_, Page<TaskRow>> {
        self.list(|tables| tables.list_tasks(&query, &paging))
    }

    fn jobs(&self, query: JobQuery, paging: Paging) -> BoxFuture<'_, Page<JobRow>> {
        self.list(|tables| tables.list_jobs(&query, &paging))
    }

    fn incidents(&self, query: IncidentQuery, paging: Paging) -> BoxFuture<'_, Page<IncidentRow>> {
        self.list(|tables| tables.list_incidents(&query, &paging))
    }

    fn terms(&self, query: TermQuery, paging: Paging) -> BoxFuture<'_, Page<TermRow>> {
        self.list(|tables| tables.list_terms(&query, &paging))
    }

    fn data_keys(&self, instances: Vec<InstanceId>) -> BoxFuture<'_, Vec<DataKeyRow>> {
        self.list(|tables| {
            let all = instances.iter();
            all.flat_map(|instance| tables.data_keys(*instance))
                .collect()
        })
    }

    fn data_keys_of(&self, person: Tag) -> BoxFuture<'_, Vec<DataKeyRow>> {
        self.list(|tables| tables.data_keys_of(person))
    }

    fn heads(
        &self,
        at: Position,
        after: Option<InstanceId>,
        limit: usize,
    ) -> BoxFuture<'_, Vec<CaseHead>> {
        self.ask(|content| {
            let above = after.map_or(Bound::Unbounded, Bound::Excluded);
            let slots = content.slots.range((above, Bound::Unbounded));
            slots
                .filter_map(|(instance, slot)| content.head(*instance, slot, at))
                .take(limit)
                .collect()
        })
    }

    fn anchors(&self) -> BoxFuture<'_, Vec<AnchorRow>> {
        self.list(|tables| tables.anchors.values().copied().collect())
    }

    fn stats(&self) -> BoxFuture<'_, Stats> {
        self.ask(Content::stats)
    }
}
