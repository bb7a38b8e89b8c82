//! The registers of persons and of notarial acts.

use std::io::Read;
use std::str::FromStr;

use async_trait::async_trait;
use reglament_adapter_api::notary_register::{
    NotaryRegister, NotaryRegisterError, PowerOfAttorney, PowerOfAttorneyQuery,
};
use reglament_adapter_api::person_register::{Person, PersonRegister, PersonRegisterError};
use reglament_adapter_api::{CallContext, SystemError};
use reglament_core::identifier::Iin;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row};

use super::csv_import::{ImportError, records};
use super::database::{Database, failed};

/// Reads a column that is kept as text.
pub(super) fn parsed<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}

/// The register of persons in a file.
#[derive(Clone)]
pub struct SqlitePersonRegister {
    database: Database,
}

impl SqlitePersonRegister {
    /// The register in this file.
    #[must_use]
    pub fn new(database: Database) -> SqlitePersonRegister {
        SqlitePersonRegister { database }
    }

    /// Enters persons, each in the place of an earlier one with the same IIN: all or none.
    ///
    /// # Errors
    /// The file of the adapter fails.
    pub async fn insert(&self, persons: Vec<Person>) -> Result<usize, SystemError> {
        let work = move |transaction: &rusqlite::Transaction<'_>| {
            let mut statement = transaction.prepare_cached(
                "INSERT OR REPLACE INTO person (iin, surname, given_name, patronymic, born, address)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for person in &persons {
                statement.execute((
                    person.iin.to_string(),
                    &person.surname,
                    &person.given_name,
                    &person.patronymic,
                    person.born.to_string(),
                    &person.address,
                ))?;
            }
            Ok(persons.len())
        };
        self.database
            .transact(move |transaction| work(transaction).map_err(failed))
            .await
    }

    /// Imports persons from a CSV file with the columns `iin`, `surname`, `givenName`,
    /// `patronymic`, `born` and `address`: all or none.
    ///
    /// # Errors
    /// A line cannot be read, which the error names, or the file of the adapter fails.
    pub async fn import(&self, file: impl Read) -> Result<usize, ImportError> {
        Ok(self.insert(records(file)?).await?)
    }
}

fn person(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        iin: parsed(row, 0)?,
        surname: row.get(1)?,
        given_name: row.get(2)?,
        patronymic: row.get(3)?,
        born: parsed(row, 4)?,
        address: row.get(5)?,
    })
}

#[async_trait]
impl PersonRegister for SqlitePersonRegister {
    async fn person(
        &self,
        _context: &CallContext,
        iin: Iin,
    ) -> Result<Option<Person>, PersonRegisterError> {
        let sql = "SELECT iin, surname, given_name, patronymic, born, address
                   FROM person WHERE iin = ?1";
        self.database
            .transact(move |transaction| {
                let found = transaction.query_row(sql, [iin.to_string()], person);
                Ok(found.optional().map_err(failed)?)
            })
            .await
    }
}

/// The register of notarial acts in a file.
#[derive(Clone)]
pub struct SqliteNotaryRegister {
    database: Database,
}

impl SqliteNotaryRegister {
    /// The register in this file.
    #[must_use]
    pub fn new(database: Database) -> SqliteNotaryRegister {
        SqliteNotaryRegister { database }
    }

    /// Enters powers of attorney, each in the place of an earlier one with the same number: all or
    /// none.
    ///
    /// # Errors
    /// The file of the adapter fails.
    pub async fn insert(&self, powers: Vec<PowerOfAttorney>) -> Result<usize, SystemError> {
        let work = move |transaction: &rusqlite::Transaction<'_>| {
            let mut statement = transaction.prepare_cached(
                "INSERT OR REPLACE INTO power_of_attorney
                 (number, representative_iin, principal, issued_on, valid_until, revoked)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for power in &powers {
                statement.execute((
                    &power.number,
                    power.representative_iin.to_string(),
                    power.principal.to_string(),
                    power.issued_on.to_string(),
                    power.valid_until.to_string(),
                    power.revoked,
                ))?;
            }
            Ok(powers.len())
        };
        self.database
            .transact(move |transaction| work(transaction).map_err(failed))
            .await
    }

    /// Imports powers of attorney from a CSV file with the columns `number`, `representativeIin`,
    /// `principal`, `issuedOn`, `validUntil` and `revoked`: all or none.
    ///
    /// # Errors
    /// A line cannot be read, which the error names, or the file of the adapter fails.
    pub async fn import(&self, file: impl Read) -> Result<usize, ImportError> {
        Ok(self.insert(records(file)?).await?)
    }
}

fn power_of_attorney(row: &Row<'_>) -> rusqlite::Result<PowerOfAttorney> {
    Ok(PowerOfAttorney {
        number: row.get(0)?,
        representative_iin: parsed(row, 1)?,
        principal: parsed(row, 2)?,
        issued_on: parsed(row, 3)?,
        valid_until: parsed(row, 4)?,
        revoked: row.get(5)?,
    })
}

#[async_trait]
impl NotaryRegister for SqliteNotaryRegister {
    async fn power_of_attorney(
        &self,
        _context: &CallContext,
        query: PowerOfAttorneyQuery,
    ) -> Result<Option<PowerOfAttorney>, NotaryRegisterError> {
        let sql = "SELECT number, representative_iin, principal, issued_on, valid_until, revoked
                   FROM power_of_attorney WHERE number = ?1";
        self.database
            .transact(move |transaction| {
                let found = transaction.query_row(sql, [&query.number], power_of_attorney);
                let found = found.optional().map_err(failed)?;
                Ok(found.filter(|power| power.answers(&query)))
            })
            .await
    }
}
