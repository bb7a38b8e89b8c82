//! Event definitions and the root elements they refer to.

use std::sync::Arc;

use super::{Alternatives, ElementIx, ErrorIx, EscalationIx, Expr, MessageIx, SignalIx, Text};
use crate::timer::{Timer, TimerKind};

/// What only events have.
#[derive(Clone, Debug, Default)]
pub struct EventPart {
    /// The event definitions in document order; none for a none event.
    pub definitions: Box<[EventDefinition]>,
    /// `parallelMultiple`: all definitions must have occurred.
    pub parallel: bool,
    /// For boundary events (`cancelActivity`) and start events of event sub-processes
    /// (`isInterrupting`): whether the scope is interrupted.
    pub interrupting: bool,
    /// The activity that a boundary event is attached to.
    pub attached_to: Option<ElementIx>,
}

/// The event definitions (BPMN 2.0.2, 10.5.5).
#[derive(Clone, Debug)]
pub enum EventDefinition {
    /// A message is sent or received; one without a message reference goes by its message flow.
    Message(Option<MessageIx>),
    /// A point in time.
    Timer(Box<TimerDefinition>),
    /// A signal is broadcast or received.
    Signal(SignalIx),
    /// A condition on data becomes true.
    Conditional(Box<Expr>),
    /// An error is thrown or caught; to catch without a reference is to catch every error.
    Error(Option<ErrorIx>),
    /// An escalation is thrown or caught; to catch without a reference is to catch every escalation.
    Escalation(Option<EscalationIx>),
    /// A jump: the throwing side knows the catch event of the same name in the same scope.
    Link(Option<ElementIx>),
    /// Compensation: of one activity, or of everything in the scope.
    Compensate {
        /// The activity to compensate.
        activity: Option<ElementIx>,
        /// Whether the throw event waits until its handlers have completed.
        wait: bool,
    },
    /// The transaction is cancelled.
    Cancel,
    /// The scope is terminated.
    Terminate,
}

/// A timer: its text read, or an expression that gives it.
#[derive(Clone, Debug)]
pub enum TimerDefinition {
    /// The literal, read when the model was lowered.
    Literal(Timer),
    /// Evaluated when the timer is armed.
    Expression {
        /// Which of the three it must be.
        kind: TimerKind,
        /// The expression.
        expression: Expr,
    },
    /// The end of the statutory term that the event carries.
    Term(Alternatives),
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// The BPMN id.
    pub id: Arc<str>,
    /// The name that it is correlated by; the id where there is no name.
    pub name: Text,
    /// The correlation key (`zeebe:subscription`), evaluated by the receiver.
    pub correlation_key: Option<Expr>,
}

/// A signal.
#[derive(Clone, Debug)]
pub struct Signal {
    /// The BPMN id.
    pub id: Arc<str>,
    /// The name that it is broadcast under; the id where there is no name.
    pub name: Text,
}

/// An error.
#[derive(Clone, Debug)]
pub struct Error {
    /// The BPMN id.
    pub id: Arc<str>,
    /// The name, for people.
    pub name: Option<Arc<str>>,
    /// The code that it is caught by; the id where there is no code.
    pub code: Arc<str>,
}

/// An escalation.
#[derive(Clone, Debug)]
pub struct Escalation {
    /// The BPMN id.
    pub id: Arc<str>,
    /// The name, for people.
    pub name: Option<Arc<str>>,
    /// The code that it is caught by; the id where there is no code.
    pub code: Arc<str>,
}

/// A message flow between two pools.
#[derive(Clone, Debug)]
pub struct MessageFlow {
    /// The BPMN id.
    pub id: Arc<str>,
    /// The name.
    pub name: Option<Arc<str>>,
    /// The element that sends; none where the flow begins at a pool or a process outside the program.
    pub source: Option<ElementIx>,
    /// The element that receives; none where the flow ends at a pool or a process outside the program.
    pub target: Option<ElementIx>,
}
