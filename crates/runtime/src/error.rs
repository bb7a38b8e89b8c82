//! Why the engine does not do what it is asked.

use std::sync::Arc;

use reglament_core::timer::Date;
use reglament_executor::{DutyConflict, InstanceId, MigrationReport, Rejection};

use crate::case::{CaseLoadError, WorkEnd};
use crate::definition::FileDiagnostics;
use crate::store::{CaseStatus, Digest, ElementInstanceId, StoreError};

/// Why the engine has not done what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EngineError {
    /// It is not allowed now. Nothing has changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed. Nothing has changed.
    #[error("the store failed: {0}")]
    Store(#[source] StoreError),
    /// The store failed while it wrote: whether the command was carried out is unknown. Repeating it
    /// with the same idempotency key is safe.
    #[error("the store failed, and whether the command was carried out is unknown: {0}")]
    Unknown(#[source] StoreError),
    /// A stored case cannot be loaded.
    #[error("case {instance} cannot be loaded: {source}")]
    Unreadable {
        /// The case.
        instance: InstanceId,
        /// Why.
        source: CaseLoadError,
    },
    /// Another engine writes to the store now. This one is of no use any more.
    #[error("another engine has taken over the store")]
    Fenced,
    /// The engine has been shut down.
    #[error("the engine has been shut down")]
    Closed,
}

impl EngineError {
    /// The name of the cause: without data of the case, for logs and metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.name(),
            Self::Store(_) => "store",
            Self::Unknown(_) => "unknown outcome",
            Self::Unreadable { .. } => "unreadable case",
            Self::Fenced => "fenced",
            Self::Closed => "closed",
        }
    }

    /// The refusal, if it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// Why a command is not allowed now. Nothing has changed, except that the history names an attempt
