//! The tables of rows: how each row is written and read.
//!
//! Each file has the columns of its table in one order, used by the statement that writes a row and by
//! the function that reads one.

pub(crate) mod definition;
pub(crate) mod incident;
pub(crate) mod instance;
pub(crate) mod job;
pub(crate) mod key;
pub(crate) mod message;
pub(crate) mod reply;
pub(crate) mod subscription;
pub(crate) mod task;
pub(crate) mod term;

use reglament_executor::{InstanceId, Key};
use reglament_runtime::store::IndexChange;
use rusqlite::{Connection, Params, Result, params};

use crate::name::Names;
use crate::value;

/// Carries out one change of a batch of `instance`. [`IndexChange::Due`] is part of the slot.
pub(crate) fn apply(
    db: &Connection,
    names: &mut Names,
    instance: InstanceId,
    change: &IndexChange,
) -> Result<()> {
    match change {
        IndexChange::Instance(row) => self::instance::put(db, names, row),
        IndexChange::Due(_) => Ok(()),
        IndexChange::Job(row) => job::put(db, names, row),
        IndexChange::JobGone(key) => remove(
            db,
            "DELETE FROM job WHERE instance = ? AND key = ?",
            instance,
            *key,
        ),
        IndexChange::Task(row) => task::put(db, names, row),
        IndexChange::TaskGone(key) => task::remove(db, instance, *key),
        IndexChange::Subscription(row) => subscription::put(db, names, row),
        IndexChange::SubscriptionGone(key, arm) => run(
            db,
            "DELETE FROM subscription WHERE instance = ? AND key = ? AND arm = ?",
            params![value::instance(instance), value::key(*key), arm],
        ),
        IndexChange::Incident(row) => incident::put(db, names, row),
        IndexChange::IncidentGone(key) => remove(
            db,
            "DELETE FROM incident WHERE instance = ? AND key = ?",
            instance,
            *key,
        ),
        IndexChange::Term(row) => term::put(db, names, row),
        IndexChange::TermGone(key) => remove(
            db,
            "DELETE FROM term WHERE instance = ? AND key = ?",
            instance,
            *key,
        ),
        IndexChange::Message(row) => message::put(db, names, row),
        IndexChange::MessageGone(number) => run(
            db,
            "DELETE FROM message WHERE number = ?",
            [value::number(*number)],
        ),
        IndexChange::Answer(row) => reply::put_answer(db, row),
        IndexChange::AnswerGone(key) => run(db, "DELETE FROM answer WHERE key = ?", [key]),
        IndexChange::Conversation(row) => reply::put_conversation(db, row),
        IndexChange::ConversationsGone(instance) => reply::remove_conversations(db, *instance),
        IndexChange::Definition(row) => definition::put(db, row),
        IndexChange::Cursor(name, position) => run(
            db,
            "INSERT OR REPLACE INTO cursor (name, position) VALUES (?, ?)",
            params![name, value::number(position.0)],
        ),
        IndexChange::CursorGone(name) => run(db, "DELETE FROM cursor WHERE name = ?", [name]),
        IndexChange::Counters(counters) => run(
            db,
            "UPDATE store SET instances = ?, numbers = ?",
            [
                value::number(counters.instances),
                value::number(counters.numbers),
            ],
        ),
        IndexChange::DataKey(row) => key::put(db, row),
        IndexChange::Anchor(row) => key::put_anchor(db, *row),
    }
}

/// Removes every row of `instance`.
pub(crate) fn erase(db: &Connection, instance: InstanceId) -> Result<()> {
    const TABLES: [&str; 9] = [
        "DELETE FROM event WHERE instance = ?",
        "DELETE FROM instance WHERE instance = ?",
        "DELETE FROM job WHERE instance = ?",
        "DELETE FROM task WHERE instance = ?",
        "DELETE FROM candidate WHERE instance = ?",
        "DELETE FROM subscription WHERE instance = ?",
        "DELETE FROM incident WHERE instance = ?",
        "DELETE FROM term WHERE instance = ?",
        "DELETE FROM data_key WHERE instance = ?",
    ];
    for sql in TABLES {
        run(db, sql, [value::instance(instance)])?;
    }
    reply::remove_conversations(db, instance)
}

/// Runs a statement that is prepared once.
pub(crate) fn run(db: &Connection, sql: &str, parameters: impl Params) -> Result<()> {
    db.prepare_cached(sql)?.execute(parameters).map(|_| ())
}

/// Removes the row of one element instance.
fn remove(db: &Connection, sql: &str, instance: InstanceId, key: Key) -> Result<()> {
    run(db, sql, [value::instance(instance), value::key(key)])
}
