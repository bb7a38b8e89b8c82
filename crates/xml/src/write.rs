//! Writing a document from its tree.
//!
//! What XML gives a meaning to survives: characters that reading would change (white space in
//! attributes, carriage returns, `]]>`) are written as references.

use crate::tree::{AttributeData, NodeData, NodeId, Tree};

/// The whole document. A walk along the links, without recursion.
pub(crate) fn write(tree: &Tree) -> String {
    let mut out = String::with_capacity(tree.source.text().len() + tree.source.text().len() / 16);
    if let Some(declaration) = tree.declaration {
        out.push_str("<?xml version=\"1.0\"");
        if declaration.has_encoding {
            out.push_str(" encoding=\"UTF-8\"");
        }
        match declaration.standalone {
            Some(true) => out.push_str(" standalone=\"yes\""),
            Some(false) => out.push_str(" standalone=\"no\""),
            None => {}
        }
        out.push_str("?>");
    }
    walk(tree, |step| match step {
        Step::Enter(id) => enter(tree, id, &mut out),
        Step::Leave(id) => leave(tree, id, &mut out),
    });
    out
}

/// One step of a walk over a document.
pub(crate) enum Step {
    /// A node begins; for a leaf this is all.
    Enter(NodeId),
    /// An element ends.
    Leave(NodeId),
}

/// Walks over everything under the document node in document order.
pub(crate) fn walk(tree: &Tree, mut visit: impl FnMut(Step)) {
    let mut next = tree.element(NodeId::DOCUMENT).first_child;
    let mut parent = NodeId::DOCUMENT;
    loop {
        if let Some(id) = next.some() {
            visit(Step::Enter(id));
            if matches!(tree.node(id).data, NodeData::Element) {
                parent = id;
                next = tree.element(id).first_child;
            } else {
                next = tree.node(id).next;
            }
        } else if parent == NodeId::DOCUMENT {
            return;
        } else {
            visit(Step::Leave(parent));
            next = tree.node(parent).next;
            parent = tree.node(parent).parent;
        }
    }
}

fn enter(tree: &Tree, id: NodeId, out: &mut String) {
    match tree.node(id).data {
        NodeData::Document => {}
        NodeData::Element => start_tag(tree, id, out),
        NodeData::Text(text) => escape_text(tree.str(text), out),
        NodeData::CData(text) => cdata(tree.str(text), out),
        NodeData::Comment(text) => {
            out.push_str("<!--");
            out.push_str(tree.str(text));
            out.push_str("-->");
        }
        NodeData::Instruction(target, data) => {
            out.push_str("<?");
            out.push_str(tree.str(target));
            let data = tree
                .instructions
                .get(data as usize)
                .map_or("", |data| tree.str(*data));
            if !data.is_empty() {
                out.push(' ');
                out.push_str(data);
            }
            out.push_str("?>");
        }
    }
}

fn start_tag(tree: &Tree, id: NodeId, out: &mut String) {
    let element = tree.element(id);
    out.push('<');
    out.push_str(tree.str(element.name));
    for attribute in tree.attributes_of(element) {
        write_attribute(tree, attribute, out);
    }
    let is_empty = element.is_self_closing && element.first_child == NodeId::NONE;
    out.push_str(if is_empty { "/>" } else { ">" });
}

fn leave(tree: &Tree, id: NodeId, out: &mut String) {
    let element = tree.element(id);
    if element.is_self_closing && element.first_child == NodeId::NONE {
        return;
    }
    out.push_str("</");
    out.push_str(tree.str(element.name));
    out.push('>');
}

fn write_attribute(tree: &Tree, attribute: &AttributeData, out: &mut String) {
    let separator = tree.str(attribute.separator);
    out.push_str(if separator.is_empty() { " " } else { separator });
    out.push_str(tree.str(attribute.name));
    let quote = if attribute.quote == b'\'' { '\'' } else { '"' };
    out.push('=');
    out.push(quote);
    escape(tree.str(attribute.value), out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' if quote == '"' => Some("&quot;"),
        b'\'' if quote == '\'' => Some("&apos;"),
        b'\t' => Some("&#9;"),
        b'\n' => Some("&#10;"),
        b'\r' => Some("&#13;"),
        _ => None,
    });
    out.push(quote);
}

fn escape_text(text: &str, out: &mut String) {
    escape(text, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#13;"),
        _ => None,
    });
}

/// A CDATA section cannot hold its own end nor a carriage return: there it is interrupted.
fn cdata(text: &str, out: &mut String) {
    out.push_str("<![CDATA[");
    let mut rest = text;
    while let Some(index) = rest
        .find("]]>")
        .map(|end| end + 2)
        .into_iter()
        .chain(rest.find('\r'))
        .min()
    {
        let (before, behind) = rest.split_at_checked(index).unwrap_or((rest, ""));
        out.push_str(before);
        rest = behind;
        if let Some(behind) = rest.strip_prefix('\r') {
            out.push_str("]]>&#13;<![CDATA[");
            rest = behind;
        } else {
            out.push_str("]]><![CDATA[");
        }
    }
    out.push_str(rest);
    out.push_str("]]>");
}

/// Writes `text` with those ASCII characters replaced that `replacement` names.
#[inline]
pub(crate) fn escape(
    text: &str,
    out: &mut String,
    replacement: impl Fn(u8) -> Option<&'static str>,
) {
    let mut written = 0;
    for (index, byte) in text.bytes().enumerate() {
        if let Some(replacement) = replacement(byte) {
            out.push_str(text.get(written..index).unwrap_or_default());
            out.push_str(replacement);
            written = index + 1;
        }
    }
    out.push_str(text.get(written..).unwrap_or_default());
}
