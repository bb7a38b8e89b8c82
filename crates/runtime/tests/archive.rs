//! Anchors, retention and forgetting in a running engine.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use reglament_feel::Value;
use reglament_runtime::command::{Command, Forget, PublishMessage, Request, Retry, StartCase};
use reglament_runtime::history::{FindingKind, MasterKey};
use reglament_runtime::store::{
    ArmQuery, IncidentQuery, InstanceQuery, JobQuery, KeptQuery, Paging, TaskQuery,
};
use reglament_runtime::{CaseFacts, EngineBuilder, InstanceId, Refusal};
use support::{Bench, model, model_with, refusal, vars};

const IIN: &str = "860314400190";

fn with_keys(builder: EngineBuilder) -> EngineBuilder {
    let keys = Arc::new(MasterKey::from_secret(&[8; 32]));
    builder.any_external().keys(keys)
}

/// An engine with a process whose `applicant` is personal, and two of its cases: of `IIN` and of
/// somebody else.
async fn archive() -> (Bench, InstanceId, InstanceId) {
    let bench = Bench::with(with_keys).await;
    let content = "<extensionElements xmlns:reg='urn:reglament:bpmn:1'>\
           <reg:personal variable='applicant' subject='applicant'/></extensionElements>\
         <startEvent id='S'/><userTask id='A'/><endEvent id='E'/>\
         <sequenceFlow id='f' sourceRef='S' targetRef='A'/>\
         <sequenceFlow id='g' sourceRef='A' targetRef='E'/>";
    bench.deploy(&model(content)).await;
    let mut cases = Vec::new();
    for person in [IIN, "780920300123"] {
        let start = StartCase {
            process: "P".into(),
            variables: vars(&[("applicant", Value::from(person))]),
            facts: CaseFacts {
                label: Some(Arc::from(person)),
                ..CaseFacts::default()
            },
            ..StartCase::default()
        };
        cases.push(bench.engine.start(start, &bench.admin).await.unwrap());
    }
    let other = cases.pop().unwrap();
    (bench, cases.pop().unwrap(), other)
}

#[tokio::test]
async fn a_person_is_forgotten_and_the_histories_stay_valid() {
    let (bench, case, other) = archive().await;
    let engine = &bench.engine;
    let anchor = engine.take_anchor(true, &bench.admin).await.unwrap();
    let whom = Forget::Person(IIN.into());
    assert_eq!(engine.forget(whom.clone(), &bench.admin).await.unwrap(), 1);
    let report = engine.verify(vec![anchor]).await.unwrap();
    assert_eq!(report.findings, []);

    let records = engine.history(case, 0, 99).await.unwrap();
    assert!(records.iter().any(|(_, opened)| opened.is_shredded));
    assert!(!format!("{records:?}").contains(IIN));
    assert_eq!(refusal(engine.case(case).await), Refusal::Shredded(case));
    let view = engine.case(other).await.unwrap();
    let expected = vars(&[("applicant", Value::from("780920300123"))]);
    assert_eq!(view.variables, expected);
    let rows = engine
        .cases(InstanceQuery::default(), Paging::first(9))
        .await;
    let labels: Vec<_> = rows
        .unwrap()
        .items
        .into_iter()
        .map(|row| row.label)
        .collect();
    assert_eq!(labels, [None, Some(Arc::from("780920300123"))]);
    assert_eq!(engine.forget(whom, &bench.admin).await.unwrap(), 0);
}

#[tokio::test]
async fn an_erased_case_leaves_a_tombstone_that_answers_for_its_anchors() {
    let (bench, case, other) = archive().await;
    let engine = &bench.engine;
    let first = engine.take_anchor(true, &bench.admin).await.unwrap();
    let early = engine.erase(case, "five years", &bench.admin).await;
    assert_eq!(refusal(early), Refusal::StillRuns(case));
    let waiting = engine.case(case).await.unwrap().waiting.remove(0).id;
    let done = engine.complete_task(waiting, vec![], &bench.admin).await;
    done.unwrap();
    let second = engine.take_anchor(true, &bench.admin).await.unwrap();
    engine
        .erase(case, "five years", &bench.admin)
        .await
        .unwrap();
    let third = engine.take_anchor(true, &bench.admin).await.unwrap();

    let report = engine.verify(vec![first, second, third]).await.unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.erased, 1);
    let gone = engine.case(case).await;
    assert_eq!(refusal(gone), Refusal::UnknownCase(case));
    assert!(engine.case(other).await.is_ok());
    let again = engine.erase(case, "five years", &bench.admin).await;
    assert_eq!(refusal(again), Refusal::UnknownCase(case));
}

#[tokio::test]
async fn a_case_that_is_forgotten_can_still_be_erased_and_survives_a_restart() {
    let (bench, case, _) = archive().await;
    let engine = &bench.engine;
    let waiting = engine.case(case).await.unwrap().waiting.remove(0).id;
    let done = engine.complete_task(waiting, vec![], &bench.admin).await;
    done.unwrap();
    let forgotten = engine.forget(Forget::Case(case), &bench.admin).await;
    assert_eq!(forgotten.unwrap(), 1);
    let bench = bench.restarted(with_keys).await;
    let engine = &bench.engine;
    assert_eq!(refusal(engine.case(case).await), Refusal::Shredded(case));
    engine
        .erase(case, "five years", &bench.admin)
        .await
        .unwrap();
    assert!(engine.verify(Vec::new()).await.unwrap().is_clean());
}

