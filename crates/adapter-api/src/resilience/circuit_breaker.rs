//! Circuit breakers.
//!
//! ```text
//!            failures reached the threshold             the wait is over
//!   closed ────────────────────────────────> open ────────────────────────> half-open
//!     ^                                       ^                                │  │
//!     │                                       └────────── a probe fails ───────┘  │
//!     └──────────────────────── enough probes in a row succeed ───────────────────┘
//! ```

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use reglament_core::timer::Timestamp;

use super::Clock;
use crate::{Call, Failure, Handler, Variables};

/// When a breaker opens and closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// So many retryable failures in a row open it.
    pub failures: u32,
    /// So long it stays open.
    pub open_for: Duration,
    /// So many probes in a row must succeed to close it.
    pub probes: u32,
}

impl Default for BreakerPolicy {
    /// Five failures, half a minute, one probe.
    fn default() -> BreakerPolicy {
        BreakerPolicy {
            failures: 5,
            open_for: Duration::from_secs(30),
            probes: 1,
        }
    }
}

/// The state of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls go through.
    Closed {
        /// The retryable failures since the last success.
        failures: u32,
    },
    /// Calls are refused without asking the system.
    Open {
        /// Until then.
        until: Timestamp,
    },
    /// One call at a time goes through to see whether the system is back.
    HalfOpen {
        /// The probes that have succeeded.
        succeeded: u32,
        /// Whether a probe is under way.
        probing: bool,
    },
}

/// A breaker. Its clones share one state, so that all operations of a system can share one breaker.
///
/// Only retryable failures count: a terminal or business failure is an answer of a living system.
#[derive(Clone)]
pub struct CircuitBreaker {
    policy: BreakerPolicy,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    state: BreakerState,
    /// Grows with every change of state, so that the late answer of a call that was let through
    /// under an earlier state changes nothing.
    epoch: u64,
}

impl CircuitBreaker {
    /// A closed breaker.
    #[must_use]
    pub fn new(policy: BreakerPolicy) -> CircuitBreaker {
        let state = BreakerState::Closed { failures: 0 };
        CircuitBreaker {
            policy,
            shared: Arc::new(Mutex::new(Shared { state, epoch: 0 })),
        }
    }

    /// The state as of the last call; an open breaker becomes half-open by the next call.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        self.lock().state
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        // A holder never panics between two writes, so what a poisoned lock guards is whole.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a call through and gives the epoch in which it was, or says how long to wait.
    fn admit(&self, now: Timestamp) -> Result<u64, Duration> {
        let mut shared = self.lock();
        match shared.state {
            BreakerState::Closed { .. } => {}
            BreakerState::Open { until } if now < until => {
                return Err(micros(now.micros_until(until)));
            }
            BreakerState::Open { .. } => shared.turn(BreakerState::HalfOpen {
                succeeded: 0,
                probing: true,
            }),
            BreakerState::HalfOpen { probing: true, .. } => return Err(Duration::ZERO),
            BreakerState::HalfOpen { succeeded, .. } => {
                shared.state = BreakerState::HalfOpen {
                    succeeded,
                    probing: true,
                };
            }
        }
        Ok(shared.epoch)
    }

    /// Takes the end of a call that was let through in `epoch`; none is a call that was dropped.
    fn settle(&self, epoch: u64, is_alive: Option<bool>, now: Timestamp) {
        let mut shared = self.lock();
        if shared.epoch != epoch {
            return;
        }
        let open = BreakerState::Open {
            until: now
                .checked_add_micros(
                    i64::try_from(self.policy.open_for.as_micros()).unwrap_or(i64::MAX),
                )
                .unwrap_or(Timestamp::MAX),
        };
        match (shared.state, is_alive) {
            (BreakerState::Closed { .. }, Some(true)) => {
                shared.state = BreakerState::Closed { failures: 0 };
            }
            (BreakerState::Closed { failures }, Some(false)) => {
                let failures = failures.saturating_add(1);
                if failures >= self.policy.failures {
                    shared.turn(open);
                } else {
                    shared.state = BreakerState::Closed { failures };
                }
            }
            (BreakerState::HalfOpen { succeeded, .. }, Some(true)) => {
                let succeeded = succeeded.saturating_add(1);
                if succeeded >= self.policy.probes {
                    shared.turn(BreakerState::Closed { failures: 0 });
                } else {
                    shared.state = BreakerState::HalfOpen {
                        succeeded,
                        probing: false,
                    };
                }
            }
            (BreakerState::HalfOpen { .. }, Some(false)) => shared.turn(open),
            (BreakerState::HalfOpen { succeeded, .. }, None) => {
                shared.state = BreakerState::HalfOpen {
                    succeeded,
                    probing: false,
                };
            }
            (BreakerState::Closed { .. }, None) | (BreakerState::Open { .. }, _) => {}
        }
    }
}

impl Shared {
    fn turn(&mut self, state: BreakerState) {
        self.state = state;
        self.epoch = self.epoch.wrapping_add(1);
    }
}

fn micros(count: i64) -> Duration {
    Duration::from_micros(u64::try_from(count).unwrap_or(0))
}

/// A handler behind a breaker.
pub struct Guarded<H> {
    inner: H,
    breaker: CircuitBreaker,
    clock: Arc<dyn Clock>,
}

impl<H: Handler> Guarded<H> {
    /// Puts `inner` behind `breaker`.
    pub fn new(inner: H, breaker: CircuitBreaker, clock: Arc<dyn Clock>) -> Guarded<H> {
        Guarded {
            inner,
            breaker,
            clock,
        }
    }
}

/// Settles a call as dropped unless it was settled before: a probe whose caller gave up must not
/// keep the breaker half-open for ever.
struct Passage<'b> {
    breaker: &'b CircuitBreaker,
    clock: &'b dyn Clock,
    epoch: u64,
    is_alive: Option<bool>,
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        self.breaker
            .settle(self.epoch, self.is_alive, self.clock.now());
    }
}

#[async_trait]
impl<H: Handler> Handler for Guarded<H> {
    async fn handle(&self, call: Call) -> Result<Variables, Failure> {
        let admitted = self.breaker.admit(self.clock.now());
        let epoch = admitted.map_err(|after| Failure::Retryable {
            message: format!(
                "operation '{}': the circuit breaker is open",
                call.operation
            ),
            after: Some(after),
        })?;
        let mut passage = Passage {
            breaker: &self.breaker,
            clock: &*self.clock,
            epoch,
            is_alive: None,
        };
        let answer = self.inner.handle(call).await;
        passage.is_alive = Some(!matches!(answer, Err(Failure::Retryable { .. })));
        answer
    }
}
