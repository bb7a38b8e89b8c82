//! Jobs: work that handlers inside the engine and workers outside do.
//!
//! ```text
//! created ──> leased ──> completed | error thrown
//!    ^          │ lease runs out, attempt fails
//!    └─back-off─┴──> no attempt left ──> incident ──resolved──> created
//! ```
//! A lease that runs out uses up an attempt like any other failure. Every lease has a number, and only
//! the newest may end the job.

use std::sync::Arc;
use std::time::Duration;

use reglament_core::timer::Timestamp;
use reglament_executor::{Actor, Command as Order, Key};

use super::group::Group;
use super::step::rejected;
use super::{Backoff, Failure, Kernel, later};
use crate::case::{Case, CaseEvent, Job, Step};
use crate::command::{ActivatedJob, Answer, Command, Retry};
use crate::error::Refusal;
use crate::store::{CaseStatus, ElementInstanceId};

/// How many jobs one command may take.
pub const ACTIVATION_LIMIT: usize = 1_000;

impl Kernel {
    pub(super) async fn activate(
        &mut self,
        group: &mut Group,
        kind: &Arc<str>,
        (worker, lease): (Arc<str>, Duration),
        limit: usize,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        if self.config.handled.contains(kind) {
            return Err(Refusal::HandledInside(Arc::clone(kind)).into());
        }
        if !(1..=ACTIVATION_LIMIT).contains(&limit) {
            return Err(Refusal::OutOfRange {
                expected: format!("1 to {ACTIVATION_LIMIT} jobs").into(),
                found: limit.to_string().into(),
            }
            .into());
        }
        let rows = group
            .overlay
            .activatable(&self.pipe, kind, now, limit)
            .await?;
        let backoff = self.config.backoff;
        let mut jobs = Vec::with_capacity(rows.len());
        for row in rows {
            let (instance, key) = (row.id.instance, row.id.key);
            let terms = (Arc::clone(&worker), later(now, lease));
            let leased = self
                .step(group, instance, Vec::new(), now, |case, step| {
                    case.lease(step, key, terms, &backoff, actor)
                })
                .await;
            match leased {
                Ok(Some(job)) => jobs.push(job),
                Ok(None) => {}
                // One case that cannot go on keeps no worker from the jobs of the others.
                Err(Failure::Refused(_) | Failure::Unreadable(..)) => {
                    tracing::warn!(job = %row.id, "a job could not be taken");
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(Answer::Jobs(jobs))
    }

    pub(super) async fn job_command(
        &mut self,
        group: &mut Group,
        command: &Command,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let (job, attempt) = match command {
            Command::CompleteJob { job, attempt, .. }
            | Command::FailJob { job, attempt, .. }
            | Command::ThrowError { job, attempt, .. } => (*job, *attempt),
            Command::ExtendJob { job, attempt, .. } => (*job, Some(*attempt)),
            _ => return Ok(Answer::Done),
        };
        let backoff = self.config.backoff;
        self.step(group, job.instance, Vec::new(), now, |case, step| {
            case.check_attempt(job, attempt)?;
            let refuse = rejected(job.instance);
            let key = job.key;
            match command {
                Command::CompleteJob { variables, .. } => {
                    let variables = variables.clone();
                    let order = Order::Complete { key, variables };
                    case.execute(step, actor, order).map_err(refuse)
                }
                Command::ThrowError {
                    code, variables, ..
                } => {
                    let order = Order::ThrowError {
                        key,
                        code: Arc::clone(code),
                        variables: variables.clone(),
                    };
                    case.execute(step, actor, order).map_err(refuse)
                }
                Command::FailJob { message, retry, .. } => {
                    case.fail_attempt(step, key, Arc::clone(message), (*retry, &backoff), actor)
                }
                Command::ExtendJob { lease, .. } => {
                    let until = later(step.now, *lease);
                    let event = CaseEvent::JobExtended { key, until };
                    case.record(step, actor, event).map_err(refuse)
                }
                _ => Ok(()),
            }
        })
        .await?;
        Ok(Answer::Done)
    }
}

impl Case {
    fn element_instance(&self, key: Key) -> ElementInstanceId {
        ElementInstanceId::new(self.id, key)
    }

    /// How work that is not there any more ended.
    pub(super) fn work_ended(&self, key: Key) -> Refusal {
        let ends = self.head.ended_work.iter().rev();
        let mut ends = ends.filter(|(ended, _)| *ended == key);
        Refusal::WorkEnded {
            work: self.element_instance(key),
            end: ends.next().map(|(_, end)| *end),
        }
    }

    /// The job at `key`, if it can be worked on. A suspended case takes the result of work that was
    /// begun before.
    fn job(&self, key: Key) -> Result<&Job, Refusal> {
        let job = self
            .head
            .jobs
            .get(&key)
            .ok_or_else(|| self.work_ended(key))?;
        if self.head.incidents.contains_key(&key) {
            return Err(Refusal::HasIncident(self.element_instance(key)));
        }
        if self.status().has_ended() {
            return Err(self.work_ended(key));
        }
        Ok(job)
    }

    /// Whether `attempt` is the newest attempt at the job.
    fn check_attempt(&self, id: ElementInstanceId, attempt: Option<u32>) -> Result<(), Refusal> {
        let job = self.job(id.key)?;
        let is_newest = match attempt {
            Some(attempt) => attempt == job.attempt && job.worker.is_some(),
            // A handler inside the engine has no lease: nobody else may have one.
            None => job.worker.is_none(),
        };
        if is_newest {
            return Ok(());
        }
        Err(Refusal::StaleAttempt {
            job: id,
            attempt: attempt.unwrap_or_default(),
            newest: job.attempt,
        })
    }

    /// Gives the job to a worker; none when no attempt is left, which is an incident then.
    fn lease(
        &mut self,
        step: &mut Step<'_>,
        key: Key,
        (worker, until): (Arc<str>, Timestamp),
        backoff: &Backoff,
        actor: &Arc<Actor>,
    ) -> Result<Option<ActivatedJob>, Refusal> {
        if self.status() != CaseStatus::Running {
            return Ok(None);
        }
        let refuse = rejected(self.id);
        let job = self.job(key)?;
        if job.available_at > step.now {
            return Ok(None);
        }
        if let Some(worker) = &job.worker {
            let message = format!("the lease of worker `{worker}` ran out").into();
            let now = Retry::After(Duration::ZERO);
            let engine = Arc::clone(&step.engine);
            self.fail_attempt(step, key, message, (now, backoff), &engine)?;
            if self.head.incidents.contains_key(&key) {
                return Ok(None);
            }
        }
        let job = self.job(key)?;
        let (attempt, retries) = (job.attempt + 1, job.retries);
        let kind = Arc::clone(&job.kind);
        let event = CaseEvent::JobLeased {
            key,
            worker,
            until,
            attempt,
        };
        self.record(step, actor, event).map_err(refuse)?;
        let program = step.env.program;
        let element = self
            .state()
            .element(key)
            .ok_or_else(|| self.work_ended(key))?;
        let element = Arc::clone(&program.infos[element].id);
        Ok(Some(ActivatedJob {
            job: self.element_instance(key),
            kind,
            attempt,
            retries,
            until,
            headers: step.definition.headers(&element),
            element,
            process: Arc::clone(&self.head.process),
            variables: self.state().visible(program, key),
        }))
    }

    /// An attempt failed: there is another after a while, or a person has to look at it.
    fn fail_attempt(
        &mut self,
        step: &mut Step<'_>,
        key: Key,
        message: Arc<str>,
        (retry, backoff): (Retry, &Backoff),
        actor: &Arc<Actor>,
    ) -> Result<(), Refusal> {
        let refuse = rejected(self.id);
        let job = self.job(key)?;
        let message = shortened(message);
        let retries = match retry {
            Retry::Later | Retry::After(_) => job.retries.saturating_sub(1),
            Retry::Never => 0,
        };
        if retries == 0 {
            let order = Order::Fail { key, message };
            return self.execute(step, actor, order).map_err(refuse);
        }
        let delay = match retry {
            Retry::After(delay) => delay,
            Retry::Later | Retry::Never => {
                backoff.delay(self.element_instance(key), job.failures + 1)
            }
        };
        let event = CaseEvent::JobFailed {
            key,
            retries,
            available_at: later(step.now, delay),
            message,
        };
        self.record(step, actor, event).map_err(refuse)
    }
}

/// How long the text of a failure may be, in characters.
pub const FAILURE_TEXT_LIMIT: usize = 2_000;

/// The text of a failure, without what is beyond the limit.
fn shortened(message: Arc<str>) -> Arc<str> {
    match message.char_indices().nth(FAILURE_TEXT_LIMIT) {
        Some((end, _)) => {
            let kept = message.get(..end).unwrap_or_default();
            format!("{kept}… ({} bytes)", message.len()).into()
        }
        None => message,
    }
}
