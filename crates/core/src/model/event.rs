//! Events (BPMN 2.0.2, 10.5).

use reglament_xml::ElementRef;

use super::event_definition::EventDefinition;
use super::input_output::{DataInputAssociation, DataOutputAssociation};
use super::tag::Tag;
use super::view::children;

view! {
    /// An event of any position.
    Event(StartEvent | IntermediateCatchEvent | IntermediateThrowEvent | BoundaryEvent | EndEvent | Event) {
        /// Whether all its definitions must have occurred.
        is_parallel_multiple: boolean("parallelMultiple", false),
        /// The event definitions of the file that it refers to.
        event_definition_refs: contents(EventDefinitionRef),
        /// Where its payload comes from, when it throws.
        data_input_associations: all(DataInputAssociation => DataInputAssociation),
        /// Where its payload goes, when it catches.
        data_output_associations: all(DataOutputAssociation => DataOutputAssociation),
    }
}

impl<'d> Event<'d> {
    /// The event definitions inside it, in document order.
    pub fn event_definitions(self) -> impl Iterator<Item = EventDefinition<'d>> + use<'d> {
        self.0.children().filter_map(EventDefinition::from_element)
    }

    /// The elements that refer to event definitions elsewhere in the file.
    pub(crate) fn references(self) -> impl Iterator<Item = ElementRef<'d>> + use<'d> {
        children(self.0, Tag::EventDefinitionRef)
    }
}

view! {
    /// A start event.
    StartEvent(StartEvent) {
        /// For event sub-processes: whether the enclosing scope is interrupted.
        is_interrupting: boolean("isInterrupting", true),
    }
}

view! {
    /// An intermediate catch event.
    IntermediateCatchEvent(IntermediateCatchEvent) {}
}

view! {
    /// An intermediate throw event.
    IntermediateThrowEvent(IntermediateThrowEvent) {}
}

view! {
    /// An event on the boundary of an activity.
    BoundaryEvent(BoundaryEvent) {
        /// The activity.
        attached_to_ref: text("attachedToRef"),
        /// Whether the activity is interrupted.
        cancel_activity: boolean("cancelActivity", true),
    }
}

view! {
    /// An end event.
    EndEvent(EndEvent) {}
}

view! {
    /// The event that a multi-instance activity throws.
    ImplicitThrowEvent(Event) {}
}
