//! The only writer of state: what each event means.
//!
//! Nothing here evaluates an expression or looks at a clock. An event that contradicts the state is
//! [`Broken`]: the state is then not to be used any more.

mod arms;
mod migration;
mod repetition;
mod terms;
mod undoing;
mod waiting_tokens;

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{ElementIx, FlowIx, Kind};
use reglament_feel::{Symbol, Value};

use super::variables::assign;
use super::{Extra, Key, Locals, NONE, Pending, Phase, Rare, Slot, State, Status};
use crate::event::{Event, Origin, Trigger};
use crate::incident::Incident;
use crate::rejection::Rejection;
use crate::state::slot::Stage;

/// A contradiction between state and program, or state and event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken(pub(crate) &'static str);

impl From<Broken> for Rejection {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken.0)
    }
}

/// How many element instances a new instance has room for; most never need more.
const FIRST_SLOTS: usize = 4;

type Applied = Result<(), Broken>;

impl State {
    /// Applies `event`. Replaying all events of an instance in order on a fresh state gives its state.
    ///
    /// # Errors
    /// [`Rejection::Broken`] when the event contradicts the state: a gap in the history, another
    /// program, or an event of a newer version. The state is then not to be used any more.
    #[inline]
    pub fn apply(&mut self, program: &Program, event: &Event) -> Result<(), Rejection> {
        self.write(program, event).map_err(Rejection::from)
    }

    pub(crate) fn write(&mut self, program: &Program, event: &Event) -> Applied {
        match event {
            Event::Taken { flow, scope } => self.write_taken(*flow, *scope),
            Event::Activated {
                key,
                element,
                scope,
                origin,
            } => self.write_activated(program, *key, *element, *scope, *origin),
            Event::Completed { key } => self.write_completed(program, *key),
            Event::Passed { scope, over, to } => self.write_passed(program, *scope, *over, *to),
            Event::Queued {
                element,
                scope,
                iteration,
            } => self.write_queued(program, *element, *scope, *iteration),
            _ => {
                self.seq += 1;
                self.write_rare(program, event)
            }
        }
    }

    /// What [`Event::Taken`] means.
    #[inline]
    pub(crate) fn write_taken(&mut self, flow: FlowIx, scope: Key) -> Applied {
        self.seq += 1;
        self.taken(flow, scope)
    }

    /// What [`Event::Activated`] means.
    #[inline]
    pub(crate) fn write_activated(
        &mut self,
        program: &Program,
        key: Key,
        element: ElementIx,
        scope: Key,
        origin: Origin,
    ) -> Applied {
        self.seq += 1;
        match origin {
            Origin::Token(flow) if key.serial > self.serial => {
                self.activated_by_token(key, element, scope, flow)
            }
            _ => self.activated(program, key, element, scope, origin),
        }
    }

    /// What [`Event::Completed`] means.
    #[inline]
    pub(crate) fn write_completed(&mut self, program: &Program, key: Key) -> Applied {
        self.seq += 1;
        self.completed(program, key)
    }

    /// What [`Event::Queued`] means.
    #[inline]
    pub(crate) fn write_queued(
        &mut self,
        program: &Program,
        element: ElementIx,
        scope: Key,
        iteration: u32,
    ) -> Applied {
        self.seq += 1;
        self.queued(program, element, scope, iteration)
    }

    /// What [`Event::Passed`] means: the token is behind the element.
    #[inline]
    pub(crate) fn write_passed(
        &mut self,
        program: &Program,
        scope: Key,
        over: FlowIx,
        to: FlowIx,
    ) -> Applied {
        self.seq += 1;
        if program.flows[to].source != program.flows[over].target {
            return Err(Broken("a token left over a flow of another element"));
        }
        self.consume_token(scope, over)?;
        self.queue.push_back(Pending::Token {
            scope: scope.slot,
            flow: to,
        });
        Ok(())
    }

