//! User tasks: work that people do.
//!
//! ```text
//! created ──claim──> claimed ──complete──> completed
//!    ^                │  ^ │
//!    └────unclaim─────┘  │ └─delegate──> delegated ─┐
//!                        └────────resolve───────────┘
//! ```
//! Separation and binding of duties ([`Duty`](reglament_core::program::Duty)) are looked at when a task
//! is claimed, delegated (for the delegate) and completed. An attempt against them is refused and stands
//! in the history. A delegate who gives a task back has performed it too.
//!
//! Only the holder completes a task. A task that nobody holds may be completed by whoever may claim
//! it: that is a claim and a completion in one. An actor that the host calls unrestricted (an
//! administrator, a migration) is bound by none of this, and the history names it.

use std::sync::Arc;

use reglament_core::program::ElementIx;
use reglament_core::timer::Timestamp;
use reglament_executor::{Actor, Command as Order, DutyConflict, Key, Variables};

use super::group::Group;
use super::step::rejected;
use super::{Failure, Kernel};
use crate::case::{Assigned, Case, CaseEvent, Step, UserTask};
use crate::command::{Answer, Command};
use crate::error::Refusal;
use crate::store::{CaseStatus, ElementInstanceId};

impl Kernel {
    pub(super) async fn task_command(
        &mut self,
        group: &mut Group,
        command: &Command,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let task = match command {
            Command::Claim { task }
            | Command::Unclaim { task }
            | Command::Delegate { task, .. }
            | Command::ResolveTask { task }
            | Command::CompleteTask { task, .. } => *task,
            _ => return Ok(Answer::Done),
        };
        let acted = self.step(group, task.instance, Vec::new(), now, |case, step| {
            case.user_task_command(step, task, command, actor)
        });
        // The attempt is part of the history, so the step is committed.
        match acted.await? {
            Some(refusal) => Err(refusal.into()),
            None => Ok(Answer::Done),
        }
    }
}

impl Case {
    /// Carries out a command on a user task. A refusal that is returned in the result is part of what
    /// has happened.
    fn user_task_command(
        &mut self,
        step: &mut Step<'_>,
        id: ElementInstanceId,
        command: &Command,
        actor: &Arc<Actor>,
    ) -> Result<Option<Refusal>, Refusal> {
        let known = self.user_task(id)?;
        let (hand_over, takes) = match command {
            Command::Claim { .. } => match claim(id, known, actor)? {
                Some(claimed) => (Some(claimed), Some(&actor.id)),
                None => return Ok(None),
            },
            Command::Unclaim { .. } => (Some(unclaim(id, known, actor)?), None),
            Command::Delegate { to, .. } => (Some(delegate(id, known, actor, to)?), Some(to)),
            Command::ResolveTask { .. } => (Some(give_back(id, known, actor)?), None),
            Command::CompleteTask { variables, .. } => {
                may_complete(id, known, actor)?;
                check_form(id, known, step, variables)?;
                (None, Some(&actor.id))
            }
            _ => return Ok(None),
        };
        let takes = takes.filter(|_| !actor.unrestricted);
        let conflict = takes.and_then(|person| self.conflict(step, id.key, command, person));
        if let Some(conflict) = conflict {
            let refused = CaseEvent::DutyRefused {
                key: id.key,
                conflict: conflict.clone(),
            };
            self.record(step, actor, refused)
                .map_err(rejected(self.id))?;
            return Ok(Some(Refusal::Duty { task: id, conflict }));
        }
        match (hand_over, command) {
            (Some(hand_over), Command::ResolveTask { .. }) => {
                self.perform(step, id.key, actor)?;
                self.hand_over(step, id.key, hand_over, actor)?;
            }
            (Some(hand_over), _) => self.hand_over(step, id.key, hand_over, actor)?,
            (None, Command::CompleteTask { variables, .. }) => {
                self.perform(step, id.key, actor)?;
                let order = Order::Complete {
                    key: id.key,
                    variables: variables.clone(),
                };
                self.execute(step, actor, order)
                    .map_err(rejected(self.id))?;
            }
            (None, _) => {}
        }
        Ok(None)
    }

    /// The duty that forbids that `person` takes or completes a task.
    fn conflict(
        &self,
        step: &Step<'_>,
        key: Key,
        command: &Command,
        person: &Arc<str>,
    ) -> Option<DutyConflict> {
        let program = step.env.program;
        let element = self.state().element(key)?;
        // Who completes has the task already; what else is in that person's hands is refused later.
        let completes = matches!(command, Command::CompleteTask { .. });
        let holds = |other: ElementIx| {
            let mut tasks = self.head.tasks.iter();
            !completes
                && tasks.any(|(key, task)| {
                    task.assignee.as_ref() == Some(person)
                        && self.state().element(*key) == Some(other)
                })
        };
        let performers = &self.head.performers;
        performers.check(program, element, person, holds).err()
    }

    /// Notes who performs a task that a duty is about. The engine is nobody.
    fn perform(
        &mut self,
        step: &mut Step<'_>,
        key: Key,
        actor: &Arc<Actor>,
    ) -> Result<(), Refusal> {
        let program = step.env.program;
        let Some(element) = self.state().element(key) else {
            return Ok(());
        };
        if actor.id.is_empty() || program.duties_of(element).next().is_none() {
            return Ok(());
        }
        let performed = CaseEvent::TaskPerformed {
            element: Arc::clone(&program.infos[element].id),
            performer: Arc::clone(&actor.id),
        };
        self.record(step, actor, performed)
            .map_err(rejected(self.id))
    }
}

