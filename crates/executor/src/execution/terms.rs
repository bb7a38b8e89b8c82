//! Statutory terms: their clocks start, warn, expire and end, and people suspend and extend them.
//!
//! A clock starts with the event that its term is anchored at and ends with the completion of what the
//! term limits. Where it cannot be reckoned, what would start it is held by an incident: a case never
//! goes on under a term that nobody could compute.

use reglament_core::calendar::WorkCalendar;
use reglament_core::program::{Alternatives, ElementIx, Kind, TermDefinition, TermIx};
use reglament_core::term::{Budget, Change, Ledger, Measure, Term, TermError, Unit};
use reglament_core::timer::Timestamp;
use reglament_feel::{Symbol, Value};

use super::evaluate::Failure;
use super::{Execution, Step};
use crate::event::{Event, Trigger};
use crate::incident::IncidentKind;
use crate::rejection::Rejection;
use crate::sink::Sink;
use crate::state::{Broken, Key, Stage, Status};
use crate::term::{Course, Reckoning, TermChange, TermClock, TermKey, TermOutcome, TermStart};

/// A clock that is going to start.
pub(crate) struct Starting {
    term: TermIx,
    /// What bounds its life; none for the element instance that starts it.
    owner: Option<Key>,
    budget: Budget,
    ledger: Ledger,
    reckoning: Reckoning,
}

