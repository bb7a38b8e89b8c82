//! `reglament case`: cases in a durable file, from one invocation to the next.
//!
//! Commands that change something open the engine over the file, carry out what has become due, do
//! what they are asked, and close; commands that only look open the file for reading, also while
//! another process writes to it.

mod act;
mod audit;
mod auto;
mod database;
mod history;
mod list;
mod migrate;
mod modify;
mod pages;
mod quality;
mod show;
mod source;
mod start;
mod survey;
mod systems;
mod words;
mod work;

use clap::{Args, Subcommand};
use reglament_runtime::EngineError;
use reglament_runtime::store::StoreError;

use crate::{Exit, Format, Unusable, output};

/// Conducts cases that are kept in a file.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 done, 1 refused (or something was found by `audit verify`), 2 wrong \
arguments or a file that cannot be used.\n\nExamples:\n  \
reglament case start processes/kindergarten-queue --channel portal --db cases.sqlite --actor portal \
--applicant 860314400190\n  reglament case list --db cases.sqlite\n  \
reglament case complete 1-3-1 --vars '{\"documentsValid\": true}' --db cases.sqlite --actor aigul"
)]
pub(crate) struct Case {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Start(start::Start),
    List(list::List),
    Show(show::Show),
    Tasks(work::Tasks),
    Jobs(work::Jobs),
    Incidents(work::Incidents),
    Claim(act::Claim),
    Complete(act::Complete),
    Message(act::Message),
    Signal(act::Signal),
    Advance(act::Advance),
    Suspend(act::Suspend),
    Resume(act::Resume),
    Resolve(act::Resolve),
    Modify(modify::Modify),
    Migrate(migrate::Migrate),
    History(history::History),
    Survey(survey::Survey),
    Report(quality::Report),
    Audit(audit::Audit),
}

/// Why a command on cases came to nothing.
#[derive(Debug)]
enum Trouble {
    /// It is not allowed now; nothing has changed.
    Refused(String),
    /// The arguments or a file cannot be used.
    Unusable(Unusable),
}

impl From<Unusable> for Trouble {
    fn from(unusable: Unusable) -> Self {
        Self::Unusable(unusable)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Unusable(Unusable::new(error.to_string()))
    }
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Refused(refusal) => Self::Refused(refusal.to_string()),
            other => Self::Unusable(Unusable::new(other.to_string())),
        }
    }
}

impl Case {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let (done, format) = self.carry_out();
        match done {
            Ok(exit) => Ok(exit),
            Err(Trouble::Refused(why)) => {
                if format == Format::Json {
                    print_json(&serde_json::json!({ "refused": why }));
                }
                output::complain(&why, None);
                Ok(Exit::Wrong)
            }
            Err(Trouble::Unusable(unusable)) => Err(unusable),
        }
    }

    fn carry_out(&self) -> (Result<Exit, Trouble>, Format) {
        match &self.command {
            Command::Start(it) => (it.execute(), it.file.format),
            Command::List(it) => (it.execute(), it.file.format),
            Command::Show(it) => (it.execute(), it.file.format),
            Command::Tasks(it) => (it.execute(), it.file.format),
            Command::Jobs(it) => (it.execute(), it.file.format),
            Command::Incidents(it) => (it.execute(), it.file.format),
            Command::Claim(it) => (it.execute(), it.file.format),
            Command::Complete(it) => (it.execute(), it.file.format),
            Command::Message(it) => (it.execute(), it.file.format),
            Command::Signal(it) => (it.execute(), it.file.format),
            Command::Advance(it) => (it.execute(), it.file.format),
            Command::Suspend(it) => (it.execute(), it.file.format),
            Command::Resume(it) => (it.execute(), it.file.format),
            Command::Resolve(it) => (it.execute(), it.file.format),
            Command::Modify(it) => (it.execute(), it.file.format),
            Command::Migrate(it) => (it.execute(), it.file.format),
            Command::History(it) => (it.execute(), it.file.format),
            Command::Survey(it) => (it.execute(), it.file.format),
            Command::Report(it) => (it.execute(), it.format()),
            Command::Audit(it) => it.execute(),
        }
    }
}

/// Writes one JSON value on one line.
fn print_json(value: &serde_json::Value) {
    output::print(&format!("{value}\n"));
}

/// Says what was done: as JSON, or in words.
fn report(format: Format, value: &serde_json::Value, words: &str) -> Exit {
    match format {
        Format::Json => print_json(value),
        Format::Human => output::print(&format!("{words}\n")),
    }
    Exit::Good
}
