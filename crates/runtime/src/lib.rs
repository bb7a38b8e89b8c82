//! The durable engine: cases that survive restarts, over any store.
//!
//! ```text
//! clients ──commands──> writer ──group──> kernel ──batches──> Store::commit ──> replies
//!                                            │ reads                │
//!                                            └──────── Store ───────┘
//! ```
//!
//! - [`history`]: how records are sealed, chained, anchored and verified.
//! - [`store`]: what a store has to do. [`store::MemoryStore`] keeps everything in memory.
//!
//! # Source
//! BPMN 2.0.2, chapter 13, for what cases do; the life cycle of work is the one that users of
//! Camunda 8 know.

pub mod history;
pub mod store;

pub use reglament_executor::{InstanceId, Key};
