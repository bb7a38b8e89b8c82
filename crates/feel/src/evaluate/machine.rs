//! The state of one evaluation: what is left of its limits, and its warnings.

use std::sync::Arc;

use reglament_source::Span;

use super::Env;
use crate::builtin::{Pattern, PatternError};
use crate::expression::Expression;
use crate::limits::EvaluationContext;
use crate::scope::Scope;
use crate::temporal::DateTime;
use crate::value::{Function, Value};
use crate::warning::{Warning, WarningKind};

/// Warnings beyond this many are dropped, so that a loop cannot fill the memory with them.
const WARNINGS: usize = 100;

/// How deep values are nested at most: less than the 128 levels that JSON readers take.
pub(crate) const VALUE_DEPTH: u32 = 100;

/// The state of one evaluation.
pub(crate) struct Machine<'m> {
    pub(crate) context: &'m EvaluationContext,
    warnings: Vec<Warning>,
    steps: u64,
    depth: u32,
    halted: bool,
    quiet: u32,
    /// The patterns compiled so far, so that a loop compiles its pattern once.
    patterns: Vec<Compiled>,
}

/// A pattern with its flags, and what compiling them gave.
type Compiled = (Arc<str>, Arc<str>, Result<Arc<Pattern>, PatternError>);

/// How many compiled patterns are kept.
const PATTERNS: usize = 8;

impl<'m> Machine<'m> {
    pub(crate) fn new(context: &'m EvaluationContext) -> Self {
        let steps = context.limits.steps;
        Machine {
            context,
            warnings: Vec::new(),
            steps,
            depth: 0,
            halted: false,
            quiet: 0,
            patterns: Vec::new(),
        }
    }

    pub(crate) fn run(&mut self, expression: &Expression, scope: &dyn Scope) -> Value {
        let root = expression.root_in(scope);
        let env = Env::top(&root);
        let mut value = self.value(expression.root(), &env);
        if self.halted {
            value = Value::Null;
        }
        value
    }

    pub(crate) fn run_condition(
        &mut self,
        expression: &Expression,
        scope: &dyn Scope,
    ) -> Option<bool> {
        let root = expression.root_in(scope);
        let truth = self.truth(expression.root(), &Env::top(&root));
        truth.filter(|_| !self.halted)
    }

    /// Evaluates on behalf of a host function.
    pub(crate) fn run_nested(&mut self, expression: &Expression, scope: &dyn Scope) -> Value {
        if !self.enter(Span::default()) {
            return Value::Null;
        }
        let value = self.run(expression, scope);
        self.leave();
        value
    }

    pub(crate) fn call_nested(&mut self, function: &Function, arguments: Vec<Value>) -> Value {
        self.call(function, arguments, Span::default())
    }

    pub(crate) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }

    pub(crate) fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    pub(crate) fn is_halted(&self) -> bool {
        self.halted
    }

    pub(crate) fn now(&self) -> Option<DateTime> {
        self.context.now
    }

    /// Goes one level deeper; false when a limit is reached.
    #[inline]
    pub(super) fn enter(&mut self, span: Span) -> bool {
        if self.steps == 0 || self.depth >= self.context.limits.depth || self.halted {
            self.exhausted(span);
            return false;
        }
        self.steps -= 1;
        self.depth += 1;
        true
    }

    #[inline]
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    #[cold]
    fn exhausted(&mut self, span: Span) {
        if self.steps == 0 {
            self.halt(span, "steps", self.context.limits.steps);
        } else {
            self.halt(
                span,
                "levels of nesting",
                u64::from(self.context.limits.depth),
            );
        }
    }

    #[cold]
    pub(crate) fn halt(&mut self, span: Span, what: &str, limit: u64) {
        if !self.halted {
            self.halted = true;
            let message = format!("more than {limit} {what}: the evaluation was ended");
            self.warnings.push(Warning {
                kind: WarningKind::LimitReached,
                message,
                span,
            });
        }
    }

    /// Counts work; false when the limit of steps is reached.
    pub(crate) fn charge(&mut self, steps: usize, span: Span) -> bool {
        self.steps = self.steps.saturating_sub(steps as u64);
        if self.steps == 0 || self.halted {
            self.exhausted(span);
            return false;
        }
        true
    }

    /// Counts the work on a text of that many bytes.
    pub(crate) fn charge_text(&mut self, bytes: usize, span: Span) -> bool {
        self.charge(bytes / 64, span)
    }

    pub(crate) fn check_depth(&mut self, depth: u32, span: Span) -> bool {
        let limit = self.context.limits.depth.min(VALUE_DEPTH);
        if depth > limit {
            self.halt(span, "levels of nested values", u64::from(limit));
        }
        depth <= limit
    }

    pub(crate) fn check_size(&mut self, size: usize, span: Span) -> bool {
        let limit = self.context.limits.result_size;
        if size > limit {
            self.halt(span, "items or bytes in a result", limit as u64);
        }
        size <= limit
    }

    #[cold]
    pub(crate) fn warn(&mut self, kind: WarningKind, span: Span, message: impl FnOnce() -> String) {
        // Once a limit is reached everything is null, which needs no further words.
        if self.quiet == 0 && !self.halted && self.warnings.len() < WARNINGS {
            let message = message();
            self.warnings.push(Warning {
                kind,
                message,
                span,
            });
        }
    }

    pub(crate) fn mismatch(&mut self, span: Span, expected: &str, found: &str) {
        self.warn(WarningKind::TypeMismatch, span, || {
            format!("expected {expected}, found {found}")
        });
    }

    /// Runs without recording warnings.
    pub(crate) fn quietly<T>(&mut self, rule: impl FnOnce(&mut Self) -> T) -> T {
        self.quiet += 1;
        let result = rule(self);
        self.quiet -= 1;
        result
    }

    /// A compiled pattern.
    pub(crate) fn pattern(
        &mut self,
        source: &Arc<str>,
        flags: &Arc<str>,
    ) -> Result<Arc<Pattern>, PatternError> {
        let known = self
            .patterns
            .iter()
            .find(|(s, f, _)| s == source && f == flags);
        if let Some((.., compiled)) = known {
            return compiled.clone();
        }
        let compiled = Pattern::new(source, flags, self.context.limits.regex_size).map(Arc::new);
        if self.patterns.len() == PATTERNS {
            drop(self.patterns.remove(0));
        }
        self.patterns
            .push((source.clone(), flags.clone(), compiled.clone()));
        compiled
    }

    /// A string as a value, unless it is too long.
    pub(crate) fn text(&mut self, text: String, span: Span) -> Value {
        let fits = self.charge_text(text.len(), span) && self.check_size(text.len(), span);
        if fits { Value::from(text) } else { Value::Null }
    }
}
