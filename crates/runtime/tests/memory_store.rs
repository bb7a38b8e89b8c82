//! The memory store passes what every store passes.

use reglament_runtime::store::MemoryStore;

reglament_runtime::store_suite!((MemoryStore::new(), ()));
