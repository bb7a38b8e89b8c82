//! A store that fails as stores do: before a commit, after it, and when it is read.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll};

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;

use super::random::Random;
use crate::history::Tag;
use crate::store::{
    AnchorRow, AnswerRow, ArmQuery, Batch, BoxFuture, CaseHead, Conflict, Conversation, Counters,
    DataKeyRow, DefinitionRow, ElementInstanceId, Fence, IncidentQuery, IncidentRow, InstanceQuery,
    InstanceRow, JobQuery, JobRow, KeptQuery, MemoryStore, MessageRow, Page, Paging, Position,
    Stats, Store, StoreError, Stored, StreamEvent, SubscriptionRow, TaskQuery, TaskRow, TermQuery,
    TermRow, Version,
};

/// A memory store that fails at random.
#[derive(Debug)]
pub(super) struct FaultyStore {
    pub(super) inner: MemoryStore,
    random: AtomicU64,
    /// How many of a thousand calls fail.
    pub(super) faults: AtomicU32,
    pub(super) failed: AtomicU32,
}

impl FaultyStore {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            inner: MemoryStore::new(),
            random: AtomicU64::new(seed),
            faults: AtomicU32::new(0),
            failed: AtomicU32::new(0),
        }
    }

    fn fails(&self) -> bool {
        let mut random = Random(self.random.load(Ordering::Relaxed));
        let fails = random.below(1_000) < u64::from(self.faults.load(Ordering::Relaxed));
        self.random.store(random.0, Ordering::Relaxed);
        if fails {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
        fails
    }

    fn random(&self) -> u64 {
        let mut random = Random(self.random.load(Ordering::Relaxed));
        let number = random.next();
        self.random.store(random.0, Ordering::Relaxed);
        number
    }

    /// A commit; it is carried out when it is first polled.
    fn commit_or_fail(&self, group: Vec<Batch>) -> BoxFuture<'_, Vec<Result<Position, Conflict>>> {
        if self.fails() {
            let error = StoreError::unavailable("the disk is full");
            return Box::pin(std::future::ready(Err(error)));
        }
        // It may have been written although nobody heard so.
        if self.fails() {
            let error = StoreError::unknown("the connection was lost");
            if self.fails() || self.random.load(Ordering::Relaxed).is_multiple_of(2) {
                return Box::pin(std::future::ready(Err(error)));
            }
            let written = self.inner.commit(group);
            return Box::pin(async move { written.await.and(Err(error)) });
        }
        Box::pin(async move { self.inner.commit(group).await })
    }

    /// The answer, unless the call fails.
    fn maybe<'a, T: Send + 'a>(&self, answer: BoxFuture<'a, T>) -> BoxFuture<'a, T> {
        if self.fails() {
            let error = StoreError::unavailable("the store does not answer");
            return Box::pin(std::future::ready(Err(error)));
        }
        answer
    }
}

/// A commit that is known to have ended when it is polled once more.
struct Slow<'a> {
    /// Whether it is carried out when it is first polled, and not later.
    is_early: bool,
    commit: BoxFuture<'a, Vec<Result<Position, Conflict>>>,
    is_begun: bool,
    answer: Option<Result<Vec<Result<Position, Conflict>>, StoreError>>,
}

impl Future for Slow<'_> {
    type Output = Result<Vec<Result<Position, Conflict>>, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        if is_first && !self.is_early {
            return Poll::Pending;
        }
        if self.answer.is_none()
            && let Poll::Ready(answer) = self.commit.as_mut().poll(context)
        {
            self.answer = Some(answer);
        }
        match self.answer.take_if(|_| !is_first) {
            Some(answer) => Poll::Ready(answer),
            None => Poll::Pending,
        }
    }
}

