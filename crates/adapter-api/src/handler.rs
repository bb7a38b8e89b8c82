//! Handlers: what carries out an operation.

use std::future::Future;
use std::marker::PhantomData;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Call, CallContext, Failure, Variables};

/// What carries out an operation, from variables to variables.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Carries out one call.
    ///
    /// # Errors
    /// What the operation says of itself; a missing or ill-typed variable is terminal.
    ///
    /// # Cancel safety
    /// A future that is dropped may have had its effect or not. The same call again, with the same
    /// key, gives the one answer.
    async fn handle(&self, call: Call) -> Result<Variables, Failure>;
}

#[async_trait]
impl<H: Handler + ?Sized> Handler for std::sync::Arc<H> {
    async fn handle(&self, call: Call) -> Result<Variables, Failure> {
        (**self).handle(call).await
    }
}

/// A handler made of an `async fn` with a typed request and response: see [`typed`].
pub struct Typed<F, Request> {
    function: F,
    request: PhantomData<fn(Request)>,
}

/// Makes a handler of an `async fn` whose request and response are read from and written to
/// variables by serde.
///
/// ```
/// use reglament_adapter_api::{CallContext, Failure, Registry, typed};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Deserialize)]
/// struct Entered {
///     iin: reglament_adapter_api::Identifier,
/// }
///
/// #[derive(Serialize)]
/// #[serde(rename_all = "camelCase")]
/// struct Checked {
///     entered_data_correct: bool,
/// }
///
/// async fn verify(_: CallContext, entered: Entered) -> Result<Checked, Failure> {
///     Ok(Checked {
///         entered_data_correct: entered.iin.as_iin().is_some(),
///     })
/// }
///
/// let mut registry = Registry::new();
/// registry.register("request.verify", typed(verify));
/// assert!(registry.handles("request.verify"));
/// ```
pub fn typed<F, Request, Work, Response, Error>(function: F) -> Typed<F, Request>
where
    F: Fn(CallContext, Request) -> Work + Send + Sync,
    Request: DeserializeOwned + Send,
    Work: Future<Output = Result<Response, Error>> + Send,
    Response: Serialize,
    Error: Into<Failure>,
{
    Typed {
        function,
        request: PhantomData,
    }
}

#[async_trait]
impl<F, Request, Work, Response, Error> Handler for Typed<F, Request>
where
    F: Fn(CallContext, Request) -> Work + Send + Sync,
    Request: DeserializeOwned + Send,
    Work: Future<Output = Result<Response, Error>> + Send,
    Response: Serialize + Send,
    Error: Into<Failure> + Send,
{
    async fn handle(&self, call: Call) -> Result<Variables, Failure> {
        let request = decode(&call.operation, call.variables)
            .map_err(|error| Failure::terminal(error.to_string()))?;
        let work = (self.function)(call.context, request);
        let response = work.await.map_err(Into::into)?;
        encode(&call.operation, &response)
    }
}

/// A variable that an operation needs is missing or of another type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VariableError {
    /// There is no such variable, or it is null.
    #[error("operation '{operation}': expected a variable '{variable}', found none")]
    Missing {
        /// The operation.
        operation: String,
        /// The variable.
        variable: String,
    },
    /// The variable is not of the form that the operation takes.
    #[error("operation '{operation}': variable '{variable}': {message}")]
    IllTyped {
        /// The operation.
        operation: String,
        /// The variable, and the way to the part of it that is wrong.
        variable: String,
        /// What was expected and found.
        message: String,
    },
}

/// Reads a request from variables. A variable that is null counts as absent.
///
/// # Errors
/// A variable is missing or ill-typed; the error names it.
pub fn decode<T: DeserializeOwned>(
    operation: &str,
    mut variables: Variables,
) -> Result<T, VariableError> {
    variables.retain(|_, value| !value.is_null());
    serde_path_to_error::deserialize(Value::Object(variables)).map_err(|error| {
        let path = error.path().to_string();
        let message = error.inner().to_string();
        let missing = message
            .strip_prefix("missing field `")
            .and_then(|rest| rest.strip_suffix('`'));
        let operation = operation.to_owned();
        match (missing, path.as_str()) {
            (Some(field), ".") => VariableError::Missing {
                operation,
                variable: field.to_owned(),
            },
            (Some(field), _) => VariableError::Missing {
                operation,
                variable: format!("{path}.{field}"),
            },
            (None, _) => VariableError::IllTyped {
                operation,
                variable: path,
                message,
            },
        }
    })
}

/// Writes a response to variables: one for each of its fields, those that are null left out.
///
/// # Errors
/// Terminal: the response is not a structure with named fields.
pub fn encode<T: Serialize>(operation: &str, response: &T) -> Result<Variables, Failure> {
    match serde_json::to_value(response) {
        Ok(Value::Object(mut fields)) => {
            fields.retain(|_, value| !value.is_null());
            Ok(fields)
        }
        Ok(Value::Null) => Ok(Variables::new()),
        Ok(_) => Err(Failure::terminal(format!(
            "operation '{operation}': expected a response with named fields"
        ))),
        Err(error) => Err(Failure::terminal(format!(
            "operation '{operation}': the response cannot be written: {error}"
        ))),
    }
}
