//! The deterministic simulator: clients, time, crashes and a store that fails, all from one seed.
//!
//! The simulator drives the kernel as the engine does, with a virtual clock. Its clients repeat what
//! they have got no certain answer to, with the same idempotency key. In the end the store works again,
//! everything that waits is done, and the checkers look at what is there: see [`Broken`].
//!
//! The same seed does the same, on every machine.

mod adapters;
mod check;
mod clients;
mod faulty_store;
mod models;
mod moves;
mod random;
mod work;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use reglament_core::timer::Timestamp;
use reglament_executor::Actor;

use adapters::Adapters;
pub use check::Broken;
use clients::Clients;
use faulty_store::FaultyStore;
use moves::Operators;
use random::Random;

use crate::command::{Command, Request};
use crate::definition::{Regulation, Resource};
use crate::error::EngineError;
use crate::history::{Anchor, Keys, MasterKey, audit};
use crate::kernel::{Config, Kernel, NoKeys, Processed, later};
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
    /// Attempts of handlers inside the engine that did not simply succeed.
    pub adapter_faults: u32,
    /// Answers of workers that came after their lease was lost.
    pub late_answers: u32,
    /// How often the clock was set back, or far ahead.
    pub jumps: u32,
    /// Cases that were erased, or of which everybody was forgotten.
    pub cleared: u32,
    /// Anchors that all histories were verified against.
    pub anchors: u32,
    /// Migrations to another version that were acknowledged.
    pub migrated: u32,
    /// Modifications by hand that were acknowledged.
    pub modified: u32,
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
        self.adapter_faults += other.adapter_faults;
        self.late_answers += other.late_answers;
        self.jumps += other.jumps;
        self.cleared += other.cleared;
        self.anchors += other.anchors;
        self.migrated += other.migrated;
        self.modified += other.modified;
    }
}

/// A world with one engine in it.
struct World {
    random: Random,
    store: Arc<FaultyStore>,
    kernel: Option<Kernel>,
    now: Timestamp,
    clients: Clients,
    adapters: Adapters,
    /// What personal data is sealed with; every second world has none.
    keys: Option<Arc<dyn Keys>>,
    /// Anchors that were kept outside.
    anchors: Vec<Anchor>,
    /// Who migrates and modifies cases; some worlds have them.
    operators: Option<Operators>,
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
        adapters: Adapters::default(),
        keys: (seed % 2 == 1).then(|| Arc::new(MasterKey::from_secret(&[7; 32])) as Arc<dyn Keys>),
        anchors: Vec::new(),
        operators: None,
        under_way: Vec::new(),
        summary: Summary::default(),
    };
    world.deploy()?;
    if matches!(seed % 8, 2 | 3) {
        world.amend(seed)?;
    }
    for _ in 0..rounds {
        world.round()?;
    }
    world.come_to_rest()?;
    let mut summary = world.summary;
    check::all(&world, &world.adapters, &mut summary)?;
    summary.faults = world.store.failed.load(Ordering::Relaxed);
    summary.adapter_faults = world.adapters.faults;
    summary.late_answers = world.clients.late;
    (summary.migrated, summary.modified) = (world.clients.migrated, world.clients.modified);
    summary.anchors = u32::try_from(world.anchors.len()).unwrap_or(u32::MAX);
    let cleared = world.clients.erased.len() + world.clients.forgotten.len();
    summary.cleared = u32::try_from(cleared).unwrap_or(u32::MAX);
    Ok(summary)
}

/// What a future gives that never waits: those of a memory store.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> Result<T, Broken> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => Err(Broken::new("a future of the memory store waits")),
    }
}

impl World {
    fn keys_or_none(&self) -> Arc<dyn Keys> {
        match &self.keys {
            Some(keys) => Arc::clone(keys),
            None => Arc::new(NoKeys::new()),
        }
    }

    fn deploy(&mut self) -> Result<(), Broken> {
        let personal = self.keys.as_ref().map_or("", |_| models::PERSONAL);
        let service = models::SERVICE.replace("PERSONAL", personal);
        let resources = vec![
            Resource::new("service.bpmn", service.into_bytes()),
            Resource::new("permit.bpmn", models::PERMIT.as_bytes()),
            Resource::new("office.bpmn", models::OFFICE.as_bytes()),
        ];
        self.deploy_files(resources)
    }

    /// The permit gets a second version, and operators who move cases between the two.
    fn amend(&mut self, seed: u64) -> Result<(), Broken> {
        self.deploy_files(vec![moves::amended()])?;
        let kernel = self.kernel()?;
        let kernel = kernel.ok_or_else(|| Broken::new("the engine is not there"))?;
        let versions = kernel.catalogue().of_process("permit");
        self.operators = Some(Operators::new(seed, versions)?);
        Ok(())
    }

