//! Ad-hoc sub-processes.
//!
//! # Source
//! BPMN 2.0.2, 10.3.5 and 13.3.5.

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{AdHocSubProcess, ExtensionElements, Tag, zeebe};
use crate::program::{AdHoc, ElementIx, Kind};

impl ProcessLowering<'_, '_> {
    /// The kind of an ad-hoc sub-process.
    pub(super) fn ad_hoc(&mut self, index: ElementIx) -> Kind {
        self.check_ad_hoc(index);
        let element = self.node(index).element;
        let view = AdHocSubProcess::from_element(element);
        let completion = view
            .and_then(AdHocSubProcess::completion_condition)
            .and_then(|condition| self.expression(condition, "the completion condition"));
        let active_elements =
            zeebe::AdHoc::find(ExtensionElements::of(element)).and_then(|ad_hoc| {
                self.attribute_expression(ad_hoc.element(), "activeElementsCollection")
            });
        Kind::AdHocSubProcess(Box::new(AdHoc {
            sequential: view
                .and_then(AdHocSubProcess::ordering)
                .is_some_and(|ordering| ordering.trim() == "Sequential"),
            completion,
            cancel_remaining: view.is_none_or(AdHocSubProcess::cancel_remaining_instances),
            active_elements,
        }))
    }

    /// An ad-hoc sub-process has activities, and neither start nor end events.
    fn check_ad_hoc(&mut self, index: ElementIx) {
        let element = self.node(index).element;
        let contents = self.node(index).contents.clone();
        for inner in &contents {
            let node = self.node(*inner);
            let inner_element = node.element;
            if matches!(node.tag, Tag::StartEvent | Tag::EndEvent) {
                let message = format!(
                    "{} stands in an ad-hoc sub-process",
                    self.describe(inner_element)
                );
                let hint =
                    "an ad-hoc sub-process has no start and end events: remove it with its flows";
                self.error(&codes::AD_HOC_CONTENT, inner_element, message, hint);
            }
        }
        let has_activity = contents.iter().any(|inner| {
            let node = self.node(*inner);
            node.tag.is_activity() && !node.is_event_sub_process && !node.is_for_compensation
        });
        if !has_activity {
            let message = format!("{} contains no activity", self.describe(element));
            self.error(
                &codes::AD_HOC_CONTENT,
                element,
                message,
                "add the activities that may be performed",
            );
        }
    }
}