/// Whether what was filled in keeps the rules of the task's form. A form that the deployment does not
/// have is the host's own, and so are its rules.
fn check_form(
    id: ElementInstanceId,
    task: &UserTask,
    step: &Step<'_>,
    variables: &Variables,
) -> Result<(), Refusal> {
    let form = task.terms.form.as_ref();
    let form = form.and_then(|form| step.definition.forms.get(form));
    let errors: Vec<String> = form
        .map(|form| form.validate(variables))
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Refusal::InvalidForm { task: id, errors })
}

/// A change of hands: how, to whom, and who delegated.
type HandOver = (Assigned, Option<Arc<str>>, Option<Arc<str>>);

impl Case {
    fn hand_over(
        &mut self,
        step: &mut Step<'_>,
        key: Key,
        (how, assignee, owner): HandOver,
        actor: &Arc<Actor>,
    ) -> Result<(), Refusal> {
        let event = CaseEvent::TaskAssigned {
            key,
            how,
            assignee,
            owner,
        };
        self.record(step, actor, event).map_err(rejected(self.id))
    }

    fn user_task(&self, id: ElementInstanceId) -> Result<&UserTask, Refusal> {
        let task = self.head.tasks.get(&id.key);
        let task = task.ok_or_else(|| self.work_ended(id.key))?;
        match self.status() {
            CaseStatus::Running => {}
            CaseStatus::Suspended => return Err(Refusal::CaseSuspended(self.id)),
            CaseStatus::Completed | CaseStatus::Failed | CaseStatus::Cancelled => {
                return Err(self.work_ended(id.key));
            }
        }
        if self.head.incidents.contains_key(&id.key) {
            return Err(Refusal::HasIncident(id));
        }
        Ok(task)
    }
}

/// Whether the actor may claim the task: the model's assignee, a candidate, or anybody where the model
/// names nobody.
fn is_candidate(task: &UserTask, actor: &Actor) -> bool {
    let terms = &task.terms;
    if actor.unrestricted {
        return true;
    }
    if let Some(assignee) = &terms.assignee {
        return *assignee == actor.id;
    }
    let open = terms.candidate_users.is_empty() && terms.candidate_groups.is_empty();
    let grouped = terms
        .candidate_groups
        .iter()
        .any(|it| actor.groups.contains(it));
    open || grouped || terms.candidate_users.contains(&actor.id)
}

fn not_a_candidate(id: ElementInstanceId, actor: &Actor) -> Refusal {
    Refusal::NotACandidate {
        task: id,
        actor: Arc::clone(&actor.id),
    }
}

/// The actor holds the task, or nothing binds the actor.
fn holds(id: ElementInstanceId, task: &UserTask, actor: &Actor) -> Result<(), Refusal> {
    match &task.assignee {
        None => Err(Refusal::NotClaimed(id)),
        Some(assignee) if *assignee == actor.id || actor.unrestricted => Ok(()),
        Some(assignee) => Err(Refusal::Claimed {
            task: id,
            assignee: Arc::clone(assignee),
        }),
    }
}

fn claim(
    id: ElementInstanceId,
    task: &UserTask,
    actor: &Actor,
) -> Result<Option<HandOver>, Refusal> {
    match &task.assignee {
        Some(assignee) if *assignee == actor.id => Ok(None),
        Some(assignee) => Err(Refusal::Claimed {
            task: id,
            assignee: Arc::clone(assignee),
        }),
        None if is_candidate(task, actor) => {
            let assignee = Some(Arc::clone(&actor.id));
            Ok(Some((Assigned::Claimed, assignee, None)))
        }
        None => Err(not_a_candidate(id, actor)),
    }
}

fn unclaim(id: ElementInstanceId, task: &UserTask, actor: &Actor) -> Result<HandOver, Refusal> {
    holds(id, task, actor)?;
    match &task.owner {
        Some(owner) => Err(Refusal::Delegated {
            task: id,
            owner: Arc::clone(owner),
        }),
        None => Ok((Assigned::Unclaimed, None, None)),
    }
}

fn delegate(
    id: ElementInstanceId,
    task: &UserTask,
    actor: &Actor,
    to: &Arc<str>,
) -> Result<HandOver, Refusal> {
    holds(id, task, actor)?;
    // Who delegates what was delegated: it goes back to the first owner.
    let owner = task.owner.clone().or_else(|| task.assignee.clone());
    Ok((Assigned::Delegated, Some(Arc::clone(to)), owner))
}

fn give_back(id: ElementInstanceId, task: &UserTask, actor: &Actor) -> Result<HandOver, Refusal> {
    holds(id, task, actor)?;
    let owner = task.owner.clone().ok_or(Refusal::NotDelegated(id))?;
    Ok((Assigned::Resolved, Some(owner), None))
}

fn may_complete(id: ElementInstanceId, task: &UserTask, actor: &Actor) -> Result<(), Refusal> {
    if task.assignee.is_none() {
        return if is_candidate(task, actor) {
            Ok(())
        } else {
            Err(not_a_candidate(id, actor))
        };
    }
    holds(id, task, actor)?;
    match &task.owner {
        Some(owner) if !actor.unrestricted => Err(Refusal::Delegated {
            task: id,
            owner: Arc::clone(owner),
        }),
        _ => Ok(()),
    }
}
