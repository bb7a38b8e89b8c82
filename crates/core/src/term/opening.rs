//! Terms in working hours: counted within the opening hours of the calendar.

use super::exact::{local_date, merged, micros};
use super::progress::{Walk, off_reason};
use super::{Budget, Ledger, Left, Progress, Reason, TermError};
use crate::timer::{Date, Timestamp};

const MINUTE: i64 = 60_000_000;

/// A stretch of time in which doors are open and the clock runs.
type Stretch = (Timestamp, Timestamp);

pub(super) fn progress(
    budget: Budget,
    ledger: &Ledger,
    mut walk: Walk<'_>,
) -> Result<Progress, TermError> {
    let mut left = micros(budget)?;
    let mut counting_from = ledger.start();
    let stops = merged(ledger);
    // A shift of the day before may reach into the first day.
    let first = local_date(counting_from, &walk)?;
    let mut date = first.checked_add_days(-1).unwrap_or(first);
    loop {
        let mut counted = 0;
        let mut stopped = None;
        for shift in open_hours(date, first, &mut walk)? {
            for (from, to) in running(shift, counting_from, &stops) {
                let length = from.micros_until(to);
                if counted + length >= left {
                    let at = from
                        .checked_add_micros(left - counted)
                        .ok_or(TermError::TooLong)?;
                    walk.step(
                        date,
                        true,
                        Reason::Open {
                            minutes: left / MINUTE,
                        },
                    )?;
                    let end = local_date(at, &walk)?;
                    return Ok(Progress::Running(walk.deadline(at, end, end)));
                }
                counted += length;
            }
            counting_from = counting_from.max(shift.1);
            stopped = stops
                .iter()
                .find(|(from, to)| to.is_none() && *from <= shift.1)
                .map(|stop| stop.0);
        }
        left -= counted;
        if let Some(since) = stopped {
            return Ok(walk.suspended(since, Left::Micros(left)));
        }
        describe(date, first, counted, &mut walk)?;
        date = walk.next(date)?;
    }
}

/// The shifts of a day as instants. The day before the first one is looked at only where the
/// calendar covers it.
fn open_hours(date: Date, first: Date, walk: &mut Walk<'_>) -> Result<Vec<Stretch>, TermError> {
    if date < first && walk.calendar.provisional(date.year()).is_err() {
        return Ok(Vec::new());
    }
    walk.look_up(date)?;
    let zone = walk.calendar.zone();
    let shifts = walk.calendar.shifts(date)?;
    shifts
        .iter()
        .map(|shift| shift.on(date, &zone).map_err(TermError::from))
        .collect()
}

/// The parts of a shift in which the clock runs.
fn running(
    shift: Stretch,
    counting_from: Timestamp,
    stops: &[(Timestamp, Option<Timestamp>)],
) -> Vec<Stretch> {
    let (mut from, end) = (shift.0.max(counting_from), shift.1);
    let mut parts = Vec::new();
    for (stop, resumed) in stops {
        if *stop > from && from < end {
            parts.push((from, (*stop).min(end)));
        }
        from = from.max(resumed.unwrap_or(Timestamp::MAX));
    }
    if from < end {
        parts.push((from, end));
    }
    parts.retain(|(from, to)| from < to);
    parts
}

/// Says what a day contributed; the day before the first one is silent where it contributed nothing.
fn describe(date: Date, first: Date, counted: i64, walk: &mut Walk<'_>) -> Result<(), TermError> {
    if counted > 0 {
        return walk.step(
            date,
            true,
            Reason::Open {
                minutes: counted / MINUTE,
            },
        );
    }
    if date < first {
        return Ok(());
    }
    let day = walk.look_up(date)?;
    let reason = if day.is_working() {
        Reason::Closed
    } else {
        off_reason(day)
    };
    walk.step(date, false, reason)
}
