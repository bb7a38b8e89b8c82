//! Operators move cases by hand, and have them go on under other versions.

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::timer::Timestamp;
use reglament_executor::{
    Activation, Actor, Command as Order, InstanceId, Modification, Rejection,
};

use super::group::Group;
use super::step::{Before, rejected};
use super::{Failure, Kernel};
use crate::case::{Case, CaseEvent, Step};
use crate::command::{Answer, CaseModification, Migration, NewToken};
use crate::definition::Definition;
use crate::error::Refusal;
use crate::store::{CaseStatus, ElementInstanceId, IndexChange, KeptQuery, MessageTarget};

impl Kernel {
    /// Has a case go on under another version.
    pub(super) async fn migrate(
        &mut self,
        group: &mut Group,
        instance: InstanceId,
        migration: &Migration,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let entry = self.entry(instance).await?;
        if let Some(reason) = &entry.case.head.quarantined {
            let reason = Arc::clone(reason);
            return Err(Refusal::Quarantined { instance, reason }.into());
        }
        if entry.vault.is_shredded() {
            return Err(Refusal::Shredded(instance).into());
        }
        let source = Arc::clone(&entry.definition);
        let target = self.catalogue.get(migration.target).map(Arc::clone);
        let target = target.ok_or(Refusal::UnknownDefinition(migration.target))?;
        may_be_migrated(&entry.case, migration)?;
        let changes = self.kept_for_partner(group, instance, migration, (&source, &target));
        let changes = changes.await?;
        let before = Before::Migrating(entry, target);
        self.take(group, before, changes, now, |case, step| {
            case.migrate(step, migration, &source, actor)
        })
        .await?;
        self.on_their_way = true;
        Ok(Answer::Done)
    }

    /// What is kept for this case alone is addressed to its version: it goes to the new one, and looks
    /// for its receiver again.
    async fn kept_for_partner(
        &self,
        group: &Group,
        instance: InstanceId,
        migration: &Migration,
        (source, target): (&Definition, &Definition),
    ) -> Result<Vec<IndexChange>, Failure> {
        if !self.messages && !group.puts_messages {
            return Ok(Vec::new());
        }
        let query = KeptQuery::Partner(instance);
        let rows = group.overlay.messages(&self.pipe, query, usize::MAX >> 1);
        let mut changes = Vec::new();
        for mut row in rows.await? {
            let Some(addressed) = row.target.as_ref() else {
                continue;
            };
            if addressed.definition != source.digest {
                continue;
            }
            let element = migration.element_after(&addressed.element);
            row.target = Some(MessageTarget {
                definition: target.digest,
                element,
            });
            row.routed = false;
            changes.push(IndexChange::Message(Box::new(row)));
        }
        Ok(changes)
    }

    /// Moves a case by hand.
    pub(super) async fn modify(
        &mut self,
        group: &mut Group,
        (instance, modification, ground): (InstanceId, &CaseModification, &Arc<str>),
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        self.step(group, instance, Vec::new(), now, |case, step| {
            let status = case.status();
            if status.has_ended() {
                return Err(Refusal::CaseEnded { instance, status });
            }
            if status == CaseStatus::Suspended {
                return Err(Refusal::CaseSuspended(instance));
            }
            modify(case, step, modification, ground, actor)
        })
        .await?;
        Ok(Answer::Done)
    }
}

/// Whether a migration is for this case at all.
pub(crate) fn may_be_migrated(case: &Case, migration: &Migration) -> Result<(), Refusal> {
    let (instance, status) = (case.id, case.status());
    if status.has_ended() {
        return Err(Refusal::CaseEnded { instance, status });
    }
    let found = case.head.definition;
    if found != migration.source {
        let expected = migration.source;
        return Err(Refusal::OtherDefinition {
            instance,
            expected,
            found,
        });
    }
    Ok(())
}

fn modify(
    case: &mut Case,
    step: &mut Step<'_>,
    modification: &CaseModification,
    ground: &Arc<str>,
    actor: &Arc<Actor>,
) -> Result<(), Refusal> {
    let instance = case.id;
    let order = Order::Modify(positions(instance, step.env.program, modification)?);
    let ground = Arc::clone(ground);
    let event = CaseEvent::Modified { ground };
    case.record(step, actor, event)
        .map_err(rejected(instance))?;
    case.execute(step, actor, order).map_err(rejected(instance))
}

/// The modification in positions of the program.
fn positions(
    instance: InstanceId,
    program: &Program,
    modification: &CaseModification,
) -> Result<Modification, Refusal> {
    let refuse = |why: String| Refusal::Rejected {
        instance,
        rejection: Rejection::Modification(why.into()),
    };
    let own = |id: ElementInstanceId| {
        let mine = id.instance == instance;
        mine.then_some(id.key)
            .ok_or_else(|| refuse(format!("{id} belongs to another case")))
    };
    let scope = |id: Option<ElementInstanceId>| id.map(own).transpose();
    let element = |id: &str| {
        let found = program.element(id);
        found.ok_or_else(|| refuse(format!("there is no element `{id}`")))
    };
    let flow = |id: &str| {
        let mut flows = program.flows.iter();
        let found = flows.find(|(_, flow)| *flow.id == *id);
        found
            .map(|(index, _)| index)
            .ok_or_else(|| refuse(format!("there is no flow `{id}`")))
    };
    let mut positions = Modification::default();
    for (id, variables) in &modification.variables {
        positions.variables.push((scope(*id)?, variables.clone()));
    }
    for id in &modification.cancel {
        positions.cancel.push(own(*id)?);
    }
    for token in &modification.withdraw {
        positions
            .withdraw
            .push((flow(&token.flow)?, scope(token.scope)?));
    }
    for token in &modification.activate {
        positions.activate.push(match token {
            NewToken::Before {
                element: id,
                scope: within,
            } => Activation::Before {
                element: element(id)?,
                scope: scope(*within)?,
            },
            NewToken::After {
                element: id,
                scope: within,
            } => Activation::After {
                element: element(id)?,
                scope: scope(*within)?,
            },
            NewToken::Over {
                flow: id,
                scope: within,
            } => Activation::Over {
                flow: flow(id)?,
                scope: scope(*within)?,
            },
        });
    }
    Ok(positions)
}
