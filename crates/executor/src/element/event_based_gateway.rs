//! An event-based gateway waits for the first of several events; an instantiating one begins a
//! process with it.
//!
//! # Source
//! BPMN 2.0.2, 10.6.6, 13.4.4.

use reglament_core::program::ElementIx;

use crate::event::Origin;
use crate::execution::{Execution, Step};
use crate::sink::Sink;
use crate::state::{Broken, Key};

/// Begins a process at an instantiating gateway, because `event` has occurred. The exclusive gateway
/// withdraws its other events; a parallel one waits for each of them.
pub(crate) fn begin<S: Sink>(
    execution: &mut Execution<'_, S>,
    root: Key,
    gateway: ElementIx,
    event: Option<ElementIx>,
    parallel: bool,
) -> Step {
    let Some(event) = event else {
        // Started by hand: it waits for its events like any other.
        return execution.emit_queued(gateway, root, 0);
    };
    let key = execution.state.next_key();
    let origin = Origin::Trigger;
    execution.emit_activated(key, gateway, root, origin)?;
    let others: Vec<_> = execution.program.elements[gateway]
        .outgoing
        .flows()
        .filter(|flow| execution.program.flows[*flow].target != event)
        .collect();
    let flow = execution.flow_between(gateway, event)?;
    execution.emit_completed(key)?;
    execution.emit_taken(flow, root)?;
    execution.occur(event, root, Origin::Token(flow), Vec::new())?;
    if !parallel {
        return Ok(());
    }
    for flow in others {
        if execution.state.live(root).is_none() {
            return Err(Broken("a process ended before its other events"));
        }
        execution.emit_taken(flow, root)?;
    }
    Ok(())
}
