//! A call activity runs the called process inside the instance of its caller.
//!
//! # Source
//! BPMN 2.0.2, 10.3.6, 13.3.5.

use reglament_core::program::{CalledElement, ElementIx, Kind};
use reglament_feel::{Symbol, Value};

use crate::execution::{Execution, Step};
use crate::incident::IncidentKind;
use crate::sink::Sink;
use crate::state::{Key, Stage};

/// Finds the process and queues it.
pub(crate) fn execute<S: Sink>(
    execution: &mut Execution<'_, S>,
    key: Key,
    called: &CalledElement,
) -> Step {
    let process = match called.resolved {
        Some(process) => process,
        None => match find(execution, key, called) {
            Ok(process) => process,
            Err(message) => {
                let kind = IncidentKind::CalledElementUnknown;
                return execution.raise(key, Stage::Execute, kind, &message);
            }
        },
    };
    let body = execution.program.elements[process].body.as_ref();
    if body.is_some_and(|body| body.initial.is_empty() && !body.contents.is_empty()) {
        let id = execution.program.id(process);
        let message =
            format!("process `{id}` cannot be called: it begins with no none start event");
        let kind = IncidentKind::CalledElementUnknown;
        return execution.raise(key, Stage::Execute, kind, &message);
    }
    execution.emit_queued(process, key, 0)
}

fn find<S: Sink>(
    execution: &Execution<'_, S>,
    key: Key,
    called: &CalledElement,
) -> Result<ElementIx, String> {
    let value = execution.text_value(key, &called.process);
    let Value::String(id) = &value else {
        return Err(format!(
            "expected the called process to be a text, found {value}"
        ));
    };
    execution
        .program
        .process(id)
        .ok_or_else(|| format!("there is no process `{id}`"))
}

/// The variables that a called process begins with: everything its caller sees, or what the caller's
/// input mappings made.
pub(crate) fn inherited<S: Sink>(
    execution: &Execution<'_, S>,
    caller: Key,
) -> Vec<(Symbol, Value)> {
    let state = &execution.state;
    let Some(index) = state.element(caller) else {
        return Vec::new();
    };
    let Kind::CallActivity(called) = &execution.program.elements[index].kind else {
        return Vec::new();
    };
    let mut inherited: Vec<(Symbol, Value)> = Vec::new();
    let mut scope = Some(caller);
    while let Some(current) = scope {
        for (name, value) in state
            .extra(current.slot)
            .iter()
            .flat_map(|extra| &extra.locals)
        {
            if !inherited.iter().any(|(known, _)| known == name) {
                inherited.push((*name, value.clone()));
            }
        }
        let element = state
            .element(current)
            .map(|index| &execution.program.elements[index].kind);
        let outermost = matches!(element, Some(Kind::Process));
        // The counters of a loop belong to the caller's body.
        scope = if called.propagate_all_parent && !outermost {
            state.scope(current)
        } else {
            None
        };
    }
    inherited
}

/// The called process has ended by itself.
pub(crate) fn returned<S: Sink>(
    execution: &mut Execution<'_, S>,
    process: Key,
    caller: Key,
) -> Step {
    let index = execution.element_of(caller)?;
    let Kind::CallActivity(called) = &execution.program.elements[index].kind else {
        return Err(crate::state::Broken(
            "a called process without its call activity",
        ));
    };
    let locals: Vec<(Symbol, Value)> = execution
        .state
        .extra(process.slot)
        .map(|extra| extra.locals.clone())
        .unwrap_or_default();
    execution.complete_instance(process)?;
    if execution.has_outputs(caller)? {
        execution.set(caller, locals)?;
    } else if called.propagate_all_child {
        execution.merge(caller.slot, locals)?;
    }
    execution.leave(caller)
}
