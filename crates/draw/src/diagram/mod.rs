//! The diagram interchange as values: where each element stands (BPMN 2.0.2, 12.2).
//!
//! [`read`] makes diagrams from a file; a layout makes them from nothing. Elements are named by their
//! ids, so that a diagram outlives the tree that it came from.

mod colour;
mod read;

pub use colour::{BIOC, COLOR, Colour, Colours};
pub use read::read;

use crate::geometry::{Bounds, Point};

/// The namespace of BPMN's diagram interchange.
pub const BPMNDI: &str = "http://www.omg.org/spec/BPMN/20100524/DI";
/// The namespace of bounds, fonts and points.
pub const DC: &str = "http://www.omg.org/spec/DD/20100524/DC";
/// The namespace of waypoints.
pub const DI: &str = "http://www.omg.org/spec/DD/20100524/DI";

/// The greatest coordinate, either way, and the greatest width and height: beyond it a file is
/// broken, and sums of coordinates stay exact.
pub const COORDINATE_LIMIT: f64 = 1_000_000.0;

/// A diagram: a view of one process, collaboration or sub-process (`bpmndi:BPMNDiagram` and its
/// `BPMNPlane`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagram {
    /// The id of the diagram.
    pub id: Option<String>,
    /// What the diagram is called.
    pub name: Option<String>,
    /// The id of the element that the plane shows: a collaboration, a process, a sub-process.
    pub plane: Option<String>,
    /// The nodes, in the order of drawing.
    pub shapes: Vec<Shape>,
    /// The flows and associations, in the order of drawing.
    pub edges: Vec<Edge>,
    /// Dotted lines that draw no element, such as between a data object and a sequence flow, where
    /// the model has one data association for each end of the flow (BPMN 2.0.2, 7.3.2). Their
    /// `element` is empty.
    pub shortcuts: Vec<Edge>,
}

impl Diagram {
    /// The smallest rectangle that covers all shapes, edges and labels; none when it is empty.
    #[must_use]
    pub fn extent(&self) -> Option<Bounds> {
        let shapes = self.shapes.iter().map(|shape| shape.bounds);
        let edges = self.edges.iter().chain(&self.shortcuts);
        let edges = edges.filter_map(|edge| Bounds::covering(&edge.waypoints));
        let shape_labels = self.shapes.iter().filter_map(|shape| shape.label);
        let edge_labels = self.edges.iter().filter_map(|edge| edge.label);
        shapes
            .chain(edges)
            .chain(shape_labels)
            .chain(edge_labels)
            .reduce(Bounds::union)
    }

    /// The shape of the element `element`; the first, where several show it.
    #[must_use]
    pub fn shape_of(&self, element: &str) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.element == element)
    }

    /// The edge of the element `element`; the first, where several show it.
    #[must_use]
    pub fn edge_of(&self, element: &str) -> Option<&Edge> {
        self.edges.iter().find(|edge| edge.element == element)
    }
}

/// A node: an activity, event, gateway, pool, lane, data object, annotation, group
/// (`bpmndi:BPMNShape`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// The id of the shape itself.
    pub id: Option<String>,
    /// The id of the element that it draws.
    pub element: String,
    /// Where it stands.
    pub bounds: Bounds,
    /// Where its label stands, if the file says so.
    pub label: Option<Bounds>,
    /// Whether a sub-process shows its contents.
    pub is_expanded: Option<bool>,
    /// Whether the flow of a pool or lane runs from left to right, its name standing upright on the
    /// left.
    pub is_horizontal: Option<bool>,
    /// Whether an exclusive gateway shows its marker.
    pub is_marker_visible: Option<bool>,
    /// Whether a participant band of a choreography activity shows its message.
    pub is_message_visible: Option<bool>,
    /// Which band of a choreography activity a participant is.
    pub participant_band: Option<ParticipantBand>,
    /// The id of the shape of the choreography activity that a participant band belongs to.
    pub choreography_shape: Option<String>,
    /// Its colours, where they are not the usual ones.
    pub colours: Colours,
}

impl Shape {
    /// A shape of the element `element` at `bounds`, with nothing else said.
    #[must_use]
    pub fn new(element: impl Into<String>, bounds: Bounds) -> Self {
        Self {
            element: element.into(),
            bounds,
            ..Self::default()
        }
    }
}

/// A flow or association (`bpmndi:BPMNEdge`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edge {
    /// The id of the edge itself.
    pub id: Option<String>,
    /// The id of the element that it draws.
    pub element: String,
    /// Its corners from source to target: at least two.
    pub waypoints: Vec<Point>,
    /// Where its label stands, if the file says so.
    pub label: Option<Bounds>,
    /// For message flows: the envelope that is drawn on it.
    pub message: Option<MessageVisible>,
    /// Its colours, where they are not the usual ones.
    pub colours: Colours,
}

impl Edge {
    /// An edge of the element `element` along `waypoints`, with nothing else said.
    #[must_use]
    pub fn new(element: impl Into<String>, waypoints: Vec<Point>) -> Self {
        Self {
            element: element.into(),
            waypoints,
            ..Self::default()
        }
    }
}

/// The envelope on a message flow (`messageVisibleKind`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageVisible {
    /// The message that begins the exchange: white.
    Initiating,
    /// An answer: shaded.
    NonInitiating,
}

/// Which band of a choreography activity a participant is (`participantBandKind`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the words of the schema say it: place, initiating or not"
)]
pub enum ParticipantBand {
    TopInitiating,
    MiddleInitiating,
    BottomInitiating,
    TopNonInitiating,
    MiddleNonInitiating,
    BottomNonInitiating,
}

impl ParticipantBand {
    /// The band with the name `name` of the schema.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "top_initiating" => Self::TopInitiating,
            "middle_initiating" => Self::MiddleInitiating,
            "bottom_initiating" => Self::BottomInitiating,
            "top_non_initiating" => Self::TopNonInitiating,
            "middle_non_initiating" => Self::MiddleNonInitiating,
            "bottom_non_initiating" => Self::BottomNonInitiating,
            _ => return None,
        })
    }

    /// Whether the participant begins the exchange: its band is white.
    #[must_use]
    pub const fn is_initiating(self) -> bool {
        matches!(
            self,
            Self::TopInitiating | Self::MiddleInitiating | Self::BottomInitiating
        )
    }
}
