//! Time zones: none (local), an offset, or a name of the IANA database.

use std::fmt;

use chrono::{DateTime as ChronoDateTime, MappedLocalTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};

use super::scan::Scan;

/// The greatest offset in seconds, as in ISO 8601 implementations: 18 hours.
const MAX_OFFSET: i32 = 18 * 3_600;
const LOCAL: i32 = i32::MIN;
const NAMED: i32 = 1_000_000;

/// A time zone: none, a fixed offset from UTC, or a named zone of the IANA database.
///
/// # Source
/// DMN 1.5, 10.3.2.3.4.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Zone(i32);

/// What a [`Zone`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneKind {
    /// No zone: a local time.
    Local,
    /// An offset in seconds east of UTC.
    Offset(i32),
    /// A zone of the IANA database, by its name.
    Named(&'static str),
}

impl Zone {
    /// No zone.
    pub const LOCAL: Zone = Zone(LOCAL);
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(0);

    /// An offset in seconds east of UTC; `None` beyond 18 hours.
    #[must_use]
    pub fn offset(seconds: i32) -> Option<Zone> {
        (-MAX_OFFSET..=MAX_OFFSET)
            .contains(&seconds)
            .then_some(Zone(seconds))
    }

    /// A zone of the IANA database, for example `Asia/Almaty`.
    #[must_use]
    pub fn named(name: &str) -> Option<Zone> {
        let index = TZ_VARIANTS.iter().position(|zone| zone.name() == name)?;
        Some(Zone(NAMED + i32::try_from(index).ok()?))
    }

    /// What the zone is.
    #[must_use]
    pub fn kind(self) -> ZoneKind {
        match self.tz() {
            Some(zone) => ZoneKind::Named(zone.name()),
            None if self.0 == LOCAL => ZoneKind::Local,
            None => ZoneKind::Offset(self.0),
        }
    }

    /// Whether there is no zone.
    #[must_use]
    pub fn is_local(self) -> bool {
        self.0 == LOCAL
    }

    fn tz(self) -> Option<Tz> {
        let index = usize::try_from(self.0.checked_sub(NAMED)?).ok()?;
        TZ_VARIANTS.get(index).copied()
    }

    /// Seconds east of UTC that hold at a local time, given in seconds since 1970-01-01T00:00:00.
    ///
    /// A time that occurs twice takes the first occurrence; a time that a change skipped takes the
    /// offset before it. `None` for a local time.
    #[must_use]
    pub fn offset_at_local(self, local_seconds: i64) -> Option<i32> {
        match self.kind() {
            ZoneKind::Local => None,
            ZoneKind::Offset(seconds) => Some(seconds),
            ZoneKind::Named(_) => {
                let zone = self.tz()?;
                let local = ChronoDateTime::from_timestamp(clamp(local_seconds), 0)?.naive_utc();
                Some(match zone.offset_from_local_datetime(&local) {
                    MappedLocalTime::Single(offset) | MappedLocalTime::Ambiguous(offset, _) => {
                        offset.fix().local_minus_utc()
                    }
                    MappedLocalTime::None => {
                        let before = ChronoDateTime::from_timestamp(
                            clamp(local_seconds).saturating_sub(86_400),
                            0,
                        )?;
                        zone.offset_from_utc_datetime(&before.naive_utc())
                            .fix()
                            .local_minus_utc()
                    }
                })
            }
        }
    }

    /// Seconds east of UTC that hold at an instant, given in seconds since the Unix epoch.
    ///
    /// `None` for a local time.
    #[must_use]
    pub fn offset_at_instant(self, instant_seconds: i64) -> Option<i32> {
        match self.kind() {
            ZoneKind::Local => None,
            ZoneKind::Offset(seconds) => Some(seconds),
            ZoneKind::Named(_) => {
                let instant = ChronoDateTime::from_timestamp(clamp(instant_seconds), 0)?;
                Some(
                    self.tz()?
                        .offset_from_utc_datetime(&instant.naive_utc())
                        .fix()
                        .local_minus_utc(),
                )
            }
        }
    }

    /// Reads what may follow a time: nothing, `Z`, an offset, or `@` and a name.
    pub(super) fn scan(scan: &mut Scan<'_>) -> Option<Zone> {
        if scan.is_done() {
            return Some(Zone::LOCAL);
        }
        if scan.eat(b'Z') {
            return Some(Zone::UTC);
        }
        if scan.eat(b'@') {
            let zone = Zone::named(scan.rest())?;
            *scan = Scan::new("");
            return Some(zone);
        }
        let negative = scan.eat(b'-');
        if !negative {
            scan.expect(b'+')?;
        }
        let hours = i32::from(scan.two()?);
        scan.expect(b':')?;
        let minutes = i32::from(scan.two()?);
        let seconds = if scan.eat(b':') {
            i32::from(scan.two()?)
        } else {
            0
        };
        if minutes > 59 || seconds > 59 {
            return None;
        }
        let total = hours * 3_600 + minutes * 60 + seconds;
        Zone::offset(if negative { -total } else { total })
    }
}

/// The years that the calendar library knows; zone rules repeat beyond them.
fn clamp(seconds: i64) -> i64 {
    const LIMIT: i64 = 8_000_000_000_000;
    seconds.clamp(-LIMIT, LIMIT)
}

impl fmt::Display for Zone {
    /// What follows a time: nothing, `Z`, `+05:00` or `@Asia/Almaty`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ZoneKind::Local => Ok(()),
            ZoneKind::Offset(0) => f.write_str("Z"),
            ZoneKind::Offset(seconds) => {
                let sign = if seconds < 0 { '-' } else { '+' };
                let total = seconds.unsigned_abs();
                write!(f, "{sign}{:02}:{:02}", total / 3_600, total / 60 % 60)?;
                if total % 60 != 0 {
                    write!(f, ":{:02}", total % 60)?;
                }
                Ok(())
            }
            ZoneKind::Named(name) => write!(f, "@{name}"),
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}
