//! Who is meant: a person by IIN or an organisation by BIN.

use std::fmt;
use std::str::FromStr;

use reglament_core::identifier::{Bin, IdentifierError, Iin};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An IIN or a BIN. The two never coincide: the fifth digit of an IIN is that of a day, 0 to 3, that
/// of a BIN is 4 to 6.
///
/// # Source
/// See [`reglament_core::identifier`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// A person.
    Person(Iin),
    /// An organisation.
    Organisation(Bin),
}

impl Identifier {
    /// Reads twelve digits as an IIN or a BIN.
    ///
    /// # Errors
    /// The text is neither; the error is the one of the number that the fifth digit points to.
    pub fn parse(text: &str) -> Result<Identifier, IdentifierError> {
        let is_bin = text
            .chars()
            .nth(4)
            .is_some_and(|digit| matches!(digit, '4'..='6'));
        if is_bin {
            Bin::parse(text).map(Identifier::Organisation)
        } else {
            Iin::parse(text).map(Identifier::Person)
        }
    }

    /// The IIN, if it is a person.
    #[must_use]
    pub fn as_iin(&self) -> Option<Iin> {
        match self {
            Identifier::Person(iin) => Some(*iin),
            Identifier::Organisation(_) => None,
        }
    }
}

impl From<Iin> for Identifier {
    fn from(iin: Iin) -> Identifier {
        Identifier::Person(iin)
    }
}

impl From<Bin> for Identifier {
    fn from(bin: Bin) -> Identifier {
        Identifier::Organisation(bin)
    }
}

impl FromStr for Identifier {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Identifier, IdentifierError> {
        Identifier::parse(text)
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Identifier::Person(iin) => iin.fmt(f),
            Identifier::Organisation(bin) => bin.fmt(f),
        }
    }
}

impl Serialize for Identifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Identifier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Identifier, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Identifier::parse(&text).map_err(de::Error::custom)
    }
}
