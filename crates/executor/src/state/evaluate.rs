//! What a host may ask of an expression of the model, as seen from an element instance.

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{Kind, Text};
use reglament_core::timer::Timestamp;
use reglament_feel::{Symbol, Value};

use super::variables::VariableScope;
use super::{Key, NONE, State};
use crate::command::Variables;
use crate::env::Env;

impl State {
    /// The value of a text of the model as seen from `key`: itself, or what its expression gives.
    ///
    /// # Errors
    /// In words, when the expression gives null because something was missing or failed. A null that
    /// was written is a value.
    pub fn text(
        &self,
        env: &Env<'_>,
        key: Key,
        text: &Text,
        now: Timestamp,
    ) -> Result<Value, Arc<str>> {
        let expr = match text {
            Text::Literal(literal) => return Ok(Value::String(Arc::clone(literal))),
            Text::Expression(expr) => expr,
        };
        let scope = VariableScope {
            state: self,
            program: env.program,
            slot: key.slot,
            overlay: &[],
        };
        let context = env.evaluation_context(expr, now);
        let evaluation = expr.feel.evaluate_in(&scope, &context);
        if matches!(evaluation.value, Value::Null) && !evaluation.warnings.is_empty() {
            let reasons = evaluation.warnings.iter();
            let reasons: String = reasons.map(|it| format!(": {}", it.message)).collect();
            return Err(format!("`{}` is null{reasons}", expr.feel.text()).into());
        }
        Ok(evaluation.value)
    }

    /// The variables that are visible from `key`, those of the innermost scope first. A name that an
    /// inner scope has hides the outer ones.
    #[must_use]
    pub fn visible(&self, program: &Program, key: Key) -> Variables {
        let mut seen: Vec<Symbol> = Vec::new();
        let mut visible = Variables::new();
        let mut current = self.live(key).map_or(NONE, |_| key.slot);
        while let Some(here) = self.slot(current) {
            for (symbol, value) in here.extra.iter().flat_map(|extra| &extra.locals) {
                if seen.contains(symbol) {
                    continue;
                }
                seen.push(*symbol);
                if let Some(name) = self.name(program, *symbol) {
                    visible.push((Arc::clone(name), value.clone()));
                }
            }
            if matches!(program.elements[here.element].kind, Kind::Process) {
                break;
            }
            current = here.parent;
        }
        visible
    }
}
