//! Lists with pages over the rows in memory.

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;

use super::tables::{Tables, of_instance, order};
use crate::store::{
    Cursor, ElementInstanceId, IncidentQuery, IncidentRow, InstanceQuery, InstanceRow, JobQuery,
    JobRow, Page, Paging, TaskQuery, TaskRow, TermQuery, TermRow,
};

/// One page of what `rows` gives, which begins after the cursor already.
fn page<'t, T: Clone + 't>(
    rows: impl Iterator<Item = &'t T>,
    limit: usize,
    place: impl Fn(&T) -> Cursor,
) -> Page<T> {
    let mut items: Vec<T> = rows.take(limit.saturating_add(1)).cloned().collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(place);
    Page { items, next }
}

/// Whether an entry of a list ordered by instant and id comes after the cursor.
fn is_after(cursor: Option<&Cursor>, at: Timestamp, id: ElementInstanceId) -> bool {
    cursor.is_none_or(|cursor| {
        let place = (order(cursor.at), cursor.instance, cursor.key);
        (at, id.instance, id.key.to_bits()) > place
    })
}

/// Whether an entry of a list ordered by id comes after the cursor.
fn is_after_id(cursor: Option<&Cursor>, id: ElementInstanceId) -> bool {
    cursor.is_none_or(|cursor| (id.instance, id.key.to_bits()) > (cursor.instance, cursor.key))
}

/// The ids of one case, or of all.
fn span(instance: Option<InstanceId>) -> std::ops::RangeInclusive<ElementInstanceId> {
    match instance {
        Some(instance) => of_instance(instance),
        None => {
            let (first, last) = (
                of_instance(InstanceId(0)),
                of_instance(InstanceId(u64::MAX)),
            );
            *first.start()..=*last.end()
        }
    }
}

impl Tables {
    pub(crate) fn list_instances(
        &self,
        query: &InstanceQuery,
        paging: &Paging,
    ) -> Page<InstanceRow> {
        let after = paging
            .after
            .as_ref()
            .map_or(InstanceId(0), |it| it.instance);
        let place = |row: &InstanceRow| Cursor {
            at: None,
            instance: row.instance,
            key: 0,
        };
        if let Some(until) = query.ended_until {
            let after = paging.after.as_ref().map(|it| (order(it.at), it.instance));
            let ended = self.by_end.iter().take_while(|(at, _)| *at <= until);
            let rows = ended
                .filter(|place| after.is_none_or(|after| **place > after))
                .filter_map(|(_, instance)| self.instances.get(instance));
            return page(
                rows.filter(|row| fits(query, row)),
                paging.limit,
                Cursor::of_end,
            );
        }
        let fits = |row: &&InstanceRow| row.instance > after && fits(query, row);
        if let Some(key) = &query.business_key {
            let known = self.by_business_key.get(key).into_iter().flatten();
            let rows = known.filter_map(|instance| self.instances.get(instance));
            return page(rows.filter(fits), paging.limit, place);
        }
        let rows = self.instances.range(after..).map(|(_, row)| row);
        page(rows.filter(fits), paging.limit, place)
    }

    pub(super) fn list_tasks(&self, query: &TaskQuery, paging: &Paging) -> Page<TaskRow> {
        let after = paging.after.as_ref();
        let place = |row: &TaskRow| Cursor::of(row.due, row.id);
        let fits =
            |row: &&TaskRow| is_after(after, order(row.due), row.id) && task_fits(query, row);
        if let Some(instance) = query.instance {
            let mut rows: Vec<&TaskRow> = self
                .tasks
                .range(of_instance(instance))
                .map(|(_, row)| row)
                .filter(fits)
                .collect();
            rows.sort_unstable_by_key(|row| (order(row.due), row.id));
            return page(rows.into_iter(), paging.limit, place);
        }
        let rows = self.tasks_by_due.iter();
        let rows = rows.filter_map(|(_, id)| self.tasks.get(id));
        page(rows.filter(fits), paging.limit, place)
    }

    pub(super) fn list_jobs(&self, query: &JobQuery, paging: &Paging) -> Page<JobRow> {
        let rows = self.jobs.range(span(query.instance)).map(|(_, row)| row);
        let fits = |row: &&JobRow| {
            is_after_id(paging.after.as_ref(), row.id)
                && query.kind.as_ref().is_none_or(|kind| row.kind == *kind)
        };
        page(rows.filter(fits), paging.limit, |row| {
            Cursor::of(None, row.id)
        })
    }

    pub(super) fn list_incidents(
        &self,
        query: &IncidentQuery,
        paging: &Paging,
    ) -> Page<IncidentRow> {
        let rows = self.incidents.range(span(query.instance));
        let rows = rows.map(|(_, row)| row);
        let fits = |row: &&IncidentRow| {
            is_after_id(paging.after.as_ref(), row.id)
                && query.process.as_ref().is_none_or(|it| row.process == *it)
        };
        page(rows.filter(fits), paging.limit, |row| {
            Cursor::of(None, row.id)
        })
    }

    pub(super) fn list_terms(&self, query: &TermQuery, paging: &Paging) -> Page<TermRow> {
        let rows = self.terms_by_due.iter();
        let rows = rows.filter_map(|(_, id)| self.terms.get(id));
        let fits = |row: &&TermRow| {
            is_after(paging.after.as_ref(), order(row.due), row.id)
                && query.instance.is_none_or(|it| row.id.instance == it)
                && query
                    .due_until
                    .is_none_or(|until| row.due.is_some_and(|due| due <= until))
        };
        page(rows.filter(fits), paging.limit, |row| {
            Cursor::of(row.due, row.id)
        })
    }
}

fn fits(query: &InstanceQuery, row: &InstanceRow) -> bool {
    query.process.as_ref().is_none_or(|it| row.process == *it)
        && query.definition.is_none_or(|it| row.definition == it)
        && query.status.is_none_or(|it| row.status == it)
        && query
            .business_key
            .as_ref()
            .is_none_or(|it| row.business_key.as_ref() == Some(it))
        && (!query.with_incidents || row.incidents > 0)
        && query
            .ended_until
            .is_none_or(|until| row.ended_at.is_some_and(|at| at <= until))
}

fn task_fits(query: &TaskQuery, row: &TaskRow) -> bool {
    let candidate = |(user, groups): &(std::sync::Arc<str>, Vec<std::sync::Arc<str>>)| {
        row.candidate_users.contains(user)
            || row.candidate_groups.iter().any(|it| groups.contains(it))
    };
    query.instance.is_none_or(|it| row.id.instance == it)
        && query
            .assignee
            .as_ref()
            .is_none_or(|it| row.assignee.as_ref() == Some(it))
        && (!query.unassigned || row.assignee.is_none())
        && query.candidate.as_ref().is_none_or(candidate)
        && query.process.as_ref().is_none_or(|it| row.process == *it)
        && query.element.as_ref().is_none_or(|it| row.element == *it)
        && query
            .due_until
            .is_none_or(|until| row.due.is_some_and(|due| due <= until))
}
