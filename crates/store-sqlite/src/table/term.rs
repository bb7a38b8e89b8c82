//! Statutory terms that run.

use reglament_runtime::store::TermRow;
use rusqlite::{Connection, Result, Row, params};

use super::run;
use crate::name::{Names, Reader};
use crate::value::{instance, key, optional_micros, read_id, read_optional_at};

/// The columns in the order in which they are read.
pub(crate) const COLUMNS: &str = "instance, key, element, process, literal, due, suspended";

pub(crate) fn put(db: &Connection, names: &mut Names, row: &TermRow) -> Result<()> {
    run(
        db,
        "INSERT OR REPLACE INTO term (instance, key, element, process, literal, due, suspended) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![
            instance(row.id.instance),
            key(row.id.key),
            names.name(db, &row.element)?,
            names.name(db, &row.process)?,
            names.name(db, &row.literal)?,
            optional_micros(row.due),
            row.suspended,
        ],
    )
}

pub(crate) fn get(reader: &Reader, row: &Row<'_>) -> Result<TermRow> {
    Ok(TermRow {
        id: read_id(row, 0)?,
        element: reader.name(row, 2)?,
        process: reader.name(row, 3)?,
        literal: reader.name(row, 4)?,
        due: read_optional_at(row, 5)?,
        suspended: row.get(6)?,
    })
}
