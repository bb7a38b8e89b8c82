//! At which height each item stands.
//!
//! Edges that can be straight are made straight, the most important first; what is straight together
//! moves together. The network simplex then places these rows, with the ends of the bands as further
//! variables, so that the remaining edges are short and the bands low.
//!
//! # Source
//! Brandes, Köpf: Fast and Simple Horizontal Coordinate Assignment (2001), for the alignment; Gansner
//! et al. (1993), section 4.2, for the placement.

use std::collections::BTreeMap;

use reglament_core::program::{Arena, ArenaIndex};

use super::apart::Apart;
use super::graph::{BandIx, Graph};
use super::index::layout_index;
use super::layers::{Content, ItemIx, Layers};
use super::network_simplex::{Problem, VariableIx};
use super::rank::Ranks;

layout_index! {
    /// Items that stand at the same height.
    RowIx,
}

/// The distance between two nodes of a layer.
const NODE_DISTANCE: i64 = 30;
/// The distance between a node and an edge that passes it.
const EDGE_DISTANCE: i64 = 20;
/// The distance between two edges that pass.
const LINE_DISTANCE: i64 = 16;
/// What an edge costs for each unit that its ends differ in height.
const EDGE_WEIGHT: i64 = 4;
/// The same for a part of an edge that leads back, to another band, or from a boundary event.
const LOOSE_WEIGHT: i64 = 1;
/// What it costs that a main path comes back to a band at another height than it left it.
const RETURN_WEIGHT: i64 = 3;
/// What a unit of height of the drawing costs.
const HEIGHT_WEIGHT: i64 = 2;
/// How many steps of the simplex are made at least, and for each row.
const STEPS: (usize, usize) = (500, 8);

/// The heights.
#[derive(Debug)]
pub(super) struct Heights {
    /// The middle of each item.
    pub(super) middle: Arena<ItemIx, i64>,
    /// The upper end of each band, and at last the lower end of the drawing.
    pub(super) ends: Vec<i64>,
}

/// Places all items.
pub(super) fn place(graph: &Graph, ranks: &Ranks, layers: &Layers, apart: &Apart) -> Heights {
    let rows = straight_rows(graph, ranks, layers);
    let count = rows
        .values()
        .map(|row| row.position() + 1)
        .max()
        .unwrap_or(0);
    let bands = graph.bands.len();
    let mut problem = Problem::new(bands + 1 + count);
    let row = |item: ItemIx| VariableIx::from_position(bands + 1 + rows[item].position());
    keep_bands(graph, apart, &mut problem);
    keep_distances(graph, layers, apart, &row, &mut problem);
    attract(ranks, layers, &rows, &row, graph, &mut problem);
    level_bands(graph, ranks, layers, &rows, &row, &mut problem);
    let values = problem.solve(STEPS.0 + STEPS.1 * count);
    let first = values.get(end_of(0)).copied().unwrap_or(0);
    Heights {
        middle: layers
            .items
            .indices()
            .map(|item| values.get(row(item)).copied().unwrap_or(0) - first)
            .collect(),
        ends: (0..=bands)
            .map(|band| values.get(end_of(band)).copied().unwrap_or(0) - first)
            .collect(),
    }
}

fn end_of(band: usize) -> VariableIx {
    VariableIx::from_position(band)
}

/// How far an item reaches above and below its middle.
pub(super) fn reach(graph: &Graph, layers: &Layers, item: ItemIx) -> (i64, i64) {
    match layers.items[item].content {
        Content::Pass(_) => (0, 0),
        Content::Node(node) => {
            let node = &graph.nodes[node];
            (
                node.height / 2 + node.above,
                node.height / 2 + node.below + if node.hung > 0 { 18 } else { 0 },
            )
        }
    }
}

/// Bands have their least heights and follow each other.
fn keep_bands(graph: &Graph, apart: &Apart, problem: &mut Problem) {
    for (index, band) in graph.bands.iter() {
        let at = index.position();
        let strip = apart.height(index);
        let needed = if strip > 0 {
            strip + 2 * band.padding
        } else {
            0
        };
        let least = band.height.max(needed) + band.gap;
        problem.pull(end_of(at), end_of(at + 1), least, HEIGHT_WEIGHT);
    }
    for (first, last, height) in &graph.least_heights {
        let least = height + graph.bands[*last].gap;
        problem.keep(end_of(first.position()), end_of(last.position() + 1), least);
    }
}

