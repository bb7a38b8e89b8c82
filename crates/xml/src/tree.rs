//! The arena that a document lives in: nodes, elements and attributes as rows of plain numbers,
//! linked by index, with strings as ranges of the decoded text.
//!
//! Nothing is allocated per node, and nothing here recurses: a document is dropped as a handful of
//! vectors however deep it is.

use std::fmt;

use reglament_source::{SourceText, Span};

/// A node of a [`Document`](crate::Document): an element, a text, a comment and so on.
///
/// An id belongs to the document that gave it, and stays valid through edits; a removed node's id
/// stands for the node outside the document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The node that holds the root element and what stands beside it.
    pub(crate) const DOCUMENT: Self = Self(0);
    /// No node.
    pub(crate) const NONE: Self = Self(u32::MAX);

    pub(crate) fn some(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }

    /// The position of the node in its document, counted in order of creation: dense, so that it
    /// can index a table.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeId({})", self.0)
    }
}

/// A string: a range of the decoded text where it stands there unchanged, else of the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Str {
    start: u32,
    len: u32,
}

impl Str {
    const OWNED: u32 = 1 << 31;
    pub(crate) const EMPTY: Self = Self { start: 0, len: 0 };

    /// Whether the string stands in the decoded text as it is, so that it needed no reference.
    pub(crate) const fn is_source(self) -> bool {
        self.start & Self::OWNED == 0
    }

    pub(crate) const fn source(span: Span) -> Self {
        Self {
            start: span.start,
            len: span.len(),
        }
    }

    /// A range of the pool; `None` when the pool has grown beyond what offsets can hold.
    fn owned(start: usize, len: usize) -> Option<Self> {
        let end = start.checked_add(len)?;
        if end >= Self::OWNED as usize {
            return None;
        }
        Some(Self {
            start: u32::try_from(start).ok()? | Self::OWNED,
            len: u32::try_from(len).ok()?,
        })
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeData {
    /// The node above the root element; its row of [`ElementData`] holds the children.
    Document,
    Element,
    Text(Str),
    CData(Str),
    Comment(Str),
    /// The target; the data is a row of [`Tree::instructions`].
    Instruction(Str, u32),
}

/// One row per node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NodeRow {
    pub(crate) data: NodeData,
    /// Row of [`Tree::elements`] for an element, unused otherwise.
    pub(crate) element: u32,
    pub(crate) parent: NodeId,
    pub(crate) next: NodeId,
    /// The node as written; the start tag of an element.
    pub(crate) span: Span,
}

/// One row per element.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ElementData {
    pub(crate) name: Str,
    /// Row of [`Tree::namespaces`], or [`NO_NAMESPACE`].
    pub(crate) namespace: u32,
    pub(crate) first_child: NodeId,
    pub(crate) last_child: NodeId,
    /// First row of [`Tree::attributes`].
    pub(crate) attributes_start: u32,
    pub(crate) attributes_len: u32,
    /// White space behind the last attribute, as written.
    pub(crate) trailing: Str,
    /// End of the end tag.
    pub(crate) end: u32,
    pub(crate) prefix_len: u16,
    /// Whether it was written `<a/>`.
    pub(crate) is_self_closing: bool,
    /// Whether one of its attributes declares a namespace.
    pub(crate) has_declarations: bool,
}

/// One row per attribute, namespace declarations included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttributeData {
    pub(crate) name: Str,
    pub(crate) value: Str,
    /// White space before the name, as written.
    pub(crate) separator: Str,
    /// The value as written, without its quotes.
    pub(crate) value_span: Span,
    /// Start of the name.
    pub(crate) start: u32,
    pub(crate) namespace: u32,
    pub(crate) prefix_len: u16,
    pub(crate) quote: u8,
    pub(crate) is_declaration: bool,
}

/// The XML declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Declaration {
    pub(crate) span: Span,
    /// The encoding as it was named.
    pub(crate) encoding: Option<Str>,
    pub(crate) standalone: Option<bool>,
}

/// How the writer of the source used to write what can be written in several ways.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Habits {
    /// Lines end with carriage return and line feed.
    pub(crate) has_windows_lines: bool,
    /// Characters by number are hexadecimal.
    pub(crate) has_hexadecimal_references: bool,
}

/// The row number that stands for no namespace.
pub(crate) const NO_NAMESPACE: u32 = u32::MAX;

/// A row index does not fit: more rows than 32 bits can count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

/// All rows of a document.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) source: SourceText,
    pub(crate) pool: String,
    pub(crate) declaration: Option<Declaration>,
    pub(crate) habits: Habits,
    pub(crate) nodes: Vec<NodeRow>,
    pub(crate) elements: Vec<ElementData>,
    pub(crate) attributes: Vec<AttributeData>,
    pub(crate) namespaces: Vec<Str>,
    pub(crate) instructions: Vec<Str>,
    pub(crate) root: NodeId,
}

