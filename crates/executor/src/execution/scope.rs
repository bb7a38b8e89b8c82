//! Scopes: processes and sub-processes begin, end by themselves, and are ended.

use reglament_core::program::{ElementIx, Kind};

use super::{Execution, Step};
use crate::element;
use crate::event::{Event, Origin};
use crate::sink::Sink;
use crate::state::{Broken, Key};

impl<S: Sink> Execution<'_, S> {
    /// Begins a process at `at`, or at everything that begins without a trigger. The root is armed
    /// here; a called process was armed when it was entered.
    pub(crate) fn begin_process(
        &mut self,
        key: Key,
        at: Option<ElementIx>,
        event: Option<ElementIx>,
    ) -> Step {
        if self.state.scope(key).is_none() {
            self.arm_root(key)?;
            self.start_own_terms(key)?;
        }
        match at {
            None => self.begin_scope(key),
            Some(at) => self.begin_at(key, at, event),
        }
    }

    /// Begins an instance at one start.
    fn begin_at(&mut self, root: Key, at: ElementIx, event: Option<ElementIx>) -> Step {
        match &self.program.elements[at].kind {
            // The message that a receive task begins the process with has been received.
            Kind::Task(_) => self.occur(at, root, Origin::Trigger, Vec::new()),
            Kind::EventBasedGateway { .. } => {
                element::event_based_gateway::begin(self, root, at, event)
            }
            _ => {
                let (element, scope) = (at, root);
                self.emit_queued(element, scope, 0)
            }
        }
    }

    /// Queues what a scope begins with; one without any contents has ended at once.
    pub(crate) fn begin_scope(&mut self, scope: Key) -> Step {
        let index = self.element_of(scope)?;
        let body = self.program.elements[index]
            .body
            .as_ref()
            .ok_or(Broken("a scope without a body"))?;
        if let Kind::EventSubProcess = self.program.elements[index].kind {
            let start = self.program.start_of_event_sub_process(index);
            let (element, _) = start.ok_or(Broken("an event sub-process without a start event"))?;
            return self.emit_queued(element, scope, 0);
        }
        for element in &body.initial {
            self.emit_queued(*element, scope, 0)?;
        }
        if body.initial.is_empty() {
            self.contained_ended(scope)
        } else {
            Ok(())
        }
    }

    /// Nothing is left in a scope.
    pub(super) fn scope_ended(&mut self, scope: Key, index: ElementIx) -> Step {
        if self.state.is_repetition_body(self.program, scope) {
            return self.iterations_ended(scope, index);
        }
        match &self.program.elements[index].kind {
            Kind::Process => match self.state.scope(scope) {
                None => self.complete_instance(scope),
                Some(caller) => element::call_activity::returned(self, scope, caller),
            },
            _ => self.leave(scope),
        }
    }

    /// Ends an element instance and everything in it, what is inside first.
    pub(crate) fn terminate(&mut self, key: Key) -> Step {
        self.terminate_contents(key)?;
        self.terminate_instance(key)
    }

    /// Ends everything inside `scope`, the youngest first: what is contained is always younger.
    pub(crate) fn terminate_contents(&mut self, scope: Key) -> Step {
        let mut inside: Vec<Key> = self
            .state
            .live_slots()
            .map(|(key, _)| key)
            .filter(|key| *key != scope && self.state.is_inside(*key, scope))
            .collect();
        inside.sort_unstable();
        for key in inside.into_iter().rev() {
            self.terminate_instance(key)?;
        }
        Ok(())
    }

    /// Ends everything inside `scope`, its tokens included; it waits for nothing else any more.
    pub(crate) fn interrupt(&mut self, scope: Key) -> Step {
        self.cancel_terms_inside(scope)?;
        self.emit(Event::Interrupted { scope })?;
        self.terminate_contents(scope)
    }
}
