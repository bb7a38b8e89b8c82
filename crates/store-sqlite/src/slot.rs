//! The slot of an instance: its version, state, the head of its history, and when something is due.

use reglament_executor::InstanceId;
use reglament_runtime::store::{Batch, Change, Digest, IndexChange, Position, Version};
use rusqlite::{Connection, OptionalExtension, Result, params};
use sha2::{Digest as _, Sha256};

use crate::table::run;
use crate::value::{instance, number, optional_micros, read_number};

/// What a commit has to know of a slot.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slot {
    pub(crate) version: Version,
    pub(crate) seq: u64,
    pub(crate) hash: Digest,
    pub(crate) position: Position,
}

/// The first half of the SHA-256 of the instance's number and its state: a state that was damaged, or
/// put into the row of another case, is never given out.
pub(crate) fn checksum(id: InstanceId, state: &[u8]) -> [u8; 16] {
    let mut hasher = Sha256::new();
    hasher.update(id.0.to_le_bytes());
    hasher.update(state);
    let hash: [u8; 32] = hasher.finalize().into();
    hash.first_chunk().copied().unwrap_or_default()
}

impl Slot {
    /// The slot of `id`; none when it was never heard of.
    pub(crate) fn read(db: &Connection, id: InstanceId) -> Result<Option<Self>> {
        db.prepare_cached("SELECT version, seq, hash, position FROM slot WHERE instance = ?")?
            .query_row([instance(id)], |row| {
                Ok(Self {
                    version: Version(read_number(row, 0)?),
                    seq: read_number(row, 1)?,
                    hash: Digest(row.get(2)?),
                    position: Position(read_number(row, 3)?),
                })
            })
            .optional()
    }

    /// Writes the slot with what `batch` changes of it.
    pub(crate) fn write(&self, db: &Connection, batch: &Batch, is_new: bool) -> Result<()> {
        let id = instance(batch.instance);
        let head = params![
            id,
            number(self.version.0),
            number(self.seq),
            number(self.position.0),
            self.hash.0,
        ];
        if is_new {
            run(
                db,
                "INSERT INTO slot (instance, version, seq, position, hash, erased) \
                 VALUES (?, ?, ?, ?, ?, 0)",
                head,
            )?;
        } else {
            run(
                db,
                "UPDATE slot SET version = ?2, seq = ?3, position = ?4, hash = ?5 \
                 WHERE instance = ?1",
                head,
            )?;
        }
        match &batch.state {
            Change::Keep => {}
            Change::Put(state) => run(
                db,
                "UPDATE slot SET state = ?, checksum = ? WHERE instance = ?",
                params![state, checksum(batch.instance, state), id],
            )?,
            Change::Erase => run(
                db,
                "UPDATE slot SET state = NULL, checksum = NULL, due = NULL, erased = 1 \
                 WHERE instance = ?",
                [id],
            )?,
        }
        let newest = batch.indexes.iter().rev().find_map(|change| match change {
            IndexChange::Due(due) => Some(*due),
            _ => None,
        });
        match newest {
            Some(due) => run(
                db,
                "UPDATE slot SET due = ? WHERE instance = ?",
                params![optional_micros(due), id],
            ),
            None => Ok(()),
        }
    }
}
