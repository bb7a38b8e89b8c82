//! The `reglament` command: how analysts and CI meet the engine.
//!
//! One file per subcommand. Results go to standard output, everything said about the way there to
//! standard error; exit codes are the same everywhere: 0 good, 1 something was found wrong, 2 the
//! arguments or a file cannot be used; `run` has two more of its own.

#![expect(
    clippy::indexing_slicing,
    reason = "typed ids address the arenas of the program they come from"
)]

mod account;
mod called_decisions;
mod case;
mod catalogue;
mod check;
mod clause_texts;
mod clauses;
mod completions;
mod csv;
mod decide;
mod decision_model;
mod diagnostics;
mod explain;
mod explain_term;
mod flow_of_pack;
mod input;
mod junit;
mod labels;
mod layout;
mod model;
mod new;
mod output;
mod pack;
mod render;
mod roundtrip;
mod run;
mod sarif;
mod table;
mod test;
mod vars;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

/// Checks, runs and tests processes that are written as BPMN 2.0 XML, and decisions in DMN.
#[derive(Debug, Parser)]
#[command(name = "reglament", version, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 good, 1 something was found wrong, 2 wrong arguments or a file that \
cannot be used; `run`: 3 failed, 4 waiting.\n`reglament explain RG0101` shows the page of a diagnostic."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Run(run::Run),
    Test(test::Test),
    Case(case::Case),
    Table(table::Table),
    Clauses(clauses::Clauses),
    Render(render::Render),
    Layout(layout::Layout),
    Roundtrip(roundtrip::Roundtrip),
    Decide(decide::Decide),
    Explain(explain::Explain),
    ExplainTerm(explain_term::ExplainTerm),
    New(new::New),
    Completions(completions::Completions),
}

/// For whom the output is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: coloured on a terminal, plain in a pipe.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// What the command came to, as its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    /// Good.
    Good,
    /// Something was found wrong: errors in a file, an expectation that does not hold.
    Wrong,
    /// The arguments or a file cannot be used.
    Unusable,
    /// The case failed.
    Failed,
    /// The case waits and nothing is left to do.
    Waiting,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Good => 0,
            Exit::Wrong => 1,
            Exit::Unusable => 2,
            Exit::Failed => 3,
            Exit::Waiting => 4,
        })
    }
}

/// Why a command cannot be carried out: the arguments or a file cannot be used.
#[derive(Debug)]
struct Unusable {
    message: String,
    hint: Option<String>,
}

impl Unusable {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::Check(check) => check.execute(),
        Command::Run(run) => run.execute(),
        Command::Test(test) => test.execute(),
        Command::Case(case) => case.execute(),
        Command::Table(table) => table.execute(),
        Command::Clauses(clauses) => clauses.execute(),
        Command::Render(render) => render.execute(),
        Command::Layout(layout) => layout.execute(),
        Command::Roundtrip(roundtrip) => roundtrip.execute(),
        Command::Decide(decide) => decide.execute(),
        Command::Explain(explain) => explain.execute(),
        Command::New(new) => new.execute(),
        Command::ExplainTerm(explain_term) => explain_term.execute(),
        Command::Completions(completions) => completions.execute(),
    };
    if let Some(why) = output::failure() {
        let hint = "what the command did stays done; only its output is not complete";
        output::complain(
            &format!("cannot write to standard output: {why}"),
            Some(hint),
        );
        return Exit::Unusable.into();
    }
    match result {
        Ok(exit) => exit.into(),
        Err(unusable) => {
            output::complain(&unusable.message, unusable.hint.as_deref());
            Exit::Unusable.into()
        }
    }
}