/// against a duty ([`Refusal::Duty`]).
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The files cannot be deployed.
    #[error("the deployment has errors: {}", first_error(.0))]
    Deployment(Vec<FileDiagnostics>),
    /// No such process is deployed.
    #[error("no process `{process}` is deployed")]
    UnknownProcess {
        /// The process.
        process: Arc<str>,
    },
    /// There is no such version of the process.
    #[error("process `{process}` has no version {version}")]
    UnknownVersion {
        /// The process.
        process: Arc<str>,
        /// What was asked for.
        version: Arc<str>,
    },
    /// No version of the process is in force on the day of filing.
    #[error("no version of process `{process}` is in force on {date}")]
    NotInForce {
        /// The process.
        process: Arc<str>,
        /// The day.
        date: Date,
    },
    /// Several versions are certainly in force on the day of filing: they contradict each other.
    #[error("several versions of process `{process}` are in force on {date}")]
    SeveralInForce {
        /// The process.
        process: Arc<str>,
        /// The day.
        date: Date,
    },
    /// It cannot be proved which version is in force on the day of filing, and that was not accepted.
    #[error(
        "it cannot be proved which version of process `{process}` is in force on {date}: {reason}"
    )]
    Unproven {
        /// The process.
        process: Arc<str>,
        /// The day.
        date: Date,
        /// What is not known.
        reason: Arc<str>,
    },
    /// What was filled in breaks the rules of the form.
    #[error("task {task}: {}", .errors.join("; "))]
    InvalidForm {
        /// The task.
        task: ElementInstanceId,
        /// What is wrong, field by field.
        errors: Vec<String>,
    },
    /// The definition of the case came without such a form.
    #[error("case {instance} has no form `{form}`")]
    UnknownForm {
        /// The case.
        instance: InstanceId,
        /// The form.
        form: Arc<str>,
    },
    /// What was answered to a survey breaks the rules of its form.
    #[error("form `{form}`: {}", .errors.join("; "))]
    InvalidAnswers {
        /// The form.
        form: Arc<str>,
        /// What is wrong, field by field.
        errors: Vec<String>,
    },
    /// The process does not begin there.
    #[error("process `{process}` cannot be started at `{at}`; it begins at {}", list(.starts))]
    NotAStart {
        /// The process.
        process: Arc<str>,
        /// What was asked for; empty when nothing was.
        at: Arc<str>,
        /// Where it begins.
        starts: Vec<Arc<str>>,
    },
    /// There is a case of this process with this business key already.
    #[error("case {existing} of process `{process}` has the business key `{key}` already")]
    DuplicateBusinessKey {
        /// The process.
        process: Arc<str>,
        /// The key.
        key: Arc<str>,
        /// The case that has it.
        existing: InstanceId,
    },
    /// No such definition is deployed.
    #[error("no definition {0} is deployed")]
    UnknownDefinition(Digest),
    /// The case runs under another definition than the plan of a migration is for.
    #[error("case {instance} runs under definition {found}; the plan is for {expected}")]
    OtherDefinition {
        /// The case.
        instance: InstanceId,
        /// What the plan is for.
        expected: Digest,
        /// What the case runs under.
        found: Digest,
    },
    /// The plan of a migration does not fit the case.
    #[error("case {instance} cannot be migrated: {report}")]
    CannotMigrate {
        /// The case.
        instance: InstanceId,
        /// Everything that stands in the way.
        report: Box<MigrationReport>,
    },
    /// There is no such case.
    #[error("there is no case {0}")]
    UnknownCase(InstanceId),
    /// The case has ended.
    #[error("case {instance} is {}", .status.as_str())]
    CaseEnded {
        /// The case.
        instance: InstanceId,
        /// How it ended.
        status: CaseStatus,
    },
    /// The case has not ended.
    #[error("case {0} still runs")]
    StillRuns(InstanceId),
    /// The case is suspended.
    #[error("case {0} is suspended")]
    CaseSuspended(InstanceId),
    /// The case is not suspended.
    #[error("case {0} is not suspended")]
    NotSuspended(InstanceId),
    /// The case is set aside because its state and its program contradict each other.
    #[error("case {instance} is set aside: {reason}")]
    Quarantined {
        /// The case.
        instance: InstanceId,
        /// What was found.
        reason: Arc<str>,
    },
    /// Data of the case was shredded: it can be read and not go on.
    #[error("data of case {0} was shredded; it cannot go on")]
    Shredded(InstanceId),
    /// The job or user task has ended.
    #[error("{work} is no longer there: {}", describe_end(*.end))]
    WorkEnded {
        /// The job or user task.
        work: ElementInstanceId,
        /// How it ended; none when it never existed, or ended too long ago.
        end: Option<WorkEnd>,
    },
    /// The attempt is not the newest one: the lease ran out and somebody else has the job.
    #[error("attempt {attempt} of job {job} is over; the newest is {newest}")]
    StaleAttempt {
        /// The job.
        job: ElementInstanceId,
        /// What was named; 0 for none.
        attempt: u32,
        /// The newest attempt.
        newest: u32,
    },
    /// An incident has to be resolved first.
    #[error("{0} has an incident, which has to be resolved first")]
    HasIncident(ElementInstanceId),
    /// There is no such incident.
    #[error("{0} has no incident")]
    NoIncident(ElementInstanceId),
    /// Handlers inside the engine take jobs of this type.
    #[error("jobs of type `{0}` are taken by a handler inside the engine")]
    HandledInside(Arc<str>),
    /// The actor may not do this task.
    #[error("`{actor}` is neither the assignee nor a candidate of task {task}")]
    NotACandidate {
        /// The task.
        task: ElementInstanceId,
        /// The actor.
        actor: Arc<str>,
    },
    /// A separation or binding of duties forbids that this person performs the task. The attempt stands
    /// in the history of the case.
    #[error("task {task}: {conflict}")]
    Duty {
        /// The task.
        task: ElementInstanceId,
        /// What forbids it.
        conflict: DutyConflict,
    },
    /// Somebody else has the task.
    #[error("task {task} belongs to `{assignee}`")]
    Claimed {
        /// The task.
        task: ElementInstanceId,
        /// Who has it.
        assignee: Arc<str>,
    },
    /// Nobody has the task.
    #[error("nobody has claimed task {0}")]
    NotClaimed(ElementInstanceId),
    /// The task was not delegated.
    #[error("task {0} was not delegated")]
    NotDelegated(ElementInstanceId),
    /// The task was delegated: it goes back before it is completed.
    #[error("task {task} was delegated by `{owner}` and has to go back first")]
    Delegated {
        /// The task.
        task: ElementInstanceId,
        /// Who delegated it.
        owner: Arc<str>,
    },
    /// Several wait for the message, and nothing decides between them.
    #[error("several wait for message `{name}`: {}", list(.candidates))]
    Ambiguous {
        /// The name.
        name: Arc<str>,
        /// Some of those who wait, or where cases would begin.
        candidates: Vec<Arc<str>>,
    },
    /// A message needs a name, and a correlation key, where there is one, is not empty.
    #[error("a message needs a name, and its correlation key must not be empty")]
    InvalidMessage,
    /// The idempotency key was used for another command.
    #[error("the idempotency key `{0}` was used for another command")]
    KeyReused(Arc<str>),
    /// The number is too large or too small to be meant.
    #[error("expected {expected}, found {found}")]
    OutOfRange {
        /// What is allowed.
        expected: Arc<str>,
        /// What was given.
        found: Arc<str>,
    },
    /// The process does not allow it.
    #[error("case {instance}: {rejection}")]
    Rejected {
        /// The case.
        instance: InstanceId,
        /// Why.
        rejection: Rejection,
    },
}

