//! Numbers without gaps: the counter and the answer commit together.

use async_trait::async_trait;
use reglament_adapter_api::numbering::{
    AssignNumber, AssignedNumber, Numbering, NumberingError, Series,
};
use reglament_adapter_api::{CallContext, SystemError};
use reglament_core::timer::Zone;
use rusqlite::Transaction;

use super::answers::once;
use super::database::{Database, failed};

/// Series of numbers in a file.
#[derive(Clone)]
pub struct SqliteNumbering {
    database: Database,
    zone: Zone,
    series: Vec<Series>,
}

impl SqliteNumbering {
    /// The series in this file; a year begins at midnight of the zone.
    #[must_use]
    pub fn new(
        database: Database,
        zone: Zone,
        series: impl IntoIterator<Item = Series>,
    ) -> SqliteNumbering {
        SqliteNumbering {
            database,
            zone,
            series: series.into_iter().collect(),
        }
    }
}

fn next(
    transaction: &Transaction<'_>,
    series: &Series,
    year: i32,
) -> Result<AssignedNumber, NumberingError> {
    let sql = "INSERT INTO series (name, year, last) VALUES (?1, ?2, 1)
               ON CONFLICT (name, year) DO UPDATE SET last = last + 1 RETURNING last";
    let number = transaction.query_row(sql, (&series.name, year), |row| row.get(0));
    series.print(year, number.map_err(failed)?)
}

#[async_trait]
impl Numbering for SqliteNumbering {
    async fn assign(
        &self,
        context: &CallContext,
        request: AssignNumber,
    ) -> Result<AssignedNumber, NumberingError> {
        let (context, zone) = (context.clone(), self.zone);
        let name = &request.series;
        let series = self.series.iter().find(|series| series.name == *name);
        let series = series.cloned();
        self.database
            .transact(move |transaction| {
                once(
                    transaction,
                    "number.assign",
                    &context,
                    &request,
                    |transaction| {
                        let unknown = || NumberingError::UnknownSeries {
                            series: request.series.clone(),
                        };
                        let series = series.ok_or_else(unknown)?;
                        let day = zone.local(context.now).date();
                        let refused = || SystemError::refused("the year cannot be printed");
                        next(transaction, &series, day.ok_or_else(refused)?.year())
                    },
                )
            })
            .await
    }
}
