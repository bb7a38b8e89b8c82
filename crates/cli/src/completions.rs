//! `reglament completions`: for the shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::{Cli, Exit, Unusable, output};

/// Writes the completions for a shell to standard output.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  reglament completions bash > ~/.local/share/bash-completion/completions/reglament"
)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "every subcommand has this signature"
    )]
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "reglament", &mut script);
        output::print(&String::from_utf8_lossy(&script));
        Ok(Exit::Good)
    }
}
