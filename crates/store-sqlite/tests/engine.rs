//! What an engine says and keeps when its disk is full, its file is damaged or its clock is set.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reglament_core::timer::Timestamp;
use reglament_executor::{Actor, InstanceId};
use reglament_runtime::command::StartCase;
use reglament_runtime::history::audit::{take_anchor, verify};
use reglament_runtime::history::{Anchor, Keys, MasterKey};
use reglament_runtime::store::{InstanceQuery, Paging, Store};
use reglament_runtime::{CaseFacts, Clock, Engine, EngineError, ManualClock, Resource};
use reglament_sqlite::{SqliteOptions, SqliteStore};

const MODEL: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    targetNamespace="urn:test">
  <process id="P" isExecutable="true">
    <startEvent id="S"/><userTask id="T"/>
    <boundaryEvent id="Late" attachedToRef="T"><timerEventDefinition>
      <timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>
    <endEvent id="E"/><endEvent id="Expired"/>
    <sequenceFlow id="a" sourceRef="S" targetRef="T"/>
    <sequenceFlow id="b" sourceRef="T" targetRef="E"/>
    <sequenceFlow id="c" sourceRef="Late" targetRef="Expired"/>
  </process>
</definitions>"#;

fn admin() -> Arc<Actor> {
    Arc::new(Actor::system())
}

async fn engine(store: SqliteStore) -> Engine {
    Engine::builder(store).any_external().open().await.unwrap()
}

async fn start(engine: &Engine, key: &str) -> Result<InstanceId, EngineError> {
    let start = StartCase {
        process: "P".into(),
        facts: CaseFacts {
            business_key: Some(key.into()),
            ..CaseFacts::default()
        },
        ..StartCase::default()
    };
    engine.start(start, &admin()).await
}

async fn deployed(store: SqliteStore) -> Engine {
    let engine = engine(store).await;
    let files = vec![Resource::new("p.bpmn", MODEL)];
    engine.deploy(files, &admin()).await.unwrap();
    engine
}

async fn closed(engine: Engine) {
    engine.shutdown(Duration::from_secs(9)).await;
}

/// Every case with its stored state and rows, in words.
async fn contents(store: &SqliteStore) -> BTreeMap<InstanceId, String> {
    let page = store.instances(InstanceQuery::default(), Paging::first(9_999));
    let mut all = BTreeMap::new();
    for row in page.await.unwrap().items {
        let stored = store.load(vec![row.instance]).await.unwrap();
        let events = store.events(row.instance, 0, 999).await.unwrap();
        all.insert(row.instance, format!("{row:?} {stored:?} {events:?}"));
    }
    all
}

