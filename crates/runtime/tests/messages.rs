//! Messages and signals: each delivered once, whatever comes first, and also over a restart.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

mod support;

use reglament_feel::Value;
use reglament_runtime::command::{PublishMessage, Published};
use reglament_runtime::store::CaseStatus;
use reglament_runtime::{EngineBuilder, Refusal};
use support::{Bench, line, model_with, refusal, seconds, user, vars};

const ROOTS: &str = r#"<message id="Paper" name="paper"><extensionElements>
    <zeebe:subscription correlationKey="=no"/></extensionElements></message>
    <message id="Order" name="order"/><signal id="Stop" name="stop"/>"#;

fn catches(id: &str) -> String {
    format!(
        r#"<intermediateCatchEvent id="{id}"><messageEventDefinition messageRef="Paper"/>
        </intermediateCatchEvent>"#
    )
}

fn paper(key: &str) -> PublishMessage {
    PublishMessage {
        name: "paper".into(),
        key: Some(key.into()),
        variables: vars(&[("got", Value::from(key))]),
        ..PublishMessage::default()
    }
}

async fn publish(bench: &Bench, message: PublishMessage) -> Published {
    bench.engine.publish(message, &bench.admin).await.unwrap()
}

async fn waiting_for_paper() -> Bench {
    let bench = Bench::new().await;
    bench
        .deploy(&model_with(ROOTS, &line(&[("M", &catches("M"))])))
        .await;
    bench
}

#[tokio::test]
async fn a_message_goes_to_the_case_with_its_key() {
    let bench = waiting_for_paper().await;
    let one = bench.start(vars(&[("no", Value::from(1))])).await;
    let two = bench.start(vars(&[("no", Value::from("2"))])).await;
    assert_eq!(
        publish(&bench, paper("2")).await,
        Published::Delivered { instance: two }
    );
    assert_eq!(bench.case(two).await.status, CaseStatus::Completed);
    assert_eq!(bench.variable(two, "got").await, Some(Value::from("2")));
    assert_eq!(bench.waiting(one).await, ["M"]);
}

#[tokio::test]
async fn a_message_that_comes_first_is_kept_and_consumed_once() {
    let bench = waiting_for_paper().await;
    assert_eq!(publish(&bench, paper("7")).await, Published::Kept);
    let bench = bench.restarted(EngineBuilder::any_external).await;
    let first = bench.start(vars(&[("no", Value::from(7))])).await;
    assert_eq!(bench.case(first).await.status, CaseStatus::Completed);
    let second = bench.start(vars(&[("no", Value::from(7))])).await;
    assert_eq!(bench.waiting(second).await, ["M"]);
    assert_eq!(bench.engine.stats().await.unwrap().messages, 0);
}

#[tokio::test]
async fn the_deadline_of_a_message_is_looked_at_when_it_is_correlated() {
    let bench = waiting_for_paper().await;
    let short = PublishMessage {
        time_to_live: Some(seconds(1)),
        ..paper("7")
    };
    assert_eq!(publish(&bench, short.clone()).await, Published::Kept);
    bench.advance(seconds(1)).await;
    let case = bench.start(vars(&[("no", Value::from(7))])).await;
    assert_eq!(bench.waiting(case).await, ["M"]);
    let none = PublishMessage {
        time_to_live: Some(seconds(0)),
        ..paper("8")
    };
    assert_eq!(publish(&bench, none).await, Published::Dropped);
}

#[tokio::test]
async fn a_message_of_the_same_id_is_taken_once_also_after_a_restart() {
    let bench = waiting_for_paper().await;
    let with_id = || PublishMessage {
        message_id: Some("mail-17".into()),
        ..paper("7")
    };
    let first = bench.start(vars(&[("no", Value::from(7))])).await;
    let delivered = Published::Delivered { instance: first };
    assert_eq!(publish(&bench, with_id()).await, delivered);
    assert_eq!(publish(&bench, with_id()).await, delivered);
    let bench = bench.restarted(EngineBuilder::any_external).await;
    assert_eq!(publish(&bench, with_id()).await, delivered);
    assert_eq!(
        bench.engine.stats().await.unwrap().messages,
        0,
        "it is not kept either"
    );
}

#[tokio::test]
async fn a_message_for_several_is_refused_and_names_them() {
    let bench = waiting_for_paper().await;
    for _ in 0..2 {
        bench.start(vars(&[("no", Value::from(7))])).await;
    }
    let refused = refusal(bench.engine.publish(paper("7"), &bench.admin).await);
    let Refusal::Ambiguous { candidates, .. } = refused else {
        panic!("expected two candidates, found {refused:?}");
    };
    assert_eq!(candidates, ["M of case 1".into(), "M of case 2".into()]);
}

#[tokio::test]
async fn messages_of_one_group_find_what_the_group_has_armed() {
    let bench = waiting_for_paper().await;
    let start = reglament_runtime::command::StartCase {
        process: "P".into(),
        variables: vars(&[("no", Value::from(7))]),
        ..Default::default()
    };
    let (case, first, second) = tokio::join!(
        bench.engine.start(start, &bench.admin),
        bench.engine.publish(paper("7"), &bench.admin),
        bench.engine.publish(paper("7"), &bench.admin),
    );
    let instance = case.unwrap();
    assert_eq!(first.unwrap(), Published::Delivered { instance });
    assert_eq!(second.unwrap(), Published::Kept);
}

