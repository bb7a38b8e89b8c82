//! The schema of the file, its version, and how older versions are brought forward.
//!
//! # The form of the file
//! A SQLite 3 database with `application_id` 0x52474C4D (`RGLM`) and the version of the schema in
//! `user_version`. Every table is `STRICT`. Instants are microseconds since 1970-01-01T00:00:00Z; element
//! instances are the 64 bits of their key; names that come from models and digests stand once in `name`
//! and `digest` and are referred to by number, which keeps rows short.
//!
//! A migration goes forward only, inside the transaction that raises the version. A file of a newer
//! version is refused: what this program does not know it must not damage.

use rusqlite::Connection;

use crate::error::{OpenError, from_sqlite};

/// `RGLM`, in the header of every file.
pub(crate) const APPLICATION_ID: i32 = 0x5247_4C4D;

/// The version that this program writes: the number of [`MIGRATIONS`].
pub(crate) const VERSION: i32 = 1;

/// Each brings a file from its position in this list to the next version.
const MIGRATIONS: [&str; 1] = [VERSION_1];

const VERSION_1: &str = "
CREATE TABLE store (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    fence INTEGER NOT NULL,
    newest INTEGER NOT NULL,
    instances INTEGER NOT NULL,
    numbers INTEGER NOT NULL
) STRICT;
INSERT INTO store VALUES (1, 0, 0, 0, 0);

CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE digest (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL UNIQUE) STRICT;

CREATE TABLE slot (
    instance INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    due INTEGER,
    erased INTEGER NOT NULL,
    hash BLOB NOT NULL,
    checksum BLOB,
    state BLOB
) STRICT;
CREATE INDEX slot_due ON slot (due, instance) WHERE due IS NOT NULL;

CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    instance INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    hash BLOB NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_of ON event (instance, seq);

CREATE TABLE instance (
    instance INTEGER PRIMARY KEY,
    definition INTEGER NOT NULL,
    process INTEGER NOT NULL,
    status INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    business_key TEXT,
    label TEXT,
    filed TEXT,
    service INTEGER,
    channel INTEGER,
    step INTEGER,
    performer INTEGER,
    term_due INTEGER,
    incidents INTEGER NOT NULL
) STRICT;
CREATE INDEX instance_key ON instance (business_key, instance) WHERE business_key IS NOT NULL;
CREATE INDEX instance_ended ON instance (ended_at, instance) WHERE ended_at IS NOT NULL;
CREATE INDEX instance_troubled ON instance (instance) WHERE incidents > 0;

