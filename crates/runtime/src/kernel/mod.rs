//! The kernel: groups of commands in, batches and answers out.
//!
//! The kernel knows no clock, no thread and no runtime: the time is an argument, and what it awaits is
//! only its store. A simulator drives it as the engine does.
//!
//! ```text
//! requests ─┐
//! due timers├─> one after the other over the cases in memory ─> batches ─> Store::commit ─> answers
//! messages ─┘      (reads: the store under the changes of the group)
//! ```
//!
//! - A command is carried out on a copy of its case; a refusal leaves nothing behind.
//! - Answers are given after the commit. When that fails, everything in memory is dropped and read
//!   again, and every command of the group is told.
//! - Whatever goes from one case to another (a message that was thrown, a signal) is a row in the
//!   batch of the sender first, and is carried on in a batch of the receiver that removes the row: a
//!   crash between the two loses nothing and doubles nothing.

mod archive;
mod begin;
mod cache;
mod config;
mod deploy;
mod group;
mod job;
mod ledger;
mod loading;
mod message;
mod migrate;
mod operate;
mod overlay;
mod pipe;
mod replay;
mod retain;
mod signal;
mod step;
mod survey;
mod user_task;

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::{Actor, InstanceId};
use tracing::{Instrument, Span, field};

pub use config::Backoff;
pub(crate) use config::{Config, later};
pub use job::{ACTIVATION_LIMIT, FAILURE_TEXT_LIMIT};
pub use ledger::{EngineEvent, EngineRecord};
pub(crate) use loading::{CaseReader, NoKeys};
pub(crate) use migrate::may_be_migrated;
pub use replay::Divergence;
pub use retain::ERASED_LIMIT;
pub use signal::SIGNAL_PAGE;
pub use step::KEPT_LIMIT;
pub(crate) use step::rejected;

use crate::command::{Answer, Command, Request};
use crate::definition::Catalogue;
use crate::error::{EngineError, Refusal};
use crate::history::{Keys, Vault};
use crate::metrics::Tally;
use crate::store::{
    AnswerRow, Batch, Change, Counters, Digest, ENGINE, Fence, IndexChange, JobRow, KeptQuery,
    MessageRow, Store, StoreError,
};
use cache::Cache;
use group::Group;
use ledger::Ledger;
use pipe::Pipe;

/// How many due cases, and how many messages on their way, one group takes beside the commands.
pub const INNER_WORK_LIMIT: usize = 64;

/// How often what is over is removed.
pub const TIDY_EVERY: std::time::Duration = std::time::Duration::from_secs(60);

/// Carries out commands over a store.
pub(crate) struct Kernel {
    pipe: Pipe,
    /// What the group has led to whose commit is under way.
    committing: Option<Committing>,
    config: Config,
    keys: Arc<dyn Keys>,
    fence: Fence,
    catalogue: Catalogue,
    cache: Cache,
    ledger: Ledger,
    /// What has been given out.
    given: Counters,
    /// What the store knows to be given out.
    reserved: Counters,
    /// Whether messages may be kept: nobody looks for one where there is none.
    messages: bool,
    /// Whether messages may be on their way.
    on_their_way: bool,
    /// No timer is due before.
    next_due: Option<Timestamp>,
    /// When answers, messages and cases whose time is over are removed next.
    tidy_at: Timestamp,
    /// How far cases were looked at whose time is over.
    passages: Vec<retain::Passage>,
    /// Whether what is in memory may differ from the store.
    stale: bool,
    /// The newest deployment that the host was told of.
    announced: Option<(u64, u64)>,
}

/// A group that was carried out in memory.
struct Carried {
    answers: Vec<Result<Answer, EngineError>>,
    group: Group,
    /// What is deployed, if that has changed.
    catalogue: Option<Arc<Catalogue>>,
}

/// What a group has led to, to be told when it is committed.
struct Committing {
    processed: Processed,
    /// Whether timers were fired: what is due next has to be read again.
    fired: bool,
}

