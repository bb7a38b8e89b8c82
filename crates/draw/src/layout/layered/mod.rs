//! Layered drawings of graphs with bands: the abstract part of the layout, which knows nothing of
//! BPMN.
//!
//! ```text
//! rank -> layers -> order -> back -> height -> port -> channel -> column
//! ```
//!
//! Edges that close loops are set aside, every node gets a layer, long edges get a place in each layer
//! they pass, the layers are ordered with few crossings, edges that lead back are put above or below
//! what they repeat, everything gets a height, and edges change their height in the channels between
//! the layers only. So no edge can run through a node.
//!
//! # Source
//! Sugiyama, Tagawa, Toda: Methods for Visual Understanding of Hierarchical System Structures (1981);
//! each module names where its part comes from.

mod apart;
mod back;
mod channel;
mod column;
pub(super) mod graph;
mod height;
pub(super) mod index;
mod layers;
mod network_simplex;
mod order;
mod port;
mod rank;

pub(super) use column::Drawing;
pub(super) use graph::{Band, BandIx, Departure, Edge, EdgeIx, Form, Graph, Node, NodeIx};

/// Draws `graph`. All coordinates are pixels from the upper left corner of the first band.
pub(super) fn draw(graph: &Graph) -> Drawing {
    let ranks = rank::rank(graph);
    let mut layers = layers::Layers::new(graph, &ranks);
    order::order(&ranks, &mut layers);
    back::insert(graph, &ranks, &mut layers);
    let apart = apart::Apart::new(graph, &ranks);
    let mut heights = height::place(graph, &ranks, &layers, &apart);
    let ports = port::assign(graph, &ranks, &layers, &heights);
    port::settle(graph, &ranks, &layers, &ports, &mut heights);
    column::draw(graph, &ranks, &layers, &heights, &ports, &apart)
}