#[tokio::test]
async fn another_installation_s_anchor_is_no_proof() {
    let (bench, _, _) = archive().await;
    let mut anchor = bench.engine.take_anchor(false, &bench.admin).await.unwrap();
    anchor.cases += 1;
    let report = bench.engine.verify(vec![anchor]).await.unwrap();
    let kinds: Vec<FindingKind> = report.findings.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [FindingKind::AnchorForged]);
}

/// Everything that can be listed or looked up in a store, as its veil shows it.
async fn indexes(bench: &Bench) -> String {
    let (engine, page) = (&bench.engine, || Paging::first(99));
    let reader = engine.reading().unwrap();
    let store = reader.store();
    let messages = store.messages(KeptQuery::All, 99).await.unwrap();
    let keys: Vec<_> = messages.iter().map(|row| &row.key).collect();
    let mut said = format!("{keys:?}");
    for case in 1..4 {
        let arms = store.subscriptions(ArmQuery::Instance(InstanceId(case)), 99);
        said += &format!("{:?}", arms.await.unwrap());
    }
    said += &format!("{:?}", engine.cases(InstanceQuery::default(), page()).await);
    said += &format!("{:?}", engine.tasks(TaskQuery::default(), page()).await);
    said += &format!("{:?}", engine.jobs(JobQuery::default(), page()).await);
    said + &format!(
        "{:?}",
        engine.incidents(IncidentQuery::default(), page()).await
    )
}

#[tokio::test]
async fn nothing_in_the_indexes_names_who_was_forgotten() {
    let bench = Bench::with(with_keys).await;
    let content = "<extensionElements xmlns:reg='urn:reglament:bpmn:1'>\
           <reg:personal variable='applicant' subject='applicant'/></extensionElements>\
         <startEvent id='S'/><sequenceFlow id='f' sourceRef='S' targetRef='G'/>\
         <parallelGateway id='G'/><sequenceFlow id='g' sourceRef='G' targetRef='M'/>\
         <sequenceFlow id='h' sourceRef='G' targetRef='J'/><sequenceFlow id='i' sourceRef='G' targetRef='U'/>\
         <intermediateCatchEvent id='M'><messageEventDefinition messageRef='m'/></intermediateCatchEvent>\
         <userTask id='U'><extensionElements><zeebe:assignmentDefinition assignee='=applicant'/>\
         </extensionElements></userTask>\
         <serviceTask id='J'><extensionElements><zeebe:taskDefinition type='work'/></extensionElements>\
         </serviceTask>";
    let message = "<message id='m' name='answered'><extensionElements>\
         <zeebe:subscription correlationKey='=applicant'/></extensionElements></message>";
    bench.deploy(&model_with(message, content)).await;
    let mut cases = Vec::new();
    for person in [IIN, "780920300123"] {
        let start = StartCase {
            process: "P".into(),
            variables: vars(&[("applicant", Value::from(person))]),
            facts: CaseFacts {
                business_key: Some(format!("{person}/2026").into()),
                label: Some(person.into()),
                ..CaseFacts::default()
            },
            ..StartCase::default()
        };
        cases.push(bench.engine.start(start, &bench.admin).await.unwrap());
    }
    let kept = PublishMessage {
        name: "later".into(),
        key: Some(IIN.into()),
        ..PublishMessage::default()
    };
    bench.engine.publish(kept, &bench.admin).await.unwrap();
    // An incident says of whom.
    let worker = bench
        .engine
        .activate_jobs("work", "w", Duration::from_secs(9), 1, &bench.admin);
    let job = worker.await.unwrap().remove(0);
    let failed = Command::FailJob {
        job: job.job,
        attempt: Some(job.attempt),
        message: format!("{IIN} is not there").into(),
        retry: Retry::Never,
    };
    let failed = bench.engine.send(Request::new(failed, bench.admin.clone()));
    failed.await.unwrap();
    assert_eq!(indexes(&bench).await.matches(IIN).count(), 6);

    let forgotten = bench
        .engine
        .forget(Forget::Person(IIN.into()), &bench.admin);
    assert_eq!(forgotten.await.unwrap(), 1);
    let said = indexes(&bench).await;
    assert!(!said.contains(IIN), "{said}");
    assert_eq!(said.matches("780920300123").count(), 4, "{said}");
    // It cannot go on, so it can be erased.
    let case = cases.remove(0);
    assert_eq!(
        refusal(bench.engine.case(case).await),
        Refusal::Shredded(case)
    );
    let stats = bench.engine.stats().await.unwrap();
    assert_eq!((stats.running, stats.ended, stats.incidents), (1, 1, 0));
    bench
        .engine
        .erase(case, "forgotten", &bench.admin)
        .await
        .unwrap();
    assert!(bench.engine.verify(Vec::new()).await.unwrap().is_clean());
}
