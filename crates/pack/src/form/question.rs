//! The questions of a form: fields whose answers can be counted.

use std::sync::Arc;

use reglament_feel::Value;

use super::{Choice, Choices, Component, Form, Kind};

/// A field with a closed list of answers. What is written in free words is no such answer: it cannot
/// be counted, and it can name somebody.
#[derive(Clone, Debug)]
pub struct Question<'f> {
    /// Where its value is: keys joined by dots.
    pub path: String,
    /// The field, with its label.
    pub component: &'f Component,
}

impl Form {
    /// The questions, in the order of the form. Fields of repeated items, and choices that a variable
    /// or an expression gives, are none.
    #[must_use]
    pub fn questions(&self) -> Vec<Question<'_>> {
        let mut found = Vec::new();
        collect(&self.components, "", &mut found);
        found
    }
}

fn collect<'f>(components: &'f [Component], path: &str, found: &mut Vec<Question<'f>>) {
    for component in components {
        let closed = match &component.kind {
            Kind::Group {
                path: below,
                components,
            } => {
                let path = match below {
                    Some(below) => joined(path, below),
                    None => path.to_owned(),
                };
                collect(components, &path, found);
                false
            }
            Kind::One(choices) | Kind::Several(choices) => matches!(choices, Choices::Fixed(_)),
            Kind::Checkbox => true,
            Kind::Text
            | Kind::Number { .. }
            | Kind::DateTime(_)
            | Kind::Files
            | Kind::Computed
            | Kind::Items { .. }
            | Kind::Shown => false,
        };
        if let (true, Some(key)) = (closed, &component.key) {
            found.push(Question {
                path: joined(path, &key.text),
                component,
            });
        }
    }
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

impl Question<'_> {
    /// The answers there are; none for a checkbox, whose answers are `true` and `false`.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match &self.component.kind {
            Kind::One(Choices::Fixed(choices)) | Kind::Several(Choices::Fixed(choices)) => choices,
            _ => &[],
        }
    }

    /// All answers there are, as the texts that [`Question::answers`] gives.
    #[must_use]
    pub fn texts(&self) -> Vec<Arc<str>> {
        if matches!(self.component.kind, Kind::Checkbox) {
            return vec![Arc::from("true"), Arc::from("false")];
        }
        self.choices().iter().map(|it| text(&it.value)).collect()
    }

    /// The label of an answer, in the first language of the regulation; none where it is none.
    #[must_use]
    pub fn label(&self, answer: &str) -> Option<&str> {
        let choice = self.choices().iter();
        let choice = choice.into_iter().find(|it| *text(&it.value) == *answer);
        choice.map(|it| &*it.label)
    }

    /// The answers that were given among those there are, as texts; empty when none was.
    #[must_use]
    pub fn answers(&self, variables: &[(Arc<str>, Value)]) -> Vec<Arc<str>> {
        let Some(value) = self.value(variables) else {
            return Vec::new();
        };
        let chosen = match (&self.component.kind, value) {
            (Kind::Checkbox, Value::Boolean(_)) => return vec![text(value)],
            (Kind::Several(_), Value::List(list)) => list.iter().collect(),
            (Kind::One(_), value) => vec![value],
            _ => Vec::new(),
        };
        let known = |value: &&Value| self.choices().iter().any(|it| it.value == **value);
        chosen.into_iter().filter(known).map(text).collect()
    }

    fn value<'v>(&self, variables: &'v [(Arc<str>, Value)]) -> Option<&'v Value> {
        let mut keys = self.path.split('.');
        let first = keys.next()?;
        let found = variables.iter().find(|(name, _)| **name == *first);
        keys.try_fold(&found?.1, |value, key| match value {
            Value::Context(inner) => inner.get(key),
            _ => None,
        })
    }
}

/// An answer as a text.
fn text(value: &Value) -> Arc<str> {
    match value {
        Value::String(text) => Arc::from(&**text),
        other => Arc::from(other.to_json_string()),
    }
}
