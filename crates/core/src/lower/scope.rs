//! Processes and sub-processes: what they contain and where a token begins.
//!
//! # Source
//! BPMN 2.0.2, 10.5.2 and 13.2.

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{BaseElement, EventBasedGateway, ReceiveTask, Tag, Transaction, children};
use crate::program::{Body, ElementIx, Kind};

impl<'d> ProcessLowering<'d, '_> {
    /// Checks the process as a whole.
    pub(super) fn check_process(&mut self) {
        let process = self.process.element();
        for (tag, instead) in [
            (
                Tag::CorrelationSubscription,
                "give each message a `zeebe:subscription` with a `correlationKey`",
            ),
            (
                Tag::IoBinding,
                "start the process by its start events and read its variables",
            ),
        ] {
            for child in children(process, tag) {
                let message = format!("`{tag}` is not executed");
                self.error(&codes::UNSUPPORTED_ELEMENT, child, message, instead);
            }
        }
    }

    /// The kind of a sub-process.
    pub(super) fn sub_process(&mut self, index: ElementIx) -> Kind {
        let node = self.node(index);
        let (element, tag) = (node.element, node.tag);
        if node.is_event_sub_process {
            self.check_event_sub_process(index);
            return Kind::EventSubProcess;
        }
        match tag {
            Tag::AdHocSubProcess => self.ad_hoc(index),
            Tag::Transaction => {
                self.check_transaction(element);
                Kind::Transaction
            }
            _ => Kind::SubProcess,
        }
    }

    fn check_transaction(&mut self, element: reglament_xml::ElementRef<'d>) {
        let method = Transaction::from_element(element).and_then(Transaction::method);
        if let Some(method) = method.filter(|method| !matches!(method.trim(), "##Compensate" | ""))
        {
            let message = format!("{} is undone by `{method}`", self.describe(element));
            let hint = "transactions are undone by compensation: remove `method` or set it to `##Compensate`";
            self.error(&codes::TRANSACTION_METHOD, element, message, hint);
        }
    }

    /// An event sub-process stands beside the normal flow and has one start event with a trigger.
    fn check_event_sub_process(&mut self, index: ElementIx) {
        let node = self.node(index);
        let element = node.element;
        let tag = node.tag;
        let is_connected = !node.incoming.is_empty() || !node.outgoing.is_empty();
        let starts: Vec<ElementIx> = self.starts(index).collect();
        let name = self.describe(element);
        if tag != Tag::SubProcess {
            let message = format!("{name} is triggered by an event, and a {tag} cannot be");
            self.error(
                &codes::EVENT_SUB_PROCESS,
                element,
                message,
                "use a plain `subProcess`",
            );
        }
        if is_connected {
            let message = format!("the event sub-process {name} has sequence flows");
            let hint = "an event sub-process is started by its start event alone: remove the flows";
            self.error(&codes::EVENT_SUB_PROCESS, element, message, hint);
        }
        if starts.len() != 1 {
            let message = format!(
                "the event sub-process {name} has {} start events, expected one",
                starts.len()
            );
            let hint = "keep one start event; several triggers go into one event as multiple";
            self.error(&codes::EVENT_SUB_PROCESS, element, message, hint);
        }
    }

    /// The start events directly inside `scope`.
    pub(super) fn starts(&self, scope: ElementIx) -> impl Iterator<Item = ElementIx> + '_ {
        let contents = self.node(scope).contents.iter().copied();
        contents.filter(|index| self.node(*index).tag == Tag::StartEvent)
    }

    /// What the scope contains and where it begins.
    pub(super) fn scope_body(&mut self, scope: ElementIx) -> Body {
        let contents = self.node(scope).contents.clone();
        let has_starts = self.starts(scope).next().is_some();
        let mut body = Body::default();
        let (mut initial, mut triggered, mut event_sub_processes) =
            (Vec::new(), Vec::new(), Vec::new());
        for index in contents.iter().copied() {
            if self.node(index).is_event_sub_process {
                event_sub_processes.push(index);
            } else if self.node(index).tag == Tag::StartEvent {
                let list = if self.has_trigger(index) {
                    &mut triggered
                } else {
                    &mut initial
                };
                list.push(index);
            } else if self.instantiates(index) {
                triggered.push(index);
            }
        }
        let is_ad_hoc = self.node(scope).tag == Tag::AdHocSubProcess;
        let may_begin: Vec<ElementIx> = contents
            .iter()
            .copied()
            .filter(|index| self.may_begin(*index))
            .collect();
        if is_ad_hoc || (!has_starts && triggered.is_empty()) {
            initial = may_begin;
        } else {
            self.warn_unreachable(&may_begin);
        }
        if initial.is_empty() && triggered.is_empty() {
            self.check_nothing_to_start(scope, !contents.is_empty());
        }
        body.contents = contents.into_boxed_slice();
        body.initial = initial.into_boxed_slice();
        body.triggered_starts = triggered.into_boxed_slice();
        body.event_sub_processes = event_sub_processes.into_boxed_slice();
        body
    }

    /// What contains something must begin somewhere; what is empty completes at once.
    fn check_nothing_to_start(&mut self, scope: ElementIx, has_contents: bool) {
        let node = self.node(scope);
        let element = node.element;
        if node.is_event_sub_process || !has_contents {
            return;
        }
        let message = format!(
            "{} has no start event, and all its elements have incoming flows",
            self.describe(element)
        );
        self.error(
            &codes::NOTHING_TO_START,
            element,
            message,
            "add a start event",
        );
    }

    fn warn_unreachable(&mut self, unreachable: &[ElementIx]) {
        for index in unreachable {
            let element = self.node(*index).element;
            let message = format!(
                "no sequence flow leads to {}, so it is never executed",
                self.describe(element)
            );
            let hint = "where a scope has a start event, everything else needs an incoming flow";
            self.warn(&codes::UNREACHABLE, element, message, hint);
        }
    }

    /// Whether a token begins at `index` when its scope has no start event: nothing leads to it,
    /// and nothing else wakes it.
    fn may_begin(&self, index: ElementIx) -> bool {
        let node = self.node(index);
        node.incoming.is_empty()
            && !node.is_event_sub_process
            && !node.is_for_compensation
            && !matches!(node.tag, Tag::StartEvent | Tag::BoundaryEvent)
            && !self.is_link_catch(index)
            && !self.instantiates(index)
    }

    /// Whether the element starts instances without being a start event.
    pub(super) fn instantiates(&self, index: ElementIx) -> bool {
        let node = self.node(index);
        ReceiveTask::from_element(node.element).is_some_and(ReceiveTask::instantiate)
            || EventBasedGateway::from_element(node.element)
                .is_some_and(EventBasedGateway::instantiate)
    }
}
