//! Which elements and flows of a model its scenarios have been through.

use std::collections::BTreeMap;

use reglament_core::Program;
use reglament_core::program::{ElementIx, Kind};

use crate::trace::Subject;

/// How many times each element and flow was reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    counts: BTreeMap<Subject, u64>,
}

impl Coverage {
    /// Counts one more time that `subject` was reached.
    pub(crate) fn count(&mut self, subject: Subject) {
        *self.counts.entry(subject).or_default() += 1;
    }

    /// How many times `subject` was reached.
    #[must_use]
    pub fn of(&self, subject: Subject) -> u64 {
        self.counts.get(&subject).copied().unwrap_or_default()
    }

    /// Adds what another run of the same program has covered.
    pub fn merge(&mut self, other: &Self) {
        for (subject, count) in &other.counts {
            *self.counts.entry(*subject).or_default() += count;
        }
    }

    /// What is covered of each process, in document order.
    #[must_use]
    pub fn by_process(&self, program: &Program) -> Vec<ProcessCoverage> {
        program
            .processes
            .iter()
            .map(|process| self.of_process(program, *process))
            .collect()
    }

    fn of_process(&self, program: &Program, process: ElementIx) -> ProcessCoverage {
        let elements = program.elements.iter().filter(|(index, element)| {
            !matches!(element.kind, Kind::Process) && program.process_of(*index) == process
        });
        let flows = program
            .flows
            .iter()
            .filter(|(_, flow)| program.process_of(flow.source) == process);
        ProcessCoverage {
            process,
            elements: self.part(elements.map(|(index, _)| Subject::Element(index))),
            flows: self.part(flows.map(|(index, _)| Subject::Flow(index))),
        }
    }

    fn part(&self, subjects: impl Iterator<Item = Subject>) -> Part {
        let mut part = Part {
            total: 0,
            missing: Vec::new(),
        };
        for subject in subjects {
            part.total += 1;
            if self.of(subject) == 0 {
                part.missing.push(subject);
            }
        }
        part
    }
}

/// What is covered of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessCoverage {
    /// The process.
    pub process: ElementIx,
    /// Its flow nodes.
    pub elements: Part,
    /// Its sequence flows.
    pub flows: Part,
}

/// How much of something is covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// How many there are.
    pub total: usize,
    /// What was never reached, in document order.
    pub missing: Vec<Subject>,
}

impl Part {
    /// How many were reached.
    #[must_use]
    pub fn covered(&self) -> usize {
        self.total - self.missing.len()
    }
}
