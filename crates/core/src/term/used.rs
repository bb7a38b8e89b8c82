//! How much of a term was used, as the term counts.

use super::ledger::Suspension;
use super::{Amount, Budget, Ledger, Left, Progress, Reading, Term, TermError, Unit};
use crate::calendar::WorkCalendar;
use crate::timer::Timestamp;

/// So many hours or days no term has.
const ENDLESS: u32 = 36_000;

const MICROS_PER_HOUR: i64 = 3_600_000_000;

/// How much of a term was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    /// Time, in microseconds: of a term in seconds, minutes, hours or working hours.
    Micros(i64),
    /// Days, the last one included: working days of a term in working days, else calendar days.
    Days(u32),
}

impl Term {
    /// How much of the term was used when what it limits was done at `at`: no day or hour on which the
    /// clock did not run, and none that the term leaves out.
    ///
    /// # Errors
    /// As for [`Term::progress`].
    pub fn used(
        &self,
        ledger: &Ledger,
        calendar: &WorkCalendar,
        at: Timestamp,
    ) -> Result<Used, TermError> {
        // What would be left of an endless term of the same rules whose clock is stopped now.
        let unit = match self.budget()?.unit {
            Unit::Seconds | Unit::Minutes | Unit::Hours => Unit::Hours,
            Unit::Months | Unit::Years => Unit::CalendarDays,
            other => other,
        };
        let amount = Amount::whole(ENDLESS).ok_or(TermError::TooLong)?;
        let mut endless = self.clone();
        endless.excludes.handover = false;
        endless.reading = Some(Reading {
            budget: Budget::new(amount, unit)?,
            minimum: None,
            bound: super::Bound::Bare,
        });
        let stop = match unit {
            Unit::Hours | Unit::WorkingHours => at,
            // The day on which a clock is stopped does not count; the day on which work is done does.
            _ => {
                let zone = calendar.zone();
                let today = zone.local(at).date().ok_or(TermError::TooLong)?;
                let next = today.checked_add_days(1).ok_or(TermError::TooLong)?;
                zone.instant(next.midnight())?
            }
        };
        let mut ledger = ledger.unextended();
        if !ledger.is_suspended() {
            ledger.insert(Suspension {
                from: stop,
                to: None,
            });
        }
        match endless.progress(&ledger, calendar)? {
            Progress::Suspended { left, .. } => used(left),
            Progress::Running(_) => Err(TermError::TooLong),
        }
    }
}

/// What was used of the endless term.
fn used(left: Left) -> Result<Used, TermError> {
    match left {
        Left::Micros(left) => {
            let used = (i64::from(ENDLESS) * MICROS_PER_HOUR).checked_sub(left);
            used.map(Used::Micros).ok_or(TermError::TooLong)
        }
        Left::Days(left) => {
            let used = ENDLESS.checked_sub(left);
            used.map(Used::Days).ok_or(TermError::TooLong)
        }
    }
}
