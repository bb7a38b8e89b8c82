//! Running a case: by itself, or by a script.

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::calendar::WorkCalendar;
use reglament_core::program::{ElementIx, Kind};
use reglament_core::timer::{Timestamp, Zone};
use reglament_dmn::Repository;
use reglament_executor::{IncidentKind, Limits, MessageStart, Status, TaskKinds, Variables};
use reglament_source::Span;

use crate::coverage::Coverage;
use crate::script::{Action, RunState, Scenario, Step};
use crate::step::{Outcome, Refusal};
use crate::trace::{Ended, RunError, TraceEvent, TraceLine};
use crate::world::{Exhausted, Observer, Setting, World};
use reglament_pack::tree::list;

/// How many times the clock of a run without a script jumps to the next timer.
pub const JUMPS_LIMIT: u32 = 1_000;

/// What a run is given beside the model and the script. What is set here goes before the script.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The process; without it the script's, else the only one of the program.
    pub process: Option<ElementIx>,
    /// Where it starts: a start event, or whatever else begins an instance; without it all none start
    /// events, else the only start event of any kind.
    pub start: Option<ElementIx>,
    /// First values of variables; they go before those of the script, name by name.
    pub variables: Variables,
    /// When the clock begins; without it the script's instant, else `now`.
    pub at: Option<Timestamp>,
    /// The present, for when neither the options nor the script say when the clock begins.
    pub now: Timestamp,
    /// The zone that local times are read in; without it that of the script's instant, else where
    /// statutory terms run that of their calendar, else UTC.
    pub zone: Option<Zone>,
    /// The limits of the executor.
    pub limits: Limits,
    /// The decisions that business rule tasks call. A task whose decision is not among them is one
    /// without a definition.
    pub decisions: Arc<Repository>,
    /// The work calendars that terms are counted by, of several versions of one calendar the newest
    /// last; those that come with the library need not be among them.
    pub calendars: Vec<WorkCalendar>,
    /// What randomness would begin with. Nothing in a run is random at present.
    pub seed: u64,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// What happened, in order.
    pub trace: Vec<TraceLine>,
    /// How the first instance stands.
    pub ended: Ended,
    /// What did not hold; empty without a script.
    pub failures: Vec<Failure>,
    /// How many `expect` steps were checked.
    pub expectations: usize,
    /// What was reached.
    pub coverage: Coverage,
    /// The process of each process instance of the run, in the order in which they began.
    pub processes: Vec<ElementIx>,
    /// When the clock began.
    pub began: Timestamp,
    /// The zone that local times were read in.
    pub zone: Zone,
}

impl Report {
    /// Whether everything that was expected holds.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// An expectation that does not hold, or a step that was refused against expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The number of the step, from 1.
    pub step: usize,
    /// Its line in the script, from 1.
    pub line: u32,
    /// Its place in the script.
    pub span: Span,
    /// What was expected and what was found.
    pub message: String,
}

/// Runs a case by itself: tasks complete, other waits are left waiting, and the clock jumps to the next
/// timer when nothing else can happen.
#[must_use]
pub fn run_alone(program: &Program, options: &Options) -> Report {
    let mut world = new_world(program, None, options, TaskKinds::NONE);
    let began = world.now;
    if let Err(ended) = begin(&mut world, None, options) {
        return report(world, ended, Vec::new(), 0, began);
    }
    let ended = match jump(&mut world) {
        // Timers of other instances may go on; the first one has done its work.
        Err(Limit::Jumps) if state_of(&world).state != RunState::Waiting => state_of(&world),
        Err(limit) => limited(&world, limit),
        Ok(()) => state_of(&world),
    };
    report(world, ended, Vec::new(), 0, began)
}

/// Runs a case by a script. Tasks wait for its steps unless it says `auto`; the clock moves by
/// `advance` alone.
///
/// The first step that is refused against expectation ends the run; expectations that do not hold are
/// collected.
#[must_use]
pub fn run(program: &Program, scenario: &Scenario, options: &Options) -> Report {
    run_script(program, scenario, options, None)
}

