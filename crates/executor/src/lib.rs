//! The process executor: a pure state machine from commands to events.
//!
//! An [`Instance`] is a function of (state, environment, command, now): it reads no clock, does no
//! IO and knows no thread. [`Instance::handle`] turns a [`Command`] into [`Event`]s; only
//! [`State::apply`] writes state, and events carry results, so replaying them evaluates no
//! expression and reads no calendar.
//!
//! # Source
//! BPMN 2.0.2, chapter 13 (execution semantics).

#![expect(
    clippy::indexing_slicing,
    reason = "a program is made of arenas, addressed by the typed indices that they gave out"
)]

mod command;
mod correlator;
mod duty;
mod element;
mod env;
mod event;
mod execution;
mod incident;
mod instance;
mod migration;
mod modification;
mod rejection;
mod sink;
mod state;
mod term;

pub use command::{Actor, Command, Occasion, Start, Variables};
pub use correlator::{
    Awaited, Chosen, Correlator, InstanceId, InvalidKey, MessageStart, Parcel, Publication,
    Receiver, Routing, Subscription, by_flow, by_name, canonical_key, choose, message_starts,
    signal_starts,
};
pub use duty::{DutyConflict, DutyRule, Performers};
pub use env::{Env, Limits, TaskKinds};
pub use event::{After, Arm, Cause, Event, Origin, Thrown, ThrownMessage, ThrownSignal, Trigger};
pub use incident::{Incident, IncidentKind};
pub use instance::Instance;
pub use migration::{
    ElementMapping, FlowMapping, Migrated, MigratedArm, MigratedTerm, MigrationNote, MigrationPlan,
    MigrationProblem, MigrationProblemKind, MigrationReport, TermMapping, TermPolicy, Unmapped,
};
pub use modification::{Activation, Modification};
pub use rejection::Rejection;
pub use sink::{EVENT_VERSION, History, NoHistory, Record, Sink};
pub use state::{CalledDecision, Key, LoadError, Stage, State, Status};
pub use term::{
    Course, Reckoning, TermChange, TermClock, TermKey, TermOutcome, TermStanding, TermStart,
};
