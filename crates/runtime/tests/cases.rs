//! Cases: starting, ending, suspending, what survives a restart.

mod support;

use std::sync::Arc;

use reglament_feel::Value;
use reglament_runtime::command::{Answer, Command, Request, StartCase, VersionChoice};
use reglament_runtime::store::{CaseStatus, IncidentQuery, InstanceQuery, Paging};
use reglament_runtime::{CaseFacts, EngineBuilder, EngineError, InstanceId, Refusal, Resource};
use support::{Bench, line, minutes, model, refusal, service, user, vars};

fn start(process: &str) -> StartCase {
    StartCase {
        process: process.into(),
        ..StartCase::default()
    }
}

#[tokio::test]
async fn a_case_runs_from_its_start_to_its_end() {
    let bench = Bench::new().await;
    bench
        .deploy_line(&[("A", &user("A")), ("B", &user("B"))])
        .await;
    let case = bench.start(vars(&[("x", Value::from(1))])).await;
    assert_eq!(bench.waiting(case).await, ["A"]);
    let task = bench.task("A").await;
    bench
        .engine
        .complete_task(task, vars(&[("x", Value::from(2))]), &bench.admin)
        .await
        .unwrap();
    assert_eq!(bench.waiting(case).await, ["B"]);
    assert_eq!(bench.variable(case, "x").await, Some(Value::from(2)));
    let task = bench.task("B").await;
    bench
        .engine
        .complete_task(task, vec![], &bench.admin)
        .await
        .unwrap();
    assert_eq!(bench.case(case).await.status, CaseStatus::Completed);
    assert_eq!(bench.tasks().await, []);
    assert_eq!(bench.engine.stats().await.unwrap().ended, 1);
}

#[tokio::test]
async fn a_case_goes_on_after_a_restart_as_if_there_had_been_none() {
    let bench = Bench::new().await;
    bench
        .deploy_line(&[("A", &user("A")), ("B", &user("B"))])
        .await;
    let case = bench.start(vars(&[])).await;
    let task = bench.task("A").await;
    bench
        .engine
        .complete_task(task, vec![], &bench.admin)
        .await
        .unwrap();
    let bench = bench.restarted(EngineBuilder::any_external).await;
    assert_eq!(bench.waiting(case).await, ["B"]);
    let late = bench.engine.complete_task(task, vec![], &bench.admin).await;
    let Refusal::WorkEnded { end, .. } = refusal(late) else {
        panic!("a task that was completed is not there");
    };
    assert_eq!(end, Some(reglament_runtime::WorkEnd::Completed));
    let next = bench.start(vars(&[])).await;
    assert!(next > case, "a number is never used again");
}

#[tokio::test]
async fn an_engine_that_was_replaced_writes_no_more() {
    let bench = Bench::new().await;
    bench.deploy_line(&[("A", &user("A"))]).await;
    let old = bench.engine.clone();
    let bench = bench.restarted(EngineBuilder::any_external).await;
    let refused = old.start(start("P"), &bench.admin).await;
    assert!(matches!(refused, Err(EngineError::Fenced)), "{refused:?}");
    assert_eq!(bench.engine.stats().await.unwrap().running, 0);
    let again = old.start(start("P"), &bench.admin).await;
    assert!(matches!(again, Err(EngineError::Closed)), "{again:?}");
}

#[tokio::test]
async fn the_same_content_is_deployed_once() {
    let bench = Bench::new().await;
    let content = model(&line(&[("A", &user("A"))]));
    let deploy = |text: String| {
        let (engine, admin) = (bench.engine.clone(), bench.admin.clone());
        async move {
            let files = vec![Resource::new("model.bpmn", text.into_bytes())];
            engine.deploy(files, &admin).await.unwrap()
        }
    };
    let first = deploy(content.clone()).await;
    let again = deploy(content.clone()).await;
    let other = deploy(content.replace("\"A\"", "\"B\"")).await;
    assert_eq!(first.definitions[0].digest, again.definitions[0].digest);
    assert!(again.definitions[0].was_known && !first.definitions[0].was_known);
    assert_eq!(other.definitions[0].processes, [("P".into(), 2)]);
    assert_eq!(bench.engine.catalogue().of_process("P").len(), 2);
}

