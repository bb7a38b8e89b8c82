//! Business rule tasks evaluate the decisions that they call.
//!
//! # Source
//! BPMN 2.0.2, 10.3.3.5; as in Camunda 8, a task that calls a decision never waits, and a decision that
//! cannot be evaluated is an incident.

use std::sync::Arc;

use reglament_core::program::{ElementIx, Kind, TaskKind};
use reglament_dmn::Undecided;
use reglament_executor::{Command, Env, Key};

use crate::world::World;

impl World<'_> {
    /// Takes note that an instance of `element` is active, if it may wait for a decision.
    pub(crate) fn note_undecided(&mut self, case: usize, key: Key, element: ElementIx) {
        let calls = matches!(&self.program.elements[element].kind,
            Kind::Task(task) if task.decision.is_some());
        if calls && !self.decisions.is_empty() {
            self.undecided.push_back((case, key));
        }
    }

    /// Tells the task `key` what was decided, if it still waits for that.
    pub(crate) fn decide(&mut self, case: usize, key: Key) {
        if let Some(answer) = self.answer(case, key) {
            // The task waits, so that the command is allowed.
            let _ = self.command(case, answer);
        }
    }

    /// The answer to the task `key`. A task whose decision no model has is one without a definition:
    /// it completes by itself, or waits for the script where tasks do.
    fn answer(&self, case: usize, key: Key) -> Option<Command> {
        let env = Env::new(self.program, &self.zone);
        let state = self.cases.get(case)?.state();
        let called = state.called_decision(&env, key, self.now)?;
        let id = match called.id() {
            Ok(id) => id,
            Err(message) => return Some(called.answer(Err(message))),
        };
        match self.decisions.evaluate(&id, &called, &called.context()) {
            Ok(value) => Some(called.answer(Ok(value))),
            Err(Undecided::Unknown { .. }) if self.waits.contains(TaskKind::BusinessRule) => None,
            Err(Undecided::Unknown { .. }) => Some(Command::Complete {
                key,
                variables: Vec::new(),
            }),
            Err(failed @ Undecided::Failed { .. }) => {
                Some(called.answer(Err(Arc::from(failed.to_string()))))
            }
        }
    }
}
