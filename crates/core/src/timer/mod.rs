//! Points in time, durations and cycles as BPMN timers write them.
//!
//! [`Timer::parse`] reads the text of a `timeDate`, `timeDuration` or `timeCycle`,
//! [`Timer::first_due`] says when it first fires once it is armed, [`Timer::next_due`] when it fires
//! again. Nothing here reads a clock: the time is an argument.
//!
//! # Source
//! BPMN 2.0.2, 10.5.5.15 (timer event definition); ISO 8601 for dates, durations and repetitions;
//! Camunda 8 for cron expressions.

mod arming;
mod cron;
mod cron_field;
mod cycle;
mod date;
mod date_form;
mod error;
mod feel;
mod period;
mod scan;
mod timestamp;
mod zone;

pub use date::{Date, LocalDateTime, Weekday};
pub use error::TimerError;
pub use period::Period;
pub use timestamp::Timestamp;
pub use zone::Zone;

use std::fmt;

use serde::{Deserialize, Serialize};

use cycle::Cycle;
use date_form::DateForm;
use error::quoted;

/// The three forms of a timer event definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// `timeDate`
    Date,
    /// `timeDuration`
    Duration,
    /// `timeCycle`
    Cycle,
}

impl TimerKind {
    /// The name of the BPMN element.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            TimerKind::Date => "timeDate",
            TimerKind::Duration => "timeDuration",
            TimerKind::Cycle => "timeCycle",
        }
    }
}

/// A timer whose text has been read. It is serialised as its kind and its text.
///
/// # Texts
/// - a date: `2026-11-21T08:00:00Z`, `2026-11-21T13:00:00+05:00`, `2026-11-21T13:00:00[Asia/Almaty]`
///   or `…@Asia/Almaty`; without an offset or a zone, and for a day without a time (its midnight),
///   the zone given on arming;
/// - a duration: an ISO 8601 duration ([`Period`]), zero or longer;
/// - a cycle: `R/PT1H` (also `R-1/PT1H`) without end, `R3/PT1H` firing three times, both one period
///   after arming; `R3/2026-01-01T00:00:00Z/PT1H` firing first at the start;
///   `R/PT1H/2026-12-31T00:00:00Z` up to and including the end; or a cron expression of six fields,
///   the first of them the second, with `L`, `W`, `#`, `?` and names such as `@daily`.
///
/// # Cycles
/// Occurrences lie on a grid counted from the anchor (the start, else the arming), never from the
/// last firing: firing late does not move it, and a month too short for the day of the anchor does
/// not shorten the ones after it. Calendar units are stepped on the wall clock of the zone of the
/// start, else of the zone given. Occurrences that have passed are skipped and counted in
/// [`Due::skipped`]; the number of `R3` counts firings, so that skipped ones do not use it up.
///
/// # Clocks put forward and back
/// Dates and calendar units follow [`Zone`]. A cron expression that runs in every hour follows the
/// time that passes; any other runs once for a time that is left out (at the end of the gap) or
/// repeated (at the first of the two).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TimerText", into = "TimerText")]
pub struct Timer {
    kind: TimerKind,
    text: Box<str>,
    form: Form,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Date(DateForm),
    Duration(Period),
    Cycle(Box<Cycle>),
}

/// A timer as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct TimerText {
    kind: TimerKind,
    text: Box<str>,
}

/// When an armed timer fires next, and what it needs to go on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The instant. It may have passed: then the timer fires at once.
    pub at: Timestamp,
    /// The instant that the grid of a cycle is counted from.
    pub anchor: Timestamp,
    /// Which occurrence of the grid this is, from 0; skipped ones are counted.
    pub occurrence: u64,
    /// How many firings remain after this one; `None` is without end.
    pub remaining: Option<u32>,
    /// How many occurrences between the previous firing (or the start) and this one have passed
    /// without firing. For a cron expression at most [`Timer::SKIPPED_LIMIT`], which stands for
    /// that many or more.
    #[serde(default)]
    pub skipped: u64,
}

/// Longer texts are no timers.
const TEXT_LIMIT: usize = 512;

impl Timer {
    /// How far the skipped occurrences of a cron expression are counted.
    pub const SKIPPED_LIMIT: u64 = 10_000;

    /// Reads the text of a timer; white space around it is ignored.
    ///
    /// # Errors
    /// The text is not of a form that [`Timer`] lists for the kind: with a hint where it would be
    /// right in another kind, where it is a duration below zero, a cycle of period zero or a cron
    /// expression that never occurs.
    pub fn parse(kind: TimerKind, text: &str) -> Result<Timer, TimerError> {
        let text = text.trim();
        if text.len() > TEXT_LIMIT {
            let tag = kind.tag();
            return Err(TimerError::new(format!(
                "the {tag} {} is longer than {TEXT_LIMIT} bytes",
                quoted(text)
            )));
        }
        let form = match kind {
            TimerKind::Date => DateForm::parse(text).map(Form::Date),
            TimerKind::Duration => Period::parse(text).map(Form::Duration),
            TimerKind::Cycle => Cycle::parse(text).map(|cycle| Form::Cycle(Box::new(cycle))),
        };
        match form {
            Ok(form) => Ok(Timer {
                kind,
                text: text.into(),
                form,
            }),
            Err(error) => Err(other_kind(kind, text).unwrap_or(error)),
        }
    }

    /// Which of the three forms it is.
    #[must_use]
    pub fn kind(&self) -> TimerKind {
        self.kind
    }

    /// Its text, which gives the same timer when it is read again.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it may fire more than once.
    #[must_use]
    pub fn is_repeating(&self) -> bool {
        self.kind == TimerKind::Cycle
    }
}

/// What to say about a date or a duration that stands in the wrong element.
fn other_kind(kind: TimerKind, text: &str) -> Option<TimerError> {
    let (found, hint) = match kind {
        TimerKind::Date if Period::parse(text).is_ok() => {
            ("duration", "a duration goes into timeDuration")
        }
        TimerKind::Duration if DateForm::parse(text).is_ok() => {
            ("date", "a point in time goes into timeDate")
        }
        TimerKind::Date | TimerKind::Duration if Cycle::parse(text).is_ok() => {
            ("cycle", "a cycle goes into timeCycle")
        }
        TimerKind::Date | TimerKind::Duration | TimerKind::Cycle => return None,
    };
    let tag = kind.tag();
    Some(TimerError::hinted(
        format!("expected a {tag}, found the {found} {}", quoted(text)),
        hint,
    ))
}

impl fmt::Display for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Timer> for TimerText {
    fn from(timer: Timer) -> TimerText {
        TimerText {
            kind: timer.kind,
            text: timer.text,
        }
    }
}

impl TryFrom<TimerText> for Timer {
    type Error = TimerError;

    fn try_from(stored: TimerText) -> Result<Timer, TimerError> {
        Timer::parse(stored.kind, &stored.text)
    }
}
