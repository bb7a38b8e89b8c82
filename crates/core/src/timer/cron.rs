//! Cron expressions with seconds: how they are read and when they occur.
//!
//! # Source
//! Camunda 8, timer events, cron expressions, which are those of Spring's `CronExpression`.

use chrono::{Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::cron_field::{DayOfMonth, DayOfWeek, Names, Numbers, parse_list, parse_numbers};
use super::date::LocalDateTime;
use super::error::quoted;
use super::zone::Mapped;
use super::{TimerError, Timestamp, Zone};

/// A cron expression of six fields: second, minute, hour, day of month, month, day of week. A day
/// counts when both day fields and the month agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cron {
    seconds: Numbers,
    minutes: Numbers,
    hours: Numbers,
    days: Box<[DayOfMonth]>,
    months: Numbers,
    weekdays: Box<[DayOfWeek]>,
}

/// How far a cron expression is searched for its next day. 29 February on a given day of the week
/// comes back after at most 40 years.
const SEARCH_YEARS: i32 = 60;

/// How many wall-clock times are passed over because they are repetitions of times that have
/// occurred; there are as many as seconds in the longest repetition of any zone, which is a day.
const PASSED_OVER_LIMIT: u32 = 86_400 + 1;

const MACROS: [(&str, &str); 7] = [
    ("@yearly", "0 0 0 1 1 *"),
    ("@annually", "0 0 0 1 1 *"),
    ("@monthly", "0 0 0 1 * *"),
    ("@weekly", "0 0 0 * * 0"),
    ("@daily", "0 0 0 * * *"),
    ("@midnight", "0 0 0 * * *"),
    ("@hourly", "0 0 * * * *"),
];

const SIX_FIELDS: &str = "the six fields are second, minute, hour, day of month, month and day of \
                          week, such as 0 0 9-17 * * MON-FRI";

impl Cron {
    /// Reads six fields or one of the names `@yearly`, `@annually`, `@monthly`, `@weekly`,
    /// `@daily`, `@midnight`, `@hourly`.
    pub(crate) fn parse(text: &str) -> Result<Cron, TimerError> {
        let expanded = match MACROS.iter().find(|(name, _)| *name == text) {
            Some((_, fields)) => fields,
            None if text.starts_with('@') => {
                return Err(TimerError::hinted(
                    format!("there is no cron name {}", quoted(text)),
                    "the names are @yearly, @annually, @monthly, @weekly, @daily, @midnight and \
                     @hourly",
                ));
            }
            None => text,
        };
        let fields: Vec<&str> = expanded.split_whitespace().collect();
        let [second, minute, hour, day, month, weekday] = *fields.as_slice() else {
            return Err(wrong_count(text, fields.len()));
        };
        let cron = Cron {
            seconds: parse_numbers(second, &Names::SECOND)?,
            minutes: parse_numbers(minute, &Names::MINUTE)?,
            hours: parse_numbers(hour, &Names::HOUR)?,
            days: parse_list(day, DayOfMonth::parse)?,
            months: parse_numbers(month, &Names::MONTH)?,
            weekdays: parse_list(weekday, DayOfWeek::parse)?,
        };
        let year_2000 = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
        match cron.next_day(year_2000) {
            Some(_) => Ok(cron),
            None => Err(TimerError::new(format!(
                "the cron expression {} never occurs",
                quoted(text)
            ))),
        }
    }

    /// The first occurrence after an instant, on the wall clock of a zone.
    ///
    /// An expression that runs in every hour follows the time that passes: it leaves out the hours
    /// that are left out when clocks are put forward, and runs twice in the hours that are repeated
    /// when they are put back. Any other runs once: at the end of the gap for a time that was left
    /// out, at the first of two for a time that is repeated.
    pub(crate) fn next(&self, after: Timestamp, zone: &Zone) -> Result<Timestamp, TimerError> {
        let beyond = || TimerError::out_of_range("the next occurrence of the cron expression");
        let every_hour = self.hours.is_full();
        let mut local = zone.local(after).naive();
        if every_hour && let Some(change) = zone.repetition_after(after)? {
            let next = self.next_local(local).ok_or_else(beyond)?;
            if let Mapped::Twice(at, _) = zone.map(LocalDateTime::from_naive(next))? {
                return Ok(at);
            }
            local = just_before(zone.local(change));
        }
        for _ in 0..PASSED_OVER_LIMIT {
            local = self.next_local(local).ok_or_else(beyond)?;
            let at = match zone.map(LocalDateTime::from_naive(local))? {
                Mapped::Once(at) => at,
                Mapped::Twice(at, again) if every_hour && at <= after => again,
                Mapped::Twice(at, _) => at,
                Mapped::Never(at) if every_hour => {
                    local = just_before(zone.local(zone.last_change(at)));
                    continue;
                }
                Mapped::Never(at) => zone.last_change(at),
            };
            if at > after {
                return Ok(at);
            }
        }
        Err(beyond())
    }

    /// The first wall-clock time after another one.
    fn next_local(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        let from = after
            .checked_add_signed(Duration::seconds(1))?
            .with_nanosecond(0)?;
        let day = self.next_day(from.date())?;
        if day == from.date() {
            if let Some(time) = self.next_time(from.time()) {
                return Some(day.and_time(time));
            }
            let day = self.next_day(day.checked_add_days(Days::new(1))?)?;
            return Some(day.and_time(self.next_time(NaiveTime::MIN)?));
        }
        Some(day.and_time(self.next_time(NaiveTime::MIN)?))
    }

    /// The first time of day that is not before another one.
    fn next_time(&self, from: NaiveTime) -> Option<NaiveTime> {
        let (hour, minute, second) = (from.hour(), from.minute(), from.second());
        let first_second = self.seconds.from(0)?;
        let first_minute = self.minutes.from(0)?;
        if self.hours.has(hour) {
            if self.minutes.has(minute)
                && let Some(second) = self.seconds.from(second)
            {
                return NaiveTime::from_hms_opt(hour, minute, second);
            }
            if let Some(minute) = self.minutes.from(minute + 1) {
                return NaiveTime::from_hms_opt(hour, minute, first_second);
            }
        }
        NaiveTime::from_hms_opt(self.hours.from(hour + 1)?, first_minute, first_second)
    }

    /// The first day that is not before another one.
    fn next_day(&self, from: NaiveDate) -> Option<NaiveDate> {
        let limit = from.checked_add_months(Months::new(12 * SEARCH_YEARS.unsigned_abs()))?;
        let mut day = from;
        while day < limit && day.year() <= 9999 {
            if !self.months.has(day.month()) {
                day = day.with_day(1)?.checked_add_months(Months::new(1))?;
            } else if self.is_day(day) {
                return Some(day);
            } else {
                day = day.succ_opt()?;
            }
        }
        None
    }

    fn is_day(&self, day: NaiveDate) -> bool {
        self.days.iter().any(|rule| rule.holds(day))
            && self.weekdays.iter().any(|rule| rule.holds(day))
    }
}

fn just_before(local: LocalDateTime) -> NaiveDateTime {
    local
        .naive()
        .checked_sub_signed(Duration::microseconds(1))
        .unwrap_or(local.naive())
}

fn wrong_count(text: &str, count: usize) -> TimerError {
    let message = format!(
        "expected a cron expression of six fields, found {count} in {}",
        quoted(text)
    );
    let hint = match count {
        5 => "the first of six fields is the second, write 0 before the other five",
        7 => "there is no field for the year",
        _ => SIX_FIELDS,
    };
    TimerError::hinted(message, hint)
}
