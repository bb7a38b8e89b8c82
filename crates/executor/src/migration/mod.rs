//! Migration: an instance goes on under another program, by a plan that is checked before anything
//! moves.
//!
//! ```text
//! plan, source, target ──> mapping of positions ─┐
//!                                                ├──> check ──> report, or one event
//! state ─────────────────────────────────────────┘
//! ```
//! Everything that a state names in its program has a counterpart in the target, or the plan is
//! refused with all that is missing: element instances, tokens at joins, arms, terms with what they
//! have used, loop counters, records of compensation, called processes. What is interfered with is as
//! little as possible: keys, variables, due dates and what has been used of a term stay.
//!
//! # Source
//! BPMN 2.0.2 says nothing of migration. The rules are those that users of other engines know (same
//! kind, same nesting, kept due dates), with joins and statutory terms added.

mod check;
mod compare;
mod event;
mod generate;
mod mapping;
mod plan;
mod report;
mod starved;
mod terms;

pub(crate) use check::{Prepared, check};
pub use event::{Migrated, MigratedArm, MigratedTerm};
pub use plan::{ElementMapping, FlowMapping, MigrationPlan, TermMapping, TermPolicy, Unmapped};
pub use report::{MigrationNote, MigrationProblem, MigrationProblemKind, MigrationReport};

use reglament_core::Program;
use reglament_core::program::{ElementIx, Kind, TaskKind};

use crate::state::{Slot, State};

/// What an element instance is to its element.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The one instance.
    Plain,
    /// The body around iterations.
    Body,
    /// One iteration.
    Iteration,
}

impl Role {
    pub(crate) fn of(state: &State, program: &Program, slot: &Slot) -> Self {
        match slot.iteration {
            1.. => Self::Iteration,
            0 if state.is_body(program, slot) => Self::Body,
            0 => Self::Plain,
        }
    }
}

/// The events that an instance of `element` catches while it lives, in the order in which they are
/// armed: boundary events, the starts of event sub-processes, and what it waits for itself.
pub(crate) fn caught_events(program: &Program, element: ElementIx, role: Role) -> Vec<ElementIx> {
    let found = &program.elements[element];
    let mut events = Vec::new();
    if role != Role::Iteration
        && let Some(activity) = &found.activity
    {
        events.extend(activity.boundaries.iter().copied());
    }
    if role == Role::Body {
        return events;
    }
    let inner = found.body.iter().flat_map(|body| &body.event_sub_processes);
    events.extend(inner.filter_map(|inner| {
        let start = program.start_of_event_sub_process(*inner);
        start.map(|(start, _)| start)
    }));
    match &found.kind {
        Kind::IntermediateCatchEvent(_) => events.push(element),
        Kind::Task(task) if task.kind == TaskKind::Receive => events.push(element),
        Kind::EventBasedGateway { .. } => {
            events.extend(
                found
                    .outgoing
                    .flows()
                    .map(|flow| program.flows[flow].target),
            );
        }
        _ => {}
    }
    events
}
