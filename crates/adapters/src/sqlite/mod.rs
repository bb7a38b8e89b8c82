//! Registers, accounts, numbering and the waiting list in one SQLite file.
//!
//! All adapters of a file share one [`Database`], a thread that owns the connection: each call is
//! one transaction (WAL, full sync), and what was answered is on the disk. An effect and the answer
//! kept under its idempotency key commit together, so a call that is repeated after a crash finds
//! either both or neither.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use reglament_adapter_api::numbering::{self, Series};
//! use reglament_adapter_api::Registry;
//! use reglament_adapters::sqlite::{Database, SqliteNumbering};
//! use reglament_core::timer::Zone;
//!
//! let database = Database::open("systems.sqlite".as_ref())?;
//! let zone = Zone::parse("Asia/Almaty")?;
//! let series = [Series::new("kindergarten-queue.portal", "A")];
//! let numbering = SqliteNumbering::new(database, zone, series);
//! let mut registry = Registry::new();
//! registry.add(numbering::operations(Arc::new(numbering)));
//! # Ok(())
//! # }
//! ```
//!
//! # Limits
//! - Kept answers grow until [`Database::forget_answers`] is called; a key that is repeated after
//!   that has its effect again.
//! - The register of persons holds personal data in clear text: protect the file.

mod answers;
mod csv_import;
mod database;
mod identity;
mod numbering;
mod password;
mod registers;
mod schema;
mod waiting_list;
mod worker;

pub use csv_import::ImportError;
pub use database::{Database, OpenError};
pub use identity::SqliteIdentity;
pub use numbering::SqliteNumbering;
pub use registers::{SqliteNotaryRegister, SqlitePersonRegister};
pub use waiting_list::SqliteWaitingList;
