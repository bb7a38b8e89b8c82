//! Chores of the repository, run as `cargo xtask CHORE`.

use std::process::ExitCode;

mod tck;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match (
        arguments.next().as_deref(),
        arguments.next(),
        arguments.next(),
    ) {
        (Some("tck"), Some(folder), None) => tck::run(folder.as_ref()),
        _ => {
            eprintln!(
                "usage: cargo xtask tck DIR\n\n  tck DIR  runs every case of the DMN conformance kit below DIR"
            );
            ExitCode::from(2)
        }
    }
}
