//! The two kinds of duration, which never mix.

use std::fmt;
use std::str::FromStr;

use super::scan::Scan;
use super::time::write_fraction;
use super::{NANOS, TemporalError};

/// A duration of days, hours, minutes and seconds, in nanoseconds.
///
/// # Source
/// DMN 1.5, 10.3.2.3.7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DaysTimeDuration {
    seconds: i64,
    /// Always counted forward from `seconds`, also in negative durations.
    nanos: u32,
}

/// A duration of years and months, in months.
///
/// # Source
/// DMN 1.5, 10.3.2.3.8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearsMonthsDuration {
    months: i64,
}

/// The most seconds of a duration: over three hundred billion years fit, sums of two do not wrap.
const MAX_SECONDS: i64 = i64::MAX / 4;

impl DaysTimeDuration {
    /// A duration of whole seconds; `None` beyond about 73 billion years.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        DaysTimeDuration::from_nanos(i128::from(seconds) * NANOS)
    }

    /// A duration of nanoseconds; `None` out of range.
    #[must_use]
    pub fn from_nanos(nanos: i128) -> Option<Self> {
        let seconds = i64::try_from(nanos.div_euclid(NANOS)).ok()?;
        if seconds.unsigned_abs() > MAX_SECONDS.unsigned_abs() {
            return None;
        }
        Some(DaysTimeDuration {
            seconds,
            nanos: nanos.rem_euclid(NANOS) as u32,
        })
    }

    /// The whole days in it, rounded down: -1 for a negative duration of less than a day.
    #[must_use]
    pub(crate) fn whole_days(self) -> i64 {
        // The nanoseconds count forward, so that they change no day.
        self.seconds.div_euclid(86_400)
    }

    /// The length in nanoseconds.
    #[must_use]
    pub fn nanos(self) -> i128 {
        i128::from(self.seconds) * NANOS + i128::from(self.nanos)
    }

    /// The same length forward.
    #[must_use]
    pub fn abs(self) -> Self {
        DaysTimeDuration::from_nanos(self.nanos().abs()).unwrap_or(self)
    }

    /// Days, hours, minutes, seconds and nanoseconds, each with the sign of the duration.
    #[must_use]
    pub fn components(self) -> (i64, i64, i64, i64, i64) {
        let nanos = self.nanos();
        let seconds = (nanos / NANOS) as i64;
        (
            seconds / 86_400,
            seconds / 3_600 % 24,
            seconds / 60 % 60,
            seconds % 60,
            (nanos % NANOS) as i64,
        )
    }
}

impl YearsMonthsDuration {
    /// A duration of months; `None` beyond the range of dates.
    #[must_use]
    pub fn from_months(months: i64) -> Option<Self> {
        (months.unsigned_abs() <= 24_000_000_000).then_some(YearsMonthsDuration { months })
    }

    /// The length in months.
    #[must_use]
    pub fn months(self) -> i64 {
        self.months
    }
}

/// The fields of a duration, as read.
#[derive(Default)]
struct Fields {
    years_months: Option<i64>,
    days_time: Option<i128>,
}

fn scan_fields(text: &str) -> Option<Fields> {
    let mut scan = Scan::new(text);
    let negative = scan.eat(b'-');
    scan.expect(b'P')?;
    let mut fields = Fields::default();
    date_fields(&mut scan, &mut fields)?;
    if scan.eat(b'T') {
        time_fields(&mut scan, &mut fields)?;
    }
    if !scan.is_done() || (fields.years_months.is_none() && fields.days_time.is_none()) {
        return None;
    }
    if negative {
        fields.years_months = fields.years_months.map(|months| -months);
        fields.days_time = fields.days_time.map(|nanos| -nanos);
    }
    Some(fields)
}

