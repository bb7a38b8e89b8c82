//! What can be asked of the engine, and what it answers.

use std::sync::Arc;
use std::time::Duration;

use reglament_core::term::Budget;
use reglament_core::timer::{Date, Timestamp};
use reglament_executor::{Actor, InstanceId, MigrationPlan, TermKey, Variables};
use serde::{Deserialize, Serialize};

use crate::case::CaseFacts;
use crate::definition::{Definition, Regulation, Resource};
use crate::store::{AnchorRow, Digest, ElementInstanceId, Position};

/// A command with who gives it.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is asked.
    pub command: Command,
    /// Who asks.
    pub actor: Arc<Actor>,
    /// A name for this command that the caller chooses: the same command under the same name is
    /// carried out once and answered the same.
    pub idempotency_key: Option<Arc<str>>,
}

impl Request {
    /// `command`, given by `actor`.
    #[must_use]
    pub fn new(command: Command, actor: Arc<Actor>) -> Self {
        Self {
            command,
            actor,
            idempotency_key: None,
        }
    }
}

/// What can be asked of the engine. A command that is refused changes nothing.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Deploys files that belong together.
    Deploy {
        /// The files.
        #[serde(serialize_with = "digests")]
        resources: Vec<Resource>,
        /// What the regulation that they implement says about them.
        #[serde(serialize_with = "stated")]
        regulation: Regulation,
    },
    /// Starts a case.
    Start(StartCase),
    /// Publishes a message.
    Publish(PublishMessage),
    /// Broadcasts a signal.
    Broadcast {
        /// The name.
        name: Arc<str>,
        /// The payload.
        variables: Variables,
    },
    /// Takes jobs of a type, each with a lease.
    ActivateJobs {
        /// The job type.
        kind: Arc<str>,
        /// The worker.
        worker: Arc<str>,
        /// How long they are the worker's alone.
        lease: Duration,
        /// How many at most.
        limit: usize,
    },
    /// The work of a job is done.
    CompleteJob {
        /// The job.
        job: ElementInstanceId,
        /// The attempt; none for a handler inside the engine.
        attempt: Option<u32>,
        /// The result.
        variables: Variables,
    },
    /// An attempt at a job failed.
    FailJob {
        /// The job.
        job: ElementInstanceId,
        /// The attempt; none for a handler inside the engine.
        attempt: Option<u32>,
        /// What went wrong.
        message: Arc<str>,
        /// Whether to try again.
        retry: Retry,
    },
    /// The work of a job ended in a BPMN error.
    ThrowError {
        /// The job.
        job: ElementInstanceId,
        /// The attempt; none for a handler inside the engine.
        attempt: Option<u32>,
        /// The error code.
        code: Arc<str>,
        /// Goes to the handler of the error.
        variables: Variables,
    },
    /// A worker needs longer.
    ExtendJob {
        /// The job.
        job: ElementInstanceId,
        /// The attempt.
        attempt: u32,
        /// How much longer from now.
        lease: Duration,
    },
    /// The actor takes a user task.
    Claim {
        /// The task.
        task: ElementInstanceId,
    },
    /// The assignee gives a user task back.
    Unclaim {
        /// The task.
        task: ElementInstanceId,
    },
    /// The assignee gives a user task to somebody and gets it back.
    Delegate {
        /// The task.
        task: ElementInstanceId,
        /// To whom.
        to: Arc<str>,
    },
    /// A user task goes back to who delegated it.
    ResolveTask {
        /// The task.
        task: ElementInstanceId,
    },
    /// A user task is done.
    CompleteTask {
        /// The task.
        task: ElementInstanceId,
        /// What was entered.
        variables: Variables,
    },
    /// Sets variables of a case.
    SetVariables {
        /// The case.
        instance: InstanceId,
        /// The element instance that they become local to; none sets them at the process.
        scope: Option<ElementInstanceId>,
        /// The values.
        variables: Variables,
    },
    /// Suspends a case: nothing happens to it until it is resumed.
    Suspend {
        /// The case.
        instance: InstanceId,
        /// Why.
        reason: Arc<str>,
    },
    /// Has a suspended case go on.
    Resume {
        /// The case.
        instance: InstanceId,
    },
    /// Moves a case by hand: all of it, or nothing.
    Modify {
        /// The case.
        instance: InstanceId,
        /// What is changed.
        modification: CaseModification,
        /// On what ground; the history says so.
        ground: Arc<str>,
    },
    /// Has a case go on under another version.
    Migrate {
        /// The case.
        instance: InstanceId,
        /// From which version to which, and how.
        migration: Box<Migration>,
    },
    /// Ends a case.
    Cancel {
        /// The case.
        instance: InstanceId,
    },
    /// Tries again what led to an incident.
    ResolveIncident {
        /// The element instance that has the incident.
        incident: ElementInstanceId,
    },
    /// Changes the clock of a statutory term.
    Term {
        /// The case.
        instance: InstanceId,
        /// The clock.
        term: TermKey,
        /// What happens to it.
        change: TermCommand,
    },
    /// Reckons the open terms of a case by the newest version of their calendar.
    AdoptCalendar {
        /// The case.
        instance: InstanceId,
        /// The id of the calendar.
        calendar: Arc<str>,
    },
    /// Notes an anchor over all cases ([`Engine::take_anchor`](crate::Engine::take_anchor)).
    NoteAnchor(AnchorRow),
    /// Erases a case that has ended; a signed tombstone stays.
    Erase {
        /// The case.
        instance: InstanceId,
        /// The rule of retention, in words.
        ground: Arc<str>,
    },
    /// Destroys the keys of personal data.
    Forget(Forget),
    /// Counts what an applicant has answered to a survey.
    AnswerSurvey(SurveyAnswer),
    /// Saves how far a reader of the event stream has come.
    SaveCursor {
        /// The name of the reader.
        name: Arc<str>,
        /// Everything up to here has been read.
        position: Position,
    },
}

