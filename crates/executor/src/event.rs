//! What has happened: the only input of [`State::apply`](crate::State::apply).
//!
//! Events carry results. Replaying them evaluates no expression, reads no calendar and needs no
//! clock.

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{ElementIx, FlowIx, MessageIx};
use reglament_core::term::Budget;
use reglament_core::timer::{Due, Timer};
use reglament_feel::{Symbol, Value};
use serde::{Deserialize, Serialize};

use crate::incident::Incident;
use crate::migration::Migrated;
use crate::state::{Key, Stage};
use crate::term::{TermChange, TermKey, TermOutcome, TermStart};

/// One thing that has happened to an instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The instance began; its root is the instance of the process.
    Started {
        /// The process.
        process: ElementIx,
    },
    /// An element has been reached but cannot be entered: an incident follows.
    Reached {
        /// The new element instance.
        key: Key,
        /// The element.
        element: ElementIx,
        /// The element instance that contains it.
        scope: Key,
        /// What it was reached by.
        origin: Origin,
    },
    /// An element instance is active.
    Activated {
        /// The element instance: new, unless it was reached before.
        key: Key,
        /// The element.
        element: ElementIx,
        /// The element instance that contains it.
        scope: Key,
        /// What it was reached by.
        origin: Origin,
    },
    /// An element instance has completed.
    Completed {
        /// The element instance.
        key: Key,
    },
    /// An element instance was ended from outside.
    Terminated {
        /// The element instance.
        key: Key,
    },
    /// A token left over a flow.
    Taken {
        /// The flow.
        flow: FlowIx,
        /// The element instance that contains the flow.
        scope: Key,
    },
    /// A token went through an element that neither waits nor can fail: the element was activated and
    /// completed, and the token left over one flow. It never had a key.
    Passed {
        /// The element instance that contains the element.
        scope: Key,
        /// The flow that the token came over; it ends at the element.
        over: FlowIx,
        /// The flow that it left over; it begins at the element.
        to: FlowIx,
    },
    /// A token waits at the end of a flow for others.
    Arrived {
        /// The flow.
        flow: FlowIx,
        /// The element instance that contains the flow.
        scope: Key,
    },
    /// An element is going to be entered without a flow: a start, an iteration, the target of a link.
    Queued {
        /// The element.
        element: ElementIx,
        /// The element instance that will contain it.
        scope: Key,
        /// The number of the iteration from 1; 0 where nothing is repeated.
        iteration: u32,
    },
    /// Something is waited for.
    Armed {
        /// The element instance whose life bounds the wait.
        owner: Key,
        /// What is waited for. Arms of an owner are numbered from 0 in order.
        arm: Box<Arm>,
    },
    /// What was waited for has occurred.
    Triggered {
        /// The owner of the arm.
        owner: Key,
        /// The arm's number.
        arm: u32,
        /// The event that caught it.
        element: ElementIx,
        /// What kind of thing occurred.
        cause: Cause,
        /// What becomes of the arm.
        after: After,
    },
    /// The condition of an arm changed its value.
    ConditionChanged {
        /// The owner of the arm.
        owner: Key,
        /// The arm's number.
        arm: u32,
        /// Whether it holds now.
        holds: bool,
    },
    /// An interrupting event sub-process takes over: its scope waits for nothing else any more.
    Interrupted {
        /// The scope.
        scope: Key,
    },
    /// A variable got a value in a scope.
    VariableSet {
        /// The element instance.
        scope: Key,
        /// The variable.
        name: Symbol,
        /// The value.
        value: Value,
    },
    /// Several variables got values in a scope.
    VariablesSet {
        /// The element instance.
        scope: Key,
        /// The values, by symbol.
        values: Box<[(Symbol, Value)]>,
    },
    /// A name that the program does not use got the next free symbol.
    NameDeclared {
        /// The name.
        name: Arc<str>,
    },
    /// A loop or multi-instance begins.
    Repeating {
        /// The activity's body.
        key: Key,
        /// The items, for a multi-instance over a collection.
        items: Option<Value>,
        /// The number of iterations; `None` for a standard loop.
        total: Option<u32>,
    },
    /// An iteration contributed its result.
    ResultCollected {
        /// The activity's body.
        key: Key,
        /// The number of the iteration, from 1.
        iteration: u32,
        /// The result.
        value: Box<Value>,
    },
    /// No further iteration will begin.
    RepeatingStopped {
        /// The activity's body.
        key: Key,
    },
    /// A complex gateway has fired and waits for the remaining tokens.
    ResetAwaited {
        /// The element instance that contains the gateway.
        scope: Key,
        /// The gateway.
        gateway: ElementIx,
        /// The flows whose tokens it consumed.
        consumed: Box<[FlowIx]>,
    },
    /// A complex gateway is as before its first token.
    Reset {
        /// The element instance that contains the gateway.
        scope: Key,
        /// The gateway.
        gateway: ElementIx,
    },
    /// A throw event (or a cancel end event) collects what it has to compensate.
    CompensationStarted {
        /// The element instance that throws.
        thrower: Key,
        /// The scope whose completed activities are compensated.
        scope: Key,
        /// The one activity to compensate; `None` for all.
        activity: Option<ElementIx>,
        /// Whether the scopes that are still active inside are included: a transaction is cancelled.
        deep: bool,
    },
    /// The next compensation handler is going to be entered.
    HandlerQueued {
        /// The element instance that throws.
        thrower: Key,
        /// The scope that contains the handler.
        scope: Key,
    },
    /// An activity has been compensated.
    Compensated {
        /// The element instance that throws.
        thrower: Key,
        /// The activity.
        activity: ElementIx,
    },
    /// A message left the instance.
    MessageThrown {
        /// The element instance that sent it.
        key: Key,
        /// The message.
        message: Box<ThrownMessage>,
    },
    /// A signal was broadcast; the arms of this instance that matched have been served already.
    SignalThrown {
        /// The element instance that threw it.
        key: Key,
        /// The signal.
        signal: Box<ThrownSignal>,
    },
    /// An error was thrown.
    ErrorThrown {
        /// The element instance that threw it.
        key: Key,
        /// The error.
        error: Box<Thrown>,
    },
    /// An escalation was thrown.
    EscalationThrown {
        /// The element instance that threw it.
        key: Key,
        /// The escalation.
        escalation: Box<Thrown>,
    },
    /// An element instance, or (for the root) the whole instance, cannot go on.
    IncidentRaised {
        /// The element instance.
        key: Key,
        /// What is tried again when the incident is resolved.
        stage: Stage,
        /// Why.
        incident: Box<Incident>,
    },
    /// An incident is being tried again.
    IncidentResolved {
        /// The element instance.
        key: Key,
    },
    /// The instance failed: nothing caught an error.
    Failed {
        /// Why.
        incident: Box<Incident>,
    },
    /// The instance was cancelled from outside.
    Cancelled,
    /// The clock of a term started.
    TermStarted {
        /// The number of the clock.
        key: TermKey,
        /// The term and when it ends.
        start: Box<TermStart>,
    },
    /// A term is about to end.
    TermWarned {
        /// The number of the clock.
        key: TermKey,
    },
    /// A term has run out and what it limits is not done.
    TermExpired {
        /// The number of the clock.
        key: TermKey,
    },
    /// The clock of a term was stopped; what is left is kept.
    TermSuspended {
        /// The number of the clock.
        key: TermKey,
        /// What is left.
        change: Box<TermChange>,
    },
    /// The clock of a term goes on.
    TermResumed {
        /// The number of the clock.
        key: TermKey,
        /// When the term ends now.
        change: Box<TermChange>,
    },
    /// A term begins again with its whole budget.
    TermInterrupted {
        /// The number of the clock.
        key: TermKey,
        /// When the term ends now.
        change: Box<TermChange>,
    },
    /// A term was extended.
    TermExtended {
        /// The number of the clock.
        key: TermKey,
        /// By how much.
        by: Budget,
        /// When the term ends now.
        change: Box<TermChange>,
    },
    /// A term was reckoned again by another version of its calendar.
    TermRecomputed {
        /// The number of the clock.
        key: TermKey,
        /// When the term ends now.
        change: Box<TermChange>,
    },
    /// The clock of a term ended.
    TermEnded {
        /// The number of the clock.
        key: TermKey,
        /// How it ended.
        outcome: TermOutcome,
    },
    /// A token that waited at the end of a flow was taken away by hand.
    TokenWithdrawn {
        /// The flow.
        flow: FlowIx,
        /// The element instance that contains the flow.
        scope: Key,
    },
    /// The instance goes on under another program: what stands after this event is read against that.
    Migrated(Box<Migrated>),
}

