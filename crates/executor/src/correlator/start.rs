//! Where a message or signal begins an instance.

use reglament_core::Program;
use reglament_core::program::{ElementIx, EventDefinition, Kind, MessageIx, Text};

/// Where an instance begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageStart {
    /// The process.
    pub process: ElementIx,
    /// The start event, instantiating receive task or instantiating event-based gateway.
    pub at: ElementIx,
    /// Behind a gateway: the event that has occurred.
    pub event: Option<ElementIx>,
}

/// The starts of all processes that a message named `name` triggers, in document order. A name that is
/// an expression cannot be known before there is an instance and does not start one.
#[must_use]
pub fn message_starts(program: &Program, name: &str) -> Vec<MessageStart> {
    starts(program, |definition| match definition {
        Awaits::Message(Some(message)) => is_literal(&program.messages[message].name, name),
        Awaits::Message(None) | Awaits::Other(_) => false,
    })
}

/// The starts of all processes that a signal named `name` triggers, in document order.
#[must_use]
pub fn signal_starts(program: &Program, name: &str) -> Vec<MessageStart> {
    starts(program, |definition| match definition {
        Awaits::Other(EventDefinition::Signal(signal)) => {
            is_literal(&program.signals[*signal].name, name)
        }
        Awaits::Other(_) | Awaits::Message(_) => false,
    })
}

impl MessageStart {
    /// The start with a trigger that lies at `element`, if there is one: the end of a message flow.
    #[must_use]
    pub fn at(program: &Program, element: ElementIx) -> Option<Self> {
        all(program).find(|start| start.event.unwrap_or(start.at) == element)
    }
}

/// What an element that begins an instance waits for.
enum Awaits<'p> {
    Message(Option<MessageIx>),
    Other(&'p EventDefinition),
}

fn starts(program: &Program, matches: impl Fn(Awaits<'_>) -> bool) -> Vec<MessageStart> {
    let of_element = |element: ElementIx| match &program.elements[element].kind {
        Kind::Task(task) => matches(Awaits::Message(task.message)),
        // DIFFERENCE: one of several triggers that must all occur is not enough. Nothing keeps the others for an
        // instance that does not exist yet, so such an event begins only where it is started by name.
        Kind::StartEvent(part) | Kind::IntermediateCatchEvent(part) if part.parallel => false,
        Kind::StartEvent(part) | Kind::IntermediateCatchEvent(part) => {
            part.definitions.iter().any(|definition| {
                matches(match definition {
                    EventDefinition::Message(message) => Awaits::Message(*message),
                    other => Awaits::Other(other),
                })
            })
        }
        _ => false,
    };
    all(program)
        .filter(|start| of_element(start.event.unwrap_or(start.at)))
        .collect()
}

/// All triggered starts of all processes, with the events behind gateways, in document order.
fn all(program: &Program) -> impl Iterator<Item = MessageStart> {
    program.processes.iter().copied().flat_map(move |process| {
        let body = program.elements[process].body.as_deref();
        let starts = body
            .into_iter()
            .flat_map(|body| body.triggered_starts.iter().copied());
        starts.flat_map(move |at| {
            let of = move |event| MessageStart { process, at, event };
            match &program.elements[at].kind {
                Kind::EventBasedGateway { .. } => {
                    let flows = program.elements[at].outgoing.flows();
                    flows
                        .map(|flow| of(Some(program.flows[flow].target)))
                        .collect::<Vec<_>>()
                }
                _ => vec![of(None)],
            }
        })
    })
}

fn is_literal(text: &Text, name: &str) -> bool {
    matches!(text, Text::Literal(literal) if **literal == *name)
}
