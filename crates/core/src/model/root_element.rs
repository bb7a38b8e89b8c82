//! Root elements that others refer to (BPMN 2.0.2, 8.3).

view! {
    /// A message.
    Message(Message) {
        /// What it carries.
        item_ref: text("itemRef"),
    }
}

view! {
    /// A signal.
    Signal(Signal) {
        /// What it carries.
        structure_ref: text("structureRef"),
    }
}

view! {
    /// An error.
    Error(Error) {
        /// The code that it is caught by.
        error_code: text("errorCode"),
        /// What it carries.
        structure_ref: text("structureRef"),
    }
}

view! {
    /// An escalation.
    Escalation(Escalation) {
        /// The code that it is caught by.
        escalation_code: text("escalationCode"),
        /// What it carries.
        structure_ref: text("structureRef"),
    }
}

view! {
    /// The structure of data.
    ItemDefinition(ItemDefinition) {
        /// The structure, in the type language of the file.
        structure_ref: text("structureRef"),
        /// Whether it is a list.
        is_collection: boolean("isCollection", false),
        /// `Information` or `Physical`.
        item_kind: text("itemKind"),
    }
}

view! {
    /// A category of elements.
    Category(Category) {
        /// Its values.
        category_values: all(CategoryValue => CategoryValue),
    }
}

view! {
    /// A value of a category: what a group is called.
    CategoryValue(CategoryValue) {
        /// The value.
        value: text("value"),
    }
}

view! {
    /// A task that several processes call.
    GlobalTask(GlobalTask | GlobalUserTask | GlobalManualTask | GlobalScriptTask | GlobalBusinessRuleTask) {
        /// The language of a global script task.
        script_language: text("scriptLanguage"),
        /// The script of a global script task.
        script: content(Script),
    }
}

view! {
    /// An import of another file (BPMN 2.0.2, 8.2.2).
    Import(Import) {
        /// The namespace of what is imported: of a BPMN file its `targetNamespace`.
        namespace: text("namespace"),
        /// Where the file is, from this one.
        location: text("location"),
        /// What kind of file it is: of a BPMN file the namespace of BPMN.
        import_type: text("importType"),
    }
}