impl Event {
    /// The name of the kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Reached { .. } => "reached",
            Self::Activated { .. } => "activated",
            Self::Completed { .. } => "completed",
            Self::Terminated { .. } => "terminated",
            Self::Taken { .. } => "taken",
            Self::Passed { .. } => "passed",
            Self::Arrived { .. } => "arrived",
            Self::Queued { .. } => "queued",
            Self::Armed { .. } => "armed",
            Self::Triggered { .. } => "triggered",
            Self::ConditionChanged { .. } => "condition-changed",
            Self::Interrupted { .. } => "interrupted",
            Self::VariableSet { .. } => "variable-set",
            Self::VariablesSet { .. } => "variables-set",
            Self::NameDeclared { .. } => "name-declared",
            Self::Repeating { .. } => "repeating",
            Self::ResultCollected { .. } => "result-collected",
            Self::RepeatingStopped { .. } => "repeating-stopped",
            Self::ResetAwaited { .. } => "reset-awaited",
            Self::Reset { .. } => "reset",
            Self::CompensationStarted { .. } => "compensation-started",
            Self::HandlerQueued { .. } => "handler-queued",
            Self::Compensated { .. } => "compensated",
            Self::MessageThrown { .. } => "message-thrown",
            Self::SignalThrown { .. } => "signal-thrown",
            Self::ErrorThrown { .. } => "error-thrown",
            Self::EscalationThrown { .. } => "escalation-thrown",
            Self::IncidentRaised { .. } => "incident-raised",
            Self::IncidentResolved { .. } => "incident-resolved",
            Self::TermStarted { .. } => "term-started",
            Self::TermWarned { .. } => "term-warned",
            Self::TermExpired { .. } => "term-expired",
            Self::TermSuspended { .. } => "term-suspended",
            Self::TermResumed { .. } => "term-resumed",
            Self::TermInterrupted { .. } => "term-interrupted",
            Self::TermExtended { .. } => "term-extended",
            Self::TermRecomputed { .. } => "term-recomputed",
            Self::TermEnded { .. } => "term-ended",
            Self::TokenWithdrawn { .. } => "token-withdrawn",
            Self::Migrated(_) => "migrated",
            Self::Failed { .. } => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What an element was reached by; says which token or queue entry is consumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The token at the head of the queue.
    Token(FlowIx),
    /// The tokens that waited for each other: one of each incoming flow that has any.
    Join,
    /// As many waiting tokens as the activity needs to start, oldest first.
    Quantity(u32),
    /// The entry at the head of the queue.
    Queue,
    /// A trigger: nothing is consumed.
    Trigger,
}

