//! Loading a pack: everything is read, everything that is wrong is said at once.

use std::sync::Arc;

use reglament_core::timer::Date;
use reglament_core::{Definitions, Imports, Lowering};
use reglament_dmn::{Decisions, Model};
use reglament_source::{Diagnostic, SourceText};

use crate::clauses::Clauses;
use crate::codes;
use crate::form::Form;
use crate::manifest::Manifest;
use crate::report::Report;
use crate::source::{PackSource, ReadError, read_imported, shared_path};
use crate::template::Template;
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
    forms: Vec<Form>,
    decisions: Vec<DecisionModel>,
    templates: Vec<(Arc<str>, Template)>,
    files: Vec<PackFile>,
}

/// A file that an engine needs to run the flows of a pack.
#[derive(Clone, Debug)]
pub struct PackFile {
    /// Its path in the pack; of a file that it shares with others beginning with `../`.
    pub path: Arc<str>,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
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
    /// The files that it imports.
    pub imports: Imports,
    /// What of it is executed, the processes of its imports included.
    pub lowering: Lowering,
}

/// The decision models of one file.
#[derive(Debug)]
struct DecisionModel {
    /// The path of the file in the pack.
    path: Arc<str>,
    model: Model,
    decisions: Option<Decisions>,
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
            files: Vec::new(),
        }
        .pack();
        if let Some(pack) = &pack {
            crate::check::check(pack, &mut report);
        }
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

    /// What an engine needs to run the flows: them, the files that they import, the decisions and the
    /// forms, each once.
    #[must_use]
    pub fn files(&self) -> &[PackFile] {
        &self.files
    }

    /// The flow of a channel.
    #[must_use]
    pub fn flow(&self, channel: &str) -> Option<&Flow> {
        self.flows.iter().find(|flow| *flow.channel == *channel)
    }

    /// The form `id`, as `zeebe:formDefinition` names it.
    #[must_use]
    pub fn form(&self, id: &str) -> Option<&Form> {
        self.forms.iter().find(|form| *form.id.text == *id)
    }

    /// The model of the decision `id`, as `zeebe:calledDecision` names it, and the name by which it
    /// is evaluated.
    #[must_use]
    pub fn decision(&self, id: &str) -> Option<(&Decisions, &str)> {
        let entry = self
            .manifest
            .decisions
            .iter()
            .find(|it| *it.id.text == *id)?;
        let found = self
            .decisions
            .iter()
            .find(|it| it.path == entry.file.text)?;
        let name = name_of_decision(&found.model, id)?;
        Some((found.decisions.as_ref()?, name))
    }

    /// The text of the document `id`, where the pack has one.
    #[must_use]
    pub fn template(&self, id: &str) -> Option<&Template> {
        let found = self
            .templates
            .iter()
            .find(|(document, _)| **document == *id);
        found.map(|(_, template)| template)
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
    /// What was read so far of what an engine needs.
    files: Vec<PackFile>,
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
        // What was read until here, manifest and text, no engine needs.
        self.files.clear();
        let flows = self.flows(&manifest);
        let forms = self.forms(&manifest);
        let decisions = self.decisions(&manifest);
        let files = std::mem::take(&mut self.files);
        let templates = self.templates(&manifest);
        Some(Pack {
            manifest,
            clauses: clauses.unwrap_or_default(),
            flows,
            forms,
            decisions,
            templates,
            files,
        })
    }

    fn forms(&mut self, manifest: &Manifest) -> Vec<Form> {
        let mut forms = Vec::new();
        for entry in &manifest.forms {
            let Some(text) = self.named(&entry.file) else {
                continue;
            };
            let (form, mut diagnostics) = Form::read(&text);
            if let Some(form) = form.filter(|form| same_id(form, &entry.id, &mut diagnostics)) {
                forms.push(form);
            }
            self.report.extend(&entry.file.text, diagnostics);
        }
        forms
    }

    fn decisions(&mut self, manifest: &Manifest) -> Vec<DecisionModel> {
        let mut read: Vec<DecisionModel> = Vec::new();
        for entry in &manifest.decisions {
            if read.iter().all(|it| it.path != entry.file.text)
                && let Some(text) = self.named(&entry.file)
            {
                let (model, diagnostics) = Model::read(text);
                self.report.extend(&entry.file.text, diagnostics);
                read.extend(model.map(|model| DecisionModel {
                    path: Arc::clone(&entry.file.text),
                    model,
                    decisions: None,
                }));
            }
            let model = read.iter().find(|it| it.path == entry.file.text);
            if model.is_some_and(|it| name_of_decision(&it.model, &entry.id.text).is_none()) {
                let message = format!(
                    "`{}` has no decision with the id `{}`",
                    entry.file, entry.id
                );
                let diagnostic = Diagnostic::error(&codes::UNKNOWN_REFERENCE, message);
                self.report.extend(MANIFEST, [diagnostic.at(entry.id.span)]);
            }
        }
        let models: Vec<Model> = read.iter().map(|it| it.model.clone()).collect();
        for (position, one) in read.iter_mut().enumerate() {
            let others = models.iter().enumerate();
            let others: Vec<&Model> = others
                .filter(|(other, _)| *other != position)
                .map(|(_, model)| model)
                .collect();
            let (decisions, diagnostics) = Decisions::compile(&one.model, &others);
            self.report.extend(&one.path, diagnostics);
            one.decisions = decisions;
        }
        read
    }

    fn templates(&mut self, manifest: &Manifest) -> Vec<(Arc<str>, Template)> {
        let mut templates = Vec::new();
        for document in &manifest.documents {
            let Some(path) = &document.template else {
                continue;
            };
            let Some(text) = self.named(path) else {
                continue;
            };
            let (template, diagnostics) = Template::read(&text);
            self.report.extend(&path.text, diagnostics);
            templates.push((Arc::clone(&document.id.text), template));
        }
        templates
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
            let imports = Imports::read(&channel.file.text, &definitions, &mut |path| {
                self.imported(path)
            });
            for file in &imports.files {
                self.report.extend(&file.path, file.diagnostics.clone());
            }
            let mut lowering = imports.lower(&definitions);
            if let Some(days) = &manifest.unqualified_days {
                days.reading.apply(&mut lowering.program);
            }
            self.report
                .extend(&channel.file.text, lowering.diagnostics_for_check());
            flows.push(Flow {
                channel: Arc::clone(&channel.id.text),
                path: Arc::clone(&channel.file.text),
                definitions,
                imports,
                lowering,
            });
        }
        flows
    }

    /// The text of a file that a flow imports.
    fn imported(&mut self, path: &str) -> Result<SourceText, String> {
        if let Some(file) = self.report.file(path) {
            return Ok(file.source.clone());
        }
        let bytes = read_imported(self.source, path).map_err(|error| error.to_string())?;
        self.decoded(path, &bytes)
            .ok_or_else(|| "it is no text".to_owned())
    }

    /// The text of a file that the manifest names; where there is none, that is said there.
    fn named(&mut self, name: &Name) -> Option<SourceText> {
        if let Some(file) = self.report.file(&name.text) {
            return Some(file.source.clone());
        }
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
        self.files.push(PackFile {
            path: Arc::from(path),
            bytes: Arc::from(bytes),
        });
        self.report.add(path, text.clone(), diagnostics);
        is_text.then_some(text)
    }

    fn display(&self, path: &str) -> String {
        let (source, path) = match (shared_path(path), self.source.shared()) {
            (Some(inside), Some(shared)) => (shared, inside),
            (None | Some(_), _) => (self.source, path),
        };
        match source.name() {
            // The folder that one is in has no name of its own.
            "" | "." => path.to_owned(),
            name => format!("{}/{path}", name.trim_end_matches('/')),
        }
    }
}

/// Whether the form has the id by which the manifest names it.
fn same_id(form: &Form, id: &Name, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let is_same = form.id.text == id.text;
    if !is_same {
        let message = format!(
            "expected the id `{id}` as in the manifest, found `{}`",
            form.id
        );
        let diagnostic = Diagnostic::error(&codes::UNKNOWN_REFERENCE, message);
        diagnostics.push(diagnostic.at(form.id.span));
    }
    is_same
}

/// The name of the decision with an id.
fn name_of_decision<'m>(model: &'m Model, id: &str) -> Option<&'m str> {
    let mut elements = model.document().root().children();
    let found = elements.find(|it| it.local_name() == "decision" && it.attribute("id") == Some(id));
    found?.attribute("name")
}

fn unreadable(path: &str, error: &ReadError) -> Diagnostic {
    Diagnostic::error(&codes::NO_FILE, format!("`{path}`: {error}"))
}
