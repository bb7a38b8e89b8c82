//! Reading the diagram interchange of a file (BPMN 2.0.2, 12.2.3).
//!
//! What is broken is reported and left out; the rest is read. Nothing of it changes the meaning of
//! the model, so every diagnostic is a warning.

use reglament_core::Definitions;
use reglament_core::model::{Resolved, Tag, parse_boolean};
use reglament_source::{Code, Diagnostic};
use reglament_xml::ElementRef;

use super::colour::Colours;
use super::{
    BPMNDI, Bounds, COORDINATE_LIMIT, DC, DI, Diagram, Edge, MessageVisible, ParticipantBand,
    Point, Shape,
};
use crate::codes;

/// The diagrams of a file, in document order, and what is broken in them.
///
/// Shapes and edges without a usable place, or of elements that are not in the file or have no
/// symbol, are left out with a diagnostic. A file without diagrams gives none, without a diagnostic.
///
/// # Source
/// BPMN 2.0.2, 12.2.3.
#[must_use]
pub fn read(definitions: &Definitions) -> (Vec<Diagram>, Vec<Diagnostic>) {
    let mut reader = Reader {
        definitions,
        diagnostics: Vec::new(),
    };
    let diagrams = definitions
        .root()
        .children_named(BPMNDI, "BPMNDiagram")
        .map(|element| reader.diagram(element))
        .collect();
    (diagrams, reader.diagnostics)
}

struct Reader<'d> {
    definitions: &'d Definitions,
    diagnostics: Vec<Diagnostic>,
}

impl<'d> Reader<'d> {
    fn diagram(&mut self, element: ElementRef<'d>) -> Diagram {
        let mut diagram = Diagram {
            id: element.attribute("id").map(str::to_owned),
            name: element.attribute("name").map(str::to_owned),
            ..Diagram::default()
        };
        let Some(plane) = element.child(BPMNDI, "BPMNPlane") else {
            return diagram;
        };
        diagram.plane = plane
            .attribute("bpmnElement")
            .and_then(|name| self.definitions.resolve(plane, name).element())
            .and_then(|element| element.attribute("id"))
            .map(str::to_owned);
        for child in plane.children() {
            if child.is(BPMNDI, "BPMNShape") {
                diagram.shapes.extend(self.shape(child));
            } else if is_shortcut(child) {
                diagram.shortcuts.extend(self.edge(child, String::new()));
            } else if child.is(BPMNDI, "BPMNEdge")
                && let Some(drawn) = self.drawn(child, has_edge, "a flow or association")
            {
                diagram.edges.extend(self.edge(child, drawn));
            }
        }
        diagram
    }

    fn shape(&mut self, element: ElementRef<'d>) -> Option<Shape> {
        let drawn = self.drawn(element, has_shape, "a node")?;
        let label = element.child(BPMNDI, "BPMNLabel");
        let Some(bounds) = element.child(DC, "Bounds") else {
            self.warn(
                &codes::NO_PLACE,
                element,
                "expected `dc:Bounds`, found none",
            );
            return None;
        };
        Some(Shape {
            id: element.attribute("id").map(str::to_owned),
            element: drawn,
            bounds: self.bounds(element, bounds)?,
            label: self.label(label),
            is_expanded: self.flag(element, "isExpanded"),
            is_horizontal: self.flag(element, "isHorizontal"),
            is_marker_visible: self.flag(element, "isMarkerVisible"),
            is_message_visible: self.flag(element, "isMessageVisible"),
            participant_band: self.word(element, "participantBandKind", ParticipantBand::parse),
            choreography_shape: element
                .attribute("choreographyActivityShape")
                .map(|name| name.rsplit(':').next().unwrap_or(name).to_owned()),
            colours: self.colours(element, label),
        })
    }

    fn edge(&mut self, element: ElementRef<'d>, drawn: String) -> Option<Edge> {
        let mut waypoints = Vec::new();
        for waypoint in element.children_named(DI, "waypoint") {
            let x = self.coordinate(element, waypoint, "x")?;
            let y = self.coordinate(element, waypoint, "y")?;
            waypoints.push(Point::new(x, y));
        }
        if waypoints.len() < 2 {
            let message = format!(
                "expected at least two `di:waypoint`, found {}",
                waypoints.len()
            );
            self.warn(&codes::NO_PLACE, element, &message);
            return None;
        }
        let label = element.child(BPMNDI, "BPMNLabel");
        Some(Edge {
            id: element.attribute("id").map(str::to_owned),
            element: drawn,
            waypoints,
            label: self.label(label),
            message: self.word(element, "messageVisibleKind", |name| match name {
                "initiating" => Some(MessageVisible::Initiating),
                "non_initiating" => Some(MessageVisible::NonInitiating),
                _ => None,
            }),
            colours: self.colours(element, label),
        })
    }

