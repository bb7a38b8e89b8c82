//! Days of the calendar and wall-clock times, both without a zone.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime, Timelike};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::TimerError;
use super::error::quoted;
use super::scan::{Scanner, millionths};

/// A day of the Gregorian calendar in the years 0000 to 9999, written `2026-11-21`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// The first day of the week (ISO 8601).
    Monday,
    /// The second day.
    Tuesday,
    /// The third day.
    Wednesday,
    /// The fourth day.
    Thursday,
    /// The fifth day.
    Friday,
    /// The sixth day.
    Saturday,
    /// The seventh day.
    Sunday,
}

impl Weekday {
    /// All seven, Monday first.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// 1 for Monday to 7 for Sunday (ISO 8601).
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Weekday::Monday => 1,
            Weekday::Tuesday => 2,
            Weekday::Wednesday => 3,
            Weekday::Thursday => 4,
            Weekday::Friday => 5,
            Weekday::Saturday => 6,
            Weekday::Sunday => 7,
        }
    }

    /// The English name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Weekday::Monday => "Monday",
            Weekday::Tuesday => "Tuesday",
            Weekday::Wednesday => "Wednesday",
            Weekday::Thursday => "Thursday",
            Weekday::Friday => "Friday",
            Weekday::Saturday => "Saturday",
            Weekday::Sunday => "Sunday",
        }
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Date {
    /// The day, if there is such a day in the years 0000 to 9999.
    #[must_use]
    pub fn new(year: i32, month: u32, day: u32) -> Option<Date> {
        NaiveDate::from_ymd_opt(year, month, day).and_then(Date::from_naive)
    }

    /// The year, 0 to 9999.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u32 {
        self.0.day()
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        match self.0.weekday() {
            chrono::Weekday::Mon => Weekday::Monday,
            chrono::Weekday::Tue => Weekday::Tuesday,
            chrono::Weekday::Wed => Weekday::Wednesday,
            chrono::Weekday::Thu => Weekday::Thursday,
            chrono::Weekday::Fri => Weekday::Friday,
            chrono::Weekday::Sat => Weekday::Saturday,
            chrono::Weekday::Sun => Weekday::Sunday,
        }
    }

    /// The last day of its month, 28 to 31.
    #[must_use]
    pub fn last_day_of_month(self) -> u32 {
        u32::from(self.0.num_days_in_month())
    }

    /// The day so many days later, or earlier when negative; none outside the years 0000 to 9999.
    #[must_use]
    pub fn checked_add_days(self, days: i64) -> Option<Date> {
        let count = Days::new(days.unsigned_abs());
        let moved = if days < 0 {
            self.0.checked_sub_days(count)
        } else {
            self.0.checked_add_days(count)
        };
        moved.and_then(Date::from_naive)
    }

    /// The same day of the month so many months later, or earlier when negative; the last day of
    /// that month where it is shorter. None outside the years 0000 to 9999.
    #[must_use]
    pub fn checked_add_months(self, months: i64) -> Option<Date> {
        let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
        let moved = if months < 0 {
            self.0.checked_sub_months(count)
        } else {
            self.0.checked_add_months(count)
        };
        moved.and_then(Date::from_naive)
    }

    /// How many days later `other` is; negative when it is earlier.
    #[must_use]
    pub fn days_until(self, other: Date) -> i64 {
        other.0.signed_duration_since(self.0).num_days()
    }

    /// Reads `2026-11-21`.
    ///
    /// # Errors
    /// The text is not a year of four digits, a month and a day of two digits each, or there is no
    /// such day.
    pub fn parse(text: &str) -> Result<Date, TimerError> {
        let mut scanner = Scanner::new(text);
        let date = Date::scan(&mut scanner).ok_or_else(|| not_a_date(text))??;
        if scanner.is_empty() {
            Ok(date)
        } else {
            Err(not_a_date(text))
        }
    }

    /// Reads a date at the scanner: none when it is not of that form, an error when there is no
    /// such day.
    pub(crate) fn scan(scanner: &mut Scanner<'_>) -> Option<Result<Date, TimerError>> {
        let year = scanner.fixed(4)?;
        let month = scanner.eat('-').then(|| scanner.fixed(2))??;
        let day = scanner.eat('-').then(|| scanner.fixed(2))??;
        let date = i32::try_from(year)
            .ok()
            .and_then(|year| Date::new(year, month, day));
        Some(date.ok_or_else(|| {
            TimerError::new(format!("there is no day {year:04}-{month:02}-{day:02}"))
        }))
    }

    /// Midnight at the beginning of the day.
    #[must_use]
    pub fn midnight(self) -> LocalDateTime {
        LocalDateTime(self.0.and_time(chrono::NaiveTime::MIN))
    }

    /// The date in English words, with the day of the week: `Friday 22 March 2013`.
    #[must_use]
    pub fn in_words(self) -> String {
        let month = match self.month() {
            1 => "January",
            2 => "February",
            3 => "March",
            4 => "April",
            5 => "May",
            6 => "June",
            7 => "July",
            8 => "August",
            9 => "September",
            10 => "October",
            11 => "November",
            _ => "December",
        };
        format!("{} {} {month} {}", self.weekday(), self.day(), self.year())
    }

    pub(crate) fn from_naive(date: NaiveDate) -> Option<Date> {
        (0..=9999).contains(&date.year()).then_some(Date(date))
    }

    pub(crate) fn naive(self) -> NaiveDate {
        self.0
    }
}

