//! Handlers: async functions inside the engine's process that do the work of jobs.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reglament_core::timer::Timestamp;
use reglament_executor::Variables;
use reglament_feel::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::ElementInstanceId;

/// A job in the hands of its handler.
#[derive(Clone, Debug)]
pub struct HandledJob<V = Variables> {
    /// The job. It is the same for every attempt: the idempotency key for whatever the handler does
    /// outside.
    pub job: ElementInstanceId,
    /// The job type.
    pub kind: Arc<str>,
    /// The id of the element.
    pub element: Arc<str>,
    /// The id of the process.
    pub process: Arc<str>,
    /// How many attempts remain, this one included.
    pub retries: u32,
    /// When the attempt began, by the clock of the engine.
    pub now: Timestamp,
    /// The headers of the model.
    pub headers: Vec<(Arc<str>, Arc<str>)>,
    /// The variables that the task sees.
    pub variables: V,
}

impl<V> HandledJob<V> {
    /// The header with this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| **key == *name);
        found.map(|(_, value)| &**value)
    }

    fn with<W>(self, variables: W) -> (V, HandledJob<W>) {
        let Self {
            job,
            kind,
            element,
            process,
            retries,
            now,
            headers,
            variables: old,
        } = self;
        let handled = HandledJob {
            job,
            kind,
            element,
            process,
            retries,
            now,
            headers,
            variables,
        };
        (old, handled)
    }
}

/// What a handler returns.
pub type HandlerResult<T> = Result<T, HandlerError>;

/// Why a handler has no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum HandlerError {
    /// The work ended in a BPMN error, which the process handles.
    #[error("error `{code}`")]
    Error {
        /// The error code.
        code: Arc<str>,
        /// Goes to the handler of the error.
        variables: Variables,
    },
    /// It failed, and trying again is no use: a person has to look at it.
    #[error("{message}")]
    Terminal {
        /// What went wrong.
        message: Arc<str>,
    },
    /// It failed, and may succeed later.
    #[error("{message}")]
    Retryable {
        /// What went wrong.
        message: Arc<str>,
        /// Not before this long; without it the engine's back-off decides.
        after: Option<Duration>,
    },
}

impl HandlerError {
    /// The work ended in a BPMN error.
    #[must_use]
    pub fn error(code: impl Into<Arc<str>>) -> Self {
        Self::Error {
            code: code.into(),
            variables: Variables::new(),
        }
    }

    /// It failed for good.
    #[must_use]
    pub fn terminal(message: impl Into<Arc<str>>) -> Self {
        Self::Terminal {
            message: message.into(),
        }
    }

    /// It failed and may succeed later.
    #[must_use]
    pub fn retryable(message: impl Into<Arc<str>>) -> Self {
        Self::Retryable {
            message: message.into(),
            after: None,
        }
    }
}

/// How jobs of a type are handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandlerOptions {
    /// How many run at the same time.
    pub concurrency: usize,
    /// How long one may take. Afterwards the attempt has failed; what it still does outside is not
    /// undone.
    pub time_out: Duration,
}

impl Default for HandlerOptions {
    fn default() -> Self {
        Self {
            concurrency: 16,
            time_out: Duration::from_secs(60),
        }
    }
}

pub(super) type Outcome = Pin<Box<dyn Future<Output = HandlerResult<Variables>> + Send>>;

/// A handler whose types are forgotten.
#[derive(Clone)]
pub(super) struct Handler {
    pub(super) options: HandlerOptions,
    /// Whether it maps its result as the headers of the task say.
    pub(super) maps_results: bool,
    run: Arc<dyn Fn(HandledJob) -> Outcome + Send + Sync>,
}

impl Handler {
    /// The handler that `function` is.
    pub(super) fn new<In, Out, F, Fut>(options: HandlerOptions, function: F) -> Self
    where
        In: DeserializeOwned + Send + 'static,
        Out: Serialize,
        F: Fn(HandledJob<In>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult<Out>> + Send + 'static,
    {
        let function = Arc::new(function);
        let run = move |job: HandledJob| -> Outcome {
            let function = Arc::clone(&function);
            Box::pin(async move {
                let (variables, job) = job.with(());
                let input = variables_into(&variables).map_err(|error| {
                    let message = format!("the variables do not fit the handler: {error}");
                    HandlerError::terminal(message)
                })?;
                let ((), job) = job.with(input);
                let output = function(job).await?;
                variables_from(&output).map_err(|error| {
                    HandlerError::terminal(format!("the result is no object: {error}"))
                })
            })
        };
        Self {
            options,
            maps_results: false,
            run: Arc::new(run),
        }
    }

    /// The handler that an operation of an adapter is.
    pub(super) fn of_adapter(
        options: HandlerOptions,
        run: impl Fn(HandledJob) -> Outcome + Send + Sync + 'static,
    ) -> Self {
        Self {
            options,
            maps_results: true,
            run: Arc::new(run),
        }
    }

    pub(super) fn run(&self, job: HandledJob) -> Outcome {
        (self.run)(job)
    }
}

/// Variables as a type of the host. A type without content (`()`) takes any.
///
/// # Errors
/// In words, when they do not fit.
pub fn variables_into<T: DeserializeOwned>(variables: &Variables) -> Result<T, String> {
    if size_of::<T>() == 0
        && let Ok(nothing) = serde_json::from_str("null")
    {
        return Ok(nothing);
    }
    // By way of the text, so that no digit of a number is lost.
    let entries = variables.iter().map(|(name, value)| {
        let name = Value::String(Arc::clone(name)).to_json_string();
        format!("{name}:{}", value.to_json_string())
    });
    let text = format!("{{{}}}", entries.collect::<Vec<_>>().join(","));
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

/// A value of the host as variables: an object, or nothing (`()`, `None`).
///
/// # Errors
/// In words, when it is something else.
pub fn variables_from<T: Serialize>(content: &T) -> Result<Variables, String> {
    let text = serde_json::to_string(content).map_err(|error| error.to_string())?;
    let value = Value::from_json_str(&text).map_err(|error| error.to_string())?;
    match value {
        Value::Null => Ok(Variables::new()),
        Value::Context(context) => Ok(context
            .iter()
            .map(|(name, value)| (Arc::clone(name), value.clone()))
            .collect()),
        other => Err(format!("expected an object, found {}", other.type_name())),
    }
}
