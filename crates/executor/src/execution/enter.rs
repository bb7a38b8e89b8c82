//! Entering an element: inputs and arms are prepared first, and only when all of them succeed is the
//! element active and its work visible.

use reglament_core::program::{
    Element, ElementIx, EventDefinition, Kind, MessageIx, Repetition, SymbolTable, TaskKind,
    TimerDefinition,
};
use reglament_core::timer::Timer;
use reglament_feel::{Symbol, Value};
use std::sync::Arc;

use super::evaluate::Failure;
use super::terms::Starting;
use super::{Execution, Step};
use crate::correlator::canonical_key;
use crate::element;
use crate::event::{Arm, Event, Origin, Trigger};
use crate::incident::IncidentKind;
use crate::migration::Role;
use crate::sink::Sink;
use crate::state::{Broken, Key, Pending, Stage};

/// What an element needs before it can be active.
#[derive(Default)]
pub(super) struct Prepared {
    pub(super) locals: Vec<(Symbol, Value)>,
    pub(super) arms: Vec<Arm>,
    /// The clocks of statutory terms that start with it.
    pub(super) terms: Vec<Starting>,
}

impl<S: Sink> Execution<'_, S> {
    /// Enters an element.
    #[inline]
    pub(crate) fn enter(&mut self, index: ElementIx, scope: Key, origin: Origin) -> Step {
        let key = self.state.next_key();
        if needs_nothing(&self.program.elements[index]) {
            self.emit_activated(key, index, scope, origin)?;
            return self.execute(key, index);
        }
        self.enter_prepared(key, index, scope, origin)
    }

    fn enter_prepared(&mut self, key: Key, index: ElementIx, scope: Key, origin: Origin) -> Step {
        let (role, mut overlay) = self.entry(index, scope, origin)?;
        match self.prepare(index, scope.slot, role, &mut overlay) {
            Ok(prepared) => {
                self.emit_activated(key, index, scope, origin)?;
                self.activate(key, index, role, prepared)
            }
            Err(failure) => {
                self.emit(Event::Reached {
                    key,
                    element: index,
                    scope,
                    origin,
                })?;
                self.raise(key, Stage::Enter, failure.kind, &failure.message)
            }
        }
    }

    /// Tries again to enter what was reached.
    pub(crate) fn enter_again(&mut self, key: Key, index: ElementIx) -> Step {
        let scope = self
            .state
            .scope(key)
            .ok_or(Broken("the root was reached twice"))?;
        let role = match (
            self.state.iteration(key),
            repetition(&self.program.elements[index]),
        ) {
            (1.., _) => Role::Iteration,
            (0, Some(_)) => Role::Body,
            (0, None) => Role::Plain,
        };
        match self.prepare(index, key.slot, role, &mut Vec::new()) {
            Ok(prepared) => {
                let origin = Origin::Trigger;
                self.emit_activated(key, index, scope, origin)?;
                self.activate(key, index, role, prepared)
            }
            Err(failure) => self.raise(key, Stage::Enter, failure.kind, &failure.message),
        }
    }

    /// What an element needs that is done once and is going to be active in `scope`.
    pub(super) fn prepare_plain(&self, index: ElementIx, scope: Key) -> Result<Prepared, Failure> {
        self.prepare(index, scope.slot, Role::Plain, &mut Vec::new())
    }

    /// Gives an element instance that is active what was prepared for it.
    pub(super) fn settle_in(&mut self, key: Key, prepared: Prepared) -> Step {
        self.set(key, prepared.locals)?;
        self.arm(key, prepared.arms, prepared.terms)
    }

    /// Arms what `owner` waits for, and starts its terms.
    pub(super) fn arm(&mut self, owner: Key, arms: Vec<Arm>, terms: Vec<Starting>) -> Step {
        for arm in arms {
            if matches!(arm.trigger, Trigger::Condition { .. }) {
                self.touch();
            }
            let arm = Box::new(arm);
            self.emit(Event::Armed { owner, arm })?;
        }
        self.start_terms(terms, owner)
    }

    fn activate(&mut self, key: Key, index: ElementIx, role: Role, prepared: Prepared) -> Step {
        self.settle_in(key, prepared)?;
        match role {
            Role::Body => self.begin_repetition(key, index),
            Role::Plain | Role::Iteration => self.execute(key, index),
        }
    }

    /// The role of the entry, and the variables that it will have from the start.
    fn entry(
        &self,
        index: ElementIx,
        scope: Key,
        origin: Origin,
    ) -> Step<(Role, Vec<(Symbol, Value)>)> {
        let repetition = repetition(&self.program.elements[index]);
        if origin == Origin::Queue {
            match self.state.next_pending() {
                Some(Pending::Enter {
                    iteration: iteration @ 1..,
                    ..
                }) => {
                    let overlay = self.iteration_variables(scope, repetition, iteration);
                    return Ok((Role::Iteration, overlay));
                }
                Some(Pending::Handler { thrower, .. }) => {
                    let thrower = self.state.extra(thrower);
                    let record = thrower
                        .and_then(|extra| extra.compensating.as_ref())
                        .and_then(|compensating| compensating.current.as_ref())
                        .ok_or(Broken("a handler that nobody waits for"))?;
                    let role = if repetition.is_some() {
                        Role::Body
                    } else {
                        Role::Plain
                    };
                    return Ok((role, record.locals.clone()));
                }
                Some(_) | None => {}
            }
        }
        let role = if repetition.is_some() {
            Role::Body
        } else {
            Role::Plain
        };
        Ok((role, Vec::new()))
    }

    fn iteration_variables(
        &self,
        body: Key,
        repetition: Option<&Repetition>,
        iteration: u32,
    ) -> Vec<(Symbol, Value)> {
        let counter = Value::from(i64::from(iteration));
        let mut overlay = vec![(SymbolTable::LOOP_COUNTER, counter)];
        let repeat = self
            .state
            .extra(body.slot)
            .and_then(|extra| extra.repeat.as_ref());
        if let Some(Repetition::MultiInstance(multi)) = repetition
            && let Some(name) = multi.item
            && let Some(Value::List(items)) = repeat.and_then(|repeat| repeat.items.as_ref())
            && let Some(item) = items.get(iteration as usize - 1)
        {
            overlay.push((name, item.clone()));
        }
        overlay
    }

    /// Evaluates inputs and arms without changing anything. `known` holds the variables that the
    /// instance will have from the start.
    fn prepare(
        &self,
        index: ElementIx,
        slot: u32,
        role: Role,
        known: &mut Vec<(Symbol, Value)>,
    ) -> Result<Prepared, Failure> {
        let element = &self.program.elements[index];
        let mut prepared = Prepared::default();
        self.check_depth(element, slot)?;
        if role != Role::Body
            && let Some(mappings) = &element.mappings
        {
            self.map(slot, &mappings.inputs, &mut prepared.locals)?;
            known.extend(prepared.locals.iter().cloned());
        }
        if role != Role::Iteration
            && let Some(activity) = &element.activity
        {
            for boundary in &activity.boundaries {
                self.prepare_event(*boundary, slot, known, &mut prepared)?;
            }
        }
        if role != Role::Iteration
            && let Some(terms) = &element.terms
        {
            let sets = &terms.on_activation;
            self.prepare_terms(sets, index, slot, known, &mut prepared.terms)?;
        }
        if role == Role::Body {
            return Ok(prepared);
        }
        if let Kind::Process = element.kind {
            let caller = self.state.key_of(slot);
            let inherited = caller.map(|caller| element::call_activity::inherited(self, caller));
            prepared.locals.extend(inherited.unwrap_or_default());
        }
        if let Some(body) = &element.body {
            for inner in &body.event_sub_processes {
                if let Some((start, _)) = self.program.start_of_event_sub_process(*inner) {
                    self.prepare_event(start, slot, known, &mut prepared)?;
                }
            }
        }
        self.prepare_own(index, element, slot, known, &mut prepared)?;
        Ok(prepared)
    }

    /// What the element itself waits for.
    fn prepare_own(
        &self,
        index: ElementIx,
        element: &Element,
        slot: u32,
        known: &[(Symbol, Value)],
        prepared: &mut Prepared,
    ) -> Result<(), Failure> {
        match &element.kind {
            Kind::IntermediateCatchEvent(_) => self.prepare_event(index, slot, known, prepared),
            Kind::Task(task) if task.kind == TaskKind::Receive => {
                self.prepare_event(index, slot, known, prepared)
            }
            Kind::EventBasedGateway { .. } => {
                for flow in element.outgoing.flows() {
                    self.prepare_event(self.program.flows[flow].target, slot, known, prepared)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The arms of one catching event or receive task, as they are when `slot` is where its
    /// variables are seen from.
    pub(super) fn prepare_event(
        &self,
        event: ElementIx,
        slot: u32,
        known: &[(Symbol, Value)],
        prepared: &mut Prepared,
    ) -> Result<(), Failure> {
        match &self.program.elements[event].kind {
            Kind::StartEvent(part)
            | Kind::IntermediateCatchEvent(part)
            | Kind::BoundaryEvent(part) => {
                for definition in &part.definitions {
                    if let EventDefinition::Timer(timer) = definition
                        && let TimerDefinition::Term(terms) = &**timer
                    {
                        self.prepare_timer_term(terms, slot, known, &mut prepared.terms)?;
                    }
                    let trigger = self.trigger_of(definition, slot, known)?;
                    prepared.arms.extend(trigger.map(|trigger| Arm {
                        element: event,
                        trigger,
                        spent: false,
                    }));
                }
                Ok(())
            }
            Kind::Task(task) => {
                let trigger = self.message_trigger(task.message, slot, known)?;
                prepared.arms.push(Arm {
                    element: event,
                    trigger,
                    spent: false,
                });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What must occur for `definition`; none where nothing is armed (errors, escalations and the like
    /// find their handler when they are thrown).
    fn trigger_of(
        &self,
        definition: &EventDefinition,
        slot: u32,
        known: &[(Symbol, Value)],
    ) -> Result<Option<Trigger>, Failure> {
        Ok(match definition {
            EventDefinition::Message(message) => Some(self.message_trigger(*message, slot, known)?),
            EventDefinition::Signal(signal) => {
                let name = self.name(slot, &self.program.signals[*signal].name, "signal name")?;
                Some(Trigger::Signal { name })
            }
            EventDefinition::Timer(timer) => Some(self.timer_trigger(timer, slot, known)?),
            EventDefinition::Conditional(_) => Some(Trigger::Condition { holds: false }),
            EventDefinition::Error(_)
            | EventDefinition::Escalation(_)
            | EventDefinition::Link(_)
            | EventDefinition::Compensate { .. }
            | EventDefinition::Cancel
            | EventDefinition::Terminate => None,
        })
    }

    fn message_trigger(
        &self,
        message: Option<MessageIx>,
        slot: u32,
        known: &[(Symbol, Value)],
    ) -> Result<Trigger, Failure> {
        let Some(index) = message else {
            return Ok(Trigger::Message {
                name: Arc::from(""),
                key: None,
                message,
            });
        };
        let message = &self.program.messages[index];
        let name = self.name(slot, &message.name, "message name")?;
        let key = match &message.correlation_key {
            None => None,
            Some(expr) => {
                let kind = IncidentKind::CorrelationInvalid;
                let value = self.required(slot, known, expr, kind)?;
                Some(canonical_key(&value).map_err(|_| {
                    let text = expr.feel.text();
                    Failure::new(kind, format!("expected the correlation key `{text}` to be a text or an integer, found {value}"))
                })?)
            }
        };
        Ok(Trigger::Message {
            name,
            key,
            message: Some(index),
        })
    }

    fn timer_trigger(
        &self,
        definition: &TimerDefinition,
        slot: u32,
        known: &[(Symbol, Value)],
    ) -> Result<Trigger, Failure> {
        let invalid = |message: String| Failure::new(IncidentKind::TimerInvalid, message);
        let timer = match definition {
            TimerDefinition::Literal(timer) => timer.clone(),
            TimerDefinition::Expression { kind, expression } => {
                let value = self.required(slot, known, expression, IncidentKind::TimerInvalid)?;
                Timer::from_value(*kind, &value).map_err(|error| {
                    invalid(format!("timer `{}`: {error}", expression.feel.text()))
                })?
            }
            TimerDefinition::Term(_) => return Ok(Trigger::Term),
        };
        match timer.first_due(self.occasion.now, self.env.zone) {
            Ok(Some(due)) => Ok(Trigger::Timer {
                timer: Box::new(timer),
                due: Box::new(due),
            }),
            Ok(None) => Err(invalid(format!("timer `{timer}` has no occurrence left"))),
            Err(error) => Err(invalid(format!("timer `{timer}`: {error}"))),
        }
    }

    /// Refuses scopes and calls that are nested too deep.
    fn check_depth(&self, element: &Element, slot: u32) -> Result<(), Failure> {
        if element.body.is_none() && !matches!(element.kind, Kind::CallActivity(_)) {
            return Ok(());
        }
        let mut depth = 0;
        let mut current = self.state.slot(slot);
        while let Some(here) = current {
            depth += 1;
            current = self.state.slot(here.parent);
        }
        if depth < self.env.limits.depth {
            return Ok(());
        }
        let message = format!(
            "scopes and calls are nested deeper than {}",
            self.env.limits.depth
        );
        Err(Failure::new(IncidentKind::DepthLimit, message))
    }
}

/// Whether an element can be active without any preparation.
#[inline]
fn needs_nothing(element: &Element) -> bool {
    if !element.is_plain {
        return false;
    }
    match &element.kind {
        Kind::ExclusiveGateway
        | Kind::InclusiveGateway(_)
        | Kind::ParallelGateway
        | Kind::ComplexGateway { .. }
        | Kind::StartEvent(_)
        | Kind::BoundaryEvent(_)
        | Kind::IntermediateThrowEvent(_)
        | Kind::EndEvent(_) => true,
        Kind::Task(task) => task.kind != TaskKind::Receive,
        Kind::Process
        | Kind::SubProcess
        | Kind::Transaction
        | Kind::AdHocSubProcess(_)
        | Kind::EventSubProcess
        | Kind::CallActivity(_)
        | Kind::IntermediateCatchEvent(_)
        | Kind::EventBasedGateway { .. } => false,
    }
}

fn repetition(element: &Element) -> Option<&Repetition> {
    element.activity.as_ref()?.repetition.as_ref()
}
