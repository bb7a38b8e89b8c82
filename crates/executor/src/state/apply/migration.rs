//! A migration: everything in the state that names a part of the program names its counterpart.

use reglament_core::Program;
use reglament_core::program::{ElementIx, FlowIx};
use reglament_feel::Symbol;

use super::{Applied, Broken};
use crate::event::Trigger;
use crate::migration::{Migrated, MigratedArm};
use crate::state::{CompensationRecord, Locals, State};

impl State {
    /// What [`Event::Migrated`](crate::Event::Migrated) means; `program` is the target.
    pub(super) fn migrated(&mut self, program: &Program, migrated: &Migrated) -> Applied {
        if program.fingerprint() != migrated.to {
            return Err(Broken("migrated to another program"));
        }
        let arms = self.live_slots().flat_map(|(_, slot)| &slot.extra);
        let arms: usize = arms.map(|extra| extra.arms.len()).sum();
        if arms != migrated.arms.len() || self.next_pending().is_some() {
            return Err(Broken("a migration that leaves something out"));
        }
        let renaming = Renaming(migrated);
        for arm in &migrated.arms {
            self.migrate_arm(&renaming, arm)?;
        }
        for slot in self.slots.iter_mut().filter(|slot| slot.serial != 0) {
            slot.element = renaming.element(slot.element)?;
            let Some(extra) = slot.extra.as_mut() else {
                continue;
            };
            renaming.locals(&mut extra.locals)?;
            let undoing = extra.compensating.iter_mut();
            let undoing = undoing.flat_map(|it| it.remaining.iter_mut().chain(&mut it.current));
            for record in extra.records.iter_mut().chain(undoing) {
                renaming.record(record)?;
            }
        }
        if let Some(rare) = self.rare.as_mut() {
            for parked in &mut rare.parked {
                parked.flow = renaming.flow(parked.flow)?;
                parked.target = renaming.element(parked.target)?;
            }
            for reset in &mut rare.resets {
                reset.gateway = renaming.element(reset.gateway)?;
                for flow in &mut reset.consumed {
                    *flow = renaming.flow(*flow)?;
                }
            }
        }
        if !migrated.declared.is_empty() || self.rare.is_some() {
            self.rare_mut().names = migrated.declared.to_vec();
        }
        self.migrate_terms(&migrated.terms)
    }

    /// An arm keeps its number; one that is withdrawn is spent, and stands for its owner.
    fn migrate_arm(&mut self, renaming: &Renaming<'_>, migrated: &MigratedArm) -> Applied {
        let (owner, number) = (migrated.owner, migrated.arm);
        if migrated.element.is_none() {
            self.unindex(owner, number);
        }
        let owned = self.live(owner).map(|slot| slot.element);
        let owned = owned.ok_or(Broken("an element instance that has ended"))?;
        let stands_for = match migrated.element {
            Some(element) => element,
            None => renaming.element(owned)?,
        };
        let arm = self.arm_mut(owner, number)?;
        arm.element = stands_for;
        arm.spent |= migrated.element.is_none();
        if let Trigger::Message { message, .. } = &mut arm.trigger {
            *message = migrated.message;
        }
        Ok(())
    }
}

/// The counterparts that the event lists.
struct Renaming<'a>(&'a Migrated);

impl Renaming<'_> {
    fn element(&self, element: ElementIx) -> Result<ElementIx, Broken> {
        find(&self.0.elements, element).ok_or(Broken("an element without a counterpart"))
    }

    fn flow(&self, flow: FlowIx) -> Result<FlowIx, Broken> {
        find(&self.0.flows, flow).ok_or(Broken("a flow without a counterpart"))
    }

    fn locals(&self, locals: &mut Locals) -> Applied {
        for (symbol, _) in locals {
            let new: Option<Symbol> = find(&self.0.names, *symbol);
            *symbol = new.ok_or(Broken("a variable without a counterpart"))?;
        }
        Ok(())
    }

    fn record(&self, record: &mut CompensationRecord) -> Applied {
        record.activity = self.element(record.activity)?;
        if let Some(handler) = &mut record.handler {
            *handler = self.element(*handler)?;
        }
        self.locals(&mut record.locals)?;
        for nested in &mut record.nested {
            self.record(nested)?;
        }
        Ok(())
    }
}

/// The counterpart in a list that is sorted by the source.
fn find<T: Copy + Ord>(pairs: &[(T, T)], wanted: T) -> Option<T> {
    let place = pairs
        .binary_search_by_key(&wanted, |(from, _)| *from)
        .ok()?;
    pairs.get(place).map(|(_, to)| *to)
}
