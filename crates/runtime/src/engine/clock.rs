//! The clock of an engine: the only place where time comes from.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reglament_core::timer::Timestamp;
use tokio::sync::Notify;

/// How long the system clock sleeps at most before it looks at the time again: a clock that is set
/// forward is noticed that soon.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Ends when the clock may have reached `at`. It may end sooner: the caller looks again.
    fn sleep_until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The clock of the machine. When it is set back, nothing that has happened happens again, and leases
/// last longer; when it is set forward, what is due by it is done.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_micros()).unwrap_or(i64::MAX),
        };
        Timestamp::from_micros(micros)
    }

    fn sleep_until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let micros = u64::try_from(self.now().micros_until(at)).unwrap_or_default();
        // Timers of the runtime count milliseconds: rounding up wakes after the instant, never before.
        let pause = Duration::from_micros(micros) + Duration::from_millis(1);
        Box::pin(tokio::time::sleep(pause.min(LOOK_AGAIN)))
    }
}

/// A clock that stands still until it is moved: for tests and for command lines that move time.
#[derive(Debug)]
pub struct ManualClock {
    now: AtomicI64,
    moved: Notify,
}

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            now: AtomicI64::new(now.as_micros()),
            moved: Notify::new(),
        }
    }

    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        self.now.store(now.as_micros(), Ordering::SeqCst);
        self.moved.notify_waiters();
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.set(crate::kernel::later(self.now(), by));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now.load(Ordering::SeqCst))
    }

    fn sleep_until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            loop {
                let moved = self.moved.notified();
                if self.now() >= at {
                    return;
                }
                moved.await;
            }
        })
    }
}
