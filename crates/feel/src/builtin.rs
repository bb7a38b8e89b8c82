//! The built-in functions (DMN 1.5, 10.3.4, and those that Camunda adds).

mod aggregate;
mod boolean;
mod context;
mod conversion;
mod interval;
mod list;
mod numeric;
mod ordering;
mod pattern;
mod string;
mod table;
mod temporal;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock};

use reglament_source::Span;

pub(crate) use conversion::at_literal;
pub(crate) use pattern::{Pattern, PatternError};

use crate::evaluate::Machine;
use crate::names::Names;
use crate::number::Number;
use crate::value::{Function, FunctionKind, List, Value};
use crate::warning::WarningKind;

/// A built-in function.
pub(crate) struct Builtin {
    pub(crate) name: &'static str,
    /// The parameters of each form, in order: `"string, start position, length?"`. A `?` marks an
    /// optional parameter, `...` one that takes all further arguments.
    forms: &'static [&'static str],
    run: Run,
    /// Whether a call of constants may be computed while parsing.
    pub(crate) foldable: bool,
    pub(crate) missing: Missing,
}

type Run = fn(&mut Arguments<'_, '_>) -> Value;

/// What it means for a function when its first argument is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Null, with a warning, as everywhere.
    Warns,
    /// Null without a warning.
    Tolerated,
    /// The function asks about it: the argument is whether the value is there.
    Asked,
}

impl std::fmt::Debug for Builtin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// The form of a call and the parameter that each argument goes to.
type Bound = (u8, Vec<usize>);

/// The parameters of a form with whether they are optional or take several arguments.
fn parameters(form: &'static str) -> impl Iterator<Item = (&'static str, bool, bool)> {
    form.split(", ")
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| {
            let several = parameter.ends_with("...");
            let name = parameter.trim_end_matches("...").trim_end_matches('?');
            (name, parameter.ends_with('?'), several)
        })
}

impl Builtin {
    /// The function as a value.
    pub(crate) fn value(&'static self) -> Value {
        Value::Function(Function(FunctionKind::Builtin(self)))
    }

    pub(crate) fn first_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.forms
            .first()
            .into_iter()
            .flat_map(|form| parameters(form))
            .map(|(name, ..)| name)
    }

    /// For messages: the function with its forms.
    pub(crate) fn describe(&self) -> String {
        let forms: Vec<String> = self
            .forms
            .iter()
            .map(|form| format!("`{}({form})`", self.name))
            .collect();
        forms.join(" or ")
    }

    pub(crate) fn bind_positional(&self, count: usize) -> Option<Bound> {
        let form = self.forms.iter().position(|form| {
            let least = parameters(form)
                .filter(|(_, optional, _)| !optional)
                .count();
            let several = parameters(form).any(|(.., several)| several);
            count >= least && (several || count <= parameters(form).count())
        })?;
        Some((u8::try_from(form).ok()?, (0..count).collect()))
    }

    pub(crate) fn bind_named(&self, names: &[Arc<str>]) -> Option<Bound> {
        self.forms.iter().enumerate().find_map(|(index, form)| {
            let complete = parameters(form).all(|(wanted, optional, _)| {
                optional || names.iter().any(|name| &**name == wanted)
            });
            let slots: Option<Vec<usize>> = names
                .iter()
                .map(|name| parameters(form).position(|(wanted, ..)| wanted == &**name))
                .collect();
            let mut slots = slots.filter(|_| complete)?;
            let order = slots.clone();
            slots.sort_unstable();
            slots.dedup();
            (slots.len() == order.len()).then_some((u8::try_from(index).ok()?, order))
        })
    }
}

static BY_NAME: LazyLock<HashMap<&'static str, &'static Builtin>> = LazyLock::new(|| {
    table::all()
        .map(|builtin| (builtin.name, builtin))
        .collect()
});

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let spaced = table::all()
        .map(|builtin| builtin.name)
        .filter(|name| name.contains(' '));
    Names::new(spaced.chain(["random number"]))
});

