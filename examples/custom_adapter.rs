//! A system of one's own behind an operation: a trait, a handler made of an `async fn`, a call that is
//! repeated under the same key, and an outcome that the process knows.
//!
//! Run it with `cargo run -p reglament-examples --example custom_adapter`.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reglament::adapters::{
    CallContext, Failure, Operations, Registry, SystemError, async_trait, typed,
};
use reglament::runtime::command::StartCase;
use reglament::runtime::store::{CaseStatus, MemoryStore};
use reglament::runtime::{CaseView, Engine, Resource};
use reglament::{Actor, Value};
use serde::{Deserialize, Serialize};

const BORROW: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:example">
  <error id="Lost" errorCode="FILE_LOST"/>
  <process id="borrow" isExecutable="true">
    <startEvent id="Asked"/><sequenceFlow id="f1" sourceRef="Asked" targetRef="Find"/>
    <serviceTask id="Find"><extensionElements>
      <zeebe:taskDefinition type="archive.find" retries="3"/>
      <zeebe:taskHeaders><zeebe:header key="resultExpression" value="={place: shelf}"/></zeebe:taskHeaders>
    </extensionElements></serviceTask>
    <sequenceFlow id="f2" sourceRef="Find" targetRef="Lent"/><endEvent id="Lent"/>
    <boundaryEvent id="NotThere" attachedToRef="Find"><errorEventDefinition errorRef="Lost"/></boundaryEvent>
    <sequenceFlow id="f3" sourceRef="NotThere" targetRef="Explain"/>
    <scriptTask id="Explain"><extensionElements>
      <zeebe:script expression="=&quot;the file is lost&quot;" resultVariable="answer"/>
    </extensionElements></scriptTask>
    <sequenceFlow id="f4" sourceRef="Explain" targetRef="Refused"/><endEvent id="Refused"/>
  </process>
</definitions>"#;

/// What `archive.find` asks.
#[derive(Clone, Debug, Deserialize)]
struct Find {
    file: String,
}

/// What it answers.
#[derive(Clone, Debug, Serialize)]
struct Found {
    shelf: u32,
}

/// Why it does not.
#[derive(Debug, thiserror::Error)]
enum FindError {
    #[error("file '{0}' is lost")]
    Lost(String),
    #[error(transparent)]
    System(#[from] SystemError),
}

impl From<FindError> for Failure {
    fn from(error: FindError) -> Failure {
        let message = error.to_string();
        match error {
            FindError::Lost(_) => Failure::business("FILE_LOST", message),
            FindError::System(error) => error.into(),
        }
    }
}

/// An archive of files.
#[async_trait]
trait Archive: Send + Sync {
    async fn find(&self, context: &CallContext, request: Find) -> Result<Found, FindError>;
}

/// The operations of an archive.
fn operations(archive: Arc<dyn Archive>) -> Operations {
    let find = typed(move |context: CallContext, request: Find| {
        let archive = Arc::clone(&archive);
        async move { archive.find(&context, request).await }
    });
    Operations::new().with("archive.find", find)
}

/// An archive that is closed at the first call.
#[derive(Default)]
struct SleepyArchive {
    keys: Mutex<Vec<String>>,
}

impl SleepyArchive {
    fn keys(&self) -> Vec<String> {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.clone()
    }
}

#[async_trait]
impl Archive for SleepyArchive {
    async fn find(&self, context: &CallContext, request: Find) -> Result<Found, FindError> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.push(context.key.to_string());
        println!(
            "  call {} for {}, key {}",
            keys.len(),
            request.file,
            context.key
        );
        if keys.len() == 1 {
            return Err(SystemError::Unavailable {
                message: "the archive opens soon".into(),
                after: Some(Duration::from_millis(50)),
            }
            .into());
        }
        match request.file.as_str() {
            "F-7" => Ok(Found { shelf: 12 }),
            _ => Err(FindError::Lost(request.file)),
        }
    }
}

/// Asks for a file, and waits until the case has ended.
async fn ask(engine: &Engine, file: &str) -> Result<CaseView, Box<dyn Error>> {
    println!("file {file} is asked for");
    let start = StartCase {
        process: "borrow".into(),
        variables: vec![("file".into(), file.into())],
        ..StartCase::default()
    };
    let case = engine.start(start, &Arc::new(Actor::system())).await?;
    for _ in 0..2_000 {
        let view = engine.case(case).await?;
        if view.status.has_ended() {
            return Ok(view);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Err("the case does not end".into())
}

fn variable(view: &CaseView, name: &str) -> Option<Value> {
    let found = view.variables.iter().find(|(known, _)| **known == *name);
    found.map(|(_, value)| value.clone())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let archive = Arc::new(SleepyArchive::default());
    let mut registry = Registry::new();
    registry.add(operations(archive.clone()));
    let engine = Engine::builder(MemoryStore::new()).adapters(&registry);
    let engine = engine.open().await?;
    let admin = Arc::new(Actor::system());

    // A model that names an operation nobody has is refused before a case can get stuck on it.
    let unknown = BORROW.replace("archive.find", "archive.burn");
    let refused = engine
        .deploy(vec![Resource::new("b.bpmn", unknown)], &admin)
        .await;
    println!(
        "{}",
        refused.err().ok_or("an unknown operation was deployed")?
    );
    engine
        .deploy(vec![Resource::new("b.bpmn", BORROW)], &admin)
        .await?;

    let view = ask(&engine, "F-7").await?;
    assert_eq!(view.status, CaseStatus::Completed);
    assert_eq!(variable(&view, "place"), Some(Value::from(12)));
    println!("  it stands on shelf 12");
    let keys = archive.keys();
    assert_eq!(keys.len(), 2);
    assert_eq!(
        keys.first(),
        keys.last(),
        "a repeated call has the same key"
    );

    let view = ask(&engine, "F-8").await?;
    assert_eq!(view.status, CaseStatus::Completed);
    assert_eq!(
        variable(&view, "answer"),
        Some(Value::from("the file is lost"))
    );
    println!("  the process answers: the file is lost");
    Ok(())
}
