//! Throwing: errors and escalations walk outwards to the nearest handler, signals are broadcast,
//! messages leave.
//!
//! # Source
//! BPMN 2.0.2, 10.5.1, 13.5 (event handling); 10.5.7 (scope of handlers).

use std::sync::Arc;

use reglament_core::program::{ElementIx, EventDefinition, EventPart, Kind, MessageIx};

use super::{Execution, Step};
use crate::command::Variables;
use crate::correlator::canonical_key;
use crate::event::{Event, Origin, Thrown, ThrownMessage, ThrownSignal, Trigger};
use crate::incident::{Incident, IncidentKind};
use crate::sink::Sink;
use crate::state::{Key, Stage};

/// What walks outwards.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alarm {
    Error,
    Escalation,
}

/// What catches it.
struct Handler {
    /// The catching event: a boundary event, or the start event of an event sub-process.
    event: ElementIx,
    /// The activity that the boundary event is attached to, or the scope of the event sub-process.
    host: Key,
    interrupting: bool,
}

impl<S: Sink> Execution<'_, S> {
    /// Throws one event definition from `key`. The thrower may have ended afterwards.
    pub(crate) fn throw_definition(
        &mut self,
        key: Key,
        element: ElementIx,
        definition: &EventDefinition,
    ) -> Step {
        match definition {
            EventDefinition::Message(message) => self.throw_message(key, element, *message),
            EventDefinition::Signal(signal) => {
                match self.name(key.slot, &self.program.signals[*signal].name, "signal name") {
                    Ok(name) => self.throw_signal(key, element, name),
                    Err(it) => self.raise(key, Stage::Execute, it.kind, &it.message),
                }
            }
            EventDefinition::Escalation(escalation) => {
                let code = escalation.map(|index| &self.program.escalations[index].code);
                let code = code.map_or_else(|| Arc::from(""), Arc::clone);
                self.throw_escalation(key, &code, Vec::new())
            }
            EventDefinition::Error(error) => {
                let code = error.map(|index| Arc::clone(&self.program.errors[index].code));
                self.throw_error(key, code.unwrap_or_else(|| Arc::from("")), Vec::new())
            }
            // Links jump when they leave; the others belong to end and throw events alone.
            EventDefinition::Link(_)
            | EventDefinition::Timer(_)
            | EventDefinition::Conditional(_)
            | EventDefinition::Compensate { .. }
            | EventDefinition::Cancel
            | EventDefinition::Terminate => Ok(()),
        }
    }

    /// Throws an error from `key`: the nearest handler interrupts its scope; without one the instance
    /// fails, and what was active is kept for inspection.
    pub(crate) fn throw_error(&mut self, key: Key, code: Arc<str>, variables: Variables) -> Step {
        let element = self.element_of(key)?;
        let handler = self.find_handler(key, Alarm::Error, &code);
        let caught_by = handler.as_ref().map(|handler| handler.event);
        let error = Box::new(Thrown {
            element,
            code: Arc::clone(&code),
            caught_by,
        });
        self.emit(Event::ErrorThrown { key, error })?;
        match handler {
            Some(handler) => self.handle(handler, variables),
            None => {
                let id = self.program.id(element);
                let message = format!("error `{code}` of `{id}` is caught by nothing");
                let kind = IncidentKind::UncaughtError;
                let incident = Box::new(Incident {
                    kind,
                    message: Arc::from(message),
                });
                self.emit(Event::Failed { incident })
            }
        }
    }

    /// Throws an escalation from `key`: the nearest handler runs beside its scope or interrupts it;
    /// without one it is only recorded.
    pub(crate) fn throw_escalation(
        &mut self,
        key: Key,
        code: &Arc<str>,
        variables: Variables,
    ) -> Step {
        let element = self.element_of(key)?;
        let handler = self.find_handler(key, Alarm::Escalation, code);
        let caught_by = handler.as_ref().map(|handler| handler.event);
        let escalation = Box::new(Thrown {
            element,
            code: Arc::clone(code),
            caught_by,
        });
        self.emit(Event::EscalationThrown { key, escalation })?;
        match handler {
            Some(handler) => self.handle(handler, variables),
            None => Ok(()),
        }
    }

    fn handle(&mut self, handler: Handler, variables: Variables) -> Step {
        let Handler {
            event,
            host,
            interrupting,
        } = handler;
        match &self.program.elements[event].kind {
            Kind::BoundaryEvent(_) => self.occur_at_boundary(event, host, interrupting, variables),
            _ => self.occur_in_scope(event, host, interrupting, variables),
        }
    }

    /// The nearest handler, from `key` outwards through scopes and calls. In a scope its event
    /// sub-processes come before the boundary events on it, and a code before any code.
    fn find_handler(&self, key: Key, alarm: Alarm, code: &str) -> Option<Handler> {
        let mut inner = key;
        loop {
            if let Some(found) = self.find_boundary(inner, alarm, code) {
                return Some(found);
            }
            let scope = self.state.scope(inner)?;
            if let Some(found) = self.find_event_sub_process(scope, alarm, code) {
                return Some(found);
            }
            inner = scope;
        }
    }

    fn find_boundary(&self, host: Key, alarm: Alarm, code: &str) -> Option<Handler> {
        // The boundary events of a repeated activity are on its body.
        if self.state.iteration(host) > 0 {
            return None;
        }
        let element = self.state.element(host)?;
        let boundaries = &self.program.elements[element].activity.as_ref()?.boundaries;
        let events =
            boundaries
                .iter()
                .filter_map(|index| match &self.program.elements[*index].kind {
                    Kind::BoundaryEvent(part) => Some((*index, &**part)),
                    _ => None,
                });
        let (event, part) = self.best_match(events, alarm, code)?;
        Some(Handler {
            event,
            host,
            interrupting: part.interrupting || alarm == Alarm::Error,
        })
    }

    fn find_event_sub_process(&self, scope: Key, alarm: Alarm, code: &str) -> Option<Handler> {
        let interrupted = self
            .state
            .extra(scope.slot)
            .is_some_and(|extra| extra.interrupted);
        if interrupted || self.state.is_repetition_body(self.program, scope) {
            return None;
        }
        let element = self.state.element(scope)?;
        let body = self.program.elements[element].body.as_ref()?;
        let inner = body.event_sub_processes.iter();
        let starts = inner.filter_map(|index| self.program.start_of_event_sub_process(*index));
        let (event, part) = self.best_match(starts, alarm, code)?;
        let interrupting = part.interrupting || alarm == Alarm::Error;
        Some(Handler {
            event,
            host: scope,
            interrupting,
        })
    }

    /// The first event that catches exactly `code`, else the first that catches anything.
    fn best_match<'p>(
        &self,
        events: impl Iterator<Item = (ElementIx, &'p EventPart)>,
        alarm: Alarm,
        code: &str,
    ) -> Option<(ElementIx, &'p EventPart)> {
        let mut any = None;
        for (index, part) in events {
            for definition in &part.definitions {
                match self.caught_code(definition, alarm) {
                    Some(Some(caught)) if **caught == *code => return Some((index, part)),
                    Some(None) => any = any.or(Some((index, part))),
                    Some(Some(_)) | None => {}
                }
            }
        }
        any
    }

    /// Whether a definition catches this kind at all, and which code.
    fn caught_code(&self, definition: &EventDefinition, alarm: Alarm) -> Option<Option<&Arc<str>>> {
        match (definition, alarm) {
            (EventDefinition::Error(error), Alarm::Error) => {
                Some(error.map(|index| &self.program.errors[index].code))
            }
            (EventDefinition::Escalation(escalation), Alarm::Escalation) => {
                Some(escalation.map(|index| &self.program.escalations[index].code))
            }
            _ => None,
        }
    }

    /// Broadcasts a signal: the receivers are those that wait now.
    pub(crate) fn throw_signal(&mut self, key: Key, element: ElementIx, name: Arc<str>) -> Step {
        let variables = self.payload(key);
        let receivers: Vec<(Key, u32)> = self
            .state
            .arms()
            .into_iter()
            .filter(|(.., arm)| matches!(&arm.trigger, Trigger::Signal { name: wanted } if *wanted == name))
            .map(|(owner, number, _)| (owner, number))
            .collect();
        let signal = Box::new(ThrownSignal {
            element,
            name,
            variables: variables.clone(),
        });
        self.emit(Event::SignalThrown { key, signal })?;
        for (owner, number) in receivers {
            let waits = self.state.arm(owner, number).is_some_and(|arm| !arm.spent);
            if waits && self.is_live(owner) {
                self.trigger(owner, number, variables.clone())?;
            }
        }
        Ok(())
    }

    /// Sends a message. It leaves as an event; a correlator brings it to whoever waits.
    pub(crate) fn throw_message(
        &mut self,
        key: Key,
        element: ElementIx,
        message: Option<MessageIx>,
    ) -> Step {
        let variables = self.payload(key);
        let (name, correlation_key) = match message {
            None => (Arc::from(""), None),
            Some(index) => {
                let message = &self.program.messages[index];
                let name = match self.name(key.slot, &message.name, "message name") {
                    Ok(name) => name,
                    Err(it) => return self.raise(key, Stage::Execute, it.kind, &it.message),
                };
                let value = message
                    .correlation_key
                    .as_ref()
                    .map(|expr| self.evaluate(key.slot, &[], expr).value);
                (
                    name,
                    value.as_ref().and_then(|value| canonical_key(value).ok()),
                )
            }
        };
        let message = Box::new(ThrownMessage {
            element,
            name,
            correlation_key,
            variables,
        });
        self.emit(Event::MessageThrown { key, message })
    }

    /// The handler of a job gave up.
    pub(crate) fn fail_job(&mut self, key: Key, message: Arc<str>) -> Step {
        let element = self.element_of(key)?;
        let kind = match &self.program.elements[element].kind {
            Kind::Task(task) if task.decision.is_some() => IncidentKind::DecisionFailed,
            _ => IncidentKind::JobFailed,
        };
        self.raise(key, Stage::Work, kind, &message)
    }

    /// Jumps from a link throw event to its catch event.
    pub(crate) fn jump(&mut self, key: Key, target: ElementIx) -> Step {
        let scope = self
            .state
            .scope(key)
            .ok_or(crate::state::Broken("a link outside a scope"))?;
        self.emit_queued(target, scope, 0)?;
        self.complete_instance(key)
    }

    /// An event that has occurred is entered and left at once.
    pub(crate) fn occur(
        &mut self,
        event: ElementIx,
        scope: Key,
        origin: Origin,
        variables: Variables,
    ) -> Step {
        let key = self.state.next_key();
        self.emit_activated(key, event, scope, origin)?;
        self.finish(key, variables)
    }
}