fn date_fields(scan: &mut Scan<'_>, fields: &mut Fields) -> Option<()> {
    let mut last = 0;
    loop {
        let mut probe = scan.clone();
        let Some((value, _)) = probe.digits() else {
            return Some(());
        };
        let rank = if probe.eat(b'Y') {
            1
        } else if probe.eat(b'M') {
            2
        } else {
            probe.expect(b'D')?;
            3
        };
        if rank <= last {
            return None;
        }
        last = rank;
        if rank == 3 {
            fields.days_time = Some(i128::from(value) * 86_400 * NANOS);
        } else {
            let months = if rank == 1 {
                value.checked_mul(12)?
            } else {
                value
            };
            fields.years_months = Some(fields.years_months.unwrap_or(0).checked_add(months)?);
        }
        *scan = probe;
    }
}

fn time_fields(scan: &mut Scan<'_>, fields: &mut Fields) -> Option<()> {
    let mut last = 0;
    while !scan.is_done() {
        let (value, _) = scan.digits()?;
        let mut probe = scan.clone();
        let fraction = probe.fraction()?;
        let (rank, unit) = if probe.eat(b'S') {
            (3, 1)
        } else if scan.eat(b'H') {
            (1, 3_600)
        } else if scan.eat(b'M') {
            (2, 60)
        } else {
            return None;
        };
        if rank <= last {
            return None;
        }
        last = rank;
        let mut nanos = i128::from(value) * unit * NANOS;
        if rank == 3 {
            nanos += i128::from(fraction);
            *scan = probe;
        }
        fields.days_time = Some(fields.days_time.unwrap_or(0) + nanos);
    }
    (last > 0).then_some(())
}

impl FromStr for DaysTimeDuration {
    type Err = TemporalError;

    /// Reads `P1DT2H3M4.5S` in any combination of its parts, with a leading `-` for backward.
    ///
    /// # Errors
    /// For any other text, also for years and months.
    fn from_str(text: &str) -> Result<Self, TemporalError> {
        scan_fields(text)
            .filter(|fields| fields.years_months.is_none())
            .and_then(|fields| DaysTimeDuration::from_nanos(fields.days_time?))
            .ok_or(TemporalError::new("a duration such as P1DT2H"))
    }
}

impl FromStr for YearsMonthsDuration {
    type Err = TemporalError;

    /// Reads `P1Y2M` or one of its parts, with a leading `-` for backward.
    ///
    /// # Errors
    /// For any other text, also for days and times.
    fn from_str(text: &str) -> Result<Self, TemporalError> {
        scan_fields(text)
            .filter(|fields| fields.days_time.is_none())
            .and_then(|fields| YearsMonthsDuration::from_months(fields.years_months?))
            .ok_or(TemporalError::new("a duration such as P1Y2M"))
    }
}

impl fmt::Display for DaysTimeDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, hours, minutes, seconds, nanos) = self.components();
        f.write_str(if self.nanos() < 0 { "-P" } else { "P" })?;
        if days != 0 {
            write!(f, "{}D", days.unsigned_abs())?;
        }
        let timeless = hours == 0 && minutes == 0 && seconds == 0 && nanos == 0;
        if timeless {
            return if days == 0 {
                f.write_str("T0S")
            } else {
                Ok(())
            };
        }
        f.write_str("T")?;
        if hours != 0 {
            write!(f, "{}H", hours.unsigned_abs())?;
        }
        if minutes != 0 {
            write!(f, "{}M", minutes.unsigned_abs())?;
        }
        if seconds != 0 || nanos != 0 {
            write!(f, "{}", seconds.unsigned_abs())?;
            write_fraction(f, nanos.unsigned_abs() as u32)?;
            f.write_str("S")?;
        }
        Ok(())
    }
}

impl fmt::Display for YearsMonthsDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (years, months) = (self.months / 12, self.months % 12);
        f.write_str(if self.months < 0 { "-P" } else { "P" })?;
        if years != 0 {
            write!(f, "{}Y", years.unsigned_abs())?;
        }
        if months != 0 || years == 0 {
            write!(f, "{}M", months.unsigned_abs())?;
        }
        Ok(())
    }
}
