//! What is waited for: arms are set, triggered, withdrawn.

use reglament_core::Program;
use reglament_core::program::Kind;
use reglament_core::timer::Due;

use super::{Applied, Broken};
use crate::event::{After, Arm, Trigger};
use crate::state::{Key, State};

impl State {
    pub(super) fn armed(&mut self, owner: Key, arm: &Arm) -> Applied {
        let arms = &mut self.slot_mut(owner)?.extra_mut().arms;
        let number = u32::try_from(arms.len()).unwrap_or(u32::MAX);
        arms.push(arm.clone());
        self.index_arm(owner, number, &arm.trigger);
        Ok(())
    }

    pub(super) fn index_arm(&mut self, owner: Key, number: u32, trigger: &Trigger) {
        match trigger {
            Trigger::Timer { due, .. } => {
                self.rare_mut().timers.insert((due.at, owner, number));
            }
            Trigger::Condition { .. } => {
                self.rare_mut().conditions.insert((owner, number));
            }
            Trigger::Message { .. } | Trigger::Signal { .. } | Trigger::Term => {}
        }
    }

    pub(super) fn triggered(&mut self, owner: Key, number: u32, after: &After) -> Applied {
        self.unindex(owner, number);
        let arm = self.arm_mut(owner, number)?;
        match after {
            After::Spent => arm.spent = true,
            After::Stays => {}
            After::Next(next) => {
                if let Trigger::Timer { due, .. } = &mut arm.trigger {
                    *due = next.clone();
                }
            }
        }
        let trigger = arm.trigger.clone();
        if !matches!(after, After::Spent) {
            self.index_arm(owner, number, &trigger);
        }
        Ok(())
    }

    /// Takes an arm out of the indexes.
    pub(super) fn unindex(&mut self, owner: Key, number: u32) {
        let due: Option<Due> = match self.arm(owner, number).map(|arm| &arm.trigger) {
            Some(Trigger::Timer { due, .. }) => Some(**due),
            _ => None,
        };
        let Some(rare) = self.rare.as_mut() else {
            return;
        };
        if let Some(due) = due {
            rare.timers.remove(&(due.at, owner, number));
        }
        rare.conditions.remove(&(owner, number));
    }

    /// Withdraws everything that `owner` waits for.
    pub(super) fn disarm(&mut self, owner: Key) {
        let count = self.extra(owner.slot).map_or(0, |extra| extra.arms.len());
        for number in (0u32..).take(count) {
            self.unindex(owner, number);
        }
        if let Ok(slot) = self.slot_mut(owner)
            && let Some(extra) = slot.extra.as_mut()
        {
            extra.arms.clear();
        }
    }

    pub(super) fn interrupted(&mut self, program: &Program, scope: Key) -> Applied {
        self.slot_mut(scope)?.extra_mut().interrupted = true;
        // The boundary events on the scope stay armed: they are outside it.
        let inside = |arm: &Arm| matches!(program.elements[arm.element].kind, Kind::StartEvent(_));
        let numbers: Vec<u32> = self
            .extra(scope.slot)
            .map(|extra| {
                let arms = (0u32..).zip(&extra.arms);
                arms.filter(|(_, arm)| inside(arm))
                    .map(|(number, _)| number)
                    .collect()
            })
            .unwrap_or_default();
        for number in numbers {
            self.unindex(scope, number);
            self.arm_mut(scope, number)?.spent = true;
        }
        self.purge(scope.slot);
        Ok(())
    }

    pub(super) fn arm_mut(&mut self, owner: Key, arm: u32) -> Result<&mut Arm, Broken> {
        let extra = self.slot_mut(owner)?.extra_mut();
        extra
            .arms
            .get_mut(arm as usize)
            .ok_or(Broken("an arm that was never armed"))
    }

    /// Builds again what is derived from the arms.
    pub(in crate::state) fn index_arms(&mut self) {
        let arms: Vec<(Key, u32, Trigger)> = self
            .arms()
            .into_iter()
            .map(|(owner, number, arm)| (owner, number, arm.trigger.clone()))
            .collect();
        for (owner, number, trigger) in arms {
            self.index_arm(owner, number, &trigger);
        }
    }
}
