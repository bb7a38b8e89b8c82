//! The items of each layer: the nodes, and where long edges pass.

use reglament_core::program::Arena;

use super::graph::{BandIx, Departure, EdgeIx, Graph, NodeIx};
use super::index::layout_index;
use super::rank::Ranks;

layout_index! {
    /// An item of a layer.
    ItemIx,
}

/// What an item stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A node.
    Node(NodeIx),
    /// A place where an edge passes.
    Pass(EdgeIx),
}

/// An item of a layer.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) content: Content,
    pub(super) layer: usize,
    pub(super) band: BandIx,
    /// The node below which it hangs: where the edge of a boundary event turns.
    pub(super) host: Option<ItemIx>,
    /// What hangs below it.
    pub(super) hung: Vec<ItemIx>,
    /// The items in the layer before that it is connected with.
    pub(super) left: Vec<ItemIx>,
    /// The items in the layer behind that it is connected with.
    pub(super) right: Vec<ItemIx>,
}

/// The layers with their items in order from top to bottom.
#[derive(Debug)]
pub(super) struct Layers {
    pub(super) items: Arena<ItemIx, Item>,
    pub(super) layers: Vec<Vec<ItemIx>>,
    /// The position of each item in its layer.
    pub(super) position: Arena<ItemIx, usize>,
    /// The item of each node; nodes that stand apart have none.
    pub(super) of_node: Arena<NodeIx, Option<ItemIx>>,
    /// The places where each edge passes, from left to right.
    pub(super) passes: Arena<EdgeIx, Vec<ItemIx>>,
}

impl Layers {
    /// Puts every node and every forward edge into the layers, without an order yet. Edges that lead
    /// back get their places too, but stand in no layer before [`insert`](Self::insert).
    pub(super) fn new(graph: &Graph, ranks: &Ranks) -> Self {
        let mut layers = Self {
            items: Arena::new(),
            layers: vec![Vec::new(); ranks.count],
            position: Arena::new(),
            of_node: graph.nodes.values().map(|_| None).collect(),
            passes: graph.edges.values().map(|_| Vec::new()).collect(),
        };
        for (index, node) in graph.nodes.iter().filter(|(_, node)| !node.is_apart) {
            let item = layers.item(Content::Node(index), ranks.layer[index], node.band, None);
            layers.of_node[index] = Some(item);
        }
        let fan = Fan::of(graph);
        // What is connected first comes first in the initial order.
        let mut edges: Vec<EdgeIx> = graph.edges.indices().collect();
        edges.sort_by_key(|edge| ranks.main[*edge].unwrap_or(usize::MAX));
        for index in edges {
            let edge = &graph.edges[index];
            let (Some(source), Some(target)) =
                (layers.of_node[edge.source], layers.of_node[edge.target])
            else {
                continue;
            };
            let band = fan.band_of(graph, index);
            let (first, last) = (ranks.layer[edge.source], ranks.layer[edge.target]);
            let is_hung = edge.departure != Departure::Node;
            let span = if ranks.is_back[index] {
                last..first + 1
            } else if is_hung {
                first..last
            } else {
                first + 1..last
            };
            for layer in span {
                let host = (is_hung && layer == first).then_some(source);
                let band = if host.is_some() {
                    graph.nodes[edge.source].band
                } else {
                    band
                };
                let item = layers.item(Content::Pass(index), layer, band, host);
                layers.passes[index].push(item);
                if let Some(host) = host {
                    layers.items[host].hung.push(item);
                }
            }
            layers.connect(index, (source, target), is_hung, ranks.is_back[index]);
        }
        layers
    }

    fn item(
        &mut self,
        content: Content,
        layer: usize,
        band: BandIx,
        host: Option<ItemIx>,
    ) -> ItemIx {
        self.position.push(0);
        self.items.push(Item {
            content,
            layer,
            band,
            host,
            hung: Vec::new(),
            left: Vec::new(),
            right: Vec::new(),
        })
    }

    /// Connects the places of an edge with each other and, where it leads forward, with its ends.
    fn connect(
        &mut self,
        edge: EdgeIx,
        (source, target): (ItemIx, ItemIx),
        is_hung: bool,
        is_back: bool,
    ) {
        let mut chain = self.passes[edge].clone();
        if !is_back {
            if !is_hung {
                chain.insert(0, source);
            }
            chain.push(target);
        }
        for pair in chain.windows(2) {
            if let [left, right] = *pair {
                self.items[left].right.push(right);
                self.items[right].left.push(left);
            }
        }
    }

    /// The items of `layer` from top to bottom.
    pub(super) fn layer(&self, layer: usize) -> &[ItemIx] {
        self.layers.get(layer).map_or(&[], Vec::as_slice)
    }

    /// Replaces the order of `layer`.
    pub(super) fn set_layer(&mut self, layer: usize, order: Vec<ItemIx>) {
        for (position, item) in order.iter().enumerate() {
            self.position[*item] = position;
        }
        if let Some(slot) = self.layers.get_mut(layer) {
            *slot = order;
        }
    }

    /// Puts `item` into its layer before the item that is at `position` now.
    pub(super) fn insert(&mut self, item: ItemIx, position: usize) {
        let layer = self.items[item].layer;
        let mut order = self.layer(layer).to_vec();
        order.insert(position.min(order.len()), item);
        self.set_layer(layer, order);
    }

    /// The node that an item stands for.
    pub(super) fn node(&self, item: ItemIx) -> Option<NodeIx> {
        match self.items[item].content {
            Content::Node(node) => Some(node),
            Content::Pass(_) => None,
        }
    }
}

/// How many edges begin and end at each node.
struct Fan {
    leaving: Arena<NodeIx, usize>,
    entering: Arena<NodeIx, usize>,
}

impl Fan {
    fn of(graph: &Graph) -> Self {
        let mut fan = Self {
            leaving: graph.nodes.values().map(|_| 0).collect(),
            entering: graph.nodes.values().map(|_| 0).collect(),
        };
        for edge in graph.edges.values() {
            fan.leaving[edge.source] += 1;
            fan.entering[edge.target] += 1;
        }
        fan
    }

    /// The band that a long edge runs in: flows that part, part at once, and flows that join, join
    /// late.
    fn band_of(&self, graph: &Graph, edge: EdgeIx) -> BandIx {
        let edge = &graph.edges[edge];
        let (source, target) = (graph.nodes[edge.source].band, graph.nodes[edge.target].band);
        let parts = self.leaving[edge.source] > 1;
        let joins = self.entering[edge.target] > 1;
        if joins && !parts { source } else { target }
    }
}
