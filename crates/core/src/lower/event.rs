//! Events: which definitions may stand where, and what flows they may have.
//!
//! # Source
//! BPMN 2.0.2, 10.5, table 10.93.

use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{self, EventDefinition, Tag};
use crate::program::{self, ElementIx, EventPart, Kind};
use crate::support::{self, Position, Trigger};

impl<'d> ProcessLowering<'d, '_> {
    /// The kind of an event.
    pub(super) fn event(&mut self, index: ElementIx) -> Kind {
        let part = Box::new(self.event_part(index));
        match self.node(index).tag {
            Tag::StartEvent => Kind::StartEvent(part),
            Tag::IntermediateCatchEvent => Kind::IntermediateCatchEvent(part),
            Tag::IntermediateThrowEvent => Kind::IntermediateThrowEvent(part),
            Tag::BoundaryEvent => Kind::BoundaryEvent(part),
            _ => Kind::EndEvent(part),
        }
    }

    fn event_part(&mut self, index: ElementIx) -> EventPart {
        let element = self.node(index).element;
        let position = self.position(index);
        let definitions: Vec<EventDefinition<'d>> = self.definitions_of(element).collect();
        let parallel = element
            .attribute("parallelMultiple")
            .and_then(model::parse_boolean)
            == Some(true);
        let interrupting = interrupts(element, position);
        let trigger = trigger(&definitions, parallel);
        self.check_event_flows(index, position, trigger);
        let is_allowed = self.check_position(index, position, trigger, interrupting)
            && self.check_members(index, position, trigger, &definitions, interrupting);
        let lowered: Vec<program::EventDefinition> = if is_allowed {
            let lower = |definition: &EventDefinition<'d>| {
                self.event_definition(index, position, interrupting, *definition)
            };
            definitions.iter().filter_map(lower).collect()
        } else {
            Vec::new()
        };
        let attached_to = if position == Position::Boundary {
            self.host(index)
        } else {
            None
        };
        EventPart {
            definitions: lowered.into(),
            parallel: parallel && definitions.len() > 1,
            interrupting,
            attached_to,
        }
    }

    /// Where the event stands.
    fn position(&self, index: ElementIx) -> Position {
        let node = self.node(index);
        let scope = self.node(node.scope);
        match node.tag {
            Tag::StartEvent if scope.is_event_sub_process => Position::EventSubProcessStart,
            Tag::StartEvent if scope.tag == Tag::Process => Position::Start,
            Tag::StartEvent => Position::SubProcessStart,
            Tag::IntermediateCatchEvent => Position::IntermediateCatch,
            Tag::IntermediateThrowEvent => Position::IntermediateThrow,
            Tag::BoundaryEvent => Position::Boundary,
            _ => Position::End,
        }
    }

    /// The definitions of an event, its own and those it refers to, in document order.
    pub(super) fn definitions_of(
        &self,
        element: ElementRef<'d>,
    ) -> impl Iterator<Item = EventDefinition<'d>> + use<'d> {
        let definitions = self.definitions;
        let event = model::Event::from_element(element);
        let own = event.into_iter().flat_map(model::Event::event_definitions);
        let referred = event
            .into_iter()
            .flat_map(model::Event::references)
            .filter_map(move |reference| {
                let found = definitions
                    .resolve(reference, &reference.text())
                    .element()?;
                EventDefinition::from_element(found)
            });
        own.chain(referred)
    }

    /// Whether a start event has a trigger.
    pub(super) fn has_trigger(&self, index: ElementIx) -> bool {
        self.definitions_of(self.node(index).element)
            .next()
            .is_some()
    }

    fn check_position(
        &mut self,
        index: ElementIx,
        position: Position,
        trigger: Trigger,
        interrupting: bool,
    ) -> bool {
        if support::event(position, trigger, interrupting).is_some() {
            return true;
        }
        let element = self.node(index).element;
        let name = self.describe(element);
        let at_all = support::event(position, trigger, true).is_some();
        let (message, hint) = match (position, trigger) {
            _ if at_all => (
                format!(
                    "{name} has {} trigger and does not interrupt",
                    article(trigger)
                ),
                "such an event always interrupts: set `cancelActivity` or `isInterrupting` to true"
                    .to_owned(),
            ),
            (Position::IntermediateCatch | Position::Boundary, Trigger::None) => (
                format!("{name} has no event definition, so nothing can trigger it"),
                format!("add one of: {}", names(position)),
            ),
            (Position::EventSubProcessStart, Trigger::None) => (
                format!("{name} starts an event sub-process and has no event definition"),
                format!("add one of: {}", names(position)),
            ),
            _ => (
                format!(
                    "{name} is {} with {} definition, which is not allowed",
                    position.name(),
                    article(trigger)
                ),
                format!("{} may be: {}", position.name(), names(position)),
            ),
        };
        self.error(&codes::EVENT_POSITION, element, message, hint);
        false
    }

    /// The members of a multiple event: each must be allowed by itself, and they must be able to
    /// occur together.
    fn check_members(
        &mut self,
        index: ElementIx,
        position: Position,
        trigger: Trigger,
        definitions: &[EventDefinition<'d>],
        interrupting: bool,
    ) -> bool {
        if !matches!(trigger, Trigger::Multiple | Trigger::ParallelMultiple) {
            return true;
        }
        let element = self.node(index).element;
        let name = self.describe(element);
        let last = definitions.len().saturating_sub(1);
        let mut is_fine = true;
        for (place, definition) in definitions.iter().enumerate() {
            let member = single(definition);
            let is_allowed = support::event(position, member, interrupting).is_some();
            let problem = match member {
                _ if !is_allowed => "is not allowed at this position",
                Trigger::Link => "is a jump and cannot be one of several",
                Trigger::Cancel if position == Position::Boundary => "cannot be one of several",
                Trigger::Compensation
                    if position != Position::End && position != Position::IntermediateThrow =>
                {
                    "cannot be one of several"
                }
                Trigger::Error if trigger == Trigger::ParallelMultiple => {
                    "ends the scope, so the others could not occur as well"
                }
                Trigger::Compensation if place != last => {
                    "is waited for, so it must be the last of several"
                }
                Trigger::Error | Trigger::Cancel | Trigger::Terminate
                    if position == Position::End && place != last =>
                {
                    "ends the scope, so it must be the last of several"
                }
                _ => continue,
            };
            is_fine = false;
            let message = format!("the {} definition of {name} {problem}", member.name());
            self.error(
                &codes::MULTIPLE_EVENT,
                element,
                message,
                "use separate events",
            );
        }
        is_fine
    }

    /// Which sequence flows the position and trigger allow (BPMN 2.0.2, table 7.3).
    fn check_event_flows(&mut self, index: ElementIx, position: Position, trigger: Trigger) {
        let node = self.node(index);
        let element = node.element;
        let (incoming, outgoing) = (!node.incoming.is_empty(), !node.outgoing.is_empty());
        let is_link = trigger == Trigger::Link;
        let problem = match position {
            Position::Start | Position::EventSubProcessStart | Position::SubProcessStart
                if incoming =>
            {
                "is a start event and has incoming sequence flows"
            }
            Position::End if outgoing => "is an end event and has outgoing sequence flows",
            Position::Boundary if incoming => "is a boundary event and has incoming sequence flows",
            Position::IntermediateThrow if is_link && outgoing => {
                "throws a link and has outgoing sequence flows"
            }
            Position::IntermediateCatch if is_link && incoming => {
                "catches a link and has incoming sequence flows"
            }
            Position::Boundary if trigger == Trigger::Compensation && outgoing => {
                "is a compensation boundary event and has outgoing sequence flows"
            }
            _ => return,
        };
        let message = format!("{} {problem}", self.describe(element));
        let hint = match trigger {
            Trigger::Link => {
                "the jump leads from the throw event to the catch event of the same name"
            }
            Trigger::Compensation => "connect the handler by an association",
            _ => "use an intermediate event where the flow goes on",
        };
        self.error(&codes::EVENT_FLOW, element, message, hint);
    }
}

