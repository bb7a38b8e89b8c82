//! Unresolved incidents.

use reglament_runtime::store::IncidentRow;
use rusqlite::{Connection, Result, Row, params};

use super::run;
use crate::name::{Names, Reader};
use crate::value::{instance, key, micros, read_at, read_id};

/// The columns in the order in which they are read.
pub(crate) const COLUMNS: &str = "instance, key, element, process, definition, kind, message, at";

pub(crate) fn put(db: &Connection, names: &mut Names, row: &IncidentRow) -> Result<()> {
    run(
        db,
        "INSERT OR REPLACE INTO incident (instance, key, element, process, definition, kind, \
         message, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            instance(row.id.instance),
            key(row.id.key),
            names.name(db, &row.element)?,
            names.name(db, &row.process)?,
            names.digest(db, row.definition)?,
            names.name(db, &row.kind)?,
            row.message,
            micros(row.at),
        ],
    )
}

pub(crate) fn get(reader: &Reader, row: &Row<'_>) -> Result<IncidentRow> {
    Ok(IncidentRow {
        id: read_id(row, 0)?,
        element: reader.name(row, 2)?,
        process: reader.name(row, 3)?,
        definition: reader.digest(row, 4)?,
        kind: reader.name(row, 5)?,
        message: row.get(6)?,
        at: read_at(row, 7)?,
    })
}
