//! All instances of a run, the clock they share, and what is known of them from their events.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::calendar::WorkCalendar;
use reglament_core::program::ElementIx;
use reglament_core::timer::{Timestamp, Zone};
use reglament_dmn::Repository;
use reglament_executor::{
    Actor, Command, Correlator, DutyConflict, Env, Event, Instance, InstanceId, Key, Limits,
    MessageStart, Occasion, Performers, Rejection, Routing, Start, State, Status, TaskKinds,
    Variables,
};

use crate::coverage::Coverage;
use crate::terms::NotedTerms;
use crate::trace::{Subject, TraceLine};

/// How many messages and signals may be delivered, and overdue timers fire, before instances that keep
/// each other busy without end are stopped.
pub const DELIVERIES_LIMIT: u32 = 10_000;

/// How many decisions may be evaluated before instances that go on deciding without end are stopped.
pub const DECISIONS_LIMIT: u32 = 100_000;

/// At how many instants timers may fire while a script advances the clock once.
pub const ADVANCE_LIMIT: u32 = 100_000;

/// Sees what the instances of a run do, for tests that check more than a script can say.
pub trait Observer {
    /// Called after each command, rejected ones included, with the events that it led to and the state
    /// after them. Instances are numbered from 0 in order of their start.
    fn after(&mut self, program: &Program, instance: usize, events: &[Event], state: &State);
}

/// All instances of a run.
pub(crate) struct World<'p> {
    pub(crate) program: &'p Program,
    pub(crate) zone: Zone,
    pub(crate) now: Timestamp,
    pub(crate) cases: Vec<Case>,
    pub(crate) correlator: Correlator,
    pub(crate) trace: Vec<TraceLine>,
    pub(crate) coverage: Coverage,
    pub(crate) completions: Completions,
    pub(crate) observer: Option<&'p mut dyn Observer>,
    limits: Limits,
    pub(crate) waits: TaskKinds,
    pub(crate) decisions: Arc<Repository>,
    calendars: Vec<WorkCalendar>,
    /// The tasks that were activated and may wait for a decision, oldest first.
    pub(crate) undecided: VecDeque<(usize, Key)>,
    actor: Actor,
    /// How many instances each element has had.
    pub(crate) activations: BTreeMap<ElementIx, u32>,
    /// How many times each flow has been taken.
    pub(crate) taken: BTreeMap<Subject, u32>,
    /// The numbers of completed instances that can still be compensated, newest last.
    pub(crate) compensable: BTreeMap<ElementIx, Vec<u32>>,
    deliveries: u32,
    decided: u32,
}

/// One process instance of the run.
pub(crate) struct Case {
    pub(crate) process: ElementIx,
    instance: Instance,
    pub(crate) live: BTreeMap<Key, Live>,
    /// What is known of the clocks of statutory terms.
    pub(crate) terms: NotedTerms,
    /// Who has performed the tasks that duties are about, as far as the script says.
    performers: Performers,
}

/// An element instance that lives.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    pub(crate) element: ElementIx,
    pub(crate) number: u32,
    /// Whether the trace speaks of it: not of processes, nor of the bodies of loops.
    pub(crate) shown: bool,
    /// Whether it is an end event that has thrown an error: that was its completion.
    pub(crate) threw: bool,
}

/// How often what has completed, and in which order for the first time.
#[derive(Default)]
pub(crate) struct Completions {
    counts: BTreeMap<Subject, u64>,
    first: BTreeMap<Subject, usize>,
}

impl Completions {
    pub(crate) fn count(&mut self, subject: Subject) {
        *self.counts.entry(subject).or_default() += 1;
        let next = self.first.len();
        self.first.entry(subject).or_insert(next);
    }

    /// How many times `subject` has completed or been taken.
    pub(crate) fn of(&self, subject: Subject) -> u64 {
        self.counts.get(&subject).copied().unwrap_or_default()
    }

    /// The rank of its first completion among all first completions.
    pub(crate) fn rank(&self, subject: Subject) -> Option<usize> {
        self.first.get(&subject).copied()
    }
}

/// A named limit that keeps the world from going on without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exhausted {
    /// [`DELIVERIES_LIMIT`].
    Deliveries,
    /// [`DECISIONS_LIMIT`].
    Decisions,
    /// [`ADVANCE_LIMIT`].
    Advance,
}

impl Exhausted {
    pub(crate) fn message(self) -> String {
        match self {
            Self::Deliveries => "the instances keep each other busy without end".to_owned(),
            Self::Decisions => {
                format!("more than {DECISIONS_LIMIT} decisions were made and nothing waits")
            }
            Self::Advance => format!(
                "timers fire at more than {ADVANCE_LIMIT} instants on the way; advance by less"
            ),
        }
    }
}

/// What the world consists of at its beginning.
pub(crate) struct Setting {
    pub(crate) now: Timestamp,
    pub(crate) zone: Zone,
    pub(crate) limits: Limits,
    pub(crate) waits: TaskKinds,
    pub(crate) decisions: Arc<Repository>,
    pub(crate) calendars: Vec<WorkCalendar>,
}

