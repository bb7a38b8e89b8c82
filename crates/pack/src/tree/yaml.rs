//! YAML and JSON: JSON is read as YAML, of which it is a part, so both have the same spans and the
//! same errors.
//!
//! # Source
//! YAML 1.2.2.

use std::fmt;

use reglament_source::{Diagnostic, SourceText, Span};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{Error, Location, Spanned};

use super::{Entry, FileKind, Node, Tree};

/// How deep lists and mappings may be nested. Reading takes stack for each level, up to 30 kB where
/// the compiler does not optimize, and a thread may have 2 MiB.
pub const DEPTH_LIMIT: usize = 32;

/// Reads the one document of `source`.
///
/// # Errors
/// The text is not YAML, or is more than one document: `kind.malformed`, at the place where reading
/// stopped.
pub fn parse_yaml(source: &SourceText, kind: &FileKind) -> Result<Node, Box<Diagnostic>> {
    // An element may be called `yes`: only `true` and `false` are booleans, as in YAML 1.2.
    let options = serde_saphyr::options! {
        strict_booleans: true,
        budget: serde_saphyr::budget! { max_depth: DEPTH_LIMIT },
    };
    let raw: Result<Spanned<Raw>, _> = serde_saphyr::from_str_with_options(source.text(), options);
    match raw {
        Ok(raw) => Ok(place(raw, source)),
        Err(error) => Err(Box::new(malformed(&error, source, kind))),
    }
}

/// Says where reading stopped and why, without the excerpt: that is drawn by whoever reports.
fn malformed(error: &Error, source: &SourceText, kind: &FileKind) -> Diagnostic {
    let message = format!(
        "cannot read {}: {}",
        kind.name,
        reason(error.without_snippet())
    );
    let diagnostic = Diagnostic::error(kind.malformed, message);
    match error.location() {
        Some(location) => diagnostic.at(span(location, source)),
        None => diagnostic,
    }
}

/// Why reading stopped, in the words of the parser where they are words.
fn reason(error: &Error) -> String {
    if let Error::Budget { breach, .. } = error {
        return match breach {
            BudgetBreach::Depth { depth } => format!("lists and mappings are nested {depth} deep"),
            BudgetBreach::Aliases { .. } | BudgetBreach::Anchors { .. } => {
                "there are too many anchors and aliases".to_owned()
            }
            _ => "the text is larger than any that is read".to_owned(),
        };
    }
    let text = error.to_string();
    let reason = text.lines().next().unwrap_or_default();
    // The location stands in the text too ("line 2 column 1: ..."); the span says it better.
    let reason = reason.strip_prefix("error: ").unwrap_or(reason);
    let reason = match reason.split_once(": ") {
        Some((head, rest)) if head.starts_with("line ") => rest,
        Some(_) | None => reason,
    };
    // What the parser's options are called is of no use to whoever writes the file.
    let reason = reason.split(", set ").next().unwrap_or(reason);
    let reason = reason.split("; use ").next().unwrap_or(reason);
    let reason = reason.split(" at line ").next().unwrap_or(reason);
    reason.to_owned()
}

/// The byte range of `location`. Locations of syntax errors come in characters only.
fn span(location: Location, source: &SourceText) -> Span {
    let text = source.text();
    let place = location.span();
    let (start, end) = match (place.byte_offset(), place.byte_len()) {
        (Some(start), Some(length)) => (start, start.saturating_add(length)),
        (Some(start), None) => (start, start),
        (None, _) => {
            let position = usize::try_from(place.offset()).unwrap_or(usize::MAX);
            let start = text
                .char_indices()
                .nth(position)
                .map_or(text.len(), |(offset, _)| offset);
            let width = text
                .get(start..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8);
            (start as u64, (start + width) as u64)
        }
    };
    let bound = |offset: u64| u32::try_from(offset.min(text.len() as u64)).unwrap_or(u32::MAX);
    Span::new(bound(start), bound(end))
}

