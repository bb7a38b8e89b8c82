//! Amounts with a unit. Units are never turned into one another.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::TermError;

/// The unit of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// Seconds that pass.
    #[serde(rename = "seconds")]
    Seconds,
    /// Minutes that pass.
    #[serde(rename = "minutes")]
    Minutes,
    /// Hours that pass.
    #[serde(rename = "hours")]
    Hours,
    /// Hours in which doors are open.
    #[serde(rename = "working hours")]
    WorkingHours,
    /// Days that the work calendar counts.
    #[serde(rename = "working days")]
    WorkingDays,
    /// Every day.
    #[serde(rename = "calendar days")]
    CalendarDays,
    /// Calendar months.
    #[serde(rename = "months")]
    Months,
    /// Calendar years.
    #[serde(rename = "years")]
    Years,
    /// Days of which the document does not say which ones: kept and shown, never computed.
    #[serde(rename = "unqualified")]
    Unqualified,
}

impl Unit {
    /// Whether an amount of it may have a fraction: seconds, minutes and hours.
    #[must_use]
    pub fn is_divisible(self) -> bool {
        match self {
            Unit::Seconds | Unit::Minutes | Unit::Hours | Unit::WorkingHours => true,
            Unit::WorkingDays
            | Unit::CalendarDays
            | Unit::Months
            | Unit::Years
            | Unit::Unqualified => false,
        }
    }

    /// The plural in English.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Unit::Seconds => "seconds",
            Unit::Minutes => "minutes",
            Unit::Hours => "hours",
            Unit::WorkingHours => "working hours",
            Unit::WorkingDays => "working days",
            Unit::CalendarDays => "calendar days",
            Unit::Months => "months",
            Unit::Years => "years",
            Unit::Unqualified => "days",
        }
    }
}

/// A positive number with up to six decimals, at most a million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount {
    millionths: i64,
}

const MILLION: i64 = 1_000_000;

impl Amount {
    /// A whole number from 1 to 1,000,000.
    #[must_use]
    pub fn whole(number: u32) -> Option<Amount> {
        Amount::from_millionths(i64::from(number) * MILLION)
    }

    /// A number of millionths from 1 to 10^12.
    #[must_use]
    pub fn from_millionths(millionths: i64) -> Option<Amount> {
        (1..=MILLION * MILLION)
            .contains(&millionths)
            .then_some(Amount { millionths })
    }

    /// Reads `3` or `1.5`, also with a comma; zeros at the end of a fraction and a plus sign are
    /// passed over.
    ///
    /// # Errors
    /// The text is not such a number, is zero or above a million, or has more than six decimals.
    pub fn parse(text: &str) -> Result<Amount, TermError> {
        let wrong = || {
            TermError::text(format!(
                "expected an amount such as 3 or 1.5, found \"{text}\""
            ))
        };
        let number = text.strip_prefix('+').unwrap_or(text);
        let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fraction = fraction.trim_end_matches('0');
        if !all_digits(whole) || !all_digits(fraction) || fraction.len() > 6 {
            return Err(wrong());
        }
        let whole: i64 = format!("0{whole}").parse().map_err(|_| wrong())?;
        let fraction: i64 = format!("{fraction:0<6}").parse().map_err(|_| wrong())?;
        let total = whole
            .checked_mul(MILLION)
            .and_then(|whole| whole.checked_add(fraction));
        total.and_then(Amount::from_millionths).ok_or_else(wrong)
    }

    /// The number, if it has no fraction.
    #[must_use]
    pub fn as_whole(self) -> Option<i64> {
        (self.millionths % MILLION == 0).then_some(self.millionths / MILLION)
    }

    /// The number in millionths.
    #[must_use]
    pub fn millionths(self) -> i64 {
        self.millionths
    }

    fn checked_add(self, other: Amount) -> Option<Amount> {
        self.millionths
            .checked_add(other.millionths)
            .and_then(Amount::from_millionths)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.millionths / MILLION, self.millionths % MILLION);
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{fraction:06}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Amount::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// An amount of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Budget {
    /// How many.
    pub amount: Amount,
    /// Of what.
    pub unit: Unit,
}

impl Budget {
    /// An amount of a unit.
    ///
    /// # Errors
    /// The unit cannot be divided and the amount has a fraction.
    pub fn new(amount: Amount, unit: Unit) -> Result<Budget, TermError> {
        if unit.is_divisible() || amount.as_whole().is_some() {
            return Ok(Budget { amount, unit });
        }
        Err(TermError::text(format!(
            "{} are whole, found {amount}",
            unit.name()
        )))
    }

    /// Both together.
    ///
    /// # Errors
    /// The units differ, or the sum is above a million.
    pub fn plus(self, other: Budget) -> Result<Budget, TermError> {
        if self.unit != other.unit {
            return Err(TermError::MixedUnits {
                term: self.unit,
                other: other.unit,
            });
        }
        let amount = self
            .amount
            .checked_add(other.amount)
            .ok_or(TermError::TooLong)?;
        Ok(Budget {
            amount,
            unit: self.unit,
        })
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.unit.name();
        let one = self.amount.as_whole() == Some(1);
        let name = if one {
            name.strip_suffix('s').unwrap_or(name)
        } else {
            name
        };
        write!(f, "{} {name}", self.amount)
    }
}