fn not_a_date(text: &str) -> TimerError {
    TimerError::hinted(
        format!("expected a date, found {}", quoted(text)),
        "write it as year-month-day, such as 2026-11-21",
    )
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.year(),
            self.month(),
            self.day()
        )
    }
}

impl FromStr for Date {
    type Err = TimerError;

    fn from_str(text: &str) -> Result<Date, TimerError> {
        Date::parse(text)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Date::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A date and a wall-clock time without a zone, to the microsecond. Which instant it is depends on
/// the [`Zone`](super::Zone) that it is read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDateTime(NaiveDateTime);

impl LocalDateTime {
    /// The time on that day, if the clock shows such a time: hours 0 to 23, minutes and seconds 0
    /// to 59, microseconds 0 to 999,999.
    #[must_use]
    pub fn new(date: Date, hour: u32, minute: u32, second: u32, micros: u32) -> Option<Self> {
        if micros > 999_999 {
            return None;
        }
        date.0
            .and_hms_micro_opt(hour, minute, second, micros)
            .map(LocalDateTime)
    }

    /// The day; none where the zone has moved the last hours of the year 9999 beyond it.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        Date::from_naive(self.0.date())
    }

    /// The hour, 0 to 23.
    #[must_use]
    pub fn hour(self) -> u32 {
        self.0.hour()
    }

    /// The minute, 0 to 59.
    #[must_use]
    pub fn minute(self) -> u32 {
        self.0.minute()
    }

    /// The second, 0 to 59.
    #[must_use]
    pub fn second(self) -> u32 {
        self.0.second()
    }

    /// The microsecond, 0 to 999,999.
    #[must_use]
    pub fn microsecond(self) -> u32 {
        self.0.nanosecond() / 1000
    }

    /// Reads `T08:30`, `T08:30:15` or `T08:30:15.25` after the date.
    pub(crate) fn scan_time(
        date: Date,
        scanner: &mut Scanner<'_>,
    ) -> Option<Result<Self, TimerError>> {
        scanner.eat_any(&['T', 't'])?;
        let hour = scanner.fixed(2)?;
        let minute = scanner.eat(':').then(|| scanner.fixed(2))??;
        let second = if scanner.eat(':') {
            scanner.fixed(2)?
        } else {
            0
        };
        let mut micros = 0;
        if scanner.eat_any(&['.', ',']).is_some() {
            let digits = scanner.digits();
            if digits.is_empty() {
                return None;
            }
            micros = millionths(digits);
        }
        let Some(time) = LocalDateTime::new(date, hour, minute, second, 0) else {
            return Some(Err(no_such_time(hour, minute, second)));
        };
        let exact = time.0.checked_add_signed(Duration::microseconds(micros));
        Some(
            exact
                .map(LocalDateTime)
                .ok_or_else(|| TimerError::out_of_range(date)),
        )
    }

    pub(crate) fn from_naive(value: NaiveDateTime) -> Self {
        LocalDateTime(value)
    }

    pub(crate) fn naive(self) -> NaiveDateTime {
        self.0
    }
}

fn no_such_time(hour: u32, minute: u32, second: u32) -> TimerError {
    let message = format!("there is no time {hour:02}:{minute:02}:{second:02}");
    match (hour, second) {
        (24, _) => TimerError::hinted(message, "write 00:00:00 of the next day"),
        (_, 60) => TimerError::hinted(message, "leap seconds are not counted, write second 59"),
        _ => TimerError::new(message),
    }
}

impl fmt::Display for LocalDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.0.date();
        write!(
            f,
            "{:04}-{:02}-{:02}",
            date.year(),
            date.month(),
            date.day()
        )?;
        write!(
            f,
            "T{:02}:{:02}:{:02}",
            self.hour(),
            self.minute(),
            self.second()
        )?;
        write_fraction(f, self.microsecond())
    }
}

/// The fraction of a second without trailing zeros; nothing when it is zero.
pub(crate) fn write_fraction(f: &mut impl fmt::Write, micros: u32) -> fmt::Result {
    if micros == 0 {
        return Ok(());
    }
    let digits = format!("{micros:06}");
    write!(f, ".{}", digits.trim_end_matches('0'))
}
