//! What happens to a case: the events of its process, and those of the work around it.

use std::sync::Arc;

use reglament_core::timer::{Date, Timestamp};
use reglament_executor::{Actor, DutyConflict, Event, Key};
use serde::{Deserialize, Serialize};

use super::CaseMigrated;
use crate::history::{Cell, Conceal};
use crate::store::Digest;

/// The version of the encoding of records. A changed event needs a new version.
pub const RECORD_VERSION: u16 = 1;

/// A record of a history before it is sealed: the instant, the number and the kind stand beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// [`RECORD_VERSION`] when it was written.
    pub version: u16,
    /// Who caused it.
    pub actor: Arc<Actor>,
    /// What happened.
    pub event: CaseEvent,
}

/// One thing that has happened to a case. Like the events of the executor they carry results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseEvent {
    /// The case was opened.
    Opened(Box<Opened>),
    /// Something happened in its process.
    Executed(Event),
    /// A task waits for a handler.
    JobCreated {
        /// The task.
        key: Key,
        /// The job type.
        kind: Arc<str>,
        /// How many attempts there are.
        retries: u32,
    },
    /// A worker took a job.
    JobLeased {
        /// The task.
        key: Key,
        /// The worker.
        worker: Arc<str>,
        /// Until when it is the worker's alone.
        until: Timestamp,
        /// The number of the attempt, from 1.
        attempt: u32,
    },
    /// A worker needs longer.
    JobExtended {
        /// The task.
        key: Key,
        /// Until when it is the worker's alone.
        until: Timestamp,
    },
    /// An attempt failed; there will be another.
    JobFailed {
        /// The task.
        key: Key,
        /// How many attempts remain.
        retries: u32,
        /// From when it can be taken again.
        available_at: Timestamp,
        /// What went wrong.
        message: Arc<str>,
    },
    /// A job whose incident was resolved is offered again.
    JobRetried {
        /// The task.
        key: Key,
        /// How many attempts there are.
        retries: u32,
    },
    /// A task waits for a person.
    TaskCreated {
        /// The task.
        key: Key,
        /// Who may do it, and when.
        terms: Box<TaskTerms>,
    },
    /// A user task changed hands.
    TaskAssigned {
        /// The task.
        key: Key,
        /// How.
        how: Assigned,
        /// Who does it now.
        assignee: Option<Arc<str>>,
        /// Who delegated it and gets it back.
        owner: Option<Arc<str>>,
    },
    /// A person performs a task that a separation or binding of duties is about; nothing forbade it, or
    /// the actor is bound by no duty.
    TaskPerformed {
        /// The id of the task.
        element: Arc<str>,
        /// The person.
        performer: Arc<str>,
    },
    /// A separation or binding of duties forbade that a person takes or completes a task. The attempt
    /// changed nothing else.
    DutyRefused {
        /// The task.
        key: Key,
        /// What forbade it.
        conflict: DutyConflict,
    },
    /// What an arm waits for is in the index.
    Subscribed {
        /// The owner of the arm.
        owner: Key,
        /// The arm's number.
        arm: u32,
        /// The number of the subscription.
        number: u64,
    },
    /// An arm has got a signal.
    SignalServed {
        /// The owner of the arm.
        owner: Key,
        /// The arm's number.
        arm: u32,
        /// The number of the signal.
        number: u64,
    },
    /// The case goes on under another version. The events of its process that follow are read against
    /// that.
    Migrated(Box<CaseMigrated>),
    /// A person moved the case by hand; what that led to follows.
    Modified {
        /// On what ground.
        ground: Arc<str>,
    },
    /// A person suspended the case.
    Suspended {
        /// Why.
        reason: Arc<str>,
    },
    /// The case goes on.
    Resumed,
    /// The case is set aside: its state and its program contradict each other.
    Quarantined {
        /// What was found.
        reason: Arc<str>,
    },
    /// The case is taken up again.
    Released,
    /// A case that is set aside was ended.
    Abandoned,
}

/// How a case began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The definition that it runs under.
    pub definition: Digest,
    /// The id of the process.
    pub process: Arc<str>,
    /// What the host says of it.
    pub facts: CaseFacts,
    /// Why this version is the right one.
    pub version: ChosenVersion,
}

/// Why a case runs under its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChosenVersion {
    /// It is the newest.
    Latest,
    /// It was asked for.
    Named,
    /// It is in force on the day of filing.
    InForce,
    /// It cannot be proved to be in force on the day of filing; that was accepted.
    Unproven {
        /// What could not be proved.
        reason: Arc<str>,
    },
}

