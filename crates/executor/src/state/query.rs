//! Reading a state.

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{ElementIx, FlowIx, Kind, TaskKind};
use reglament_core::timer::Timestamp;
use reglament_feel::Value;

use super::{Extra, Key, NONE, Pending, Phase, Rare, Slot, State, Status};
use crate::event::{Arm, Trigger};
use crate::incident::Incident;
use crate::term::TermClock;

impl State {
    /// Where the instance stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// The number of the newest event.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Why the instance failed.
    #[must_use]
    pub fn failure(&self) -> Option<&Incident> {
        self.rare.as_ref()?.failure.as_deref()
    }

    /// The unresolved incidents, oldest first, each with the element instance and its element.
    pub fn incidents(&self) -> impl Iterator<Item = (Key, ElementIx, &Incident)> {
        self.rare
            .iter()
            .flat_map(|rare| &rare.incidents)
            .filter_map(|(key, incident)| {
                self.element(*key).map(|element| (*key, element, incident))
            })
    }

    /// The element of a live element instance.
    #[must_use]
    pub fn element(&self, key: Key) -> Option<ElementIx> {
        self.live(key).map(|slot| slot.element)
    }

    /// The element instance that contains `key`; none for the root.
    #[must_use]
    pub fn scope(&self, key: Key) -> Option<Key> {
        self.key_of(self.live(key)?.parent)
    }

    /// The root: the instance of the process.
    #[must_use]
    pub fn root(&self) -> Option<Key> {
        self.key_of(0)
    }

    /// All live element instances in order of activation.
    #[must_use]
    pub fn element_instances(&self) -> Vec<(Key, ElementIx)> {
        let mut live: Vec<_> = self
            .live_slots()
            .map(|(key, slot)| (key, slot.element))
            .collect();
        live.sort_unstable();
        live
    }

    /// The leaf element instances that wait for something from outside, in order of activation:
    /// tasks, catch events and event-based gateways. One that has an incident does not wait.
    #[must_use]
    pub fn waiting(&self, program: &Program) -> Vec<(Key, ElementIx)> {
        let mut waiting: Vec<_> = self
            .live_slots()
            .filter(|(_, slot)| slot.phase == Phase::Active && self.is_leaf(program, slot))
            .map(|(key, slot)| (key, slot.element))
            .collect();
        waiting.sort_unstable();
        waiting
    }

    fn is_leaf(&self, program: &Program, slot: &Slot) -> bool {
        if slot
            .extra
            .as_ref()
            .is_some_and(|extra| extra.compensating.is_some())
        {
            return false;
        }
        match &program.elements[slot.element].kind {
            Kind::Task(task) => task.kind != TaskKind::Script && !self.is_body(program, slot),
            Kind::IntermediateCatchEvent(_) | Kind::EventBasedGateway { .. } => true,
            Kind::Process
            | Kind::SubProcess
            | Kind::Transaction
            | Kind::AdHocSubProcess(_)
            | Kind::EventSubProcess
            | Kind::CallActivity(_)
            | Kind::StartEvent(_)
            | Kind::IntermediateThrowEvent(_)
            | Kind::EndEvent(_)
            | Kind::BoundaryEvent(_)
            | Kind::ExclusiveGateway
            | Kind::InclusiveGateway(_)
            | Kind::ParallelGateway
            | Kind::ComplexGateway { .. } => false,
        }
    }

    /// The tokens that wait for others: scope, the element that they wait at, the flow; oldest first.
    pub fn parked(&self) -> impl Iterator<Item = (Key, ElementIx, FlowIx)> {
        self.rare
            .iter()
            .flat_map(|rare| &rare.parked)
            .filter_map(|parked| {
                self.key_of(parked.scope)
                    .map(|scope| (scope, parked.target, parked.flow))
            })
    }

    /// What is waited for: owner, number, arm; in the order of the owners' activation.
    #[must_use]
    pub fn arms(&self) -> Vec<(Key, u32, &Arm)> {
        let mut arms = Vec::new();
        for (key, slot) in self.live_slots() {
            for (number, arm) in (0u32..).zip(slot.extra.iter().flat_map(|extra| &extra.arms)) {
                if !arm.spent {
                    arms.push((key, number, arm));
                }
            }
        }
        arms.sort_unstable_by_key(|(key, number, _)| (*key, *number));
        arms
    }

    /// One arm, spent or not.
    #[must_use]
    pub fn arm(&self, owner: Key, arm: u32) -> Option<&Arm> {
        self.live(owner)?.extra.as_ref()?.arms.get(arm as usize)
    }

