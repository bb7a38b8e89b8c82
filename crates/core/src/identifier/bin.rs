//! The business identification number.

use serde::{Deserialize, Serialize};

use super::IdentifierError;
use super::control::{Digits, identifier};

/// The business identification number (BIN, БСН) of an organisation: the year and month of its
/// registration (two digits each), its type, its kind of division, five digits of a serial number,
/// the control digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bin(Digits, EntityType, Division);

/// What a BIN was issued to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityType {
    /// 4: a legal entity of Kazakhstan.
    Resident,
    /// 5: a foreign legal entity.
    NonResident,
    /// 6: individual entrepreneurs in a joint undertaking.
    JointEntrepreneur,
}

/// Which part of the organisation a BIN was issued to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Division {
    /// 0: the organisation itself.
    Head,
    /// 1: a branch.
    Branch,
    /// 2: a representative office.
    Representation,
    /// 3: a peasant or farm household that is a joint undertaking.
    Farm,
}

impl Bin {
    /// Reads the twelve digits.
    ///
    /// # Errors
    /// There are not twelve digits, the third and fourth are not a month, the fifth is not 4 to 6,
    /// the sixth is not 0 to 3, or the last is not the control digit.
    pub fn parse(text: &str) -> Result<Bin, IdentifierError> {
        let digits = Digits::parse(text)?;
        if !(1..=12).contains(&digits.month()) {
            return Err(IdentifierError::RegistrationMonth {
                found: digits.month(),
            });
        }
        let entity_type = entity_type(digits.fifth())?;
        let division = division(digits.sixth())?;
        digits.check()?;
        Ok(Bin(digits, entity_type, division))
    }

    /// The last two digits of the year of registration; the number does not state the century.
    #[must_use]
    pub fn registration_year(&self) -> u8 {
        self.0.year()
    }

    /// The month of registration, 1 to 12.
    #[must_use]
    pub fn registration_month(&self) -> u8 {
        self.0.month()
    }

    /// What the number was issued to.
    #[must_use]
    pub fn entity_type(&self) -> EntityType {
        self.1
    }

    /// Which part of the organisation it was issued to.
    #[must_use]
    pub fn division(&self) -> Division {
        self.2
    }
}

fn entity_type(digit: u8) -> Result<EntityType, IdentifierError> {
    match digit {
        4 => Ok(EntityType::Resident),
        5 => Ok(EntityType::NonResident),
        6 => Ok(EntityType::JointEntrepreneur),
        found => Err(IdentifierError::EntityType { found }),
    }
}

fn division(digit: u8) -> Result<Division, IdentifierError> {
    match digit {
        0 => Ok(Division::Head),
        1 => Ok(Division::Branch),
        2 => Ok(Division::Representation),
        3 => Ok(Division::Farm),
        found => Err(IdentifierError::Division { found }),
    }
}

identifier!(Bin);