impl Case {
    pub(crate) fn state(&self) -> &State {
        self.instance.state()
    }

    /// The live element instances by key.
    pub(crate) fn live(&self, key: Key) -> Option<Live> {
        self.live.get(&key).copied()
    }

    /// The live instances of `element`, in order of activation.
    pub(crate) fn instances_of(&self, element: ElementIx) -> impl Iterator<Item = (Key, Live)> {
        let shown = move |(_, live): &(Key, Live)| live.element == element && live.shown;
        self.live
            .iter()
            .map(|(key, live)| (*key, *live))
            .filter(shown)
    }

    /// When the clock of a run by itself has a reason to jump: the ends of terms that only are
    /// recorded are none.
    fn next_timer(&self) -> Option<Timestamp> {
        match self.state().status() {
            Status::Running => self.state().next_timer(),
            Status::Fresh | Status::Completed | Status::Failed | Status::Cancelled => None,
        }
    }

    fn due(&self) -> Option<Timestamp> {
        match self.state().status() {
            Status::Running => self.instance.poll_timeout(),
            Status::Fresh | Status::Completed | Status::Failed | Status::Cancelled => None,
        }
    }
}

impl<'p> World<'p> {
    pub(crate) fn new(program: &'p Program, setting: Setting) -> Self {
        let Setting {
            now,
            zone,
            limits,
            waits,
            decisions,
            calendars,
        } = setting;
        let waits = if decisions.is_empty() {
            waits
        } else {
            waits.with_called_decisions()
        };
        Self {
            program,
            zone,
            now,
            cases: Vec::new(),
            correlator: Correlator::new(),
            trace: Vec::new(),
            coverage: Coverage::default(),
            completions: Completions::default(),
            observer: None,
            limits,
            waits,
            decisions,
            calendars,
            undecided: VecDeque::new(),
            actor: Actor::system(),
            activations: BTreeMap::new(),
            taken: BTreeMap::new(),
            compensable: BTreeMap::new(),
            deliveries: 0,
            decided: 0,
        }
    }

    /// Starts one more instance.
    pub(crate) fn start(
        &mut self,
        start: MessageStart,
        named: bool,
        variables: Variables,
    ) -> Result<usize, Rejection> {
        let case = self.cases.len();
        let instance = Instance::new();
        self.cases.push(Case {
            process: start.process,
            instance,
            live: BTreeMap::new(),
            terms: NotedTerms::new(),
            performers: Performers::default(),
        });
        let start = Start {
            process: start.process,
            at: named.then_some(start.at),
            event: start.event,
            variables,
        };
        match self.command(case, Command::Start(start)) {
            Ok(()) => Ok(case),
            Err(rejection) => {
                self.cases.pop();
                Err(rejection)
            }
        }
    }

    /// Whether `person` may perform `element` in instance `case`.
    pub(crate) fn check_duties(
        &self,
        case: usize,
        element: ElementIx,
        person: &Arc<str>,
    ) -> Result<(), DutyConflict> {
        let case = self.cases.get(case);
        case.map_or(Ok(()), |case| {
            let performers = &case.performers;
            performers.check(self.program, element, person, |_| false)
        })
    }

    /// Takes note that `person` has performed `element` in instance `case`.
    pub(crate) fn note_performer(&mut self, case: usize, element: ElementIx, person: &Arc<str>) {
        if let Some(case) = self.cases.get_mut(case) {
            case.performers
                .note(&self.program.infos[element].id, person);
        }
    }

    /// Has instance `case` carry out `command` and takes note of what happened.
    pub(crate) fn command(&mut self, case: usize, command: Command) -> Result<(), Rejection> {
        let env = Env {
            program: self.program,
            waits: self.waits,
            zone: &self.zone,
            limits: self.limits,
            calendars: &self.calendars,
        };
        let occasion = Occasion {
            now: self.now,
            actor: &self.actor,
        };
        let mut events: Vec<Event> = Vec::new();
        let Some(subject) = self.cases.get_mut(case) else {
            return Err(Rejection::NotRunning);
        };
        let result = subject
            .instance
            .handle(&env, command, &occasion, &mut events);
        for event in &events {
            self.correlator
                .observe(self.program, instance_id(case), event);
            self.note(case, event);
        }
        if let (Some(observer), Some(subject)) = (&mut self.observer, self.cases.get(case)) {
            observer.after(self.program, case, &events, subject.state());
        }
        let status = self.cases.get(case).map(|case| case.state().status());
        if matches!(
            status,
            Some(Status::Completed | Status::Failed | Status::Cancelled)
        ) {
            self.correlator.ended(instance_id(case));
        }
        result
    }

