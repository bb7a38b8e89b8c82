//! Cycles: repeating intervals and cron expressions.

use super::cron::Cron;
use super::date_form::DateForm;
use super::error::quoted;
use super::{Period, TimerError};

/// What comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cycle {
    Repeating(Repeating),
    Cron(Cron),
}

/// An ISO 8601 repeating interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repeating {
    /// How often it fires; none is without end.
    pub(crate) count: Option<u32>,
    /// The first occurrence; none is one period after the timer is armed.
    pub(crate) start: Option<DateForm>,
    pub(crate) period: Period,
    /// The last instant at which it may still fire.
    pub(crate) end: Option<DateForm>,
}

const FORMS: &str = "write R/PT1H, R3/PT1H, R3/2026-01-01T00:00:00Z/PT1H, R/PT1H/2026-12-31T00:00:00Z \
                     or a cron expression of six fields such as 0 0 9-17 * * MON-FRI";

impl Cycle {
    pub(crate) fn parse(text: &str) -> Result<Cycle, TimerError> {
        let mut after_r = text.strip_prefix('R').map(str::chars);
        if let Some('/' | '-' | '0'..='9') = after_r.as_mut().and_then(Iterator::next) {
            return Repeating::parse(text).map(Cycle::Repeating);
        }
        if Period::parse(text).is_ok() {
            return Err(TimerError::hinted(
                format!("expected a cycle, found the duration {}", quoted(text)),
                "write R/ before it to repeat it without end, R3/ for three times",
            ));
        }
        if DateForm::parse(text).is_ok() {
            return Err(TimerError::hinted(
                format!("expected a cycle, found the date {}", quoted(text)),
                "a single point in time is a timeDate",
            ));
        }
        let looks_like_cron = text.starts_with('@') || text.contains(char::is_whitespace);
        if looks_like_cron {
            return Cron::parse(text).map(Cycle::Cron);
        }
        Err(TimerError::hinted(
            format!("expected a cycle, found {}", quoted(text)),
            FORMS,
        ))
    }
}

impl Repeating {
    fn parse(text: &str) -> Result<Repeating, TimerError> {
        let wrong =
            || TimerError::hinted(format!("expected a cycle, found {}", quoted(text)), FORMS);
        let (count, rest) = text.split_once('/').ok_or_else(wrong)?;
        let count = parse_count(count)?;
        let (start, period, end) = if rest.starts_with(['P', '-']) {
            match rest.split_once('/') {
                Some((period, end)) => (None, period, Some(end)),
                None => (None, rest, None),
            }
        } else {
            let (start, period) = rest.rsplit_once('/').ok_or_else(wrong)?;
            (Some(start), period, None)
        };
        let period = Period::parse(period)?;
        if period.is_zero() {
            return Err(TimerError::hinted(
                format!("the period of the cycle {} is zero", quoted(text)),
                "it would fire without end at one instant",
            ));
        }
        let start = start.map(DateForm::parse).transpose()?;
        let end = end.map(DateForm::parse).transpose()?;
        Ok(Repeating {
            count,
            start,
            period,
            end,
        })
    }
}

/// `R`, `R-1`: without end. `R3`: three times.
fn parse_count(text: &str) -> Result<Option<u32>, TimerError> {
    let digits = text.strip_prefix('R').unwrap_or(text);
    if digits.is_empty() || digits == "-1" {
        return Ok(None);
    }
    let wrong = |hint| {
        TimerError::hinted(
            format!("expected a number of repetitions, found {}", quoted(text)),
            hint,
        )
    };
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse::<u32>() {
        Ok(0) => Err(wrong("a cycle that repeats 0 times never fires")),
        Ok(count) if all_digits => Ok(Some(count)),
        Ok(_) => Err(wrong("write R3, or R without a number for no end")),
        Err(_) => Err(wrong(
            "write R3, or R without a number for no end; up to 4294967295",
        )),
    }
}
