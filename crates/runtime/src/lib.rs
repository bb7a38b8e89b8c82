//! The durable engine: cases that survive restarts, over any store.
//!
//! ```text
//! clients ──commands──> writer ──group──> kernel ──batches──> Store::commit ──> replies
//!                                            │ reads                │
//!                                            └──────── Store ───────┘
//! ```
//!
//! - [`command`]: what can be asked, and what is answered.
//! - [`history`]: how records are sealed, chained, anchored and verified.
//! - [`report`]: the quality of services, counted from histories.
//! - [`metrics`]: what is counted and measured, with the feature `metrics`.
//! - [`store`]: what a store has to do. [`store::MemoryStore`] keeps everything in memory.
//!
//! # Source
//! BPMN 2.0.2, chapter 13, for what cases do; the life cycle of work is the one that users of
//! Camunda 8 know.

#![expect(
    clippy::indexing_slicing,
    reason = "a program is made of arenas, addressed by the typed indices that they gave out"
)]

mod case;
pub mod codes;
pub mod command;
mod definition;
mod engine;
mod error;
pub mod history;
mod kernel;
pub mod metrics;
pub mod report;
mod retention;
#[cfg(feature = "simulation")]
pub mod simulation;
pub mod store;

pub use case::{
    Assigned, CaseEvent, CaseFacts, CaseLoadError, CaseMigrated, CaseRecord, ChosenVersion,
    DEFAULT_RETRIES, ENDED_WORK_REMEMBERED, Opened, PASSING_LIMIT, RECORD_VERSION, TaskTerms,
    WorkEnd,
};
pub use reglament_pack::manifest::DayReading;

pub use definition::{Catalogue, Definition, FileDiagnostics, Regulation, Resource, TableMismatch};
pub use engine::{
    CaseView, Clock, Commits, Engine, EngineBuilder, EventStream, GROUP_LIMIT, HEALTHY_TIMER_LAG,
    HandledJob, HandlerError, HandlerOptions, HandlerResult, Health, JobInput, ManualClock,
    QUEUE_LIMIT, Reader, SystemClock, WAITING_LIMIT, WaitingElement, variables_from,
    variables_into,
};
pub use error::{EngineError, Refusal};
pub use kernel::{
    ACTIVATION_LIMIT, Backoff, Divergence, ERASED_LIMIT, EngineEvent, EngineRecord,
    FAILURE_TEXT_LIMIT, INNER_WORK_LIMIT, KEPT_LIMIT, SIGNAL_PAGE, TIDY_EVERY,
};
pub use reglament_executor::{InstanceId, Key};
pub use retention::Retention;

/// The examples of the README are run as those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
