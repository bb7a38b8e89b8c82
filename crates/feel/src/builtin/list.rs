//! Functions on lists (DMN 1.5, 10.3.4.4; Camunda's list functions).

use std::collections::HashSet;
use std::sync::Arc;

use super::Arguments;
use crate::evaluate::{equal, in_list};
use crate::number::Number;
use crate::temporal::DateTime;
use crate::value::{Function, List, Value};

pub(super) fn list_contains(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(list) = arguments.list(0) else {
        return Value::Null;
    };
    let now = arguments.machine.now();
    let element = arguments.get(1);
    let found = list
        .iter()
        .any(|item| equal(item, element, now) == Some(true));
    Value::Boolean(found || (element.is_null() && in_list(element, &list, now)))
}

pub(super) fn count(arguments: &mut Arguments<'_, '_>) -> Value {
    let count = match arguments.get(0) {
        Value::List(list) => list.len(),
        Value::Null => return arguments.mismatch(0, "list").unwrap_or_default(),
        _ => 1,
    };
    (count as i64).into()
}

pub(super) fn is_empty(arguments: &mut Arguments<'_, '_>) -> Value {
    arguments
        .list(0)
        .map_or(Value::Null, |list| list.is_empty().into())
}

/// The whole position in an argument, without its fraction.
fn position(arguments: &mut Arguments<'_, '_>, index: usize) -> Option<i64> {
    let position = arguments.number(index)?;
    match position.truncated_i64() {
        Some(position) => Some(position),
        None => arguments.invalid(index, "a position in the list"),
    }
}

/// The index of a position counted from 1, or backward from -1.
fn index_of_position(position: i64, length: usize) -> Option<usize> {
    let index = if position > 0 {
        usize::try_from(position - 1).ok()?
    } else {
        length.checked_sub(usize::try_from(position.unsigned_abs()).ok()?)?
    };
    (index < length).then_some(index)
}

/// A list and the index that a position argument means within it.
fn list_and_index(arguments: &mut Arguments<'_, '_>) -> Option<(List, usize)> {
    let list = arguments.list(0)?;
    let position = position(arguments, 1)?;
    match index_of_position(position, list.len()) {
        Some(index) => Some((list, index)),
        None => arguments.invalid(1, "a position in the list"),
    }
}

pub(super) fn sublist(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some((list, start)) = list_and_index(arguments) else {
        return Value::Null;
    };
    let length = if arguments.has(2) {
        let Some(length) = position(arguments, 2) else {
            return Value::Null;
        };
        let length = usize::try_from(length)
            .ok()
            .filter(|length| start + length <= list.len());
        match length {
            Some(length) => length,
            None => {
                return arguments
                    .invalid(2, "a length within the list")
                    .unwrap_or_default();
            }
        }
    } else {
        list.len() - start
    };
    list.iter()
        .skip(start)
        .take(length)
        .cloned()
        .collect::<List>()
        .into()
}

pub(super) fn append(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(mut list) = arguments.list(0) else {
        return Value::Null;
    };
    for item in arguments.values.iter().skip(1) {
        list.push(item.clone().unwrap_or_default());
    }
    arguments.machine.list(list, arguments.span)
}

/// All arguments as lists.
fn lists(arguments: &mut Arguments<'_, '_>) -> Option<Vec<List>> {
    (0..arguments.values.len())
        .map(|index| arguments.list(index))
        .collect()
}

pub(super) fn concatenate(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(lists) = lists(arguments) else {
        return Value::Null;
    };
    let all: List = lists.iter().flat_map(|list| list.iter().cloned()).collect();
    arguments.machine.list(all, arguments.span)
}

pub(super) fn insert_before(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some((list, index)) = list_and_index(arguments) else {
        return Value::Null;
    };
    let mut items = list.to_vec();
    items.insert(index, arguments.get(2).clone());
    arguments.machine.list(List::new(items), arguments.span)
}

pub(super) fn remove(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some((list, index)) = list_and_index(arguments) else {
        return Value::Null;
    };
    let mut items = list.to_vec();
    items.remove(index);
    items.into()
}

pub(super) fn list_replace(arguments: &mut Arguments<'_, '_>) -> Value {
    if let Value::Function(function) = arguments.get(1) {
        let function = function.clone();
        return replace_matches(arguments, &function);
    }
    if arguments.values.len() < 3 {
        return Value::Null;
    }
    let Some((list, index)) = list_and_index(arguments) else {
        return Value::Null;
    };
    let mut items = list.to_vec();
    if let Some(item) = items.get_mut(index) {
        *item = arguments.get(2).clone();
    }
    arguments.machine.list(List::new(items), arguments.span)
}