/// Items of a layer keep their distance from each other and from the ends of their bands.
fn keep_distances(
    graph: &Graph,
    layers: &Layers,
    apart: &Apart,
    row: &dyn Fn(ItemIx) -> VariableIx,
    problem: &mut Problem,
) {
    let mut least: BTreeMap<(VariableIx, VariableIx), i64> = BTreeMap::new();
    let mut keep = |tail, head, distance: i64| {
        let entry = least.entry((tail, head)).or_insert(distance);
        *entry = distance.max(*entry);
    };
    for layer in &layers.layers {
        let mut above: Option<ItemIx> = None;
        for item in layer {
            let band = layers.items[*item].band;
            let (up, _) = reach(graph, layers, *item);
            match above.filter(|above| layers.items[*above].band == band) {
                Some(above) => keep(
                    row(above),
                    row(*item),
                    distance(graph, layers, above, *item),
                ),
                None => keep(
                    end_of(band.position()),
                    row(*item),
                    graph.bands[band].padding + up,
                ),
            }
            above = Some(*item);
        }
        for pair in layer.windows(2) {
            if let [one, next] = *pair
                && layers.items[one].band != layers.items[next].band
            {
                keep_lower_end(graph, layers, apart, one, row, &mut keep);
            }
        }
        if let Some(last) = layer.last() {
            keep_lower_end(graph, layers, apart, *last, row, &mut keep);
        }
    }
    for ((tail, head), distance) in least {
        problem.keep(tail, head, distance);
    }
}

fn keep_lower_end(
    graph: &Graph,
    layers: &Layers,
    apart: &Apart,
    item: ItemIx,
    row: &dyn Fn(ItemIx) -> VariableIx,
    keep: &mut dyn FnMut(VariableIx, VariableIx, i64),
) {
    let index: BandIx = layers.items[item].band;
    let band = &graph.bands[index];
    let (_, down) = reach(graph, layers, item);
    let distance = down + band.padding + apart.height_below_flow(index) + band.gap;
    keep(row(item), end_of(index.position() + 1), distance);
}

/// The least distance between the middles of two neighbours.
fn distance(graph: &Graph, layers: &Layers, upper: ItemIx, lower: ItemIx) -> i64 {
    let (_, down) = reach(graph, layers, upper);
    let (up, _) = reach(graph, layers, lower);
    let between = match (layers.node(upper), layers.node(lower)) {
        (Some(_), Some(_)) => NODE_DISTANCE,
        (None, None) => LINE_DISTANCE,
        (Some(_), None) | (None, Some(_)) => EDGE_DISTANCE,
    };
    down + between + up
}

/// Pieces of edges between neighbouring layers, with what it is worth that they are straight.
fn pieces(ranks: &Ranks, layers: &Layers, graph: &Graph) -> Vec<(usize, ItemIx, ItemIx)> {
    let mut pieces = Vec::new();
    for (index, edge) in graph.edges.iter() {
        let (Some(source), Some(target)) =
            (layers.of_node[edge.source], layers.of_node[edge.target])
        else {
            continue;
        };
        let mut chain = layers.passes[index].clone();
        if !ranks.is_back[index] {
            let is_hung = chain
                .first()
                .is_some_and(|first| layers.items[*first].host.is_some());
            if !is_hung {
                chain.insert(0, source);
            }
            chain.push(target);
        }
        for pair in chain.windows(2) {
            let [left, right] = *pair else { continue };
            let passes = layers.node(left).is_none() && layers.node(right).is_none();
            let class = match ranks.main[index] {
                Some(0) => 0,
                _ if passes => 1,
                Some(path) => 1 + path,
                None => usize::MAX,
            };
            pieces.push((class, left, right));
        }
    }
    pieces.sort_by_key(|(class, ..)| *class);
    pieces
}

/// The pieces that are straight between two layers, by position on the left.
type Straight = BTreeMap<usize, usize>;

