//! Dates of the proleptic Gregorian calendar.

use std::fmt;
use std::str::FromStr;

use super::TemporalError;
use super::scan::Scan;

/// The greatest year, and negated the least.
pub(crate) const MAX_YEAR: i32 = 999_999_999;

/// A date of the proleptic Gregorian calendar, in the years -999,999,999 to 999,999,999.
///
/// # Source
/// DMN 1.5, 10.3.2.3.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// 1 January 1970.
    pub(crate) const EPOCH: Date = Date {
        year: 1970,
        month: 1,
        day: 1,
    };

    /// A date, or `None` when there is no such day.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Date> {
        let valid = (-MAX_YEAR..=MAX_YEAR).contains(&year)
            && (1..=12).contains(&month)
            && day >= 1
            && day <= days_in_month(year, month);
        valid.then_some(Date { year, month, day })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// Days since 1 January 1970.
    #[must_use]
    pub fn days(self) -> i64 {
        // The year is counted from March, so that the leap day is its last.
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The date so many days after 1 January 1970, `None` out of range.
    #[must_use]
    pub fn from_days(days: i64) -> Option<Date> {
        let shifted = days.checked_add(719_468)?;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Date::new(
            i32::try_from(year).ok()?,
            u8::try_from(month).ok()?,
            u8::try_from(day).ok()?,
        )
    }

    /// The date so many days later, `None` out of range.
    #[must_use]
    pub(crate) fn add_days(self, days: i64) -> Option<Date> {
        // Most terms of some days end in the same month or the next, which needs no calendar. Every month
        // has 28 days.
        let day = i64::from(self.day).checked_add(days)?;
        if let Ok(day @ 1..=28) = u8::try_from(day) {
            return Some(Date { day, ..self });
        }
        let length = days_in_month(self.year, self.month);
        match u8::try_from(day) {
            Ok(day) if (1..=length).contains(&day) => Some(Date { day, ..self }),
            Ok(day) if self.month < 12 && day > length && day <= length + 28 => Some(Date {
                month: self.month + 1,
                day: day - length,
                ..self
            }),
            _ => Date::from_days(self.days().checked_add(days)?),
        }
    }

    /// The date so many months later; the day is cut to the length of the month.
    #[must_use]
    pub fn add_months(self, months: i64) -> Option<Date> {
        let total = (i64::from(self.year) * 12 + i64::from(self.month) - 1).checked_add(months)?;
        let year = i32::try_from(total.div_euclid(12)).ok()?;
        let month = u8::try_from(total.rem_euclid(12) + 1).ok()?;
        Date::new(year, month, self.day.min(days_in_month(year, month)))
    }

    /// The day of the week, 1 for Monday to 7 for Sunday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        (self.days() + 3).rem_euclid(7) as u8 + 1
    }

    /// The day of the year, 1 to 366.
    #[must_use]
    pub fn day_of_year(self) -> u16 {
        let start = Date {
            year: self.year,
            month: 1,
            day: 1,
        };
        (self.days() - start.days() + 1) as u16
    }

    /// The week of the year by ISO 8601: week 1 holds the first Thursday.
    #[must_use]
    pub fn week_of_year(self) -> u8 {
        let days = self.days();
        let thursday = days + 4 - i64::from(self.weekday());
        Date::from_days(thursday).map_or(1, |day| ((day.day_of_year() - 1) / 7 + 1) as u8)
    }

    /// The last day of the date's month.
    #[must_use]
    pub fn last_day_of_month(self) -> Date {
        Date {
            day: days_in_month(self.year, self.month),
            ..self
        }
    }

    pub(super) fn scan(scan: &mut Scan<'_>) -> Option<Date> {
        let negative = scan.eat(b'-');
        let start = scan.rest();
        let (year, count) = scan.digits()?;
        if !(4..=9).contains(&count) || (count > 4 && start.starts_with('0')) {
            return None;
        }
        let year = i32::try_from(year).ok()?;
        scan.expect(b'-')?;
        let month = scan.two()?;
        scan.expect(b'-')?;
        let day = scan.two()?;
        Date::new(if negative { -year } else { year }, month, day)
    }
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl FromStr for Date {
    type Err = TemporalError;

    /// Reads `YYYY-MM-DD`; the year may be negative and may have up to nine digits.
    ///
    /// # Errors
    /// For any other text, and for days that do not exist.
    fn from_str(text: &str) -> Result<Date, TemporalError> {
        let mut scan = Scan::new(text);
        Date::scan(&mut scan)
            .filter(|_| scan.is_done())
            .ok_or(TemporalError::new("a date such as 2024-02-29"))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.year < 0 { "-" } else { "" };
        write!(
            f,
            "{sign}{:04}-{:02}-{:02}",
            self.year.unsigned_abs(),
            self.month,
            self.day
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_inverse_around_leap_days_and_at_the_ends() {
        for text in [
            "1970-01-01",
            "2000-02-29",
            "1900-03-01",
            "-0001-12-31",
            "999999999-12-31",
            "-999999999-01-01",
        ] {
            let date: Date = text.parse().unwrap();
            assert_eq!(Date::from_days(date.days()), Some(date));
            assert_eq!(date.to_string(), text);
        }
        assert_eq!("1970-01-01".parse::<Date>().unwrap().days(), 0);
        assert_eq!("2024-02-29".parse::<Date>().unwrap().weekday(), 4);
    }

    #[test]
    fn months_cut_the_day() {
        let date: Date = "2023-08-31".parse().unwrap();
        assert_eq!(date.add_months(6).unwrap().to_string(), "2024-02-29");
        assert_eq!(date.add_months(-6).unwrap().to_string(), "2023-02-28");
    }

    #[test]
    fn adding_days_crosses_months_and_years_both_ways() {
        let start: Date = "2023-12-01".parse().unwrap();
        for first in 0..500 {
            let first = Date::from_days(start.days() + first).unwrap();
            for days in -70..70 {
                let expected = Date::from_days(first.days() + days);
                assert_eq!(first.add_days(days), expected, "{first} {days}");
            }
        }
        assert_eq!(start.add_days(i64::MAX), None);
        assert_eq!(start.add_days(i64::MIN), None);
    }
}
