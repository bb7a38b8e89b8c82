//! Statutory terms in a run: what is known of their clocks, the steps that change them, and what a
//! script expects of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reglament_core::program::{ElementIx, TermIx};
use reglament_core::term::Budget;
use reglament_core::timer::{Date, Timestamp};
use reglament_executor::{
    Command, Course, Event, Key, Reckoning, Rejection, TermChange, TermKey, TermOutcome, TermStart,
};
use reglament_pack::tree::{Name, list};

use crate::script::{DueExpectation, TermExpectation, TermStep};
use crate::step::{Carried, Outcome, Refusal};
use crate::trace::{TermMark, TraceEvent};
use crate::world::World;

/// What is known of the clock of a term, ended ones included.
#[derive(Clone, Debug)]
pub(crate) struct NotedTerm {
    term: TermIx,
    element: ElementIx,
    owner: Key,
    /// When it ends, or was to end when the clock was stopped; the last day in the calendar's zone.
    due: Option<(Timestamp, Date)>,
    is_suspended: bool,
    is_expired: bool,
    outcome: Option<TermOutcome>,
}

/// The clocks of a process instance, by their numbers.
pub(crate) type NotedTerms = BTreeMap<TermKey, NotedTerm>;

impl NotedTerm {
    fn reckoned(&mut self, reckoning: &Reckoning) {
        match &reckoning.course {
            Course::Running { due, date, .. } => {
                self.due = Some((*due, *date));
                self.is_suspended = false;
            }
            Course::Suspended { .. } => self.is_suspended = true,
        }
    }
}

