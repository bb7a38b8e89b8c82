//! What is put around a handler so that a weak system does not hurt a strong one: time-outs, retries
//! with back-off, circuit breakers, bulkheads.
//!
//! Each is a [`Handler`](crate::Handler) around a handler, so they compose in any order. The order
//! that is usually meant, from the outside: bulkhead, retry, circuit breaker, time-out, adapter: a
//! time-out limits each attempt, the breaker sees each attempt, and what is retried stays within the
//! compartment.
//!
//! ```
//! # use std::sync::Arc;
//! # use std::time::Duration;
//! # use reglament_adapter_api::{Operations, resilience::*};
//! fn around(operations: Operations, clock: Arc<dyn Clock>) -> Operations {
//!     let breaker = CircuitBreaker::new(BreakerPolicy::default());
//!     operations.wrapped(move |handler| {
//!         let limited = TimeOut::new(handler, Duration::from_secs(10), clock.clone());
//!         let guarded = Guarded::new(limited, breaker.clone(), clock.clone());
//!         Retry::new(guarded, RetryPolicy::default(), clock.clone())
//!     })
//! }
//! ```
//!
//! The engine has retries of its own, which survive a restart; these here are for what passes within
//! seconds. The idempotency key is the same in all attempts of both.

mod bulkhead;
mod circuit_breaker;
mod clock;
mod retry;
mod time_out;

pub use bulkhead::Bulkhead;
pub use circuit_breaker::{BreakerPolicy, BreakerState, CircuitBreaker, Guarded};
pub use clock::{Clock, Sleep};
pub use retry::{Retry, RetryPolicy};
pub use time_out::TimeOut;