/// Turns locations into spans and gives numbers their digits back.
fn place(raw: Spanned<Raw>, source: &SourceText) -> Node {
    let at = span(raw.referenced, source);
    let value = match raw.value {
        Raw::Null => Tree::Null,
        Raw::Boolean(value) => Tree::Boolean(value),
        Raw::Number(short) => {
            let written = source.slice(span(raw.defined, source)).trim();
            Tree::Number(if is_json_number(written) {
                written.to_owned()
            } else {
                short
            })
        }
        Raw::Text(text) => Tree::Text(text),
        Raw::List(items) => Tree::List(items.into_iter().map(|item| place(item, source)).collect()),
        Raw::Mapping(entries) => Tree::Mapping(
            entries
                .into_iter()
                .map(|(key, value)| Entry {
                    key_span: span(key.referenced, source),
                    key: key.value,
                    value: place(value, source),
                })
                .collect(),
        ),
    };
    Node { value, span: at }
}

/// Whether `text` is a number in JSON's grammar.
fn is_json_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && serde_json::from_str::<serde_json::Number>(text).is_ok()
}

/// What serde gives, before spans are made of locations.
#[derive(Debug)]
enum Raw {
    Null,
    Boolean(bool),
    Number(String),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Mapping(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

/// Takes whatever the document has.
struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        // Infinity and not-a-number are no values of FEEL or JSON; they stay the words they are.
        let text = value.to_string();
        Ok(if value.is_finite() {
            Raw::Number(text)
        } else {
            Raw::Text(text)
        })
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Mapping(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(source: &SourceText) -> Result<Node, Box<Diagnostic>> {
        parse_yaml(source, &crate::codes::CLAUSES_FILE)
    }

    fn json(text: &str) -> String {
        parse(&SourceText::new("t.yaml", text.to_owned()))
            .unwrap()
            .to_json()
    }

    #[test]
    fn numbers_keep_their_digits() {
        let text = "a: 0.10\nb: 123456789012345678901234567890\nc: '1'\nd: 0x10\ne: .5";
        assert_eq!(
            json(text),
            r#"{"a":0.10,"b":123456789012345678901234567890,"c":"1","d":16,"e":0.5}"#
        );
    }

    #[test]
    fn only_true_and_false_are_booleans() {
        assert_eq!(
            json("[yes, no, on, off, y, n, true, false]"),
            r#"["yes","no","on","off","y","n",true,false]"#
        );
    }

    #[test]
    fn json_with_tabs_and_surrogates_is_read_as_yaml() {
        assert_eq!(
            json("{\n\t\"a\": [\"\\ud83c\\udfe0\", null, true]\n}"),
            r#"{"a":["🏠",null,true]}"#
        );
    }

    #[test]
    fn spans_are_bytes_and_point_at_the_value() {
        let source = SourceText::new("t.yaml", "ә: Балабақша\n".to_owned());
        let Tree::Mapping(entries) = parse(&source).unwrap().value else {
            panic!("a mapping")
        };
        assert_eq!(source.slice(entries[0].key_span), "ә");
        assert_eq!(source.slice(entries[0].value.span), "Балабақша");
    }

    #[test]
    fn what_cannot_be_read_is_reported_at_its_place() {
        for (text, line, message) in [
            (
                "ә: [1, 2\nb: 3\n",
                2,
                "cannot read the clauses: illegal placement of ':' indicator",
            ),
            (
                "a: 1\na: 2\n",
                2,
                "cannot read the clauses: duplicate mapping key: a",
            ),
            (
                "a: 1\n---\nb: 2\n",
                3,
                "cannot read the clauses: multiple YAML documents detected",
            ),
        ] {
            let source = SourceText::new("t.yaml", text.to_owned());
            let found = parse(&source).unwrap_err();
            assert_eq!(found.message, message);
            assert_eq!(source.position(found.span.unwrap().start).line, line);
        }
    }

    #[test]
    fn limits_of_the_parser_are_said_in_words() {
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        let found = parse(&SourceText::new("t.yaml", deep)).unwrap_err();
        assert_eq!(
            found.message,
            "cannot read the clauses: lists and mappings are nested 33 deep"
        );
    }
}
