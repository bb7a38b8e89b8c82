//! The deterministic simulator: clients, time, crashes and a store that fails, all from one seed.
//!
//! The simulator drives the kernel as the engine does, with a virtual clock. Its clients repeat what
//! they have got no certain answer to, with the same idempotency key. In the end the store works again,
//! everything that waits is done, and the checkers look at what is there: see [`Broken`].
//!
//! The same seed does the same, on every machine.

mod check;
mod clients;
mod faulty_store;
mod models;
mod random;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use reglament_core::timer::Timestamp;
use reglament_executor::Actor;

pub use check::Broken;
use clients::Clients;
use faulty_store::FaultyStore;
use random::Random;

use crate::command::{Command, Request};
use crate::definition::{Regulation, Resource};
use crate::error::EngineError;
use crate::kernel::{Config, Kernel, Processed, later};
use crate::store::Store;

/// How long a run may go on after the last client has left, in rounds.
const ROUNDS_TO_REST: u32 = 2_000;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Commands that were sent.
    pub commands: u32,
    /// Answers that said it is done.
    pub acknowledged: u32,
    /// Calls of the store that failed.
    pub faults: u32,
    /// How often the process died.
    pub crashes: u32,
    /// Cases that were started.
    pub cases: u32,
    /// Messages that were delivered to a case from outside.
    pub messages: u32,
    /// Timers that fired.
    pub timers: u32,
}

impl Summary {
    /// Adds what another run did.
    pub fn add(&mut self, other: &Self) {
        self.commands += other.commands;
        self.acknowledged += other.acknowledged;
        self.faults += other.faults;
        self.crashes += other.crashes;
        self.cases += other.cases;
        self.messages += other.messages;
        self.timers += other.timers;
    }
}

/// A world with one engine in it.
struct World {
    random: Random,
    store: Arc<FaultyStore>,
    kernel: Option<Kernel>,
    now: Timestamp,
    clients: Clients,
    /// The commands of the group whose commit is under way.
    under_way: Vec<Request>,
    summary: Summary,
}

/// Runs the world of `seed` for `rounds` groups of commands.
///
/// # Errors
/// The invariant that does not hold.
pub fn run(seed: u64, rounds: u32) -> Result<Summary, Broken> {
    let store = Arc::new(FaultyStore::new(seed ^ 0x5eed));
    let mut world = World {
        random: Random(seed),
        store,
        kernel: None,
        now: Timestamp::from_micros(1_795_248_000_000_000),
        clients: Clients::default(),
        under_way: Vec::new(),
        summary: Summary::default(),
    };
    world.deploy()?;
    for _ in 0..rounds {
        world.round()?;
    }
    world.come_to_rest()?;
    check::all(&world.store, &world.clients, world.now, &mut world.summary)?;
    world.summary.faults = world.store.failed.load(Ordering::Relaxed);
    Ok(world.summary)
}

/// What a future gives that never waits: those of a memory store.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> Result<T, Broken> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => Err(Broken::new("a future of the memory store waits")),
    }
}

impl World {
    fn deploy(&mut self) -> Result<(), Broken> {
        let resources = vec![
            Resource::new("permit.bpmn", models::PERMIT.as_bytes()),
            Resource::new("office.bpmn", models::OFFICE.as_bytes()),
        ];
        let regulation = Regulation::default();
        let deploy = Command::Deploy {
            resources,
            regulation,
        };
        let deploy = Request::new(deploy, Arc::new(Actor::system()));
        let now = self.now;
        let Some(kernel) = self.kernel()? else {
            return Err(Broken::new("a new store cannot be opened"));
        };
        let processed = at_once(kernel.process(&[deploy], now))?;
        match processed.answers.into_iter().next() {
            Some(Ok(_)) => Ok(()),
            other => Err(Broken::new(format!(
                "the models are not deployed: {other:?}"
            ))),
        }
    }

    /// The engine's kernel, opened again when it has died.
    fn kernel(&mut self) -> Result<Option<&mut Kernel>, Broken> {
        if self.kernel.is_none() {
            let config = Config {
                any_external: true,
                // Few enough that cases are dropped from memory and read again.
                cached_cases: 5,
                ..Config::default()
            };
            let store: Arc<dyn Store> = Arc::clone(&self.store) as Arc<dyn Store>;
            self.kernel = at_once(Kernel::open(store, config))?.ok();
        }
        Ok(self.kernel.as_mut())
    }

