//! The fields of a cron expression.

use chrono::{Datelike, NaiveDate};

use super::TimerError;
use super::error::quoted;

/// A set of the numbers 0 to 59.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbers {
    bits: u64,
    full: u64,
}

impl Numbers {
    pub(crate) fn has(self, number: u32) -> bool {
        number < 64 && self.bits >> number & 1 == 1
    }

    /// The smallest number of the set that is not below `number`.
    pub(crate) fn from(self, number: u32) -> Option<u32> {
        let rest = self.bits.checked_shr(number)?;
        (rest != 0).then(|| number + rest.trailing_zeros())
    }

    /// Whether it is every number of its field.
    pub(crate) fn is_full(self) -> bool {
        self.bits == self.full
    }
}

/// What the numbers of a field are called, and their bounds.
pub(crate) struct Names {
    field: &'static str,
    min: u32,
    max: u32,
    names: &'static [&'static str],
}

const MONTH_NAMES: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const WEEKDAY_NAMES: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

impl Names {
    pub(crate) const SECOND: Names = Names {
        field: "second",
        min: 0,
        max: 59,
        names: &[],
    };
    pub(crate) const MINUTE: Names = Names {
        field: "minute",
        min: 0,
        max: 59,
        names: &[],
    };
    pub(crate) const HOUR: Names = Names {
        field: "hour",
        min: 0,
        max: 23,
        names: &[],
    };
    pub(crate) const DAY: Names = Names {
        field: "day of month",
        min: 1,
        max: 31,
        names: &[],
    };
    pub(crate) const MONTH: Names = Names {
        field: "month",
        min: 1,
        max: 12,
        names: &MONTH_NAMES,
    };
    /// 0 and 7 are both Sunday.
    pub(crate) const WEEKDAY: Names = Names {
        field: "day of week",
        min: 0,
        max: 7,
        names: &WEEKDAY_NAMES,
    };

    fn number(&self, text: &str) -> Result<u32, TimerError> {
        let named = self
            .names
            .iter()
            .zip(1..)
            .find(|(name, _)| name.eq_ignore_ascii_case(text));
        if let Some((_, number)) = named {
            return Ok(number);
        }
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { text.parse().ok() } else { None };
        number
            .filter(|number| (self.min..=self.max).contains(number))
            .ok_or_else(|| {
                let (field, min, max) = (self.field, self.min, self.max);
                TimerError::new(format!(
                    "expected {min} to {max} as the {field}, found {}",
                    quoted(text)
                ))
            })
    }

    /// The bits of one item: `*`, `5`, `1-5`, and each of them with a step.
    fn bits(&self, item: &str) -> Result<u64, TimerError> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step)?)),
            None => (item, None),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (self.min, self.max),
            Some((first, last)) => self.range(range, first, last)?,
            None => {
                let only = self.number(range)?;
                (only, if step.is_some() { self.max } else { only })
            }
        };
        let step = usize::try_from(step.unwrap_or(1)).unwrap_or(1);
        Ok((first..=last)
            .step_by(step)
            .fold(0, |bits, number| bits | 1 << number))
    }

    fn range(&self, range: &str, first: &str, last: &str) -> Result<(u32, u32), TimerError> {
        let (mut first, last) = (self.number(first)?, self.number(last)?);
        if self.max == 7 && first == 7 && last < 7 {
            first = 0;
        }
        if first > last {
            return Err(TimerError::hinted(
                format!("the range {} runs backwards", quoted(range)),
                "write it as a list of its parts, such as FRI,SAT,SUN,MON",
            ));
        }
        Ok((first, last))
    }

    fn step(&self, text: &str) -> Result<u32, TimerError> {
        let step = text
            .parse()
            .ok()
            .filter(|step| (1..=self.max.max(1)).contains(step));
        step.ok_or_else(|| {
            let (field, max) = (self.field, self.max);
            TimerError::new(format!(
                "expected a step of the {field} from 1 to {max}, found {}",
                quoted(text)
            ))
        })
    }
}

/// Reads a field that is a set of numbers.
pub(crate) fn parse_numbers(field: &str, names: &Names) -> Result<Numbers, TimerError> {
    let mut bits = 0;
    for item in field.split(',') {
        bits |= names.bits(item)?;
    }
    Ok(Numbers {
        bits,
        full: names.bits("*")?,
    })
}

/// Reads a field that is a list of rules.
pub(crate) fn parse_list<R>(
    field: &str,
    parse: fn(&str) -> Result<R, TimerError>,
) -> Result<Box<[R]>, TimerError> {
    field.split(',').map(parse).collect()
}

