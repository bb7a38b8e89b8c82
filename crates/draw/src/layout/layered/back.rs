//! Edges that lead back: each runs above or below the part of the flow that it repeats.
//!
//! They are put into the order of the layers after all others, one by one, where they cross least.

use reglament_core::program::Arena;

use super::graph::{BandIx, EdgeIx, Graph};
use super::layers::{ItemIx, Layers};
use super::rank::Ranks;

/// Where an edge that leads back may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    /// Close below what it repeats.
    Below,
    /// Close above what it repeats.
    Above,
    /// At the lower end of the band.
    Bottom,
    /// At the upper end of the band.
    Top,
}

/// The order in which the places are tried; the first of the best is taken.
const RUNS: [Run; 4] = [Run::Below, Run::Above, Run::Bottom, Run::Top];

/// Puts the edges that lead back into the layers.
pub(super) fn insert(graph: &Graph, ranks: &Ranks, layers: &mut Layers) {
    let mut edges: Vec<EdgeIx> = ranks
        .is_back
        .iter()
        .filter(|(edge, is_back)| **is_back && !layers.passes[*edge].is_empty())
        .map(|(edge, _)| edge)
        .collect();
    edges.sort_by_key(|edge| layers.passes[*edge].len());
    for edge in edges {
        insert_one(graph, layers, edge);
    }
}

fn insert_one(graph: &Graph, layers: &mut Layers, edge: EdgeIx) {
    let ends = &graph.edges[edge];
    let (Some(source), Some(target)) = (layers.of_node[ends.source], layers.of_node[ends.target])
    else {
        return;
    };
    let passes = layers.passes[edge].clone();
    let body = body(layers, source, target);
    let mut best: Option<(usize, Vec<usize>)> = None;
    for run in RUNS {
        let positions: Vec<usize> = passes
            .iter()
            .map(|pass| position(layers, *pass, &body, run))
            .collect();
        let cost = cost(layers, (source, target), &passes, &positions);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, positions));
        }
    }
    let Some((_, positions)) = best else { return };
    for (pass, position) in passes.into_iter().zip(positions) {
        layers.insert(pass, position);
    }
}

/// The items between the two ends of a loop, which it repeats.
fn body(layers: &Layers, source: ItemIx, target: ItemIx) -> Arena<ItemIx, bool> {
    let from = reach(layers, target, layers.items[source].layer, true);
    let to = reach(layers, source, layers.items[target].layer, false);
    from.values()
        .zip(to.values())
        .map(|(from, to)| *from && *to)
        .collect()
}

/// What can be reached from `start` without passing the layer `limit`.
fn reach(layers: &Layers, start: ItemIx, limit: usize, rightwards: bool) -> Arena<ItemIx, bool> {
    let mut seen: Arena<ItemIx, bool> = layers.items.values().map(|_| false).collect();
    let mut open = vec![start];
    while let Some(item) = open.pop() {
        let data = &layers.items[item];
        let is_beyond = if rightwards {
            data.layer > limit
        } else {
            data.layer < limit
        };
        if seen[item] || is_beyond {
            continue;
        }
        seen[item] = true;
        if rightwards {
            open.extend(data.right.iter().chain(&data.hung));
        } else {
            open.extend(data.left.iter().copied().chain(data.host));
        }
    }
    seen
}

/// Where `pass` goes in its layer for the wanted run.
fn position(layers: &Layers, pass: ItemIx, body: &Arena<ItemIx, bool>, run: Run) -> usize {
    let item = &layers.items[pass];
    let order = layers.layer(item.layer);
    if let Some(host) = item.host {
        // Below its node and what hangs there already.
        let first = layers.position[host] + 1;
        let hung = order.iter().skip(first);
        let below = hung.take_while(|other| layers.items[**other].host == Some(host));
        return first + below.count();
    }
    let band: BandIx = item.band;
    let top = order.partition_point(|other| layers.items[*other].band < band);
    let bottom = order.partition_point(|other| layers.items[*other].band <= band);
    let mut inside = order
        .iter()
        .enumerate()
        .filter(|(_, other)| body[**other])
        .map(|(position, _)| position);
    let wanted = match run {
        Run::Top => top,
        Run::Bottom => bottom,
        Run::Above => inside.next().unwrap_or(top).clamp(top, bottom),
        Run::Below => inside
            .next_back()
            .map_or(bottom, |last| last + 1)
            .clamp(top, bottom),
    };
    // Not between a node and what hangs below it.
    let hung = order.iter().skip(wanted);
    let is_hung = |other: &&ItemIx| layers.items[**other].host.is_some();
    wanted + hung.take_while(is_hung).count()
}

/// How many crossings the edge brings when its places go to `positions`.
fn cost(
    layers: &Layers,
    (source, target): (ItemIx, ItemIx),
    passes: &[ItemIx],
    positions: &[usize],
) -> usize {
    let mut cost = 0;
    for (pair, places) in passes.windows(2).zip(positions.windows(2)) {
        let ([left, _], [from, to]) = (pair, places) else {
            continue;
        };
        for item in layers.layer(layers.items[*left].layer) {
            let is_above = layers.position[*item] < *from;
            let right = &layers.items[*item].right;
            cost += right
                .iter()
                .filter(|next| (layers.position[**next] < *to) != is_above)
                .count();
        }
    }
    let ends = [
        (target, passes.first().zip(positions.first())),
        (source, passes.last().zip(positions.last())),
    ];
    for (end, place) in ends {
        let Some((pass, place)) = place else { continue };
        if layers.items[*pass].host.is_some() {
            continue;
        }
        let at = layers.position[end];
        let (low, high) = if *place <= at {
            (*place, at)
        } else {
            (at + 1, *place)
        };
        let between = layers
            .layer(layers.items[end].layer)
            .iter()
            .take(high)
            .skip(low);
        // A node between costs more than a line: the edge has to go round it.
        cost += between
            .map(|item| {
                let data = &layers.items[*item];
                let lines = if end == source {
                    &data.right
                } else {
                    &data.left
                };
                lines.len() + usize::from(layers.node(*item).is_some())
            })
            .sum::<usize>();
    }
    cost
}
