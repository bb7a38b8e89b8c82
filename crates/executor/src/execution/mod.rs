//! How a command moves an instance: tokens are worked off one by one until nothing moves.
//!
//! An element instance lives so: it is *entered* (inputs and arms are prepared; only when all of them
//! succeed is it activated), it is *executed* (what its kind does; it may wait), it *leaves* (outputs,
//! the choice of flows, completion, tokens). Each of the three can end in an incident and is tried
//! again from there.
//!
//! # Source
//! BPMN 2.0.2, 13.3.2 (activity life cycle).

mod compensate;
mod enter;
mod evaluate;
mod join;
mod leave;
mod migrate;
mod modify;
mod repeat;
mod scope;
mod terms;
mod throw;
mod trigger;

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{ElementIx, FlowIx, Kind};

use crate::command::Occasion;
use crate::element;
use crate::env::Env;
use crate::event::{Event, Origin};
use crate::incident::{Incident, IncidentKind};
use crate::rejection::Rejection;
use crate::sink::Sink;
use crate::state::{Broken, Key, Pending, Phase, Stage, State, Status};

/// The result of a step that can only fail when an invariant is broken.
pub(crate) type Step<T = ()> = Result<T, Broken>;

/// One command being carried out.
pub(crate) struct Execution<'a, S> {
    pub(crate) state: &'a mut State,
    pub(crate) env: &'a Env<'a>,
    pub(crate) program: &'a Program,
    pub(crate) occasion: &'a Occasion<'a>,
    sink: &'a mut S,
    /// How many element instances may still be activated.
    steps: u32,
    /// Whether a variable changed, or a condition was armed, since conditions were last evaluated.
    dirty: bool,
    /// The conditions that fired: each does so at most once in a command.
    fired: Vec<(Key, u32)>,
}

impl<'a, S: Sink> Execution<'a, S> {
    pub(crate) fn new(
        state: &'a mut State,
        env: &'a Env<'a>,
        occasion: &'a Occasion<'a>,
        sink: &'a mut S,
    ) -> Self {
        let (program, steps) = (env.program, env.limits.steps);
        Self {
            state,
            env,
            program,
            occasion,
            sink,
            steps,
            dirty: false,
            fired: Vec::new(),
        }
    }

    /// Applies an event and hands it on.
    pub(crate) fn emit(&mut self, event: Event) -> Step {
        self.state.write(self.program, &event)?;
        self.sink.take(self.state.seq(), self.occasion, event);
        Ok(())
    }

    /// Hands on an event that has been applied.
    pub(crate) fn keep(&mut self, event: Event) {
        self.sink.take(self.state.seq(), self.occasion, event);
    }

    /// [`Event::Activated`], made only when it is kept.
    #[inline]
    pub(crate) fn emit_activated(
        &mut self,
        key: Key,
        element: ElementIx,
        scope: Key,
        origin: Origin,
    ) -> Step {
        self.state
            .write_activated(self.program, key, element, scope, origin)?;
        if S::KEEPS {
            let event = Event::Activated {
                key,
                element,
                scope,
                origin,
            };
            self.sink.take(self.state.seq(), self.occasion, event);
        }
        Ok(())
    }

    /// [`Event::Completed`], made only when it is kept.
    #[inline]
    pub(crate) fn emit_completed(&mut self, key: Key) -> Step {
        self.state.write_completed(self.program, key)?;
        if S::KEEPS {
            self.sink
                .take(self.state.seq(), self.occasion, Event::Completed { key });
        }
        Ok(())
    }

    /// [`Event::Taken`], made only when it is kept.
    #[inline]
    pub(crate) fn emit_taken(&mut self, flow: FlowIx, scope: Key) -> Step {
        self.state.write_taken(flow, scope)?;
        if S::KEEPS {
            self.sink.take(
                self.state.seq(),
                self.occasion,
                Event::Taken { flow, scope },
            );
        }
        Ok(())
    }

