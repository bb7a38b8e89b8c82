//! The store of an engine, and how it is let go.
//!
//! Everything in an engine that uses the store holds a lease for as long as it does. A shutdown takes the
//! store away from those who come later and waits until the last lease has ended, so that a file can be
//! opened again at once.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::store::Store;

/// The right to use the store.
pub(super) struct Lease {
    pub(super) store: Arc<dyn Store>,
    /// Dropped after the store: whoever waits for the release is woken then.
    _held: watch::Sender<()>,
}

/// Gives leases until the store is released.
pub(super) struct StoreSlot {
    lease: Mutex<Option<Arc<Lease>>>,
    released: watch::Receiver<()>,
}

impl StoreSlot {
    /// A slot that gives leases of `store`, and the first of them.
    pub(super) fn new(store: Arc<dyn Store>) -> (Self, Arc<Lease>) {
        let (held, released) = watch::channel(());
        let lease = Arc::new(Lease { store, _held: held });
        let slot = Self {
            lease: Mutex::new(Some(Arc::clone(&lease))),
            released,
        };
        (slot, lease)
    }

    /// A lease; none when the store was released.
    pub(super) fn lease(&self) -> Option<Arc<Lease>> {
        let lease = self.lease.lock().unwrap_or_else(PoisonError::into_inner);
        lease.clone()
    }

    /// Gives no further lease and waits until the last one has ended.
    pub(super) async fn release(&self) {
        let lease = self
            .lease
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(lease);
        let mut released = self.released.clone();
        // Nobody ever sends: it ends when the sender is gone, and the store with it.
        while released.changed().await.is_ok() {}
    }
}
