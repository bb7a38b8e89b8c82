//! The crash harness: a process under load is killed at random moments, and what it has acknowledged has
//! to be there, once.
//!
//! ```text
//! parent ──spawns──> child: engine over one SQLite file, 8 clients
//!    │  <──pipe────  "will do" before a command is sent, "done" after it is answered
//!    └── SIGKILL, opens the file, checks, spawns the next child
//! ```
//! What is checked after every kill stands in [`check`]. What a killed child had announced and not
//! acknowledged is sent again by the next one under the same idempotency key.

mod check;
mod child;
mod journal;
mod model;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use journal::Journal;

/// After how many kills a new file is begun, so that the whole file can be checked after each.
const KILLS_PER_FILE: u64 = 25;

/// How long a child works before it is killed, in milliseconds.
const LIFE_MILLIS: std::ops::Range<u64> = 20..900;

/// Runs the harness: `[--kills N] [--seed N]`.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let mut kills = 500;
    let mut seed = 1;
    for pair in arguments.chunks(2) {
        match pair {
            [name, value] if name == "--kills" => kills = value.parse().unwrap_or(kills),
            [name, value] if name == "--seed" => seed = value.parse().unwrap_or(seed),
            _ => {
                eprintln!("usage: cargo xtask stress crash [--kills N] [--seed N]");
                return ExitCode::from(2);
            }
        }
    }
    match harness(kills, seed) {
        Ok(total) => {
            println!("{total}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the child: `FILE SEED GENERATION AGAIN`, where `AGAIN` is a file with what was announced and not
/// acknowledged.
pub(crate) fn run_child(arguments: &[String]) -> ExitCode {
    match child::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("child: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// What happened over all kills.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    kills: u64,
    files: u64,
    acknowledged: u64,
    unanswered: u64,
    cases: u64,
    records: u64,
    timers: u64,
    messages: u64,
}

impl std::fmt::Display for Total {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} kills over {} files: {} commands acknowledged, {} unanswered, {} cases, {} records, \
             {} timers fired, {} messages delivered; nothing lost, nothing doubled",
            self.kills,
            self.files,
            self.acknowledged,
            self.unanswered,
            self.cases,
            self.records,
            self.timers,
            self.messages
        )
    }
}

fn harness(kills: u64, seed: u64) -> Result<Total, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut random = Random::new(seed);
    let mut total = Total::default();
    while total.kills < kills {
        total.files += 1;
        let file = folder.path().join(format!("cases-{}.sqlite", total.files));
        let rounds = KILLS_PER_FILE.min(kills - total.kills);
        let seen = one_file(&file, rounds, &mut random, &mut total).map_err(|problem| {
            let kept = folder.path().to_path_buf();
            format!(
                "{problem}\n{} kills, {} files; the last one is {}",
                total.kills,
                total.files,
                kept.display()
            )
        });
        let seen = match seen {
            Ok(seen) => seen,
            Err(problem) => {
                // What failed stays for whoever looks into it.
                let _ = folder.keep();
                return Err(problem);
            }
        };
        total.cases += seen.cases;
        total.records += seen.records;
        total.timers += seen.timers;
        total.messages += seen.messages;
    }
    Ok(total)
}

/// Kills `rounds` children over one file, checking it after each.
fn one_file(
    file: &Path,
    rounds: u64,
    random: &mut Random,
    total: &mut Total,
) -> Result<check::Seen, String> {
    let mut journal = Journal::default();
    let mut anchors = Vec::new();
    let mut seen = check::Seen::default();
    let again = PathBuf::from(format!("{}.again", file.display()));
    for generation in 0..rounds {
        std::fs::write(&again, journal.unanswered_lines()).map_err(|error| error.to_string())?;
        let life = Duration::from_millis(random.within(LIFE_MILLIS));
        let lines = one_life(file, random.next(), generation, &again, life)?;
        total.kills += 1;
        let before = journal.acknowledged();
        journal.read(&lines)?;
        total.acknowledged += journal.acknowledged() - before;
        seen = check::file(file, &journal, &mut anchors)
            .map_err(|problem| format!("generation {generation}: {problem}"))?;
    }
    total.unanswered += journal.unanswered();
    Ok(seen)
}

/// Has a child work for `life` and kills it; what it said comes back.
fn one_life(
    file: &Path,
    seed: u64,
    generation: u64,
    again: &Path,
    life: Duration,
) -> Result<Vec<String>, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut child = Command::new(program)
        .arg("crash-child")
        .arg(file)
        .arg(seed.to_string())
        .arg(generation.to_string())
        .arg(again)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let said = child.stdout.take().ok_or("the child says nothing")?;
    let listener = std::thread::spawn(move || {
        let lines = BufReader::new(said).lines();
        lines.map_while(Result::ok).collect::<Vec<String>>()
    });
    let outcome = wait_and_kill(&mut child, life);
    let lines = listener.join().map_err(|_| "the listener failed")?;
    outcome.map(|()| lines)
}

fn wait_and_kill(child: &mut Child, life: Duration) -> Result<(), String> {
    let end = Instant::now() + life;
    while Instant::now() < end {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Err(format!("the child ended by itself: {status}"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().map_err(|error| error.to_string())?;
    child.wait().map_err(|error| error.to_string())?;
    Ok(())
}

/// SplitMix64: the same numbers for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    pub(crate) fn within(&mut self, range: std::ops::Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start).max(1)
    }
}
