//! Tasks wait for their work, or complete by themselves.
//!
//! # Source
//! BPMN 2.0.2, 10.3.3, 13.3.3.

use reglament_core::program::{ElementIx, Script, Task, TaskKind};
use reglament_feel::Value;

use crate::env::TaskKinds;
use crate::execution::{Execution, Step};
use crate::incident::IncidentKind;
use crate::sink::Sink;
use crate::state::{Key, Stage};

/// Whether a task of this kind has something to do or to wait for.
#[inline]
pub(crate) fn stays(kind: TaskKind, waits: TaskKinds) -> bool {
    matches!(kind, TaskKind::Receive | TaskKind::Script) || waits.contains(kind)
}

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
        TaskKind::Script => run_script(execution, key, task),
        kind if execution.env.waits.contains(kind) => Ok(()),
        _ if task.sends => conclude(execution, key, element, task),
        _ => execution.leave(key),
    }
}

fn run_script<S: Sink>(execution: &mut Execution<'_, S>, key: Key, task: &Task) -> Step {
    let Some(Script::Feel { expression, result }) = task.script.as_deref() else {
        return execution.leave(key);
    };
    match execution.required(key.slot, &[], expression, IncidentKind::ScriptFailed) {
        Ok(value) => {
            let values: Vec<(_, Value)> =
                result.iter().map(|name| (*name, value.clone())).collect();
            // With output mappings the result is local to them.
            if execution.has_outputs(key)? {
                execution.set(key, values)?;
            } else {
                execution.merge(key.slot, values)?;
            }
            execution.leave(key)
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
