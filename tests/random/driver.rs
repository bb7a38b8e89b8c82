//! Random orders of external inputs for one instance, everything checked after each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::ElementIx;
use reglament_core::term::Budget;
use reglament_core::timer::{Timestamp, Zone};
use reglament_executor::{
    Actor, Command, Env, Event, IncidentKind, Instance, Key, Limits, MigrationPlan,
    MigrationProblemKind, Occasion, Rejection, Start, State, Status, TaskKinds, TermKey, Trigger,
    Variables,
};
use reglament_feel::Value;

use super::census::Census;
use super::invariants::Follower;
use super::rng::Rng;

/// How many commands one run has at most.
const COMMANDS: usize = 60;

/// One run.
pub(crate) struct Driver<'a> {
    env: Env<'a>,
    rng: Rng,
    /// What becomes of terms, apart from everything else.
    terms: Rng,
    now: Timestamp,
    instance: Instance,
    follower: Follower,
    /// Every key that was ever active, for commands that come too late.
    known: Vec<Key>,
    /// How often the instance was given a fresh budget of steps.
    budgets: u32,
    /// Everything that happened.
    pub(crate) log: Vec<Event>,
    /// The programs that the instance is migrated between while it runs; none for most runs.
    twins: Option<&'a [Arc<Program>; 2]>,
    /// When it is migrated, apart from everything else.
    migrations: Rng,
    /// What happened, by ids: the same for a run that was migrated and one that was not.
    pub(crate) trace: Vec<String>,
}

/// What happened to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    Rejected,
}

impl<'a> Driver<'a> {
    pub(crate) fn new(program: &'a Program, zone: &'a Zone, seed: u64) -> Self {
        let mut rng = Rng::new(seed ^ 0xd1ce);
        let waits = if rng.chance(85) {
            TaskKinds::ALL
        } else {
            TaskKinds::NONE
        };
        let limits = Limits {
            steps: 400,
            depth: 12,
            instances: 50,
        };
        let mut env = Env::new(program, zone);
        env.waits = waits;
        env.limits = limits;
        Self {
            env,
            rng,
            terms: Rng::new(seed ^ 0x7e47),
            now: Timestamp::parse_rfc3339("2026-03-02T08:00:00Z").expect("a valid instant"),
            instance: Instance::new(),
            follower: Follower::sparse(),
            known: Vec::new(),
            budgets: 0,
            log: Vec::new(),
            twins: None,
            migrations: Rng::new(seed ^ 0x3197),
            trace: Vec::new(),
        }
    }

    /// A run that changes between two programs, the first of which it begins under.
    pub(crate) fn between(twins: &'a [Arc<Program>; 2], zone: &'a Zone, seed: u64) -> Self {
        let mut driver = Self::new(&twins[0], zone, seed);
        driver.twins = Some(twins);
        driver
    }

    /// Starts an instance and sends it random commands.
    ///
    /// # Errors
    /// What does not hold, in words.
    pub(crate) fn run(&mut self, census: &mut Census) -> Result<(), String> {
        let start = self.start();
        if self.send(Command::Start(start), census)? == Outcome::Rejected {
            return Err("the instance cannot be started".into());
        }
        for _ in 0..COMMANDS {
            if self.instance.state().status() != Status::Running {
                break;
            }
            self.migrate()?;
            let Some(command) = self.command() else { break };
            self.send(command, census)?;
        }
        // What is over answers every command with a rejection, and what is not can be cancelled.
        let _ = self.send(Command::Wake, census)?;
        if matches!(self.instance.state().status(), Status::Running) {
            self.send(Command::Cancel, census)?;
            if self.instance.state().status() != Status::Cancelled {
                return Err("a running instance cannot be cancelled".into());
            }
        }
        census.status(self.instance.state().status());
        Ok(())
    }

