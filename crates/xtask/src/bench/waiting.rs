//! Many cases that wait, each with an armed timer.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reglament_executor::Actor;
use reglament_runtime::command::StartCase;
use reglament_runtime::store::Store;
use reglament_runtime::{Clock, Engine, ManualClock, Resource, SystemClock};
use reglament_sqlite::{Check, SqliteOptions, SqliteStore};

use super::{Latencies, Outcome, admin, closed, opened, rate, said};

const CLIENTS: u64 = 64;

/// How many commands are measured beside the waiting cases.
const PROBES: u64 = 200;

/// A person has 30 days; then a second person has it.
const MODEL: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    targetNamespace="urn:bench">
  <process id="Waiting" isExecutable="true">
    <startEvent id="Start"/><userTask id="Decide"/>
    <boundaryEvent id="Late" attachedToRef="Decide">
      <timerEventDefinition><timeDuration>P30D</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <endEvent id="Decided"/><endEvent id="Expired"/>
    <sequenceFlow id="f1" sourceRef="Start" targetRef="Decide"/>
    <sequenceFlow id="f2" sourceRef="Decide" targetRef="Decided"/>
    <sequenceFlow id="f3" sourceRef="Late" targetRef="Expired"/>
  </process>
</definitions>"#;

fn start() -> StartCase {
    StartCase {
        process: Arc::from("Waiting"),
        ..StartCase::default()
    }
}

async fn open(file: &Path, clock: Arc<dyn Clock>) -> Outcome<Engine> {
    let options = SqliteOptions::new().check(Check::Header);
    let store = options.open(file).map_err(|error| error.to_string())?;
    let engine = Engine::builder(store).any_external().clock(clock).open();
    engine.await.map_err(|error| error.to_string())
}

pub(super) async fn deploy(engine: &Engine, admin: &Arc<Actor>) -> Outcome {
    let model = vec![Resource::new("waiting.bpmn", MODEL)];
    engine.deploy(model, admin).await.map_err(said).map(|_| ())
}

/// Starts `count` cases with many clients.
pub(super) async fn fill(engine: &Engine, admin: &Arc<Actor>, count: u64) -> Outcome<Duration> {
    let begun = Instant::now();
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let (engine, admin) = (engine.clone(), Arc::clone(admin));
        let share = count / CLIENTS + u64::from(number < count % CLIENTS);
        clients.push(tokio::spawn(async move {
            for _ in 0..share {
                engine.start(start(), &admin).await.map_err(said)?;
            }
            Ok::<(), String>(())
        }));
    }
    for client in clients {
        client.await.map_err(|error| error.to_string())??;
    }
    Ok(begun.elapsed())
}

/// What waiting cases cost, at every power of ten up to `most`.
pub(super) async fn curve(most: u64) -> Outcome {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = folder.path().join("cases.sqlite");
    let admin = admin();
    let engine = open(&file, Arc::new(SystemClock)).await?;
    deploy(&engine, &admin).await?;
    closed(engine).await;
    println!(
        "  waiting   starts/s   bytes/case   next due   command p50      p99   restart   checked   memory"
    );
    let mut there = 0;
    let mut wanted = 1_000;
    while wanted <= most {
        let engine = open(&file, Arc::new(SystemClock)).await?;
        let time = fill(&engine, &admin, wanted - there).await?;
        let starts = rate(wanted - there, time);
        there = wanted;
        let mut commands = Latencies::default();
        for _ in 0..PROBES {
            let begun = Instant::now();
            engine.start(start(), &admin).await.map_err(said)?;
            commands.add(begun);
        }
        there += PROBES;
        closed(engine).await;
        let bytes = std::fs::metadata(&file)
            .map_err(|error| error.to_string())?
            .len();
        let restart = Instant::now();
        let engine = open(&file, Arc::new(SystemClock)).await?;
        let restart = restart.elapsed();
        closed(engine).await;
        let checked = Instant::now();
        let store = opened(&file)?;
        let checked = checked.elapsed();
        let due = next_due(&store).await?;
        drop(store);
        println!(
            "{wanted:>9} {starts:>10.0} {:>12} {:>10.1?} {:>13.1?} {:>8.1?} {restart:>9.1?} {checked:>9.1?} {:>5} MB",
            bytes / there,
            due,
            commands.percentile(50),
            commands.percentile(99),
            resident_kilobytes() / 1024,
        );
        wanted *= 10;
    }
    Ok(())
}

async fn next_due(store: &SqliteStore) -> Outcome<Duration> {
    let mut times = Latencies::default();
    for _ in 0..PROBES {
        let begun = Instant::now();
        store.next_due().await.map_err(|error| error.to_string())?;
        times.add(begun);
    }
    Ok(times.percentile(50))
}

/// The memory of this process in KiB; 0 where the system does not say.
pub(super) fn resident_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default()
}

/// `count` timers due at the same instant, while somebody goes on starting cases.
pub(super) async fn storm(count: u64) -> Outcome {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = folder.path().join("cases.sqlite");
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let engine = open(&file, Arc::clone(&clock) as Arc<dyn Clock>).await?;
    let admin = admin();
    deploy(&engine, &admin).await?;
    fill(&engine, &admin, count).await?;
    let mut calm = Latencies::default();
    for _ in 0..PROBES {
        let begun = Instant::now();
        engine.start(start(), &admin).await.map_err(said)?;
        calm.add(begun);
    }
    let due = 30 * 24 * 60 * 60 + 1;
    clock.advance(Duration::from_secs(due));
    let begun = Instant::now();
    let mut during = Latencies::default();
    let mut ended = 0;
    while ended < count {
        let one = Instant::now();
        engine.start(start(), &admin).await.map_err(said)?;
        during.add(one);
        if during.0.len() % 50 == 0 {
            ended = engine.stats().await.map_err(said)?.ended;
        }
    }
    let time = begun.elapsed();
    println!(
        "{count} timers due at once: {:.1?}, {:.0} timers/s; a command beside them p50 {:.1?}, p99 {:.1?} \
         ({} commands); before p50 {:.1?}, p99 {:.1?}",
        time,
        rate(count, time),
        during.percentile(50),
        during.percentile(99),
        during.0.len(),
        calm.percentile(50),
        calm.percentile(99),
    );
    closed(engine).await;
    Ok(())
}
