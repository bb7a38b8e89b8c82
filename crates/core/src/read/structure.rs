//! The walk by the schema: elements, attributes and texts, each where it may be.

use reglament_source::{Diagnostic, nearest};
use reglament_xml::{AttributeRef, Document, ElementRef, NodeId, NodeKind};

use super::references::Reference;
use super::{describe, duty, on, regulation};
use crate::codes;
use crate::model::schema::{self, Child, Content, ElementSchema, Value};
use crate::model::{BPMN, REG, Tag, parse_boolean, parse_integer};

/// Above the namespaces of the diagram interchange.
const DIAGRAM_NAMESPACES: &[&str] = &[
    "http://www.omg.org/spec/BPMN/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/DC",
];

/// What the walk collects for the checks that need the whole file.
pub(super) struct Walk {
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) ids: crate::model::IdIndex,
    pub(super) references: Vec<Reference>,
    /// Sequence flows, flow nodes, message flows and lanes, in document order.
    pub(super) flow_elements: Vec<NodeId>,
    /// `reg:term` elements with an anchor.
    pub(super) anchors: Vec<NodeId>,
    /// Separations and bindings of duties.
    pub(super) duties: Vec<NodeId>,
}

/// Walks over the whole document.
pub(super) fn walk(document: &Document) -> Walk {
    let mut walk = Walk {
        diagnostics: Vec::new(),
        ids: crate::model::IdIndex::default(),
        references: Vec::new(),
        flow_elements: Vec::new(),
        anchors: Vec::new(),
        duties: Vec::new(),
    };
    // The definitions element has been recognised by its caller.
    if let Some(schema) = schema::of(Tag::Definitions) {
        walk.element(document.root(), schema);
    }
    walk
}

impl Walk {
    /// Checks a BPMN element and everything in it. The depth is bounded by the limit of the XML
    /// reader.
    fn element(&mut self, element: ElementRef<'_>, schema: &'static ElementSchema) {
        self.attributes(element, schema);
        let tag = schema.tag;
        if tag.is_flow_node() || matches!(tag, Tag::SequenceFlow | Tag::MessageFlow | Tag::Lane) {
            self.flow_elements.push(element.id());
        }
        if let Some(Value::Reference(target)) = schema.value {
            self.references.push(Reference {
                holder: element.id(),
                attribute: None,
                target,
            });
            return;
        }
        if schema.content == Content::Any {
            if tag == Tag::ExtensionElements {
                self.extensions(element);
            }
            return;
        }
        self.children(element, schema);
    }

    fn children(&mut self, element: ElementRef<'_>, schema: &'static ElementSchema) {
        let mut seen = Seen::default();
        for node in element.nodes() {
            match element.document().kind(node) {
                NodeKind::Element(child) => self.child(element, schema, child, &mut seen),
                NodeKind::Text(text) | NodeKind::CData(text) => {
                    if schema.content == Content::Elements && !text.trim().is_empty() {
                        self.misplaced_text(element, node, text);
                    }
                }
                NodeKind::Comment(_) | NodeKind::ProcessingInstruction { .. } => {}
            }
        }
        for (position, particle) in schema.children.iter().enumerate() {
            if particle.minimum > 0 && !seen.has(position) {
                self.missing_child(element, particle);
            }
        }
    }

