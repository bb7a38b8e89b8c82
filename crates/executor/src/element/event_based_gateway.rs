//! An event-based gateway waits for the first of several events; an instantiating one begins a
//! process with it.
//!
//! # Source
//! BPMN 2.0.2, 10.6.6, 13.4.4.

use reglament_core::program::{ElementIx, Kind};

use crate::command::Variables;
use crate::event::Origin;
use crate::execution::{Execution, Step};
use crate::sink::Sink;
use crate::state::{Broken, Key};

/// Begins a process at an instantiating gateway: because `event` has occurred, or by hand, and then
/// it waits for the first of its events.
pub(crate) fn begin<S: Sink>(
    execution: &mut Execution<'_, S>,
    root: Key,
    gateway: ElementIx,
    event: Option<ElementIx>,
) -> Step {
    let Some(event) = event else {
        return execution.emit_queued(gateway, root, 0);
    };
    let key = execution.state.next_key();
    let origin = Origin::Trigger;
    execution.emit_activated(key, gateway, root, origin)?;
    decide(execution, key, root, gateway, event, Vec::new())
}

/// The first event of the gateway `key` has occurred. An exclusive gateway has withdrawn its other
/// events; an instantiating parallel one waits for each of them.
pub(crate) fn decide<S: Sink>(
    execution: &mut Execution<'_, S>,
    key: Key,
    scope: Key,
    gateway: ElementIx,
    event: ElementIx,
    variables: Variables,
) -> Step {
    let flow = execution.flow_between(gateway, event)?;
    execution.complete_instance(key)?;
    execution.emit_taken(flow, scope)?;
    execution.occur(event, scope, Origin::Token(flow), variables)?;
    let part = &execution.program.elements[gateway];
    if !matches!(part.kind, Kind::EventBasedGateway { parallel: true, .. }) {
        return Ok(());
    }
    let others: Vec<_> = part.outgoing.flows().filter(|it| *it != flow).collect();
    for other in others {
        if execution.state.live(scope).is_none() {
            return Err(Broken("a process ended before its other events"));
        }
        execution.emit_taken(other, scope)?;
    }
    Ok(())
}
