//! The files that a file imports, as lowering sees them.
//!
//! # Source
//! BPMN 2.0.2, 8.2.2.

use reglament_source::Diagnostic;
use reglament_xml::ElementRef;

use super::{Finding, LoweredProcess, Lowering};
use crate::codes;
use crate::model::{BaseElement, Definitions, Process};
use crate::program::{Kind, Program, Text};

/// What may be called beside the processes of the file itself.
#[derive(Debug, Default)]
pub(super) struct Library<'d> {
    pub(super) files: Vec<&'d Definitions>,
    /// Which of the imported files this one is, when it is one.
    position: Option<usize>,
}

impl<'d> Library<'d> {
    /// The imported files that have no id in common with the file, nor with one before them.
    pub(super) fn of(
        definitions: &'d Definitions,
        imported: &[&'d Definitions],
        findings: &mut Vec<Finding>,
    ) -> Self {
        let mut library = Self::default();
        for file in imported.iter().copied() {
            let mut before = std::iter::once(definitions).chain(library.files.iter().copied());
            let twice = before.find_map(|other| Some((twice(file, other)?, other)));
            match twice {
                Some((id, other)) => findings.push(Finding {
                    process: None,
                    diagnostic: clash(definitions, file, id, other),
                }),
                None => library.files.push(file),
            }
        }
        library
    }

    /// What the imported file at `position` may call.
    pub(super) fn beside(&self, own: &'d Definitions, position: usize) -> Self {
        let files = self.files.iter().copied().enumerate();
        let others = files.filter(|(other, _)| *other != position);
        Self {
            files: std::iter::once(own)
                .chain(others.map(|(_, file)| file))
                .collect(),
            position: Some(position),
        }
    }

    /// What ids that are made up begin with, so that those of two files differ.
    pub(super) fn prefix(&self) -> String {
        self.position
            .map_or_else(String::new, |position| format!("_import_{}", position + 1))
    }

    /// The process `id`; only in the file of `namespace`, where one is given.
    pub(super) fn process(&self, id: &str, namespace: Option<&str>) -> Option<ElementRef<'d>> {
        let files = self.files.iter().copied().filter(|file| {
            namespace.is_none_or(|namespace| file.target_namespace() == Some(namespace))
        });
        files
            .into_iter()
            .find_map(|file| Some(Process::from_element(file.find(id)?)?.element()))
    }
}

/// An id that stands in both files.
fn twice<'d>(file: &'d Definitions, other: &Definitions) -> Option<&'d str> {
    let ids = file.document().elements();
    let mut ids = ids.filter_map(|element| element.attribute("id"));
    ids.find(|id| other.find(id).is_some())
}

fn clash(own: &Definitions, file: &Definitions, id: &str, other: &Definitions) -> Diagnostic {
    let (file, other) = (file.source().name(), other.source().name());
    let message =
        format!("`{file}` cannot be imported: the id `{id}` stands in it and in `{other}`");
    Diagnostic::error(&codes::IMPORT, message)
        .at(own.span())
        .hint("rename one of them")
}

/// Reports the calls that lead to an imported process which cannot be executed.
///
/// What is wrong with it is said where it stands; here that it is missing.
#[expect(
    clippy::indexing_slicing,
    reason = "a typed index addresses the arena that made it"
)]
pub(super) fn refused(program: &Program, imported: &[Lowering], lowering: &mut Lowering) {
    let mut found = Vec::new();
    for (index, element) in program.elements.iter() {
        if program.is_imported(index) {
            continue;
        }
        let Kind::CallActivity(called) = &element.kind else {
            continue;
        };
        let Text::Literal(process) = &called.process else {
            continue;
        };
        let Some((refused, reason)) = first_refused(process, imported) else {
            continue;
        };
        let info = &program.infos[index];
        let message = format!(
            "`{}` calls the process `{process}`, and `{refused}` of another file cannot be executed: \
             {reason}",
            info.id
        );
        let diagnostic = Diagnostic::error(&codes::CALLED_ELEMENT, message);
        found.push(Finding {
            process: Some(program.infos[program.process_of(index)].id.clone()),
            diagnostic: diagnostic.at(info.span).on(&*info.id),
        });
    }
    lowering.findings.extend(found);
}

/// The first imported process that `start` leads to and that cannot be executed, with the reason.
fn first_refused<'l>(start: &str, imported: &'l [Lowering]) -> Option<(&'l str, &'l str)> {
    let find = |id: &str| -> Option<(&'l Lowering, &'l LoweredProcess)> {
        imported.iter().find_map(|lowering| {
            let process = lowering.processes.iter().find(|it| *it.id == *id)?;
            Some((lowering, process))
        })
    };
    let mut led_to: Vec<(&Lowering, &LoweredProcess)> = find(start).into_iter().collect();
    let mut next = 0;
    while let Some((lowering, process)) = led_to.get(next).copied() {
        next += 1;
        if process.is_refused {
            let mut findings = lowering.findings.iter();
            let of_it = findings
                .find(|it| it.process.as_ref() == Some(&process.id) && it.diagnostic.is_error());
            let reason = of_it.map_or("", |finding| &*finding.diagnostic.message);
            return Some((&process.id, reason));
        }
        for called in &process.calls {
            let is_new = led_to.iter().all(|(_, known)| known.id != *called);
            led_to.extend(find(called).filter(|_| is_new));
        }
    }
    None
}
