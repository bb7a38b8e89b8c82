//! What can be read. Readers ask the store and never wait for the writer.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use reglament_core::timer::Timestamp;
use reglament_executor::{InstanceId, Variables};

use super::lease::Lease;
use super::{Commits, Engine, Inner, Reader};
use crate::case::{CaseFacts, CaseRecord};
use crate::error::EngineError;
use crate::history::Opened;
use crate::kernel::{Failure, ReadyJob};
use crate::store::{
    CaseStatus, Digest, ElementInstanceId, IncidentQuery, IncidentRow, InstanceQuery, InstanceRow,
    JobQuery, JobRow, Page, Paging, Position, Stats, StreamEvent, TaskQuery, TaskRow, TermQuery,
    TermRow,
};

/// A case with what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseView {
    /// The case.
    pub instance: InstanceId,
    /// Where it stands.
    pub status: CaseStatus,
    /// The definition that it runs under.
    pub definition: Digest,
    /// The id of its process.
    pub process: Arc<str>,
    /// What the host says of it.
    pub facts: CaseFacts,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When something is due next.
    pub due: Option<Timestamp>,
    /// The variables of the process, in the order of their first assignment.
    pub variables: Variables,
    /// What waits for something from outside, in the order of activation.
    pub waiting: Vec<WaitingElement>,
}

/// What whoever does a job is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobInput {
    /// The headers of the task, in the order of the model.
    pub headers: Vec<(Arc<str>, Arc<str>)>,
    /// The variables that the task sees.
    pub variables: Variables,
}

/// An element that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingElement {
    /// The element instance.
    pub id: ElementInstanceId,
    /// The id of the element.
    pub element: Arc<str>,
    /// Its name.
    pub name: Option<Arc<str>>,
    /// The names of the lanes that contain it, outermost first.
    pub lanes: Vec<Arc<str>>,
}

/// How late timers may be in a healthy engine.
pub const HEALTHY_TIMER_LAG: Duration = Duration::from_secs(60);

/// Whether the engine works.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// Whether commands are taken: the writer lives, and no other engine has taken over.
    pub accepts_commands: bool,
    /// How many commands wait; [`WAITING_LIMIT`](crate::WAITING_LIMIT) is full.
    pub waiting_commands: usize,
    /// How much there is of everything; none when the store does not answer.
    pub stats: Option<Stats>,
    /// The commits of this engine.
    pub commits: Commits,
    /// For how long the case has been due that is due longest; none when the store does not answer.
    pub timer_lag: Option<Duration>,
    /// How many bytes the store takes up; none when it does not say.
    pub size_bytes: Option<u64>,
}

impl Health {
    /// Whether commands are taken, the store answers and writes, and timers are at most
    /// [`HEALTHY_TIMER_LAG`] late.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.accepts_commands
            && self.stats.is_some()
            && self.commits.failing_since.is_none()
            && self.timer_lag.is_some_and(|lag| lag <= HEALTHY_TIMER_LAG)
    }
}

