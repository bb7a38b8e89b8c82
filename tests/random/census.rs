//! Who took part: which elements, events and outcomes a set of runs has seen.
//!
//! A test that never reaches a feature proves nothing about it, so the runs must show that they did.

use std::collections::BTreeSet;

use reglament_core::Program;
use reglament_core::program::{Behavior, ElementIx, EventDefinition, EventPart, Kind, Repetition};
use reglament_executor::{Event, Rejection, Status};

/// What was seen.
#[derive(Default)]
pub(crate) struct Census {
    seen: BTreeSet<String>,
}

impl Census {
    /// Counts the events of one command.
    pub(crate) fn events(&mut self, program: &Program, events: &[Event]) {
        for event in events {
            self.seen.insert(format!("event {}", name_of(event)));
            match event {
                Event::Activated { element, .. } => self.element(program, *element),
                Event::Passed { over, .. } => self.element(program, program.flows[*over].target),
                Event::Triggered {
                    element,
                    cause,
                    after,
                    ..
                } => {
                    let after = first_word(&format!("{after:?}"));
                    self.seen.insert(format!("trigger {cause:?} {after}"));
                    self.seen
                        .insert(format!("triggered {}", label(program, *element)));
                }
                Event::IncidentRaised { incident, .. } => {
                    self.seen.insert(format!("incident {}", incident.kind));
                }
                Event::ErrorThrown { error, .. } => {
                    self.seen
                        .insert(format!("error caught {}", error.caught_by.is_some()));
                }
                Event::EscalationThrown { escalation, .. } => {
                    self.seen.insert(format!(
                        "escalation caught {}",
                        escalation.caught_by.is_some()
                    ));
                }
                _ => {}
            }
        }
    }

    /// Counts the end of a run.
    pub(crate) fn status(&mut self, status: Status) {
        self.seen.insert(format!("status {status:?}"));
    }

    /// Counts a rejection.
    pub(crate) fn rejection(&mut self, rejection: &Rejection) {
        self.seen.insert(format!(
            "rejection {}",
            first_word(&format!("{rejection:?}"))
        ));
    }

    /// What of `wanted` was not seen.
    pub(crate) fn missing<'a>(&self, wanted: &'a [&'a str]) -> Vec<&'a str> {
        wanted
            .iter()
            .copied()
            .filter(|name| !self.seen.contains(*name))
            .collect()
    }

    /// Everything that was seen.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.seen.iter().map(String::as_str)
    }

    fn element(&mut self, program: &Program, element: ElementIx) {
        self.seen.insert(label(program, element));
        let Some(activity) = &program.elements[element].activity else {
            return;
        };
        match &activity.repetition {
            Some(Repetition::Loop(_)) => {
                self.seen.insert("standardLoop".into());
            }
            Some(Repetition::MultiInstance(multi)) => {
                let order = if multi.sequential {
                    "sequential"
                } else {
                    "parallel"
                };
                self.seen.insert(format!("multiInstance {order}"));
                let behavior = match &multi.behavior {
                    Behavior::All => "All",
                    Behavior::One(_) => "One",
                    Behavior::None(_) => "None",
                    Behavior::Complex(_) => "Complex",
                };
                self.seen.insert(format!("multiInstance {behavior}"));
            }
            None => {}
        }
        if activity.is_for_compensation {
            self.seen.insert("compensation handler".into());
        }
        if activity.start_quantity > 1 {
            self.seen.insert("startQuantity".into());
        }
        if activity.completion_quantity > 1 {
            self.seen.insert("completionQuantity".into());
        }
    }
}

/// The tag of an element, with what its event is about.
fn label(program: &Program, element: ElementIx) -> String {
    let tag = program.infos[element].tag;
    match &program.elements[element].kind {
        Kind::StartEvent(part) => {
            let scope = program.elements[element].scope;
            match program.elements[scope].kind {
                Kind::EventSubProcess => format!("handler {}", describe(part, true)),
                _ => format!("{tag} {}", describe(part, false)),
            }
        }
        Kind::BoundaryEvent(part) => format!("{tag} {}", describe(part, true)),
        Kind::IntermediateCatchEvent(part)
        | Kind::IntermediateThrowEvent(part)
        | Kind::EndEvent(part) => format!("{tag} {}", describe(part, false)),
        Kind::EventSubProcess => "eventSubProcess".into(),
        _ => tag.into(),
    }
}

fn describe(part: &EventPart, modes: bool) -> String {
    let what = match &*part.definitions {
        [] => "none",
        [one] => definition(one),
        _ if part.parallel => "parallelMultiple",
        _ => "multiple",
    };
    match (modes, part.interrupting) {
        (true, false) => format!("{what} beside"),
        _ => what.into(),
    }
}

fn definition(definition: &EventDefinition) -> &'static str {
    match definition {
        EventDefinition::Message(_) => "message",
        EventDefinition::Timer(_) => "timer",
        EventDefinition::Signal(_) => "signal",
        EventDefinition::Conditional(_) => "conditional",
        EventDefinition::Error(_) => "error",
        EventDefinition::Escalation(_) => "escalation",
        EventDefinition::Link(_) => "link",
        EventDefinition::Compensate { .. } => "compensation",
        EventDefinition::Cancel => "cancel",
        EventDefinition::Terminate => "terminate",
    }
}

fn name_of(event: &Event) -> String {
    first_word(&format!("{event:?}"))
}

fn first_word(text: &str) -> String {
    text.chars()
        .take_while(|character| character.is_alphanumeric())
        .collect()
}
