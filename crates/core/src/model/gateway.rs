//! Gateways (BPMN 2.0.2, 10.6).

use super::expression::Expression;

view! {
    /// An exclusive gateway.
    ExclusiveGateway(ExclusiveGateway) {
        /// The flow that is taken when no condition holds.
        default_flow: text("default"),
    }
}

view! {
    /// An inclusive gateway.
    InclusiveGateway(InclusiveGateway) {
        /// The flow that is taken when no condition holds.
        default_flow: text("default"),
    }
}

view! {
    /// A parallel gateway.
    ParallelGateway(ParallelGateway) {}
}

view! {
    /// A gateway whose way is decided by the event that occurs first.
    EventBasedGateway(EventBasedGateway) {
        /// Whether it starts an instance.
        instantiate: boolean("instantiate", false),
        /// `Exclusive` or `Parallel`.
        event_gateway_type: text("eventGatewayType"),
    }
}

view! {
    /// A complex gateway.
    ComplexGateway(ComplexGateway) {
        /// When it fires, where it joins.
        activation_condition: one(ActivationCondition => Expression),
        /// The flow that is taken when no condition holds.
        default_flow: text("default"),
    }
}