fn replace_matches(arguments: &mut Arguments<'_, '_>, matches: &Function) -> Value {
    let Some(list) = arguments.list(0) else {
        return Value::Null;
    };
    let new_item = arguments.get(2).clone();
    let mut items = Vec::with_capacity(list.len());
    for item in list.iter() {
        let given = vec![item.clone(), new_item.clone()];
        match arguments.machine.call(matches, given, arguments.span) {
            Value::Boolean(true) => items.push(new_item.clone()),
            Value::Boolean(false) => items.push(item.clone()),
            _ => {
                return arguments
                    .mismatch(1, "a function that gives a boolean")
                    .unwrap_or_default();
            }
        }
    }
    arguments.machine.list(List::new(items), arguments.span)
}

pub(super) fn reverse(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(list) = arguments.list(0) else {
        return Value::Null;
    };
    list.iter().rev().cloned().collect::<List>().into()
}

pub(super) fn index_of(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(list) = arguments.list(0) else {
        return Value::Null;
    };
    let now = arguments.machine.now();
    let wanted = arguments.get(1);
    let found = (1i64..)
        .zip(list.iter())
        .filter(|(_, item)| equal(item, wanted, now) == Some(true))
        .map(|(position, _)| Value::from(position));
    found.collect::<List>().into()
}

/// What has been seen, found by hash where values have a simple identity.
#[derive(Default)]
struct Seen {
    numbers: HashSet<Number>,
    strings: HashSet<Arc<str>>,
    others: Vec<Value>,
}

impl Seen {
    /// Adds a value; false when an equal one was there. `None` when a limit is reached.
    fn insert(&mut self, value: &Value, arguments: &mut Arguments<'_, '_>) -> Option<bool> {
        let now: Option<DateTime> = arguments.machine.now();
        Some(match value {
            Value::Number(number) => self.numbers.insert(*number),
            Value::String(text) => self.strings.insert(text.clone()),
            other => {
                if !arguments.machine.charge(self.others.len(), arguments.span) {
                    return None;
                }
                let known = self
                    .others
                    .iter()
                    .any(|seen| equal(seen, other, now) == Some(true));
                if !known {
                    self.others.push(other.clone());
                }
                !known
            }
        })
    }
}

fn distinct(lists: &[List], arguments: &mut Arguments<'_, '_>) -> Value {
    let mut seen = Seen::default();
    let mut items = Vec::new();
    for item in lists.iter().flat_map(|list| list.iter()) {
        match seen.insert(item, arguments) {
            Some(true) => items.push(item.clone()),
            Some(false) => {}
            None => return Value::Null,
        }
    }
    items.into()
}

pub(super) fn union(arguments: &mut Arguments<'_, '_>) -> Value {
    lists(arguments).map_or(Value::Null, |lists| distinct(&lists, arguments))
}

pub(super) fn distinct_values(arguments: &mut Arguments<'_, '_>) -> Value {
    arguments
        .list(0)
        .map_or(Value::Null, |list| distinct(&[list], arguments))
}

pub(super) fn duplicate_values(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(list) = arguments.list(0) else {
        return Value::Null;
    };
    let mut seen = Seen::default();
    let mut reported = Seen::default();
    let mut items = Vec::new();
    for item in list.iter() {
        let fresh = match seen.insert(item, arguments) {
            Some(fresh) => fresh,
            None => return Value::Null,
        };
        if !fresh && reported.insert(item, arguments) == Some(true) {
            items.push(item.clone());
        }
    }
    items.into()
}

pub(super) fn flatten(arguments: &mut Arguments<'_, '_>) -> Value {
    fn collect(list: &[Value], items: &mut Vec<Value>, arguments: &mut Arguments<'_, '_>) -> bool {
        arguments.machine.charge(list.len(), arguments.span)
            && list.iter().all(|item| match item {
                Value::List(inner) => collect(inner, items, arguments),
                other => {
                    items.push(other.clone());
                    true
                }
            })
    }
    let Some(list) = arguments.list(0) else {
        return Value::Null;
    };
    let mut items = Vec::new();
    if !collect(&list, &mut items, arguments) {
        return Value::Null;
    }
    arguments.machine.list(List::new(items), arguments.span)
}

pub(super) fn partition(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(list) = arguments.list(0) else {
        return Value::Null;
    };
    let Some(size) = position(arguments, 1) else {
        return Value::Null;
    };
    match usize::try_from(size) {
        Ok(size) if size > 0 => list
            .chunks(size)
            .map(|part| Value::from(part.to_vec()))
            .collect::<List>()
            .into(),
        _ => arguments
            .invalid(1, "a size above zero")
            .unwrap_or_default(),
    }
}
