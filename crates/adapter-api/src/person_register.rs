//! The register of persons.
//!
//! # Source
//! The state database "Individuals" («Жеке тұлғалар» мемлекеттік деректер базасы, ЖТ МДБ) and the
//! systems that the regulations query for data about the consumer.

use async_trait::async_trait;
use reglament_core::identifier::Iin;
use reglament_core::timer::Date;
use serde::{Deserialize, Serialize};

use crate::{CallContext, Failure, SystemError};

/// A person, as the register knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The individual identification number.
    pub iin: Iin,
    /// The surname.
    pub surname: String,
    /// The given name.
    pub given_name: String,
    /// The patronymic, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patronymic: Option<String>,
    /// The date of birth.
    pub born: Date,
    /// Where they are registered to live, where the register tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Why the register does not answer. That a person is not in it is an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonRegisterError {
    /// As every system fails.
    #[error(transparent)]
    System(#[from] SystemError),
}

impl From<PersonRegisterError> for Failure {
    fn from(PersonRegisterError::System(error): PersonRegisterError) -> Failure {
        error.into()
    }
}

/// The register of persons.
#[async_trait]
pub trait PersonRegister: Send + Sync {
    /// The person with this IIN; none when the register has no such person.
    ///
    /// # Errors
    /// The system fails.
    async fn person(
        &self,
        context: &CallContext,
        iin: Iin,
    ) -> Result<Option<Person>, PersonRegisterError>;
}
