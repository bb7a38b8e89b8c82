//! An ad-hoc sub-process runs its activities in no prescribed order.
//!
//! Parallel ordering enters everything that it begins with at once, sequential ordering one activity
//! after the other in document order. The completion condition is evaluated after each inner
//! completion.
//!
//! # Source
//! BPMN 2.0.2, 10.3.5 (ad-hoc sub-process), 13.3.4.

use reglament_core::program::{AdHoc, ElementIx};
use reglament_feel::Value;

use crate::execution::{Execution, Step};
use crate::incident::IncidentKind;
use crate::sink::Sink;
use crate::state::{Broken, Key, Stage};

/// Enters the activities to begin with.
pub(crate) fn execute<S: Sink>(
    execution: &mut Execution<'_, S>,
    scope: Key,
    ad_hoc: &AdHoc,
) -> Step {
    let first = match chosen(execution, scope, ad_hoc) {
        Ok(first) => first,
        Err(message) => {
            return execution.raise(scope, Stage::Execute, IncidentKind::LoopInvalid, &message);
        }
    };
    let count = if ad_hoc.sequential { 1 } else { first.len() };
    for element in first.iter().take(count) {
        execution.emit_queued(*element, scope, 0)?;
    }
    if first.is_empty() {
        execution.leave(scope)
    } else {
        Ok(())
    }
}

/// The activities that the sub-process begins with.
fn chosen<S: Sink>(
    execution: &Execution<'_, S>,
    scope: Key,
    ad_hoc: &AdHoc,
) -> Result<Vec<ElementIx>, String> {
    let index = execution
        .state
        .element(scope)
        .ok_or("the sub-process has ended")?;
    let body = execution.program.elements[index].body.as_ref();
    let initial = body.map_or(&[][..], |body| &body.initial);
    let Some(expr) = &ad_hoc.active_elements else {
        return Ok(initial.to_vec());
    };
    let value = execution.evaluate(scope.slot, &[], expr).value;
    let Value::List(ids) = &value else {
        return Err(format!(
            "expected the active elements to be a list of ids, found {value}"
        ));
    };
    let contents = body.map_or(&[][..], |body| &body.contents);
    let find = |id: &Value| {
        let wanted = match id {
            Value::String(id) => contents
                .iter()
                .find(|it| execution.program.id(**it) == &**id),
            _ => None,
        };
        wanted
            .copied()
            .ok_or_else(|| format!("there is no inner activity {id}"))
    };
    ids.iter().map(find).collect()
}

/// Something inside has ended.
pub(crate) fn contained_ended<S: Sink>(
    execution: &mut Execution<'_, S>,
    scope: Key,
    ad_hoc: &AdHoc,
) -> Step {
    let slot = execution
        .state
        .live(scope)
        .ok_or(Broken("an ad-hoc sub-process that has ended"))?;
    let live = slot.live;
    let done = match &ad_hoc.completion {
        None => Ok(false),
        Some(completion) => execution.condition(scope.slot, &[], completion),
    };
    match done {
        Ok(true) if ad_hoc.cancel_remaining => {
            execution.interrupt(scope)?;
            execution.leave(scope)
        }
        Ok(true) => {
            if live == 0 {
                execution.leave(scope)
            } else {
                Ok(())
            }
        }
        Ok(false) if live == 0 => next(execution, scope, ad_hoc),
        Ok(false) => Ok(()),
        Err(it) => execution.raise(scope, Stage::Leave, it.kind, &it.message),
    }
}

/// Enters the next activity of a sequence, or leaves when there is none.
fn next<S: Sink>(execution: &mut Execution<'_, S>, scope: Key, ad_hoc: &AdHoc) -> Step {
    let begun = execution
        .state
        .extra(scope.slot)
        .map_or(0, |extra| extra.entered);
    let order = chosen(execution, scope, ad_hoc).unwrap_or_default();
    match order.get(begun as usize).filter(|_| ad_hoc.sequential) {
        Some(element) => execution.emit_queued(*element, scope, 0),
        None => execution.leave(scope),
    }
}
