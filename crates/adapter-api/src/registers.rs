//! The operations that ask the registers: `register.person`, `register.power-of-attorney` and
//! `register.verify`.
//!
//! # Source
//! The kindergarten queue of Almaty, clause 14, process 3 and condition 1: queries to the state
//! database "Individuals" and to the notarial system, then whether the data exist in both.

use std::sync::Arc;

use reglament_core::identifier::Iin;
use reglament_core::timer::{Date, Timestamp, Zone};
use serde::{Deserialize, Serialize};

use crate::notary_register::{NotaryRegister, PowerOfAttorney, PowerOfAttorneyQuery};
use crate::person_register::{Person, PersonRegister};
use crate::{CallContext, Failure, Operations, typed};

/// What `register.verify` asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterQuery {
    /// Whose data.
    pub iin: Iin,
    /// The power of attorney of a representative; absent where nobody represents the recipient.
    #[serde(default)]
    pub power_of_attorney: Option<PowerOfAttorneyQuery>,
}

/// What `register.person` asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonQuery {
    /// Whose data.
    pub iin: Iin,
}

/// What `register.person` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonData {
    /// The person.
    pub person_data: Found<Person>,
}

/// What `register.power-of-attorney` asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotaryQuery {
    /// The power of attorney of a representative.
    pub power_of_attorney: PowerOfAttorneyQuery,
}

/// What `register.power-of-attorney` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotaryData {
    /// The power of attorney.
    pub power_of_attorney_data: Found<PowerOfAttorney>,
}

/// A record, or that there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found<T> {
    /// Whether there is one.
    pub found: bool,
    /// Its fields.
    #[serde(flatten)]
    pub record: Option<T>,
}

impl<T> From<Option<T>> for Found<T> {
    fn from(record: Option<T>) -> Found<T> {
        Found {
            found: record.is_some(),
            record,
        }
    }
}

/// What `register.verify` answers: only whether the data exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterVerdict {
    /// Whether the person is in the register of persons.
    pub recipient_found: bool,
    /// Whether the power of attorney is in the register of notarial acts and in force on the day of
    /// the call; absent where none was asked for.
    #[serde(default)]
    pub power_of_attorney_found: Option<bool>,
}

/// The two registers and the zone whose days they count.
#[derive(Clone)]
pub struct Registers {
    /// The register of persons.
    pub persons: Arc<dyn PersonRegister>,
    /// The register of notarial acts.
    pub notaries: Arc<dyn NotaryRegister>,
    /// In which a day of validity begins and ends.
    pub zone: Zone,
}

impl Registers {
    /// Gets the data of a person (`register.person`).
    ///
    /// # Errors
    /// The register fails.
    pub async fn person(
        &self,
        context: &CallContext,
        query: PersonQuery,
    ) -> Result<PersonData, Failure> {
        let found = self.persons.person(context, query.iin).await?;
        Ok(PersonData {
            person_data: found.into(),
        })
    }

    /// Gets the data of a power of attorney (`register.power-of-attorney`).
    ///
    /// # Errors
    /// The register fails.
    pub async fn power_of_attorney(
        &self,
        context: &CallContext,
        query: NotaryQuery,
    ) -> Result<NotaryData, Failure> {
        let power = query.power_of_attorney;
        let found = self.notaries.power_of_attorney(context, power).await?;
        Ok(NotaryData {
            power_of_attorney_data: found.into(),
        })
    }

    /// Says whether the data exist (`register.verify`).
    ///
    /// # Errors
    /// A register fails.
    pub async fn verify(
        &self,
        context: &CallContext,
        query: RegisterQuery,
    ) -> Result<RegisterVerdict, Failure> {
        let today = self.day(context.now)?;
        let person = self.persons.person(context, query.iin).await?;
        let power_of_attorney_found = match query.power_of_attorney {
            Some(query) => {
                let power = self.notaries.power_of_attorney(context, query).await?;
                Some(power.is_some_and(|power| power.is_in_force(today)))
            }
            None => None,
        };
        Ok(RegisterVerdict {
            recipient_found: person.is_some(),
            power_of_attorney_found,
        })
    }

    fn day(&self, now: Timestamp) -> Result<Date, Failure> {
        let day = self.zone.local(now).date();
        day.ok_or_else(|| Failure::terminal(format!("{now} is on no day of the calendar")))
    }
}

/// `register.person`: takes `iin`; gives `personData`. `register.power-of-attorney`: takes
/// `powerOfAttorney`; gives `powerOfAttorneyData`. `register.verify`: takes `iin` and, where somebody
/// represents the recipient, `powerOfAttorney`; gives `recipientFound`, `powerOfAttorneyFound`.
#[must_use]
pub fn operations(registers: Registers) -> Operations {
    let (of_persons, of_powers) = (registers.clone(), registers.clone());
    Operations::new()
        .with(
            "register.person",
            typed(move |context: CallContext, query| {
                let registers = of_persons.clone();
                async move { registers.person(&context, query).await }
            }),
        )
        .with(
            "register.power-of-attorney",
            typed(move |context: CallContext, query| {
                let registers = of_powers.clone();
                async move { registers.power_of_attorney(&context, query).await }
            }),
        )
        .with(
            "register.verify",
            typed(move |context: CallContext, query| {
                let registers = registers.clone();
                async move { registers.verify(&context, query).await }
            }),
        )
}
