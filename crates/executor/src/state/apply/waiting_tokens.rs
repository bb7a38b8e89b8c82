//! Tokens that wait for each other at the end of their flows.

use reglament_core::Program;
use reglament_core::program::{ElementIx, FlowIx};

use super::{Applied, Broken};
use crate::state::{AwaitedReset, Key, Parked, Pending, State};

impl State {
    /// The late tokens of a complex gateway are consumed, one of each flow that it had none of.
    pub(super) fn reset(&mut self, scope: Key, gateway: ElementIx) -> Applied {
        let rare = self.rare_mut();
        let mine = |reset: &AwaitedReset| reset.scope == scope.slot && reset.gateway == gateway;
        let position = rare
            .resets
            .iter()
            .position(mine)
            .ok_or(Broken("no reset is awaited"))?;
        let mut seen = rare.resets.remove(position).consumed;
        let mut late = 0;
        rare.parked.retain(|parked| {
            let taken = parked.scope == scope.slot
                && parked.target == gateway
                && !seen.contains(&parked.flow);
            if taken {
                seen.push(parked.flow);
                late += 1;
            }
            !taken
        });
        let slot = self.slot_mut(scope)?;
        slot.live = slot
            .live
            .checked_sub(late)
            .ok_or(Broken("a token too many"))?;
        Ok(())
    }

    /// Removes the oldest waiting token of each incoming flow.
    pub(super) fn consume_join(&mut self, element: ElementIx, scope: u32) -> u32 {
        let mut flows: Vec<FlowIx> = Vec::new();
        self.rare_mut().parked.retain(|parked| {
            let mine = parked.scope == scope && parked.target == element;
            let first = mine && !flows.contains(&parked.flow);
            if first {
                flows.push(parked.flow);
            }
            !first
        });
        u32::try_from(flows.len()).unwrap_or(u32::MAX)
    }

    /// Removes the oldest `count` waiting tokens.
    pub(super) fn consume_oldest(&mut self, element: ElementIx, scope: u32, count: u32) -> u32 {
        let mut removed = 0;
        self.rare_mut().parked.retain(|parked| {
            let mine = parked.scope == scope && parked.target == element && removed < count;
            removed += u32::from(mine);
            !mine
        });
        removed
    }

    pub(super) fn arrived(&mut self, program: &Program, flow: FlowIx, scope: Key) -> Applied {
        let token = Pending::Token {
            scope: scope.slot,
            flow,
        };
        if self.queue.front() != Some(&token) {
            return Err(Broken("a token is not where it was recorded"));
        }
        self.queue.pop_front();
        let target = program.flows[flow].target;
        self.rare_mut().parked.push(Parked {
            scope: scope.slot,
            flow,
            target,
        });
        Ok(())
    }

    /// Removes the oldest token that waits at the end of `flow`.
    pub(super) fn token_withdrawn(&mut self, flow: FlowIx, scope: Key) -> Applied {
        let parked = &mut self.rare_mut().parked;
        let place = parked
            .iter()
            .position(|it| it.scope == scope.slot && it.flow == flow);
        parked.remove(place.ok_or(Broken("a token that does not wait"))?);
        let slot = self.slot_mut(scope)?;
        slot.live = slot.live.checked_sub(1).ok_or(Broken("a token too many"))?;
        Ok(())
    }

    /// Removes the tokens and queue entries of a scope.
    pub(super) fn purge(&mut self, scope: u32) {
        let before = self.queue.len();
        self.queue.retain(|pending| pending.scope() != scope);
        let mut gone = before - self.queue.len();
        if let Some(rare) = self.rare.as_mut() {
            let before = rare.parked.len();
            rare.parked.retain(|parked| parked.scope != scope);
            gone += before - rare.parked.len();
            rare.resets.retain(|reset| reset.scope != scope);
        }
        if let Some(slot) = self.slots.get_mut(scope as usize) {
            slot.live = slot
                .live
                .saturating_sub(u32::try_from(gone).unwrap_or(u32::MAX));
        }
    }
}
