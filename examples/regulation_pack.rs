//! A pack of a third party: loaded from a folder while the program runs, or one that is embedded.
//!
//! `cargo run -p reglament-examples --example regulation_pack [FOLDER]` says what a pack promises,
//! whether it is proved to be in force on a day, and what its forms ask for. `reglament new SERVICE`
//! makes a folder to begin with. How a flow is executed is in `embedding.rs`.

use std::error::Error;

use reglament::core::timer::Date;
use reglament::pack::manifest::OutcomeKind;
use reglament::pack::{FolderSource, Pack, PackSource};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).map(FolderSource::new);
    let source: &dyn PackSource = match &folder {
        Some(folder) => folder,
        None => reglament::regulations::source("kindergarten-queue").ok_or("no such pack")?,
    };
    let pack = match Pack::open(source) {
        Ok(pack) => pack,
        Err(report) => {
            for (file, diagnostic) in report.diagnostics() {
                println!("{}: {diagnostic}", file.path);
            }
            return Err("the pack has errors".into());
        }
    };
    let manifest = pack.manifest();
    println!("{} ({})", manifest.title.any(), pack.id());
    println!(
        "  filed on 2 September 2013: {}",
        pack.in_force_on(Date::parse("2013-09-02")?)
    );
    for channel in &manifest.channels {
        println!("  {}", channel.id);
        for outcome in manifest.outcomes_of(&channel.id.text) {
            let kind = match outcome.kind {
                OutcomeKind::Result => "result",
                OutcomeKind::Notice => "notice",
                OutcomeKind::Refusal => "refusal",
            };
            println!("    {kind}: {}", outcome.text.any());
        }
        if let Some(flow) = pack.flow(&channel.id.text) {
            let program = &flow.lowering.program;
            println!(
                "    executed: {} elements of {}",
                program.infos.len(),
                flow.path
            );
        }
    }
    for form in &manifest.forms {
        println!("  form {}", form.id);
        // What an empty form is refused for.
        for error in pack
            .form(&form.id.text)
            .iter()
            .flat_map(|form| form.validate(&[]))
        {
            println!("    {error}");
        }
    }
    Ok(())
}
