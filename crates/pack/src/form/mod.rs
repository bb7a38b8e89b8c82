//! Forms: what people fill in, as form-js JSON, and whether what they filled in is right.
//!
//! A form is a tree of components, as Camunda's form editor writes it. Everything that can reject an
//! input is understood; what is only looks (layout, appearance, help texts) is kept out of here. What
//! could reject an input and is not understood is refused when the form is loaded, so that no input
//! passes because a rule was skipped.
//!
//! Two things are added by the property list that form-js leaves to its hosts (`properties`):
//! `identifier` (`iin`, `bin` or `iin or bin`) has the control digit and the date of an
//! identification number checked, and `label.en`, `label.ru` are the label in other languages.
//!
//! # Source
//! The form-js schema (`@bpmn-io/form-json-schema`), version 17 of its format.

mod question;
mod read;
mod validate;

use std::sync::Arc;

use regex::Regex;
use reglament_feel::{Expression, Number};

use crate::tree::Name;

pub use question::Question;
pub use validate::{FieldError, Violation};

/// A form.
#[derive(Clone, Debug)]
pub struct Form {
    /// Its identifier, by which `zeebe:formDefinition` names it.
    pub id: Name,
    /// What it consists of, in order.
    pub components: Vec<Component>,
}

/// A part of a form.
#[derive(Clone, Debug)]
pub struct Component {
    /// What it is.
    pub kind: Kind,
    /// The key of its value; dots make a path. None for what has no value.
    pub key: Option<Name>,
    /// The label, in the first language of the regulation.
    pub label: Option<Arc<str>>,
    /// The label in other languages, by their codes.
    pub labels: Vec<(Arc<str>, Arc<str>)>,
    /// Whether it is shown and not filled in.
    pub disabled: bool,
    /// When it is hidden: then nothing of it is asked for.
    pub hide: Option<Expression>,
    /// What a value has to satisfy.
    pub rules: Rules,
}

/// What a component is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A text of one line or several.
    Text,
    /// A number.
    Number {
        /// How many digits may stand behind the point.
        decimal_digits: Option<u32>,
        /// Whether the value is a text that reads as a number.
        as_text: bool,
    },
    /// Yes or no.
    Checkbox,
    /// A date, a time, or both.
    DateTime(DateTimeKind),
    /// One of several choices.
    One(Choices),
    /// Some of several choices.
    Several(Choices),
    /// Files.
    Files,
    /// A value that the form computes.
    Computed,
    /// Components that belong together; `path` is where their values are.
    Group {
        /// Where the values of the components are, relative to the group.
        path: Option<Arc<str>>,
        /// The components.
        components: Vec<Component>,
    },
    /// A list of items that are alike.
    Items {
        /// Where the list is.
        path: Arc<str>,
        /// The components of each item.
        components: Vec<Component>,
    },
    /// Something to look at or to press: it has no value.
    Shown,
}

/// What a date-and-time field asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateTimeKind {
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A date with a time.
    DateTime,
}

/// What there is to choose from.
#[derive(Clone, Debug)]
pub enum Choices {
    /// These values.
    Fixed(Vec<Choice>),
    /// The list in a variable.
    Variable(Arc<str>),
    /// What an expression gives.
    Expression(Expression),
}

/// One choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The value.
    pub value: reglament_feel::Value,
    /// How it is shown.
    pub label: Arc<str>,
}

/// What a value has to satisfy.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// There has to be one; a checkbox has to be ticked.
    pub required: bool,
    /// The fewest characters.
    pub min_length: Option<u32>,
    /// The most characters.
    pub max_length: Option<u32>,
    /// The least number.
    pub min: Option<Number>,
    /// The greatest number.
    pub max: Option<Number>,
    /// What the text has to match somewhere in it.
    pub pattern: Option<Regex>,
    /// A well-known form of texts.
    pub format: Option<Format>,
    /// The identification number that it has to be.
    pub identifier: Option<Identifier>,
}

/// A well-known form of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An e-mail address.
    Email,
    /// A telephone number in international form.
    Phone,
}

/// An identification number of Kazakhstan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// Of a person.
    Iin,
    /// Of an organisation.
    Bin,
    /// Of either.
    IinOrBin,
}

impl Component {
    /// The label in `language`; the Kazakh one where there is none.
    #[must_use]
    pub fn label_in(&self, language: &str) -> Option<&str> {
        let found = self.labels.iter().find(|(code, _)| **code == *language);
        found.map(|(_, label)| &**label).or(self.label.as_deref())
    }
}