/// What the host says of a case. The engine does not look into it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// The host's own number, unique among the cases of a process that have not ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_key: Option<Arc<str>>,
    /// Whom lists name: the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Arc<str>>,
    /// The day on which the application was filed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filed: Option<Date>,
    /// The service that is rendered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Arc<str>>,
    /// The channel it came through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Arc<str>>,
}

/// Who may do a user task, and when, as the model said when the task was created.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskTerms {
    /// Who does it.
    pub assignee: Option<Arc<str>>,
    /// Users who may claim it.
    pub candidate_users: Vec<Arc<str>>,
    /// Groups whose members may claim it.
    pub candidate_groups: Vec<Arc<str>>,
    /// When it is due.
    pub due: Option<Timestamp>,
    /// When it should be looked at.
    pub follow_up: Option<Timestamp>,
    /// The form that is filled in.
    pub form: Option<Arc<str>>,
}

/// How a user task changed hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assigned {
    /// A candidate took it.
    Claimed,
    /// The assignee gave it back.
    Unclaimed,
    /// The assignee gave it to somebody and gets it back.
    Delegated,
    /// It came back from who it was delegated to.
    Resolved,
}

impl CaseEvent {
    /// The definition that this and the following events are read against, where it changes: when a
    /// case is opened and when it is migrated.
    #[must_use]
    pub fn goes_on_under(&self) -> Option<Digest> {
        match self {
            Self::Opened(opened) => Some(opened.definition),
            Self::Migrated(migrated) => Some(migrated.definition),
            _ => None,
        }
    }

    /// The name of the kind, as records carry it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Executed(event) => event.kind(),
            Self::JobCreated { .. } => "job-created",
            Self::JobLeased { .. } => "job-leased",
            Self::JobExtended { .. } => "job-extended",
            Self::JobFailed { .. } => "job-failed",
            Self::JobRetried { .. } => "job-retried",
            Self::TaskCreated { .. } => "task-created",
            Self::TaskAssigned { how, .. } => match how {
                Assigned::Claimed => "task-claimed",
                Assigned::Unclaimed => "task-unclaimed",
                Assigned::Delegated => "task-delegated",
                Assigned::Resolved => "task-resolved",
            },
            Self::TaskPerformed { .. } => "task-performed",
            Self::DutyRefused { .. } => "duty-refused",
            Self::Subscribed { .. } => "subscribed",
            Self::SignalServed { .. } => "signal-served",
            Self::Migrated(_) => "case-migrated",
            Self::Modified { .. } => "modified",
            Self::Suspended { .. } => "suspended",
            Self::Resumed => "resumed",
            Self::Quarantined { .. } => "quarantined",
            Self::Released => "released",
            Self::Abandoned => "abandoned",
        }
    }
}

impl Conceal for CaseRecord {
    fn cells(&mut self, visit: &mut dyn FnMut(Cell<'_>)) {
        Arc::make_mut(&mut self.actor).cells(visit);
        self.event.cells(visit);
    }
}

impl Conceal for CaseEvent {
    fn cells(&mut self, visit: &mut dyn FnMut(Cell<'_>)) {
        match self {
            Self::Opened(opened) => {
                let facts = &mut opened.facts;
                let texts = [&mut facts.business_key, &mut facts.label];
                for text in texts.into_iter().flatten() {
                    visit(Cell::Text(text));
                }
            }
            Self::Executed(event) => event.cells(visit),
            Self::JobFailed { message, .. } => visit(Cell::Text(message)),
            Self::TaskCreated { terms, .. } => {
                let users = terms.assignee.iter_mut().chain(&mut terms.candidate_users);
                users.for_each(|user| visit(Cell::Person(user)));
            }
            Self::TaskAssigned {
                assignee, owner, ..
            } => {
                let users = assignee.iter_mut().chain(owner);
                users.for_each(|user| visit(Cell::Person(user)));
            }
            Self::TaskPerformed { performer, .. } => visit(Cell::Person(performer)),
            Self::DutyRefused { conflict, .. } => visit(Cell::Person(&mut conflict.person)),
            Self::Suspended { reason } => visit(Cell::Text(reason)),
            Self::Modified { ground } => visit(Cell::Text(ground)),
            Self::Migrated(migrated) => visit(Cell::Text(&mut migrated.ground)),
            Self::JobCreated { .. }
            | Self::JobLeased { .. }
            | Self::JobExtended { .. }
            | Self::JobRetried { .. }
            | Self::Subscribed { .. }
            | Self::SignalServed { .. }
            | Self::Resumed
            | Self::Quarantined { .. }
            | Self::Released
            | Self::Abandoned => {}
        }
    }
}