/// Like [`run`], and tells `observer` what each command led to.
#[must_use]
pub fn run_observed(
    program: &Program,
    scenario: &Scenario,
    options: &Options,
    observer: &mut dyn Observer,
) -> Report {
    run_script(program, scenario, options, Some(observer))
}

fn run_script<'a>(
    program: &'a Program,
    scenario: &Scenario,
    options: &Options,
    observer: Option<&'a mut dyn Observer>,
) -> Report {
    let waits = if scenario.auto {
        TaskKinds::NONE
    } else {
        TaskKinds::ALL
    };
    let mut world = new_world(program, Some(scenario), options, waits);
    world.observer = observer;
    let began = world.now;
    if let Err(ended) = begin(&mut world, Some(scenario), options) {
        return report(world, ended, Vec::new(), 0, began);
    }
    let mut failures = Vec::new();
    let mut expectations = 0;
    let mut exhausted = world.settle().err();
    for step in &scenario.steps {
        if exhausted.is_some() {
            break;
        }
        if let Action::Expect(expectation) = &step.action {
            expectations += 1;
            let found = expected(step, world.check(expectation));
            failures.extend(found.into_iter().map(|message| failure(step, message)));
            continue;
        }
        let outcome = world.perform(&step.action);
        let unexpected = judge(&mut world, step, outcome);
        exhausted = world.settle().err();
        if let Some(message) = unexpected {
            failures.push(failure(step, message));
            break;
        }
    }
    let ended = match exhausted {
        Some(limit) => limited(&world, Limit::World(limit)),
        None => state_of(&world),
    };
    report(world, ended, failures, expectations, began)
}

fn failure(step: &Step, message: String) -> Failure {
    Failure {
        step: step.number,
        line: step.line,
        span: step.span,
        message,
    }
}

/// What did not hold; an expectation that is to be rejected holds when something of it does not.
fn expected(step: &Step, found: Vec<String>) -> Vec<String> {
    match (step.rejected, found.is_empty()) {
        (false, _) => found,
        (true, false) => Vec::new(),
        (true, true) => {
            vec!["expect: expected that it does not hold, found that all of it does".to_owned()]
        }
    }
}

/// Whether the outcome is the one that the step expects; if not, what to say about it.
fn judge(world: &mut World<'_>, step: &Step, outcome: Result<Outcome, Refusal>) -> Option<String> {
    let verb = step.action.verb();
    match outcome {
        Ok(Outcome::Done) if step.rejected => Some(format!(
            "{verb}: expected that it is rejected, found that it was carried out"
        )),
        Ok(Outcome::Done | Outcome::Unheard) => None,
        Err(Refusal {
            element,
            instance,
            reason,
        }) => {
            let unexpected = (!step.rejected)
                .then(|| format!("{verb}: expected that it is carried out, found: {reason}"));
            world.note_refusal(element, step.action.named(), instance, 0, reason);
            unexpected
        }
    }
}

/// Lets the clock jump from timer to timer until nothing more is due.
fn jump(world: &mut World<'_>) -> Result<(), Limit> {
    world.settle()?;
    let mut jumps = 0;
    while let Some(due) = world.next_timer() {
        jumps += 1;
        if jumps > JUMPS_LIMIT {
            return Err(Limit::Jumps);
        }
        world.advance(due)?;
    }
    Ok(())
}

/// A named limit of the run that was reached.
#[derive(Clone, Copy)]
enum Limit {
    Jumps,
    World(Exhausted),
}

impl From<Exhausted> for Limit {
    fn from(limit: Exhausted) -> Self {
        Self::World(limit)
    }
}

/// The end of a run that reached a limit.
fn limited(world: &World<'_>, limit: Limit) -> Ended {
    let (kind, message) = match limit {
        Limit::Jumps => (
            "jump-limit",
            format!("timers still fire after {JUMPS_LIMIT} jumps of the clock and nothing ends"),
        ),
        Limit::World(Exhausted::Decisions) => ("decision-limit", Exhausted::Decisions.message()),
        Limit::World(limit) => ("delivery-limit", limit.message()),
    };
    let element = world
        .cases
        .first()
        .and_then(|case| world.waiting(case).first().copied());
    let mut ended = state_of(world);
    ended.state = RunState::Failed;
    ended.error = Some(RunError {
        kind: Arc::from(kind),
        code: None,
        message: Arc::from(message),
        element: element.map(|element| Arc::from(world.program.id(element))),
    });
    ended
}

