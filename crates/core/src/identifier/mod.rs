//! The identification numbers of Kazakhstan: of a person (IIN) and of an organisation (BIN).
//!
//! Both have twelve digits, the last of which is a control digit over the others. A number that
//! passes is well formed; whether it was issued only the national register knows.
//!
//! # Source
//! Law of the Republic of Kazakhstan No 223 of 12 January 2007 on national registers of
//! identification numbers; Government decree No 406 of 22 May 2007, rules of forming the
//! identification number (structure and control digit); Government decree No 565 of 11 June 2003
//! (the weights of the control digit).

mod bin;
mod control;
mod iin;

pub use bin::{Bin, Division, EntityType};
pub use iin::{Iin, Sex};

use std::fmt;

/// Why a text is not an identification number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifierError {
    /// It does not have twelve characters.
    Length {
        /// How many it has.
        found: usize,
    },
    /// A character is not one of the digits 0 to 9.
    NotADigit {
        /// Its place, from 1.
        position: usize,
        /// The character.
        found: char,
    },
    /// The seventh digit of an IIN, which stands for century and sex, is not 1 to 6.
    Century {
        /// The digit.
        found: u8,
    },
    /// The first digits of an IIN are not the date of a day that there was.
    BirthDate {
        /// The year with its century.
        year: u16,
        /// The third and fourth digit.
        month: u8,
        /// The fifth and sixth digit.
        day: u8,
    },
    /// The third and fourth digit of a BIN, the month of registration, are not 01 to 12.
    RegistrationMonth {
        /// The digits.
        found: u8,
    },
    /// The fifth digit of a BIN, the type of the organisation, is not 4, 5 or 6.
    EntityType {
        /// The digit.
        found: u8,
    },
    /// The sixth digit of a BIN, the kind of division, is not 0 to 3.
    Division {
        /// The digit.
        found: u8,
    },
    /// The last digit is not the control digit of the others.
    ControlDigit {
        /// The control digit.
        expected: u8,
        /// The last digit.
        found: u8,
    },
    /// The first eleven digits have no control digit, so that no number begins with them.
    NoControlDigit,
}

impl fmt::Display for IdentifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IdentifierError::Length { found } => {
                write!(f, "expected 12 digits, found {found} characters")
            }
            IdentifierError::NotADigit { position, found } => {
                write!(
                    f,
                    "expected a digit as character {position}, found '{found}'"
                )
            }
            IdentifierError::Century { found } => write!(
                f,
                "expected 1 to 6 as the seventh digit (century and sex), found {found}"
            ),
            IdentifierError::BirthDate { year, month, day } => {
                write!(
                    f,
                    "there was no day {year:04}-{month:02}-{day:02} to be born on"
                )
            }
            IdentifierError::RegistrationMonth { found } => write!(
                f,
                "expected 01 to 12 as the third and fourth digit (month of registration), found \
                 {found:02}"
            ),
            IdentifierError::EntityType { found } => write!(
                f,
                "expected 4, 5 or 6 as the fifth digit (type of organisation), found {found}"
            ),
            IdentifierError::Division { found } => write!(
                f,
                "expected 0 to 3 as the sixth digit (kind of division), found {found}"
            ),
            IdentifierError::ControlDigit { expected, found } => {
                write!(
                    f,
                    "expected {expected} as the last digit (control digit), found {found}"
                )
            }
            IdentifierError::NoControlDigit => {
                f.write_str("the first eleven digits have no control digit")
            }
        }
    }
}

impl std::error::Error for IdentifierError {}