impl Store for FaultyStore {
    fn acquire(&self) -> BoxFuture<'_, Fence> {
        self.maybe(self.inner.acquire())
    }

    fn commit(&self, group: Vec<Batch>) -> BoxFuture<'_, Vec<Result<Position, Conflict>>> {
        let is_early = self.random().is_multiple_of(2);
        let commit = self.commit_or_fail(group);
        // The next group is carried out meanwhile; when the process dies, it may have been written.
        Box::pin(Slow {
            is_early,
            commit,
            is_begun: false,
            answer: None,
        })
    }

    fn load(&self, instances: Vec<InstanceId>) -> BoxFuture<'_, Vec<Option<Stored>>> {
        self.maybe(self.inner.load(instances))
    }

    fn version(&self, instance: InstanceId) -> BoxFuture<'_, Version> {
        self.maybe(self.inner.version(instance))
    }

    fn events(&self, id: InstanceId, seq: u64, limit: usize) -> BoxFuture<'_, Vec<StreamEvent>> {
        self.maybe(self.inner.events(id, seq, limit))
    }

    fn stream(&self, after: Position, limit: usize) -> BoxFuture<'_, Vec<StreamEvent>> {
        self.maybe(self.inner.stream(after, limit))
    }

    fn newest_position(&self) -> BoxFuture<'_, Position> {
        self.maybe(self.inner.newest_position())
    }

    fn due(&self, until: Timestamp, limit: usize) -> BoxFuture<'_, Vec<(InstanceId, Timestamp)>> {
        self.maybe(self.inner.due(until, limit))
    }

    fn next_due(&self) -> BoxFuture<'_, Option<Timestamp>> {
        self.maybe(self.inner.next_due())
    }

    fn activatable(
        &self,
        kind: Arc<str>,
        now: Timestamp,
        after: Option<(Timestamp, ElementInstanceId)>,
        limit: usize,
    ) -> BoxFuture<'_, Vec<JobRow>> {
        self.maybe(self.inner.activatable(kind, now, after, limit))
    }

    fn next_job(&self, kinds: Vec<Arc<str>>, at: Timestamp) -> BoxFuture<'_, Option<Timestamp>> {
        self.maybe(self.inner.next_job(kinds, at))
    }

    fn subscriptions(&self, query: ArmQuery, limit: usize) -> BoxFuture<'_, Vec<SubscriptionRow>> {
        self.maybe(self.inner.subscriptions(query, limit))
    }

    fn messages(&self, query: KeptQuery, limit: usize) -> BoxFuture<'_, Vec<MessageRow>> {
        self.maybe(self.inner.messages(query, limit))
    }

    fn conversations(&self, instance: InstanceId) -> BoxFuture<'_, Vec<Conversation>> {
        self.maybe(self.inner.conversations(instance))
    }

    fn answer(&self, key: Arc<str>) -> BoxFuture<'_, Option<AnswerRow>> {
        self.maybe(self.inner.answer(key))
    }

    fn expired_answers(&self, until: Timestamp, limit: usize) -> BoxFuture<'_, Vec<Arc<str>>> {
        self.maybe(self.inner.expired_answers(until, limit))
    }

    fn definitions(&self) -> BoxFuture<'_, Vec<DefinitionRow>> {
        self.maybe(self.inner.definitions())
    }

    fn cursor(&self, name: Arc<str>) -> BoxFuture<'_, Option<Position>> {
        self.maybe(self.inner.cursor(name))
    }

    fn counters(&self) -> BoxFuture<'_, Counters> {
        self.maybe(self.inner.counters())
    }

    fn instances(&self, query: InstanceQuery, paging: Paging) -> BoxFuture<'_, Page<InstanceRow>> {
        self.maybe(self.inner.instances(query, paging))
    }

    fn tasks(&self, query: TaskQuery, paging: Paging) -> BoxFuture<'_, Page<TaskRow>> {
        self.maybe(self.inner.tasks(query, paging))
    }

    fn jobs(&self, query: JobQuery, paging: Paging) -> BoxFuture<'_, Page<JobRow>> {
        self.maybe(self.inner.jobs(query, paging))
    }

    fn incidents(&self, query: IncidentQuery, paging: Paging) -> BoxFuture<'_, Page<IncidentRow>> {
        self.maybe(self.inner.incidents(query, paging))
    }

    fn terms(&self, query: TermQuery, paging: Paging) -> BoxFuture<'_, Page<TermRow>> {
        self.maybe(self.inner.terms(query, paging))
    }

    fn data_keys(&self, instances: Vec<InstanceId>) -> BoxFuture<'_, Vec<DataKeyRow>> {
        self.maybe(self.inner.data_keys(instances))
    }

    fn data_keys_of(&self, person: Tag) -> BoxFuture<'_, Vec<DataKeyRow>> {
        self.maybe(self.inner.data_keys_of(person))
    }

    fn heads(
        &self,
        at: Position,
        after: Option<InstanceId>,
        limit: usize,
    ) -> BoxFuture<'_, Vec<CaseHead>> {
        self.maybe(self.inner.heads(at, after, limit))
    }

    fn anchors(&self) -> BoxFuture<'_, Vec<AnchorRow>> {
        self.maybe(self.inner.anchors())
    }

    fn stats(&self) -> BoxFuture<'_, Stats> {
        self.maybe(self.inner.stats())
    }
}