/// Which days of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayOfMonth {
    /// These days.
    Days(Numbers),
    /// So many days before the last one: `L`, `L-3`.
    BeforeLast(u32),
    /// The working day (Monday to Friday) of the month that is nearest to a day: `15W`.
    Nearest(u32),
    /// The last working day (Monday to Friday) of the month: `LW`.
    LastWorking,
}

impl DayOfMonth {
    pub(crate) fn parse(item: &str) -> Result<DayOfMonth, TimerError> {
        if item == "?" {
            return DayOfMonth::parse("*");
        }
        if item.eq_ignore_ascii_case("L") {
            return Ok(DayOfMonth::BeforeLast(0));
        }
        if item.eq_ignore_ascii_case("LW") {
            return Ok(DayOfMonth::LastWorking);
        }
        if let Some(days) = item.strip_prefix("L-").or_else(|| item.strip_prefix("l-")) {
            let days = Names::DAY.number(days)?;
            return Ok(DayOfMonth::BeforeLast(days));
        }
        if let Some(day) = item.strip_suffix(['W', 'w']) {
            return Names::DAY.number(day).map(DayOfMonth::Nearest);
        }
        parse_numbers(item, &Names::DAY).map(DayOfMonth::Days)
    }

    pub(crate) fn holds(&self, day: NaiveDate) -> bool {
        let last = u32::from(day.num_days_in_month());
        match *self {
            DayOfMonth::Days(days) => days.has(day.day()),
            DayOfMonth::BeforeLast(before) => day.day() + before == last,
            DayOfMonth::Nearest(wanted) => {
                wanted <= last && nearest_working(day, wanted, last) == Some(day.day())
            }
            DayOfMonth::LastWorking => nearest_working(day, last, last) == Some(day.day()),
        }
    }
}

/// The day of the month, Monday to Friday, nearest to `wanted` without leaving the month.
fn nearest_working(month: NaiveDate, wanted: u32, last: u32) -> Option<u32> {
    let weekday = month.with_day(wanted)?.weekday();
    Some(match weekday {
        chrono::Weekday::Sat if wanted == 1 => 3,
        chrono::Weekday::Sat => wanted - 1,
        chrono::Weekday::Sun if wanted == last => wanted - 2,
        chrono::Weekday::Sun => wanted + 1,
        _ => wanted,
    })
}

/// Which days of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayOfWeek {
    /// These days.
    Days(Numbers),
    /// The last such day of the month: `FRIL`.
    Last(u32),
    /// The n-th such day of the month: `MON#1`.
    Nth(u32, u32),
}

impl DayOfWeek {
    pub(crate) fn parse(item: &str) -> Result<DayOfWeek, TimerError> {
        if item == "?" {
            return DayOfWeek::parse("*");
        }
        if let Some((day, nth)) = item.split_once('#') {
            let nth = nth
                .parse()
                .ok()
                .filter(|nth| (1..=5).contains(nth))
                .ok_or_else(|| {
                    TimerError::new(format!(
                        "expected a count from 1 to 5 after #, found {}",
                        quoted(nth)
                    ))
                })?;
            return Ok(DayOfWeek::Nth(iso_weekday(day)?, nth));
        }
        if let Some(day) = item.strip_suffix(['L', 'l']) {
            if day.is_empty() {
                return Err(TimerError::hinted(
                    "L has no day of the week",
                    "write for example FRIL for the last Friday of the month",
                ));
            }
            return iso_weekday(day).map(DayOfWeek::Last);
        }
        parse_numbers(item, &Names::WEEKDAY).map(DayOfWeek::Days)
    }

    pub(crate) fn holds(&self, day: NaiveDate) -> bool {
        let weekday = day.weekday().number_from_monday();
        let last = u32::from(day.num_days_in_month());
        match *self {
            DayOfWeek::Days(days) => days.has(weekday) || weekday == 7 && days.has(0),
            DayOfWeek::Last(wanted) => weekday == wanted && day.day() + 7 > last,
            DayOfWeek::Nth(wanted, nth) => weekday == wanted && day.day0() / 7 + 1 == nth,
        }
    }
}

/// 1 for Monday to 7 for Sunday, which may also be written 0.
fn iso_weekday(text: &str) -> Result<u32, TimerError> {
    Names::WEEKDAY
        .number(text)
        .map(|number| if number == 0 { 7 } else { number })
}
