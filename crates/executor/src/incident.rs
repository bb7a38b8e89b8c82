//! Why an instance cannot go on at one place until a person resolves it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Why an element instance cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// What kind of incident it is.
    pub kind: IncidentKind,
    /// What happened, with ids and values, for a person.
    pub message: Arc<str>,
}

/// The kinds of incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// No outgoing flow could be taken.
    NoFlowTaken,
    /// A condition, completion condition or activation condition is not a boolean.
    ConditionNotBoolean,
    /// An input or output mapping could not be evaluated.
    MappingFailed,
    /// A timer could not be computed.
    TimerInvalid,
    /// A correlation key or a name could not be computed.
    CorrelationInvalid,
    /// A loop has no valid collection, cardinality or result.
    LoopInvalid,
    /// The called process is unknown.
    CalledElementUnknown,
    /// An error that nothing catches.
    UncaughtError,
    /// The handler of a job gave up.
    JobFailed,
    /// The decision that a business rule task calls has no value.
    DecisionFailed,
    /// The expression of a script task failed.
    ScriptFailed,
    /// The command used up its budget of steps.
    StepLimit,
    /// Scopes or calls are nested too deep.
    DepthLimit,
    /// A statutory term could not be reckoned: the calendar does not cover a year, or the term leaves
    /// something open.
    TermInvalid,
}

impl IncidentKind {
    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::NoFlowTaken,
        Self::ConditionNotBoolean,
        Self::MappingFailed,
        Self::TimerInvalid,
        Self::CorrelationInvalid,
        Self::LoopInvalid,
        Self::CalledElementUnknown,
        Self::UncaughtError,
        Self::JobFailed,
        Self::DecisionFailed,
        Self::ScriptFailed,
        Self::StepLimit,
        Self::DepthLimit,
        Self::TermInvalid,
    ];

    /// The name that traces and scripts use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoFlowTaken => "no-flow-taken",
            Self::ConditionNotBoolean => "condition-not-boolean",
            Self::MappingFailed => "mapping-failed",
            Self::TimerInvalid => "timer-invalid",
            Self::CorrelationInvalid => "correlation-invalid",
            Self::LoopInvalid => "loop-invalid",
            Self::CalledElementUnknown => "called-element-unknown",
            Self::UncaughtError => "uncaught-error",
            Self::JobFailed => "job-failed",
            Self::DecisionFailed => "decision-failed",
            Self::ScriptFailed => "script-failed",
            Self::StepLimit => "step-limit",
            Self::DepthLimit => "depth-limit",
            Self::TermInvalid => "term-invalid",
        }
    }
}

impl fmt::Display for IncidentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
