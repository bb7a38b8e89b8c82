//! Sequence flows (BPMN 2.0.2, 8.3.13).

use super::expression::Expression;

view! {
    /// A sequence flow.
    SequenceFlow(SequenceFlow) {
        /// Where it begins.
        source_ref: text("sourceRef"),
        /// Where it ends.
        target_ref: text("targetRef"),
        /// When it is taken.
        condition_expression: one(ConditionExpression => Expression),
    }
}
