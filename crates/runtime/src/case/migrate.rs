//! A case goes on under another version: what the executor does not know of is checked here.

use std::collections::BTreeSet;
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::Kind;
use reglament_executor::{
    Actor, Command, Env, Key, MigrationPlan, MigrationProblemKind, MigrationReport, Occasion,
};

use super::{Case, CaseEvent, Step};
use crate::command::Migration;
use crate::definition::Definition;
use crate::error::Refusal;

/// The two versions of a migration.
#[derive(Clone, Copy)]
pub(crate) struct Versions<'a> {
    pub(crate) source: &'a Definition,
    pub(crate) target: &'a Definition,
}

/// What became of a case in a migration, as its history tells it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CaseMigrated {
    /// The definition that it ran under.
    pub from: crate::store::Digest,
    /// The definition that it goes on under.
    pub definition: crate::store::Digest,
    /// The id of its process there.
    pub process: Arc<str>,
    /// The number of that version of the process, from 1.
    pub version: u32,
    /// On what ground: the act by which running cases go on under it.
    pub ground: Arc<str>,
    /// The tasks that duties are about and that have other ids there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renamed: Vec<(Arc<str>, Arc<str>)>,
}

impl CaseMigrated {
    /// The id that a task has in the target.
    pub(super) fn becomes(&self, task: &Arc<str>) -> Arc<str> {
        let renamed = self.renamed.iter().find(|(from, _)| from == task);
        Arc::clone(renamed.map_or(task, |(_, to)| to))
    }
}

impl Case {
    /// Everything that stands in the way of a migration.
    pub(crate) fn check_migration(
        &self,
        migration: &Migration,
        versions: Versions<'_>,
        env: &Env<'_>,
        now: reglament_core::timer::Timestamp,
    ) -> MigrationReport {
        let engine = Actor::system();
        let occasion = Occasion {
            now,
            actor: &engine,
        };
        let source = &versions.source.program;
        let plan = &migration.plan;
        let mut report = self.state().check_migration(source, plan, env, &occasion);
        self.check_work(plan, versions, &mut report);
        check_marks(source, &versions.target.program, &mut report);
        note_duties(plan, source, &versions.target.program, &mut report);
        report
    }

    /// Work that somebody has in hand.
    fn check_work(
        &self,
        plan: &MigrationPlan,
        Versions { source, target }: Versions<'_>,
        report: &mut MigrationReport,
    ) {
        for (key, task) in &self.head.tasks {
            let Some((id, _)) = kept(self, plan, &source.program, *key) else {
                continue;
            };
            let Some(form) = &task.terms.form else {
                continue;
            };
            if source.forms.contains_key(form) && !target.forms.contains_key(form) {
                let message = format!(
                    "task `{id}` is filled in with form `{form}`, which the target does not have; \
                     `update` offers it again"
                );
                let kind = MigrationProblemKind::FormMissing;
                report.add(kind, id, Some(*key), message);
            }
        }
        for (key, job) in &self.head.jobs {
            let Some((id, to)) = kept(self, plan, &source.program, *key) else {
                continue;
            };
            let element = target.program.element(to);
            let element = element.map(|element| &target.program.elements[element].kind);
            if let Some(Kind::Task(task)) = element
                && let Some(definition) = &task.job
                && let reglament_core::program::Text::Literal(kind) = &definition.kind
                && *kind != job.kind
            {
                let before = &job.kind;
                let message = format!(
                    "the job at `{id}` keeps its type `{before}`; the target says `{kind}`, and \
                     `update` offers it again"
                );
                report.note(id, message);
            }
        }
    }

