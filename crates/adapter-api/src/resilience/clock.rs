//! The clock that resilience goes by.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use reglament_core::timer::Timestamp;

/// A wait.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells the time and waits. The host brings one of its runtime; tests bring one that they move.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Is ready when the time has passed.
    fn sleep(&self, duration: Duration) -> Sleep;
}