#[tokio::test]
async fn a_deployment_with_one_bad_file_deploys_nothing() {
    let bench = Bench::new().await;
    let good = model(&line(&[("A", &user("A"))]));
    let files = vec![
        Resource::new("good.bpmn", good.into_bytes()),
        Resource::new("bad.bpmn", &b"<definitions"[..]),
    ];
    let refused = bench.engine.deploy(files, &bench.admin).await;
    let Refusal::Deployment(files) = refusal(refused) else {
        panic!("the deployment has errors");
    };
    assert_eq!(&*files[0].file, "bad.bpmn");
    assert_eq!(bench.engine.catalogue().processes().count(), 0);
}

#[tokio::test]
async fn what_nobody_handles_is_not_deployed() {
    let bench = Bench::with(|builder| builder.external("known")).await;
    let check = |task: String, code: &'static str| {
        let (engine, admin) = (bench.engine.clone(), bench.admin.clone());
        async move {
            let text = model(&line(&[("T", &task)]));
            let files = vec![Resource::new("m.bpmn", text.into_bytes())];
            let Refusal::Deployment(found) = refusal(engine.deploy(files, &admin).await) else {
                panic!("expected {code}");
            };
            let problem = found[0]
                .diagnostics
                .iter()
                .find(|it| it.is_error())
                .unwrap();
            assert_eq!(problem.code.id, code, "{problem}");
            assert_eq!(problem.element.as_deref(), Some("T"));
        }
    };
    check(r#"<serviceTask id="T"/>"#.to_owned(), "RG1203").await;
    check(service("T", "unknown", 1), "RG1204").await;
    let script = r#"<scriptTask id="T" scriptFormat="groovy"><script>1</script></scriptTask>"#;
    check(script.to_owned(), "RG1205").await;
    bench.deploy_line(&[("T", &service("T", "known", 1))]).await;
}

#[tokio::test]
async fn a_case_stays_under_its_version() {
    let bench = Bench::new().await;
    bench
        .deploy_line(&[("A", &user("A")), ("B", &user("B"))])
        .await;
    let old = bench.start(vars(&[])).await;
    bench
        .deploy_line(&[("A", &user("A")), ("C", &user("C"))])
        .await;
    let new = bench.start(vars(&[])).await;
    for task in bench.tasks().await {
        bench
            .engine
            .complete_task(task.id, vec![], &bench.admin)
            .await
            .unwrap();
    }
    assert_eq!(bench.waiting(old).await, ["B"]);
    assert_eq!(bench.waiting(new).await, ["C"]);
    let first = StartCase {
        version: VersionChoice::Number(1),
        ..start("P")
    };
    let named = bench.engine.start(first, &bench.admin).await.unwrap();
    let task = bench.task("A").await;
    bench
        .engine
        .complete_task(task, vec![], &bench.admin)
        .await
        .unwrap();
    assert_eq!(bench.waiting(named).await, ["B"]);
    let third = StartCase {
        version: VersionChoice::Number(3),
        ..start("P")
    };
    let refused = refusal(bench.engine.start(third, &bench.admin).await);
    assert!(
        matches!(refused, Refusal::UnknownVersion { .. }),
        "{refused:?}"
    );
}

fn keyed_start() -> StartCase {
    StartCase {
        facts: CaseFacts {
            business_key: Some("KZ-1".into()),
            ..CaseFacts::default()
        },
        ..start("P")
    }
}

