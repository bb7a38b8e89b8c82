//! The slot of an instance: its version, state, the head of its history, and when something is due.

use reglament_executor::InstanceId;
use reglament_runtime::store::{Batch, Change, Digest, IndexChange, Position, Version};
use rusqlite::{Connection, OptionalExtension, Result, params};
use sha2::{Digest as _, Sha256};

use crate::table::run;
use crate::value::{instance, micros, number, read_number};

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

    /// Writes the slot with what `batch` changes of it, in one statement.
    pub(crate) fn write(&self, db: &Connection, batch: &Batch, is_new: bool) -> Result<()> {
        let id = instance(batch.instance);
        let newest = batch.indexes.iter().rev().find_map(|change| match change {
            IndexChange::Due(due) => Some(*due),
            _ => None,
        });
        let due = newest.flatten().map(micros);
        let (version, seq) = (number(self.version.0), number(self.seq));
        let (position, hash) = (number(self.position.0), self.hash.0);
        let (state, sum) = match &batch.state {
            Change::Put(state) => (Some(state), Some(checksum(batch.instance, state))),
            Change::Keep | Change::Erase => (None, None),
        };
        let erased = batch.state == Change::Erase;
        let all = params![id, version, seq, position, hash, due, state, sum, erased];
        // Only the columns that change are named: each index over another one costs nothing.
        match (&batch.state, newest) {
            _ if is_new => run(db, INSERT, all),
            (Change::Erase, _) => run(db, UPDATE_ALL, all),
            (Change::Put(_), Some(_)) => run(
                db,
                UPDATE_STATE_AND_DUE,
                params![id, version, seq, position, hash, due, state, sum],
            ),
            (Change::Put(_), None) => run(
                db,
                UPDATE_STATE,
                params![id, version, seq, position, hash, state, sum],
            ),
            (Change::Keep, Some(_)) => run(
                db,
                UPDATE_DUE,
                params![id, version, seq, position, hash, due],
            ),
            (Change::Keep, None) => run(db, UPDATE_HEAD, params![id, version, seq, position, hash]),
        }
    }
}

const INSERT: &str = "INSERT INTO slot \
     (instance, version, seq, position, hash, due, state, checksum, erased) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

const UPDATE_ALL: &str = "UPDATE slot SET version = ?2, seq = ?3, position = ?4, hash = ?5, \
     due = ?6, state = ?7, checksum = ?8, erased = ?9 WHERE instance = ?1";

const UPDATE_STATE_AND_DUE: &str = "UPDATE slot SET version = ?2, seq = ?3, position = ?4, \
     hash = ?5, due = ?6, state = ?7, checksum = ?8 WHERE instance = ?1";

const UPDATE_STATE: &str = "UPDATE slot SET version = ?2, seq = ?3, position = ?4, hash = ?5, \
     state = ?6, checksum = ?7 WHERE instance = ?1";

const UPDATE_DUE: &str = "UPDATE slot SET version = ?2, seq = ?3, position = ?4, hash = ?5, \
     due = ?6 WHERE instance = ?1";

const UPDATE_HEAD: &str = "UPDATE slot SET version = ?2, seq = ?3, position = ?4, hash = ?5 \
     WHERE instance = ?1";
