//! Times of day.

use std::fmt;
use std::str::FromStr;

use super::scan::Scan;
use super::zone::Zone;
use super::{DAY_SECONDS, NANOS, TemporalError};

/// A time of day with nanoseconds and perhaps a zone.
///
/// Equality here is of the parts; the FEEL operators compare instants.
///
/// # Source
/// DMN 1.5, 10.3.2.3.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    /// Nanoseconds since midnight.
    nanos: u64,
    zone: Zone,
}

impl Time {
    /// A time of day, or `None` when a part is out of range (hours to 23, nanoseconds below 1e9).
    #[must_use]
    pub fn new(hour: u8, minute: u8, second: u8, nanosecond: u32, zone: Zone) -> Option<Time> {
        let valid = hour < 24 && minute < 60 && second < 60 && nanosecond < 1_000_000_000;
        let seconds = u64::from(hour) * 3_600 + u64::from(minute) * 60 + u64::from(second);
        valid.then_some(Time {
            nanos: seconds * 1_000_000_000 + u64::from(nanosecond),
            zone,
        })
    }

    /// The time so many nanoseconds after midnight, wrapped around the day.
    pub(crate) fn from_nanos(nanos: i128, zone: Zone) -> Time {
        let day = i128::from(DAY_SECONDS) * NANOS;
        Time {
            nanos: nanos.rem_euclid(day) as u64,
            zone,
        }
    }

    /// The hour, 0 to 23.
    #[must_use]
    pub fn hour(self) -> u8 {
        (self.seconds() / 3_600) as u8
    }

    /// The minute, 0 to 59.
    #[must_use]
    pub fn minute(self) -> u8 {
        (self.seconds() / 60 % 60) as u8
    }

    /// The second, 0 to 59.
    #[must_use]
    pub fn second(self) -> u8 {
        (self.seconds() % 60) as u8
    }

    /// The nanosecond within the second.
    #[must_use]
    pub fn nanosecond(self) -> u32 {
        (self.nanos % 1_000_000_000) as u32
    }

    /// The zone.
    #[must_use]
    pub fn zone(self) -> Zone {
        self.zone
    }

    /// Whole seconds since midnight.
    pub(crate) fn seconds(self) -> i64 {
        (self.nanos / 1_000_000_000) as i64
    }

    /// Nanoseconds since midnight.
    pub(crate) fn nanos(self) -> i128 {
        i128::from(self.nanos)
    }

    pub(super) fn scan(scan: &mut Scan<'_>) -> Option<Time> {
        let hour = scan.two()?;
        scan.expect(b':')?;
        let minute = scan.two()?;
        scan.expect(b':')?;
        let second = scan.two()?;
        let nanos = scan.fraction()?;
        let zone = Zone::scan(scan)?;
        Time::new(hour, minute, second, nanos, zone)
    }
}

impl FromStr for Time {
    type Err = TemporalError;

    /// Reads `HH:MM:SS` with a fraction, an offset, `Z` or `@Zone/Name` behind it.
    ///
    /// # Errors
    /// For any other text and for zones that are not in the database.
    fn from_str(text: &str) -> Result<Time, TemporalError> {
        let mut scan = Scan::new(text);
        Time::scan(&mut scan)
            .filter(|_| scan.is_done())
            .ok_or(TemporalError::new("a time such as 10:30:00+05:00"))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:02}:{:02}:{:02}",
            self.hour(),
            self.minute(),
            self.second()
        )?;
        write_fraction(f, self.nanosecond())?;
        self.zone.fmt(f)
    }
}

/// Writes `.5` for 500,000,000 nanoseconds and nothing for none.
pub(super) fn write_fraction(f: &mut fmt::Formatter<'_>, nanos: u32) -> fmt::Result {
    if nanos == 0 {
        return Ok(());
    }
    let digits = format!("{nanos:09}");
    write!(f, ".{}", digits.trim_end_matches('0'))
}