    fn deploy_files(&mut self, resources: Vec<Resource>) -> Result<(), Broken> {
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
                // Clients repeat what is open for as long as the run goes on, and the clock may jump by weeks
                // in it: whoever repeats a command after the answer is forgotten has it done again.
                answers_kept: Duration::from_secs(10 * 365 * 24 * 60 * 60),
                handled: [adapters::KIND.into()].into(),
                keys: self.keys.clone(),
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
        let about = (self.now, self.keys.is_some());
        let mut requests = self
            .clients
            .requests(&mut self.random, &self.store.inner, about)?;
        requests.extend(self.handlers_answers()?);
        if let Some(operators) = &mut self.operators
            && let Some(command) = operators.command(&self.store.inner)?
        {
            requests.push(self.clients.request(command));
        }
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
        self.time_passes();
        Ok(())
    }

    /// What the handlers inside the engine have to say, those too that begin now with what is there.
    fn handlers_answers(&mut self) -> Result<Vec<Request>, Broken> {
        if self.random.below(3) == 0 {
            let inner = &self.store.inner;
            let ready = inner.activatable(adapters::KIND.into(), self.now, None, 20);
            let rows = at_once(ready)??;
            self.adapters.look(&mut self.random, &rows);
        }
        let answers = self.adapters.answers();
        // As the dispatcher sends them.
        let request = |command| Request::new(command, Arc::new(Actor::system()));
        Ok(answers.into_iter().map(request).collect())
    }

    /// Mostly some minutes; sometimes somebody sets the clock.
    fn time_passes(&mut self) {
        let (random, now) = (&mut self.random, self.now);
        let (is_jump, then) = match random.below(20) {
            0 => {
                let back = i64::try_from(random.below(3 * 60 * 60)).unwrap_or_default();
                let then = now.checked_add_micros(-back * 1_000_000);
                (true, then.unwrap_or(now))
            }
            1 => (
                true,
                later(now, Duration::from_secs(random.below(3 * 24 * 60 * 60))),
            ),
            _ => (false, later(now, Duration::from_secs(60 * random.below(8)))),
        };
        self.summary.jumps += u32::from(is_jump);
        self.now = then;
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
        self.adapters.die();
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
        self.adapters.begin(&mut self.random, processed.ready);
        self.make_anchors()
    }

    /// Makes the anchors that were announced; they are kept outside.
    fn make_anchors(&mut self) -> Result<(), Broken> {
        for row in std::mem::take(&mut self.clients.announced) {
            let keys = self.keys_or_none();
            let made = audit::anchor_at(&self.store.inner, &*keys, row.position, row.at, true);
            let made = at_once(made)?.map_err(|error| Broken::new(error.to_string()))?;
            let noted = self.clients.request(Command::NoteAnchor(made.row()));
            self.clients.unanswered(vec![noted]);
            self.anchors.push(made);
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
            Err(EngineError::Refused(refusal)) => {
                let store = &self.store.inner;
                self.clients.refused(store, &request, &refusal)
            }
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
            let mut requests = self.clients.last_requests(&self.store.inner)?;
            requests.extend(self.handlers_answers()?);
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
            self.told(Some(processed), requests)?;
            if idle {
                continue;
            }
            self.now = later(self.now, Duration::from_secs(600));
        }
        Err(Broken::new("the world does not come to rest"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Answer, StartCase};
    use reglament_executor::InstanceId;

    fn start() -> Request {
        let start = StartCase {
            process: "permit".into(),
            ..StartCase::default()
        };
        Request::new(Command::Start(start), Arc::new(Actor::system()))
    }

    #[test]
    fn what_was_carried_out_over_a_commit_that_fails_is_carried_out_again() {
        let store = Arc::new(FaultyStore::new(1));
        let config = Config {
            any_external: true,
            ..Config::default()
        };
        let now = Timestamp::from_micros(1_795_248_000_000_000);
        let shared: Arc<dyn Store> = Arc::clone(&store) as Arc<dyn Store>;
        let mut kernel = at_once(Kernel::open(shared, config)).unwrap().unwrap();
        let deploy = Command::Deploy {
            resources: vec![Resource::new("permit.bpmn", models::PERMIT)],
            regulation: Regulation::default(),
        };
        let deploy = Request::new(deploy, Arc::new(Actor::system()));
        at_once(kernel.process(&[deploy], now)).unwrap();
        // Every call fails from here on: the commit that is begun, too.
        store.faults.store(1_000, Ordering::Relaxed);
        assert!(at_once(kernel.begin(&[start()], now)).unwrap().is_none());
        store.faults.store(0, Ordering::Relaxed);
        let first = at_once(kernel.begin(&[start()], now)).unwrap().unwrap();
        assert!(first.failed && first.answers.iter().all(Result::is_err));
        let second = at_once(kernel.conclude()).unwrap().unwrap();
        // Its number is the one that the first case would have had: nothing of that is left.
        let answer = second.answers.into_iter().next().unwrap().unwrap();
        let instance = InstanceId(1);
        assert_eq!(answer, Answer::Started { instance });
        assert!(at_once(store.inner.stats()).unwrap().unwrap().running == 1);
    }
}