    /// The variables of the process, in the order of their first assignment.
    pub fn variables<'a>(
        &'a self,
        program: &'a Program,
    ) -> impl Iterator<Item = (&'a Arc<str>, &'a Value)> {
        self.slot(0)
            .and_then(|root| root.extra.as_ref())
            .into_iter()
            .flat_map(|extra| &extra.locals)
            .filter_map(|(symbol, value)| self.name(program, *symbol).map(|name| (name, value)))
    }

    /// The value of `name` as it is visible from the element instance `scope`.
    #[must_use]
    pub fn variable(&self, program: &Program, scope: Key, name: &str) -> Option<&Value> {
        self.live(scope)?;
        let symbol = self.symbol(program, name)?;
        self.lookup(program, scope.slot, symbol)
            .map(|(_, value)| value)
    }

    /// The number of the iteration that `key` is, from 1; 0 where nothing is repeated.
    #[must_use]
    pub fn iteration(&self, key: Key) -> u32 {
        self.live(key).map_or(0, |slot| slot.iteration)
    }

    /// Whether `key` is the body of a loop or multi-instance, around its iterations.
    #[must_use]
    pub fn is_repetition_body(&self, program: &Program, key: Key) -> bool {
        self.live(key)
            .is_some_and(|slot| self.is_body(program, slot))
    }

    /// When the earliest armed timer fires, or a term ends or has a warning.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        let timer = self.first_timer().map(|(due, ..)| due);
        let alarm = self.first_alarm().map(|(at, _)| at);
        let due = [timer, alarm].into_iter().flatten().min();
        due.filter(|_| self.status == Status::Running)
    }

    /// When time alone moves the instance on: the earliest armed timer fires, or a term ends that a
    /// timer event fires by.
    #[must_use]
    pub fn next_timer(&self) -> Option<Timestamp> {
        let timer = self.first_timer().map(|(due, ..)| due);
        let fires = self
            .terms()
            .filter(|clock| clock.is_open() && clock.arm.is_some());
        let due = fires.filter_map(TermClock::due).chain(timer).min();
        due.filter(|_| self.status == Status::Running)
    }

    /// Whether `slot` is the body around iterations.
    pub(crate) fn is_body(&self, program: &Program, slot: &Slot) -> bool {
        let repeated = program.elements[slot.element]
            .activity
            .as_ref()
            .is_some_and(|activity| activity.repetition.is_some());
        repeated && slot.iteration == 0
    }

    /// The head of the queue.
    #[inline]
    pub(crate) fn next_pending(&self) -> Option<Pending> {
        self.queue.front().copied()
    }

    /// The timer that is due first.
    pub(crate) fn first_timer(&self) -> Option<(Timestamp, Key, u32)> {
        self.rare.as_ref()?.timers.first().copied()
    }

    /// The armed conditions, in order of their owners' activation.
    pub(crate) fn armed_conditions(&self) -> Vec<(Key, u32)> {
        self.rare
            .iter()
            .flat_map(|rare| &rare.conditions)
            .copied()
            .collect()
    }

    /// Whether `key` is somewhere inside `scope`.
    pub(crate) fn is_inside(&self, key: Key, scope: Key) -> bool {
        let mut current = self.slot(key.slot).map(|slot| slot.parent);
        while let Some(parent) = current.filter(|parent| *parent != NONE) {
            if parent == scope.slot {
                return true;
            }
            current = self.slot(parent).map(|slot| slot.parent);
        }
        false
    }

    pub(crate) fn live_slots(&self) -> impl Iterator<Item = (Key, &Slot)> {
        (0u32..)
            .zip(&self.slots)
            .filter(|(_, slot)| slot.serial != 0)
            .map(|(index, slot)| {
                (
                    Key {
                        serial: slot.serial,
                        slot: index,
                    },
                    slot,
                )
            })
    }

    pub(crate) fn slot(&self, index: u32) -> Option<&Slot> {
        self.slots.get(index as usize)
    }

    pub(crate) fn live(&self, key: Key) -> Option<&Slot> {
        self.slot(key.slot).filter(|slot| slot.serial == key.serial)
    }

    pub(crate) fn extra(&self, index: u32) -> Option<&Extra> {
        self.slot(index)?.extra.as_deref()
    }

    pub(crate) fn key_of(&self, index: u32) -> Option<Key> {
        let slot = self
            .slot(index)
            .filter(|slot| index != NONE && slot.serial != 0)?;
        Some(Key {
            serial: slot.serial,
            slot: index,
        })
    }

    pub(crate) fn rare(&self) -> Option<&Rare> {
        self.rare.as_deref()
    }

    /// Counts again what is kept for speed, and says what does not agree.
    ///
    /// # Errors
    /// The first disagreement.
    pub fn check(&self) -> Result<(), String> {
        let parked = self
            .rare
            .iter()
            .flat_map(|rare| rare.parked.iter().map(|parked| parked.scope));
        let queued = self.queue.iter().map(|pending| pending.scope());
        let mut counted = vec![0u32; self.slots.len()];
        let children = self
            .live_slots()
            .map(|(_, slot)| slot.parent)
            .filter(|parent| *parent != NONE);
        for scope in children.chain(queued).chain(parked) {
            let count = counted
                .get_mut(scope as usize)
                .ok_or(format!("no slot {scope}"))?;
            *count += 1;
        }
        for (key, slot) in self.live_slots() {
            let count = counted.get(key.slot as usize).copied().unwrap_or(0);
            if count != slot.live {
                return Err(format!("{key} contains {count}, kept as {}", slot.live));
            }
        }
        let timers = self
            .arms()
            .into_iter()
            .filter(|(.., arm)| matches!(arm.trigger, Trigger::Timer { .. }))
            .count();
        let indexed = self.rare.as_ref().map_or(0, |rare| rare.timers.len());
        if timers != indexed {
            return Err(format!("{timers} timers, {indexed} indexed"));
        }
        self.check_terms()
    }
}
