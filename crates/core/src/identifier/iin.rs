//! The individual identification number.

use serde::{Deserialize, Serialize};

use super::IdentifierError;
use super::control::{Digits, identifier};
use crate::timer::Date;

/// The individual identification number (IIN, ЖСН) of a person: the date of birth (two digits each
/// for year, month and day), century and sex, four digits of a serial number, the control digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iin(Digits, Date);

/// The sex that an IIN states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// The seventh digit is even.
    Female,
    /// The seventh digit is odd.
    Male,
}

impl Iin {
    /// Reads the twelve digits.
    ///
    /// # Errors
    /// There are not twelve digits, the seventh is not 1 to 6, the first six are not a day of the
    /// century that the seventh names, or the last is not the control digit.
    pub fn parse(text: &str) -> Result<Iin, IdentifierError> {
        let digits = Digits::parse(text)?;
        let century = match digits.seventh() {
            1 | 2 => 1800,
            3 | 4 => 1900,
            5 | 6 => 2000,
            found => return Err(IdentifierError::Century { found }),
        };
        let year = century + u16::from(digits.year());
        let (month, day) = (digits.month(), digits.fifth() * 10 + digits.sixth());
        let birth = Date::new(i32::from(year), u32::from(month), u32::from(day))
            .ok_or(IdentifierError::BirthDate { year, month, day })?;
        digits.check()?;
        Ok(Iin(digits, birth))
    }

    /// The date of birth that the number states.
    #[must_use]
    pub fn birth_date(&self) -> Date {
        self.1
    }

    /// The sex that the number states.
    #[must_use]
    pub fn sex(&self) -> Sex {
        if self.0.seventh().is_multiple_of(2) {
            Sex::Female
        } else {
            Sex::Male
        }
    }
}

identifier!(Iin);
