//! The clients: they start cases, work on what they find, and repeat what was not answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use reglament_core::timer::Timestamp;
use reglament_executor::{Actor, InstanceId, TermKey};
use reglament_feel::Value;

use super::random::Random;
use super::{Broken, at_once};
use crate::case::CaseFacts;
use crate::command::{
    ActivatedJob, Answer, Command, Forget, PublishMessage, Published, Request, Retry, StartCase,
    TermCommand,
};
use crate::error::Refusal;
use crate::store::{
    AnchorRow, Digest, ElementInstanceId, IncidentQuery, InstanceQuery, JobQuery, MemoryStore,
    Paging, Store, TaskQuery, TermQuery,
};

/// How many commands go into one group at most.
const GROUP: u64 = 8;

/// How many jobs there are of workers that everybody believes dead.
const LOST: usize = 6;

/// What the clients know.
#[derive(Debug, Default)]
pub(super) struct Clients {
    /// Commands without a certain answer.
    open: Vec<Request>,
    next: u64,
    /// Jobs in the hands of workers.
    jobs: Vec<ActivatedJob>,
    /// Jobs of workers that everybody believes dead, and that answer all the same.
    lost: Vec<ActivatedJob>,
    suspended: BTreeSet<InstanceId>,
    /// Starts that were acknowledged, by business key.
    pub(super) started: BTreeMap<Arc<str>, InstanceId>,
    /// Messages that were acknowledged, by number.
    pub(super) published: BTreeMap<u64, Published>,
    /// Messages that were sent, by number.
    pub(super) sent: BTreeSet<u64>,
    /// Work whose completion was acknowledged, with the attempt that did it.
    pub(super) completed: BTreeMap<ElementInstanceId, Option<u32>>,
    /// Cases that were to be erased.
    pub(super) erased: BTreeSet<InstanceId>,
    /// Cases of which everybody was to be forgotten.
    pub(super) forgotten: BTreeSet<InstanceId>,
    /// Anchors that were announced and are to be made.
    pub(super) announced: Vec<AnchorRow>,
    /// Answers that came after their lease was lost.
    pub(super) late: u32,
    /// How many cases were migrated, and how many modified.
    pub(super) migrated: u32,
    pub(super) modified: u32,
}

pub(super) fn read<T>(
    future: impl std::future::Future<Output = Result<T, crate::store::StoreError>>,
) -> Result<T, Broken> {
    at_once(future)?.map_err(|error| Broken::new(error.to_string()))
}

impl Clients {
    /// The commands of one round.
    pub(super) fn requests(
        &mut self,
        random: &mut Random,
        store: &MemoryStore,
        (now, has_keys): (Timestamp, bool),
    ) -> Result<Vec<Request>, Broken> {
        let mut requests = Vec::new();
        if !self.open.is_empty() && random.below(2) == 0 {
            requests.append(&mut self.open);
        }
        for _ in 0..=random.below(GROUP) {
            let command = match random.below(20) {
                13 => random.pick(&self.lost).map(complete),
                14 => self.extend(random),
                15 => change_a_term(random, store)?,
                16 if has_keys && random.below(3) == 0 => self.anchor(store, now)?,
                17 if has_keys => self.clear_away(random, store)?,
                0..=2 => Some(self.start(random)),
                3 | 4 => Some(self.paper(random)),
                5..=7 => self.complete_a_task(random, store)?,
                8 | 9 => self.work_on_a_job(random),
                10 => Some(take_jobs()),
                11 => self.suspend_or_resume(random),
                12 => self.resolve(random, store)?,
                _ => Some(Command::Broadcast {
                    name: "alarm".into(),
                    variables: Vec::new(),
                }),
            };
            requests.extend(command.map(|command| self.request(command)));
        }
        Ok(requests)
    }

    pub(super) fn request(&mut self, command: Command) -> Request {
        self.next += 1;
        let key = match command {
            // What is repeated without a key is refused the second time, or takes other jobs.
            Command::ActivateJobs { .. } => None,
            _ => Some(format!("request {}", self.next).into()),
        };
        Request {
            command,
            actor: Arc::new(Actor::system()),
            idempotency_key: key,
        }
    }

    fn start(&mut self, random: &mut Random) -> Command {
        self.next += 1;
        let process = match random.below(6) {
            0 | 1 => "application",
            2 | 3 => "service",
            _ => "permit",
        };
        let number = Value::from(i64::try_from(random.below(40)).unwrap_or_default());
        let applicant = Value::from("Мысалова Айсынақ");
        Command::Start(StartCase {
            process: process.into(),
            variables: vec![("number".into(), number), ("applicant".into(), applicant)],
            facts: CaseFacts {
                business_key: Some(format!("case {}", self.next).into()),
                ..CaseFacts::default()
            },
            ..StartCase::default()
        })
    }

