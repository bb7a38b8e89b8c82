//! The rows of the indexes: what is looked up without reading cases.
//!
//! A row of a job, task, subscription, incident or term is derived from its case; it can be made again
//! from there. Messages, answers, definitions, conversations, cursors and counters are kept only here.

use std::sync::Arc;

use reglament_core::timer::{Date, Timestamp};
use reglament_executor::{InstanceId, Key};
use serde::{Deserialize, Serialize};

use super::{Digest, ElementInstanceId, Position};
use crate::history::Tag;

/// One change of one index. To put a row is to replace the one with the same key; to remove one that is
/// not there is no error.
#[derive(Clone, Debug, PartialEq)]
pub enum IndexChange {
    /// Puts the row of the batch's instance.
    Instance(Box<InstanceRow>),
    /// When the batch's instance has something due next.
    Due(Option<Timestamp>),
    /// Puts a job.
    Job(Box<JobRow>),
    /// Removes the job at this element instance of the batch's instance.
    JobGone(Key),
    /// Puts a user task.
    Task(Box<TaskRow>),
    /// Removes the user task at this element instance of the batch's instance.
    TaskGone(Key),
    /// Puts a subscription.
    Subscription(Box<SubscriptionRow>),
    /// Removes the subscription of this arm of the batch's instance.
    SubscriptionGone(Key, u32),
    /// Puts an incident.
    Incident(Box<IncidentRow>),
    /// Removes the incident at this element instance of the batch's instance.
    IncidentGone(Key),
    /// Puts a term.
    Term(Box<TermRow>),
    /// Removes the term with this clock of the batch's instance.
    TermGone(Key),
    /// Puts a message by its number.
    Message(Box<MessageRow>),
    /// Removes the message with this number.
    MessageGone(u64),
    /// Puts an answer by its key.
    Answer(Box<AnswerRow>),
    /// Removes the answer with this key.
    AnswerGone(Arc<str>),
    /// Puts a conversation by instance and process, unless there is one: the first partner stays.
    Conversation(Conversation),
    /// Removes all conversations of this instance, and all with it.
    ConversationsGone(InstanceId),
    /// Puts a definition by its digest.
    Definition(Box<DefinitionRow>),
    /// Saves the cursor of a reader of the stream.
    Cursor(Arc<str>, Position),
    /// Removes a cursor.
    CursorGone(Arc<str>),
    /// What numbers may have been given out from now on.
    Counters(Counters),
    /// Puts a data key by instance and subject. The bytes of a key that is replaced are wiped from the
    /// medium, as far as the store can; which is what shredding rests on.
    DataKey(Box<DataKeyRow>),
    /// Notes that an anchor was taken.
    Anchor(AnchorRow),
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    /// It runs; it may have incidents.
    Running,
    /// A person has suspended it.
    Suspended,
    /// It ended by itself.
    Completed,
    /// It ended by an error that nothing caught.
    Failed,
    /// It was cancelled.
    Cancelled,
}

impl CaseStatus {
    /// The name that rows and traces use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Suspended => "suspended",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing can happen to the case any more.
    #[must_use]
    pub const fn has_ended(self) -> bool {
        match self {
            Self::Running | Self::Suspended => false,
            Self::Completed | Self::Failed | Self::Cancelled => true,
        }
    }
}

/// A case, as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceRow {
    /// The case.
    pub instance: InstanceId,
    /// The definition it runs under.
    pub definition: Digest,
    /// The id of its process.
    pub process: Arc<str>,
    /// Where it stands.
    pub status: CaseStatus,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The host's own number of the case.
    pub business_key: Option<Arc<str>>,
    /// Whom lists name: the applicant, as the host wrote it.
    pub label: Option<Arc<str>>,
    /// The day on which the application was filed.
    pub filed: Option<Date>,
    /// The service that is rendered.
    pub service: Option<Arc<str>>,
    /// The channel it came through.
    pub channel: Option<Arc<str>>,
    /// The id of the element that has been waiting longest.
    pub step: Option<Arc<str>>,
    /// The innermost lane of that element.
    pub performer: Option<Arc<str>>,
    /// When the term of the whole service ends.
    pub term_due: Option<Timestamp>,
    /// How many incidents are unresolved.
    pub incidents: u32,
}

