//! Functions as values.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use reglament_source::Span;

use super::Value;
use crate::builtin::Builtin;
use crate::evaluate::Machine;
use crate::expression::Expression;
use crate::limits::EvaluationContext;
use crate::scope::Scope;
use crate::syntax::FunctionBody;
use crate::warning::{Warning, WarningKind};

/// A function: a built-in, a closure written in FEEL, or one that the host provides.
///
/// # Source
/// DMN 1.5, 10.3.2.13.
#[derive(Clone)]
pub struct Function(pub(crate) FunctionKind);

#[derive(Clone)]
pub(crate) enum FunctionKind {
    Builtin(&'static Builtin),
    Closure(Arc<Closure>),
    Host(Arc<dyn HostFunction>),
}

/// A function body with the values that it uses from where it was written.
pub(crate) struct Closure {
    pub(crate) body: Arc<FunctionBody>,
    pub(crate) captured: Vec<Value>,
    pub(crate) depth: u32,
}

/// A function that the host of an expression provides, for example a business knowledge model.
pub trait HostFunction: Send + Sync {
    /// The name, for messages.
    fn name(&self) -> &str;

    /// The names of the parameters, for calls with named arguments; every call gives all of them.
    fn parameters(&self) -> &[Arc<str>];

    /// How deep the values are nested that the function holds; a bound for walks over values.
    fn depth(&self) -> u32 {
        0
    }

    /// Computes the result. Whatever is evaluated within counts against the limits of the caller
    /// when it goes through [`Call::evaluate`].
    fn call(&self, arguments: &[Value], call: &mut Call<'_, '_>) -> Value;
}

/// The evaluation that a [`HostFunction`] is called from.
pub struct Call<'c, 'm> {
    pub(crate) machine: &'c mut Machine<'m>,
}

impl Call<'_, '_> {
    /// Evaluates an expression as a part of the running evaluation: same clock, shared limits, one
    /// list of warnings.
    pub fn evaluate(&mut self, expression: &Expression, scope: &dyn Scope) -> Value {
        self.machine.run_nested(expression, scope)
    }

    /// Runs several evaluations as one: shared limits and one list of warnings.
    ///
    /// ```
    /// use reglament_feel::{Call, EvaluationContext, Expression, Names};
    /// let (expression, _) = Expression::parse("1 + x", &Names::none());
    /// let expression = expression.unwrap();
    /// let (value, warnings) =
    ///     Call::start(&EvaluationContext::default(), |call| call.evaluate(&expression, &()));
    /// assert!(value.is_null());
    /// assert_eq!(warnings[0].message, "variable `x` is missing");
    /// ```
    pub fn start<T>(
        context: &EvaluationContext,
        rule: impl FnOnce(&mut Call<'_, '_>) -> T,
    ) -> (T, Vec<Warning>) {
        let mut machine = Machine::new(context);
        let result = rule(&mut Call {
            machine: &mut machine,
        });
        (result, machine.into_warnings())
    }

    /// Takes the warnings recorded since the last time.
    pub fn take_warnings(&mut self) -> Vec<Warning> {
        self.machine.take_warnings()
    }

    /// Records a warning.
    pub fn warn(&mut self, kind: WarningKind, message: impl Into<String>) {
        self.machine.warn(kind, Span::default(), || message.into());
    }

    /// Counts work of the host, an item or a rule a step; false when the limit is reached.
    pub fn charge(&mut self, steps: usize) -> bool {
        self.machine.charge(steps, Span::default())
    }

    /// The operator `=`: `None` for values that cannot be compared.
    #[must_use]
    pub fn equal(&self, left: &Value, right: &Value) -> Option<bool> {
        crate::evaluate::equal(left, right, self.machine.now())
    }

    /// The order of two values; `None` for values that have none.
    #[must_use]
    pub fn order(&self, left: &Value, right: &Value) -> Option<Ordering> {
        crate::evaluate::order(left, right, self.machine.now())
    }

    /// Calls a function value with positional arguments.
    pub fn call(&mut self, function: &Function, arguments: Vec<Value>) -> Value {
        self.machine.call_nested(function, arguments)
    }
}

impl Function {
    /// A function that the host provides.
    #[must_use]
    pub fn host(function: Arc<dyn HostFunction>) -> Function {
        Function(FunctionKind::Host(function))
    }

    /// A built-in function by its name.
    #[must_use]
    pub fn builtin(name: &str) -> Option<Function> {
        crate::builtin::find(name).map(|builtin| Function(FunctionKind::Builtin(builtin)))
    }

    /// The names of the parameters; a built-in lists those of its first form.
    #[must_use]
    pub fn parameters(&self) -> Vec<Arc<str>> {
        match &self.0 {
            FunctionKind::Builtin(builtin) => builtin.first_parameters().map(Arc::from).collect(),
            FunctionKind::Closure(closure) => closure
                .body
                .parameters
                .iter()
                .map(|parameter| parameter.name.clone())
                .collect(),
            FunctionKind::Host(host) => host.parameters().to_vec(),
        }
    }

    pub(crate) fn depth(&self) -> u32 {
        match &self.0 {
            FunctionKind::Closure(closure) => closure.depth,
            FunctionKind::Host(host) => host.depth(),
            FunctionKind::Builtin(_) => 0,
        }
    }
}

impl PartialEq for Function {
    /// Functions are equal when they are the same function.
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (FunctionKind::Builtin(a), FunctionKind::Builtin(b)) => std::ptr::eq(*a, *b),
            (FunctionKind::Closure(a), FunctionKind::Closure(b)) => Arc::ptr_eq(a, b),
            (FunctionKind::Host(a), FunctionKind::Host(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Function {
    /// The name of a built-in; the source text of a closure.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            FunctionKind::Builtin(builtin) => f.write_str(builtin.name),
            FunctionKind::Closure(closure) => f.write_str(&closure.body.text),
            FunctionKind::Host(host) => f.write_str(host.name()),
        }
    }
}
