//! Retries with exponential back-off and jitter.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};

use super::Clock;
use crate::{Call, Failure, Handler, IdempotencyKey, Variables};

/// How often and after which waits a call is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How many more attempts there are after the first.
    pub retries: u32,
    /// The wait before the first of them; each further one is twice as long.
    pub first_wait: Duration,
    /// No wait is longer than this, before jitter.
    pub longest_wait: Duration,
    /// To each wait a random part of itself is added, drawn from this seed and the idempotency key,
    /// so that callers which failed together do not return together.
    pub seed: u64,
}

impl Default for RetryPolicy {
    /// Three retries after 200 ms, 400 ms and 800 ms with up to as much jitter.
    fn default() -> RetryPolicy {
        RetryPolicy {
            retries: 3,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(10),
            seed: 0,
        }
    }
}

/// Tries retryable failures again. A wait that the system asked for is kept when it is longer than
/// the policy's, and when it is longer than the longest wait the failure is given back at once: that
/// is for the engine, whose retries survive a restart.
pub struct Retry<H> {
    inner: H,
    policy: RetryPolicy,
    clock: Arc<dyn Clock>,
}

impl<H: Handler> Retry<H> {
    /// Tries calls of `inner` again.
    pub fn new(inner: H, policy: RetryPolicy, clock: Arc<dyn Clock>) -> Retry<H> {
        Retry {
            inner,
            policy,
            clock,
        }
    }

    /// The wait that follows a failure, given the one of the back-off; none gives up.
    fn wait(&self, failure: &Failure, next: Option<Duration>) -> Option<Duration> {
        let next = next?;
        match failure {
            Failure::Retryable {
                after: Some(after), ..
            } if *after > self.policy.longest_wait => None,
            Failure::Retryable {
                after: Some(after), ..
            } => Some(next.max(*after)),
            _ => Some(next),
        }
    }
}

impl RetryPolicy {
    fn backoff(&self, key: &IdempotencyKey) -> ExponentialBuilder {
        ExponentialBuilder::new()
            .with_min_delay(self.first_wait)
            .with_max_delay(self.longest_wait)
            .with_factor(2.0)
            .with_max_times(usize::try_from(self.retries).unwrap_or(usize::MAX))
            .with_jitter()
            .with_jitter_seed(self.seed ^ hash(key))
    }
}

/// FNV-1a: the same on every machine and in every version.
fn hash(key: &IdempotencyKey) -> u64 {
    key.as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        })
}

#[async_trait]
impl<H: Handler> Handler for Retry<H> {
    async fn handle(&self, call: Call) -> Result<Variables, Failure> {
        let mut waits = self.policy.backoff(&call.context.key).build();
        loop {
            let answer = self.inner.handle(call.clone()).await;
            let wait = match &answer {
                Err(failure) if failure.is_retryable() => self.wait(failure, waits.next()),
                Ok(_) | Err(_) => None,
            };
            let Some(wait) = wait else { return answer };
            self.clock.sleep(wait).await;
        }
    }
}