/// What a group has led to.
#[derive(Debug, Default)]
pub(crate) struct Processed {
    /// The answers in the order of the requests.
    pub(crate) answers: Vec<Result<Answer, EngineError>>,
    /// Jobs that handlers inside the engine can take now.
    pub(crate) ready: Vec<ReadyJob>,
    /// When a job of such a type can be taken again.
    pub(crate) ready_at: Option<Timestamp>,
    /// What is deployed, if that has changed.
    pub(crate) catalogue: Option<Arc<Catalogue>>,
    /// Whether something was written.
    pub(crate) wrote: bool,
    /// Whether the store failed in the middle: the rest is to be tried again after a pause.
    pub(crate) hindered: bool,
    /// Whether nothing of the group is there, or nobody knows.
    pub(crate) failed: bool,
    /// Whether the engine has been replaced.
    pub(crate) fenced: bool,
    /// What has happened, for the metrics.
    pub(crate) tally: Tally,
}

/// A job with what its handler needs.
#[derive(Clone, Debug)]
pub(crate) struct ReadyJob {
    pub(crate) row: JobRow,
    pub(crate) variables: reglament_executor::Variables,
    pub(crate) headers: Vec<(Arc<str>, Arc<str>)>,
}

/// Why a command was not carried out.
#[derive(Debug)]
pub(crate) enum Failure {
    Refused(Refusal),
    Store(StoreError),
    Unreadable(InstanceId, crate::case::CaseLoadError),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for EngineError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Store(error) => Self::Store(error),
            Failure::Unreadable(instance, source) => Self::Unreadable { instance, source },
        }
    }
}

impl Kernel {
    /// Takes over the store.
    ///
    /// # Errors
    /// When the store fails, or has definitions that this release reads otherwise.
    pub(crate) async fn open(store: Arc<dyn Store>, config: Config) -> Result<Self, StoreError> {
        let fence = store.acquire().await?;
        let keys: Arc<dyn Keys> = match &config.keys {
            Some(keys) => Arc::clone(keys),
            None => Arc::new(NoKeys::new()),
        };
        let ledger = Ledger::empty(&keys)?;
        let mut kernel = Self {
            pipe: Pipe::new(store),
            committing: None,
            cache: Cache::new(config.cached_cases),
            passages: retain::Passage::all(&config),
            config,
            keys,
            fence,
            catalogue: Catalogue::default(),
            ledger,
            given: Counters::default(),
            reserved: Counters::default(),
            messages: true,
            on_their_way: true,
            next_due: None,
            tidy_at: Timestamp::MIN,
            stale: true,
            announced: None,
        };
        kernel.reload().await?;
        Ok(kernel)
    }

    /// Reads again everything that is in memory.
    async fn reload(&mut self) -> Result<(), StoreError> {
        self.cache.clear();
        let store = self.pipe.reading().await?;
        let rows = store.definitions().await?;
        self.catalogue = crate::definition::read_again(&rows)?;
        self.announced = None;
        self.reserved = store.counters().await?;
        self.given = self.reserved;
        self.ledger = Ledger::load(store, &self.keys, self.config.keys.is_some()).await?;
        self.messages = !store.messages(KeptQuery::All, 1).await?.is_empty();
        self.next_due = store.next_due().await?;
        self.on_their_way = true;
        self.stale = false;
        self.passages = retain::Passage::all(&self.config);
        Ok(())
    }

    /// What is deployed.
    pub(crate) const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Whether there is something to do at `now` without being asked.
    pub(crate) fn has_work(&self, now: Timestamp) -> bool {
        self.on_their_way || self.next_due.is_some_and(|due| due <= now)
    }

    /// When it is looked again for what is over. Nobody waits for that, so it is no work.
    pub(crate) const fn tidy_at(&self) -> Timestamp {
        self.tidy_at
    }