    #[inline(never)]
    fn write_rare(&mut self, program: &Program, event: &Event) -> Applied {
        match event {
            Event::Taken { .. }
            | Event::Activated { .. }
            | Event::Completed { .. }
            | Event::Passed { .. }
            | Event::Queued { .. } => Err(Broken("an event of the main path in the wrong place")),
            Event::Started { process } => self.started(*process),
            Event::Reached {
                key,
                element,
                scope,
                origin,
            } => {
                self.activated(program, *key, *element, *scope, *origin)?;
                self.slot_mut(*key)?.phase = Phase::Entering;
                Ok(())
            }
            Event::Terminated { key } => self.terminated(*key),
            Event::Arrived { flow, scope } => self.arrived(program, *flow, *scope),
            Event::TokenWithdrawn { flow, scope } => self.token_withdrawn(*flow, *scope),
            Event::Migrated(migrated) => self.migrated(program, migrated),
            Event::Armed { owner, arm } => self.armed(*owner, arm),
            Event::Triggered {
                owner, arm, after, ..
            } => self.triggered(*owner, *arm, after),
            Event::ConditionChanged { owner, arm, holds } => {
                self.arm_mut(*owner, *arm)?.trigger = Trigger::Condition { holds: *holds };
                Ok(())
            }
            Event::Interrupted { scope } => self.interrupted(program, *scope),
            Event::VariableSet { .. }
            | Event::VariablesSet { .. }
            | Event::NameDeclared { .. }
            | Event::Repeating { .. }
            | Event::ResultCollected { .. }
            | Event::RepeatingStopped { .. } => self.write_data(event),
            Event::ResetAwaited { .. }
            | Event::Reset { .. }
            | Event::CompensationStarted { .. }
            | Event::HandlerQueued { .. }
            | Event::Compensated { .. } => self.write_compensation(event),
            Event::TermStarted { .. }
            | Event::TermWarned { .. }
            | Event::TermExpired { .. }
            | Event::TermSuspended { .. }
            | Event::TermResumed { .. }
            | Event::TermInterrupted { .. }
            | Event::TermExtended { .. }
            | Event::TermRecomputed { .. }
            | Event::TermEnded { .. } => self.write_term(program, event),
            // Facts for others: nothing in the state depends on them.
            Event::MessageThrown { .. }
            | Event::SignalThrown { .. }
            | Event::ErrorThrown { .. }
            | Event::EscalationThrown { .. } => Ok(()),
            Event::IncidentRaised {
                key,
                stage,
                incident,
            } => self.incident_raised(*key, *stage, incident),
            Event::IncidentResolved { key } => self.incident_resolved(*key),
            Event::Failed { incident } => {
                self.status = Status::Failed;
                self.rare_mut().failure = Some(incident.clone());
                Ok(())
            }
            Event::Cancelled => {
                self.status = Status::Cancelled;
                Ok(())
            }
        }
    }

    fn write_data(&mut self, event: &Event) -> Applied {
        match event {
            Event::VariableSet { scope, name, value } => {
                self.variable_set(*scope, *name, value.clone())
            }
            Event::VariablesSet { scope, values } => self.variables_set(*scope, values.to_vec()),
            Event::NameDeclared { name } => {
                self.rare_mut().names.push(Arc::clone(name));
                Ok(())
            }
            Event::Repeating { key, items, total } => self.repeating(*key, items.as_ref(), *total),
            Event::ResultCollected {
                key,
                iteration,
                value,
            } => self.result_collected(*key, *iteration, value),
            Event::RepeatingStopped { key } => {
                self.repeat_mut(*key)?.stopped = true;
                self.purge(key.slot);
                Ok(())
            }
            _ => Err(Broken("not an event of data")),
        }
    }

    fn started(&mut self, process: ElementIx) -> Applied {
        if self.status != Status::Fresh {
            return Err(Broken("started twice"));
        }
        self.status = Status::Running;
        self.slots = Vec::with_capacity(FIRST_SLOTS);
        self.allocate(process, NONE, 0);
        Ok(())
    }

    #[inline]
    fn taken(&mut self, flow: FlowIx, scope: Key) -> Applied {
        self.slot_mut(scope)?.live += 1;
        self.queue.push_back(Pending::Token {
            scope: scope.slot,
            flow,
        });
        Ok(())
    }

    /// A token becomes an element instance: what its scope contains stays the same number.
    #[inline]
    fn activated_by_token(
        &mut self,
        key: Key,
        element: ElementIx,
        scope: Key,
        flow: FlowIx,
    ) -> Applied {
        self.consume_token(scope, flow)?;
        if self.allocate(element, scope.slot, 0) == key.slot && self.serial == key.serial {
            Ok(())
        } else {
            Err(Broken("an element instance has another key than recorded"))
        }
    }

