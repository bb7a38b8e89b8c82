//! Where events go. The sink is generic, so a run without history pays nothing for it.

use reglament_core::timer::Timestamp;
use serde::{Deserialize, Serialize};

use crate::command::{Actor, Occasion};
use crate::event::Event;

/// Takes the events of an instance, in order.
pub trait Sink {
    /// Whether events are kept at all. The executor does not even make the events of the main path
    /// for a sink that drops them.
    const KEEPS: bool = true;

    /// Takes one event. `seq` counts the events of the instance from 1 without gaps.
    fn take(&mut self, seq: u64, occasion: &Occasion<'_>, event: Event);
}

/// Drops every event.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHistory;

impl Sink for NoHistory {
    const KEEPS: bool = false;

    #[inline]
    fn take(&mut self, _seq: u64, _occasion: &Occasion<'_>, _event: Event) {}
}

/// Keeps every event in memory, without the envelope.
impl Sink for Vec<Event> {
    #[inline]
    fn take(&mut self, _seq: u64, _occasion: &Occasion<'_>, event: Event) {
        self.push(event);
    }
}

/// The version of the encoding of events. A changed event needs a new version.
pub const EVENT_VERSION: u16 = 1;

/// An event with its envelope, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The version of the encoding.
    pub version: u16,
    /// The event's number within its instance, from 1.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: Actor,
    /// What happened.
    pub event: Event,
}

/// Keeps every event in memory.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The records, in order.
    pub records: Vec<Record>,
}

impl Sink for History {
    fn take(&mut self, seq: u64, occasion: &Occasion<'_>, event: Event) {
        self.records.push(Record {
            version: EVENT_VERSION,
            seq,
            at: occasion.now,
            actor: occasion.actor.clone(),
            event,
        });
    }
}
