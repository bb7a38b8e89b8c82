//! An end event throws its definitions and ends a path, its scope, its transaction or, through an
//! error, what the handler is attached to.
//!
//! # Source
//! BPMN 2.0.2, 10.5.3, 13.5.6.

use reglament_core::program::{EventDefinition, EventPart};

use crate::execution::{Execution, Step};
use crate::sink::Sink;
use crate::state::{Broken, Key};

/// Throws in document order, then ends the path.
pub(crate) fn execute<S: Sink>(
    execution: &mut Execution<'_, S>,
    key: Key,
    part: &EventPart,
) -> Step {
    let element = execution.element_of(key)?;
    for definition in &part.definitions {
        match definition {
            EventDefinition::Terminate => return terminate(execution, key),
            EventDefinition::Cancel => return execution.cancel_transaction(key),
            EventDefinition::Compensate { activity, wait } => {
                return execution.compensate(key, *activity, *wait);
            }
            _ => execution.throw_definition(key, element, definition)?,
        }
        // A handler may have ended the end event, or an incident may hold it.
        if !execution.goes_on(key) {
            return Ok(());
        }
    }
    execution.leave(key)
}

/// Ends everything in the scope; the scope itself then completes normally.
fn terminate<S: Sink>(execution: &mut Execution<'_, S>, key: Key) -> Step {
    let scope = execution
        .state
        .scope(key)
        .ok_or(Broken("an end event outside a scope"))?;
    execution.complete_instance(key)?;
    execution.interrupt(scope)?;
    execution.contained_ended(scope)
}
