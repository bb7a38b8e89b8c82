//! What a report wants to know of one case, read from its history.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reglament_core::calendar::WorkCalendar;
use reglament_core::program::{ElementIx, Kind};
use reglament_core::term::{Ledger, Measure, Term, Unit, Used};
use reglament_core::timer::Timestamp;
use reglament_executor::{Event, Key, Migrated, TermKey, TermOutcome, TermStart};

use super::count::{kind, seconds};
use super::{Fate, OutcomeKey, PAGE, ReportQuery, StepKey, TermId};
use crate::case::CaseEvent;
use crate::definition::Definition;
use crate::engine::Reader;
use crate::error::EngineError;
use crate::store::{Digest, InstanceRow};

/// What a report wants to know of one case.
#[derive(Debug, Default)]
pub(super) struct Story {
    /// What became of the term of the service, and whether it was extended.
    pub(super) service: Option<(Fate, bool)>,
    pub(super) steps: Vec<StepDone>,
    pub(super) terms: Vec<TermDone>,
    /// Who gave it, and what.
    pub(super) outcomes: Vec<(Option<Arc<str>>, OutcomeKey)>,
    pub(super) incidents: Vec<IncidentSeen>,
    /// Who had a step when the term of the service ran out.
    pub(super) ran_out_at: BTreeSet<Arc<str>>,
}

/// A step of the case.
#[derive(Debug)]
pub(super) struct StepDone {
    pub(super) key: StepKey,
    pub(super) definition: Digest,
    pub(super) performer: Option<Arc<str>>,
    pub(super) done: Done,
}

/// How a step ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// So many microseconds after it began.
    After(i64),
    /// The process withdrew it.
    Withdrawn,
    /// It did not end yet.
    Not,
}

/// A term of the case.
#[derive(Debug)]
pub(super) struct TermDone {
    pub(super) id: TermId,
    pub(super) definition: Digest,
    pub(super) performer: Option<Arc<str>>,
    pub(super) literal: Arc<str>,
    pub(super) unit: Unit,
    pub(super) fate: Fate,
    pub(super) extended: bool,
    pub(super) used: Option<u64>,
}

/// An incident of the case.
#[derive(Debug)]
pub(super) struct IncidentSeen {
    pub(super) key: StepKey,
    pub(super) definition: Digest,
    pub(super) performer: Option<Arc<str>>,
    pub(super) open: bool,
}

impl Story {
    /// The units that had a step of the case.
    pub(super) fn performers(&self) -> BTreeSet<&Arc<str>> {
        let steps = self.steps.iter().filter_map(|it| it.performer.as_ref());
        let outcomes = self.outcomes.iter().filter_map(|it| it.0.as_ref());
        steps.chain(outcomes).collect()
    }
}

