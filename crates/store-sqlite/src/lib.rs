//! The embedded store: cases in one SQLite file.
//!
//! ```no_run
//! use reglament_sqlite::SqliteStore;
//! # fn main() -> Result<(), reglament_sqlite::OpenError> {
//! let store = SqliteStore::open("cases.sqlite")?;
//! # Ok(())
//! # }
//! ```
//!
//! - **Durable.** Write-ahead log with full sync: a commit that returned survives the death of the
//!   process and of the machine, as far as the medium keeps what it says it has written.
//! - **One writer, many readers.** One process writes, through one thread; others can open the file for
//!   reading meanwhile ([`SqliteStore::open_for_reading`]). Readers never wait for the writer.
//! - **Never served as good.** The pages are checked when the file is opened ([`Check`]); every state has
//!   a checksum that is compared when it is loaded; histories are chained and verified against anchors
//!   ([`reglament_runtime::history`]). A log that was cut off while nobody ran reads like one that ends
//!   earlier: only an anchor that was kept outside finds that.
//! - **Backups** of a store in use: [`SqliteStore::back_up`]. Copying the file is none.
//!
//! # Shredding
//! When a data key is destroyed, the row that held it is overwritten and the log is emptied before
//! anything else is written to it. What a copy-on-write file system, the medium's own wear levelling or
//! a backup keeps is beyond a store.

mod error;
mod key_file;
mod list;
mod lock;
mod name;
mod open;
mod pool;
mod query;
mod question;
mod schema;
mod slot;
mod store;
mod table;
mod value;
mod writer;

pub use error::OpenError;
pub use key_file::{KeyFileError, create_key_file, read_key_file};
pub use open::{Check, SqliteOptions};
pub use store::SqliteStore;
