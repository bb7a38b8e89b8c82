//! A store that passes everything on and remembers the groups that were committed.

use std::sync::{Arc, Mutex, PoisonError};

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;
use reglament_runtime::history::Tag;
use reglament_runtime::store::{
    AnchorRow, AnswerRow, ArmQuery, Batch, BoxFuture, CaseHead, Conflict, Conversation, Counters,
    DataKeyRow, DefinitionRow, ElementInstanceId, Fence, IncidentQuery, IncidentRow, InstanceQuery,
    InstanceRow, JobQuery, JobRow, KeptQuery, MessageRow, Page, Paging, Position, Stats, Store,
    Stored, StreamEvent, SubscriptionRow, TaskQuery, TaskRow, TermQuery, TermRow, Version,
};
use reglament_sqlite::SqliteStore;

/// The groups of a run, in order.
pub(super) type Groups = Arc<Mutex<Vec<Vec<Batch>>>>;

#[derive(Clone)]
pub(super) struct Recorder {
    pub(super) inner: SqliteStore,
    pub(super) groups: Groups,
}

/// Passes calls on.
macro_rules! passed_on {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {$(
        fn $name(&self, $($argument: $type),*) -> BoxFuture<'_, $answer> {
            self.inner.$name($($argument),*)
        }
    )*};
}

impl Store for Recorder {
    fn commit(&self, group: Vec<Batch>) -> BoxFuture<'_, Vec<Result<Position, Conflict>>> {
        self.groups
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(group.clone());
        self.inner.commit(group)
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
    }
}