#[tokio::test]
async fn a_business_key_is_unique_among_the_cases_that_run() {
    let bench = Bench::new().await;
    bench.deploy_line(&[("A", &user("A"))]).await;
    let first = bench
        .engine
        .start(keyed_start(), &bench.admin)
        .await
        .unwrap();
    let refused = refusal(bench.engine.start(keyed_start(), &bench.admin).await);
    let Refusal::DuplicateBusinessKey { existing, .. } = refused else {
        panic!("expected the key to be taken, found {refused:?}");
    };
    assert_eq!(existing, first);
    let task = bench.task("A").await;
    bench
        .engine
        .complete_task(task, vec![], &bench.admin)
        .await
        .unwrap();
    bench
        .engine
        .start(keyed_start(), &bench.admin)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_business_key_is_unique_also_among_commands_of_one_group() {
    let bench = Bench::new().await;
    bench.deploy_line(&[("A", &user("A"))]).await;
    let (one, other) = tokio::join!(
        bench.engine.start(keyed_start(), &bench.admin),
        bench.engine.start(keyed_start(), &bench.admin),
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
}

#[tokio::test]
async fn a_repeated_command_gets_the_first_answer_also_after_a_restart() {
    let bench = Bench::new().await;
    bench.deploy_line(&[("A", &user("A"))]).await;
    let request = |process: &str| Request {
        idempotency_key: Some("order-17".into()),
        ..Request::new(Command::Start(start(process)), bench.admin.clone())
    };
    let first = bench.engine.send(request("P")).await.unwrap();
    let again = bench.engine.send(request("P")).await.unwrap();
    assert_eq!(first, again);
    let (engine, other) = (bench.engine.clone(), request("Q"));
    let refused = refusal(engine.send(other).await);
    assert!(matches!(refused, Refusal::KeyReused(_)), "{refused:?}");
    let repeated = request("P");
    let bench = bench.restarted(EngineBuilder::any_external).await;
    assert_eq!(bench.engine.send(repeated).await.unwrap(), first);
    assert_eq!(bench.engine.stats().await.unwrap().running, 1);
    assert_eq!(
        first,
        Answer::Started {
            instance: InstanceId(1)
        }
    );
}

#[tokio::test]
async fn two_repetitions_in_one_group_are_carried_out_once() {
    let bench = Bench::new().await;
    bench.deploy_line(&[("A", &user("A"))]).await;
    let request = || Request {
        idempotency_key: Some("order-17".into()),
        ..Request::new(Command::Start(start("P")), bench.admin.clone())
    };
    let (one, other) = tokio::join!(bench.engine.send(request()), bench.engine.send(request()));
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(bench.engine.stats().await.unwrap().running, 1);
}

async fn operate(bench: &Bench, command: Command) -> Result<Answer, EngineError> {
    let request = Request::new(command, bench.admin.clone());
    bench.engine.send(request).await
}

#[tokio::test]
async fn nothing_happens_to_a_case_while_it_is_suspended() {
    let bench = Bench::new().await;
    let timer = r#"<userTask id="A"/><boundaryEvent id="B" attachedToRef="A" cancelActivity="false">
        <timerEventDefinition><timeDuration>PT10M</timeDuration></timerEventDefinition>
        </boundaryEvent><userTask id="Late"/>
        <sequenceFlow id="late" sourceRef="B" targetRef="Late"/>"#;
    bench.deploy_line(&[("A", timer)]).await;
    let instance = bench.start(vars(&[])).await;
    let task = bench.task("A").await;
    let reason: Arc<str> = "a complaint".into();
    operate(&bench, Command::Suspend { instance, reason })
        .await
        .unwrap();
    bench.advance(minutes(60)).await;
    assert_eq!(bench.waiting(instance).await, ["A"]);
    let refused = refusal(bench.engine.complete_task(task, vec![], &bench.admin).await);
    assert_eq!(refused, Refusal::CaseSuspended(instance));
    operate(&bench, Command::Resume { instance }).await.unwrap();
    bench.settle().await;
    assert_eq!(bench.waiting(instance).await, ["A", "Late"]);
    bench.advance(minutes(60)).await;
    assert_eq!(
        bench.waiting(instance).await,
        ["A", "Late"],
        "it fires once"
    );
    let refused = refusal(operate(&bench, Command::Resume { instance }).await);
    assert_eq!(refused, Refusal::NotSuspended(instance));
}

#[tokio::test]
async fn an_incident_is_listed_and_resolved_by_trying_again() {
    let bench = Bench::new().await;
    let gateway = r#"<exclusiveGateway id="G"/><userTask id="Yes"/>
        <sequenceFlow id="yes" sourceRef="G" targetRef="Yes">
        <conditionExpression xsi:type="tFormalExpression">=ok</conditionExpression></sequenceFlow>"#;
    let content = format!(
        r#"<startEvent id="S"/><sequenceFlow id="f" sourceRef="S" targetRef="G"/>{gateway}"#
    );
    bench.deploy(&model(&content)).await;
    let instance = bench.start(vars(&[])).await;
    let list = || {
        bench
            .engine
            .incidents(IncidentQuery::default(), Paging::first(10))
    };
    let incident = list().await.unwrap().items.remove(0);
    assert_eq!(
        (&*incident.element, &*incident.kind),
        ("G", "condition-not-boolean")
    );
    let resolve = || Command::ResolveIncident {
        incident: incident.id,
    };
    operate(&bench, resolve()).await.unwrap();
    assert_eq!(
        list().await.unwrap().items.len(),
        1,
        "unmended it is there again"
    );
    let set = Command::SetVariables {
        instance,
        scope: None,
        variables: vars(&[("ok", Value::from(true))]),
    };
    operate(&bench, set).await.unwrap();
    operate(&bench, resolve()).await.unwrap();
    assert_eq!(list().await.unwrap().items, []);
    assert_eq!(bench.waiting(instance).await, ["Yes"]);
    let refused = refusal(operate(&bench, resolve()).await);
    assert_eq!(refused, Refusal::NoIncident(incident.id));
}

#[tokio::test]
async fn a_cancelled_case_leaves_nothing_to_do() {
    let bench = Bench::new().await;
    bench.deploy_line(&[("A", &user("A"))]).await;
    let instance = bench.start(vars(&[])).await;
    let task = bench.task("A").await;
    operate(&bench, Command::Cancel { instance }).await.unwrap();
    assert_eq!(bench.case(instance).await.status, CaseStatus::Cancelled);
    assert_eq!(bench.tasks().await, []);
    let refused = refusal(bench.engine.complete_task(task, vec![], &bench.admin).await);
    let Refusal::WorkEnded { end, .. } = refused else {
        panic!("expected the task to be gone, found {refused:?}");
    };
    assert_eq!(end, Some(reglament_runtime::WorkEnd::Withdrawn));
}

#[tokio::test]
async fn no_number_of_a_case_is_left_out_when_none_is_reserved_ahead() {
    let configure = |builder: EngineBuilder| builder.any_external().numbers_reserved(0);
    let mut bench = Bench::with(configure).await;
    bench.deploy_line(&[("A", &user("A"))]).await;
    for number in 1..=3 {
        assert_eq!(bench.start(vec![]).await, InstanceId(number));
        bench = bench.restarted(configure).await;
    }
}

#[tokio::test]
async fn a_case_that_an_incident_holds_stands_at_the_element_that_has_it() {
    let bench = Bench::new().await;
    let content = "<startEvent id='S'/><exclusiveGateway id='G'/>\
         <endEvent id='E'/><endEvent id='N'/>\
         <sequenceFlow id='f' sourceRef='S' targetRef='G'/>\
         <sequenceFlow id='y' sourceRef='G' targetRef='E'><conditionExpression>ok</conditionExpression></sequenceFlow>\
         <sequenceFlow id='n' sourceRef='G' targetRef='N'><conditionExpression>not(ok)</conditionExpression></sequenceFlow>";
    bench.deploy(&model(content)).await;
    let case = bench.start(vec![]).await;
    let query = InstanceQuery::default();
    let rows = bench.engine.cases(query, Paging::first(9)).await.unwrap();
    let row = rows.items.iter().find(|row| row.instance == case).unwrap();
    assert_eq!((row.step.as_deref(), row.incidents), (Some("G"), 1));
}
