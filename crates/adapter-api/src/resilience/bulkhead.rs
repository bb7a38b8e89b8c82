//! Bulkheads: a limit on the calls that are under way at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;

use crate::{Call, Failure, Handler, Variables};

/// Lets so many calls through at once and refuses the others with a retryable failure: nothing waits
/// here, waiting is the engine's.
pub struct Bulkhead<H> {
    inner: H,
    limit: usize,
    under_way: Arc<AtomicUsize>,
}

impl<H: Handler> Bulkhead<H> {
    /// Limits the calls of `inner`.
    pub fn new(inner: H, limit: usize) -> Bulkhead<H> {
        Bulkhead {
            inner,
            limit,
            under_way: Arc::new(AtomicUsize::new(0)),
        }
    }
}

/// One call under way.
struct Berth(Arc<AtomicUsize>);

impl Berth {
    fn take(under_way: &Arc<AtomicUsize>, limit: usize) -> Option<Berth> {
        let taken = under_way.fetch_update(Ordering::AcqRel, Ordering::Acquire, |count| {
            (count < limit).then_some(count + 1)
        });
        taken.ok().map(|_| Berth(Arc::clone(under_way)))
    }
}

impl Drop for Berth {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[async_trait]
impl<H: Handler> Handler for Bulkhead<H> {
    async fn handle(&self, call: Call) -> Result<Variables, Failure> {
        let Some(berth) = Berth::take(&self.under_way, self.limit) else {
            return Err(Failure::retryable(format!(
                "operation '{}': {} calls are under way",
                call.operation, self.limit
            )));
        };
        let answer = self.inner.handle(call).await;
        drop(berth);
        answer
    }
}
