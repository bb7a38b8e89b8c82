//! Data keys, apart from the history that they seal, and the anchors that were taken.

use reglament_runtime::history::Tag;
use reglament_runtime::store::{AnchorRow, DataKeyRow, Digest};
use rusqlite::{Connection, Result, Row, params};

use super::run;
use crate::value::{instance, micros, number, read_at, read_instance, read_position};

pub(crate) fn put(db: &Connection, row: &DataKeyRow) -> Result<()> {
    run(
        db,
        "INSERT OR REPLACE INTO data_key (instance, subject, person, wrapped) VALUES (?, ?, ?, ?)",
        params![
            instance(row.instance),
            row.subject,
            row.person.map(|tag| *tag.as_bytes()),
            row.wrapped,
        ],
    )
}

/// Reads the columns instance, subject, person, wrapped.
pub(crate) fn get(row: &Row<'_>) -> Result<DataKeyRow> {
    let person: Option<[u8; 16]> = row.get(2)?;
    Ok(DataKeyRow {
        instance: read_instance(row, 0)?,
        subject: row.get(1)?,
        person: person.map(Tag::from_bytes),
        wrapped: row.get(3)?,
    })
}

pub(crate) fn put_anchor(db: &Connection, row: AnchorRow) -> Result<()> {
    run(
        db,
        "INSERT OR REPLACE INTO anchor (position, at, root) VALUES (?, ?, ?)",
        params![number(row.position.0), micros(row.at), row.root.0],
    )
}

/// Reads the columns position, at, root.
pub(crate) fn anchor(row: &Row<'_>) -> Result<AnchorRow> {
    Ok(AnchorRow {
        position: read_position(row, 0)?,
        at: read_at(row, 1)?,
        root: Digest(row.get(2)?),
    })
}
