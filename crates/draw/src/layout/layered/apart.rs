//! Nodes that stand apart from the flow, such as event sub-processes and annotations of nothing: they
//! stand in rows at the lower end of their bands.

use reglament_core::program::{Arena, ArenaIndex};

use super::column::Drawing;
use super::graph::{BandIx, Graph, Node, NodeIx};
use super::height::Heights;
use super::port::hung_shift;
use super::rank::Ranks;

/// The distance between nodes that stand apart, and between them and the flow.
const DISTANCE: i64 = 40;
/// How wide a row may be when the flow is narrower.
const LEAST_WIDTH: i64 = 900;
/// The width that a layer takes on average besides its nodes.
const CHANNEL: i64 = 60;

/// The rows of nodes that stand apart.
#[derive(Debug)]
pub(super) struct Apart {
    /// The place of each node from the left and from the upper end of its row, if it stands apart.
    places: Arena<NodeIx, Option<(i64, i64)>>,
    heights: Arena<BandIx, i64>,
}

impl Apart {
    /// Makes the rows about as wide as the flow will be.
    pub(super) fn new(graph: &Graph, ranks: &Ranks) -> Self {
        let mut widths = vec![0; ranks.count];
        for (index, node) in graph.nodes.iter().filter(|(_, node)| !node.is_apart) {
            if let Some(width) = widths.get_mut(ranks.layer[index]) {
                *width = width_of(node).max(*width);
            }
        }
        let limit = widths.iter().map(|width| width + CHANNEL).sum::<i64>();
        let limit = limit.max(LEAST_WIDTH);
        let mut apart = Self {
            places: graph.nodes.values().map(|_| None).collect(),
            heights: graph.bands.values().map(|_| 0).collect(),
        };
        let mut cursors: Arena<BandIx, (i64, i64)> = graph.bands.values().map(|_| (0, 0)).collect();
        for (index, node) in graph.nodes.iter().filter(|(_, node)| node.is_apart) {
            let (width, height) = (width_of(node), node.above + node.height + node.below);
            let cursor = &mut cursors[node.band];
            if cursor.0 > 0 && cursor.0 + width > limit {
                *cursor = (0, apart.heights[node.band] + DISTANCE);
            }
            apart.places[index] = Some((
                cursor.0 + width / 2,
                cursor.1 + node.above + node.height / 2,
            ));
            let bottom = cursor.1 + height + if node.hung > 0 { 18 } else { 0 };
            apart.heights[node.band] = apart.heights[node.band].max(bottom);
            cursor.0 += width + DISTANCE;
        }
        apart
    }

    /// The height of the rows of `band`; 0 without rows.
    pub(super) fn height(&self, band: BandIx) -> i64 {
        self.heights[band]
    }

    /// What the rows of `band` take when they stand below a flow.
    pub(super) fn height_below_flow(&self, band: BandIx) -> i64 {
        match self.heights[band] {
            0 => 0,
            height => height + DISTANCE,
        }
    }

    /// Puts the nodes into the drawing.
    pub(super) fn place(&self, graph: &Graph, heights: &Heights, drawing: &mut Drawing) {
        for (node, place) in self.places.iter() {
            let Some((x, y)) = *place else { continue };
            let data = &graph.nodes[node];
            let band = &graph.bands[data.band];
            let end = heights.ends.get(data.band.position() + 1);
            let lower = end.copied().unwrap_or(0) - band.gap - band.padding;
            let middle = (band.indent + x, lower - self.heights[data.band] + y);
            drawing.nodes[node] = middle;
            for (position, event) in drawing.hung[node].iter_mut().enumerate() {
                *event = (
                    middle.0 + hung_shift(data, position),
                    middle.1 + data.height / 2,
                );
            }
            drawing.width = drawing.width.max(middle.0 + width_of(data) / 2);
        }
    }
}

fn width_of(node: &Node) -> i64 {
    node.width.max(2 * node.side)
}
