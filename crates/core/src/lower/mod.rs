//! Lowering: from a BPMN file to the [`Program`] that is executed.
//!
//! Each process is lowered by itself. A process in which something cannot be executed as the
//! standard says is left out of the program and the findings say why; the other processes stay.
//! Nothing is executed half: what is not carried out is refused.
//!
//! How bad a finding is depends on the question. For `check` an error of a process that is not
//! declared executable is a note, because a drawing is a legitimate file; for `run` the errors of
//! the process to run, and of those it calls, are errors.
//!
//! A call activity that names a process which is neither in the file nor in one that it imports is an
//! error: a program is a closed world, and a call that cannot succeed is found before the case gets
//! there.
//!
//! # Source
//! BPMN 2.0.2, chapters 10 and 13.

mod activity;
mod ad_hoc;
mod boundary;
mod call;
mod collect;
mod compensation;
mod data;
mod duty;
mod event;
mod event_definition;
mod expression;
mod extension;
mod gateway;
mod identifier;
mod imported;
mod info;
mod link;
mod mapping;
mod message_flow;
mod personal;
mod process;
mod reach;
mod repetition;
mod root;
mod scope;
mod sequence_flow;
mod task;
mod term;

use std::sync::Arc;

use reglament_source::{Diagnostic, Severity};
use rustc_hash::FxHashMap;

use crate::codes;
use crate::model::{BaseElement, Definitions};
use crate::program::{ArenaIndex, ElementIx, Program};
use imported::Library;
use process::ProcessLowering;
use root::Roots;

/// What lowering a file gives.
#[derive(Debug)]
pub struct Lowering {
    /// What can be executed.
    pub program: Program,
    /// What was found, process by process in document order.
    pub findings: Vec<Finding>,
    /// Every process of the file, in document order.
    pub processes: Vec<LoweredProcess>,
}

/// Something to say about a process, or about the file.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The process; none for what belongs to no process.
    pub process: Option<Arc<str>>,
    /// What was found; an error is a reason to refuse the process.
    pub diagnostic: Diagnostic,
}

/// What became of a process.
#[derive(Clone, Debug)]
pub struct LoweredProcess {
    /// Its id.
    pub id: Arc<str>,
    /// Whether it is declared executable.
    pub is_executable: bool,
    /// Whether it is missing from the program.
    pub is_refused: bool,
    /// The processes of the file that it calls, by id.
    pub calls: Vec<Arc<str>>,
}

impl Lowering {
    fn empty() -> Self {
        Self {
            program: Program::default(),
            findings: Vec::new(),
            processes: Vec::new(),
        }
    }

    /// The diagnostics for `check`: errors of processes that are declared executable, and of those
    /// that they call, stay as they are; what is said of any other process is a note.
    #[must_use]
    pub fn diagnostics_for_check(&self) -> Vec<Diagnostic> {
        let executable = self
            .processes
            .iter()
            .filter(|process| process.is_executable);
        let meant = self.reachable(executable.map(|process| &process.id));
        self.diagnostics(&meant)
    }

    /// The diagnostics for running the process `process`: those of that process and of what it
    /// calls stay as they are, the rest are notes.
    #[must_use]
    pub fn diagnostics_for_run(&self, process: &str) -> Vec<Diagnostic> {
        let started = self
            .processes
            .iter()
            .filter(|candidate| &*candidate.id == process);
        let meant = self.reachable(started.map(|process| &process.id));
        self.diagnostics(&meant)
    }

    /// Whether the process `process` is in the file and was refused.
    #[must_use]
    pub fn is_refused(&self, process: &str) -> bool {
        self.processes
            .iter()
            .any(|candidate| &*candidate.id == process && candidate.is_refused)
    }

    fn diagnostics(&self, meant: &[&Arc<str>]) -> Vec<Diagnostic> {
        let severe = |process: Option<&Arc<str>>| process.is_none_or(|id| meant.contains(&id));
        let diagnostic = |finding: &Finding| {
            let mut diagnostic = finding.diagnostic.clone();
            if !severe(finding.process.as_ref()) {
                diagnostic.severity = Severity::Note;
            }
            diagnostic
        };
        self.findings.iter().map(diagnostic).collect()
    }