    /// Makes decisions, delivers messages and signals and fires what is due, until nothing moves.
    pub(crate) fn settle(&mut self) -> Result<(), Exhausted> {
        self.deliveries = 0;
        self.decided = 0;
        loop {
            // A task that decides does not wait: nothing else may come in between.
            self.make_decisions()?;
            while let Some(routing) = self.correlator.poll(self.program, self.now) {
                self.spend()?;
                self.carry_out(routing);
                self.make_decisions()?;
            }
            match self.next_due() {
                Some((due, case)) if due <= self.now => {
                    self.spend()?;
                    self.wake(case);
                }
                Some(_) | None => return Ok(()),
            }
        }
    }

    fn make_decisions(&mut self) -> Result<(), Exhausted> {
        while let Some((case, key)) = self.undecided.pop_front() {
            self.decided += 1;
            if self.decided > DECISIONS_LIMIT {
                return Err(Exhausted::Decisions);
            }
            self.decide(case, key);
        }
        Ok(())
    }

    fn spend(&mut self) -> Result<(), Exhausted> {
        self.deliveries += 1;
        if self.deliveries > DELIVERIES_LIMIT {
            Err(Exhausted::Deliveries)
        } else {
            Ok(())
        }
    }

    /// The earliest due timer and its instance; of several the oldest instance.
    pub(crate) fn next_due(&self) -> Option<(Timestamp, usize)> {
        let due = self
            .cases
            .iter()
            .enumerate()
            .filter_map(|(index, case)| case.due().map(|due| (due, index)));
        due.min()
    }

    /// The earliest instant at which time alone moves an instance on.
    pub(crate) fn next_timer(&self) -> Option<Timestamp> {
        self.cases.iter().filter_map(Case::next_timer).min()
    }

    /// Fires what is due in instance `case`.
    fn wake(&mut self, case: usize) {
        // Waking refuses only when the instance has ended, and then nothing is due.
        let _ = self.command(case, Command::Wake);
    }

    /// Moves the clock to `to`: each timer that becomes due on the way fires at its own instant, and
    /// everything that follows from it happens before the next.
    pub(crate) fn advance(&mut self, to: Timestamp) -> Result<(), Exhausted> {
        self.settle()?;
        let mut instants = 0;
        while let Some((due, _)) = self.next_due().filter(|(due, _)| *due <= to) {
            instants += 1;
            if instants > ADVANCE_LIMIT {
                return Err(Exhausted::Advance);
            }
            self.now = self.now.max(due);
            self.settle()?;
        }
        self.now = self.now.max(to);
        self.settle()
    }

    /// Does what the correlator has found out.
    fn carry_out(&mut self, routing: Routing) {
        match &routing {
            Routing::Deliver {
                to,
                owner,
                arm,
                variables,
                ..
            } => {
                let Some(case) = case_index(*to) else { return };
                let trigger = Command::Trigger {
                    owner: *owner,
                    arm: *arm,
                    variables: variables.clone(),
                };
                match self.command(case, trigger) {
                    Ok(()) => self.correlator.accepted(self.program, &routing, *to),
                    Err(_) => self.correlator.refused(routing),
                }
            }
            Routing::Start {
                start,
                cause,
                variables,
                ..
            } => {
                self.note_arrival(start.event.unwrap_or(start.at), self.cases.len(), *cause);
                match self.start(*start, true, variables.clone()) {
                    Ok(case) => self
                        .correlator
                        .accepted(self.program, &routing, instance_id(case)),
                    Err(_) => self.correlator.refused(routing),
                }
            }
            Routing::Ambiguous {
                sender,
                name,
                candidates,
            } => {
                let ids: Vec<_> = candidates
                    .iter()
                    .map(|(_, element)| self.program.id(*element))
                    .collect();
                let reason = format!(
                    "several wait for message `{name}`: {}",
                    reglament_pack::tree::list(&ids)
                );
                let (case, element) = match sender {
                    Some((instance, element)) => {
                        (case_index(*instance).unwrap_or_default(), Some(*element))
                    }
                    None => (0, None),
                };
                let named = Some((Arc::clone(name), "message"));
                self.note_refusal(element, named, None, case, reason);
            }
        }
    }

    /// The ids of the leaf elements that wait in `case`, once for each instance, in order of activation;
    /// joins with tokens that wait for others come last.
    pub(crate) fn waiting(&self, case: &Case) -> Vec<ElementIx> {
        let mut waiting: Vec<ElementIx> = case
            .state()
            .waiting(self.program)
            .into_iter()
            .map(|(_, element)| element)
            .collect();
        let mut joins = BTreeSet::new();
        for (scope, join, _) in case.state().parked() {
            if joins.insert((scope, join)) {
                waiting.push(join);
            }
        }
        waiting
    }
}

/// How the correlator knows the instance `case`.
pub(crate) fn instance_id(case: usize) -> InstanceId {
    InstanceId(case as u64)
}

/// The instance that the correlator knows as `instance`.
pub(crate) fn case_index(instance: InstanceId) -> Option<usize> {
    usize::try_from(instance.0).ok()
}
