//! Where each edge begins and ends at its nodes.
//!
//! Edges leave on the right side and arrive on the left one, side by side where there are several.
//! The corners of a gateway, and the upper and lower side for edges that lead back, are used where
//! nothing is in the way: that saves a bend.

use std::collections::BTreeMap;

use reglament_core::program::{Arena, ArenaIndex};

use super::graph::{Departure, EdgeIx, Form, Graph, Node, NodeIx};
use super::height::{Heights, reach};
use super::layers::{Content, ItemIx, Layers};
use super::rank::Ranks;

/// The distance between edges at the side of a box.
const BOX_STEP: i64 = 16;
/// The same at a circle or diamond.
const POINT_STEP: i64 = 10;
/// How near an edge may pass a node when it uses a corner.
const CLEARANCE: i64 = 12;

/// The distance between edges at a boundary event.
const HUNG_STEP: i64 = 8;
/// How far from its middle they may begin.
const HUNG_ROOM: i64 = 14;

/// How far an edge may move at one end when the other end has found its corner already.
const SMALL_STEP: i64 = 8;

/// How an edge is attached to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Port {
    /// On the side that faces the rest of the edge, so far below the middle.
    Side(i64),
    /// On the upper side, so far to the right of the middle.
    Top(i64),
    /// On the lower side, so far to the right of the middle.
    Bottom(i64),
    /// At the lower side of a boundary event, so far to the right of its middle.
    Hung(i64),
}

/// The two ends of an edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ports {
    pub(super) source: Port,
    pub(super) target: Port,
}

/// Which end of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Source,
    Target,
}

/// Finds the ports of all edges.
pub(super) fn assign(
    graph: &Graph,
    ranks: &Ranks,
    layers: &Layers,
    heights: &Heights,
) -> Arena<EdgeIx, Ports> {
    let mut assignment = Assignment {
        graph,
        ranks,
        layers,
        heights,
        ports: graph
            .edges
            .values()
            .map(|edge| Ports {
                source: match edge.departure {
                    Departure::Node => Port::Side(0),
                    Departure::Hung(_) => Port::Hung(0),
                },
                target: Port::Side(0),
            })
            .collect(),
        verticals: vec![Vec::new(); layers.layers.len()],
        ends: ends(graph),
    };
    for node in graph.nodes.indices() {
        assignment.spread(node);
    }
    for node in graph.nodes.indices() {
        assignment.use_corners(node);
    }
    assignment.spread_hung();
    // What is left at the sides moves to the middle.
    for node in graph.nodes.indices() {
        assignment.spread(node);
    }
    assignment.ports
}

/// The ends of edges at each node.
fn ends(graph: &Graph) -> Arena<NodeIx, Vec<(EdgeIx, End)>> {
    let mut ends: Arena<NodeIx, Vec<(EdgeIx, End)>> =
        graph.nodes.values().map(|_| Vec::new()).collect();
    for (index, edge) in graph.edges.iter() {
        if edge.departure == Departure::Node {
            ends[edge.source].push((index, End::Source));
        }
        ends[edge.target].push((index, End::Target));
    }
    ends
}

struct Assignment<'a> {
    graph: &'a Graph,
    ranks: &'a Ranks,
    layers: &'a Layers,
    heights: &'a Heights,
    ports: Arena<EdgeIx, Ports>,
    /// The vertical lines within each layer so far: from, to.
    verticals: Vec<Vec<(i64, i64)>>,
    ends: Arena<NodeIx, Vec<(EdgeIx, End)>>,
}

/// A corner that an edge would like to use.
struct Wish {
    edge: EdgeIx,
    end: End,
    /// The height that the edge goes on at.
    height: i64,
    /// How far to the right of the middle the corner is.
    shift: i64,
}

