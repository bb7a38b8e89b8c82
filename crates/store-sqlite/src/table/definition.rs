//! Deployed files.

use reglament_runtime::store::{DefinitionRow, Digest};
use rusqlite::{Connection, Result, Row, params};

use super::run;
use crate::name::Reader;
use crate::value::{micros, number, read_at, read_number};

/// The columns in the order in which they are read.
pub(crate) const COLUMNS: &str =
    "number, digest, resource, kind, source, strings, deployment, deployed_at";

pub(crate) fn put(db: &Connection, row: &DefinitionRow) -> Result<()> {
    let definition = number(row.number);
    run(
        db,
        "INSERT OR REPLACE INTO definition (number, digest, resource, kind, source, strings, \
         deployment, deployed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            definition,
            row.digest.0,
            row.resource,
            row.kind,
            row.source,
            row.table,
            number(row.deployment),
            micros(row.deployed_at),
        ],
    )?;
    run(
        db,
        "DELETE FROM definition_process WHERE number = ?",
        [definition],
    )?;
    for (ordinal, (process, version)) in (0_i64..).zip(&row.processes) {
        run(
            db,
            "INSERT INTO definition_process (number, ordinal, process, version) \
             VALUES (?, ?, ?, ?)",
            params![definition, ordinal, process, version],
        )?;
    }
    Ok(())
}

pub(crate) fn get(reader: &Reader, row: &Row<'_>) -> Result<DefinitionRow> {
    let definition = read_number(row, 0)?;
    let mut statement = reader.db.prepare_cached(
        "SELECT process, version FROM definition_process WHERE number = ? ORDER BY ordinal",
    )?;
    let processes = statement.query_map([number(definition)], |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(DefinitionRow {
        number: definition,
        digest: Digest(row.get(1)?),
        resource: row.get(2)?,
        kind: row.get(3)?,
        source: row.get(4)?,
        processes: processes?.collect::<Result<_>>()?,
        table: row.get(5)?,
        deployment: read_number(row, 6)?,
        deployed_at: read_at(row, 7)?,
    })
}
