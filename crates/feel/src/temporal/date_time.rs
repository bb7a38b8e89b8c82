//! Dates with a time of day.

use std::fmt;
use std::str::FromStr;

use super::scan::Scan;
use super::zone::Zone;
use super::{DAY_SECONDS, Date, NANOS, TemporalError, Time};

/// A date and time of day with nanoseconds and perhaps a zone.
///
/// Equality here is of the parts; the FEEL operators compare instants.
///
/// # Source
/// DMN 1.5, 10.3.2.3.6.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// Local seconds since 1970-01-01T00:00:00.
    seconds: i64,
    nanos: u32,
    zone: Zone,
}

impl DateTime {
    /// Joins a date and a time.
    #[must_use]
    pub fn new(date: Date, time: Time) -> DateTime {
        DateTime {
            seconds: date.days() * DAY_SECONDS + time.seconds(),
            nanos: time.nanosecond(),
            zone: time.zone(),
        }
    }

    /// The date and time that an instant is in a zone.
    ///
    /// The instant is given in seconds since the Unix epoch; in [`Zone::LOCAL`] it reads as UTC.
    /// `None` out of range.
    #[must_use]
    pub fn from_instant(seconds: i64, nanos: u32, zone: Zone) -> Option<DateTime> {
        let offset = zone.offset_at_instant(seconds).unwrap_or(0);
        DateTime::from_local(seconds.checked_add(i64::from(offset))?, nanos, zone)
    }

    /// From local seconds since 1970-01-01T00:00:00; `None` out of range.
    pub(crate) fn from_local(seconds: i64, nanos: u32, zone: Zone) -> Option<DateTime> {
        Date::from_days(seconds.div_euclid(DAY_SECONDS))?;
        Some(DateTime {
            seconds,
            nanos,
            zone,
        })
    }

    /// The date.
    #[must_use]
    pub fn date(self) -> Date {
        // The constructors keep the seconds within the range of dates.
        Date::from_days(self.seconds.div_euclid(DAY_SECONDS)).unwrap_or(Date::EPOCH)
    }

    /// The time of day.
    #[must_use]
    pub fn time(self) -> Time {
        let seconds = self.seconds.rem_euclid(DAY_SECONDS);
        Time::from_nanos(
            i128::from(seconds) * NANOS + i128::from(self.nanos),
            self.zone,
        )
    }

    /// The zone.
    #[must_use]
    pub fn zone(self) -> Zone {
        self.zone
    }

    /// Local seconds since 1970-01-01T00:00:00.
    pub(crate) fn local_seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds within the second.
    #[must_use]
    pub fn nanosecond(self) -> u32 {
        self.nanos
    }

    /// Seconds east of UTC; `None` for a local date and time.
    #[must_use]
    pub fn offset(self) -> Option<i32> {
        self.zone.offset_at_local(self.seconds)
    }

    /// Seconds since the Unix epoch; `None` for a local date and time.
    #[must_use]
    pub fn instant(self) -> Option<i64> {
        self.offset().map(|offset| self.seconds - i64::from(offset))
    }

    /// The date and time so many nanoseconds later on the clock of its zone.
    #[must_use]
    pub fn add_nanos(self, nanos: i128) -> Option<DateTime> {
        let base = i128::from(self.instant().unwrap_or(self.seconds));
        let total = (base * NANOS + i128::from(self.nanos)).checked_add(nanos)?;
        let seconds = i64::try_from(total.div_euclid(NANOS)).ok()?;
        let rest = total.rem_euclid(NANOS) as u32;
        if self.zone.is_local() {
            DateTime::from_local(seconds, rest, self.zone)
        } else {
            DateTime::from_instant(seconds, rest, self.zone)
        }
    }

    /// The date and time so many months later; the day is cut to the length of the month.
    #[must_use]
    pub fn add_months(self, months: i64) -> Option<DateTime> {
        Some(DateTime::new(self.date().add_months(months)?, self.time()))
    }
}

impl FromStr for DateTime {
    type Err = TemporalError;

    /// Reads a date, `T` and a time with its zone.
    ///
    /// # Errors
    /// For any other text.
    fn from_str(text: &str) -> Result<DateTime, TemporalError> {
        let error = TemporalError::new("a date and time such as 2024-02-29T10:30:00+05:00");
        let mut scan = Scan::new(text);
        let date = Date::scan(&mut scan).ok_or(error)?;
        scan.expect(b'T').ok_or(error)?;
        let time = Time::scan(&mut scan)
            .filter(|_| scan.is_done())
            .ok_or(error)?;
        Ok(DateTime::new(date, time))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date(), self.time())
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
