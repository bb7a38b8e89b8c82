//! What waits for messages and signals.

use reglament_runtime::store::SubscriptionRow;
use rusqlite::{Connection, Result, Row, params};

use super::run;
use crate::name::{Names, Reader};
use crate::value::{instance, key, number, read_id, read_number};

/// The columns in the order in which they are read.
pub(crate) const COLUMNS: &str = "instance, key, arm, number, is_signal, name, correlation_key, \
     definition, element, process, served";

pub(crate) fn put(db: &Connection, names: &mut Names, row: &SubscriptionRow) -> Result<()> {
    run(
        db,
        "INSERT OR REPLACE INTO subscription (instance, key, arm, number, is_signal, name, \
         correlation_key, definition, element, process, served) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            instance(row.owner.instance),
            key(row.owner.key),
            row.arm,
            number(row.number),
            row.is_signal,
            row.name,
            row.key,
            names.digest(db, row.definition)?,
            names.name(db, &row.element)?,
            names.name(db, &row.process)?,
            number(row.served),
        ],
    )
}

pub(crate) fn get(reader: &Reader, row: &Row<'_>) -> Result<SubscriptionRow> {
    Ok(SubscriptionRow {
        owner: read_id(row, 0)?,
        arm: row.get(2)?,
        number: read_number(row, 3)?,
        is_signal: row.get(4)?,
        name: row.get(5)?,
        key: row.get(6)?,
        definition: reader.digest(row, 7)?,
        element: reader.name(row, 8)?,
        process: reader.name(row, 9)?,
        served: read_number(row, 10)?,
    })
}
