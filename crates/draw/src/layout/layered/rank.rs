//! Which layer each node is in.
//!
//! Edges that close a loop are found by a depth-first search from the nodes where the flow begins;
//! the others lead from an earlier layer to a later one. Among all such assignments the network
//! simplex takes one with short edges and, second to that, message flows between equal layers.

use reglament_core::program::{Arena, ArenaIndex};

use super::graph::{BandIx, EdgeIx, Graph, NodeIx};
use super::network_simplex::{Problem, VariableIx};

/// What a longer sequence flow costs.
const FLOW_WEIGHT: i64 = 4;
/// What a longer sequence flow of a main path costs.
const MAIN_WEIGHT: i64 = 8;
/// What it costs that a message flow leans.
const MESSAGE_WEIGHT: i64 = 3;
/// How many steps of the simplex are made at least, and for each variable.
const STEPS: (usize, usize) = (200, 12);

/// The layers of a graph.
#[derive(Debug)]
pub(super) struct Ranks {
    /// The layer of each node, from 0; nodes that stand apart have none that matters.
    pub(super) layer: Arena<NodeIx, usize>,
    /// Whether each edge leads back.
    pub(super) is_back: Arena<EdgeIx, bool>,
    /// The main path that each edge belongs to, if any; the most important is 0.
    pub(super) main: Arena<EdgeIx, Option<usize>>,
    /// How many layers there are.
    pub(super) count: usize,
}

/// Assigns the layers.
pub(super) fn rank(graph: &Graph) -> Ranks {
    let outgoing = outgoing(graph);
    let (is_back, finished) = back_edges(graph, &outgoing);
    let main = main_paths(graph, &outgoing, &is_back, &finished);
    let mut problem = Problem::new(graph.nodes.len());
    for (index, edge) in graph.edges.iter() {
        let (source, target) = (variable(edge.source), variable(edge.target));
        if edge.source == edge.target {
            continue;
        }
        if is_back[index] {
            problem.pull(target, source, 1, 1);
        } else {
            let weight = if main[index].is_some() {
                MAIN_WEIGHT
            } else {
                FLOW_WEIGHT
            };
            problem.pull(source, target, 1, weight);
        }
    }
    for (one, other) in &graph.couplings {
        problem.attract(variable(*one), variable(*other), MESSAGE_WEIGHT);
    }
    let values = problem.solve(STEPS.0 + STEPS.1 * graph.nodes.len());
    normalized(graph, &values, is_back, main)
}

/// Makes the first layer of the nodes in the flow 0 and leaves out empty layers.
fn normalized(
    graph: &Graph,
    values: &Arena<VariableIx, i64>,
    is_back: Arena<EdgeIx, bool>,
    main: Arena<EdgeIx, Option<usize>>,
) -> Ranks {
    let mut is_joined: Arena<NodeIx, bool> = graph.nodes.values().map(|_| false).collect();
    for edge in graph.edges.values() {
        is_joined[edge.source] = true;
        is_joined[edge.target] = true;
    }
    let mut used: Vec<i64> = is_joined
        .iter()
        .filter(|(_, is_joined)| **is_joined)
        .map(|(index, _)| values[variable(index)])
        .collect();
    used.sort_unstable();
    used.dedup();
    let mut count = used.len();
    // What no edge joins goes from layer to layer of its band.
    let mut next: Arena<BandIx, usize> = graph.bands.values().map(|_| 0).collect();
    let mut layer = Arena::new();
    for (index, node) in graph.nodes.iter() {
        if is_joined[index] || node.is_apart {
            layer.push(used.partition_point(|value| *value < values[variable(index)]));
            continue;
        }
        let next = &mut next[node.band];
        let wanted = if used.is_empty() {
            *next
        } else {
            *next % used.len()
        };
        count = count.max(wanted + 1);
        layer.push(wanted);
        *next += 1;
    }
    Ranks {
        layer,
        is_back,
        main,
        count,
    }
}

fn variable(node: NodeIx) -> VariableIx {
    VariableIx::from_position(node.position())
}