    fn round(&mut self) -> Result<(), Broken> {
        self.store.faults.store(0, Ordering::Relaxed);
        let requests = self
            .clients
            .requests(&mut self.random, &self.store.inner, self.now)?;
        let faults = match self.random.below(3) {
            0 => 0,
            1 => 10,
            _ => 60,
        };
        self.store.faults.store(faults, Ordering::Relaxed);
        self.process(requests)?;
        if self.random.below(12) == 0 {
            self.die();
        }
        let minutes = self.random.below(8);
        self.now = later(self.now, Duration::from_secs(60 * minutes));
        Ok(())
    }

    fn process(&mut self, requests: Vec<Request>) -> Result<(), Broken> {
        let now = self.now;
        self.summary.commands += u32::try_from(requests.len()).unwrap_or(u32::MAX);
        // A process that dies in the middle has answered nobody.
        let dies = self.random.below(15) == 0;
        let waits = self.random.below(3) == 0;
        let Some(kernel) = self.kernel()? else {
            self.clients.unanswered(requests);
            return Ok(());
        };
        let before = at_once(kernel.begin(&requests, now))?;
        if dies {
            self.clients.unanswered(requests);
            self.die();
            return Ok(());
        }
        let earlier = std::mem::replace(&mut self.under_way, requests);
        self.told(before, earlier)?;
        if waits {
            self.conclude()?;
        }
        Ok(())
    }

    /// The process is gone, and with it what was in memory and on the way to the store.
    fn die(&mut self) {
        self.kernel = None;
        self.summary.crashes += 1;
        let under_way = std::mem::take(&mut self.under_way);
        self.clients.unanswered(under_way);
    }

    /// Waits for the commit under way.
    fn conclude(&mut self) -> Result<(), Broken> {
        let Some(kernel) = &mut self.kernel else {
            return Ok(());
        };
        let ended = at_once(kernel.conclude())?;
        let requests = std::mem::take(&mut self.under_way);
        self.told(ended, requests)
    }

    /// Tells the clients what has become of a group.
    fn told(&mut self, processed: Option<Processed>, requests: Vec<Request>) -> Result<(), Broken> {
        let Some(processed) = processed else {
            return Ok(());
        };
        if processed.fenced {
            return Err(Broken::new("an engine that nobody replaced is fenced"));
        }
        for (request, answer) in requests.into_iter().zip(processed.answers) {
            if answer.is_ok() {
                self.summary.acknowledged += 1;
            }
            self.answered(request, answer)?;
        }
        Ok(())
    }

    fn answered(
        &mut self,
        request: Request,
        answer: Result<crate::command::Answer, EngineError>,
    ) -> Result<(), Broken> {
        match answer {
            Ok(answer) => self.clients.acknowledged(&request.command, answer),
            Err(EngineError::Refused(refusal)) => self.clients.refused(&request, &refusal),
            Err(EngineError::Store(_) | EngineError::Unknown(_)) => {
                self.clients.unanswered(vec![request]);
                Ok(())
            }
            Err(error) => Err(Broken::new(format!("{:?}: {error}", request.command))),
        }
    }

    /// The store works, clients repeat what is open and do what waits, until nothing is left to do.
    fn come_to_rest(&mut self) -> Result<(), Broken> {
        self.store.faults.store(0, Ordering::Relaxed);
        self.conclude()?;
        for _ in 0..ROUNDS_TO_REST {
            let requests = self.clients.last_requests(&self.store.inner, self.now)?;
            let idle = requests.is_empty();
            let now = self.now;
            let Some(kernel) = self.kernel()? else {
                return Err(Broken::new("a store that works cannot be opened"));
            };
            if idle && !kernel.has_work(now) {
                match at_once(self.store.inner.next_due())? {
                    Ok(Some(due)) => self.now = self.now.max(due),
                    _ => return Ok(()),
                }
                continue;
            }
            let processed = at_once(kernel.process(&requests, now))?;
            for (request, answer) in requests.into_iter().zip(processed.answers) {
                self.answered(request, answer)?;
            }
            if idle {
                continue;
            }
            self.now = later(self.now, Duration::from_secs(600));
        }
        Err(Broken::new("the world does not come to rest"))
    }
}
