//! Gateways.
//!
//! # Source
//! BPMN 2.0.2, 10.6 and 13.4.

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{self, Tag};
use crate::program::{ElementIx, Kind};

impl<'d> ProcessLowering<'d, '_> {
    /// The kind of a gateway.
    pub(super) fn gateway(&mut self, index: ElementIx) -> Kind {
        self.check_direction(index);
        match self.node(index).tag {
            Tag::InclusiveGateway => Kind::InclusiveGateway(self.reach(index).map(Box::new)),
            Tag::ParallelGateway => Kind::ParallelGateway,
            Tag::ComplexGateway => self.complex_gateway(index),
            Tag::EventBasedGateway => self.event_based_gateway(index),
            _ => Kind::ExclusiveGateway,
        }
    }

    /// What the drawing says about the direction must hold (BPMN 2.0.2, 10.6.1).
    fn check_direction(&mut self, index: ElementIx) {
        let node = self.node(index);
        let element = node.element;
        let (incoming, outgoing) = (node.incoming.len(), node.outgoing.len());
        let Some(direction) = element.attribute("gatewayDirection") else {
            return;
        };
        let holds = match direction.trim() {
            "Converging" => outgoing <= 1,
            "Diverging" => incoming <= 1,
            "Mixed" => incoming > 1 && outgoing > 1,
            _ => true,
        };
        if !holds {
            let message = format!(
                "{} is declared {} and has {incoming} incoming and {outgoing} outgoing flows",
                self.describe(element),
                direction.to_lowercase()
            );
            self.warn(
                &codes::GATEWAY_DIRECTION,
                element,
                message,
                "the flows decide: mend `gatewayDirection`",
            );
        }
    }

    fn complex_gateway(&mut self, index: ElementIx) -> Kind {
        let node = self.node(index);
        let (element, joins) = (node.element, node.incoming.len() > 1);
        let condition = model::ComplexGateway::from_element(element)
            .and_then(model::ComplexGateway::activation_condition);
        if !joins {
            return Kind::ComplexGateway {
                activation: None,
                reach: None,
            };
        }
        let activation = match condition {
            Some(condition) => self
                .expression(condition, "the activation condition")
                .map(Box::new),
            None => {
                let message = format!(
                    "{} joins several flows without an activation condition",
                    self.describe(element)
                );
                let hint = "add an `activationCondition`, for example `= activationCount >= 2`, or use a parallel or inclusive gateway";
                self.error(&codes::COMPLEX_JOIN, element, message, hint);
                None
            }
        };
        Kind::ComplexGateway {
            activation,
            reach: self.reach(index).map(Box::new),
        }
    }

    fn event_based_gateway(&mut self, index: ElementIx) -> Kind {
        let node = self.node(index);
        let (element, scope) = (node.element, node.scope);
        let has_incoming = !node.incoming.is_empty();
        let view = model::EventBasedGateway::from_element(element);
        let instantiate = view.is_some_and(model::EventBasedGateway::instantiate);
        let parallel = view
            .and_then(model::EventBasedGateway::event_gateway_type)
            .is_some_and(|kind| kind.trim() == "Parallel");
        let name = self.describe(element);
        if parallel && !instantiate {
            let message = format!("{name} is parallel and does not start the process");
            let hint = "only a gateway with `instantiate=\"true\"` may wait for all its events";
            self.error(&codes::EVENT_GATEWAY_START, element, message, hint);
        }
        if instantiate && has_incoming {
            let message = format!("{name} starts the process and has incoming flows");
            self.error(
                &codes::EVENT_GATEWAY_START,
                element,
                message,
                "remove the flows, or `instantiate`",
            );
        }
        if instantiate && self.node(scope).tag != Tag::Process {
            let message = format!("{name} starts a process from inside a sub-process");
            self.error(
                &codes::EVENT_GATEWAY_START,
                element,
                message,
                "move it out of the sub-process, or remove `instantiate`",
            );
        }
        self.check_event_targets(index, instantiate);
        Kind::EventBasedGateway {
            parallel,
            instantiate,
        }
    }

    /// An event-based gateway is followed by what can catch, and by nothing else.
    fn check_event_targets(&mut self, index: ElementIx, instantiate: bool) {
        let gateway = self.node(index).element;
        let targets: Vec<ElementIx> = self
            .node(index)
            .outgoing
            .iter()
            .map(|flow| self.flow(*flow).target)
            .collect();
        if targets.is_empty() {
            let message = format!("{} has no outgoing flows", self.describe(gateway));
            self.error(
                &codes::EVENT_GATEWAY_TARGET,
                gateway,
                message,
                "lead flows to catch events or receive tasks",
            );
        }
        for target in targets {
            let node = self.node(target);
            let (element, tag) = (node.element, node.tag);
            let (incoming, boundaries) = (node.incoming.len(), node.boundaries.len());
            let name = self.describe(element);
            let gateway_name = self.describe(gateway);
            let problem = match tag {
                Tag::IntermediateCatchEvent if self.is_link_catch(target) => "is a link event",
                Tag::IntermediateCatchEvent | Tag::ReceiveTask if incoming > 1 => {
                    "has other incoming flows"
                }
                Tag::ReceiveTask if boundaries > 0 => "has boundary events",
                Tag::ReceiveTask if has_loop(element) => "has a loop marker",
                Tag::IntermediateCatchEvent if instantiate && !self.can_instantiate(target) => {
                    "is neither a message nor a signal, and the gateway starts the process"
                }
                Tag::IntermediateCatchEvent | Tag::ReceiveTask => continue,
                _ => "is neither a catch event nor a receive task",
            };
            let message =
                format!("{name} follows the event-based gateway {gateway_name} and {problem}");
            let hint = "behind the gateway put message, signal, timer or conditional catch events, or receive tasks, each with that one incoming flow";
            self.error(&codes::EVENT_GATEWAY_TARGET, element, message, hint);
        }
    }

    /// Whether a catch event behind an instantiating gateway can start a process.
    fn can_instantiate(&self, index: ElementIx) -> bool {
        let mut definitions = self.definitions_of(self.node(index).element).peekable();
        definitions.peek().is_some()
            && definitions.all(|definition| {
                matches!(
                    definition,
                    model::EventDefinition::Message(_) | model::EventDefinition::Signal(_)
                )
            })
    }
}

/// Whether the activity has a loop marker.
fn has_loop(element: reglament_xml::ElementRef<'_>) -> bool {
    element.children().any(|child| {
        matches!(
            Tag::of(child),
            Some(Tag::StandardLoopCharacteristics | Tag::MultiInstanceLoopCharacteristics)
        )
    })
}
