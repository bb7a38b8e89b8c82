//! An engine over a memory store with a clock that stands still, for the tests of this crate.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    reason = "every test file uses its own part; a test fails by panicking"
)]

pub(crate) mod life;

use std::sync::Arc;
use std::time::Duration;

use reglament_core::timer::Timestamp;
use reglament_executor::{Actor, Variables};
use reglament_feel::Value;
use reglament_runtime::command::StartCase;
use reglament_runtime::store::{
    ElementInstanceId, JobQuery, MemoryStore, Paging, TaskQuery, TaskRow,
};
use reglament_runtime::{
    CaseView, Engine, EngineBuilder, InstanceId, ManualClock, Refusal, Resource,
};

/// An engine under test.
pub(crate) struct Bench {
    pub(crate) store: MemoryStore,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) engine: Engine,
    pub(crate) admin: Arc<Actor>,
}

/// The instant at which every test begins.
pub(crate) fn start_of_test() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

/// A BPMN file with `content` in one executable process `P`; `roots` stands before it.
pub(crate) fn model_with(roots: &str, content: &str) -> String {
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
            xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
          {roots}
          <process id="P" isExecutable="true">{content}</process>
        </definitions>"#
    )
}

pub(crate) fn model(content: &str) -> String {
    model_with("", content)
}

/// A sequence of elements from a start to an end event: `S`, the given ones, `E`.
pub(crate) fn line(elements: &[(&str, &str)]) -> String {
    let mut content = String::from(r#"<startEvent id="S"/>"#);
    let mut last = "S".to_owned();
    for (id, xml) in elements {
        content.push_str(xml);
        content.push_str(&format!(
            r#"<sequenceFlow id="to_{id}" sourceRef="{last}" targetRef="{id}"/>"#
        ));
        last = (*id).to_owned();
    }
    content.push_str(&format!(
        r#"<endEvent id="E"/><sequenceFlow id="to_E" sourceRef="{last}" targetRef="E"/>"#
    ));
    content
}

/// A service task with jobs of type `kind`.
pub(crate) fn service(id: &str, kind: &str, retries: u32) -> String {
    format!(
        r#"<serviceTask id="{id}"><extensionElements>
          <zeebe:taskDefinition type="{kind}" retries="{retries}"/></extensionElements></serviceTask>"#
    )
}

pub(crate) fn user(id: &str) -> String {
    format!(r#"<userTask id="{id}"/>"#)
}

/// A user task for the members of `groups`.
pub(crate) fn group_task(id: &str, groups: &str) -> String {
    format!(
        r#"<userTask id="{id}"><extensionElements>
          <zeebe:assignmentDefinition candidateGroups="{groups}"/></extensionElements></userTask>"#
    )
}

pub(crate) fn person(id: &str, groups: &[&str]) -> Arc<Actor> {
    Arc::new(Actor {
        id: id.into(),
        groups: groups.iter().map(|group| Arc::from(*group)).collect(),
        ..Actor::default()
    })
}

pub(crate) fn vars(pairs: &[(&str, Value)]) -> Variables {
    let pair = |(name, value): &(&str, Value)| (Arc::from(*name), value.clone());
    pairs.iter().map(pair).collect()
}

/// The refusal in a result.
pub(crate) fn refusal<T: std::fmt::Debug>(
    result: Result<T, reglament_runtime::EngineError>,
) -> Refusal {
    match result {
        Err(reglament_runtime::EngineError::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, found {other:?}"),
    }
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::with(EngineBuilder::any_external).await
    }

    /// A bench whose engine is configured by `configure`.
    pub(crate) async fn with(configure: impl FnOnce(EngineBuilder) -> EngineBuilder) -> Self {
        let clock = Arc::new(ManualClock::new(start_of_test()));
        Self::over(MemoryStore::new(), clock, configure).await
    }

    pub(crate) async fn over(
        store: MemoryStore,
        clock: Arc<ManualClock>,
        configure: impl FnOnce(EngineBuilder) -> EngineBuilder,
    ) -> Self {
        let builder = Engine::builder(store.clone()).clock(clock.clone());
        let engine = configure(builder).open().await.unwrap();
        Self {
            store,
            clock,
            engine,
            admin: Arc::new(Actor::system()),
        }
    }

    /// The engine dies without a word, and another one opens the same store.
    pub(crate) async fn restarted(
        self,
        configure: impl FnOnce(EngineBuilder) -> EngineBuilder,
    ) -> Self {
        Self::over(self.store, self.clock, configure).await
    }

    pub(crate) async fn deploy(&self, model: &str) {
        let resource = Resource::new("model.bpmn", model.as_bytes());
        let deployed = self.engine.deploy(vec![resource], &self.admin).await;
        deployed.unwrap();
    }

    /// Deploys a process that is `line(elements)`.
    pub(crate) async fn deploy_line(&self, elements: &[(&str, &str)]) {
        self.deploy(&model(&line(elements))).await;
    }

    pub(crate) async fn start(&self, variables: Variables) -> InstanceId {
        self.start_process("P", variables).await
    }

    pub(crate) async fn start_process(&self, process: &str, variables: Variables) -> InstanceId {
        let start = StartCase {
            process: process.into(),
            variables,
            ..StartCase::default()
        };
        self.engine.start(start, &self.admin).await.unwrap()
    }

    pub(crate) async fn case(&self, instance: InstanceId) -> CaseView {
        self.settle().await;
        self.engine.replay(instance).await.unwrap().unwrap();
        self.engine.case(instance).await.unwrap()
    }

    /// The ids of the elements that wait in a case.
    pub(crate) async fn waiting(&self, instance: InstanceId) -> Vec<String> {
        let case = self.case(instance).await;
        case.waiting
            .iter()
            .map(|it| it.element.to_string())
            .collect()
    }

    pub(crate) async fn variable(&self, instance: InstanceId, name: &str) -> Option<Value> {
        let case = self.case(instance).await;
        let found = case
            .variables
            .into_iter()
            .find(|(known, _)| **known == *name);
        found.map(|(_, value)| value)
    }

    pub(crate) async fn tasks(&self) -> Vec<TaskRow> {
        let page = self
            .engine
            .tasks(TaskQuery::default(), Paging::first(1_000))
            .await;
        page.unwrap().items
    }

    pub(crate) async fn task(&self, element: &str) -> ElementInstanceId {
        self.settle().await;
        let tasks = self.tasks().await;
        let found = tasks.iter().find(|task| *task.element == *element);
        found
            .unwrap_or_else(|| panic!("no task {element} in {tasks:?}"))
            .id
    }

    pub(crate) async fn job_count(&self) -> usize {
        let page = self
            .engine
            .jobs(JobQuery::default(), Paging::first(1_000))
            .await;
        page.unwrap().items.len()
    }

    /// Moves the clock and waits until everything has been done that follows.
    pub(crate) async fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.settle().await;
    }

    /// Waits until nothing moves: on one thread every task that can run has run by then.
    pub(crate) async fn settle(&self) {
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
    }
}

pub(crate) const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

pub(crate) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}
