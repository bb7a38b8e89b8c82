//! Triggers: messages, signals, timers and conditions reach the arms that wait for them.
//!
//! # Source
//! BPMN 2.0.2, 13.5.1–13.5.4 (start, intermediate, boundary events, event sub-processes).

use reglament_core::program::{ElementIx, EventDefinition, EventPart, FlowIx, Kind};
use reglament_core::timer::Timestamp;

use super::enter::Prepared;
use super::{Execution, Step};
use crate::command::Variables;
use crate::element;
use crate::event::{After, Arm, Cause, Event, Origin, Trigger};
use crate::rejection::Rejection;
use crate::sink::Sink;
use crate::state::{Broken, Key, Stage, Status};

impl<S: Sink> Execution<'_, S> {
    /// What an arm waited for has occurred.
    pub(crate) fn trigger(&mut self, owner: Key, number: u32, variables: Variables) -> Step {
        let host = self.element_of(owner)?;
        let arm = self
            .state
            .arm(owner, number)
            .ok_or(Broken("an arm that was never armed"))?;
        let (element, cause) = (arm.element, cause(&arm.trigger));
        let part = event_part(&self.program.elements[element].kind);
        let repeats = element != host && part.is_some_and(|part| !part.interrupting) && {
            // What an event-based gateway waits for is decided once.
            !matches!(
                self.program.elements[host].kind,
                Kind::EventBasedGateway { .. }
            )
        };
        let parallel = part.is_some_and(|part| part.parallel && part.definitions.len() > 1);
        let after = if repeats && !parallel {
            self.after(owner, number)
        } else {
            After::Spent
        };
        self.emit(Event::Triggered {
            owner,
            arm: number,
            element,
            cause,
            after,
        })?;
        if parallel && !self.all_occurred(owner, element) {
            let values = self.symbols(variables)?;
            return self.merge(owner.slot, values);
        }
        if parallel && repeats {
            self.arm_again(owner, element)?;
        }
        self.occurred(owner, host, element, variables)
    }

    /// Everything that the event needs has occurred.
    fn occurred(
        &mut self,
        owner: Key,
        host: ElementIx,
        event: ElementIx,
        variables: Variables,
    ) -> Step {
        if event == host {
            return self.finish(owner, variables);
        }
        match (
            &self.program.elements[host].kind,
            &self.program.elements[event].kind,
        ) {
            (Kind::EventBasedGateway { .. }, _) => self.decide(owner, host, event, variables),
            (_, Kind::BoundaryEvent(part)) => {
                self.occur_at_boundary(event, owner, part.interrupting, variables)
            }
            (_, Kind::StartEvent(part)) => {
                self.occur_in_scope(event, owner, part.interrupting, variables)
            }
            _ => Err(Broken("an arm of an element that catches nothing")),
        }
    }

    /// A boundary event occurs on `host`.
    pub(super) fn occur_at_boundary(
        &mut self,
        event: ElementIx,
        host: Key,
        interrupting: bool,
        variables: Variables,
    ) -> Step {
        let scope = self
            .state
            .scope(host)
            .ok_or(Broken("a boundary event on a process"))?;
        if interrupting {
            self.terminate(host)?;
        }
        self.occur(event, scope, Origin::Trigger, variables)
    }

    /// The start event of an event sub-process occurs in `scope`.
    pub(super) fn occur_in_scope(
        &mut self,
        event: ElementIx,
        scope: Key,
        interrupting: bool,
        variables: Variables,
    ) -> Step {
        if interrupting {
            self.interrupt(scope)?;
        }
        let element = self.program.elements[event].scope;
        let key = self.state.next_key();
        let origin = Origin::Trigger;
        self.emit_activated(key, element, scope, origin)?;
        // The payload belongs to this run of the handler, before its first element.
        self.set_locals(key, variables)?;
        self.arm_contents(key, element)?;
        self.start_own_terms(key)?;
        self.begin_scope(key)
    }

    /// Arms the event sub-processes inside an event sub-process.
    fn arm_contents(&mut self, key: Key, element: ElementIx) -> Step {
        let Some(body) = &self.program.elements[element].body else {
            return Ok(());
        };
        for inner in &body.event_sub_processes {
            if let Some((start, _)) = self.program.start_of_event_sub_process(*inner) {
                self.arm_again(key, start)?;
            }
        }
        Ok(())
    }

    /// Arms the event sub-processes of the process itself.
    pub(super) fn arm_root(&mut self, root: Key) -> Step {
        let index = self.element_of(root)?;
        self.arm_contents(root, index)
    }

    /// Arms `event` for `owner`.
    fn arm_again(&mut self, owner: Key, event: ElementIx) -> Step {
        let mut prepared = Prepared::default();
        match self.prepare_event(event, owner.slot, &[], &mut prepared) {
            Ok(()) => self.arm(owner, prepared.arms, prepared.terms),
            Err(failure) => self.raise(owner, Stage::Work, failure.kind, &failure.message),
        }
    }

    /// The first event behind an event-based gateway decides where its token goes.
    fn decide(
        &mut self,
        owner: Key,
        host: ElementIx,
        event: ElementIx,
        variables: Variables,
    ) -> Step {
        let scope = self
            .state
            .scope(owner)
            .ok_or(Broken("a gateway outside a scope"))?;
        element::event_based_gateway::decide(self, owner, scope, host, event, variables)
    }

    pub(crate) fn flow_between(&self, from: ElementIx, to: ElementIx) -> Step<FlowIx> {
        self.program.elements[from]
            .outgoing
            .flows()
            .find(|flow| self.program.flows[*flow].target == to)
            .ok_or(Broken("no flow to the event that occurred"))
    }

    /// What becomes of the arm of an event that does not interrupt.
    fn after(&self, owner: Key, number: u32) -> After {
        match self.state.arm(owner, number).map(|arm| &arm.trigger) {
            Some(Trigger::Timer { timer, due }) => {
                match timer.next_due(due, self.occasion.now, self.env.zone) {
                    Ok(Some(next)) => After::Next(Box::new(next)),
                    // A cycle that can go no further has had its last occurrence.
                    Ok(None) | Err(_) => After::Spent,
                }
            }
            Some(Trigger::Term) => After::Spent,
            Some(Trigger::Message { .. } | Trigger::Signal { .. } | Trigger::Condition { .. })
            | None => After::Stays,
        }
    }

    /// Whether all definitions of a parallel multiple event have occurred.
    fn all_occurred(&self, owner: Key, event: ElementIx) -> bool {
        let arms = self.state.extra(owner.slot).map(|extra| &extra.arms);
        arms.into_iter()
            .flatten()
            .filter(|arm| arm.element == event)
            .all(|arm| arm.spent)
    }

    /// Fires every timer that is due, oldest first, each to the end of what it causes.
    pub(crate) fn wake(&mut self) -> Result<(), Rejection> {
        if self.state.status() != Status::Running {
            return Err(Rejection::NotRunning);
        }
        while let Some(due) = self.state.next_due() {
            if due > self.occasion.now {
                break;
            }
            self.fire(due)?;
            self.settle()?;
            if self.is_out_of_steps() {
                break;
            }
        }
        Ok(())
    }

    /// Fires the timer that is due at `due`, else tells of the term that is. What a timer causes at the
    /// very end of a term is in time.
    fn fire(&mut self, due: Timestamp) -> Step {
        if let Some((at, owner, number)) = self.state.first_timer()
            && at <= due
        {
            return self.trigger(owner, number, Vec::new());
        }
        match self.state.first_alarm() {
            Some((_, term)) => self.sound_alarm(term),
            None => Err(Broken(
                "something is due that is neither a timer nor a term",
            )),
        }
    }

    /// Evaluates the armed conditions after data changed and fires the first one that became true and
    /// has not fired in this command. Says whether one fired.
    pub(super) fn fire_condition(&mut self) -> Step<bool> {
        if !self.take_dirty() {
            return Ok(false);
        }
        for (owner, number) in self.state.armed_conditions() {
            let Some(holds) = self.condition_of(owner, number)? else {
                continue;
            };
            let Some(Arm {
                trigger: Trigger::Condition { holds: before },
                ..
            }) = self.state.arm(owner, number)
            else {
                continue;
            };
            if *before == holds {
                continue;
            }
            self.emit(Event::ConditionChanged {
                owner,
                arm: number,
                holds,
            })?;
            if holds && self.first_firing(owner, number) {
                // The others are looked at again after what this one causes.
                self.touch();
                self.trigger(owner, number, Vec::new())?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the condition of an arm holds; none where it cannot be evaluated, which is an incident
    /// of its owner.
    fn condition_of(&mut self, owner: Key, number: u32) -> Step<Option<bool>> {
        let Some(arm) = self.state.arm(owner, number).filter(|arm| !arm.spent) else {
            return Ok(None);
        };
        let event = arm.element;
        let position = self.position_of(owner, number, event);
        let part = event_part(&self.program.elements[event].kind);
        let definition = part.and_then(|part| part.definitions.get(position));
        let Some(EventDefinition::Conditional(condition)) = definition else {
            return Ok(None);
        };
        // A condition that names what is not there yet does not hold yet.
        let value = self.evaluate(owner.slot, &[], condition).value;
        Ok(Some(matches!(value, reglament_feel::Value::Boolean(true))))
    }

    /// Which definition of `event` the arm stands for.
    fn position_of(&self, owner: Key, number: u32, event: ElementIx) -> usize {
        let arms = self.state.extra(owner.slot).map(|extra| &extra.arms);
        let before = arms.into_iter().flatten().take(number as usize);
        let same = before.filter(|arm| arm.element == event).count();
        let part = event_part(&self.program.elements[event].kind);
        let count = part.map_or(1, |part| part.definitions.len()).max(1);
        same % count
    }
}

fn cause(trigger: &Trigger) -> Cause {
    match trigger {
        Trigger::Message { .. } => Cause::Message,
        Trigger::Signal { .. } => Cause::Signal,
        Trigger::Timer { .. } | Trigger::Term => Cause::Timer,
        Trigger::Condition { .. } => Cause::Condition,
    }
}

fn event_part(kind: &Kind) -> Option<&EventPart> {
    match kind {
        Kind::StartEvent(part) | Kind::IntermediateCatchEvent(part) | Kind::BoundaryEvent(part) => {
            Some(part)
        }
        _ => None,
    }
}