    fn paper(&mut self, random: &mut Random) -> Command {
        self.next += 1;
        self.sent.insert(self.next);
        paper(self.next, &random.below(40).to_string())
    }

    fn complete_a_task(
        &self,
        random: &mut Random,
        store: &MemoryStore,
    ) -> Result<Option<Command>, Broken> {
        let page = read(store.tasks(TaskQuery::default(), Paging::first(50)))?;
        Ok(random.pick(&page.items).map(|task| Command::CompleteTask {
            task: task.id,
            variables: Vec::new(),
        }))
    }

    fn work_on_a_job(&mut self, random: &mut Random) -> Option<Command> {
        let job = random.pick(&self.jobs)?.clone();
        let attempt = Some(job.attempt);
        // Only one of the tasks has a handler for the error.
        let catches = *job.element == *"Register";
        if random.below(4) == 0 && self.lost.len() < LOST {
            // The lease will run out; somebody else gets the job; then this answer comes.
            self.jobs.retain(|known| known.job != job.job);
            self.lost.push(job);
            return None;
        }
        let job = job.job;
        Some(match random.below(5) {
            0 => Command::FailJob {
                job,
                attempt,
                message: "no answer".into(),
                retry: Retry::Later,
            },
            1 if catches => Command::ThrowError {
                job,
                attempt,
                code: "refused".into(),
                variables: Vec::new(),
            },
            _ => Command::CompleteJob {
                job,
                attempt,
                variables: Vec::new(),
            },
        })
    }

    fn extend(&self, random: &mut Random) -> Option<Command> {
        let job = random.pick(&self.jobs)?;
        Some(Command::ExtendJob {
            job: job.job,
            attempt: job.attempt,
            lease: Duration::from_secs(60 * random.below(60)),
        })
    }

    /// Announces an anchor over what there is.
    fn anchor(&self, store: &MemoryStore, now: Timestamp) -> Result<Option<Command>, Broken> {
        let position = read(store.newest_position())?;
        Ok(Some(Command::NoteAnchor(AnchorRow {
            position,
            at: now,
            root: Digest::default(),
        })))
    }

    /// Erases a case that has ended, or forgets everybody in it. Cases that got messages are left: what
    /// has become of those is asked of their histories.
    fn clear_away(
        &mut self,
        random: &mut Random,
        store: &MemoryStore,
    ) -> Result<Option<Command>, Broken> {
        let process = ["service", "application", "office"];
        let process = random.pick(&process).copied().unwrap_or("service");
        let query = InstanceQuery {
            status: Some(crate::store::CaseStatus::Completed),
            process: Some(process.into()),
            ..InstanceQuery::default()
        };
        let page = read(store.instances(query, Paging::first(20)))?;
        let Some(instance) = random.pick(&page.items).map(|row| row.instance) else {
            return Ok(None);
        };
        if random.below(2) == 0 {
            self.forgotten.insert(instance);
            return Ok(Some(Command::Forget(Forget::Case(instance))));
        }
        self.erased.insert(instance);
        let ground = "five years".into();
        Ok(Some(Command::Erase { instance, ground }))
    }

    fn suspend_or_resume(&mut self, random: &mut Random) -> Option<Command> {
        let suspended: Vec<InstanceId> = self.suspended.iter().copied().collect();
        if let Some(instance) = random.pick(&suspended).filter(|_| suspended.len() > 2) {
            self.suspended.remove(instance);
            let instance = *instance;
            return Some(Command::Resume { instance });
        }
        let all: Vec<InstanceId> = self.started.values().copied().collect();
        let instance = *random.pick(&all)?;
        self.suspended.insert(instance);
        let reason = "a complaint".into();
        Some(Command::Suspend { instance, reason })
    }

    fn resolve(&self, random: &mut Random, store: &MemoryStore) -> Result<Option<Command>, Broken> {
        let page = read(store.incidents(IncidentQuery::default(), Paging::first(20)))?;
        let incident = random.pick(&page.items).map(|row| row.id);
        Ok(incident.map(|incident| Command::ResolveIncident { incident }))
    }

    /// These got no certain answer.
    pub(super) fn unanswered(&mut self, requests: Vec<Request>) {
        self.open.extend(requests);
    }

