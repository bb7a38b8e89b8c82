//! Questions that are put together from conditions.

use reglament_runtime::store::{Cursor, Page};
use rusqlite::types::ToSqlOutput;
use rusqlite::{Result, Row, ToSql, params_from_iter};

use crate::name::Reader;
use crate::value::{count, place};

/// Rows of a process, if any row ever named it.
pub(crate) const PROCESS: &str = "process = (SELECT id FROM name WHERE text = ?)";

/// Rows of a definition, if any row ever named it.
pub(crate) const DEFINITION: &str = "definition = (SELECT id FROM digest WHERE bytes = ?)";

/// Rows of an element, if any row ever named it.
pub(crate) const ELEMENT: &str = "element = (SELECT id FROM name WHERE text = ?)";

/// A question that is put together from conditions.
pub(crate) struct Question<'q> {
    conditions: Vec<&'static str>,
    values: Vec<Box<dyn ToSql + 'q>>,
}

impl<'q> Question<'q> {
    pub(crate) fn new() -> Self {
        Self {
            conditions: Vec::new(),
            values: Vec::new(),
        }
    }

    pub(crate) fn and(&mut self, condition: &'static str) {
        self.conditions.push(condition);
    }

    pub(crate) fn is(&mut self, condition: &'static str, value: impl ToSql + 'q) {
        self.conditions.push(condition);
        self.values.push(Box::new(value));
    }

    pub(crate) fn both(
        &mut self,
        condition: &'static str,
        one: impl ToSql + 'q,
        other: impl ToSql + 'q,
    ) {
        self.is(condition, one);
        self.values.push(Box::new(other));
    }

    /// Goes on after the cursor in a list ordered by [`BY_DUE`](crate::list).
    pub(crate) fn after_due(&mut self, cursor: Option<&Cursor>) {
        if let Some(cursor) = cursor {
            let (at, case, key) = place(cursor);
            self.and("(ifnull(due, 253402300799999999), instance, key) > (?, ?, ?)");
            self.values.push(Box::new(at));
            self.values.push(Box::new(case));
            self.values.push(Box::new(key));
        }
    }

    /// Goes on after the cursor in a list of cases ordered by their ends.
    pub(crate) fn after_end(&mut self, cursor: Option<&Cursor>) {
        if let Some(cursor) = cursor {
            let (at, case, _) = place(cursor);
            self.and("(ended_at, instance) > (?, ?)");
            self.values.push(Box::new(at));
            self.values.push(Box::new(case));
        }
    }

    /// Goes on after the cursor in a list ordered by id.
    pub(crate) fn after_id(&mut self, cursor: Option<&Cursor>) {
        if let Some(cursor) = cursor {
            let (_, case, key) = place(cursor);
            self.and("(instance, key) > (?, ?)");
            self.values.push(Box::new(case));
            self.values.push(Box::new(key));
        }
    }

    /// The first rows.
    pub(crate) fn first<T>(
        mut self,
        reader: &Reader,
        (table, columns, order): (&str, &str, &str),
        limit: usize,
        read: impl Fn(&Reader, &Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let conditions = if self.conditions.is_empty() {
            String::new()
        } else {
            format!("WHERE {} ", self.conditions.join(" AND "))
        };
        let sql = format!("SELECT {columns} FROM {table} {conditions}ORDER BY {order} LIMIT ?");
        self.values.push(Box::new(count(limit)));
        let values: Vec<ToSqlOutput<'_>> = self
            .values
            .iter()
            .map(|value| value.to_sql())
            .collect::<Result<_>>()?;
        reader.all(&sql, params_from_iter(values), |row| read(reader, row))
    }

    /// One page: one entry more than asked for says whether there is another.
    pub(crate) fn page<T>(
        self,
        reader: &Reader,
        (table, columns, order): (&str, &str, &str),
        limit: usize,
        read: impl Fn(&Reader, &Row<'_>) -> Result<T>,
        place: impl Fn(&T) -> Cursor,
    ) -> Result<Page<T>> {
        let conditions = if self.conditions.is_empty() {
            String::new()
        } else {
            format!("WHERE {} ", self.conditions.join(" AND "))
        };
        let count = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
        let sql =
            format!("SELECT {columns} FROM {table} {conditions}ORDER BY {order} LIMIT {count}");
        let values: Vec<ToSqlOutput<'_>> = self
            .values
            .iter()
            .map(|value| value.to_sql())
            .collect::<Result<_>>()?;
        let mut items = reader.all(&sql, params_from_iter(values), |row| read(reader, row))?;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(place);
        Ok(Page { items, next })
    }
}
