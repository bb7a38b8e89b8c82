//! Editing a document: everything that is not touched is written as it was.

use std::fmt;

use reglament_source::Span;

use crate::name::{self, XML_NAMESPACE, XMLNS_NAMESPACE, is_char};
use crate::tree::{AttributeData, ElementData, Full, NO_NAMESPACE, NodeData, NodeId, Str, row};
use crate::{Document, NodeKind};

/// A node to be inserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewNode<'a> {
    /// An empty element; its prefix is declared around the place where it goes.
    Element {
        /// The qualified name.
        name: &'a str,
    },
    /// A text.
    Text(&'a str),
    /// A CDATA section.
    CData(&'a str),
    /// A comment.
    Comment(&'a str),
    /// A processing instruction.
    ProcessingInstruction {
        /// Its name.
        target: &'a str,
        /// What stands behind the name.
        data: &'a str,
    },
}

/// Where a node goes among the nodes of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before all others.
    First,
    /// Behind all others.
    Last,
    /// Before a node of that element.
    Before(NodeId),
    /// Behind a node of that element.
    After(NodeId),
}

/// Why an edit is refused. A refused edit changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EditError {
    /// The id is not of this document, or of another kind of node than the edit needs.
    WrongNode(NodeId),
    /// Not a name, or not one that can stand here.
    BadName(String),
    /// The prefix is not declared where the name goes.
    UnknownPrefix(String),
    /// The prefix already stands for another namespace there, or is not to be declared.
    BadDeclaration(String),
    /// The content holds what cannot be written: a character that XML does not allow, `--` in a
    /// comment, `?>` in an instruction.
    BadContent(String),
    /// The root element cannot be removed.
    Root,
    /// The document can hold no more.
    Full,
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongNode(id) => write!(f, "node {} cannot be edited in this way", id.index()),
            Self::BadName(name) => write!(f, "`{name}` is not a name that can stand here"),
            Self::UnknownPrefix(prefix) => write!(f, "the prefix `{prefix}` is not declared here"),
            Self::BadDeclaration(prefix) => {
                write!(f, "the prefix `{prefix}` cannot be declared so here")
            }
            Self::BadContent(what) => write!(f, "the content cannot hold {what}"),
            Self::Root => f.write_str("the root element cannot be removed"),
            Self::Full => f.write_str("the document can hold no more"),
        }
    }
}

impl std::error::Error for EditError {}

impl From<Full> for EditError {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

impl Document {
    /// A document of one empty element, with an XML declaration.
    ///
    /// `namespaces` are declared on it; an empty prefix declares the default namespace.
    ///
    /// # Errors
    /// [`EditError::BadName`], [`EditError::UnknownPrefix`] for the name of the root, and the
    /// errors of [`declare_namespace`](Self::declare_namespace).
    ///
    /// ```
    /// use reglament_xml::{Document, NewNode, Place};
    ///
    /// let mut document = Document::new("r:regulation", &[("r", "urn:reglament:bpmn:1")])?;
    /// let root = document.root().id();
    /// let term = document.insert_child(root, Place::Last, NewNode::Element { name: "r:term" })?;
    /// document.set_text(term, "3 жұмыс күні")?;
    /// assert_eq!(
    ///     document.write(),
    ///     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<r:regulation \
    ///      xmlns:r=\"urn:reglament:bpmn:1\"><r:term>3 жұмыс күні</r:term></r:regulation>\n"
    /// );
    /// # Ok::<(), reglament_xml::EditError>(())
    /// ```
    pub fn new(root: &str, namespaces: &[(&str, &str)]) -> Result<Self, EditError> {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<root/>\n".to_owned();
        let source = reglament_source::SourceText::new("new", text);
        let (document, _) = crate::parse(source, &crate::Limits::default());
        let mut document = document.ok_or(EditError::Full)?;
        let id = document.root().id();
        for (prefix, namespace) in namespaces {
            if prefix.is_empty() && !namespace.is_empty() {
                check_characters(namespace)?;
                document.push_declaration(id, prefix, namespace)?;
            } else {
                document.declare_namespace(id, prefix, namespace)?;
            }
        }
        document.rename(id, root)?;
        Ok(document)
    }

    /// Gives an element another qualified name.
    ///
    /// # Errors
    /// [`EditError::WrongNode`], [`EditError::BadName`], [`EditError::UnknownPrefix`].
    pub fn rename(&mut self, element: NodeId, name: &str) -> Result<(), EditError> {
        self.check_element(element)?;
        let (prefix_len, namespace) = self.resolve_name(element, name, true)?;
        let name = self.tree.own(name)?;
        let data = self.tree.element_mut(element);
        (data.name, data.prefix_len, data.namespace) = (name, prefix_len, namespace);
        Ok(())
    }

