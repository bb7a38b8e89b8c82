//! The decision that a business rule task waits for.
//!
//! The executor evaluates no decisions: it says which one is called and what it can see, and the host
//! answers with a command.
//!
//! # Source
//! BPMN 2.0.2, 10.3.3.5 (business rule tasks). That the task calls the decision by its id, with all
//! variables in scope, and stores the result in one variable is how Camunda 8 defines
//! `zeebe:calledDecision`.

use std::sync::Arc;

use reglament_core::program::{Kind, Task, Text};
use reglament_core::timer::Timestamp;
use reglament_feel::{EvaluationContext, Scope, Value, Variable};

use super::{Key, Phase, State};
use crate::command::Command;
use crate::env::Env;

/// A task that waits for its decision. As a [`Scope`] it has the variables that the task sees, its
/// input mappings included, by their names.
#[derive(Clone, Debug)]
pub struct CalledDecision<'a> {
    state: &'a State,
    env: &'a Env<'a>,
    key: Key,
    now: Timestamp,
    decision: &'a Text,
    result: &'a Arc<str>,
}

impl State {
    /// The decision that the task `key` waits for; none when `key` is no task that calls one, or has
    /// an incident.
    #[must_use]
    pub fn called_decision<'a>(
        &'a self,
        env: &'a Env<'a>,
        key: Key,
        now: Timestamp,
    ) -> Option<CalledDecision<'a>> {
        let slot = self.live(key).filter(|slot| slot.phase == Phase::Active)?;
        let Kind::Task(task) = &env.program.elements[slot.element].kind else {
            return None;
        };
        let Task {
            decision: Some((decision, result)),
            ..
        } = &**task
        else {
            return None;
        };
        if self.is_repetition_body(env.program, key) {
            return None;
        }
        Some(CalledDecision {
            state: self,
            env,
            key,
            now,
            decision,
            result: self.name(env.program, *result)?,
        })
    }
}

impl CalledDecision<'_> {
    /// The id of the decision.
    ///
    /// # Errors
    /// In words, when the id is an expression that gives no text.
    pub fn id(&self) -> Result<Arc<str>, Arc<str>> {
        let found = match self.state.text(self.env, self.key, self.decision, self.now) {
            Ok(Value::String(id)) => return Ok(id),
            Ok(other) => match self.decision {
                Text::Literal(_) => other.to_string(),
                Text::Expression(expr) => format!("`{}` is {other}", expr.feel.text()),
            },
            Err(reason) => reason.to_string(),
        };
        Err(format!("expected the id of a decision, found that {found}").into())
    }

    /// What the decision is evaluated with: the clock of the instance.
    #[must_use]
    pub fn context(&self) -> EvaluationContext {
        self.env.clock_context(self.now)
    }

    /// The command that tells the task what was decided, or why nothing could be: the first completes
    /// it, the second is an incident.
    #[must_use]
    pub fn answer(&self, decided: Result<Value, Arc<str>>) -> Command {
        let key = self.key;
        match decided {
            Ok(value) => Command::Complete {
                key,
                variables: vec![(Arc::clone(self.result), value)],
            },
            Err(message) => Command::Fail { key, message },
        }
    }
}

impl Scope for CalledDecision<'_> {
    fn get(&self, variable: &Variable) -> Option<&Value> {
        self.state
            .variable(self.env.program, self.key, &variable.name)
    }
}
