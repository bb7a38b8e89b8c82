//! Reading a store without an engine: also while an engine in another process writes to it.

use std::sync::Arc;

use reglament_core::calendar::WorkCalendar;
use reglament_core::timer::{Timestamp, Zone};
use reglament_executor::{Env, InstanceId, MigrationReport};

use super::CaseView;
use crate::case::{Case, CaseRecord, Versions};
use crate::command::{DeployedDefinition, Migration};
use crate::definition::{Catalogue, Definition, Demands, Regulation, Resource, prepare};
use crate::error::{EngineError, Refusal};
use crate::history::{Keys, Opened};
use crate::kernel::{CaseReader, EngineRecord, NoKeys, may_be_migrated};
use crate::report::{Report, ReportQuery};
use crate::store::{
    Digest, ENGINE, ElementInstanceId, Store, StoreError, StreamEvent, VeiledStore, is_veiled,
};

use super::query::WaitingElement;

/// Reads cases as they are stored. It writes nothing and takes nothing over, so that it can look at
/// the store of a running engine; what is deployed is known as of its opening.
///
/// Lists are asked of [`Reader::store`].
#[derive(Clone)]
pub struct Reader {
    pub(super) store: Arc<dyn Store>,
    pub(super) keys: Arc<dyn Keys>,
    pub(super) catalogue: Arc<Catalogue>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader of `store`, with the keys that the store was begun with, if it was.
    ///
    /// # Errors
    /// When the store fails, holds definitions that this release reads otherwise, or was begun with
    /// keys and none are given, or the other way round.
    pub async fn open(
        store: Arc<dyn Store>,
        keys: Option<Arc<dyn Keys>>,
    ) -> Result<Self, StoreError> {
        let store = veiled(store, keys.as_ref()).await?;
        let rows = store.definitions().await?;
        Ok(Self {
            catalogue: Arc::new(crate::definition::read_again(&rows)?),
            keys: keys.unwrap_or_else(|| Arc::new(NoKeys::new())),
            store,
        })
    }

    /// The store, with readable indexes.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// What is deployed.
    #[must_use]
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// A case with what it holds.
    ///
    /// # Errors
    /// [`Refusal::UnknownCase`], [`Refusal::Shredded`]; when the store fails or the case cannot be read.
    pub async fn case(&self, instance: InstanceId) -> Result<CaseView, EngineError> {
        let entries = self.cases().read(&[instance]).await;
        let entry = entries?.into_iter().next().flatten();
        let entry = entry.ok_or(Refusal::UnknownCase(instance))?;
        Ok(view(&entry.case, &entry.definition))
    }

    /// The records of a case after `after_seq` (0: from the first), opened; at most `limit`. Data that
    /// was shredded reads as [`SHREDDED`](crate::history::SHREDDED).
    ///
    /// # Errors
    /// When the store fails or a record cannot be opened.
    pub async fn history(
        &self,
        instance: InstanceId,
        after_seq: u64,
        limit: usize,
    ) -> Result<Vec<(StreamEvent, Opened<CaseRecord>)>, EngineError> {
        let records = self.cases().history(instance, after_seq, limit).await;
        records.map_err(EngineError::from)
    }

    /// The records of the engine itself after `after_seq` (0: from the first), opened; at most `limit`.
    ///
    /// # Errors
    /// When the store fails or a record cannot be opened.
    pub async fn engine_history(
        &self,
        after_seq: u64,
        limit: usize,
    ) -> Result<Vec<(StreamEvent, Opened<EngineRecord>)>, EngineError> {
        let records = self.cases().records(ENGINE, after_seq, limit).await;
        records.map_err(EngineError::from)
    }

    /// Reports the quality of the service from the histories of cases and the answers to surveys. What is
    /// held in memory grows with the number of different steps and durations, not with that of cases.
    ///
    /// ```
    /// # use reglament_runtime::{Engine, report::{Dimension, ReportQuery}, store::MemoryStore};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let engine = Engine::builder(MemoryStore::new()).open().await?;
    /// let by_month = ReportQuery {
    ///     by: [Dimension::Service, Dimension::Month].into(),
    ///     ..ReportQuery::default()
    /// };
    /// let report = engine.reading()?.report(&by_month).await?;
    /// for (group, figures) in &report.groups {
    ///     let share = figures.service_term.share_in_time();
    ///     println!("{:?} {:?}: {share:?} thousandths in time", group.service, group.period);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the store fails. Cases that cannot be read are counted ([`Report::unreadable`]).
    pub async fn report(&self, query: &ReportQuery) -> Result<Report, EngineError> {
        crate::report::of(self, query).await
    }

