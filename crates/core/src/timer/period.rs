//! Durations with their calendar units kept apart.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, Duration};

use super::date::{LocalDateTime, write_fraction};
use super::error::quoted;
use super::scan::{Scanner, millionths};
use super::{TimerError, Timestamp, Zone};

/// A duration of calendar units (months, days) and exact units (microseconds), none negative.
///
/// Calendar units are stepped on the wall clock of a zone: `P1D` keeps the time of day when the
/// clocks change, `PT24H` is always 24 hours. A year is twelve months, a week seven days; units are
/// never turned into one another beyond that. Months that lead to a day which the month does not
/// have lead to its last day.
///
/// # Source
/// ISO 8601-1:2019, 5.5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    months: i64,
    days: i64,
    micros: i64,
}

/// No part of a period is longer than the years that an instant can lie in.
const LIMIT_YEARS: i64 = 9_999;
const LIMIT_MONTHS: i64 = LIMIT_YEARS * 12;
const LIMIT_DAYS: i64 = LIMIT_YEARS * 366;
const LIMIT_MICROS: i64 = LIMIT_DAYS * DAY_MICROS;
const DAY_MICROS: i64 = 86_400_000_000;
const HOUR_MICROS: i64 = 3_600_000_000;
const MINUTE_MICROS: i64 = 60_000_000;
const SECOND_MICROS: i64 = 1_000_000;

const HOW_TO_WRITE: &str = "write it as P1Y2M3DT4H5M6S, for example P5D, P2W or PT30M";

/// One designator: how many of what it stands for, and which place it has in the order.
struct Unit {
    letter: char,
    rank: u8,
    part: Part,
    factor: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Months,
    Days,
    Micros,
}

const DATE_UNITS: [Unit; 4] = [
    Unit {
        letter: 'Y',
        rank: 1,
        part: Part::Months,
        factor: 12,
    },
    Unit {
        letter: 'M',
        rank: 2,
        part: Part::Months,
        factor: 1,
    },
    Unit {
        letter: 'W',
        rank: 3,
        part: Part::Days,
        factor: 7,
    },
    Unit {
        letter: 'D',
        rank: 4,
        part: Part::Days,
        factor: 1,
    },
];

const TIME_UNITS: [Unit; 3] = [
    Unit {
        letter: 'H',
        rank: 5,
        part: Part::Micros,
        factor: HOUR_MICROS,
    },
    Unit {
        letter: 'M',
        rank: 6,
        part: Part::Micros,
        factor: MINUTE_MICROS,
    },
    Unit {
        letter: 'S',
        rank: 7,
        part: Part::Micros,
        factor: SECOND_MICROS,
    },
];

impl Period {
    /// A period of months, days and microseconds; none when one is negative or longer than 9999
    /// years.
    #[must_use]
    pub fn new(months: i64, days: i64, micros: i64) -> Option<Period> {
        let fits = (0..=LIMIT_MONTHS).contains(&months)
            && (0..=LIMIT_DAYS).contains(&days)
            && (0..=LIMIT_MICROS).contains(&micros);
        fits.then_some(Period {
            months,
            days,
            micros,
        })
    }

    /// The calendar months; a year is twelve of them.
    #[must_use]
    pub fn months(&self) -> i64 {
        self.months
    }

