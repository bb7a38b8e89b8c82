//! An engine lets its file go: with its shutdown at once, with its last handle as soon as it has run.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reglament_executor::{Actor, InstanceId};
use reglament_runtime::command::{Command, Request, StartCase};
use reglament_runtime::store::Position;
use reglament_runtime::{Engine, EngineError, HandledJob, Resource};
use reglament_sqlite::{OpenError, SqliteOptions};

/// How often each file is opened again.
const ROUNDS: u64 = 20;

const MODEL: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:test">
  <process id="P" isExecutable="true">
    <startEvent id="S"/><sequenceFlow id="a" sourceRef="S" targetRef="T"/>
    <serviceTask id="T"><extensionElements><zeebe:taskDefinition type="work"/></extensionElements>
    </serviceTask>
  </process>
</definitions>"#;

/// Opens the file without waiting for whoever has it.
fn options() -> SqliteOptions {
    SqliteOptions::new().patience(Duration::ZERO).readers(2)
}

async fn opened(options: &SqliteOptions, file: &Path) -> Result<Engine, OpenError> {
    let store = options.open(file)?;
    let engine = Engine::builder(store)
        .handler("work", |_: HandledJob<()>| async { Ok(()) })
        .open()
        .await;
    Ok(engine.unwrap())
}

fn start() -> Request {
    let start = StartCase {
        process: "P".into(),
        ..StartCase::default()
    };
    Request::new(Command::Start(start), Arc::new(Actor::system()))
}

async fn deploy(engine: &Engine) {
    let files = vec![Resource::new("p.bpmn", MODEL)];
    let deployed = engine.deploy(files, &Arc::new(Actor::system())).await;
    deployed.unwrap();
}

#[tokio::test]
async fn after_a_shutdown_the_file_can_be_opened_at_once() {
    shut_down_and_open_again().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_shutdown_the_file_can_be_opened_at_once_on_many_threads() {
    shut_down_and_open_again().await;
}

async fn shut_down_and_open_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.sqlite");
    for round in 1..=ROUNDS {
        let engine = opened(&options(), &file).await.unwrap();
        deploy(&engine).await;
        engine.send(start()).await.unwrap();
        // What is read while the engine is shut down holds the file no longer than it reads.
        let (other, mut events) = (engine.clone(), engine.events(Position(0)));
        let reading = tokio::spawn(async move { while other.stats().await.is_ok() {} });
        events.next().await.unwrap();
        engine.shutdown(Duration::from_secs(5)).await;
        let again = options().open(&file);
        assert!(again.is_ok(), "round {round}: {again:?}");
        reading.await.unwrap();
        let read = engine.case(InstanceId(1)).await;
        assert!(matches!(read, Err(EngineError::Closed)), "{read:?}");
        // A second shutdown has nothing to do.
        engine.shutdown(Duration::from_secs(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_handle_lets_the_file_go() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.sqlite");
    let options = options().patience(Duration::from_secs(30));
    for _ in 0..ROUNDS {
        let engine = opened(&options, &file).await.unwrap();
        deploy(&engine).await;
        let events = engine.events(Position(0));
        drop(engine);
        // A stream is a handle.
        let locked = options.clone().patience(Duration::ZERO).open(&file);
        assert!(
            matches!(locked, Err(OpenError::Locked { .. })),
            "{locked:?}"
        );
        drop(events);
    }
    drop(options.open(&file).unwrap());
}

#[tokio::test]
async fn what_was_asked_before_the_last_handle_went_is_carried_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.sqlite");
    let engine = opened(&options(), &file).await.unwrap();
    deploy(&engine).await;
    // The command is sent, and nobody waits for its answer any more.
    let request = engine.send(start());
    let given_up = tokio::time::timeout(Duration::ZERO, request).await;
    assert!(given_up.is_err());
    drop(engine);
    let again = loop {
        match opened(&options(), &file).await {
            Ok(engine) => break engine,
            Err(OpenError::Locked { .. }) => tokio::task::yield_now().await,
            Err(other) => unreachable!("{other}"),
        }
    };
    assert!(again.case(InstanceId(1)).await.is_ok());
    again.shutdown(Duration::from_secs(5)).await;
}
