//! Implementations in memory that tests direct, and a virtual clock.
//!
//! Each adapter here does what its trait promises, with data that the test gives it. On top of that
//! a test directs every operation by its [`Script`]: answers by rule, delays, failures in sequence,
//! lost answers; and reads what was asked.
//!
//! ```
//! use reglament_adapter_api::numbering::{AssignNumber, Numbering, Series};
//! use reglament_adapter_api::scripted::{ScriptedNumbering, VirtualClock};
//! use reglament_adapter_api::{CallContext, SystemError};
//! use reglament_core::timer::{Timestamp, Zone};
//!
//! let clock = VirtualClock::at(Timestamp::EPOCH);
//! let numbering = ScriptedNumbering::new(Zone::UTC, [Series::new("queue", "Q")]);
//! numbering.assign.fail(SystemError::unavailable("the journal is closed"));
//!
//! let context = CallContext::new("case-1/7", Timestamp::EPOCH);
//! let request = AssignNumber { series: "queue".into() };
//! let first = clock.run(numbering.assign(&context, request.clone()));
//! assert!(first.is_err());
//! let second = clock.run(numbering.assign(&context, request));
//! assert_eq!(second.unwrap().application_number, "Q-1970-000001");
//! ```

mod clock;
mod delivery;
mod identity;
mod numbering;
mod registers;
mod script;
mod signature;
mod waiting_list;

pub use clock::VirtualClock;
pub use delivery::{ScriptedGateway, ScriptedNotifier, ScriptedRenderer};
pub use identity::ScriptedIdentity;
pub use numbering::ScriptedNumbering;
pub use registers::{ScriptedNotaryRegister, ScriptedPersonRegister};
pub use script::{Script, ScriptedHandler};
pub use signature::{ScriptedCertificate, ScriptedSignatures};
pub use waiting_list::ScriptedWaitingList;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks what no holder leaves half-written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
