//! What is over goes by itself: cases whose time is over, answers, messages.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use reglament_core::timer::Period;
use reglament_runtime::command::{Command, PublishMessage, Request, StartCase};
use reglament_runtime::history::MasterKey;
use reglament_runtime::store::{Digest, MemoryStore, Store as _};
use reglament_runtime::{
    ERASED_LIMIT, Engine, EngineBuilder, InstanceId, Refusal, Retention, TIDY_EVERY,
};
use support::{Bench, line, model, refusal, user, vars};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn period(text: &str) -> Period {
    Period::parse(text).unwrap()
}

/// Cases of `P` are kept for a year, all others for five.
fn with_retention(builder: EngineBuilder) -> EngineBuilder {
    let retention = Retention::new()
        .of_process("P", period("P1Y"), "item 12")
        .of_all_others(period("P5Y"), "item 15");
    let keys = Arc::new(MasterKey::from_secret(&[8; 32]));
    builder.any_external().keys(keys).retention(retention)
}

/// A case of `process` that has ended now.
async fn ended(bench: &Bench, process: &str) -> InstanceId {
    let case = bench.start_process(process, vars(&[])).await;
    let waiting = bench.engine.case(case).await.unwrap().waiting.remove(0).id;
    let done = bench.engine.complete_task(waiting, vec![], &bench.admin);
    done.await.unwrap();
    case
}

/// Moves the clock on and waits for what the engine does by itself.
async fn wait(bench: &Bench, days: u32) {
    bench.advance(DAY * days).await;
    for _ in 0..20 {
        bench.settle().await;
    }
}

async fn is_there(bench: &Bench, case: InstanceId) -> bool {
    match bench.engine.case(case).await {
        Ok(_) => true,
        refused => {
            assert_eq!(refusal(refused), Refusal::UnknownCase(case));
            false
        }
    }
}

async fn deploy(bench: &Bench) {
    let content = line(&[("A", &user("A"))]);
    bench.deploy(&model(&content)).await;
    let other = model(&content).replace(r#"id="P""#, r#"id="Q""#);
    bench.deploy(&other).await;
}

#[tokio::test]
async fn a_case_is_erased_when_its_time_is_over_and_leaves_a_tombstone() {
    let bench = Bench::with(with_retention).await;
    deploy(&bench).await;
    let (year, years) = (ended(&bench, "P").await, ended(&bench, "Q").await);
    let running = bench.start_process("P", vars(&[])).await;
    let anchor = bench.engine.take_anchor(true, &bench.admin).await.unwrap();
    wait(&bench, 364).await;
    assert!(is_there(&bench, year).await);
    let later = ended(&bench, "P").await;
    wait(&bench, 1).await;
    assert!(!is_there(&bench, year).await);
    assert!(is_there(&bench, years).await);
    assert!(is_there(&bench, later).await);
    let stone = bench.store.events(year, 0, 9).await.unwrap().remove(0);
    let stone = String::from_utf8_lossy(&stone.record.bytes).into_owned();
    assert!(stone.contains("item 12"), "{stone}");

    // Another engine goes on; a leap year has a day more.
    let bench = bench.restarted(with_retention).await;
    wait(&bench, 364).await;
    assert!(is_there(&bench, later).await);
    wait(&bench, 1).await;
    assert!(!is_there(&bench, later).await);
    wait(&bench, 365 * 3).await;
    assert!(is_there(&bench, years).await);
    wait(&bench, 1).await;
    assert!(!is_there(&bench, years).await);
    assert!(is_there(&bench, running).await);
    let report = bench.engine.verify(vec![anchor]).await.unwrap();
    assert_eq!((report.findings, report.erased), (vec![], 3));
}

#[tokio::test]
async fn many_cases_go_in_groups_while_commands_are_answered() {
    let bench = Bench::with(with_retention).await;
    deploy(&bench).await;
    let mut cases = Vec::new();
    for _ in 0..ERASED_LIMIT * 2 + 3 {
        // Some of the longer period stand between them.
        ended(&bench, "Q").await;
        cases.push(ended(&bench, "P").await);
    }
    wait(&bench, 365).await;
    for case in &cases {
        assert!(!is_there(&bench, *case).await, "{case}");
    }
    let stats = bench.engine.stats().await.unwrap();
    assert_eq!(usize::try_from(stats.ended).unwrap(), cases.len());
    ended(&bench, "P").await;
}

#[tokio::test]
async fn retention_without_keys_is_refused() {
    let retention = Retention::new().of_all_others(period("P1Y"), "item 15");
    let opened = Engine::builder(MemoryStore::new()).retention(retention);
    let error = opened.open().await.unwrap_err().to_string();
    assert!(error.contains("retention needs keys"), "{error}");
}

#[tokio::test]
async fn answers_and_messages_whose_time_is_over_go_while_nothing_is_asked() {
    let bench = Bench::new().await;
    bench.deploy(&model(&line(&[("A", &user("A"))]))).await;
    let start = Command::Start(StartCase {
        process: "P".into(),
        ..StartCase::default()
    });
    let request = Request {
        idempotency_key: Some("once".into()),
        ..Request::new(start, bench.admin.clone())
    };
    let first = bench.engine.send(request.clone()).await.unwrap();
    let message = PublishMessage {
        name: "late".into(),
        time_to_live: Some(DAY),
        ..PublishMessage::default()
    };
    bench.engine.publish(message, &bench.admin).await.unwrap();
    let answer = || bench.store.answer("command/once".into());
    assert!(answer().await.unwrap().is_some());
    assert_eq!(bench.engine.stats().await.unwrap().messages, 1);

    bench.clock.advance(DAY);
    bench.advance(TIDY_EVERY).await;
    assert_eq!(bench.engine.stats().await.unwrap().messages, 0);
    assert_eq!(bench.engine.send(request.clone()).await.unwrap(), first);
    bench.clock.advance(DAY * 6);
    bench.advance(TIDY_EVERY).await;
    assert!(answer().await.unwrap().is_none());
    // It is a new command now.
    assert_ne!(bench.engine.send(request).await.unwrap(), first);
    assert_ne!(
        bench
            .store
            .answer("command/once".into())
            .await
            .unwrap()
            .unwrap()
            .command,
        Digest::default()
    );
}
