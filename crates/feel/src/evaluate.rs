//! The evaluator: walks the tree, borrows what it can, never fails.

mod arithmetic;
mod call;
mod compare;
mod fold;
mod iterate;
mod machine;
mod path;

use reglament_source::Span;

use crate::scope::{Scope, Variable};
use crate::syntax::{EntryName, Expr, Kind, Test, UnaryTests};
use crate::value::{Comparison, Context, List, Range, Value};
use crate::warning::WarningKind;

pub(crate) use compare::{equal, in_list, order};
pub(crate) use fold::{folded, literal_range};
pub(crate) use machine::Machine;

/// Where free variables are found.
pub(crate) struct Root<'r> {
    pub(crate) scope: &'r dyn Scope,
    pub(crate) variables: &'r [Variable],
}

/// A frame of local values in front of the frames around it.
pub(crate) struct Env<'e> {
    slots: &'e [Value],
    parent: Option<&'e Env<'e>>,
    root: &'e Root<'e>,
}

impl<'e> Env<'e> {
    fn top(root: &'e Root<'e>) -> Env<'e> {
        Env {
            slots: &[],
            parent: None,
            root,
        }
    }

    /// A frame in front of this one.
    fn with<'i>(&'i self, slots: &'i [Value]) -> Env<'i>
    where
        'e: 'i,
    {
        Env {
            slots,
            parent: Some(self),
            root: self.root,
        }
    }

    fn local(&'e self, depth: u32, slot: u32) -> Option<&'e Value> {
        let mut env = self;
        for _ in 0..depth {
            env = env.parent?;
        }
        env.slots.get(slot as usize)
    }
}

/// A value that is borrowed where it stands already.
pub(crate) enum Ref<'e> {
    Borrowed(&'e Value),
    Owned(Value),
}

impl Ref<'_> {
    #[inline]
    fn into_owned(self) -> Value {
        match self {
            Ref::Borrowed(value) => value.clone(),
            Ref::Owned(value) => value,
        }
    }
}

impl std::ops::Deref for Ref<'_> {
    type Target = Value;

    #[inline]
    fn deref(&self) -> &Value {
        match self {
            Ref::Borrowed(value) => value,
            Ref::Owned(value) => value,
        }
    }
}

static NULL: Value = Value::Null;

/// The value of an expression that stands somewhere already: nothing is computed and nothing warned
/// about.
#[inline]
fn standing<'e>(expr: &'e Expr, env: &'e Env<'e>) -> Option<&'e Value> {
    match &expr.kind {
        Kind::Constant(value) => Some(value),
        Kind::Local { depth, slot } => env.local(*depth, *slot),
        Kind::Variable { index, .. } => {
            let variable = env.root.variables.get(*index as usize)?;
            env.root.scope.get(variable)
        }
        Kind::Path(base, name) => standing_entry(base, name, env),
        _ => None,
    }
}

fn standing_entry<'e>(base: &'e Expr, name: &str, env: &'e Env<'e>) -> Option<&'e Value> {
    match standing(base, env)? {
        Value::Context(context) => context.get(name),
        _ => None,
    }
}

