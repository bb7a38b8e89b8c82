//! The shape of the schema table and its flattened form: one row per element with everything it
//! inherits, so that a reader looks up a child or an attribute without walking types.
//!
//! # Source
//! `Semantic.xsd` and `BPMN20.xsd` of BPMN 2.0.2.

use std::sync::OnceLock;

use super::schema_table::ELEMENTS;
use super::tag::Tag;

/// What an attribute or a reference element holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Any text.
    Text,
    /// An identifier, unique in the file.
    Id,
    /// `xsd:boolean`
    Boolean,
    /// `xsd:integer`
    Integer,
    /// One of a list.
    OneOf(&'static [&'static str]),
    /// The identifier of another element.
    Reference(Target),
}

/// What a reference may point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Any,
    Activity,
    Callable,
    CategoryValue,
    Collaboration,
    CorrelationKey,
    CorrelationProperty,
    DataInput,
    DataObject,
    DataOutput,
    DataStore,
    EndPoint,
    Error,
    Escalation,
    EventDefinition,
    Flow,
    FlowNode,
    InputSet,
    InteractionNode,
    Interface,
    ItemAware,
    ItemDefinition,
    Message,
    MessageFlow,
    Operation,
    OutputSet,
    Participant,
    Process,
    Resource,
    ResourceParameter,
    Signal,
}

impl Target {
    /// Whether `tag` is such a target.
    pub(crate) const fn accepts(self, tag: Tag) -> bool {
        match self {
            Self::Any => true,
            Self::Activity => tag.is_activity() || tag.is_choreography_activity(),
            Self::Callable => tag.is_callable(),
            Self::CategoryValue => matches!(tag, Tag::CategoryValue),
            Self::Collaboration => {
                matches!(
                    tag,
                    Tag::Collaboration | Tag::Choreography | Tag::GlobalConversation
                )
            }
            Self::CorrelationKey => matches!(tag, Tag::CorrelationKey),
            Self::CorrelationProperty => matches!(tag, Tag::CorrelationProperty),
            Self::DataInput => matches!(tag, Tag::DataInput | Tag::InputDataItem),
            Self::DataObject => matches!(tag, Tag::DataObject),
            Self::DataOutput => matches!(tag, Tag::DataOutput | Tag::OutputDataItem),
            Self::DataStore => matches!(tag, Tag::DataStore),
            Self::EndPoint => matches!(tag, Tag::EndPoint),
            Self::Error => matches!(tag, Tag::Error),
            Self::Escalation => matches!(tag, Tag::Escalation),
            Self::EventDefinition => tag.is_event_definition(),
            Self::Flow => matches!(tag, Tag::SequenceFlow),
            Self::FlowNode => tag.is_flow_node(),
            Self::InputSet => matches!(tag, Tag::InputSet),
            Self::InteractionNode => {
                tag.is_activity()
                    || tag.is_event()
                    || matches!(tag, Tag::Participant)
                    || matches!(
                        tag,
                        Tag::Conversation | Tag::SubConversation | Tag::CallConversation
                    )
            }
            Self::Interface => matches!(tag, Tag::Interface),
            Self::ItemAware => tag.is_item_aware(),
            Self::ItemDefinition => matches!(tag, Tag::ItemDefinition),
            Self::Message => matches!(tag, Tag::Message),
            Self::MessageFlow => matches!(tag, Tag::MessageFlow),
            Self::Operation => matches!(tag, Tag::Operation),
            Self::OutputSet => matches!(tag, Tag::OutputSet),
            Self::Participant => matches!(tag, Tag::Participant),
            Self::Process => matches!(tag, Tag::Process),
            Self::Resource => matches!(tag, Tag::Resource),
            Self::ResourceParameter => matches!(tag, Tag::ResourceParameter),
            Self::Signal => matches!(tag, Tag::Signal),
        }
    }