    /// Has the case go on under the target, whose program is the step's.
    pub(crate) fn migrate(
        &mut self,
        step: &mut Step<'_>,
        migration: &Migration,
        source: &Definition,
        actor: &Arc<Actor>,
    ) -> Result<(), Refusal> {
        let instance = self.id;
        let target = step.definition;
        let versions = Versions { source, target };
        let report = self.check_migration(migration, versions, step.env, step.now);
        if !report.is_good() {
            let report = Box::new(report);
            return Err(Refusal::CannotMigrate { instance, report });
        }
        let refuse = crate::kernel::rejected(instance);
        let process = migration.element_after(&self.head.process);
        let number = target.processes.iter().find(|(id, _)| *id == process);
        let event = CaseMigrated {
            from: source.digest,
            definition: target.digest,
            version: number.map_or(0, |(_, number)| *number),
            process,
            ground: Arc::clone(&migration.ground),
            renamed: renamed_duties(&migration.plan, &source.program),
        };
        let event = CaseEvent::Migrated(Box::new(event));
        self.record(step, actor, event).map_err(&refuse)?;
        let order = Command::Migrate {
            source: Arc::clone(&source.program),
            plan: Box::new(migration.plan.clone()),
        };
        let renewed = self.renewed(&migration.plan, &source.program);
        self.execute(step, actor, order).map_err(refuse)?;
        step.renew(renewed);
        Ok(())
    }

    /// The work that is offered again under the target.
    fn renewed(&self, plan: &MigrationPlan, source: &Program) -> BTreeSet<Key> {
        let work = self.head.jobs.keys().chain(self.head.tasks.keys());
        let updated = work.filter(|key| {
            let element = self.state().element(**key);
            element.is_some_and(|element| {
                let id = source.id(element);
                plan.elements.iter().any(|it| *it.from == *id && it.update)
            })
        });
        updated.copied().collect()
    }
}

/// The ids of the element of work that goes on as it is, before and after.
fn kept<'a>(
    case: &Case,
    plan: &'a MigrationPlan,
    source: &'a Program,
    key: Key,
) -> Option<(&'a str, &'a str)> {
    let id = source.id(case.state().element(key)?);
    let mapping = plan.elements.iter().find(|it| *it.from == *id)?;
    (!mapping.update).then_some((id, &*mapping.to))
}

/// The tasks that duties are about and that the plan gives other ids.
fn renamed_duties(plan: &MigrationPlan, source: &Program) -> Vec<(Arc<str>, Arc<str>)> {
    let named = |id: &str| {
        let element = source.element(id);
        element.is_some_and(|element| source.duties_of(element).next().is_some())
    };
    let renamed = plan.elements.iter().filter(|it| it.from != it.to);
    renamed
        .filter(|it| named(&it.from))
        .map(|it| (Arc::clone(&it.from), Arc::clone(&it.to)))
        .collect()
}

/// Who performed a task is recorded where a duty is about it. A duty that only the target has knows
/// nobody who performed before.
fn note_duties(
    plan: &MigrationPlan,
    source: &Program,
    target: &Program,
    report: &mut MigrationReport,
) {
    let was_about = |id: &str| {
        let before = plan.elements.iter().find(|it| *it.to == *id);
        let before = before.and_then(|it| source.element(&it.from));
        before.is_some_and(|element| source.duties_of(element).next().is_some())
    };
    for duty in &target.duties {
        for task in [duty.task, duty.other] {
            let id = target.id(task);
            if !was_about(id) {
                let message = format!(
                    "a duty is about `{id}` in the target only: who performed it before is not known"
                );
                report.note(id, message);
            }
        }
    }
}

/// What is sealed stays sealed: a mark that only the source has would open data.
fn check_marks(source: &Program, target: &Program, report: &mut MigrationReport) {
    let all = target.personal.iter().any(|mark| mark.variable.is_none());
    for mark in &source.personal {
        let name = mark.variable.and_then(|symbol| source.names.name(symbol));
        let marked = target.personal.iter().any(|it| {
            let other = it.variable.and_then(|symbol| target.names.name(symbol));
            other.is_some() && other == name
        });
        if all || (name.is_some() && marked) {
            continue;
        }
        let what = match name {
            Some(name) => format!("variable `{name}` is personal data"),
            None => "every variable is personal data".to_owned(),
        };
        let message = format!("{what} in the source and not in the target: mark it there too");
        let kind = MigrationProblemKind::PersonalMarkLost;
        let about = name.map_or("", |name| name);
        report.add(kind, about, None, message);
    }
}
