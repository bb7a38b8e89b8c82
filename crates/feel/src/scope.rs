//! Where the variables of an expression come from.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::sync::Arc;

use crate::value::{Context, Value};

/// A number that a host gives to a name, so that looking it up needs no comparison of strings.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Symbol(pub u32);

impl Symbol {
    /// The symbol of a variable that no host has bound.
    pub const UNBOUND: Symbol = Symbol(u32::MAX);
}

/// A free variable of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name, with single spaces.
    pub name: Arc<str>,
    /// The symbol that [`Expression::bind`](crate::Expression::bind) gave it.
    pub symbol: Symbol,
}

/// Gives the values of variables. The evaluator borrows them, so nothing is copied to evaluate.
///
/// Implemented for [`Context`], maps, and `()` as the empty scope.
pub trait Scope {
    /// The value of a variable, `None` when there is no such variable.
    fn get(&self, variable: &Variable) -> Option<&Value>;
}

impl Scope for () {
    fn get(&self, _variable: &Variable) -> Option<&Value> {
        None
    }
}

impl Scope for Context {
    fn get(&self, variable: &Variable) -> Option<&Value> {
        Context::get(self, &variable.name)
    }
}

impl Scope for BTreeMap<String, Value> {
    fn get(&self, variable: &Variable) -> Option<&Value> {
        BTreeMap::get(self, &*variable.name)
    }
}

impl<H: BuildHasher> Scope for HashMap<String, Value, H> {
    fn get(&self, variable: &Variable) -> Option<&Value> {
        HashMap::get(self, &*variable.name)
    }
}

impl<S: Scope + ?Sized> Scope for &S {
    fn get(&self, variable: &Variable) -> Option<&Value> {
        (**self).get(variable)
    }
}

/// A scope with the input value `?` of unary tests in front of another scope.
///
/// # Source
/// DMN 1.5, 10.3.1.2, rule 7.
#[derive(Clone, Copy)]
pub struct InputScope<'s> {
    /// The value of `?`.
    pub input: &'s Value,
    /// Where all other variables are.
    pub outer: &'s dyn Scope,
}

impl Scope for InputScope<'_> {
    fn get(&self, variable: &Variable) -> Option<&Value> {
        if &*variable.name == "?" {
            Some(self.input)
        } else {
            self.outer.get(variable)
        }
    }
}
