//! Chores of the repository, run as `cargo xtask CHORE`.

use std::process::ExitCode;

mod bench;
mod crash;
mod layout;
mod simulate;
mod tck;

const USAGE: &str = "usage: cargo xtask CHORE

  layout DIR
      compares the layouts of the models in DIR with the diagrams that they come with
  tck DIR
      runs every case of the DMN conformance kit below DIR
  bench portal|waiting|storm|resident [CASES], bench all
      measures the embedded store and the engine over it; meant for a release build
  stress crash [--kills N] [--seed N]
      kills an engine under load at random moments and checks what it has acknowledged
  stress simulate [--from SEED] [--seeds N] [--rounds N]
      runs clients, crashes and a failing store from seeds and checks what was acknowledged";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["layout", folder] => layout::run(folder.as_ref()),
        ["tck", folder] => tck::run(folder.as_ref()),
        ["stress", "crash", ..] => crash::run(arguments.get(2..).unwrap_or_default()),
        ["bench", ..] => bench::run(arguments.get(1..).unwrap_or_default()),
        ["stress", "simulate", ..] => simulate::run(arguments.get(2..).unwrap_or_default()),
        ["crash-child", ..] => crash::run_child(arguments.get(1..).unwrap_or_default()),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