    /// Sets an attribute, which is added behind the others if it is not there.
    ///
    /// `name` is a qualified name whose prefix is declared; for declarations there is
    /// [`declare_namespace`](Self::declare_namespace).
    ///
    /// # Errors
    /// [`EditError::WrongNode`], [`EditError::BadName`], [`EditError::UnknownPrefix`],
    /// [`EditError::BadContent`].
    pub fn set_attribute(
        &mut self,
        element: NodeId,
        name: &str,
        value: &str,
    ) -> Result<(), EditError> {
        self.check_element(element)?;
        let (prefix_len, namespace) = self.resolve_name(element, name, false)?;
        check_characters(value)?;
        if let Some(found) = self.find_attribute(element, name, prefix_len, namespace) {
            let value = self.tree.own(value)?;
            if let Some(attribute) = self.tree.attributes.get_mut(found) {
                attribute.value = value;
            }
            return Ok(());
        }
        self.push_attribute(element, name, value, prefix_len, namespace, false)
    }

    /// Takes an attribute away; whether it was there.
    ///
    /// # Errors
    /// [`EditError::WrongNode`], [`EditError::BadName`] (namespace declarations stay),
    /// [`EditError::UnknownPrefix`].
    pub fn remove_attribute(&mut self, element: NodeId, name: &str) -> Result<bool, EditError> {
        self.check_element(element)?;
        let (prefix_len, namespace) = self.resolve_name(element, name, false)?;
        let Some(found) = self.find_attribute(element, name, prefix_len, namespace) else {
            return Ok(false);
        };
        let data = *self.tree.element(element);
        let end = data.attributes_start as usize + data.attributes_len as usize;
        self.tree.attributes.copy_within(found + 1..end, found);
        self.tree.element_mut(element).attributes_len -= 1;
        Ok(true)
    }

    /// Declares a namespace on an element; an empty prefix declares the default namespace. A
    /// declaration that is in scope already is not repeated.
    ///
    /// # Errors
    /// [`EditError::BadDeclaration`] when the prefix stands for another namespace there, when an
    /// element inside would change its meaning, or for the prefixes `xml` and `xmlns`;
    /// [`EditError::WrongNode`], [`EditError::BadContent`].
    pub fn declare_namespace(
        &mut self,
        element: NodeId,
        prefix: &str,
        namespace: &str,
    ) -> Result<(), EditError> {
        self.check_element(element)?;
        check_characters(namespace)?;
        if !prefix.is_empty() && !name::is_ncname(prefix) {
            return Err(EditError::BadName(prefix.to_owned()));
        }
        let here = self.element(element);
        let in_scope = here.resolve_prefix(prefix);
        if in_scope == Some(namespace) {
            return Ok(());
        }
        let is_reserved = matches!(prefix, "xml" | "xmlns")
            || matches!(namespace, "" | XML_NAMESPACE | XMLNS_NAMESPACE);
        let is_declared_here = here
            .namespace_declarations()
            .any(|(other, _)| other.unwrap_or_default() == prefix);
        // Names without a prefix would move into a new default namespace.
        let captures =
            prefix.is_empty() && (here.prefix().is_none() || here.nodes().next().is_some());
        if is_reserved || in_scope.is_some() || is_declared_here || captures {
            return Err(EditError::BadDeclaration(prefix.to_owned()));
        }
        self.push_declaration(element, prefix, namespace)
    }

    fn push_declaration(
        &mut self,
        element: NodeId,
        prefix: &str,
        namespace: &str,
    ) -> Result<(), EditError> {
        if prefix.is_empty() {
            return self.push_attribute(element, "xmlns", namespace, 0, NO_NAMESPACE, true);
        }
        let name = format!("xmlns:{prefix}");
        self.push_attribute(element, &name, namespace, 5, NO_NAMESPACE, true)
    }

