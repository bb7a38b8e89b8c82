//! One HTML page with a drawing that people can move, search and ask.
//!
//! The page loads nothing: font, style and script are inside it, and its content security policy
//! forbids everything else, scripts of other content included. What the model says enters the page as
//! escaped SVG and as JSON data that the script shows as text, so names are never markup.

mod json;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reglament_core::Definitions;
use reglament_core::model::Tag;

use crate::diagram::Diagram;
use crate::facts::{Facts, Section};
use crate::language::{Language, kind, title_of};
use crate::svg::{self, Options, escape};
use crate::text::{FAMILY, FONT};

/// The script of the page.
const SCRIPT: &str = include_str!("page.js");
/// The style of the page.
const STYLE: &str = include_str!("page.css");
/// The SHA-256 of [`SCRIPT`] in base 64: the only script that the page may run.
const SCRIPT_HASH: &str = "XnVnbE3LSoUpmh8W5Aj8CotizwhbPjS2uCoedx5pwRA=";

/// What is to be said about elements beyond the model, by element id: the wording of clauses, for
/// example. Shown behind what the model says.
pub type Details = BTreeMap<String, Vec<Section>>;

/// Makes the page of `diagrams`, drawn as `options` say. The first diagram is shown first; several have
/// a choice at the top.
///
/// # Source
/// HTML (WHATWG), SVG 1.1, Content Security Policy Level 3.
#[must_use]
pub fn html(
    definitions: &Definitions,
    diagrams: &[&Diagram],
    options: &Options<'_>,
    details: &Details,
) -> String {
    let words = options.language.unwrap_or_default();
    let title = diagrams
        .iter()
        .find_map(|diagram| svg::title_of(definitions, diagram, options.language))
        .unwrap_or_else(|| {
            words
                .pick("BPMN диаграммасы", "Диаграмма BPMN", "BPMN diagram")
                .to_owned()
        });
    let mut page = String::with_capacity(200_000);
    head(&title, words, &mut page);
    bar(definitions, diagrams, &title, options, &mut page);
    page.push_str("<main>\n");
    for (number, diagram) in (1..).zip(diagrams) {
        let hidden = if number == 1 { "" } else { " hidden" };
        page.push_str(&format!(
            "<div class=\"sheet\" data-sheet=\"{number}\"{hidden}>\n"
        ));
        page.push_str(&svg::svg_numbered(definitions, diagram, options, number));
        page.push_str("</div>\n");
    }
    page.push_str("<aside class=\"panel\" aria-live=\"polite\" hidden></aside>\n</main>\n");
    page.push_str("<script type=\"application/json\" class=\"data\">");
    page.push_str(&data(definitions, diagrams, options, details));
    page.push_str("</script>\n<script>");
    page.push_str(SCRIPT);
    page.push_str("</script>\n</body>\n</html>\n");
    page
}

fn head(title: &str, words: Language, page: &mut String) {
    page.push_str(&format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; font-src data:; script-src 'sha256-{SCRIPT_HASH}'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>",
        words.tag()
    ));
    escape(title, page);
    page.push_str("</title>\n<style>\n@font-face{font-family:'");
    page.push_str(FAMILY);
    page.push_str("';src:url(data:font/ttf;base64,");
    STANDARD.encode_string(FONT, page);
    page.push_str(") format('truetype')}\n");
    page.push_str(STYLE);
    page.push_str("</style>\n</head>\n<body>\n");
}

/// The bar at the top: title, choice of diagrams, search, buttons.
fn bar(
    definitions: &Definitions,
    diagrams: &[&Diagram],
    title: &str,
    options: &Options<'_>,
    page: &mut String,
) {
    let words = options.language.unwrap_or_default();
    page.push_str("<header>\n<h1>");
    escape(title, page);
    page.push_str("</h1>\n");
    if diagrams.len() > 1 {
        let label = words.pick("Диаграмма", "Диаграмма", "Diagram");
        page.push_str(&format!(
            "<select class=\"choice\" aria-label=\"{label}\">\n"
        ));
        for (number, diagram) in (1..).zip(diagrams) {
            page.push_str(&format!("<option value=\"{number}\">{number}. "));
            let name = svg::title_of(definitions, diagram, options.language);
            escape(
                name.as_deref().or(diagram.id.as_deref()).unwrap_or(""),
                page,
            );
            page.push_str("</option>\n");
        }
        page.push_str("</select>\n");
    }
    let search = words.pick("Іздеу", "Поиск", "Search");
    page.push_str(&format!(
        "<div class=\"search\" role=\"search\"><input type=\"search\" placeholder=\"{search} (/)\" \
         aria-label=\"{search}\" autocomplete=\"off\" role=\"combobox\" aria-expanded=\"false\" \
         aria-controls=\"-found\"><ul class=\"found\" id=\"-found\" role=\"listbox\" hidden></ul></div>\n\
         <div class=\"tools\">"
    ));
    let buttons = [
        (
            "in",
            "+",
            words.pick("Үлкейту", "Увеличить", "Zoom in"),
            "+",
        ),
        (
            "out",
            "−",
            words.pick("Кішірейту", "Уменьшить", "Zoom out"),
            "-",
        ),
        (
            "fit",
            "□",
            words.pick("Тұтас көрсету", "Показать всё", "Show everything"),
            "0",
        ),
        (
            "theme",
            "◐",
            words.pick(
                "Жарық не қараңғы",
                "Светлая или тёмная тема",
                "Light or dark",
            ),
            "t",
        ),
    ];
    for (action, sign, label, key) in buttons {
        page.push_str(&format!(
            "<button type=\"button\" data-action=\"{action}\" title=\"{label} ({key})\" \
             aria-label=\"{label}\" aria-keyshortcuts=\"{key}\">{sign}</button>"
        ));
    }
    page.push_str("</div>\n</header>\n");
}

/// The data of the panel and the search, as JSON that cannot end its script element.
fn data(
    definitions: &Definitions,
    diagrams: &[&Diagram],
    options: &Options<'_>,
    details: &Details,
) -> String {
    let words = options.language.unwrap_or_default();
    let facts = Facts::new(definitions, options.language);
    let mut ids: Vec<&str> = Vec::new();
    for diagram in diagrams {
        ids.extend(diagram.shapes.iter().map(|shape| &*shape.element));
        ids.extend(diagram.edges.iter().map(|edge| &*edge.element));
    }
    ids.sort_unstable();
    ids.dedup();
    let entries = ids.into_iter().filter_map(|id| {
        let element = definitions.find(id)?;
        let mut sections = facts.sections(element);
        sections.extend(details.get(id).into_iter().flatten().cloned());
        let remarks = options.overlay.and_then(|overlay| overlay.marks.get(id));
        let remarks = remarks.map(|mark| mark.remarks.join("\n"));
        if let Some(text) = remarks.filter(|text| !text.is_empty()) {
            let heading = words.pick("Не болды", "Что произошло", "What happened");
            sections.insert(0, Section::new(heading, text));
        }
        let kind = Tag::of(element).map_or(element.local_name(), |tag| kind(tag, words));
        Some(json::Entry {
            id,
            kind,
            title: title_of(definitions, element, options.language),
            names: facts.names(element),
            sections,
        })
    });
    json::page_data(entries, words)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn the_policy_names_the_script_of_the_page() {
        assert_eq!(SCRIPT_HASH, STANDARD.encode(Sha256::digest(SCRIPT)));
    }
}