#[tokio::test]
async fn a_message_starts_a_case_of_the_newest_version() {
    let bench = Bench::new().await;
    let process = |task: &str| {
        let content = format!(
            r#"<startEvent id="S"><messageEventDefinition messageRef="Order"/></startEvent>{}
            <sequenceFlow id="f" sourceRef="S" targetRef="{task}"/>"#,
            user(task)
        );
        model_with(ROOTS, &content)
    };
    bench.deploy(&process("Old")).await;
    bench.deploy(&process("New")).await;
    let order = PublishMessage {
        name: "order".into(),
        variables: vars(&[("n", Value::from(1))]),
        ..PublishMessage::default()
    };
    let Published::Started { instance } = publish(&bench, order).await else {
        panic!("expected a case to begin");
    };
    assert_eq!(bench.waiting(instance).await, ["New"]);
    assert_eq!(bench.variable(instance, "n").await, Some(Value::from(1)));
}

/// Two pools: `A` sends to `B`, which answers.
const CONVERSATION: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:test">
  <message id="Ask" name="ask"/><message id="Reply" name="reply"/>
  <collaboration id="C"><participant id="PA" processRef="A"/><participant id="PB" processRef="B"/>
    <messageFlow id="m1" sourceRef="Throw" targetRef="Begin"/>
    <messageFlow id="m2" sourceRef="Answer" targetRef="Catch"/></collaboration>
  <process id="A" isExecutable="true"><startEvent id="SA"/>
    <intermediateThrowEvent id="Throw"><messageEventDefinition messageRef="Ask"/></intermediateThrowEvent>
    <intermediateCatchEvent id="Catch"><messageEventDefinition messageRef="Reply"/></intermediateCatchEvent>
    <endEvent id="EA"/>
    <sequenceFlow id="a1" sourceRef="SA" targetRef="Throw"/>
    <sequenceFlow id="a2" sourceRef="Throw" targetRef="Catch"/>
    <sequenceFlow id="a3" sourceRef="Catch" targetRef="EA"/></process>
  <process id="B" isExecutable="true">
    <startEvent id="Begin"><messageEventDefinition messageRef="Ask"/></startEvent>
    <userTask id="Work"/>
    <endEvent id="Answer"><messageEventDefinition messageRef="Reply"/></endEvent>
    <sequenceFlow id="b1" sourceRef="Begin" targetRef="Work"/>
    <sequenceFlow id="b2" sourceRef="Work" targetRef="Answer"/></process>
</definitions>"#;

#[tokio::test]
async fn an_answer_goes_to_the_case_that_asked_also_after_a_restart() {
    let bench = Bench::new().await;
    bench.deploy(CONVERSATION).await;
    let one = bench.start_process("A", vec![]).await;
    let two = bench.start_process("A", vec![]).await;
    bench.settle().await;
    let bench = bench.restarted(EngineBuilder::any_external).await;
    let tasks = bench.tasks().await;
    assert_eq!(tasks.len(), 2, "each has begun a case of the other process");
    let second = tasks.last().unwrap().id;
    bench
        .engine
        .complete_task(second, vec![], &bench.admin)
        .await
        .unwrap();
    assert_eq!(bench.waiting(one).await, ["Catch"]);
    assert_eq!(bench.case(two).await.status, CaseStatus::Completed);
    let first = bench.task("Work").await;
    bench
        .engine
        .complete_task(first, vec![], &bench.admin)
        .await
        .unwrap();
    assert_eq!(bench.case(one).await.status, CaseStatus::Completed);
    assert_eq!(bench.engine.stats().await.unwrap().messages, 0);
}

#[tokio::test]
async fn a_signal_reaches_every_case_that_waits_once() {
    let bench = Bench::new().await;
    let task = r#"<userTask id="T"/><boundaryEvent id="B" attachedToRef="T" cancelActivity="false">
        <signalEventDefinition signalRef="Stop"/></boundaryEvent><userTask id="Told"/>
        <sequenceFlow id="b" sourceRef="B" targetRef="Told"/>"#;
    bench
        .deploy(&model_with(ROOTS, &line(&[("T", task)])))
        .await;
    let mut cases = Vec::new();
    for _ in 0..150 {
        cases.push(bench.start(vec![]).await);
    }
    bench
        .engine
        .broadcast("stop", vec![], &bench.admin)
        .await
        .unwrap();
    let late = bench.start(vec![]).await;
    // In the middle of the fan-out another engine takes over.
    let bench = bench.restarted(EngineBuilder::any_external).await;
    for case in cases {
        assert_eq!(bench.waiting(case).await, ["T", "Told"]);
    }
    assert_eq!(
        bench.waiting(late).await,
        ["T"],
        "who comes later has missed it"
    );
    assert_eq!(bench.engine.stats().await.unwrap().messages, 0);
}

#[tokio::test]
async fn messages_for_a_suspended_case_are_kept_until_it_goes_on() {
    use reglament_runtime::command::{Command, Request};
    let bench = waiting_for_paper().await;
    let instance = bench.start(vars(&[("no", Value::from(7))])).await;
    let send = |command| {
        bench
            .engine
            .send(Request::new(command, bench.admin.clone()))
    };
    let reason = "a complaint".into();
    send(Command::Suspend { instance, reason }).await.unwrap();
    assert_eq!(publish(&bench, paper("7")).await, Published::Kept);
    send(Command::Resume { instance }).await.unwrap();
    assert_eq!(bench.case(instance).await.status, CaseStatus::Completed);
}
