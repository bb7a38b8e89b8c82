//! What a layered drawing is made of: nodes with sizes, the edges between them, and the bands (lanes
//! and pools) that they are in.

use reglament_core::program::Arena;

use super::index::layout_index;

layout_index! {
    /// A node.
    NodeIx,
    /// An edge.
    EdgeIx,
    /// A band.
    BandIx,
}

/// A graph to be drawn.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// The nodes, in document order.
    pub(crate) nodes: Arena<NodeIx, Node>,
    /// The edges, in document order.
    pub(crate) edges: Arena<EdgeIx, Edge>,
    /// The bands that hold nodes, from top to bottom.
    pub(crate) bands: Arena<BandIx, Band>,
    /// Least heights of runs of bands: from the first to the last.
    pub(crate) least_heights: Vec<(BandIx, BandIx, i64)>,
    /// Pairs that belong below each other: the ends of message flows.
    pub(crate) couplings: Vec<(NodeIx, NodeIx)>,
}

/// The form of a node, as far as edges care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A rectangle: edges may begin anywhere on its sides.
    Box,
    /// A circle.
    Circle,
    /// A diamond: edges begin at its corners.
    Diamond,
}

/// A node.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Its form.
    pub(crate) form: Form,
    /// Its width.
    pub(crate) width: i64,
    /// Its height.
    pub(crate) height: i64,
    /// What is reserved above it: a label, data.
    pub(crate) above: i64,
    /// What is reserved below it.
    pub(crate) below: i64,
    /// How far to each side of its middle nothing else may stand.
    pub(crate) side: i64,
    /// The band that it is in.
    pub(crate) band: BandIx,
    /// Whether it stands apart from the flow, in a row at the lower end of its band.
    pub(crate) is_apart: bool,
    /// Whether edges may use its upper side.
    pub(crate) is_top_free: bool,
    /// Whether edges may use its lower side.
    pub(crate) is_bottom_free: bool,
    /// How many boundary events are on its lower side.
    pub(crate) hung: usize,
}

/// Where an edge leaves its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Departure {
    /// The node itself.
    Node,
    /// The boundary event with this number.
    Hung(usize),
}

/// An edge.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    /// Where it begins.
    pub(crate) source: NodeIx,
    /// Where it ends.
    pub(crate) target: NodeIx,
    /// How it leaves its source.
    pub(crate) departure: Departure,
    /// The width of its label, 0 without one.
    pub(crate) label: i64,
}

/// A horizontal band of the drawing: a lane, a pool without lanes, or a part of one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Band {
    /// What is kept free between its upper end and what is in it.
    pub(crate) padding: i64,
    /// Its least height.
    pub(crate) height: i64,
    /// The distance to the next band.
    pub(crate) gap: i64,
    /// Where what is in it begins, from the left.
    pub(crate) indent: i64,
}