    #[inline]
    fn consume_token(&mut self, scope: Key, flow: FlowIx) -> Applied {
        let token = Pending::Token {
            scope: scope.slot,
            flow,
        };
        if self.queue.front() == Some(&token) {
            self.queue.pop_front();
        } else if self.queue.back() == Some(&token) {
            self.queue.pop_back();
        } else {
            return Err(Broken("a token is not where it was recorded"));
        }
        Ok(())
    }

    fn activated(
        &mut self,
        program: &Program,
        key: Key,
        element: ElementIx,
        scope: Key,
        origin: Origin,
    ) -> Applied {
        if key.serial <= self.serial {
            self.slot_mut(key)?.phase = Phase::Active;
            return Ok(());
        }
        let (consumed, entry) = self.consume(element, scope, origin)?;
        let parent = self.slot_mut(scope)?;
        parent.live = parent
            .live
            .checked_sub(consumed)
            .ok_or(Broken("a token too many"))?
            + 1;
        let iteration = match entry {
            Some(Pending::Enter { iteration, .. }) => iteration,
            _ => 0,
        };
        let slot = self.allocate(element, scope.slot, iteration);
        if slot != key.slot || self.serial != key.serial {
            return Err(Broken("an element instance has another key than recorded"));
        }
        if iteration > 0 {
            self.begin_iteration(program, key, scope, iteration)?;
        }
        if let Some(Pending::Handler { thrower, .. }) = entry {
            self.begin_handler(key, thrower)?;
        }
        Ok(())
    }

    /// Removes what `origin` consumes; says how many, and the queue entry if it was one.
    #[inline]
    fn consume(
        &mut self,
        element: ElementIx,
        scope: Key,
        origin: Origin,
    ) -> Result<(u32, Option<Pending>), Broken> {
        match origin {
            Origin::Token(flow) => {
                self.consume_token(scope, flow)?;
                Ok((1, None))
            }
            Origin::Queue => match self.queue.pop_front() {
                Some(entry) if entry.scope() == scope.slot => Ok((1, Some(entry))),
                _ => Err(Broken("the queue is not as recorded")),
            },
            Origin::Join => Ok((self.consume_join(element, scope.slot), None)),
            Origin::Quantity(count) => Ok((self.consume_oldest(element, scope.slot, count), None)),
            Origin::Trigger => Ok((0, None)),
        }
    }

    #[inline]
    fn completed(&mut self, program: &Program, key: Key) -> Applied {
        let slot = self.slot_mut(key)?;
        if slot.live != 0 {
            return Err(Broken("a scope completed around something that is active"));
        }
        let (element, parent, iteration) = (slot.element, slot.parent, slot.iteration);
        let extra = slot.extra.is_some();
        // A complex gateway whose late tokens never came has nothing to wait for any more.
        if let Some(rare) = self.rare.as_mut().filter(|rare| !rare.resets.is_empty()) {
            rare.resets.retain(|reset| reset.scope != key.slot);
        }
        if parent == NONE {
            self.status = Status::Completed;
            self.disarm(key);
            return Ok(());
        }
        if extra || program.elements[element].activity.is_some() {
            self.record_completion(program, key);
            self.disarm(key);
        }
        if iteration > 0
            && let Some(body) = self.key_of(parent)
        {
            self.repeat_mut(body)?.completed += 1;
            self.release(key);
            return self.count_instances(body);
        }
        self.release(key);
        Ok(())
    }

    fn terminated(&mut self, key: Key) -> Applied {
        let slot = self.slot_mut(key)?;
        let (parent, iteration) = (slot.parent, slot.iteration);
        slot.phase = Phase::Active;
        self.disarm(key);
        self.purge(key.slot);
        self.forget_incident(key);
        if parent == NONE {
            return Ok(());
        }
        if self.slot_mut(key)?.live != 0 {
            return Err(Broken("a scope was terminated before what it contains"));
        }
        self.abort_compensation(key);
        self.release(key);
        if iteration > 0
            && let Some(body) = self.key_of(parent)
        {
            self.repeat_mut(body)?.terminated += 1;
            return self.count_instances(body);
        }
        Ok(())
    }

