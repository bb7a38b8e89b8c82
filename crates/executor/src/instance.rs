//! A process instance: a state and the commands that move it.

use reglament_core::Program;
use reglament_core::program::{ElementIx, Kind, TaskKind};
use reglament_core::timer::Timestamp;
use reglament_feel::Value;

use crate::command::{Command, Occasion, Start, Variables};
use crate::env::Env;
use crate::event::Event;
use crate::execution::Execution;
use crate::rejection::Rejection;
use crate::sink::Sink;
use crate::state::{Key, LoadError, Phase, State, Status};

/// One process instance, with the processes it calls.
///
/// ```text
/// command, occasion ──> handle ──> events ──> apply ──> state
///                                     └─────> sink
/// ```
/// Between commands nothing moves: every token waits somewhere, or at an incident.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Instance {
    state: State,
}

impl Instance {
    /// A fresh instance: only [`Command::Start`] is allowed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An instance that goes on from `state`.
    #[must_use]
    pub fn from_state(state: State) -> Self {
        Self { state }
    }

    /// An instance that goes on from what [`State::save`] wrote.
    ///
    /// # Errors
    /// [`LoadError`] when `bytes` are damaged, of a newer version, or belong to another program.
    pub fn load(program: &Program, bytes: &[u8]) -> Result<Self, LoadError> {
        State::load(program, bytes).map(Self::from_state)
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The state, taken out of the instance.
    #[must_use]
    pub fn into_state(self) -> State {
        self.state
    }

    /// When [`Command::Wake`] has something to do next; none while no timer is armed and no term runs.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.state.next_due()
    }

    /// Carries out `command` until nothing moves any more; the events go to `sink` in order.
    ///
    /// # Errors
    /// A [`Rejection`] when the command is not allowed now; the state is untouched and no event was
    /// emitted. Only after [`Rejection::Broken`] is the instance not to be used any more: the host
    /// drops it and reloads its last commit.
    pub fn handle<S: Sink>(
        &mut self,
        env: &Env<'_>,
        command: Command,
        occasion: &Occasion<'_>,
        sink: &mut S,
    ) -> Result<(), Rejection> {
        let mut execution = Execution::new(&mut self.state, env, occasion, sink);
        match command {
            Command::Start(start) => execution.start(start)?,
            Command::Complete { key, variables } => execution.complete(key, variables)?,
            other => execution.carry_out_other(other)?,
        }
        execution.settle()?;
        Ok(())
    }
}

