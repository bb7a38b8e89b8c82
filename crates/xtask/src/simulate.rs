//! Runs the deterministic simulator over many seeds.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use reglament_runtime::simulation::{Summary, run as simulate};

/// What is run when nothing else is asked for.
const SEEDS: u64 = 10_000;
const ROUNDS: u32 = 40;

/// `stress simulate [--from N] [--seeds N] [--rounds N]`: 0 when every invariant held, else 1.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let (mut from, mut seeds, mut rounds) = (0, SEEDS, ROUNDS);
    for pair in arguments.chunks(2) {
        let number = pair.get(1).and_then(|value| value.parse::<u64>().ok());
        match (pair.first().map(String::as_str), number) {
            (Some("--from"), Some(number)) => from = number,
            (Some("--seeds"), Some(number)) => seeds = number,
            (Some("--rounds"), Some(number)) => rounds = u32::try_from(number).unwrap_or(ROUNDS),
            _ => {
                eprintln!("usage: cargo xtask stress simulate [--from N] [--seeds N] [--rounds N]");
                return ExitCode::from(2);
            }
        }
    }
    let begun = Instant::now();
    let next = AtomicU64::new(from);
    let total = Mutex::new(Summary::default());
    let broken = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| work(&next, from + seeds, rounds, &total, &broken));
        }
    });
    let total = total.into_inner().unwrap_or_default();
    let seconds = begun.elapsed().as_secs();
    println!("{seeds} seeds of {rounds} rounds in {seconds} s: {total:?}");
    let broken = broken.into_inner().unwrap_or_default();
    for (seed, problem) in &broken {
        println!("seed {seed}: {problem}");
        println!("  cargo xtask stress simulate --from {seed} --seeds 1 --rounds {rounds}");
    }
    if broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn work(
    next: &AtomicU64,
    end: u64,
    rounds: u32,
    total: &Mutex<Summary>,
    broken: &Mutex<Vec<(u64, String)>>,
) {
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            return;
        }
        match simulate(seed, rounds) {
            Ok(summary) => {
                if let Ok(mut total) = total.lock() {
                    total.add(&summary);
                }
            }
            Err(problem) => {
                if let Ok(mut broken) = broken.lock() {
                    broken.push((seed, problem.to_string()));
                }
            }
        }
    }
}
