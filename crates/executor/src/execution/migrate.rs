//! Migration: the plan is checked, then everything moves in one event.

use reglament_core::Program;
use reglament_core::program::{Alternatives, ElementIx, Kind};

use super::enter::Prepared;
use super::evaluate::Failure;
use super::{Execution, Step};
use crate::command::Occasion;
use crate::env::Env;
use crate::event::Event;
use crate::migration::{self, MigrationPlan, MigrationProblemKind, MigrationReport};
use crate::rejection::Rejection;
use crate::sink::{NoHistory, Sink};
use crate::state::{Key, State, Status};

impl State {
    /// Checks a plan by which this state, an instance of `source`, would go on under the program of
    /// `env`. Nothing is changed.
    #[must_use]
    pub fn check_migration(
        &self,
        source: &Program,
        plan: &MigrationPlan,
        env: &Env<'_>,
        occasion: &Occasion<'_>,
    ) -> MigrationReport {
        prepared(self, source, plan, env, occasion).1
    }
}

/// What a migration would do, and what stands in its way. What the target arms anew is computed on a
/// copy that has been migrated already.
fn prepared(
    state: &State,
    source: &Program,
    plan: &MigrationPlan,
    env: &Env<'_>,
    occasion: &Occasion<'_>,
) -> (migration::Prepared, MigrationReport) {
    let (prepared, mut report) = migration::check(state, source, env, plan, occasion.now);
    if !report.is_good() {
        return (prepared, report);
    }
    let mut copy = state.clone();
    let event = Event::Migrated(Box::new(prepared.migrated.clone()));
    if copy.write(env.program, &event).is_err() {
        let root = state.root();
        let id = root.and_then(|root| state.element(root));
        let id = id.map_or("", |element| source.id(element));
        let message = "the state and its program contradict each other";
        report.add(MigrationProblemKind::InMotion, id, root, message);
        return (prepared, report);
    }
    let mut nothing = NoHistory;
    let execution = Execution::new(&mut copy, env, occasion, &mut nothing);
    for (owner, event) in &prepared.arming {
        if let Err(failure) = execution.newly_armed(*owner, *event) {
            let id = env.program.id(*event);
            let kind = MigrationProblemKind::NotComputable;
            report.add(
                kind,
                id,
                Some(*owner),
                format!("`{id}`: {}", failure.message),
            );
        }
    }
    for (owner, terms) in &prepared.starting {
        if let Err(failure) = execution.newly_started(*owner, terms) {
            let id = state.element(*owner).map_or("", |it| source.id(it));
            let kind = MigrationProblemKind::NotComputable;
            report.add(kind, id, Some(*owner), failure.message);
        }
    }
    (prepared, report)
}

impl<S: Sink> Execution<'_, S> {
    /// Has the instance go on under the program of the environment.
    pub(crate) fn migrate(
        &mut self,
        source: &Program,
        plan: &MigrationPlan,
    ) -> Result<(), Rejection> {
        if self.state.status() != Status::Running {
            return Err(Rejection::NotRunning);
        }
        let (prepared, report) = prepared(self.state, source, plan, self.env, self.occasion);
        if !report.is_good() {
            return Err(Rejection::Migration(Box::new(report)));
        }
        self.emit(Event::Migrated(Box::new(prepared.migrated)))?;
        if prepared.conditions_changed {
            self.touch();
        }
        for (owner, event) in prepared.arming {
            match self.newly_armed(owner, event) {
                Ok(prepared) => self.arm(owner, prepared.arms, prepared.terms)?,
                Err(failure) => return Err(refused(self.program.id(event), owner, &failure)),
            }
        }
        for (owner, terms) in prepared.starting {
            match self.newly_started(owner, &terms) {
                Ok(starting) => self.start_terms(starting.terms, owner)?,
                Err(failure) => return Err(refused("", owner, &failure)),
            }
        }
        self.try_joins()?;
        Ok(())
    }

    fn newly_armed(&self, owner: Key, event: ElementIx) -> Result<Prepared, Failure> {
        let mut prepared = Prepared::default();
        self.prepare_event(event, owner.slot, &[], &mut prepared)?;
        Ok(prepared)
    }

    fn newly_started(&self, owner: Key, terms: &Alternatives) -> Result<Prepared, Failure> {
        let mut prepared = Prepared::default();
        if let Some(index) = self.state.element(owner) {
            let sets = std::slice::from_ref(terms);
            self.prepare_terms(sets, index, owner.slot, &[], &mut prepared.terms)?;
        }
        Ok(prepared)
    }

    /// Joins that have everything they wait for under the target: a flow that was missing is gone.
    fn try_joins(&mut self) -> Step {
        let parked = self.state.rare().into_iter().flat_map(|rare| &rare.parked);
        let mut joins: Vec<(u32, ElementIx)> = parked.map(|it| (it.scope, it.target)).collect();
        joins.sort_unstable();
        joins.dedup();
        for (scope, join) in joins {
            // The others look at more than tokens, and do so by themselves.
            let counts_tokens = !matches!(
                self.program.elements[join].kind,
                Kind::InclusiveGateway(_) | Kind::ComplexGateway { .. }
            );
            if counts_tokens && let Some(scope) = self.state.key_of(scope) {
                self.try_join(scope, join)?;
            }
        }
        Ok(())
    }
}

/// What could be computed a moment ago cannot be now.
fn refused(id: &str, owner: Key, failure: &Failure) -> Rejection {
    let mut report = MigrationReport::default();
    let kind = MigrationProblemKind::NotComputable;
    report.add(kind, id, Some(owner), &failure.message);
    Rejection::Migration(Box::new(report))
}
