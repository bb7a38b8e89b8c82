//! Jobs: handlers inside the engine, workers outside, leases, retries, incidents.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use reglament_feel::Value;
use reglament_runtime::command::{ActivatedJob, Command, Request, Retry};
use reglament_runtime::store::Store as _;
use reglament_runtime::store::{CaseStatus, IncidentQuery, IncidentRow, JobQuery, Paging};
use reglament_runtime::{
    EngineBuilder, EngineError, HandledJob, HandlerError, HandlerOptions, Refusal,
};
use serde::{Deserialize, Serialize};
use support::{Bench, line, minutes, model, refusal, seconds, service, vars};

#[derive(Deserialize)]
struct Sum {
    a: u32,
    b: u32,
}

#[derive(Serialize)]
struct Total {
    total: u32,
}

async fn activate(bench: &Bench, worker: &str) -> Vec<ActivatedJob> {
    let taken = bench
        .engine
        .activate_jobs("work", worker, minutes(5), 10, &bench.admin);
    taken.await.unwrap()
}

async fn send(bench: &Bench, command: Command) -> Result<(), EngineError> {
    let request = Request::new(command, bench.admin.clone());
    bench.engine.send(request).await.map(|_| ())
}

async fn incidents(bench: &Bench) -> Vec<IncidentRow> {
    let page = bench
        .engine
        .incidents(IncidentQuery::default(), Paging::first(10))
        .await;
    page.unwrap().items
}

fn fail(job: &ActivatedJob, retry: Retry) -> Command {
    Command::FailJob {
        job: job.job,
        attempt: Some(job.attempt),
        message: "no answer".into(),
        retry,
    }
}

#[tokio::test]
async fn a_handler_gets_typed_variables_and_gives_typed_results() {
    let bench = Bench::with(|builder| {
        builder.handler("add", |job: HandledJob<Sum>| async move {
            let Sum { a, b } = job.variables;
            Ok(Total { total: a + b })
        })
    })
    .await;
    bench.deploy_line(&[("T", &service("T", "add", 3))]).await;
    let case = bench
        .start(vars(&[("a", Value::from(2)), ("b", Value::from(3))]))
        .await;
    bench.settle().await;
    assert_eq!(bench.case(case).await.status, CaseStatus::Completed);
    assert_eq!(bench.variable(case, "total").await, Some(Value::from(5)));
    assert_eq!(bench.job_count().await, 0);
}

