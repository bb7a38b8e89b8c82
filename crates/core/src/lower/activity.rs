//! What all activities have: boundary events, repetition, quantities, compensation.
//!
//! # Source
//! BPMN 2.0.2, 10.3 and 13.3.

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{ReceiveTask, Tag, parse_integer};
use crate::program::{Activity, ElementIx};

impl ProcessLowering<'_, '_> {
    /// What an activity has beyond the plain life cycle; none where there is nothing of it.
    pub(super) fn activity(&mut self, index: ElementIx) -> Option<Box<Activity>> {
        let boundaries = self.boundaries(index);
        let compensation = self.compensation_handler(index);
        let repetition = self.repetition(index);
        let is_for_compensation = self.node(index).is_for_compensation;
        if is_for_compensation {
            self.check_handler(index);
            if compensation.is_some() {
                let element = self.node(index).element;
                let message = format!(
                    "{} is a compensation handler and has one itself",
                    self.describe(element)
                );
                self.error(
                    &codes::COMPENSATION_HANDLER,
                    element,
                    message,
                    "remove its compensation boundary event",
                );
            }
        }
        self.check_instantiate(index);
        let start_quantity = self.quantity(index, "startQuantity");
        let completion_quantity = self.quantity(index, "completionQuantity");
        // Each completion inside an ad-hoc sub-process is followed by its completion condition.
        let scope = self.node(index).scope;
        let in_ad_hoc = self.node(scope).tag == Tag::AdHocSubProcess;
        let is_plain = !in_ad_hoc
            && boundaries.is_empty()
            && compensation.is_none()
            && repetition.is_none()
            && !is_for_compensation
            && start_quantity == 1
            && completion_quantity == 1;
        (!is_plain).then(|| {
            Box::new(Activity {
                repetition,
                boundaries,
                compensation,
                is_for_compensation,
                start_quantity,
                completion_quantity,
            })
        })
    }

    /// `startQuantity` or `completionQuantity`: at least one.
    fn quantity(&mut self, index: ElementIx, name: &str) -> u32 {
        let element = self.node(index).element;
        let Some(text) = element.attribute(name) else {
            return 1;
        };
        match parse_integer(text).and_then(|number| u32::try_from(number).ok()) {
            Some(number) if number >= 1 => number,
            _ => {
                let message = format!(
                    "`{name}` of {} is `{text}`, expected an integer of at least 1",
                    self.describe(element)
                );
                self.error(
                    &codes::QUANTITY,
                    element,
                    message,
                    "remove the attribute, or give the number of tokens",
                );
                1
            }
        }
    }

    /// A receive task that starts the process has nothing before it and stands in no sub-process.
    fn check_instantiate(&mut self, index: ElementIx) {
        let node = self.node(index);
        let element = node.element;
        if !ReceiveTask::from_element(element).is_some_and(ReceiveTask::instantiate) {
            return;
        }
        let (has_incoming, scope) = (!node.incoming.is_empty(), node.scope);
        let is_inside = self.node(scope).tag != Tag::Process;
        let problem = if has_incoming {
            "has incoming flows"
        } else if is_inside {
            "stands in a sub-process"
        } else {
            return;
        };
        let message = format!(
            "{} starts the process and {problem}",
            self.describe(element)
        );
        self.error(
            &codes::INSTANTIATE,
            element,
            message,
            "remove `instantiate`, or let nothing lead to it in the process itself",
        );
    }
}
