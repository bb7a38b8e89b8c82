//! Lists.

use std::ops::Deref;
use std::sync::Arc;

use super::Value;

/// A list of values, shared when cloned. Dereferences to a slice.
///
/// # Source
/// DMN 1.5, 10.3.2.3.2.
#[derive(Clone, Debug, Default)]
pub struct List(Arc<Body>);

#[derive(Clone, Debug, Default)]
struct Body {
    items: Vec<Value>,
    /// One more than the deepest item; keeps every walk over a value within a bounded stack.
    depth: u32,
}

impl List {
    /// A list of the given values.
    #[must_use]
    pub fn new(items: Vec<Value>) -> List {
        let depth = items.iter().map(Value::depth).max().unwrap_or(0) + 1;
        List(Arc::new(Body { items, depth }))
    }

    pub(crate) fn depth(&self) -> u32 {
        self.0.depth.max(1)
    }

    /// Whether somebody else holds the list, so that adding to it copies it.
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Adds a value, in place when nobody else holds the list.
    pub(crate) fn push(&mut self, value: Value) {
        let body = Arc::make_mut(&mut self.0);
        body.depth = body.depth.max(value.depth() + 1);
        body.items.push(value);
    }
}

impl Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0.items
    }
}

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.items == other.0.items
    }
}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> Self {
        List::new(items)
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        List::new(items.into_iter().collect())
    }
}
