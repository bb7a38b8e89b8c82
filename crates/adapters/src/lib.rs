//! Real systems behind the adapter traits of `reglament-adapter-api`, one cargo feature each.
//!
//! | feature | what |
//! |---|---|
//! | `clock` | the clock of tokio, for time-outs, retries and circuit breakers |
//! | `sqlite` | the registers of persons and of notarial acts, accounts, numbering and the waiting list in one SQLite file |

#[cfg(feature = "clock")]
mod clock;
#[cfg(feature = "sqlite")]
pub mod sqlite;

#[cfg(feature = "clock")]
pub use clock::TokioClock;
