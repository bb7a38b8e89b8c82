//! `reglament case audit`: anchors over all histories, and their verification.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use reglament_runtime::history::audit::{AuditError, take_anchor, verify};
use reglament_runtime::history::{Anchor, Keys};
use reglament_runtime::store::{Batch, Change, ENGINE, IndexChange, Store};
use serde_json::json;

use super::database::{File, in_runtime};
use super::{Trouble, print_json};
use crate::{Exit, Format, Unusable, input, output};

/// Anchors histories, and verifies them against anchors.
#[derive(Debug, Args)]
pub(super) struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Anchor(TakeAnchor),
    Verify(Verify),
}

/// Takes a signed anchor over the histories of all cases.
///
/// Keep it where nobody who can change the file of the cases can change it: verification is complete up
/// to the newest anchor that was kept so.
#[derive(Debug, Args)]
struct TakeAnchor {
    /// Where to write it, a new file; to standard output without it.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    file: File,
}

/// Verifies the histories of all cases.
///
/// Exit code 0: nothing was found; 1: a history is not what was written; 2: the file or an anchor
/// cannot be read. The key that anchors are held against is that of `--key`; without it that of the
/// first anchor, which then is trusted as it was kept.
#[derive(Debug, Args)]
struct Verify {
    /// An anchor that was kept outside; may be given several times.
    #[arg(long, value_name = "FILE", required_unless_present = "key")]
    anchor: Vec<PathBuf>,
    #[command(flatten)]
    file: File,
}

impl From<AuditError> for Trouble {
    fn from(error: AuditError) -> Self {
        Self::Unusable(Unusable::new(error.to_string()))
    }
}

impl Audit {
    pub(super) fn execute(&self) -> (Result<Exit, Trouble>, Format) {
        match &self.command {
            Command::Anchor(it) => (it.execute(), it.file.format),
            Command::Verify(it) => (it.execute(), it.file.format),
        }
    }
}

impl TakeAnchor {
    fn execute(&self) -> Result<Exit, Trouble> {
        let keys = self.file.keys()?.ok_or_else(|| {
            Unusable::new("an anchor is signed, and there is no key")
                .hint("name the key file with --key; the file of cases was begun with it")
        })?;
        let at = self.file.now();
        let store = self.file.open_for_writing(false)?;
        let anchor = in_runtime(async {
            let anchor = take_anchor(&*store, &*keys, at, true).await?;
            note(&*store, &anchor).await?;
            Ok(anchor)
        })?;
        let text = serde_json::to_string(&anchor)
            .map_err(|error| Unusable::new(format!("the anchor cannot be written: {error}")))?;
        match &self.output {
            None => output::print(&format!("{text}\n")),
            Some(path) => {
                let written = std::fs::File::create_new(path).and_then(|mut file| {
                    use std::io::Write as _;
                    file.write_all(text.as_bytes())?;
                    file.sync_all()
                });
                written.map_err(|error| Unusable::new(format!("{}: {error}", path.display())))?;
                output::eprint(&format!(
                    "anchor over {} histories, up to event {}\n",
                    anchor.cases, anchor.position
                ));
            }
        }
        Ok(Exit::Good)
    }
}

/// Notes in the store that an anchor was taken, so that the tombstones of cases that are erased later
/// can answer for it.
async fn note(store: &dyn Store, anchor: &Anchor) -> Result<(), Trouble> {
    let batch = Batch {
        instance: ENGINE,
        expected_version: store.version(ENGINE).await?,
        fence: store.acquire().await?,
        events: Vec::new(),
        state: Change::Keep,
        indexes: vec![IndexChange::Anchor(anchor.row())],
    };
    for refused in store.commit(vec![batch]).await? {
        if refused.is_err() {
            let message = "another process has written in the meantime; nothing was noted";
            return Err(Unusable::new(message).into());
        }
    }
    Ok(())
}

impl Verify {
    fn execute(&self) -> Result<Exit, Trouble> {
        let keys: Option<Arc<dyn Keys>> = self.file.keys()?;
        let anchors = self.anchor.iter().map(|path| {
            let bytes = input::read(path)?;
            let anchor = serde_json::from_slice::<Anchor>(&bytes);
            anchor
                .map_err(|error| Unusable::new(format!("{} is no anchor: {error}", path.display())))
        });
        let anchors: Vec<Anchor> = anchors.collect::<Result<_, Unusable>>()?;
        let trusted = anchors.first().map(|anchor| anchor.key);
        let key = keys.map(|keys| keys.public_key()).or(trusted);
        let key = key.ok_or_else(|| Unusable::new("expected --key or --anchor"))?;
        let store = self.file.open_for_reading()?;
        let found = in_runtime(async { Ok(verify(&*store, anchors, key).await?) })?;
        match self.file.format {
            Format::Json => print_json(&json!({ "clean": found.is_clean(), "report": found })),
            Format::Human => {
                for finding in &found.findings {
                    output::print(&format!("{finding}\n"));
                }
                output::print(&summary(&found));
            }
        }
        Ok(if found.is_clean() {
            Exit::Good
        } else {
            Exit::Wrong
        })
    }
}

fn summary(found: &reglament_runtime::history::Report) -> String {
    let covered = match found.covered {
        Some((position, at)) => format!(
            "complete up to event {position} ({at}); {} records are newer than every anchor",
            found.uncovered
        ),
        None => "without an anchor: whoever recomputed the hashes is not found".to_owned(),
    };
    format!(
        "{} histories, {} records, {} findings; {covered}\n",
        found.cases,
        found.records,
        found.findings.len()
    )
}
