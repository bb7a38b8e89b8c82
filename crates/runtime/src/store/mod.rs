//! What a store has to do: see [`Store`].

mod batch;
mod error;
mod id;
mod index;
mod memory;
mod query;
#[cfg(feature = "testing")]
pub mod testing;
mod veiled;

use std::future::Future;
use std::pin::Pin;

use reglament_core::timer::Timestamp;

pub use batch::{Batch, Change, Conflict, EventRecord};
pub use error::StoreError;
pub use id::{Digest, ElementInstanceId, Fence, ParseIdError, Position, Version};
pub use index::{
    AnchorRow, AnswerRow, CaseStatus, Conversation, Counters, DataKeyRow, DefinitionRow, Freight,
    IncidentRow, IndexChange, InstanceRow, JobRow, MessageRow, MessageTarget, SubscriptionRow,
    TaskRow, TermRow,
};
pub use memory::MemoryStore;
pub(crate) use memory::{ArmId, Tables};
pub use query::{
    ArmQuery, CaseHead, Cursor, IncidentQuery, InstanceQuery, JobQuery, KeptQuery, KeyMatch, Page,
    Paging, Stats, Stored, StreamEvent, TaskQuery, TermQuery,
};
pub use veiled::{VeiledStore, is_veiled};

/// The calls that a store in front of another one, its field `inner`, passes on as they are.
macro_rules! passed_on {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {$(
        fn $name(&self, $($argument: $type),*) -> BoxFuture<'_, $answer> {
            self.inner.$name($($argument),*)
        }
    )*};
}

pub(crate) use passed_on;

use reglament_executor::InstanceId;

use crate::history::Tag;

/// A future of a store: boxed, so that the trait can be an object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// The instance whose records are those of the engine itself: deployments, messages from outside.
/// No case has this number.
pub const ENGINE: InstanceId = InstanceId(0);

