//! The dispatcher: gives jobs to the handlers inside the engine.
//!
//! A job that a handler has holds no lease: when the process dies, so does the handler, and the next
//! engine gives the job out again. Its key is the same then; what the handler does outside has to be
//! idempotent by it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use reglament_core::timer::Timestamp;
use reglament_executor::{Actor, Variables};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::Inner;
use super::handler::{HandledJob, Handler, HandlerError, HandlerResult};
use crate::command::{Command, Request, Retry};
use crate::error::EngineError;
use crate::kernel::ReadyJob;
use crate::metrics;
use crate::store::ElementInstanceId;

/// How many jobs of a type wait in memory; the others are read from the store when these are done.
pub const QUEUE_LIMIT: usize = 1_024;

/// How long the dispatcher pauses after the store has failed.
const PAUSE: Duration = Duration::from_millis(100);

/// What the dispatcher is told.
#[derive(Debug)]
pub(super) enum News {
    /// Jobs can be taken, or will be able to.
    Ready {
        ready: Vec<ReadyJob>,
        ready_at: Option<Timestamp>,
    },
    /// Begin nothing, wait for what runs, say so.
    Stop(oneshot::Sender<()>),
}

/// The jobs of one type.
struct Queue {
    handler: Handler,
    waiting: VecDeque<ReadyJob>,
    running: usize,
    /// Whether the store may have more.
    more: bool,
}

pub(super) struct Dispatcher {
    engine: Arc<Inner>,
    queues: BTreeMap<Arc<str>, Queue>,
    /// Jobs that wait or run.
    known: BTreeSet<ElementInstanceId>,
    /// Jobs that run and were announced again in the meantime.
    again: BTreeMap<ElementInstanceId, ReadyJob>,
    running: JoinSet<(Arc<str>, ElementInstanceId)>,
    /// When to look into the store.
    look_at: Option<Timestamp>,
    stopping: Vec<oneshot::Sender<()>>,
}

impl Dispatcher {
    pub(super) fn new(engine: Arc<Inner>, handlers: BTreeMap<Arc<str>, Handler>) -> Self {
        let queue = |(kind, handler)| {
            let queue = Queue {
                handler,
                waiting: VecDeque::new(),
                running: 0,
                more: true,
            };
            (kind, queue)
        };
        Self {
            engine,
            queues: handlers.into_iter().map(queue).collect(),
            known: BTreeSet::new(),
            again: BTreeMap::new(),
            running: JoinSet::new(),
            look_at: None,
            stopping: Vec::new(),
        }
    }

    /// Works until it is told to stop, or every handle of the engine is gone: then handlers that run are
    /// given up.
    pub(super) async fn run(
        mut self,
        mut news: mpsc::UnboundedReceiver<News>,
        mut handles: watch::Receiver<()>,
    ) {
        loop {
            if self.stopping.is_empty() {
                self.fill().await;
                self.begin();
            } else if self.running.is_empty() {
                for stopped in self.stopping.drain(..) {
                    let _ = stopped.send(());
                }
                return;
            }
            let clock = Arc::clone(&self.engine.clock);
            let look_at = self.look_at;
            let timer = async {
                match look_at {
                    Some(at) => clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                heard = news.recv() => match heard {
                    Some(heard) => self.hear(heard),
                    None => return,
                },
                Some(ended) = self.running.join_next(), if !self.running.is_empty() => {
                    // A job is run in a task that catches its panics.
                    if let Ok((kind, job)) = ended {
                        self.ended(&kind, job);
                    }
                }
                () = timer => self.look(),
                _ = handles.changed() => return,
            }
        }
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Ready { ready, ready_at } => {
                for job in ready {
                    self.enqueue(job);
                }
                if let Some(at) = ready_at {
                    self.look_at = Some(self.look_at.map_or(at, |known| known.min(at)));
                }
            }
            News::Stop(stopped) => self.stopping.push(stopped),
        }
    }

    fn enqueue(&mut self, job: ReadyJob) {
        let Some(queue) = self.queues.get_mut(&job.row.kind) else {
            return;
        };
        if self.known.contains(&job.row.id) {
            self.again.insert(job.row.id, job);
        } else if queue.waiting.len() < QUEUE_LIMIT {
            self.known.insert(job.row.id);
            queue.waiting.push_back(job);
        } else {
            queue.more = true;
        }
    }

    fn ended(&mut self, kind: &Arc<str>, job: ElementInstanceId) {
        self.known.remove(&job);
        if let Some(queue) = self.queues.get_mut(kind) {
            queue.running = queue.running.saturating_sub(1);
        }
        if let Some(job) = self.again.remove(&job) {
            self.enqueue(job);
        }
    }

    /// The instant has come for which a job was put off.
    fn look(&mut self) {
        self.look_at = None;
        for queue in self.queues.values_mut() {
            queue.more = true;
        }
    }

