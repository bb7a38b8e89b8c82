//! Versions by law, and forms: what belongs to a deployment.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where a value is missing"
)]

mod support;

use reglament_core::timer::Date;
use reglament_feel::Value;
use reglament_pack::validity::{Bound, Validity};
use reglament_runtime::command::{StartCase, VersionChoice};
use reglament_runtime::store::{CaseStatus, Paging, TermQuery};
use reglament_runtime::{
    CaseEvent, ChosenVersion, DayReading, EngineBuilder, EngineError, InstanceId, Refusal,
    Regulation, Resource,
};
use support::{Bench, line, minutes, model, refusal, user, vars};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

async fn deploy(bench: &Bench, task: &str, from: Bound, until: Bound) {
    let text = model(&line(&[(task, &user(task))]));
    let files = vec![Resource::new("model.bpmn", text.into_bytes())];
    let regulation = Regulation {
        validity: Some(Validity { from, until }),
        ..Regulation::default()
    };
    bench
        .engine
        .deploy_regulation(files, regulation, &bench.admin)
        .await
        .unwrap();
}

async fn filed(bench: &Bench, date: &str, accept: bool) -> Result<InstanceId, EngineError> {
    let start = StartCase {
        process: "P".into(),
        version: VersionChoice::Filed {
            date: day(date),
            accept_unproven: accept,
        },
        ..StartCase::default()
    };
    bench.engine.start(start, &bench.admin).await
}

async fn chosen(bench: &Bench, case: InstanceId) -> ChosenVersion {
    let history = bench.engine.history(case, 0, 1).await.unwrap();
    match &history[0].1.content.event {
        CaseEvent::Opened(opened) => opened.version.clone(),
        other => unreachable!("a case begins with {other:?}"),
    }
}

#[tokio::test]
async fn a_case_runs_under_the_version_in_force_on_its_day_of_filing() {
    let bench = Bench::new().await;
    let border = || Bound::On(day("2026-07-01"));
    deploy(&bench, "Old", Bound::On(day("2020-01-01")), border()).await;
    deploy(&bench, "New", border(), Bound::Never).await;
    let bench = bench.restarted(EngineBuilder::any_external).await;
    let old = filed(&bench, "2026-06-30", false).await.unwrap();
    let new = filed(&bench, "2026-07-01", false).await.unwrap();
    assert_eq!(bench.waiting(old).await, ["Old"]);
    assert_eq!(bench.waiting(new).await, ["New"]);
    assert_eq!(chosen(&bench, old).await, ChosenVersion::InForce);
    assert_eq!(bench.case(old).await.facts.filed, Some(day("2026-06-30")));
    let early = refusal(filed(&bench, "2019-12-31", true).await);
    assert!(matches!(early, Refusal::NotInForce { .. }), "{early:?}");
}

#[tokio::test]
async fn a_version_that_cannot_be_proved_in_force_is_used_only_when_that_is_accepted() {
    let bench = Bench::new().await;
    let from = Bound::Unknown {
        not_before: Some(day("2026-01-01")),
        not_after: None,
        reason: Some("the day of publication is not known".into()),
    };
    deploy(&bench, "A", from, Bound::Never).await;
    let refused = refusal(filed(&bench, "2026-03-01", false).await);
    let Refusal::Unproven { reason, .. } = &refused else {
        unreachable!("expected it to be unproven, found {refused:?}");
    };
    assert_eq!(&**reason, "the day of publication is not known");
    let case = filed(&bench, "2026-03-01", true).await.unwrap();
    let unproven = ChosenVersion::Unproven {
        reason: reason.clone(),
    };
    assert_eq!(chosen(&bench, case).await, unproven);
}

