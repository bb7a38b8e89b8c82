//! What a service task asks of an adapter.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use reglament_core::timer::Timestamp;
use serde::{Deserialize, Serialize};

/// Named values, as JSON.
pub type Variables = serde_json::Map<String, serde_json::Value>;

/// The static headers of a task (`zeebe:taskHeaders`).
pub type Headers = BTreeMap<String, String>;

/// Names one effect. Whoever asks again for the same effect, after a time-out or a crash, uses the
/// same key; two effects never share one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdempotencyKey(Arc<str>);

impl IdempotencyKey {
    /// The key of this text. The engine makes it of what is stable over attempts: the case and the
    /// activation of the task.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> IdempotencyKey {
        IdempotencyKey(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What every call carries beside its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallContext {
    /// Names the effect of the call.
    pub key: IdempotencyKey,
    /// The time of the call; adapters take it for the time of what they do.
    pub now: Timestamp,
    /// The case, as the host names it.
    pub case: String,
    /// The BPMN id of the process.
    pub process: String,
    /// The BPMN id of the task.
    pub element: String,
    /// The static headers of the task.
    pub headers: Headers,
}

impl CallContext {
    /// A context with a key and a time; the rest is empty, for calls from outside a process.
    #[must_use]
    pub fn new(key: impl Into<Arc<str>>, now: Timestamp) -> CallContext {
        CallContext {
            key: IdempotencyKey::new(key),
            now,
            case: String::new(),
            process: String::new(),
            element: String::new(),
            headers: Headers::new(),
        }
    }
}

/// A call of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The operation: the job type of the task.
    pub operation: String,
    /// What every call carries.
    pub context: CallContext,
    /// The variables that the task sees; those of its input mappings hide the others.
    pub variables: Variables,
}