    /// Reads jobs from the store where the queues have run empty.
    async fn fill(&mut self) {
        let empty = |queue: &Queue| queue.more && queue.waiting.is_empty();
        let kinds: Vec<Arc<str>> = self
            .queues
            .iter()
            .filter(|(_, queue)| empty(queue))
            .map(|(kind, _)| Arc::clone(kind))
            .collect();
        for kind in kinds {
            match self
                .engine
                .ready_jobs(&kind, QUEUE_LIMIT + self.known.len())
                .await
            {
                Ok((jobs, more)) => {
                    if let Some(queue) = self.queues.get_mut(&kind) {
                        queue.more = more;
                    }
                    for job in jobs {
                        if !self.known.contains(&job.row.id) {
                            self.enqueue(job);
                        }
                    }
                    self.put_off().await;
                }
                Err(error) => {
                    let error = error.name();
                    tracing::warn!(error, "jobs could not be read; it is tried again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Notes when the next job that was put off can be taken.
    async fn put_off(&mut self) {
        let kinds: Vec<Arc<str>> = self.queues.keys().cloned().collect();
        let now = self.engine.clock.now();
        let Ok(lease) = self.engine.lease() else {
            return;
        };
        match lease.store.next_job(kinds, now).await {
            Ok(at) => {
                let known = self.look_at.into_iter().chain(at);
                self.look_at = known.min();
            }
            Err(error) => tracing::warn!(%error, "jobs could not be read; it is tried again"),
        }
    }

    /// Begins as many jobs as may run.
    fn begin(&mut self) {
        for (kind, queue) in &mut self.queues {
            while queue.running < queue.handler.options.concurrency {
                let Some(job) = queue.waiting.pop_front() else {
                    break;
                };
                queue.running += 1;
                let (engine, handler) = (Arc::clone(&self.engine), queue.handler.clone());
                let kind = Arc::clone(kind);
                self.running.spawn(async move {
                    let id = job.row.id;
                    handle(engine, handler, job).await;
                    (kind, id)
                });
            }
        }
    }
}

/// Runs a job and tells the engine what came of it.
async fn handle(engine: Arc<Inner>, handler: Handler, job: ReadyJob) {
    let id = job.row.id;
    let handled = HandledJob {
        job: id,
        kind: job.row.kind,
        element: job.row.element,
        process: job.row.process,
        retries: job.row.retries,
        now: engine.clock.now(),
        headers: job.headers,
        variables: job.variables,
    };
    let time_out = handler.options.time_out;
    let (kind, begun) = (Arc::clone(&handled.kind), Instant::now());
    // A task of its own: a panic ends the attempt and nothing else.
    let mut task = tokio::spawn(handler.run(handled));
    let outcome = match tokio::time::timeout(time_out, &mut task).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => Err(HandlerError::retryable(format!(
            "the handler died: {panic}"
        ))),
        Err(_) => {
            task.abort();
            let seconds = time_out.as_secs_f64();
            Err(HandlerError::retryable(format!(
                "no result after {seconds} s"
            )))
        }
    };
    metrics::handled(&kind, outcome_name(&outcome), begun.elapsed());
    let request = Request::new(result_of(id, outcome), Arc::new(Actor::system()));
    loop {
        match engine.send(request.clone()).await {
            Ok(_) => return,
            // The job was withdrawn, or is somebody else's.
            Err(EngineError::Refused(refusal)) => {
                let refusal = refusal.name();
                tracing::debug!(job = %id, refusal, "the result of a job came too late");
                return;
            }
            Err(EngineError::Store(_) | EngineError::Unknown(_)) => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(EngineError::Unreadable { .. } | EngineError::Fenced | EngineError::Closed) => {
                return;
            }
        }
    }
}

/// The outcome of an attempt, as metrics name it.
fn outcome_name(outcome: &HandlerResult<Variables>) -> &'static str {
    match outcome {
        Ok(_) => "done",
        Err(HandlerError::Error { .. }) => "bpmn error",
        Err(HandlerError::Terminal { .. }) => "terminal",
        Err(HandlerError::Retryable { .. }) => "retryable",
    }
}

/// The command that an outcome is.
fn result_of(job: ElementInstanceId, outcome: HandlerResult<Variables>) -> Command {
    let attempt = None;
    match outcome {
        Ok(variables) => Command::CompleteJob {
            job,
            attempt,
            variables,
        },
        Err(HandlerError::Error { code, variables }) => Command::ThrowError {
            job,
            attempt,
            code,
            variables,
        },
        Err(HandlerError::Terminal { message }) => Command::FailJob {
            job,
            attempt,
            message,
            retry: Retry::Never,
        },
        Err(HandlerError::Retryable { message, after }) => Command::FailJob {
            job,
            attempt,
            message,
            retry: after.map_or(Retry::Later, Retry::After),
        },
    }
}