    /// Replaces the content of a text, CDATA section or comment, or everything inside an element
    /// by one text.
    ///
    /// # Errors
    /// [`EditError::WrongNode`] for an instruction, [`EditError::BadContent`].
    pub fn set_text(&mut self, node: NodeId, text: &str) -> Result<(), EditError> {
        let data = self.data(node)?;
        match data {
            NodeData::Comment(_) => check_comment(text)?,
            NodeData::Element | NodeData::Text(_) | NodeData::CData(_) => check_characters(text)?,
            NodeData::Document | NodeData::Instruction(..) => {
                return Err(EditError::WrongNode(node));
            }
        }
        let owned = self.tree.own(text)?;
        let data = match data {
            NodeData::Comment(_) => NodeData::Comment(owned),
            NodeData::CData(_) => NodeData::CData(owned),
            NodeData::Text(_) => NodeData::Text(owned),
            NodeData::Element | NodeData::Document | NodeData::Instruction(..) => {
                self.remove_children(node);
                if !text.is_empty() {
                    self.insert_child(node, Place::Last, NewNode::Text(text))?;
                }
                return Ok(());
            }
        };
        self.tree.node_mut(node).data = data;
        Ok(())
    }

    /// Inserts a node into an element.
    ///
    /// # Errors
    /// [`EditError::WrongNode`] when `parent` is no element or the place is not inside it,
    /// [`EditError::BadName`], [`EditError::UnknownPrefix`], [`EditError::BadContent`].
    pub fn insert_child(
        &mut self,
        parent: NodeId,
        place: Place,
        node: NewNode<'_>,
    ) -> Result<NodeId, EditError> {
        self.check_element(parent)?;
        let before = self.node_before(parent, place)?;
        let span = Span::at(self.tree.node(parent).span.start);
        let id = self.new_node(parent, node, span)?;
        self.link(parent, before, id);
        Ok(id)
    }

    /// Inserts a node behind all others in an element, on a line of its own where the document is
    /// indented.
    ///
    /// The width of an indent is the one before the first child of the root. Where the root has
    /// its children on its own line, or the last node of `parent` is a text with words, this is
    /// [`insert_child`](Self::insert_child) at [`Place::Last`].
    ///
    /// # Errors
    /// As [`insert_child`](Self::insert_child).
    ///
    /// ```
    /// use reglament_source::SourceText;
    /// use reglament_xml::{Limits, NewNode, parse};
    ///
    /// let source = SourceText::new("a", "<a>\n  <b/>\n</a>".to_owned());
    /// let mut document = parse(source, &Limits::default()).0.unwrap();
    /// let root = document.root().id();
    /// let c = document.append_line(root, NewNode::Element { name: "c" })?;
    /// document.append_line(c, NewNode::Element { name: "d" })?;
    /// assert_eq!(document.write(), "<a>\n  <b/>\n  <c>\n    <d/>\n  </c>\n</a>");
    /// # Ok::<(), reglament_xml::EditError>(())
    /// ```
    pub fn append_line(&mut self, parent: NodeId, node: NewNode<'_>) -> Result<NodeId, EditError> {
        self.check_element(parent)?;
        let indent = self.indent_of_line(self.element(self.tree.root).nodes().next());
        let last = self.tree.element(parent).last_child.some();
        let is_line_end = last.is_none_or(|last| self.indent_of_line(Some(last)).is_some());
        let Some(indent) = indent.filter(|_| is_line_end) else {
            return self.insert_child(parent, Place::Last, node);
        };
        let depth = std::iter::successors(self.parent(parent), |element| element.parent()).count();
        let id = self.insert_child(parent, last.map_or(Place::Last, Place::Before), node)?;
        let line = format!("\n{}", indent.repeat(depth + 1));
        self.insert_child(parent, Place::Before(id), NewNode::Text(&line))?;
        if last.is_none() {
            let line = format!("\n{}", indent.repeat(depth));
            self.insert_child(parent, Place::Last, NewNode::Text(&line))?;
        }
        Ok(id)
    }

    /// What a line begins with behind a text of nothing but white space with a line end.
    fn indent_of_line(&self, text: Option<NodeId>) -> Option<String> {
        let NodeKind::Text(text) = self.kind(text?) else {
            return None;
        };
        let (_, indent) = text.rsplit_once('\n')?;
        text.bytes().all(name::is_space).then(|| indent.to_owned())
    }

    /// Takes a node with everything inside it out of the document. Its id stays valid, and its
    /// parent is then `None`.
    ///
    /// # Errors
    /// [`EditError::Root`] for the root element, [`EditError::WrongNode`].
    pub fn remove(&mut self, node: NodeId) -> Result<(), EditError> {
        if node == self.tree.root {
            return Err(EditError::Root);
        }
        self.data(node)?;
        let parent = self
            .tree
            .node(node)
            .parent
            .some()
            .ok_or(EditError::WrongNode(node))?;
        let next = self.tree.node(node).next;
        match self.previous(parent, node)?.some() {
            None => self.tree.element_mut(parent).first_child = next,
            Some(previous) => self.tree.node_mut(previous).next = next,
        }
        if next == NodeId::NONE {
            let last = self.last_by_walk(parent);
            self.tree.element_mut(parent).last_child = last;
        }
        let row = self.tree.node_mut(node);
        (row.parent, row.next) = (NodeId::NONE, NodeId::NONE);
        Ok(())
    }

