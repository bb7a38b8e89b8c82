//! Chores of the repository, run as `cargo xtask CHORE`.

use std::process::ExitCode;

<<<<<<< HEAD
mod crash;
=======
mod layout;
>>>>>>> cae6247 (Route message flows, place labels, keep what exists, measure layouts)
mod tck;

const USAGE: &str = "usage: cargo xtask CHORE

  tck DIR
      runs every case of the DMN conformance kit below DIR
  stress crash [--kills N] [--seed N]
      kills an engine under load at random moments and checks what it has acknowledged";

fn main() -> ExitCode {
<<<<<<< HEAD
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["tck", folder] => tck::run(folder.as_ref()),
        ["stress", "crash", ..] => crash::run(arguments.get(2..).unwrap_or_default()),
        ["crash-child", ..] => crash::run_child(arguments.get(1..).unwrap_or_default()),
        _ => {
            eprintln!("{USAGE}");
=======
    let mut arguments = std::env::args().skip(1);
    match (
        arguments.next().as_deref(),
        arguments.next(),
        arguments.next(),
    ) {
        (Some("tck"), Some(folder), None) => tck::run(folder.as_ref()),
        (Some("layout"), Some(folder), None) => layout::run(folder.as_ref()),
        _ => {
            eprintln!(
                "usage: cargo xtask CHORE\n\n  tck DIR     runs every case of the DMN conformance kit below DIR\n  \
layout DIR  compares the layouts of the models in DIR with their own diagrams"
            );
>>>>>>> cae6247 (Route message flows, place labels, keep what exists, measure layouts)
            ExitCode::from(2)
        }
    }
}
