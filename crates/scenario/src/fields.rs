//! The keys of one mapping of a script, taken one by one; what nobody takes is unknown.

use std::sync::Arc;

use reglament_core::timer::{Timer, TimerKind, Timestamp};
use reglament_executor::Variables;
use reglament_feel::Value;
use reglament_source::{Diagnostic, Span};

use crate::codes;
use crate::script::Name;
use crate::suggest::nearest;
use crate::tree::{Entry, Node, Tree};

/// Collects what is wrong while a script is read.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Findings {
    /// Reports that `node` should have been `expected`.
    pub(crate) fn wrong_type(&mut self, what: &str, expected: &str, node: &Node) {
        let message = format!(
            "`{what}`: expected {expected}, found {}",
            node.value.type_name()
        );
        self.diagnostics
            .push(Diagnostic::error(&codes::WRONG_TYPE, message).at(node.span));
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// The entries of a mapping that have not been taken yet.
pub(crate) struct Fields<'n> {
    entries: Vec<(&'n Entry, bool)>,
}

impl<'n> Fields<'n> {
    pub(crate) fn new(entries: &'n [Entry]) -> Self {
        Self {
            entries: entries.iter().map(|entry| (entry, false)).collect(),
        }
    }

    /// The entry with `key`, which is known from now on.
    pub(crate) fn take(&mut self, key: &str) -> Option<&'n Entry> {
        let slot = self
            .entries
            .iter_mut()
            .find(|(entry, _)| entry.key == key)?;
        slot.1 = true;
        Some(slot.0)
    }

    /// The value of `key`, unless it is absent or null.
    pub(crate) fn value(&mut self, key: &str) -> Option<&'n Node> {
        self.take(key)
            .map(|entry| &entry.value)
            .filter(|node| !matches!(node.value, Tree::Null))
    }

    /// Reports what was not taken. `allowed` are the keys that could have stood here.
    pub(crate) fn finish(self, what: &str, allowed: &[&str], findings: &mut Findings) {
        for (entry, _) in self.entries.iter().filter(|(_, taken)| !taken) {
            let message = format!("{what} has no `{}`", entry.key);
            let hint = match nearest(&entry.key, allowed.iter().copied()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("known are {}", list(allowed)),
            };
            findings.push(
                Diagnostic::error(&codes::UNKNOWN_KEY, message)
                    .at(entry.key_span)
                    .hint(hint),
            );
        }
    }

    /// An id or name. Numbers and booleans are taken as written: ids may look like them.
    pub(crate) fn name(&mut self, key: &str, findings: &mut Findings) -> Option<Name> {
        let node = self.value(key)?;
        name(key, node, findings)
    }

    /// A text.
    pub(crate) fn text(&mut self, key: &str, findings: &mut Findings) -> Option<Arc<str>> {
        self.name(key, findings).map(|name| name.text)
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, key: &str, findings: &mut Findings) -> Option<bool> {
        let node = self.value(key)?;
        if let Tree::Boolean(value) = node.value {
            return Some(value);
        }
        findings.wrong_type(key, "true or false", node);
        None
    }

    /// A whole number from 1.
    pub(crate) fn ordinal(&mut self, key: &str, findings: &mut Findings) -> Option<u32> {
        let node = self.value(key)?;
        match &node.value {
            Tree::Number(number) => match number.parse::<u32>() {
                Ok(value) if value > 0 => return Some(value),
                Ok(_) | Err(_) => {
                    let message =
                        format!("`{key}`: expected a whole number from 1, found {number}");
                    findings.push(Diagnostic::error(&codes::INVALID_VALUE, message).at(node.span));
                }
            },
            Tree::Null | Tree::Boolean(_) | Tree::Text(_) | Tree::List(_) | Tree::Mapping(_) => {
                findings.wrong_type(key, "a whole number from 1", node);
            }
        }
        None
    }

    /// Values of variables; absent is none.
    pub(crate) fn variables(&mut self, key: &str, findings: &mut Findings) -> Variables {
        self.value(key)
            .map(|node| variables(key, node, findings))
            .unwrap_or_default()
    }

    /// Names: a list of them, or one alone.
    pub(crate) fn names(&mut self, key: &str, findings: &mut Findings) -> Option<Vec<Name>> {
        let entry = self.take(key)?;
        Some(names(key, &entry.value, findings))
    }
}

/// An id or name.
pub(crate) fn name(what: &str, node: &Node, findings: &mut Findings) -> Option<Name> {
    let text = match &node.value {
        Tree::Text(text) | Tree::Number(text) => text.as_str(),
        Tree::Boolean(value) => {
            if *value {
                "true"
            } else {
                "false"
            }
        }
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
pub(crate) fn names(what: &str, node: &Node, findings: &mut Findings) -> Vec<Name> {
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
            findings.wrong_type(what, "a list of ids", node);
            Vec::new()
        }
    }
}

/// Values of variables.
pub(crate) fn variables(what: &str, node: &Node, findings: &mut Findings) -> Variables {
    let Tree::Mapping(entries) = &node.value else {
        findings.wrong_type(what, "a mapping from variable names to values", node);
        return Variables::new();
    };
    let mut variables = Variables::new();
    for entry in entries {
        match Value::from_json_str(&entry.value.to_json()) {
            Ok(value) => variables.push((Arc::from(entry.key.as_str()), value)),
            Err(error) => {
                let message = format!(
                    "`{what}`: the value of `{}` cannot be read: {error}",
                    entry.key
                );
                findings
                    .push(Diagnostic::error(&codes::INVALID_VALUE, message).at(entry.value.span));
            }
        }
    }
    variables
}

/// An instant.
pub(crate) fn instant(name: &Name, findings: &mut Findings) -> Option<Timestamp> {
    match Timestamp::parse_rfc3339(&name.text) {
        Ok(instant) => Some(instant),
        Err(error) => {
            let hint = "write an instant as `2026-03-19T09:00:00+05:00`";
            let diagnostic = invalid_time(&format!("`{name}` is no instant: {error}"), name.span);
            findings.push(diagnostic.hint(hint));
            None
        }
    }
}

/// A duration.
pub(crate) fn duration(name: &Name, findings: &mut Findings) -> Option<Timer> {
    match Timer::parse(TimerKind::Duration, &name.text) {
        Ok(timer) => Some(timer),
        Err(error) => {
            findings.push(invalid_time(
                &format!("`{name}` is no duration: {error}"),
                name.span,
            ));
            None
        }
    }
}

fn invalid_time(message: &str, span: Span) -> Diagnostic {
    Diagnostic::error(&codes::INVALID_TIME, message).at(span)
}

/// Names in backquotes, separated by commas.
pub(crate) fn list<T: std::fmt::Display>(names: &[T]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
