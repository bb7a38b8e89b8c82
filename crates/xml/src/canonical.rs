//! Canonical XML 1.0 with comments (W3C, 2001): the form in which two documents are compared.

use std::collections::BTreeMap;

use crate::name::split;
use crate::tree::{AttributeData, NodeData, NodeId, Tree};
use crate::write::{Step, escape, walk};

/// The canonical form of the whole document.
pub(crate) fn canonical(tree: &Tree) -> String {
    let mut writer = Writer {
        tree,
        out: String::with_capacity(tree.source.text().len() * 2),
        scope: BTreeMap::new(),
        is_behind_root: false,
    };
    walk(tree, |step| match step {
        Step::Enter(id) => writer.enter(id),
        Step::Leave(id) => writer.leave(id),
    });
    writer.out
}

struct Writer<'d> {
    tree: &'d Tree,
    out: String,
    /// What each prefix stands for in the output, innermost last.
    scope: BTreeMap<&'d str, Vec<&'d str>>,
    is_behind_root: bool,
}

impl<'d> Writer<'d> {
    fn enter(&mut self, id: NodeId) {
        let tree = self.tree;
        let is_beside_root = tree.node(id).parent == NodeId::DOCUMENT;
        match tree.node(id).data {
            NodeData::Document => {}
            NodeData::Element => self.start_tag(id),
            NodeData::Text(_) if is_beside_root => {}
            NodeData::Text(text) | NodeData::CData(text) => self.text(tree.str(text)),
            NodeData::Comment(text) => {
                self.beside_root(is_beside_root, |out| {
                    out.push_str("<!--");
                    escape(tree.str(text), out, carriage_return);
                    out.push_str("-->");
                });
            }
            NodeData::Instruction(target, data) => {
                let data = tree
                    .instructions
                    .get(data as usize)
                    .map_or("", |data| tree.str(*data));
                self.beside_root(is_beside_root, |out| {
                    out.push_str("<?");
                    out.push_str(tree.str(target));
                    if !data.is_empty() {
                        out.push(' ');
                        escape(data, out, carriage_return);
                    }
                    out.push_str("?>");
                });
            }
        }
    }

    /// Comments and instructions beside the root stand on lines of their own.
    fn beside_root(&mut self, is_beside_root: bool, write: impl Fn(&mut String)) {
        if is_beside_root && self.is_behind_root {
            self.out.push('\n');
        }
        write(&mut self.out);
        if is_beside_root && !self.is_behind_root {
            self.out.push('\n');
        }
    }

    fn start_tag(&mut self, id: NodeId) {
        let tree = self.tree;
        let element = tree.element(id);
        self.out.push('<');
        self.out.push_str(tree.str(element.name));
        let rows = tree.attributes_of(element);
        self.declarations(rows);
        let mut attributes: Vec<(&str, &str, &AttributeData)> = rows
            .iter()
            .filter(|row| !row.is_declaration)
            .map(|row| {
                let (_, local) = split(tree.str(row.name), row.prefix_len);
                (
                    tree.namespace(row.namespace).unwrap_or_default(),
                    local,
                    row,
                )
            })
            .collect();
        attributes.sort_by_key(|(namespace, local, _)| (*namespace, *local));
        for (_, _, row) in attributes {
            self.attribute(tree.str(row.name), tree.str(row.value));
        }
        self.out.push('>');
    }

    /// Writes the declarations that change something, in order of their prefixes.
    fn declarations(&mut self, rows: &'d [AttributeData]) {
        let tree = self.tree;
        let mut declared: Vec<(&'d str, &'d str)> = rows
            .iter()
            .filter(|row| row.is_declaration)
            .map(|row| declaration(tree, row))
            .collect();
        declared.sort_unstable();
        for (prefix, namespace) in declared {
            let stack = self.scope.entry(prefix).or_default();
            let before = stack.last().copied().unwrap_or_default();
            stack.push(namespace);
            // The prefix `xml` is in scope everywhere and is never written.
            if before == namespace || prefix == "xml" {
                continue;
            }
            if prefix.is_empty() {
                self.attribute("xmlns", namespace);
            } else {
                self.attribute(&format!("xmlns:{prefix}"), namespace);
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(value, &mut self.out, |byte| match byte {
            b'&' => Some("&amp;"),
            b'<' => Some("&lt;"),
            b'"' => Some("&quot;"),
            b'\t' => Some("&#x9;"),
            b'\n' => Some("&#xA;"),
            b'\r' => Some("&#xD;"),
            _ => None,
        });
        self.out.push('"');
    }

    fn text(&mut self, text: &str) {
        escape(text, &mut self.out, |byte| match byte {
            b'&' => Some("&amp;"),
            b'<' => Some("&lt;"),
            b'>' => Some("&gt;"),
            b'\r' => Some("&#xD;"),
            _ => None,
        });
    }

    fn leave(&mut self, id: NodeId) {
        let tree = self.tree;
        let element = tree.element(id);
        self.out.push_str("</");
        self.out.push_str(tree.str(element.name));
        self.out.push('>');
        for row in tree
            .attributes_of(element)
            .iter()
            .filter(|row| row.is_declaration)
        {
            let (prefix, _) = declaration(tree, row);
            if let Some(stack) = self.scope.get_mut(prefix) {
                stack.pop();
            }
        }
        self.is_behind_root |= id == tree.root;
    }
}

/// Prefix and namespace of a declaration.
fn declaration<'d>(tree: &'d Tree, row: &AttributeData) -> (&'d str, &'d str) {
    let (prefix, local) = split(tree.str(row.name), row.prefix_len);
    (prefix.map_or("", |_| local), tree.str(row.value))
}

const fn carriage_return(byte: u8) -> Option<&'static str> {
    match byte {
        b'\r' => Some("&#xD;"),
        _ => None,
    }
}
