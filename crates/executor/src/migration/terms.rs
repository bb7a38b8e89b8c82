//! Statutory terms in a migration: those that run, and those that only the target has.

use reglament_core::program::{Alternatives, TermDefinition, TermIx};
use reglament_core::timer::Timestamp;

use super::MigratedTerm;
use super::check::Checker;
use super::mapping::policy;
use super::plan::TermPolicy;
use super::report::MigrationProblemKind as Problem;
use crate::env::Env;
use crate::state::Key;
use crate::term::{Reckoning, TermChange, TermClock};

impl Checker<'_> {
    /// What becomes of each clock.
    pub(super) fn running_terms(&mut self, env: &Env<'_>, now: Timestamp) {
        let clocks: Vec<&TermClock> = self.state.terms().collect();
        for clock in clocks {
            let withdrawn = clock
                .arm
                .is_some_and(|arm| self.withdrawn.contains(&(clock.owner, arm)));
            let policy = policy(self.plan, self.source, clock.term);
            let ends = MigratedTerm {
                key: clock.key,
                term: None,
                kept: None,
                change: None,
            };
            let found = self
                .mapping
                .term(self.plan, (self.source, clock.term), self.target);
            let is_over = !clock.is_open() && found.is_none();
            let is_ended = policy == TermPolicy::End && clock.is_open();
            if is_ended && clock.arm.is_some() && !withdrawn {
                self.ends_with_its_event(clock);
                continue;
            }
            if withdrawn || is_ended || is_over {
                self.terms.push(ends);
                continue;
            }
            if let Some(term) = self.running_term(clock, policy, env, now) {
                self.terms.push(term);
            }
        }
    }

    fn ends_with_its_event(&mut self, clock: &TermClock) {
        let definition = &self.source.terms[clock.term];
        let id = self.source.id(definition.element);
        let literal = &definition.term.literal;
        let message = format!(
            "the term \"{literal}\" is the timer of event `{id}`: it ends when the plan leaves the event out"
        );
        self.report
            .add(Problem::TermUnmapped, id, Some(clock.owner), message);
    }

    fn running_term(
        &mut self,
        clock: &TermClock,
        policy: TermPolicy,
        env: &Env<'_>,
        now: Timestamp,
    ) -> Option<MigratedTerm> {
        let definition = &self.source.terms[clock.term];
        let id = self.source.id(definition.element);
        let counterpart = self.counterpart(clock, definition);
        let (index, new) = match counterpart {
            Ok(found) => found,
            Err(reason) => {
                let literal = &definition.term.literal;
                let message = format!("the term \"{literal}\" of `{id}` runs: {reason}");
                self.report
                    .add(Problem::TermUnmapped, id, Some(clock.owner), message);
                return None;
            }
        };
        let before = clock.kept.as_deref().unwrap_or(&definition.term);
        let mut migrated = MigratedTerm {
            key: clock.key,
            term: Some(index),
            kept: None,
            change: None,
        };
        if *before == new.term && definition.calendar == new.calendar {
            return Some(migrated);
        }
        let goes_on = clock.is_open() && !clock.expired;
        if policy != TermPolicy::Adopt || !goes_on {
            migrated.kept = Some(Box::new(before.clone()));
            let (old, literal) = (&before.literal, &new.term.literal);
            self.report.note(
                id,
                format!("the term \"{old}\" of `{id}` goes on as it began; the target says \"{literal}\""),
            );
            return Some(migrated);
        }
        match self.adopted(clock, new, env, now) {
            Ok(change) => {
                migrated.change = Some(Box::new(change));
                Some(migrated)
            }
            Err(reason) => {
                let literal = &new.term.literal;
                let message = format!("the term \"{literal}\" of `{id}`: {reason}");
                self.report
                    .add(Problem::NotComputable, id, Some(clock.owner), message);
                None
            }
        }
    }

    /// The term of the target that a clock goes on for.
    fn counterpart(
        &self,
        clock: &TermClock,
        definition: &TermDefinition,
    ) -> Result<(TermIx, &TermDefinition), String> {
        if self.mapping.element(definition.element).is_none() {
            return Err("the plan does not map the element that carries it".to_owned());
        }
        let found = self
            .mapping
            .term(self.plan, (self.source, clock.term), self.target);
        let index = found.ok_or_else(|| {
            "the target has no such term; map it to another, or `end` it".to_owned()
        })?;
        let new = &self.target.terms[index];
        if self.mapping.element(definition.scope) != Some(new.scope) {
            let scope = self.target.id(new.scope);
            return Err(format!("its counterpart belongs to `{scope}`"));
        }
        if definition.fires != new.fires {
            return Err("only one of the two is the timer of an event".to_owned());
        }
        Ok((index, new))
    }

    /// What a clock is like when it is counted as the target says, from its beginning.
    fn adopted(
        &self,
        clock: &TermClock,
        new: &TermDefinition,
        env: &Env<'_>,
        now: Timestamp,
    ) -> Result<TermChange, String> {
        let calendar = env.calendar(new.calendar.as_deref());
        let calendar = calendar.ok_or_else(|| "its calendar is not there".to_owned())?;
        let ledger = clock.ledger.clone();
        let reckoning = Reckoning::of(&new.term, &ledger, calendar, now);
        let reckoning = reckoning.map_err(|error| error.to_string())?;
        Ok(TermChange { ledger, reckoning })
    }

    /// Terms of running elements that only the target has: their clocks start with the migration.
    pub(super) fn new_terms(&mut self) {
        let mut instances = self.state.element_instances();
        instances.retain(|(key, _)| self.state.iteration(*key) == 0);
        for (key, element) in instances {
            let Some(to) = self.mapping.element(element) else {
                continue;
            };
            let Some(terms) = &self.target.elements[to].terms else {
                continue;
            };
            let sets = terms.on_activation.iter().filter(|it| self.is_new(it));
            let sets: Vec<Alternatives> = sets.cloned().collect();
            for alternatives in sets {
                self.starts(key, alternatives);
            }
        }
    }

    fn starts(&mut self, key: Key, alternatives: Alternatives) {
        if let Some(first) = alternatives.first() {
            let definition = &self.target.terms[*first];
            let (id, literal) = (self.target.id(definition.element), &definition.term.literal);
            let message = format!("the term \"{literal}\" of `{id}` starts with the migration");
            self.report.note(id, message);
        }
        self.starting.push((key, alternatives));
    }

    /// Whether no term of the source becomes one of these.
    fn is_new(&self, alternatives: &Alternatives) -> bool {
        let becomes = |term: TermIx| {
            self.mapping
                .term(self.plan, (self.source, term), self.target)
        };
        !self
            .source
            .terms
            .indices()
            .any(|term| becomes(term).is_some_and(|new| alternatives.contains(&new)))
    }
}
