//! TOML, YAML and JSON as one kind of tree, in which every node knows its place in the text.
//!
//! A reader of a file takes the keys of its mappings one by one through [`Fields`]; what nobody takes
//! is unknown and reported with the key that was probably meant. Scenario scripts are read the same
//! way.

mod fields;
mod toml;
mod yaml;

use std::fmt;
use std::sync::Arc;

use reglament_source::{Code, Span};

pub(crate) use fields::date;
pub use fields::{Fields, Findings, list, name, names};
pub use toml::parse_toml;
pub use yaml::{DEPTH_LIMIT, parse_yaml};

/// A kind of file: what it is called in messages, and the codes of what can be wrong with it.
#[derive(Debug)]
pub struct FileKind {
    /// What it is called, with its article: `the script`.
    pub name: &'static str,
    /// The text is not in the grammar.
    pub malformed: &'static Code,
    /// A mapping has a key that means nothing there.
    pub unknown_key: &'static Code,
    /// A value is of the wrong type.
    pub wrong_type: &'static Code,
    /// A value is of the right type and none of those allowed.
    pub invalid_value: &'static Code,
    /// A key is missing.
    pub missing_key: &'static Code,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub value: Tree,
    /// Where it stands.
    pub span: Span,
}

/// What a document is made of.
#[derive(Clone, Debug)]
pub enum Tree {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// The number as written, where it is written as JSON has it; else in its shortest form.
    Number(String),
    /// A text. A date or time of TOML is the text it is written as.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the text.
    Mapping(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// A text with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The text.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Tree {
    /// What it is, for a message.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}

impl Node {
    /// The value as JSON text, with the digits of numbers as they were written.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        self.write_json(&mut text);
        text
    }

    fn write_json(&self, out: &mut String) {
        match &self.value {
            Tree::Null => out.push_str("null"),
            Tree::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
            Tree::Number(number) => out.push_str(number),
            Tree::Text(text) => write_json_text(text, out),
            Tree::List(items) => {
                out.push('[');
                for (position, item) in items.iter().enumerate() {
                    out.push_str(if position == 0 { "" } else { "," });
                    item.write_json(out);
                }
                out.push(']');
            }
            Tree::Mapping(entries) => {
                out.push('{');
                for (position, entry) in entries.iter().enumerate() {
                    out.push_str(if position == 0 { "" } else { "," });
                    write_json_text(&entry.key, out);
                    out.push(':');
                    entry.value.write_json(out);
                }
                out.push('}');
            }
        }
    }
}

/// Writes `text` as a JSON string.
pub fn write_json_text(text: &str, out: &mut String) {
    // A string is always representable; an empty one would be the honest remainder.
    out.push_str(&serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned()));
}

/// The span of `start..end`, within a text of at most 2^32 bytes.
fn span(start: usize, end: usize) -> Span {
    let bound = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(bound(start), bound(end))
}
