//! Jobs.

use reglament_runtime::store::JobRow;
use rusqlite::{Connection, Result, Row, params};

use super::run;
use crate::name::{Names, Reader};
use crate::value::{instance, key, micros, optional_micros, read_at, read_id, read_optional_at};

/// The columns in the order in which they are read.
pub(crate) const COLUMNS: &str = "instance, key, kind, element, process, definition, retries, \
     attempt, available_at, worker, created_at";

pub(crate) fn put(db: &Connection, names: &mut Names, row: &JobRow) -> Result<()> {
    run(
        db,
        "INSERT OR REPLACE INTO job (instance, key, kind, element, process, definition, retries, \
         attempt, available_at, worker, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            instance(row.id.instance),
            key(row.id.key),
            row.kind,
            names.name(db, &row.element)?,
            names.name(db, &row.process)?,
            names.digest(db, row.definition)?,
            row.retries,
            row.attempt,
            optional_micros(row.available_at),
            row.worker,
            micros(row.created_at),
        ],
    )
}

pub(crate) fn get(reader: &Reader, row: &Row<'_>) -> Result<JobRow> {
    Ok(JobRow {
        id: read_id(row, 0)?,
        kind: row.get(2)?,
        element: reader.name(row, 3)?,
        process: reader.name(row, 4)?,
        definition: reader.digest(row, 5)?,
        retries: row.get(6)?,
        attempt: row.get(7)?,
        available_at: read_optional_at(row, 8)?,
        worker: row.get(9)?,
        created_at: read_at(row, 10)?,
    })
}
