//! Adapters: the operations of a registry do the jobs of the types that they are named by.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use reglament_adapter_api::{
    Call, CallContext, Failure, Handler, Registry, Variables as Fields, async_trait, typed,
};
use reglament_feel::Value;
use reglament_runtime::store::{CaseStatus, IncidentQuery, Paging};
use reglament_runtime::{HandledJob, Refusal, Resource};
use serde::{Deserialize, Serialize};
use support::{Bench, line, model, refusal, service, start_of_test, vars};

#[derive(Deserialize)]
struct Sum {
    a: u32,
    b: u32,
}

#[derive(Serialize)]
struct Total {
    total: u32,
}

async fn add(_: CallContext, sum: Sum) -> Result<Total, Failure> {
    let total = sum.a + sum.b;
    match total {
        0 => Err(Failure::business("NOTHING", "there is nothing to add")),
        total => Ok(Total { total }),
    }
}

fn adding() -> Registry {
    let mut registry = Registry::new();
    registry.register("sum.add", typed(add));
    registry
}

/// A task that names `sum.add` and maps its answer.
fn mapped(expression: &str) -> String {
    format!(
        r#"<serviceTask id="T"><extensionElements><zeebe:taskDefinition type="sum.add"/>
          <zeebe:taskHeaders><zeebe:header key="resultExpression" value="{expression}"/>
          </zeebe:taskHeaders></extensionElements></serviceTask>"#
    )
}

#[tokio::test]
async fn an_operation_does_the_jobs_that_name_it_and_its_answer_is_mapped_by_the_headers() {
    let bench = Bench::with(|builder| builder.adapters(&adding())).await;
    bench
        .deploy_line(&[("T", &mapped("={twice: total * 2}"))])
        .await;
    let case = bench
        .start(vars(&[("a", Value::from(2)), ("b", Value::from(3))]))
        .await;
    bench.settle().await;
    assert_eq!(bench.case(case).await.status, CaseStatus::Completed);
    assert_eq!(bench.variable(case, "twice").await, Some(Value::from(10)));
    assert_eq!(bench.variable(case, "total").await, None);
}

/// Fails the first call, and notes the contexts.
#[derive(Default)]
struct Flaky {
    calls: Mutex<Vec<CallContext>>,
}

#[async_trait]
impl Handler for Flaky {
    async fn handle(&self, call: Call) -> Result<Fields, Failure> {
        let mut calls = self.calls.lock().unwrap();
        calls.push(call.context);
        match calls.len() {
            1 => Err(Failure::Retryable {
                message: "closed for lunch".into(),
                after: Some(Duration::from_secs(3_600)),
            }),
            _ => Ok(Fields::new()),
        }
    }
}

#[tokio::test]
async fn a_call_that_is_repeated_carries_the_same_key_and_waits_as_long_as_the_system_said() {
    let flaky = Arc::new(Flaky::default());
    let mut registry = Registry::new();
    registry.register("desk.ask", Arc::clone(&flaky));
    let bench = Bench::with(|builder| builder.adapters(&registry)).await;
    bench
        .deploy_line(&[("T", &service("T", "desk.ask", 3))])
        .await;
    let case = bench.start(vars(&[])).await;
    bench.settle().await;
    bench.clock.advance(Duration::from_secs(3_599));
    bench.settle().await;
    assert_eq!(flaky.calls.lock().unwrap().len(), 1);
    bench.clock.advance(Duration::from_secs(2));
    bench.settle().await;
    assert_eq!(bench.case(case).await.status, CaseStatus::Completed);

    let calls = flaky.calls.lock().unwrap();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].key, calls[1].key);
    assert_eq!(calls[0].now, start_of_test());
    assert!(calls[1].now > calls[0].now);
    assert_eq!(calls[0].case, case.to_string());
    assert_eq!((&*calls[0].process, &*calls[0].element), ("P", "T"));
}

#[tokio::test]
async fn a_business_failure_is_the_bpmn_error_of_its_code() {
    let bench = Bench::with(|builder| builder.adapters(&adding())).await;
    let caught = format!(
        r#"{}<boundaryEvent id="Caught" attachedToRef="T"><errorEventDefinition errorRef="Nothing"/>
           </boundaryEvent><endEvent id="Other"/>
           <sequenceFlow id="to_Other" sourceRef="Caught" targetRef="Other"/>"#,
        line(&[("T", &service("T", "sum.add", 3))])
    );
    let roots = r#"<error id="Nothing" errorCode="NOTHING"/>"#;
    bench.deploy(&support::model_with(roots, &caught)).await;
    let case = bench
        .start(vars(&[("a", Value::from(0)), ("b", Value::from(0))]))
        .await;
    bench.settle().await;
    assert_eq!(bench.case(case).await.status, CaseStatus::Completed);
}

#[tokio::test]
async fn a_terminal_failure_is_an_incident_although_attempts_remain() {
    let bench = Bench::with(|builder| builder.adapters(&adding())).await;
    bench
        .deploy_line(&[("T", &service("T", "sum.add", 3))])
        .await;
    // `b` is missing.
    bench.start(vars(&[("a", Value::from(1))])).await;
    bench.settle().await;
    let incidents = bench
        .engine
        .incidents(IncidentQuery::default(), Paging::first(10))
        .await;
    let incidents = incidents.unwrap().items;
    assert_eq!(incidents.len(), 1);
    assert!(
        incidents[0].message.contains("expected a variable 'b'"),
        "{}",
        incidents[0].message
    );
}

async fn codes_of_deployment(bench: &Bench, task: &str) -> Vec<&'static str> {
    let text = model(&line(&[("T", task)]));
    let resource = Resource::new("model.bpmn", text.into_bytes());
    let refused = refusal(bench.engine.deploy(vec![resource], &bench.admin).await);
    let Refusal::Deployment(files) = refused else {
        panic!("expected a refused deployment, found {refused}");
    };
    let diagnostics = files.iter().flat_map(|file| &file.diagnostics);
    diagnostics.map(|it| it.code.id).collect()
}

#[tokio::test]
async fn what_no_operation_handles_and_what_cannot_be_mapped_is_not_deployed() {
    let bench = Bench::with(|builder| builder.adapters(&adding())).await;
    let unhandled = service("T", "sum.subtract", 3);
    assert_eq!(codes_of_deployment(&bench, &unhandled).await, ["RG1204"]);
    let unreadable = mapped("={twice: total *");
    assert_eq!(codes_of_deployment(&bench, &unreadable).await, ["RG1209"]);
}

#[tokio::test]
async fn of_several_handlers_for_a_type_the_last_is_taken() {
    let bench = Bench::with(|builder| {
        builder
            .adapters(&adding())
            .handler("sum.add", |_: HandledJob<()>| async {
                Ok(Total { total: 99 })
            })
    })
    .await;
    // A handler of the host maps nothing: its headers are its own.
    bench
        .deploy_line(&[("T", &mapped("={twice: total *"))])
        .await;
    let case = bench.start(vars(&[])).await;
    bench.settle().await;
    assert_eq!(bench.variable(case, "total").await, Some(Value::from(99)));
}