    fn child<'d>(
        &mut self,
        parent: ElementRef<'d>,
        schema: &'static ElementSchema,
        child: ElementRef<'d>,
        seen: &mut Seen<'d>,
    ) {
        if child.namespace() != Some(BPMN) {
            self.foreign_child(parent, child);
            return;
        }
        let Some(tag) = Tag::from_local_name(child.local_name()) else {
            self.unknown_element(child);
            return;
        };
        let Some(child_schema) = schema::of(tag) else {
            return;
        };
        match schema.position(tag) {
            None => self.misplaced_element(parent, schema, child, tag),
            Some(position) => {
                let repeats = schema
                    .children
                    .get(position)
                    .is_some_and(|particle| particle.repeats);
                if seen.has(position) && !repeats {
                    self.repeated_child(parent, child, tag);
                } else if seen.is_behind(position) {
                    self.child_order(parent, child, seen);
                }
                seen.add(position, child.local_name());
            }
        }
        self.element(child, child_schema);
    }

    fn attributes(&mut self, element: ElementRef<'_>, schema: &'static ElementSchema) {
        for attribute in element.attributes() {
            if attribute.namespace.is_some() {
                continue;
            }
            match schema.attribute(attribute.local_name) {
                Some(known) => self.value(element, schema.tag, &attribute, known.value, known.name),
                None => self.unknown_attribute(element, schema, &attribute),
            }
        }
        for attribute in schema
            .attributes
            .iter()
            .filter(|attribute| attribute.required)
        {
            if element.attribute(attribute.name).is_none() {
                self.missing_attribute(element, attribute);
            }
        }
        if is_only_used_by_id(schema.tag) && element.attribute("id").is_none() {
            let message = format!("`{}` has no id, so nothing can refer to it", schema.tag);
            let diagnostic = Diagnostic::warning(&codes::MISSING_ID, message).at(element.span());
            self.diagnostics
                .push(on(diagnostic, element).hint("add an `id` that is unique in the file"));
        }
    }

    fn value(
        &mut self,
        element: ElementRef<'_>,
        tag: Tag,
        attribute: &AttributeRef<'_>,
        value: Value,
        name: &'static str,
    ) {
        let text = attribute.value;
        let expected = match value {
            Value::Text => return,
            Value::Id => return self.id(element, attribute),
            Value::Reference(target) => {
                self.references.push(Reference {
                    holder: element.id(),
                    attribute: Some(name),
                    target,
                });
                return;
            }
            Value::Boolean if parse_boolean(text).is_some() => return,
            Value::Boolean => "`true` or `false`".to_owned(),
            Value::Integer if parse_integer(text).is_some() => return,
            Value::Integer => "an integer".to_owned(),
            Value::OneOf(words) if words.contains(&text.trim()) => return,
            Value::OneOf(words) => format!("one of {}", list(words)),
        };
        let message = format!("expected {expected} for `{name}` of `{tag}`, found `{text}`");
        let diagnostic = Diagnostic::error(&codes::INVALID_VALUE, message).at(attribute.span);
        self.diagnostics.push(on(diagnostic, element));
    }

    fn id(&mut self, element: ElementRef<'_>, attribute: &AttributeRef<'_>) {
        let id = attribute.value;
        self.ids.push(id, element.id());
        if !is_identifier(id) {
            let message = format!("`{id}` is not a valid id");
            let diagnostic = Diagnostic::warning(&codes::INVALID_ID, message).at(attribute.span);
            self.diagnostics.push(diagnostic.on(id).hint(
                "an id begins with a letter or `_` and goes on with letters, digits, `_`, `-` and `.`",
            ));
        }
    }

    fn extensions(&mut self, element: ElementRef<'_>) {
        for child in element
            .children()
            .filter(|child| child.namespace() == Some(REG))
        {
            regulation::check(child, &mut self.diagnostics);
            if child.attribute("anchor").is_some() {
                self.anchors.push(child.id());
            }
            if duty::is_duty(child) {
                self.duties.push(child.id());
            }
        }
    }

    /// An element of another namespace among BPMN elements.
    fn foreign_child(&mut self, parent: ElementRef<'_>, child: ElementRef<'_>) {
        if child
            .namespace()
            .is_some_and(|namespace| DIAGRAM_NAMESPACES.contains(&namespace))
        {
            self.diagram_ids(child);
            return;
        }
        let message = format!(
            "`{}` stands directly inside {}, outside `extensionElements`",
            child.name(),
            describe(parent)
        );
        let diagnostic = Diagnostic::warning(&codes::FOREIGN_CHILD, message).at(child.span());
        self.diagnostics
            .push(on(diagnostic, parent).hint("wrap it in `extensionElements`"));
    }

    /// Identifiers of the diagram interchange share the space of those of the model.
    fn diagram_ids(&mut self, element: ElementRef<'_>) {
        if let Some(id) = element.attribute("id") {
            self.ids.push(id, element.id());
        }
        for child in element.children() {
            self.diagram_ids(child);
        }
    }

    fn unknown_element(&mut self, child: ElementRef<'_>) {
        let name = child.local_name();
        let message = format!("BPMN has no element `{name}`; it is ignored");
        let mut diagnostic = Diagnostic::warning(&codes::UNKNOWN_ELEMENT, message).at(child.span());
        diagnostic = match nearest(name, Tag::ALL.iter().map(|tag| tag.as_str())) {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic.hint(
                "elements of a tool stand in the tool's own namespace inside `extensionElements`",
            ),
        };
        self.diagnostics.push(on(diagnostic, child));
    }

    fn misplaced_element(
        &mut self,
        parent: ElementRef<'_>,
        schema: &'static ElementSchema,
        child: ElementRef<'_>,
        tag: Tag,
    ) {
        let lost = tag.is_flow_node() || matches!(tag, Tag::SequenceFlow | Tag::Process);
        let message = format!("`{tag}` may not stand inside `{}`", schema.tag);
        let diagnostic = if lost {
            Diagnostic::error(&codes::MISPLACED_ELEMENT, message)
        } else {
            Diagnostic::warning(
                &codes::MISPLACED_ELEMENT,
                format!("{message}; it is ignored"),
            )
        };
        let diagnostic = diagnostic
            .at(child.span())
            .label(parent.span(), "inside this element");
        let homes = Tag::ALL
            .iter()
            .filter(|home| schema::of(**home).is_some_and(|home| home.position(tag).is_some()));
        let homes: Vec<&str> = homes.map(|home| home.as_str()).take(6).collect();
        let hint = format!("it belongs into {}", list(&homes));
        self.diagnostics.push(on(diagnostic, child).hint(hint));
    }

    fn repeated_child(&mut self, parent: ElementRef<'_>, child: ElementRef<'_>, tag: Tag) {
        let message = format!("{} has more than one `{tag}`", describe(parent));
        let diagnostic = if tag == Tag::ExtensionElements {
            Diagnostic::warning(&codes::REPEATED_CHILD, message).hint("put all extensions into one")
        } else {
            Diagnostic::error(&codes::REPEATED_CHILD, message).hint("keep one of them")
        };
        self.diagnostics
            .push(on(diagnostic.at(child.span()), parent));
    }

    fn child_order(&mut self, parent: ElementRef<'_>, child: ElementRef<'_>, seen: &mut Seen<'_>) {
        // One report for each parent: the rest follows from the first.
        if std::mem::replace(&mut seen.is_reported, true) {
            return;
        }
        let name = child.local_name();
        let message = format!(
            "`{name}` stands behind `{}`, the schema puts it before",
            seen.furthest_name
        );
        let diagnostic = Diagnostic::warning(&codes::CHILD_ORDER, message).at(child.span());
        self.diagnostics
            .push(on(diagnostic, parent).hint("validating tools refuse this order"));
    }

    fn missing_child(&mut self, element: ElementRef<'_>, particle: &Child) {
        let what = particle.tag().map_or("a child element", Tag::as_str);
        let message = format!("{} has no `{what}`", describe(element));
        let diagnostic = Diagnostic::warning(&codes::MISSING_CHILD, message).at(element.span());
        self.diagnostics.push(on(diagnostic, element));
    }

    fn missing_attribute(&mut self, element: ElementRef<'_>, attribute: &schema::Attribute) {
        let message = format!("{} has no `{}`", describe(element), attribute.name);
        let diagnostic = if matches!(attribute.value, Value::Reference(_)) {
            Diagnostic::error(&codes::MISSING_ATTRIBUTE, message)
        } else {
            Diagnostic::warning(&codes::MISSING_ATTRIBUTE, message)
        };
        self.diagnostics
            .push(on(diagnostic.at(element.span()), element));
    }

    fn unknown_attribute(
        &mut self,
        element: ElementRef<'_>,
        schema: &'static ElementSchema,
        attribute: &AttributeRef<'_>,
    ) {
        let name = attribute.local_name;
        let message = format!("`{}` has no attribute `{name}`; it is ignored", schema.tag);
        let mut diagnostic =
            Diagnostic::warning(&codes::UNKNOWN_ATTRIBUTE, message).at(attribute.span);
        let known = schema.attributes.iter().map(|attribute| attribute.name);
        if let Some(near) = nearest(name, known) {
            diagnostic = diagnostic.hint(format!("did you mean `{near}`?"));
        }
        self.diagnostics.push(on(diagnostic, element));
    }

    fn misplaced_text(&mut self, element: ElementRef<'_>, node: NodeId, text: &str) {
        let shown: String = text.trim().chars().take(30).collect();
        let message = format!(
            "text `{shown}` inside {}, where only elements may stand",
            describe(element)
        );
        let diagnostic =
            Diagnostic::warning(&codes::MISPLACED_TEXT, message).at(element.document().span(node));
        self.diagnostics
            .push(on(diagnostic, element).hint("make it a comment, or a `documentation` element"));
    }
}

