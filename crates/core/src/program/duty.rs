//! Duties between user tasks (`reg:separationOfDuties`, `reg:bindingOfDuties`).

use super::{ElementIx, Program};

/// What holds between the performers of two tasks in one case, in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DutyKind {
    /// They are different persons: the four-eyes principle.
    Separation,
    /// They are the same person.
    Binding,
}

/// A duty between two user tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    /// What holds.
    pub kind: DutyKind,
    /// The task that states it.
    pub task: ElementIx,
    /// The task that it names.
    pub other: ElementIx,
}

impl Program {
    /// The duties of a task, stated there or at the other task, each with the other task.
    pub fn duties_of(&self, task: ElementIx) -> impl Iterator<Item = (DutyKind, ElementIx)> + '_ {
        self.duties.iter().filter_map(move |duty| match task {
            _ if duty.task == task => Some((duty.kind, duty.other)),
            _ if duty.other == task => Some((duty.kind, duty.task)),
            _ => None,
        })
    }
}
