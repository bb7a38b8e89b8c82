//! Timers: fired once, in order, also when nobody was there, and without keeping others waiting.

mod support;

use reglament_runtime::EngineBuilder;
use reglament_runtime::store::CaseStatus;
use support::{Bench, line, minutes, model, user};

fn waits(id: &str, duration: &str) -> String {
    format!(
        r#"<intermediateCatchEvent id="{id}"><timerEventDefinition>
        <timeDuration>{duration}</timeDuration></timerEventDefinition></intermediateCatchEvent>"#
    )
}

#[tokio::test]
async fn a_timer_fires_when_it_is_due_and_not_before() {
    let bench = Bench::new().await;
    bench.deploy_line(&[("W", &waits("W", "PT10M"))]).await;
    let case = bench.start(vec![]).await;
    let due = bench.case(case).await.due.unwrap();
    let before = due.checked_add_micros(-1).unwrap();
    bench.clock.set(before);
    assert_eq!(bench.waiting(case).await, ["W"]);
    bench.clock.set(due);
    assert_eq!(bench.case(case).await.status, CaseStatus::Completed);
}

#[tokio::test]
async fn what_became_due_while_nobody_was_there_fires_once_after_the_restart() {
    let bench = Bench::new().await;
    let task = r#"<userTask id="T"/><boundaryEvent id="B" attachedToRef="T" cancelActivity="false">
        <timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition></boundaryEvent>
        <userTask id="Late"/><sequenceFlow id="b" sourceRef="B" targetRef="Late"/>"#;
    bench.deploy_line(&[("T", task)]).await;
    let case = bench.start(vec![]).await;
    bench.engine.shutdown(minutes(1)).await;
    bench.clock.advance(minutes(3 * 24 * 60));
    let bench = bench.restarted(EngineBuilder::any_external).await;
    assert_eq!(bench.waiting(case).await, ["T", "Late"]);
    bench.advance(minutes(3 * 24 * 60)).await;
    assert_eq!(bench.waiting(case).await, ["T", "Late"]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_fires_nothing_twice() {
    let bench = Bench::new().await;
    bench
        .deploy_line(&[("W", &waits("W", "PT10M")), ("A", &user("A"))])
        .await;
    let case = bench.start(vec![]).await;
    let begun = support::start_of_test();
    bench.advance(minutes(11)).await;
    bench.clock.set(begun);
    bench.settle().await;
    bench.advance(minutes(11)).await;
    assert_eq!(bench.waiting(case).await, ["A"]);
}

#[tokio::test]
async fn a_storm_of_timers_keeps_nobody_from_their_task() {
    let bench = Bench::with(|builder| builder.any_external().cached_cases(50)).await;
    bench.deploy_line(&[("W", &waits("W", "PT10M"))]).await;
    let one = model(&line(&[("A", &user("A"))])).replace(r#"process id="P""#, r#"process id="Q""#);
    bench.deploy(&one).await;
    for _ in 0..1_000 {
        bench.start(vec![]).await;
    }
    bench.start_process("Q", vec![]).await;
    let task = bench.task("A").await;
    bench.clock.advance(minutes(11));
    bench
        .engine
        .complete_task(task, vec![], &bench.admin)
        .await
        .unwrap();
    let due = bench.engine.stats().await.unwrap().due;
    assert!(due > 500, "the task was done before {due} of the timers");
    for _ in 0..20 {
        bench.settle().await;
    }
    let stats = bench.engine.stats().await.unwrap();
    assert_eq!((stats.due, stats.running, stats.ended), (0, 0, 1_001));
}

#[tokio::test]
async fn a_reader_of_the_stream_gets_every_event_once_and_in_order() {
    use reglament_runtime::store::Position;
    let bench = Bench::new().await;
    bench.deploy_line(&[("A", &user("A"))]).await;
    let mut events = bench.engine.events(Position(0));
    for _ in 0..300 {
        bench.start(vec![]).await;
    }
    let mut last = 0;
    while let Some(event) = events.try_next().await.unwrap() {
        last += 1;
        assert_eq!(event.position.0, last);
    }
    assert_eq!(last, bench.engine.stats().await.unwrap().position.0);
    let (next, _) = tokio::join!(events.next(), bench.start(vec![]));
    assert_eq!(next.unwrap().position.0, last + 1);
}
