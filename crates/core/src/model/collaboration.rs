//! Collaborations: pools and the message flows between them (BPMN 2.0.2, chapter 9).

view! {
    /// A collaboration, a choreography or a global conversation.
    Collaboration(Collaboration | Choreography | GlobalConversation) {
        /// Whether messages that are not modelled may be exchanged.
        is_closed: boolean("isClosed", false),
        /// The pools.
        participants: all(Participant => Participant),
        /// The message flows.
        message_flows: all(MessageFlow => MessageFlow),
    }
}

view! {
    /// A participant: a pool.
    Participant(Participant) {
        /// The process inside a white-box pool; a black box has none.
        process_ref: text("processRef"),
    }
}

view! {
    /// A message flow.
    MessageFlow(MessageFlow) {
        /// The participant, activity or event that sends.
        source_ref: text("sourceRef"),
        /// The participant, activity or event that receives.
        target_ref: text("targetRef"),
        /// The message.
        message_ref: text("messageRef"),
    }
}
