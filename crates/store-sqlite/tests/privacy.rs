//! With keys, nothing in the file names a person: neither histories and states nor indexes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reglament_executor::Actor;
use reglament_runtime::command::{Command, Forget, PublishMessage, Request, Retry, StartCase};
use reglament_runtime::history::MasterKey;
use reglament_runtime::store::{Paging, TaskQuery};
use reglament_runtime::{CaseFacts, Engine, InstanceId, Resource, variables_from};
use reglament_sqlite::SqliteStore;

/// The number of a person that was made up.
const IIN: &str = "860314400190";

const MODEL: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:reg="urn:reglament:bpmn:1"
    targetNamespace="urn:test">
  <message id="m" name="answered"><extensionElements>
    <zeebe:subscription correlationKey="=applicant"/></extensionElements></message>
  <process id="P" isExecutable="true">
    <extensionElements><reg:personal variable="applicant" subject="applicant"/></extensionElements>
    <startEvent id="S"/><sequenceFlow id="f" sourceRef="S" targetRef="G"/>
    <parallelGateway id="G"/><sequenceFlow id="g" sourceRef="G" targetRef="M"/>
    <sequenceFlow id="h" sourceRef="G" targetRef="J"/>
    <sequenceFlow id="i" sourceRef="G" targetRef="U"/>
    <sequenceFlow id="j" sourceRef="G" targetRef="V"/>
    <intermediateCatchEvent id="M"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
    <serviceTask id="J"><extensionElements><zeebe:taskDefinition type="work"/></extensionElements>
    </serviceTask>
    <userTask id="U"><extensionElements><zeebe:assignmentDefinition assignee="=applicant"/>
    </extensionElements></userTask>
    <userTask id="V"><extensionElements><zeebe:assignmentDefinition candidateUsers="=applicant"/>
      <reg:separationOfDuties tasks="U"/></extensionElements></userTask>
  </process>
</definitions>"#;

async fn opened(file: &Path) -> Engine {
    let keys = Arc::new(MasterKey::from_secret(&[7; 32]));
    let store = SqliteStore::open(file).unwrap();
    let builder = Engine::builder(store).any_external().keys(keys);
    builder.open().await.unwrap()
}

/// How often the number stands in the files of `folder`.
fn readable(folder: &Path) -> usize {
    let files = fs::read_dir(folder).unwrap();
    let bytes = files.map(|file| fs::read(file.unwrap().path()).unwrap());
    bytes
        .map(|bytes| {
            let parts = bytes.windows(IIN.len());
            parts.filter(|part| *part == IIN.as_bytes()).count()
        })
        .sum()
}

/// The number goes everywhere that a number can go.
async fn live(engine: &Engine) {
    let admin = Arc::new(Actor::system());
    let files = vec![Resource::new("p.bpmn", MODEL)];
    engine.deploy(files, &admin).await.unwrap();
    let person = Arc::new(Actor {
        id: IIN.into(),
        on_behalf_of: Some(IIN.into()),
        ..Actor::default()
    });
    let start = StartCase {
        process: "P".into(),
        variables: variables_from(&serde_json::json!({"applicant": IIN})).unwrap(),
        facts: CaseFacts {
            business_key: Some(IIN.into()),
            label: Some(IIN.into()),
            ..CaseFacts::default()
        },
        ..StartCase::default()
    };
    let start = Request {
        idempotency_key: Some(IIN.into()),
        ..Request::new(Command::Start(start), Arc::clone(&person))
    };
    engine.send(start).await.unwrap();
    let kept = PublishMessage {
        name: "later".into(),
        key: Some(IIN.into()),
        message_id: Some(IIN.into()),
        ..PublishMessage::default()
    };
    engine.publish(kept, &person).await.unwrap();
    let leased = engine.activate_jobs("work", "w", Duration::from_secs(9), 1, &admin);
    let job = leased.await.unwrap().remove(0);
    let failed = Command::FailJob {
        job: job.job,
        attempt: Some(job.attempt),
        message: format!("{IIN} is not there").into(),
        retry: Retry::Never,
    };
    engine.send(Request::new(failed, admin)).await.unwrap();
    // A person who is found through the veil, and what separates the duties of one.
    let query = TaskQuery {
        assignee: Some(IIN.into()),
        ..TaskQuery::default()
    };
    let tasks = engine.tasks(query, Paging::first(9)).await.unwrap().items;
    let one = tasks.first().unwrap().id;
    let query = TaskQuery {
        candidate: Some((IIN.into(), Vec::new())),
        ..TaskQuery::default()
    };
    let tasks = engine.tasks(query, Paging::first(9)).await.unwrap().items;
    let two = tasks.first().unwrap().id;
    engine.claim(two, &person).await.unwrap_err();
    engine.complete_task(one, vec![], &person).await.unwrap();
    engine
        .complete_task(two, vec![], &person)
        .await
        .unwrap_err();
}

#[tokio::test]
async fn nothing_in_the_file_names_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.sqlite");
    let engine = opened(&file).await;
    live(&engine).await;
    assert_eq!(readable(folder.path()), 0);
    let case = engine.case(InstanceId(1)).await.unwrap();
    assert_eq!(case.facts.business_key.as_deref(), Some(IIN));
    engine.shutdown(Duration::from_secs(1)).await;
    assert_eq!(readable(folder.path()), 0);

    let engine = opened(&file).await;
    assert!(engine.replay(InstanceId(1)).await.unwrap().is_ok());
    let admin = Arc::new(Actor::system());
    let forgotten = engine.forget(Forget::Person(IIN.into()), &admin);
    assert_eq!(forgotten.await.unwrap(), 1);
    assert!(engine.verify(Vec::new()).await.unwrap().is_clean());
    engine.shutdown(Duration::from_secs(1)).await;
    assert_eq!(readable(folder.path()), 0);
}
