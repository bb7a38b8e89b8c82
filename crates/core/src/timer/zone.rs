//! Time zones: which wall-clock time an instant has, and which instant a wall-clock time is.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Duration, FixedOffset, MappedLocalTime, NaiveDateTime, Offset, TimeZone, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::date::LocalDateTime;
use super::error::quoted;
use super::scan::Scanner;
use super::{TimerError, Timestamp};

/// A time zone: UTC, a fixed offset such as `+05:00`, or a zone of the IANA database such as
/// `Asia/Almaty`. It is printed and serialised by that name.
///
/// # Gaps and overlaps
/// Where clocks are put forward, wall-clock times are left out; such a time is read as if the clocks
/// had not been changed, so that 02:30 in a gap of one hour is the instant which the clocks call
/// 03:30. Where clocks are put back, wall-clock times occur twice; such a time is the earlier of the
/// two. (RFC 5545, 3.3.5, and `java.time` read them the same way.) Cron expressions have a rule of
/// their own: see [`Timer`](super::Timer).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Zone(Kind);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Kind {
    #[default]
    Utc,
    Fixed(FixedOffset),
    Named(Tz),
}

/// What a wall-clock time is in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mapped {
    /// One instant.
    Once(Timestamp),
    /// Two instants: the clocks were put back.
    Twice(Timestamp, Timestamp),
    /// None: the clocks were put forward. The instant that keeps the offset from before the change.
    Never(Timestamp),
}

/// Longer than any offset and any change of offset that the IANA database knows of.
const BEFORE_A_CHANGE: Duration = Duration::hours(24);

const SECOND: i64 = 1_000_000;