    /// The id of the element that a shape or edge draws, if it has a symbol of that form.
    fn drawn(
        &mut self,
        element: ElementRef<'d>,
        fits: fn(Tag) -> bool,
        wanted: &str,
    ) -> Option<String> {
        let Some(name) = element.attribute("bpmnElement") else {
            let message = "expected `bpmnElement`, found none";
            self.warn(&codes::NOTHING_TO_DRAW, element, message);
            return None;
        };
        let message = match self.definitions.resolve(element, name) {
            Resolved::Element(found) => match (Tag::of(found), found.attribute("id")) {
                (Some(tag), Some(id)) if fits(tag) => return Some(id.to_owned()),
                _ => format!(
                    "expected {wanted}, found `{name}`, a `{}`",
                    found.local_name()
                ),
            },
            Resolved::Foreign => format!("`{name}` is in another file"),
            // Reading the model has reported it.
            Resolved::Missing | Resolved::UnknownPrefix => return None,
        };
        self.warn(&codes::NOTHING_TO_DRAW, element, &message);
        None
    }

    fn label(&mut self, label: Option<ElementRef<'d>>) -> Option<Bounds> {
        let label = label?;
        let bounds = label.child(DC, "Bounds")?;
        // Some tools write empty bounds for a label that they place themselves.
        let empty = |name| {
            let size = bounds.attribute(name);
            size.and_then(|text| text.trim().parse::<f64>().ok()) == Some(0.0)
        };
        if empty("width") || empty("height") {
            return None;
        }
        self.bounds(label, bounds)
    }

    fn bounds(&mut self, owner: ElementRef<'d>, bounds: ElementRef<'d>) -> Option<Bounds> {
        let read = Bounds {
            x: self.coordinate(owner, bounds, "x")?,
            y: self.coordinate(owner, bounds, "y")?,
            width: self.coordinate(owner, bounds, "width")?,
            height: self.coordinate(owner, bounds, "height")?,
        };
        if read.width > 0.0 && read.height > 0.0 {
            return Some(read);
        }
        let message = format!(
            "expected a positive width and height, found {} and {}",
            read.width, read.height
        );
        self.warn(&codes::INVALID_VALUE, owner, &message);
        None
    }

    fn coordinate(
        &mut self,
        owner: ElementRef<'d>,
        element: ElementRef<'d>,
        name: &str,
    ) -> Option<f64> {
        let Some(text) = element.attribute(name) else {
            let message = format!(
                "expected `{name}` on `{}`, found none",
                element.local_name()
            );
            self.warn(&codes::NO_PLACE, owner, &message);
            return None;
        };
        let value = text.trim().parse::<f64>().ok();
        // Not a number fails the comparison.
        let value = value.filter(|value| value.abs() <= COORDINATE_LIMIT);
        if value.is_none() {
            let message = format!(
                "expected a number of at most {COORDINATE_LIMIT} for `{name}`, found `{text}`"
            );
            self.warn(&codes::INVALID_VALUE, owner, &message);
        }
        value
    }

    fn flag(&mut self, element: ElementRef<'d>, name: &str) -> Option<bool> {
        self.word(element, name, parse_boolean)
    }

    fn word<T>(
        &mut self,
        element: ElementRef<'d>,
        name: &str,
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = element.attribute(name)?;
        let value = parse(text);
        if value.is_none() {
            let message = format!("`{text}` is no value of `{name}`");
            self.warn(&codes::INVALID_VALUE, element, &message);
        }
        value
    }

    fn colours(&mut self, element: ElementRef<'d>, label: Option<ElementRef<'d>>) -> Colours {
        let mut unreadable = |owner: ElementRef<'d>, name: &str, value: &str| {
            let message = format!("expected a colour as `#rrggbb` for `{name}`, found `{value}`");
            self.warn(&codes::INVALID_VALUE, owner, &message);
        };
        Colours::read(element, label, &mut unreadable)
    }

    fn warn(&mut self, code: &'static Code, element: ElementRef<'d>, message: &str) {
        let what = match (element.attribute("id"), element.attribute("bpmnElement")) {
            (Some(id), _) => format!("`{}` `{id}`: {message}", element.local_name()),
            (None, Some(drawn)) => {
                format!("`{}` of `{drawn}`: {message}", element.local_name())
            }
            (None, None) => format!("`{}`: {message}", element.local_name()),
        };
        let mut diagnostic = Diagnostic::warning(code, what).at(element.span());
        if let Some(drawn) = element.attribute("bpmnElement") {
            diagnostic = diagnostic.on(drawn);
        }
        self.diagnostics.push(diagnostic);
    }
}

/// Whether an edge draws no element but connects two shapes or edges.
fn is_shortcut(edge: ElementRef<'_>) -> bool {
    let has = |name| edge.attribute(name).is_some();
    edge.is(BPMNDI, "BPMNEdge")
        && !has("bpmnElement")
        && has("sourceElement")
        && has("targetElement")
}

/// Whether `tag` is drawn as a shape.
fn has_shape(tag: Tag) -> bool {
    tag.is_flow_node()
        || matches!(
            tag,
            Tag::Participant
                | Tag::Lane
                | Tag::DataObject
                | Tag::DataObjectReference
                | Tag::DataInput
                | Tag::DataOutput
                | Tag::DataStore
                | Tag::DataStoreReference
                | Tag::TextAnnotation
                | Tag::Group
                | Tag::Message
                | Tag::Conversation
                | Tag::SubConversation
                | Tag::CallConversation
        )
}

/// Whether `tag` is drawn as an edge.
fn has_edge(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::SequenceFlow
            | Tag::MessageFlow
            | Tag::Association
            | Tag::DataAssociation
            | Tag::DataInputAssociation
            | Tag::DataOutputAssociation
            | Tag::ConversationLink
    )
}
