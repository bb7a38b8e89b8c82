//! The keys of one mapping, taken one by one; what nobody takes is unknown.

use std::fmt::Display;
use std::sync::Arc;

use reglament_core::timer::Date;
use reglament_source::{Diagnostic, Span, nearest};

use super::{Entry, FileKind, Name, Node, Tree};

/// Collects what is wrong while a file is read.
#[derive(Debug)]
pub struct Findings {
    /// What was found, in the order in which it was found.
    pub diagnostics: Vec<Diagnostic>,
    /// The kind of the file, which gives the codes.
    pub kind: &'static FileKind,
}

impl Findings {
    /// Nothing found yet in a file of the kind `kind`.
    #[must_use]
    pub const fn new(kind: &'static FileKind) -> Self {
        Self {
            diagnostics: Vec::new(),
            kind,
        }
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports that `node` should have been `expected`.
    pub fn wrong_type(&mut self, what: &str, expected: &str, node: &Node) {
        let found = node.value.type_name();
        let message = format!("`{what}`: expected {expected}, found {found}");
        self.push(Diagnostic::error(self.kind.wrong_type, message).at(node.span));
    }

    /// Reports a value of the right type that is not allowed.
    pub fn invalid(&mut self, what: &str, expected: impl Display, found: impl Display, at: Span) {
        let message = format!("`{what}`: expected {expected}, found `{found}`");
        self.push(Diagnostic::error(self.kind.invalid_value, message).at(at));
    }

    /// Reports that `what`, which stands at `at`, has no `key`.
    pub fn missing(&mut self, what: &str, key: &str, at: Span) {
        let message = format!("{what} has no `{key}`");
        self.push(Diagnostic::error(self.kind.missing_key, message).at(at));
    }
}

/// The entries of a mapping that have not been taken yet.
#[derive(Debug)]
pub struct Fields<'n> {
    entries: Vec<(&'n Entry, bool)>,
    /// Every key that was asked for, in that order: what could have stood here.
    known: Vec<String>,
}

impl<'n> Fields<'n> {
    /// All of `entries`.
    #[must_use]
    pub fn new(entries: &'n [Entry]) -> Self {
        Self {
            entries: entries.iter().map(|entry| (entry, false)).collect(),
            known: Vec::new(),
        }
    }

    /// The entries of `node`, where it is a mapping; `what` is what it stands for.
    pub fn of(what: &str, node: &'n Node, findings: &mut Findings) -> Option<Self> {
        if let Tree::Mapping(entries) = &node.value {
            return Some(Self::new(entries));
        }
        findings.wrong_type(what, "a mapping", node);
        None
    }

    /// The entry with `key`, which is known from now on.
    pub fn take(&mut self, key: &str) -> Option<&'n Entry> {
        self.known.push(key.to_owned());
        let slot = self
            .entries
            .iter_mut()
            .find(|(entry, _)| entry.key == key)?;
        slot.1 = true;
        Some(slot.0)
    }

