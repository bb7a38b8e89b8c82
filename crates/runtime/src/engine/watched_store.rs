//! The store as the writer has it: each commit is timed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;

use super::Clock;
use crate::history::Tag;
use crate::store::{
    AnchorRow, AnswerRow, ArmQuery, Batch, BoxFuture, CaseHead, Conflict, Conversation, Counters,
    DataKeyRow, DefinitionRow, ElementInstanceId, Fence, IncidentQuery, IncidentRow, InstanceQuery,
    InstanceRow, JobQuery, JobRow, KeptQuery, MessageRow, Page, Paging, Position, Stats, Store,
    Stored, StreamEvent, SubscriptionRow, TaskQuery, TaskRow, TermQuery, TermRow, Version,
    passed_on,
};

/// What is known of the commits of an engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Commits {
    /// When the newest one ended that was written, by the clock of the engine.
    pub last: Option<Timestamp>,
    /// How long that one took.
    pub took: Duration,
    /// Since when every commit has failed; none while they succeed.
    pub failing_since: Option<Timestamp>,
}

/// Times the commits of the store behind it.
pub(super) struct WatchedStore {
    inner: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    commits: Arc<Mutex<Commits>>,
}

impl WatchedStore {
    pub(super) fn new(
        inner: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        commits: Arc<Mutex<Commits>>,
    ) -> Self {
        Self {
            inner,
            clock,
            commits,
        }
    }

    fn note(&self, done: bool, took: Duration) {
        crate::metrics::committed(done, took);
        let now = self.clock.now();
        let mut commits = self.commits.lock().unwrap_or_else(PoisonError::into_inner);
        if done {
            *commits = Commits {
                last: Some(now),
                took,
                failing_since: None,
            };
        } else {
            commits.failing_since = commits.failing_since.or(Some(now));
        }
    }
}

impl Store for WatchedStore {
    fn commit(&self, group: Vec<Batch>) -> BoxFuture<'_, Vec<Result<Position, Conflict>>> {
        let begun = Instant::now();
        let asked = self.inner.commit(group);
        Box::pin(async move {
            let answers = asked.await;
            self.note(answers.is_ok(), begun.elapsed());
            answers
        })
    }

    passed_on! {
        fn acquire() -> Fence;
        fn load(instances: Vec<InstanceId>) -> Vec<Option<Stored>>;
        fn version(instance: InstanceId) -> Version;
        fn events(instance: InstanceId, after_seq: u64, limit: usize) -> Vec<StreamEvent>;
        fn stream(after: Position, limit: usize) -> Vec<StreamEvent>;
        fn newest_position() -> Position;
        fn due(until: Timestamp, limit: usize) -> Vec<(InstanceId, Timestamp)>;
        fn next_due() -> Option<Timestamp>;
        fn activatable(
            kind: Arc<str>, now: Timestamp, after: Option<(Timestamp, ElementInstanceId)>,
            limit: usize
        ) -> Vec<JobRow>;
        fn next_job(kinds: Vec<Arc<str>>, after: Timestamp) -> Option<Timestamp>;
        fn subscriptions(query: ArmQuery, limit: usize) -> Vec<SubscriptionRow>;
        fn messages(query: KeptQuery, limit: usize) -> Vec<MessageRow>;
        fn conversations(instance: InstanceId) -> Vec<Conversation>;
        fn answer(key: Arc<str>) -> Option<AnswerRow>;
        fn expired_answers(until: Timestamp, limit: usize) -> Vec<Arc<str>>;
        fn definitions() -> Vec<DefinitionRow>;
        fn cursor(name: Arc<str>) -> Option<Position>;
        fn counters() -> Counters;
        fn instances(query: InstanceQuery, paging: Paging) -> Page<InstanceRow>;
        fn tasks(query: TaskQuery, paging: Paging) -> Page<TaskRow>;
        fn jobs(query: JobQuery, paging: Paging) -> Page<JobRow>;
        fn incidents(query: IncidentQuery, paging: Paging) -> Page<IncidentRow>;
        fn terms(query: TermQuery, paging: Paging) -> Page<TermRow>;
        fn data_keys(instances: Vec<InstanceId>) -> Vec<DataKeyRow>;
        fn data_keys_of(person: Tag) -> Vec<DataKeyRow>;
        fn heads(at: Position, after: Option<InstanceId>, limit: usize) -> Vec<CaseHead>;
        fn anchors() -> Vec<AnchorRow>;
        fn stats() -> Stats;
        fn size_bytes() -> Option<u64>;
    }
}
