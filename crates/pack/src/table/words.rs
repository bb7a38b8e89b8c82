//! The words of an action table, in one of the languages of the pack.

use reglament_core::Definitions;
use reglament_core::model::{BaseElement, ExtensionElements, SequenceFlow, Term};
use reglament_xml::ElementRef;

use super::graph::{Node, RowKey};
use crate::clauses::Table;
use crate::manifest::Statement;
use crate::pack::Pack;
use crate::tree::Name;

/// Where words come from.
pub(super) struct Words<'w> {
    pub(super) definitions: &'w Definitions,
    pub(super) pack: Option<&'w Pack>,
    pub(super) language: &'w str,
}

/// The texts without repetitions, in their order, empty ones left out.
pub(super) fn unique(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts {
        if !text.is_empty() && !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}

impl Words<'_> {
    /// The name of an element: its label in the language, else its name as written.
    pub(super) fn name(&self, element: ElementRef<'_>) -> String {
        let label = ExtensionElements::of(element)
            .labels()
            .find(|label| label.language() == Some(self.language));
        match label {
            Some(label) => label.text().into_owned(),
            None => {
                let name = element.attribute("name").or(element.attribute("id"));
                name.unwrap_or_default().trim().to_owned()
            }
        }
    }

    /// The name of the service, else of the process.
    pub(super) fn title(&self) -> String {
        if let Some(pack) = self.pack {
            return self.statement(&pack.manifest().title);
        }
        let process = self.definitions.processes().next();
        process.map_or_else(String::new, |process| self.name(process.element()))
    }

    fn statement(&self, statement: &Statement) -> String {
        let found = statement.in_language(self.language);
        found.unwrap_or_else(|| statement.any()).to_owned()
    }

    /// The unit or system of a node: its outermost lane, abbreviated as the manifest has it.
    pub(super) fn unit(&self, node: &Node<'_>) -> String {
        node.lanes
            .first()
            .map_or_else(String::new, |lane| self.party(*lane))
    }

    /// Who performs a node: its innermost lane.
    pub(super) fn performer(&self, node: &Node<'_>) -> String {
        node.lanes
            .last()
            .map_or_else(String::new, |lane| self.name(*lane))
    }

    fn party(&self, lane: ElementRef<'_>) -> String {
        let name = self.name(lane);
        let written = lane.attribute("name").unwrap_or_default().trim();
        let Some(pack) = self.pack.filter(|_| self.language == "kk") else {
            return name;
        };
        let systems = pack.manifest().systems.iter();
        let systems = systems.map(|it| (&it.abbreviation, &it.names, &it.text));
        let performers = pack.manifest().performers.iter();
        let performers = performers.map(|it| (&it.abbreviation, &it.names, &it.text));
        let is_named = |abbreviation: &Option<Name>, names: &[Name], text: &Statement| {
            names.iter().any(|it| *it.text == *written)
                || text.kk.as_deref() == Some(written)
                || abbreviation
                    .as_ref()
                    .is_some_and(|it| written.ends_with(&format!("({it})")))
        };
        systems
            .chain(performers)
            .find(|(abbreviation, names, text)| is_named(abbreviation, names, text))
            .and_then(|(abbreviation, _, _)| abbreviation.as_ref())
            .map_or(name, |abbreviation| abbreviation.text.to_string())
    }

    fn table(&self, key: &RowKey) -> Option<&Table> {
        let clauses = self.pack?.clauses();
        clauses
            .tables_of(&key.clause, key.table.as_deref())
            .find(|table| table.row(&key.action).is_some())
    }

    /// The caption of the table that a row stands in.
    pub(super) fn caption(&self, key: &RowKey) -> Option<String> {
        let wording = &self.table(key)?.wording;
        let text = wording.in_language(self.language).or(wording.readable())?;
        Some(text.to_owned())
    }

    /// The words of an action, as the source has them; empty where the source has none.
    pub(super) fn action(&self, key: &RowKey) -> Option<String> {
        let wording = &self.table(key)?.row(&key.action)?.wording;
        let verbatim = wording.kk.as_deref();
        let text = match self.language {
            "kk" => verbatim,
            language => wording.in_language(language).or(verbatim),
        };
        Some(text.unwrap_or_default().to_owned())
    }

    /// A term: as the source words it, and in English by its reading.
    pub(super) fn term(&self, term: Term<'_>) -> Option<String> {
        let literal = term.literal().map(|it| it.trim().to_owned());
        match self.language {
            "en" => in_english(term).or(literal),
            _ => literal,
        }
    }

    /// The names of the conditional flows on a way.
    pub(super) fn condition(&self, way: &[ElementRef<'_>]) -> Option<String> {
        let flows = way.iter().copied().filter_map(SequenceFlow::from_element);
        let named = flows.filter(|flow| flow.element().attribute("name").is_some());
        let named = named.map(|flow| {
            let source = flow.source_ref().and_then(|id| self.definitions.find(id));
            let question = source.filter(|source| source.attribute("name").is_some());
            let question = question.map(|source| format!("{} ", self.name(source)));
            format!(
                "{}{}",
                question.unwrap_or_default(),
                self.name(flow.element())
            )
        });
        let names = unique(named);
        (!names.is_empty()).then(|| names.join(", "))
    }
}

/// A term as it is read, in English words; none where the source gives no value.
fn in_english(term: Term<'_>) -> Option<String> {
    let value = term.value()?;
    let kind = term.kind()?;
    let days = if kind == "unqualified" {
        "days (which days is not said)"
    } else {
        kind
    };
    let amount = match (term.min(), term.min_kind()) {
        (Some(min), Some(min_kind)) if min_kind != kind => {
            format!("{min} {min_kind} to {value} {days}")
        }
        (Some(min), _) => format!("{min} to {value} {days}"),
        (None, _) => format!("{value} {days}"),
    };
    let bound = match term.bound() {
        Some("maximum") => "not more than ",
        Some("minimum") => "not less than ",
        _ => "",
    };
    let condition = term
        .condition()
        .map(|it| format!(" (if {})", it.trim_start_matches('=')));
    Some(format!("{bound}{amount}{}", condition.unwrap_or_default()))
}
