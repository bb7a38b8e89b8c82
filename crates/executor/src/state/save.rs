//! Saving a state and loading it again.
//!
//! The form is JSON. It names elements, flows and names by their positions in the tables of the
//! program; a fingerprint of those tables goes with it, so a state is never read against another
//! program.

use reglament_core::Program;
use serde::{Deserialize, Serialize};

use super::{Queue, Rare, Slot, State, Status};

/// The version of the form.
const VERSION: u16 = 1;

/// Why a saved state cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The bytes are not a saved state.
    #[error("not a saved instance: {0}")]
    Damaged(String),
    /// The form is of a newer version.
    #[error("expected a saved instance of version {VERSION}, found {0}")]
    Version(u16),
    /// It was saved under a program with other elements, flows or names.
    #[error("the instance was saved under another program")]
    OtherProgram,
}

/// What is written; read again as [`Saved`].
#[derive(Serialize)]
struct Saving<'a> {
    version: u16,
    program: u64,
    status: Status,
    seq: u64,
    serial: u32,
    free: u32,
    slots: &'a [Slot],
    queue: &'a Queue,
    rare: Option<&'a Rare>,
}

#[derive(Deserialize)]
struct Saved {
    version: u16,
    program: u64,
    status: Status,
    seq: u64,
    serial: u32,
    free: u32,
    slots: Vec<Slot>,
    queue: Queue,
    rare: Option<Box<Rare>>,
}

impl State {
    /// The state as bytes.
    ///
    /// # Errors
    /// When a value has no JSON form: only functions have none, and no variable holds one.
    pub fn save(&self, program: &Program) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Saving {
            version: VERSION,
            program: program.fingerprint(),
            status: self.status,
            seq: self.seq,
            serial: self.serial,
            free: self.free,
            slots: &self.slots,
            queue: &self.queue,
            rare: self.rare.as_deref(),
        })
    }

    /// The state that [`State::save`] wrote.
    ///
    /// # Errors
    /// See [`LoadError`].
    pub fn load(program: &Program, bytes: &[u8]) -> Result<Self, LoadError> {
        let damaged = |error: serde_json::Error| LoadError::Damaged(error.to_string());
        let read: Result<Saved, serde_json::Error> = serde_json::from_slice(bytes);
        let saved = match read {
            Ok(saved) if saved.version == VERSION => saved,
            read => {
                // Of another version no more than that is known.
                let header: Header = serde_json::from_slice(bytes).map_err(damaged)?;
                if header.version != VERSION {
                    return Err(LoadError::Version(header.version));
                }
                read.map_err(damaged)?
            }
        };
        if saved.program != program.fingerprint() {
            return Err(LoadError::OtherProgram);
        }
        let mut state = Self {
            slots: saved.slots,
            queue: saved.queue,
            free: saved.free,
            serial: saved.serial,
            seq: saved.seq,
            status: saved.status,
            rare: saved.rare,
        };
        state.index_arms();
        state.index_alarms();
        Ok(state)
    }
}

/// What every version has.
#[derive(Deserialize)]
struct Header {
    version: u16,
}
