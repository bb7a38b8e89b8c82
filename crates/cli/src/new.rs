//! `reglament new`: a pack that checks clean, to be filled with a regulation.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::output;
use crate::{Exit, Unusable};

/// Makes a pack: a folder with a manifest, the clauses, one channel, a form, scenarios and notes.
///
/// What is in it is a small sample regulation that checks clean and whose scenarios pass; replace it
/// by what the decree says. Nothing that exists is overwritten.
/// Exit code 0: made; 2: it cannot be.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  reglament new fishing-permit\n  reglament check fishing-permit"
)]
pub(crate) struct New {
    /// The identifier of the service: lower-case Latin letters, digits and hyphens.
    #[arg(value_name = "SERVICE")]
    service: String,
    /// The folder in which the folder of the pack is made; without it, the current one.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

/// The identifier that the sample has.
const SAMPLE: &str = "new-service";

/// The longest identifier, in characters.
const LENGTH_LIMIT: usize = 64;

/// The files of the sample, by their paths in the pack.
const FILES: &[(&str, &str)] = &[
    (
        "regulation.toml",
        include_str!("../template/regulation.toml"),
    ),
    ("clauses.yaml", include_str!("../template/clauses.yaml")),
    ("counter.bpmn", include_str!("../template/counter.bpmn")),
    (
        "forms/application.form",
        include_str!("../template/forms/application.form"),
    ),
    (
        "scenarios/issued.yaml",
        include_str!("../template/scenarios/issued.yaml"),
    ),
    (
        "scenarios/refused.yaml",
        include_str!("../template/scenarios/refused.yaml"),
    ),
    ("NOTES.md", include_str!("../template/NOTES.md")),
];

impl New {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let service = self.service.as_str();
        if !is_identifier(service) {
            let message = format!("`{service}` cannot be the identifier of a service");
            let hint =
                "lower-case Latin letters, digits and single hyphens, beginning with a letter";
            return Err(Unusable::new(message).hint(hint));
        }
        let folder = self.into.clone().unwrap_or_default().join(service);
        if folder.exists() {
            let message = format!("`{}` exists, and nothing is overwritten", folder.display());
            return Err(Unusable::new(message));
        }
        for (path, text) in FILES {
            write(&folder.join(path), &text.replace(SAMPLE, service))?;
        }
        let shown = folder.display();
        output::print(&format!(
            "{shown} made: {} files\nnext: reglament check {shown}; reglament test {shown}\n",
            FILES.len()
        ));
        Ok(Exit::Good)
    }
}

/// Whether the text can be the name of a folder, and a part of names in XML, on every system.
fn is_identifier(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.len() <= LENGTH_LIMIT
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.split('-').all(is_part)
}

fn write(path: &Path, text: &str) -> Result<(), Unusable> {
    let wrong = |error: std::io::Error| {
        Unusable::new(format!("cannot write `{}`: {error}", path.display()))
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(wrong)?;
    }
    fs::write(path, text).map_err(wrong)
}
