//! Flow nodes, and the flow elements inside a process or sub-process (BPMN 2.0.2, 8.3.9).

use reglament_xml::ElementRef;

use super::BaseElement;
use super::artifact::Association;
use super::data::{DataObject, DataObjectReference};
use super::lane::LaneSet;
use super::sequence_flow::SequenceFlow;
use super::tag::Tag;
use super::view::children;

/// An activity, event or gateway.
#[derive(Clone, Copy, Debug)]
pub struct FlowNode<'d> {
    element: ElementRef<'d>,
    tag: Tag,
}

impl<'d> FlowNode<'d> {
    /// The view of `element`, if it is a flow node.
    #[must_use]
    pub fn from_element(element: ElementRef<'d>) -> Option<Self> {
        let tag = Tag::of(element).filter(|tag| tag.is_flow_node())?;
        Some(Self { element, tag })
    }

    /// Which kind it is.
    #[must_use]
    pub fn tag(self) -> Tag {
        self.tag
    }

    /// The identifiers of the sequence flows that it says end here. The flows themselves decide.
    pub fn incoming(self) -> impl Iterator<Item = ElementRef<'d>> + use<'d> {
        children(self.element, Tag::Incoming)
    }

    /// The identifiers of the sequence flows that it says begin here. The flows themselves decide.
    pub fn outgoing(self) -> impl Iterator<Item = ElementRef<'d>> + use<'d> {
        children(self.element, Tag::Outgoing)
    }

    /// The default flow of an activity or gateway.
    #[must_use]
    pub fn default_flow(self) -> Option<&'d str> {
        self.element.attribute("default")
    }

    /// Whether it is an event sub-process.
    #[must_use]
    pub fn is_event_sub_process(self) -> bool {
        self.tag.is_sub_process()
            && self
                .element
                .attribute("triggeredByEvent")
                .and_then(super::parse_boolean)
                == Some(true)
    }

    /// Whether it is a compensation handler, outside the normal flow.
    #[must_use]
    pub fn is_for_compensation(self) -> bool {
        self.tag.is_activity()
            && self
                .element
                .attribute("isForCompensation")
                .and_then(super::parse_boolean)
                == Some(true)
    }
}

impl<'d> BaseElement<'d> for FlowNode<'d> {
    fn element(self) -> ElementRef<'d> {
        self.element
    }
}

/// What a process or sub-process contains, one level deep.
#[derive(Clone, Copy, Debug)]
pub struct FlowElements<'d>(ElementRef<'d>);

impl<'d> FlowElements<'d> {
    /// The contents of `scope`.
    #[must_use]
    pub fn of(scope: ElementRef<'d>) -> Self {
        Self(scope)
    }

    /// The flow nodes, in document order.
    pub fn flow_nodes(self) -> impl Iterator<Item = FlowNode<'d>> + use<'d> {
        self.0.children().filter_map(FlowNode::from_element)
    }

    /// The sequence flows, in document order.
    pub fn sequence_flows(self) -> impl Iterator<Item = SequenceFlow<'d>> + use<'d> {
        self.0.children().filter_map(SequenceFlow::from_element)
    }

    /// The data objects.
    pub fn data_objects(self) -> impl Iterator<Item = DataObject<'d>> + use<'d> {
        self.0.children().filter_map(DataObject::from_element)
    }

    /// The places where data objects are shown.
    pub fn data_object_references(self) -> impl Iterator<Item = DataObjectReference<'d>> + use<'d> {
        self.0
            .children()
            .filter_map(DataObjectReference::from_element)
    }

    /// The associations.
    pub fn associations(self) -> impl Iterator<Item = Association<'d>> + use<'d> {
        self.0.children().filter_map(Association::from_element)
    }

    /// The lane sets.
    pub fn lane_sets(self) -> impl Iterator<Item = LaneSet<'d>> + use<'d> {
        self.0.children().filter_map(LaneSet::from_element)
    }
}
