//! The memory store passes what every store passes, also behind a veil.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use reglament_runtime::store::MemoryStore;

reglament_runtime::store_suite!((MemoryStore::new(), ()));

mod veiled {
    //! Whoever asks through the veil gets what was written.

    use std::sync::Arc;

    use reglament_runtime::history::MasterKey;
    use reglament_runtime::store::{MemoryStore, VeiledStore};

    async fn opened() -> VeiledStore {
        let keys = MasterKey::from_secret(&[5; 32]);
        let opened = VeiledStore::open(Arc::new(MemoryStore::new()), &keys).await;
        opened.unwrap_or_else(|error| panic!("{error}"))
    }

    reglament_runtime::store_suite!((opened().await, ()));
}
