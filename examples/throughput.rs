//! How many cases a second the durable engine runs over SQLite on this machine. For figures that can be
//! compared use the benches; this shows the shape of a program with many clients.
//!
//! Run it with `cargo run --release -p reglament-examples --example throughput -- --cases 20000`.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use reglament::Actor;
use reglament::runtime::command::StartCase;
use reglament::runtime::store::{InstanceQuery, Paging};
use reglament::runtime::{Engine, EngineError, Resource};
use reglament::sqlite::SqliteStore;

/// One case is two commands: it begins and its user task is done.
const MODEL: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    targetNamespace="urn:example"><process id="P" isExecutable="true">
  <startEvent id="S"/><sequenceFlow id="f1" sourceRef="S" targetRef="T"/>
  <userTask id="T"/><sequenceFlow id="f2" sourceRef="T" targetRef="E"/><endEvent id="E"/>
</process></definitions>"#;

/// How many ask at the same time: what waits together is committed together.
const CLIENTS: u32 = 32;

/// What `--cases N` says; small without it.
fn cases() -> Result<u32, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => Ok(200),
        (Some("--cases"), Some(number)) => Ok(number.parse()?),
        _ => Err("expected `--cases N`".into()),
    }
}

async fn client(engine: Engine, cases: u32, progress: ProgressBar) -> Result<(), EngineError> {
    let admin = Arc::new(Actor::system());
    for _ in 0..cases {
        let start = StartCase {
            process: "P".into(),
            ..StartCase::default()
        };
        let case = engine.start(start, &admin).await?;
        for waiting in engine.case(case).await?.waiting {
            engine.complete_task(waiting.id, vec![], &admin).await?;
        }
        progress.inc(1);
    }
    Ok(())
}

async fn measure(file: &Path, cases: u32) -> Result<(), Box<dyn Error>> {
    let engine = Engine::builder(SqliteStore::open(file)?).open().await?;
    let admin = Arc::new(Actor::system());
    engine
        .deploy(vec![Resource::new("p.bpmn", MODEL)], &admin)
        .await?;
    // Drawn on a terminal, silent in a pipe.
    let progress = ProgressBar::new(cases.into());
    let begun = Instant::now();
    let clients = (0..CLIENTS).map(|number| {
        let share = cases / CLIENTS + u32::from(number < cases % CLIENTS);
        tokio::spawn(client(engine.clone(), share, progress.clone()))
    });
    for client in clients.collect::<Vec<_>>() {
        client.await??;
    }
    let time = begun.elapsed();
    progress.finish_and_clear();
    println!(
        "{cases} cases, {CLIENTS} clients, every command durable: {:.0} cases/s",
        f64::from(cases) / time.as_secs_f64()
    );
    let running = engine
        .cases(InstanceQuery::default(), Paging::first(cases as usize + 1))
        .await?;
    assert_eq!(running.items.len(), cases as usize);
    assert!(running.items.iter().all(|case| case.status.has_ended()));
    engine.shutdown(Duration::from_secs(5)).await;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("reglament-throughput-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = measure(&folder.join("cases.sqlite"), cases()?).await;
    std::fs::remove_dir_all(&folder)?;
    outcome
}
