//! A clock that moves when everything waits.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use reglament_core::timer::Timestamp;

use super::lock;
use crate::resilience::{Clock, Sleep};

/// A clock that stands still while anything can go on, and jumps to the next wake-up when nothing
/// can. Its clones are one clock.
#[derive(Clone)]
pub struct VirtualClock(Arc<Mutex<Shared>>);

struct Shared {
    now: Timestamp,
    /// Grows with each sleep, so that those of one instant wake in the order in which they began.
    next: u64,
    sleepers: BTreeMap<(Timestamp, u64), Waker>,
}

impl VirtualClock {
    /// A clock that stands at an instant.
    #[must_use]
    pub fn at(now: Timestamp) -> VirtualClock {
        VirtualClock(Arc::new(Mutex::new(Shared {
            now,
            next: 0,
            sleepers: BTreeMap::new(),
        })))
    }

    /// Moves the clock.
    pub fn advance(&self, by: Duration) {
        let woken = {
            let mut shared = lock(&self.0);
            shared.now = later(shared.now, by);
            let key = (shared.now, u64::MAX);
            let late = shared.sleepers.split_off(&key);
            std::mem::replace(&mut shared.sleepers, late)
        };
        for waker in woken.into_values() {
            waker.wake();
        }
    }

    /// Jumps to the next wake-up, if anybody sleeps.
    fn jump(&self) -> bool {
        let woken = {
            let mut shared = lock(&self.0);
            let Some(((at, _), waker)) = shared.sleepers.pop_first() else {
                return false;
            };
            shared.now = shared.now.max(at);
            waker
        };
        woken.wake();
        true
    }

    /// Runs a future to its end on this thread. When it waits for the clock, the clock jumps; when
    /// it waits for another thread, so does this one.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            if !self.jump() {
                thread::park();
            }
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
    now.checked_add_micros(micros).unwrap_or(Timestamp::MAX)
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        lock(&self.0).now
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = self.clone();
        let mut alarm = Alarm {
            clock,
            duration,
            set: None,
        };
        Box::pin(poll_fn(move |context| alarm.poll(context.waker())))
    }
}

/// One sleep; set when it is first polled, and forgotten when it is dropped.
struct Alarm {
    clock: VirtualClock,
    duration: Duration,
    set: Option<(Timestamp, u64)>,
}

impl Alarm {
    fn poll(&mut self, waker: &Waker) -> Poll<()> {
        let mut shared = lock(&self.clock.0);
        let key = *self.set.get_or_insert_with(|| {
            let key = (later(shared.now, self.duration), shared.next);
            shared.next += 1;
            key
        });
        if shared.now >= key.0 {
            shared.sleepers.remove(&key);
            return Poll::Ready(());
        }
        shared.sleepers.insert(key, waker.clone());
        Poll::Pending
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Some(key) = self.set {
            lock(&self.clock.0).sleepers.remove(&key);
        }
    }
}
