//! The compiled graph of decisions, inputs, knowledge models and services.

use std::sync::Arc;

use reglament_source::Span;

use crate::boxed::{Boxed, BoxedFunction};
use crate::item::{Items, TypeRef};

/// Everything that is needed to evaluate: shared by the functions that it makes.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) items: Items,
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: Arc<str>,
    pub(crate) id: String,
    /// Where it stands in its file.
    pub(crate) span: Span,
    /// The model it belongs to; 0 is the one that was compiled, the others are imported.
    pub(crate) model: usize,
    pub(crate) ty: TypeRef,
    pub(crate) requires: Vec<Requirement>,
    pub(crate) kind: NodeKind,
}

/// A requirement, with the name of the import through which it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Requirement {
    pub(crate) prefix: Option<Arc<str>>,
    pub(crate) node: usize,
}

#[derive(Debug)]
pub(crate) enum NodeKind {
    Input,
    Decision(Option<Boxed>),
    Knowledge(Option<Arc<BoxedFunction>>),
    Service(Service),
}

/// A decision service: some decisions as one function.
#[derive(Debug, Default)]
pub(crate) struct Service {
    /// Inputs, then decisions that are given instead of evaluated.
    pub(crate) parameters: Vec<usize>,
    pub(crate) names: Vec<Arc<str>>,
    pub(crate) outputs: Vec<usize>,
}

impl Graph {
    /// The node of a name or id in the compiled model itself.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let own = |node: &&Node| node.model == 0;
        let by_name = |(_, node): &(usize, &Node)| own(node) && &*node.name == name;
        let by_id = |(_, node): &(usize, &Node)| own(node) && node.id == name;
        let all = || self.nodes.iter().enumerate();
        all()
            .find(by_name)
            .or_else(|| all().find(by_id))
            .map(|(index, _)| index)
    }

    /// The decision of an id in the compiled model itself.
    pub(crate) fn decision(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|node| {
            node.model == 0 && node.id == id && matches!(node.kind, NodeKind::Decision(_))
        })
    }
}
