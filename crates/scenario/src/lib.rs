//! Scenario scripts, the virtual clock and coverage.
//!
//! A scenario is a small file that says how a case goes and what must come of it. It is what analysts
//! write to see a process run, what CI runs on every change of a model, and what Rust tests use:
//!
//! ```
//! use reglament_scenario::Scenario;
//!
//! let script = "
//! - complete: Task_Check
//!   with: {complete: true}
//! - advance: P3D
//! - expect: {completed: [End_Referral], state: completed}
//! ";
//! let (scenario, diagnostics) = Scenario::load("referral.yaml", script.as_bytes());
//! assert!(diagnostics.is_empty());
//! assert_eq!(scenario.map(|scenario| scenario.expectations()), Some(1));
//! ```
//!
//! [`run`] takes a lowered [`Program`](reglament_core::Program) through a scenario and gives a
//! [`Report`]: the trace, how the case ended, what did not hold, and what was covered. [`run_alone`]
//! does without a script. Business rule tasks evaluate the decisions that
//! [`Options::decisions`](Options) has. Both are functions of their arguments: no clock, no file, no randomness.

#![expect(
    clippy::indexing_slicing,
    reason = "typed ids address the arenas of the program they come from"
)]

pub mod codes;
mod coverage;
mod decide;
mod expectation;
mod fields;
mod names;
mod note;
mod read;
mod run;
mod script;
mod step;
mod terms;
mod trace;
mod world;

pub use coverage::{Coverage, Part, ProcessCoverage};
pub use read::{looks_like_scenario, zone_of};
pub use reglament_pack::tree::Name;
pub use run::{Failure, JUMPS_LIMIT, Options, Report, run, run_alone, run_observed};
pub use script::{
    Action, Addressee, Advance, DueExpectation, Expectation, RunState, Scenario, Step,
    TermExpectation, TermStep,
};
pub use trace::{Ended, RunError, Subject, TermMark, TraceEvent, TraceLine, variables_json};
pub use world::{ADVANCE_LIMIT, DECISIONS_LIMIT, DELIVERIES_LIMIT, Observer};
