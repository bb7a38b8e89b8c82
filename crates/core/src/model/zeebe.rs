//! The `zeebe:` extensions: what makes a model executable and the standard leaves open.
//!
//! # Source
//! The descriptors of the npm package `zeebe-bpmn-moddle`.

use reglament_xml::ElementRef;

use super::extension::ExtensionElements;

/// The namespace of the extensions.
pub const ZEEBE: &str = "http://camunda.org/schema/zeebe/1.0";

extension_view! {
    /// The work that a handler takes.
    TaskDefinition(ZEEBE, "taskDefinition") {
        /// Which handler takes it.
        kind: "type",
        /// How many attempts there are.
        retries: "retries",
    }
}

extension_view! {
    /// Static headers of the work.
    TaskHeaders(ZEEBE, "taskHeaders") {}
}

impl<'d> TaskHeaders<'d> {
    /// The headers, in document order.
    pub fn headers(self) -> impl Iterator<Item = Header<'d>> + use<'d> {
        self.element().children().filter_map(Header::from_element)
    }
}

extension_view! {
    /// One header.
    Header(ZEEBE, "header") {
        /// The key.
        key: "key",
        /// The value.
        value: "value",
    }
}

extension_view! {
    /// Input and output mappings.
    IoMapping(ZEEBE, "ioMapping") {}
}

impl<'d> IoMapping<'d> {
    /// The mappings on entry, in document order.
    pub fn inputs(self) -> impl Iterator<Item = Input<'d>> + use<'d> {
        self.element().children().filter_map(Input::from_element)
    }

    /// The mappings on completion, in document order.
    pub fn outputs(self) -> impl Iterator<Item = Output<'d>> + use<'d> {
        self.element().children().filter_map(Output::from_element)
    }
}

extension_view! {
    /// A mapping on entry.
    Input(ZEEBE, "input") {
        /// What is read.
        source: "source",
        /// Where it is written.
        target: "target",
    }
}

extension_view! {
    /// A mapping on completion.
    Output(ZEEBE, "output") {
        /// What is read.
        source: "source",
        /// Where it is written.
        target: "target",
    }
}

extension_view! {
    /// The form of a user task.
    FormDefinition(ZEEBE, "formDefinition") {
        /// The key of a form.
        form_key: "formKey",
        /// The id of a form.
        form_id: "formId",
        /// A form kept elsewhere.
        external_reference: "externalReference",
    }
}

extension_view! {
    /// Who may do a user task.
    AssignmentDefinition(ZEEBE, "assignmentDefinition") {
        /// The assignee.
        assignee: "assignee",
        /// Groups whose members may claim it.
        candidate_groups: "candidateGroups",
        /// Users who may claim it.
        candidate_users: "candidateUsers",
    }
}

extension_view! {
    /// When a user task is due.
    TaskSchedule(ZEEBE, "taskSchedule") {
        /// When it is due.
        due_date: "dueDate",
        /// When it should be looked at.
        follow_up_date: "followUpDate",
    }
}

extension_view! {
    /// The process that a call activity calls.
    CalledElement(ZEEBE, "calledElement") {
        /// The id of the process.
        process_id: "processId",
        /// Whether all its variables are merged back.
        propagate_all_child_variables: "propagateAllChildVariables",
        /// Whether all visible variables are copied in.
        propagate_all_parent_variables: "propagateAllParentVariables",
    }
}

extension_view! {
    /// The decision of a business rule task.
    CalledDecision(ZEEBE, "calledDecision") {
        /// The id of the decision.
        decision_id: "decisionId",
        /// The variable of the result.
        result_variable: "resultVariable",
    }
}

extension_view! {
    /// The collection of a multi-instance activity.
    LoopCharacteristics(ZEEBE, "loopCharacteristics") {
        /// The collection.
        input_collection: "inputCollection",
        /// The variable of the item.
        input_element: "inputElement",
        /// The variable that receives the results.
        output_collection: "outputCollection",
        /// What each instance contributes.
        output_element: "outputElement",
    }
}

extension_view! {
    /// The expression of a script task.
    Script(ZEEBE, "script") {
        /// The expression.
        expression: "expression",
        /// The variable of the result.
        result_variable: "resultVariable",
    }
}

extension_view! {
    /// The correlation key of a message.
    Subscription(ZEEBE, "subscription") {
        /// The key.
        correlation_key: "correlationKey",
    }
}

extension_view! {
    /// What an ad-hoc sub-process begins with.
    AdHoc(ZEEBE, "adHoc") {
        /// The ids of the activities.
        active_elements_collection: "activeElementsCollection",
    }
}

extension_view! {
    /// A user task that the engine manages itself.
    UserTask(ZEEBE, "userTask") {}
}

extension_view! {
    /// Properties that nothing here interprets.
    Properties(ZEEBE, "properties") {}
}

impl<'d> Properties<'d> {
    /// The properties, in document order.
    pub fn properties(self) -> impl Iterator<Item = Property<'d>> + use<'d> {
        self.element().children().filter_map(Property::from_element)
    }
}

extension_view! {
    /// One property.
    Property(ZEEBE, "property") {
        /// The name.
        name: "name",
        /// The value.
        value: "value",
    }
}

impl<'d> ExtensionElements<'d> {
    /// The `zeebe:` extensions, in document order.
    pub fn zeebe(self) -> impl Iterator<Item = ElementRef<'d>> + use<'d> {
        self.in_namespace(ZEEBE)
    }
}