    fn start(&mut self) -> Start {
        let program = self.env.program;
        let triggered = program.process("triggered").expect("the model has it");
        let main = program.process("main").expect("the model has it");
        let variables = self.variables();
        if !self.rng.chance(25) {
            return Start {
                process: main,
                at: None,
                event: None,
                variables,
            };
        }
        let starts = program.elements[triggered]
            .body
            .as_ref()
            .map_or(&[][..], |body| &body.triggered_starts);
        let at = *self.rng.pick(starts);
        let behind: Vec<ElementIx> = program.elements[at]
            .outgoing
            .flows()
            .map(|flow| program.flows[flow].target)
            .collect();
        let gateway = program.infos[at].tag == "eventBasedGateway";
        let event = gateway.then(|| *self.rng.pick(&behind));
        Start {
            process: triggered,
            at: Some(at),
            event,
            variables,
        }
    }

    fn variables(&mut self) -> Variables {
        let count = self.rng.below(3);
        (0..count)
            .map(|_| {
                let name: Arc<str> = format!("v{}", self.rng.below(4)).into();
                let value = match self.rng.below(12) {
                    0 => Value::Null,
                    1 => Value::from("text"),
                    number => Value::from(number as i64 - 4),
                };
                (name, value)
            })
            .collect()
    }

    /// A random command that makes sense now, or now and then one that does not.
    fn command(&mut self) -> Option<Command> {
        if let Some(command) = self.term_command() {
            return Some(command);
        }
        let variables = self.variables();
        match self.rng.below(100) {
            0 => return Some(Command::Cancel),
            1..=4 => return Some(self.late()),
            5..=12 => {
                return Some(Command::SetVariables {
                    scope: self.some_scope(),
                    variables,
                });
            }
            13..=24 => {
                if let Some(command) = self.resolve() {
                    return Some(command);
                }
            }
            25..=34 => {
                if let Some(command) = self.wake() {
                    return Some(command);
                }
            }
            35..=54 => {
                if let Some(command) = self.deliver(&variables) {
                    return Some(command);
                }
            }
            _ => {}
        }
        self.work(&variables)
            .or_else(|| self.deliver(&variables))
            .or_else(|| self.wake())
            .or_else(|| self.resolve())
    }

    /// Now and then a command for one of the terms.
    fn term_command(&mut self) -> Option<Command> {
        let terms: Vec<TermKey> = self.instance.state().terms().map(|it| it.key()).collect();
        if terms.is_empty() || !self.terms.chance(6) {
            return None;
        }
        let term = *self.terms.pick(&terms);
        Some(match self.terms.below(5) {
            0 => Command::SuspendTerm { term },
            1 => Command::ResumeTerm { term },
            2 => Command::InterruptTerm { term },
            3 => Command::AdoptCalendar {
                calendar: "kz".into(),
            },
            _ => Command::ExtendTerm {
                term,
                by: Budget::parse("1 working days").expect("an amount"),
            },
        })
    }

    /// A command for something that may be over.
    fn late(&mut self) -> Command {
        let variables = self.variables();
        if self.known.is_empty() {
            return Command::Wake;
        }
        let key = *self.rng.pick(&self.known);
        match self.rng.below(4) {
            0 => Command::Trigger {
                owner: key,
                arm: self.rng.below(2) as u32,
                variables,
            },
            1 => Command::Fail {
                key,
                message: "too late".into(),
            },
            2 => Command::Resolve { key },
            _ => Command::Complete { key, variables },
        }
    }

    fn some_scope(&mut self) -> Option<Key> {
        let live = self.instance.state().element_instances();
        if live.is_empty() || self.rng.chance(60) {
            return None;
        }
        Some(self.rng.pick(&live).0)
    }

    fn resolve(&mut self) -> Option<Command> {
        let incidents: Vec<(Key, IncidentKind)> = self
            .instance
            .state()
            .incidents()
            .map(|(key, _, incident)| (key, incident.kind))
            .collect();
        let (key, kind) = *incidents.get(self.rng.below(incidents.len().max(1)))?;
        if kind == IncidentKind::StepLimit {
            // A process that multiplies its tokens without end would only grow.
            self.budgets += 1;
            if self.budgets > 3 {
                return Some(Command::Cancel);
            }
        }
        Some(Command::Resolve { key })
    }

