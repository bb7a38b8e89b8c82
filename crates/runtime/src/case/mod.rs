//! A case: an instance of a process and the work around it.
//!
//! As in the executor only events write: [`Case::apply`] is the one place where the state of a case
//! changes, live and in replay.

mod apply;
mod event;
mod migrate;
mod offer;
mod row;
mod save;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::{
    Actor, Command, Env, Event, Instance, InstanceId, Key, Occasion, Performers, Rejection, State,
    Status,
};
use serde::{Deserialize, Serialize};

pub use event::{
    Assigned, CaseEvent, CaseFacts, CaseRecord, ChosenVersion, Opened, RECORD_VERSION, TaskTerms,
};
pub use migrate::CaseMigrated;
pub(crate) use migrate::Versions;
pub use offer::{DEFAULT_RETRIES, PASSING_LIMIT};
pub(crate) use row::{Rows, diff};
pub use save::CaseLoadError;

use crate::definition::Definition;
use crate::store::{CaseStatus, Digest};

/// How many of the newest ends of work a case remembers, to answer who comes too late.
pub const ENDED_WORK_REMEMBERED: usize = 32;

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Case {
    pub(crate) id: InstanceId,
    pub(crate) head: CaseHead,
    pub(crate) instance: Instance,
}

/// What the engine keeps of a case beside the state of its process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct CaseHead {
    pub(crate) definition: Digest,
    pub(crate) process: Arc<str>,
    pub(crate) facts: CaseFacts,
    pub(crate) created_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
    /// A person has suspended it.
    pub(crate) suspended: bool,
    /// It is set aside, and why.
    pub(crate) quarantined: Option<Arc<str>>,
    /// It was ended while it was set aside.
    pub(crate) abandoned: bool,
    #[serde(with = "save::pairs")]
    pub(crate) jobs: BTreeMap<Key, Job>,
    #[serde(with = "save::pairs")]
    pub(crate) tasks: BTreeMap<Key, UserTask>,
    #[serde(with = "save::pairs")]
    pub(crate) arms: BTreeMap<(Key, u32), ArmMark>,
    /// Since when each incident is unresolved.
    #[serde(with = "save::pairs")]
    pub(crate) incidents: BTreeMap<Key, Timestamp>,
    /// Who has performed the tasks that duties are about.
    #[serde(default, skip_serializing_if = "Performers::is_empty")]
    pub(crate) performers: Performers,
    /// The newest ends of work, oldest first.
    pub(crate) ended_work: VecDeque<(Key, WorkEnd)>,
}

/// Work that a handler or worker does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) kind: Arc<str>,
    pub(crate) retries: u32,
    /// How many times it was taken.
    pub(crate) attempt: u32,
    /// How many attempts have failed since it was offered.
    pub(crate) failures: u32,
    /// From when it can be taken.
    pub(crate) available_at: Timestamp,
    pub(crate) worker: Option<Arc<str>>,
    pub(crate) created_at: Timestamp,
}

/// Work that a person does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct UserTask {
    pub(crate) terms: TaskTerms,
    pub(crate) assignee: Option<Arc<str>>,
    /// Who delegated it.
    pub(crate) owner: Option<Arc<str>>,
    pub(crate) created_at: Timestamp,
}

/// Where an arm stands in the index of subscriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ArmMark {
    pub(crate) number: u64,
    /// The number of the newest signal that it has got.
    pub(crate) served: u64,
}

/// How work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkEnd {
    /// It was completed.
    Completed,
    /// The process withdrew it: an event interrupted it, or the case ended.
    Withdrawn,
}

/// An event that has been applied and is not stored yet.
#[derive(Clone, Debug)]
pub(crate) struct Unsaved {
    pub(crate) actor: Arc<Actor>,
    pub(crate) event: CaseEvent,
}

/// One step of a case: what it needs to know, and what it has brought about.
pub(crate) struct Step<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) env: &'a Env<'a>,
    pub(crate) now: Timestamp,
    /// The engine as an actor.
    pub(crate) engine: Arc<Actor>,
    /// What has happened so far.
    pub(crate) events: Vec<Unsaved>,
    /// Tasks that may have to be offered.
    reached: VecDeque<Key>,
    /// Tasks that are offered again although they are there.
    renewed: BTreeSet<Key>,
}

impl<'a> Step<'a> {
    pub(crate) fn new(definition: &'a Definition, env: &'a Env<'a>, now: Timestamp) -> Self {
        Self {
            definition,
            env,
            now,
            engine: Arc::new(Actor::system()),
            events: Vec::new(),
            reached: VecDeque::new(),
            renewed: BTreeSet::new(),
        }
    }
}

impl Case {
    /// A case to which nothing has happened.
    pub(crate) fn new(id: InstanceId) -> Self {
        Self {
            id,
            head: CaseHead::default(),
            instance: Instance::new(),
        }
    }

    pub(crate) fn state(&self) -> &State {
        self.instance.state()
    }

    /// Where the case stands.
    pub(crate) fn status(&self) -> CaseStatus {
        match self.state().status() {
            _ if self.head.abandoned => CaseStatus::Cancelled,
            Status::Completed => CaseStatus::Completed,
            Status::Failed => CaseStatus::Failed,
            Status::Cancelled => CaseStatus::Cancelled,
            Status::Fresh | Status::Running if self.head.suspended => CaseStatus::Suspended,
            Status::Fresh | Status::Running => CaseStatus::Running,
        }
    }

    /// When something is due next; nothing is while the case stands still.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        if self.status() != CaseStatus::Running || self.head.quarantined.is_some() {
            return None;
        }
        self.instance.poll_timeout()
    }

    /// Has something happen that is not the executor's.
    pub(crate) fn record(
        &mut self,
        step: &mut Step<'_>,
        actor: &Arc<Actor>,
        event: CaseEvent,
    ) -> Result<(), Rejection> {
        self.apply_fact(step.now, &event)?;
        step.events.push(Unsaved {
            actor: Arc::clone(actor),
            event,
        });
        Ok(())
    }

    /// Has the process carry out `command`. What follows from it for work is offered by
    /// [`Case::offer`]. Who may do what was checked before: to the executor the engine acts, in the
    /// records stands `actor`.
    pub(crate) fn execute(
        &mut self,
        step: &mut Step<'_>,
        actor: &Arc<Actor>,
        command: Command,
    ) -> Result<(), Rejection> {
        let mut events: Vec<Event> = Vec::new();
        let engine = Arc::clone(&step.engine);
        let occasion = Occasion {
            now: step.now,
            actor: &engine,
        };
        let instance = &mut self.instance;
        let env = step.env;
        // An overflow or a slip in one element's behaviour must not take the other cases down.
        let handled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            instance.handle(env, command, &occasion, &mut events)
        }));
        handled.unwrap_or(Err(Rejection::Broken("the executor panicked")))?;
        for event in events {
            self.note(step.now, &event);
            step.reach(env, &event);
            step.events.push(Unsaved {
                actor: Arc::clone(actor),
                event: CaseEvent::Executed(event),
            });
        }
        self.prune(step.env.program);
        Ok(())
    }
}
