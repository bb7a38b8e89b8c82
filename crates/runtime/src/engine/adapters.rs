//! Adapters as handlers: what a service task names as its job type is an operation of the registry.
//!
//! The idempotency key of a call is the id of the job: the same for every attempt and after every
//! restart, unique within one store. An adapter that keeps its answers must not be shared by engines
//! over different stores.

use std::sync::Arc;

use reglament_adapter_api::{self as adapters, Call, CallContext, Failure, Registry};
use reglament_executor::Variables;
use reglament_feel::Value;

use super::handler::{HandledJob, Handler, HandlerError, HandlerOptions};

/// The handlers that the operations of a registry are, by job type.
pub(super) fn handlers(
    registry: &Registry,
    options: HandlerOptions,
) -> impl Iterator<Item = (Arc<str>, Handler)> {
    let kinds: Vec<Arc<str>> = registry.operations().map(Arc::from).collect();
    kinds.into_iter().map(move |kind| {
        let registry = registry.clone();
        let handler = Handler::of_adapter(options, move |job| {
            let registry = registry.clone();
            Box::pin(async move {
                let answered = registry.call(call_of(job)).await;
                answered.map(variables_of).map_err(error_of)
            })
        });
        (kind, handler)
    })
}

/// The call that a job is.
fn call_of(job: HandledJob) -> Call {
    let headers = job.headers.iter();
    let context = CallContext {
        case: job.job.instance.to_string(),
        process: job.process.to_string(),
        element: job.element.to_string(),
        headers: headers
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect(),
        ..CallContext::new(job.job.to_string(), job.now)
    };
    let variables = job.variables.iter();
    Call {
        operation: job.kind.to_string(),
        context,
        variables: variables
            .map(|(name, value)| (name.to_string(), value.to_json()))
            .collect(),
    }
}

fn variables_of(answer: adapters::Variables) -> Variables {
    let fields = answer.iter();
    fields
        .map(|(name, value)| (Arc::from(name.as_str()), Value::from_json(value)))
        .collect()
}

/// What follows from a failure. A BPMN error carries its code and variables; its message
/// is dropped: an error event has no place for it, and a log must name no person.
fn error_of(failure: Failure) -> HandlerError {
    match failure {
        Failure::Terminal { message } => HandlerError::terminal(message),
        Failure::Retryable { message, after } => HandlerError::Retryable {
            message: message.into(),
            after,
        },
        Failure::Business {
            code, variables, ..
        } => {
            // What a person would read in the message may name a person.
            tracing::info!(code, "an adapter answered with a BPMN error");
            HandlerError::Error {
                code: code.into(),
                variables: variables_of(variables),
            }
        }
    }
}
