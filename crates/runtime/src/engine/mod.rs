//! The engine: what a program embeds.

mod adapters;
mod archive;
mod clock;
mod dispatcher;
mod handler;
mod lease;
mod migrate;
mod query;
mod reader;
mod replay;
mod stream;
mod watched_store;
mod writer;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reglament_adapter_api::Registry;
use reglament_core::calendar::WorkCalendar;
use reglament_core::timer::Zone;
use reglament_executor::{Actor, InstanceId, Limits, Variables};
use reglament_pack::Pack;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, oneshot, watch};

pub use clock::{Clock, ManualClock, SystemClock};
pub use dispatcher::QUEUE_LIMIT;
pub use handler::{
    HandledJob, HandlerError, HandlerOptions, HandlerResult, variables_from, variables_into,
};
pub use query::{CaseView, HEALTHY_TIMER_LAG, Health, JobInput, WaitingElement};
pub use reader::Reader;
pub use stream::EventStream;
pub use watched_store::Commits;
pub use writer::GROUP_LIMIT;

use crate::command::{
    ActivatedJob, Answer, Command, Deployed, PublishMessage, Published, Request, StartCase,
    SurveyAnswer,
};
use crate::definition::{Catalogue, Regulation, Resource};
use crate::error::EngineError;
use crate::history::Keys;
use crate::kernel::{Backoff, Config, Kernel, NoKeys};
use crate::metrics;
use crate::retention::Retention;
use crate::store::{ElementInstanceId, Store, StoreError};
use dispatcher::{Dispatcher, News};
use handler::Handler;
use lease::{Lease, StoreSlot};
use watched_store::WatchedStore;
use writer::{Letter, Reply, Writer};

/// How many commands may wait; who sends more waits until there is room.
pub const WAITING_LIMIT: usize = 4_096;

/// A durable engine over a store. Cheap to clone; all clones are the same engine.
///
/// With a durable store, what a call has answered is on the disk. Calls may be repeated when their
/// outcome is unknown: give them an idempotency key ([`Engine::send`]).
///
/// An engine works until it is shut down ([`Engine::shutdown`]), its last handle is dropped, its runtime
/// ends, or another engine takes over the store. An [`EventStream`] is a handle. When the last one is
/// dropped, what was asked is still carried out, handlers that run are given up (the next engine gives
/// their jobs out again), and the store is let go as soon as the tasks of the engine have run; to open
/// the same file at once, shut the engine down.
///
/// # Cancel safety
/// A command that was sent is carried out whether or not its future is polled to the end.
///
/// ```
/// # use std::sync::Arc;
/// # use reglament_runtime::{Engine, Resource, command::StartCase, store::MemoryStore};
/// # use reglament_executor::Actor;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let model = br#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
///     targetNamespace="urn:example"><process id="P" isExecutable="true">
///       <startEvent id="S"/><sequenceFlow id="F" sourceRef="S" targetRef="T"/>
///       <userTask id="T"/></process></definitions>"#;
/// let engine = Engine::builder(MemoryStore::new()).open().await?;
/// let admin = Arc::new(Actor::system());
/// engine.deploy(vec![Resource::new("p.bpmn", &model[..])], &admin).await?;
/// let start = StartCase { process: "P".into(), ..StartCase::default() };
/// let case = engine.start(start, &admin).await?;
/// let view = engine.case(case).await?;
/// assert_eq!(&*view.waiting[0].element, "T");
/// engine.complete_task(view.waiting[0].id, vec![], &admin).await?;
/// assert!(engine.case(case).await?.status.has_ended());
/// engine.shutdown(std::time::Duration::from_secs(1)).await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
    /// Held by every handle: the tasks of the engine notice when the last one is gone.
    _handle: watch::Sender<()>,
}

