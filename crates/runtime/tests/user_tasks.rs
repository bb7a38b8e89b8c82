//! User tasks: who may do what, and in which order.

mod support;

use std::sync::Arc;

use reglament_executor::Actor;
use reglament_feel::Value;
use reglament_runtime::command::{Command, Request};
use reglament_runtime::store::{CaseStatus, ElementInstanceId, Paging, TaskQuery};
use reglament_runtime::{EngineError, Refusal};
use support::{Bench, group_task, person, refusal, user};

async fn send(bench: &Bench, command: Command, actor: &Arc<Actor>) -> Result<(), EngineError> {
    let request = Request::new(command, actor.clone());
    bench.engine.send(request).await.map(|_| ())
}

async fn task(bench: &Bench) -> ElementInstanceId {
    bench
        .deploy_line(&[("T", &group_task("T", "clerks"))])
        .await;
    bench.start(vec![]).await;
    bench.task("T").await
}

#[tokio::test]
async fn only_a_candidate_claims_and_only_the_holder_completes() {
    let bench = Bench::new().await;
    let task = task(&bench).await;
    let (aigul, bolat) = (person("aigul", &["clerks"]), person("bolat", &["clerks"]));
    let stranger = person("stranger", &["guests"]);
    let refused = refusal(bench.engine.claim(task, &stranger).await);
    assert!(
        matches!(refused, Refusal::NotACandidate { .. }),
        "{refused:?}"
    );
    bench.engine.claim(task, &aigul).await.unwrap();
    bench.engine.claim(task, &aigul).await.unwrap();
    for refused in [
        refusal(bench.engine.claim(task, &bolat).await),
        refusal(bench.engine.complete_task(task, vec![], &bolat).await),
    ] {
        let Refusal::Claimed { assignee, .. } = refused else {
            panic!("expected the task to be taken, found {refused:?}");
        };
        assert_eq!(&*assignee, "aigul");
    }
    bench
        .engine
        .complete_task(task, vec![], &aigul)
        .await
        .unwrap();
    assert_eq!(
        bench.case(task.instance).await.status,
        CaseStatus::Completed
    );
}

#[tokio::test]
async fn of_twenty_who_claim_at_once_one_gets_the_task() {
    let bench = Bench::new().await;
    let task = task(&bench).await;
    let mut claims = tokio::task::JoinSet::new();
    for number in 0..20 {
        let engine = bench.engine.clone();
        let actor = person(&format!("clerk {number}"), &["clerks"]);
        claims.spawn(async move { engine.claim(task, &actor).await.is_ok() });
    }
    let won = claims
        .join_all()
        .await
        .into_iter()
        .filter(|won| *won)
        .count();
    assert_eq!(won, 1);
}

#[tokio::test]
async fn of_twenty_who_complete_at_once_one_does() {
    let bench = Bench::new().await;
    bench
        .deploy_line(&[("A", &user("A")), ("B", &user("B"))])
        .await;
    let case = bench.start(vec![]).await;
    let task = bench.task("A").await;
    let mut completions = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (engine, actor) = (bench.engine.clone(), bench.admin.clone());
        completions.spawn(async move { engine.complete_task(task, vec![], &actor).await });
    }
    let (done, refused): (Vec<_>, Vec<_>) = completions
        .join_all()
        .await
        .into_iter()
        .partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (1, 19));
    for refused in refused {
        assert!(matches!(refusal(refused), Refusal::WorkEnded { .. }));
    }
    assert_eq!(bench.waiting(case).await, ["B"], "the second still waits");
}

#[tokio::test]
async fn a_task_that_is_given_back_can_be_taken_by_another() {
    let bench = Bench::new().await;
    let task = task(&bench).await;
    let (aigul, bolat) = (person("aigul", &["clerks"]), person("bolat", &["clerks"]));
    let refused = refusal(send(&bench, Command::Unclaim { task }, &aigul).await);
    assert_eq!(refused, Refusal::NotClaimed(task));
    bench.engine.claim(task, &aigul).await.unwrap();
    send(&bench, Command::Unclaim { task }, &aigul)
        .await
        .unwrap();
    bench.engine.claim(task, &bolat).await.unwrap();
}

#[tokio::test]
async fn a_delegated_task_goes_back_before_it_is_completed() {
    let bench = Bench::new().await;
    let task = task(&bench).await;
    let (chief, expert) = (person("chief", &["clerks"]), person("expert", &[]));
    bench.engine.claim(task, &chief).await.unwrap();
    let to = "expert".into();
    send(&bench, Command::Delegate { task, to }, &chief)
        .await
        .unwrap();
    let refused = refusal(bench.engine.complete_task(task, vec![], &chief).await);
    assert!(matches!(refused, Refusal::Claimed { .. }), "{refused:?}");
    let refused = refusal(bench.engine.complete_task(task, vec![], &expert).await);
    assert!(matches!(refused, Refusal::Delegated { .. }), "{refused:?}");
    send(&bench, Command::ResolveTask { task }, &expert)
        .await
        .unwrap();
    bench
        .engine
        .complete_task(task, vec![], &chief)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_inbox_shows_what_a_person_may_claim_and_what_is_theirs() {
    let bench = Bench::new().await;
    bench
        .deploy_line(&[("T", &group_task("T", "clerks"))])
        .await;
    for _ in 0..5 {
        bench.start(vec![]).await;
    }
    let list = |query: TaskQuery, paging: Paging| bench.engine.tasks(query, paging);
    let open = TaskQuery {
        candidate: Some(("aigul".into(), vec!["clerks".into()])),
        unassigned: true,
        ..TaskQuery::default()
    };
    let first = list(open.clone(), Paging::first(3)).await.unwrap();
    assert_eq!(first.items.len(), 3);
    let rest = Paging {
        after: first.next.clone(),
        limit: 3,
    };
    let second = list(open.clone(), rest).await.unwrap();
    assert_eq!((second.items.len(), second.next), (2, None));
    let aigul = person("aigul", &["clerks"]);
    bench
        .engine
        .claim(first.items.first().unwrap().id, &aigul)
        .await
        .unwrap();
    assert_eq!(list(open, Paging::first(9)).await.unwrap().items.len(), 4);
    let mine = TaskQuery {
        assignee: Some("aigul".into()),
        ..TaskQuery::default()
    };
    assert_eq!(list(mine, Paging::first(9)).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn an_assignee_that_cannot_be_computed_is_an_incident_that_can_be_mended() {
    let bench = Bench::new().await;
    let task = r#"<userTask id="T"><extensionElements>
        <zeebe:assignmentDefinition assignee="=clerk.name"/></extensionElements></userTask>"#;
    bench.deploy_line(&[("T", task)]).await;
    let instance = bench.start(vec![]).await;
    assert_eq!(bench.tasks().await, []);
    let page = bench
        .engine
        .incidents(Default::default(), Paging::first(9))
        .await
        .unwrap();
    let incident = page.items.first().unwrap();
    let clerk: Value = Value::from_json_str(r#"{"name": "aigul"}"#).unwrap();
    let set = Command::SetVariables {
        instance,
        scope: None,
        variables: support::vars(&[("clerk", clerk)]),
    };
    send(&bench, set, &bench.admin).await.unwrap();
    let resolve = Command::ResolveIncident {
        incident: incident.id,
    };
    send(&bench, resolve, &bench.admin).await.unwrap();
    let task = bench.task("T").await;
    bench
        .engine
        .complete_task(task, vec![], &person("aigul", &[]))
        .await
        .unwrap();
}
