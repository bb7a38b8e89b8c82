//! Jobs that the systems of a file do, before and after what a command does: `--auto FILE`.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use reglament_adapter_api::{Call, CallContext, Failure, Variables};
use reglament_executor::Actor;
use reglament_feel::Value;
use reglament_runtime::command::{Command, Request, Retry};
use reglament_runtime::store::{ElementInstanceId, JobQuery, JobRow, Paging};
use reglament_runtime::{Engine, EngineError, JobInput};

use super::Trouble;
use super::database::File;
use super::pages::PAGE;
use super::systems::{Plan, Systems};
use super::words::name_of;
use crate::{Format, Unusable, output};

/// How many jobs one command has done at most.
const JOB_LIMIT: usize = 10_000;

/// The arguments of a command that changes cases.
#[derive(Debug, Args)]
pub(super) struct Writing {
    /// Has the systems of this file do the service tasks: a YAML file with the keys `database`,
    /// `series`, `waiting-list` and `answers`. Without it `jobs` lists them, and `complete` ends them
    /// by hand.
    #[arg(long, value_name = "FILE")]
    auto: Option<PathBuf>,
    #[command(flatten)]
    file: File,
}

impl Deref for Writing {
    type Target = File;

    fn deref(&self) -> &File {
        &self.file
    }
}

impl Writing {
    /// As [`Cases::write`](super::database::Cases::write); the systems of `--auto` do what they can,
    /// before it and after.
    pub(super) fn write<T>(
        &self,
        may_create: bool,
        act: impl AsyncFnOnce(&Engine) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let Some(path) = &self.auto else {
            return self.file.write(may_create, act);
        };
        let plan = Plan::load(path)?;
        self.file.write(may_create, async |engine| {
            let systems = plan.open(path, self.file.zone, self.file.now()).await?;
            self.work_off(engine, &systems).await?;
            let done = act(engine).await?;
            self.work_off(engine, &systems).await?;
            Ok(done)
        })
    }

    /// Has the systems do jobs until there is none that they can do.
    async fn work_off(&self, engine: &Engine, systems: &Systems) -> Result<(), Trouble> {
        let reader = engine.reading()?;
        let mut tried = BTreeSet::new();
        for _ in 0..JOB_LIMIT {
            self.file.settle(&**reader.store()).await?;
            let Some(job) = self.next(engine, systems, &tried).await? else {
                return Ok(());
            };
            tried.insert((job.id, job.attempt));
            let Some(input) = engine.job_input(&job).await? else {
                continue;
            };
            let answered = systems.call(self.call(&job, input)).await;
            self.tell(engine, &job, answered.as_ref().err());
            let command = outcome(&job, answered);
            let system = Arc::new(Actor::system());
            match engine.send(Request::new(command, system)).await {
                // A job that the process has withdrawn meanwhile is nobody's any more.
                Ok(_) | Err(EngineError::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let message = format!("systems had more than {JOB_LIMIT} jobs to do");
        let hint = "what was done is kept; `reglament case advance --auto` goes on";
        Err(Unusable::new(message).hint(hint).into())
    }

    /// The first job that can be taken, that a system answers, and that was not tried.
    async fn next(
        &self,
        engine: &Engine,
        systems: &Systems,
        tried: &BTreeSet<(ElementInstanceId, u32)>,
    ) -> Result<Option<JobRow>, Trouble> {
        let now = self.file.now();
        let mut paging = Paging::first(PAGE);
        loop {
            let page = engine.jobs(JobQuery::default(), paging).await?;
            let found = page.items.into_iter().find(|job| {
                job.available_at.is_some_and(|at| at <= now)
                    && systems.answers(&job.kind, &job.element)
                    && !tried.contains(&(job.id, job.attempt))
            });
            match (found, page.next) {
                (Some(job), _) => return Ok(Some(job)),
                (None, None) => return Ok(None),
                (None, Some(next)) => {
                    paging = Paging {
                        after: Some(next),
                        limit: PAGE,
                    }
                }
            }
        }
    }

    fn call(&self, job: &JobRow, input: JobInput) -> Call {
        let headers = input.headers.iter();
        let variables = input.variables.iter();
        Call {
            operation: job.kind.to_string(),
            context: CallContext {
                case: job.id.instance.to_string(),
                process: job.process.to_string(),
                element: job.element.to_string(),
                headers: headers
                    .map(|(key, value)| (key.to_string(), value.to_string()))
                    .collect(),
                ..CallContext::new(job.id.to_string(), self.file.now())
            },
            variables: variables
                .map(|(name, value)| (name.to_string(), value.to_json()))
                .collect(),
        }
    }

    /// Says what a system has done.
    fn tell(&self, engine: &Engine, job: &JobRow, failure: Option<&Failure>) {
        if self.file.format == Format::Json {
            return;
        }
        let lang = self.file.lang;
        let catalogue = engine.catalogue();
        let definition = catalogue.get(job.definition).map(|it| &**it);
        let step = name_of(definition, &job.element, lang);
        let said = match failure {
            None => lang.pick("орындалды", "выполнено", "done").to_owned(),
            Some(failure) => failure.to_string(),
        };
        output::eprint(&format!("{}  «{step}» {}: {said}\n", job.id, job.kind));
    }
}

/// What follows from an answer.
fn outcome(job: &JobRow, answered: Result<Variables, Failure>) -> Command {
    let (id, attempt) = (job.id, None);
    let values = |variables: Variables| {
        let fields = variables.iter();
        fields
            .map(|(name, value)| (Arc::from(name.as_str()), Value::from_json(value)))
            .collect()
    };
    match answered {
        Ok(variables) => Command::CompleteJob {
            job: id,
            attempt,
            variables: values(variables),
        },
        Err(Failure::Business {
            code, variables, ..
        }) => Command::ThrowError {
            job: id,
            attempt,
            code: code.into(),
            variables: values(variables),
        },
        Err(Failure::Terminal { message }) => Command::FailJob {
            job: id,
            attempt,
            message: message.into(),
            retry: Retry::Never,
        },
        Err(Failure::Retryable { message, after }) => Command::FailJob {
            job: id,
            attempt,
            message: message.into(),
            retry: after.map_or(Retry::Later, Retry::After),
        },
    }
}
