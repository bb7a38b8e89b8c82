//! `reglament case claim`, `complete`, `message`, `signal`, `advance`, `suspend`, `resume`, `resolve`:
//! what changes a case.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use reglament_executor::{InstanceId, canonical_key};
use reglament_feel::Value;
use reglament_runtime::command::{Command, PublishMessage, Published, Request};
use reglament_runtime::store::{ElementInstanceId, JobQuery, Paging, TaskQuery};
use reglament_runtime::{Engine, EngineError};
use serde_json::json;

use super::auto::Writing;
use super::database::{Who, instance};
use super::{Trouble, report};
use crate::{Exit, Unusable, run, vars};

/// Takes a user task for the actor.
#[derive(Debug, Args)]
pub(super) struct Claim {
    /// The task.
    #[arg(value_name = "TASK")]
    task: ElementInstanceId,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    pub(super) file: Writing,
}

/// Completes a user task or, in place of the system that would do it, a job.
#[derive(Debug, Args)]
pub(super) struct Complete {
    /// The task or the job.
    #[arg(value_name = "TASK|JOB")]
    work: ElementInstanceId,
    /// What was entered, or the result: a JSON object, or @ and the name of a file with one.
    #[arg(long, value_name = "JSON|@FILE")]
    vars: Option<String>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    pub(super) file: Writing,
}

/// Publishes a message.
#[derive(Debug, Args)]
pub(super) struct Message {
    /// The name of the message.
    #[arg(value_name = "NAME")]
    name: String,
    /// The correlation key, a text.
    #[arg(long, value_name = "KEY")]
    correlation: Option<String>,
    /// For how many seconds it is kept when nobody waits for it yet.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    keep: u64,
    /// The payload: a JSON object, or @ and the name of a file with one.
    #[arg(long, value_name = "JSON|@FILE")]
    vars: Option<String>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    pub(super) file: Writing,
}

/// Broadcasts a signal.
#[derive(Debug, Args)]
pub(super) struct Signal {
    /// The name of the signal.
    #[arg(value_name = "NAME")]
    name: String,
    /// The payload: a JSON object, or @ and the name of a file with one.
    #[arg(long, value_name = "JSON|@FILE")]
    vars: Option<String>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    pub(super) file: Writing,
}

/// Does what has become due by now: timers, terms, messages on their way. Every command that changes
/// something does so first.
#[derive(Debug, Args)]
pub(super) struct Advance {
    #[command(flatten)]
    pub(super) file: Writing,
}

/// Suspends a case: nothing happens to it until it is resumed.
#[derive(Debug, Args)]
pub(super) struct Suspend {
    /// The number of the case.
    #[arg(value_name = "CASE", value_parser = instance)]
    case: InstanceId,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    pub(super) file: Writing,
}

/// Has a suspended case go on.
#[derive(Debug, Args)]
pub(super) struct Resume {
    /// The number of the case.
    #[arg(value_name = "CASE", value_parser = instance)]
    case: InstanceId,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    pub(super) file: Writing,
}

/// Tries again what led to an incident.
#[derive(Debug, Args)]
pub(super) struct Resolve {
    /// The incident.
    #[arg(value_name = "INCIDENT")]
    incident: ElementInstanceId,
    /// Variables that the case gets before: a JSON object, or @ and the name of a file with one.
    #[arg(long, value_name = "JSON|@FILE")]
    vars: Option<String>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    pub(super) file: Writing,
}

/// The variables of `--vars`.
pub(super) fn variables(argument: Option<&str>) -> Result<reglament_executor::Variables, Unusable> {
    argument.map_or(Ok(Vec::new()), |text| vars::parse(text).map(run::variables))
}

async fn send(engine: &Engine, command: Command, who: &Who) -> Result<(), EngineError> {
    let request = Request::new(command, who.actor());
    engine.send(request).await.map(|_| ())
}

impl Claim {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let task = self.task;
        self.file.write(false, async |engine| {
            Ok(send(engine, Command::Claim { task }, &self.who).await?)
        })?;
        let words = format!("task {task} is claimed");
        Ok(report(
            self.file.format,
            &json!({ "claimed": task }),
            &words,
        ))
    }
}

