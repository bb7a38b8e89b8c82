//! Points in time, durations and cycles as BPMN timers write them.
//!
//! # Source
//! BPMN 2.0.2, 10.5.5.15 (timer event definition); ISO 8601 for dates, durations and repetitions.

mod timestamp;

pub use timestamp::Timestamp;

use serde::{Deserialize, Serialize};

/// The three forms of a timer event definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// `timeDate`
    Date,
    /// `timeDuration`
    Duration,
    /// `timeCycle`
    Cycle,
}

/// A timer whose text has been read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// Which of the three forms it is.
    pub kind: TimerKind,
    /// Its text, canonical enough to be read again.
    pub text: String,
}

/// When an armed timer fires next, and what it needs to go on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The instant.
    pub at: Timestamp,
    /// The instant that the grid of a cycle is counted from.
    pub anchor: Timestamp,
    /// Which occurrence this is, from 0.
    pub occurrence: u64,
    /// How many occurrences remain after this one; `None` is without end.
    pub remaining: Option<u32>,
}