fn new_world<'p>(
    program: &'p Program,
    scenario: Option<&Scenario>,
    options: &Options,
    waits: TaskKinds,
) -> World<'p> {
    let now = options
        .at
        .or(scenario.and_then(|scenario| scenario.at))
        .unwrap_or(options.now);
    let zone = options
        .zone
        .or_else(|| scenario.and_then(|scenario| scenario.zone));
    let zone = zone.unwrap_or_else(|| default_zone(program, options));
    World::new(
        program,
        Setting {
            now,
            zone,
            limits: options.limits,
            waits,
            decisions: Arc::clone(&options.decisions),
            calendars: options.calendars.clone(),
        },
    )
}

/// The zone of a run that names none: where statutory terms run, that of the calendar they are counted
/// by.
fn default_zone(program: &Program, options: &Options) -> Zone {
    if program.terms.is_empty() {
        return Zone::default();
    }
    let own = options.calendars.first();
    let calendar = own.or_else(|| WorkCalendar::builtin(WorkCalendar::DEFAULT));
    calendar.map_or_else(Zone::default, WorkCalendar::zone)
}

/// Starts the first instance.
fn begin(
    world: &mut World<'_>,
    scenario: Option<&Scenario>,
    options: &Options,
) -> Result<(), Ended> {
    let program = world.program;
    let named = scenario.and_then(|scenario| scenario.process.as_ref());
    let process = match (options.process, named) {
        (Some(process), _) => Ok(process),
        (None, Some(name)) => program
            .process(&name.text)
            .ok_or_else(|| format!("the model has no process `{name}`")),
        (None, None) => only_process(program),
    };
    let process = process.map_err(|message| Ended::rejected("no-process", &message, None))?;
    let start = match options.start {
        Some(element) => named_start(program, process, element).map(|start| (start, true)),
        None => default_start(program, process),
    };
    let rejected =
        |message: String| Ended::rejected("no-start", &message, Some(program.id(process)));
    let (start, named) = start.map_err(rejected)?;
    let mut variables = options.variables.clone();
    for (name, value) in scenario.into_iter().flat_map(|scenario| &scenario.vars) {
        if !variables.iter().any(|(known, _)| known == name) {
            variables.push((Arc::clone(name), value.clone()));
        }
    }
    match world.start(start, named, variables) {
        Ok(_) => Ok(()),
        Err(rejection) => Err(Ended::rejected(
            "start-rejected",
            &rejection.to_string(),
            Some(program.id(start.at)),
        )),
    }
}

fn only_process(program: &Program) -> Result<ElementIx, String> {
    match program.processes.as_slice() {
        [one] => Ok(*one),
        [] => Err("the model has no process that can be run".to_owned()),
        several => {
            let ids: Vec<_> = several.iter().map(|process| program.id(*process)).collect();
            Err(format!(
                "the model has several processes, name one of them: {}",
                list(&ids)
            ))
        }
    }
}

/// Where `process` starts when nothing is said, and whether that start has to be named to the executor:
/// its none start events, else its only start event of any kind.
pub(crate) fn default_start(
    program: &Program,
    process: ElementIx,
) -> Result<(MessageStart, bool), String> {
    let Some(body) = program.elements[process].body.as_deref() else {
        return Err(format!("process `{}` is empty", program.id(process)));
    };
    // A process without contents begins and has completed.
    if !body.initial.is_empty() || body.contents.is_empty() {
        return Ok((
            MessageStart {
                process,
                at: process,
                event: None,
            },
            false,
        ));
    }
    match &*body.triggered_starts {
        [] => Err(format!(
            "process `{}` has nothing that starts it",
            program.id(process)
        )),
        [one] => Ok((
            MessageStart {
                process,
                at: *one,
                event: None,
            },
            true,
        )),
        several => {
            let ids: Vec<_> = several.iter().map(|start| program.id(*start)).collect();
            let process = program.id(process);
            Err(format!(
                "process `{process}` has several starts, name one of them: {}",
                list(&ids)
            ))
        }
    }
}