    /// What is expected, for messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Any => "an element",
            Self::Activity => "an activity",
            Self::Callable => "a process or a global task",
            Self::CategoryValue => "a category value",
            Self::Collaboration => "a collaboration",
            Self::CorrelationKey => "a correlation key",
            Self::CorrelationProperty => "a correlation property",
            Self::DataInput => "a data input",
            Self::DataObject => "a data object",
            Self::DataOutput => "a data output",
            Self::DataStore => "a data store",
            Self::EndPoint => "an end point",
            Self::Error => "an error",
            Self::Escalation => "an escalation",
            Self::EventDefinition => "an event definition",
            Self::Flow => "a sequence flow",
            Self::FlowNode => "an activity, an event or a gateway",
            Self::InputSet => "an input set",
            Self::InteractionNode => "a participant, an activity or an event",
            Self::Interface => "an interface",
            Self::ItemAware => "a data object, property, data input or data output",
            Self::ItemDefinition => "an item definition",
            Self::Message => "a message",
            Self::MessageFlow => "a message flow",
            Self::Operation => "an operation",
            Self::OutputSet => "an output set",
            Self::Participant => "a participant",
            Self::Process => "a process",
            Self::Resource => "a resource",
            Self::ResourceParameter => "a resource parameter",
            Self::Signal => "a signal",
        }
    }
}

/// The substitution group of an element: where the schema says "any flow element".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// None: the schema names the element itself.
    Own,
    RootElement,
    FlowElement,
    Artifact,
    EventDefinition,
    LoopCharacteristics,
    ConversationNode,
    ResourceRole,
    Expression,
}

/// One attribute without a namespace.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) value: Value,
    pub(crate) required: bool,
}

/// An optional attribute.
pub(super) const fn may(name: &'static str, value: Value) -> Attribute {
    Attribute {
        name,
        value,
        required: false,
    }
}

/// A required attribute.
pub(super) const fn must(name: &'static str, value: Value) -> Attribute {
    Attribute {
        name,
        value,
        required: true,
    }
}

/// A child element or a group of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Child {
    what: Particle,
    pub(crate) minimum: u8,
    pub(crate) repeats: bool,
}

#[derive(Clone, Copy, Debug)]
enum Particle {
    Element(Tag),
    Group(Group),
}

impl Child {
    fn accepts(&self, tag: Tag, group: Group) -> bool {
        match self.what {
            Particle::Element(element) => element == tag,
            // Event definitions may also stand at the top, to be referred to.
            Particle::Group(Group::RootElement) => {
                matches!(group, Group::RootElement | Group::EventDefinition)
            }
            Particle::Group(expected) => expected == group,
        }
    }

    /// The element, where it is a single one.
    pub(crate) const fn tag(&self) -> Option<Tag> {
        match self.what {
            Particle::Element(tag) => Some(tag),
            Particle::Group(_) => None,
        }
    }
}

const fn child(tag: Tag, minimum: u8, repeats: bool) -> Child {
    Child {
        what: Particle::Element(tag),
        minimum,
        repeats,
    }
}

/// At most one.
pub(super) const fn optional(tag: Tag) -> Child {
    child(tag, 0, false)
}

/// Exactly one.
pub(super) const fn one(tag: Tag) -> Child {
    child(tag, 1, false)
}

/// Any number.
pub(super) const fn many(tag: Tag) -> Child {
    child(tag, 0, true)
}

/// At least one.
pub(super) const fn some(tag: Tag) -> Child {
    child(tag, 1, true)
}

/// An element of a group.
pub(super) const fn group(group: Group, minimum: u8, repeats: bool) -> Child {
    Child {
        what: Particle::Group(group),
        minimum,
        repeats,
    }
}

/// What may stand inside an element besides its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Elements alone: text is a mistake.
    Elements,
    /// Text and elements.
    Mixed,
    /// Text and elements of any namespace.
    Any,
    /// Text alone.
    Value,
}

/// A complex type of the schema.
#[derive(Debug)]
pub(super) struct Type {
    base: Option<&'static Type>,
    attributes: &'static [Attribute],
    children: &'static [Child],
    content: Content,
}

impl Type {
    pub(super) const fn elements(
        base: Option<&'static Self>,
        attributes: &'static [Attribute],
        children: &'static [Child],
    ) -> Self {
        Self {
            base,
            attributes,
            children,
            content: Content::Elements,
        }
    }

    pub(super) const fn mixed(
        base: Option<&'static Self>,
        attributes: &'static [Attribute],
        children: &'static [Child],
    ) -> Self {
        Self {
            base,
            attributes,
            children,
            content: Content::Mixed,
        }
    }

