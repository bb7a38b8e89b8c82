//! The named limits of an evaluation, and what else it takes from its host.

use crate::temporal::DateTime;

/// How much an evaluation may use; reaching one ends it with null and a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep operations and calls may be nested. The default, 500, fits a stack of 2 MiB in a
    /// build without optimisation. Lists and contexts are nested at most 100 deep, whatever the
    /// limit, so that every value can be stored as JSON and read again.
    pub depth: u32,
    /// How many operations, items and blocks of 64 characters may be processed.
    pub steps: u64,
    /// How many items a list and how many bytes a string may have.
    pub result_size: usize,
    /// How many bytes a compiled regular expression may take.
    pub regex_size: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            depth: 500,
            steps: 1_000_000,
            result_size: 64 << 20,
            regex_size: 1 << 20,
        }
    }
}

/// What an evaluation takes from its host besides the variables.
///
/// The default has no clock: `now()` and `today()` are null with a warning, so that an expression
/// never depends on the machine it runs on by accident.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EvaluationContext {
    /// The current instant in the zone of the host.
    pub now: Option<DateTime>,
    /// The limits.
    pub limits: Limits,
}
