//! Entries of contexts, properties of values, and filters (DMN 1.5, 10.3.2.5 and 10.3.2.12).

use reglament_source::Span;

use super::{Env, Machine, Ref};
use crate::number::Number;
use crate::syntax::Expr;
use crate::temporal::{DaysTimeDuration, Zone, ZoneKind};
use crate::value::{List, Range, RangeForm, Value};
use crate::warning::WarningKind;

impl Machine<'_> {
    pub(super) fn path(&mut self, base: &Value, name: &str, span: Span) -> Value {
        let found = match base {
            Value::Context(context) => context.get(name).cloned(),
            Value::List(list) => {
                if !self.charge(list.len(), span) {
                    return Value::Null;
                }
                let items = list
                    .iter()
                    .map(|item| entry_of(item, name).map_or(Value::Null, Ref::into_owned));
                return Value::List(items.collect::<List>());
            }
            other => property(other, name),
        };
        match found {
            Some(value) => value,
            None if base.is_null() => {
                self.warn(WarningKind::MissingEntry, span, || {
                    format!("expected a context with entry `{name}`, found null")
                });
                Value::Null
            }
            None => self.no_entry_of(base, name, span),
        }
    }

    fn no_entry_of(&mut self, base: &Value, name: &str, span: Span) -> Value {
        self.warn(WarningKind::MissingEntry, span, || {
            format!("a value of type {} has no entry `{name}`", base.type_name())
        });
        Value::Null
    }

    #[cold]
    pub(super) fn no_entry(&mut self, name: &str, span: Span) -> Value {
        self.warn(WarningKind::MissingEntry, span, || {
            format!("the context has no entry `{name}`")
        });
        Value::Null
    }

    pub(super) fn range(
        &mut self,
        start: Value,
        start_included: bool,
        end: Value,
        end_included: bool,
        span: Span,
    ) -> Value {
        let unbounded = (start.is_null() && !start_included) || (end.is_null() && !end_included);
        let known = !start.is_null() || !end.is_null();
        let comparable = super::order(&start, &end, self.now()).is_some() || (unbounded && known);
        if !comparable {
            let found = format!("{} and {}", start.type_name(), end.type_name());
            self.mismatch(span, "two ends that compare", &found);
            return Value::Null;
        }
        let form = RangeForm::Interval;
        let range = Range {
            form,
            start,
            start_included,
            end,
            end_included,
        };
        if self.check_depth(range.depth(), span) {
            range.into()
        } else {
            Value::Null
        }
    }

    /// `base[predicate]`: an item by position, or the items for which the predicate is true.
    pub(super) fn filter<'e>(
        &mut self,
        base: &Value,
        predicate: &'e Expr,
        env: &'e Env<'e>,
    ) -> Value {
        let single;
        let items = match base {
            Value::Null => return Value::Null,
            Value::List(list) => &**list,
            other => {
                single = [other.clone()];
                &single
            }
        };
        let Some((first, rest)) = items.split_first() else {
            let value = self.quietly(|machine| machine.matches(&Value::Null, predicate, env));
            return if matches!(value, Value::Number(_)) {
                Value::Null
            } else {
                Value::List(List::default())
            };
        };
        let mut kept = Vec::new();
        let found = self.matches(first, predicate, env);
        if let Value::Number(position) = found {
            return nth(items, position).cloned().unwrap_or_default();
        }
        if !self.keep(first, &found, &mut kept, predicate) {
            return Value::Null;
        }
        for item in rest {
            let found = self.matches(item, predicate, env);
            if self.is_halted() || !self.keep(item, &found, &mut kept, predicate) {
                return Value::Null;
            }
        }
        self.list(List::new(kept), predicate.span)
    }

    /// Keeps an item whose predicate is true; false when the predicate is no boolean.
    fn keep(&mut self, item: &Value, found: &Value, kept: &mut Vec<Value>, at: &Expr) -> bool {
        match found {
            Value::Boolean(true) => kept.push(item.clone()),
            Value::Boolean(false) | Value::Null => {}
            other => {
                self.mismatch(
                    at.span,
                    "a boolean or a number as filter",
                    other.type_name(),
                );
                return false;
            }
        }
        true
    }

    fn matches<'e>(&mut self, item: &Value, predicate: &'e Expr, env: &'e Env<'e>) -> Value {
        if !self.charge(1, predicate.span) {
            return Value::Null;
        }
        let slots = std::slice::from_ref(item);
        let inner = env.with(slots);
        self.eval(predicate, &inner).into_owned()
    }
}

/// The item at a position counted from 1, or from the end when negative.
pub(crate) fn nth(items: &[Value], position: Number) -> Option<&Value> {
    let position = position.to_i64()?;
    let index = if position > 0 {
        usize::try_from(position - 1).ok()?
    } else if position < 0 {
        items
            .len()
            .checked_sub(usize::try_from(position.unsigned_abs()).ok()?)?
    } else {
        return None;
    };
    items.get(index)
}

/// The entry or property of that name, if the value has one.
pub(super) fn entry_of<'v>(value: &'v Value, name: &str) -> Option<Ref<'v>> {
    match value {
        Value::Context(context) => context.get(name).map(Ref::Borrowed),
        Value::List(_) => None,
        other => property(other, name).map(Ref::Owned),
    }
}

fn property(value: &Value, name: &str) -> Option<Value> {
    let number = |value: i64| Some(Value::from(value));
    match value {
        Value::Date(date) => match name {
            "year" => number(date.year().into()),
            "month" => number(date.month().into()),
            "day" => number(date.day().into()),
            "weekday" => number(date.weekday().into()),
            _ => None,
        },
        Value::DateTime(value) => property(&Value::Date(value.date()), name).or_else(|| {
            if name == "time offset" {
                return Some(offset(value.offset()));
            }
            property(&Value::Time(value.time()), name)
        }),
        Value::Time(time) => match name {
            "hour" => number(time.hour().into()),
            "minute" => number(time.minute().into()),
            "second" => number(time.second().into()),
            "time offset" => Some(offset(time.zone().offset_at_local(time.seconds()))),
            "timezone" => Some(timezone(time.zone())),
            _ => None,
        },
        Value::DaysTimeDuration(duration) => {
            let (days, hours, minutes, seconds, nanos) = duration.components();
            match name {
                "days" => number(days),
                "hours" => number(hours),
                "minutes" => number(minutes),
                "seconds" if nanos != 0 => {
                    let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
                    Number::from_parts(total < 0, total.unsigned_abs(), -9, false)
                        .map(|number| Value::Number(number.normalized()))
                }
                "seconds" => number(seconds),
                _ => None,
            }
        }
        Value::YearsMonthsDuration(duration) => match name {
            "years" => number(duration.months() / 12),
            "months" => number(duration.months() % 12),
            _ => None,
        },
        Value::Range(range) => match name {
            "start" => Some(range.start.clone()),
            "end" => Some(range.end.clone()),
            "start included" => Some(range.start_included.into()),
            "end included" => Some(range.end_included.into()),
            _ => None,
        },
        _ => None,
    }
}

fn offset(seconds: Option<i32>) -> Value {
    seconds
        .and_then(|seconds| DaysTimeDuration::from_seconds(seconds.into()))
        .map_or(Value::Null, Value::from)
}

fn timezone(zone: Zone) -> Value {
    match zone.kind() {
        ZoneKind::Local => Value::Null,
        ZoneKind::Named(name) => name.into(),
        ZoneKind::Offset(_) => zone.to_string().into(),
    }
}
