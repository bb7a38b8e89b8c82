//! Terms in working days, calendar days, months and years: counted by the day.

use super::progress::{Walk, off_reason};
use super::{Budget, Ledger, Reason, StartRule, Term, TermError, Unit};
use crate::calendar::DayReason;
use crate::timer::{Date, Timestamp};

/// A term to be counted by the day.
pub(super) struct Days<'a> {
    pub(super) term: &'a Term,
    pub(super) ledger: &'a Ledger,
    pub(super) budget: Budget,
}

/// The clock stands still.
pub(super) struct Stopped {
    pub(super) since: Timestamp,
    pub(super) left: u32,
}

/// Whether the clock runs on a day.
pub(super) enum Clock {
    Runs,
    StoodStill,
    Stands(Timestamp),
}

impl Days<'_> {
    /// The last day before it is rolled, or where the clock stands still.
    pub(super) fn count(&self, walk: &mut Walk<'_>) -> Result<Result<Date, Stopped>, TermError> {
        let first = self.first_day(walk)?;
        let counted = match self.budget.unit {
            Unit::Months | Unit::Years => self.months(first, walk)?,
            _ => self.days(first, walk)?,
        };
        match counted {
            Ok(last) if self.term.excludes.handover => self.handover(last, walk),
            other => Ok(other),
        }
    }

    /// The day of the event, in the zone of the calendar.
    pub(super) fn first_day(&self, walk: &Walk<'_>) -> Result<Date, TermError> {
        walk.calendar
            .zone()
            .local(self.ledger.start())
            .date()
            .ok_or(TermError::TooLong)
    }

    /// The budget as a whole number.
    pub(super) fn whole(&self) -> Result<u32, TermError> {
        let whole = self.budget.amount.as_whole();
        whole
            .and_then(|number| u32::try_from(number).ok())
            .ok_or(TermError::TooLong)
    }

    /// Whether the clock runs on a day: not on the day on which it is stopped, again on the day on
    /// which it goes on.
    pub(super) fn clock(&self, date: Date, walk: &Walk<'_>) -> Clock {
        let zone = walk.calendar.zone();
        let mut clock = Clock::Runs;
        for suspension in self.ledger.suspensions() {
            let begun = zone
                .local(suspension.from)
                .date()
                .is_some_and(|from| from <= date);
            match suspension.to {
                None if begun => return Clock::Stands(suspension.from),
                Some(to) if begun && zone.local(to).date().is_none_or(|to| date < to) => {
                    clock = Clock::StoodStill;
                }
                None | Some(_) => {}
            }
        }
        clock
    }

    /// Whether a day is left out whatever the calendar says about it.
    fn left_out(&self, date: Date, first: Date) -> Option<Reason> {
        let accepted = self.ledger.accepted().unwrap_or(first);
        if self.term.excludes.acceptance && date == accepted {
            return Some(Reason::Acceptance);
        }
        (date == first && self.term.start == StartRule::NextDay).then_some(Reason::EventDay)
    }

    fn days(&self, first: Date, walk: &mut Walk<'_>) -> Result<Result<Date, Stopped>, TermError> {
        let of = self.whole()?;
        let mut number = 0;
        let mut date = first;
        loop {
            let reason = match (self.left_out(date, first), self.clock(date, walk)) {
                (Some(reason), _) => Err(reason),
                (None, Clock::Stands(since)) => {
                    return Ok(Err(Stopped {
                        since,
                        left: of - number,
                    }));
                }
                (None, Clock::StoodStill) => Err(Reason::Suspended),
                (None, Clock::Runs) => self.qualify(date, number + 1, of, walk)?,
            };
            match reason {
                Ok(counted) => {
                    walk.step(date, true, counted)?;
                    number += 1;
                    if number == of {
                        return Ok(Ok(date));
                    }
                }
                Err(skipped) => walk.step(date, false, skipped)?,
            }
            date = walk.next(date)?;
        }
    }

    /// Why a day on which the clock runs counts as the given one, or does not count.
    fn qualify(
        &self,
        date: Date,
        number: u32,
        of: u32,
        walk: &mut Walk<'_>,
    ) -> Result<Result<Reason, Reason>, TermError> {
        if self.budget.unit == Unit::CalendarDays {
            return Ok(Ok(Reason::Day { number, of }));
        }
        let day = walk.look_up(date)?;
        if !day.is_working() {
            return Ok(Err(off_reason(day)));
        }
        Ok(Ok(match day.reason() {
            DayReason::Special(special) => Reason::Special {
                day: special.clone(),
                number: Some(number),
                of,
            },
            DayReason::WorkingDay | DayReason::WeeklyDayOff(_) => Reason::Day { number, of },
        }))
    }

    /// The first day after the counted ones on which the result may be handed over: a working day
    /// where the counted ones are.
    fn handover(
        &self,
        last: Date,
        walk: &mut Walk<'_>,
    ) -> Result<Result<Date, Stopped>, TermError> {
        let mut date = walk.next(last)?;
        loop {
            match self.clock(date, walk) {
                Clock::Stands(since) => return Ok(Err(Stopped { since, left: 0 })),
                Clock::StoodStill => walk.step(date, false, Reason::Suspended)?,
                Clock::Runs if self.budget.unit == Unit::WorkingDays => {
                    let day = walk.look_up(date)?;
                    if day.is_working() {
                        break;
                    }
                    walk.step(date, false, off_reason(day))?;
                }
                Clock::Runs => break,
            }
            date = walk.next(date)?;
        }
        walk.step(date, false, Reason::Handover)?;
        Ok(Ok(date))
    }
}
