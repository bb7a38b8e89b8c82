//! What must hold for every instance, whatever it runs: the events alone give the state, a saved
//! state is the state, element instances live in order, no token is lost or made out of nothing.
//!
//! # Source
//! BPMN 2.0.2, 13.2 (life cycle of activities).

mod life_cycle;
mod tokens;

use reglament_core::Program;
use reglament_executor::{Event, State};

pub(crate) use life_cycle::LifeCycle;
use tokens::Tokens;

/// Follows one instance by its events.
#[derive(Default)]
pub(crate) struct Follower {
    replayed: State,
    life: LifeCycle,
    tokens: Tokens,
    /// How many events there were.
    pub(crate) events: u64,
}

impl Follower {
    /// Takes the events of one command, then compares with the state after it.
    ///
    /// # Errors
    /// What does not hold, in words.
    pub(crate) fn follow(
        &mut self,
        program: &Program,
        events: &[Event],
        state: &State,
    ) -> Result<(), String> {
        for event in events {
            self.events += 1;
            let number = self.events;
            self.life
                .take(program, event)
                .and_then(|()| self.tokens.take(program, event))
                .map_err(|what| format!("event {number} {event:?}: {what}"))?;
            self.replayed.apply(program, event).map_err(|rejection| {
                format!("event {number} {event:?} cannot be replayed: {rejection}")
            })?;
        }
        if &self.replayed != state {
            return Err("the replayed events do not give the state".into());
        }
        state.check()?;
        self.life.check(state)?;
        let saved = state
            .save(program)
            .map_err(|error| format!("cannot save: {error}"))?;
        let loaded =
            State::load(program, &saved).map_err(|error| format!("cannot load: {error}"))?;
        if &loaded != state {
            return Err("the loaded state is not the saved one".into());
        }
        Ok(())
    }
}
