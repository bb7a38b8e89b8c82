//! What is counted of the cases of a group.

use std::collections::BTreeMap;
use std::sync::Arc;

use reglament_core::program::OutcomeKind;
use reglament_core::term::Unit;

use super::Distribution;
use super::story::{Done, Story};
use crate::store::{CaseStatus, Digest, InstanceRow};

/// The figures of a group of cases.
#[derive(Clone, Debug, Default)]
pub struct Indicators {
    /// The cases, by where they stand.
    pub cases: CaseCounts,
    /// The term of the service: one for each case that has it.
    pub service_term: TermCounts,
    /// Seconds from the start of a case to its end.
    pub duration: Distribution,
    /// What was given to applicants, with refusals by their grounds.
    pub outcomes: BTreeMap<OutcomeKey, u64>,
    /// The steps that were done.
    pub steps: BTreeMap<StepKey, StepFigures>,
    /// The terms, of steps and of the service.
    pub terms: BTreeMap<TermId, TermFigures>,
    /// What was asked in surveys: how often each answer was given, by question.
    pub surveys: BTreeMap<SurveyKey, BTreeMap<Arc<str>, u64>>,
    /// How many surveys were answered, by form.
    pub answered: BTreeMap<Arc<str>, u64>,
    /// What happened at each unit.
    pub performers: BTreeMap<Arc<str>, PerformerFigures>,
}

/// Cases, by where they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseCounts {
    /// All.
    pub all: u64,
    /// Those that go on.
    pub running: u64,
    /// Those that are suspended.
    pub suspended: u64,
    /// Those that ended by their process.
    pub completed: u64,
    /// Those that ended in an error that nothing caught.
    pub failed: u64,
    /// Those that were ended from outside.
    pub cancelled: u64,
    /// Those in which an incident was raised, resolved or not.
    pub with_incidents: u64,
}

/// What became of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// What it limits was done in time.
    Met,
    /// It was done too late, or the flow of the expiry was taken.
    Missed,
    /// It has run out, and what it limits is not done yet.
    Overdue,
    /// Its clock runs or is stopped, or the step that it limits was not reached.
    Open,
    /// What it limits was withdrawn.
    Withdrawn,
}

/// Terms, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TermCounts {
    /// Done in time.
    pub met: u64,
    /// Done too late.
    pub missed: u64,
    /// Run out and not done yet.
    pub overdue: u64,
    /// Not over yet.
    pub open: u64,
    /// Withdrawn: neither in time nor late.
    pub withdrawn: u64,
    /// Of all these, how many were extended.
    pub extended: u64,
}

/// Something that an applicant was given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutcomeKey {
    /// `result`, `refusal` or `notice`.
    pub kind: &'static str,
    /// The stable name of the model.
    pub code: Option<Arc<str>>,
    /// The document that carries it.
    pub document: Option<Arc<str>>,
    /// The ground of a refusal.
    pub ground: Option<Arc<str>>,
}

/// A step: the element of a process, whatever the version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepKey {
    /// The id of the process.
    pub process: Arc<str>,
    /// The id of the element.
    pub element: Arc<str>,
}

/// How a step went.
#[derive(Clone, Debug, Default)]
pub struct StepFigures {
    /// A definition that has the element, to name it by.
    pub definition: Digest,
    /// Seconds from the beginning of the step to its end, waiting included.
    pub times: Distribution,
    /// How often it was withdrawn before it was done.
    pub withdrawn: u64,
    /// How many incidents were raised at it.
    pub incidents: u64,
    /// Those of them that are not resolved.
    pub open_incidents: u64,
}

/// A term: the element that carries it, and its number among the terms of the element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TermId {
    /// The element, or the process for the term of a service.
    pub step: StepKey,
    /// From 1 in document order.
    pub number: u32,
}

/// How a term was kept.
#[derive(Clone, Debug)]
pub struct TermFigures {
    /// A definition that has the element, to name it by.
    pub definition: Digest,
    /// The words of the document.
    pub literal: Arc<str>,
    /// What [`TermFigures::used`] counts: working days, calendar days, or seconds. Months and years are
    /// counted in calendar days, working hours in seconds of open doors.
    pub unit: Unit,
    /// What became of it.
    pub counts: TermCounts,
    /// How much of it was used where it was met or missed, as the term counts: by its calendar, without
    /// the days on which the clock was stopped.
    pub used: Distribution,
}

/// What happened at a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerformerFigures {
    /// The cases that it had a step of.
    pub cases: u64,
    /// The steps that it did.
    pub steps: u64,
    /// The cases whose service term ran out while it had a step.
    pub ran_out: u64,
    /// The terms of its steps.
    pub terms: TermCounts,
}

/// A question of a survey.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SurveyKey {
    /// The form.
    pub form: Arc<str>,
    /// Where the value of the field is.
    pub question: Arc<str>,
    /// A definition that came with the form, to name the question by: the newest that was answered.
    pub definition: Digest,
}