impl World<'_> {
    /// Takes note of an event of terms.
    pub(crate) fn note_term(&mut self, case: usize, event: &Event) {
        match event {
            Event::TermStarted { key, start } => self.note_term_started(case, *key, start),
            Event::TermWarned { key } => self.mark_term(case, *key, TermMark::Warning, |_| {}),
            Event::TermExpired { key } => {
                self.mark_term(case, *key, TermMark::Expired, |noted| {
                    noted.is_expired = true
                });
            }
            Event::TermSuspended { key, change } => {
                self.note_term_changed(case, *key, TermMark::Suspended, change);
            }
            Event::TermResumed { key, change } => {
                self.note_term_changed(case, *key, TermMark::Resumed, change);
            }
            Event::TermInterrupted { key, change } => {
                self.note_term_changed(case, *key, TermMark::Interrupted, change);
            }
            Event::TermExtended { key, change, .. } => {
                self.note_term_changed(case, *key, TermMark::Extended, change);
            }
            Event::TermRecomputed { key, change } => {
                self.note_term_changed(case, *key, TermMark::Recomputed, change);
            }
            Event::TermEnded { key, outcome } => self.note_term_ended(case, *key, *outcome),
            _ => {}
        }
    }

    fn note_term_started(&mut self, case: usize, key: TermKey, start: &TermStart) {
        let element = self.program.terms[start.term].element;
        let mut noted = NotedTerm {
            term: start.term,
            element,
            owner: start.owner,
            due: None,
            is_suspended: false,
            is_expired: false,
            outcome: None,
        };
        noted.reckoned(&start.reckoning);
        if let Some(case) = self.cases.get_mut(case) {
            case.terms.insert(key, noted);
        }
        let is_provisional = !start.reckoning.provisional.is_empty();
        self.tell_of_term(case, key, TermMark::Started, is_provisional);
    }

    fn note_term_changed(&mut self, case: usize, key: TermKey, mark: TermMark, to: &TermChange) {
        let is_provisional = !to.reckoning.provisional.is_empty();
        if let Some(noted) = self.noted_term(case, key) {
            noted.reckoned(&to.reckoning);
        }
        self.tell_of_term(case, key, mark, is_provisional);
    }

    fn note_term_ended(&mut self, case: usize, key: TermKey, outcome: TermOutcome) {
        let mark = match outcome {
            TermOutcome::Met => Some(TermMark::Met),
            TermOutcome::Missed => Some(TermMark::Missed),
            TermOutcome::Cancelled => Some(TermMark::Cancelled),
            // Its expiry has been told.
            TermOutcome::Elapsed => None,
        };
        if let Some(noted) = self.noted_term(case, key) {
            noted.outcome = Some(outcome);
        }
        if let Some(mark) = mark {
            self.tell_of_term(case, key, mark, false);
        }
    }

    fn mark_term(
        &mut self,
        case: usize,
        key: TermKey,
        mark: TermMark,
        change: impl FnOnce(&mut NotedTerm),
    ) {
        if let Some(noted) = self.noted_term(case, key) {
            change(noted);
        }
        self.tell_of_term(case, key, mark, false);
    }

    fn noted_term(&mut self, case: usize, key: TermKey) -> Option<&mut NotedTerm> {
        self.cases.get_mut(case)?.terms.get_mut(&key)
    }

    /// Writes a line of the trace.
    fn tell_of_term(&mut self, case: usize, key: TermKey, mark: TermMark, is_provisional: bool) {
        let Some(noted) = self.noted_term(case, key).cloned() else {
            return;
        };
        let due = noted.due.filter(|_| !noted.is_suspended);
        let event = TraceEvent::Term {
            mark,
            term: noted.term,
            due: due.map(|(at, _)| at),
            is_provisional,
        };
        let number = self.number(case, noted.owner, noted.element).max(1);
        self.line(case, Some(event), noted.element, number);
    }

    /// Suspends, resumes, interrupts or extends the term that a step names.
    pub(crate) fn change_term(&mut self, step: &TermStep, change: TermChangeStep) -> Carried {
        let element = self.element(&step.to.element)?;
        let refuse = |reason: String| Refusal {
            element: Some(element),
            instance: step.to.instance,
            reason,
        };
        let found = self.open_terms(element, step);
        let (case, term) = match found.as_slice() {
            [one] => *one,
            [] => {
                let reason = format!("no term of `{}` runs", step.to.element);
                return Err(refuse(reason));
            }
            several => {
                let reason = format!(
                    "{} terms of `{}` run; say which by `term` or `instance`",
                    several.len(),
                    step.to.element
                );
                return Err(refuse(reason));
            }
        };
        let command = match change {
            TermChangeStep::Suspend => Command::SuspendTerm { term },
            TermChangeStep::Resume => Command::ResumeTerm { term },
            TermChangeStep::Interrupt => Command::InterruptTerm { term },
            TermChangeStep::Extend(by) => Command::ExtendTerm { term, by },
        };
        self.command(case, command)
            .map(|()| Outcome::Done)
            .map_err(|rejection| refuse(self.said(element, &rejection)))
    }

    /// A rejection with the id of the element instead of the number of the clock.
    fn said(&self, element: ElementIx, rejection: &Rejection) -> String {
        let id = self.program.id(element);
        match rejection {
            Rejection::Term { error, .. } => format!("the term of `{id}`: {error}"),
            Rejection::TermSuspended(_) => format!("the term of `{id}` is suspended"),
            Rejection::TermNotSuspended(_) => format!("the term of `{id}` is not suspended"),
            other => format!("`{id}`: {other}"),
        }
    }

    fn open_terms(&self, element: ElementIx, step: &TermStep) -> Vec<(usize, TermKey)> {
        let mut found = Vec::new();
        for (number, case) in self.cases.iter().enumerate() {
            for (key, noted) in &case.terms {
                let definition = &self.program.terms[noted.term];
                let live = case.live(noted.owner).map(|live| live.number);
                let instance = step.to.instance.is_none_or(|wanted| live == Some(wanted));
                let term = step.term.is_none_or(|wanted| definition.number == wanted);
                if noted.element == element && noted.outcome.is_none() && instance && term {
                    found.push((number, *key));
                }
            }
        }
        found
    }

    /// What of an expectation of terms does not hold.
    pub(crate) fn check_terms(&self, expected: &TermExpectation) -> Vec<String> {
        let ended = |outcome: TermOutcome| self.elements_of(move |it| it.outcome == Some(outcome));
        let open = |it: &NotedTerm| it.outcome.is_none();
        let mut failures = Vec::new();
        let met = ended(TermOutcome::Met);
        for name in expected.met.iter().flatten() {
            if !met.contains(&*name.text) {
                failures.push(format!(
                    "terms: expected that `{name}` has met its term, found {}",
                    words(&met)
                ));
            }
        }
        let sets = [
            ("missed", &expected.missed, ended(TermOutcome::Missed)),
            (
                "expired",
                &expected.expired,
                self.elements_of(move |it| open(it) && it.is_expired),
            ),
            (
                "suspended",
                &expected.suspended,
                self.elements_of(move |it| open(it) && it.is_suspended),
            ),
            (
                "running",
                &expected.running,
                self.elements_of(move |it| open(it) && !it.is_expired && !it.is_suspended),
            ),
        ];
        for (word, wanted, found) in sets {
            let Some(wanted) = wanted else { continue };
            let wanted: BTreeSet<&str> = wanted.iter().map(|name| &*name.text).collect();
            if wanted != found {
                failures.push(format!(
                    "terms: expected {word} {}, found {}",
                    words(&wanted),
                    words(&found)
                ));
            }
        }
        let due = expected.due.iter();
        failures.extend(due.filter_map(|(name, due)| self.check_due(name, due)));
        failures
    }

    fn elements_of(&self, holds: impl Fn(&NotedTerm) -> bool) -> BTreeSet<&str> {
        let noted = self.cases.iter().flat_map(|case| case.terms.values());
        noted
            .filter(|noted| holds(noted))
            .map(|noted| self.program.id(noted.element))
            .collect()
    }

    /// The newest clock of the element that has a due instant is compared.
    fn check_due(&self, name: &Name, expected: &DueExpectation) -> Option<String> {
        let noted = self.cases.iter().flat_map(|case| case.terms.values());
        let of_element = noted.filter(|noted| *self.program.id(noted.element) == *name.text);
        let found = of_element.rev().find_map(|noted| noted.due);
        let holds = match (found, expected) {
            (Some((_, date)), DueExpectation::Date(expected)) => date == *expected,
            (Some((at, _)), DueExpectation::Instant(expected)) => at == *expected,
            (None, _) => false,
        };
        (!holds).then(|| {
            let found = found.map_or_else(
                || "that none has started".to_owned(),
                |(at, date)| format!("{date} ({at})"),
            );
            format!("terms: expected the term of `{name}` to end on {expected}, found {found}")
        })
    }
}

/// What a step does to a term.
pub(crate) enum TermChangeStep {
    Suspend,
    Resume,
    Interrupt,
    Extend(Budget),
}

fn words(ids: &BTreeSet<&str>) -> String {
    if ids.is_empty() {
        return "none".to_owned();
    }
    list(
        &ids.iter()
            .map(|id| Arc::from(*id))
            .collect::<Vec<Arc<str>>>(),
    )
}