    /// The value of `key`, unless it is absent or null.
    pub fn value(&mut self, key: &str) -> Option<&'n Node> {
        self.take(key)
            .map(|entry| &entry.value)
            .filter(|node| !matches!(node.value, Tree::Null))
    }

    /// Reports what was not taken: `what` has no such key. Known is every key that was asked for.
    pub fn finish_asked(mut self, what: &str, findings: &mut Findings) {
        let known = std::mem::take(&mut self.known);
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.finish(what, &known, findings);
    }

    /// Reports what was not taken. `allowed` are the keys that could have stood here.
    pub fn finish(self, what: &str, allowed: &[&str], findings: &mut Findings) {
        for (entry, _) in self.entries.iter().filter(|(_, taken)| !taken) {
            let message = format!("{what} has no `{}`", entry.key);
            let hint = match nearest(&entry.key, allowed.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known are {}", list(allowed)),
            };
            let diagnostic = Diagnostic::error(findings.kind.unknown_key, message);
            findings.push(diagnostic.at(entry.key_span).hint(hint));
        }
    }

    /// An id or name. Numbers and booleans are taken as written: ids may look like them.
    pub fn name(&mut self, key: &str, findings: &mut Findings) -> Option<Name> {
        let node = self.value(key)?;
        name(key, node, findings)
    }

    /// An id or name that has to be there; `what`, at `at`, is what it belongs to.
    pub fn required(
        &mut self,
        key: &str,
        what: &str,
        at: Span,
        findings: &mut Findings,
    ) -> Option<Name> {
        match self.value(key) {
            Some(node) => name(key, node, findings),
            None => {
                findings.missing(what, key, at);
                None
            }
        }
    }

    /// A text.
    pub fn text(&mut self, key: &str, findings: &mut Findings) -> Option<Arc<str>> {
        self.name(key, findings).map(|name| name.text)
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, key: &str, findings: &mut Findings) -> Option<bool> {
        let node = self.value(key)?;
        if let Tree::Boolean(value) = node.value {
            return Some(value);
        }
        findings.wrong_type(key, "true or false", node);
        None
    }

    /// A whole number from 1.
    pub fn ordinal(&mut self, key: &str, findings: &mut Findings) -> Option<u32> {
        let node = self.value(key)?;
        let Tree::Number(number) = &node.value else {
            findings.wrong_type(key, "a whole number from 1", node);
            return None;
        };
        match number.parse::<u32>() {
            Ok(value) if value > 0 => Some(value),
            Ok(_) | Err(_) => {
                let message = format!("`{key}`: expected a whole number from 1, found {number}");
                let diagnostic = Diagnostic::error(findings.kind.invalid_value, message);
                findings.push(diagnostic.at(node.span));
                None
            }
        }
    }

    /// A date, written `2013-07-03`.
    pub fn date(&mut self, key: &str, findings: &mut Findings) -> Option<Date> {
        let name = self.name(key, findings)?;
        date(key, &name, findings)
    }

    /// One of the words of `words`, and what it stands for.
    pub fn choice<T: Copy>(
        &mut self,
        key: &str,
        words: &[(&str, T)],
        findings: &mut Findings,
    ) -> Option<T> {
        let name = self.name(key, findings)?;
        choice(key, &name, words, findings)
    }

    /// Names: a list of them, or one alone.
    pub fn names(&mut self, key: &str, findings: &mut Findings) -> Option<Vec<Name>> {
        let entry = self.take(key)?;
        Some(names(key, &entry.value, findings))
    }

    /// The mappings of a list, or one mapping alone.
    pub fn mappings(&mut self, key: &str, findings: &mut Findings) -> Vec<&'n Node> {
        let Some(node) = self.value(key) else {
            return Vec::new();
        };
        let items: Vec<&Node> = match &node.value {
            Tree::List(items) => items.iter().collect(),
            _ => vec![node],
        };
        let is_mapping = |item: &&Node| matches!(item.value, Tree::Mapping(_));
        for wrong in items.iter().filter(|item| !is_mapping(item)) {
            findings.wrong_type(key, "a mapping", wrong);
        }
        items.into_iter().filter(is_mapping).collect()
    }
}

/// A date, written `2013-07-03`.
pub(crate) fn date(what: &str, name: &Name, findings: &mut Findings) -> Option<Date> {
    let date = name.text.parse::<Date>().ok();
    if date.is_none() {
        findings.invalid(what, "a date such as `2013-07-03`", name, name.span);
    }
    date
}

/// One of the words of `words`, and what it stands for.
fn choice<T: Copy>(
    what: &str,
    name: &Name,
    words: &[(&str, T)],
    findings: &mut Findings,
) -> Option<T> {
    if let Some((_, meaning)) = words.iter().find(|(word, _)| **word == *name.text) {
        return Some(*meaning);
    }
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    findings.invalid(what, format!("one of {}", list(&known)), name, name.span);
    None
}

/// An id or name.
pub fn name(what: &str, node: &Node, findings: &mut Findings) -> Option<Name> {
    let text = match &node.value {
        Tree::Text(text) | Tree::Number(text) => text.as_str(),
        Tree::Boolean(true) => "true",
        Tree::Boolean(false) => "false",
        Tree::Null | Tree::List(_) | Tree::Mapping(_) => {
            findings.wrong_type(what, "a text", node);
            return None;
        }
    };
    Some(Name {
        text: Arc::from(text),
        span: node.span,
    })
}

/// Names: a list of them, one alone, or null for none.
pub fn names(what: &str, node: &Node, findings: &mut Findings) -> Vec<Name> {
    match &node.value {
        Tree::List(items) => items
            .iter()
            .filter_map(|item| name(what, item, findings))
            .collect(),
        Tree::Null => Vec::new(),
        Tree::Text(_) | Tree::Number(_) | Tree::Boolean(_) => {
            name(what, node, findings).into_iter().collect()
        }
        Tree::Mapping(_) => {
            findings.wrong_type(what, "a list of texts", node);
            Vec::new()
        }
    }
}

/// Names in backquotes, separated by commas.
#[must_use]
pub fn list<T: Display>(names: &[T]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
