//! What a script file says: the case to start and the steps to take.
//!
//! ```yaml
//! title: A place is found
//! file: ../portal.bpmn
//! at: 2026-03-19T09:00:00+05:00
//! vars: {age: 4}
//! steps:
//!   - complete: Task_CheckDocuments
//!     with: {complete: true}
//!   - advance: PT1H
//!   - expect: {completed: [End_Referral], ended: true, state: completed}
//! ```

use std::fmt;
use std::sync::Arc;

use reglament_core::term::Budget;
use reglament_core::timer::{Date, Timer, Timestamp, Zone};
use reglament_executor::Variables;
use reglament_pack::tree::Name;
use reglament_source::{SourceText, Span};

/// A script that has been read.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it shows, in a few words.
    pub title: Option<String>,
    /// The BPMN file, relative to the script.
    pub file: Option<Name>,
    /// The process to start.
    pub process: Option<Name>,
    /// When the clock begins.
    pub at: Option<Timestamp>,
    /// The zone that local times are read in: the offset of `at`.
    pub zone: Option<Zone>,
    /// The first values of variables.
    pub vars: Variables,
    /// Whether tasks complete by themselves although there is a script.
    pub auto: bool,
    /// What is done and expected, in order.
    pub steps: Vec<Step>,
    /// The text, for whoever reports what is wrong with it.
    pub source: Arc<SourceText>,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number, from 1.
    pub number: usize,
    /// Where it stands.
    pub span: Span,
    /// Its line, from 1.
    pub line: u32,
    /// What it does.
    pub action: Action,
    /// Whether it must be refused.
    pub rejected: bool,
}

/// An element, and which of its instances.
#[derive(Clone, Debug)]
pub struct Addressee {
    /// The id of the element.
    pub element: Name,
    /// Which instance, counted from 1 in order of activation over the whole run; `None` is the oldest
    /// that can take the step.
    pub instance: Option<u32>,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Completes a task, receive task or catch event.
    Complete {
        /// What is completed.
        to: Addressee,
        /// The result.
        with: Variables,
        /// Who completes it. Separation and binding of duties are kept between those who are named.
        by: Option<Arc<str>>,
    },
    /// A message arrives.
    Message {
        /// Its name, its id, or the id of the element that waits for it.
        name: Name,
        /// The correlation key, in canonical form.
        key: Option<Arc<str>>,
        /// Which instance of the element that waits.
        instance: Option<u32>,
        /// The payload.
        with: Variables,
        /// How long it is kept when nobody waits for it yet; without it such a message is refused.
        ttl: Option<Timer>,
    },
    /// A signal is broadcast.
    Signal {
        /// Its name or id.
        name: Name,
        /// The payload.
        with: Variables,
    },
    /// The clock moves on; each timer that becomes due fires at its own instant.
    Advance(Advance),
    /// The work of a task ends in a BPMN error.
    Error {
        /// The task.
        to: Addressee,
        /// The code; empty is caught only by what catches every error.
        code: Arc<str>,
        /// Goes to the handler.
        with: Variables,
    },
    /// The work of a task raises an escalation.
    Escalate {
        /// The task.
        to: Addressee,
        /// The code.
        code: Arc<str>,
        /// Goes to the handler.
        with: Variables,
    },
    /// The work of a task fails for a technical reason.
    Fail {
        /// The task.
        to: Addressee,
    },
    /// Sets variables of the first instance's process, or of an element instance.
    Set {
        /// The values.
        variables: Variables,
        /// The element instance whose scope they become local to.
        at: Option<Addressee>,
    },
    /// Starts one more instance.
    Start {
        /// The process.
        process: Name,
        /// The first values of variables.
        with: Variables,
    },
    /// Stops the clock of a statutory term.
    Suspend(TermStep),
    /// Lets the clock of a statutory term go on.
    Resume(TermStep),
    /// Begins a statutory term again with its whole budget.
    Interrupt(TermStep),
    /// Extends a statutory term.
    Extend {
        /// Which term.
        of: TermStep,
        /// By how much.
        by: Budget,
    },
    /// Says what must hold now.
    Expect(Box<Expectation>),
}

/// Which statutory term a step is about.
#[derive(Clone, Debug)]
pub struct TermStep {
    /// The element or process that carries the term, and which instance of it.
    pub to: Addressee,
    /// The number of the term among those of the element, from 1; none where one of them runs.
    pub term: Option<u32>,
}

