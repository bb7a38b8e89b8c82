//! Artifacts: text annotations, associations, groups (BPMN 2.0.2, 8.3.1).

view! {
    /// A text annotation.
    TextAnnotation(TextAnnotation) {
        /// The text.
        text: content(Text),
        /// The format of the text.
        text_format: text("textFormat"),
    }
}

view! {
    /// An association: it links an artifact, or a compensation boundary event with its handler.
    Association(Association) {
        /// Where it begins.
        source_ref: text("sourceRef"),
        /// Where it ends.
        target_ref: text("targetRef"),
        /// Its arrow heads: `None`, `One` or `Both`.
        direction: text("associationDirection"),
    }
}

view! {
    /// A group: a frame around elements.
    Group(Group) {
        /// The category value that names it.
        category_value_ref: text("categoryValueRef"),
    }
}