impl<S: Sink> Execution<'_, S> {
    /// Reckons the terms of which each of `sets` gives one, without changing anything. `slot` is where
    /// variables are seen from and owners are looked for, `index` the element that starts the clocks.
    pub(super) fn prepare_terms(
        &self,
        sets: &[Alternatives],
        index: ElementIx,
        slot: u32,
        known: &[(Symbol, Value)],
        starting: &mut Vec<Starting>,
    ) -> Result<(), Failure> {
        for alternatives in sets {
            let Some(first) = alternatives.first() else {
                continue;
            };
            let definition = &self.program.terms[*first];
            let owner = if definition.scope == index && !definition.fires {
                None
            } else {
                match self.clock_owner(definition, slot) {
                    Some(owner) if self.state.term_of(self.program, owner, *first).is_none() => {
                        Some(owner)
                    }
                    // It runs already, or what it bounds is over.
                    Some(_) | None => continue,
                }
            };
            starting.extend(self.starting(alternatives, slot, known, owner)?);
        }
        Ok(())
    }

    /// Reckons the term that an armed timer event fires by. A term with an anchor starts there.
    pub(super) fn prepare_timer_term(
        &self,
        alternatives: &Alternatives,
        slot: u32,
        known: &[(Symbol, Value)],
        starting: &mut Vec<Starting>,
    ) -> Result<(), Failure> {
        let anchored = alternatives
            .first()
            .is_some_and(|first| self.program.terms[*first].term.anchor.is_some());
        if anchored {
            return Ok(());
        }
        match self.starting(alternatives, slot, known, None)? {
            Some(clock) => {
                starting.push(clock);
                Ok(())
            }
            None => Err(Failure::new(
                IncidentKind::TermInvalid,
                "none of the terms of the timer event applies",
            )),
        }
    }

    /// The clock of the alternative that applies; none where none does, or where it is unqualified and
    /// only recorded.
    fn starting(
        &self,
        alternatives: &Alternatives,
        slot: u32,
        known: &[(Symbol, Value)],
        owner: Option<Key>,
    ) -> Result<Option<Starting>, Failure> {
        let Some(index) = self.applicable(alternatives, slot, known)? else {
            return Ok(None);
        };
        let definition = &self.program.terms[index];
        let term = &definition.term;
        let failed = |error: TermError| self.term_failure(definition, &error.to_string());
        let budget = match term.budget() {
            Err(TermError::Unqualified { .. }) if !definition.fires => return Ok(None),
            budget => budget.map_err(failed)?,
        };
        let named = definition.calendar.as_deref();
        let calendar = self.env.calendar(named).ok_or_else(|| {
            let id = named.unwrap_or(WorkCalendar::DEFAULT);
            self.term_failure(definition, &format!("there is no calendar `{id}`"))
        })?;
        let ledger = Ledger::started(self.occasion.now);
        let reckoning =
            Reckoning::of(term, &ledger, calendar, self.occasion.now).map_err(failed)?;
        Ok(Some(Starting {
            term: index,
            owner,
            budget,
            ledger,
            reckoning,
        }))
    }

    fn term_failure(&self, definition: &TermDefinition, what: &str) -> Failure {
        let id = self.program.id(definition.element);
        let message = format!("the term \"{}\" of `{id}`: {what}", definition.term.literal);
        Failure::new(IncidentKind::TermInvalid, message)
    }

    /// The first alternative whose condition holds, else the one without a condition.
    fn applicable(
        &self,
        alternatives: &Alternatives,
        slot: u32,
        known: &[(Symbol, Value)],
    ) -> Result<Option<TermIx>, Failure> {
        let mut otherwise = None;
        for index in alternatives {
            match &self.program.terms[*index].condition {
                None => otherwise = otherwise.or(Some(*index)),
                Some(condition) => {
                    if self.condition(slot, known, condition)? {
                        return Ok(Some(*index));
                    }
                }
            }
        }
        Ok(otherwise)
    }

    /// The instance around `slot` that bounds the clock: of a timer event the one that is armed for it.
    fn clock_owner(&self, definition: &TermDefinition, slot: u32) -> Option<Key> {
        let mut current = self.state.key_of(slot);
        while let Some(key) = current {
            let here = self.state.element(key) == Some(definition.scope);
            if here && (!definition.fires || self.term_arm(key, definition.element).is_some()) {
                return Some(key);
            }
            current = self.state.scope(key);
        }
        None
    }

    /// The arm of `owner` that waits for the end of the term which `event` carries.
    fn term_arm(&self, owner: Key, event: ElementIx) -> Option<u32> {
        let arms = self.state.extra(owner.slot)?.arms.iter();
        let waits = |arm: &&crate::event::Arm| {
            !arm.spent && arm.element == event && matches!(arm.trigger, Trigger::Term)
        };
        (0u32..)
            .zip(arms)
            .find(|(_, arm)| waits(arm))
            .map(|(number, _)| number)
    }

    /// Starts the clocks; those without another owner belong to `key`.
    pub(super) fn start_terms(&mut self, starting: Vec<Starting>, key: Key) -> Step {
        for clock in starting {
            let owner = clock.owner.unwrap_or(key);
            let definition = &self.program.terms[clock.term];
            let arm = if definition.fires {
                self.term_arm(owner, definition.element)
            } else {
                None
            };
            self.emit(Event::TermStarted {
                key: self.state.next_term(),
                start: Box::new(TermStart {
                    term: clock.term,
                    owner,
                    arm,
                    budget: clock.budget,
                    ledger: clock.ledger,
                    reckoning: clock.reckoning,
                }),
            })?;
        }
        Ok(())
    }

    /// Starts the terms of a process or event sub-process that has become active without being
    /// entered, as far as they do not run. Where they cannot be reckoned it has an incident, and they
    /// are tried again when that is resolved.
    pub(super) fn start_own_terms(&mut self, key: Key) -> Step {
        let index = self.element_of(key)?;
        let Some(terms) = &self.program.elements[index].terms else {
            return Ok(());
        };
        let missing = |alternatives: &&Alternatives| {
            let first = alternatives.first();
            first.is_some_and(|first| self.state.term_of(self.program, key, *first).is_none())
        };
        let sets: Vec<Alternatives> = terms
            .on_activation
            .iter()
            .filter(missing)
            .cloned()
            .collect();
        let mut starting = Vec::new();
        match self.prepare_terms(&sets, index, key.slot, &[], &mut starting) {
            Ok(()) => self.start_terms(starting, key),
            Err(failure) if self.goes_on(key) => {
                self.raise(key, Stage::Work, failure.kind, &failure.message)
            }
            // It has an incident already, and this is tried again with that.
            Err(_) => Ok(()),
        }
    }

    /// Completes an element instance: first the terms that its completion ends.
    pub(crate) fn complete_instance(&mut self, key: Key) -> Step {
        if self.state.has_terms() {
            self.end_terms(key)?;
        }
        self.emit_completed(key)
    }

    /// Ends an element instance from outside, and with it the terms that it bounds.
    pub(crate) fn terminate_instance(&mut self, key: Key) -> Step {
        if self.state.has_terms() {
            self.cancel_terms(key)?;
        }
        self.emit(Event::Terminated { key })
    }

    fn end_terms(&mut self, key: Key) -> Step {
        let index = self.element_of(key)?;
        let ends_service = self.program.elements[index]
            .terms
            .as_ref()
            .is_some_and(|terms| terms.ends_service);
        let process = self.program.process_of(index);
        let mut ended: Vec<(TermKey, bool)> = Vec::new();
        for clock in self.state.terms().filter(|clock| clock.is_open()) {
            let definition = &self.program.terms[clock.term];
            let service = ends_service
                && definition.element == process
                && definition.term.measures == Measure::Service
                && self.state.is_inside(key, clock.owner);
            if service || self.carries(key, index, clock) || definition.fires && clock.owner == key
            {
                ended.push((clock.key, true));
            } else if clock.owner == key {
                ended.push((clock.key, false));
            }
        }
        for (term, done) in ended {
            self.end_term(term, done)?;
        }
        Ok(())
    }

    /// Whether `key`, an instance of `index`, is what the term of the clock is about.
    fn carries(&self, key: Key, index: ElementIx, clock: &TermClock) -> bool {
        if self.program.terms[clock.term].element != index {
            return false;
        }
        // The iterations of a repeated activity are not the activity.
        clock.owner == key
            || (self.state.iteration(key) == 0 && self.state.is_inside(key, clock.owner))
    }

    /// Ends a clock; `done` says whether what the term limits has been done.
    fn end_term(&mut self, key: TermKey, done: bool) -> Step {
        let clock = self.state.term(key);
        let clock = clock.ok_or(Broken("a term that has ended"))?;
        let overdue = clock.is_overdue(self.occasion.now);
        if done && overdue && !clock.expired {
            self.emit(Event::TermExpired { key })?;
        }
        let outcome = match (done, overdue) {
            (true, false) => TermOutcome::Met,
            (true, true) => TermOutcome::Missed,
            (false, _) => TermOutcome::Cancelled,
        };
        self.emit(Event::TermEnded { key, outcome })
    }

    fn cancel_terms(&mut self, key: Key) -> Step {
        let index = self.element_of(key)?;
        let open = self.state.terms().filter(|clock| clock.is_open());
        let withdrawn: Vec<TermKey> = open
            .filter(|clock| clock.owner == key || self.carries(key, index, clock))
            .map(|clock| clock.key)
            .collect();
        for term in withdrawn {
            self.end_term(term, false)?;
        }
        Ok(())
    }

    /// Withdraws the terms of what stands inside `scope`, whose inside is being ended.
    pub(super) fn cancel_terms_inside(&mut self, scope: Key) -> Step {
        if !self.state.has_terms() {
            return Ok(());
        }
        let index = self.element_of(scope)?;
        let open = self.state.terms().filter(|clock| clock.is_open());
        let inside: Vec<TermKey> = open
            .filter(|clock| {
                let carrier = self.program.terms[clock.term].element;
                clock.owner == scope && self.program.encloses(index, carrier)
            })
            .map(|clock| clock.key)
            .collect();
        for term in inside {
            self.end_term(term, false)?;
        }
        Ok(())
    }

    /// Warns of a term, or has it expire, and does what follows from that.
    pub(super) fn sound_alarm(&mut self, key: TermKey) -> Step {
        let clock = self.state.term(key);
        let clock = clock.ok_or(Broken("a term that has ended"))?;
        let Course::Running { warnings, .. } = &clock.reckoning.course else {
            return Err(Broken("the alarm of a term that is suspended"));
        };
        if !warnings.is_empty() {
            return self.emit(Event::TermWarned { key });
        }
        let (owner, arm, index) = (clock.owner, clock.arm, clock.term);
        self.emit(Event::TermExpired { key })?;
        let Some(arm) = arm else { return Ok(()) };
        let event = self.program.terms[index].element;
        let outcome = if self.state.element(owner) == Some(event) {
            TermOutcome::Elapsed
        } else {
            TermOutcome::Missed
        };
        self.emit(Event::TermEnded { key, outcome })?;
        self.trigger(owner, arm, Vec::new())
    }

    /// The clock that a command names.
    fn clock(&self, term: TermKey) -> Result<&TermClock, Rejection> {
        if self.state.status() != Status::Running {
            return Err(Rejection::NotRunning);
        }
        let clock = self.state.term(term).filter(|clock| clock.is_open());
        clock.ok_or(Rejection::NoSuchTerm(term))
    }

    /// The term as a clock counts it.
    fn counted<'t>(&'t self, clock: &'t TermClock) -> Step<&'t Term> {
        let counted = clock.counted(self.program);
        counted.ok_or(Broken("a term that the program does not have"))
    }

    /// The calendar of exactly the version that the clock was reckoned by.
    fn calendar_of(&self, clock: &TermClock) -> Result<&WorkCalendar, Rejection> {
        let (id, version) = (&clock.reckoning.calendar, &clock.reckoning.calendar_version);
        let calendar = self.env.calendar_version(id, version);
        calendar.ok_or_else(|| Rejection::NoCalendar {
            calendar: id.clone(),
            version: version.clone(),
        })
    }

    /// The clock after `change` was made to its ledger.
    fn changed(
        &self,
        term: TermKey,
        change: impl FnOnce(&Term, &mut Ledger, &WorkCalendar, Timestamp) -> Result<(), TermError>,
    ) -> Result<Box<TermChange>, Rejection> {
        let clock = self.clock(term)?;
        let calendar = self.calendar_of(clock)?;
        let definition = self.counted(clock)?;
        let now = self.occasion.now;
        let mut ledger = clock.ledger.clone();
        let reckoning = change(definition, &mut ledger, calendar, now)
            .and_then(|()| Reckoning::of(definition, &ledger, calendar, now));
        let reckoning = reckoning.map_err(|error| Rejection::Term { term, error })?;
        Ok(Box::new(TermChange { ledger, reckoning }))
    }

    pub(crate) fn suspend_term(&mut self, key: TermKey) -> Result<(), Rejection> {
        if self.clock(key)?.ledger.is_suspended() {
            return Err(Rejection::TermSuspended(key));
        }
        let change = self.changed(key, |term, ledger, calendar, now| {
            term.suspend(ledger, calendar, now).map(|_: Change| ())
        })?;
        Ok(self.emit(Event::TermSuspended { key, change })?)
    }

    pub(crate) fn resume_term(&mut self, key: TermKey) -> Result<(), Rejection> {
        if !self.clock(key)?.ledger.is_suspended() {
            return Err(Rejection::TermNotSuspended(key));
        }
        let change = self.changed(key, |term, ledger, _, now| {
            term.resume(ledger, now).map(|_: Change| ())
        })?;
        Ok(self.emit(Event::TermResumed { key, change })?)
    }

    pub(crate) fn interrupt_term(&mut self, key: TermKey) -> Result<(), Rejection> {
        let change = self.changed(key, Term::interrupt)?;
        Ok(self.emit(Event::TermInterrupted { key, change })?)
    }

    pub(crate) fn extend_term(&mut self, key: TermKey, by: Budget) -> Result<(), Rejection> {
        if by.unit == Unit::Unqualified {
            let error = TermError::Unqualified { budget: by };
            return Err(Rejection::Term { term: key, error });
        }
        let change = self.changed(key, |term, ledger, calendar, now| {
            term.extend(ledger, calendar, by, now)
        })?;
        Ok(self.emit(Event::TermExtended { key, by, change })?)
    }

    pub(crate) fn adopt_calendar(&mut self, id: &std::sync::Arc<str>) -> Result<(), Rejection> {
        if self.state.status() != Status::Running {
            return Err(Rejection::NotRunning);
        }
        let calendar = self.env.calendar(Some(id));
        let calendar = calendar.ok_or_else(|| Rejection::NoCalendar {
            calendar: id.clone(),
            version: std::sync::Arc::from(""),
        })?;
        let mut changes = Vec::new();
        let clocks = self
            .state
            .terms()
            .filter(|clock| clock.is_open() && !clock.expired);
        for clock in clocks.filter(|clock| *clock.reckoning.calendar == **id) {
            if *clock.reckoning.calendar_version == *calendar.version() {
                continue;
            }
            let (term, now) = (clock.key, self.occasion.now);
            let definition = self.counted(clock)?;
            let reckoning = Reckoning::of(definition, &clock.ledger, calendar, now)
                .map_err(|error| Rejection::Term { term, error })?;
            let ledger = clock.ledger.clone();
            changes.push((term, Box::new(TermChange { ledger, reckoning })));
        }
        for (key, change) in changes {
            self.emit(Event::TermRecomputed { key, change })?;
        }
        Ok(())
    }

    /// Whether `key` is an event sub-process: it is active without having been entered.
    pub(super) fn is_event_sub_process(&self, key: Key) -> Step<bool> {
        let index = self.element_of(key)?;
        Ok(matches!(
            self.program.elements[index].kind,
            Kind::EventSubProcess
        ))
    }
}