#[tokio::test]
async fn on_a_full_disk_every_refusal_is_clear_and_what_was_acknowledged_stays() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.sqlite");
    let small = SqliteOptions::new().max_bytes(600 * 1024);
    let engine = deployed(small.open(&file).unwrap()).await;
    let mut acknowledged = BTreeMap::new();
    let mut refused = 0;
    for number in 0..400 {
        let key = format!("case {number}");
        match start(&engine, &key).await {
            Ok(case) => {
                acknowledged.insert(case, key);
            }
            Err(EngineError::Store(error)) => {
                assert_eq!(error.to_string(), "the disk is full");
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
        if refused > 3 {
            break;
        }
    }
    assert!(acknowledged.len() > 20 && refused > 3);
    // What is there can be read meanwhile.
    let first = acknowledged.keys().next().copied().unwrap();
    assert!(!engine.case(first).await.unwrap().status.has_ended());
    closed(engine).await;
    let engine = self::engine(SqliteStore::open(&file).unwrap()).await;
    let page = engine.cases(InstanceQuery::default(), Paging::first(999));
    let there = page.await.unwrap().items.into_iter();
    let there = there.map(|row| (row.instance, row.business_key.unwrap().to_string()));
    assert_eq!(there.collect::<BTreeMap<_, _>>(), acknowledged);
    for case in acknowledged.keys() {
        engine.replay(*case).await.unwrap().unwrap();
    }
    start(&engine, "there is room again").await.unwrap();
    closed(engine).await;
}

/// Where `contents` of `damaged` is not `good`: nothing finds that the file is damaged.
async fn is_served_as_good(
    damaged: &Path,
    good: &BTreeMap<InstanceId, String>,
    anchor: &Anchor,
) -> bool {
    let Ok(store) = SqliteStore::open(damaged) else {
        return false;
    };
    let key = MasterKey::from_secret(&[3; 32]).public_key();
    match verify(&store, vec![anchor.clone()], key).await {
        Ok(report) if report.is_clean() => {}
        _ => return false,
    }
    for (instance, expected) in good {
        let Ok(stored) = store.load(vec![*instance]).await else {
            return false;
        };
        let Ok(events) = store.events(*instance, 0, 999).await else {
            return false;
        };
        if !expected.ends_with(&format!("{stored:?} {events:?}")) {
            return true;
        }
    }
    false
}

/// A byte of a file changes: either it is found when the file is opened, or when it is read, or by the
/// verification against an anchor; or no state and no record is another one.
#[tokio::test]
async fn no_damaged_byte_changes_a_state_or_a_record_unnoticed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.sqlite");
    let engine = deployed(SqliteStore::open(&file).unwrap()).await;
    for number in 0..12 {
        start(&engine, &format!("case {number}")).await.unwrap();
    }
    closed(engine).await;
    let store = SqliteStore::open(&file).unwrap();
    let good = contents(&store).await;
    let keys = MasterKey::from_secret(&[3; 32]);
    let anchor = take_anchor(&store, &keys, Timestamp::EPOCH, true).await;
    let anchor = anchor.unwrap();
    drop(store);
    let bytes = fs::read(&file).unwrap();
    let damaged = folder.path().join("damaged.sqlite");
    // Every so many bytes one, at places that fall on all parts of pages.
    for place in (0..bytes.len()).step_by(bytes.len() / 150) {
        let mut changed = bytes.clone();
        if let Some(byte) = changed.get_mut(place) {
            *byte ^= 0x15;
        }
        fs::write(&damaged, changed).unwrap();
        assert!(
            !is_served_as_good(&damaged, &good, &anchor).await,
            "byte {place} was changed, and nobody noticed"
        );
    }
}

#[tokio::test]
async fn a_clock_that_jumps_loses_nothing_and_fires_each_timer_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.sqlite");
    let clock = Arc::new(ManualClock::new(Timestamp::from_micros(
        1_795_248_000_000_000,
    )));
    let hour = Duration::from_secs(3_600);
    let mut fired = BTreeMap::new();
    let mut cases = Vec::new();
    // Set back by an hour, then ahead by a year, then back by a month; between them a restart.
    for jump in [-3_600_i64, 365 * 86_400, -30 * 86_400] {
        let store = SqliteStore::open(&file).unwrap();
        let engine = Engine::builder(store)
            .any_external()
            .clock(Arc::clone(&clock) as Arc<dyn Clock>)
            .open()
            .await
            .unwrap();
        let files = vec![Resource::new("p.bpmn", MODEL)];
        engine.deploy(files, &admin()).await.unwrap();
        for number in 0..5 {
            let key = format!("{jump} {number}");
            cases.push(start(&engine, &key).await.unwrap());
        }
        let then = clock.now().checked_add_micros(jump * 1_000_000).unwrap();
        clock.set(then);
        // The next command goes into the same commit as what is due, or into a later one.
        cases.push(start(&engine, &format!("{jump} after")).await.unwrap());
        clock.advance(hour / 2);
        cases.push(start(&engine, &format!("{jump} later")).await.unwrap());
        closed(engine).await;
    }
    clock.advance(hour * 24 * 400);
    let store = SqliteStore::open(&file).unwrap();
    let engine = Engine::builder(store)
        .any_external()
        .clock(Arc::clone(&clock) as Arc<dyn Clock>)
        .open()
        .await
        .unwrap();
    while engine.stats().await.unwrap().due > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    for case in &cases {
        let records = engine.history(*case, 0, 99).await.unwrap();
        let kinds = records
            .iter()
            .map(|(event, _)| event.record.kind.to_string());
        *fired.entry(*case).or_insert(0) += kinds.filter(|kind| kind == "triggered").count();
        engine.replay(*case).await.unwrap().unwrap();
    }
    assert_eq!(cases.len(), 21);
    assert!(fired.values().all(|count| *count == 1), "{fired:?}");
    closed(engine).await;
}
