//! From files to definitions: everything is checked before anything is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reglament_adapter_api::check_result_headers;
use reglament_core::program::{ElementIx, Kind, Script, Task, TaskKind, Text};
use reglament_core::timer::Timestamp;
use reglament_core::{Definitions, Imports, Program, read};
use reglament_dmn::{Decisions, Model, Repository};
use reglament_pack::Pack;
use reglament_pack::form::Form;
use reglament_pack::manifest::DayReading;
use reglament_pack::validity::Validity;
use reglament_source::{Diagnostic, SourceText};

use super::table::{StringTable, TableMismatch};
use super::validity::StoredValidity;
use super::{Catalogue, Definition};
use crate::codes;
use crate::command::DeployedDefinition;
use crate::store::{DefinitionRow, Digest, StoreError};

/// A file to deploy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its name; the ending says what it is: `.bpmn`, `.dmn`, `.form`.
    pub name: Arc<str>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Resource {
    /// A file of this name.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            bytes: bytes.into(),
        }
    }
}

/// What a regulation says about the files that implement it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Regulation {
    /// When it is in force, as far as that is known.
    pub validity: Option<Validity>,
    /// How days are read that it does not qualify. Where it says nothing, a file with a term of such
    /// days is refused.
    pub unqualified_days: Option<DayReading>,
}

impl Regulation {
    /// What the manifest of a pack says.
    #[must_use]
    pub fn of(pack: &Pack) -> Self {
        let manifest = pack.manifest();
        Self {
            validity: Some(manifest.validity.clone()),
            unqualified_days: manifest.unqualified_days.as_ref().map(|it| it.reading),
        }
    }
}

/// What is said about one file of a deployment.
#[derive(Clone, Debug, PartialEq)]
pub struct FileDiagnostics {
    /// The name of the file.
    pub file: Arc<str>,
    /// The diagnostics, in order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Which work an engine finds somebody for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demands {
    /// Job types with a handler, and those that external workers take.
    pub(crate) handled: BTreeSet<Arc<str>>,
    /// Those of them whose results are mapped as the headers of the task say.
    pub(crate) mapping: BTreeSet<Arc<str>>,
    /// Whether external workers take every type.
    pub(crate) any: bool,
}

impl Demands {
    fn contains(&self, kind: &str) -> bool {
        self.any || self.handled.contains(kind)
    }
}

/// A deployment that can be stored.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) rows: Vec<DefinitionRow>,
    pub(crate) definitions: Vec<Arc<Definition>>,
    /// Definitions of these files that were there already.
    pub(crate) known: Vec<Arc<Definition>>,
    /// Warnings.
    pub(crate) diagnostics: Vec<FileDiagnostics>,
}

impl Prepared {
    /// The definitions of the files, those that were there before first.
    pub(crate) fn described(&self) -> Vec<DeployedDefinition> {
        let described = |definition: &Arc<Definition>, was_known| DeployedDefinition {
            digest: definition.digest,
            resource: Arc::clone(&definition.resource),
            processes: definition.processes.clone(),
            was_known,
        };
        let known = self.known.iter().map(|it| described(it, true));
        let fresh = self.definitions.iter().map(|it| described(it, false));
        known.chain(fresh).collect()
    }
}

/// One file of a deployment, read.
struct ReadFile<'r> {
    resource: &'r Resource,
    kind: &'static str,
    diagnostics: Vec<Diagnostic>,
    process: Option<(Program, Vec<Arc<str>>)>,
    form: Option<Form>,
}

/// What all definitions of a deployment have in common.
struct Shared<'v> {
    decisions: Arc<Repository>,
    forms: Arc<BTreeMap<Arc<str>, Form>>,
    regulation: &'v Regulation,
}

/// Reads and checks all files of a deployment.
///
/// # Errors
/// What is wrong, file by file; nothing is deployed then.
pub(crate) fn prepare(
    resources: &[Resource],
    catalogue: &Catalogue,
    demands: &Demands,
    (regulation, now): (&Regulation, Timestamp),
) -> Result<Prepared, Vec<FileDiagnostics>> {
    let mut files = read_files(resources, regulation);
    let decisions = Arc::new(read_decisions(&mut files));
    check_processes(&mut files, &decisions, demands);
    let wrong = files
        .iter()
        .any(|file| file.diagnostics.iter().any(Diagnostic::is_error));
    let diagnostics: Vec<FileDiagnostics> = files
        .iter()
        .filter(|file| !file.diagnostics.is_empty())
        .map(|file| FileDiagnostics {
            file: Arc::clone(&file.resource.name),
            diagnostics: file.diagnostics.clone(),
        })
        .collect();
    if wrong {
        return Err(diagnostics);
    }
    let forms = files.iter_mut().filter_map(|file| file.form.take());
    let forms = Arc::new(
        forms
            .map(|form| (Arc::clone(&form.id.text), form))
            .collect(),
    );
    let shared = Shared {
        decisions,
        forms,
        regulation,
    };
    Ok(number(files, &shared, catalogue, now, diagnostics))
}

