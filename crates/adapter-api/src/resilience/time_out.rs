//! Time-outs.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;

use super::Clock;
use crate::{Call, Failure, Handler, Variables};

/// Gives up on a call that takes too long, with a retryable failure. What the call has done by then
/// is unknown; the idempotency key lets the next attempt find out.
pub struct TimeOut<H> {
    inner: H,
    limit: Duration,
    clock: Arc<dyn Clock>,
}

impl<H: Handler> TimeOut<H> {
    /// Limits each call of `inner`.
    pub fn new(inner: H, limit: Duration, clock: Arc<dyn Clock>) -> TimeOut<H> {
        TimeOut {
            inner,
            limit,
            clock,
        }
    }
}

#[async_trait]
impl<H: Handler> Handler for TimeOut<H> {
    async fn handle(&self, call: Call) -> Result<Variables, Failure> {
        let operation = call.operation.clone();
        let mut work = pin!(self.inner.handle(call));
        let mut limit = self.clock.sleep(self.limit);
        // The work is asked first: an answer that comes at the last instant counts.
        let answer = poll_fn(|context| {
            if let Poll::Ready(answer) = work.as_mut().poll(context) {
                return Poll::Ready(Some(answer));
            }
            limit.as_mut().poll(context).map(|()| None)
        });
        answer.await.unwrap_or_else(|| {
            Err(Failure::retryable(format!(
                "operation '{operation}': no answer within {} ms",
                self.limit.as_millis()
            )))
        })
    }
}
