//! What can be compensated, and what a throw event still has to compensate.
//!
//! # Source
//! BPMN 2.0.2, 13.5.5: handlers run in reverse order of the completion of their activities, once for
//! each completed run.

use reglament_core::program::ElementIx;
use serde::{Deserialize, Serialize};

use super::{Key, Locals, State};

/// A completed activity that can be compensated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The number of the event that completed it.
    pub(crate) seq: u64,
    /// The activity.
    pub(crate) activity: ElementIx,
    /// Its handler: the associated activity or its compensation event sub-process. Without one, what
    /// completed inside is compensated.
    pub(crate) handler: Option<ElementIx>,
    /// The local variables at its completion.
    pub(crate) locals: Locals,
    /// What completed inside, oldest first.
    pub(crate) nested: Vec<Record>,
}

/// What a throw event still has to compensate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Compensating {
    /// The slot of the scope whose activities are compensated; it contains the throw event.
    pub(crate) scope: u32,
    /// What remains, the next one last. Each has a handler.
    pub(crate) remaining: Vec<Record>,
    /// What is being compensated.
    pub(crate) current: Option<Record>,
}

impl State {
    /// Gives back what an aborted throw event has not undone, a handler in the middle of its work
    /// included: a later throw can still undo it.
    pub(crate) fn abort_compensation(&mut self, thrower: Key) {
        let slot = self.slots.get_mut(thrower.slot as usize);
        let compensating = slot
            .and_then(|slot| slot.extra.as_mut())
            .and_then(|extra| extra.compensating.take());
        let Some(compensating) = compensating else {
            return;
        };
        let Some(scope) = self.slots.get_mut(compensating.scope as usize) else {
            return;
        };
        let records = &mut scope.extra_mut().records;
        records.extend(compensating.remaining);
        records.extend(compensating.current);
        records.sort_by_key(|record| record.seq);
    }
}

/// Takes the records of `activity` (or all) out of `records`, replacing those without a handler by
/// what they contain, oldest first.
pub(crate) fn collect(records: &mut Vec<Record>, activity: Option<ElementIx>) -> Vec<Record> {
    let (taken, kept) = std::mem::take(records)
        .into_iter()
        .partition(|record: &Record| activity.is_none_or(|wanted| record.activity == wanted));
    *records = kept;
    let mut handled = Vec::new();
    flatten(taken, &Locals::new(), &mut handled);
    handled
}

/// Appends the records that have a handler. A nested record sees the variables of the scopes around
/// it, as they were when those completed. The depth is that of the scopes.
fn flatten(records: Vec<Record>, outer: &Locals, handled: &mut Vec<Record>) {
    for mut record in records {
        let mut locals = outer.clone();
        for (symbol, value) in record.locals {
            super::variables::assign(&mut locals, symbol, value);
        }
        if record.handler.is_some() {
            record.locals = locals;
            handled.push(record);
        } else {
            flatten(record.nested, &locals, handled);
        }
    }
}