#[tokio::test]
async fn variables_that_do_not_fit_are_an_incident_at_once() {
    let bench =
        Bench::with(|builder| builder.handler("add", |_: HandledJob<Sum>| async move { Ok(()) }))
            .await;
    bench.deploy_line(&[("T", &service("T", "add", 3))]).await;
    bench.start(vars(&[("a", Value::from("two"))])).await;
    bench.settle().await;
    let found = incidents(&bench).await;
    assert!(
        found[0].message.contains("do not fit the handler"),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_failed_attempt_is_repeated_after_its_back_off_and_the_last_one_is_an_incident() {
    let attempts = Arc::new(AtomicU32::new(0));
    let count = attempts.clone();
    let bench = Bench::with(|builder| {
        builder.handler("work", move |_: HandledJob<()>| {
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            async move {
                if number == 3 {
                    return Ok(());
                }
                Err(HandlerError::retryable("no answer"))
            }
        })
    })
    .await;
    bench.deploy_line(&[("T", &service("T", "work", 2))]).await;
    let case = bench.start(vec![]).await;
    bench.settle().await;
    assert_eq!(attempts.load(Ordering::SeqCst), 1, "the back-off holds it");
    assert_eq!(incidents(&bench).await, []);
    bench.advance(seconds(2)).await;
    assert_eq!(attempts.load(Ordering::SeqCst), 2);
    let incident = incidents(&bench).await.remove(0);
    assert_eq!(
        (&*incident.kind, &*incident.message),
        ("job-failed", "no answer")
    );
    bench.advance(minutes(60)).await;
    assert_eq!(
        attempts.load(Ordering::SeqCst),
        2,
        "an incident waits for a person"
    );
    send(
        &bench,
        Command::ResolveIncident {
            incident: incident.id,
        },
    )
    .await
    .unwrap();
    bench.settle().await;
    assert_eq!(bench.case(case).await.status, CaseStatus::Completed);
}

#[tokio::test]
async fn a_handler_that_panics_or_is_too_slow_has_failed_its_attempt() {
    let bench = Bench::with(|builder| {
        let options = HandlerOptions {
            time_out: std::time::Duration::from_millis(20),
            ..HandlerOptions::default()
        };
        let panics = |_: HandledJob<()>| async move {
            assert!(std::hint::black_box(false), "a slip");
            Ok(())
        };
        let sleeps = |_: HandledJob<()>| async move {
            std::future::pending::<()>().await;
            Ok(())
        };
        builder
            .handler("panics", panics)
            .handler_with("sleeps", options, sleeps)
    })
    .await;
    let tasks = [
        ("A", service("A", "panics", 1)),
        ("B", service("B", "sleeps", 1)),
    ];
    let fork = format!(
        r#"<startEvent id="S"/>{}{}<sequenceFlow id="a" sourceRef="S" targetRef="A"/>
        <sequenceFlow id="b" sourceRef="S" targetRef="B"/>"#,
        tasks[0].1, tasks[1].1
    );
    bench.deploy(&model(&fork)).await;
    bench.start(vec![]).await;
    for _ in 0..200 {
        if incidents(&bench).await.len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let found = incidents(&bench).await;
    assert!(found[0].message.contains("the handler died"), "{found:?}");
    assert!(found[1].message.contains("no result after"), "{found:?}");
}

#[tokio::test]
async fn a_bpmn_error_of_a_handler_goes_to_its_boundary_event() {
    let bench = Bench::with(|builder| {
        builder.handler("work", |_: HandledJob<()>| async move {
            Err::<(), _>(HandlerError::error("refused"))
        })
    })
    .await;
    let task = format!(
        r#"{}<boundaryEvent id="B" attachedToRef="T"><errorEventDefinition errorRef="R"/>
        </boundaryEvent><userTask id="Explain"/>
        <sequenceFlow id="b" sourceRef="B" targetRef="Explain"/>"#,
        service("T", "work", 3)
    );
    let text = support::model_with(
        r#"<error id="R" errorCode="refused"/>"#,
        &line(&[("T", &task)]),
    );
    bench.deploy(&text).await;
    let case = bench.start(vec![]).await;
    bench.settle().await;
    assert_eq!(bench.waiting(case).await, ["Explain"]);
}

#[tokio::test]
async fn jobs_that_waited_for_a_handler_are_found_after_a_restart() {
    let bench = Bench::new().await;
    bench.deploy_line(&[("T", &service("T", "work", 3))]).await;
    let case = bench.start(vars(&[("n", Value::from(1))])).await;
    let bench = bench
        .restarted(|builder| {
            builder.handler("work", |job: HandledJob<serde_json::Value>| async move {
                assert_eq!(job.variables["n"], 1);
                Ok(())
            })
        })
        .await;
    bench.settle().await;
    assert_eq!(bench.case(case).await.status, CaseStatus::Completed);
}

#[tokio::test]
async fn a_leased_job_is_the_workers_alone_until_the_lease_runs_out() {
    let bench = Bench::new().await;
    bench.deploy_line(&[("T", &service("T", "work", 3))]).await;
    let case = bench.start(vec![]).await;
    let first = activate(&bench, "one").await.remove(0);
    assert_eq!(activate(&bench, "two").await, []);
    bench.advance(minutes(6)).await;
    let second = activate(&bench, "two").await.remove(0);
    assert_eq!((second.job, second.attempt), (first.job, 2));
    assert_eq!(second.retries, 2, "a lease that ran out uses up an attempt");
    // The late answer of the first changes nothing.
    let late = bench
        .engine
        .complete_job(&first, vec![], &bench.admin)
        .await;
    assert!(matches!(
        refusal(late),
        Refusal::StaleAttempt { newest: 2, .. }
    ));
    let late = refusal(send(&bench, fail(&first, Retry::Never)).await);
    assert!(matches!(late, Refusal::StaleAttempt { .. }));
    bench
        .engine
        .complete_job(&second, vec![], &bench.admin)
        .await
        .unwrap();
    assert_eq!(bench.case(case).await.status, CaseStatus::Completed);
    let twice = bench
        .engine
        .complete_job(&second, vec![], &bench.admin)
        .await;
    assert!(matches!(refusal(twice), Refusal::WorkEnded { .. }));
}

#[tokio::test]
async fn a_worker_that_always_dies_leads_to_an_incident() {
    let bench = Bench::new().await;
    bench.deploy_line(&[("T", &service("T", "work", 3))]).await;
    bench.start(vec![]).await;
    let mut runs = 0;
    for _ in 0..10 {
        runs += activate(&bench, "dies").await.len();
        bench.advance(minutes(6)).await;
    }
    assert_eq!(runs, 3);
    assert!(incidents(&bench).await[0].message.contains("ran out"));
}

#[tokio::test]
async fn a_lease_that_is_extended_runs_longer_and_survives_a_restart() {
    let bench = Bench::new().await;
    bench.deploy_line(&[("T", &service("T", "work", 3))]).await;
    bench.start(vec![]).await;
    let job = activate(&bench, "one").await.remove(0);
    let extend = Command::ExtendJob {
        job: job.job,
        attempt: job.attempt,
        lease: minutes(30),
    };
    send(&bench, extend).await.unwrap();
    bench.advance(minutes(10)).await;
    let bench = bench.restarted(EngineBuilder::any_external).await;
    assert_eq!(activate(&bench, "two").await, []);
    bench
        .engine
        .complete_job(&job, vec![], &bench.admin)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_job_in_its_back_off_is_not_handed_out() {
    let bench = Bench::new().await;
    bench.deploy_line(&[("T", &service("T", "work", 3))]).await;
    bench.start(vec![]).await;
    let job = activate(&bench, "one").await.remove(0);
    send(&bench, fail(&job, Retry::After(minutes(2))))
        .await
        .unwrap();
    assert_eq!(activate(&bench, "one").await, []);
    bench.advance(minutes(2)).await;
    assert_eq!(activate(&bench, "one").await[0].attempt, 2);
}

#[tokio::test]
async fn work_that_was_begun_before_a_suspension_is_not_lost() {
    let bench = Bench::new().await;
    bench
        .deploy_line(&[
            ("A", &service("A", "work", 3)),
            ("B", &service("B", "work", 3)),
        ])
        .await;
    let instance = bench.start(vec![]).await;
    let job = activate(&bench, "one").await.remove(0);
    let reason = "a complaint".into();
    send(&bench, Command::Suspend { instance, reason })
        .await
        .unwrap();
    bench
        .engine
        .complete_job(&job, vec![], &bench.admin)
        .await
        .unwrap();
    assert_eq!(
        activate(&bench, "one").await,
        [],
        "nothing new is handed out"
    );
    send(&bench, Command::Resume { instance }).await.unwrap();
    assert_eq!(&*activate(&bench, "one").await[0].element, "B");
}

#[tokio::test]
async fn many_jobs_of_many_cases_are_each_handled_once() {
    let seen = Arc::new(AtomicU32::new(0));
    let count = seen.clone();
    let bench = Bench::with(|builder| {
        builder.handler("work", move |_: HandledJob<()>| {
            count.fetch_add(1, Ordering::SeqCst);
            async move { Ok(()) }
        })
    })
    .await;
    bench
        .deploy_line(&[
            ("A", &service("A", "work", 3)),
            ("B", &service("B", "work", 3)),
        ])
        .await;
    for _ in 0..300 {
        bench.start(vec![]).await;
    }
    for _ in 0..100 {
        bench.settle().await;
    }
    assert_eq!(bench.engine.stats().await.unwrap().ended, 300);
    assert_eq!(seen.load(Ordering::SeqCst), 600);
}

#[tokio::test]
async fn a_shutdown_lets_handlers_end_and_refuses_what_comes_later() {
    let bench = Bench::with(|builder| {
        builder.handler("work", |_: HandledJob<()>| async move {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            Ok(())
        })
    })
    .await;
    bench.deploy_line(&[("T", &service("T", "work", 3))]).await;
    bench.start(vec![]).await;
    bench.settle().await;
    bench.engine.shutdown(seconds(5)).await;
    let stats = bench.store.stats().await.unwrap();
    assert_eq!((stats.running, stats.ended), (0, 1));
    let read = bench.engine.stats().await;
    assert!(matches!(read, Err(EngineError::Closed)), "{read:?}");
    let late = bench.engine.broadcast("x", vec![], &bench.admin).await;
    assert!(matches!(late, Err(EngineError::Closed)), "{late:?}");
    if let Err(EngineError::Refused(refusal)) = late {
        panic!("{refusal}");
    }
}

#[tokio::test]
async fn whoever_does_a_job_is_given_its_headers_and_what_the_task_sees() {
    let bench = Bench::new().await;
    let task = "<serviceTask id='T'><extensionElements><zeebe:taskDefinition type='work'/>\
         <zeebe:taskHeaders><zeebe:header key='speed' value='slow'/></zeebe:taskHeaders>\
         <zeebe:ioMapping><zeebe:input source='=whole' target='part'/></zeebe:ioMapping>\
         </extensionElements></serviceTask>";
    bench.deploy_line(&[("T", task)]).await;
    bench.start(vars(&[("whole", Value::from(7))])).await;
    let engine = &bench.engine;
    let jobs = engine.jobs(JobQuery::default(), Paging::first(9)).await;
    let job = jobs.unwrap().items.pop().unwrap();
    let input = engine.job_input(&job).await.unwrap().unwrap();
    assert_eq!(input.headers, [("speed".into(), "slow".into())]);
    let part = input.variables.iter().find(|(name, _)| &**name == "part");
    assert_eq!(part.map(|it| &it.1), Some(&Value::from(7)));
    let complete = Command::CompleteJob {
        job: job.id,
        attempt: None,
        variables: vec![],
    };
    let request = Request::new(complete, bench.admin.clone());
    engine.send(request).await.unwrap();
    assert_eq!(engine.job_input(&job).await.unwrap(), None);
}
