//! What every implementation of a trait keeps: run them on an implementation of your own.
//!
//! Each contract is an `async fn` that takes the implementation with the data that its documentation
//! names, asks it through the trait alone, and returns the first rule that does not hold. The
//! scripted and the real implementations pass the same contracts.
//!
//! ```
//! # use reglament_adapter_api::{contract, scripted::{ScriptedNumbering, VirtualClock}};
//! # use reglament_core::timer::Timestamp;
//! let numbering = ScriptedNumbering::new(contract::numbering::zone(), contract::numbering::series());
//! let clock = VirtualClock::at(Timestamp::EPOCH);
//! clock.run(contract::numbering::holds(&numbering)).unwrap();
//! ```

pub mod delivery;
pub mod identity;
pub mod numbering;
pub mod registers;
pub mod signature;
pub mod waiting_list;

use std::fmt::{self, Debug, Display};

use reglament_core::identifier::Iin;
use reglament_core::timer::{Date, Timestamp};

use crate::{CallContext, Identifier};

/// A rule of a contract that an implementation does not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The rule, in words.
    pub rule: String,
    /// What the rule asks for.
    pub expected: String,
    /// What the implementation gave.
    pub found: String,
}

impl Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Breach {
            rule,
            expected,
            found,
        } = self;
        write!(f, "{rule}: expected {expected}, found {found}")
    }
}

impl std::error::Error for Breach {}

fn equal<T: PartialEq + Debug>(rule: &str, found: &T, expected: &T) -> Result<(), Breach> {
    if found == expected {
        return Ok(());
    }
    Err(Breach {
        rule: rule.into(),
        expected: format!("{expected:?}"),
        found: format!("{found:?}"),
    })
}

fn given<T, E: Display>(rule: &str, found: Result<T, E>) -> Result<T, Breach> {
    found.map_err(|error| Breach {
        rule: rule.into(),
        expected: "an answer".into(),
        found: format!("'{error}'"),
    })
}

/// Data that a contract itself was given wrongly.
fn fixture<T, E: Display>(text: &str, found: Result<T, E>) -> Result<T, Breach> {
    given(&format!("the contract's own '{text}' is read"), found)
}

fn at(text: &str) -> Result<Timestamp, Breach> {
    fixture(text, Timestamp::parse_rfc3339(text))
}

fn day(text: &str) -> Result<Date, Breach> {
    fixture(text, text.parse())
}

fn iin(text: &str) -> Result<Iin, Breach> {
    fixture(text, Iin::parse(text))
}

fn identifier(text: &str) -> Result<Identifier, Breach> {
    fixture(text, Identifier::parse(text))
}

/// Contexts with keys that are all different.
struct Calls {
    now: Timestamp,
    made: u32,
}

impl Calls {
    fn at(text: &str) -> Result<Calls, Breach> {
        Ok(Calls {
            now: at(text)?,
            made: 0,
        })
    }

    fn next(&mut self) -> CallContext {
        self.made += 1;
        CallContext::new(format!("contract/{}", self.made), self.now)
    }
}