/// Reads all files. A BPMN file that another one imports is part of that one and no definition of its
/// own.
fn read_files<'r>(resources: &'r [Resource], regulation: &Regulation) -> Vec<ReadFile<'r>> {
    let mut files: Vec<ReadFile<'r>> = Vec::new();
    let mut models = Vec::new();
    for resource in resources {
        let mut file = ReadFile::of(resource);
        let definitions = (file.kind == "bpmn").then(|| file.read_model()).flatten();
        files.push(file);
        models.push(definitions);
    }
    let mut imported: BTreeSet<Arc<str>> = BTreeSet::new();
    for (file, definitions) in files.iter_mut().zip(&models) {
        let Some(definitions) = definitions else {
            continue;
        };
        let imports = Imports::read(&file.resource.name, definitions, &mut |path| {
            imported_text(resources, path)
        });
        imported.extend(imports.files.iter().map(|it| Arc::clone(&it.path)));
        file.lower(definitions, &imports, regulation);
    }
    for file in &mut files {
        if imported.contains(&file.resource.name) {
            file.kind = IMPORTED;
            file.process = None;
        }
    }
    files
}

/// The kind of a BPMN file that another one of its deployment imports.
const IMPORTED: &str = "import";

/// The file of a deployment that another one imports.
fn imported_text(resources: &[Resource], path: &str) -> Result<SourceText, String> {
    let found = resources.iter().find(|resource| *resource.name == *path);
    let found = found.ok_or("the deployment has no such file")?;
    SourceText::decode(&*found.name, &found.bytes)
        .map_err(|diagnostic| diagnostic.message.to_string())
}

impl<'r> ReadFile<'r> {
    fn of(resource: &'r Resource) -> Self {
        let ending = resource
            .name
            .rsplit_once('.')
            .map_or("", |(_, ending)| ending);
        let mut file = Self {
            resource,
            kind: "bpmn",
            diagnostics: Vec::new(),
            process: None,
            form: None,
        };
        match ending {
            "bpmn" => {}
            "dmn" => file.kind = "dmn",
            "form" => file.read_form(),
            _ => {
                file.kind = "unknown";
                let message = format!(
                    "expected a .bpmn, .dmn or .form file, found `{}`",
                    resource.name
                );
                let diagnostic = Diagnostic::error(&codes::UNKNOWN_FILE, message);
                file.diagnostics
                    .push(diagnostic.hint("deploy only what the process uses"));
            }
        }
        file
    }

    fn read_model(&mut self) -> Option<Definitions> {
        let (definitions, diagnostics) = read(&self.resource.name, &self.resource.bytes);
        self.diagnostics = diagnostics;
        definitions
    }

    fn lower(&mut self, definitions: &Definitions, imports: &Imports, regulation: &Regulation) {
        let mut lowering = imports.lower(definitions);
        let declared: Vec<_> = lowering
            .processes
            .iter()
            .filter(|it| it.is_executable)
            .collect();
        let meant: Vec<Arc<str>> = if declared.is_empty() {
            lowering
                .processes
                .iter()
                .map(|it| Arc::clone(&it.id))
                .collect()
        } else {
            declared.iter().map(|it| Arc::clone(&it.id)).collect()
        };
        if declared.is_empty() {
            let all = lowering.findings.iter().map(|it| it.diagnostic.clone());
            self.diagnostics.extend(all);
        } else {
            self.diagnostics.extend(lowering.diagnostics_for_check());
        }
        if meant.is_empty() {
            let message = "expected a process, found none";
            self.diagnostics
                .push(Diagnostic::error(&codes::NOTHING_TO_RUN, message));
        }
        match regulation.unqualified_days {
            Some(days) => days.apply(&mut lowering.program),
            None => self.diagnostics.extend(unqualified(&lowering.program)),
        }
        self.process = Some((lowering.program, meant));
    }

