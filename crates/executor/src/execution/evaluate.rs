//! Evaluating expressions against the variables of an element instance.

use std::sync::Arc;

use reglament_core::program::{Expr, Mapping, Target, Text};
use reglament_feel::{Symbol, Value};

use super::Execution;
use crate::command::Variables;
use crate::event::Event;
use crate::incident::IncidentKind;
use crate::sink::Sink;
use crate::state::{Key, VariableScope};

/// Why something could not be evaluated.
pub(crate) struct Failure {
    pub(crate) kind: IncidentKind,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(kind: IncidentKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}

/// The value of an expression and what was missing in it.
pub(crate) struct Evaluated {
    pub(crate) value: Value,
    /// The warnings in words; empty without warnings.
    pub(crate) warnings: String,
}

impl<S: Sink> Execution<'_, S> {
    /// The variables as seen from `slot` under `overlay`.
    fn scope<'a>(&'a self, slot: u32, overlay: &'a [(Symbol, Value)]) -> VariableScope<'a> {
        VariableScope {
            state: self.state,
            program: self.program,
            slot,
            overlay,
        }
    }

    /// Evaluates `expr` as seen from `slot` under `overlay`.
    pub(crate) fn evaluate(
        &self,
        slot: u32,
        overlay: &[(Symbol, Value)],
        expr: &Expr,
    ) -> Evaluated {
        let scope = self.scope(slot, overlay);
        let context = self.env.evaluation_context(expr, self.occasion.now);
        let evaluation = expr.feel.evaluate_in(&scope, &context);
        let warnings = match &*evaluation.warnings {
            [] => String::new(),
            warnings => warnings
                .iter()
                .map(|warning| warning.message.as_str())
                .collect::<Vec<_>>()
                .join("; "),
        };
        Evaluated {
            value: evaluation.value,
            warnings,
        }
    }

    /// Evaluates a condition.
    pub(crate) fn condition(
        &self,
        slot: u32,
        overlay: &[(Symbol, Value)],
        expr: &Expr,
    ) -> Result<bool, Failure> {
        let context = self.env.evaluation_context(expr, self.occasion.now);
        let scope = self.scope(slot, overlay);
        match expr.feel.is_true_in(&scope, &context) {
            Some(holds) => Ok(holds),
            None => Err(self.non_boolean(slot, overlay, expr)),
        }
    }

    /// What a condition is instead of true or false, and why.
    #[cold]
    fn non_boolean(&self, slot: u32, overlay: &[(Symbol, Value)], expr: &Expr) -> Failure {
        let Evaluated { value, warnings } = self.evaluate(slot, overlay, expr);
        let message = describe_non_boolean(expr, &value, &warnings);
        Failure::new(IncidentKind::ConditionNotBoolean, message)
    }

    /// Evaluates what must have a value: null because something is missing or failed is a failure, a
    /// null that was written is a value.
    pub(crate) fn required(
        &self,
        slot: u32,
        overlay: &[(Symbol, Value)],
        expr: &Expr,
        kind: IncidentKind,
    ) -> Result<Value, Failure> {
        let evaluated = self.evaluate(slot, overlay, expr);
        if matches!(evaluated.value, Value::Null) && !evaluated.warnings.is_empty() {
            let message = format!("`{}` is null: {}", expr.feel.text(), evaluated.warnings);
            return Err(Failure::new(kind, message));
        }
        Ok(evaluated.value)
    }

    /// The value of a text: itself, or what its expression gives.
    pub(crate) fn required_text(
        &self,
        slot: u32,
        overlay: &[(Symbol, Value)],
        text: &Text,
        kind: IncidentKind,
    ) -> Result<Value, Failure> {
        match text {
            Text::Literal(literal) => Ok(Value::String(Arc::clone(literal))),
            Text::Expression(expr) => self.required(slot, overlay, expr, kind),
        }
    }

    /// The value of a text as it is, null where it cannot be evaluated.
    pub(crate) fn text_value(&self, key: Key, text: &Text) -> Value {
        match text {
            Text::Literal(literal) => Value::String(Arc::clone(literal)),
            Text::Expression(expr) => self.evaluate(key.slot, &[], expr).value,
        }
    }

    /// A name: a string that is not empty.
    pub(crate) fn name(&self, slot: u32, text: &Text, what: &str) -> Result<Arc<str>, Failure> {
        match self.required_text(slot, &[], text, IncidentKind::CorrelationInvalid)? {
            Value::String(name) if !name.is_empty() => Ok(name),
            other => Err(Failure::new(
                IncidentKind::CorrelationInvalid,
                format!("expected the {what} to be a text, found {other}"),
            )),
        }
    }

    /// Evaluates mappings in order, each seeing the ones before it, onto `results`.
    pub(crate) fn map(
        &self,
        slot: u32,
        mappings: &[Mapping],
        results: &mut Vec<(Symbol, Value)>,
    ) -> Result<(), Failure> {
        for mapping in mappings {
            let value =
                self.required_text(slot, results, &mapping.source, IncidentKind::MappingFailed)?;
            let value = self.place(slot, results, &mapping.target, value);
            match results
                .iter_mut()
                .find(|(symbol, _)| *symbol == mapping.target.variable)
            {
                Some((_, place)) => *place = value,
                None => results.push((mapping.target.variable, value)),
            }
        }
        Ok(())
    }