/// What kind of thing occurred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A message arrived.
    Message,
    /// A signal arrived.
    Signal,
    /// A timer fired, or the term ended that a timer event carries.
    Timer,
    /// A condition became true.
    Condition,
}

/// What becomes of an arm that was triggered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// It has done its work.
    Spent,
    /// It waits for the next message or signal.
    Stays,
    /// It waits for the next occurrence of its cycle.
    Next(Box<Due>),
}

/// Something that an element instance waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// The event that catches it: the catch event or receive task itself, a boundary event, the start
    /// event of an event sub-process, or an event behind an event-based gateway.
    pub element: ElementIx,
    /// What must occur.
    pub trigger: Trigger,
    /// Whether it has occurred (or, for a cycle, will not occur again).
    pub spent: bool,
}

/// What must occur.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// A message with this name, and this key where there is one.
    Message {
        /// The name.
        name: Arc<str>,
        /// The correlation key in canonical form.
        key: Option<Arc<str>>,
        /// The message of the model.
        message: Option<MessageIx>,
    },
    /// A signal with this name.
    Signal {
        /// The name.
        name: Arc<str>,
    },
    /// A point in time.
    Timer {
        /// The timer.
        timer: Box<Timer>,
        /// When it fires next.
        due: Box<Due>,
    },
    /// A condition, which fires when it changes from false to true.
    Condition {
        /// Whether it held when it was last evaluated.
        holds: bool,
    },
    /// The end of the statutory term that the event carries; its clock names the arm.
    Term,
}

/// An error or escalation that was thrown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thrown {
    /// The element that threw it.
    pub element: ElementIx,
    /// The code.
    pub code: Arc<str>,
    /// The event that catches it, if any.
    pub caught_by: Option<ElementIx>,
}

/// A message that left the instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThrownMessage {
    /// The element that sent it.
    pub element: ElementIx,
    /// The name; empty for a message that goes by its message flow alone.
    pub name: Arc<str>,
    /// The correlation key in canonical form.
    pub correlation_key: Option<Arc<str>>,
    /// The payload: the local variables of the element that sent it.
    pub variables: Vec<(Arc<str>, Value)>,
}

impl ThrownMessage {
    /// Where the message goes: along each message flow of its element that ends in the program, whatever
    /// its name; without a flow by name (`None`). A message without a name and without a flow has nowhere
    /// to go.
    #[must_use]
    pub fn targets(&self, program: &Program) -> Vec<Option<ElementIx>> {
        let flows: Vec<_> = program
            .message_flows
            .iter()
            .filter(|flow| flow.source == Some(self.element))
            .collect();
        if flows.is_empty() {
            let by_name = (!self.name.is_empty()).then_some(None);
            return by_name.into_iter().collect();
        }
        let inside = flows.iter().filter(|flow| flow.target.is_some());
        inside.map(|flow| flow.target).collect()
    }
}

/// A signal that was broadcast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThrownSignal {
    /// The element that threw it.
    pub element: ElementIx,
    /// The name.
    pub name: Arc<str>,
    /// The payload: the local variables of the element that threw it.
    pub variables: Vec<(Arc<str>, Value)>,
}
