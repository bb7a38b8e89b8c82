//! Looking at a document: elements, their attributes and what they hold.

use std::borrow::Cow;
use std::fmt;

use reglament_source::{SourceText, Span};

use crate::name::{XML_NAMESPACE, XMLNS_NAMESPACE, split};
use crate::tree::{AttributeData, ElementData, NodeData, NodeId, Tree};
use crate::{Document, canonical, write};

/// What a node is, with its content.
#[derive(Debug, Clone, Copy)]
pub enum NodeKind<'d> {
    /// An element.
    Element(ElementRef<'d>),
    /// A text, with references replaced.
    Text(&'d str),
    /// The content of a CDATA section.
    CData(&'d str),
    /// The content of a comment.
    Comment(&'d str),
    /// A processing instruction.
    ProcessingInstruction {
        /// Its name.
        target: &'d str,
        /// What stands behind the name.
        data: &'d str,
    },
}

impl Document {
    /// The root element.
    #[must_use]
    pub fn root(&self) -> ElementRef<'_> {
        ElementRef {
            document: self,
            node: self.tree.root,
        }
    }

    /// The text the document was read from; edits do not change it.
    #[must_use]
    pub fn source(&self) -> &SourceText {
        &self.tree.source
    }

    /// The element of an id.
    ///
    /// # Panics
    /// When `id` is no element of this document; [`get_element`](Self::get_element) asks.
    #[must_use]
    pub fn element(&self, id: NodeId) -> ElementRef<'_> {
        assert!(
            matches!(self.tree.node(id).data, NodeData::Element),
            "node {} is no element of `{}`",
            id.index(),
            self.source().name()
        );
        ElementRef {
            document: self,
            node: id,
        }
    }

    /// The element of an id, if it is one.
    #[must_use]
    pub fn get_element(&self, id: NodeId) -> Option<ElementRef<'_>> {
        let row = self.tree.nodes.get(id.index())?;
        matches!(row.data, NodeData::Element).then_some(ElementRef {
            document: self,
            node: id,
        })
    }

    /// What a node is.
    ///
    /// # Panics
    /// When `id` is no node of this document.
    #[must_use]
    pub fn kind(&self, id: NodeId) -> NodeKind<'_> {
        let str = |string| self.tree.str(string);
        match self.tree.node(id).data {
            NodeData::Document | NodeData::Element => NodeKind::Element(self.element(id)),
            NodeData::Text(text) => NodeKind::Text(str(text)),
            NodeData::CData(text) => NodeKind::CData(str(text)),
            NodeData::Comment(text) => NodeKind::Comment(str(text)),
            NodeData::Instruction(target, data) => {
                let data = self.tree.instructions.get(data as usize).copied();
                let data = data.map_or("", str);
                NodeKind::ProcessingInstruction {
                    target: str(target),
                    data,
                }
            }
        }
    }

    /// Where a node stands in the source: all of a text, comment or instruction, the start tag of
    /// an element. The span of an inserted node is empty, at the place where its parent starts.
    ///
    /// # Panics
    /// When `id` is no node of this document.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.tree.node(id).span
    }

    /// The element around a node; `None` for the root, for what stands beside it, and for what
    /// was removed.
    ///
    /// # Panics
    /// When `id` is no node of this document.
    #[must_use]
    pub fn parent(&self, id: NodeId) -> Option<ElementRef<'_>> {
        self.get_element(self.tree.node(id).parent.some()?)
    }

    /// Comments and processing instructions before the root element.
    pub fn prolog(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.beside_root().take_while(|id| *id != self.tree.root)
    }

    /// Comments and processing instructions behind the root element.
    pub fn epilog(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.beside_root()
            .skip_while(|id| *id != self.tree.root)
            .skip(1)
    }

    /// All elements in document order, the root first.
    ///
    /// ```
    /// use reglament_source::SourceText;
    /// use reglament_xml::{Limits, parse};
    ///
    /// let source = SourceText::new("a", "<a><b><c/></b>t<d/></a>".to_owned());
    /// let document = parse(source, &Limits::default()).0.unwrap();
    /// let names: Vec<_> = document.elements().map(|element| element.name()).collect();
    /// assert_eq!(names, ["a", "b", "c", "d"]);
    /// ```
    #[must_use]
    pub fn elements(&self) -> Elements<'_> {
        Elements {
            document: self,
            top: self.tree.root,
            next: self.tree.root,
        }
    }

    /// The number of nodes ever made, removed ones included: one more than the highest
    /// [`NodeId::index`].
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.tree.nodes.len()
    }

    /// The document as UTF-8 text, written from the tree.
    ///
    /// The XML declaration is there if the source had one, and names UTF-8. The result is equal to
    /// the source under [`canonical`](Self::canonical); quotes, white space between attributes and
    /// the form of empty elements stay as they were.
    #[must_use]
    pub fn write(&self) -> String {
        write::write(&self.tree)
    }

    /// The document in the canonical form *with comments* of Canonical XML 1.0: equal for two
    /// documents that differ in nothing that XML gives a meaning to.
    ///
    /// ```
    /// use reglament_source::SourceText;
    /// use reglament_xml::{Limits, parse};
    ///
    /// let source = SourceText::new("a", "<a  c='1' b=\"&#9;\"/>".to_owned());
    /// let document = parse(source, &Limits::default()).0.unwrap();
    /// assert_eq!(document.canonical(), "<a b=\"&#x9;\" c=\"1\"></a>");
    /// ```
    #[must_use]
    pub fn canonical(&self) -> String {
        canonical::canonical(&self.tree)
    }

    fn beside_root(&self) -> impl Iterator<Item = NodeId> + '_ {
        Siblings {
            tree: &self.tree,
            next: self.tree.element(NodeId::DOCUMENT).first_child,
        }
        .filter(|id| !matches!(self.tree.node(*id).data, NodeData::Text(_)))
    }
}

