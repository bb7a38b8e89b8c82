//! Terms in months and years.

use super::count::{Clock, Days, Stopped};
use super::progress::Walk;
use super::{MonthEnd, Reason, StartRule, TermError, Unit};
use crate::timer::Date;

/// No term is counted over more than a hundred years.
const DAYS_LIMIT: i64 = 36_600;

impl Days<'_> {
    /// The day that the months lead to, and a day more for every day on which the clock stood still.
    pub(super) fn months(
        &self,
        first: Date,
        walk: &mut Walk<'_>,
    ) -> Result<Result<Date, Stopped>, TermError> {
        let (end, rounded) = self.month_end(first)?;
        if first.days_until(end) > DAYS_LIMIT {
            return Err(TermError::TooLong);
        }
        let mut missing = 0_u32;
        let mut date = if self.event_day_counts() {
            first
        } else {
            walk.next(first)?
        };
        while date <= end && !self.ledger.suspensions().is_empty() {
            match self.clock(date, walk) {
                Clock::Runs => {}
                Clock::StoodStill => {
                    walk.step(date, false, Reason::Suspended)?;
                    missing += 1;
                }
                Clock::Stands(since) => {
                    let left =
                        u32::try_from(date.days_until(end)).map_err(|_| TermError::TooLong)?;
                    return Ok(Err(Stopped {
                        since,
                        left: left + 1 + missing,
                    }));
                }
            }
            date = walk.next(date)?;
        }
        walk.step(
            end,
            true,
            Reason::Months {
                budget: self.budget,
                from: first,
                rounded,
            },
        )?;
        self.made_up(end, missing, walk)
    }

    /// Goes on for as many days as the clock stood still.
    fn made_up(
        &self,
        end: Date,
        missing: u32,
        walk: &mut Walk<'_>,
    ) -> Result<Result<Date, Stopped>, TermError> {
        let mut last = end;
        let mut left = missing;
        while left > 0 {
            last = walk.next(last)?;
            match self.clock(last, walk) {
                Clock::Runs => {
                    walk.step(last, true, Reason::MadeUp)?;
                    left -= 1;
                }
                Clock::StoodStill => walk.step(last, false, Reason::Suspended)?,
                Clock::Stands(since) => return Ok(Err(Stopped { since, left })),
            }
        }
        Ok(Ok(last))
    }

    /// The last day without suspensions, and whether it was rounded.
    fn month_end(&self, first: Date) -> Result<(Date, bool), TermError> {
        let factor = if self.budget.unit == Unit::Years {
            12
        } else {
            1
        };
        let months = i64::from(self.whole()?) * factor;
        let end = first.checked_add_months(months).ok_or(TermError::TooLong)?;
        if end.day() != first.day() {
            let end = match self.term.month_end {
                Some(MonthEnd::LastDay) => end,
                Some(MonthEnd::FirstOfNextMonth) => {
                    end.checked_add_days(1).ok_or(TermError::TooLong)?
                }
                None => {
                    return Err(TermError::MonthEnd {
                        from: first,
                        budget: self.budget,
                    });
                }
            };
            return Ok((end, true));
        }
        // Where the day of the event counts, the term ends on the day before.
        let end = if self.event_day_counts() {
            end.checked_add_days(-1)
        } else {
            Some(end)
        };
        end.map(|end| (end, false)).ok_or(TermError::TooLong)
    }

    fn event_day_counts(&self) -> bool {
        self.term.start == StartRule::EventDay && !self.term.excludes.acceptance
    }
}