/// Reads the history of a case; none when it cannot be read.
pub(super) async fn read(
    reader: &Reader,
    query: &ReportQuery,
    row: &InstanceRow,
) -> Result<Option<Story>, EngineError> {
    let mut telling: Option<Telling> = None;
    let mut after = 0;
    loop {
        let page = match reader.history(row.instance, after, PAGE).await {
            Ok(page) => page,
            Err(EngineError::Store(error)) if error.is_damaged() => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some((last, _)) = page.last() else { break };
        after = last.record.seq;
        for (event, opened) in &page {
            match (&opened.content.event, &mut telling) {
                (CaseEvent::Opened(opened), _) => {
                    let Some(definition) = reader.catalogue().get(opened.definition) else {
                        return Ok(None);
                    };
                    telling = Some(Telling::new(Arc::clone(definition), &opened.process));
                }
                (CaseEvent::Migrated(migrated), Some(telling)) => {
                    let Some(definition) = reader.catalogue().get(migrated.definition) else {
                        return Ok(None);
                    };
                    telling.definition = Arc::clone(definition);
                    telling.process = Arc::clone(&migrated.process);
                }
                (CaseEvent::Executed(executed), Some(telling)) => {
                    telling.note(query, executed, event.record.at);
                }
                _ => {}
            }
        }
    }
    Ok(telling.map(Telling::finish))
}

/// A history as far as it has been read.
struct Telling {
    definition: Arc<Definition>,
    process: Arc<str>,
    story: Story,
    /// What is active, since when.
    active: BTreeMap<Key, (ElementIx, Timestamp)>,
    /// The bodies of loops and multi-instances: their iterations are the steps.
    bodies: BTreeSet<Key>,
    clocks: BTreeMap<TermKey, Clock>,
    /// The incidents that are not resolved.
    incidents: BTreeMap<Key, usize>,
}

/// The clock of a term.
struct Clock {
    start: TermStart,
    extended: bool,
    expired: bool,
    /// What it is counted by where that is not the term of the definition: it began under another.
    kept: Option<Box<Term>>,
}

impl Telling {
    fn new(definition: Arc<Definition>, process: &Arc<str>) -> Self {
        Self {
            definition,
            process: Arc::clone(process),
            story: Story::default(),
            active: BTreeMap::new(),
            bodies: BTreeSet::new(),
            clocks: BTreeMap::new(),
            incidents: BTreeMap::new(),
        }
    }

    fn note(&mut self, query: &ReportQuery, event: &Event, at: Timestamp) {
        match event {
            Event::Reached { key, element, .. } | Event::Activated { key, element, .. } => {
                self.active.entry(*key).or_insert((*element, at));
            }
            Event::Repeating { key, .. } => {
                self.bodies.insert(*key);
            }
            Event::Completed { key } => self.end(*key, at, true),
            Event::Terminated { key } => self.end(*key, at, false),
            Event::Passed { over, .. } => {
                let target = self.definition.program.flows[*over].target;
                self.note_outcomes(target);
            }
            Event::IncidentRaised { key, .. } => self.note_incident(*key),
            Event::IncidentResolved { key } => self.close_incident(*key),
            Event::Migrated(migrated) => self.migrate(migrated),
            Event::TermStarted { .. }
            | Event::TermExpired { .. }
            | Event::TermSuspended { .. }
            | Event::TermResumed { .. }
            | Event::TermInterrupted { .. }
            | Event::TermExtended { .. }
            | Event::TermRecomputed { .. }
            | Event::TermEnded { .. } => self.note_term(query, event, at),
            _ => {}
        }
    }

    /// What is active and what runs goes on under the definition that the case was migrated to.
    fn migrate(&mut self, migrated: &Migrated) {
        for (element, _) in self.active.values_mut() {
            let place = (migrated.elements).binary_search_by_key(element, |(from, _)| *from);
            let pair = place.ok().and_then(|place| migrated.elements.get(place));
            if let Some((_, to)) = pair {
                *element = *to;
            }
        }
        for it in &migrated.terms {
            let Some(term) = it.term else {
                self.clocks.remove(&it.key);
                continue;
            };
            let Some(clock) = self.clocks.get_mut(&it.key) else {
                continue;
            };
            clock.start.term = term;
            clock.kept.clone_from(&it.kept);
            if let Some(change) = &it.change {
                clock.start.ledger = change.ledger.clone();
                clock.start.reckoning = change.reckoning.clone();
            }
        }
    }

    /// The term as a clock counts it.
    fn counted<'a>(&'a self, clock: &'a Clock) -> Option<&'a Term> {
        let own = self.definition.program.terms.get(clock.start.term);
        clock.kept.as_deref().or(own.map(|it| &it.term))
    }

    fn end(&mut self, key: Key, at: Timestamp, completed: bool) {
        self.close_incident(key);
        let Some((element, since)) = self.active.remove(&key) else {
            return;
        };
        let is_body = self.bodies.remove(&key);
        if completed {
            self.note_outcomes(element);
        }
        if self.is_step(element) && !is_body {
            let done = if completed {
                Done::After(since.micros_until(at))
            } else {
                Done::Withdrawn
            };
            self.story.steps.push(self.step(element, done));
        }
    }

    fn is_step(&self, element: ElementIx) -> bool {
        let kind = &self.definition.program.elements[element].kind;
        matches!(kind, Kind::Task(_) | Kind::CallActivity(_))
    }

    fn step(&self, element: ElementIx, done: Done) -> StepDone {
        StepDone {
            key: self.key(element),
            definition: self.definition.digest,
            performer: self.performer(element),
            done,
        }
    }

    fn key(&self, element: ElementIx) -> StepKey {
        StepKey {
            process: Arc::clone(&self.process),
            element: Arc::clone(&self.definition.program.infos[element].id),
        }
    }

    fn performer(&self, element: ElementIx) -> Option<Arc<str>> {
        self.definition.program.infos[element].lanes.last().cloned()
    }

    fn note_outcomes(&mut self, element: ElementIx) {
        let info = &self.definition.program.infos[element];
        let outcomes = info.regulation.iter().flat_map(|it| it.outcomes.iter());
        let given: Vec<OutcomeKey> = outcomes
            .map(|outcome| OutcomeKey {
                kind: kind(outcome.kind),
                code: outcome.code.clone(),
                document: outcome.document.clone(),
                ground: outcome.ground.clone(),
            })
            .collect();
        let performer = self.performer(element);
        let given = given.into_iter().map(|it| (performer.clone(), it));
        self.story.outcomes.extend(given);
    }

    fn note_incident(&mut self, key: Key) {
        let Some((element, _)) = self.active.get(&key) else {
            return;
        };
        let seen = IncidentSeen {
            key: self.key(*element),
            definition: self.definition.digest,
            performer: self.performer(*element),
            open: true,
        };
        self.incidents.insert(key, self.story.incidents.len());
        self.story.incidents.push(seen);
    }

    fn close_incident(&mut self, key: Key) {
        let place = self.incidents.remove(&key);
        if let Some(seen) = place.and_then(|at| self.story.incidents.get_mut(at)) {
            seen.open = false;
        }
    }

    fn note_term(&mut self, query: &ReportQuery, event: &Event, at: Timestamp) {
        match event {
            Event::TermStarted { key, start } => {
                let clock = Clock {
                    start: (**start).clone(),
                    extended: false,
                    expired: false,
                    kept: None,
                };
                self.clocks.insert(*key, clock);
            }
            Event::TermExpired { key } => self.expire(*key),
            Event::TermSuspended { key, change }
            | Event::TermResumed { key, change }
            | Event::TermInterrupted { key, change }
            | Event::TermExtended { key, change, .. }
            | Event::TermRecomputed { key, change } => {
                if let Some(clock) = self.clocks.get_mut(key) {
                    clock.start.ledger = change.ledger.clone();
                    clock.start.reckoning = change.reckoning.clone();
                    clock.extended |= matches!(event, Event::TermExtended { .. });
                    // What has run out and was given more time is not overdue any more.
                    clock.expired = false;
                }
            }
            Event::TermEnded { key, outcome } => {
                if let Some(clock) = self.clocks.remove(key) {
                    self.close_clock(query, &clock, *outcome, at);
                }
            }
            _ => {}
        }
    }

    fn expire(&mut self, key: TermKey) {
        let Some(clock) = self.clocks.get_mut(&key) else {
            return;
        };
        clock.expired = true;
        let definition = self.definition.program.terms.get(clock.start.term);
        if definition.is_some_and(|it| it.term.measures == Measure::Service) {
            let active: Vec<ElementIx> = self.active.values().map(|it| it.0).collect();
            let steps = active.into_iter().filter(|element| self.is_step(*element));
            let held: Vec<Arc<str>> = steps.filter_map(|it| self.performer(it)).collect();
            self.story.ran_out_at.extend(held);
        }
    }

    fn close_clock(
        &mut self,
        query: &ReportQuery,
        clock: &Clock,
        outcome: TermOutcome,
        at: Timestamp,
    ) {
        let fate = match outcome {
            TermOutcome::Met => Fate::Met,
            TermOutcome::Missed => Fate::Missed,
            TermOutcome::Cancelled => Fate::Withdrawn,
            // An event that waits for the end of a term limits nobody.
            TermOutcome::Elapsed => return,
        };
        let used = matches!(fate, Fate::Met | Fate::Missed).then(|| {
            let term = self.counted(clock)?;
            let calendar = query.calendar(&clock.start.reckoning.calendar)?;
            used(term, &clock.start.ledger, calendar, at)
        });
        self.note_fate(clock, fate, used.flatten());
    }

    fn note_fate(&mut self, clock: &Clock, fate: Fate, used: Option<u64>) {
        let Some(definition) = self.definition.program.terms.get(clock.start.term) else {
            return;
        };
        let term = clock.kept.as_deref().unwrap_or(&definition.term);
        let of_service = term.measures == Measure::Service;
        let done = TermDone {
            id: TermId {
                step: self.key(definition.element),
                number: definition.number,
            },
            definition: self.definition.digest,
            performer: self.performer(definition.element),
            literal: Arc::from(&*term.literal),
            unit: counted_in(clock.start.budget.unit),
            fate,
            extended: clock.extended,
            used,
        };
        if of_service {
            self.story.service = Some((fate, clock.extended));
        }
        self.story.terms.push(done);
    }

    /// The story, with what has not ended.
    fn finish(mut self) -> Story {
        let active = std::mem::take(&mut self.active);
        let active: Vec<ElementIx> = active.into_values().map(|it| it.0).collect();
        let steps = active.iter().filter(|it| self.is_step(**it));
        let steps: Vec<StepDone> = steps.map(|it| self.step(*it, Done::Not)).collect();
        self.story.steps.extend(steps);
        for clock in std::mem::take(&mut self.clocks).into_values() {
            let Some(definition) = self.definition.program.terms.get(clock.start.term) else {
                continue;
            };
            // A clock that was started elsewhere may run for a step on a branch that is not taken: only
            // of a step that was reached is it known that it is late.
            let reached = definition.term.measures == Measure::Service
                || active.contains(&definition.element);
            let fate = if clock.expired && reached {
                Fate::Overdue
            } else {
                Fate::Open
            };
            if !definition.fires {
                self.note_fate(&clock, fate, None);
            }
        }
        self.story
    }
}

/// What the used part of a term in `unit` is counted in.
const fn counted_in(unit: Unit) -> Unit {
    match unit {
        Unit::Seconds | Unit::Minutes | Unit::Hours | Unit::WorkingHours => Unit::Seconds,
        Unit::WorkingDays => Unit::WorkingDays,
        Unit::CalendarDays | Unit::Months | Unit::Years | Unit::Unqualified => Unit::CalendarDays,
    }
}

/// How much of a term was used until `at`, in what [`counted_in`] says; none when that cannot be
/// counted.
fn used(term: &Term, ledger: &Ledger, calendar: &WorkCalendar, at: Timestamp) -> Option<u64> {
    match term.used(ledger, calendar, at).ok()? {
        Used::Micros(micros) => Some(seconds(micros)),
        Used::Days(days) => Some(u64::from(days)),
    }
}
