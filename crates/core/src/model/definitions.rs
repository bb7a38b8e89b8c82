//! A BPMN file: the tree and the index of its identifiers.

use reglament_source::{SourceText, Span};
use reglament_xml::{Document, ElementRef, NodeId};
use rustc_hash::FxHashMap;

use super::collaboration::Collaboration;
use super::process::Process;
use super::root_element::Import;
use super::tag::{BPMN, Tag};

/// A BPMN file (BPMN 2.0.2, 8.2.1).
#[derive(Debug)]
pub struct Definitions {
    document: Document,
    ids: IdIndex,
}

/// What a reference leads to.
#[derive(Clone, Copy, Debug)]
pub enum Resolved<'d> {
    /// An element of this file.
    Element(ElementRef<'d>),
    /// Something in another namespace, in another file.
    Foreign,
    /// Nothing.
    Missing,
    /// A prefix that no namespace declaration explains.
    UnknownPrefix,
}

impl<'d> Resolved<'d> {
    /// The element, if it is in this file.
    #[must_use]
    pub fn element(self) -> Option<ElementRef<'d>> {
        match self {
            Self::Element(element) => Some(element),
            Self::Foreign | Self::Missing | Self::UnknownPrefix => None,
        }
    }
}

impl Definitions {
    /// Indexes `document`, whose root must be `bpmn:definitions`.
    pub(crate) fn new(document: Document, ids: IdIndex) -> Self {
        Self { document, ids }
    }

    /// The tree.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Gives the tree back, to edit or write it.
    #[must_use]
    pub fn into_document(self) -> Document {
        self.document
    }

    /// The text that spans point into.
    #[must_use]
    pub fn source(&self) -> &SourceText {
        self.document.source()
    }

    /// The root element.
    #[must_use]
    pub fn root(&self) -> ElementRef<'_> {
        self.document.root()
    }

    /// The start tag of the root element.
    #[must_use]
    pub fn span(&self) -> Span {
        self.root().span()
    }

    /// The namespace that the file defines its elements in.
    #[must_use]
    pub fn target_namespace(&self) -> Option<&str> {
        self.root().attribute("targetNamespace")
    }

    /// The language of expressions that do not say another, as declared.
    #[must_use]
    pub fn expression_language(&self) -> Option<&str> {
        self.root()
            .attribute("expressionLanguage")
            .filter(|language| !language.trim().is_empty())
    }

    /// The element with the identifier `id`; the first, where several have it.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<ElementRef<'_>> {
        self.ids
            .find(&self.document, id)
            .map(|node| self.document.element(node))
    }

    /// What the qualified name `name`, written inside `context`, refers to.
    ///
    /// A name without a prefix is an identifier of this file, whatever the default namespace: that
    /// is how every tool writes it.
    #[must_use]
    pub fn resolve(&self, context: ElementRef<'_>, name: &str) -> Resolved<'_> {
        let name = name.trim();
        let Some((prefix, local)) = name.split_once(':') else {
            return self.find(name).map_or(Resolved::Missing, Resolved::Element);
        };
        let Some(namespace) = context.resolve_prefix(prefix) else {
            return Resolved::UnknownPrefix;
        };
        let is_here = Some(namespace) == self.target_namespace() || namespace == BPMN;
        match self.find(local) {
            Some(element) if is_here => Resolved::Element(element),
            None if is_here => Resolved::Missing,
            _ => Resolved::Foreign,
        }
    }

    /// The root elements, in document order.
    pub fn root_elements(&self) -> impl Iterator<Item = ElementRef<'_>> {
        self.root().children()
    }

    /// The imports of BPMN files, in document order; those of other kinds are left out.
    pub fn imports(&self) -> impl Iterator<Item = Import<'_>> {
        let imports = self.root_elements().filter_map(Import::from_element);
        imports.filter(|import| import.import_type() == Some(BPMN))
    }

    /// The processes, in document order.
    pub fn processes(&self) -> impl Iterator<Item = Process<'_>> {
        self.root_elements().filter_map(Process::from_element)
    }

    /// The collaborations, in document order.
    pub fn collaborations(&self) -> impl Iterator<Item = Collaboration<'_>> {
        self.root_elements().filter_map(Collaboration::from_element)
    }

    /// The process or sub-process that contains `element`, if one does.
    #[must_use]
    pub fn scope_of<'d>(&'d self, element: ElementRef<'d>) -> Option<ElementRef<'d>> {
        element.parent().filter(|parent| {
            Tag::of(*parent).is_some_and(|tag| tag == Tag::Process || tag.is_sub_process())
        })
    }
}

/// Elements by identifier: found by a hash of it, so that nothing is copied out of the tree.
#[derive(Debug, Default)]
pub(crate) struct IdIndex {
    /// Sorted by hash, identifier and position in the document.
    entries: Vec<(u64, NodeId)>,
    /// The first entry of each hash.
    first: FxHashMap<u64, u32>,
}

impl IdIndex {
    /// Adds an element; call [`IdIndex::sort`] when all have been added.
    pub(crate) fn push(&mut self, id: &str, node: NodeId) {
        self.entries.push((hash(id), node));
    }

    /// Makes the index ready: equal identifiers stand together, in document order.
    pub(crate) fn sort(&mut self, document: &Document) {
        let id = |node: NodeId| document.element(node).attribute("id");
        self.entries.sort_unstable_by(|one, other| {
            one.0
                .cmp(&other.0)
                .then_with(|| id(one.1).cmp(&id(other.1)))
                .then_with(|| one.1.index().cmp(&other.1.index()))
        });
        self.first.reserve(self.entries.len());
        for (position, (hash, _)) in self.entries.iter().enumerate() {
            // There are fewer nodes than 2^32.
            let position = u32::try_from(position).unwrap_or(u32::MAX);
            self.first.entry(*hash).or_insert(position);
        }
    }

    /// The elements that share an identifier with an earlier one, each behind the first that has
    /// it, in document order.
    pub(crate) fn duplicates(&self, document: &Document) -> Vec<(NodeId, NodeId)> {
        let id = |node: NodeId| document.element(node).attribute("id");
        let mut duplicates = Vec::new();
        for run in self
            .entries
            .chunk_by(|one, other| one.0 == other.0 && id(one.1) == id(other.1))
        {
            if let Some(((_, first), others)) = run.split_first() {
                duplicates.extend(others.iter().map(|(_, other)| (*first, *other)));
            }
        }
        duplicates.sort_unstable_by_key(|(_, node)| node.index());
        duplicates
    }

    /// The first element with the identifier `id`.
    pub(crate) fn find(&self, document: &Document, id: &str) -> Option<NodeId> {
        let wanted = hash(id);
        let first = *self.first.get(&wanted)? as usize;
        let run = self
            .entries
            .iter()
            .skip(first)
            .take_while(|(hash, _)| *hash == wanted);
        let mut nodes = run.map(|(_, node)| *node);
        nodes.find(|node| document.element(*node).attribute("id") == Some(id))
    }
}

/// A hash that is the same in every run.
fn hash(id: &str) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut hasher = rustc_hash::FxHasher::default();
    id.hash(&mut hasher);
    hasher.finish()
}