/// What an applicant has answered to the survey of a service.
///
/// Answers are anonymous: what is recorded names the service and the channel, never the case, the
/// applicant, or who entered them; and only answers of a closed list are recorded, no free words. That
/// somebody answers twice therefore cannot be found out. An idempotency key would connect the answers
/// with what the host keeps under it, for as long as answers to commands are kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SurveyAnswer {
    /// The case that was rendered: of which service, through which channel, under which definition.
    pub instance: InstanceId,
    /// The form of the survey, among those deployed with that definition.
    pub form: Arc<str>,
    /// What was filled in.
    pub answers: Variables,
}

/// What an operator changes about a running case: first variables are set, then what is there is
/// cancelled, then elements are activated. Refused when it would leave a scope without anything in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CaseModification {
    /// Variables, each list local to an element instance; none sets them at the process.
    pub variables: Vec<(Option<ElementInstanceId>, Variables)>,
    /// Element instances that are ended, with everything in them. Their jobs and tasks are withdrawn.
    pub cancel: Vec<ElementInstanceId>,
    /// Tokens that wait at a join and are taken away.
    pub withdraw: Vec<WaitingToken>,
    /// Where new tokens begin.
    pub activate: Vec<NewToken>,
}

/// A token that waits at the end of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitingToken {
    /// The id of the flow.
    pub flow: Arc<str>,
    /// The element instance that contains it; needed where there are several.
    #[serde(default)]
    pub scope: Option<ElementInstanceId>,
}

/// Where a new token begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum NewToken {
    /// An element is entered.
    Before {
        /// The id of the element.
        element: Arc<str>,
        /// The element instance that will contain it; needed where there are several.
        #[serde(default)]
        scope: Option<ElementInstanceId>,
    },
    /// A token leaves an element over its one outgoing flow.
    After {
        /// The id of the element.
        element: Arc<str>,
        /// The element instance that contains it; needed where there are several.
        #[serde(default)]
        scope: Option<ElementInstanceId>,
    },
    /// A token is on its way over a flow.
    Over {
        /// The id of the flow.
        flow: Arc<str>,
        /// The element instance that contains it; needed where there are several.
        #[serde(default)]
        scope: Option<ElementInstanceId>,
    },
}

