//! The embedded store passes what every store passes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use reglament_sqlite::SqliteStore;
use tempfile::TempDir;

/// A store in a folder that goes with it.
fn opened() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("cases.sqlite")).unwrap();
    (store, folder)
}

reglament_runtime::store_suite!(opened());
