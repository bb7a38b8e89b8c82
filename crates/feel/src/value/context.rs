//! Contexts: named values in order.

use std::sync::Arc;

use super::Value;

/// Contexts with more entries than this get an index.
const INDEXED: usize = 16;

/// Named values in the order in which they were put, shared when cloned.
///
/// Equality does not depend on the order.
///
/// ```
/// use reglament_feel::{Context, Value};
/// let context: Context = [("a", 1.into()), ("b", "two".into())].into_iter().collect();
/// assert_eq!(context.get("b"), Some(&Value::from("two")));
/// ```
///
/// # Source
/// DMN 1.5, 10.3.2.3.3.
#[derive(Clone, Debug, Default)]
pub struct Context(Arc<Body>);

#[derive(Clone, Debug, Default)]
struct Body {
    entries: Vec<(Arc<str>, Value)>,
    /// Positions of the entries sorted by key; empty for a small context.
    index: Vec<u32>,
    depth: u32,
}

impl Body {
    fn position(&self, key: &str) -> Option<usize> {
        if self.entries.len() <= INDEXED {
            return self.entries.iter().position(|(name, _)| **name == *key);
        }
        let found = self
            .index
            .binary_search_by(|at| self.key(*at).cmp(key))
            .ok()?;
        self.index.get(found).map(|at| *at as usize)
    }

    fn key(&self, at: u32) -> &str {
        self.entries.get(at as usize).map_or("", |(name, _)| name)
    }

    fn set(&mut self, key: Arc<str>, value: Value) {
        self.depth = self.depth.max(value.depth());
        if let Some(entry) = self.position(&key).and_then(|at| self.entries.get_mut(at)) {
            entry.1 = value;
            return;
        }
        self.entries.push((key, value));
        let count = self.entries.len();
        if count == INDEXED + 1 {
            self.reindex();
        } else if count > INDEXED {
            let last = count as u32 - 1;
            let key = self.key(last);
            let at = self.index.partition_point(|at| self.key(*at) < key);
            self.index.insert(at, last);
        }
    }

    fn reindex(&mut self) {
        let mut index: Vec<u32> = (0..self.entries.len() as u32).collect();
        index.sort_by(|a, b| self.key(*a).cmp(self.key(*b)));
        self.index = index;
    }
}

impl Context {
    /// An empty context.
    #[must_use]
    pub fn new() -> Context {
        Context::default()
    }

    /// The value of an entry.
    #[inline]
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let at = self.0.position(key)?;
        self.0.entries.get(at).map(|(_, value)| value)
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.entries.is_empty()
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Value)> {
        self.0.entries.iter().map(|(key, value)| (key, value))
    }

    /// Puts a value under a name; an entry of that name keeps its place and gets the value.
    ///
    /// Other holders of the same context are not affected.
    pub fn set(&mut self, key: impl Into<Arc<str>>, value: impl Into<Value>) {
        Arc::make_mut(&mut self.0).set(key.into(), value.into());
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.0.position(key)?;
        let body = Arc::make_mut(&mut self.0);
        let (_, value) = body.entries.remove(at);
        if body.entries.len() > INDEXED {
            body.reindex();
        } else {
            body.index.clear();
        }
        Some(value)
    }

    pub(crate) fn depth(&self) -> u32 {
        self.0.depth + 1
    }
}

impl PartialEq for Context {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.len() == other.len()
                && self
                    .iter()
                    .all(|(key, value)| other.get(key) == Some(value)))
    }
}

impl<K: Into<Arc<str>>> FromIterator<(K, Value)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        let mut context = Context::new();
        let body = Arc::make_mut(&mut context.0);
        for (key, value) in entries {
            body.set(key.into(), value);
        }
        context
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_contexts_are_found_by_index_and_keep_their_order() {
        let mut context: Context = (0..100)
            .rev()
            .map(|i| (format!("k{i}"), Value::from(i)))
            .collect();
        context.set("k7", 70);
        assert_eq!(context.remove("k50"), Some(Value::from(50)));
        assert_eq!(context.get("k7"), Some(&Value::from(70)));
        assert_eq!(context.get("k50"), None);
        assert_eq!(context.get("k99"), Some(&Value::from(99)));
        assert_eq!(context.iter().next().unwrap().0.as_ref(), "k99");
    }
}