    /// The whole value of the target's variable after `value` was put at its path.
    fn place(
        &self,
        slot: u32,
        results: &[(Symbol, Value)],
        target: &Target,
        value: Value,
    ) -> Value {
        if target.path.is_empty() {
            return value;
        }
        let known = results
            .iter()
            .find(|(symbol, _)| *symbol == target.variable)
            .map(|(_, value)| value)
            .or_else(|| {
                self.state
                    .lookup(self.program, slot, target.variable)
                    .map(|(_, it)| it)
            });
        put(known.cloned().unwrap_or(Value::Null), &target.path, value)
    }

    /// Symbols for named values; new names are declared.
    pub(crate) fn symbols(&mut self, variables: Variables) -> super::Step<Vec<(Symbol, Value)>> {
        let mut named = Vec::with_capacity(variables.len());
        for (name, value) in variables {
            let symbol = match self.state.symbol(self.program, &name) {
                Some(symbol) => symbol,
                None => {
                    self.emit(Event::NameDeclared {
                        name: Arc::clone(&name),
                    })?;
                    self.state
                        .symbol(self.program, &name)
                        .ok_or(crate::state::Broken("a name was declared and is unknown"))?
                }
            };
            named.push((symbol, value));
        }
        Ok(named)
    }

    /// Sets variables in the scope of `key` itself.
    pub(crate) fn set_locals(&mut self, key: Key, variables: Variables) -> super::Step {
        if variables.is_empty() {
            return Ok(());
        }
        let values = self.symbols(variables)?;
        self.set(key, values)
    }

    /// Sets a variable in the scope of `key` itself. The event is made only when it is kept.
    pub(crate) fn set_one(&mut self, key: Key, name: Symbol, value: Value) -> super::Step {
        self.touch();
        let scope = key;
        let kept = S::KEEPS.then(|| Event::VariableSet {
            scope,
            name,
            value: value.clone(),
        });
        self.state.write_variable(key, name, value)?;
        if let Some(event) = kept {
            self.keep(event);
        }
        Ok(())
    }

    /// Sets a variable in the nearest scope, from `slot` outwards, that has it; else in the process.
    pub(crate) fn merge_one(&mut self, slot: u32, name: Symbol, value: Value) -> super::Step {
        let key = self.key(self.home_of(slot, name))?;
        self.set_one(key, name, value)
    }

    /// Sets variables in the scope of `key` itself.
    pub(crate) fn set(&mut self, key: Key, values: Vec<(Symbol, Value)>) -> super::Step {
        if values.is_empty() {
            return Ok(());
        }
        self.touch();
        let kept = S::KEEPS.then(|| Event::VariablesSet {
            scope: key,
            values: values.clone().into_boxed_slice(),
        });
        self.state.write_variables(key, values)?;
        if let Some(event) = kept {
            self.keep(event);
        }
        Ok(())
    }

    /// Sets each variable in the nearest scope, from `slot` outwards, that has it; else in the process.
    pub(crate) fn merge(&mut self, slot: u32, values: Vec<(Symbol, Value)>) -> super::Step {
        let Some((first, _)) = values.first() else {
            return Ok(());
        };
        // Most often all of them go to one scope, and nothing has to be sorted out.
        let home = self.home_of(slot, *first);
        if values
            .iter()
            .all(|(symbol, _)| self.home_of(slot, *symbol) == home)
        {
            let key = self.key(home)?;
            return self.set(key, values);
        }
        let mut by_scope: Vec<(u32, Vec<(Symbol, Value)>)> = Vec::new();
        for (symbol, value) in values {
            let scope = self.home_of(slot, symbol);
            match by_scope.iter_mut().find(|(known, _)| *known == scope) {
                Some((_, values)) => values.push((symbol, value)),
                None => by_scope.push((scope, vec![(symbol, value)])),
            }
        }
        for (scope, values) in by_scope {
            let key = self.key(scope)?;
            self.set(key, values)?;
        }
        Ok(())
    }

    /// The nearest scope, from `slot` outwards, that has the variable; else the process.
    fn home_of(&self, slot: u32, symbol: Symbol) -> u32 {
        match self.state.lookup(self.program, slot, symbol) {
            Some((scope, _)) => scope,
            None => self.state.process_slot(self.program, slot),
        }
    }

    /// The local variables of `key` with their names: what its messages and signals carry.
    pub(crate) fn payload(&self, key: Key) -> Variables {
        let locals = self.state.extra(key.slot).map(|extra| &extra.locals);
        locals
            .into_iter()
            .flatten()
            .filter_map(|(symbol, value)| {
                let name = self.state.name(self.program, *symbol)?;
                Some((Arc::clone(name), value.clone()))
            })
            .collect()
    }
}

/// Puts `value` at `path` inside `whole`; what is not a context on the way is replaced by one.
fn put(whole: Value, path: &[Arc<str>], value: Value) -> Value {
    let Some((first, rest)) = path.split_first() else {
        return value;
    };
    let (context, inner) = match whole {
        Value::Context(context) => {
            let inner = context.get(first).cloned().unwrap_or(Value::Null);
            (context, inner)
        }
        _ => (reglament_feel::Context::default(), Value::Null),
    };
    {
        let mut context = context;
        context.set(Arc::clone(first), put(inner, rest, value));
        Value::Context(context)
    }
}

fn describe_non_boolean(expr: &Expr, value: &Value, warnings: &str) -> String {
    let text = expr.feel.text();
    if warnings.is_empty() {
        format!("condition `{text}` is {value}, expected true or false")
    } else {
        format!("condition `{text}` is {value}, expected true or false: {warnings}")
    }
}