impl<S: Sink> Execution<'_, S> {
    /// Carries out what is asked less often than starting and completing, out of their way.
    #[inline(never)]
    fn carry_out_other(&mut self, command: Command) -> Result<(), Rejection> {
        match command {
            Command::Start(start) => self.start(start)?,
            Command::Complete { key, variables } => self.complete(key, variables)?,
            Command::ThrowError {
                key,
                code,
                variables,
            } => {
                self.ready_task(key)?;
                self.throw_error(key, code, variables)?;
            }
            Command::Escalate {
                key,
                code,
                variables,
            } => {
                self.ready_task(key)?;
                self.throw_escalation(key, &code, variables)?;
            }
            Command::Fail { key, message } => {
                self.ready_task(key)?;
                self.fail_job(key, message)?;
            }
            Command::Trigger {
                owner,
                arm,
                variables,
            } => self.deliver(owner, arm, variables)?,
            Command::Wake => self.wake()?,
            Command::SetVariables { scope, variables } => {
                self.set_from_outside(scope, variables)?
            }
            Command::Resolve { key } => self.resolve(key)?,
            Command::SuspendTerm { term } => self.suspend_term(term)?,
            Command::ResumeTerm { term } => self.resume_term(term)?,
            Command::InterruptTerm { term } => self.interrupt_term(term)?,
            Command::ExtendTerm { term, by } => self.extend_term(term, by)?,
            Command::AdoptCalendar { calendar } => self.adopt_calendar(&calendar)?,
            Command::Migrate { source, plan } => self.migrate(&source, &plan)?,
            Command::Modify(modification) => self.modify(&modification)?,
            Command::Cancel => self.cancel()?,
        }
        Ok(())
    }

    #[inline]
    fn start(&mut self, start: Start) -> Result<(), Rejection> {
        if self.state.status() != Status::Fresh {
            return Err(Rejection::AlreadyStarted);
        }
        let program = self.program;
        let element = program
            .elements
            .get(start.process)
            .ok_or(Rejection::NotAStart)?;
        if !matches!(element.kind, Kind::Process) {
            return Err(Rejection::NotAStart);
        }
        let body = element.body.as_ref();
        if start.at.is_none()
            && body.is_some_and(|body| body.initial.is_empty() && !body.contents.is_empty())
        {
            return Err(Rejection::NotAStart);
        }
        if let Some(at) = start.at {
            let inside = program
                .elements
                .get(at)
                .is_some_and(|found| found.scope == start.process);
            if !inside || at == start.process {
                return Err(Rejection::NotAStart);
            }
        }
        self.emit(Event::Started {
            process: start.process,
        })?;
        let root = self.root()?;
        self.set_locals(root, start.variables)?;
        self.begin_process(root, start.at, start.event)?;
        Ok(())
    }

    fn complete(&mut self, key: Key, variables: Variables) -> Result<(), Rejection> {
        let element = self.ready(key)?;
        match &self.program.elements[element].kind {
            Kind::Task(task) if task.kind != TaskKind::Script => {
                self.check_candidate(key, element)?;
            }
            Kind::IntermediateCatchEvent(_) => {}
            _ => return Err(Rejection::NotWaiting(key)),
        }
        if self.state.is_repetition_body(self.program, key) {
            return Err(Rejection::NotWaiting(key));
        }
        self.finish(key, variables)?;
        Ok(())
    }

    /// A running element instance without an incident.
    fn ready(&self, key: Key) -> Result<ElementIx, Rejection> {
        if self.state.status() != Status::Running {
            return Err(Rejection::NotRunning);
        }
        let slot = self.state.live(key).ok_or(Rejection::NoSuchElement(key))?;
        match slot.phase {
            Phase::Active => Ok(slot.element),
            Phase::Entering | Phase::Stuck(_) => Err(Rejection::HasIncident(key)),
        }
    }

    /// A task that waits.
    fn ready_task(&self, key: Key) -> Result<(), Rejection> {
        let element = self.ready(key)?;
        let body = self.state.is_repetition_body(self.program, key);
        match &self.program.elements[element].kind {
            Kind::Task(task) if task.kind != TaskKind::Script && !body => Ok(()),
            _ => Err(Rejection::NotWaiting(key)),
        }
    }

    fn deliver(&mut self, owner: Key, arm: u32, variables: Variables) -> Result<(), Rejection> {
        if self.state.status() != Status::Running {
            return Err(Rejection::NotRunning);
        }
        match self.state.arm(owner, arm) {
            Some(found) if !found.spent => {}
            Some(_) | None => return Err(Rejection::NoLongerArmed { owner, arm }),
        }
        self.trigger(owner, arm, variables)?;
        Ok(())
    }

    fn set_from_outside(
        &mut self,
        scope: Option<Key>,
        variables: Variables,
    ) -> Result<(), Rejection> {
        if self.state.status() != Status::Running {
            return Err(Rejection::NotRunning);
        }
        let scope = match scope {
            Some(key) => self
                .state
                .live(key)
                .map(|_| key)
                .ok_or(Rejection::NoSuchElement(key))?,
            None => self.root()?,
        };
        self.set_locals(scope, variables)?;
        Ok(())
    }

    fn cancel(&mut self) -> Result<(), Rejection> {
        if !matches!(self.state.status(), Status::Running | Status::Failed) {
            return Err(Rejection::NotRunning);
        }
        let root = self.root()?;
        self.terminate(root)?;
        self.emit(Event::Cancelled)?;
        Ok(())
    }

    /// Whether the actor may complete this user task.
    fn check_candidate(&self, key: Key, element: ElementIx) -> Result<(), Rejection> {
        let actor = self.occasion.actor;
        let Kind::Task(task) = &self.program.elements[element].kind else {
            return Ok(());
        };
        let Some(assignment) = task.assignment.as_ref().filter(|_| !actor.unrestricted) else {
            return Ok(());
        };
        let names = |text: &Option<_>| -> Vec<String> {
            text.as_ref()
                .map_or_else(Vec::new, |text| list_of_names(&self.text_value(key, text)))
        };
        let assignee = names(&assignment.assignee);
        let users = names(&assignment.candidate_users);
        let groups = names(&assignment.candidate_groups);
        let named = assignee
            .iter()
            .chain(&users)
            .any(|user| **user == *actor.id);
        let grouped = groups
            .iter()
            .any(|group| actor.groups.iter().any(|mine| **mine == **group));
        let open = assignee.is_empty() && users.is_empty() && groups.is_empty();
        // An assignee takes precedence over candidates.
        let allowed = if assignee.is_empty() {
            open || named || grouped
        } else {
            named
        };
        if allowed {
            return Ok(());
        }
        Err(Rejection::NotACandidate {
            key,
            actor: actor.id.to_string(),
        })
    }
}

/// The names in a text separated by commas, or in a list.
fn list_of_names(value: &Value) -> Vec<String> {
    let split = |text: &str| -> Vec<String> {
        text.split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(String::from)
            .collect()
    };
    match value {
        Value::String(text) => split(text),
        Value::List(items) => items
            .iter()
            .filter_map(|item| match item {
                Value::String(name) => Some(name.to_string()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}