/// Work that a handler or worker takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobRow {
    /// The element instance.
    pub id: ElementInstanceId,
    /// The job type.
    pub kind: Arc<str>,
    /// The id of the element.
    pub element: Arc<str>,
    /// The id of the process of the case.
    pub process: Arc<str>,
    /// The definition of the case.
    pub definition: Digest,
    /// How many attempts remain.
    pub retries: u32,
    /// How many times it has been taken: the epoch that complete, fail and extend have to name.
    pub attempt: u32,
    /// From when it can be taken: its creation, the end of a lease, the end of a back-off. None while
    /// it cannot be: an incident, a suspended case.
    pub available_at: Option<Timestamp>,
    /// Who has a lease on it; the lease ends at `available_at`.
    pub worker: Option<Arc<str>>,
    /// When it was created.
    pub created_at: Timestamp,
}

impl JobRow {
    /// Whether a handler that was offered the one has been offered the other.
    pub(crate) fn is_offered_as(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.retries == other.retries
            && self.attempt == other.attempt
            && self.available_at == other.available_at
            && self.worker == other.worker
    }
}

/// Work that a person does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskRow {
    /// The element instance.
    pub id: ElementInstanceId,
    /// The id of the element.
    pub element: Arc<str>,
    /// The name of the element.
    pub name: Option<Arc<str>>,
    /// The id of the process of the case.
    pub process: Arc<str>,
    /// The definition of the case.
    pub definition: Digest,
    /// Who does it.
    pub assignee: Option<Arc<str>>,
    /// Who delegated it and gets it back.
    pub owner: Option<Arc<str>>,
    /// Users who may claim it.
    pub candidate_users: Vec<Arc<str>>,
    /// Groups whose members may claim it.
    pub candidate_groups: Vec<Arc<str>>,
    /// When it is due.
    pub due: Option<Timestamp>,
    /// When it should be looked at.
    pub follow_up: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// The form that is filled in.
    pub form: Option<Arc<str>>,
    /// Whether the case is suspended: nothing can be done with the task.
    pub suspended: bool,
}

/// What waits for a message or signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionRow {
    /// The element instance that owns the arm.
    pub owner: ElementInstanceId,
    /// The arm's number.
    pub arm: u32,
    /// In the order of arming over all cases; unique.
    pub number: u64,
    /// Whether it is for a signal.
    pub is_signal: bool,
    /// The name of the message or signal.
    pub name: Arc<str>,
    /// The correlation key; none takes every key.
    pub key: Option<Arc<str>>,
    /// The definition of the case.
    pub definition: Digest,
    /// The id of the event that catches it.
    pub element: Arc<str>,
    /// The id of the process that contains the event.
    pub process: Arc<str>,
    /// The number of the newest signal that it has been given: none is given twice.
    pub served: u64,
}

/// An unresolved incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentRow {
    /// The element instance that cannot go on.
    pub id: ElementInstanceId,
    /// The id of the element.
    pub element: Arc<str>,
    /// The id of the process of the case.
    pub process: Arc<str>,
    /// The definition of the case.
    pub definition: Digest,
    /// What kind it is.
    pub kind: Arc<str>,
    /// What happened, for a person.
    pub message: Arc<str>,
    /// Since when.
    pub at: Timestamp,
}

/// A statutory term that has a due instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TermRow {
    /// The clock: the case and, in place of an element instance, the number of the clock within it
    /// ([`Key::from_bits`] of the number, shifted by 32).
    pub id: ElementInstanceId,
    /// The id of the element.
    pub element: Arc<str>,
    /// The id of the process of the case.
    pub process: Arc<str>,
    /// The literal of the document.
    pub literal: Arc<str>,
    /// When it ends; none while it is suspended.
    pub due: Option<Timestamp>,
    /// Whether it is suspended.
    pub suspended: bool,
}

