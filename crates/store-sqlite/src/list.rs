//! Lists with pages.
//!
//! A page goes on after the keys that the list is ordered by, so it neither repeats nor leaves out what
//! was there when entries come and go.

use reglament_runtime::store::{
    Cursor, IncidentQuery, IncidentRow, InstanceQuery, InstanceRow, JobQuery, JobRow, Page, Paging,
    TaskQuery, TaskRow, TermQuery, TermRow,
};
use rusqlite::Result;

use crate::name::Reader;
use crate::question::{DEFINITION, ELEMENT, PROCESS, Question};
use crate::table;
use crate::value::{instance, micros};

/// How lists that are ordered by an instant are ordered: rows without one come last. The indexes are
/// over this very expression.
const BY_DUE: &str = "ifnull(due, 253402300799999999), instance, key";

impl Reader {
    pub(crate) fn instances(
        &self,
        query: &InstanceQuery,
        paging: &Paging,
    ) -> Result<Page<InstanceRow>> {
        let mut question = Question::new();
        if query.ended_until.is_some() {
            question.after_end(paging.after.as_ref());
        } else if let Some(cursor) = &paging.after {
            question.is("instance > ?", instance(cursor.instance));
        }
        if let Some(process) = &query.process {
            question.is(PROCESS, process);
        }
        if let Some(definition) = query.definition {
            question.is(DEFINITION, definition.0);
        }
        if let Some(status) = query.status {
            question.is("status = ?", table::instance::status_number(status));
        }
        if let Some(key) = &query.business_key {
            question.is("business_key = ?", key);
        }
        if query.with_incidents {
            question.and("incidents > 0");
        }
        if let Some(until) = query.ended_until {
            question.is("ended_at IS NOT NULL AND ended_at <= ?", micros(until));
        }
        let by_end = query.ended_until.is_some();
        let order = if by_end {
            "ended_at, instance"
        } else {
            "instance"
        };
        let parts = ("instance", table::instance::COLUMNS, order);
        question.page(self, parts, paging.limit, table::instance::get, |row| {
            if by_end {
                return Cursor::of_end(row);
            }
            Cursor {
                at: None,
                instance: row.instance,
                key: 0,
            }
        })
    }

    pub(crate) fn tasks(&self, query: &TaskQuery, paging: &Paging) -> Result<Page<TaskRow>> {
        let mut question = Question::new();
        question.after_due(paging.after.as_ref());
        if let Some(case) = query.instance {
            question.is("instance = ?", instance(case));
        }
        if let Some(assignee) = &query.assignee {
            question.is("assignee = ?", assignee);
        }
        if query.unassigned {
            question.and("assignee IS NULL");
        }
        if let Some((user, groups)) = &query.candidate {
            // The groups are one text, so that the statement is the same for any number of them.
            let groups = groups.iter().map(|group| format!("\u{1f}{group}"));
            let groups: String = groups.chain(["\u{1f}".to_owned()]).collect();
            question.both(
                "(instance, key) IN (SELECT instance, key FROM candidate \
                 WHERE (is_group = 0 AND name = ?) \
                 OR (is_group = 1 AND instr(?, char(31) || name || char(31)) > 0))",
                user,
                groups,
            );
        }
        if let Some(process) = &query.process {
            question.is(PROCESS, process);
        }
        if let Some(element) = &query.element {
            question.is(ELEMENT, element);
        }
        if let Some(until) = query.due_until {
            question.is("due <= ?", micros(until));
        }
        let parts = ("task", table::task::COLUMNS, BY_DUE);
        question.page(self, parts, paging.limit, table::task::get, |row| {
            Cursor::of(row.due, row.id)
        })
    }

    pub(crate) fn jobs(&self, query: &JobQuery, paging: &Paging) -> Result<Page<JobRow>> {
        let mut question = Question::new();
        question.after_id(paging.after.as_ref());
        if let Some(case) = query.instance {
            question.is("instance = ?", instance(case));
        }
        if let Some(kind) = &query.kind {
            question.is("kind = ?", kind);
        }
        let parts = ("job", table::job::COLUMNS, "instance, key");
        question.page(self, parts, paging.limit, table::job::get, |row| {
            Cursor::of(None, row.id)
        })
    }

    pub(crate) fn incidents(
        &self,
        query: &IncidentQuery,
        paging: &Paging,
    ) -> Result<Page<IncidentRow>> {
        let mut question = Question::new();
        question.after_id(paging.after.as_ref());
        if let Some(case) = query.instance {
            question.is("instance = ?", instance(case));
        }
        if let Some(process) = &query.process {
            question.is(PROCESS, process);
        }
        let parts = ("incident", table::incident::COLUMNS, "instance, key");
        question.page(self, parts, paging.limit, table::incident::get, |row| {
            Cursor::of(None, row.id)
        })
    }

    pub(crate) fn terms(&self, query: &TermQuery, paging: &Paging) -> Result<Page<TermRow>> {
        let mut question = Question::new();
        question.after_due(paging.after.as_ref());
        if let Some(case) = query.instance {
            question.is("instance = ?", instance(case));
        }
        if let Some(until) = query.due_until {
            question.is("due <= ?", micros(until));
        }
        let parts = ("term", table::term::COLUMNS, BY_DUE);
        question.page(self, parts, paging.limit, table::term::get, |row| {
            Cursor::of(row.due, row.id)
        })
    }
}
