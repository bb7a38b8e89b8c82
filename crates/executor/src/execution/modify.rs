//! Modification by hand: what is asked is tried on a copy first, so that all of it happens or nothing.

use std::sync::Arc;

use reglament_core::program::{Element, ElementIx, FlowIx, Kind, Outgoing};

use super::Execution;
use crate::event::{Event, Origin};
use crate::modification::{Activation, Modification};
use crate::rejection::Rejection;
use crate::sink::{NoHistory, Sink};
use crate::state::{Key, Status};

/// Why a modification makes no sense.
fn refuse<T>(why: impl Into<Arc<str>>) -> Result<T, Rejection> {
    Err(Rejection::Modification(why.into()))
}

impl<S: Sink> Execution<'_, S> {
    /// Moves the instance by hand.
    pub(crate) fn modify(&mut self, modification: &Modification) -> Result<(), Rejection> {
        if self.state.status() != Status::Running {
            return Err(Rejection::NotRunning);
        }
        if self.state.next_pending().is_some() {
            return refuse("it was stopped in the middle of a step; resolve that incident first");
        }
        let mut copy = self.state.clone();
        let mut nothing = NoHistory;
        let mut trial = Execution::new(&mut copy, self.env, self.occasion, &mut nothing);
        trial.carry_out(modification)?;
        trial.check_nothing_is_stranded()?;
        self.carry_out(modification)
    }

    fn carry_out(&mut self, modification: &Modification) -> Result<(), Rejection> {
        for (scope, variables) in &modification.variables {
            let scope = match scope {
                Some(key) => *key,
                None => self.root()?,
            };
            self.state
                .live(scope)
                .ok_or(Rejection::NoSuchElement(scope))?;
            self.set_locals(scope, variables.clone())?;
        }
        for key in &modification.cancel {
            self.cancel_by_hand(*key)?;
        }
        for (flow, scope) in &modification.withdraw {
            self.withdraw_token(*flow, *scope)?;
        }
        for activation in &modification.activate {
            self.activate_by_hand(*activation)?;
        }
        Ok(())
    }

    fn cancel_by_hand(&mut self, key: Key) -> Result<(), Rejection> {
        let slot = self.state.live(key).ok_or(Rejection::NoSuchElement(key))?;
        let id = self.program.id(slot.element);
        let handles = slot
            .extra
            .as_ref()
            .is_some_and(|it| it.handler_for.is_some());
        let is_process = matches!(self.program.elements[slot.element].kind, Kind::Process);
        if slot.iteration > 0 {
            return refuse(format!(
                "{key} is one of several instances of `{id}`; cancel the whole activity"
            ));
        }
        if is_process {
            return refuse(format!(
                "{key} is the process `{id}`; cancel what called it, or the case"
            ));
        }
        if handles {
            return refuse(format!("{key} compensates, which is waited for"));
        }
        Ok(self.terminate(key)?)
    }

    fn withdraw_token(&mut self, flow: FlowIx, scope: Option<Key>) -> Result<(), Rejection> {
        let id = &self.program.flows[flow].id;
        let waiting = self.state.parked().filter(|(_, _, it)| *it == flow);
        let mut scopes: Vec<Key> = waiting.map(|(scope, ..)| scope).collect();
        scopes.retain(|it| scope.is_none_or(|wanted| wanted == *it));
        scopes.dedup();
        match scopes.as_slice() {
            [] => refuse(format!("no token waits at the end of `{id}`")),
            [scope] => {
                let scope = *scope;
                Ok(self.emit(Event::TokenWithdrawn { flow, scope })?)
            }
            several => refuse(format!(
                "tokens wait at the end of `{id}` in {}; say in which",
                list(several)
            )),
        }
    }

    fn activate_by_hand(&mut self, activation: Activation) -> Result<(), Rejection> {
        let program = self.program;
        match activation {
            Activation::Before { element, scope } => {
                self.check_may_begin(element)?;
                let scope = self.scope_for(element, scope)?;
                Ok(self.emit_queued(element, scope, 0)?)
            }
            Activation::After { element, scope } => {
                let id = program.id(element);
                let flow = match &program.elements[element].outgoing {
                    Outgoing::One(flow) => *flow,
                    Outgoing::None => {
                        return refuse(format!("`{id}` has no outgoing flow"));
                    }
                    Outgoing::Many(_) => {
                        return refuse(format!("several flows leave `{id}`; name the flow"));
                    }
                };
                self.take_by_hand(flow, scope)
            }
            Activation::Over { flow, scope } => self.take_by_hand(flow, scope),
        }
    }

    fn take_by_hand(&mut self, flow: FlowIx, scope: Option<Key>) -> Result<(), Rejection> {
        let Some(found) = self.program.flows.get(flow) else {
            return refuse("there is no such flow");
        };
        let target = found.target;
        if !found.waits {
            self.check_may_begin(target)?;
        }
        let scope = self.scope_for(target, scope)?;
        Ok(self.emit_taken(flow, scope)?)
    }

    /// Whether a token may begin at an element.
    fn check_may_begin(&self, element: ElementIx) -> Result<(), Rejection> {
        let Some(found) = self.program.elements.get(element) else {
            return refuse("there is no such element");
        };
        let id = self.program.id(element);
        let behind_gateway = found.incoming.iter().any(|flow| {
            let source = self.program.flows[*flow].source;
            matches!(
                self.program.elements[source].kind,
                Kind::EventBasedGateway { .. }
            )
        });
        let handler = found
            .activity
            .as_ref()
            .is_some_and(|activity| activity.is_for_compensation);
        let why = match &found.kind {
            Kind::Process => "it is a process",
            Kind::BoundaryEvent(_) => "a boundary event occurs while its activity runs",
            Kind::EventSubProcess => "an event sub-process begins with its event",
            Kind::StartEvent(part) if !part.definitions.is_empty() => {
                "a start event with a trigger begins with its event"
            }
            _ if self.is_start_of_event_sub_process(element) => {
                "an event sub-process begins with its event"
            }
            _ if behind_gateway => "it waits behind an event-based gateway; activate that",
            _ if handler => "it compensates, and begins when it has to",
            _ => return Ok(()),
        };
        refuse(format!("`{id}` cannot be activated: {why}"))
    }

    fn is_start_of_event_sub_process(&self, element: ElementIx) -> bool {
        let scope = self.program.elements[element].scope;
        let start = self.program.start_of_event_sub_process(scope);
        matches!(self.program.elements[scope].kind, Kind::EventSubProcess)
            && start.is_some_and(|(start, _)| start == element)
    }

    /// The element instance that will contain `element`. Scopes between `named`, or the one scope that
    /// lives, and the element are begun without what they contain.
    fn scope_for(&mut self, element: ElementIx, named: Option<Key>) -> Result<Key, Rejection> {
        let program = self.program;
        let id = program.id(element);
        let mut missing: Vec<ElementIx> = Vec::new();
        let mut wanted = program.elements[element].scope;
        let scope = loop {
            let live = self.instances_of(wanted);
            if let Some(key) = named {
                if live.contains(&key) {
                    break key;
                }
            } else {
                match live.as_slice() {
                    [] => {}
                    [one] => break *one,
                    several => {
                        return refuse(format!(
                            "`{id}` could be activated in {}; say in which",
                            list(several)
                        ));
                    }
                }
            }
            let around = program.elements[wanted].scope;
            if around == wanted {
                let why = match named {
                    Some(key) => format!("{key} does not contain `{id}`"),
                    None => format!("nothing that contains `{id}` runs"),
                };
                return refuse(why);
            }
            missing.push(wanted);
            wanted = around;
        };
        let interrupted = self.state.extra(scope.slot);
        if interrupted.is_some_and(|extra| extra.interrupted) {
            return refuse(format!(
                "`{id}` cannot be activated in {scope}: an event sub-process has taken over there"
            ));
        }
        if !self.goes_on(scope) {
            return Err(Rejection::HasIncident(scope));
        }
        let mut scope = scope;
        for element in missing.into_iter().rev() {
            scope = self.begin_empty(element, scope)?;
        }
        Ok(scope)
    }

    /// The live instances of a scope that can contain elements: not the body around iterations.
    fn instances_of(&self, element: ElementIx) -> Vec<Key> {
        let instances = self.state.element_instances().into_iter();
        instances
            .filter(|(key, it)| {
                *it == element && !self.state.is_repetition_body(self.program, *key)
            })
            .map(|(key, _)| key)
            .collect()
    }

    /// Begins a sub-process without what it contains.
    fn begin_empty(&mut self, element: ElementIx, scope: Key) -> Result<Key, Rejection> {
        let found = &self.program.elements[element];
        let id = self.program.id(element);
        let plain = matches!(found.kind, Kind::SubProcess | Kind::Transaction);
        if !plain || is_repeated(found) {
            return refuse(format!("`{id}` cannot be begun by hand around one element"));
        }
        let prepared = match self.prepare_plain(element, scope) {
            Ok(prepared) => prepared,
            Err(failure) => return refuse(format!("`{id}`: {}", failure.message)),
        };
        let key = self.state.next_key();
        self.emit_activated(key, element, scope, Origin::Trigger)?;
        self.settle_in(key, prepared)?;
        Ok(key)
    }

    /// Refuses what would leave a scope that nothing could ever end.
    fn check_nothing_is_stranded(&self) -> Result<(), Rejection> {
        for (key, slot) in self.state.live_slots() {
            let contains = self.program.elements[slot.element].body.is_some()
                || matches!(
                    self.program.elements[slot.element].kind,
                    Kind::CallActivity(_)
                );
            if contains && slot.live == 0 && self.goes_on(key) {
                let id = self.program.id(slot.element);
                return refuse(format!(
                    "nothing would be left in `{id}` ({key}); cancel that, or activate something in it"
                ));
            }
        }
        Ok(())
    }
}

fn is_repeated(element: &Element) -> bool {
    let activity = element.activity.as_ref();
    activity.is_some_and(|activity| activity.repetition.is_some())
}

fn list(keys: &[Key]) -> String {
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    keys.join(", ")
}
