//! An instant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use super::date::{Date, LocalDateTime};
use super::date_form::DateForm;
use super::error::quoted;
use super::scan::Scanner;
use super::{TimerError, Zone};

/// An instant in microseconds since 1970-01-01T00:00:00Z, in the years 0000 to 9999.
///
/// It is printed as RFC 3339 in UTC, with a fraction only where that is not zero, and serialised as
/// the number of microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 0000-01-01T00:00:00Z.
    pub const MIN: Timestamp = Timestamp(-62_167_219_200_000_000);
    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Timestamp = Timestamp(253_402_300_799_999_999);
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Timestamp = Timestamp(0);

    /// The instant so many microseconds after 1970-01-01T00:00:00Z; beyond [`Timestamp::MIN`] and
    /// [`Timestamp::MAX`] it is those.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Timestamp {
        if micros < Self::MIN.0 {
            Self::MIN
        } else if micros > Self::MAX.0 {
            Self::MAX
        } else {
            Timestamp(micros)
        }
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The instant so many microseconds later, or earlier when negative; none outside the years
    /// 0000 to 9999.
    #[must_use]
    pub fn checked_add_micros(self, micros: i64) -> Option<Timestamp> {
        self.0.checked_add(micros).and_then(Timestamp::in_range)
    }

    /// How many microseconds later `other` is; negative when it is earlier.
    #[must_use]
    pub fn micros_until(self, other: Timestamp) -> i64 {
        // Both lie within the years 0000 to 9999, which is far from the limits of an i64.
        other.0.saturating_sub(self.0)
    }

    /// Reads a date and time with its offset, such as `2026-11-21T08:00:00Z` or
    /// `2026-11-21T13:00:00.5+05:00`. What is finer than a microsecond is rounded up.
    ///
    /// # Errors
    /// The text is not of this form, has no offset, or there is no such day or time.
    ///
    /// # Source
    /// RFC 3339, 5.6.
    pub fn parse_rfc3339(text: &str) -> Result<Timestamp, TimerError> {
        let wrong = || {
            TimerError::hinted(
                format!(
                    "expected a date and time with an offset, found {}",
                    quoted(text)
                ),
                "write it as 2026-11-21T08:00:00Z or 2026-11-21T13:00:00+05:00",
            )
        };
        let mut scanner = Scanner::new(text);
        let date = Date::scan(&mut scanner).ok_or_else(wrong)??;
        let local = LocalDateTime::scan_time(date, &mut scanner).ok_or_else(wrong)??;
        let zone = Zone::scan_offset(&mut scanner).ok_or_else(wrong)??;
        if scanner.is_empty() {
            zone.instant(local)
        } else {
            Err(wrong())
        }
    }

    /// Reads a point in time as a `timeDate` writes it: with an offset, with a zone, or without
    /// either in the given zone; a date alone is its midnight.
    ///
    /// # Errors
    /// The text is not of this form, or there is no such day or time.
    pub fn parse_in(text: &str, zone: &Zone) -> Result<Timestamp, TimerError> {
        DateForm::parse(text)?.instant(zone)
    }

    pub(crate) fn in_range(micros: i64) -> Option<Timestamp> {
        (Self::MIN.0..=Self::MAX.0)
            .contains(&micros)
            .then_some(Timestamp(micros))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", Zone::UTC.local(*self))
    }
}

impl FromStr for Timestamp {
    type Err = TimerError;

    fn from_str(text: &str) -> Result<Timestamp, TimerError> {
        Timestamp::parse_rfc3339(text)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let micros = i64::deserialize(deserializer)?;
        Timestamp::in_range(micros)
            .ok_or_else(|| serde::de::Error::custom(TimerError::out_of_range(micros)))
    }
}