    fn queued(
        &mut self,
        program: &Program,
        element: ElementIx,
        scope: Key,
        iteration: u32,
    ) -> Applied {
        let slot = self.slot_mut(scope)?;
        slot.live += 1;
        if matches!(
            program.elements[slot.element].kind,
            Kind::AdHocSubProcess(_)
        ) {
            slot.extra_mut().entered += 1;
        }
        if iteration > 0 {
            self.repeat_mut(scope)?.begun = iteration;
        }
        self.queue.push_back(Pending::Enter {
            scope: scope.slot,
            element,
            iteration,
        });
        Ok(())
    }

    /// What [`Event::VariableSet`] means.
    pub(crate) fn write_variable(&mut self, scope: Key, name: Symbol, value: Value) -> Applied {
        self.seq += 1;
        self.variable_set(scope, name, value)
    }

    fn variable_set(&mut self, scope: Key, name: Symbol, value: Value) -> Applied {
        assign(&mut self.slot_mut(scope)?.extra_mut().locals, name, value);
        Ok(())
    }

    /// What [`Event::VariablesSet`] means.
    pub(crate) fn write_variables(&mut self, scope: Key, values: Vec<(Symbol, Value)>) -> Applied {
        self.seq += 1;
        self.variables_set(scope, values)
    }

    fn variables_set(&mut self, scope: Key, values: Vec<(Symbol, Value)>) -> Applied {
        let locals: &mut Locals = &mut self.slot_mut(scope)?.extra_mut().locals;
        locals.reserve(values.len());
        for (symbol, value) in values {
            assign(locals, symbol, value);
        }
        Ok(())
    }

    fn incident_raised(&mut self, key: Key, stage: Stage, incident: &Incident) -> Applied {
        self.slot_mut(key)?.phase = Phase::Stuck(stage);
        self.rare_mut().incidents.push((key, incident.clone()));
        Ok(())
    }

    fn incident_resolved(&mut self, key: Key) -> Applied {
        let slot = self.slot_mut(key)?;
        slot.phase = match slot.phase {
            Phase::Stuck(Stage::Enter) => Phase::Entering,
            Phase::Stuck(_) | Phase::Active | Phase::Entering => Phase::Active,
        };
        self.forget_incident(key);
        Ok(())
    }

    fn forget_incident(&mut self, key: Key) {
        if let Some(rare) = self.rare.as_mut() {
            rare.incidents.retain(|(stuck, _)| *stuck != key);
        }
    }

    #[inline]
    fn allocate(&mut self, element: ElementIx, parent: u32, iteration: u32) -> u32 {
        self.serial += 1;
        let serial = self.serial;
        let free = self.free.wrapping_sub(1);
        if let Some(place) = self.slots.get_mut(free as usize) {
            self.free = place.parent;
            place.element = element;
            place.serial = serial;
            place.parent = parent;
            place.live = 0;
            place.iteration = iteration;
            place.phase = Phase::Active;
            return free;
        }
        let (phase, live) = (Phase::Active, 0);
        self.slots.push(Slot {
            element,
            serial,
            parent,
            live,
            iteration,
            phase,
            extra: None,
        });
        u32::try_from(self.slots.len() - 1).unwrap_or(NONE)
    }

    /// Frees the place of `key` and takes it out of its parent.
    #[inline]
    fn release(&mut self, key: Key) {
        let next = self.free;
        let Some(slot) = self.slots.get_mut(key.slot as usize) else {
            return;
        };
        let parent = slot.parent;
        slot.serial = 0;
        slot.parent = next;
        if slot.extra.is_some() {
            slot.extra = None;
        }
        self.free = key.slot + 1;
        if let Some(parent) = self.slots.get_mut(parent as usize) {
            parent.live = parent.live.saturating_sub(1);
        }
    }

    /// The key that the next element instance will have.
    #[inline]
    pub(crate) fn next_key(&self) -> Key {
        let free = self.free.wrapping_sub(1);
        let slot = if self.free == 0 {
            u32::try_from(self.slots.len()).unwrap_or(NONE)
        } else {
            free
        };
        Key {
            serial: self.serial + 1,
            slot,
        }
    }

    #[inline]
    fn slot_mut(&mut self, key: Key) -> Result<&mut Slot, Broken> {
        self.slots
            .get_mut(key.slot as usize)
            .filter(|slot| slot.serial == key.serial)
            .ok_or(Broken("an element instance that has ended"))
    }

    fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}

impl Slot {
    pub(super) fn extra_mut(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }
}
