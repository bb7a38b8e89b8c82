//! Compensation: handlers run one after the other, in reverse order of completion.
//!
//! # Source
//! BPMN 2.0.2, 13.5.5 (compensation), 13.5.6 and 10.3.5 (transactions).

use reglament_core::program::{ElementIx, EventDefinition, Kind};

use super::{Execution, Step};
use crate::event::{Event, Origin};
use crate::sink::Sink;
use crate::state::{Broken, Key};

impl<S: Sink> Execution<'_, S> {
    /// Begins to compensate `activity`, or all, as seen from the throw event `thrower`.
    pub(crate) fn compensate(
        &mut self,
        thrower: Key,
        activity: Option<ElementIx>,
        wait: bool,
    ) -> Step {
        let scope = self.compensated_scope(thrower, activity)?;
        if !wait && !self.go_ahead(thrower)? {
            return Ok(());
        }
        self.emit(Event::CompensationStarted {
            thrower,
            scope,
            activity,
            deep: false,
        })?;
        self.next_handler(thrower)
    }

    /// Cancels the transaction around `thrower`. It is cancelled once: a second cancel end event that
    /// is reached meanwhile stays until the first has undone everything and ends it.
    pub(crate) fn cancel_transaction(&mut self, thrower: Key) -> Step {
        let scope = self.enclosing_transaction(thrower)?;
        if self.is_being_cancelled(scope) {
            return Ok(());
        }
        self.undo_transaction(thrower, scope)
    }

    /// Compensates what has completed in a transaction, and leaves it when nothing is left. Its other
    /// tasks stay until then, so handlers that take their time may find more to undo.
    fn undo_transaction(&mut self, thrower: Key, scope: Key) -> Step {
        self.emit(Event::CompensationStarted {
            thrower,
            scope,
            activity: None,
            deep: true,
        })?;
        if self.remaining(thrower) == 0 {
            return self.leave_transaction(thrower);
        }
        self.next_handler(thrower)
    }

    fn is_being_cancelled(&self, transaction: Key) -> bool {
        self.state.live_slots().any(|(key, slot)| {
            let compensating = slot
                .extra
                .as_ref()
                .is_some_and(|it| it.compensating.is_some());
            compensating
                && is_cancel(&self.program.elements[slot.element].kind)
                && self
                    .enclosing_transaction(key)
                    .is_ok_and(|it| it == transaction)
        })
    }

    /// The scope that a throw event addresses: its own, or, inside an event sub-process, the one
    /// around it; the inside of a compensation event sub-process stands for what it compensates.
    fn compensated_scope(&self, thrower: Key, activity: Option<ElementIx>) -> Step<Key> {
        let mut scope = self
            .state
            .scope(thrower)
            .ok_or(Broken("a throw event outside a scope"))?;
        loop {
            let element = self.element_of(scope)?;
            let named = activity.is_some_and(|it| self.program.elements[it].scope == element);
            let handler = self
                .state
                .extra(scope.slot)
                .is_some_and(|extra| extra.handler_for.is_some());
            let event = matches!(self.program.elements[element].kind, Kind::EventSubProcess);
            if named || handler || !event {
                return Ok(scope);
            }
            scope = self
                .state
                .scope(scope)
                .ok_or(Broken("an event sub-process as root"))?;
        }
    }

    fn enclosing_transaction(&self, key: Key) -> Step<Key> {
        let mut scope = self.state.scope(key);
        while let Some(current) = scope {
            let element = self.element_of(current)?;
            let transaction = matches!(self.program.elements[element].kind, Kind::Transaction);
            if transaction && !self.state.is_repetition_body(self.program, current) {
                return Ok(current);
            }
            scope = self.state.scope(current);
        }
        Err(Broken("a cancel end event outside a transaction"))
    }

    /// Enters the next handler, or ends the throw event.
    fn next_handler(&mut self, thrower: Key) -> Step {
        if self.remaining(thrower) == 0 {
            return self.compensation_ended(thrower);
        }
        let scope = self.handler_scope(thrower)?;
        self.emit(Event::HandlerQueued { thrower, scope })
    }

    /// How many handlers a throw event has not yet entered.
    fn remaining(&self, thrower: Key) -> usize {
        let extra = self.state.extra(thrower.slot);
        let compensating = extra.and_then(|extra| extra.compensating.as_ref());
        compensating.map_or(0, |compensating| compensating.remaining.len())
    }

    /// Where handlers run: in the scope of the throw event, outside event sub-processes.
    fn handler_scope(&self, thrower: Key) -> Step<Key> {
        let element = self.element_of(thrower)?;
        if is_cancel(&self.program.elements[element].kind) {
            return self.enclosing_transaction(thrower);
        }
        self.state
            .scope(thrower)
            .ok_or(Broken("a throw event outside a scope"))
    }

    /// A handler has completed.
    pub(super) fn handler_ended(&mut self, thrower: Key) -> Step {
        let current = self
            .state
            .extra(thrower.slot)
            .and_then(|extra| extra.compensating.as_ref())
            .and_then(|compensating| compensating.current.as_ref());
        // The throw event may have been ended from outside; then nobody waits.
        let Some(record) = current else { return Ok(()) };
        let activity = record.activity;
        self.emit(Event::Compensated { thrower, activity })?;
        self.next_handler(thrower)
    }

    /// Everything is compensated.
    fn compensation_ended(&mut self, thrower: Key) -> Step {
        let element = self.element_of(thrower)?;
        if is_cancel(&self.program.elements[element].kind) {
            let scope = self.enclosing_transaction(thrower)?;
            return self.undo_transaction(thrower, scope);
        }
        if !waits(&self.program.elements[element].kind) {
            let scope = self
                .state
                .scope(thrower)
                .ok_or(Broken("a throw event outside a scope"))?;
            self.complete_instance(thrower)?;
            return self.contained_ended(scope);
        }
        self.leave(thrower)
    }

    /// Ends what still runs in the transaction and leaves it by its cancel boundary event.
    fn leave_transaction(&mut self, thrower: Key) -> Step {
        let mut host = self.enclosing_transaction(thrower)?;
        if self.state.iteration(host) > 0 {
            host = self
                .state
                .scope(host)
                .ok_or(Broken("an iteration without a body"))?;
        }
        let element = self.element_of(host)?;
        let activity = self.program.elements[element].activity.as_ref();
        let boundaries = activity.map_or(&[][..], |activity| &activity.boundaries);
        let cancel = boundaries
            .iter()
            .copied()
            .find(|boundary| is_cancel(&self.program.elements[*boundary].kind));
        let scope = self
            .state
            .scope(host)
            .ok_or(Broken("a transaction as root"))?;
        self.complete_instance(thrower)?;
        self.terminate(host)?;
        match cancel {
            Some(boundary) => self.occur(boundary, scope, Origin::Trigger, Vec::new()),
            // Without a cancel boundary event the path ends with the transaction.
            None => self.contained_ended(scope),
        }
    }
}

/// Whether an event is a cancel event.
fn is_cancel(kind: &Kind) -> bool {
    match kind {
        Kind::EndEvent(part) | Kind::BoundaryEvent(part) => part
            .definitions
            .iter()
            .any(|it| matches!(it, EventDefinition::Cancel)),
        _ => false,
    }
}

/// Whether a throw event waits for the handlers that it causes to run.
fn waits(kind: &Kind) -> bool {
    match kind {
        Kind::EndEvent(part) | Kind::IntermediateThrowEvent(part) => !part
            .definitions
            .iter()
            .any(|it| matches!(it, EventDefinition::Compensate { wait: false, .. })),
        _ => true,
    }
}
