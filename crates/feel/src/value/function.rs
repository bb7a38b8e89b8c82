//! Functions as values.

use std::fmt;
use std::sync::Arc;

use super::Value;
use crate::builtin::Builtin;
use crate::evaluate::Machine;
use crate::expression::Expression;
use crate::scope::Scope;
use crate::syntax::FunctionBody;

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
            FunctionKind::Builtin(_) | FunctionKind::Host(_) => 0,
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