impl Machine<'_> {
    pub(crate) fn value<'e>(&mut self, expr: &'e Expr, env: &'e Env<'e>) -> Value {
        self.eval(expr, env).into_owned()
    }

    #[inline]
    pub(crate) fn eval<'e>(&mut self, expr: &'e Expr, env: &'e Env<'e>) -> Ref<'e> {
        match standing(expr, env) {
            Some(value) => Ref::Borrowed(value),
            None => self.computed(expr, env),
        }
    }

    fn computed<'e>(&mut self, expr: &'e Expr, env: &'e Env<'e>) -> Ref<'e> {
        if !self.enter(expr.span) {
            return Ref::Borrowed(&NULL);
        }
        let result = self.compound(expr, env);
        self.leave();
        result
    }

    #[inline]
    fn compound<'e>(&mut self, expr: &'e Expr, env: &'e Env<'e>) -> Ref<'e> {
        match &expr.kind {
            Kind::Variable { .. } => Ref::Owned(self.missing(expr, env)),
            Kind::Path(base, name) => match self.eval(base, env) {
                Ref::Borrowed(Value::Context(context)) => match context.get(name) {
                    Some(value) => Ref::Borrowed(value),
                    None => Ref::Owned(self.no_entry(name, expr.span)),
                },
                base => Ref::Owned(self.path(&base, name, expr.span)),
            },
            Kind::Compare(comparison, sides) => {
                Ref::Owned(self.comparison(*comparison, sides, expr.span, env).into())
            }
            Kind::And(operands) => Ref::Owned(self.junction(operands, false, env)),
            Kind::Or(operands) => Ref::Owned(self.junction(operands, true, env)),
            Kind::If(branches, otherwise) => self.conditional(branches, otherwise, env),
            Kind::Entry(entry) => self.entry(entry, env),
            Kind::Arithmetic(first, rest) => {
                Ref::Owned(self.arithmetic(first, rest, expr.span, env))
            }
            _ => Ref::Owned(self.structure(expr, env)),
        }
    }

    /// The kinds that always build a value.
    #[inline(never)]
    fn structure<'e>(&mut self, expr: &'e Expr, env: &'e Env<'e>) -> Value {
        match &expr.kind {
            Kind::Negate(operand) => {
                let operand = self.eval(operand, env);
                self.negate(&operand, expr.span)
            }
            Kind::Between(parts) => {
                let value = self.eval(&parts.0, env);
                let low = self.eval(&parts.1, env);
                let high = self.eval(&parts.2, env);
                self.between(&value, &low, &high, expr.span)
            }
            Kind::In(parts) => {
                let value = self.eval(&parts.0, env);
                self.any_test(&value, &parts.1, env)
            }
            Kind::For(inner) => self.for_loop(inner, env),
            Kind::Quantified { every, inner } => self.quantified(*every, inner, env),
            Kind::InstanceOf(parts) => {
                let value = self.eval(&parts.0, env);
                Value::Boolean(parts.1.contains(&value))
            }
            Kind::List(items) => {
                let values: Vec<Value> = items.iter().map(|item| self.value(item, env)).collect();
                self.list(List::new(values), expr.span)
            }
            Kind::Context(entries) => self.context(entries, expr.span, env),
            Kind::Range {
                start,
                start_included,
                end,
                end_included,
            } => {
                let start = self.value(start, env);
                let end = self.value(end, env);
                self.range(start, *start_included, end, *end_included, expr.span)
            }
            Kind::ComparisonRange(comparison, operand) => {
                Range::comparison(*comparison, self.value(operand, env)).into()
            }
            Kind::Filter(parts) => {
                let base = self.eval(&parts.0, env);
                self.filter(&base, &parts.1, env)
            }
            Kind::Builtin(call) => self.builtin(call, expr.span, env),
            Kind::Call(call) => self.function_call(call, expr.span, env),
            Kind::Function(body, captures) => self.closure(body, captures, env),
            Kind::Tests(tests) => self.tests(tests, env),
            _ => Value::Null,
        }
    }

    #[cold]
    fn missing(&mut self, expr: &Expr, env: &Env<'_>) -> Value {
        let Kind::Variable { index, builtin } = &expr.kind else {
            return Value::Null;
        };
        if let Some(builtin) = builtin {
            return builtin.value();
        }
        let name = env
            .root
            .variables
            .get(*index as usize)
            .map_or("", |variable| &*variable.name);
        self.warn(WarningKind::MissingVariable, expr.span, || {
            format!("variable `{name}` is missing")
        });
        Value::Null
    }

    /// Whether two operands compare so; `None` when they cannot be compared.
    #[inline]
    fn comparison<'e>(
        &mut self,
        comparison: Comparison,
        sides: &'e (Expr, Expr),
        span: Span,
        env: &'e Env<'e>,
    ) -> Option<bool> {
        let left = self.eval(&sides.0, env);
        let right = self.eval(&sides.1, env);
        self.compare(comparison, &left, &right, span)
    }

    /// The truth of an operand of `and`, `or` or `if`; what is no boolean counts as null.
    #[inline]
    pub(crate) fn truth<'e>(&mut self, expr: &'e Expr, env: &'e Env<'e>) -> Option<bool> {
        if let Kind::Compare(comparison, sides) = &expr.kind {
            if !self.enter(expr.span) {
                return None;
            }
            let result = self.comparison(*comparison, sides, expr.span, env);
            self.leave();
            return result;
        }
        match &*self.eval(expr, env) {
            Value::Boolean(value) => Some(*value),
            Value::Null => None,
            other => {
                let found = other.type_name();
                self.mismatch(expr.span, "boolean", found);
                None
            }
        }
    }

    /// Three-valued `and` (`decisive` false) or `or` (`decisive` true).
    fn junction<'e>(&mut self, operands: &'e [Expr], decisive: bool, env: &'e Env<'e>) -> Value {
        let mut unknown = false;
        for operand in operands {
            match self.truth(operand, env) {
                Some(value) if value == decisive => return Value::Boolean(decisive),
                Some(_) => {}
                None => unknown = true,
            }
        }
        if unknown {
            Value::Null
        } else {
            Value::Boolean(!decisive)
        }
    }

    fn conditional<'e>(
        &mut self,
        branches: &'e [(Expr, Expr)],
        otherwise: &'e Expr,
        env: &'e Env<'e>,
    ) -> Ref<'e> {
        for (condition, value) in branches {
            if self.truth(condition, env) == Some(true) {
                return self.eval(value, env);
            }
            if self.is_halted() {
                return Ref::Borrowed(&NULL);
            }
        }
        self.eval(otherwise, env)
    }

    /// A name within a filter.
    fn entry<'e>(&mut self, entry: &'e EntryName, env: &'e Env<'e>) -> Ref<'e> {
        for depth in &entry.filters {
            if let Some(item) = env.local(*depth, 0)
                && let Some(found) = path::entry_of(item, &entry.name)
            {
                return found;
            }
        }
        if let Kind::Variable {
            index,
            builtin: None,
        } = &entry.otherwise.kind
        {
            // An item without this entry is no reason to warn when other items have it.
            let variable = env.root.variables.get(*index as usize);
            let value = variable.and_then(|variable| env.root.scope.get(variable));
            return value.map_or(Ref::Borrowed(&NULL), Ref::Borrowed);
        }
        self.eval(&entry.otherwise, env)
    }

    fn context<'e>(
        &mut self,
        entries: &'e [(std::sync::Arc<str>, Expr)],
        span: Span,
        env: &'e Env<'e>,
    ) -> Value {
        let mut values: Vec<Value> = Vec::with_capacity(entries.len());
        for (_, expr) in entries {
            let inner = env.with(&values);
            let value = self.eval(expr, &inner).into_owned();
            values.push(value);
        }
        let context: Context = entries
            .iter()
            .map(|(key, _)| key.clone())
            .zip(values)
            .collect();
        if self.check_depth(context.depth(), span) {
            Value::Context(context)
        } else {
            Value::Null
        }
    }

    /// The list as a value, unless it is nested too deep or too long.
    pub(crate) fn list(&mut self, list: List, span: Span) -> Value {
        let fits = self.check_depth(list.depth(), span) && self.check_size(list.len(), span);
        if fits { Value::List(list) } else { Value::Null }
    }

    fn tests<'e>(&mut self, tests: &'e UnaryTests, env: &'e Env<'e>) -> Value {
        let input = self.eval(&tests.input, env);
        let result = self.any_test(&input, &tests.tests, env);
        match result {
            Value::Boolean(value) => Value::Boolean(value != tests.negated),
            other => other,
        }
    }

    /// Whether any of the tests holds for a value.
    fn any_test<'e>(&mut self, value: &Value, tests: &'e [Test], env: &'e Env<'e>) -> Value {
        let mut result = Value::Boolean(false);
        for test in tests {
            match self.test(value, test, env) {
                Value::Boolean(true) => return Value::Boolean(true),
                Value::Boolean(false) => {}
                _ => result = Value::Null,
            }
        }
        result
    }

    fn test<'e>(&mut self, value: &Value, test: &'e Test, env: &'e Env<'e>) -> Value {
        match test {
            Test::Compare(comparison, expr) => {
                let other = self.eval(expr, env);
                self.compare(*comparison, value, &other, expr.span).into()
            }
            Test::Value { expr, uses_input } => {
                let other = self.eval(expr, env);
                match (&*other, value) {
                    // A range that could not be made says nothing about the value.
                    (Value::Null, _) if matches!(expr.kind, Kind::Range { .. }) => Value::Null,
                    (Value::Boolean(found), _) if *uses_input => Value::Boolean(*found),
                    // A condition that does not mention its input, such as `count(rows) > 3`.
                    (Value::Boolean(true), value)
                        if !matches!(value, Value::Boolean(_) | Value::List(_)) =>
                    {
                        Value::Boolean(!matches!(expr.kind, Kind::Constant(_)))
                    }
                    (other, _) => self.is_in(value, other, expr.span),
                }
            }
        }
    }
}