/// From which version cases go on under which, and how. It can be written, reviewed and read as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// The definition that the cases run under.
    pub source: Digest,
    /// The definition that they go on under.
    pub target: Digest,
    /// On what ground: the act by which running cases go on under the target. The history says so.
    #[serde(default)]
    pub ground: Arc<str>,
    /// What becomes of what.
    pub plan: MigrationPlan,
}

impl Migration {
    /// A migration that maps everything that has the same id and kind; what is left is listed in its
    /// plan.
    #[must_use]
    pub fn generate(source: &Definition, target: &Definition) -> Self {
        Self {
            source: source.digest,
            target: target.digest,
            ground: Arc::from(""),
            plan: MigrationPlan::generate(&source.program, &target.program),
        }
    }

    /// The id of the element that an element becomes; itself where the plan says nothing.
    pub(crate) fn element_after(&self, id: &Arc<str>) -> Arc<str> {
        let mapping = self.plan.elements.iter().find(|it| it.from == *id);
        Arc::clone(mapping.map_or(id, |it| &it.to))
    }
}

impl Command {
    /// Its name, for logs and metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Deploy { .. } => "deploy",
            Self::Start(_) => "start",
            Self::Publish(_) => "publish",
            Self::Broadcast { .. } => "broadcast",
            Self::ActivateJobs { .. } => "activate_jobs",
            Self::CompleteJob { .. } => "complete_job",
            Self::FailJob { .. } => "fail_job",
            Self::ThrowError { .. } => "throw_error",
            Self::ExtendJob { .. } => "extend_job",
            Self::Claim { .. } => "claim",
            Self::Unclaim { .. } => "unclaim",
            Self::Delegate { .. } => "delegate",
            Self::ResolveTask { .. } => "resolve_task",
            Self::CompleteTask { .. } => "complete_task",
            Self::SetVariables { .. } => "set_variables",
            Self::Suspend { .. } => "suspend",
            Self::Resume { .. } => "resume",
            Self::Modify { .. } => "modify",
            Self::Migrate { .. } => "migrate",
            Self::Cancel { .. } => "cancel",
            Self::ResolveIncident { .. } => "resolve_incident",
            Self::Term { .. } => "term",
            Self::AdoptCalendar { .. } => "adopt_calendar",
            Self::NoteAnchor(_) => "note_anchor",
            Self::Erase { .. } => "erase",
            Self::Forget(_) => "forget",
            Self::AnswerSurvey(_) => "answer_survey",
            Self::SaveCursor { .. } => "save_cursor",
        }
    }

    /// The case that it is about; none for one that is about none, or about several.
    #[must_use]
    pub fn instance(&self) -> Option<InstanceId> {
        match self {
            Self::CompleteJob { job, .. }
            | Self::FailJob { job, .. }
            | Self::ThrowError { job, .. }
            | Self::ExtendJob { job, .. } => Some(job.instance),
            Self::Claim { task }
            | Self::Unclaim { task }
            | Self::Delegate { task, .. }
            | Self::ResolveTask { task }
            | Self::CompleteTask { task, .. } => Some(task.instance),
            Self::SetVariables { instance, .. }
            | Self::Suspend { instance, .. }
            | Self::Resume { instance }
            | Self::Modify { instance, .. }
            | Self::Migrate { instance, .. }
            | Self::Cancel { instance }
            | Self::Term { instance, .. }
            | Self::AdoptCalendar { instance, .. }
            | Self::Erase { instance, .. } => Some(*instance),
            Self::ResolveIncident { incident } => Some(incident.instance),
            _ => None,
        }
    }
}

/// Who is forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Forget {
    /// A person, by the name that cases and actors have: an IIN, an account.
    Person(Arc<str>),
    /// Everybody in a case.
    Case(InstanceId),
}

/// What happens to the clock of a statutory term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TermCommand {
    /// It stops; what is left is kept.
    Suspend,
    /// It goes on.
    Resume,
    /// It begins again with its whole budget.
    Interrupt,
    /// It is extended, once, where its document allows it.
    Extend(Budget),
}