/// The start at `element`, if `process` can start there.
fn named_start(
    program: &Program,
    process: ElementIx,
    element: ElementIx,
) -> Result<MessageStart, String> {
    let id = program.id(element);
    if program.process_of(element) != process {
        return Err(format!(
            "`{id}` does not belong to process `{}`",
            program.id(process)
        ));
    }
    if let Some(start) = MessageStart::at(program, element) {
        return Ok(start);
    }
    let body = program.elements[process].body.as_deref();
    let initial = body.is_some_and(|body| {
        body.initial.contains(&element) || body.triggered_starts.contains(&element)
    });
    let start_event = matches!(program.elements[element].kind, Kind::StartEvent(_));
    if program.elements[element].scope == process && (initial || start_event) {
        return Ok(MessageStart {
            process,
            at: element,
            event: None,
        });
    }
    Err(format!(
        "process `{}` cannot start at `{id}`",
        program.id(process)
    ))
}

/// How the first instance stands.
pub(crate) fn state_of(world: &World<'_>) -> Ended {
    let Some(case) = world.cases.first() else {
        return Ended::rejected("no-instance", "nothing was started", None);
    };
    let state = case.state();
    let incident = state.incidents().next();
    let run_state = match state.status() {
        Status::Completed => RunState::Completed,
        Status::Failed | Status::Cancelled => RunState::Failed,
        Status::Fresh | Status::Running if incident.is_some() => RunState::Failed,
        Status::Fresh | Status::Running => RunState::Waiting,
    };
    let error = match (run_state, state.failure(), incident) {
        (RunState::Failed, Some(failure), _) => {
            let (element, code) = last_error(world);
            let uncaught = failure.kind == IncidentKind::UncaughtError;
            Some(RunError {
                kind: Arc::from(failure.kind.as_str()),
                code: code.filter(|_| uncaught),
                message: Arc::clone(&failure.message),
                element: element.or_else(|| Some(Arc::from(world.program.id(case.process)))),
            })
        }
        (RunState::Failed, None, Some((_, element, incident))) => Some(RunError {
            kind: Arc::from(incident.kind.as_str()),
            code: None,
            message: Arc::clone(&incident.message),
            element: Some(Arc::from(world.program.id(element))),
        }),
        (RunState::Failed, None, None) => Some(RunError {
            kind: Arc::from("cancelled"),
            code: None,
            message: Arc::from("the instance was cancelled"),
            element: None,
        }),
        (RunState::Completed | RunState::Waiting | RunState::Rejected, ..) => None,
    };
    let waiting = if run_state == RunState::Completed {
        Vec::new()
    } else {
        world.waiting(case)
    };
    Ended {
        state: run_state,
        waiting: waiting
            .into_iter()
            .map(|element| Arc::from(world.program.id(element)))
            .collect(),
        error,
        variables: state
            .variables(world.program)
            .map(|(name, value)| (Arc::clone(name), value.clone()))
            .collect(),
    }
}

/// The element and code of the last error that the first instance threw.
fn last_error(world: &World<'_>) -> (Option<Arc<str>>, Option<Arc<str>>) {
    let thrown = world
        .trace
        .iter()
        .rev()
        .filter(|line| line.case == 0)
        .find_map(|line| match &line.event {
            TraceEvent::ErrorThrown { code } => Some((line.subject, Arc::clone(code))),
            _ => None,
        });
    match thrown {
        Some((subject, code)) => (
            subject.map(|subject| Arc::from(subject.id(world.program))),
            Some(code),
        ),
        None => (None, None),
    }
}

fn report(
    world: World<'_>,
    ended: Ended,
    failures: Vec<Failure>,
    expectations: usize,
    began: Timestamp,
) -> Report {
    Report {
        processes: world.cases.iter().map(|case| case.process).collect(),
        trace: world.trace,
        ended,
        failures,
        expectations,
        coverage: world.coverage,
        began,
        zone: world.zone,
    }
}
