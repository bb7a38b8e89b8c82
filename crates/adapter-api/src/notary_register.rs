//! The register of notarial acts: powers of attorney.
//!
//! # Source
//! The unified notarial information system (бірыңғай нотариалды ақпараттық жүйе, БНАЖ).

use async_trait::async_trait;
use reglament_core::identifier::Iin;
use reglament_core::timer::Date;
use serde::{Deserialize, Serialize};

use crate::{CallContext, Failure, Identifier, SystemError};

/// The data of a power of attorney that a representative shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PowerOfAttorneyQuery {
    /// Its number in the notary's register.
    pub number: String,
    /// Who acts for somebody else.
    pub representative_iin: Iin,
    /// For whom, where that was entered.
    #[serde(default)]
    pub principal: Option<Identifier>,
    /// The day of issue, where that was entered.
    #[serde(default)]
    pub issued_on: Option<Date>,
}

/// A power of attorney, as the register knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PowerOfAttorney {
    /// Its number in the notary's register.
    pub number: String,
    /// Who acts for somebody else.
    pub representative_iin: Iin,
    /// For whom.
    pub principal: Identifier,
    /// The day of issue.
    pub issued_on: Date,
    /// The last day of its validity.
    pub valid_until: Date,
    /// Whether it was revoked.
    #[serde(default)]
    pub revoked: bool,
}

impl PowerOfAttorney {
    /// Whether this is what the query describes: every part that the query has is the same.
    #[must_use]
    pub fn answers(&self, query: &PowerOfAttorneyQuery) -> bool {
        self.number == query.number
            && self.representative_iin == query.representative_iin
            && query.principal.is_none_or(|asked| asked == self.principal)
            && query.issued_on.is_none_or(|asked| asked == self.issued_on)
    }

    /// Whether it is in force on a day: issued, not run out, not revoked.
    #[must_use]
    pub fn is_in_force(&self, day: Date) -> bool {
        !self.revoked && (self.issued_on..=self.valid_until).contains(&day)
    }
}

/// Why the register does not answer. That a power of attorney is not in it is an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotaryRegisterError {
    /// As every system fails.
    #[error(transparent)]
    System(#[from] SystemError),
}

impl From<NotaryRegisterError> for Failure {
    fn from(NotaryRegisterError::System(error): NotaryRegisterError) -> Failure {
        error.into()
    }
}

/// The register of notarial acts.
#[async_trait]
pub trait NotaryRegister: Send + Sync {
    /// The power of attorney that the query describes, in force or not; none when the register has
    /// no such one.
    ///
    /// # Errors
    /// The system fails.
    async fn power_of_attorney(
        &self,
        context: &CallContext,
        query: PowerOfAttorneyQuery,
    ) -> Result<Option<PowerOfAttorney>, NotaryRegisterError>;
}