impl Assignment<'_> {
    fn middle(&self, node: NodeIx) -> Option<i64> {
        self.layers.of_node[node].map(|item| self.heights.middle[item])
    }

    /// What comes next on the edge, seen from one of its ends.
    fn next(&self, edge: EdgeIx, end: End) -> Option<ItemIx> {
        let passes = &self.layers.passes[edge];
        let pass = if (end == End::Source) == self.ranks.is_back[edge] {
            passes.last()
        } else {
            passes.first()
        };
        pass.copied().or_else(|| {
            let ends = &self.graph.edges[edge];
            self.layers.of_node[if end == End::Source {
                ends.target
            } else {
                ends.source
            }]
        })
    }

    fn port(&mut self, edge: EdgeIx, end: End) -> &mut Port {
        match end {
            End::Source => &mut self.ports[edge].source,
            End::Target => &mut self.ports[edge].target,
        }
    }

    /// Gives the upper and the lower corner of a node to the edges that gain most from them.
    fn use_corners(&mut self, node: NodeIx) {
        let (Some(item), Some(middle)) = (self.layers.of_node[node], self.middle(node)) else {
            return;
        };
        let wishes = self.wishes(node, middle);
        let data = &self.graph.nodes[node];
        let (is_top_free, is_bottom_free) =
            (data.is_top_free, data.is_bottom_free && data.hung == 0);
        let (half, is_box) = (data.height / 2, data.form == Form::Box);
        let mut taken: [Vec<i64>; 2] = [Vec::new(), Vec::new()];
        for wish in wishes {
            let upwards = wish.height < middle;
            let is_free = if upwards { is_top_free } else { is_bottom_free };
            let [top, bottom] = &mut taken;
            let used = if upwards { top } else { bottom };
            let is_used = if is_box {
                used.contains(&wish.shift)
            } else {
                !used.is_empty()
            };
            let is_far = (wish.height - middle).abs() >= half + CLEARANCE;
            if !is_free || is_used || !is_far || !self.is_clear(item, &wish) {
                continue;
            }
            used.push(wish.shift);
            let from = if upwards {
                middle - half
            } else {
                middle + half
            };
            let layer = self.layers.items[item].layer;
            if let Some(verticals) = self.verticals.get_mut(layer) {
                verticals.push((from.min(wish.height), from.max(wish.height)));
            }
            *self.port(wish.edge, wish.end) = if upwards {
                Port::Top(wish.shift)
            } else {
                Port::Bottom(wish.shift)
            };
        }
    }

    /// The corners that edges at `node` would like to use, the most useful first.
    fn wishes(&self, node: NodeIx, middle: i64) -> Vec<Wish> {
        let data = &self.graph.nodes[node];
        let mut wishes = Vec::new();
        let mut counts = [0_usize; 2];
        for (edge, end) in &self.ends[node] {
            let [sources, targets] = &mut counts;
            *(if *end == End::Source {
                sources
            } else {
                targets
            }) += 1;
            let is_back = self.ranks.is_back[*edge];
            if !is_back && data.form != Form::Diamond {
                continue;
            }
            let Some(next) = self.next(*edge, *end) else {
                continue;
            };
            let is_hung = self.layers.items[next].host.is_some();
            let ends = self.ports[*edge];
            let other = if *end == End::Source {
                ends.target
            } else {
                ends.source
            };
            let other_is_next = self.layers.node(next).is_some();
            // An edge turns at one of its two ends, not at both at the same place.
            if (other_is_next && !matches!(other, Port::Side(_))) || is_hung && !is_back {
                continue;
            }
            let shift = match (data.form, end) {
                (Form::Box, End::Source) => data.width / 4,
                (Form::Box, End::Target) => -data.width / 4,
                _ => 0,
            };
            wishes.push(Wish {
                edge: *edge,
                end: *end,
                height: match other {
                    Port::Side(offset) if other_is_next => self.heights.middle[next] + offset,
                    _ => self.heights.middle[next],
                },
                shift,
            });
        }
        let [sources, targets] = counts;
        let first = if sources >= targets {
            End::Source
        } else {
            End::Target
        };
        wishes.sort_by_key(|wish| {
            (
                wish.end != first,
                std::cmp::Reverse((wish.height - middle).abs()),
                wish.edge,
            )
        });
        wishes
    }

    /// Whether a line can go from `item` straight up or down to the height of the wish, and on from
    /// there.
    fn is_clear(&self, item: ItemIx, wish: &Wish) -> bool {
        let from = self.heights.middle[item];
        let layer = self.layers.items[item].layer;
        let order = self.layers.layer(layer);
        let at = self.layers.position[item];
        let (low, high) = (from.min(wish.height), from.max(wish.height));
        let upwards = wish.height < from;
        let is_back = self.ranks.is_back[wish.edge];
        let is_own = |other: &ItemIx| self.layers.items[*other].content == Content::Pass(wish.edge);
        let blocks = |other: &ItemIx| {
            let middle = self.heights.middle[*other];
            let margin = CLEARANCE;
            match self.layers.items[*other].content {
                Content::Node(_) => {
                    let (up, down) = reach(self.graph, self.layers, *other);
                    middle + down > low - margin && middle - up < high + margin
                }
                Content::Pass(_) if is_back => (middle - wish.height).abs() < CLEARANCE,
                Content::Pass(_) => middle > low - margin && middle < high + margin,
            }
        };
        let mut others: Box<dyn Iterator<Item = &ItemIx>> = if upwards {
            Box::new(order.iter().take(at).rev())
        } else {
            Box::new(order.iter().skip(at + 1))
        };
        let is_blocked = others.any(|other| !is_own(other) && blocks(other));
        let meets = |(one, other): &(i64, i64)| *one < high + 4 && *other > low - 4;
        let verticals = self.verticals.get(layer);
        !is_blocked && !verticals.is_some_and(|verticals| verticals.iter().any(meets))
    }

    /// Spreads the edges that leave the same boundary event: those that go on lowest, leftmost.
    fn spread_hung(&mut self) {
        let mut fans: BTreeMap<(NodeIx, usize), Vec<(i64, EdgeIx)>> = BTreeMap::new();
        for (index, edge) in self.graph.edges.iter() {
            if let Departure::Hung(event) = edge.departure
                && let Some(first) = self.next(index, End::Source)
            {
                let depth = self.heights.middle[first];
                let key = if self.ranks.is_back[index] {
                    i64::MIN + depth
                } else {
                    -depth
                };
                let fan = fans.entry((edge.source, event)).or_default();
                fan.push((key, index));
            }
        }
        for mut fan in fans.into_values() {
            fan.sort_unstable();
            let count = i64::try_from(fan.len()).unwrap_or(1);
            let step = (2 * HUNG_ROOM / count.max(2)).min(HUNG_STEP);
            for (place, (_, edge)) in (0..).zip(fan) {
                let shift = (2 * place - count + 1) * step / 2;
                self.ports[edge].source = Port::Hung(shift);
            }
        }
    }

    /// Whether the other end of an edge goes straight on from its port at this end.
    fn is_settled(&self, edge: EdgeIx, end: End) -> bool {
        let ports = self.ports[edge];
        let other = if end == End::Source {
            ports.target
        } else {
            ports.source
        };
        let is_direct = self.layers.passes[edge].is_empty();
        is_direct && matches!(other, Port::Top(_) | Port::Bottom(_))
    }

    /// Spreads the edges that remain on the two sides of a node.
    fn spread(&mut self, node: NodeIx) {
        let Some(middle) = self.middle(node) else {
            return;
        };
        let mut sides: [Vec<(i64, EdgeIx, End)>; 2] = [Vec::new(), Vec::new()];
        for (edge, end) in self.ends[node].clone() {
            if !matches!(*self.port(edge, end), Port::Side(_)) {
                continue;
            }
            let Some(next) = self.next(edge, end) else {
                continue;
            };
            let height = self.heights.middle[next];
            let [left, right] = &mut sides;
            let side = if end == End::Source { right } else { left };
            side.push((height, edge, end));
        }
        for mut side in sides {
            // Where an edge uses a corner at its other end, its height is settled, but for a small
            // step to the middle of a side that it has for itself.
            let is_settled = side
                .iter()
                .any(|(_, edge, end)| self.is_settled(*edge, *end));
            let is_near = |ports: Ports| {
                let offsets = [ports.source, ports.target];
                let near =
                    |port: &Port| matches!(port, Port::Side(offset) if offset.abs() > SMALL_STEP);
                !offsets.iter().any(near)
            };
            let is_alone = matches!(side.as_slice(), [(_, edge, _)] if is_near(self.ports[*edge]));
            if is_settled && !is_alone {
                continue;
            }
            side.sort_by_key(|(height, edge, _)| (*height, *edge));
            let heights: Vec<i64> = side.iter().map(|(height, ..)| height - middle).collect();
            let offsets = offsets(&self.graph.nodes[node], &heights);
            for ((_, edge, end), offset) in side.into_iter().zip(offsets) {
                *self.port(edge, end) = Port::Side(offset);
            }
        }
    }
}