    /// Moves the clock to the next timer, or a little before or after it.
    fn wake(&mut self) -> Option<Command> {
        let due = self.instance.poll_timeout()?;
        let offset = *self
            .rng
            .pick(&[0, 0, 0, -1, 1, 3_600_000_000, 40_000_000_000]);
        let instant = Timestamp::from_micros(due.as_micros().saturating_add(offset));
        self.now = self.now.max(instant);
        Some(Command::Wake)
    }

    fn deliver(&mut self, variables: &Variables) -> Option<Command> {
        let arms: Vec<(Key, u32)> = self
            .instance
            .state()
            .arms()
            .into_iter()
            .filter(|(.., arm)| {
                matches!(
                    arm.trigger,
                    Trigger::Message { .. } | Trigger::Signal { .. }
                )
            })
            .map(|(key, number, _)| (key, number))
            .collect();
        if arms.is_empty() {
            return None;
        }
        let (owner, arm) = *self.rng.pick(&arms);
        Some(Command::Trigger {
            owner,
            arm,
            variables: variables.clone(),
        })
    }

    fn work(&mut self, variables: &Variables) -> Option<Command> {
        let waiting = self.instance.state().waiting(self.env.program);
        if waiting.is_empty() {
            return None;
        }
        let (key, _) = *self.rng.pick(&waiting);
        let number = self.rng.below(2);
        let variables = variables.clone();
        Some(match self.rng.below(20) {
            0 => Command::ThrowError {
                key,
                code: format!("E{number}").into(),
                variables,
            },
            1 => Command::Escalate {
                key,
                code: format!("X{number}").into(),
                variables,
            },
            2 => Command::Fail {
                key,
                message: "the work failed".into(),
            },
            _ => Command::Complete { key, variables },
        })
    }

    fn send(&mut self, command: Command, census: &mut Census) -> Result<Outcome, String> {
        let before = self.instance.clone();
        let text = format!("{command:?}");
        if std::env::var_os("REGLAMENT_RANDOM_LOG").is_some() {
            eprintln!("{} {text}", self.now);
        }
        let actor = Actor::system();
        let occasion = Occasion {
            now: self.now,
            actor: &actor,
        };
        let mut events: Vec<Event> = Vec::new();
        let result = self
            .instance
            .handle(&self.env, command, &occasion, &mut events);
        if let Err(rejection) = result {
            census.rejection(&rejection);
            if let Rejection::Broken(what) = rejection {
                return Err(format!("broken by {text}: {what}"));
            }
            if !events.is_empty() || self.instance != before {
                return Err(format!("the rejected command {text} left traces"));
            }
            return Ok(Outcome::Rejected);
        }
        let state = self.instance.state();
        if self.twins.is_none() {
            self.follower
                .follow(self.env.program, &events, state)
                .map_err(|what| format!("after {text}: {what}"))?;
        }
        let program = self.env.program;
        self.trace
            .extend(events.iter().filter_map(|it| told(program, it)));
        census.events(self.env.program, &events);
        self.known
            .extend(events.iter().filter_map(|event| match event {
                Event::Activated { key, .. } => Some(*key),
                _ => None,
            }));
        self.log.extend(events);
        self.must_not_hang()
            .map_err(|what| format!("after {text}: {what}"))?;
        Ok(Outcome::Done)
    }

