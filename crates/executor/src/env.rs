//! What an instance runs in: the program, limits and which tasks wait.

use reglament_core::Program;
use reglament_core::calendar::WorkCalendar;
use reglament_core::program::{Expr, Task, TaskKind};
use reglament_core::timer::{Timestamp, Zone};
use reglament_feel::{EvaluationContext, Value};

/// The environment of a command.
#[derive(Clone, Debug)]
pub struct Env<'a> {
    /// What is executed.
    pub program: &'a Program,
    /// Which tasks wait to be completed; the others complete by themselves when they are reached.
    pub waits: TaskKinds,
    /// The zone that local times are read in.
    pub zone: &'a Zone,
    /// The limits.
    pub limits: Limits,
    /// The work calendars that terms are counted by, of several versions of one calendar the newest
    /// last. The calendars that come with the library need not be among them.
    pub calendars: &'a [WorkCalendar],
}

impl<'a> Env<'a> {
    /// The environment of a durable engine: work waits for its handler, abstract and manual tasks
    /// pass, limits are the defaults.
    #[must_use]
    pub fn new(program: &'a Program, zone: &'a Zone) -> Self {
        Self {
            program,
            waits: TaskKinds::WORK,
            zone,
            limits: Limits::default(),
            calendars: &[],
        }
    }
}

impl Env<'_> {
    /// The newest version of the calendar `id`: the last of the environment's calendars with that id,
    /// else the one that comes with the library. Without an id that of the first calendar of the
    /// environment, else [`WorkCalendar::DEFAULT`].
    #[must_use]
    pub fn calendar(&self, id: Option<&str>) -> Option<&WorkCalendar> {
        let first = self.calendars.first().map(WorkCalendar::id);
        let id = id.or(first).unwrap_or(WorkCalendar::DEFAULT);
        let own = self.calendars.iter().rev();
        own.chain(WorkCalendar::builtin(id))
            .find(|calendar| calendar.id() == id)
    }

    /// The calendar `id` of exactly this version.
    #[must_use]
    pub fn calendar_version(&self, id: &str, version: &str) -> Option<&WorkCalendar> {
        let own = self.calendars.iter().rev();
        own.chain(WorkCalendar::builtin(id))
            .find(|calendar| calendar.id() == id && calendar.version() == version)
    }

    /// What `expr` is evaluated with: the clock is the command's, for an expression that reads it.
    pub(crate) fn evaluation_context(&self, expr: &Expr, now: Timestamp) -> EvaluationContext {
        if expr.reads_clock {
            self.clock_context(now)
        } else {
            EvaluationContext::default()
        }
    }

    /// What is evaluated with the clock at `now`.
    pub(crate) fn clock_context(&self, now: Timestamp) -> EvaluationContext {
        let now = match now.to_value(self.zone) {
            Value::DateTime(now) => Some(now),
            _ => None,
        };
        EvaluationContext {
            now,
            ..EvaluationContext::default()
        }
    }
}

/// Named limits. Reaching one is an incident, never a hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many element instances one command may activate.
    pub steps: u32,
    /// How deep scopes and called processes may be nested.
    pub depth: u32,
    /// How many instances a multi-instance activity may have.
    pub instances: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 100_000,
            depth: 256,
            instances: 100_000,
        }
    }
}

/// A set of task kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskKinds(u16);

/// Tasks that call a decision; the bits below are the kinds of tasks.
const CALLED_DECISIONS: u16 = 1 << 15;

impl TaskKinds {
    /// No task waits: a run without a script.
    pub const NONE: Self = Self(0);
    /// What somebody or something has to do: user, service, send and business rule tasks.
    pub const WORK: Self = Self::NONE
        .with(TaskKind::User)
        .with(TaskKind::Service)
        .with(TaskKind::Send)
        .with(TaskKind::BusinessRule);
    /// Every task that a script may complete: work, and abstract and manual tasks.
    pub const ALL: Self = Self::WORK.with(TaskKind::Abstract).with(TaskKind::Manual);

    /// The set with `kind` added.
    #[must_use]
    pub const fn with(self, kind: TaskKind) -> Self {
        Self(self.0 | 1 << kind as u16)
    }

    /// The set with those business rule tasks added that call a decision: for a host that evaluates
    /// decisions, whatever else completes by itself.
    #[must_use]
    pub const fn with_called_decisions(self) -> Self {
        Self(self.0 | CALLED_DECISIONS)
    }

    /// Whether `kind` belongs to the set.
    #[must_use]
    pub const fn contains(self, kind: TaskKind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }

    /// Whether `task` waits.
    pub(crate) fn wait_for(self, task: &Task) -> bool {
        self.contains(task.kind) || (self.0 & CALLED_DECISIONS != 0 && task.decision.is_some())
    }
}
