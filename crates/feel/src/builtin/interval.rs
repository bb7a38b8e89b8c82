//! Relations of points and ranges (DMN 1.5, 10.3.4.11, after Allen's interval algebra).

use std::cmp::Ordering;

use super::Arguments;
use crate::evaluate::order;
use crate::temporal::DateTime;
use crate::value::{Comparison, Range, RangeForm, Value};

/// A range, or a point as the range from itself to itself.
struct Interval {
    start: Value,
    start_included: bool,
    end: Value,
    end_included: bool,
    point: bool,
}

impl Interval {
    fn new(value: &Value) -> Option<Interval> {
        match value {
            Value::Null | Value::List(_) | Value::Context(_) | Value::Function(_) => None,
            Value::Range(range) => Interval::of_range(range),
            point => Some(Interval {
                start: point.clone(),
                start_included: true,
                end: point.clone(),
                end_included: true,
                point: true,
            }),
        }
    }

    fn of_range(range: &Range) -> Option<Interval> {
        if range.form == RangeForm::Comparison(Comparison::NotEqual) {
            return None;
        }
        Some(Interval {
            start: range.start.clone(),
            start_included: range.start_included,
            end: range.end.clone(),
            end_included: range.end_included,
            point: false,
        })
    }
}

/// How two intervals lie to each other; `None` where their ends cannot be compared.
struct Pair {
    a: Interval,
    b: Interval,
    now: Option<DateTime>,
}

impl Pair {
    /// The order of two ends; a missing start is before, a missing end after everything.
    fn order(&self, x: (&Value, bool), y: (&Value, bool)) -> Option<Ordering> {
        let infinity = |end: (&Value, bool)| match end {
            (Value::Null, true) => 1,
            (Value::Null, false) => -1,
            _ => 0,
        };
        let (first, second) = (infinity(x), infinity(y));
        if first != 0 || second != 0 {
            Some(first.cmp(&second))
        } else {
            order(x.0, y.0, self.now)
        }
    }

    fn starts(&self) -> Option<Ordering> {
        self.order((&self.a.start, false), (&self.b.start, false))
    }

    fn ends(&self) -> Option<Ordering> {
        self.order((&self.a.end, true), (&self.b.end, true))
    }

    /// The end of the first against the start of the second.
    fn touch(&self) -> Option<Ordering> {
        self.order((&self.a.end, true), (&self.b.start, false))
    }

    fn before(&self) -> Option<bool> {
        let shared = self.a.end_included && self.b.start_included;
        self.touch()
            .map(|order| order.is_lt() || (order.is_eq() && !shared))
    }

    fn meets(&self) -> Option<bool> {
        let shared = self.a.end_included && self.b.start_included;
        self.touch().map(|order| order.is_eq() && shared)
    }

    /// Whether the first starts no later than the second.
    fn covers_start(&self) -> Option<bool> {
        let included = self.a.start_included || !self.b.start_included;
        self.starts()
            .map(|order| order.is_lt() || (order.is_eq() && included))
    }

    fn covers_end(&self) -> Option<bool> {
        let included = self.a.end_included || !self.b.end_included;
        self.ends()
            .map(|order| order.is_gt() || (order.is_eq() && included))
    }

    fn includes(&self) -> Option<bool> {
        Some(self.covers_start()? && self.covers_end()?)
    }

    fn same_start(&self) -> Option<bool> {
        let included = self.a.start_included == self.b.start_included;
        self.starts().map(|order| order.is_eq() && included)
    }

    fn same_end(&self) -> Option<bool> {
        let included = self.a.end_included == self.b.end_included;
        self.ends().map(|order| order.is_eq() && included)
    }

    fn starts_within(&self) -> Option<bool> {
        Some(self.same_start()? && self.swapped_covers_end()?)
    }

    fn finishes_within(&self) -> Option<bool> {
        Some(self.same_end()? && self.swapped_covers_start()?)
    }

    fn swapped_covers_end(&self) -> Option<bool> {
        let included = self.b.end_included || !self.a.end_included;
        self.ends()
            .map(|order| order.is_lt() || (order.is_eq() && included))
    }

