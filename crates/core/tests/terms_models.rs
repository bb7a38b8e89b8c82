//! Terms as models state them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use reglament_core::calendar::WorkCalendar;
use reglament_core::model;
use reglament_core::term::{
    AnchorEvent, Bound, Effect, Measure, MonthEnd, Roll, StartRule, Term, TermError,
};
use reglament_core::timer::Timestamp;
use reglament_source::Diagnostic;
use reglament_xml::ElementRef;

/// A process with one task that carries a term of these attributes, and its diagnostics.
fn read(attributes: &str) -> (Vec<Result<Term, TermError>>, Vec<Diagnostic>) {
    terms(&format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
            xmlns:reg="urn:reglament:bpmn:1" targetNamespace="t" id="D"><process id="P">
            <startEvent id="S"/><task id="T"><extensionElements>
            <reg:term {attributes}/></extensionElements></task></process></definitions>"#
    ))
}

fn terms(text: &str) -> (Vec<Result<Term, TermError>>, Vec<Diagnostic>) {
    let (definitions, diagnostics) = reglament_core::read("test.bpmn", text.as_bytes());
    let definitions = definitions.unwrap();
    let mut found = Vec::new();
    collect(definitions.document().root(), &mut found);
    (found, diagnostics)
}

fn collect(element: ElementRef<'_>, found: &mut Vec<Result<Term, TermError>>) {
    if let Some(view) = model::Term::from_element(element) {
        found.push(Term::from_model(view, Measure::Action));
    }
    for child in element.children() {
        collect(child, found);
    }
}

#[test]
fn every_attribute_of_a_term_is_read() {
    let (terms, diagnostics) = read(
        r#"literal="3 жұмыс күні" kind="working days" value="3" min="1.50" minKind="hours"
        bound="range" measures="service" anchor="S" anchorEvent="activated" start="event day"
        excludes="acceptance handover" roll="next working  day" monthEnd="last day"
        effect="enforcing" condition="rural""#,
    );
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let term = terms[0].clone().unwrap();
    let reading = term.reading.unwrap();
    assert_eq!(term.literal, "3 жұмыс күні");
    assert_eq!(reading.budget.to_string(), "3 working days");
    assert_eq!(reading.minimum.unwrap().to_string(), "1.5 hours");
    assert_eq!(
        (reading.bound, term.measures),
        (Bound::Range, Measure::Service)
    );
    let anchor = term.anchor.unwrap();
    assert_eq!(
        (anchor.element.as_str(), anchor.event),
        ("S", AnchorEvent::Activated)
    );
    assert_eq!(
        (term.start, term.roll),
        (StartRule::EventDay, Roll::NextWorkingDay)
    );
    assert!(term.excludes.acceptance && term.excludes.handover);
    assert_eq!(
        (term.month_end, term.effect),
        (Some(MonthEnd::LastDay), Effect::Enforcing)
    );
    assert_eq!(term.condition.as_deref(), Some("rural"));
}

#[test]
fn a_literal_alone_states_that_the_document_gives_no_value() {
    let (terms, diagnostics) = read(r#"literal="-""#);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let term = terms[0].clone().unwrap();
    assert_eq!(term, Term::new("-", None));
    assert_eq!(term.budget(), Err(TermError::NoValue));
}

#[test]
fn a_term_that_contradicts_itself_is_a_diagnostic_of_reading() {
    #[rustfmt::skip]
    let table = [
        (r#"literal="x" kind="working days" value="1.5""#, "working days are whole, found 1.5"),
        (r#"literal="x" kind="minutes" value="1" min="2" bound="range""#, "lies above the upper edge 1 minute"),
        (r#"literal="x" kind="minutes" value="2000000""#, "expected an amount such as 3 or 1.5"),
    ];
    for (attributes, wanted) in table {
        let (terms, diagnostics) = read(attributes);
        assert!(terms[0].is_err(), "{attributes}");
        assert_eq!(diagnostics.len(), 1, "{attributes}: {diagnostics:?}");
        assert_eq!(diagnostics[0].code.id, "RG0403");
        assert!(
            diagnostics[0].message.contains(wanted),
            "{}",
            diagnostics[0].message
        );
    }
    let (_, diagnostics) = read(r#"literal="x" kind="weeks" value="1""#);
    assert_eq!(
        diagnostics.len(),
        1,
        "a wrong word is said once: {diagnostics:?}"
    );
}

#[test]
fn the_terms_of_the_kindergarten_queue_are_read_and_computed() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../processes/kindergarten-queue"
    );
    let calendar = WorkCalendar::builtin("kz").unwrap();
    let started = Timestamp::parse_in("2013-03-19T10:00:00", &calendar.zone()).unwrap();
    for (file, service) in [("portal.bpmn", "2013-03-27"), ("center.bpmn", "2013-03-28")] {
        let text = std::fs::read_to_string(format!("{folder}/{file}")).unwrap();
        let (found, _) = terms(&text);
        assert!(found.len() > 5, "{file} has {} terms", found.len());
        let found: Vec<Term> = found.into_iter().map(Result::unwrap).collect();
        let three = found.iter().find(|term| {
            term.measures == Measure::Service
                && term
                    .reading
                    .is_some_and(|read| read.budget.to_string() == "3 working days")
        });
        let deadline = three.unwrap().deadline(started, calendar).unwrap();
        assert_eq!(deadline.date.to_string(), service, "{file}");
        for term in &found {
            match term.deadline(started, calendar) {
                Ok(_) | Err(TermError::NoValue | TermError::Unqualified { .. }) => {}
                Err(error) => panic!("{file}, {}: {error}", term.literal),
            }
        }
    }
}