/// What the handles and the tasks of an engine share.
struct Inner {
    store: StoreSlot,
    clock: Arc<dyn Clock>,
    keys: Arc<dyn Keys>,
    zone: Arc<Zone>,
    calendars: Arc<[WorkCalendar]>,
    letters: mpsc::Sender<Letter>,
    catalogue: watch::Receiver<Arc<Catalogue>>,
    commits: watch::Receiver<u64>,
    news: mpsc::UnboundedSender<News>,
    /// What the writer has noted of its commits.
    committed: Arc<Mutex<Commits>>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

/// How an engine is opened.
pub struct EngineBuilder {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    config: Config,
    handlers: BTreeMap<Arc<str>, Handler>,
}

impl EngineBuilder {
    /// The zone that local times of models are read in; UTC without it.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.config.zone = Arc::new(zone);
        self
    }

    /// Where the time comes from; the clock of the machine without it.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The work calendars that terms are counted by, beside those that come with the library; of
    /// several versions of one calendar the newest last.
    #[must_use]
    pub fn calendars(mut self, calendars: Vec<WorkCalendar>) -> Self {
        self.config.calendars = calendars.into();
        self
    }

    /// The limits of one command.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// How many cases are kept in memory; 10,000 without it.
    #[must_use]
    pub fn cached_cases(mut self, cases: usize) -> Self {
        self.config.cached_cases = cases;
        self
    }

    /// How many numbers of cases and messages are reserved ahead, so that not every commit has to note
    /// the newest; 256 without it. After the engine has ended, so many may be left out. Zero leaves out
    /// none, which is for programs that open the store for a few commands.
    #[must_use]
    pub fn numbers_reserved(mut self, ahead: u64) -> Self {
        self.config.reserve = ahead;
        self
    }