/// What must hold of statutory terms, each named by the element that carries it. What is absent is
/// not looked at.
#[derive(Clone, Debug, Default)]
pub struct TermExpectation {
    /// Terms that were met, among others.
    pub met: Option<Vec<Name>>,
    /// Exactly the terms that were missed.
    pub missed: Option<Vec<Name>>,
    /// Exactly the terms that have expired and are not done.
    pub expired: Option<Vec<Name>>,
    /// Exactly the terms whose clock is stopped.
    pub suspended: Option<Vec<Name>>,
    /// Exactly the terms whose clock runs.
    pub running: Option<Vec<Name>>,
    /// When terms end or ended.
    pub due: Vec<(Name, DueExpectation)>,
}

/// When a term is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueExpectation {
    /// The last day, in the zone of the calendar.
    Date(Date),
    /// The instant.
    Instant(Timestamp),
}

impl fmt::Display for DueExpectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => date.fmt(f),
            Self::Instant(instant) => instant.fmt(f),
        }
    }
}

/// How far the clock moves.
#[derive(Clone, Debug)]
pub enum Advance {
    /// By a duration.
    By(Timer),
    /// To an instant.
    To(Timestamp),
}

/// What must hold. What is absent is not looked at.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// Exactly the elements that wait, in all instances of the run, in any order. An element that is
    /// named more than once must wait that many times.
    pub waiting: Option<Vec<Name>>,
    /// Elements (or flows) that have completed (been taken), among others. An error end event
    /// completes by throwing.
    pub completed: Vec<Name>,
    /// Elements (or flows) that have never completed (been taken).
    pub never: Vec<Name>,
    /// How many times elements (or flows) have completed (been taken).
    pub count: Vec<(Name, u64)>,
    /// Elements whose first completions come in this order.
    pub order: Vec<Vec<Name>>,
    /// Whether the first instance has ended.
    pub ended: Option<bool>,
    /// The state of the first instance.
    pub state: Option<(RunState, Span)>,
    /// Exactly the unresolved incidents, by the id of their element or by their kind.
    pub incidents: Option<Vec<Name>>,
    /// Values of variables of the first instance's process, among others.
    pub vars: Variables,
    /// The statutory terms of all instances.
    pub terms: TermExpectation,
}

/// How a run stands, judged by its first instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// It has completed.
    Completed,
    /// Something is waited for.
    Waiting,
    /// It failed, or cannot go on before an incident is resolved.
    Failed,
    /// It could not be started.
    Rejected,
}

impl RunState {
    /// All states, as scripts and traces name them.
    pub const ALL: [Self; 4] = [Self::Completed, Self::Waiting, Self::Failed, Self::Rejected];

    /// The name that scripts and traces use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
        }
    }
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Scenario {
    /// How many `expect` steps there are.
    #[must_use]
    pub fn expectations(&self) -> usize {
        self.steps
            .iter()
            .filter(|step| matches!(step.action, Action::Expect(_)))
            .count()
    }
}

impl Action {
    /// The word that a script has for it.
    #[must_use]
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Complete { .. } => "complete",
            Self::Message { .. } => "message",
            Self::Signal { .. } => "signal",
            Self::Advance(_) => "advance",
            Self::Error { .. } => "error",
            Self::Escalate { .. } => "escalate",
            Self::Fail { .. } => "fail",
            Self::Set { .. } => "set",
            Self::Start { .. } => "start",
            Self::Suspend(_) => "suspend",
            Self::Resume(_) => "resume",
            Self::Interrupt(_) => "interrupt",
            Self::Extend { .. } => "extend",
            Self::Expect(_) => "expect",
        }
    }

    /// What it names that is no element: a message, a signal or a process.
    pub(crate) fn named(&self) -> Option<(Arc<str>, &'static str)> {
        match self {
            Self::Message { name, .. } => Some((Arc::clone(&name.text), "message")),
            Self::Signal { name, .. } => Some((Arc::clone(&name.text), "signal")),
            Self::Start { process, .. } => Some((Arc::clone(&process.text), "process")),
            Self::Complete { .. }
            | Self::Advance(_)
            | Self::Error { .. }
            | Self::Escalate { .. }
            | Self::Fail { .. }
            | Self::Set { .. }
            | Self::Suspend(_)
            | Self::Resume(_)
            | Self::Interrupt(_)
            | Self::Extend { .. }
            | Self::Expect(_) => None,
        }
    }
}
