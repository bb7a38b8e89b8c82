//! The systems that service tasks call: typed adapter traits, the registry of operations,
//! resilience.
//!
//! A service task names an *operation* (`zeebe:taskDefinition type="signature.verify"`). The
//! [`Registry`] finds the [`Handler`] of that name, gives it the variables that the task sees, and
//! gives back the variables that the task completes with, or a [`Failure`].
//!
//! ```text
//! variables --decode--> typed request --adapter--> typed response --encode--> variables
//! ```
//!
//! Behind most operations stands a trait of one of the systems of the regulations:
//!
//! | operation | trait |
//! |---|---|
//! | `identity.verify` | [`Identity`](identity::Identity) |
//! | `signature.verify`, `signature.sign` | [`SignatureService`](signature::SignatureService) |
//! | `register.person`, `register.power-of-attorney`, `register.verify` | [`PersonRegister`](person_register::PersonRegister) and [`NotaryRegister`](notary_register::NotaryRegister) |
//! | `gateway.send` | [`DocumentGateway`](document_gateway::DocumentGateway) |
//! | `number.assign` | [`Numbering`](numbering::Numbering) |
//! | `queue.enter`, `places.check`, `queue.position`, `queue.refer`, `queue.admit`, `queue.leave` | [`WaitingList`](waiting_list::WaitingList) |
//! | `document.render` | [`DocumentRenderer`](document::DocumentRenderer) |
//! | `notification.send` | [`Notifier`](notification::Notifier) |
//!
//! Whatever else a model names is handled by a function of the host: [`typed`] makes a handler of an
//! `async fn` with typed variables.
//!
//! # Names of variables
//! An operation has names of its own for what it takes and gives. A model says which of its
//! variables those are: inputs by `zeebe:input`, outputs by the task headers `resultVariable` and
//! `resultExpression`, as connectors of Camunda do. Without these headers the fields of the response
//! become variables of the same names.
//!
//! # What is promised
//! - Every call carries an [`IdempotencyKey`]: an adapter that is called again with the same key and
//!   request has one effect and gives the first answer.
//! - Every failure says what follows from it: give up, try again, or take another way in the process
//!   ([`Failure`]).
//! - Nothing here reads a clock, draws a random number or knows an async runtime: time is in the
//!   [`CallContext`], [`resilience`] takes a [`Clock`](resilience::Clock) and a seed.

mod call;
#[cfg(feature = "scripted")]
pub mod contract;
pub mod document;
pub mod document_gateway;
mod failure;
mod handler;
mod identifier;
pub mod identity;
mod instant;
pub mod notary_register;
pub mod notification;
pub mod numbering;
mod one_or_many;
mod operations;
pub mod person_register;
pub mod registers;
mod registry;
pub mod resilience;
mod result_mapping;
#[cfg(feature = "scripted")]
pub mod scripted;
pub mod signature;
pub mod waiting_list;

pub use async_trait::async_trait;
pub use call::{Call, CallContext, Headers, IdempotencyKey, Variables};
pub use failure::{Failure, SystemError};
pub use handler::{Handler, Typed, VariableError, decode, encode, typed};
pub use identifier::Identifier;
pub use operations::Operations;
pub use registry::{Registry, Unhandled};
pub use result_mapping::{RESULT_EXPRESSION, RESULT_VARIABLE, check_result_headers};