impl TermCounts {
    /// One more.
    pub(super) fn add(&mut self, fate: Fate, extended: bool) {
        let count = match fate {
            Fate::Met => &mut self.met,
            Fate::Missed => &mut self.missed,
            Fate::Overdue => &mut self.overdue,
            Fate::Open => &mut self.open,
            Fate::Withdrawn => &mut self.withdrawn,
        };
        *count += 1;
        self.extended += u64::from(extended);
    }

    /// Those of which it is known whether they were in time: met, missed, and overdue.
    #[must_use]
    pub const fn decided(&self) -> u64 {
        self.met + self.missed + self.overdue
    }

    /// How many thousandths of those that are decided were in time, rounded half up; none when none is.
    #[must_use]
    pub fn share_in_time(&self) -> Option<u64> {
        permille(self.met, self.decided())
    }
}

/// How many thousandths `part` is of `all`, rounded half up; none of nothing.
#[must_use]
pub(super) fn permille(part: u64, all: u64) -> Option<u64> {
    (part * 1_000 + all / 2).checked_div(all)
}

impl Indicators {
    /// Counts a case, or of it what `performer` did.
    pub(super) fn add(&mut self, row: &InstanceRow, story: &Story, performer: Option<&Arc<str>>) {
        let own = |it: Option<&Arc<str>>| performer.is_none() || it == performer;
        self.cases.add(row.status, !story.incidents.is_empty());
        if let Some(ended) = row.ended_at {
            self.duration
                .add(seconds(row.created_at.micros_until(ended)));
        }
        if let Some((fate, extended)) = story.service {
            self.service_term.add(fate, extended);
        }
        for outcome in story.outcomes.iter().filter(|it| own(it.0.as_ref())) {
            *self.outcomes.entry(outcome.1.clone()).or_default() += 1;
        }
        for step in story.steps.iter().filter(|it| own(it.performer.as_ref())) {
            let figures = self.steps.entry(step.key.clone()).or_default();
            figures.definition = step.definition;
            match step.done {
                Done::After(micros) => figures.times.add(seconds(micros)),
                Done::Withdrawn => figures.withdrawn += 1,
                Done::Not => {}
            }
        }
        for incident in story
            .incidents
            .iter()
            .filter(|it| own(it.performer.as_ref()))
        {
            let figures = self.steps.entry(incident.key.clone()).or_default();
            figures.definition = incident.definition;
            figures.incidents += 1;
            figures.open_incidents += u64::from(incident.open);
        }
        self.add_terms(story, own);
        self.add_performers(story, own);
    }

    fn add_terms(&mut self, story: &Story, own: impl Fn(Option<&Arc<str>>) -> bool) {
        for term in story.terms.iter().filter(|it| own(it.performer.as_ref())) {
            let entry = self.terms.entry(term.id.clone());
            let figures = entry.or_insert_with(|| TermFigures {
                definition: term.definition,
                literal: Arc::clone(&term.literal),
                unit: term.unit,
                counts: TermCounts::default(),
                used: Distribution::default(),
            });
            // Of several versions the newest is named; amounts of another unit are not added to it.
            if figures.unit == term.unit {
                figures.definition = term.definition;
                figures.literal = Arc::clone(&term.literal);
            }
            figures.counts.add(term.fate, term.extended);
            if let Some(used) = term.used.filter(|_| figures.unit == term.unit) {
                figures.used.add(used);
            }
        }
    }

    fn add_performers(&mut self, story: &Story, own: impl Fn(Option<&Arc<str>>) -> bool) {
        for unit in story.performers().into_iter().filter(|it| own(Some(it))) {
            let figures = self.performers.entry(Arc::clone(unit)).or_default();
            figures.cases += 1;
            let steps = story.steps.iter();
            let done = steps.filter(|it| it.performer.as_ref() == Some(unit));
            let done = done.filter(|it| matches!(it.done, Done::After(_))).count();
            figures.steps += u64::try_from(done).unwrap_or(u64::MAX);
            figures.ran_out += u64::from(story.ran_out_at.contains(unit));
            let terms = story.terms.iter();
            for term in terms.filter(|it| it.performer.as_ref() == Some(unit)) {
                figures.terms.add(term.fate, term.extended);
            }
        }
    }
}

impl CaseCounts {
    fn add(&mut self, status: CaseStatus, with_incidents: bool) {
        self.all += 1;
        self.with_incidents += u64::from(with_incidents);
        let count = match status {
            CaseStatus::Running => &mut self.running,
            CaseStatus::Suspended => &mut self.suspended,
            CaseStatus::Completed => &mut self.completed,
            CaseStatus::Failed => &mut self.failed,
            CaseStatus::Cancelled => &mut self.cancelled,
        };
        *count += 1;
    }
}

/// The name of a kind of outcomes.
pub(super) const fn kind(kind: OutcomeKind) -> &'static str {
    match kind {
        OutcomeKind::Result => "result",
        OutcomeKind::Refusal => "refusal",
        OutcomeKind::Notice => "notice",
    }
}

/// Whole seconds; a clock that went backwards counts as none.
pub(super) fn seconds(micros: i64) -> u64 {
    u64::try_from(micros).unwrap_or(0) / 1_000_000
}