    fn new_node(
        &mut self,
        parent: NodeId,
        node: NewNode<'_>,
        span: Span,
    ) -> Result<NodeId, EditError> {
        let data = match node {
            NewNode::Element { name } => {
                let (prefix_len, namespace) = self.resolve_name(parent, name, true)?;
                let mut element = ElementData::named(self.tree.own(name)?, prefix_len);
                element.namespace = namespace;
                element.is_self_closing = true;
                element.end = span.end;
                return Ok(self.tree.push_element(element, parent, span)?);
            }
            NewNode::Text(text) => {
                check_characters(text)?;
                NodeData::Text(self.tree.own(text)?)
            }
            NewNode::CData(text) => {
                check_characters(text)?;
                NodeData::CData(self.tree.own(text)?)
            }
            NewNode::Comment(text) => {
                check_comment(text)?;
                NodeData::Comment(self.tree.own(text)?)
            }
            NewNode::ProcessingInstruction { target, data } => {
                check_instruction(target, data)?;
                let target = self.tree.own(target)?;
                let data = self.tree.own(data)?;
                let data_row = row(self.tree.instructions.len())?;
                self.tree.instructions.push(data);
                NodeData::Instruction(target, data_row)
            }
        };
        Ok(self.tree.push(data, parent, span)?)
    }

    fn data(&self, id: NodeId) -> Result<NodeData, EditError> {
        self.tree
            .nodes
            .get(id.index())
            .map(|row| row.data)
            .ok_or(EditError::WrongNode(id))
    }

    fn check_element(&self, id: NodeId) -> Result<(), EditError> {
        match self.data(id)? {
            NodeData::Element => Ok(()),
            NodeData::Document
            | NodeData::Text(_)
            | NodeData::CData(_)
            | NodeData::Comment(_)
            | NodeData::Instruction(..) => Err(EditError::WrongNode(id)),
        }
    }

    /// The length of the prefix of `name`, and the row of its namespace at `place`.
    fn resolve_name(
        &mut self,
        place: NodeId,
        name: &str,
        has_default: bool,
    ) -> Result<(u16, u32), EditError> {
        let bad = || EditError::BadName(name.to_owned());
        let prefix_len = name::prefix_len(name).ok_or_else(bad)?;
        let (prefix, _) = name::split(name, prefix_len);
        if name == "xmlns" || prefix == Some("xmlns") {
            return Err(bad());
        }
        let namespace = match prefix {
            None if !has_default => None,
            prefix => self
                .element(place)
                .resolve_prefix(prefix.unwrap_or_default()),
        };
        let Some(namespace) = namespace else {
            return match prefix {
                None => Ok((0, NO_NAMESPACE)),
                Some(prefix) => Err(EditError::UnknownPrefix(prefix.to_owned())),
            };
        };
        let known = self
            .tree
            .namespaces
            .iter()
            .position(|known| self.tree.str(*known) == namespace);
        if let Some(known) = known {
            return Ok((prefix_len, row(known)?));
        }
        let namespace = namespace.to_owned();
        let owned = self.tree.own(&namespace)?;
        let added = row(self.tree.namespaces.len())?;
        self.tree.namespaces.push(owned);
        Ok((prefix_len, added))
    }

    /// The row of an attribute, found by namespace and local name.
    fn find_attribute(
        &self,
        element: NodeId,
        name: &str,
        prefix_len: u16,
        namespace: u32,
    ) -> Option<usize> {
        let tree = &self.tree;
        let (_, local) = name::split(name, prefix_len);
        let data = tree.element(element);
        let found = tree.attributes_of(data).iter().position(|attribute| {
            let (_, other) = name::split(tree.str(attribute.name), attribute.prefix_len);
            !attribute.is_declaration
                && other == local
                && tree.namespace(attribute.namespace) == tree.namespace(namespace)
        })?;
        Some(data.attributes_start as usize + found)
    }

