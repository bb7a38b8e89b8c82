//! When a term ends, or what is left of it while it is suspended.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::count::Days;
use super::{Budget, DayEnd, Ledger, Reason, Roll, Step, Term, TermError, Unit};
use crate::calendar::{Day, DayReason, WorkCalendar};
use crate::timer::{Date, Timestamp};

/// The version of the time-zone data that instants are computed with.
pub const ZONE_DATA_VERSION: &str = chrono_tz::IANA_TZDB_VERSION;

/// How a term stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The clock runs (or has run out).
    Running(Deadline),
    /// The clock is stopped.
    Suspended {
        /// Since when.
        since: Timestamp,
        /// What is left.
        left: Left,
        /// What was counted until then.
        steps: Vec<Step>,
        /// The provisional years that this rests on.
        provisional: Vec<i32>,
    },
}

/// The end of a term and how it was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The instant at which the term ends; what is done at that instant is in time.
    pub at: Timestamp,
    /// The last day, in the zone of the calendar.
    pub date: Date,
    /// The last day before an end on a day off was rolled.
    pub unrolled: Date,
    /// Every day that was looked at, with the reason why it was counted or not.
    pub steps: Vec<Step>,
    /// The provisional years that the answer rests on; empty when it is final.
    pub provisional: Vec<i32>,
    /// The id of the calendar.
    pub calendar: String,
    /// The version of the calendar, from which the answer can be computed again.
    pub calendar_version: String,
    /// The version of the time-zone data.
    pub zone_data: &'static str,
}

/// What is left of a suspended term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// Time, in microseconds.
    Micros(i64),
    /// Days, working days or calendar days as the term counts them; for months and years calendar
    /// days until the day that they lead to.
    Days(u32),
}

impl Deadline {
    /// Whether the term has ended without what it limits.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        now > self.at
    }
}

impl Term {
    /// The budget as read.
    ///
    /// # Errors
    /// The document gives no value, or days without saying which.
    pub fn budget(&self) -> Result<Budget, TermError> {
        let budget = self.reading.ok_or(TermError::NoValue)?.budget;
        match budget.unit {
            Unit::Unqualified => Err(TermError::Unqualified { budget }),
            _ => Ok(budget),
        }
    }

    /// Computes when the term ends. One function serves the start, suspensions, extensions and a
    /// newer calendar: the raw end is counted from the ledger and rolled once.
    ///
    /// Seconds, minutes and hours are counted by the instant, working hours within the opening
    /// hours of the calendar, everything else by the day in the zone of the calendar. The day on
    /// which the clock is stopped does not count, the day on which it goes on does.
    ///
    /// # Errors
    /// The term has no value or an unqualified one, needs a rounding of months that it does not
    /// name, or ends at closing time on a day on which nothing is open; the calendar does not cover
    /// a year that was looked at, or has no opening hours; the end lies outside the years 0000 to
    /// 9999 or too far to be counted.
    pub fn progress(
        &self,
        ledger: &Ledger,
        calendar: &WorkCalendar,
    ) -> Result<Progress, TermError> {
        let mut budget = self.budget()?;
        if let Some(extension) = ledger.extension() {
            budget = budget.plus(extension)?;
        }
        let mut walk = Walk::new(calendar);
        match budget.unit {
            Unit::Seconds | Unit::Minutes | Unit::Hours => {
                super::exact::progress(budget, ledger, walk)
            }
            Unit::WorkingHours => super::opening::progress(budget, ledger, walk),
            Unit::WorkingDays | Unit::CalendarDays | Unit::Months | Unit::Years => {
                let days = Days {
                    term: self,
                    ledger,
                    budget,
                };
                match days.count(&mut walk)? {
                    Ok(last) => self.close(last, walk).map(Progress::Running),
                    Err(stopped) => Ok(walk.suspended(stopped.since, Left::Days(stopped.left))),
                }
            }
            Unit::Unqualified => Err(TermError::Unqualified { budget }),
        }
    }

