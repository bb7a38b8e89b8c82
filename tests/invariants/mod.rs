//! What must hold for every instance, whatever it runs: the events alone give the state, a saved
//! state is the state, element instances live in order, no token is lost or made out of nothing.
//!
//! # Source
//! BPMN 2.0.2, 13.2 (life cycle of activities).

mod life_cycle;
mod tokens;

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::timer::{Timestamp, Zone};
use reglament_executor::{
    Actor, Command, Env, Event, Instance, MigrationPlan, MigrationProblemKind, Occasion, Rejection,
    State, Status,
};

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
    /// Whether only every eighth state is migrated to a copy: there are very many.
    is_sparse: bool,
    followed: u64,
    /// The program once more, with a plan to itself.
    copy: Option<(Arc<Program>, MigrationPlan)>,
}

impl Follower {
    /// A follower of very many states: only every eighth is migrated to a copy.
    #[allow(
        dead_code,
        clippy::allow_attributes,
        reason = "not every test that follows has so many"
    )]
    pub(crate) fn sparse() -> Self {
        Self {
            is_sparse: true,
            ..Self::default()
        }
    }

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
        self.followed += 1;
        if self.is_sparse && self.followed % 8 != 1 {
            return Ok(());
        }
        self.migrate_to_a_copy(program, state)
    }

    /// A migration to the very same program changes nothing but the number of the newest event.
    fn migrate_to_a_copy(&mut self, program: &Program, state: &State) -> Result<(), String> {
        if state.status() != Status::Running {
            return Ok(());
        }
        let copy = self.copy.get_or_insert_with(|| {
            let plan = MigrationPlan::generate(program, program);
            (Arc::new(program.clone()), plan)
        });
        let zone = Zone::default();
        let actor = Actor::system();
        let now = Timestamp::from_micros(0);
        let occasion = Occasion { now, actor: &actor };
        let command = Command::Migrate {
            source: Arc::clone(&copy.0),
            plan: Box::new(copy.1.clone()),
        };
        let mut instance = Instance::from_state(state.clone());
        let mut events: Vec<Event> = Vec::new();
        let env = Env::new(&copy.0, &zone);
        match instance.handle(&env, command, &occasion, &mut events) {
            Ok(()) => {}
            Err(Rejection::Migration(report))
                if report
                    .problems
                    .iter()
                    .all(|it| it.kind == MigrationProblemKind::InMotion) =>
            {
                return Ok(());
            }
            Err(rejection) => return Err(format!("not migrated to a copy: {rejection}")),
        }
        let saved = |state: &State| {
            let bytes = state.save(program).map_err(|error| error.to_string())?;
            let mut value: serde_json::Value =
                serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
            value["seq"] = 0.into();
            Ok::<_, String>(value)
        };
        if events.len() != 1 || saved(instance.state())? != saved(state)? {
            return Err(format!("a migration to a copy is seen: {events:?}"));
        }
        Ok(())
    }
}
