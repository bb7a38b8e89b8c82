//! Tasks wait for their work, or complete by themselves.
//!
//! # Source
//! BPMN 2.0.2, 10.3.3, 13.3.3.

use reglament_core::program::{ElementIx, Script, Task, TaskKind};

use crate::execution::{Execution, Step};
use crate::incident::IncidentKind;
use crate::sink::Sink;
use crate::state::{Key, Stage};

/// A receive task waits for its message, a script task runs, a task of a kind that waits waits, and
/// every other one completes at once. A send task sends its message when it completes.
#[inline]
pub(crate) fn execute<S: Sink>(
    execution: &mut Execution<'_, S>,
    key: Key,
    element: ElementIx,
    task: &Task,
) -> Step {
    match task.kind {
        TaskKind::Receive => Ok(()),
        TaskKind::Script => run_script(execution, key, element, task),
        _ if execution.env.waits.wait_for(task) => Ok(()),
        _ if task.sends => conclude(execution, key, element, task),
        _ => execution.leave(key),
    }
}

/// Runs a script without entering its task: its result goes to the scope. Says whether it could; a
/// script that fails is entered, and fails there again.
pub(crate) fn runs_in_passing<S: Sink>(
    execution: &mut Execution<'_, S>,
    scope: Key,
    task: &Task,
) -> Step<bool> {
    let Some(Script::Feel { expression, result }) = task.script.as_deref() else {
        return Ok(true);
    };
    let value = execution.required(scope.slot, &[], expression, IncidentKind::ScriptFailed);
    match (value, result) {
        (Ok(value), Some(name)) => {
            execution.merge_one(scope.slot, *name, value)?;
            Ok(true)
        }
        (Ok(_), None) => Ok(true),
        (Err(_), _) => Ok(false),
    }
}

fn run_script<S: Sink>(
    execution: &mut Execution<'_, S>,
    key: Key,
    element: ElementIx,
    task: &Task,
) -> Step {
    let Some(Script::Feel { expression, result }) = task.script.as_deref() else {
        return conclude(execution, key, element, task);
    };
    match execution.required(key.slot, &[], expression, IncidentKind::ScriptFailed) {
        Ok(value) => {
            // With output mappings the result is local to them.
            match result {
                Some(name) if execution.has_outputs(key)? => {
                    execution.set_one(key, *name, value)?
                }
                Some(name) => execution.merge_one(key.slot, *name, value)?,
                None => {}
            }
            conclude(execution, key, element, task)
        }
        Err(it) => execution.raise(key, Stage::Execute, it.kind, &it.message),
    }
}

/// Ends a task whose work is done: its message leaves, then it does.
pub(crate) fn conclude<S: Sink>(
    execution: &mut Execution<'_, S>,
    key: Key,
    element: ElementIx,
    task: &Task,
) -> Step {
    if task.sends {
        execution.throw_message(key, element, task.message)?;
        if !execution.goes_on(key) {
            return Ok(());
        }
    }
    execution.leave(key)
}