/// An element of a [`Document`].
#[derive(Clone, Copy)]
pub struct ElementRef<'d> {
    document: &'d Document,
    node: NodeId,
}

impl<'d> ElementRef<'d> {
    /// The id of the node, which stays valid through edits.
    #[must_use]
    pub fn id(self) -> NodeId {
        self.node
    }

    /// The document it belongs to.
    #[must_use]
    pub fn document(self) -> &'d Document {
        self.document
    }

    /// The name as written, prefix included.
    #[must_use]
    pub fn name(self) -> &'d str {
        self.tree().str(self.data().name)
    }

    /// The prefix of the name.
    #[must_use]
    pub fn prefix(self) -> Option<&'d str> {
        split(self.name(), self.data().prefix_len).0
    }

    /// The name without its prefix.
    #[must_use]
    pub fn local_name(self) -> &'d str {
        split(self.name(), self.data().prefix_len).1
    }

    /// The namespace of the name.
    #[must_use]
    pub fn namespace(self) -> Option<&'d str> {
        self.tree().namespace(self.data().namespace)
    }

    /// Whether the element has this namespace and local name.
    #[must_use]
    pub fn is(self, namespace: &str, local_name: &str) -> bool {
        self.local_name() == local_name && self.namespace() == Some(namespace)
    }

    /// The start tag.
    #[must_use]
    pub fn span(self) -> Span {
        self.document.span(self.node)
    }

    /// Everything from the start tag to the end of the end tag.
    #[must_use]
    pub fn full_span(self) -> Span {
        let start = self.span().start;
        Span::new(start, self.data().end.max(self.span().end))
    }

    /// The attributes in their order, without namespace declarations.
    #[must_use]
    pub fn attributes(self) -> Attributes<'d> {
        let rows = self.tree().attributes_of(self.data()).iter();
        Attributes {
            tree: self.tree(),
            rows,
        }
    }

    /// The namespaces that this element declares: the prefix, `None` for the default namespace,
    /// and the namespace, empty where the default namespace is taken back.
    pub fn namespace_declarations(self) -> impl Iterator<Item = (Option<&'d str>, &'d str)> {
        let tree = self.tree();
        let rows = tree
            .attributes_of(self.data())
            .iter()
            .filter(|row| row.is_declaration);
        rows.map(move |row| {
            let (prefix, local) = split(tree.str(row.name), row.prefix_len);
            (prefix.map(|_| local), tree.str(row.value))
        })
    }

    /// The value of an attribute without a namespace.
    #[must_use]
    pub fn attribute(self, local_name: &str) -> Option<&'d str> {
        self.attribute_row(local_name)
            .map(|row| self.tree().str(row.value))
    }

    /// An attribute without a namespace.
    #[must_use]
    pub fn attribute_ref(self, local_name: &str) -> Option<AttributeRef<'d>> {
        self.attribute_row(local_name)
            .map(|row| AttributeRef::new(self.tree(), row))
    }

    /// The value of an attribute of a namespace.
    #[must_use]
    pub fn attribute_ns(self, namespace: &str, local_name: &str) -> Option<&'d str> {
        self.attribute_ref_ns(namespace, local_name)
            .map(|attribute| attribute.value)
    }

    /// An attribute of a namespace.
    #[must_use]
    pub fn attribute_ref_ns(self, namespace: &str, local_name: &str) -> Option<AttributeRef<'d>> {
        self.attributes().find(|attribute| {
            attribute.local_name == local_name && attribute.namespace == Some(namespace)
        })
    }

    /// The element around this one.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        self.document.parent(self.node)
    }

    /// The elements directly inside, in their order.
    #[must_use]
    pub fn children(self) -> Children<'d> {
        Children {
            nodes: self.nodes(),
        }
    }

    /// All nodes directly inside, in their order.
    #[must_use]
    pub fn nodes(self) -> Nodes<'d> {
        let next = self.data().first_child;
        Nodes {
            document: self.document,
            siblings: Siblings {
                tree: self.tree(),
                next,
            },
        }
    }

    /// The elements inside at any depth, in document order.
    #[must_use]
    pub fn descendants(self) -> Elements<'d> {
        let mut elements = Elements {
            document: self.document,
            top: self.node,
            next: self.node,
        };
        elements.next();
        elements
    }

    /// The first element directly inside with this namespace and local name.
    #[must_use]
    pub fn child(self, namespace: &str, local_name: &str) -> Option<Self> {
        self.children()
            .find(|child| child.is(namespace, local_name))
    }

    /// The elements directly inside with this namespace and local name.
    pub fn children_named<'n>(
        self,
        namespace: &'n str,
        local_name: &'n str,
    ) -> impl Iterator<Item = Self> + use<'d, 'n> {
        self.children()
            .filter(move |child| child.is(namespace, local_name))
    }

    /// The texts and CDATA sections directly inside, joined.
    #[must_use]
    pub fn text(self) -> Cow<'d, str> {
        let mut parts = self.nodes().filter_map(|id| match self.document.kind(id) {
            NodeKind::Text(text) | NodeKind::CData(text) => Some(text),
            NodeKind::Element(_)
            | NodeKind::Comment(_)
            | NodeKind::ProcessingInstruction { .. } => None,
        });
        let Some(first) = parts.next() else {
            return Cow::Borrowed("");
        };
        let Some(second) = parts.next() else {
            return Cow::Borrowed(first);
        };
        let mut joined = String::from(first);
        joined.push_str(second);
        joined.extend(parts);
        Cow::Owned(joined)
    }

    /// Where the texts and CDATA sections directly inside stand, from the first to the last;
    /// `None` without any. A CDATA section's span includes its delimiters.
    #[must_use]
    pub fn text_span(self) -> Option<Span> {
        let tree = self.tree();
        self.nodes()
            .map(|id| tree.node(id))
            .filter(|row| matches!(row.data, NodeData::Text(_) | NodeData::CData(_)))
            .map(|row| row.span)
            .reduce(Span::cover)
    }

    /// The namespace that a prefix stands for here, `""` asking for the default namespace: for
    /// values that are qualified names.
    ///
    /// ```
    /// use reglament_source::SourceText;
    /// use reglament_xml::{Limits, parse};
    ///
    /// let text = "<a xmlns:p='urn:p'><b xmlns='urn:d'/></a>".to_owned();
    /// let document = parse(SourceText::new("a", text), &Limits::default()).0.unwrap();
    /// let b = document.root().children().next().unwrap();
    /// assert_eq!(b.resolve_prefix("p"), Some("urn:p"));
    /// assert_eq!(b.resolve_prefix(""), Some("urn:d"));
    /// assert_eq!(document.root().resolve_prefix(""), None);
    /// ```
    #[must_use]
    pub fn resolve_prefix(self, prefix: &str) -> Option<&'d str> {
        match prefix {
            "xml" => return Some(XML_NAMESPACE),
            "xmlns" => return Some(XMLNS_NAMESPACE),
            _ => {}
        }
        let mut element = Some(self);
        while let Some(here) = element {
            if here.data().has_declarations
                && let Some((_, namespace)) = here
                    .namespace_declarations()
                    .find(|(declared, _)| declared.unwrap_or_default() == prefix)
            {
                return (!namespace.is_empty()).then_some(namespace);
            }
            element = here.parent();
        }
        None
    }

    fn tree(self) -> &'d Tree {
        &self.document.tree
    }

    fn data(self) -> &'d ElementData {
        self.tree().element(self.node)
    }

    fn attribute_row(self, local_name: &str) -> Option<&'d AttributeData> {
        let tree = self.tree();
        let mut rows = tree.attributes_of(self.data()).iter();
        rows.find(|row| {
            row.prefix_len == 0 && !row.is_declaration && tree.str(row.name) == local_name
        })
    }
}

