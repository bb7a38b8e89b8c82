//! A lossless XML tree with spans: what every reader and writer of process and decision models
//! stands on.
//!
//! [`parse`] reads a text in one pass into a [`Document`] that keeps comments, CDATA sections,
//! processing instructions, prefixes, the order of attributes and elements and everything foreign.
//! Typed models are views over it ([`ElementRef`]), edits change it, and [`Document::write`] writes
//! it: there is no second path for what a model does not know.
//!
//! ```
//! use reglament_source::SourceText;
//! use reglament_xml::{Limits, parse};
//!
//! let text = "<?xml version=\"1.0\"?>\n<task id='t' name='қабылдау'><!-- kept --></task>\n";
//! let source = SourceText::new("task.bpmn", text.to_owned());
//! let (document, diagnostics) = parse(source, &Limits::default());
//! assert!(diagnostics.is_empty());
//! let mut document = document.unwrap();
//! assert_eq!(document.root().attribute("name"), Some("қабылдау"));
//!
//! let root = document.root().id();
//! document.set_attribute(root, "id", "accept")?;
//! assert_eq!(document.write(), text.replace("'t'", "'accept'"));
//! # Ok::<(), reglament_xml::EditError>(())
//! ```
//!
//! # Limits
//! XML 1.0 with namespaces. DOCTYPE declarations are refused; [`Limits`] names what else is.
//! Nothing here recurses over the depth of a document.

mod canonical;
pub mod codes;
mod edit;
mod limits;
mod name;
mod parse;
mod tree;
mod view;
mod write;

pub use edit::{EditError, NewNode, Place};
pub use limits::Limits;
pub use name::{XML_NAMESPACE, XMLNS_NAMESPACE};
pub use parse::{parse, read_xml};
pub use tree::NodeId;
pub use view::{AttributeRef, Attributes, Children, ElementRef, Elements, NodeKind, Nodes};

/// A document: the tree, and the text it was read from.
#[derive(Debug, Clone)]
pub struct Document {
    tree: tree::Tree,
}
