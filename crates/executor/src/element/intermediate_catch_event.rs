//! An intermediate catch event waits for its triggers; a link is where a jump ends.
//!
//! # Source
//! BPMN 2.0.2, 10.5.4, 13.5.2.

use reglament_core::program::{EventDefinition, EventPart};

use crate::execution::{Execution, Step};
use crate::sink::Sink;
use crate::state::Key;

/// Waits, unless nothing has to occur.
pub(crate) fn execute<S: Sink>(
    execution: &mut Execution<'_, S>,
    key: Key,
    part: &EventPart,
) -> Step {
    let link = part
        .definitions
        .iter()
        .any(|it| matches!(it, EventDefinition::Link(_)));
    if link || part.definitions.is_empty() {
        execution.leave(key)
    } else {
        Ok(())
    }
}