    /// How failed attempts at jobs are spread.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.config.backoff = backoff;
        self
    }

    /// How long the answers to commands with an idempotency key, and the ids of messages, are
    /// remembered; seven days without it.
    #[must_use]
    pub fn answers_kept(mut self, period: Duration) -> Self {
        self.config.answers_kept = period;
        self
    }

    /// For how long cases are kept after their end; for ever without it. Tombstones are signed, so it
    /// needs keys.
    #[must_use]
    pub fn retention(mut self, retention: Retention) -> Self {
        self.config.retention = retention;
        self
    }

    /// What personal data is sealed with, and what the texts of indexes are covered with
    /// ([`VeiledStore`](crate::store::VeiledStore)). Without keys, models that mark personal data are refused. A store has keys from
    /// its beginning or never.
    #[must_use]
    pub fn keys(mut self, keys: Arc<dyn Keys>) -> Self {
        self.config.keys = Some(keys);
        self
    }

    /// Declares that external workers take jobs of this type.
    #[must_use]
    pub fn external(mut self, kind: impl Into<Arc<str>>) -> Self {
        self.config.external.insert(kind.into());
        self
    }

    /// Declares that external workers take jobs of every type that has no handler here.
    #[must_use]
    pub fn any_external(mut self) -> Self {
        self.config.any_external = true;
        self
    }

    /// Has `function` do the jobs of this type. Its argument has the variables as a type of the host,
    /// its result becomes variables.
    #[must_use]
    pub fn handler<In, Out, F, Fut>(self, kind: impl Into<Arc<str>>, function: F) -> Self
    where
        In: DeserializeOwned + Send + 'static,
        Out: Serialize,
        F: Fn(HandledJob<In>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult<Out>> + Send + 'static,
    {
        self.handler_with(kind, HandlerOptions::default(), function)
    }

    /// As [`EngineBuilder::handler`], with options.
    #[must_use]
    pub fn handler_with<In, Out, F, Fut>(
        mut self,
        kind: impl Into<Arc<str>>,
        options: HandlerOptions,
        function: F,
    ) -> Self
    where
        In: DeserializeOwned + Send + 'static,
        Out: Serialize,
        F: Fn(HandledJob<In>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult<Out>> + Send + 'static,
    {
        let handler = Handler::new(options, function);
        self.handlers.insert(kind.into(), handler);
        self
    }

    /// Has the operations of a registry do the jobs of the types that they are named by. Their results
    /// are mapped to variables as the headers of the tasks say; an idempotency key is the id of a job,
    /// so adapters that keep their answers belong to this store alone.
    ///
    /// Of several handlers for one type the one that was given last is taken.
    #[must_use]
    pub fn adapters(self, registry: &Registry) -> Self {
        self.adapters_with(registry, HandlerOptions::default())
    }

    /// As [`EngineBuilder::adapters`], with options for each of its operations.
    #[must_use]
    pub fn adapters_with(mut self, registry: &Registry, options: HandlerOptions) -> Self {
        self.handlers.extend(adapters::handlers(registry, options));
        self
    }

    /// Opens the engine: it takes over the store, and an engine that had it before can write no more.
    /// What became due in the meantime is done at once.
    ///
    /// # Errors
    /// When the store fails, or holds definitions that this release reads otherwise; when cases are to be
    /// erased and there are no keys to sign their tombstones with.
    ///
    /// # Panics
    /// When it is not called within a tokio runtime.
    pub async fn open(self) -> Result<Engine, StoreError> {
        let Self {
            store,
            clock,
            mut config,
            handlers,
        } = self;
        if config.keys.is_none() && !config.retention.is_empty() {
            return Err(StoreError::unavailable(
                "retention needs keys: the tombstones of erased cases are signed",
            ));
        }
        let store = reader::veiled(store, config.keys.as_ref()).await?;
        config.handled = handlers.keys().cloned().collect::<BTreeSet<_>>();
        let mapping = handlers.iter().filter(|(_, handler)| handler.maps_results);
        config.mapping = mapping.map(|(kind, _)| Arc::clone(kind)).collect();
        let keys: Arc<dyn Keys> = match &config.keys {
            Some(keys) => Arc::clone(keys),
            None => Arc::new(NoKeys::new()),
        };
        let (zone, calendars) = (Arc::clone(&config.zone), Arc::clone(&config.calendars));
        let commits_known = Arc::new(Mutex::new(Commits::default()));
        let watched = WatchedStore::new(
            Arc::clone(&store),
            Arc::clone(&clock),
            Arc::clone(&commits_known),
        );
        let kernel = Kernel::open(Arc::new(watched), config).await?;
        metrics::describe();
        if cfg!(feature = "metrics") {
            // The store counts its rows for it.
            metrics::incidents_open(store.stats().await?.incidents);
        }
        let (slot, lease) = StoreSlot::new(store);
        let (handle, handles) = watch::channel(());
        let (letters, received) = mpsc::channel(WAITING_LIMIT);
        let (news, heard) = mpsc::unbounded_channel();
        let catalogue = watch::Sender::new(Arc::new(kernel.catalogue().clone()));
        let commits = watch::Sender::new(0);
        let inner = Arc::new(Inner {
            store: slot,
            clock: Arc::clone(&clock),
            keys,
            zone,
            calendars,
            letters,
            catalogue: catalogue.subscribe(),
            commits: commits.subscribe(),
            news: news.clone(),
            committed: commits_known,
        });
        let writer = Writer {
            kernel,
            clock,
            letters: received,
            handles: handles.clone(),
            catalogue,
            commits,
            news,
            committing: Vec::new(),
            lease,
        };
        tokio::spawn(writer.run());
        let dispatcher = Dispatcher::new(Arc::clone(&inner), handlers);
        tokio::spawn(dispatcher.run(heard, handles));
        Ok(Engine {
            inner,
            _handle: handle,
        })
    }
}

impl Inner {
    /// Has the writer carry out a command.
    async fn send(&self, request: Request) -> Result<Answer, EngineError> {
        let (reply, answer) = oneshot::channel();
        let reply = Reply::new(reply, request.command.name());
        let letter = Letter::Request(Box::new(request), reply);
        let sent = self.letters.send(letter).await;
        sent.map_err(|_| EngineError::Closed)?;
        answer.await.unwrap_or(Err(EngineError::Closed))
    }

    /// The store, for as long as one question takes.
    fn lease(&self) -> Result<Arc<Lease>, EngineError> {
        self.store.lease().ok_or(EngineError::Closed)
    }
}

impl Engine {
    /// An engine over `store`, to be configured and opened.
    #[must_use]
    pub fn builder(store: impl Store) -> EngineBuilder {
        Self::over(Arc::new(store))
    }

    /// As [`Engine::builder`], for a store that is shared.
    #[must_use]
    pub fn over(store: Arc<dyn Store>) -> EngineBuilder {
        EngineBuilder {
            store,
            clock: Arc::new(SystemClock),
            config: Config::default(),
            handlers: BTreeMap::new(),
        }
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when it is not allowed now; the other causes are the store's and the
    /// engine's.
    pub async fn send(&self, request: Request) -> Result<Answer, EngineError> {
        self.inner.send(request).await
    }

    async fn ask(&self, command: Command, actor: &Arc<Actor>) -> Result<Answer, EngineError> {
        self.send(Request::new(command, Arc::clone(actor))).await
    }

    async fn do_it(&self, command: Command, actor: &Arc<Actor>) -> Result<(), EngineError> {
        self.ask(command, actor).await.map(|_| ())
    }

    /// Counts what an applicant has answered to the survey of a service; see [`SurveyAnswer`] for what
    /// is recorded.
    ///
    /// # Errors
    /// [`Refusal::UnknownCase`](crate::Refusal::UnknownCase),
    /// [`Refusal::UnknownForm`](crate::Refusal::UnknownForm),
    /// [`Refusal::InvalidAnswers`](crate::Refusal::InvalidAnswers); see [`Engine::send`].
    pub async fn answer_survey(
        &self,
        answer: SurveyAnswer,
        actor: &Arc<Actor>,
    ) -> Result<(), EngineError> {
        self.do_it(Command::AnswerSurvey(answer), actor).await
    }

    /// Deploys files that belong together: all of them or none. The same content is deployed once.
    ///
    /// # Errors
    /// [`Refusal::Deployment`](crate::Refusal::Deployment) with everything that is wrong; see
    /// [`Engine::send`].
    pub async fn deploy(
        &self,
        resources: Vec<Resource>,
        actor: &Arc<Actor>,
    ) -> Result<Deployed, EngineError> {
        self.deploy_regulation(resources, Regulation::default(), actor)
            .await
    }

    /// Deploys a regulation pack: all its flows with what they import, its decisions and forms, under its
    /// validity and with its reading of unqualified days. All of it or nothing.
    ///
    /// # Errors
    /// As [`Engine::deploy`].
    pub async fn deploy_pack(
        &self,
        pack: &Pack,
        actor: &Arc<Actor>,
    ) -> Result<Deployed, EngineError> {
        let files = pack.files().iter();
        let resources = files.map(|it| Resource::new(Arc::clone(&it.path), it.bytes.to_vec()));
        self.deploy_regulation(resources.collect(), Regulation::of(pack), actor)
            .await
    }

    /// As [`Engine::deploy`], with what the regulation says that the files implement: where it says when
    /// it is in force, cases can be started under the version in force on their day of filing.
    ///
    /// # Errors
    /// As [`Engine::deploy`].
    pub async fn deploy_regulation(
        &self,
        resources: Vec<Resource>,
        regulation: Regulation,
        actor: &Arc<Actor>,
    ) -> Result<Deployed, EngineError> {
        let command = Command::Deploy {
            resources,
            regulation,
        };
        match self.ask(command, actor).await? {
            Answer::Deployed(deployed) => Ok(deployed),
            _ => Ok(Deployed::default()),
        }
    }

    /// Starts a case.
    ///
    /// # Errors
    /// An unknown process or version, a business key that is taken, or a start that is not there; see
    /// [`Engine::send`].
    pub async fn start(
        &self,
        start: StartCase,
        actor: &Arc<Actor>,
    ) -> Result<InstanceId, EngineError> {
        match self.ask(Command::Start(start), actor).await? {
            Answer::Started { instance } => Ok(instance),
            _ => Err(EngineError::Closed),
        }
    }

    /// Publishes a message: to the case that waits for it, or it starts one, or it is kept.
    ///
    /// # Errors
    /// [`Refusal::Ambiguous`](crate::Refusal::Ambiguous) when several wait; see [`Engine::send`].
    pub async fn publish(
        &self,
        message: PublishMessage,
        actor: &Arc<Actor>,
    ) -> Result<Published, EngineError> {
        match self.ask(Command::Publish(message), actor).await? {
            Answer::Published(published) => Ok(published),
            _ => Err(EngineError::Closed),
        }
    }

    /// Broadcasts a signal to every case that waits for it now, and to every process that it starts.
    ///
    /// # Errors
    /// See [`Engine::send`].
    pub async fn broadcast(
        &self,
        name: impl Into<Arc<str>>,
        variables: Variables,
        actor: &Arc<Actor>,
    ) -> Result<(), EngineError> {
        let name = name.into();
        self.do_it(Command::Broadcast { name, variables }, actor)
            .await
    }

    /// Takes jobs of a type for a worker, each with a lease.
    ///
    /// # Errors
    /// When handlers inside the engine take this type; see [`Engine::send`].
    pub async fn activate_jobs(
        &self,
        kind: impl Into<Arc<str>>,
        worker: impl Into<Arc<str>>,
        lease: Duration,
        limit: usize,
        actor: &Arc<Actor>,
    ) -> Result<Vec<ActivatedJob>, EngineError> {
        let command = Command::ActivateJobs {
            kind: kind.into(),
            worker: worker.into(),
            lease,
            limit,
        };
        match self.ask(command, actor).await? {
            Answer::Jobs(jobs) => Ok(jobs),
            _ => Ok(Vec::new()),
        }
    }

    /// The work of a job that a worker has taken is done.
    ///
    /// # Errors
    /// When the job has ended or the attempt is over; see [`Engine::send`].
    pub async fn complete_job(
        &self,
        job: &ActivatedJob,
        variables: Variables,
        actor: &Arc<Actor>,
    ) -> Result<(), EngineError> {
        let command = Command::CompleteJob {
            job: job.job,
            attempt: Some(job.attempt),
            variables,
        };
        self.do_it(command, actor).await
    }

    /// The actor takes a user task. Taking it again is no error.
    ///
    /// # Errors
    /// When the actor is no candidate, or somebody else has it; see [`Engine::send`].
    pub async fn claim(
        &self,
        task: ElementInstanceId,
        actor: &Arc<Actor>,
    ) -> Result<(), EngineError> {
        self.do_it(Command::Claim { task }, actor).await
    }

    /// A user task is done.
    ///
    /// # Errors
    /// When the actor does not hold it and may not claim it, or it has ended; see [`Engine::send`].
    pub async fn complete_task(
        &self,
        task: ElementInstanceId,
        variables: Variables,
        actor: &Arc<Actor>,
    ) -> Result<(), EngineError> {
        self.do_it(Command::CompleteTask { task, variables }, actor)
            .await
    }

    /// What is deployed.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.inner.catalogue.borrow())
    }

    /// Begins nothing new, lets handlers end for as long as `patience`, answers what was asked, closes,
    /// and lets go of the store: when this returns, the same file can be opened again, unless the host
    /// holds the store itself or a [`Reader`] of it. Afterwards every call of every handle is answered
    /// with [`EngineError::Closed`].
    pub async fn shutdown(&self, patience: Duration) {
        let (stopped, heard) = oneshot::channel();
        if self.inner.news.send(News::Stop(stopped)).is_ok() {
            // Who is not done by then is done again by the next engine.
            let _ = tokio::time::timeout(patience, heard).await;
        }
        let _ = self.inner.letters.send(Letter::Close).await;
        self.inner.letters.closed().await;
        self.inner.store.release().await;
    }
}