    /// When there will be something to do without being asked.
    pub(crate) const fn next_due(&self) -> Option<Timestamp> {
        self.next_due
    }

    /// Carries out `requests` in order, and what is due, in one commit, and waits for it.
    #[cfg(feature = "simulation")]
    pub(crate) async fn process(&mut self, requests: &[Request], now: Timestamp) -> Processed {
        let before = self.begin(requests, now).await;
        debug_assert!(before.is_none(), "nobody was told what came of a group");
        self.conclude().await.unwrap_or_default()
    }

    /// Carries out `requests` in order, and what is due, beside the commit that is under way; waits for
    /// that one; begins the commit of this group. What has become of the group before comes back, if
    /// there was one.
    ///
    /// When the commit before has failed, what this group rests on is gone: it is carried out once more
    /// over what the store has.
    pub(crate) async fn begin(
        &mut self,
        requests: &[Request],
        now: Timestamp,
    ) -> Option<Processed> {
        // What is read again has to be there already.
        let early = if self.stale {
            self.conclude().await
        } else {
            None
        };
        let mut carried = self.carried(requests, now).await;
        let late = self.conclude().await;
        if late.as_ref().is_some_and(|it| it.failed) {
            carried = self.carried(requests, now).await;
        }
        let before = early.or(late);
        if before.as_ref().is_some_and(|it| it.fenced) {
            carried = Err(EngineError::Fenced);
        }
        self.committing = Some(match carried {
            Ok(carried) => self.submit(carried).await,
            Err(error) => Committing {
                processed: Processed::failed(requests.len(), &error),
                fired: false,
            },
        });
        before
    }

    /// Whether a commit is under way, or has ended and nobody has asked yet.
    pub(crate) const fn is_committing(&self) -> bool {
        self.committing.is_some()
    }

    /// Waits until no commit is under way; what came of it is still to be asked for.
    ///
    /// # Cancel safety
    /// Nothing is lost when it is not polled to the end.
    pub(crate) async fn committed(&self) {
        self.pipe.ended().await;
    }

    /// Waits for the commit that is under way. What has become of its group comes back.
    pub(crate) async fn conclude(&mut self) -> Option<Processed> {
        let committing = self.committing.take()?;
        let outcome = self.pipe.outcome().await;
        if let Err(error) = outcome {
            self.stale = true;
            let count = committing.processed.answers.len();
            return Some(Processed::failed(count, &error));
        }
        if committing.fired {
            // What is still due is read again; when that fails, it is looked for at once.
            self.next_due = match self.pipe.reading().await {
                Ok(store) => store.next_due().await.unwrap_or(Some(Timestamp::MIN)),
                Err(_) => Some(Timestamp::MIN),
            };
        }
        Some(committing.processed)
    }