/// The edges that leave each node, in document order; those of boundary events come last.
fn outgoing(graph: &Graph) -> Arena<NodeIx, Vec<EdgeIx>> {
    let mut outgoing: Arena<NodeIx, Vec<EdgeIx>> = graph.nodes.values().map(|_| vec![]).collect();
    for (index, edge) in graph.edges.iter() {
        outgoing[edge.source].push(index);
    }
    for edges in outgoing.values_mut() {
        edges.sort_by_key(|edge| graph.edges[*edge].departure != super::graph::Departure::Node);
    }
    outgoing
}

/// Where a search stands with a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    Not,
    Open,
    Done,
}

/// The edges that lead to a node that the search has entered and not left, and the nodes in the
/// order in which it left them.
fn back_edges(
    graph: &Graph,
    outgoing: &Arena<NodeIx, Vec<EdgeIx>>,
) -> (Arena<EdgeIx, bool>, Vec<NodeIx>) {
    let mut is_back: Arena<EdgeIx, bool> = graph.edges.values().map(|_| false).collect();
    let mut visit: Arena<NodeIx, Visit> = graph.nodes.values().map(|_| Visit::Not).collect();
    let mut finished = Vec::with_capacity(graph.nodes.len());
    for start in starts(graph) {
        if visit[start] != Visit::Not {
            continue;
        }
        visit[start] = Visit::Open;
        let mut path = vec![(start, 0)];
        while let Some((node, next)) = path.last_mut() {
            let Some(edge) = outgoing[*node].get(*next).copied() else {
                visit[*node] = Visit::Done;
                finished.push(*node);
                path.pop();
                continue;
            };
            *next += 1;
            let target = graph.edges[edge].target;
            match visit[target] {
                Visit::Not => {
                    visit[target] = Visit::Open;
                    path.push((target, 0));
                }
                Visit::Open => is_back[edge] = true,
                Visit::Done => {}
            }
        }
    }
    (is_back, finished)
}

/// All nodes: those that no edge leads to come first.
fn starts(graph: &Graph) -> Vec<NodeIx> {
    let mut has_incoming: Arena<NodeIx, bool> = graph.nodes.values().map(|_| false).collect();
    for edge in graph
        .edges
        .values()
        .filter(|edge| edge.source != edge.target)
    {
        has_incoming[edge.target] = true;
    }
    let mut nodes: Vec<NodeIx> = graph.nodes.indices().collect();
    nodes.sort_by_key(|node| has_incoming[*node]);
    nodes
}

/// Cuts the flow into paths, the longest first: where a path can go on in several ways it takes the
/// one with the most steps to its end.
fn main_paths(
    graph: &Graph,
    outgoing: &Arena<NodeIx, Vec<EdgeIx>>,
    is_back: &Arena<EdgeIx, bool>,
    finished: &[NodeIx],
) -> Arena<EdgeIx, Option<usize>> {
    let forward = |node: NodeIx| {
        outgoing[node].iter().copied().filter(|edge| {
            !is_back[*edge] && graph.edges[*edge].departure == super::graph::Departure::Node
        })
    };
    let mut steps: Arena<NodeIx, usize> = graph.nodes.values().map(|_| 0).collect();
    for node in finished {
        steps[*node] = forward(*node)
            .map(|edge| steps[graph.edges[edge].target] + 1)
            .max()
            .unwrap_or(0);
    }
    let mut heads: Vec<NodeIx> = starts(graph);
    let first = heads.first().copied();
    heads.sort_by_key(|node| (Some(*node) != first, std::cmp::Reverse(steps[*node])));
    let mut taken: Arena<NodeIx, bool> = graph.nodes.values().map(|_| false).collect();
    let mut main: Arena<EdgeIx, Option<usize>> = graph.edges.values().map(|_| None).collect();
    for (path, head) in heads.into_iter().enumerate() {
        let mut node = head;
        while !taken[node] {
            taken[node] = true;
            let longest = forward(node)
                .filter(|edge| !taken[graph.edges[*edge].target])
                .max_by_key(|edge| (steps[graph.edges[*edge].target], std::cmp::Reverse(*edge)));
            let Some(edge) = longest else { break };
            main[edge] = Some(path);
            node = graph.edges[edge].target;
        }
    }
    main
}
