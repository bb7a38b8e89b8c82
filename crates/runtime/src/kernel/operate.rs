//! What operators do to cases: variables, suspension, cancellation, incidents.

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::{Actor, Command as Order, Rejection, TermKey};

use super::group::Group;
use super::step::{Before, rejected};
use super::{Failure, Kernel};
use crate::case::{Case, CaseEvent, Step};
use crate::command::{Answer, Command, TermCommand};
use crate::error::Refusal;
use crate::store::{CaseStatus, ElementInstanceId};

impl Kernel {
    pub(super) async fn operator_command(
        &mut self,
        group: &mut Group,
        command: &Command,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let instance = match command {
            Command::SetVariables { instance, .. }
            | Command::Suspend { instance, .. }
            | Command::Resume { instance }
            | Command::Term { instance, .. }
            | Command::AdoptCalendar { instance, .. }
            | Command::Cancel { instance } => *instance,
            Command::ResolveIncident { incident } => incident.instance,
            _ => return Ok(Answer::Done),
        };
        // These two are how a case that is set aside comes back or ends.
        let entry = self.entry(instance).await?;
        let aside = entry.case.head.quarantined.is_some();
        let action = |case: &mut Case, step: &mut Step<'_>| operate(case, step, command, actor);
        match command {
            Command::Cancel { .. } | Command::ResolveIncident { .. } if aside => {
                self.take(group, Before::Known(entry), Vec::new(), now, action)
                    .await?;
            }
            _ => self.step(group, instance, Vec::new(), now, action).await?,
        }
        Ok(Answer::Done)
    }
}

fn operate(
    case: &mut Case,
    step: &mut Step<'_>,
    command: &Command,
    actor: &Arc<Actor>,
) -> Result<(), Refusal> {
    let instance = case.id;
    let status = case.status();
    if status.has_ended() && !matches!(command, Command::Cancel { .. }) {
        return Err(Refusal::CaseEnded { instance, status });
    }
    let refuse = rejected(instance);
    match command {
        Command::SetVariables {
            scope, variables, ..
        } => {
            if let Some(scope) = scope.filter(|scope| scope.instance != instance) {
                return Err(Refusal::WorkEnded {
                    work: scope,
                    end: None,
                });
            }
            let order = Order::SetVariables {
                scope: scope.map(|scope| scope.key),
                variables: variables.clone(),
            };
            case.execute(step, actor, order).map_err(refuse)
        }
        Command::Suspend { reason, .. } => {
            if status == CaseStatus::Suspended {
                return Ok(());
            }
            let reason = Arc::clone(reason);
            let event = CaseEvent::Suspended { reason };
            case.record(step, actor, event).map_err(refuse)
        }
        Command::Resume { .. } => {
            if status != CaseStatus::Suspended {
                return Err(Refusal::NotSuspended(instance));
            }
            // Every arm is entered again, so that it gets what was kept in the meantime.
            case.record(step, actor, CaseEvent::Resumed).map_err(refuse)
        }
        Command::Term { term, change, .. } => {
            let order = term_order(*term, *change);
            case.execute(step, actor, order).map_err(refuse)
        }
        Command::AdoptCalendar { calendar, .. } => {
            let calendar = Arc::clone(calendar);
            let order = Order::AdoptCalendar { calendar };
            case.execute(step, actor, order).map_err(refuse)
        }
        Command::Cancel { .. } => cancel(case, step, actor),
        Command::ResolveIncident { incident } => resolve(case, step, *incident, actor),
        _ => Ok(()),
    }
}

fn term_order(term: TermKey, change: TermCommand) -> Order {
    match change {
        TermCommand::Suspend => Order::SuspendTerm { term },
        TermCommand::Resume => Order::ResumeTerm { term },
        TermCommand::Interrupt => Order::InterruptTerm { term },
        TermCommand::Extend(by) => Order::ExtendTerm { term, by },
    }
}

/// Ends a case. One that is set aside is ended without asking its process.
fn cancel(case: &mut Case, step: &mut Step<'_>, actor: &Arc<Actor>) -> Result<(), Refusal> {
    let (instance, status) = (case.id, case.status());
    if case.head.quarantined.is_some() {
        let event = CaseEvent::Abandoned;
        return case.record(step, actor, event).map_err(rejected(instance));
    }
    match status {
        // A case that has failed is kept for inspection; cancelling lets go of it.
        CaseStatus::Running | CaseStatus::Suspended | CaseStatus::Failed => {}
        CaseStatus::Completed | CaseStatus::Cancelled => {
            return Err(Refusal::CaseEnded { instance, status });
        }
    }
    let order = Order::Cancel;
    case.execute(step, actor, order).map_err(rejected(instance))
}

/// Tries again what led to an incident.
fn resolve(
    case: &mut Case,
    step: &mut Step<'_>,
    incident: ElementInstanceId,
    actor: &Arc<Actor>,
) -> Result<(), Refusal> {
    let refuse = rejected(case.id);
    if case.head.quarantined.is_some() && case.state().root() == Some(incident.key) {
        return case
            .record(step, actor, CaseEvent::Released)
            .map_err(refuse);
    }
    if case.status() == CaseStatus::Suspended {
        return Err(Refusal::CaseSuspended(case.id));
    }
    let order = Order::Resolve { key: incident.key };
    match case.execute(step, actor, order) {
        Err(Rejection::NoIncident(_) | Rejection::NoSuchElement(_)) => {
            Err(Refusal::NoIncident(incident))
        }
        other => other.map_err(refuse),
    }
}