    /// The calendar days; a week is seven of them.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.days
    }

    /// The exact part in microseconds.
    #[must_use]
    pub fn micros(&self) -> i64 {
        self.micros
    }

    /// Whether it has no length.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.months == 0 && self.days == 0 && self.micros == 0
    }

    /// Reads an ISO 8601 duration: `P1Y2M3DT4H5M6.7S`, `P5W`; the last of hours, minutes and
    /// seconds may have a fraction. What is finer than a microsecond is rounded up.
    ///
    /// # Errors
    /// The text is not of this form, is negative, or is longer than 9999 years.
    pub fn parse(text: &str) -> Result<Period, TimerError> {
        let mut scanner = Scanner::new(text);
        if scanner.eat('-') {
            return Err(negative(text));
        }
        if !scanner.eat('P') {
            return Err(not_a_duration(text, HOW_TO_WRITE));
        }
        let mut reading = Reading {
            text,
            months: 0,
            days: 0,
            micros: 0,
            rank: 0,
            closed: false,
        };
        while !scanner.is_empty() && scanner.peek() != Some('T') {
            reading.component(&mut scanner, &DATE_UNITS)?;
        }
        if scanner.eat('T') {
            if scanner.is_empty() {
                return Err(not_a_duration(
                    text,
                    "after T come hours, minutes or seconds",
                ));
            }
            while !scanner.is_empty() {
                reading.component(&mut scanner, &TIME_UNITS)?;
            }
        }
        reading.finish()
    }

    /// The instant that lies this period, taken `times` times, after `anchor`: first the months,
    /// then the days on the wall clock of `zone`, then the exact part.
    ///
    /// # Errors
    /// The instant lies outside the years 0000 to 9999.
    pub fn after(
        &self,
        anchor: Timestamp,
        times: u64,
        zone: &Zone,
    ) -> Result<Timestamp, TimerError> {
        self.step(anchor, times, zone)
            .transpose()?
            .ok_or_else(|| TimerError::out_of_range(format_args!("{anchor} and {times} x {self}")))
    }

    fn step(
        &self,
        anchor: Timestamp,
        times: u64,
        zone: &Zone,
    ) -> Option<Result<Timestamp, TimerError>> {
        let times = i64::try_from(times).ok()?;
        let months = self.months.checked_mul(times)?;
        let days = self.days.checked_mul(times)?;
        let micros = self.micros.checked_mul(times)?;
        if months == 0 && days == 0 {
            return anchor.checked_add_micros(micros).map(Ok);
        }
        let local = zone.local(anchor);
        let date = local.date()?.checked_add_months(months)?;
        let moved = date.naive().and_time(local.naive().time());
        let moved = moved.checked_add_days(Days::new(days.unsigned_abs()))?;
        match zone.instant(LocalDateTime::from_naive(moved)) {
            Ok(at) => at.checked_add_micros(micros).map(Ok),
            Err(error) => Some(Err(error)),
        }
    }

    /// The wall-clock time that lies this period after `local`, all of it counted on the wall
    /// clock; none outside the years 0000 to 9999.
    #[must_use]
    pub fn after_local(&self, local: LocalDateTime) -> Option<LocalDateTime> {
        let date = local
            .date()?
            .checked_add_months(self.months)?
            .checked_add_days(self.days)?;
        let moved = date.naive().and_time(local.naive().time());
        let moved = moved.checked_add_signed(Duration::microseconds(self.micros))?;
        let moved = LocalDateTime::from_naive(moved);
        moved.date().map(|_| moved)
    }
}

/// A period half read.
struct Reading<'a> {
    text: &'a str,
    months: i64,
    days: i64,
    micros: i64,
    /// The rank of the last designator; they only go up.
    rank: u8,
    /// After a fraction nothing may follow.
    closed: bool,
}