    fn read_form(&mut self) {
        self.kind = "form";
        let (form, diagnostics) = read_form(&self.resource.name, &self.resource.bytes);
        self.diagnostics = diagnostics;
        self.form = form;
    }
}

/// The terms that nothing says how to read.
fn unqualified(program: &Program) -> Vec<Diagnostic> {
    let terms = program.terms.iter();
    let terms = terms.filter(|(_, definition)| definition.term.is_unqualified());
    let said = terms.map(|(_, definition)| {
        let message = format!(
            "the days of the term `{}` are not qualified, and nothing states how they are read",
            definition.term.literal
        );
        let hint = "deploy the pack, which states it, or give the term a `reading`";
        Diagnostic::error(&codes::UNQUALIFIED_DAYS, message)
            .on(program.id(definition.element))
            .hint(hint)
    });
    said.collect()
}

fn read_form(name: &str, bytes: &[u8]) -> (Option<Form>, Vec<Diagnostic>) {
    match SourceText::decode(name, bytes) {
        Ok(text) => Form::read(&text),
        Err(diagnostic) => (None, vec![diagnostic]),
    }
}

fn read_decisions(files: &mut [ReadFile<'_>]) -> Repository {
    let mut repository = Repository::default();
    for file in files.iter_mut().filter(|file| file.kind == "dmn") {
        let (decisions, diagnostics) = read_model(&file.resource.name, &file.resource.bytes);
        file.diagnostics.extend(diagnostics);
        if let Some(decisions) = decisions {
            file.diagnostics
                .extend(repository.add(&file.resource.name, decisions));
        }
    }
    repository
}

fn read_model(name: &str, bytes: &[u8]) -> (Option<Decisions>, Vec<Diagnostic>) {
    let text = match SourceText::decode(name, bytes) {
        Ok(text) => text,
        Err(diagnostic) => return (None, vec![diagnostic]),
    };
    let (model, mut diagnostics) = Model::read(text);
    let Some(model) = model else {
        return (None, diagnostics);
    };
    let (decisions, found) = Decisions::compile(&model, &[]);
    diagnostics.extend(found);
    (decisions, diagnostics)
}

/// Whether every task of the processes finds somebody, and no process is there twice.
fn check_processes(files: &mut [ReadFile<'_>], decisions: &Repository, demands: &Demands) {
    let mut seen: BTreeSet<Arc<str>> = BTreeSet::new();
    let has_process = files.iter().any(|file| file.kind == "bpmn");
    for file in files.iter_mut() {
        let Some((program, meant)) = &file.process else {
            continue;
        };
        for process in meant {
            if !seen.insert(Arc::clone(process)) {
                let message = format!("process `{process}` is defined by two files");
                let diagnostic = Diagnostic::error(&codes::DUPLICATE_PROCESS, message);
                file.diagnostics.push(diagnostic.on(&**process));
            }
        }
        for (index, element) in program.elements.iter() {
            if let Kind::Task(task) = &element.kind
                && let Some(problem) = unhandled(program, index, task, decisions, demands)
            {
                file.diagnostics.push(problem);
            }
        }
    }
    if let Some(first) = files.first_mut().filter(|_| !has_process) {
        let message = "expected a .bpmn file in the deployment, found none";
        first
            .diagnostics
            .push(Diagnostic::error(&codes::NOTHING_TO_RUN, message));
    }
}

/// Why nobody would do the task.
fn unhandled(
    program: &Program,
    element: ElementIx,
    task: &Task,
    decisions: &Repository,
    demands: &Demands,
) -> Option<Diagnostic> {
    let id = program.id(element);
    let at = |diagnostic: Diagnostic| {
        if program.is_imported(element) {
            // Its place is one in another file.
            return diagnostic.on(id);
        }
        diagnostic.at(program.infos[element].span).on(id)
    };
    if let Some(Script::Foreign { language }) = task.script.as_deref() {
        let message = format!("expected a FEEL script, found language `{language}`");
        let diagnostic = Diagnostic::error(&codes::FOREIGN_SCRIPT, message);
        return Some(at(diagnostic).hint("write it in FEEL, or make it a service task"));
    }
    if let Some((Text::Literal(decision), _)) = &task.decision
        && !decisions.contains(decision)
    {
        let mut diagnostic = decisions.check_call(decision)?;
        diagnostic.severity = reglament_source::Severity::Error;
        return Some(at(diagnostic));
    }
    if let Some(job) = &task.job {
        return match &job.kind {
            Text::Literal(kind) if !demands.contains(kind) => {
                let message = format!("no handler takes jobs of type `{kind}`");
                let diagnostic = Diagnostic::error(&codes::UNHANDLED_TYPE, message);
                Some(at(diagnostic).hint("register a handler, or declare the type external"))
            }
            Text::Literal(kind) if demands.mapping.contains(kind) => {
                let headers = job.headers.iter().map(|(key, value)| (&**key, &**value));
                let message = check_result_headers(headers).err()?;
                Some(at(Diagnostic::error(&codes::RESULT_HEADER, message)))
            }
            Text::Literal(_) | Text::Expression(_) => None,
        };
    }
    let alone = match task.kind {
        TaskKind::Service => true,
        TaskKind::BusinessRule => task.decision.is_none(),
        TaskKind::Send => !task.sends,
        TaskKind::Abstract
        | TaskKind::User
        | TaskKind::Manual
        | TaskKind::Receive
        | TaskKind::Script => false,
    };
    alone.then(|| {
        let message = format!("nobody handles task `{id}`: it has no task definition");
        let diagnostic = Diagnostic::error(&codes::NOBODY_HANDLES, message);
        at(diagnostic).hint("add a `zeebe:taskDefinition` with the type of its jobs")
    })
}

/// Gives digests, numbers and versions to what is new.
fn number(
    files: Vec<ReadFile<'_>>,
    shared: &Shared<'_>,
    catalogue: &Catalogue,
    now: Timestamp,
    diagnostics: Vec<FileDiagnostics>,
) -> Prepared {
    let validity = shared
        .regulation
        .validity
        .as_ref()
        .map(StoredValidity::from);
    let days = shared.regulation.unqualified_days;
    let supporting = supporting_digest(&files, validity.as_ref(), days);
    let (mut next, deployments) = catalogue.newest();
    let deployment = deployments + 1;
    let mut prepared = Prepared {
        rows: Vec::new(),
        definitions: Vec::new(),
        known: Vec::new(),
        diagnostics,
    };
    let mut others = Vec::new();
    for file in files {
        let digest = digest_of(file.resource, file.kind, supporting);
        let Some((program, meant)) = file.process else {
            others.push((file.resource, file.kind, digest));
            continue;
        };
        if let Some(known) = catalogue.get(digest) {
            prepared.known.push(Arc::clone(known));
            continue;
        }
        next += 1;
        let processes: Vec<(Arc<str>, u32)> = meant
            .into_iter()
            .map(|id| (Arc::clone(&id), catalogue.next_version(&id)))
            .collect();
        // The table is texts: it has a JSON form.
        let mut table = StringTable::of(&program);
        table.validity = validity.clone();
        table.unqualified_days = days.map(|days| days.as_str().to_owned());
        let table = serde_json::to_vec(&table).unwrap_or_default();
        let row = row_of(file.resource, file.kind, digest, next, deployment, now);
        prepared.rows.push(DefinitionRow {
            processes: processes.clone(),
            table,
            ..row
        });
        prepared.definitions.push(Arc::new(Definition {
            digest,
            number: next,
            resource: Arc::clone(&file.resource.name),
            program: Arc::new(program),
            decisions: Arc::clone(&shared.decisions),
            forms: Arc::clone(&shared.forms),
            validity: shared.regulation.validity.clone(),
            processes,
            deployment,
        }));
    }
    if !prepared.definitions.is_empty() {
        for (resource, kind, digest) in others {
            next += 1;
            // Two deployments with the same decisions keep them twice: each is complete by itself.
            let digest = Digest::of(&[&digest.0[..], &deployment.to_le_bytes()].concat());
            let row = row_of(resource, kind, digest, next, deployment, now);
            prepared.rows.push(row);
        }
    }
    prepared
}

fn row_of(
    resource: &Resource,
    kind: &str,
    digest: Digest,
    number: u64,
    deployment: u64,
    now: Timestamp,
) -> DefinitionRow {
    DefinitionRow {
        digest,
        number,
        resource: Arc::clone(&resource.name),
        kind: kind.into(),
        source: resource.bytes.clone(),
        processes: Vec::new(),
        table: Vec::new(),
        deployment,
        deployed_at: now,
    }
}

/// The digest of everything that definitions of the deployment use.
fn supporting_digest(
    files: &[ReadFile<'_>],
    validity: Option<&StoredValidity>,
    days: Option<DayReading>,
) -> Digest {
    let mut parts: Vec<(&Arc<str>, Digest)> = files
        .iter()
        .filter(|file| file.kind != "bpmn")
        .map(|file| (&file.resource.name, Digest::of(&file.resource.bytes)))
        .collect();
    parts.sort();
    let mut all = Vec::new();
    for (name, digest) in parts {
        all.extend(Digest::of(name.as_bytes()).0);
        all.extend(digest.0);
    }
    if let Some(validity) = validity {
        // It is dates and texts: it has a JSON form.
        all.extend(serde_json::to_vec(validity).unwrap_or_default());
    }
    if let Some(days) = days {
        all.extend(days.as_str().bytes());
    }
    Digest::of(&all)
}

fn digest_of(resource: &Resource, kind: &str, supporting: Digest) -> Digest {
    let parts = [
        &b"reglament definition 1"[..],
        &Digest::of(kind.as_bytes()).0,
        &Digest::of(&resource.bytes).0,
        &supporting.0,
    ];
    Digest::of(&parts.concat())
}

/// The definitions that were stored.
///
/// # Errors
/// A stored file cannot be read any more, or is numbered otherwise.
pub(crate) fn read_again(rows: &[DefinitionRow]) -> Result<Catalogue, StoreError> {
    let mut catalogue = Catalogue::default();
    for row in rows.iter().filter(|row| &*row.kind == "bpmn") {
        let decisions = decisions_of(rows, row.deployment);
        let forms = forms_of(rows, row.deployment);
        let (definitions, _) = read(&row.resource, &row.source);
        let damaged = |message: String| StoreError::damaged(message);
        let definitions = definitions
            .ok_or_else(|| damaged(format!("definition `{}` cannot be read", row.resource)))?;
        let stored: StringTable = serde_json::from_slice(&row.table)
            .map_err(|error| damaged(format!("table of `{}`: {error}", row.resource)))?;
        let imported: Vec<Resource> = imported_by(rows, row.deployment);
        let imports = Imports::read(&row.resource, &definitions, &mut |path| {
            imported_text(&imported, path)
        });
        let mut program = imports.lower(&definitions).program;
        let days = stored.unqualified_days.as_deref();
        if let Some(days) = days.and_then(DayReading::parse) {
            days.apply(&mut program);
        }
        let now = StringTable::of(&program);
        let same: Result<(), TableMismatch> = stored.check(&row.resource, &now);
        same.map_err(|mismatch| damaged(mismatch.to_string()).caused_by(mismatch))?;
        catalogue.add(Arc::new(Definition {
            digest: row.digest,
            number: row.number,
            resource: Arc::clone(&row.resource),
            program: Arc::new(program),
            decisions: Arc::new(decisions),
            forms: Arc::new(forms),
            validity: stored.validity.map(Validity::from),
            processes: row.processes.clone(),
            deployment: row.deployment,
        }));
    }
    catalogue.newest = rows.iter().map(|row| row.number).max().unwrap_or_default();
    Ok(catalogue)
}

/// The files of a deployment that others of it import.
fn imported_by(rows: &[DefinitionRow], deployment: u64) -> Vec<Resource> {
    let of_it = rows
        .iter()
        .filter(|row| row.deployment == deployment && &*row.kind == IMPORTED);
    of_it
        .map(|row| Resource::new(Arc::clone(&row.resource), row.source.clone()))
        .collect()
}

fn forms_of(rows: &[DefinitionRow], deployment: u64) -> BTreeMap<Arc<str>, Form> {
    let of_it = rows
        .iter()
        .filter(|row| row.deployment == deployment && &*row.kind == "form");
    // They were read when they were deployed.
    let forms = of_it.filter_map(|row| read_form(&row.resource, &row.source).0);
    forms
        .map(|form| (Arc::clone(&form.id.text), form))
        .collect()
}

fn decisions_of(rows: &[DefinitionRow], deployment: u64) -> Repository {
    let mut repository = Repository::default();
    let of_it = rows
        .iter()
        .filter(|row| row.deployment == deployment && &*row.kind == "dmn");
    for row in of_it {
        // It was compiled when it was deployed.
        if let (Some(decisions), _) = read_model(&row.resource, &row.source) {
            repository.add(&row.resource, decisions);
        }
    }
    repository
}
