//! The crash harness: a process under load is killed at random moments, and what it has acknowledged has
//! to be there, once.
//!
//! ```text
//! parent ──spawns──> child: engine over one SQLite file, 8 clients
//!    │  <──pipe────  "will do" before a command is sent, "done" after it is answered
//!    └── SIGKILL, opens the file, checks, spawns the next child
//! ```
//! Some children live worse: their files cannot grow beyond a size, as when the disk is full, so that
//! commits fail in the middle; or their clock was set back. What is checked after every kill stands in [`check`]. What a killed child had announced and not
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

/// One in so many children cannot write beyond a size, and one in so many has its clock set back.
const FULL_DISKS: u64 = 6;
const CLOCKS_BACK: u64 = 5;

/// How far beyond its present size a file may grow when the disk is full, in blocks of 512 bytes.
const ROOM_BLOCKS: std::ops::Range<u64> = 64..8_000;

/// How far a clock is set back, in milliseconds.
const BACK_MILLIS: std::ops::Range<u64> = 1..20_000;

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

/// Runs the child: `FILE SEED GENERATION AGAIN BACK DISK`, where `AGAIN` is a file with what was announced
/// and not acknowledged, `BACK` how many milliseconds the clock was set back, and `DISK` `full` or `free`.
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
    full_disks: u64,
    clocks_back: u64,
    acknowledged: u64,
    unanswered: u64,
    failed: u64,
    cases: u64,
    records: u64,
    timers: u64,
    messages: u64,
}

impl std::fmt::Display for Total {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} kills over {} files, {} of them on full disks, {} with the clock set back: {} commands acknowledged, {} unanswered, {} that the store failed for, {} cases, {} records, \
             {} timers fired, {} messages delivered; nothing lost, nothing doubled",
            self.kills,
            self.files,
            self.full_disks,
            self.clocks_back,
            self.acknowledged,
            self.unanswered,
            self.failed,
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
        let conditions = Conditions::of(file, random);
        let lines = one_life(file, random.next(), generation, &again, &conditions)?;
        total.kills += 1;
        total.full_disks += u64::from(conditions.blocks.is_some());
        total.clocks_back += u64::from(conditions.back_millis > 0);
        let before = journal.acknowledged();
        journal.read(&lines)?;
        total.acknowledged += journal.acknowledged() - before;
        seen = check::file(file, &journal, &mut anchors)
            .map_err(|problem| format!("generation {generation}: {problem}"))?;
    }
    total.unanswered += journal.unanswered();
    total.failed += journal.failed;
    Ok(seen)
}

/// How a child lives.
struct Conditions {
    life: Duration,
    /// How many blocks a file of it may have; none without a limit.
    blocks: Option<u64>,
    back_millis: u64,
}

impl Conditions {
    fn of(file: &Path, random: &mut Random) -> Self {
        let life = Duration::from_millis(random.within(LIFE_MILLIS));
        let size = std::fs::metadata(file).map_or(0, |it| it.len());
        let room = random.within(ROOM_BLOCKS);
        let is_full = random.within(0..FULL_DISKS) == 0;
        let back = random.within(BACK_MILLIS);
        let is_back = random.within(0..CLOCKS_BACK) == 0;
        Self {
            life,
            blocks: is_full.then(|| size / 512 + room),
            back_millis: if is_back { back } else { 0 },
        }
    }

    /// The program, beneath a shell that limits its files when there is a limit. A write beyond it fails
    /// then, and does not end the process.
    fn command(&self) -> Result<Command, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let Some(blocks) = self.blocks else {
            return Ok(Command::new(program));
        };
        let mut shell = Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        shell.arg("-c").arg(script).arg(program);
        Ok(shell)
    }
}

/// Has a child work for its life and kills it; what it said comes back.
fn one_life(
    file: &Path,
    seed: u64,
    generation: u64,
    again: &Path,
    conditions: &Conditions,
) -> Result<Vec<String>, String> {
    let mut child = conditions
        .command()?
        .arg("crash-child")
        .arg(file)
        .arg(seed.to_string())
        .arg(generation.to_string())
        .arg(again)
        .arg(conditions.back_millis.to_string())
        .arg(if conditions.blocks.is_some() {
            "full"
        } else {
            "free"
        })
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let said = child.stdout.take().ok_or("the child says nothing")?;
    let listener = std::thread::spawn(move || {
        let lines = BufReader::new(said).lines();
        lines.map_while(Result::ok).collect::<Vec<String>>()
    });
    let outcome = wait_and_kill(&mut child, conditions.life);
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
