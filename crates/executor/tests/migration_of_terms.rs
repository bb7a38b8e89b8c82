//! Migration: what statutory terms do that run.

mod support;

use std::sync::Arc;

use reglament_core::Program;
use reglament_executor::{Command, Event, TermMapping, TermOutcome, TermPolicy};
use support::{Case, at, flows, generated, mapping, program};

fn with_terms(service: &str, step: &str) -> Arc<Program> {
    program(&format!(
        r#"<extensionElements>{service}</extensionElements><startEvent id="s"/>
        <userTask id="a"><extensionElements>{step}</extensionElements></userTask>
        <userTask id="b"/>{}"#,
        flows("s>a a>b")
    ))
}

fn days(count: u32, more: &str) -> String {
    format!(
        r#"<reg:term literal="{count} күнтізбелік күн" kind="calendar days" value="{count}" {more}/>"#
    )
}

#[test]
fn a_term_that_runs_is_kept_as_it_began_unless_the_plan_adopts_the_new_one() {
    let service = |count| with_terms(&days(count, r#"measures="service""#), "");
    let mut case = Case::start(&service(10));
    let due = case.instance.poll_timeout();
    case.now = at("2026-03-05T09:00:00Z");
    let target = service(5);
    let mut plan = generated(&case, &target);
    let notes = case.check(&target, &plan).notes;
    assert_eq!(
        &*notes[0].message,
        "the term \"10 күнтізбелік күн\" of `p` goes on as it began; the target says \"5 күнтізбелік \
         күн\""
    );
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(case.instance.poll_timeout(), due);
    let literal = |case: &Case| {
        let clock = case.state().terms().next().expect("it runs").clone();
        clock
            .counted(&case.program)
            .expect("a term")
            .literal
            .clone()
    };
    assert_eq!(literal(&case), "10 күнтізбелік күн");
    let term = case.state().terms().next().expect("it runs").key();
    case.send(Command::SuspendTerm { term })
        .expect("it is suspended");
    case.now = at("2026-03-06T09:00:00Z");
    case.send(Command::ResumeTerm { term }).expect("it goes on");
    assert!(
        case.instance.poll_timeout() > due,
        "counted by what it began under"
    );

    plan.running_terms = TermPolicy::Adopt;
    let again = service(6);
    plan.elements = generated(&case, &again).elements;
    case.migrate(&again, &plan).expect("it is migrated");
    assert_eq!(literal(&case), "6 күнтізбелік күн");
    assert!(
        case.instance.poll_timeout() < due,
        "six days from the beginning, and one suspended"
    );
}

#[test]
fn a_term_of_the_source_needs_a_counterpart_or_its_end() {
    let mut case = Case::start(&with_terms("", &days(10, "")));
    let target = with_terms("", "");
    let mut plan = generated(&case, &target);
    assert_eq!(
        case.problems(&target, &plan),
        [
            "term-unmapped: the term \"10 күнтізбелік күн\" of `a` runs: the target has no such term; map \
          it to another, or `end` it"
        ]
    );
    plan.terms.push(TermMapping {
        element: "a".into(),
        number: 1,
        to: None,
        policy: TermPolicy::End,
    });
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(case.state().terms().count(), 0);
    assert_eq!(case.instance.poll_timeout(), None);
}

#[test]
fn a_term_that_only_the_target_has_starts_with_the_migration() {
    let mut case = Case::start(&with_terms("", ""));
    case.now = at("2026-03-10T09:00:00Z");
    case.migrate_as_generated(&with_terms("", &days(2, "")));
    let clock = case.state().terms().next().expect("it runs");
    assert_eq!(clock.started(), at("2026-03-10T09:00:00Z"));
    let done: Vec<&Event> = case
        .events
        .iter()
        .filter(|it| matches!(it, Event::TermStarted { .. }))
        .collect();
    assert_eq!(done.len(), 1);
    case.complete("a");
    let ended = case
        .events
        .iter()
        .any(|it| matches!(it, Event::TermEnded { outcome, .. } if *outcome == TermOutcome::Met));
    assert!(ended);
}

#[test]
fn a_term_that_has_expired_stays_expired_whatever_the_target_says() {
    let service = |count| with_terms(&days(count, r#"measures="service""#), "");
    let mut case = Case::start(&service(1));
    case.wake("2026-04-01T09:00:00Z");
    let target = service(90);
    let mut plan = generated(&case, &target);
    plan.running_terms = TermPolicy::Adopt;
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(case.instance.poll_timeout(), None);
    let clock = case.state().terms().next().expect("it is kept");
    assert!(clock.is_overdue(case.now));
}

#[test]
fn the_term_that_an_event_fires_by_moves_with_its_event() {
    let enforcing = |event: &str, count: u32| {
        program(&format!(
            r#"<startEvent id="s"/><userTask id="a"/><boundaryEvent id="{event}" attachedToRef="a">
            <extensionElements>{}</extensionElements><timerEventDefinition/></boundaryEvent>
            <userTask id="late"/>{}"#,
            days(count, r#"effect="enforcing""#),
            flows(&format!("s>a {event}>late"))
        ))
    };
    let mut case = Case::start(&enforcing("over", 3));
    let due = case.instance.poll_timeout();
    let target = enforcing("expired", 8);
    let mut plan = generated(&case, &target);
    plan.elements.push(mapping("over", "expired"));
    case.migrate(&target, &plan).expect("it is migrated");
    assert_eq!(case.instance.poll_timeout(), due);
    case.wake("2026-03-09T09:00:00Z");
    assert_eq!(case.waiting(), ["late"]);

    let mut case = Case::start(&enforcing("over", 3));
    let target = with_terms("", "");
    let plan = generated(&case, &target);
    case.migrate(&target, &plan)
        .expect("the event is left out, and its term with it");
    assert_eq!(case.instance.poll_timeout(), None);
    assert_eq!(case.state().terms().count(), 0);
}