const OFFSET_LIMIT_HOURS: u32 = 18;

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(Kind::Utc);

    /// Reads a zone: `UTC`, `Z`, an offset (`+05:00`, `+0500`, `+05`, up to 18 hours) or a name of
    /// the IANA database (`Asia/Almaty`).
    ///
    /// # Errors
    /// The text is none of these.
    pub fn parse(text: &str) -> Result<Zone, TimerError> {
        let unknown = || {
            TimerError::hinted(
                format!("there is no time zone {}", quoted(text)),
                "write an IANA name such as Asia/Almaty, an offset such as +05:00, or UTC",
            )
        };
        if text == "UTC" {
            return Ok(Zone::UTC);
        }
        let mut scanner = Scanner::new(text);
        if let Some(zone) = Zone::scan_offset(&mut scanner) {
            return if scanner.is_empty() {
                zone
            } else {
                Err(unknown())
            };
        }
        text.parse::<Tz>()
            .map(|tz| Zone(Kind::Named(tz)))
            .map_err(|_| unknown())
    }

    /// The wall-clock time at an instant.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> LocalDateTime {
        let utc = naive_utc(at);
        LocalDateTime::from_naive(utc + Duration::seconds(self.offset_seconds(at)))
    }

    /// The instant of a wall-clock time; for gaps and overlaps see [`Zone`].
    ///
    /// # Errors
    /// The instant lies outside the years 0000 to 9999.
    pub fn instant(&self, local: LocalDateTime) -> Result<Timestamp, TimerError> {
        match self.map(local)? {
            Mapped::Once(at) | Mapped::Twice(at, _) | Mapped::Never(at) => Ok(at),
        }
    }

    /// The offset from UTC at an instant, in seconds, positive to the east.
    #[must_use]
    pub fn offset_seconds(&self, at: Timestamp) -> i64 {
        let seconds = match self.0 {
            Kind::Utc => 0,
            Kind::Fixed(offset) => offset.local_minus_utc(),
            Kind::Named(tz) => tz
                .offset_from_utc_datetime(&naive_utc(at))
                .fix()
                .local_minus_utc(),
        };
        i64::from(seconds)
    }

    /// All readings of a wall-clock time.
    pub(crate) fn map(&self, local: LocalDateTime) -> Result<Mapped, TimerError> {
        let naive = local.naive();
        let out_of_range = || TimerError::out_of_range(local);
        let stamp = |seconds: i64| {
            let micros = naive
                .and_utc()
                .timestamp_micros()
                .checked_sub(seconds * 1_000_000);
            micros
                .and_then(Timestamp::in_range)
                .ok_or_else(out_of_range)
        };
        let tz = match self.0 {
            Kind::Utc => return stamp(0).map(Mapped::Once),
            Kind::Fixed(offset) => {
                return stamp(i64::from(offset.local_minus_utc())).map(Mapped::Once);
            }
            Kind::Named(tz) => tz,
        };
        let seconds = |offset: chrono_tz::TzOffset| i64::from(offset.fix().local_minus_utc());
        match tz.offset_from_local_datetime(&naive) {
            MappedLocalTime::Single(offset) => stamp(seconds(offset)).map(Mapped::Once),
            MappedLocalTime::Ambiguous(one, other) => {
                let (one, other) = (stamp(seconds(one))?, stamp(seconds(other))?);
                Ok(Mapped::Twice(one.min(other), one.max(other)))
            }
            MappedLocalTime::None => {
                let before = naive
                    .checked_sub_signed(BEFORE_A_CHANGE)
                    .ok_or_else(out_of_range)?;
                stamp(seconds(tz.offset_from_utc_datetime(&before))).map(Mapped::Never)
            }
        }
    }

    /// Where `at` lies in the first pass of wall-clock times that are repeated: the instant at which
    /// the second pass begins.
    pub(crate) fn repetition_after(&self, at: Timestamp) -> Result<Option<Timestamp>, TimerError> {
        match self.map(self.local(at))? {
            Mapped::Twice(first, second) if first == at => Ok(Some(self.change(first, second))),
            Mapped::Twice(..) | Mapped::Once(_) | Mapped::Never(_) => Ok(None),
        }
    }

    /// The change of clocks within the day before `at`, at the latest at `at` itself.
    pub(crate) fn last_change(&self, at: Timestamp) -> Timestamp {
        let before = at
            .as_micros()
            .saturating_sub(BEFORE_A_CHANGE.num_seconds() * SECOND);
        self.change(Timestamp::from_micros(before), at)
    }

    /// The first instant of the offset that holds at `to` where it is not yet the one at `from`.
    fn change(&self, from: Timestamp, to: Timestamp) -> Timestamp {
        let offset = self.offset_seconds(from);
        let mut unchanged = from.as_micros().div_euclid(SECOND);
        let mut changed = to.as_micros().div_euclid(SECOND);
        // Clocks change at whole seconds; halving a day takes 17 rounds.
        while changed - unchanged > 1 {
            let middle = unchanged + (changed - unchanged) / 2;
            if self.offset_seconds(Timestamp::from_micros(middle * SECOND)) == offset {
                unchanged = middle;
            } else {
                changed = middle;
            }
        }
        Timestamp::from_micros(changed * SECOND)
    }

    /// Reads `Z` or an offset at the scanner: none when there is none, an error when it is too big.
    pub(crate) fn scan_offset(scanner: &mut Scanner<'_>) -> Option<Result<Zone, TimerError>> {
        if scanner.eat_any(&['Z', 'z']).is_some() {
            return Some(Ok(Zone::UTC));
        }
        let mut ahead = *scanner;
        let east = ahead.eat_any(&['+', '-'])? == '+';
        let hours = ahead.fixed(2)?;
        let minutes = if ahead.eat(':') {
            ahead.fixed(2)?
        } else {
            ahead.fixed(2).unwrap_or(0)
        };
        *scanner = ahead;
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        let limit = OFFSET_LIMIT_HOURS * 3600;
        if minutes > 59 || hours * 3600 + minutes * 60 > limit {
            let message = format!("an offset of {hours:02}:{minutes:02} is out of range");
            return Some(Err(TimerError::hinted(
                message,
                "offsets go from -18:00 to +18:00",
            )));
        }
        if seconds == 0 {
            return Some(Ok(Zone::UTC));
        }
        let offset = FixedOffset::east_opt(if east { seconds } else { -seconds })?;
        Some(Ok(Zone(Kind::Fixed(offset))))
    }

    /// Whether this is UTC or an offset, which no change of clocks touches.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        !matches!(self.0, Kind::Named(_))
    }
}

fn naive_utc(at: Timestamp) -> NaiveDateTime {
    // Every timestamp lies within the years 0000 to 9999, all of which chrono has.
    DateTime::<Utc>::from_timestamp_micros(at.as_micros())
        .unwrap_or_default()
        .naive_utc()
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Utc => f.write_str("UTC"),
            Kind::Fixed(offset) => write!(f, "{offset}"),
            Kind::Named(tz) => f.write_str(tz.name()),
        }
    }
}

impl FromStr for Zone {
    type Err = TimerError;

    fn from_str(text: &str) -> Result<Zone, TimerError> {
        Zone::parse(text)
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Zone, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Zone::parse(&text).map_err(serde::de::Error::custom)
    }
}
