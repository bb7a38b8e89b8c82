//! An intermediate throw event throws its definitions in document order and goes on.
//!
//! # Source
//! BPMN 2.0.2, 10.5.4, 13.5.2.

use reglament_core::program::{EventDefinition, EventPart};

use crate::execution::{Execution, Step};
use crate::sink::Sink;
use crate::state::Key;

/// Throws, then leaves; a link jumps, and compensation is waited for.
pub(crate) fn execute<S: Sink>(
    execution: &mut Execution<'_, S>,
    key: Key,
    part: &EventPart,
) -> Step {
    let element = execution.element_of(key)?;
    for definition in &part.definitions {
        match definition {
            EventDefinition::Link(Some(target)) => return execution.jump(key, *target),
            EventDefinition::Compensate { activity, wait } => {
                return execution.compensate(key, *activity, *wait);
            }
            _ => execution.throw_definition(key, element, definition)?,
        }
        // An interrupting handler may have ended the throw event, or an incident may hold it.
        if !execution.goes_on(key) {
            return Ok(());
        }
    }
    execution.leave(key)
}
