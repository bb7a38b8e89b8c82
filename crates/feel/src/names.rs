//! Names: which characters make them, and declared names that hold spaces or operators.

use std::collections::HashMap;
use std::sync::Arc;

use crate::types::Type;

/// The names that a caller declares because they hold spaces or special characters.
///
/// FEEL lets a name contain spaces, `+`, `-`, `*`, `/`, `.` and `'`. Which of those belong to a name
/// cannot be seen in the text: `order total-1` is a name or a subtraction. A name that is declared
/// here is recognised, the longest one first; any other name is letters of any script, digits and
/// underscores.
///
/// ```
/// use reglament_feel::{Expression, Names};
/// let names = Names::new(["order total", "order"]);
/// let (expression, _) = Expression::parse("order total - 1", &names);
/// let expression = expression.unwrap();
/// assert_eq!(&*expression.variables()[0].name, "order total");
/// ```
///
/// # Source
/// DMN 1.5, 10.3.1.4.
#[derive(Clone, Debug, Default)]
pub struct Names {
    types: Vec<(Arc<str>, Type)>,
    /// By first word: the declared names that begin with it, the longest first.
    by_word: HashMap<Box<str>, Vec<Declared>>,
}

#[derive(Clone, Debug)]
struct Declared {
    name: Arc<str>,
    pieces: Vec<Box<str>>,
}

impl Names {
    /// No declared names.
    #[must_use]
    pub fn none() -> Names {
        Names::default()
    }

    /// Declares names.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Names {
        let mut all = Names::default();
        for name in names {
            all.declare(name);
        }
        all
    }

    /// Declares one more name.
    pub fn declare(&mut self, name: &str) {
        let pieces = pieces(name);
        let Some(first) = pieces.first() else { return };
        let list = self.by_word.entry(first.clone()).or_default();
        if list.iter().any(|declared| declared.pieces == pieces) {
            return;
        }
        list.push(Declared {
            name: normalize(name).into(),
            pieces,
        });
        list.sort_by_key(|declared| std::cmp::Reverse(declared.pieces.len()));
    }

    /// Declares a name only when the text alone could not show where it ends.
    pub fn declare_if_spaced(&mut self, name: &str) {
        if !is_plain(name) {
            self.declare(name);
        }
    }

    /// Declares a type that a model defines, for `instance of` and parameters.
    pub fn declare_type(&mut self, name: &str, ty: Type) {
        self.types.push((normalize(name).into(), ty));
        // Longest first, so that the first that fits is the right one.
        self.types
            .sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    }

    /// The declared type at the start of `text`, with its length in bytes.
    pub(crate) fn type_at(&self, text: &str) -> Option<(Type, usize)> {
        self.types.iter().find_map(|(name, ty)| {
            let length = matched(&pieces(name), text)?;
            Some((ty.clone(), length))
        })
    }

    /// Whether the name is declared, whatever its spacing.
    pub(crate) fn contains(&self, name: &str) -> bool {
        let pieces = pieces(name);
        pieces
            .first()
            .and_then(|first| self.by_word.get(first))
            .is_some_and(|list| list.iter().any(|declared| declared.pieces == pieces))
    }

    /// The longest declared name at the start of `text`, with its length in bytes.
    pub(crate) fn longest(&self, first: &str, text: &str) -> Option<(&Arc<str>, usize)> {
        self.by_word.get(first)?.iter().find_map(|declared| {
            let length = matched(&declared.pieces, text)?;
            Some((&declared.name, length))
        })
    }
}

/// The length of `text` that the pieces cover, with any space between them.
fn matched(pieces: &[Box<str>], text: &str) -> Option<usize> {
    let mut rest = text;
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            rest = rest.trim_start_matches(is_space);
        }
        rest = rest.strip_prefix(&**piece)?;
        let word = piece.chars().next_back().is_some_and(is_part);
        if word && rest.chars().next().is_some_and(is_part) {
            return None;
        }
    }
    Some(text.len() - rest.len())
}

/// Words and single special characters.
fn pieces(name: &str) -> Vec<Box<str>> {
    let mut pieces = Vec::new();
    let mut rest = name.trim_matches(is_space);
    while let Some(first) = rest.chars().next() {
        let length = if is_part(first) {
            rest.find(|c| !is_part(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (piece, tail) = rest.split_at(length);
        pieces.push(piece.into());
        rest = tail.trim_start_matches(is_space);
    }
    pieces
}

/// The name with runs of spaces made one.
pub(crate) fn normalize(name: &str) -> String {
    name.split(is_space)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether a key of a context can be written without quotes.
pub(crate) fn is_plain(name: &str) -> bool {
    name.chars().next().is_some_and(is_start)
        && name.chars().all(is_part)
        && !KEYWORDS.contains(&name)
}

/// The words that are not names.
pub(crate) const KEYWORDS: &[&str] = &[
    "and",
    "between",
    "else",
    "every",
    "external",
    "false",
    "for",
    "function",
    "if",
    "in",
    "instance",
    "null",
    "of",
    "or",
    "return",
    "satisfies",
    "some",
    "then",
    "true",
];

/// Whether a name may begin with the character.
pub(crate) fn is_start(c: char) -> bool {
    c == '_'
        || c.is_alphabetic()
        || matches!(c,
            '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
            | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{167F}' | '\u{1681}'..='\u{180D}'
            | '\u{180F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
            | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
            | '\u{FDF0}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// Whether a name may go on with the character.
pub(crate) fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || is_start(c)
        || c.is_numeric()
        || matches!(c, '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Whether the character separates tokens.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{180E}' | '\u{200B}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_declared_name_wins() {
        let names = Names::new(["a b", "a b+c", "a"]);
        assert_eq!(names.longest("a", "a  b + c - 1").unwrap().1, 8);
        assert_eq!(names.longest("a", "a bc").unwrap().0.as_ref(), "a");
    }

    #[test]
    fn kazakh_and_other_letters_are_names() {
        for name in ["өтініш", "ҚҰЖАТ_1", "_x", "🐎", "größe"] {
            assert!(is_plain(name), "{name}");
        }
        assert!(!is_plain("1a") && !is_plain("a b") && !is_plain("") && !is_plain("if"));
    }
}
