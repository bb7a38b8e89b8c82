//! `clauses.yaml`: the text of the regulation, clause by clause, item by item and row by row.
//!
//! It is keyed as `reg:source` keys it, so that whatever quotes the regulation (tables, drawings,
//! proofs) finds the words of a citation.
//!
//! # Source
//! The regulations themselves, verbatim; `processes/README.md` documents every key.

mod citation;
mod read;

use std::sync::Arc;

use crate::tree::Name;

pub use citation::{Citation, Uncited};

/// The text of a regulation.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    /// Other documents that flows cite.
    pub documents: Vec<OtherDocument>,
    /// The clauses, in the order of the text.
    pub clauses: Vec<Clause>,
    /// The annexes.
    pub annexes: Vec<Annex>,
    /// The action tables.
    pub tables: Vec<Table>,
}

/// Words of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    /// In Kazakh, verbatim; none where the text is cut or missing.
    pub kk: Option<Arc<str>>,
    /// The Kazakh words as they should read, where they are misprinted.
    pub reading: Option<Arc<str>>,
    /// In English.
    pub en: Option<Arc<str>>,
    /// In Russian, where it is certain.
    pub ru: Option<Arc<str>>,
}

impl Wording {
    /// The words in `language`: `kk` (as they should read), `en` or `ru`.
    #[must_use]
    pub fn in_language(&self, language: &str) -> Option<&str> {
        match language {
            "kk" => self.readable(),
            "en" => self.en.as_deref(),
            "ru" => self.ru.as_deref(),
            _ => None,
        }
    }

    /// The Kazakh words as they should read.
    #[must_use]
    pub fn readable(&self) -> Option<&str> {
        self.reading.as_deref().or(self.kk.as_deref())
    }
}

/// Another document, which the flows cite by `document`.
#[derive(Clone, Debug)]
pub struct OtherDocument {
    /// Its identifier.
    pub id: Name,
    /// What it is called.
    pub wording: Wording,
    /// What is to be said about it.
    pub note: Option<Arc<str>>,
}

/// A clause.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Its number, as printed.
    pub number: Name,
    /// The document it belongs to; none is the regulation itself.
    pub document: Option<Name>,
    /// The channels whose flow has to cite every item of it.
    pub channels: Vec<Name>,
    /// What stands before its items.
    pub wording: Wording,
    /// Its items.
    pub items: Vec<Item>,
    /// What stands behind its items.
    pub closing: Option<Wording>,
    /// The literals of terms in it.
    pub terms: Vec<Name>,
    /// Whether the source lacks it.
    pub missing: bool,
    /// What is to be said about it: misprints, gaps.
    pub note: Option<Arc<str>>,
}

/// A sub-clause.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its number, as printed, without the bracket.
    pub number: Name,
    /// What it says.
    pub wording: Wording,
    /// The literals of terms in it.
    pub terms: Vec<Name>,
    /// Whether the source lacks it.
    pub missing: bool,
    /// What is to be said about it.
    pub note: Option<Arc<str>>,
}

/// An annex.
#[derive(Clone, Debug)]
pub struct Annex {
    /// Its number, as printed.
    pub number: Name,
    /// Its title.
    pub wording: Wording,
    /// What is to be said about it.
    pub note: Option<Arc<str>>,
}

/// An action table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its number, as printed.
    pub number: Option<Name>,
    /// The annex it stands in.
    pub annex: Option<Name>,
    /// The clause whose actions it lists: by it flows cite the rows.
    pub clause: Name,
    /// The channels whose flow has to cite every row of it.
    pub channels: Vec<Name>,
    /// Its title.
    pub wording: Wording,
    /// Its rows, in order.
    pub rows: Vec<Row>,
    /// What is to be said about it.
    pub note: Option<Arc<str>>,
}

/// A row of an action table (in the source often a column).
#[derive(Clone, Debug)]
pub struct Row {
    /// The number of the action.
    pub action: Name,
    /// The unit or system, verbatim.
    pub unit: Wording,
    /// The action.
    pub wording: Wording,
    /// Whether the source leaves the action empty.
    pub missing: bool,
    /// The form of completion.
    pub completion: Option<Wording>,
    /// The term, verbatim.
    pub term: Option<Name>,
    /// The next action, verbatim.
    pub next: Option<Wording>,
    /// What is to be said about it.
    pub note: Option<Arc<str>>,
}
