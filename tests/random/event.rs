//! Random event definitions for each position.

use super::generator::Generator;

/// Where an event stands, with what decides about its definitions there.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// A start event of a process that something outside triggers.
    ProcessStart,
    /// The start event of an event sub-process.
    Handler,
    /// An intermediate event that catches.
    Catch,
    /// The same behind an event-based gateway.
    Gateway,
    /// An intermediate event that throws.
    Throw {
        /// The activities of the scope that can be compensated.
        compensable: &'a [String],
    },
    /// An end event.
    End {
        /// Whether the scope is a transaction.
        transaction: bool,
        /// The activities of the scope that can be compensated.
        compensable: &'a [String],
    },
    /// A boundary event of an activity.
    Boundary {
        /// Whether the host is a transaction.
        transaction: bool,
    },
}

/// Definitions, and the attributes that go with them.
pub(crate) struct Definitions {
    /// Attributes of the event, with a leading space.
    pub(crate) attributes: String,
    /// The elements.
    pub(crate) xml: String,
    /// Whether it is the compensation of an activity.
    pub(crate) compensation: bool,
}

/// Random definitions for an event at `place`.
pub(crate) fn definitions(generator: &mut Generator, place: Place<'_>) -> Definitions {
    let (attributes, xml) = match place {
        Place::ProcessStart | Place::Catch => several(generator, false),
        Place::Gateway => (String::new(), one(generator, false)),
        Place::Handler => handling(generator, "isInterrupting", true),
        Place::Boundary { transaction: true } if generator.rng.chance(70) => {
            (String::new(), "<cancelEventDefinition/>".into())
        }
        Place::Boundary { .. } => handling(generator, "cancelActivity", false),
        Place::Throw { compensable } => (String::new(), throwing(generator, compensable)),
        Place::End {
            transaction,
            compensable,
        } => (String::new(), ending(generator, transaction, compensable)),
    };
    let compensation = matches!(place, Place::Boundary { .. }) && xml.starts_with("<compensate");
    Definitions {
        attributes,
        xml,
        compensation,
    }
}

/// One of the definitions that wait for something outside.
fn one(generator: &mut Generator, cycle: bool) -> String {
    let number = generator.rng.below(2);
    match generator.rng.below(4) {
        0 => format!("<messageEventDefinition messageRef=\"m{number}\"/>"),
        1 => format!("<signalEventDefinition signalRef=\"sig{number}\"/>"),
        2 => {
            let condition = generator.condition();
            format!(
                "<conditionalEventDefinition><condition>{condition}</condition></conditionalEventDefinition>"
            )
        }
        _ => timer(generator, cycle),
    }
}

fn timer(generator: &mut Generator, cycle: bool) -> String {
    let hours = 1 + generator.rng.below(5);
    let (tag, text) = match generator.rng.below(4) {
        0 if cycle => ("timeCycle", format!("R3/PT{hours}H")),
        1 if cycle => ("timeCycle", format!("R/PT{hours}H")),
        2 => ("timeDuration", format!("=\"PT{hours}H\"")),
        3 => ("timeDate", format!("2026-03-02T{:02}:30:00Z", 8 + hours)),
        _ => ("timeDuration", format!("PT{hours}H")),
    };
    format!("<timerEventDefinition><{tag}>{text}</{tag}></timerEventDefinition>")
}

/// One definition, or several of which one or all are needed.
fn several(generator: &mut Generator, cycle: bool) -> (String, String) {
    match generator.rng.below(8) {
        0 => (
            String::new(),
            one(generator, false) + &one(generator, false),
        ),
        1 => (
            " parallelMultiple=\"true\"".into(),
            one(generator, false) + &one(generator, false),
        ),
        _ => (String::new(), one(generator, cycle)),
    }
}

/// A definition of a handler: at a boundary or of an event sub-process.
fn handling(generator: &mut Generator, mode: &str, handler: bool) -> (String, String) {
    let number = generator.rng.below(2);
    let non_interrupting = generator.rng.chance(50);
    let mark = if non_interrupting {
        format!(" {mode}=\"false\"")
    } else {
        String::new()
    };
    match generator.rng.below(10) {
        0 => (
            String::new(),
            format!("<errorEventDefinition errorRef=\"err{number}\"/>"),
        ),
        1 => (String::new(), "<errorEventDefinition/>".into()),
        2 => (
            mark,
            format!("<escalationEventDefinition escalationRef=\"esc{number}\"/>"),
        ),
        3 => (mark, "<escalationEventDefinition/>".into()),
        4 if handler && generator.rng.chance(40) => {
            (String::new(), "<compensateEventDefinition/>".into())
        }
        4 | 5 if !handler => (String::new(), "<compensateEventDefinition/>".into()),
        _ => {
            let (attributes, xml) = several(generator, non_interrupting);
            (mark + &attributes, xml)
        }
    }
}

fn compensate(generator: &mut Generator, compensable: &[String]) -> String {
    let wait = if generator.rng.chance(25) {
        " waitForCompletion=\"false\""
    } else {
        ""
    };
    if compensable.is_empty() || generator.rng.chance(60) {
        return format!("<compensateEventDefinition{wait}/>");
    }
    let activity = generator.rng.pick(compensable).clone();
    format!("<compensateEventDefinition activityRef=\"{activity}\"{wait}/>")
}

fn throwing(generator: &mut Generator, compensable: &[String]) -> String {
    let number = generator.rng.below(2);
    match generator.rng.below(7) {
        0 => String::new(),
        1 => format!("<messageEventDefinition messageRef=\"m{number}\"/>"),
        2 => format!("<signalEventDefinition signalRef=\"sig{number}\"/>"),
        3 => format!("<escalationEventDefinition escalationRef=\"esc{number}\"/>"),
        4 | 5 => compensate(generator, compensable),
        _ => concat!(
            "<messageEventDefinition messageRef=\"m0\"/>",
            "<signalEventDefinition signalRef=\"sig1\"/>"
        )
        .into(),
    }
}

fn ending(generator: &mut Generator, transaction: bool, compensable: &[String]) -> String {
    let number = generator.rng.below(2);
    if transaction && generator.rng.chance(60) {
        return "<cancelEventDefinition/>".into();
    }
    match generator.rng.below(16) {
        0 => format!("<messageEventDefinition messageRef=\"m{number}\"/>"),
        1 => format!("<signalEventDefinition signalRef=\"sig{number}\"/>"),
        2 => format!("<escalationEventDefinition escalationRef=\"esc{number}\"/>"),
        3 => format!("<errorEventDefinition errorRef=\"err{number}\"/>"),
        4 => "<terminateEventDefinition/>".into(),
        5 => compensate(generator, compensable),
        6 => concat!(
            "<messageEventDefinition messageRef=\"m1\"/>",
            "<escalationEventDefinition escalationRef=\"esc1\"/>"
        )
        .into(),
        _ => String::new(),
    }
}