    /// Carries out a group in memory.
    async fn carried(
        &mut self,
        requests: &[Request],
        now: Timestamp,
    ) -> Result<Carried, EngineError> {
        if self.stale {
            self.reload().await.map_err(EngineError::Store)?;
        }
        let mut group = Group::default();
        self.prefetch(requests).await;
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            let span = span_of(request);
            let answer = self.answer(&mut group, request, now);
            let answer = answer.instrument(span.clone()).await;
            let answer = answer.map_err(EngineError::from);
            span.record(
                "outcome",
                answer.as_ref().map_or_else(EngineError::name, |_| "done"),
            );
            answers.push(answer);
        }
        let inner = self.do_inner_work(&mut group, now).await;
        if let Err(error) = inner {
            tracing::warn!(%error, "what is due could not be done; it is tried again");
            group.hindered = true;
        }
        let newest = self.catalogue.newest();
        let is_news = self.announced != Some(newest);
        self.announced = Some(newest);
        Ok(Carried {
            answers,
            group,
            catalogue: is_news.then(|| Arc::new(self.catalogue.clone())),
        })
    }

    /// Begins the commit of a group. What follows from it in memory holds from now on; should the commit
    /// fail, everything is read again.
    async fn submit(&mut self, carried: Carried) -> Committing {
        let Carried {
            answers,
            mut group,
            catalogue,
        } = carried;
        let wrote = !group.batches.is_empty();
        if wrote {
            self.reserved = self.reserve(&mut group.batches);
            self.messages |= group.puts_messages;
            self.on_their_way |= group.on_their_way;
            if let Some(due) = group.due {
                self.next_due = Some(self.next_due.map_or(due, |known| known.min(due)));
            }
        }
        if group.fired {
            // Known again when the commit has ended.
            self.next_due = None;
        }
        self.pipe.begin(std::mem::take(&mut group.batches)).await;
        self.cache.shrink();
        Committing {
            processed: Processed {
                answers,
                catalogue,
                wrote,
                hindered: group.hindered,
                ready: group.ready,
                ready_at: group.ready_at,
                failed: false,
                fenced: false,
                tally: group.tally,
            },
            fired: group.fired,
        }
    }

    /// Fires what is due and carries on what is on its way, within limits.
    async fn do_inner_work(&mut self, group: &mut Group, now: Timestamp) -> Result<(), StoreError> {
        if self.next_due.is_some_and(|due| due <= now) {
            let due = self
                .pipe
                .reading()
                .await?
                .due(now, INNER_WORK_LIMIT)
                .await?;
            let due: Vec<InstanceId> = due.into_iter().map(|(instance, _)| instance).collect();
            self.load_missing(due.clone()).await;
            for instance in due {
                self.wake(group, instance, now).await;
            }
            group.fired = true;
        }
        if self.on_their_way {
            let query = KeptQuery::Unrouted(0);
            let store = self.pipe.reading().await?;
            let rows = store.messages(query, INNER_WORK_LIMIT).await?;
            self.on_their_way = rows.len() == INNER_WORK_LIMIT;
            for row in rows {
                // What comes later must not overtake what could not be carried on.
                self.carry_on(group, row, now).await?;
            }
        }
        if self.tidy_at <= now
            && let Err(error) = self.tidy(group, now).await
        {
            // Housekeeping keeps nobody waiting.
            tracing::warn!(%error, "what is over could not be removed; it is tried again");
            self.tidy_at = later(now, TIDY_EVERY);
        }
        Ok(())
    }

    /// Removes answers and messages whose time is over. That they are over is looked at where they are
    /// used; this is housekeeping.
    async fn tidy(&mut self, group: &mut Group, now: Timestamp) -> Result<(), StoreError> {
        let store = self.pipe.reading().await?;
        let answers = store.expired_answers(now, INNER_WORK_LIMIT).await?;
        let query = KeptQuery::Expired(now);
        let messages = group
            .overlay
            .messages(&self.pipe, query, INNER_WORK_LIMIT)
            .await?;
        let mut all = answers.len().max(messages.len()) < INNER_WORK_LIMIT;
        let gone: Vec<IndexChange> = answers
            .into_iter()
            // One that was given again in this group lives on.
            .filter(|key| !group.overlay.has_answer(key))
            .map(IndexChange::AnswerGone)
            .collect();
        if !gone.is_empty()
            && let Err(Failure::Store(error)) = self.note(group, Vec::new(), gone, now)
        {
            return Err(error);
        }
        for row in messages {
            if let Err(Failure::Store(error)) = self.expire(group, &row, now) {
                return Err(error);
            }
        }
        all &= self.retain(group, now).await?;
        if all {
            self.tidy_at = later(now, TIDY_EVERY);
        }
        Ok(())
    }

    /// The answer to a request, also of one that was answered before.
    async fn answer(
        &mut self,
        group: &mut Group,
        request: &Request,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let Some(key) = &request.idempotency_key else {
            return self.carry_out(group, request, now).await;
        };
        let encoded = serde_json::to_vec(&request.command).unwrap_or_default();
        let command = Digest::of(&encoded);
        let key: Arc<str> = format!("command/{key}").into();
        if let Some(answer) = self.remembered(group, &key, Some(command), now).await? {
            return Ok(answer);
        }
        let before = group.batches.len();
        let answer = self.carry_out(group, request, now).await?;
        self.remember(group, before, key, command, &answer, now)?;
        Ok(answer)
    }

    /// What was answered under `key`.
    async fn remembered(
        &self,
        group: &Group,
        key: &Arc<str>,
        command: Option<Digest>,
        now: Timestamp,
    ) -> Result<Option<Answer>, Failure> {
        let row = group.overlay.answer(&self.pipe, key).await?;
        let Some(row) = row.filter(|row| row.expires > now) else {
            return Ok(None);
        };
        if command.is_some_and(|command| command != row.command) {
            return Err(Refusal::KeyReused(Arc::clone(key)).into());
        }
        Ok(Some(self.ledger.open("answer", &row.answer)?))
    }

    /// Keeps an answer, in the last batch that the command has made.
    fn remember(
        &mut self,
        group: &mut Group,
        before: usize,
        key: Arc<str>,
        command: Digest,
        answer: &Answer,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let mut changes = Vec::new();
        let answer = self.ledger.seal("answer", answer, &mut changes)?;
        changes.push(IndexChange::Answer(Box::new(AnswerRow {
            key,
            command,
            answer,
            expires: later(now, self.config.answers_kept),
        })));
        if group.batches.len() > before {
            group.add_to_last(changes);
        } else {
            self.note(group, Vec::new(), changes, now)?;
        }
        Ok(())
    }

    async fn carry_out(
        &mut self,
        group: &mut Group,
        request: &Request,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let actor = &request.actor;
        match &request.command {
            Command::Deploy {
                resources,
                regulation,
            } => self.deploy(group, (resources, regulation), actor, now),
            Command::Start(start) => self.start(group, start, actor, now).await,
            Command::Publish(message) => self.publish(group, message, actor, now).await,
            Command::Broadcast { name, variables } => {
                self.broadcast(group, name, variables, actor, now)
            }
            Command::ActivateJobs {
                kind,
                worker,
                lease,
                limit,
            } => {
                let lease = (Arc::clone(worker), *lease);
                self.activate(group, kind, lease, *limit, actor, now).await
            }
            Command::CompleteJob { .. }
            | Command::FailJob { .. }
            | Command::ThrowError { .. }
            | Command::ExtendJob { .. } => {
                self.job_command(group, &request.command, actor, now).await
            }
            Command::Claim { .. }
            | Command::Unclaim { .. }
            | Command::Delegate { .. }
            | Command::ResolveTask { .. }
            | Command::CompleteTask { .. } => {
                self.task_command(group, &request.command, actor, now).await
            }
            Command::SetVariables { .. }
            | Command::Suspend { .. }
            | Command::Resume { .. }
            | Command::Cancel { .. }
            | Command::Term { .. }
            | Command::AdoptCalendar { .. }
            | Command::ResolveIncident { .. } => {
                self.operator_command(group, &request.command, actor, now)
                    .await
            }
            Command::Modify {
                instance,
                modification,
                ground,
            } => {
                let what = (*instance, modification, ground);
                self.modify(group, what, actor, now).await
            }
            Command::Migrate {
                instance,
                migration,
            } => self.migrate(group, *instance, migration, actor, now).await,
            Command::NoteAnchor(row) => self.note_anchor(group, *row, actor, now),
            Command::Erase { instance, ground } => self.erase(group, *instance, ground, now).await,
            Command::Forget(whom) => self.forget(group, whom, actor, now).await,
            Command::AnswerSurvey(answer) => self.answer_survey(group, answer, now).await,
            Command::SaveCursor { name, position } => {
                let cursor = IndexChange::Cursor(Arc::clone(name), *position);
                self.note(group, Vec::new(), vec![cursor], now)?;
                Ok(Answer::Done)
            }
        }
    }

    /// The next number of a case. It counts as given out when the group is committed: see
    /// [`Kernel::reserve`].
    fn next_instance(&mut self) -> InstanceId {
        self.given.instances += 1;
        InstanceId(self.given.instances)
    }

    /// The next number of a message or subscription.
    fn next_number(&mut self) -> u64 {
        self.given.numbers += 1;
        self.given.numbers
    }

    /// Reserves numbers ahead where those that the store knows of are used up. The reservation goes into
    /// every batch of the group: none that uses a number may be accepted without it.
    fn reserve(&self, batches: &mut [Batch]) -> Counters {
        let ahead = |given, reserved| {
            if given > reserved {
                given + self.config.reserve
            } else {
                reserved
            }
        };
        let counters = Counters {
            instances: ahead(self.given.instances, self.reserved.instances),
            numbers: ahead(self.given.numbers, self.reserved.numbers),
        };
        if counters != self.reserved {
            for batch in batches {
                batch.indexes.push(IndexChange::Counters(counters));
            }
        }
        counters
    }

    /// Writes to the records of the engine itself.
    fn note(
        &mut self,
        group: &mut Group,
        events: Vec<(Arc<Actor>, EngineEvent)>,
        indexes: Vec<IndexChange>,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let mut indexes = indexes;
        let records = self.ledger.records(events, now, &mut indexes)?;
        let batch = Batch {
            instance: ENGINE,
            expected_version: self.ledger.version,
            fence: self.fence,
            events: records,
            state: Change::Keep,
            indexes,
        };
        self.ledger.version = self.ledger.version.next();
        group.push(batch);
        Ok(())
    }

    /// Carries on a message or signal. One that nobody can take is dropped, and the records say so.
    async fn carry_on(
        &mut self,
        group: &mut Group,
        row: MessageRow,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let refused = EngineEvent::MessageRefused {
            number: row.number,
            name: Arc::clone(&row.name),
            sender: row.sender.as_ref().map(|(instance, _)| *instance),
            candidates: Vec::new(),
        };
        let gone = IndexChange::MessageGone(row.number);
        let carried = match &row.freight {
            crate::store::Freight::Message => self.route(group, row, now).await,
            crate::store::Freight::Signal { .. } => self.fan_out(group, row, now).await,
            crate::store::Freight::Start { .. } => self.begin_by_signal(group, row, now).await,
        };
        let noted = match carried {
            Err(Failure::Refused(_) | Failure::Unreadable(..)) => {
                let engine = Arc::new(Actor::system());
                self.note(group, vec![(engine, refused)], vec![gone], now)
            }
            other => other,
        };
        match noted {
            Err(Failure::Store(error)) => {
                self.on_their_way = true;
                Err(error)
            }
            _ => Ok(()),
        }
    }
}

/// The span of a command. It holds no data of a case, and nobody who acts: an account may be a number of
/// a person.
fn span_of(request: &Request) -> Span {
    let span = tracing::info_span!(
        "command",
        command = request.command.name(),
        case = field::Empty,
        outcome = field::Empty
    );
    if let Some(instance) = request.command.instance() {
        span.record("case", field::display(instance));
    }
    span
}

impl Processed {
    fn failed(count: usize, error: &EngineError) -> Self {
        Self {
            answers: (0..count).map(|_| Err(error.clone())).collect(),
            hindered: true,
            failed: true,
            fenced: matches!(error, EngineError::Fenced),
            ..Self::default()
        }
    }
}

/// What a message carries.
#[cfg(feature = "simulation")]
pub(crate) async fn payload_of(
    store: &dyn Store,
    keys: &Arc<dyn Keys>,
    seals: bool,
    row: &MessageRow,
) -> Result<reglament_executor::Variables, StoreError> {
    let ledger = Ledger::load(store, keys, seals).await?;
    ledger.open("payload", &row.payload)
}

/// The vault of the engine's own records.
type EngineVault = Vault;