    /// [`Event::Queued`], made only when it is kept.
    #[inline]
    pub(crate) fn emit_queued(&mut self, element: ElementIx, scope: Key, iteration: u32) -> Step {
        self.state
            .write_queued(self.program, element, scope, iteration)?;
        if S::KEEPS {
            let event = Event::Queued {
                element,
                scope,
                iteration,
            };
            self.sink.take(self.state.seq(), self.occasion, event);
        }
        Ok(())
    }

    /// [`Event::Passed`], made only when it is kept.
    #[inline]
    fn emit_passed(&mut self, scope: Key, over: FlowIx, to: FlowIx) -> Step {
        self.state.write_passed(self.program, scope, over, to)?;
        if S::KEEPS {
            let event = Event::Passed { scope, over, to };
            self.sink.take(self.state.seq(), self.occasion, event);
        }
        Ok(())
    }

    /// Works off the queue, then what only happens when nothing moves: inclusive joins and
    /// conditions.
    pub(crate) fn settle(&mut self) -> Step {
        // After a step limit everything stands still until that is resolved.
        if self
            .state
            .slot(0)
            .is_some_and(|root| root.phase != Phase::Active)
        {
            return Ok(());
        }
        loop {
            while let Some(next) = self.state.next_pending() {
                if self.state.status() != Status::Running {
                    return Ok(());
                }
                if self.steps == 0 {
                    return self.stop_at_step_limit();
                }
                self.steps -= 1;
                self.advance(next)?;
            }
            if self.state.status() != Status::Running
                || !(self.fire_waiting_join()? || self.fire_condition()?)
            {
                return Ok(());
            }
        }
    }

    #[inline]
    fn advance(&mut self, next: Pending) -> Step {
        match next {
            Pending::Token { scope, flow } => self.arrive(self.key(scope)?, flow),
            Pending::Enter { scope, element, .. } | Pending::Handler { scope, element, .. } => {
                let scope = self.key(scope)?;
                self.enter(element, scope, Origin::Queue)
            }
        }
    }

    /// A token is at the end of its flow: it waits for others there, passes what neither waits nor
    /// can fail, or enters.
    #[inline]
    fn arrive(&mut self, scope: Key, flow: FlowIx) -> Step {
        let (program, reached) = (self.program, &self.program.flows[flow]);
        if reached.waits {
            self.emit(Event::Arrived { flow, scope })?;
            return self.try_join(scope, reached.target);
        }
        match self.way_through(scope, &program.elements[reached.target])? {
            Some(to) => self.emit_passed(scope, flow, to),
            None => self.enter(reached.target, scope, Origin::Token(flow)),
        }
    }

    fn stop_at_step_limit(&mut self) -> Step {
        let root = self.root()?;
        let next = match self.state.next_pending() {
            Some(Pending::Token { flow, .. }) => self.program.flows[flow].target,
            Some(Pending::Enter { element, .. } | Pending::Handler { element, .. }) => element,
            None => return Err(Broken("a step limit with nothing left to do")),
        };
        let message = format!(
            "more than {} steps without a wait, stopped before `{}`: a loop that never waits, or too \
             much in one command",
            self.env.limits.steps,
            self.program.id(next)
        );
        self.raise(root, Stage::Work, IncidentKind::StepLimit, &message)
    }

    /// Raises an incident at `key`.
    pub(crate) fn raise(
        &mut self,
        key: Key,
        stage: Stage,
        kind: IncidentKind,
        message: &str,
    ) -> Step {
        let incident = Box::new(Incident {
            kind,
            message: Arc::from(message),
        });
        self.emit(Event::IncidentRaised {
            key,
            stage,
            incident,
        })
    }