/// Chooses the pieces that are straight and numbers the rows that they make.
fn straight_rows(graph: &Graph, ranks: &Ranks, layers: &Layers) -> Arena<ItemIx, RowIx> {
    let mut left: Arena<ItemIx, Option<ItemIx>> = layers.items.values().map(|_| None).collect();
    let mut right = left.clone();
    let mut straight: Vec<Straight> = vec![Straight::new(); layers.layers.len()];
    for (_, from, to) in pieces(ranks, layers, graph) {
        let layer = layers.items[from].layer;
        let Some(chosen) = straight.get_mut(layer) else {
            continue;
        };
        let (start, end) = (layers.position[from], layers.position[to]);
        let before = chosen.range(..start).next_back();
        let after = chosen.range(start + 1..).next();
        let crosses = before.is_some_and(|(_, other)| *other > end)
            || after.is_some_and(|(_, other)| *other < end);
        let is_free = right[from].is_none() && left[to].is_none();
        if is_free && !crosses && layers.items[from].band == layers.items[to].band {
            chosen.insert(start, end);
            right[from] = Some(to);
            left[to] = Some(from);
        }
    }
    let mut rows: Arena<ItemIx, RowIx> = layers
        .items
        .values()
        .map(|_| RowIx::from_position(0))
        .collect();
    let firsts = layers.items.indices().filter(|item| left[*item].is_none());
    for (row, first) in firsts.enumerate() {
        let mut next = Some(first);
        while let Some(item) = next {
            rows[item] = RowIx::from_position(row);
            next = right[item];
        }
    }
    rows
}

/// Edges that are not straight pull at their ends.
fn attract(
    ranks: &Ranks,
    layers: &Layers,
    rows: &Arena<ItemIx, RowIx>,
    row: &dyn Fn(ItemIx) -> VariableIx,
    graph: &Graph,
    problem: &mut Problem,
) {
    for (class, left, right) in pieces(ranks, layers, graph) {
        if rows[left] != rows[right] {
            let weight = if layers.items[left].band != layers.items[right].band {
                // An edge to another band goes up or down in any case.
                LOOSE_WEIGHT
            } else if class == usize::MAX {
                EDGE_WEIGHT
            } else {
                2 * EDGE_WEIGHT
            };
            problem.attract(row(left), row(right), weight);
        }
    }
    for (index, edge) in graph.edges.iter() {
        let passes = &layers.passes[index];
        let (source, target) = (layers.of_node[edge.source], layers.of_node[edge.target]);
        let ends = if ranks.is_back[index] {
            [(passes.first(), target), (passes.last(), source)]
        } else {
            [(passes.first(), source), (None, None)]
        };
        for (pass, end) in ends {
            let (Some(pass), Some(end)) = (pass, end) else {
                continue;
            };
            let is_hung = layers.items[*pass].host.is_some();
            if (ranks.is_back[index] || is_hung) && rows[*pass] != rows[end] {
                problem.attract(row(*pass), row(end), LOOSE_WEIGHT);
            }
        }
    }
}

/// A main path that comes back to a band should do so at the height at which it left: a lane then
/// reads as one line.
fn level_bands(
    graph: &Graph,
    ranks: &Ranks,
    layers: &Layers,
    rows: &Arena<ItemIx, RowIx>,
    row: &dyn Fn(ItemIx) -> VariableIx,
    problem: &mut Problem,
) {
    // The targets of the edges of each main path, from left to right.
    let mut paths: BTreeMap<usize, Vec<(usize, ItemIx)>> = BTreeMap::new();
    for (index, edge) in graph.edges.iter() {
        let ends = [edge.source, edge.target].map(|node| layers.of_node[node]);
        let (Some(path), [Some(source), Some(target)]) = (ranks.main[index], ends) else {
            continue;
        };
        let items = paths.entry(path).or_default();
        items.extend([source, target].map(|item| (layers.items[item].layer, item)));
    }
    for mut items in paths.into_values() {
        items.sort_unstable();
        items.dedup();
        let mut last: BTreeMap<BandIx, ItemIx> = BTreeMap::new();
        for (_, item) in items {
            let before = last.insert(layers.items[item].band, item);
            if let Some(before) = before.filter(|before| rows[*before] != rows[item]) {
                problem.attract(row(before), row(item), RETURN_WEIGHT);
            }
        }
    }
}
