//! Tasks and call activities (BPMN 2.0.2, 10.3.3 and 10.3.6).

view! {
    /// A task without a kind.
    Task(Task) {}
}

view! {
    /// A person does it with the help of software.
    UserTask(UserTask) {
        /// How it is done.
        implementation: text("implementation"),
    }
}

view! {
    /// A person does it without software.
    ManualTask(ManualTask) {}
}

view! {
    /// Software does it.
    ServiceTask(ServiceTask) {
        /// How it is done.
        implementation: text("implementation"),
        /// The operation that is called.
        operation_ref: text("operationRef"),
    }
}

view! {
    /// A message is sent.
    SendTask(SendTask) {
        /// The message.
        message_ref: text("messageRef"),
        /// The operation that sends it.
        operation_ref: text("operationRef"),
    }
}

view! {
    /// A message is awaited.
    ReceiveTask(ReceiveTask) {
        /// The message.
        message_ref: text("messageRef"),
        /// The operation that receives it.
        operation_ref: text("operationRef"),
        /// Whether it starts an instance.
        instantiate: boolean("instantiate", false),
    }
}

view! {
    /// A decision is made.
    BusinessRuleTask(BusinessRuleTask) {
        /// How it is done.
        implementation: text("implementation"),
    }
}

view! {
    /// A script is run.
    ScriptTask(ScriptTask) {
        /// The language.
        script_format: text("scriptFormat"),
        /// The script.
        script: content(Script),
    }
}

view! {
    /// Another process or a global task is called.
    CallActivity(CallActivity) {
        /// What is called.
        called_element: text("calledElement"),
    }
}