#[tokio::test]
async fn versions_that_contradict_each_other_are_refused() {
    let bench = Bench::new().await;
    let from = || Bound::On(day("2026-01-01"));
    deploy(&bench, "A", from(), Bound::Never).await;
    deploy(&bench, "B", from(), Bound::Never).await;
    let refused = refusal(filed(&bench, "2026-03-01", true).await);
    assert!(
        matches!(refused, Refusal::SeveralInForce { .. }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_is_filled_in_keeps_the_rules_of_the_form() {
    let bench = Bench::new().await;
    let task = r#"<userTask id="T"><extensionElements><zeebe:formDefinition formId="request"/>
        </extensionElements></userTask>"#;
    let form = r#"{"id": "request", "type": "default", "components": [
        {"type": "textfield", "key": "name", "label": "Name", "validate": {"required": true}}]}"#;
    let files = vec![
        Resource::new("model.bpmn", model(&line(&[("T", task)])).into_bytes()),
        Resource::new("request.form", form.as_bytes()),
    ];
    bench.engine.deploy(files, &bench.admin).await.unwrap();
    let bench = bench.restarted(EngineBuilder::any_external).await;
    let case = bench.start(vec![]).await;
    let task = bench.task("T").await;
    let refused = refusal(bench.engine.complete_task(task, vec![], &bench.admin).await);
    let Refusal::InvalidForm { errors, .. } = &refused else {
        unreachable!("expected the name to be missing, found {refused:?}");
    };
    assert_eq!(errors.len(), 1, "{errors:?}");
    let name = vars(&[("name", Value::from("Aigul"))]);
    bench
        .engine
        .complete_task(task, name, &bench.admin)
        .await
        .unwrap();
    assert_eq!(bench.case(case).await.status, CaseStatus::Completed);
}

#[tokio::test]
async fn what_is_over_is_removed_in_time() {
    use reglament_runtime::command::{Command, PublishMessage, Request};
    let bench = Bench::with(|builder| builder.answers_kept(minutes(5))).await;
    let publish = || {
        let message = PublishMessage {
            name: "paper".into(),
            time_to_live: Some(minutes(5)),
            message_id: Some("1".into()),
            ..PublishMessage::default()
        };
        let request = Request::new(Command::Publish(message), bench.admin.clone());
        bench.engine.send(request)
    };
    publish().await.unwrap();
    assert_eq!(bench.engine.stats().await.unwrap().messages, 1);
    bench.advance(minutes(10)).await;
    // Any command wakes the writer, which tidies up.
    bench
        .engine
        .broadcast("nothing", vec![], &bench.admin)
        .await
        .unwrap();
    bench.settle().await;
    assert_eq!(bench.engine.stats().await.unwrap().messages, 0);
    publish().await.unwrap();
    assert_eq!(
        bench.engine.stats().await.unwrap().messages,
        1,
        "its id is free again"
    );
}

const IMPORT: &str = r#"<import importType="http://www.omg.org/spec/BPMN/20100524/MODEL"
    location="../shared/check.bpmn" namespace="urn:shared"/>"#;

/// A flow that calls the process of a file that it imports, and that file.
fn calling() -> Vec<Resource> {
    let call = r#"<callActivity id="Call"><extensionElements><zeebe:calledElement processId="Shared"/>
        </extensionElements></callActivity>"#;
    let own = model(&line(&[("Call", call)])).replacen("<process", &format!("{IMPORT}<process"), 1);
    let shared = model(&line(&[("Inner", &user("Inner"))]));
    // No id may stand in both files.
    let shared = ["S", "E", "to_E"].iter().fold(shared, |text, id| {
        text.replace(&format!("\"{id}\""), &format!("\"{id}2\""))
    });
    let shared = shared
        .replace(r#"id="P""#, r#"id="Shared""#)
        .replace("urn:test", "urn:shared");
    vec![
        Resource::new("flow.bpmn", own.into_bytes()),
        Resource::new("../shared/check.bpmn", shared.into_bytes()),
    ]
}

#[tokio::test]
async fn a_file_that_another_one_imports_is_part_of_its_definition() {
    let bench = Bench::new().await;
    let files = calling();
    let deployed = bench.engine.deploy(files, &bench.admin).await.unwrap();
    let names: Vec<&str> = deployed
        .definitions
        .iter()
        .map(|it| &*it.resource)
        .collect();
    assert_eq!(names, ["flow.bpmn"]);
    let bench = bench.restarted(EngineBuilder::any_external).await;
    let case = bench.start(vec![]).await;
    assert_eq!(bench.waiting(case).await, ["Inner"]);
    let bench = bench.restarted(EngineBuilder::any_external).await;
    assert_eq!(bench.waiting(case).await, ["Inner"]);
    let again = bench.engine.deploy(calling(), &bench.admin).await.unwrap();
    assert!(again.definitions[0].was_known);
    // Another content of the imported file makes another definition.
    let mut other = calling();
    other[1].bytes.extend(b"<!-- -->");
    let other = bench.engine.deploy(other, &bench.admin).await.unwrap();
    assert!(!other.definitions[0].was_known);
}

#[tokio::test]
async fn unqualified_days_without_a_reading_are_not_deployed() {
    let task = r#"<userTask id="T"><extensionElements>
        <reg:term xmlns:reg="urn:reglament:bpmn:1" literal="3 күн" kind="unqualified" value="3"/>
        </extensionElements></userTask>"#;
    let files = || {
        vec![Resource::new(
            "model.bpmn",
            model(&line(&[("T", task)])).into_bytes(),
        )]
    };
    let bench = Bench::new().await;
    let refused = refusal(bench.engine.deploy(files(), &bench.admin).await);
    let Refusal::Deployment(said) = &refused else {
        unreachable!("expected a refused deployment, found {refused:?}");
    };
    assert_eq!(said[0].diagnostics[0].code.id, "RG1230");
    for (days, clocks) in [(DayReading::NotComputed, 0), (DayReading::Working, 1)] {
        let regulation = Regulation {
            unqualified_days: Some(days),
            ..Regulation::default()
        };
        let deployed = bench
            .engine
            .deploy_regulation(files(), regulation, &bench.admin);
        assert!(!deployed.await.unwrap().definitions[0].was_known);
        let case = bench.start(vec![]).await;
        bench.case(case).await;
        let query = TermQuery {
            instance: Some(case),
            ..TermQuery::default()
        };
        let running = bench.engine.terms(query, Paging::first(10)).await.unwrap();
        assert_eq!(running.items.len(), clocks, "{days:?}");
    }
    // The reading belongs to the definition: it is there after a restart.
    let bench = bench.restarted(EngineBuilder::any_external).await;
    let case = bench.start(vec![]).await;
    bench.case(case).await;
    let query = TermQuery {
        instance: Some(case),
        ..TermQuery::default()
    };
    let running = bench.engine.terms(query, Paging::first(10)).await.unwrap();
    assert_eq!(running.items.len(), 1);
}