    /// When the term ends if nothing happens to it.
    ///
    /// # Errors
    /// As for [`Term::progress`].
    pub fn deadline(
        &self,
        started: Timestamp,
        calendar: &WorkCalendar,
    ) -> Result<Deadline, TermError> {
        match self.progress(&Ledger::started(started), calendar)? {
            Progress::Running(deadline) => Ok(deadline),
            Progress::Suspended { .. } => Err(TermError::TooLong),
        }
    }

    /// Rolls the last day and turns it into an instant.
    fn close(&self, unrolled: Date, mut walk: Walk<'_>) -> Result<Deadline, TermError> {
        let date = walk.roll(unrolled, self.roll)?;
        let zone = walk.calendar.zone();
        let at = match self.ends {
            DayEnd::Midnight => zone.instant(walk.next(date)?.midnight())?,
            DayEnd::Closing => {
                walk.look_up(date)?;
                let shift = walk.calendar.shifts(date)?.last();
                shift.ok_or(TermError::Closed { date })?.on(date, &zone)?.1
            }
        };
        Ok(walk.deadline(at, date, unrolled))
    }
}

/// A computation under way: the calendar, the steps so far and the provisional years met.
pub(super) struct Walk<'c> {
    pub(super) calendar: &'c WorkCalendar,
    steps: Vec<Step>,
    provisional: BTreeSet<i32>,
}

/// No computation takes more steps than the days of a hundred years.
const STEP_LIMIT: usize = 36_600;

impl<'c> Walk<'c> {
    pub(super) fn new(calendar: &'c WorkCalendar) -> Self {
        Walk {
            calendar,
            steps: Vec::new(),
            provisional: BTreeSet::new(),
        }
    }

    pub(super) fn step(
        &mut self,
        date: Date,
        counted: bool,
        reason: Reason,
    ) -> Result<(), TermError> {
        if self.steps.len() >= STEP_LIMIT {
            return Err(TermError::TooLong);
        }
        self.steps.push(Step {
            date,
            counted,
            reason,
        });
        Ok(())
    }

    /// What the calendar says about a day; the answer then rests on the day's year.
    pub(super) fn look_up(&mut self, date: Date) -> Result<Day<'c>, TermError> {
        let day = self.calendar.day(date)?;
        if day.is_provisional() {
            self.provisional.insert(date.year());
        }
        Ok(day)
    }

    pub(super) fn next(&self, date: Date) -> Result<Date, TermError> {
        date.checked_add_days(1).ok_or(TermError::TooLong)
    }

    /// Moves an end that falls on a day off.
    fn roll(&mut self, end: Date, rule: Roll) -> Result<Date, TermError> {
        let step = match rule {
            Roll::None => return Ok(end),
            Roll::NextWorkingDay => 1,
            Roll::PreviousWorkingDay => -1,
        };
        let mut date = end;
        loop {
            let day = self.look_up(date)?;
            if day.is_working() {
                break;
            }
            let off = Box::new(off_reason(day));
            self.step(date, false, Reason::Rolled { rule, off })?;
            date = date.checked_add_days(step).ok_or(TermError::TooLong)?;
        }
        if date != end {
            self.step(date, true, Reason::RolledTo)?;
        }
        Ok(date)
    }

    pub(super) fn deadline(self, at: Timestamp, date: Date, unrolled: Date) -> Deadline {
        Deadline {
            at,
            date,
            unrolled,
            steps: self.steps,
            provisional: self.provisional.into_iter().collect(),
            calendar: self.calendar.id().to_owned(),
            calendar_version: self.calendar.version().to_owned(),
            zone_data: ZONE_DATA_VERSION,
        }
    }

    pub(super) fn suspended(self, since: Timestamp, left: Left) -> Progress {
        let provisional = self.provisional.into_iter().collect();
        Progress::Suspended {
            since,
            left,
            steps: self.steps,
            provisional,
        }
    }
}

/// Why a day that is not worked is off.
pub(super) fn off_reason(day: Day<'_>) -> Reason {
    match day.reason() {
        DayReason::Special(special) => Reason::Special {
            day: special.clone(),
            number: None,
            of: 0,
        },
        DayReason::WeeklyDayOff(weekday) => Reason::WeeklyDayOff(weekday),
        DayReason::WorkingDay => Reason::WeeklyDayOff(day.date().weekday()),
    }
}