/// Keeps cases, their histories and the indexes over them.
///
/// A store knows nothing of BPMN. It is given whole [`Batch`]es and answers questions; there are no
/// transaction callbacks, so one machine's file, a shared database and a distributed log fit alike.
///
/// # Contract
/// - **Durable.** When [`Store::commit`] returns `Ok`, every batch it calls accepted survives the
///   death of the process and of the machine. A store that does not (memory, relaxed sync) says so in
///   its documentation.
/// - **Atomic by batch.** Of a batch either everything is there afterwards or nothing. The batches of
///   one call are a *group*: they are tried in order, each sees those before it, and an accepted one
///   stays when a later one is refused. When the call returns an error, whether the group is there is
///   unknown unless the error says so ([`StoreError::is_unknown`]); it is never there in part of a
///   batch.
/// - **Versions.** The version of an instance is the number of batches it has had. A batch is accepted
///   only when `expected_version` is that number; 0 is an instance that was never heard of.
/// - **Fences.** [`Store::acquire`] hands out ever larger fences. A batch with a fence that is not the
///   newest is refused: whoever held it has been replaced.
/// - **Positions.** Every event gets the next position, from 1 without gaps, in the order of commit. A
///   reader that goes on from a position neither misses an event nor sees one twice. Erased events
///   leave holes in the numbers, so a reader sees that something is missing.
/// - **Readers never wait for the writer**, and see whole groups or batches, never a part of a batch.
/// - **Erasing** an instance ([`Change::Erase`]) leaves its version, the number and the digest of its
///   newest record, and what the batch that erased it brought.
/// - Every list has a stated order. Nothing depends on the time of the machine: instants are arguments.
///
/// Rows of one instance are written by batches of that instance, with these exceptions, which name
/// their key in the row: [`IndexChange::Message`], [`IndexChange::Answer`],
/// [`IndexChange::Conversation`], [`IndexChange::Cursor`], [`IndexChange::Counters`],
/// [`IndexChange::DataKey`], [`IndexChange::Anchor`].
pub trait Store: Send + Sync + 'static {
    /// Takes over writing: returns a fence larger than all before it, durably.
    fn acquire(&self) -> BoxFuture<'_, Fence>;

    /// Commits a group. The answers are in the order of the batches; the position is that of the
    /// batch's last event, or for a batch without events that of the newest event of the store.
    fn commit(&self, group: Vec<Batch>) -> BoxFuture<'_, Vec<Result<Position, Conflict>>>;

    /// The instances with these numbers, in their order; `None` for one that is unknown or erased.
    fn load(&self, instances: Vec<InstanceId>) -> BoxFuture<'_, Vec<Option<Stored>>>;

    /// The version of an instance, 0 when it was never heard of. An erased instance keeps its version.
    fn version(&self, instance: InstanceId) -> BoxFuture<'_, Version>;

    /// The records of an instance after the record `after_seq` (0: from the first), in order, at most
    /// `limit`.
    fn events(
        &self,
        instance: InstanceId,
        after_seq: u64,
        limit: usize,
    ) -> BoxFuture<'_, Vec<StreamEvent>>;

    /// The events of all instances after `after`, by position, at most `limit`.
    fn stream(&self, after: Position, limit: usize) -> BoxFuture<'_, Vec<StreamEvent>>;

    /// The position of the newest event; 0 when there is none.
    fn newest_position(&self) -> BoxFuture<'_, Position>;

    /// The instances that have something due at `until` or before: by due instant, then number.
    fn due(&self, until: Timestamp, limit: usize) -> BoxFuture<'_, Vec<(InstanceId, Timestamp)>>;

    /// The earliest due instant of all instances.
    fn next_due(&self) -> BoxFuture<'_, Option<Timestamp>>;

    /// The jobs of type `kind` that can be taken at `now`, by the instant since when they can be, then
    /// by id; only those after `after` in that order.
    fn activatable(
        &self,
        kind: std::sync::Arc<str>,
        now: Timestamp,
        after: Option<(Timestamp, ElementInstanceId)>,
        limit: usize,
    ) -> BoxFuture<'_, Vec<JobRow>>;

    /// The earliest instant after `after` at which a job of one of these types can be taken.
    fn next_job(
        &self,
        kinds: Vec<std::sync::Arc<str>>,
        after: Timestamp,
    ) -> BoxFuture<'_, Option<Timestamp>>;

    /// What waits for a message or signal, in the order of arming, at most `limit`.
    fn subscriptions(&self, query: ArmQuery, limit: usize) -> BoxFuture<'_, Vec<SubscriptionRow>>;

    /// Messages that are kept or on their way, by number, at most `limit`.
    fn messages(&self, query: KeptQuery, limit: usize) -> BoxFuture<'_, Vec<MessageRow>>;

    /// With whom an instance converses, by process.
    fn conversations(&self, instance: InstanceId) -> BoxFuture<'_, Vec<Conversation>>;

    /// The answer that a command with this idempotency key got.
    fn answer(&self, key: std::sync::Arc<str>) -> BoxFuture<'_, Option<AnswerRow>>;

    /// The keys of answers that expire at `until` or before, by that instant, at most `limit`.
    fn expired_answers(
        &self,
        until: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Vec<std::sync::Arc<str>>>;

    /// All definitions in the order of their deployment.
    fn definitions(&self) -> BoxFuture<'_, Vec<DefinitionRow>>;

    /// The cursor that a reader of the stream has saved under this name.
    fn cursor(&self, name: std::sync::Arc<str>) -> BoxFuture<'_, Option<Position>>;

    /// What numbers may have been given out.
    fn counters(&self) -> BoxFuture<'_, Counters>;

    /// Cases by number, or as the query says.
    fn instances(&self, query: InstanceQuery, paging: Paging) -> BoxFuture<'_, Page<InstanceRow>>;

    /// User tasks: those with a due instant first, by that; then by id.
    fn tasks(&self, query: TaskQuery, paging: Paging) -> BoxFuture<'_, Page<TaskRow>>;

    /// Jobs by id.
    fn jobs(&self, query: JobQuery, paging: Paging) -> BoxFuture<'_, Page<JobRow>>;

    /// Unresolved incidents by id.
    fn incidents(&self, query: IncidentQuery, paging: Paging) -> BoxFuture<'_, Page<IncidentRow>>;

    /// Terms by due instant, then id.
    fn terms(&self, query: TermQuery, paging: Paging) -> BoxFuture<'_, Page<TermRow>>;

    /// The data keys of these instances, by instance and subject.
    fn data_keys(&self, instances: Vec<InstanceId>) -> BoxFuture<'_, Vec<DataKeyRow>>;

    /// The data keys of all cases that name this person, by instance and subject.
    fn data_keys_of(&self, person: Tag) -> BoxFuture<'_, Vec<DataKeyRow>>;

    /// How far the histories of all instances, the engine's included, reached when `at` was the newest
    /// position: by number, after the instance `after`, at most `limit`. Instances without a record up to there are left
    /// out. An instance that was erased after `at` has its head from the tombstone alone, and the
    /// position of that is beyond `at`.
    fn heads(
        &self,
        at: Position,
        after: Option<InstanceId>,
        limit: usize,
    ) -> BoxFuture<'_, Vec<CaseHead>>;

    /// All anchors that were taken, by position.
    fn anchors(&self) -> BoxFuture<'_, Vec<AnchorRow>>;

    /// How much there is of everything.
    fn stats(&self) -> BoxFuture<'_, Stats>;

    /// How many bytes it takes up on its medium; none for one that cannot say.
    fn size_bytes(&self) -> BoxFuture<'_, Option<u64>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}