/// A message or signal that nobody has got yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageRow {
    /// In the order of publication; unique.
    pub number: u64,
    /// Whether a receiver has been looked for: if not, that is still to be done, also after a restart.
    pub routed: bool,
    /// The name; empty for one that goes by its message flow alone.
    pub name: Arc<str>,
    /// The correlation key.
    pub key: Option<Arc<str>>,
    /// The instance and the id of the element that threw it; none from outside.
    pub sender: Option<(InstanceId, Arc<str>)>,
    /// Where its message flow ends.
    pub target: Option<MessageTarget>,
    /// The instance that it is for alone.
    pub partner: Option<InstanceId>,
    /// Until when it is kept; none is without end.
    pub expires: Option<Timestamp>,
    /// When it was published.
    pub published_at: Timestamp,
    /// What kind of thing it is.
    pub freight: Freight,
    /// The sealed payload.
    pub payload: Vec<u8>,
}

/// What a message row stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Freight {
    /// A message.
    Message,
    /// A signal for the arms that were there when it was thrown: those with a number up to `until`,
    /// given to those up to `done`.
    Signal {
        /// The newest subscription that it is for.
        until: u64,
        /// The newest subscription that has got it.
        done: u64,
    },
    /// An instance that a signal begins.
    Start {
        /// The definition.
        definition: Digest,
        /// The id of the start event.
        at: Arc<str>,
        /// Behind an instantiating event-based gateway: the id of the event.
        event: Option<Arc<str>>,
    },
}

/// Where a message flow ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageTarget {
    /// The definition of the sender, which is that of the receiver.
    pub definition: Digest,
    /// The id of the element, or of the process when it ends at the pool.
    pub element: Arc<str>,
}

/// What a command was answered, so that its repetition is answered the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRow {
    /// The idempotency key.
    pub key: Arc<str>,
    /// The digest of the command: the same key for another command is refused.
    pub command: Digest,
    /// The sealed answer.
    pub answer: Vec<u8>,
    /// Until when it is remembered.
    pub expires: Timestamp,
}

/// The instance that another one conversed with first, of each process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Conversation {
    /// The instance.
    pub instance: InstanceId,
    /// The id of the process that the partner belongs to.
    pub process: Arc<str>,
    /// The partner.
    pub partner: InstanceId,
}

/// A deployed file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DefinitionRow {
    /// The digest of everything that makes it what it is.
    pub digest: Digest,
    /// In the order of deployment, from 1.
    pub number: u64,
    /// The name of the file.
    pub resource: Arc<str>,
    /// What kind of file it is: `bpmn`, `form`, `dmn`.
    pub kind: Arc<str>,
    /// The file.
    pub source: Vec<u8>,
    /// The processes that it defines, each with its version: how many definitions of that process there
    /// were before, plus one.
    pub processes: Vec<(Arc<str>, u32)>,
    /// What the engine needs besides, in its own encoding: the string table of positions.
    pub table: Vec<u8>,
    /// The deployment that it came with.
    pub deployment: u64,
    /// When it was deployed.
    pub deployed_at: Timestamp,
}

/// The key that encrypts what one case says of one subject, wrapped by the host's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataKeyRow {
    /// The case; [`ENGINE`](super::ENGINE) for what belongs to none.
    pub instance: InstanceId,
    /// The subject within the case, as sealed records name it. Never personal data itself.
    pub subject: Arc<str>,
    /// The blind index of the person, once the case has named one.
    pub person: Option<Tag>,
    /// The wrapped key; none once it was shredded.
    pub wrapped: Option<Vec<u8>>,
}

/// An anchor that was taken: what a tombstone has to keep of a case is where it stood at these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnchorRow {
    /// The newest position that it covers.
    pub position: Position,
    /// When it was taken.
    pub at: Timestamp,
    /// Its root.
    pub root: Digest,
}

/// Upper bounds of the numbers that have been given out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Numbers of instances.
    pub instances: u64,
    /// Numbers of messages and subscriptions.
    pub numbers: u64,
}