impl Complete {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let variables = variables(self.vars.as_deref())?;
        self.file.write(false, async |engine| {
            let command = if self.is_job(engine).await? {
                Command::CompleteJob {
                    job: self.work,
                    attempt: None,
                    variables,
                }
            } else {
                Command::CompleteTask {
                    task: self.work,
                    variables,
                }
            };
            Ok(send(engine, command, &self.who).await?)
        })?;
        let work = self.work;
        let words = format!("{work} is completed");
        Ok(report(
            self.file.format,
            &json!({ "completed": work }),
            &words,
        ))
    }

    /// Whether the id is that of a job; what is neither is refused as a task that is not there.
    async fn is_job(&self, engine: &Engine) -> Result<bool, EngineError> {
        let instance = Some(self.work.instance);
        let tasks = TaskQuery {
            instance,
            ..TaskQuery::default()
        };
        let tasks = engine
            .tasks(tasks, Paging::first(usize::from(u16::MAX)))
            .await?;
        if tasks.items.iter().any(|task| task.id == self.work) {
            return Ok(false);
        }
        let jobs = JobQuery {
            instance,
            ..JobQuery::default()
        };
        let jobs = engine
            .jobs(jobs, Paging::first(usize::from(u16::MAX)))
            .await?;
        Ok(jobs.items.iter().any(|job| job.id == self.work))
    }
}

impl Message {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let key = match &self.correlation {
            Some(text) => {
                let key = canonical_key(&Value::from(text.as_str()));
                let wrong = |_| Unusable::new("expected a correlation key that is not empty");
                Some(key.map_err(wrong)?)
            }
            None => None,
        };
        let message = PublishMessage {
            name: Arc::from(&*self.name),
            key,
            variables: variables(self.vars.as_deref())?,
            time_to_live: Some(Duration::from_secs(self.keep)),
            message_id: None,
        };
        let published = self.file.write(false, async |engine| {
            Ok(engine.publish(message, &self.who.actor()).await?)
        })?;
        let words = match published {
            Published::Delivered { instance } => format!("case {instance} has got the message"),
            Published::Started { instance } => format!("the message has started case {instance}"),
            Published::Kept => "nobody waits for the message yet; it is kept".to_owned(),
            Published::Dropped => {
                let message = format!("nobody waits for message `{}`", self.name);
                return Err(Trouble::Refused(message));
            }
        };
        let value = json!({ "published": published });
        Ok(report(self.file.format, &value, &words))
    }
}

impl Signal {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let variables = variables(self.vars.as_deref())?;
        self.file.write(false, async |engine| {
            let actor = self.who.actor();
            Ok(engine.broadcast(&*self.name, variables, &actor).await?)
        })?;
        let words = format!("signal `{}` is broadcast", self.name);
        Ok(report(
            self.file.format,
            &json!({ "broadcast": self.name }),
            &words,
        ))
    }
}

impl Advance {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let stats = self
            .file
            .write(false, async |engine| Ok(engine.stats().await?))?;
        let words = format!(
            "everything due is done; {} cases go on, {} have something due later",
            stats.running, stats.due
        );
        let value = json!({ "running": stats.running, "dueLater": stats.due });
        Ok(report(self.file.format, &value, &words))
    }
}

impl Suspend {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let instance = self.case;
        let command = Command::Suspend {
            instance,
            reason: Arc::from(&*self.reason),
        };
        self.file.write(false, async |engine| {
            Ok(send(engine, command, &self.who).await?)
        })?;
        let words = format!("case {instance} is suspended");
        Ok(report(
            self.file.format,
            &json!({ "suspended": instance.0 }),
            &words,
        ))
    }
}

impl Resume {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let instance = self.case;
        self.file.write(false, async |engine| {
            Ok(send(engine, Command::Resume { instance }, &self.who).await?)
        })?;
        let words = format!("case {instance} goes on");
        Ok(report(
            self.file.format,
            &json!({ "resumed": instance.0 }),
            &words,
        ))
    }
}

impl Resolve {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let incident = self.incident;
        let variables = variables(self.vars.as_deref())?;
        self.file.write(false, async |engine| {
            if !variables.is_empty() {
                let command = Command::SetVariables {
                    instance: incident.instance,
                    scope: None,
                    variables,
                };
                send(engine, command, &self.who).await?;
            }
            Ok(send(engine, Command::ResolveIncident { incident }, &self.who).await?)
        })?;
        let words = format!("what led to incident {incident} was tried again");
        Ok(report(
            self.file.format,
            &json!({ "resolved": incident }),
            &words,
        ))
    }
}
