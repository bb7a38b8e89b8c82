//! Terms in seconds, minutes and hours that pass.

use super::progress::Walk;
use super::{Budget, Ledger, Left, Progress, Reason, TermError, Unit};
use crate::timer::{Date, Timestamp};

/// The length of a budget of time in microseconds.
pub(super) fn micros(budget: Budget) -> Result<i64, TermError> {
    let factor = match budget.unit {
        Unit::Seconds => 1,
        Unit::Minutes => 60,
        _ => 3600,
    };
    // A millionth of a second is a microsecond.
    budget
        .amount
        .millionths()
        .checked_mul(factor)
        .ok_or(TermError::TooLong)
}

pub(super) fn progress(
    budget: Budget,
    ledger: &Ledger,
    mut walk: Walk<'_>,
) -> Result<Progress, TermError> {
    let start = ledger.start();
    let mut left = micros(budget)?;
    let mut running_from = start;
    for (from, to) in merged(ledger) {
        let ran = running_from.micros_until(from);
        if ran >= left {
            break;
        }
        left -= ran;
        walk.step(local_date(from, &walk)?, false, Reason::Suspended)?;
        match to {
            Some(to) => running_from = to,
            None => return Ok(walk.suspended(from, Left::Micros(left))),
        }
    }
    let at = running_from
        .checked_add_micros(left)
        .ok_or(TermError::TooLong)?;
    let date = local_date(at, &walk)?;
    walk.step(
        date,
        true,
        Reason::Elapsed {
            budget,
            from: start,
        },
    )?;
    Ok(Progress::Running(walk.deadline(at, date, date)))
}

pub(super) fn local_date(at: Timestamp, walk: &Walk<'_>) -> Result<Date, TermError> {
    walk.calendar
        .zone()
        .local(at)
        .date()
        .ok_or(TermError::TooLong)
}

/// The suspensions as stretches that do not touch, in order; an open one is the last.
pub(super) fn merged(ledger: &Ledger) -> Vec<(Timestamp, Option<Timestamp>)> {
    let mut stretches: Vec<(Timestamp, Option<Timestamp>)> = Vec::new();
    for suspension in ledger.suspensions() {
        match stretches.last_mut() {
            Some((_, None)) => {}
            Some((_, Some(end))) if suspension.from <= *end => {
                let end = *end;
                if let Some(last) = stretches.last_mut() {
                    last.1 = suspension.to.map(|to| to.max(end));
                }
            }
            Some(_) | None => stretches.push((suspension.from, suspension.to)),
        }
    }
    stretches
}
