//! Cases, as lists show them.

use reglament_runtime::store::{CaseStatus, InstanceRow};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Result, Row, params};

use super::run;
use crate::name::{Names, Reader};
use crate::value::{
    instance, micros, optional_micros, read_at, read_date, read_instance, read_optional_at,
};

/// The columns in the order in which they are read.
pub(crate) const COLUMNS: &str = "instance, definition, process, status, created_at, ended_at, \
     business_key, label, filed, service, channel, step, performer, term_due, incidents";

pub(crate) fn put(db: &Connection, names: &mut Names, row: &InstanceRow) -> Result<()> {
    run(
        db,
        "INSERT OR REPLACE INTO instance (instance, definition, process, status, created_at, \
         ended_at, business_key, label, filed, service, channel, step, performer, term_due, \
         incidents) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            instance(row.instance),
            names.digest(db, row.definition)?,
            names.name(db, &row.process)?,
            status_number(row.status),
            micros(row.created_at),
            optional_micros(row.ended_at),
            row.business_key,
            row.label,
            row.filed.map(|date| date.to_string()),
            names.optional(db, &row.service)?,
            names.optional(db, &row.channel)?,
            names.optional(db, &row.step)?,
            names.optional(db, &row.performer)?,
            optional_micros(row.term_due),
            row.incidents,
        ],
    )
}

pub(crate) fn get(reader: &Reader, row: &Row<'_>) -> Result<InstanceRow> {
    Ok(InstanceRow {
        instance: read_instance(row, 0)?,
        definition: reader.digest(row, 1)?,
        process: reader.name(row, 2)?,
        status: status(row, 3)?,
        created_at: read_at(row, 4)?,
        ended_at: read_optional_at(row, 5)?,
        business_key: row.get(6)?,
        label: row.get(7)?,
        filed: read_date(row, 8)?,
        service: reader.optional_name(row, 9)?,
        channel: reader.optional_name(row, 10)?,
        step: reader.optional_name(row, 11)?,
        performer: reader.optional_name(row, 12)?,
        term_due: read_optional_at(row, 13)?,
        incidents: row.get(14)?,
    })
}

/// The number of a status in the file. Numbers stay; new ones are added.
pub(crate) const fn status_number(status: CaseStatus) -> i64 {
    match status {
        CaseStatus::Running => 0,
        CaseStatus::Suspended => 1,
        CaseStatus::Completed => 2,
        CaseStatus::Failed => 3,
        CaseStatus::Cancelled => 4,
    }
}

fn status(row: &Row<'_>, column: usize) -> Result<CaseStatus> {
    let number: i64 = row.get(column)?;
    let all = [
        CaseStatus::Running,
        CaseStatus::Suspended,
        CaseStatus::Completed,
        CaseStatus::Failed,
        CaseStatus::Cancelled,
    ];
    all.into_iter()
        .find(|status| status_number(*status) == number)
        .ok_or_else(|| Error::InvalidColumnType(column, "status".to_owned(), Type::Integer))
}