impl Reading<'_> {
    fn component(&mut self, scanner: &mut Scanner<'_>, units: &[Unit]) -> Result<(), TimerError> {
        let text = self.text;
        let wrong = |hint| not_a_duration(text, hint);
        if scanner.peek() == Some('-') {
            return Err(negative(text));
        }
        let whole = scanner.digits();
        let fraction = scanner.eat_any(&['.', ',']).map(|_| scanner.digits());
        if whole.is_empty() || fraction.is_some_and(str::is_empty) {
            return Err(wrong(HOW_TO_WRITE));
        }
        let letter = scanner
            .peek()
            .ok_or_else(|| wrong("the last number has no unit"))?;
        let unit = units
            .iter()
            .find(|unit| unit.letter == letter)
            .ok_or_else(|| {
                wrong(if "HS".contains(letter) {
                    "hours and seconds come after a T"
                } else {
                    HOW_TO_WRITE
                })
            })?;
        scanner.eat(letter);
        if unit.rank <= self.rank || self.closed {
            return Err(wrong(
                "the units come in the order Y M W D T H M S, each once",
            ));
        }
        self.rank = unit.rank;
        let count: i64 = whole.parse().map_err(|_| too_long(text))?;
        let amount = count
            .checked_mul(unit.factor)
            .ok_or_else(|| too_long(text))?;
        let extra = match fraction {
            Some(digits) => self.fraction(digits, unit)?,
            None => 0,
        };
        let sum = match unit.part {
            Part::Months => &mut self.months,
            Part::Days => &mut self.days,
            Part::Micros => &mut self.micros,
        };
        let total = sum
            .checked_add(amount)
            .and_then(|sum| sum.checked_add(extra));
        *sum = total.ok_or_else(|| too_long(text))?;
        Ok(())
    }

    fn fraction(&mut self, digits: &str, unit: &Unit) -> Result<i64, TimerError> {
        if unit.part != Part::Micros {
            let hint = "only hours, minutes and seconds have fractions, write PT12H for half a day";
            return Err(not_a_duration(self.text, hint));
        }
        self.closed = true;
        if unit.factor == SECOND_MICROS {
            return Ok(millionths(digits));
        }
        // Nine digits of an hour are finer than a microsecond times a thousand; more add nothing.
        let scale = digits.len().min(9);
        let number: i64 = digits.get(..scale).unwrap_or("0").parse().unwrap_or(0);
        let divisor = 10_i64.pow(u32::try_from(scale).unwrap_or(9));
        let product = i128::from(number) * i128::from(unit.factor);
        let rounded_up = (product + i128::from(divisor) - 1) / i128::from(divisor);
        i64::try_from(rounded_up).map_err(|_| too_long(self.text))
    }

    fn finish(self) -> Result<Period, TimerError> {
        if self.rank == 0 {
            return Err(not_a_duration(self.text, HOW_TO_WRITE));
        }
        Period::new(self.months, self.days, self.micros).ok_or_else(|| too_long(self.text))
    }
}

fn not_a_duration(text: &str, hint: &'static str) -> TimerError {
    TimerError::hinted(format!("expected a duration, found {}", quoted(text)), hint)
}

fn negative(text: &str) -> TimerError {
    TimerError::hinted(
        format!("the duration {} is negative", quoted(text)),
        "a timer waits zero or longer",
    )
}

fn too_long(text: &str) -> TimerError {
    TimerError::new(format!(
        "the duration {} is longer than {LIMIT_YEARS} years",
        quoted(text)
    ))
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("PT0S");
        }
        f.write_str("P")?;
        let counted = [
            (self.months / 12, 'Y'),
            (self.months % 12, 'M'),
            (self.days, 'D'),
        ];
        write_counts(f, &counted)?;
        if self.micros == 0 {
            return Ok(());
        }
        f.write_str("T")?;
        let minutes = self.micros % HOUR_MICROS;
        let rest = minutes % MINUTE_MICROS;
        write_counts(
            f,
            &[
                (self.micros / HOUR_MICROS, 'H'),
                (minutes / MINUTE_MICROS, 'M'),
            ],
        )?;
        if rest == 0 {
            return Ok(());
        }
        write!(f, "{}", rest / SECOND_MICROS)?;
        write_fraction(f, u32::try_from(rest % SECOND_MICROS).unwrap_or(0))?;
        f.write_str("S")
    }
}

fn write_counts(f: &mut fmt::Formatter<'_>, counts: &[(i64, char)]) -> fmt::Result {
    for (count, letter) in counts {
        if *count != 0 {
            write!(f, "{count}{letter}")?;
        }
    }
    Ok(())
}

impl FromStr for Period {
    type Err = TimerError;

    fn from_str(text: &str) -> Result<Period, TimerError> {
        Period::parse(text)
    }
}
