//! Answers to commands, and who converses with whom.

use reglament_executor::InstanceId;
use reglament_runtime::store::{AnswerRow, Conversation, Digest};
use rusqlite::{Connection, Result, Row, params};

use super::run;
use crate::value::{instance, micros, read_at, read_instance};

pub(crate) fn put_answer(db: &Connection, row: &AnswerRow) -> Result<()> {
    run(
        db,
        "INSERT OR REPLACE INTO answer (key, command, answer, expires) VALUES (?, ?, ?, ?)",
        params![row.key, row.command.0, row.answer, micros(row.expires)],
    )
}

/// Reads the columns key, command, answer, expires.
pub(crate) fn answer(row: &Row<'_>) -> Result<AnswerRow> {
    Ok(AnswerRow {
        key: row.get(0)?,
        command: Digest(row.get(1)?),
        answer: row.get(2)?,
        expires: read_at(row, 3)?,
    })
}

pub(crate) fn put_conversation(db: &Connection, row: &Conversation) -> Result<()> {
    run(
        db,
        "INSERT OR IGNORE INTO conversation (instance, process, partner) VALUES (?, ?, ?)",
        params![instance(row.instance), row.process, instance(row.partner)],
    )
}

pub(crate) fn remove_conversations(db: &Connection, of: InstanceId) -> Result<()> {
    run(
        db,
        "DELETE FROM conversation WHERE instance = ?1 OR partner = ?1",
        [instance(of)],
    )
}

/// Reads the columns instance, process, partner.
pub(crate) fn conversation(row: &Row<'_>) -> Result<Conversation> {
    Ok(Conversation {
        instance: read_instance(row, 0)?,
        process: row.get(1)?,
        partner: read_instance(row, 2)?,
    })
}