/// How a case is started.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StartCase {
    /// The id of the process.
    pub process: Arc<str>,
    /// Which version.
    pub version: VersionChoice,
    /// The id of the start event; none begins where the process says.
    pub at: Option<Arc<str>>,
    /// The first values of variables.
    pub variables: Variables,
    /// What the host says of the case.
    pub facts: CaseFacts,
}

/// Which version of a process a case runs under. It stays there unless it is migrated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionChoice {
    /// The newest.
    #[default]
    Latest,
    /// The version with this number, from 1.
    Number(u32),
    /// The definition with this digest.
    Definition(Digest),
    /// The version that is in force on the day of filing.
    Filed {
        /// The day.
        date: Date,
        /// Whether the case starts although it cannot be proved which version is in force: under the
        /// newest of those that may be. The history says so.
        accept_unproven: bool,
    },
}

/// A message from outside.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PublishMessage {
    /// The name.
    pub name: Arc<str>,
    /// The correlation key in canonical form ([`canonical_key`](reglament_executor::canonical_key)).
    pub key: Option<Arc<str>>,
    /// The payload.
    pub variables: Variables,
    /// How long it is kept while nobody waits for it; zero is not at all, none is without end.
    pub time_to_live: Option<Duration>,
    /// A name for this message that the sender chooses: a message of the same id is taken once.
    pub message_id: Option<Arc<str>>,
}

/// Whether a failed attempt is followed by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// Yes, while attempts remain, with the engine's back-off.
    Later,
    /// Yes, while attempts remain, not before this long.
    After(Duration),
    /// No: a person has to look at it.
    Never,
}

/// What a command is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is done.
    Done,
    /// The files are deployed.
    Deployed(Deployed),
    /// A case was started.
    Started {
        /// Its number.
        instance: InstanceId,
    },
    /// What became of a message.
    Published(Published),
    /// Jobs were taken.
    Jobs(Vec<ActivatedJob>),
    /// Keys were destroyed.
    Forgotten {
        /// In how many cases.
        cases: u64,
    },
}

/// What was deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployed {
    /// The definitions of the process files, in their order.
    pub definitions: Vec<DeployedDefinition>,
    /// What is said about the files, in words: warnings.
    pub warnings: Vec<String>,
}

/// A definition of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployedDefinition {
    /// Its identity.
    pub digest: Digest,
    /// The name of the file.
    pub resource: Arc<str>,
    /// Its processes with their versions.
    pub processes: Vec<(Arc<str>, u32)>,
    /// Whether it was there before.
    pub was_known: bool,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Published {
    /// A case that waited for it has got it.
    Delivered {
        /// The case.
        instance: InstanceId,
    },
    /// It has started a case.
    Started {
        /// The case.
        instance: InstanceId,
    },
    /// Nobody waits for it yet; it is kept until it expires.
    Kept,
    /// Nobody waits for it, and it is not kept.
    Dropped,
}

/// A job that a worker has taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivatedJob {
    /// The job; also the idempotency key of its effects, the same for every attempt.
    pub job: ElementInstanceId,
    /// The job type.
    pub kind: Arc<str>,
    /// The attempt, which its end has to name.
    pub attempt: u32,
    /// How many attempts remain, this one included.
    pub retries: u32,
    /// Until when it is the worker's alone.
    pub until: Timestamp,
    /// The id of the element.
    pub element: Arc<str>,
    /// The id of the process.
    pub process: Arc<str>,
    /// The headers of the model.
    pub headers: Vec<(Arc<str>, Arc<str>)>,
    /// The variables that the task sees.
    pub variables: Variables,
}

/// A validity enters the digest of a command by its text.
fn stated<S: serde::Serializer>(regulation: &Regulation, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{regulation:?}"))
}

/// Files enter the digest of a command by their own digests.
fn digests<S: serde::Serializer>(files: &[Resource], serializer: S) -> Result<S::Ok, S::Error> {
    let files = files
        .iter()
        .map(|file| (&file.name, Digest::of(&file.bytes)));
    serializer.collect_seq(files)
}