    /// Adds an attribute behind the others of the element, which move to the end of the table
    /// unless they are there already.
    fn push_attribute(
        &mut self,
        element: NodeId,
        name: &str,
        value: &str,
        prefix_len: u16,
        namespace: u32,
        is_declaration: bool,
    ) -> Result<(), EditError> {
        let data = *self.tree.element(element);
        let start = data.attributes_start as usize;
        let end = start + data.attributes_len as usize;
        let at = self.tree.node(element).span.start;
        let attribute = AttributeData {
            name: self.tree.own(name)?,
            value: self.tree.own(value)?,
            separator: self.separator_of(&data),
            value_span: Span::at(at),
            start: at,
            namespace,
            prefix_len,
            quote: b'"',
            is_declaration,
        };
        row(self.tree.attributes.len() + data.attributes_len as usize + 1)?;
        let mut start = data.attributes_start;
        if end != self.tree.attributes.len() {
            start = row(self.tree.attributes.len())?;
            self.tree
                .attributes
                .extend_from_within(data.attributes_start as usize..end);
        }
        self.tree.attributes.push(attribute);
        let data = self.tree.element_mut(element);
        data.attributes_start = start;
        data.attributes_len += 1;
        data.has_declarations |= is_declaration;
        Ok(())
    }

    /// A new attribute is set apart like the last one.
    fn separator_of(&self, element: &ElementData) -> Str {
        self.tree
            .attributes_of(element)
            .last()
            .map_or(Str::EMPTY, |last| last.separator)
    }

    /// The node that a new child at `place` follows.
    fn node_before(&self, parent: NodeId, place: Place) -> Result<NodeId, EditError> {
        match place {
            Place::First => Ok(NodeId::NONE),
            Place::Last => Ok(self.tree.element(parent).last_child),
            Place::After(node) => {
                self.data(node)?;
                let is_child = self.tree.node(node).parent == parent;
                is_child.then_some(node).ok_or(EditError::WrongNode(node))
            }
            Place::Before(node) => {
                self.data(node)?;
                self.previous(parent, node)
            }
        }
    }

    /// The sibling before a child of `parent`.
    fn previous(&self, parent: NodeId, node: NodeId) -> Result<NodeId, EditError> {
        if self.tree.node(node).parent != parent {
            return Err(EditError::WrongNode(node));
        }
        let mut previous = NodeId::NONE;
        let mut next = self.tree.element(parent).first_child;
        while next != node {
            previous = next;
            next = self
                .tree
                .node(next.some().ok_or(EditError::WrongNode(node))?)
                .next;
        }
        Ok(previous)
    }

    fn last_by_walk(&self, parent: NodeId) -> NodeId {
        let mut last = NodeId::NONE;
        let mut next = self.tree.element(parent).first_child;
        while let Some(id) = next.some() {
            last = id;
            next = self.tree.node(id).next;
        }
        last
    }

    fn link(&mut self, parent: NodeId, before: NodeId, id: NodeId) {
        let next = match before.some() {
            None => std::mem::replace(&mut self.tree.element_mut(parent).first_child, id),
            Some(before) => std::mem::replace(&mut self.tree.node_mut(before).next, id),
        };
        self.tree.node_mut(id).next = next;
        if next == NodeId::NONE {
            self.tree.element_mut(parent).last_child = id;
        }
    }

    fn remove_children(&mut self, element: NodeId) {
        let data = self.tree.element_mut(element);
        let mut next = data.first_child;
        (data.first_child, data.last_child) = (NodeId::NONE, NodeId::NONE);
        while let Some(id) = next.some() {
            let row = self.tree.node_mut(id);
            next = row.next;
            (row.parent, row.next) = (NodeId::NONE, NodeId::NONE);
        }
    }
}

fn check_characters(text: &str) -> Result<(), EditError> {
    match text.chars().find(|c| !is_char(*c)) {
        None => Ok(()),
        Some(c) => Err(EditError::BadContent(format!("U+{:04X}", u32::from(c)))),
    }
}

/// Comments and instructions have no references, so that a carriage return cannot be written.
fn check_unescaped(text: &str) -> Result<(), EditError> {
    check_characters(text)?;
    if text.contains('\r') {
        return Err(EditError::BadContent("a carriage return".to_owned()));
    }
    Ok(())
}

fn check_comment(text: &str) -> Result<(), EditError> {
    check_unescaped(text)?;
    if text.contains("--") || text.ends_with('-') {
        return Err(EditError::BadContent("`--` or a `-` at the end".to_owned()));
    }
    Ok(())
}

fn check_instruction(target: &str, data: &str) -> Result<(), EditError> {
    if !name::is_ncname(target) || target.eq_ignore_ascii_case("xml") {
        return Err(EditError::BadName(target.to_owned()));
    }
    check_unescaped(data)?;
    if data.contains("?>") || data.starts_with([' ', '\t', '\n']) {
        return Err(EditError::BadContent(
            "`?>` or white space at its start".to_owned(),
        ));
    }
    Ok(())
}
