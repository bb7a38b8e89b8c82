//! The words of the regulation for the elements of a drawing: what stands in `clauses.yaml` beside the
//! flow.

use std::path::Path;

use reglament_core::Definitions;
use reglament_core::model::{ExtensionElements, Source};
use reglament_draw::facts::{Section, clause};
use reglament_draw::html::Details;
use reglament_draw::language::Language;
use reglament_pack::CLAUSES;
use reglament_pack::clauses::{Citation, Clauses, Wording};
use reglament_source::SourceText;

use crate::diagnostics::draw_on_stderr;

/// The words of every place that an element of `definitions` cites, by element id. A flow without
/// `clauses.yaml` beside it has none.
pub(crate) fn of_flow(
    file: &Path,
    definitions: &Definitions,
    language: Option<Language>,
) -> Details {
    let mut details = Details::new();
    let path = file.with_file_name(CLAUSES);
    let Ok(bytes) = std::fs::read(&path) else {
        return details;
    };
    let (source, undecodable) = SourceText::decode_lossy(path.display().to_string(), &bytes);
    let (clauses, broken) = Clauses::read(&source);
    draw_on_stderr(undecodable.iter().chain(&broken), &source);
    let Some(clauses) = clauses else {
        return details;
    };
    for element in definitions.document().elements() {
        let Some(id) = element.attribute("id") else {
            continue;
        };
        let mut sections = Vec::new();
        for cited in ExtensionElements::of(element).sources() {
            let heading = clause(cited, language.unwrap_or_default());
            let text = words(&clauses, cited, language);
            if !text.is_empty() {
                sections.push(Section::new(heading, text.join("\n")));
            }
        }
        if !sections.is_empty() {
            details.insert(id.to_owned(), sections);
        }
    }
    details
}

/// The words of one cited place: the rows of the table if it names rows, else the item, else the
/// clause, else the annex.
fn words(clauses: &Clauses, source: Source<'_>, language: Option<Language>) -> Vec<String> {
    let citation = Citation::of(source);
    let mut words = Vec::new();
    if let Some(item) = citation.item {
        let item = clauses
            .clause(citation.document, citation.clause)
            .and_then(|clause| clause.item(item));
        words.extend(item.map(|item| spoken(&item.wording, language)));
    }
    for action in citation.actions() {
        let row = clauses.row(citation.clause, citation.table, action);
        words.extend(row.map(|row| spoken(&row.wording, language)));
    }
    if words.is_empty() {
        let clause = clauses.clause(citation.document, citation.clause);
        words.extend(clause.map(|clause| spoken(&clause.wording, language)));
    }
    if words.is_empty() {
        let annex = citation.annex.and_then(|number| clauses.annex(number));
        words.extend(annex.map(|annex| spoken(&annex.wording, language)));
    }
    words.retain(|text| !text.is_empty());
    words
}

/// Words in Kazakh, which are the law, and in the language of the drawing; in English where no
/// language is asked for.
fn spoken(wording: &Wording, language: Option<Language>) -> String {
    let translation = match language {
        Some(Language::Kazakh) => None,
        Some(Language::Russian) => wording.ru.as_deref().or(wording.en.as_deref()),
        Some(Language::English) | None => wording.en.as_deref(),
    };
    let texts: Vec<&str> = wording.readable().into_iter().chain(translation).collect();
    texts.join("\n")
}