/// Whether the event interrupts, where that is a question.
fn interrupts(element: ElementRef<'_>, position: Position) -> bool {
    let name = match position {
        Position::Boundary => "cancelActivity",
        Position::EventSubProcessStart => "isInterrupting",
        _ => return true,
    };
    element
        .attribute(name)
        .and_then(model::parse_boolean)
        .unwrap_or(true)
}

/// What an event with these definitions is about.
fn trigger(definitions: &[EventDefinition<'_>], parallel: bool) -> Trigger {
    match definitions {
        [] => Trigger::None,
        [one] => single(one),
        _ if parallel => Trigger::ParallelMultiple,
        _ => Trigger::Multiple,
    }
}

/// What one definition is about.
fn single(definition: &EventDefinition<'_>) -> Trigger {
    match definition {
        EventDefinition::Message(_) => Trigger::Message,
        EventDefinition::Timer(_) => Trigger::Timer,
        EventDefinition::Signal(_) => Trigger::Signal,
        EventDefinition::Conditional(_) => Trigger::Conditional,
        EventDefinition::Error(_) => Trigger::Error,
        EventDefinition::Escalation(_) => Trigger::Escalation,
        EventDefinition::Link(_) => Trigger::Link,
        EventDefinition::Compensate(_) => Trigger::Compensation,
        EventDefinition::Cancel(_) => Trigger::Cancel,
        EventDefinition::Terminate(_) => Trigger::Terminate,
    }
}

/// The trigger with its article.
fn article(trigger: Trigger) -> String {
    let name = trigger.name();
    if name.starts_with(['e']) {
        format!("an {name}")
    } else {
        format!("a {name}")
    }
}

/// The triggers that may stand at `position`.
fn names(position: Position) -> String {
    support::triggers(position)
        .map(Trigger::name)
        .collect::<Vec<_>>()
        .join(", ")
}