    pub(super) fn acknowledged(&mut self, command: &Command, answer: Answer) -> Result<(), Broken> {
        match (command, answer) {
            (Command::Start(start), Answer::Started { instance }) => {
                let key = start
                    .facts
                    .business_key
                    .clone()
                    .unwrap_or_else(|| "".into());
                let before = self.started.insert(key, instance);
                if before.is_some_and(|before| before != instance) {
                    return Err(Broken::new(format!(
                        "{instance} was answered otherwise before"
                    )));
                }
            }
            (Command::Publish(message), Answer::Published(published)) => {
                let number: Option<u64> =
                    message.message_id.as_ref().and_then(|id| id.parse().ok());
                self.published
                    .extend(number.map(|number| (number, published)));
            }
            (Command::CompleteTask { task, .. }, _) => self.complete(*task, None)?,
            (Command::CompleteJob { job, attempt, .. }, _) => {
                self.complete(*job, *attempt)?;
                self.jobs.retain(|known| known.job != *job);
            }
            (Command::FailJob { job, .. } | Command::ThrowError { job, .. }, _) => {
                self.jobs.retain(|known| known.job != *job);
            }
            (Command::Migrate { .. }, _) => self.migrated += 1,
            (Command::Modify { .. }, _) => self.modified += 1,
            (_, Answer::Jobs(jobs)) => self.jobs.extend(jobs),
            (Command::NoteAnchor(row), _) if row.root == Digest::default() => {
                self.announced.push(*row);
            }
            _ => {}
        }
        Ok(())
    }

    fn complete(&mut self, work: ElementInstanceId, attempt: Option<u32>) -> Result<(), Broken> {
        match self.completed.insert(work, attempt) {
            None => Ok(()),
            Some(_) => Err(Broken::new(format!("{work} was acknowledged twice"))),
        }
    }

    /// Refusals are part of life; those that would mean lost or doubled work are not.
    pub(super) fn refused(
        &mut self,
        store: &MemoryStore,
        request: &Request,
        refusal: &Refusal,
    ) -> Result<(), Broken> {
        if let Refusal::WorkEnded { work, .. } = refusal
            && is_there(store, *work)?
        {
            return Err(Broken::new(format!("{work} is there: {refusal}")));
        }
        let wrong = match refusal {
            Refusal::WorkEnded { .. }
            | Refusal::StaleAttempt { .. }
            | Refusal::HasIncident(_)
            | Refusal::NoIncident(_)
            | Refusal::CaseSuspended(_)
            | Refusal::NotSuspended(_)
            | Refusal::CaseEnded { .. } => false,
            Refusal::UnknownCase(instance) => !self.erased.contains(instance),
            Refusal::Shredded(instance) => !self.forgotten.contains(instance),
            // A term that was stopped already, or is over.
            Refusal::Rejected { .. } => !matches!(
                request.command,
                // What was to be modified is over, or one of several instances.
                Command::Term { .. } | Command::Modify { .. }
            ),
            Refusal::CannotMigrate { .. } | Refusal::OtherDefinition { .. } => false,
            Refusal::Ambiguous { .. } => {
                if let Command::Publish(message) = &request.command {
                    let number: Option<u64> =
                        message.message_id.as_ref().and_then(|id| id.parse().ok());
                    self.sent.retain(|sent| Some(*sent) != number);
                }
                false
            }
            _ => true,
        };
        if wrong {
            let command = &request.command;
            return Err(Broken::new(format!("{command:?} was refused: {refusal}")));
        }
        if matches!(refusal, Refusal::StaleAttempt { .. }) {
            self.late += 1;
        }
        if let Command::CompleteJob { job, .. }
        | Command::FailJob { job, .. }
        | Command::ThrowError { job, .. } = &request.command
        {
            self.jobs.retain(|known| known.job != *job);
        }
        Ok(())
    }

