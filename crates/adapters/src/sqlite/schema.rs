//! The tables, by version: a file is migrated forward, never back.

use rusqlite::{Connection, TransactionBehavior};

/// Says that a file is ours (`PRAGMA application_id`): "RGAD".
pub(super) const APPLICATION_ID: i64 = 0x5247_4144;

/// Each brings a file from the version before it; the version is their count.
const MIGRATIONS: &[&str] = &["
CREATE TABLE answer (
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL, -- SHA-256 of the request as JSON
    answer TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (operation, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_by_time ON answer (at);

CREATE TABLE person (
    iin TEXT PRIMARY KEY,
    surname TEXT NOT NULL,
    given_name TEXT NOT NULL,
    patronymic TEXT,
    born TEXT NOT NULL,
    address TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE power_of_attorney (
    number TEXT PRIMARY KEY,
    representative_iin TEXT NOT NULL,
    principal TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    name TEXT PRIMARY KEY,
    password TEXT NOT NULL, -- Argon2id, PHC string format
    blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1)),
    failures INTEGER NOT NULL DEFAULT 0,
    locked_until INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket (
    digest BLOB PRIMARY KEY, -- SHA-256 of the ticket
    account TEXT NOT NULL REFERENCES account (name),
    valid_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_by_time ON ticket (valid_until);

CREATE TABLE series (
    name TEXT NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (name, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE organization (
    name TEXT PRIMARY KEY,
    places INTEGER NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    CHECK (taken BETWEEN 0 AND places) -- no place is reserved, referred to or held twice
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
    number INTEGER PRIMARY KEY,
    child TEXT NOT NULL,
    organization TEXT NOT NULL REFERENCES organization (name),
    turn INTEGER NOT NULL CHECK (turn IN (1, 2)),
    categories TEXT NOT NULL,
    state TEXT NOT NULL,
    until INTEGER
) STRICT;
CREATE INDEX entry_by_turn ON entry (organization, turn, number) WHERE state = 'waiting';
CREATE INDEX entry_by_until ON entry (until, number) WHERE until IS NOT NULL;
CREATE UNIQUE INDEX entry_by_child ON entry (child, organization)
    WHERE state NOT IN ('void', 'left');

CREATE TABLE referral (
    number INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry (number),
    issued_on TEXT NOT NULL,
    hand_in_until TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX referral_by_entry ON referral (entry);

CREATE TABLE movement (
    id INTEGER PRIMARY KEY,
    organization TEXT NOT NULL REFERENCES organization (name),
    entry INTEGER NOT NULL REFERENCES entry (number),
    at INTEGER NOT NULL,
    state TEXT NOT NULL
) STRICT;
CREATE INDEX movement_by_organization ON movement (organization, id);
"];

/// Why a file is not taken.
pub(super) enum Mismatch {
    /// It belongs to another program.
    Foreign,
    /// It was written by a later version.
    Newer(i64),
}

/// Brings the file to the newest version, all steps or none.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<Result<(), Mismatch>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number = |pragma: &str| {
        transaction.query_row(&format!("PRAGMA {pragma}"), (), |row| row.get::<_, i64>(0))
    };
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
    if application != APPLICATION_ID && (application != 0 || tables > 0) {
        return Ok(Err(Mismatch::Foreign));
    }
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    let Some(steps) = MIGRATIONS.get(done..) else {
        return Ok(Err(Mismatch::Newer(version)));
    };
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {};",
        MIGRATIONS.len()
    ))?;
    transaction.commit()?;
    Ok(Ok(()))
}
