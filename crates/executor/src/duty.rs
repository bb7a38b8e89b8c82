//! Separation and binding of duties: who has performed the tasks that duties are about.
//!
//! Who may act is looked at before a command reaches the [`Instance`](crate::Instance): by the durable
//! engine when a task is claimed, delegated or completed, by a script when it says who completes a task.
//! Both do it by the rule here.
//!
//! # Source
//! Workflow resource patterns (Russell, ter Hofstede, Edmond, van der Aalst, 2005): Separation of Duties
//! and Retain Familiar.

use std::collections::BTreeMap;
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{DutyKind, ElementIx};
use serde::{Deserialize, Serialize};

/// Who has performed the tasks of one case that duties are about, by the id of the task: each person
/// once, the one who did so last at the end. The engine itself is nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Performers(BTreeMap<Arc<str>, Vec<Arc<str>>>);

/// Why a person may not perform a task of a case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{}", self.in_words())]
pub struct DutyConflict {
    /// Which rule it breaks.
    pub rule: DutyRule,
    /// The id of the task.
    pub task: Arc<str>,
    /// The id of the task that decides.
    pub other: Arc<str>,
    /// The person.
    pub person: Arc<str>,
}

/// A rule about who performs two tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyRule {
    /// Different persons do.
    Separation,
    /// The same person does.
    Binding,
}

impl DutyConflict {
    fn in_words(&self) -> String {
        let Self {
            task,
            other,
            person,
            ..
        } = self;
        match self.rule {
            DutyRule::Separation => format!(
                "`{person}` performs `{other}` in this case, and another person has to perform `{task}`"
            ),
            DutyRule::Binding => format!(
                "the person who performs `{other}` in this case has to perform `{task}`, and that is not `{person}`"
            ),
        }
    }
}

impl Performers {
    /// Whether nobody has performed such a task.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes note that `person` has performed the task with the id `task`.
    pub fn note(&mut self, task: &Arc<str>, person: &Arc<str>) {
        let known = self.0.entry(Arc::clone(task)).or_default();
        known.retain(|it| it != person);
        known.push(Arc::clone(person));
    }

    /// The tasks have other ids: the case was migrated. What two tasks had that become one is had by it.
    pub fn rename(&mut self, becomes: impl Fn(&Arc<str>) -> Arc<str>) {
        for (task, persons) in std::mem::take(&mut self.0) {
            let task = becomes(&task);
            for person in &persons {
                self.note(&task, person);
            }
        }
    }

    /// Whether a duty forbids that `person` performs `task`. `holds` says whether the person has a task
    /// in hand without having completed it: that separates as well, and binds nobody.
    ///
    /// # Errors
    /// The first duty, in the order of the model, that forbids it.
    pub fn check(
        &self,
        program: &Program,
        task: ElementIx,
        person: &Arc<str>,
        holds: impl Fn(ElementIx) -> bool,
    ) -> Result<(), DutyConflict> {
        let id = |element: ElementIx| Arc::clone(&program.infos[element].id);
        for (kind, other) in program.duties_of(task) {
            let known = self.0.get(&program.infos[other].id).map(Vec::as_slice);
            let known = known.unwrap_or_default();
            let (rule, forbids) = match kind {
                DutyKind::Separation => {
                    (DutyRule::Separation, known.contains(person) || holds(other))
                }
                DutyKind::Binding => (
                    DutyRule::Binding,
                    known.last().is_some_and(|last| last != person),
                ),
            };
            if forbids {
                return Err(DutyConflict {
                    rule,
                    task: id(task),
                    other: id(other),
                    person: Arc::clone(person),
                });
            }
        }
        Ok(())
    }
}
