//! An inbox of user tasks: what a group may do, claiming, a form that is refused, completion; and the
//! four-eyes principle: who has registered an application does not decide on it.
//!
//! Run it with `cargo run -p reglament-examples --example inbox`.

use std::error::Error;
use std::sync::Arc;

use reglament::Actor;
use reglament::runtime::command::StartCase;
use reglament::runtime::store::{CaseStatus, MemoryStore, Paging, TaskQuery, TaskRow};
use reglament::runtime::{Engine, Refusal, Resource, variables_from};
use serde_json::json;

const PERMIT: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:reg="urn:reglament:bpmn:1"
    targetNamespace="urn:example">
  <process id="permit" isExecutable="true">
    <startEvent id="Applied"/><sequenceFlow id="f1" sourceRef="Applied" targetRef="Register"/>
    <userTask id="Register" name="Өтінішті тіркеу"><extensionElements>
      <zeebe:userTask/><zeebe:formDefinition formId="application"/>
      <zeebe:assignmentDefinition candidateGroups="specialists"/>
    </extensionElements></userTask>
    <sequenceFlow id="f2" sourceRef="Register" targetRef="Decide"/>
    <userTask id="Decide" name="Шешім қабылдау"><extensionElements>
      <zeebe:assignmentDefinition candidateGroups="specialists"/>
      <reg:separationOfDuties tasks="Register"/>
    </extensionElements></userTask>
    <sequenceFlow id="f3" sourceRef="Decide" targetRef="Decided"/>
    <endEvent id="Decided"/>
  </process>
</definitions>"#;

const FORM: &str = r#"{"type": "default", "id": "application", "schemaVersion": 17, "components": [
  {"type": "textfield", "key": "iin", "label": "ЖСН", "validate": {"required": true},
   "properties": {"identifier": "iin"}},
  {"type": "textfield", "key": "name", "label": "Аты-жөні",
   "validate": {"required": true, "maxLength": 200}}
]}"#;

fn specialist(id: &str, group: &str) -> Arc<Actor> {
    Arc::new(Actor {
        id: id.into(),
        groups: vec![group.into()],
        ..Actor::default()
    })
}

/// What the actor may claim, and nobody has yet.
async fn inbox(engine: &Engine, actor: &Actor) -> Result<Vec<TaskRow>, Box<dyn Error>> {
    let query = TaskQuery {
        candidate: Some((actor.id.clone(), actor.groups.clone())),
        unassigned: true,
        ..TaskQuery::default()
    };
    let tasks = engine.tasks(query, Paging::first(20)).await?.items;
    println!("{}: {} in the inbox", actor.id, tasks.len());
    Ok(tasks)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let engine = Engine::builder(MemoryStore::new()).open().await?;
    let admin = Arc::new(Actor::system());
    let files = vec![
        Resource::new("permit.bpmn", PERMIT),
        Resource::new("application.form", FORM),
    ];
    engine.deploy(files, &admin).await?;
    let start = StartCase {
        process: "permit".into(),
        ..StartCase::default()
    };
    let case = engine.start(start, &admin).await?;

    let (one, other) = (
        specialist("specialist-1", "specialists"),
        specialist("specialist-2", "specialists"),
    );
    assert!(
        inbox(&engine, &specialist("cashier", "cashiers"))
            .await?
            .is_empty()
    );
    let tasks = inbox(&engine, &one).await?;
    let task = tasks.first().ok_or("the inbox is empty")?.id;
    engine.claim(task, &one).await?;
    println!("specialist-1 has claimed {task}");
    assert!(inbox(&engine, &other).await?.is_empty());
    let taken = engine.claim(task, &other).await;
    let taken = taken.err().ok_or("claimed twice")?;
    println!("specialist-2 is refused: {taken}");

    let wrong = variables_from(&json!({"iin": "860314400191"}))?;
    let refused = engine.complete_task(task, wrong, &one).await;
    let refused = refused.err().ok_or("a wrong form was taken")?;
    let Some(Refusal::InvalidForm { errors, .. }) = refused.refusal() else {
        return Err(refused.into());
    };
    println!("the form is refused:");
    for error in errors {
        println!("  {error}");
    }
    // The control digit of the IIN, and the name that is missing.
    assert_eq!(errors.len(), 2);

    let right = variables_from(&json!({"iin": "860314400190", "name": "Мысалова Айсынақ"}))?;
    engine.complete_task(task, right, &one).await?;

    let tasks = inbox(&engine, &one).await?;
    let task = tasks.first().ok_or("the inbox is empty")?.id;
    let refused = engine.claim(task, &one).await.err();
    let refused = refused.ok_or("one person has registered and decides")?;
    assert!(matches!(refused.refusal(), Some(Refusal::Duty { .. })));
    println!("specialist-1 is refused: {refused}");
    engine.claim(task, &other).await?;
    engine.complete_task(task, vec![], &other).await?;
    let status = engine.case(case).await?.status;
    println!("case {case} is {}", status.as_str());
    assert_eq!(status, CaseStatus::Completed);
    Ok(())
}