    pub(super) const fn any(
        base: Option<&'static Self>,
        attributes: &'static [Attribute],
        children: &'static [Child],
    ) -> Self {
        Self {
            base,
            attributes,
            children,
            content: Content::Any,
        }
    }

    /// Text alone, without attributes.
    pub(super) const fn value() -> Self {
        Self {
            base: None,
            attributes: &[],
            children: &[],
            content: Content::Value,
        }
    }

    /// Appends what the type and its bases say, the outermost base first.
    fn flatten(&self, attributes: &mut Vec<Attribute>, children: &mut Vec<Child>) {
        if let Some(base) = self.base {
            base.flatten(attributes, children);
        }
        attributes.extend_from_slice(self.attributes);
        children.extend_from_slice(self.children);
    }
}

/// The position of a child that the schema does not allow.
const NOWHERE: u8 = u8::MAX;

/// What the schema says of one element.
#[derive(Debug)]
pub(crate) struct ElementSchema {
    pub(crate) tag: Tag,
    pub(crate) attributes: Box<[Attribute]>,
    pub(crate) children: Box<[Child]>,
    pub(crate) content: Content,
    /// For an element that holds a reference as its text.
    pub(crate) value: Option<Value>,
    /// For each tag, the position in `children`, or [`NOWHERE`].
    positions: Box<[u8]>,
}

impl ElementSchema {
    /// Where in the sequence of children `tag` belongs; none where it may not stand.
    pub(crate) fn position(&self, tag: Tag) -> Option<usize> {
        let position = self.positions.get(tag as usize).copied().unwrap_or(NOWHERE);
        (position != NOWHERE).then_some(usize::from(position))
    }

    /// The attribute `name`.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }
}

/// What the schema says of `tag`; none only if the table lacked it.
pub(crate) fn of(tag: Tag) -> Option<&'static ElementSchema> {
    static SCHEMA: OnceLock<Vec<ElementSchema>> = OnceLock::new();
    SCHEMA.get_or_init(build).get(tag as usize)
}

/// Flattens the table into one row per tag, in the order of [`Tag::ALL`].
fn build() -> Vec<ElementSchema> {
    ELEMENTS
        .iter()
        .map(|(tag, _, ty, value)| row(*tag, ty, *value))
        .collect()
}

fn row(tag: Tag, ty: &'static Type, value: Option<Value>) -> ElementSchema {
    let (mut attributes, mut children) = (Vec::new(), Vec::new());
    ty.flatten(&mut attributes, &mut children);
    let position = |child: Tag, group: Group| {
        let found = children
            .iter()
            .position(|particle: &Child| particle.accepts(child, group));
        found
            .and_then(|position| u8::try_from(position).ok())
            .unwrap_or(NOWHERE)
    };
    let positions = ELEMENTS
        .iter()
        .map(|(child, group, ..)| position(*child, *group))
        .collect();
    ElementSchema {
        tag,
        attributes: attributes.into_boxed_slice(),
        children: children.into_boxed_slice(),
        content: ty.content,
        value,
        positions,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_one_row_for_each_tag_in_order() {
        let rows: Vec<Tag> = ELEMENTS.iter().map(|(tag, ..)| *tag).collect();
        assert_eq!(rows, Tag::ALL);
    }

    #[test]
    fn an_element_has_what_it_inherits() {
        let task = of(Tag::UserTask).unwrap();
        assert!(task.attribute("id").is_some());
        assert!(task.attribute("name").is_some());
        assert!(task.attribute("startQuantity").is_some());
        assert!(task.position(Tag::Documentation) < task.position(Tag::Incoming));
        assert!(
            task.position(Tag::Incoming) < task.position(Tag::MultiInstanceLoopCharacteristics)
        );
        assert_eq!(task.position(Tag::Task), None);
    }

    #[test]
    fn groups_stand_where_the_schema_says_any_of_them() {
        let process = of(Tag::Process).unwrap();
        assert_eq!(
            process.position(Tag::UserTask),
            process.position(Tag::SequenceFlow)
        );
        assert!(process.position(Tag::LaneSet) < process.position(Tag::UserTask));
        assert!(process.position(Tag::UserTask) < process.position(Tag::Association));
        assert_eq!(process.position(Tag::MessageFlow), None);
    }
}
