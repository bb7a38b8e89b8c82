//! The operations that ask the registers: `register.query` and `register.verify`.
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

/// What both operations ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterQuery {
    /// Whose data.
    pub iin: Iin,
    /// The power of attorney of a representative; absent where nobody represents the recipient.
    #[serde(default)]
    pub power_of_attorney: Option<PowerOfAttorneyQuery>,
}

/// What `register.query` answers: the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterData {
    /// The person.
    pub person_data: Found<Person>,
    /// The power of attorney; absent where none was asked for.
    #[serde(default)]
    pub power_of_attorney_data: Option<Found<PowerOfAttorney>>,
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
    /// Gets the data (`register.query`).
    ///
    /// # Errors
    /// A register fails.
    pub async fn query(
        &self,
        context: &CallContext,
        query: RegisterQuery,
    ) -> Result<RegisterData, Failure> {
        let person_data = self.persons.person(context, query.iin).await?.into();
        let power_of_attorney_data = match query.power_of_attorney {
            Some(query) => {
                let found = self.notaries.power_of_attorney(context, query).await?;
                Some(found.into())
            }
            None => None,
        };
        Ok(RegisterData {
            person_data,
            power_of_attorney_data,
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
        let data = self.query(context, query).await?;
        let is_in_force = |found: Found<PowerOfAttorney>| {
            found.record.is_some_and(|power| power.is_in_force(today))
        };
        Ok(RegisterVerdict {
            recipient_found: data.person_data.found,
            power_of_attorney_found: data.power_of_attorney_data.map(is_in_force),
        })
    }

    fn day(&self, now: Timestamp) -> Result<Date, Failure> {
        let day = self.zone.local(now).date();
        day.ok_or_else(|| Failure::terminal(format!("{now} is on no day of the calendar")))
    }
}

/// `register.query`: takes `iin`, `powerOfAttorney`; gives `personData`, `powerOfAttorneyData`.
/// `register.verify`: takes the same; gives `recipientFound`, `powerOfAttorneyFound`.
#[must_use]
pub fn operations(registers: Registers) -> Operations {
    let verifying = registers.clone();
    Operations::new()
        .with(
            "register.query",
            typed(move |context: CallContext, query| {
                let registers = registers.clone();
                async move { registers.query(&context, query).await }
            }),
        )
        .with(
            "register.verify",
            typed(move |context: CallContext, query| {
                let registers = verifying.clone();
                async move { registers.verify(&context, query).await }
            }),
        )
}
