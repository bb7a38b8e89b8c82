//! The control digit that both numbers share.

use super::IdentifierError;

/// The digits of a number, the last of which is checked by [`Digits::check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Digits([u8; 12]);

const FIRST_WEIGHTS: [u32; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECOND_WEIGHTS: [u32; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

impl Digits {
    pub(super) fn parse(text: &str) -> Result<Digits, IdentifierError> {
        let mut digits = [0; 12];
        let found = text.chars().count();
        for (index, (character, digit)) in text.chars().zip(&mut digits).enumerate() {
            *digit = character
                .to_digit(10)
                .and_then(|value| u8::try_from(value).ok())
                .ok_or(IdentifierError::NotADigit {
                    position: index + 1,
                    found: character,
                })?;
        }
        if found == digits.len() {
            Ok(Digits(digits))
        } else {
            Err(IdentifierError::Length { found })
        }
    }

    pub(super) fn year(&self) -> u8 {
        let [tens, units, ..] = self.0;
        tens * 10 + units
    }

    pub(super) fn month(&self) -> u8 {
        let [_, _, tens, units, ..] = self.0;
        tens * 10 + units
    }

    pub(super) fn fifth(&self) -> u8 {
        let [_, _, _, _, digit, ..] = self.0;
        digit
    }

    pub(super) fn sixth(&self) -> u8 {
        let [_, _, _, _, _, digit, ..] = self.0;
        digit
    }

    pub(super) fn seventh(&self) -> u8 {
        let [_, _, _, _, _, _, digit, ..] = self.0;
        digit
    }

    /// Compares the last digit with the sum of the others by the first weights modulo 11, or by the
    /// second weights where that is 10.
    pub(super) fn check(&self) -> Result<(), IdentifierError> {
        let [.., found] = self.0;
        let sum = |weights: [u32; 11]| {
            let total: u32 = self
                .0
                .iter()
                .zip(weights)
                .map(|(digit, weight)| u32::from(*digit) * weight)
                .sum();
            u8::try_from(total % 11).unwrap_or(10)
        };
        let expected = match sum(FIRST_WEIGHTS) {
            10 => sum(SECOND_WEIGHTS),
            digit => digit,
        };
        match expected {
            10 => Err(IdentifierError::NoControlDigit),
            _ if expected == found => Ok(()),
            _ => Err(IdentifierError::ControlDigit { expected, found }),
        }
    }
}

impl std::fmt::Display for Digits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text: String = self
            .0
            .iter()
            .map(|digit| char::from(b'0' + digit))
            .collect();
        f.pad(&text)
    }
}

/// What both numbers are to their users: read from and written as their twelve digits.
macro_rules! identifier {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdentifierError;

            fn from_str(text: &str) -> Result<$name, IdentifierError> {
                $name::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$name, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                $name::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(super) use identifier;
