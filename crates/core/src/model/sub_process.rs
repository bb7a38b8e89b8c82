//! Sub-processes (BPMN 2.0.2, 10.3.5).

use super::data::Property;
use super::expression::Expression;
use super::flow_node::FlowElements;

view! {
    /// A sub-process of any kind.
    SubProcess(SubProcess | Transaction | AdHocSubProcess) {
        /// Whether it is an event sub-process.
        triggered_by_event: boolean("triggeredByEvent", false),
        /// Its properties.
        properties: all(Property => Property),
    }
}

impl<'d> SubProcess<'d> {
    /// Its contents.
    #[must_use]
    pub fn flow_elements(self) -> FlowElements<'d> {
        FlowElements::of(self.0)
    }
}

view! {
    /// A transaction.
    Transaction(Transaction) {
        /// How it is undone: `##Compensate`, `##Store` or `##Image`.
        method: text("method"),
    }
}

view! {
    /// An ad-hoc sub-process.
    AdHocSubProcess(AdHocSubProcess) {
        /// `Parallel` or `Sequential`.
        ordering: text("ordering"),
        /// Whether activities that still run are cancelled when the completion condition holds.
        cancel_remaining_instances: boolean("cancelRemainingInstances", true),
        /// Ends the sub-process when true.
        completion_condition: one(CompletionCondition => Expression),
    }
}
