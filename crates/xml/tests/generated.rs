//! Generated documents survive writing and reading; mangled ones never panic.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::path::Path;

use proptest::prelude::*;
use reglament_source::SourceText;
use reglament_xml::{Document, Limits, NewNode, NodeId, NodeKind, Place, parse, read_xml};

/// One step of building a document: where (counted around the elements so far) and what.
#[derive(Debug, Clone)]
struct Step {
    parent: usize,
    is_first: bool,
    node: Part,
}

#[derive(Debug, Clone)]
enum Part {
    Element(String),
    Attribute(String, String),
    Text(String),
    CData(String),
    Comment(String),
    Instruction(String, String),
}

fn name() -> impl Strategy<Value = String> {
    let local = prop::sample::select(vec!["a", "b", "task", "қабылдау", "_x-1.y"]);
    let prefix = prop::sample::select(vec!["", "p:", "q:", "өтініш:"]);
    (prefix, local).prop_map(|(prefix, local)| format!("{prefix}{local}"))
}

/// Texts with everything that has to be escaped somewhere.
fn content() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<", ">", "&", "\"", "'", "\t", "\n", "\r", "\r\n", "]]>", "]", " ", "x", "ә", "🏠",
        "&lt;", "&#10;", "\u{85}", "\u{2028}", "\u{FEFF}", "<!--", "?",
    ]);
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

/// Content of comments and instructions, which have no references.
fn plain() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec!["x", "<", "&", "]]>", " ", "ә", "\n", "- y", "\""]);
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat().trim_start().to_owned())
}

fn step() -> impl Strategy<Value = Step> {
    let node = prop_oneof![
        4 => name().prop_map(Part::Element),
        4 => (name(), content()).prop_map(|(name, value)| Part::Attribute(name, value)),
        2 => content().prop_map(Part::Text),
        1 => content().prop_map(Part::CData),
        1 => plain().prop_map(Part::Comment),
        1 => plain().prop_map(|data| Part::Instruction("pi".to_owned(), data)),
    ];
    (any::<usize>(), any::<bool>(), node).prop_map(|(parent, is_first, node)| Step {
        parent,
        is_first,
        node,
    })
}

fn build(steps: &[Step]) -> Document {
    let namespaces = [("p", "urn:p"), ("q", "urn:q"), ("өтініш", "urn:ө")];
    let mut document = Document::new("root", &namespaces).unwrap();
    let mut elements: Vec<NodeId> = vec![document.root().id()];
    for step in steps {
        let parent = *elements
            .iter()
            .cycle()
            .nth(step.parent % elements.len())
            .unwrap();
        let place = if step.is_first {
            Place::First
        } else {
            Place::Last
        };
        let node = match &step.node {
            Part::Attribute(name, value) => {
                document.set_attribute(parent, name, value).unwrap();
                continue;
            }
            Part::Element(name) => NewNode::Element { name },
            Part::Text(text) => NewNode::Text(text),
            Part::CData(text) => NewNode::CData(text),
            Part::Comment(text) => NewNode::Comment(text),
            Part::Instruction(target, data) => NewNode::ProcessingInstruction { target, data },
        };
        let id = document.insert_child(parent, place, node).unwrap();
        if matches!(step.node, Part::Element(_)) {
            elements.push(id);
        }
    }
    document
}

/// The tree in a form that two documents can be compared in: neighbouring texts are one, since a
/// reader cannot tell them apart, and sections that had to be interrupted are one again.
fn outline(document: &Document) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open = vec![(document.root().id(), 0)];
    while let Some((id, depth)) = open.pop() {
        let element = document.element(id);
        let attributes: Vec<_> = element
            .attributes()
            .map(|a| (a.prefix, a.local_name, a.namespace, a.value))
            .collect();
        lines.push(format!(
            "{depth} {} {:?} {attributes:?}",
            element.name(),
            element.namespace()
        ));
        let mut text = String::new();
        for node in element.nodes() {
            match document.kind(node) {
                NodeKind::Text(part) | NodeKind::CData(part) => {
                    text.push_str(part);
                    continue;
                }
                NodeKind::Element(child) => open.push((child.id(), depth + 1)),
                NodeKind::Comment(_) | NodeKind::ProcessingInstruction { .. } => {}
            }
            if !text.is_empty() {
                lines.push(format!("{depth} text {text:?}"));
                text.clear();
            }
            if !matches!(document.kind(node), NodeKind::Element(_)) {
                lines.push(format!("{depth} {:?}", document.kind(node)));
            }
        }
        lines.push(format!("{depth} text {text:?}"));
    }
    lines
}

fn models() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/miwg");
    let mut models: Vec<(u64, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "bpmn")
        })
        .map(|path| (path.metadata().unwrap().len(), std::fs::read(path).unwrap()))
        .collect();
    models.sort();
    // The smaller ones hold every construct, and leave time for more cases.
    models.into_iter().take(8).map(|(_, bytes)| bytes).collect()
}

/// One change of bytes: at a place in 0..1 of the file, take away some and put others there.
fn mangle() -> impl Strategy<Value = (f64, usize, Vec<u8>)> {
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..4),
        prop::sample::select(vec![
            "<",
            ">",
            "\"",
            "'",
            "&",
            "/>",
            "</",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?",
            "?>",
            "<!DOCTYPE",
            "xmlns:",
            ":",
            "=",
            "\0",
            "\r",
            "&#",
            "&amp",
            ";",
            "ә",
            "\u{FEFF}",
        ])
        .prop_map(|piece| piece.as_bytes().to_vec()),
    ];
    (0.0..1.0, 0_usize..6, bytes)
}

proptest! {
    #[test]
    fn a_generated_document_is_the_same_after_writing_and_reading(
        steps in prop::collection::vec(step(), 0..40),
    ) {
        let document = build(&steps);
        let written = document.write();
        let (again, diagnostics) =
            parse(SourceText::new("t", written.clone()), &Limits::default());
        prop_assert_eq!(&diagnostics, &[], "{}", written);
        let again = again.unwrap();
        prop_assert_eq!(outline(&again), outline(&document));
        prop_assert_eq!(again.canonical(), document.canonical());
        prop_assert_eq!(again.write(), written);
    }

    #[test]
    fn a_mangled_model_is_read_without_a_panic(
        model in prop::sample::select(models()),
        changes in prop::collection::vec(mangle(), 1..8),
    ) {
        let mut bytes = model;
        for (place, taken, put) in changes {
            let start = (place * bytes.len() as f64) as usize;
            let end = (start + taken).min(bytes.len());
            bytes.splice(start..end, put);
        }
        let (source, document, diagnostics) = read_xml("mangled", &bytes, &Limits::default());
        for diagnostic in &diagnostics {
            if let Some(span) = diagnostic.span {
                prop_assert!(source.text().get(span.range()).is_some(), "{:?}", diagnostic);
            }
        }
        prop_assert!(document.is_some() || !diagnostics.is_empty());
        if let Some(document) = document && !diagnostics.iter().any(|d| d.is_error()) {
            let written = SourceText::new("written", document.write());
            let (again, found) = parse(written, &Limits::default());
            prop_assert_eq!(found, []);
            prop_assert_eq!(again.unwrap().canonical(), document.canonical());
        }
    }
}
