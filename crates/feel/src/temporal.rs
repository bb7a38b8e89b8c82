//! Dates, times, zones and durations (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8).

mod date;
mod date_time;
mod duration;
mod scan;
mod time;
mod zone;

pub use date::Date;
pub use date_time::DateTime;
pub use duration::{DaysTimeDuration, YearsMonthsDuration};
pub use time::Time;
pub use zone::{Zone, ZoneKind};

pub(crate) const NANOS: i128 = 1_000_000_000;
pub(crate) const DAY_SECONDS: i64 = 86_400;

/// A text that does not have the form of the date, time or duration it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemporalError {
    expected: &'static str,
}

impl TemporalError {
    pub(crate) fn new(expected: &'static str) -> Self {
        TemporalError { expected }
    }
}

impl std::fmt::Display for TemporalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for TemporalError {}
