//! What the tests of diagnostics share: a case is a model with what must be said about it.

use reglament_source::{Diagnostic, SourceText};

/// What must be said: code, severity and the id of the element.
pub(crate) type Expected = (&'static str, &'static str, &'static str);

/// A model and what must be said about it, in order.
pub(crate) struct Case {
    pub(crate) rule: &'static str,
    pub(crate) model: &'static str,
    pub(crate) expected: &'static [Expected],
}

/// A file with `content` inside its definitions.
pub(crate) fn file(content: &str) -> String {
    format!(
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"\n\
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n\
         xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\"\n\
         xmlns:camunda=\"http://camunda.org/schema/1.0/bpmn\"\n\
         xmlns:reg=\"urn:reglament:bpmn:1\" xmlns:here=\"urn:here\" xmlns:other=\"urn:other\"\n\
         xmlns:bpmndi=\"http://www.omg.org/spec/BPMN/20100524/DI\"\n\
         targetNamespace=\"urn:here\">\n{content}\n</definitions>"
    )
}

/// Code, severity and element of each diagnostic.
pub(crate) fn summary(diagnostics: &[Diagnostic]) -> Vec<(String, String, String)> {
    let line = |diagnostic: &Diagnostic| {
        let element = diagnostic.element.clone().unwrap_or_default();
        (
            diagnostic.code.id.to_owned(),
            diagnostic.severity.to_string(),
            element,
        )
    };
    diagnostics.iter().map(line).collect()
}

/// Each diagnostic in one line, for failures and snapshots.
pub(crate) fn shown(source: &SourceText, diagnostics: &[Diagnostic]) -> String {
    let line = |diagnostic: &Diagnostic| {
        let at = diagnostic
            .span
            .map_or_else(String::new, |span| source.position(span.start).to_string());
        let hint = diagnostic.hint.as_deref().unwrap_or("-");
        format!("  {at} {diagnostic}\n    hint: {hint}\n")
    };
    diagnostics.iter().map(line).collect()
}

/// Asserts that each case says what it must, and that the cases cover every code of `codes`.
pub(crate) fn check(
    cases: &[Case],
    codes: &[&'static reglament_source::Code],
    diagnose: impl Fn(&str) -> (SourceText, Vec<Diagnostic>),
) {
    let mut failures = String::new();
    for case in cases {
        let (source, found) = diagnose(case.model);
        let expected: Vec<(String, String, String)> = case
            .expected
            .iter()
            .map(|(code, severity, element)| {
                (
                    (*code).to_owned(),
                    (*severity).to_owned(),
                    (*element).to_owned(),
                )
            })
            .collect();
        if summary(&found) != expected {
            failures.push_str(&format!(
                "{}:\n  expected {expected:?}\n{}",
                case.rule,
                shown(&source, &found)
            ));
        }
        for diagnostic in &found {
            assert!(
                diagnostic.span.is_some(),
                "{}: {diagnostic} has no place",
                case.rule
            );
            let mut letters = diagnostic.message.chars();
            let (first, second) = (letters.next().unwrap_or('.'), letters.next().unwrap_or('.'));
            let is_sentence = first.is_uppercase() && second.is_lowercase();
            assert!(
                !is_sentence && !diagnostic.message.ends_with('.'),
                "{diagnostic}"
            );
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    for code in codes {
        let is_tested = cases
            .iter()
            .any(|case| case.expected.iter().any(|(id, ..)| *id == code.id));
        assert!(is_tested, "no case for {} ({})", code.id, code.title);
    }
}