    /// Now and then has the instance go on under the other program. What was replayed and what was saved
    /// is what there is.
    fn migrate(&mut self) -> Result<(), String> {
        let Some([one, other]) = self.twins.filter(|_| self.migrations.chance(30)) else {
            return Ok(());
        };
        let first = std::ptr::eq(self.env.program, &raw const **one);
        let (source, target) = if first { (one, other) } else { (other, one) };
        let plan = Box::new(MigrationPlan::generate(source, target));
        let mut replayed = self.instance.state().clone();
        let actor = Actor::system();
        let occasion = Occasion {
            now: self.now,
            actor: &actor,
        };
        let mut env = self.env.clone();
        env.program = target;
        let mut events: Vec<Event> = Vec::new();
        let source = Arc::clone(source);
        let command = Command::Migrate { source, plan };
        match self.instance.handle(&env, command, &occasion, &mut events) {
            Ok(()) => {}
            Err(Rejection::Migration(report))
                if report
                    .problems
                    .iter()
                    .all(|it| it.kind == MigrationProblemKind::InMotion) =>
            {
                return Ok(());
            }
            Err(rejection) => return Err(format!("not migrated: {rejection}")),
        }
        let [migrated @ Event::Migrated(_)] = events.as_slice() else {
            return Err(format!("a copy is no reason to do more: {events:?}"));
        };
        let encoded = serde_json::to_string(migrated).map_err(|error| error.to_string())?;
        let decoded: Event = serde_json::from_str(&encoded).map_err(|error| error.to_string())?;
        replayed
            .apply(target, &decoded)
            .map_err(|rejection| format!("the migration cannot be replayed: {rejection}"))?;
        let state = self.instance.state();
        if &replayed != state {
            return Err("the replayed migration does not give the state".into());
        }
        state.check()?;
        let saved = state.save(target).map_err(|error| error.to_string())?;
        let loaded = State::load(target, &saved).map_err(|error| error.to_string())?;
        if &loaded != state {
            return Err("the loaded state is not the saved one".into());
        }
        self.env.program = target;
        Ok(())
    }

    /// A running instance waits for something, or has an incident, or a token waits for others.
    fn must_not_hang(&self) -> Result<(), String> {
        let state = self.instance.state();
        if state.status() != Status::Running {
            return Ok(());
        }
        let waits = !state.waiting(self.env.program).is_empty()
            || !state.arms().is_empty()
            || state.parked().next().is_some()
            || state.incidents().next().is_some();
        if waits {
            Ok(())
        } else {
            Err("the instance runs and waits for nothing".into())
        }
    }
}

/// What an event says to who knows ids and no positions.
fn told(program: &Program, event: &Event) -> Option<String> {
    let element = |element: &ElementIx| program.id(*element).to_owned();
    let what = match event {
        Event::Activated {
            key, element: it, ..
        }
        | Event::Reached {
            key, element: it, ..
        } => {
            format!("{key} {}", element(it))
        }
        Event::Completed { key } | Event::Terminated { key } | Event::IncidentResolved { key } => {
            key.to_string()
        }
        Event::Taken { flow, scope } | Event::Arrived { flow, scope } => {
            format!("{scope} {}", program.flows[*flow].id)
        }
        Event::Triggered {
            owner, element: it, ..
        } => format!("{owner} {}", element(it)),
        Event::IncidentRaised { key, incident, .. } => {
            format!("{key} {} {}", incident.kind, incident.message)
        }
        Event::Compensated { activity, .. } => element(activity),
        Event::MessageThrown { message, .. } => message.name.to_string(),
        Event::TermEnded { key, outcome } => format!("{key} {outcome:?}"),
        Event::Failed { incident } => incident.message.to_string(),
        Event::Cancelled => String::new(),
        _ => return None,
    };
    Some(format!("{} {what}", event.kind()))
}

/// How often each element was entered, for the message of a failure.
pub(crate) fn summary(program: &Program, log: &[Event]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for event in log {
        if let Event::Activated { element, .. } = event {
            *counts.entry(program.id(*element)).or_default() += 1;
        }
    }
    let seen: BTreeSet<String> = counts
        .into_iter()
        .map(|(id, count)| format!("{id}:{count}"))
        .collect();
    seen.into_iter().collect::<Vec<_>>().join(" ")
}
