//! Loop markers (BPMN 2.0.2, 10.3.8).

use super::event::ImplicitThrowEvent;
use super::expression::Expression;
use super::input_output::{DataInput, DataOutput};

view! {
    /// A standard loop.
    StandardLoopCharacteristics(StandardLoopCharacteristics) {
        /// Whether the condition is tested before each pass.
        test_before: boolean("testBefore", false),
        /// The most passes there may be.
        loop_maximum: integer("loopMaximum"),
        /// Goes on as long as it is true.
        loop_condition: one(LoopCondition => Expression),
    }
}

view! {
    /// Multi-instance.
    MultiInstanceLoopCharacteristics(MultiInstanceLoopCharacteristics) {
        /// One after the other instead of all at once.
        is_sequential: boolean("isSequential", false),
        /// The number of instances.
        loop_cardinality: one(LoopCardinality => Expression),
        /// The collection.
        loop_data_input_ref: content(LoopDataInputRef),
        /// The variable that receives the results.
        loop_data_output_ref: content(LoopDataOutputRef),
        /// The item of an instance.
        input_data_item: one(InputDataItem => DataInput),
        /// The result of an instance.
        output_data_item: one(OutputDataItem => DataOutput),
        /// Ends the activity early.
        completion_condition: one(CompletionCondition => Expression),
        /// `None`, `One`, `All` or `Complex`: which completions throw events.
        behavior: text("behavior"),
        /// The event of `behavior="None"`.
        none_behavior_event_ref: text("noneBehaviorEventRef"),
        /// The event of `behavior="One"`.
        one_behavior_event_ref: text("oneBehaviorEventRef"),
        /// The events of `behavior="Complex"`.
        complex_behavior_definitions: all(ComplexBehaviorDefinition => ComplexBehaviorDefinition),
    }
}

view! {
    /// An event that is thrown after a completion when its condition holds.
    ComplexBehaviorDefinition(ComplexBehaviorDefinition) {
        /// The condition.
        condition: one(Condition => Expression),
        /// The event.
        event: one(Event => ImplicitThrowEvent),
    }
}