/// The built-in function of that name.
pub(crate) fn find(name: &str) -> Option<&'static Builtin> {
    BY_NAME.get(name).copied()
}

/// The names of built-in functions that hold spaces.
pub(crate) fn names() -> &'static Names {
    &NAMES
}

/// A call of a built-in function.
pub(crate) struct Arguments<'a, 'm> {
    pub(crate) machine: &'a mut Machine<'m>,
    pub(crate) builtin: &'static Builtin,
    pub(crate) form: u8,
    /// Whether the arguments were given by name.
    pub(crate) named: bool,
    /// In the order of the parameters; `None` where an optional one was left out.
    pub(crate) values: Vec<Option<Value>>,
    /// Where a compiled pattern is kept between evaluations.
    pub(crate) pattern: Option<&'a OnceLock<Arc<Pattern>>>,
    pub(crate) span: Span,
}

impl Arguments<'_, '_> {
    pub(crate) fn run(mut self) -> Value {
        (self.builtin.run)(&mut self)
    }

    fn name(&self, index: usize) -> &'static str {
        let form = self
            .builtin
            .forms
            .get(usize::from(self.form))
            .copied()
            .unwrap_or_default();
        let last = parameters(form).last().map_or("", |(name, ..)| name);
        parameters(form).nth(index).map_or(last, |(name, ..)| name)
    }

    /// Whether an argument was given, perhaps as null.
    fn has(&self, index: usize) -> bool {
        matches!(self.values.get(index), Some(Some(_)))
    }

    fn get(&self, index: usize) -> &Value {
        self.values
            .get(index)
            .and_then(Option::as_ref)
            .unwrap_or(&Value::Null)
    }

    /// Warns that an argument has the wrong type.
    fn mismatch<T>(&mut self, index: usize, expected: &str) -> Option<T> {
        let parameter = self.name(index);
        let function = self.builtin.name;
        let found = self.get(index).type_name();
        self.machine.warn(WarningKind::TypeMismatch, self.span, || {
            format!("expected {expected} for `{parameter}` of `{function}`, found {found}")
        });
        None
    }

    /// Warns that the function has no result for a value of the right type.
    fn invalid<T>(&mut self, index: usize, expected: &str) -> Option<T> {
        let parameter = self.name(index);
        let function = self.builtin.name;
        let found = self.get(index).to_string();
        self.machine
            .warn(WarningKind::InvalidArgument, self.span, || {
                let found: String = found.chars().take(80).collect();
                format!("expected {expected} for `{parameter}` of `{function}`, found {found}")
            });
        None
    }

    fn out_of_range(&mut self) -> Value {
        let function = self.builtin.name;
        self.machine.warn(WarningKind::OutOfRange, self.span, || {
            format!("the result of `{function}` is out of range")
        });
        Value::Null
    }

    /// An argument, or the only item of a list of one where a single value is wanted.
    fn single(&self, index: usize) -> &Value {
        match self.get(index) {
            Value::List(list) => match &**list {
                [only] => only,
                _ => self.get(index),
            },
            other => other,
        }
    }

    fn number(&mut self, index: usize) -> Option<Number> {
        match self.single(index) {
            Value::Number(number) => Some(*number),
            _ => self.mismatch(index, "number"),
        }
    }

    fn string(&mut self, index: usize) -> Option<Arc<str>> {
        match self.single(index) {
            Value::String(text) => Some(text.clone()),
            _ => self.mismatch(index, "string"),
        }
    }

    /// A list, or a list of the single value; null is no list.
    fn list(&mut self, index: usize) -> Option<List> {
        let list = match self.get(index) {
            Value::List(list) => list.clone(),
            Value::Null => return self.mismatch(index, "list"),
            single => List::new(vec![single.clone()]),
        };
        self.machine.charge(list.len(), self.span).then_some(list)
    }
}
