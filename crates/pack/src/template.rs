//! Texts of documents: words with values between them.
//!
//! A value stands between `{{` and `}}` as a FEEL expression over the variables of the case:
//! `№ {{ referral.number }}`. How the text becomes a document is for whoever renders it.

use reglament_feel::{Expression, Names};
use reglament_source::{Diagnostic, SourceText, Span};

use crate::codes;

/// The text of a document.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// Words and values, in order.
    pub parts: Vec<Part>,
}

/// A part of a text.
#[derive(Clone, Debug)]
pub enum Part {
    /// Words.
    Words(String),
    /// A value.
    Value(Expression),
}

impl Template {
    /// Reads a text. A value that is no expression is left out and reported.
    #[must_use]
    pub fn read(source: &SourceText) -> (Self, Vec<Diagnostic>) {
        const OPEN: &str = "{{";
        const CLOSE: &str = "}}";
        let (mut parts, mut diagnostics) = (Vec::new(), Vec::new());
        let mut rest = source.text();
        let offset = |rest: &str| source.text().len() - rest.len();
        while let Some((words, behind)) = rest.split_once(OPEN) {
            if !words.is_empty() {
                parts.push(Part::Words(words.to_owned()));
            }
            let start = offset(behind);
            let Some((text, behind)) = behind.split_once(CLOSE) else {
                let message = format!("`{OPEN}` has no `{CLOSE}`");
                let diagnostic = Diagnostic::error(&codes::TEMPLATE, message);
                diagnostics.push(diagnostic.at(span(start - OPEN.len(), start)));
                return (Self { parts }, diagnostics);
            };
            let (expression, found) = Expression::parse(text, &Names::default());
            parts.extend(expression.map(Part::Value));
            diagnostics.extend(
                found
                    .into_iter()
                    .map(|diagnostic| placed(diagnostic, start)),
            );
            rest = behind;
        }
        if !rest.is_empty() {
            parts.push(Part::Words(rest.to_owned()));
        }
        (Self { parts }, diagnostics)
    }
}

/// A diagnostic of an expression that begins at `start`.
fn placed(mut diagnostic: Diagnostic, start: usize) -> Diagnostic {
    let start = u32::try_from(start).unwrap_or(u32::MAX);
    diagnostic.span = diagnostic.span.map(|span| span.shifted(start));
    diagnostic
}

fn span(start: usize, end: usize) -> Span {
    let bound = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(bound(start), bound(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_between_words_and_mistakes_at_their_places() {
        let source = SourceText::new("d.md", "№ {{ жолдама.number }} берілді".to_owned());
        let (template, diagnostics) = Template::read(&source);
        assert!(diagnostics.is_empty());
        assert_eq!(template.parts.len(), 3);
        let source = SourceText::new("d.md", "№ {{ 1 + }} {{".to_owned());
        let (_, diagnostics) = Template::read(&source);
        let places: Vec<&str> = diagnostics
            .iter()
            .filter_map(|it| Some(source.slice(it.span?)))
            .collect();
        assert_eq!(diagnostics.len(), 2);
        assert_eq!(places.last(), Some(&"{{"));
    }
}
