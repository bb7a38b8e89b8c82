//! Writing a document from its tree.
//!
//! What XML gives a meaning to survives: characters that reading would change (white space in
//! attributes, carriage returns, `]]>`) are written as references.

use reglament_source::Encoding;

use crate::tree::{AttributeData, NodeData, NodeId, Str, Tree};

/// The whole document. A walk along the links, without recursion.
pub(crate) fn write(tree: &Tree) -> String {
    let mut out = String::with_capacity(tree.source.text().len() + tree.source.text().len() / 16);
    if let Some(declaration) = tree.declaration {
        out.push_str("<?xml version=\"1.0\"");
        if let Some(encoding) = declaration.encoding {
            let named = tree.str(encoding);
            let is_right = Encoding::Utf8.is_named_by(named);
            out.push_str(" encoding=\"");
            out.push_str(if is_right { named } else { "UTF-8" });
            out.push('"');
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
    if tree.habits.has_windows_lines {
        // Line feeds that are content of attributes have been written as references, and all
        // other line ends are the same to a reader.
        out = out.replace("\r\n", "\n").replace('\n', "\r\n");
    }
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
        NodeData::Text(text) => write_text(tree, text, out),
        NodeData::CData(text) => cdata(tree, tree.str(text), out),
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
    out.push_str(tree.str(element.trailing));
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
    let references = References::of(tree);
    // A `>` may stand in a value; writers that replace anything usually replace it as well.
    let angle = (!attribute.value.is_source()).then_some("&gt;");
    out.push('=');
    out.push(quote);
    escape(tree.str(attribute.value), out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => angle,
        b'"' if quote == '"' => Some("&quot;"),
        b'\'' if quote == '\'' => Some("&apos;"),
        b'\t' => Some(references.tab),
        b'\n' => Some(references.line_feed),
        b'\r' => Some(references.carriage_return),
        _ => None,
    });
    out.push(quote);
}

/// White space by number, in the style of the source.
struct References {
    tab: &'static str,
    line_feed: &'static str,
    carriage_return: &'static str,
}

impl References {
    const fn of(tree: &Tree) -> Self {
        if tree.habits.has_hexadecimal_references {
            Self {
                tab: "&#x9;",
                line_feed: "&#xA;",
                carriage_return: "&#xD;",
            }
        } else {
            Self {
                tab: "&#9;",
                line_feed: "&#10;",
                carriage_return: "&#13;",
            }
        }
    }
}

fn write_text(tree: &Tree, text: Str, out: &mut String) {
    let string = tree.str(text);
    let is_malformed = || string.contains(['&', '<']) || string.contains("]]>");
    if text.is_source() && !is_malformed() {
        // A text that is in the source as it is has nothing to replace.
        out.push_str(string);
        return;
    }
    let references = References::of(tree);
    escape(string, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some(references.carriage_return),
        _ => None,
    });
}

/// A CDATA section cannot hold its own end nor a carriage return: there it is interrupted.
fn cdata(tree: &Tree, text: &str, out: &mut String) {
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
            out.push_str("]]>");
            out.push_str(References::of(tree).carriage_return);
            out.push_str("<![CDATA[");
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
