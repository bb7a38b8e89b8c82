//! TOML: every mistake of the grammar is reported at once, and what was understood is kept.
//!
//! # Source
//! TOML 1.1.0.

use reglament_source::{Diagnostic, SourceText};
use toml::de::{DeTable, DeValue};

use super::{Entry, FileKind, Node, Tree, span};

/// Reads `source`. The tree holds what could be understood, even where there are diagnostics of the
/// code `kind.malformed`.
#[must_use]
pub fn parse_toml(source: &SourceText, kind: &FileKind) -> (Node, Vec<Diagnostic>) {
    let (table, errors) = DeTable::parse_recoverable(source.text());
    let diagnose = |error: &toml::de::Error| {
        let reason = error.message().lines().next().unwrap_or_default();
        let message = format!("cannot read {}: {reason}", kind.name);
        let diagnostic = Diagnostic::error(kind.malformed, message);
        match error.span() {
            Some(place) => diagnostic.at(span(place.start, place.end)),
            None => diagnostic,
        }
    };
    let mut diagnostics: Vec<Diagnostic> = errors.iter().map(diagnose).collect();
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    let root = Node {
        span: span(table.span().start, table.span().end),
        value: mapping(table.get_ref()),
    };
    (root, diagnostics)
}

/// The entries of a table, in the order of the text.
fn mapping(table: &DeTable<'_>) -> Tree {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().clone().into_owned(),
            key_span: span(key.span().start, key.span().end),
            value: Node {
                span: span(value.span().start, value.span().end),
                value: tree(value.get_ref()),
            },
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    Tree::Mapping(entries)
}

fn tree(value: &DeValue<'_>) -> Tree {
    match value {
        DeValue::String(text) => Tree::Text(text.clone().into_owned()),
        DeValue::Integer(number) => integer(number.as_str(), number.radix()),
        DeValue::Float(number) => float(number.as_str()),
        DeValue::Boolean(value) => Tree::Boolean(*value),
        DeValue::Datetime(value) => Tree::Text(value.to_string()),
        DeValue::Array(items) => {
            let node = |item: &toml::Spanned<DeValue<'_>>| Node {
                span: span(item.span().start, item.span().end),
                value: tree(item.get_ref()),
            };
            Tree::List(items.iter().map(node).collect())
        }
        DeValue::Table(table) => mapping(table),
    }
}

/// A whole number in decimal digits; one that no machine integer holds stays a text.
fn integer(digits: &str, radix: u32) -> Tree {
    match i128::from_str_radix(digits, radix) {
        Ok(value) => Tree::Number(value.to_string()),
        Err(_) => Tree::Text(digits.to_owned()),
    }
}

/// A decimal number as JSON writes it; infinity and not-a-number stay the words they are.
fn float(written: &str) -> Tree {
    let text = written.strip_prefix('+').unwrap_or(written);
    match serde_json::from_str::<serde_json::Number>(text) {
        Ok(_) => Tree::Number(text.to_owned()),
        Err(_) => Tree::Text(written.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::MANIFEST_FILE;

    fn read(text: &str) -> (SourceText, Node, Vec<Diagnostic>) {
        let source = SourceText::new("t.toml", text.to_owned());
        let (node, diagnostics) = parse_toml(&source, &MANIFEST_FILE);
        (source, node, diagnostics)
    }

    #[test]
    fn values_become_the_tree_that_yaml_has() {
        let (_, node, diagnostics) =
            read("b = 2013-07-03\na = [1, 1.50, true, 0x10, 'ә']\n[[c]]\nd = 'x'\n");
        assert!(diagnostics.is_empty());
        assert_eq!(
            node.to_json(),
            r#"{"b":"2013-07-03","a":[1,1.50,true,16,"ә"],"c":[{"d":"x"}]}"#
        );
    }

    #[test]
    fn every_mistake_is_reported_at_its_place_and_the_rest_is_kept() {
        let (source, node, diagnostics) = read("ә = 1\na = \nb = 2\nc = [1,\n");
        assert!(diagnostics.len() > 1, "{diagnostics:?}");
        let place = source.position(diagnostics[0].span.map_or(0, |span| span.start));
        assert_eq!(place.line, 1);
        assert!(node.to_json().contains("\"b\":2"));
    }

    #[test]
    fn spans_are_bytes_and_point_at_key_and_value() {
        let (source, node, _) = read("[кесте]\nкілт = \"Балабақша\"\n");
        let Tree::Mapping(entries) = &node.value else {
            panic!("a mapping")
        };
        let Tree::Mapping(inner) = &entries[0].value.value else {
            panic!("a mapping")
        };
        assert_eq!(source.slice(inner[0].key_span), "кілт");
        assert_eq!(source.slice(inner[0].value.span), "\"Балабақша\"");
    }
}
