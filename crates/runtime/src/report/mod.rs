//! The quality of services, counted from the histories of cases: which cases were rendered within the
//! term, by what grounds others were refused, how long steps took, what applicants said.
//!
//! [`Reader::report`] reads the histories one after the other and keeps only what it has counted. It
//! knows no pack: which indicator of a regulation a figure is, the manifest says
//! ([`reglament_pack::manifest::Manifest::indicators`]).
//!
//! A case belongs to the period in which its application was filed (the day on which it was started,
//! where the host did not say), so that it is counted in one period only and stays there. Cases that
//! were erased are not counted any more: keep the reports of periods whose cases are erased.
//!
//! Performers are the units that the innermost lanes name, never persons.

mod count;
mod distribution;
mod story;
mod survey;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reglament_core::calendar::WorkCalendar;
use reglament_core::timer::{Date, Timestamp, Zone};
use reglament_executor::InstanceId;

use crate::engine::Reader;
use crate::error::EngineError;
use crate::store::{InstanceQuery, InstanceRow, Paging};

pub use count::{
    CaseCounts, Fate, Indicators, OutcomeKey, PerformerFigures, StepFigures, StepKey, SurveyKey,
    TermCounts, TermFigures, TermId,
};
pub use distribution::Distribution;

/// How many entries are read at once.
const PAGE: usize = 500;

/// What is reported.
#[derive(Clone, Debug)]
pub struct ReportQuery {
    /// The first day of the period; none has no beginning.
    pub from: Option<Date>,
    /// The last day of the period; none has no end.
    pub to: Option<Date>,
    /// Only cases of this service, or without one of this process.
    pub service: Option<Arc<str>>,
    /// What the figures are told apart by.
    pub by: BTreeSet<Dimension>,
    /// The zone of days.
    pub zone: Zone,
    /// The calendars that working time is counted by, beside those of the library.
    pub calendars: Vec<WorkCalendar>,
}

impl Default for ReportQuery {
    fn default() -> Self {
        Self {
            from: None,
            to: None,
            service: None,
            by: BTreeSet::from([Dimension::Service, Dimension::Channel]),
            zone: Zone::UTC,
            calendars: Vec::new(),
        }
    }
}

/// What figures are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// The service; of a case without one its process.
    Service,
    /// The channel.
    Channel,
    /// The unit that acts. A case belongs to each unit that did a step of it, with what that unit did.
    Performer,
    /// The month of filing.
    Month,
    /// The year of filing.
    Year,
}

/// A group of cases. What the query does not tell apart is none, and so is what a case does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupKey {
    /// The service.
    pub service: Option<Arc<str>>,
    /// The channel.
    pub channel: Option<Arc<str>>,
    /// The performer.
    pub performer: Option<Arc<str>>,
    /// The month as `2013-09`, or the year as `2013`.
    pub period: Option<String>,
}

/// The quality of services.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The figures of each group.
    pub groups: BTreeMap<GroupKey, Indicators>,
    /// Cases whose history cannot be read; they are in no group.
    pub unreadable: Vec<InstanceId>,
}

impl ReportQuery {
    /// The group of what was filed on `day`.
    fn group(
        &self,
        service: &Arc<str>,
        channel: Option<&Arc<str>>,
        performer: Option<&Arc<str>>,
        day: Option<Date>,
    ) -> GroupKey {
        let told = |dimension| self.by.contains(&dimension);
        let period = day.and_then(|day| match () {
            () if told(Dimension::Month) => Some(format!("{:04}-{:02}", day.year(), day.month())),
            () if told(Dimension::Year) => Some(format!("{:04}", day.year())),
            () => None,
        });
        GroupKey {
            service: told(Dimension::Service).then(|| Arc::clone(service)),
            channel: channel.filter(|_| told(Dimension::Channel)).cloned(),
            performer: performer.cloned(),
            period,
        }
    }

    /// Whether `day` lies in the period. What has no day lies in every period without bounds.
    fn covers(&self, day: Option<Date>) -> bool {
        let after = |from| day.is_some_and(|day| day >= from);
        let before = |to| day.is_some_and(|day| day <= to);
        self.from.is_none_or(after) && self.to.is_none_or(before)
    }

    fn wants(&self, service: &Arc<str>) -> bool {
        self.service.as_ref().is_none_or(|wanted| wanted == service)
    }

    fn day(&self, at: Timestamp) -> Option<Date> {
        self.zone.local(at).date()
    }

    /// A calendar by its id.
    fn calendar(&self, id: &str) -> Option<&WorkCalendar> {
        let own = self.calendars.iter().rev().find(|it| it.id() == id);
        own.or_else(|| WorkCalendar::builtin(id))
    }
}

/// Reads the histories and counts.
pub(crate) async fn of(reader: &Reader, query: &ReportQuery) -> Result<Report, EngineError> {
    let mut report = Report::default();
    let mut paging = Paging::first(PAGE);
    loop {
        let page = reader.store().instances(InstanceQuery::default(), paging);
        let page = page.await.map_err(EngineError::Store)?;
        for row in &page.items {
            count_case(reader, query, row, &mut report).await?;
        }
        let Some(next) = page.next else { break };
        paging = Paging {
            after: Some(next),
            limit: PAGE,
        };
    }
    survey::count(reader, query, &mut report).await?;
    Ok(report)
}

async fn count_case(
    reader: &Reader,
    query: &ReportQuery,
    row: &InstanceRow,
    report: &mut Report,
) -> Result<(), EngineError> {
    let service = row.service.as_ref().unwrap_or(&row.process);
    let day = row.filed.or_else(|| query.day(row.created_at));
    if !query.wants(service) || !query.covers(day) {
        return Ok(());
    }
    let Some(story) = story::read(reader, query, row).await? else {
        report.unreadable.push(row.instance);
        return Ok(());
    };
    let mut add = |performer: Option<&Arc<str>>| {
        let key = query.group(service, row.channel.as_ref(), performer, day);
        report
            .groups
            .entry(key)
            .or_default()
            .add(row, &story, performer);
    };
    if query.by.contains(&Dimension::Performer) {
        story.performers().into_iter().for_each(|it| add(Some(it)));
    } else {
        add(None);
    }
    Ok(())
}
