//! Opening hours.

use std::collections::BTreeMap;
use std::fmt;

use crate::timer::{Date, LocalDateTime, TimerError, Timestamp, Weekday, Zone};

use super::CalendarError;

/// The hours in which doors are open, by day of the week. They apply on working days only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpeningHours {
    shifts: BTreeMap<Weekday, Vec<Shift>>,
}

/// A time from opening to closing, in minutes of the day on which it opens; one that closes after
/// midnight, or at it, closes on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shift {
    opens: u32,
    closes: u32,
}

const DAY_MINUTES: u32 = 24 * 60;

impl OpeningHours {
    /// The hours of these days, each shift written `09:00-20:00`; `22:00-06:00` closes on the next
    /// day.
    ///
    /// # Errors
    /// A shift is not of that form, has no length, or begins before the one before it has ended.
    pub fn new<'a>(
        days: impl IntoIterator<Item = (Weekday, Vec<&'a str>)>,
    ) -> Result<OpeningHours, CalendarError> {
        let mut shifts = BTreeMap::new();
        for (weekday, texts) in days {
            let mut list: Vec<Shift> = Vec::new();
            for text in texts {
                let shift = Shift::parse(text)?;
                if list
                    .last()
                    .is_some_and(|before| before.closes > shift.opens)
                {
                    return Err(wrong(format!(
                        "on {weekday} {text} begins before the hours before it end"
                    )));
                }
                list.push(shift);
            }
            shifts.insert(weekday, list);
        }
        Ok(OpeningHours { shifts })
    }

    /// The same hours on several days of the week.
    ///
    /// # Errors
    /// As for [`OpeningHours::new`].
    pub fn same(days: &[Weekday], shift: &str) -> Result<OpeningHours, CalendarError> {
        OpeningHours::new(days.iter().map(|day| (*day, vec![shift])))
    }

    /// The shifts of a day of the week, in order.
    #[must_use]
    pub fn on(&self, weekday: Weekday) -> &[Shift] {
        self.shifts.get(&weekday).map_or(&[], Vec::as_slice)
    }
}

impl Shift {
    /// Reads `09:00-20:00`.
    ///
    /// # Errors
    /// The text is not of that form, or the shift has no length.
    pub fn parse(text: &str) -> Result<Shift, CalendarError> {
        let times = text
            .split_once('-')
            .and_then(|(opens, closes)| Some((minute_of_day(opens)?, minute_of_day(closes)?)));
        match times {
            Some((opens, closes)) if opens < closes => Ok(Shift { opens, closes }),
            Some((opens, closes)) if closes < opens && opens < DAY_MINUTES => Ok(Shift {
                opens,
                closes: closes + DAY_MINUTES,
            }),
            Some(_) | None => Err(wrong(format!(
                "expected opening hours such as 09:00-20:00, found \"{text}\""
            ))),
        }
    }

    /// The instants of opening and closing on a day.
    ///
    /// # Errors
    /// They lie outside the years 0000 to 9999.
    pub fn on(&self, date: Date, zone: &Zone) -> Result<(Timestamp, Timestamp), TimerError> {
        let at = |minutes: u32| {
            let day = date.checked_add_days(i64::from(minutes / DAY_MINUTES));
            let minute = minutes % DAY_MINUTES;
            let local = day.and_then(|day| LocalDateTime::new(day, minute / 60, minute % 60, 0, 0));
            zone.instant(local.ok_or_else(|| TimerError::out_of_range(date))?)
        };
        Ok((at(self.opens)?, at(self.closes)?))
    }
}

/// `09:30` as 570, `24:00` as 1440.
fn minute_of_day(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let two_digits = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if digits {
            part.parse::<u32>().ok()
        } else {
            None
        }
    };
    let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= DAY_MINUTES).then_some(total)
}

fn wrong(message: String) -> CalendarError {
    CalendarError::File { message }
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let closes = if self.closes > DAY_MINUTES {
            self.closes - DAY_MINUTES
        } else {
            self.closes
        };
        let (opens, open_minute) = (self.opens / 60, self.opens % 60);
        write!(
            f,
            "{opens:02}:{open_minute:02}-{:02}:{:02}",
            closes / 60,
            closes % 60
        )
    }
}
