//! Points in time as a model writes them: with an offset, with a zone, or in the zone of the timer.

use super::date::{Date, LocalDateTime};
use super::error::quoted;
use super::scan::Scanner;
use super::{TimerError, Timestamp, Zone};

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateForm {
    /// With an offset: an instant, and the zone if one is named beside it.
    Instant(Timestamp, Option<Zone>),
    /// A wall-clock time, in the zone that it names or else in that of the timer.
    Local(LocalDateTime, Option<Zone>),
}

const FORMS: &str = "write 2026-11-21T08:00:00Z, 2026-11-21T13:00:00+05:00, \
                     2026-11-21T13:00:00[Asia/Almaty], or 2026-11-21T13:00:00 for the zone of the engine";

impl DateForm {
    pub(crate) fn parse(text: &str) -> Result<DateForm, TimerError> {
        let wrong = || {
            TimerError::hinted(
                format!("expected a date and time, found {}", quoted(text)),
                FORMS,
            )
        };
        let mut scanner = Scanner::new(text);
        let date = Date::scan(&mut scanner).ok_or_else(wrong)??;
        let local = if matches!(scanner.peek(), Some('T' | 't')) {
            LocalDateTime::scan_time(date, &mut scanner).ok_or_else(wrong)??
        } else {
            date.midnight()
        };
        let offset = Zone::scan_offset(&mut scanner).transpose()?;
        let zone = scan_zone(&mut scanner)?;
        if !scanner.is_empty() {
            return Err(wrong());
        }
        match (offset, zone) {
            (Some(offset), Some(zone)) => agreeing(text, local, offset, zone),
            (Some(offset), None) => Ok(DateForm::Instant(offset.instant(local)?, None)),
            (None, zone) => Ok(DateForm::Local(local, zone)),
        }
    }

    /// The instant, where `zone` is that of the timer.
    pub(crate) fn instant(&self, zone: &Zone) -> Result<Timestamp, TimerError> {
        match self {
            DateForm::Instant(at, _) => Ok(*at),
            DateForm::Local(local, own) => own.as_ref().unwrap_or(zone).instant(*local),
        }
    }

    /// The zone that it names.
    pub(crate) fn zone(&self) -> Option<Zone> {
        match self {
            DateForm::Instant(_, zone) | DateForm::Local(_, zone) => *zone,
        }
    }
}

/// Reads `[Europe/Paris]` or `@Europe/Paris`.
fn scan_zone(scanner: &mut Scanner<'_>) -> Result<Option<Zone>, TimerError> {
    let rest = scanner.rest();
    let name = rest
        .strip_prefix('@')
        .or_else(|| rest.strip_prefix('[')?.strip_suffix(']'));
    let Some(name) = name else { return Ok(None) };
    *scanner = Scanner::new("");
    Zone::parse(name).map(Some)
}

/// A time with both an offset and a zone: the offset decides, and must be one that the zone has then.
fn agreeing(
    text: &str,
    local: LocalDateTime,
    offset: Zone,
    zone: Zone,
) -> Result<DateForm, TimerError> {
    let at = offset.instant(local)?;
    if zone.offset_seconds(at) == offset.offset_seconds(at) {
        return Ok(DateForm::Instant(at, Some(zone)));
    }
    Err(TimerError::hinted(
        format!(
            "the offset {offset} in {} is not that of {zone} at that time",
            quoted(text)
        ),
        "leave the offset or the zone out",
    ))
}