impl PartialEq for ElementRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.node == other.node
    }
}

impl Eq for ElementRef<'_> {}

impl fmt::Debug for ElementRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} #{}>", self.name(), self.node.index())
    }
}

/// An attribute of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttributeRef<'d> {
    /// The prefix of the name.
    pub prefix: Option<&'d str>,
    /// The name without its prefix.
    pub local_name: &'d str,
    /// The namespace of the name; names without a prefix have none.
    pub namespace: Option<&'d str>,
    /// The value, with references replaced.
    pub value: &'d str,
    /// Name and value as written.
    pub span: Span,
    /// The value as written, without its quotes.
    pub value_span: Span,
}

impl<'d> AttributeRef<'d> {
    fn new(tree: &'d Tree, row: &'d AttributeData) -> Self {
        let (prefix, local_name) = split(tree.str(row.name), row.prefix_len);
        // An attribute that was added by an edit has no quotes in the source.
        let closing_quote = u32::from(row.name.is_source());
        Self {
            prefix,
            local_name,
            namespace: tree.namespace(row.namespace),
            value: tree.str(row.value),
            span: Span::new(row.start, row.value_span.end + closing_quote),
            value_span: row.value_span,
        }
    }
}

/// The attributes of an element in their order; made by [`ElementRef::attributes`].
#[derive(Debug, Clone)]
pub struct Attributes<'d> {
    tree: &'d Tree,
    rows: std::slice::Iter<'d, AttributeData>,
}

