//! Where personal data can stand in a record.

use std::sync::Arc;

use reglament_executor::{Actor, Event, Incident, Record, Trigger};
use reglament_feel::{Symbol, Value};

/// What stands in a record in place of data that was sealed, and in place of data that was shredded
/// when the record is read.
pub const SHREDDED: &str = "shredded";

/// One place of a record that may hold personal data.
#[derive(Debug)]
pub enum Cell<'c> {
    /// The value of a variable of the program.
    Variable(Symbol, &'c mut Value),
    /// The value of a variable by name: the payload of a message.
    Named(Arc<str>, &'c mut Value),
    /// A value without a name: the items of a loop.
    Unnamed(&'c mut Value),
    /// A text that may quote anything: a message for people, a correlation key.
    Text(&'c mut Arc<str>),
    /// The name of a person who acts.
    Person(&'c mut Arc<str>),
}

/// A record that says where its personal data can stand.
pub trait Conceal {
    /// Shows every such place to `visit`: always all, always in the same order, whatever stands there.
    fn cells(&mut self, visit: &mut dyn FnMut(Cell<'_>));
}

impl Conceal for Record {
    fn cells(&mut self, visit: &mut dyn FnMut(Cell<'_>)) {
        self.actor.cells(visit);
        self.event.cells(visit);
    }
}

impl Conceal for Actor {
    fn cells(&mut self, visit: &mut dyn FnMut(Cell<'_>)) {
        visit(Cell::Person(&mut self.id));
        if let Some(person) = &mut self.on_behalf_of {
            visit(Cell::Person(person));
        }
    }
}

impl Conceal for Incident {
    fn cells(&mut self, visit: &mut dyn FnMut(Cell<'_>)) {
        visit(Cell::Text(&mut self.message));
    }
}

impl Conceal for Event {
    fn cells(&mut self, visit: &mut dyn FnMut(Cell<'_>)) {
        match self {
            Self::VariableSet { name, value, .. } => visit(Cell::Variable(*name, value)),
            Self::VariablesSet { values, .. } => {
                for (name, value) in values.iter_mut() {
                    visit(Cell::Variable(*name, value));
                }
            }
            Self::Armed { arm, .. } => {
                if let Trigger::Message { key: Some(key), .. } = &mut arm.trigger {
                    visit(Cell::Text(key));
                }
            }
            Self::Repeating { items, .. } => {
                if let Some(items) = items {
                    visit(Cell::Unnamed(items));
                }
            }
            Self::ResultCollected { value, .. } => visit(Cell::Unnamed(value)),
            Self::MessageThrown { message, .. } => {
                if let Some(key) = &mut message.correlation_key {
                    visit(Cell::Text(key));
                }
                named(&mut message.variables, visit);
            }
            Self::SignalThrown { signal, .. } => named(&mut signal.variables, visit),
            Self::IncidentRaised { incident, .. } | Self::Failed { incident } => {
                incident.cells(visit);
            }
            Self::Started { .. }
            | Self::Reached { .. }
            | Self::Activated { .. }
            | Self::Completed { .. }
            | Self::Terminated { .. }
            | Self::Taken { .. }
            | Self::Passed { .. }
            | Self::Arrived { .. }
            | Self::Queued { .. }
            | Self::Triggered { .. }
            | Self::ConditionChanged { .. }
            | Self::Interrupted { .. }
            | Self::NameDeclared { .. }
            | Self::RepeatingStopped { .. }
            | Self::ResetAwaited { .. }
            | Self::Reset { .. }
            | Self::CompensationStarted { .. }
            | Self::HandlerQueued { .. }
            | Self::Compensated { .. }
            | Self::ErrorThrown { .. }
            | Self::EscalationThrown { .. }
            | Self::IncidentResolved { .. }
            | Self::Cancelled
            | Self::TermStarted { .. }
            | Self::TermWarned { .. }
            | Self::TermExpired { .. }
            | Self::TermSuspended { .. }
            | Self::TermResumed { .. }
            | Self::TermInterrupted { .. }
            | Self::TermExtended { .. }
            | Self::TermRecomputed { .. }
            | Self::TermEnded { .. }
            | Self::TokenWithdrawn { .. }
            // It carries names of variables and no values.
            | Self::Migrated(_) => {}
        }
    }
}

fn named(variables: &mut [(Arc<str>, Value)], visit: &mut dyn FnMut(Cell<'_>)) {
    for (name, value) in variables {
        visit(Cell::Named(Arc::clone(name), value));
    }
}