    fn swapped_covers_start(&self) -> Option<bool> {
        let included = self.b.start_included || !self.a.start_included;
        self.starts()
            .map(|order| order.is_gt() || (order.is_eq() && included))
    }

    /// Whether the first starts before the second, they share something, and it ends within.
    fn overlaps_before(&self) -> Option<bool> {
        let starts = self.starts()?;
        let earlier =
            starts.is_lt() || (starts.is_eq() && self.a.start_included && !self.b.start_included);
        let touch = self.touch()?;
        let shared =
            touch.is_gt() || (touch.is_eq() && self.a.end_included && self.b.start_included);
        Some(earlier && shared && self.swapped_covers_end()?)
    }

    fn swap(self) -> Pair {
        Pair {
            a: self.b,
            b: self.a,
            now: self.now,
        }
    }
}

fn pair(arguments: &mut Arguments<'_, '_>) -> Option<Pair> {
    let now = arguments.machine.now();
    let side = |arguments: &mut Arguments<'_, '_>, index| match Interval::new(arguments.get(index))
    {
        Some(interval) => Some(interval),
        None => arguments.mismatch(index, "a point or a range"),
    };
    let a = side(arguments, 0)?;
    let b = side(arguments, 1)?;
    Some(Pair { a, b, now })
}

/// What the arguments of a relation may be.
#[derive(Clone, Copy, PartialEq)]
enum Sides {
    Any,
    Ranges,
    /// The second is a range.
    SecondRange,
    /// The first is a range.
    FirstRange,
}

fn relation(
    arguments: &mut Arguments<'_, '_>,
    sides: Sides,
    holds: impl FnOnce(Pair) -> Option<bool>,
) -> Value {
    let Some(pair) = pair(arguments) else {
        return Value::Null;
    };
    if pair.a.point && matches!(sides, Sides::Ranges | Sides::FirstRange) {
        return arguments.mismatch(0, "range").unwrap_or_default();
    }
    if pair.b.point && matches!(sides, Sides::Ranges | Sides::SecondRange) {
        return arguments.mismatch(1, "range").unwrap_or_default();
    }
    match holds(pair) {
        Some(result) => Value::Boolean(result),
        None => arguments
            .mismatch(1, "values to compare")
            .unwrap_or_default(),
    }
}

pub(super) fn before(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::Any, |pair| pair.before())
}

pub(super) fn after(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::Any, |pair| pair.swap().before())
}

pub(super) fn meets(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::Ranges, |pair| pair.meets())
}

pub(super) fn met_by(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::Ranges, |pair| pair.swap().meets())
}

pub(super) fn overlaps(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::Ranges, |pair| {
        let apart = pair.before()?;
        Some(!apart && !pair.swap().before()?)
    })
}

pub(super) fn overlaps_before(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::Ranges, |pair| pair.overlaps_before())
}

pub(super) fn overlaps_after(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::Ranges, overlaps_after_of)
}

/// Whether the first starts after the second, they share something, and it covers its end.
fn overlaps_after_of(pair: Pair) -> Option<bool> {
    let starts = pair.starts()?;
    let later =
        starts.is_gt() || (starts.is_eq() && pair.b.start_included && !pair.a.start_included);
    let touch = pair.order((&pair.b.end, true), (&pair.a.start, false))?;
    let shared = touch.is_gt() || (touch.is_eq() && pair.b.end_included && pair.a.start_included);
    Some(later && shared && pair.covers_end()?)
}

pub(super) fn finishes(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::SecondRange, |pair| pair.finishes_within())
}

pub(super) fn finished_by(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::FirstRange, |pair| {
        pair.swap().finishes_within()
    })
}

pub(super) fn includes(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::FirstRange, |pair| pair.includes())
}

pub(super) fn during(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::SecondRange, |pair| pair.swap().includes())
}

pub(super) fn starts(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::SecondRange, |pair| pair.starts_within())
}

pub(super) fn started_by(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::FirstRange, |pair| {
        pair.swap().starts_within()
    })
}

pub(super) fn coincides(arguments: &mut Arguments<'_, '_>) -> Value {
    relation(arguments, Sides::Any, |pair| {
        Some(pair.same_start()? && pair.same_end()?)
    })
}
