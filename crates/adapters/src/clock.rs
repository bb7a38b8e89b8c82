//! The clock of tokio.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reglament_adapter_api::resilience::{Clock, Sleep};
use reglament_core::timer::Timestamp;

/// Tells the time of the machine and waits on tokio's timer, so it is asked within its runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioClock;

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        let micros = |since: Duration| i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => micros(since),
            Err(before) => -micros(before.duration()),
        })
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}
