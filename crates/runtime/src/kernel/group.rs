//! A group: what is going to be committed together.

use reglament_core::timer::Timestamp;

use super::ReadyJob;
use super::overlay::Overlay;
use crate::metrics::Tally;
use crate::store::{Batch, IndexChange};

/// What is going to be committed together.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) batches: Vec<Batch>,
    pub(super) overlay: Overlay,
    pub(super) ready: Vec<ReadyJob>,
    pub(super) ready_at: Option<Timestamp>,
    /// The earliest instant that a case of this group waits for.
    pub(super) due: Option<Timestamp>,
    /// Whether a message is put.
    pub(super) puts_messages: bool,
    /// Whether a message is put that is on its way.
    pub(super) on_their_way: bool,
    /// Whether timers were fired: what is due next has to be read again.
    pub(super) fired: bool,
    /// Whether the store failed in the middle.
    pub(super) hindered: bool,
    /// What has happened, for the metrics.
    pub(super) tally: Tally,
}

impl Group {
    pub(super) fn push(&mut self, batch: Batch) {
        self.take_note(&batch.indexes);
        self.overlay.note(batch.instance, &batch.indexes);
        self.batches.push(batch);
    }

    /// Adds changes to the newest batch.
    pub(super) fn add_to_last(&mut self, changes: Vec<IndexChange>) {
        self.take_note(&changes);
        if let Some(batch) = self.batches.last_mut() {
            self.overlay.note(batch.instance, &changes);
            batch.indexes.extend(changes);
        }
    }

    pub(super) fn wait_until(&mut self, due: Option<Timestamp>) {
        if let Some(due) = due {
            self.due = Some(self.due.map_or(due, |known| known.min(due)));
        }
    }

    fn take_note(&mut self, changes: &[IndexChange]) {
        for change in changes {
            if let IndexChange::Message(row) = change {
                self.puts_messages = true;
                self.on_their_way |= !row.routed;
            }
        }
    }
}
