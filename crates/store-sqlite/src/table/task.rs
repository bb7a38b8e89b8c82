//! User tasks, and who may claim them.

use std::sync::Arc;

use reglament_executor::{InstanceId, Key};
use reglament_runtime::store::TaskRow;
use rusqlite::{Connection, Result, Row, params};

use super::run;
use crate::name::{Names, Reader};
use crate::value::{
    self, instance, key, micros, optional_micros, read_at, read_id, read_optional_at,
};

/// The columns in the order in which they are read.
pub(crate) const COLUMNS: &str = "instance, key, element, name, process, definition, assignee, \
     owner, due, follow_up, created_at, form, suspended";

pub(crate) fn put(db: &Connection, names: &mut Names, row: &TaskRow) -> Result<()> {
    run(
        db,
        "INSERT OR REPLACE INTO task (instance, key, element, name, process, definition, assignee, \
         owner, due, follow_up, created_at, form, suspended) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            instance(row.id.instance),
            key(row.id.key),
            names.name(db, &row.element)?,
            names.optional(db, &row.name)?,
            names.name(db, &row.process)?,
            names.digest(db, row.definition)?,
            row.assignee,
            row.owner,
            optional_micros(row.due),
            optional_micros(row.follow_up),
            micros(row.created_at),
            row.form,
            row.suspended,
        ],
    )?;
    remove_candidates(db, row.id.instance, row.id.key)?;
    for (is_group, candidates) in [(false, &row.candidate_users), (true, &row.candidate_groups)] {
        for (ordinal, name) in (0_i64..).zip(candidates) {
            run(
                db,
                "INSERT INTO candidate (instance, key, is_group, ordinal, name) \
                 VALUES (?, ?, ?, ?, ?)",
                params![
                    instance(row.id.instance),
                    key(row.id.key),
                    is_group,
                    ordinal,
                    name
                ],
            )?;
        }
    }
    Ok(())
}

pub(crate) fn remove(db: &Connection, instance: InstanceId, key: Key) -> Result<()> {
    super::remove(
        db,
        "DELETE FROM task WHERE instance = ? AND key = ?",
        instance,
        key,
    )?;
    remove_candidates(db, instance, key)
}

fn remove_candidates(db: &Connection, instance: InstanceId, key: Key) -> Result<()> {
    super::remove(
        db,
        "DELETE FROM candidate WHERE instance = ? AND key = ?",
        instance,
        key,
    )
}

pub(crate) fn get(reader: &Reader, row: &Row<'_>) -> Result<TaskRow> {
    let id = read_id(row, 0)?;
    let (mut candidate_users, mut candidate_groups) = (Vec::new(), Vec::new());
    let mut statement = reader.db.prepare_cached(
        "SELECT is_group, name FROM candidate WHERE instance = ? AND key = ? \
         ORDER BY is_group, ordinal",
    )?;
    let mut candidates = statement.query([instance(id.instance), value::key(id.key)])?;
    while let Some(candidate) = candidates.next()? {
        let is_group: bool = candidate.get(0)?;
        let name: Arc<str> = candidate.get(1)?;
        if is_group {
            candidate_groups.push(name);
        } else {
            candidate_users.push(name);
        }
    }
    Ok(TaskRow {
        id,
        element: reader.name(row, 2)?,
        name: reader.optional_name(row, 3)?,
        process: reader.name(row, 4)?,
        definition: reader.digest(row, 5)?,
        assignee: row.get(6)?,
        owner: row.get(7)?,
        candidate_users,
        candidate_groups,
        due: read_optional_at(row, 8)?,
        follow_up: read_optional_at(row, 9)?,
        created_at: read_at(row, 10)?,
        form: row.get(11)?,
        suspended: row.get(12)?,
    })
}
