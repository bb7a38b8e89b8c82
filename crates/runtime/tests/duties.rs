//! Separation and binding of duties: who has performed one task must not, or must, perform another.

mod support;

use std::sync::Arc;

use reglament_executor::{Actor, DutyRule, InstanceId};
use reglament_runtime::command::{Command, Request};
use reglament_runtime::store::ElementInstanceId;
use reglament_runtime::{CaseEvent, EngineError, Refusal};
use support::{Bench, line, model_with, person, refusal};

/// A user task of the clerks with a duty.
fn task(id: &str, duty: &str) -> String {
    format!(
        r#"<userTask id="{id}"><extensionElements>
          <zeebe:assignmentDefinition candidateGroups="clerks"/>{duty}</extensionElements></userTask>"#
    )
}

fn separated(from: &str) -> String {
    format!(r#"<reg:separationOfDuties xmlns:reg="urn:reglament:bpmn:1" tasks="{from}"/>"#)
}

fn bound(to: &str) -> String {
    format!(r#"<reg:bindingOfDuties xmlns:reg="urn:reglament:bpmn:1" tasks="{to}"/>"#)
}

/// A bench with a case of `elements` in a row.
async fn started(elements: &[(&str, &str)]) -> (Bench, InstanceId) {
    let bench = Bench::new().await;
    bench.deploy(&model_with("", &line(elements))).await;
    let case = bench.start(vec![]).await;
    (bench, case)
}

fn clerk(id: &str) -> Arc<Actor> {
    person(id, &["clerks"])
}

async fn complete(
    bench: &Bench,
    task: ElementInstanceId,
    actor: &Arc<Actor>,
) -> Result<(), EngineError> {
    bench.engine.complete_task(task, vec![], actor).await
}

async fn send(bench: &Bench, command: Command, actor: &Arc<Actor>) -> Result<(), EngineError> {
    let request = Request::new(command, Arc::clone(actor));
    bench.engine.send(request).await.map(|_| ())
}

/// The rule and the two tasks of a refusal.
fn broken<T: std::fmt::Debug>(result: Result<T, EngineError>) -> (DutyRule, String, String) {
    match refusal(result) {
        Refusal::Duty { conflict, .. } => (
            conflict.rule,
            conflict.task.to_string(),
            conflict.other.to_string(),
        ),
        other => unreachable!("expected a duty, found {other:?}"),
    }
}

fn separation(task: &str, other: &str) -> (DutyRule, String, String) {
    (DutyRule::Separation, task.to_owned(), other.to_owned())
}

/// The events of a case about duties: kind, and who acted.
async fn told(bench: &Bench, case: InstanceId) -> Vec<(String, String)> {
    let records = bench.engine.history(case, 0, 1_000).await;
    let records = records.unwrap_or_default();
    let told = records.iter().filter_map(|(_, opened)| {
        let record = &opened.content;
        matches!(
            record.event,
            CaseEvent::TaskPerformed { .. } | CaseEvent::DutyRefused { .. }
        )
        .then(|| (record.event.kind().to_owned(), record.actor.id.to_string()))
    });
    told.collect()
}

#[tokio::test]
async fn who_has_performed_a_task_neither_claims_nor_completes_the_separated_one() {
    let (a, b) = (task("A", ""), task("B", &separated("A")));
    let (bench, case) = started(&[("A", &a), ("B", &b)]).await;
    let (aigul, bolat) = (clerk("aigul"), clerk("bolat"));
    complete(&bench, bench.task("A").await, &aigul)
        .await
        .unwrap();
    let second = bench.task("B").await;
    let claimed = bench.engine.claim(second, &aigul).await;
    assert_eq!(
        claimed.as_ref().unwrap_err().to_string(),
        format!(
            "task {second}: `aigul` performs `A` in this case, and another person has to perform `B`"
        )
    );
    assert_eq!(broken(claimed), separation("B", "A"));
    assert_eq!(
        broken(complete(&bench, second, &aigul).await),
        separation("B", "A")
    );
    complete(&bench, second, &bolat).await.unwrap();
    assert!(bench.case(case).await.status.has_ended());
    let expected = [
        ("task-performed", "aigul"),
        ("duty-refused", "aigul"),
        ("duty-refused", "aigul"),
        ("task-performed", "bolat"),
    ];
    let expected = expected.map(|(kind, who)| (kind.to_owned(), who.to_owned()));
    assert_eq!(told(&bench, case).await, expected);
}

#[tokio::test]
async fn a_separation_holds_in_both_directions_and_in_every_pass() {
    // The duty stands on the task that comes first.
    let (a, b) = (task("A", &separated("B")), task("B", ""));
    let content = format!(
        r#"<startEvent id="S"/><sequenceFlow id="f" sourceRef="S" targetRef="X"/>
        <exclusiveGateway id="X"/><sequenceFlow id="g" sourceRef="X" targetRef="A"/>{a}
        <sequenceFlow id="h" sourceRef="A" targetRef="B"/>{b}
        <sequenceFlow id="i" sourceRef="B" targetRef="X"/>"#
    );
    let bench = Bench::new().await;
    bench.deploy(&model_with("", &content)).await;
    let case = bench.start(vec![]).await;
    let (aigul, bolat, dana) = (clerk("aigul"), clerk("bolat"), clerk("dana"));
    complete(&bench, bench.task("A").await, &aigul)
        .await
        .unwrap();
    complete(&bench, bench.task("B").await, &bolat)
        .await
        .unwrap();
    // The next pass: who was second is not first, whoever comes between.
    let again = bench.task("A").await;
    assert_eq!(
        broken(complete(&bench, again, &bolat).await),
        separation("A", "B")
    );
    complete(&bench, again, &dana).await.unwrap();
    let again = bench.task("B").await;
    assert_eq!(
        broken(complete(&bench, again, &aigul).await),
        separation("B", "A")
    );
    complete(&bench, again, &bolat).await.unwrap();
    bench.case(case).await;
}

#[tokio::test]
async fn tasks_side_by_side_are_not_claimed_by_one_person() {
    let (a, b) = (task("A", ""), task("B", &separated("A")));
    let content = format!(
        r#"<startEvent id="S"/><sequenceFlow id="f" sourceRef="S" targetRef="G"/>
        <parallelGateway id="G"/><sequenceFlow id="g" sourceRef="G" targetRef="A"/>{a}
        <sequenceFlow id="h" sourceRef="G" targetRef="B"/>{b}"#
    );
    let bench = Bench::new().await;
    bench.deploy(&model_with("", &content)).await;
    bench.start(vec![]).await;
    let aigul = clerk("aigul");
    let (one, two) = (bench.task("A").await, bench.task("B").await);
    bench.engine.claim(two, &aigul).await.unwrap();
    assert_eq!(
        broken(bench.engine.claim(one, &aigul).await),
        separation("A", "B")
    );
    // What was given back is in nobody's hands.
    send(&bench, Command::Unclaim { task: two }, &aigul)
        .await
        .unwrap();
    bench.engine.claim(one, &aigul).await.unwrap();
    complete(&bench, one, &aigul).await.unwrap();
    assert_eq!(
        broken(complete(&bench, two, &aigul).await),
        separation("B", "A")
    );
}

#[tokio::test]
async fn a_delegate_is_bound_too_and_has_performed_what_was_given_back() {
    let (a, b) = (task("A", ""), task("B", &separated("A")));
    let (bench, case) = started(&[("A", &a), ("B", &b)]).await;
    let (aigul, bolat, dana) = (clerk("aigul"), clerk("bolat"), clerk("dana"));
    let first = bench.task("A").await;
    bench.engine.claim(first, &aigul).await.unwrap();
    let to = |to: &str| Command::Delegate {
        task: first,
        to: to.into(),
    };
    send(&bench, to("bolat"), &aigul).await.unwrap();
    send(&bench, Command::ResolveTask { task: first }, &bolat)
        .await
        .unwrap();
    complete(&bench, first, &aigul).await.unwrap();
    let second = bench.task("B").await;
    for performer in [&aigul, &bolat] {
        assert_eq!(
            broken(bench.engine.claim(second, performer).await),
            separation("B", "A")
        );
    }
    bench.engine.claim(second, &dana).await.unwrap();
    let to_bolat = Command::Delegate {
        task: second,
        to: "bolat".into(),
    };
    assert_eq!(
        broken(send(&bench, to_bolat, &dana).await),
        separation("B", "A")
    );
    complete(&bench, second, &dana).await.unwrap();
    bench.case(case).await;
}

#[tokio::test]
async fn a_binding_keeps_the_person_who_was_last() {
    let (a, b) = (task("A", ""), task("B", &bound("A")));
    let (bench, case) = started(&[("A", &a), ("B", &b)]).await;
    let (aigul, bolat) = (clerk("aigul"), clerk("bolat"));
    complete(&bench, bench.task("A").await, &aigul)
        .await
        .unwrap();
    let second = bench.task("B").await;
    let refused = bench.engine.claim(second, &bolat).await;
    assert_eq!(
        broken(refused),
        (DutyRule::Binding, "B".to_owned(), "A".to_owned())
    );
    bench.engine.claim(second, &aigul).await.unwrap();
    complete(&bench, second, &aigul).await.unwrap();
    bench.case(case).await;
}

#[tokio::test]
async fn duties_survive_a_restart_and_bind_no_administrator() {
    let (a, b) = (task("A", ""), task("B", &separated("A")));
    let (bench, case) = started(&[("A", &a), ("B", &b)]).await;
    let aigul = clerk("aigul");
    complete(&bench, bench.task("A").await, &aigul)
        .await
        .unwrap();
    let bench = bench.restarted(|builder| builder).await;
    let second = bench.task("B").await;
    assert_eq!(
        broken(bench.engine.claim(second, &aigul).await),
        separation("B", "A")
    );
    let chief = Arc::new(Actor {
        unrestricted: true,
        ..Actor::clone(&aigul)
    });
    complete(&bench, second, &chief).await.unwrap();
    let told = told(&bench, case).await;
    assert_eq!(told.last().map(|it| &*it.0), Some("task-performed"));
    bench.case(case).await;
}
