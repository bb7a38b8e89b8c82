//! What comes before the end of a term: warnings, and the lower edge of a range.

use super::progress::Walk;
use super::{Budget, Deadline, Ledger, Progress, Reading, Term, TermError, Unit};
use crate::calendar::WorkCalendar;
use crate::timer::{Date, Timestamp};

impl Term {
    /// When people are warned that the term is about to end, in order of time. Seconds, minutes and
    /// hours are taken off the end; of days the beginning of the last ones is meant: one working day
    /// before the end is 0:00 of the last working day.
    ///
    /// # Errors
    /// A warning is stated in months, years, working hours or unqualified days; the calendar does
    /// not cover a year that was looked at.
    pub fn warnings(
        &self,
        deadline: &Deadline,
        calendar: &WorkCalendar,
    ) -> Result<Vec<Timestamp>, TermError> {
        let mut instants = Vec::with_capacity(self.warnings.len());
        for warning in &self.warnings {
            instants.push(before(deadline, *warning, calendar)?);
        }
        instants.sort_unstable();
        instants.dedup();
        Ok(instants)
    }

    /// When the lower edge of a range is reached: of `15 to 30 calendar days` the end of the
    /// fifteenth. None where the document gives no lower edge, and while the clock is stopped before
    /// it.
    ///
    /// # Errors
    /// As for [`Term::progress`].
    pub fn lower_edge(
        &self,
        ledger: &Ledger,
        calendar: &WorkCalendar,
    ) -> Result<Option<Timestamp>, TermError> {
        let Some(minimum) = self.reading.and_then(|reading| reading.minimum) else {
            return Ok(None);
        };
        let edge = Term {
            reading: Some(Reading::of(minimum)),
            ..self.clone()
        };
        match edge.progress(&ledger.unextended(), calendar)? {
            Progress::Running(deadline) => Ok(Some(deadline.at)),
            Progress::Suspended { .. } => Ok(None),
        }
    }
}

fn before(
    deadline: &Deadline,
    warning: Budget,
    calendar: &WorkCalendar,
) -> Result<Timestamp, TermError> {
    match warning.unit {
        Unit::Seconds | Unit::Minutes | Unit::Hours => {
            let micros = super::exact::micros(warning)?;
            let at = deadline.at.checked_add_micros(-micros);
            at.ok_or(TermError::TooLong)
        }
        Unit::WorkingDays | Unit::CalendarDays => {
            let first = first_of_last(deadline.date, warning, calendar)?;
            Ok(calendar.zone().instant(first.midnight())?)
        }
        Unit::WorkingHours | Unit::Months | Unit::Years | Unit::Unqualified => {
            Err(TermError::text(format!(
                "a warning is stated in seconds, minutes, hours, working days or calendar days, \
                 found {warning}"
            )))
        }
    }
}

/// The first of the last days of a term, the last one included.
fn first_of_last(last: Date, warning: Budget, calendar: &WorkCalendar) -> Result<Date, TermError> {
    let mut walk = Walk::new(calendar);
    let mut left = warning.amount.as_whole().unwrap_or(1);
    let mut date = last;
    loop {
        if warning.unit == Unit::CalendarDays || walk.look_up(date)?.is_working() {
            left -= 1;
            if left == 0 {
                return Ok(date);
            }
        }
        date = date.checked_add_days(-1).ok_or(TermError::TooLong)?;
    }
}