impl Tree {
    /// An empty document over `source`.
    pub(crate) fn new(source: SourceText) -> Self {
        let bytes = source.text().len();
        let mut tree = Self {
            source,
            pool: String::new(),
            declaration: None,
            habits: Habits::default(),
            nodes: Vec::with_capacity(bytes / 32 + 4),
            elements: Vec::with_capacity(bytes / 80 + 4),
            attributes: Vec::with_capacity(bytes / 40 + 4),
            namespaces: Vec::new(),
            instructions: Vec::new(),
            root: NodeId::NONE,
        };
        let span = Span::default();
        let (parent, next) = (NodeId::NONE, NodeId::NONE);
        tree.nodes.push(NodeRow {
            data: NodeData::Document,
            element: 0,
            parent,
            next,
            span,
        });
        tree.elements.push(ElementData::named(Str::EMPTY, 0));
        tree
    }

    #[inline]
    pub(crate) fn str(&self, string: Str) -> &str {
        let (text, start) = if string.is_source() {
            (self.source.text(), string.start)
        } else {
            (self.pool.as_str(), string.start & !Str::OWNED)
        };
        let start = start as usize;
        text.get(start..start + string.len as usize)
            .unwrap_or_default()
    }

    /// Copies a string into the pool.
    pub(crate) fn own(&mut self, string: &str) -> Result<Str, Full> {
        let start = self.pool.len();
        let owned = Str::owned(start, string.len()).ok_or(Full)?;
        self.pool.push_str(string);
        Ok(owned)
    }

    /// The string that the pool holds from `start` to its end.
    pub(crate) fn owned_since(&self, start: usize) -> Result<Str, Full> {
        Str::owned(start, self.pool.len() - start).ok_or(Full)
    }

    /// Adds a node that is not linked yet.
    pub(crate) fn push(
        &mut self,
        data: NodeData,
        parent: NodeId,
        span: Span,
    ) -> Result<NodeId, Full> {
        let id = row(self.nodes.len())?;
        let next = NodeId::NONE;
        self.nodes.push(NodeRow {
            data,
            element: 0,
            parent,
            next,
            span,
        });
        Ok(NodeId(id))
    }

    /// Adds an element that is not linked yet.
    pub(crate) fn push_element(
        &mut self,
        element: ElementData,
        parent: NodeId,
        span: Span,
    ) -> Result<NodeId, Full> {
        let element_row = row(self.elements.len())?;
        let id = self.push(NodeData::Element, parent, span)?;
        self.node_mut(id).element = element_row;
        self.elements.push(element);
        Ok(id)
    }

    pub(crate) fn attributes_of(&self, element: &ElementData) -> &[AttributeData] {
        let start = element.attributes_start as usize;
        self.attributes
            .get(start..start + element.attributes_len as usize)
            .unwrap_or_default()
    }

    pub(crate) fn namespace(&self, namespace: u32) -> Option<&str> {
        Some(self.str(*self.namespaces.get(namespace as usize)?))
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "an id belongs to the arena that gave it"
    )]
    #[inline]
    pub(crate) fn node(&self, id: NodeId) -> &NodeRow {
        &self.nodes[id.index()]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "an id belongs to the arena that gave it"
    )]
    #[inline]
    pub(crate) fn node_mut(&mut self, id: NodeId) -> &mut NodeRow {
        &mut self.nodes[id.index()]
    }

    /// The row of an element or of the document.
    #[expect(
        clippy::indexing_slicing,
        reason = "an id belongs to the arena that gave it"
    )]
    #[inline]
    pub(crate) fn element(&self, id: NodeId) -> &ElementData {
        &self.elements[self.nodes[id.index()].element as usize]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "an id belongs to the arena that gave it"
    )]
    #[inline]
    pub(crate) fn element_mut(&mut self, id: NodeId) -> &mut ElementData {
        &mut self.elements[self.nodes[id.index()].element as usize]
    }
}

impl ElementData {
    pub(crate) const fn named(name: Str, prefix_len: u16) -> Self {
        Self {
            name,
            namespace: NO_NAMESPACE,
            first_child: NodeId::NONE,
            last_child: NodeId::NONE,
            attributes_start: 0,
            attributes_len: 0,
            trailing: Str::EMPTY,
            end: 0,
            prefix_len,
            is_self_closing: false,
            has_declarations: false,
        }
    }
}

/// A row number of 32 bits; the highest is kept for "none".
pub(crate) fn row(len: usize) -> Result<u32, Full> {
    u32::try_from(len)
        .ok()
        .filter(|row| *row < u32::MAX)
        .ok_or(Full)
}
