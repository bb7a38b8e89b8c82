//! The file, and the thread that owns its connection.

use std::path::Path;
use std::time::Duration;

use reglament_adapter_api::SystemError;
use reglament_core::timer::Timestamp;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use super::schema::{self, Mismatch};
use super::worker::Worker;

/// How long a transaction waits for another process that writes the same file.
const BUSY: Duration = Duration::from_secs(5);

/// A file of adapters. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Database {
    worker: Worker<Connection>,
}

/// Why a file is not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file belongs to another program.
    #[error("'{path}' is not a file of adapters")]
    Foreign {
        /// The file.
        path: String,
    },
    /// The file was written by a later version of this program.
    #[error("'{path}' has version {version}, which is newer than this program")]
    Newer {
        /// The file.
        path: String,
        /// Its version.
        version: i64,
    },
    /// The file cannot be read or written, or is damaged.
    #[error("'{path}': {message}")]
    File {
        /// The file.
        path: String,
        /// What went wrong.
        message: String,
    },
}

impl Database {
    /// Opens a file, which is made when there is none and migrated when it is of an older version.
    ///
    /// # Errors
    /// The file is of another program, of a newer version, damaged, or cannot be read or written.
    pub fn open(path: &Path) -> Result<Database, OpenError> {
        let shown = path.display().to_string();
        let failed = |message: String| OpenError::File {
            path: shown.clone(),
            message,
        };
        let mut connection = Connection::open(path).map_err(|error| failed(error.to_string()))?;
        let migrated = prepare(&connection).and_then(|()| schema::migrate(&mut connection));
        match migrated.map_err(|error| failed(error.to_string()))? {
            Ok(()) => {}
            Err(Mismatch::Foreign) => return Err(OpenError::Foreign { path: shown }),
            Err(Mismatch::Newer(version)) => {
                return Err(OpenError::Newer {
                    path: shown,
                    version,
                });
            }
        }
        let worker = Worker::start("reglament-adapters", connection);
        let worker = worker.map_err(|error| failed(error.to_string()))?;
        Ok(Database { worker })
    }

    /// Forgets the answers to calls before an instant; gives how many there were.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn forget_answers(&self, before: Timestamp) -> Result<usize, SystemError> {
        self.transact(move |transaction| {
            let sql = "DELETE FROM answer WHERE at < ?1";
            transaction
                .execute(sql, [before.as_micros()])
                .map_err(failed)
        })
        .await
    }

    /// Runs `work` in one transaction: committed when it succeeds, else as if it had not been.
    pub(super) async fn transact<A, E, F>(&self, work: F) -> Result<A, E>
    where
        A: Send + 'static,
        E: From<SystemError> + Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<A, E> + Send + 'static,
    {
        let done = self.worker.run(move |connection| {
            let transaction = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(failed)?;
            let answer = work(&transaction)?;
            transaction.commit().map_err(failed)?;
            Ok(answer)
        });
        done.await?
    }
}

/// What every connection is told before it is used.
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// What a failure of SQLite means to the caller: what may pass, and what will not.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands in `map_err`, which gives the error away"
)]
pub(super) fn failed(error: rusqlite::Error) -> SystemError {
    let passes = matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::OutOfMemory
                | ErrorCode::CannotOpen
        )
    );
    let message = format!("the file of the adapter: {error}");
    if passes {
        SystemError::unavailable(message)
    } else {
        SystemError::refused(message)
    }
}