/// The distances from the middle of a side at which edges are attached that come from `heights`.
fn offsets(node: &Node, heights: &[i64]) -> Vec<i64> {
    let (step, room) = match node.form {
        Form::Box => (BOX_STEP, node.height / 2 - 12),
        Form::Circle => (POINT_STEP, 12),
        Form::Diamond => (POINT_STEP, 14),
    };
    let count = i64::try_from(heights.len()).unwrap_or(i64::MAX);
    let straight = heights.iter().position(|height| *height == 0);
    // Twice the index of what is in the middle, so that it may lie between two.
    let centre = straight.map_or(count - 1, |index| 2 * i64::try_from(index).unwrap_or(0));
    let farthest = centre.max(2 * (count - 1) - centre);
    let step = if farthest == 0 {
        0
    } else {
        step.min(room * 2 / farthest).max(1)
    };
    (0..count)
        .map(|index| ((2 * index - centre) * step / 2).clamp(-room, room))
        .collect()
}

/// How far a pass of an edge may move to its port.
const SETTLING: i64 = 24;
/// How near a pass may come to its neighbours when it moves.
const SETTLED_DISTANCE: i64 = 12;

/// Moves the places where edges pass to the heights of their ports, where that saves a small bend.
pub(super) fn settle(
    graph: &Graph,
    ranks: &Ranks,
    layers: &Layers,
    ports: &Arena<EdgeIx, Ports>,
    heights: &mut Heights,
) {
    for (index, edge) in graph.edges.iter() {
        if ranks.is_back[index] {
            continue;
        }
        let passes = &layers.passes[index];
        let ends = [
            (passes.first(), edge.source, ports[index].source),
            (passes.last(), edge.target, ports[index].target),
        ];
        let [from, to] = ends.map(|(pass, node, port)| {
            let middle = heights.middle[layers.of_node[node]?];
            match port {
                Port::Side(offset) => Some((heights.middle[*pass?], middle + offset)),
                Port::Top(_) | Port::Bottom(_) | Port::Hung(_) => None,
            }
        });
        // Where one end is straight already, the bend would only move.
        let is_straight = |end: Option<(i64, i64)>| end.is_some_and(|(pass, port)| pass == port);
        if is_straight(from) || is_straight(to) {
            continue;
        }
        let Some((height, port)) = to.or(from) else {
            continue;
        };
        let run: Vec<ItemIx> = passes
            .iter()
            .copied()
            .filter(|pass| heights.middle[*pass] == height)
            .collect();
        let is_free = run
            .iter()
            .all(|pass| can_move(graph, layers, heights, *pass, port));
        if (port - height).abs() <= SETTLING && is_free {
            for pass in run {
                heights.middle[pass] = port;
            }
        }
    }
}

