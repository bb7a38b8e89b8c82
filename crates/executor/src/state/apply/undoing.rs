//! Compensation: what can be compensated is remembered, collected, and handed to its handlers.

use reglament_core::Program;
use reglament_core::program::{ElementIx, Kind};

use super::{Applied, Broken};
use crate::event::Event;
use crate::state::compensation::{self, Compensating, Record};
use crate::state::{AwaitedReset, Key, Pending, State};

impl State {
    pub(super) fn write_compensation(&mut self, event: &Event) -> Applied {
        match event {
            Event::ResetAwaited {
                scope,
                gateway,
                consumed,
            } => {
                self.live(*scope)
                    .ok_or(Broken("reset in a scope that has ended"))?;
                let (scope, gateway, consumed) = (scope.slot, *gateway, consumed.to_vec());
                self.rare_mut().resets.push(AwaitedReset {
                    scope,
                    gateway,
                    consumed,
                });
                Ok(())
            }
            Event::Reset { scope, gateway } => self.reset(*scope, *gateway),
            Event::CompensationStarted {
                thrower,
                scope,
                activity,
                deep,
            } => {
                let remaining = self.collect_records(*scope, *activity, *deep)?;
                let compensating = Compensating {
                    scope: scope.slot,
                    remaining,
                    current: None,
                };
                self.slot_mut(*thrower)?.extra_mut().compensating = Some(Box::new(compensating));
                Ok(())
            }
            Event::HandlerQueued { thrower, scope } => self.handler_queued(*thrower, *scope),
            Event::Compensated { thrower, .. } => {
                self.compensating_mut(*thrower)?.current = None;
                Ok(())
            }
            _ => Err(Broken("not an event of compensation")),
        }
    }

    /// Takes what can be compensated out of a scope, and with `deep` out of every scope that is still
    /// active inside it; in order of completion.
    pub(super) fn collect_records(
        &mut self,
        scope: Key,
        activity: Option<ElementIx>,
        deep: bool,
    ) -> Result<Vec<Record>, Broken> {
        let mut scopes = vec![scope];
        if deep {
            let live = self.live_slots().map(|(key, _)| key);
            scopes.extend(live.filter(|key| *key != scope && self.is_inside(*key, scope)));
        }
        let mut collected = Vec::new();
        for scope in scopes {
            if let Some(extra) = self.slot_mut(scope)?.extra.as_mut() {
                collected.extend(compensation::collect(&mut extra.records, activity));
            }
        }
        collected.sort_by_key(|record| record.seq);
        Ok(collected)
    }

    pub(super) fn begin_handler(&mut self, key: Key, thrower: u32) -> Applied {
        let thrower = self
            .key_of(thrower)
            .ok_or(Broken("a handler without its throw event"))?;
        let Some(record) = self.compensating_mut(thrower)?.current.clone() else {
            return Err(Broken("a handler that nobody waits for"));
        };
        let extra = self.slot_mut(key)?.extra_mut();
        extra.locals = record.locals;
        extra.records = record.nested;
        extra.handler_for = Some(thrower);
        Ok(())
    }

    /// Remembers a completed activity that can be compensated.
    pub(super) fn record_completion(&mut self, program: &Program, key: Key) {
        let Ok(slot) = self.slot_mut(key) else { return };
        let element = &program.elements[slot.element];
        let (index, parent, iteration) = (slot.element, slot.parent, slot.iteration);
        let handled = slot
            .extra
            .as_ref()
            .is_some_and(|extra| extra.handler_for.is_some());
        let own = element
            .activity
            .as_ref()
            .filter(|_| iteration == 0)
            .and_then(|a| a.compensation);
        let inner = element
            .compensation_event_sub_process(program)
            .filter(|_| iteration > 0 || !is_repeated(element));
        let nested = slot
            .extra
            .as_mut()
            .map(|extra| std::mem::take(&mut extra.records));
        let nested = nested.unwrap_or_default();
        let handler = own.or(inner);
        if handled
            || (handler.is_none() && nested.is_empty())
            || matches!(element.kind, Kind::Process)
        {
            return;
        }
        let locals = slot
            .extra
            .as_ref()
            .map(|extra| extra.locals.clone())
            .unwrap_or_default();
        let record = Record {
            seq: self.seq,
            activity: index,
            handler,
            locals,
            nested,
        };
        if let Some(parent) = self.slots.get_mut(parent as usize) {
            parent.extra_mut().records.push(record);
        }
    }

    pub(super) fn handler_queued(&mut self, thrower: Key, scope: Key) -> Applied {
        let compensating = self.compensating_mut(thrower)?;
        let record = compensating
            .remaining
            .pop()
            .ok_or(Broken("nothing left to compensate"))?;
        let element = record.handler.ok_or(Broken("a record without a handler"))?;
        compensating.current = Some(record);
        self.slot_mut(scope)?.live += 1;
        let (scope, thrower) = (scope.slot, thrower.slot);
        self.queue.push_back(Pending::Handler {
            scope,
            element,
            thrower,
        });
        Ok(())
    }

    pub(super) fn compensating_mut(&mut self, key: Key) -> Result<&mut Compensating, Broken> {
        let extra = self.slot_mut(key)?.extra_mut();
        extra
            .compensating
            .as_deref_mut()
            .ok_or(Broken("not compensating"))
    }
}

/// Whether `element` is a loop or multi-instance.
fn is_repeated(element: &reglament_core::program::Element) -> bool {
    element
        .activity
        .as_ref()
        .is_some_and(|activity| activity.repetition.is_some())
}
