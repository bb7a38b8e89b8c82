//! What is deployed: definitions, each with what it needs to run for years.
//!
//! A *deployment* is a set of files that belong together. Each process file in it that no other one
//! imports is a *definition*;
//! the decisions and forms of the deployment belong to all of its definitions. The identity of a
//! definition is the digest of its file and of everything that it uses, so that the same content is
//! the same definition however often it is deployed, and other decisions make another definition.

mod deployment;
mod table;
mod validity;

use std::collections::BTreeMap;
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{ElementIx, Kind};
use reglament_dmn::Repository;
use reglament_executor::{MessageStart, message_starts, signal_starts};
use reglament_pack::form::Form;
use reglament_pack::validity::Validity;

pub(crate) use deployment::{Demands, prepare, read_again};
pub use deployment::{FileDiagnostics, Regulation, Resource};
pub use table::TableMismatch;
pub(crate) use validity::LawfulVersion;

use crate::store::Digest;

/// A deployed process file.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The identity.
    pub digest: Digest,
    /// In the order of deployment, from 1.
    pub number: u64,
    /// The name of the file.
    pub resource: Arc<str>,
    /// What is executed.
    pub program: Arc<Program>,
    /// The decisions of the deployment.
    pub decisions: Arc<Repository>,
    /// The forms of the deployment, by id.
    pub forms: Arc<BTreeMap<Arc<str>, Form>>,
    /// When the regulation that it implements is in force; none when that was not stated.
    pub validity: Option<Validity>,
    /// The processes that can be started, by id, each with its version.
    pub processes: Vec<(Arc<str>, u32)>,
    /// The deployment that it came with.
    pub deployment: u64,
}

/// All definitions, and which of them new cases run under.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    by_digest: BTreeMap<Digest, Arc<Definition>>,
    /// The definitions of each process, oldest first.
    by_process: BTreeMap<Arc<str>, Vec<Arc<Definition>>>,
    newest: u64,
    deployments: u64,
}

/// Where a message or signal begins a case.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    pub(crate) definition: Arc<Definition>,
    pub(crate) start: MessageStart,
}

impl Definition {
    /// The element with this BPMN id.
    #[must_use]
    pub fn element(&self, id: &str) -> Option<ElementIx> {
        self.program.element(id)
    }

    /// The headers of the jobs at an element.
    #[must_use]
    pub fn headers(&self, element: &str) -> Vec<(Arc<str>, Arc<str>)> {
        let element = self.element(element);
        match element.map(|element| &self.program.elements[element].kind) {
            Some(Kind::Task(task)) => task
                .job
                .iter()
                .flat_map(|job| job.headers.to_vec())
                .collect(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn is_startable(&self, process: ElementIx) -> bool {
        let id = self.program.id(process);
        self.processes.iter().any(|(known, _)| **known == *id)
    }
}

impl Catalogue {
    /// The definition with this digest.
    #[must_use]
    pub fn get(&self, digest: Digest) -> Option<&Arc<Definition>> {
        self.by_digest.get(&digest)
    }

    /// The definitions of a process, oldest first: the version is the place in the list, from 1.
    #[must_use]
    pub fn of_process(&self, process: &str) -> &[Arc<Definition>] {
        self.by_process.get(process).map_or(&[], Vec::as_slice)
    }

    /// The newest definition of a process.
    #[must_use]
    pub fn latest(&self, process: &str) -> Option<&Arc<Definition>> {
        self.of_process(process).last()
    }

    /// The ids of all processes, sorted.
    pub fn processes(&self) -> impl Iterator<Item = &Arc<str>> {
        self.by_process.keys()
    }

    /// The numbers of the newest definition and the newest deployment.
    pub(crate) const fn newest(&self) -> (u64, u64) {
        (self.newest, self.deployments)
    }

    /// The version that a process gets when it is deployed once more.
    pub(crate) fn next_version(&self, process: &str) -> u32 {
        u32::try_from(self.of_process(process).len()).unwrap_or(u32::MAX) + 1
    }

    pub(crate) fn add(&mut self, definition: Arc<Definition>) {
        self.newest = self.newest.max(definition.number);
        self.deployments = self.deployments.max(definition.deployment);
        for (process, _) in &definition.processes {
            let versions = self.by_process.entry(Arc::clone(process)).or_default();
            versions.push(Arc::clone(&definition));
        }
        self.by_digest.insert(definition.digest, definition);
    }

    /// Where a message of this name begins a case: only the newest version of a process begins any.
    pub(crate) fn message_beginnings(&self, name: &str) -> Vec<Beginning> {
        self.beginnings(|program| message_starts(program, name))
    }

    /// Where a signal of this name begins a case.
    pub(crate) fn signal_beginnings(&self, name: &str) -> Vec<Beginning> {
        self.beginnings(|program| signal_starts(program, name))
    }

    fn beginnings(&self, starts: impl Fn(&Program) -> Vec<MessageStart>) -> Vec<Beginning> {
        let mut found = Vec::new();
        for (process, versions) in &self.by_process {
            let Some(definition) = versions.last() else {
                continue;
            };
            for start in starts(&definition.program) {
                let of_it = definition.program.id(start.process) == &**process;
                if of_it && definition.is_startable(start.process) {
                    found.push(Beginning {
                        definition: Arc::clone(definition),
                        start,
                    });
                }
            }
        }
        found
    }
}