    /// The processes that are called from `starts`, themselves included.
    fn reachable<'l>(&'l self, starts: impl Iterator<Item = &'l Arc<str>>) -> Vec<&'l Arc<str>> {
        let mut found: Vec<&Arc<str>> = starts.collect();
        let mut next = 0;
        while let Some(id) = found.get(next).copied() {
            next += 1;
            let process = self.processes.iter().find(|process| process.id == *id);
            for called in process.into_iter().flat_map(|process| &process.calls) {
                if !found.contains(&called) {
                    found.push(called);
                }
            }
        }
        found
    }
}

/// Lowers all processes of a file.
///
/// ```
/// let bytes = br#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
///     targetNamespace="urn:example"><process id="P" isExecutable="true">
///       <startEvent id="S"/><sequenceFlow id="F" sourceRef="S" targetRef="T"/><task id="T"/>
///     </process></definitions>"#;
/// let (definitions, _) = reglament_core::read("example.bpmn", bytes);
/// let lowering = reglament_core::lower(&definitions.unwrap());
/// assert!(lowering.findings.is_empty());
/// assert!(lowering.program.process("P").is_some());
/// ```
///
/// # Source
/// BPMN 2.0.2, chapter 13.
#[must_use]
pub fn lower(definitions: &Definitions) -> Lowering {
    lower_with(definitions, &[])
}

/// Lowers all processes of a file together with those of the files that it imports
/// ([`Imports`](crate::Imports) reads them), so that its call activities can call them.
///
/// The processes of the file itself come first; [`Lowering::processes`] has no others. What is wrong
/// with an imported process is said by lowering its own file: here it is missing where it is called.
///
/// # Source
/// BPMN 2.0.2, 8.2.2 and chapter 13.
#[must_use]
pub fn lower_with(definitions: &Definitions, imported: &[&Definitions]) -> Lowering {
    let mut lowering = Lowering::empty();
    let mut program = Program::default();
    let library = Library::of(definitions, imported, &mut lowering.findings);
    let nodes = lower_file(definitions, &library, &mut program, &mut lowering);
    if !library.files.is_empty() {
        program.first_imported = Some(ElementIx::from_position(program.elements.len()));
    }
    let (mut of_imported, mut nodes_of_imported) = (Vec::new(), Vec::new());
    for (position, file) in library.files.iter().copied().enumerate() {
        let mut of_it = Lowering::empty();
        let others = library.beside(definitions, position);
        let nodes = lower_file(file, &others, &mut program, &mut of_it);
        of_imported.push(of_it);
        nodes_of_imported.push((file, nodes));
    }
    call::resolve(&mut program);
    let found = duty::lower(definitions, &mut program, &nodes);
    lowering.findings.extend(found);
    for (file, nodes) in nodes_of_imported {
        // What there is to say about it is said of its own file.
        duty::lower(file, &mut program, &nodes);
    }
    imported::refused(&program, &of_imported, &mut lowering);
    lowering.program = program;
    lowering
}

/// Lowers the processes of one file into the program; says where their flow nodes stand there.
fn lower_file(
    definitions: &Definitions,
    library: &Library<'_>,
    program: &mut Program,
    lowering: &mut Lowering,
) -> NodeMap {
    let mut roots = Roots::new(library.prefix());
    let mut nodes = FxHashMap::default();
    for process in definitions.processes() {
        let id = roots.identifiers.of(definitions, process.element());
        let mut lowered = ProcessLowering::new(definitions, library, program, &mut roots, process);
        lowered.lower();
        let (findings, calls) = (
            std::mem::take(&mut lowered.findings),
            std::mem::take(&mut lowered.calls),
        );
        let is_refused = findings.iter().any(Diagnostic::is_error);
        if !is_refused {
            nodes.extend(lowered.commit());
        }
        let is_executable = process.is_executable();
        let finding = |diagnostic| Finding {
            process: Some(Arc::clone(&id)),
            diagnostic,
        };
        lowering.findings.extend(findings.into_iter().map(finding));
        lowering.processes.push(LoweredProcess {
            id,
            is_executable,
            is_refused,
            calls,
        });
    }
    message_flow::lower(definitions, program, &nodes);
    nodes
}

/// Where each flow node of the file stands in the program.
type NodeMap = FxHashMap<reglament_xml::NodeId, ElementIx>;

/// The finding of a process that reading has already complained about.
fn broken(process: reglament_xml::ElementRef<'_>, id: &str) -> Diagnostic {
    Diagnostic::error(
        &codes::BROKEN_MODEL,
        format!("process `{id}` has errors that reading reports, so it cannot be executed"),
    )
    .at(process.span())
    .on(id)
    .hint("mend the errors that reading reports")
}
