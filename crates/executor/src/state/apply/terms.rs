//! What happens to the clocks of statutory terms.

use reglament_core::Program;
use reglament_core::program::Kind;

use super::{Applied, Broken};
use crate::event::Event;
use crate::migration::MigratedTerm;
use crate::state::State;
use crate::state::terms::Terms;
use crate::term::{Course, TermChange, TermClock, TermKey, TermOutcome, TermStart};

impl State {
    pub(super) fn write_term(&mut self, program: &Program, event: &Event) -> Applied {
        match event {
            Event::TermStarted { key, start } => self.term_started(*key, start),
            Event::TermWarned { key } => self.change_clock(*key, |clock| {
                if let Course::Running { warnings, .. } = &mut clock.reckoning.course
                    && !warnings.is_empty()
                {
                    warnings.remove(0);
                }
            }),
            Event::TermExpired { key } => self.change_clock(*key, |clock| clock.expired = true),
            Event::TermSuspended { key, change }
            | Event::TermResumed { key, change }
            | Event::TermInterrupted { key, change }
            | Event::TermExtended { key, change, .. }
            | Event::TermRecomputed { key, change } => self.term_changed(*key, change),
            Event::TermEnded { key, outcome } => self.term_ended(program, *key, *outcome),
            _ => Err(Broken("not an event of terms")),
        }
    }

    fn term_started(&mut self, key: TermKey, start: &TermStart) -> Applied {
        if key != self.next_term() {
            return Err(Broken("a term has another number than recorded"));
        }
        self.slot_mut(start.owner)?;
        let terms = self.rare_mut().terms.get_or_insert_default();
        terms.last = key.0;
        terms.clocks.push(TermClock {
            key,
            term: start.term,
            owner: start.owner,
            arm: start.arm,
            ledger: start.ledger.clone(),
            reckoning: start.reckoning.clone(),
            expired: false,
            outcome: None,
            kept: None,
        });
        terms.index_alarm(key);
        Ok(())
    }

    fn term_changed(&mut self, key: TermKey, change: &TermChange) -> Applied {
        self.change_clock(key, |clock| {
            clock.ledger = change.ledger.clone();
            clock.reckoning = change.reckoning.clone();
        })
    }

    /// What the case itself was to do in time stays on record; every other clock is gone.
    fn term_ended(&mut self, program: &Program, key: TermKey, outcome: TermOutcome) -> Applied {
        let root = self.root();
        self.change_clock(key, |clock| clock.outcome = Some(outcome))?;
        let terms = self.terms_mut()?;
        let of_the_case = |clock: &TermClock| {
            let carrier = program.terms[clock.term].element;
            Some(clock.owner) == root && matches!(program.elements[carrier].kind, Kind::Process)
        };
        terms
            .clocks
            .retain(|clock| clock.is_open() || of_the_case(clock));
        Ok(())
    }

    /// What a migration makes of the clocks.
    pub(super) fn migrate_terms(&mut self, migrated: &[MigratedTerm]) -> Applied {
        if self.terms().count() != migrated.len() {
            return Err(Broken("a migration that leaves terms out"));
        }
        for it in migrated {
            let terms = self.terms_mut()?;
            let position = terms.clocks.iter().position(|clock| clock.key == it.key);
            let position = position.ok_or(Broken("a term that has ended"))?;
            let Some(clock) = terms.clocks.get_mut(position) else {
                continue;
            };
            if let Some(alarm) = clock.alarm() {
                terms.alarms.remove(&(alarm, it.key));
            }
            let Some(term) = it.term else {
                terms.clocks.remove(position);
                continue;
            };
            clock.term = term;
            clock.kept.clone_from(&it.kept);
            if let Some(change) = &it.change {
                clock.ledger = change.ledger.clone();
                clock.reckoning = change.reckoning.clone();
            }
            terms.index_alarm(it.key);
        }
        Ok(())
    }

    fn change_clock(&mut self, key: TermKey, change: impl FnOnce(&mut TermClock)) -> Applied {
        let terms = self.terms_mut()?;
        let clock = terms.clocks.iter_mut().find(|clock| clock.key == key);
        let clock = clock
            .filter(|clock| clock.is_open())
            .ok_or(Broken("a term that has ended"))?;
        if let Some(alarm) = clock.alarm() {
            terms.alarms.remove(&(alarm, key));
        }
        change(clock);
        terms.index_alarm(key);
        Ok(())
    }

    fn terms_mut(&mut self) -> Result<&mut Terms, Broken> {
        let rare = self.rare.as_mut();
        rare.and_then(|rare| rare.terms.as_deref_mut())
            .ok_or(Broken("a term that never started"))
    }

    /// Builds again what is derived from the clocks.
    pub(in crate::state) fn index_alarms(&mut self) {
        let Some(terms) = self.rare.as_mut().and_then(|rare| rare.terms.as_mut()) else {
            return;
        };
        let keys: Vec<TermKey> = terms.clocks.iter().map(|clock| clock.key).collect();
        for key in keys {
            terms.index_alarm(key);
        }
    }
}

impl Terms {
    fn index_alarm(&mut self, key: TermKey) {
        let clock = self.clocks.iter().find(|clock| clock.key == key);
        if let Some(alarm) = clock.and_then(TermClock::alarm) {
            self.alarms.insert((alarm, key));
        }
    }
}