/// Whether `pass` keeps its distance from its neighbours at `height`, and stays in its band.
fn can_move(graph: &Graph, layers: &Layers, heights: &Heights, pass: ItemIx, height: i64) -> bool {
    let item = &layers.items[pass];
    let order = layers.layer(item.layer);
    let at = layers.position[pass];
    let above = at.checked_sub(1).and_then(|above| order.get(above));
    let is_below_above = above.is_none_or(|above| {
        let (_, down) = reach(graph, layers, *above);
        heights.middle[*above] + down + SETTLED_DISTANCE <= height
    });
    let is_above_below = order.get(at + 1).is_none_or(|below| {
        let (up, _) = reach(graph, layers, *below);
        height <= heights.middle[*below] - up - SETTLED_DISTANCE
    });
    let end = |band: usize| heights.ends.get(band).copied().unwrap_or(height);
    let band = item.band.position();
    is_below_above && is_above_below && end(band) + 4 <= height && height <= end(band + 1) - 4
}

/// How far the outline of a node is from its middle, across, at the distance `offset` from it.
pub(super) fn outline(node: &Node, offset: i64) -> i64 {
    let half = node.width / 2;
    match node.form {
        Form::Box => half,
        Form::Diamond => half - offset.abs(),
        Form::Circle => circle(half, offset),
    }
}

/// The radius of a boundary event.
pub(super) const HUNG_RADIUS: i64 = 18;

/// How far a circle is from its middle at the distance `offset` across, rounded inwards.
pub(super) fn circle(radius: i64, offset: i64) -> i64 {
    let square = radius * radius - offset * offset;
    let mut root = radius;
    while root > 0 && root * root > square {
        root -= 1;
    }
    root
}

/// The boundary events of each node from left to right, by the heights at which their edges go on.
pub(super) fn hung_order(
    graph: &Graph,
    ranks: &Ranks,
    layers: &Layers,
    heights: &Heights,
) -> Arena<NodeIx, Vec<usize>> {
    let mut keys: Arena<NodeIx, Vec<(i64, i64, usize)>> = graph
        .nodes
        .values()
        .map(|node| (0..node.hung).map(|event| (2, 0, event)).collect())
        .collect();
    for (index, edge) in graph.edges.iter() {
        let Departure::Hung(event) = edge.departure else {
            continue;
        };
        let passes = &layers.passes[index];
        let is_back = ranks.is_back[index];
        let first = if is_back {
            passes.last()
        } else {
            passes.first()
        };
        let depth = first.map_or(0, |pass| heights.middle[*pass]);
        if let Some(key) = keys[edge.source].get_mut(event) {
            *key = if is_back {
                (0, depth, event)
            } else {
                (1, -depth, event)
            };
        }
    }
    keys.values_mut()
        .map(|keys| {
            keys.sort_unstable();
            keys.iter().map(|(.., event)| *event).collect()
        })
        .collect()
}

/// How far the boundary event at `place` from the left is to the right of the middle of its node.
pub(super) fn hung_shift(node: &Node, place: usize) -> i64 {
    let count = i64::try_from(node.hung).unwrap_or(1).max(1);
    let place = i64::try_from(place).unwrap_or(0);
    if count == 1 {
        return node.width / 4;
    }
    (2 * place + 1) * node.width / (2 * count) - node.width / 2
}