impl Engine {
    /// Cases, by number.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn cases(
        &self,
        query: InstanceQuery,
        paging: Paging,
    ) -> Result<Page<InstanceRow>, EngineError> {
        let lease = self.inner.lease()?;
        let page = lease.store.instances(query, paging).await;
        page.map_err(EngineError::Store)
    }

    /// User tasks: those with a due instant first, by that; then by id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tasks(
        &self,
        query: TaskQuery,
        paging: Paging,
    ) -> Result<Page<TaskRow>, EngineError> {
        let lease = self.inner.lease()?;
        let page = lease.store.tasks(query, paging).await;
        page.map_err(EngineError::Store)
    }

    /// Jobs, by id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn jobs(&self, query: JobQuery, paging: Paging) -> Result<Page<JobRow>, EngineError> {
        let lease = self.inner.lease()?;
        let page = lease.store.jobs(query, paging).await;
        page.map_err(EngineError::Store)
    }

    /// Unresolved incidents, by id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn incidents(
        &self,
        query: IncidentQuery,
        paging: Paging,
    ) -> Result<Page<IncidentRow>, EngineError> {
        let lease = self.inner.lease()?;
        let page = lease.store.incidents(query, paging).await;
        page.map_err(EngineError::Store)
    }

    /// Terms, by due instant.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn terms(
        &self,
        query: TermQuery,
        paging: Paging,
    ) -> Result<Page<TermRow>, EngineError> {
        let lease = self.inner.lease()?;
        let page = lease.store.terms(query, paging).await;
        page.map_err(EngineError::Store)
    }

    /// A case with what it holds.
    ///
    /// # Errors
    /// [`Refusal::UnknownCase`](crate::Refusal::UnknownCase),
    /// [`Refusal::Shredded`](crate::Refusal::Shredded); when the store fails or the case cannot be read.
    pub async fn case(&self, instance: InstanceId) -> Result<CaseView, EngineError> {
        let lease = self.inner.lease()?;
        self.inner.reader(&lease).case(instance).await
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
        let lease = self.inner.lease()?;
        let reader = self.inner.reader(&lease);
        reader.history(instance, after_seq, limit).await
    }

    /// A reader of the same store that knows what is deployed now. It keeps the store open for as long
    /// as it is there.
    ///
    /// # Errors
    /// [`EngineError::Closed`] after a shutdown.
    pub fn reading(&self) -> Result<Reader, EngineError> {
        let lease = self.inner.lease()?;
        Ok(self.inner.reader(&lease))
    }

    /// What whoever does a job is given: the headers of its task, and the variables that the task sees;
    /// none when the case or the task is not there any more.
    ///
    /// # Errors
    /// When the store fails or the case cannot be read.
    pub async fn job_input(&self, job: &JobRow) -> Result<Option<JobInput>, EngineError> {
        let lease = self.inner.lease()?;
        let reading = self.inner.reader(&lease);
        let entries = reading.cases().read(&[job.id.instance]).await?;
        let entry = entries.into_iter().next().flatten();
        let entry = entry.filter(|it| it.case.state().element(job.id.key).is_some());
        Ok(entry.map(|entry| JobInput {
            variables: entry
                .case
                .state()
                .visible(&entry.definition.program, job.id.key),
            headers: entry.definition.headers(&job.element),
        }))
    }

    /// How much there is of everything.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn stats(&self) -> Result<Stats, EngineError> {
        let lease = self.inner.lease()?;
        lease.store.stats().await.map_err(EngineError::Store)
    }

    /// Whether the engine works. Never fails: what does not answer is reported so.
    pub async fn health(&self) -> Health {
        let letters = &self.inner.letters;
        let (mut stats, mut timer_lag, mut size_bytes) = (None, None, None);
        if let Ok(lease) = self.inner.lease() {
            stats = lease.store.stats().await.ok();
            let due = lease.store.next_due().await;
            timer_lag = due.ok().map(|due| self.inner.lag(due));
            size_bytes = lease.store.size_bytes().await.ok().flatten();
        }
        let commits = self.inner.committed.lock();
        Health {
            accepts_commands: !letters.is_closed(),
            waiting_commands: letters.max_capacity() - letters.capacity(),
            stats,
            commits: *commits.unwrap_or_else(PoisonError::into_inner),
            timer_lag,
            size_bytes,
        }
    }

    /// The cursor that a reader of the stream has saved; none when it has not.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn cursor(&self, name: &str) -> Result<Option<Position>, EngineError> {
        let lease = self.inner.lease()?;
        let cursor = lease.store.cursor(Arc::from(name)).await;
        cursor.map_err(EngineError::Store)
    }
}

impl Inner {
    /// For how long something has been due.
    fn lag(&self, due: Option<Timestamp>) -> Duration {
        let micros = due.map_or(0, |due| due.micros_until(self.clock.now()));
        Duration::from_micros(u64::try_from(micros).unwrap_or_default())
    }

    /// A reader over a lease.
    pub(super) fn reader(&self, lease: &Lease) -> Reader {
        Reader {
            store: Arc::clone(&lease.store),
            keys: Arc::clone(&self.keys),
            catalogue: Arc::clone(&self.catalogue.borrow()),
        }
    }

    /// Jobs of a type that can be taken, with what their handler needs, and whether there are more.
    pub(super) async fn ready_jobs(
        &self,
        kind: &Arc<str>,
        limit: usize,
    ) -> Result<(Vec<ReadyJob>, bool), EngineError> {
        let (lease, now) = (self.lease()?, self.clock.now());
        let rows = lease
            .store
            .activatable(Arc::clone(kind), now, None, limit)
            .await;
        let rows = rows.map_err(EngineError::Store)?;
        let more = rows.len() == limit;
        let reading = self.reader(&lease);
        let reader = reading.cases();
        let mut jobs = Vec::with_capacity(rows.len());
        for row in rows {
            let entry = match reader.read(&[row.id.instance]).await {
                Ok(entries) => entries.into_iter().next().flatten(),
                // One case that cannot be read keeps nobody from the jobs of the others.
                Err(Failure::Unreadable(..) | Failure::Refused(_)) => None,
                Err(failure) => return Err(failure.into()),
            };
            let Some(entry) = entry else { continue };
            let program = &entry.definition.program;
            jobs.push(ReadyJob {
                variables: entry.case.state().visible(program, row.id.key),
                headers: entry.definition.headers(&row.element),
                row,
            });
        }
        Ok((jobs, more))
    }
}