    /// Does what the kind of the element does, after it was activated.
    pub(crate) fn execute(&mut self, key: Key, index: ElementIx) -> Step {
        match &self.program.elements[index].kind {
            Kind::Process => self.begin_process(key, None, None),
            Kind::SubProcess | Kind::Transaction | Kind::EventSubProcess => self.begin_scope(key),
            Kind::AdHocSubProcess(ad_hoc) => {
                element::ad_hoc_sub_process::execute(self, key, ad_hoc)
            }
            Kind::CallActivity(called) => element::call_activity::execute(self, key, called),
            Kind::Task(task) => element::task::execute(self, key, index, task),
            // What begins a path has occurred when it is entered.
            Kind::StartEvent(_) | Kind::BoundaryEvent(_) => self.leave(key),
            Kind::IntermediateCatchEvent(part) => {
                element::intermediate_catch_event::execute(self, key, part)
            }
            Kind::IntermediateThrowEvent(part) => {
                element::intermediate_throw_event::execute(self, key, part)
            }
            Kind::EndEvent(part) => element::end_event::execute(self, key, part),
            Kind::ExclusiveGateway
            | Kind::InclusiveGateway(_)
            | Kind::ParallelGateway
            | Kind::ComplexGateway { .. } => self.leave(key),
            // It waits for its arms.
            Kind::EventBasedGateway { .. } => Ok(()),
        }
    }

    /// Tries again what led to an incident.
    pub(crate) fn resolve(&mut self, key: Key) -> Result<(), Rejection> {
        let slot = self.state.live(key).ok_or(Rejection::NoSuchElement(key))?;
        let (element, Phase::Stuck(stage)) = (slot.element, slot.phase) else {
            return Err(Rejection::NoIncident(key));
        };
        if self.state.status() != Status::Running {
            return Err(Rejection::NotRunning);
        }
        self.emit(Event::IncidentResolved { key })?;
        match stage {
            Stage::Enter => self.enter_again(key, element)?,
            Stage::Execute if self.state.is_repetition_body(self.program, key) => {
                self.begin_repetition(key, element)?;
            }
            Stage::Execute => self.execute(key, element)?,
            Stage::Work if key.slot == 0 || self.is_event_sub_process(key)? => {
                self.start_own_terms(key)?;
                self.contained_ended(key)?;
            }
            Stage::Work => {}
            Stage::Leave if self.state.is_repetition_body(self.program, key) => {
                self.resume_repetition(key, element)?;
            }
            Stage::Leave => self.resume_leaving(key, element)?,
        }
        Ok(())
    }

    /// Tries again to leave; an ad-hoc sub-process first asks its completion condition.
    fn resume_leaving(&mut self, key: Key, element: ElementIx) -> Step {
        match &self.program.elements[element].kind {
            Kind::AdHocSubProcess(_) => self.contained_ended(key),
            _ => self.leave(key),
        }
    }

    /// The root.
    pub(crate) fn root(&self) -> Step<Key> {
        self.state
            .root()
            .ok_or(Broken("an instance without a root"))
    }

    #[inline]
    pub(crate) fn key(&self, slot: u32) -> Step<Key> {
        self.state
            .key_of(slot)
            .ok_or(Broken("a token in a scope that has ended"))
    }

    /// The element of a live element instance.
    pub(crate) fn element_of(&self, key: Key) -> Step<ElementIx> {
        self.state
            .element(key)
            .ok_or(Broken("an element instance that has ended"))
    }

    pub(crate) fn is_running(&self) -> bool {
        self.state.status() == Status::Running
    }

    /// Whether `key` still lives and the instance runs.
    pub(crate) fn is_live(&self, key: Key) -> bool {
        self.is_running() && self.state.live(key).is_some()
    }

    /// Whether `key` lives, the instance runs, and no incident holds it.
    pub(crate) fn goes_on(&self, key: Key) -> bool {
        self.is_running()
            && self
                .state
                .live(key)
                .is_some_and(|slot| slot.phase == Phase::Active)
    }

    /// Conditions are to be evaluated again.
    pub(crate) fn touch(&mut self) {
        self.dirty = true;
    }

    /// Whether conditions are to be evaluated again; they are from now on considered evaluated.
    fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// Whether a condition fires for the first time in this command.
    fn first_firing(&mut self, owner: Key, number: u32) -> bool {
        let first = !self.fired.contains(&(owner, number));
        if first {
            self.fired.push((owner, number));
        }
        first
    }

    fn is_out_of_steps(&self) -> bool {
        self.steps == 0
    }
}
