//! What SQLite says, in the words of stores.

use std::io;
use std::path::PathBuf;

use reglament_runtime::store::StoreError;
use rusqlite::{Error, ErrorCode};

/// Why a file could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another program writes to the file.
    #[error("another process writes to {}: it holds the lock {}", .file.display(), .lock.display())]
    Locked {
        /// The file.
        file: PathBuf,
        /// The lock that the other process holds.
        lock: PathBuf,
    },
    /// There is no such file.
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    /// The file or its folder cannot be used.
    #[error("{} cannot be used", .file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is a database of something else, or no database.
    #[error("the file is no store of cases")]
    Foreign,
    /// The file was written by a newer program.
    #[error("expected a store of version {known} or older, found version {found}")]
    Newer {
        /// Its version.
        found: i32,
        /// The newest version that this program knows.
        known: i32,
    },
    /// The file is of an older version and was opened for reading only.
    #[error(
        "the store has the older version {found}: open it for writing once to bring it forward"
    )]
    Older {
        /// Its version.
        found: i32,
    },
    /// The file is damaged.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl OpenError {
    pub(crate) fn from_sqlite(error: Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            _ => Self::Store(from_sqlite(error)),
        }
    }
}

/// The error of a store for one of SQLite that was raised before anything was committed.
pub(crate) fn from_sqlite(error: Error) -> StoreError {
    let store_error = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::unavailable("the disk is full"),
        // Readers share memory that SQLite keeps in a file beside the store.
        Some(ErrorCode::ReadOnly) if in_read_only_folder(&error) => StoreError::unavailable(
            "the folder of the file cannot be written, which reading needs too",
        ),
        Some(ErrorCode::ReadOnly) => StoreError::unavailable("the file cannot be written"),
        Some(ErrorCode::SystemIoFailure) => {
            StoreError::unavailable("the file could not be read or written")
        }
        Some(ErrorCode::CannotOpen) => StoreError::unavailable("the file cannot be opened"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::unavailable("another process holds the file")
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::damaged("the file is damaged")
        }
        Some(_) => StoreError::unavailable("the database refused"),
        // No code: a value of another type than was written.
        None => StoreError::damaged("a row is not what was written"),
    };
    store_error.caused_by(error)
}

fn in_read_only_folder(error: &Error) -> bool {
    let code = error.sqlite_error().map(|it| it.extended_code);
    code == Some(rusqlite::ffi::SQLITE_READONLY_DIRECTORY)
}

/// The same for an error of `COMMIT` itself: after a failed write or sync nobody knows what reached the
/// medium.
pub(crate) fn from_commit(error: Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => {
            StoreError::unknown("the commit could not be written or synced").caused_by(error)
        }
        _ => from_sqlite(error),
    }
}