    /// A reader that knows these files beside what is deployed, as if they had been: to look at what
    /// that would mean, for example for the cases that run. Nothing is written.
    ///
    /// # Errors
    /// [`Refusal::Deployment`] with everything that is wrong.
    pub fn as_if_deployed(
        &self,
        resources: &[Resource],
        regulation: &Regulation,
    ) -> Result<(Self, Vec<DeployedDefinition>), EngineError> {
        let demands = Demands {
            any: true,
            ..Demands::default()
        };
        let at = (regulation, Timestamp::EPOCH);
        let prepared = prepare(resources, &self.catalogue, &demands, at);
        let prepared = prepared.map_err(Refusal::Deployment)?;
        let described = prepared.described();
        let mut catalogue = (*self.catalogue).clone();
        for definition in prepared.definitions {
            catalogue.add(definition);
        }
        let catalogue = Arc::new(catalogue);
        let reader = Self {
            catalogue,
            ..self.clone()
        };
        Ok((reader, described))
    }

    /// A plan by which the cases of one definition go on under another: what has the same id and kind
    /// is mapped, the rest is listed.
    ///
    /// # Errors
    /// [`Refusal::UnknownDefinition`].
    pub fn plan_migration(&self, source: Digest, target: Digest) -> Result<Migration, EngineError> {
        let (source, target) = (self.definition(source)?, self.definition(target)?);
        Ok(Migration::generate(source, target))
    }

    /// Checks a migration against a case, and changes nothing: everything that stands in the way.
    /// Local times are read in the zone, terms counted by the calendars and those of the library.
    ///
    /// # Errors
    /// A case that is unknown, has ended or runs under another definition; when the store fails.
    pub async fn check_migration(
        &self,
        migration: &Migration,
        instance: InstanceId,
        (zone, calendars): (&Zone, &[WorkCalendar]),
        now: Timestamp,
    ) -> Result<MigrationReport, EngineError> {
        let target = self.definition(migration.target)?;
        let entries = self.cases().read(&[instance]).await;
        let entry = entries?.into_iter().next().flatten();
        let entry = entry.ok_or(Refusal::UnknownCase(instance))?;
        may_be_migrated(&entry.case, migration)?;
        let mut env = Env::new(&target.program, zone);
        env.calendars = calendars;
        let source = &entry.definition;
        let versions = Versions { source, target };
        Ok(entry.case.check_migration(migration, versions, &env, now))
    }

    fn definition(&self, digest: Digest) -> Result<&Arc<Definition>, Refusal> {
        let found = self.catalogue.get(digest);
        found.ok_or(Refusal::UnknownDefinition(digest))
    }

    pub(super) fn cases(&self) -> CaseReader<'_> {
        CaseReader {
            store: &*self.store,
            keys: &self.keys,
            catalogue: &self.catalogue,
        }
    }
}

/// `store` behind its veil, if it has one.
pub(super) async fn veiled(
    store: Arc<dyn Store>,
    keys: Option<&Arc<dyn Keys>>,
) -> Result<Arc<dyn Store>, StoreError> {
    match keys {
        Some(keys) => Ok(Arc::new(VeiledStore::open(store, &**keys).await?)),
        None if is_veiled(&*store).await? => Err(StoreError::unavailable(
            "the store was begun with keys: it cannot be read without them",
        )),
        None => Ok(store),
    }
}

/// What `case` holds.
fn view(case: &Case, definition: &Definition) -> CaseView {
    let program = &definition.program;
    let variables = case.state().variables(program);
    let waiting = case.state().waiting(program).into_iter();
    CaseView {
        instance: case.id,
        status: case.status(),
        definition: case.head.definition,
        process: Arc::clone(&case.head.process),
        facts: case.head.facts.clone(),
        created_at: case.head.created_at,
        ended_at: case.head.ended_at,
        due: case.due(),
        variables: variables
            .map(|(name, value)| (Arc::clone(name), value.clone()))
            .collect(),
        waiting: waiting
            .map(|(key, element)| WaitingElement {
                id: ElementInstanceId::new(case.id, key),
                element: Arc::clone(&program.infos[element].id),
                name: program.infos[element].name.clone(),
                lanes: program.infos[element].lanes.to_vec(),
            })
            .collect(),
    }
}
