//! The life cycle of element instances as the events tell it.

use std::collections::BTreeMap;

use reglament_core::Program;
use reglament_executor::{Event, Key, State, Status};

/// Where an element instance stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It cannot be entered yet.
    Reached,
    /// It is active.
    Active,
    /// It has its one terminal record.
    Ended,
}

/// All element instances of one instance.
#[derive(Default)]
pub(crate) struct LifeCycle {
    stages: BTreeMap<Key, (Stage, Key)>,
    /// How many element instances live directly inside each.
    inside: BTreeMap<Key, usize>,
}

impl LifeCycle {
    /// Takes one event.
    ///
    /// # Errors
    /// What is out of order.
    pub(crate) fn take(&mut self, program: &Program, event: &Event) -> Result<(), String> {
        match event {
            Event::Reached {
                key,
                element,
                scope,
                ..
            } => self
                .begin(*key, *scope, Stage::Reached, &[None])
                .map_err(|what| format!("{}: {what}", program.id(*element))),
            Event::Activated {
                key,
                element,
                scope,
                ..
            } => self
                .begin(*key, *scope, Stage::Active, &[None, Some(Stage::Reached)])
                .map_err(|what| format!("{}: {what}", program.id(*element))),
            Event::Completed { key } => self.end(*key, &[Stage::Active]),
            Event::Terminated { key } => self.end(*key, &[Stage::Reached, Stage::Active]),
            other => owner(other).map_or(Ok(()), |key| self.must_live(key)),
        }
    }

    fn begin(
        &mut self,
        key: Key,
        scope: Key,
        stage: Stage,
        before: &[Option<Stage>],
    ) -> Result<(), String> {
        let found = self.stages.get(&key).map(|(stage, _)| *stage);
        if !before.contains(&found) {
            return Err(format!("{key} is {found:?} and becomes {stage:?}"));
        }
        // The root contains itself; its scope is not recorded before it.
        if scope != key && !self.stages.is_empty() {
            self.must_live(scope)?;
        }
        if self.stages.insert(key, (stage, scope)).is_none() && scope != key {
            *self.inside.entry(scope).or_default() += 1;
        }
        Ok(())
    }

    fn end(&mut self, key: Key, before: &[Stage]) -> Result<(), String> {
        let inside = self.inside.get(&key).copied().unwrap_or_default();
        if inside > 0 {
            return Err(format!("{key} ends while {inside} live in it"));
        }
        match self.stages.get_mut(&key) {
            Some((stage, scope)) if before.contains(stage) => {
                *stage = Stage::Ended;
                if let Some(inside) = self.inside.get_mut(scope).filter(|_| *scope != key) {
                    *inside -= 1;
                }
                Ok(())
            }
            Some((stage, _)) => Err(format!("{key} is {stage:?} and ends")),
            // The root is there from `Started` on.
            None => {
                self.stages.insert(key, (Stage::Ended, key));
                Ok(())
            }
        }
    }

    fn must_live(&self, key: Key) -> Result<(), String> {
        match self.stages.get(&key) {
            Some((Stage::Ended, _)) => Err(format!("{key} has ended")),
            Some(_) | None => Ok(()),
        }
    }

    /// Compares with the state after a command.
    ///
    /// # Errors
    /// An element instance that lives here only, or there only.
    pub(crate) fn check(&self, state: &State) -> Result<(), String> {
        for (key, (stage, _)) in &self.stages {
            let lives = state.element(*key).is_some();
            // The root is kept after its end, for its variables.
            if lives == (*stage == Stage::Ended) && Some(*key) != state.root() {
                return Err(format!(
                    "{key} is {stage:?} by its events, lives in the state: {lives}"
                ));
            }
        }
        let ended = matches!(state.status(), Status::Completed | Status::Cancelled);
        if ended
            && self
                .stages
                .values()
                .any(|(stage, _)| *stage != Stage::Ended)
        {
            return Err("the instance has ended and something in it has not".into());
        }
        Ok(())
    }
}

/// The element instance that an event says something about; it must not have ended.
fn owner(event: &Event) -> Option<Key> {
    match event {
        Event::Taken { scope, .. }
        | Event::Passed { scope, .. }
        | Event::Arrived { scope, .. }
        | Event::Queued { scope, .. }
        | Event::Interrupted { scope }
        | Event::VariableSet { scope, .. }
        | Event::VariablesSet { scope, .. }
        | Event::ResetAwaited { scope, .. }
        | Event::Reset { scope, .. } => Some(*scope),
        Event::Armed { owner, .. }
        | Event::Triggered { owner, .. }
        | Event::ConditionChanged { owner, .. } => Some(*owner),
        Event::Repeating { key, .. }
        | Event::ResultCollected { key, .. }
        | Event::RepeatingStopped { key }
        | Event::MessageThrown { key, .. }
        | Event::SignalThrown { key, .. }
        | Event::ErrorThrown { key, .. }
        | Event::EscalationThrown { key, .. }
        | Event::IncidentRaised { key, .. }
        | Event::IncidentResolved { key } => Some(*key),
        _ => None,
    }
}
