//! What an engine over a file says of its health.

use std::sync::Arc;
use std::time::Duration;

use reglament_executor::Actor;
use reglament_runtime::command::StartCase;
use reglament_runtime::{Engine, EngineError, Resource, variables_from};
use reglament_sqlite::SqliteOptions;

const MODEL: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    targetNamespace="urn:test">
  <process id="P" isExecutable="true">
    <startEvent id="S"/><sequenceFlow id="a" sourceRef="S" targetRef="T"/><userTask id="T"/>
  </process>
</definitions>"#;

/// How many cases may be started until the file is full.
const PATIENCE: usize = 200;

#[tokio::test]
async fn an_engine_that_cannot_write_is_not_well_and_says_since_when() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::new().max_bytes(1024 * 1024);
    let store = options.open(folder.path().join("cases.sqlite")).unwrap();
    let engine = Engine::builder(store).open().await.unwrap();
    let admin = Arc::new(Actor::system());
    let files = vec![Resource::new("p.bpmn", MODEL)];
    engine.deploy(files, &admin).await.unwrap();
    let before = engine.health().await;
    assert!(before.is_well(), "{before:?}");
    assert!(before.size_bytes.unwrap() > 0);

    let variables = variables_from(&serde_json::json!({"text": "x".repeat(20_000)})).unwrap();
    let mut refused = None;
    for _ in 0..PATIENCE {
        let start = StartCase {
            process: "P".into(),
            variables: variables.clone(),
            ..StartCase::default()
        };
        if let Err(error) = engine.start(start, &admin).await {
            refused = Some(error);
            break;
        }
    }
    assert!(
        matches!(refused, Some(EngineError::Store(_))),
        "{refused:?}"
    );
    let full = engine.health().await;
    assert!(full.accepts_commands && !full.is_well(), "{full:?}");
    assert!(full.commits.failing_since >= full.commits.last, "{full:?}");
    assert!(full.size_bytes > before.size_bytes);

    // What fits is written again.
    let start = StartCase {
        process: "P".into(),
        ..StartCase::default()
    };
    engine.start(start, &admin).await.unwrap();
    assert!(engine.health().await.is_well());
    engine.shutdown(Duration::from_secs(1)).await;
}