    /// What is still to be done, for everything to end.
    pub(super) fn last_requests(&mut self, store: &MemoryStore) -> Result<Vec<Request>, Broken> {
        if !self.open.is_empty() {
            return Ok(std::mem::take(&mut self.open));
        }
        let mut commands: Vec<Command> = Vec::new();
        // Also those of which a repeated command has suspended them again.
        self.suspended.clear();
        let suspended = InstanceQuery {
            status: Some(crate::store::CaseStatus::Suspended),
            ..InstanceQuery::default()
        };
        let suspended = read(store.instances(suspended, Paging::first(20)))?;
        commands.extend(suspended.items.iter().map(|row| Command::Resume {
            instance: row.instance,
        }));
        let incidents = read(store.incidents(IncidentQuery::default(), Paging::first(20)))?;
        commands.extend(
            incidents
                .items
                .iter()
                .map(|row| Command::ResolveIncident { incident: row.id }),
        );
        let tasks = read(store.tasks(TaskQuery::default(), Paging::first(20)))?;
        commands.extend(tasks.items.iter().map(|row| Command::CompleteTask {
            task: row.id,
            variables: Vec::new(),
        }));
        let jobs = std::mem::take(&mut self.jobs);
        let lost = std::mem::take(&mut self.lost);
        commands.extend(jobs.iter().chain(&lost).map(complete));
        let stats = read(store.stats())?;
        if stats.jobs > 0 {
            commands.push(take_jobs());
        }
        if commands.is_empty() {
            commands.extend(self.missing_paper(store)?);
        }
        Ok(commands
            .into_iter()
            .map(|command| self.request(command))
            .collect())
    }

    /// A paper for a case that waits for nothing else.
    fn missing_paper(&mut self, store: &MemoryStore) -> Result<Option<Command>, Broken> {
        let query = InstanceQuery {
            status: Some(crate::store::CaseStatus::Running),
            process: Some("permit".into()),
            ..InstanceQuery::default()
        };
        let page = read(store.instances(query, Paging::first(1)))?;
        let Some(row) = page.items.first() else {
            return Ok(None);
        };
        let arms = crate::store::ArmQuery::Instance(row.instance);
        let arms = read(store.subscriptions(arms, 10))?;
        let Some(key) = arms.first().and_then(|arm| arm.key.clone()) else {
            let jobs = crate::store::JobQuery {
                instance: Some(row.instance),
                kind: None,
            };
            let jobs = read(store.jobs(jobs, Paging::first(9)))?.items;
            return Err(Broken::new(format!(
                "nothing leads on: {row:?} with {jobs:?}"
            )));
        };
        // Of several cases with the same number one has to go: a message for both is for neither.
        let same = crate::store::ArmQuery::Message {
            name: "paper".into(),
            key: crate::store::KeyMatch::Is(Arc::clone(&key)),
            process: None,
        };
        if read(store.subscriptions(same, 2))?.len() > 1 {
            let instance = row.instance;
            return Ok(Some(Command::Cancel { instance }));
        }
        self.next += 1;
        self.sent.insert(self.next);
        Ok(Some(paper(self.next, &key)))
    }
}

/// Whether the job or task is there.
fn is_there(store: &MemoryStore, work: ElementInstanceId) -> Result<bool, Broken> {
    let (instance, all) = (Some(work.instance), Paging::first(1_000));
    let tasks = TaskQuery {
        instance,
        ..TaskQuery::default()
    };
    let tasks = read(store.tasks(tasks, all.clone()))?.items;
    let jobs = JobQuery {
        instance,
        kind: None,
    };
    let jobs = read(store.jobs(jobs, all))?.items;
    let mut all = tasks
        .iter()
        .map(|row| row.id)
        .chain(jobs.iter().map(|row| row.id));
    Ok(all.any(|id| id == work))
}

/// The work of a worker is done.
fn complete(job: &ActivatedJob) -> Command {
    Command::CompleteJob {
        job: job.job,
        attempt: Some(job.attempt),
        variables: Vec::new(),
    }
}

/// Somebody stops a term, has it go on, or begin again.
fn change_a_term(random: &mut Random, store: &MemoryStore) -> Result<Option<Command>, Broken> {
    let page = read(store.terms(TermQuery::default(), Paging::first(20)))?;
    let Some(row) = random.pick(&page.items) else {
        return Ok(None);
    };
    let change = match random.below(3) {
        0 => TermCommand::Suspend,
        1 => TermCommand::Resume,
        _ => TermCommand::Interrupt,
    };
    Ok(Some(Command::Term {
        instance: row.id.instance,
        term: TermKey(u32::try_from(row.id.key.to_bits() >> 32).unwrap_or(u32::MAX)),
        change,
    }))
}

/// A paper whose payload says which one it is.
fn paper(number: u64, key: &str) -> Command {
    Command::Publish(PublishMessage {
        name: "paper".into(),
        key: Some(key.into()),
        variables: vec![(format!("paper_{number}").into(), Value::from(true))],
        time_to_live: None,
        message_id: Some(number.to_string().into()),
    })
}

fn take_jobs() -> Command {
    Command::ActivateJobs {
        kind: "register".into(),
        worker: "worker".into(),
        lease: Duration::from_secs(15 * 60),
        limit: 5,
    }
}