impl Refusal {
    /// The name of the cause: without data of the case, for logs and metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Deployment(_) => "deployment",
            Self::UnknownProcess { .. } => "unknown process",
            Self::UnknownVersion { .. } => "unknown version",
            Self::NotInForce { .. } => "not in force",
            Self::SeveralInForce { .. } => "several in force",
            Self::Unproven { .. } => "unproven",
            Self::InvalidForm { .. } => "invalid form",
            Self::UnknownForm { .. } => "unknown form",
            Self::InvalidAnswers { .. } => "invalid answers",
            Self::NotAStart { .. } => "not a start",
            Self::DuplicateBusinessKey { .. } => "duplicate business key",
            Self::UnknownCase(_) => "unknown case",
            Self::UnknownDefinition(_) => "unknown definition",
            Self::OtherDefinition { .. } => "other definition",
            Self::CannotMigrate { .. } => "cannot migrate",
            Self::CaseEnded { .. } => "case ended",
            Self::StillRuns(_) => "still runs",
            Self::CaseSuspended(_) => "case suspended",
            Self::NotSuspended(_) => "not suspended",
            Self::Quarantined { .. } => "quarantined",
            Self::Shredded(_) => "shredded",
            Self::WorkEnded { .. } => "work ended",
            Self::StaleAttempt { .. } => "stale attempt",
            Self::HasIncident(_) => "has incident",
            Self::NoIncident(_) => "no incident",
            Self::HandledInside(_) => "handled inside",
            Self::NotACandidate { .. } => "not a candidate",
            Self::Duty { .. } => "duty",
            Self::Claimed { .. } => "claimed",
            Self::NotClaimed(_) => "not claimed",
            Self::NotDelegated(_) => "not delegated",
            Self::Delegated { .. } => "delegated",
            Self::Ambiguous { .. } => "ambiguous",
            Self::InvalidMessage => "invalid message",
            Self::KeyReused(_) => "key reused",
            Self::OutOfRange { .. } => "out of range",
            Self::Rejected { .. } => "rejected",
        }
    }
}

fn first_error(files: &[FileDiagnostics]) -> String {
    let of_file = |file: &FileDiagnostics| {
        let error = file.diagnostics.iter().find(|it| it.is_error())?;
        Some(format!("{}: {error}", file.file))
    };
    files.iter().find_map(of_file).unwrap_or_default()
}

fn list(items: &[Arc<str>]) -> String {
    let quoted: Vec<String> = items.iter().map(|item| format!("`{item}`")).collect();
    quoted.join(", ")
}

fn describe_end(end: Option<WorkEnd>) -> &'static str {
    match end {
        Some(WorkEnd::Completed) => "it was completed",
        Some(WorkEnd::Withdrawn) => "the process withdrew it",
        None => "it is unknown, or ended long ago",
    }
}
