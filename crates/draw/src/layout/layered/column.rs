//! The columns of the layers, the channels between them, and with them the lines of all edges.

use reglament_core::program::Arena;

use super::apart::Apart;
use super::channel::{Bank, Piece, tracks};
use super::graph::{Departure, EdgeIx, Graph, NodeIx};
use super::height::Heights;
use super::layers::Layers;
use super::port::{HUNG_RADIUS, Port, Ports, circle, hung_order, hung_shift, outline};
use super::rank::Ranks;

/// The least width of a channel.
const CHANNEL: i64 = 50;
/// The distance of the tracks of a channel from its banks.
const BANK: i64 = 20;
/// The distance between two tracks.
const TRACK: i64 = 14;

/// A place, in pixels.
pub(crate) type Place = (i64, i64);

/// A drawing.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    /// The middle of each node.
    pub(crate) nodes: Arena<NodeIx, Place>,
    /// The middles of the boundary events of each node.
    pub(crate) hung: Arena<NodeIx, Vec<Place>>,
    /// The corners of each edge, its ends included.
    pub(crate) edges: Arena<EdgeIx, Vec<Place>>,
    /// The upper end of each band, and at last the lower end of the drawing.
    pub(crate) bands: Vec<i64>,
    /// How wide it is.
    pub(crate) width: i64,
}

/// Draws everything.
pub(super) fn draw(
    graph: &Graph,
    ranks: &Ranks,
    layers: &Layers,
    heights: &Heights,
    ports: &Arena<EdgeIx, Ports>,
    apart: &Apart,
) -> Drawing {
    let hung = hung_order(graph, ranks, layers, heights);
    let mut course = Course {
        graph,
        ranks,
        layers,
        heights,
        ports,
        channels: (0..=layers.layers.len())
            .map(|_| Channel::default())
            .collect(),
    };
    let steps: Arena<EdgeIx, Vec<Step>> = graph
        .edges
        .indices()
        .map(|edge| course.steps(edge))
        .collect();
    let columns = Columns::new(graph, layers, &course.channels);
    let mut drawing = Drawing {
        nodes: Arena::new(),
        hung: Arena::new(),
        edges: Arena::new(),
        bands: heights.ends.clone(),
        width: columns.width,
    };
    for (index, node) in graph.nodes.iter() {
        let place = layers.of_node[index].map_or((0, 0), |item| {
            (columns.middle(ranks.layer[index]), heights.middle[item])
        });
        drawing.nodes.push(place);
        let mut events = vec![(0, 0); node.hung];
        for (position, event) in hung[index].iter().enumerate() {
            if let Some(slot) = events.get_mut(*event) {
                *slot = (
                    place.0 + hung_shift(node, position),
                    place.1 + node.height / 2,
                );
            }
        }
        drawing.hung.push(events);
    }
    apart.place(graph, heights, &mut drawing);
    for (edge, steps) in steps.iter() {
        let line = line(graph, &drawing, &columns, edge, ports[edge], steps);
        drawing.edges.push(simplified(&line));
    }
    drawing
}

/// A channel with the pieces of edges that change their height in it.
#[derive(Debug, Default)]
struct Channel {
    pieces: Vec<Piece>,
    /// The widest label of the edges that begin at its left bank.
    label: i64,
}

/// What an edge does between two places where it runs straight.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// It changes its height in a channel: which channel, which of its pieces, and the heights.
    Turn(usize, usize, i64, i64),
    /// It goes on at this height.
    Straight(i64),
}

struct Course<'a> {
    graph: &'a Graph,
    ranks: &'a Ranks,
    layers: &'a Layers,
    heights: &'a Heights,
    ports: &'a Arena<EdgeIx, Ports>,
    channels: Vec<Channel>,
}

impl Course<'_> {
    /// The height at which an end of an edge is attached; none where it turns inside the layer.
    fn side(&self, node: NodeIx, port: Port) -> Option<i64> {
        let item = self.layers.of_node[node]?;
        match port {
            Port::Side(offset) => Some(self.heights.middle[item] + offset),
            Port::Top(_) | Port::Bottom(_) | Port::Hung(_) => None,
        }
    }

    /// What an edge does from its source to its target.
    fn steps(&mut self, edge: EdgeIx) -> Vec<Step> {
        let ends = &self.graph.edges[edge];
        if self.layers.of_node[ends.source].is_none() || self.layers.of_node[ends.target].is_none()
        {
            return Vec::new();
        }
        let ports = self.ports[edge];
        let is_back = self.ranks.is_back[edge];
        let first = self.ranks.layer[ends.source];
        let last = self.ranks.layer[ends.target];
        // The heights of the edge in each layer, with the layer; at its ends, of the ports.
        let mut heights: Vec<(usize, i64)> = Vec::new();
        let start = self.side(ends.source, ports.source);
        let end = self.side(ends.target, ports.target);
        heights.extend(start.map(|height| (first, height)));
        let passes = self.layers.passes[edge].iter().map(|pass| {
            let item = &self.layers.items[*pass];
            (item.layer, self.heights.middle[*pass])
        });
        if is_back {
            heights.extend(passes.rev());
        } else {
            heights.extend(passes);
        }
        heights.extend(end.map(|height| (last, height)));
        if let Some(channel) = self.channels.get_mut(first + 1)
            && !is_back
        {
            channel.label = channel.label.max(ends.label);
        }
        let mut steps: Vec<Step> = heights
            .first()
            .map(|(_, height)| Step::Straight(*height))
            .into_iter()
            .collect();
        for pair in heights.windows(2) {
            let [(layer, height), (next, other)] = *pair else {
                continue;
            };
            if height == other {
                continue;
            }
            let (channel, from, to) = if layer < next {
                (next, Bank::Left, Bank::Right)
            } else if layer > next {
                (layer, Bank::Right, Bank::Left)
            } else if steps.len() == 1 && start.is_some() {
                // Out of the right side of the source, and back.
                (layer + 1, Bank::Left, Bank::Left)
            } else {
                (layer, Bank::Right, Bank::Right)
            };
            let Some(slot) = self.channels.get_mut(channel) else {
                continue;
            };
            slot.pieces.push(Piece {
                from: (from, height),
                to: (to, other),
            });
            steps.push(Step::Turn(channel, slot.pieces.len() - 1, height, other));
        }
        steps
    }
}

