//! Measurements of the embedded store and the engine over it.
//!
//! `portal`: the flow of the kindergarten queue's portal, every step durable, with 1, 16 and 64 clients;
//! beside it the store's own bound: the very same groups of batches committed again into a fresh file.
//! `waiting`: cases that wait with an armed timer, up to a million; what they cost, and what a command
//! costs beside them. `storm`: many timers due at once, and what other commands wait meanwhile.
//!
//! `resident`: what a case costs that is in memory. `all`: all of them, which takes about ten minutes.
//!
//! A release build is meant; figures of a shared machine are compared, not believed.

mod portal;
mod recorder;
mod resident;
mod waiting;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reglament_executor::Actor;
use reglament_runtime::{Engine, EngineError};
use reglament_sqlite::SqliteStore;

type Outcome<T = ()> = Result<T, String>;

/// How many cases go through the portal, are kept in memory, and are due at once.
const PORTAL: u64 = 4_000;
const RESIDENT: u64 = 50_000;
const STORM: u64 = 100_000;

/// How many cases wait at the end of `all`.
const MANY: u64 = 1_000_000;

/// Runs `portal [CASES]`, `waiting [CASES]`, `storm [CASES]`, `resident [CASES]` or `all`.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let cases = arguments.get(1).map(|text| text.parse::<u64>());
    let (what, cases) = match (arguments.first().map(String::as_str), cases) {
        (Some(what), None) => (what, None),
        (Some(what), Some(Ok(cases))) => (what, Some(cases)),
        _ => ("", None),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let outcome = match (what, runtime) {
        ("all", Ok(runtime)) => runtime.block_on(all()),
        ("portal", Ok(runtime)) => runtime.block_on(portal::run(cases.unwrap_or(PORTAL))),
        ("resident", Ok(_)) => resident::compare(cases.unwrap_or(RESIDENT)),
        ("resident-child", Ok(runtime)) => runtime.block_on(resident::child(arguments)),
        ("waiting", Ok(runtime)) => runtime.block_on(waiting::curve(cases.unwrap_or(100_000))),
        ("storm", Ok(runtime)) => runtime.block_on(waiting::storm(cases.unwrap_or(STORM))),
        (_, Err(error)) => Err(error.to_string()),
        _ => {
            Err("usage: cargo xtask bench portal|waiting|storm|resident [CASES], or all".to_owned())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

async fn all() -> Outcome {
    portal::run(PORTAL).await?;
    resident::compare(RESIDENT)?;
    waiting::storm(STORM).await?;
    waiting::curve(MANY).await
}

fn said(error: EngineError) -> String {
    error.to_string()
}

fn admin() -> Arc<Actor> {
    Arc::new(Actor::system())
}

fn opened(file: &std::path::Path) -> Outcome<SqliteStore> {
    SqliteStore::open(file).map_err(|error| error.to_string())
}

async fn closed(engine: Engine) {
    engine.shutdown(Duration::from_secs(60)).await;
}

/// Durations of single calls.
#[derive(Default)]
struct Latencies(Vec<Duration>);

impl Latencies {
    fn add(&mut self, begun: Instant) {
        self.0.push(begun.elapsed());
    }

    /// The duration that `percent` of the calls did not exceed.
    fn percentile(&mut self, percent: usize) -> Duration {
        self.0.sort_unstable();
        let index = self.0.len().saturating_sub(1) * percent / 100;
        self.0.get(index).copied().unwrap_or_default()
    }
}

/// How many of something happened in a second.
fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64().max(f64::EPSILON)
}
