//! `for`, `some` and `every` (DMN 1.5, 10.3.2.14).

use reglament_source::Span;

use super::{Env, Machine};
use crate::syntax::{Domain, Loop};
use crate::temporal::Date;
use crate::value::{List, Range, Value};
use crate::warning::WarningKind;

/// What an iterator runs over. Ranges are never written out.
enum Items {
    List { list: List, next: usize },
    Numbers { next: i64, last: i64, done: bool },
    Dates { next: i64, last: i64, done: bool },
}

impl Iterator for Items {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        match self {
            Items::List { list, next } => {
                let item = list.get(*next).cloned();
                *next += 1;
                item
            }
            Items::Numbers { next, last, done } => step(next, *last, done).map(Value::from),
            Items::Dates { next, last, done } => step(next, *last, done)
                .and_then(Date::from_days)
                .map(Value::Date),
        }
    }
}

/// Gives `next` and goes one step towards `last`, which is the last one.
fn step(next: &mut i64, last: i64, done: &mut bool) -> Option<i64> {
    if *done {
        return None;
    }
    let current = *next;
    *done = current == last;
    *next = if last > current {
        current.saturating_add(1)
    } else {
        current.saturating_sub(1)
    };
    Some(current)
}

/// The items from one value to another; `None` unless both are whole numbers or both are dates.
fn span_of(start: &Value, end: &Value) -> Option<Items> {
    match (start, end) {
        (Value::Number(a), Value::Number(b)) => Some(Items::Numbers {
            next: a.to_i64()?,
            last: b.to_i64()?,
            done: false,
        }),
        (Value::Date(a), Value::Date(b)) => Some(Items::Dates {
            next: a.days(),
            last: b.days(),
            done: false,
        }),
        _ => None,
    }
}

/// The items of a range with brackets, which only runs forward.
fn range_of(range: &Range) -> Option<Items> {
    let mut items = span_of(&range.start, &range.end)?;
    if let Items::Numbers { next, last, done } | Items::Dates { next, last, done } = &mut items {
        *next += i64::from(!range.start_included);
        *last -= i64::from(!range.end_included);
        if next > last {
            if range.start_included && range.end_included {
                return None;
            }
            *done = true;
        }
    }
    Some(items)
}

/// Whether the loops go on: `None` when a domain cannot be iterated.
type Flow = Option<bool>;

/// What is done with every combination of iterated values; false ends the loops.
type Each<'a, 'm> = dyn FnMut(&mut Machine<'m>, &Env<'_>) -> bool + 'a;

impl<'m> Machine<'m> {
    #[inline(never)]
    pub(super) fn for_loop(&mut self, inner: &Loop, env: &Env<'_>) -> Value {
        let mut results = List::default();
        let span = inner.body.span;
        let flow = self.iterate(&inner.iterators, env, &mut |machine, env| {
            let slots = [Value::List(results.clone())];
            let value = machine.eval(&inner.body, &env.with(&slots)).into_owned();
            drop(slots);
            if results.is_shared() && !machine.charge(results.len(), span) {
                return false;
            }
            results.push(value);
            machine.check_size(results.len(), span) && machine.check_depth(results.depth(), span)
        });
        if flow.is_some() && !self.is_halted() {
            Value::List(results)
        } else {
            Value::Null
        }
    }

    #[inline(never)]
    pub(super) fn quantified(&mut self, every: bool, inner: &Loop, env: &Env<'_>) -> Value {
        let mut result = Value::Boolean(every);
        let flow = self.iterate(&inner.iterators, env, &mut |machine, env| {
            match &*machine.eval(&inner.body, env) {
                Value::Boolean(value) if *value != every => {
                    result = Value::Boolean(*value);
                    return false;
                }
                Value::Boolean(_) => {}
                other => {
                    if !other.is_null() {
                        let found = other.type_name();
                        machine.mismatch(inner.body.span, "boolean", found);
                    }
                    result = Value::Null;
                }
            }
            true
        });
        if flow.is_some() && !self.is_halted() {
            result
        } else {
            Value::Null
        }
    }

    fn iterate(&mut self, domains: &[Domain], env: &Env<'_>, each: &mut Each<'_, 'm>) -> Flow {
        let Some((domain, rest)) = domains.split_first() else {
            return Some(each(self, env));
        };
        let (items, span) = self.items(domain, env)?;
        for item in items {
            if !self.charge(1, span) {
                return Some(false);
            }
            let slots = [item];
            if !self.iterate(rest, &env.with(&slots), each)? {
                return Some(false);
            }
        }
        Some(true)
    }

    fn items(&mut self, domain: &Domain, env: &Env<'_>) -> Option<(Items, Span)> {
        match domain {
            Domain::Span(first, last) => {
                let start = self.eval(first, env);
                let end = self.eval(last, env);
                let span = first.span.cover(last.span);
                let items = span_of(&start, &end);
                if items.is_none() {
                    self.no_items(span, &start);
                }
                Some((items?, span))
            }
            Domain::Each(expr) => {
                let items = match &*self.eval(expr, env) {
                    Value::List(list) => Some(Items::List {
                        list: list.clone(),
                        next: 0,
                    }),
                    Value::Range(range) => range_of(range),
                    Value::Null => None,
                    single => Some(Items::List {
                        list: vec![single.clone()].into(),
                        next: 0,
                    }),
                };
                if items.is_none() {
                    self.no_items(expr.span, &Value::Null);
                }
                Some((items?, expr.span))
            }
        }
    }

    fn no_items(&mut self, span: Span, found: &Value) {
        self.warn(WarningKind::TypeMismatch, span, || {
            let found = found.type_name();
            format!("expected a list or a range of whole numbers or dates, found {found}")
        });
    }
}
