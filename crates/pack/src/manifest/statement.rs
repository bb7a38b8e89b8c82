//! What the source states, in its words and with its place.

use std::sync::Arc;

use reglament_source::Span;

use crate::tree::{Fields, Findings, Name};

/// Something that the source states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// Its words in Kazakh, verbatim.
    pub kk: Option<Arc<str>>,
    /// The Kazakh words as they should read, where they are misprinted.
    pub reading: Option<Arc<str>>,
    /// In English.
    pub en: Option<Arc<str>>,
    /// In Russian, where it is certain.
    pub ru: Option<Arc<str>>,
    /// What is to be said about it.
    pub note: Option<Arc<str>>,
    /// Where it stands.
    pub place: Option<Place>,
    /// Where the entry stands in the manifest.
    pub(crate) span: Span,
}

/// A place of the regulation, keyed as `reg:source` keys it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Another document than the regulation itself.
    pub document: Option<Arc<str>>,
    /// The clause.
    pub clause: Option<Arc<str>>,
    /// The sub-clause.
    pub item: Option<Arc<str>>,
    /// The action table.
    pub table: Option<Arc<str>>,
    /// The row of the action table.
    pub action: Option<Arc<str>>,
    /// The annex.
    pub annex: Option<Arc<str>>,
}

impl Statement {
    /// Its words in `language`: `kk` (as they should read), `en` or `ru`.
    #[must_use]
    pub fn in_language(&self, language: &str) -> Option<&str> {
        match language {
            "kk" => self.reading.as_deref().or(self.kk.as_deref()),
            "en" => self.en.as_deref(),
            "ru" => self.ru.as_deref(),
            _ => None,
        }
    }

    /// The first of its wordings: Kazakh, else English, else Russian.
    #[must_use]
    pub fn any(&self) -> &str {
        ["kk", "en", "ru"]
            .into_iter()
            .find_map(|language| self.in_language(language))
            .unwrap_or_default()
    }
}

/// Takes the keys of a statement out of `fields`; `what`, at `at`, is what it says.
pub(crate) fn statement(
    fields: &mut Fields<'_>,
    what: &str,
    at: Span,
    findings: &mut Findings,
) -> Statement {
    let statement = words(fields, at, findings);
    if statement.kk.is_none() && statement.en.is_none() {
        findings.missing(what, "kk", at);
    }
    statement
}

/// Takes the keys of a statement that may be without words.
pub(super) fn words(fields: &mut Fields<'_>, at: Span, findings: &mut Findings) -> Statement {
    Statement {
        kk: fields.text("kk", findings),
        reading: fields.text("reading", findings),
        en: fields.text("en", findings),
        ru: fields.text("ru", findings),
        note: fields.text("note", findings),
        place: place(fields, findings),
        span: at,
    }
}

fn place(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<Place> {
    let place = Place {
        document: fields.text("document", findings),
        clause: fields.text("clause", findings),
        item: fields.text("item", findings),
        table: fields.text("table", findings),
        action: fields.text("action", findings),
        annex: fields.text("annex", findings),
    };
    (place != Place::default()).then_some(place)
}

/// The channels that an entry names; none concerns all.
pub(super) fn channels(fields: &mut Fields<'_>, findings: &mut Findings) -> Vec<Name> {
    fields.names("channels", findings).unwrap_or_default()
}
