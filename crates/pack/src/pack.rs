//! Loading a pack: everything is read, everything that is wrong is said at once.

use std::sync::Arc;

use reglament_core::timer::Date;
use reglament_core::{Definitions, Lowering, lower};
use reglament_source::{Diagnostic, SourceText};

use crate::clauses::Clauses;
use crate::codes;
use crate::manifest::Manifest;
use crate::report::Report;
use crate::source::{PackSource, ReadError};
use crate::tree::Name;
use crate::validity::InForce;

/// The path of the manifest in a pack: what makes a folder a pack.
pub const MANIFEST: &str = "regulation.toml";

/// The path of the clauses in a pack.
pub const CLAUSES: &str = "clauses.yaml";

/// One regulation: its manifest, its text and its flows.
#[derive(Debug)]
pub struct Pack {
    manifest: Manifest,
    clauses: Clauses,
    flows: Vec<Flow>,
}

/// The flow of one channel.
#[derive(Debug)]
pub struct Flow {
    /// The identifier of the channel.
    pub channel: Arc<str>,
    /// The path of the file in the pack.
    pub path: Arc<str>,
    /// The file.
    pub definitions: Definitions,
    /// What of it is executed.
    pub lowering: Lowering,
}

impl Pack {
    /// Loads a pack.
    ///
    /// There is none when it has no manifest that can be understood; else whatever could be read of
    /// it, for tools that show a pack with its mistakes. To run cases, [`Pack::open`] it.
    #[must_use]
    pub fn load(source: &dyn PackSource) -> (Option<Self>, Report) {
        let mut report = Report::default();
        let pack = Loader {
            source,
            report: &mut report,
        }
        .pack();
        report.finish();
        (pack, report)
    }

    /// Loads a pack in which nothing is wrong.
    ///
    /// # Errors
    /// The pack has an error; the report has all of them.
    pub fn open(source: &dyn PackSource) -> Result<Self, Report> {
        match Self::load(source) {
            (Some(pack), report) if !report.has_errors() => Ok(pack),
            (_, report) => Err(report),
        }
    }

    /// The identifier of the service.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.manifest.id.text
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The text of the regulation.
    #[must_use]
    pub fn clauses(&self) -> &Clauses {
        &self.clauses
    }

    /// The flows of all channels, in the order of the manifest.
    #[must_use]
    pub fn flows(&self) -> &[Flow] {
        &self.flows
    }

    /// The flow of a channel.
    #[must_use]
    pub fn flow(&self, channel: &str) -> Option<&Flow> {
        self.flows.iter().find(|flow| *flow.channel == *channel)
    }

    /// Whether the regulation is in force on `date`.
    #[must_use]
    pub fn in_force_on(&self, date: Date) -> InForce {
        self.manifest.validity.on(date)
    }
}

/// Reads the files of a pack and keeps what is wrong with them.
struct Loader<'l> {
    source: &'l dyn PackSource,
    report: &'l mut Report,
}

impl Loader<'_> {
    fn pack(&mut self) -> Option<Pack> {
        let text = self.text(MANIFEST)?;
        let (manifest, diagnostics) = Manifest::read(&text);
        self.report.extend(MANIFEST, diagnostics);
        let clauses = self.text(CLAUSES).and_then(|text| {
            let (clauses, diagnostics) = Clauses::read(&text);
            self.report.extend(CLAUSES, diagnostics);
            clauses
        });
        let manifest = manifest?;
        let flows = self.flows(&manifest);
        Some(Pack {
            manifest,
            clauses: clauses.unwrap_or_default(),
            flows,
        })
    }

    fn flows(&mut self, manifest: &Manifest) -> Vec<Flow> {
        let mut flows = Vec::new();
        for channel in &manifest.channels {
            let Some(text) = self.named(&channel.file) else {
                continue;
            };
            let (definitions, diagnostics) = reglament_core::read_source(text);
            self.report.extend(&channel.file.text, diagnostics);
            let Some(definitions) = definitions else {
                continue;
            };
            let lowering = lower(&definitions);
            self.report
                .extend(&channel.file.text, lowering.diagnostics_for_check());
            flows.push(Flow {
                channel: Arc::clone(&channel.id.text),
                path: Arc::clone(&channel.file.text),
                definitions,
                lowering,
            });
        }
        flows
    }

    /// The text of a file that the manifest names; where there is none, that is said there.
    fn named(&mut self, name: &Name) -> Option<SourceText> {
        match self.source.read(&name.text) {
            Ok(bytes) => self.decoded(&name.text, &bytes),
            Err(error) => {
                let diagnostic = unreadable(&name.text, &error).at(name.span);
                self.report.extend(MANIFEST, [diagnostic]);
                None
            }
        }
    }

    /// The text of a file that every pack has.
    fn text(&mut self, path: &str) -> Option<SourceText> {
        match self.source.read(path) {
            Ok(bytes) => self.decoded(path, &bytes),
            Err(error) => {
                let text = SourceText::new(self.display(path), String::new());
                self.report.add(path, text, vec![unreadable(path, &error)]);
                None
            }
        }
    }

    fn decoded(&mut self, path: &str, bytes: &[u8]) -> Option<SourceText> {
        let (text, diagnostics) = SourceText::decode_lossy(self.display(path), bytes);
        let is_text = diagnostics.is_empty();
        self.report.add(path, text.clone(), diagnostics);
        is_text.then_some(text)
    }

    fn display(&self, path: &str) -> String {
        match self.source.name() {
            "" => path.to_owned(),
            name => format!("{}/{path}", name.trim_end_matches('/')),
        }
    }
}

fn unreadable(path: &str, error: &ReadError) -> Diagnostic {
    Diagnostic::error(&codes::NO_FILE, format!("`{path}`: {error}"))
}
