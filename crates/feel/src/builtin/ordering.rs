//! Sorting by a function (DMN 1.5, 10.3.4.9).

use super::Arguments;
use crate::value::{Function, Value};

/// Sorts, stable; a function of the caller that contradicts itself does no harm.
pub(super) fn sort(arguments: &mut Arguments<'_, '_>) -> Value {
    let Some(list) = arguments.list(0) else {
        return Value::Null;
    };
    let Value::Function(precedes) = arguments.get(1) else {
        return arguments.mismatch(1, "function").unwrap_or_default();
    };
    let precedes = precedes.clone();
    merge_sort(list.to_vec(), &precedes, arguments).map_or(Value::Null, Value::from)
}

/// Merges runs of doubling length.
fn merge_sort(
    mut items: Vec<Value>,
    precedes: &Function,
    arguments: &mut Arguments<'_, '_>,
) -> Option<Vec<Value>> {
    let mut width = 1;
    while width < items.len() {
        let mut merged = Vec::with_capacity(items.len());
        for pair in items.chunks(width * 2) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, precedes, &mut merged, arguments)?;
        }
        items = merged;
        width *= 2;
    }
    Some(items)
}

fn merge(
    mut left: &[Value],
    mut right: &[Value],
    precedes: &Function,
    merged: &mut Vec<Value>,
    arguments: &mut Arguments<'_, '_>,
) -> Option<()> {
    while let (Some((a, left_rest)), Some((b, right_rest))) =
        (left.split_first(), right.split_first())
    {
        // The right item goes first only when it precedes, so equal items keep their order.
        let given = vec![b.clone(), a.clone()];
        match arguments.machine.call(precedes, given, arguments.span) {
            Value::Boolean(true) => {
                merged.push(b.clone());
                right = right_rest;
            }
            Value::Boolean(false) => {
                merged.push(a.clone());
                left = left_rest;
            }
            _ => return arguments.mismatch(1, "a function that gives a boolean"),
        }
    }
    merged.extend(left.iter().chain(right).cloned());
    Some(())
}
