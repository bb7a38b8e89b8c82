//! Reading cases from the store.

use std::sync::Arc;

use reglament_executor::InstanceId;

use super::cache::Entry;
use super::ledger::key_error;
use super::{Failure, Kernel};
use crate::case::{Case, CaseLoadError};
use crate::command::{Command, Request, SurveyAnswer};
use crate::definition::Catalogue;
use crate::error::Refusal;
use crate::history::{
    DataKey, Head, KeyError, Keys, MasterKey, Policy, PublicKey, Signature, Tag, Vault,
};
use crate::store::{DataKeyRow, ENGINE, Store, Stored};

/// What case states are sealed as.
pub(super) const STATE: &str = "state";

/// The keys of an installation that has none: nothing can be sealed.
#[derive(Debug)]
pub(crate) struct NoKeys(MasterKey);

impl NoKeys {
    pub(crate) fn new() -> Self {
        Self(MasterKey::from_secret(&[0; 32]))
    }

    fn refused<T>() -> Result<T, KeyError> {
        let message = "the engine was opened without keys";
        Err(KeyError::Service(message.to_owned()))
    }
}

impl Keys for NoKeys {
    fn generate(&self) -> Result<DataKey, KeyError> {
        Self::refused()
    }

    fn wrap_key(&self, _context: &[u8], _key: &DataKey) -> Result<Vec<u8>, KeyError> {
        Self::refused()
    }

    fn unwrap_key(&self, _context: &[u8], _wrapped: &[u8]) -> Result<DataKey, KeyError> {
        Self::refused()
    }

    // Nothing is sealed and nothing is signed, so that neither of these is asked for.
    fn tag(&self, purpose: &str, text: &str) -> Tag {
        self.0.tag(purpose, text)
    }

    fn sign(&self, _message: &[u8]) -> Result<Signature, KeyError> {
        Self::refused()
    }

    fn public_key(&self) -> PublicKey {
        self.0.public_key()
    }
}

impl Kernel {
    /// Reads all cases that the requests name and that are not in memory, at once.
    pub(super) async fn prefetch(&mut self, requests: &[Request]) {
        let named = requests.iter();
        let named = named.filter_map(|request| instance_of(&request.command));
        self.load_missing(named.collect()).await;
    }

    /// Reads those of these cases that are not in memory, at once.
    pub(super) async fn load_missing(&mut self, mut instances: Vec<InstanceId>) {
        instances.retain(|instance| !self.cache.contains(*instance));
        instances.sort_unstable();
        instances.dedup();
        if instances.len() > 1 {
            // What cannot be read is found out again by the step itself.
            let _ = self.load(&instances).await;
        }
    }

    async fn load(&mut self, instances: &[InstanceId]) -> Result<(), Failure> {
        let reader = CaseReader {
            store: self.pipe.reading().await?,
            keys: &self.keys,
            catalogue: &self.catalogue,
        };
        for entry in reader.read(instances).await?.into_iter().flatten() {
            self.cache.put(entry.case.id, entry);
        }
        Ok(())
    }

    /// A case, from memory or from the store.
    pub(super) async fn entry(&mut self, instance: InstanceId) -> Result<Arc<Entry>, Failure> {
        if !self.cache.contains(instance) && instance != ENGINE {
            self.load(&[instance]).await?;
        }
        let entry = self.cache.get(instance);
        entry.ok_or(Failure::Refused(Refusal::UnknownCase(instance)))
    }
}

/// Reads cases as they were stored.
pub(crate) struct CaseReader<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) keys: &'a Arc<dyn Keys>,
    pub(crate) catalogue: &'a Catalogue,
}

impl CaseReader<'_> {
    /// The cases with these numbers, in their order.
    pub(crate) async fn read(
        &self,
        instances: &[InstanceId],
    ) -> Result<Vec<Option<Entry>>, Failure> {
        let stored = self.store.load(instances.to_vec()).await?;
        let sealed: Vec<InstanceId> = instances
            .iter()
            .zip(&stored)
            .filter(|(_, it)| it.as_ref().is_some_and(|it| it.state.first() != Some(&0)))
            .map(|(instance, _)| *instance)
            .collect();
        let rows = if sealed.is_empty() {
            Vec::new()
        } else {
            self.store.data_keys(sealed).await?
        };
        let mut entries = Vec::with_capacity(instances.len());
        for (instance, stored) in instances.iter().zip(stored) {
            let own = rows.iter().filter(|row| row.instance == *instance);
            let own: Vec<DataKeyRow> = own.cloned().collect();
            let stored = stored.filter(|it| !it.state.is_empty());
            let entry = stored.map(|stored| self.open(*instance, stored, own));
            entries.push(entry.transpose()?);
        }
        Ok(entries)
    }

    fn open(
        &self,
        instance: InstanceId,
        stored: Stored,
        rows: Vec<DataKeyRow>,
    ) -> Result<Entry, Failure> {
        let unreadable = |error| Failure::Unreadable(instance, error);
        let damaged = |text: String| unreadable(CaseLoadError::Damaged(text));
        let vault = |policy, rows| {
            let vault = Vault::new(Arc::clone(self.keys), Arc::new(policy), instance, rows);
            vault.map_err(|error| Failure::Store(key_error(error)))
        };
        let opened = vault(Policy::default(), rows.clone())?.open_bytes(STATE, &stored.state);
        let plain = opened.map_err(|error| damaged(error.to_string()))?;
        let plain = plain.ok_or(Refusal::Shredded(instance))?;
        let (head, state) = Case::load_head(&plain).map_err(unreadable)?;
        let definition = self.catalogue.get(head.definition).map(Arc::clone);
        let definition = definition
            .ok_or_else(|| damaged(format!("definition {} is not there", head.definition)))?;
        let vault = vault(Policy::of(&definition.program), rows)?;
        let case = Case::load(instance, head, &definition.program, state).map_err(unreadable)?;
        Ok(Entry {
            rows: case.rows(&definition.program),
            case,
            vault,
            definition,
            version: stored.version,
            head: Head {
                seq: stored.seq,
                hash: stored.hash,
            },
        })
    }
}

/// The case that a command is about.
fn instance_of(command: &Command) -> Option<InstanceId> {
    match command {
        Command::Deploy { .. }
        | Command::Start(_)
        | Command::Publish(_)
        | Command::Broadcast { .. }
        | Command::ActivateJobs { .. }
        | Command::NoteAnchor(_)
        | Command::Erase { .. }
        | Command::Forget(_)
        | Command::SaveCursor { .. } => None,
        Command::CompleteJob { job: work, .. }
        | Command::FailJob { job: work, .. }
        | Command::ThrowError { job: work, .. }
        | Command::ExtendJob { job: work, .. }
        | Command::Claim { task: work }
        | Command::Unclaim { task: work }
        | Command::Delegate { task: work, .. }
        | Command::ResolveTask { task: work }
        | Command::CompleteTask { task: work, .. }
        | Command::ResolveIncident { incident: work } => Some(work.instance),
        Command::SetVariables { instance, .. }
        | Command::Suspend { instance, .. }
        | Command::Resume { instance }
        | Command::Term { instance, .. }
        | Command::AdoptCalendar { instance, .. }
        | Command::AnswerSurvey(SurveyAnswer { instance, .. })
        | Command::Modify { instance, .. }
        | Command::Migrate { instance, .. }
        | Command::Cancel { instance } => Some(*instance),
    }
}