/// The places of layers and tracks.
struct Columns {
    /// The middle of each layer.
    middles: Vec<i64>,
    /// The tracks of the pieces of each channel, as places.
    tracks: Vec<Vec<i64>>,
    width: i64,
}

impl Columns {
    fn new(graph: &Graph, layers: &Layers, channels: &[Channel]) -> Self {
        let mut columns = Self {
            middles: Vec::new(),
            tracks: Vec::new(),
            width: 0,
        };
        let indent = graph.bands.values().map(|band| band.indent).max();
        let mut x = indent.unwrap_or(0);
        for (index, channel) in channels.iter().enumerate() {
            let (tracks, count) = tracks(&channel.pieces);
            let count = i64::try_from(count).unwrap_or(0);
            let is_inner = index > 0 && index < layers.layers.len();
            let lines = if count == 0 { 0 } else { (count - 1) * TRACK };
            let least = if is_inner {
                CHANNEL
            } else if count == 0 {
                0
            } else {
                2 * BANK
            };
            let mut width = least.max(2 * BANK + lines);
            if !is_inner && count == 0 {
                width = 0;
            }
            let mut first = x + (width - lines) / 2;
            if channel.label > 0 {
                width = width.max(channel.label + BANK + count * TRACK);
                first = x + BANK;
            }
            columns.tracks.push(
                tracks
                    .into_iter()
                    .map(|track| first + i64::try_from(track).unwrap_or(0) * TRACK)
                    .collect(),
            );
            x += width;
            if index < layers.layers.len() {
                let half = half_width(graph, layers, index);
                columns.middles.push(x + half);
                x += 2 * half;
            }
        }
        columns.width = x;
        columns
    }

    fn middle(&self, layer: usize) -> i64 {
        self.middles.get(layer).copied().unwrap_or(0)
    }

    fn track(&self, channel: usize, piece: usize) -> i64 {
        let tracks = self.tracks.get(channel);
        tracks
            .and_then(|tracks| tracks.get(piece))
            .copied()
            .unwrap_or(0)
    }
}

/// Half of the width of the widest node of a layer.
fn half_width(graph: &Graph, layers: &Layers, layer: usize) -> i64 {
    let nodes = layers
        .layer(layer)
        .iter()
        .filter_map(|item| layers.node(*item));
    nodes
        .map(|node| {
            let node = &graph.nodes[node];
            node.side.max(node.width / 2)
        })
        .max()
        .unwrap_or(0)
}

/// The corners of an edge.
fn line(
    graph: &Graph,
    drawing: &Drawing,
    columns: &Columns,
    edge: EdgeIx,
    ports: Ports,
    steps: &[Step],
) -> Vec<Place> {
    let ends = &graph.edges[edge];
    let Some(Step::Straight(start)) = steps.first().copied() else {
        return Vec::new();
    };
    let mut line = Vec::new();
    let mut height = start;
    let (x, y) = drawing.nodes[ends.source];
    let node = &graph.nodes[ends.source];
    match ports.source {
        Port::Side(offset) => line.push((x + outline(node, offset), y + offset)),
        Port::Top(shift) => line.extend([(x + shift, y - node.height / 2), (x + shift, start)]),
        Port::Bottom(shift) => line.extend([(x + shift, y + node.height / 2), (x + shift, start)]),
        Port::Hung(shift) => {
            let event = match ends.departure {
                Departure::Hung(event) => drawing.hung[ends.source].get(event),
                Departure::Node => None,
            };
            let (x, y) = event.copied().unwrap_or((x, y));
            let down = circle(HUNG_RADIUS, shift);
            line.extend([(x + shift, y + down), (x + shift, start)]);
        }
    }
    for step in steps {
        if let Step::Turn(channel, piece, from, to) = *step {
            let x = columns.track(channel, piece);
            line.extend([(x, from), (x, to)]);
            height = to;
        }
    }
    let (x, y) = drawing.nodes[ends.target];
    let node = &graph.nodes[ends.target];
    match ports.target {
        Port::Side(offset) => line.push((x - outline(node, offset), y + offset)),
        Port::Top(shift) => line.extend([(x + shift, height), (x + shift, y - node.height / 2)]),
        Port::Bottom(shift) => line.extend([(x + shift, height), (x + shift, y + node.height / 2)]),
        Port::Hung(_) => {}
    }
    line
}

/// Leaves out the places where the line goes straight on.
pub(crate) fn simplified(line: &[Place]) -> Vec<Place> {
    let mut result: Vec<Place> = Vec::with_capacity(line.len());
    for place in line {
        if result.last() == Some(place) {
            continue;
        }
        if let [.., before, last] = result.as_slice() {
            let is_straight = (before.0 == last.0 && last.0 == place.0)
                || (before.1 == last.1 && last.1 == place.1);
            if is_straight {
                result.pop();
            }
        }
        result.push(*place);
    }
    result
}
