//! Opening files: settings, checks, connections.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reglament_runtime::store::StoreError;
use rusqlite::{Connection, OpenFlags};

use crate::error::{OpenError, from_sqlite};
use crate::lock::WriteLock;
use crate::pool::ReaderPool;
use crate::schema::{self, Found};
use crate::store::SqliteStore;
use crate::writer::WriterHandle;

/// How long a connection waits for another one before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// After how many pages of the write-ahead log they are moved into the file: 16 MiB.
const CHECKPOINT_PAGES: u32 = 4096;

/// How many statements a connection keeps prepared.
const STATEMENTS: usize = 128;

/// How thoroughly a file is checked when it is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Check {
    /// The header alone. For files that were checked elsewhere.
    Header,
    /// Every page is read and the structure of every table checked, not the agreement of tables with
    /// their indexes. Takes time in proportion to the file.
    #[default]
    Quick,
    /// The agreement of tables with their indexes as well; several times as long.
    Full,
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    check: Check,
    readers: usize,
    cache_kib: u32,
    max_bytes: Option<u64>,
    patience: Duration,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            check: Check::default(),
            readers: 4,
            cache_kib: 64 * 1024,
            max_bytes: None,
            patience: Duration::from_secs(1),
        }
    }
}

impl SqliteOptions {
    /// The settings that fit most: a quick check, four readers, 64 MiB of cache for the writer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How thoroughly the file is checked.
    #[must_use]
    pub fn check(mut self, check: Check) -> Self {
        self.check = check;
        self
    }

    /// How many connections read at the same time, at least one.
    #[must_use]
    pub fn readers(mut self, readers: usize) -> Self {
        self.readers = readers;
        self
    }

    /// The memory for pages that the writer keeps, in KiB.
    #[must_use]
    pub fn cache_kib(mut self, cache_kib: u32) -> Self {
        self.cache_kib = cache_kib;
        self
    }

    /// The size in bytes that the file does not grow beyond: further commits are refused as when the
    /// disk is full. The write-ahead log beside it is not counted.
    #[must_use]
    pub fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = Some(max_bytes);
        self
    }

    /// How long [`SqliteOptions::open`] waits, blocking, while another one writes to the file; a second
    /// without it. An engine whose last handle was dropped lets the file go a moment later.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Opens `file` for writing; it is made when it is not there.
    ///
    /// # Errors
    /// See [`OpenError`]: in particular when another process writes to it, when it is of a newer version,
    /// or damaged.
    pub fn open(&self, file: impl AsRef<Path>) -> Result<SqliteStore, OpenError> {
        let file = file.as_ref();
        let lock = WriteLock::take(file, self.patience)?;
        let mut db = connect(
            file,
            OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        if db.is_readonly("main").map_err(OpenError::from_sqlite)? {
            return Err(OpenError::Io {
                file: file.to_path_buf(),
                source: std::io::ErrorKind::PermissionDenied.into(),
            });
        }
        let found = schema::look(&db)?;
        if found != Found::Empty {
            self.examine(&db)?;
        }
        self.configure(&db).map_err(OpenError::from_sqlite)?;
        schema::migrate(&mut db, found)?;
        if found == Found::Empty {
            sync_folder(file)?;
        }
        let readers = ReaderPool::start(file, self.readers)?;
        let writer = WriterHandle::start(db, lock).map_err(|source| OpenError::Io {
            file: file.to_path_buf(),
            source,
        })?;
        Ok(SqliteStore::new(file.to_path_buf(), Some(writer), readers))
    }

    /// Opens `file` for reading, also while another process writes to it. Whatever would write is
    /// refused as unavailable.
    ///
    /// # Errors
    /// See [`OpenError`]: in particular when there is no such file.
    pub fn open_for_reading(&self, file: impl AsRef<Path>) -> Result<SqliteStore, OpenError> {
        let file = file.as_ref();
        if !file.exists() {
            return Err(OpenError::Missing(file.to_path_buf()));
        }
        let db = reader(file)?;
        match schema::look(&db)? {
            Found::Store(schema::VERSION) => {}
            Found::Store(found) => return Err(OpenError::Older { found }),
            Found::Empty => return Err(OpenError::Foreign),
        }
        self.examine(&db)?;
        drop(db);
        let readers = ReaderPool::start(file, self.readers)?;
        Ok(SqliteStore::new(file.to_path_buf(), None, readers))
    }

    fn examine(&self, db: &Connection) -> Result<(), OpenError> {
        let sql = match self.check {
            Check::Header => return Ok(()),
            Check::Quick => "PRAGMA quick_check(1)",
            Check::Full => "PRAGMA integrity_check(1)",
        };
        let found: String = db
            .query_row(sql, [], |row| row.get(0))
            .map_err(OpenError::from_sqlite)?;
        if found == "ok" {
            Ok(())
        } else {
            Err(OpenError::Damaged(found))
        }
    }

    fn configure(&self, db: &Connection) -> rusqlite::Result<()> {
        db.pragma_update(None, "journal_mode", "WAL")?;
        // With FULL every commit is synced before it returns. NORMAL would lose the last ones when the
        // power fails.
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        db.pragma_update(None, "secure_delete", "FAST")?;
        db.pragma_update(None, "cache_size", -i64::from(self.cache_kib))?;
        if let Some(bytes) = self.max_bytes {
            let page: u64 =
                db.pragma_query_value(None, "page_size", |row| row.get(0).map(i64::unsigned_abs))?;
            let pages = bytes / page.max(1);
            let pages = i64::try_from(pages).unwrap_or(i64::MAX);
            let _: i64 = db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| {
                row.get(0)
            })?;
        }
        Ok(())
    }
}

/// A connection that only reads.
pub(crate) fn reader(file: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = connect(file, flags)?;
    db.pragma_update(None, "query_only", true)
        .map_err(OpenError::from_sqlite)?;
    Ok(db)
}

fn connect(file: &Path, flags: OpenFlags) -> Result<Connection, OpenError> {
    let db = Connection::open_with_flags(file, flags).map_err(OpenError::from_sqlite)?;
    db.busy_timeout(BUSY_TIMEOUT)
        .map_err(OpenError::from_sqlite)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    // Damaged pages are noticed when they are read, not when they have done harm.
    db.pragma_update(None, "cell_size_check", true)
        .map_err(OpenError::from_sqlite)?;
    Ok(db)
}

/// A new file is there after a power failure only when its folder was synced.
pub(crate) fn sync_folder(file: &Path) -> Result<(), OpenError> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let sync = || File::open(&folder)?.sync_all();
    sync().map_err(|source| OpenError::Io {
        file: folder.clone(),
        source,
    })
}

/// Copies a store that may be in use into a new file.
pub(crate) fn back_up(from: &Path, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        let message = format!("there is a file {} already", to.display());
        return Err(StoreError::unavailable(message));
    }
    let unavailable =
        |error: OpenError| StoreError::unavailable("the backup cannot be made").caused_by(error);
    let source = reader(from).map_err(unavailable)?;
    let mut target = Connection::open(to).map_err(from_sqlite)?;
    let backup = rusqlite::backup::Backup::new(&source, &mut target).map_err(from_sqlite)?;
    // All pages in one step: one snapshot, however much is written meanwhile.
    backup.step(-1).map_err(from_sqlite)?;
    drop(backup);
    target.close().map_err(|(_, error)| from_sqlite(error))?;
    let sync = || File::open(to)?.sync_all();
    sync()
        .map_err(|error| StoreError::unavailable("the backup cannot be synced").caused_by(error))?;
    sync_folder(to).map_err(unavailable)
}