/// The positions of a sequence that have been filled.
#[derive(Default)]
struct Seen<'n> {
    filled: u64,
    furthest: usize,
    furthest_name: &'n str,
    is_reported: bool,
}

impl<'n> Seen<'n> {
    fn has(&self, position: usize) -> bool {
        self.filled & Self::bit(position) != 0
    }

    fn is_behind(&self, position: usize) -> bool {
        position < self.furthest
    }

    fn add(&mut self, position: usize, name: &'n str) {
        self.filled |= Self::bit(position);
        if position >= self.furthest {
            self.furthest = position;
            self.furthest_name = name;
        }
    }

    /// No sequence of the schema has 64 positions; one that had would not be checked beyond.
    fn bit(position: usize) -> u64 {
        u32::try_from(position)
            .ok()
            .and_then(|position| 1u64.checked_shl(position))
            .unwrap_or(0)
    }
}

/// Whether such an element has an effect only through references to it.
fn is_only_used_by_id(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Message
            | Tag::Signal
            | Tag::Error
            | Tag::Escalation
            | Tag::ItemDefinition
            | Tag::Resource
            | Tag::DataObject
            | Tag::DataStore
            | Tag::CategoryValue
            | Tag::Participant
    )
}

/// Whether `text` is an identifier of XML without a colon.
fn is_identifier(text: &str) -> bool {
    let mut letters = text.chars();
    letters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '\u{b7}'))
}

/// Words in quotes, separated by commas.
pub(super) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
