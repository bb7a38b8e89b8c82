//! The operations of one adapter, ready to be wrapped and registered.

use std::sync::Arc;

use crate::Handler;

/// Named handlers: what an adapter brings to a [`Registry`](crate::Registry).
#[derive(Clone, Default)]
pub struct Operations(Vec<(String, Arc<dyn Handler>)>);

impl Operations {
    /// None yet.
    #[must_use]
    pub fn new() -> Operations {
        Operations::default()
    }

    /// The same operations and one more.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, handler: impl Handler + 'static) -> Operations {
        self.0.push((name.into(), Arc::new(handler)));
        self
    }

    /// The same names, each handler wrapped: how resilience is put around an adapter.
    #[must_use]
    pub fn wrapped<W>(self, mut wrap: impl FnMut(Arc<dyn Handler>) -> W) -> Operations
    where
        W: Handler + 'static,
    {
        let wrapped = self.0.into_iter().map(|(name, handler)| {
            let handler: Arc<dyn Handler> = Arc::new(wrap(handler));
            (name, handler)
        });
        Operations(wrapped.collect())
    }

    /// The names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl IntoIterator for Operations {
    type Item = (String, Arc<dyn Handler>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