impl<'d> Iterator for Attributes<'d> {
    type Item = AttributeRef<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.find(|row| !row.is_declaration)?;
        Some(AttributeRef::new(self.tree, row))
    }
}

#[derive(Debug, Clone)]
struct Siblings<'d> {
    tree: &'d Tree,
    next: NodeId,
}

impl Iterator for Siblings<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let id = self.next.some()?;
        self.next = self.tree.node(id).next;
        Some(id)
    }
}

/// The nodes inside an element; made by [`ElementRef::nodes`].
#[derive(Debug, Clone)]
pub struct Nodes<'d> {
    document: &'d Document,
    siblings: Siblings<'d>,
}

impl Iterator for Nodes<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.siblings.next()
    }
}

/// The elements inside an element; made by [`ElementRef::children`].
#[derive(Debug, Clone)]
pub struct Children<'d> {
    nodes: Nodes<'d>,
}

impl<'d> Iterator for Children<'d> {
    type Item = ElementRef<'d>;

    fn next(&mut self) -> Option<ElementRef<'d>> {
        let document = self.nodes.document;
        self.nodes.find_map(|id| document.get_element(id))
    }
}

/// Elements in document order; made by [`Document::elements`] and [`ElementRef::descendants`].
/// A walk along the links, without recursion.
#[derive(Debug, Clone)]
pub struct Elements<'d> {
    document: &'d Document,
    /// The element that the walk stays inside.
    top: NodeId,
    next: NodeId,
}

impl Elements<'_> {
    /// The node behind `id` and everything inside it, within the top element.
    fn behind(&self, mut id: NodeId) -> NodeId {
        let tree = &self.document.tree;
        while id != self.top {
            let row = tree.node(id);
            if row.next != NodeId::NONE {
                return row.next;
            }
            id = row.parent;
        }
        NodeId::NONE
    }
}

impl<'d> Iterator for Elements<'d> {
    type Item = ElementRef<'d>;

    fn next(&mut self) -> Option<ElementRef<'d>> {
        loop {
            let id = self.next.some()?;
            let Some(element) = self.document.get_element(id) else {
                self.next = self.behind(id);
                continue;
            };
            let first = element.data().first_child;
            self.next = if first == NodeId::NONE {
                self.behind(id)
            } else {
                first
            };
            return Some(element);
        }
    }
}
