//! Data inputs and outputs, and the associations that fill and empty them (BPMN 2.0.2, 10.4).

use std::borrow::Cow;

use reglament_xml::ElementRef;

use super::expression::Expression;

view! {
    /// The data that an activity or process needs and makes.
    InputOutputSpecification(IoSpecification) {
        /// What it needs.
        data_inputs: all(DataInput => DataInput),
        /// What it makes.
        data_outputs: all(DataOutput => DataOutput),
    }
}

view! {
    /// Data that is needed.
    DataInput(DataInput | InputDataItem) {
        /// Whether it is a list.
        is_collection: boolean("isCollection", false),
    }
}

view! {
    /// Data that is made.
    DataOutput(DataOutput | OutputDataItem) {
        /// Whether it is a list.
        is_collection: boolean("isCollection", false),
    }
}

view! {
    /// A data association in either direction.
    DataAssociation(DataInputAssociation | DataOutputAssociation | DataAssociation) {
        /// Where the data comes from.
        source_refs: contents(SourceRef),
        /// Where it goes.
        target_ref: content(TargetRef),
        /// What is done to it on the way.
        transformation: one(Transformation => Expression),
        /// The parts that are copied one by one.
        assignments: all(Assignment => Assignment),
    }
}

view! {
    /// Fills a data input.
    DataInputAssociation(DataInputAssociation) {}
}

view! {
    /// Empties a data output.
    DataOutputAssociation(DataOutputAssociation) {}
}

impl<'d> From<DataInputAssociation<'d>> for DataAssociation<'d> {
    fn from(association: DataInputAssociation<'d>) -> Self {
        Self(association.0)
    }
}

impl<'d> From<DataOutputAssociation<'d>> for DataAssociation<'d> {
    fn from(association: DataOutputAssociation<'d>) -> Self {
        Self(association.0)
    }
}

view! {
    /// One copy of a part of the data.
    Assignment(Assignment) {
        /// What is read.
        from: one(From => Expression),
        /// Where it is written.
        to: one(To => Expression),
    }
}

/// The text of `element` without white space at its ends.
pub(crate) fn trimmed(element: ElementRef<'_>) -> Cow<'_, str> {
    match element.text() {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}
