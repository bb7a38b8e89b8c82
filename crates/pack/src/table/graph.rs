//! The flow nodes of a file with the rows that each implements, and what follows what.

use std::borrow::Cow;
use std::collections::BTreeMap;

use reglament_core::Definitions;
use reglament_core::model::{
    BaseElement, BoundaryEvent, ExtensionElements, FlowNode, Lane, SequenceFlow, Source, Tag,
};
use reglament_xml::ElementRef;

use crate::clauses::Citation;

/// A row of an action table, as citations name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowKey {
    pub(super) clause: String,
    pub(super) table: Option<String>,
    pub(super) action: String,
}

/// A place among the nodes of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeIx(usize);

/// A flow node.
pub(super) struct Node<'d> {
    pub(super) element: ElementRef<'d>,
    pub(super) tag: Tag,
    /// The rows that it cites, in their order.
    pub(super) rows: Vec<RowKey>,
    /// The lanes it lies in, the outermost first.
    pub(super) lanes: Vec<ElementRef<'d>>,
    /// What follows, and by which sequence flow.
    pub(super) next: Vec<(NodeIx, Option<ElementRef<'d>>)>,
}

/// All flow nodes of a file.
pub(super) struct Graph<'d> {
    nodes: Vec<Node<'d>>,
    /// The nodes in flow order: what follows stands behind, loops aside.
    pub(super) order: Vec<NodeIx>,
}