CREATE TABLE job (
    instance INTEGER NOT NULL,
    key INTEGER NOT NULL,
    kind TEXT NOT NULL,
    element INTEGER NOT NULL,
    process INTEGER NOT NULL,
    definition INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    available_at INTEGER,
    worker TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (instance, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_ready ON job (kind, available_at, instance, key) WHERE available_at IS NOT NULL;

CREATE TABLE task (
    instance INTEGER NOT NULL,
    key INTEGER NOT NULL,
    element INTEGER NOT NULL,
    name INTEGER,
    process INTEGER NOT NULL,
    definition INTEGER NOT NULL,
    assignee TEXT,
    owner TEXT,
    due INTEGER,
    follow_up INTEGER,
    created_at INTEGER NOT NULL,
    form TEXT,
    suspended INTEGER NOT NULL,
    PRIMARY KEY (instance, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_order ON task (ifnull(due, 253402300799999999), instance, key);
CREATE INDEX task_assignee ON task (assignee) WHERE assignee IS NOT NULL;
CREATE TABLE candidate (
    instance INTEGER NOT NULL,
    key INTEGER NOT NULL,
    is_group INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (instance, key, is_group, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX candidate_name ON candidate (name, is_group);

CREATE TABLE subscription (
    number INTEGER PRIMARY KEY,
    instance INTEGER NOT NULL,
    key INTEGER NOT NULL,
    arm INTEGER NOT NULL,
    is_signal INTEGER NOT NULL,
    name TEXT NOT NULL,
    correlation_key TEXT,
    definition INTEGER NOT NULL,
    element INTEGER NOT NULL,
    process INTEGER NOT NULL,
    served INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX subscription_of ON subscription (instance, key, arm);
CREATE INDEX subscription_message ON subscription (name, correlation_key) WHERE is_signal = 0;
CREATE INDEX subscription_element ON subscription (definition, element) WHERE is_signal = 0;
CREATE INDEX subscription_signal ON subscription (name) WHERE is_signal = 1;

CREATE TABLE incident (
    instance INTEGER NOT NULL,
    key INTEGER NOT NULL,
    element INTEGER NOT NULL,
    process INTEGER NOT NULL,
    definition INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    message TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (instance, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE term (
    instance INTEGER NOT NULL,
    key INTEGER NOT NULL,
    element INTEGER NOT NULL,
    process INTEGER NOT NULL,
    literal INTEGER NOT NULL,
    due INTEGER,
    suspended INTEGER NOT NULL,
    PRIMARY KEY (instance, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX term_order ON term (ifnull(due, 253402300799999999), instance, key);

CREATE TABLE message (
    number INTEGER PRIMARY KEY,
    routed INTEGER NOT NULL,
    name TEXT NOT NULL,
    correlation_key TEXT,
    sender INTEGER,
    sender_element INTEGER,
    target_definition INTEGER,
    target_element INTEGER,
    partner INTEGER,
    expires INTEGER,
    published_at INTEGER NOT NULL,
    freight INTEGER NOT NULL,
    signal_until INTEGER,
    signal_done INTEGER,
    start_definition INTEGER,
    start_at INTEGER,
    start_event INTEGER,
    payload BLOB NOT NULL
) STRICT;
CREATE INDEX message_unrouted ON message (number) WHERE routed = 0;
CREATE INDEX message_named ON message (name, correlation_key)
    WHERE routed = 1 AND target_element IS NULL;
CREATE INDEX message_at ON message (target_definition, target_element)
    WHERE routed = 1 AND target_element IS NOT NULL;
CREATE INDEX message_partner ON message (partner) WHERE routed = 1 AND partner IS NOT NULL;
CREATE INDEX message_expires ON message (expires) WHERE routed = 1 AND expires IS NOT NULL;

CREATE TABLE answer (
    key TEXT PRIMARY KEY,
    command BLOB NOT NULL,
    answer BLOB NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_expires ON answer (expires);

CREATE TABLE conversation (
    instance INTEGER NOT NULL,
    process TEXT NOT NULL,
    partner INTEGER NOT NULL,
    PRIMARY KEY (instance, process)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_partner ON conversation (partner);

CREATE TABLE definition (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    resource TEXT NOT NULL,
    kind TEXT NOT NULL,
    source BLOB NOT NULL,
    strings BLOB NOT NULL,
    deployment INTEGER NOT NULL,
    deployed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE definition_process (
    number INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    process TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (number, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE data_key (
    instance INTEGER NOT NULL,
    subject TEXT NOT NULL,
    person BLOB,
    wrapped BLOB,
    PRIMARY KEY (instance, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX data_key_person ON data_key (person) WHERE person IS NOT NULL;

CREATE TABLE anchor (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, root BLOB NOT NULL) STRICT;
";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A file with nothing in it.
    Empty,
    /// A store of this version of the schema.
    Store(i32),
}

/// Looks at the header of the file.
pub(crate) fn look(db: &Connection) -> Result<Found, OpenError> {
    let number = |pragma: &str| -> Result<i32, OpenError> {
        db.pragma_query_value(None, pragma, |row| row.get(0))
            .map_err(OpenError::from_sqlite)
    };
    let application = number("application_id")?;
    let version = number("user_version")?;
    if application == APPLICATION_ID {
        if version > VERSION {
            return Err(OpenError::Newer {
                found: version,
                known: VERSION,
            });
        }
        return Ok(Found::Store(version));
    }
    let objects: i64 = db
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(OpenError::from_sqlite)?;
    if application == 0 && version == 0 && objects == 0 {
        return Ok(Found::Empty);
    }
    Err(OpenError::Foreign)
}

/// Brings the file to [`VERSION`].
pub(crate) fn migrate(db: &mut Connection, found: Found) -> Result<(), OpenError> {
    let from = match found {
        Found::Empty => 0,
        Found::Store(version) => version,
    };
    if from == VERSION {
        return Ok(());
    }
    let begun = usize::try_from(from).unwrap_or(usize::MAX);
    let mut migrate = || -> rusqlite::Result<()> {
        let transaction = db.transaction()?;
        for migration in MIGRATIONS.iter().skip(begun) {
            transaction.execute_batch(migration)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        transaction.commit()
    };
    migrate().map_err(|error| OpenError::Store(from_sqlite(error)))
}