impl<'d> Graph<'d> {
    pub(super) fn of(definitions: &'d Definitions) -> Self {
        let mut graph = Self {
            nodes: Vec::new(),
            order: Vec::new(),
        };
        for process in definitions.processes() {
            graph.add(process.element());
        }
        graph.order = graph.flow_order();
        graph
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "an index is given out for a node of this graph alone, and nodes stay"
    )]
    pub(super) fn node(&self, at: NodeIx) -> &Node<'d> {
        &self.nodes[at.0]
    }

    /// All nodes, in document order.
    pub(super) fn indices(&self) -> impl Iterator<Item = NodeIx> + use<> {
        (0..self.nodes.len()).map(NodeIx)
    }

    fn add(&mut self, process: ElementRef<'d>) {
        let lanes = lanes(process);
        let mut by_id: BTreeMap<&'d str, NodeIx> = BTreeMap::new();
        let first = self.nodes.len();
        for node in process.descendants().filter_map(FlowNode::from_element) {
            let element = node.element();
            let id = element.attribute("id").unwrap_or_default();
            by_id.entry(id).or_insert(NodeIx(self.nodes.len()));
            self.nodes.push(Node {
                element,
                tag: node.tag(),
                rows: rows(element),
                lanes: lanes.get(id).cloned().unwrap_or_default(),
                next: Vec::new(),
            });
        }
        let mut edges: Vec<(NodeIx, NodeIx, Option<ElementRef<'d>>)> = Vec::new();
        for flow in process.descendants().filter_map(SequenceFlow::from_element) {
            let end = |id: Option<&str>| by_id.get(id.unwrap_or_default()).copied();
            if let (Some(from), Some(to)) = (end(flow.source_ref()), end(flow.target_ref())) {
                edges.push((from, to, Some(flow.element())));
            }
        }
        for (at, node) in self.nodes.iter().enumerate().skip(first) {
            let event = BoundaryEvent::from_element(node.element);
            let host = event.and_then(BoundaryEvent::attached_to_ref);
            let host = host.and_then(|host| by_id.get(host.trim()));
            edges.extend(host.map(|host| (*host, NodeIx(at), None)));
        }
        edges.extend(self.through_sub_processes(first, &edges, &by_id));
        for (from, to, flow) in edges {
            if let Some(node) = self.nodes.get_mut(from.0) {
                node.next.push((to, flow));
            }
        }
    }

    /// From a sub-process to where it begins, and from where it ends to the sub-process.
    fn through_sub_processes(
        &self,
        first: usize,
        edges: &[(NodeIx, NodeIx, Option<ElementRef<'d>>)],
        by_id: &BTreeMap<&'d str, NodeIx>,
    ) -> Vec<(NodeIx, NodeIx, Option<ElementRef<'d>>)> {
        let mut inner = Vec::new();
        for (at, node) in self.nodes.iter().enumerate().skip(first) {
            let parent = node.element.parent().and_then(|it| it.attribute("id"));
            let Some(parent) = parent.and_then(|id| by_id.get(id)) else {
                continue;
            };
            let at = NodeIx(at);
            if edges.iter().all(|(_, to, _)| *to != at) {
                inner.push((*parent, at, None));
            }
            if edges.iter().all(|(from, _, _)| *from != at) {
                let behind = edges.iter().filter(|(from, _, _)| from == parent);
                inner.extend(behind.map(|(_, to, flow)| (at, *to, *flow)));
            }
        }
        inner
    }

    /// Depth first from where nothing leads to, turned round: a topological order where there is one.
    fn flow_order(&self) -> Vec<NodeIx> {
        let mut is_entered = vec![false; self.nodes.len()];
        for (to, _) in self.nodes.iter().flat_map(|node| &node.next) {
            if let Some(entered) = is_entered.get_mut(to.0) {
                *entered = true;
            }
        }
        let begins = |at: &NodeIx| is_entered.get(at.0) == Some(&false);
        let mut roots: Vec<NodeIx> = self.indices().filter(begins).collect();
        roots.extend(self.indices());
        let mut done = vec![false; self.nodes.len()];
        let mut order = Vec::new();
        // The last root is finished first, so that the first stands at the front when turned round.
        let starts = roots.iter().take(roots.len() - self.nodes.len()).rev();
        for root in starts.chain(roots.iter().skip(roots.len() - self.nodes.len())) {
            self.finish(*root, &mut done, &mut order);
        }
        order.reverse();
        order
    }

    fn finish(&self, root: NodeIx, done: &mut [bool], order: &mut Vec<NodeIx>) {
        let mut stack = vec![(root, 0)];
        if done.get(root.0).copied().unwrap_or(true) {
            return;
        }
        if let Some(it) = done.get_mut(root.0) {
            *it = true;
        }
        while let Some((at, taken)) = stack.last_mut() {
            let next = &self.node(*at).next;
            let following = next.len().checked_sub(*taken + 1);
            *taken += 1;
            match following.and_then(|position| next.get(position)) {
                Some((to, _)) if done.get(to.0) == Some(&false) => {
                    if let Some(it) = done.get_mut(to.0) {
                        *it = true;
                    }
                    stack.push((*to, 0));
                }
                Some(_) => {}
                None => {
                    order.push(*at);
                    stack.pop();
                }
            }
        }
    }
}

/// The lanes of each flow node of a process, the outermost first.
fn lanes(process: ElementRef<'_>) -> BTreeMap<String, Vec<ElementRef<'_>>> {
    let mut lanes: BTreeMap<String, Vec<ElementRef<'_>>> = BTreeMap::new();
    // A lane stands before the lanes inside it.
    for lane in process.descendants().filter_map(Lane::from_element) {
        for reference in lane.flow_node_refs() {
            let reference: Cow<'_, str> = reference;
            let of = lanes.entry(reference.trim().to_owned()).or_default();
            of.push(lane.element());
        }
    }
    lanes
}

fn rows(element: ElementRef<'_>) -> Vec<RowKey> {
    let mut rows = Vec::new();
    for source in ExtensionElements::of(element).sources() {
        for key in keys(source) {
            if !rows.contains(&key) {
                rows.push(key);
            }
        }
    }
    rows
}

/// The rows that a citation names.
pub(super) fn keys(source: Source<'_>) -> impl Iterator<Item = RowKey> {
    let citation = Citation::of(source);
    citation.actions().map(move |action| RowKey {
        clause: citation.clause.to_owned(),
        table: citation.table.map(str::to_owned),
        action: action.to_owned(),
    })
}
