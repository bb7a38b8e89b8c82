//! The trace of a run: what happened, one line of JSON each.

use std::fmt::Write as _;
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{ElementIx, FlowIx, TermIx};
use reglament_core::timer::Timestamp;
use reglament_feel::Value;
use reglament_pack::tree::write_json_text as text;

use crate::script::RunState;

/// What a trace line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// An element.
    Element(ElementIx),
    /// A sequence flow.
    Flow(FlowIx),
}

impl Subject {
    /// The element or flow with the BPMN id `id`.
    #[must_use]
    pub fn find(program: &Program, id: &str) -> Option<Self> {
        let flow = || {
            program
                .flows
                .iter()
                .find(|(_, flow)| *flow.id == *id)
                .map(|(index, _)| index)
        };
        program
            .element(id)
            .map(Self::Element)
            .or_else(|| flow().map(Self::Flow))
    }

    /// Its BPMN id.
    #[must_use]
    pub fn id(self, program: &Program) -> &str {
        match self {
            Self::Element(element) => program.id(element),
            Self::Flow(flow) => &program.flows[flow].id,
        }
    }

    /// The local name of its XML element.
    #[must_use]
    pub fn tag(self, program: &Program) -> &'static str {
        match self {
            Self::Element(element) => program.infos[element].tag,
            Self::Flow(_) => "sequenceFlow",
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceEvent {
    /// An element instance became active.
    Activated,
    /// An element instance completed.
    Completed,
    /// An element instance was ended from outside.
    Terminated,
    /// A token took a flow.
    Taken,
    /// A timer fired.
    TimerFired,
    /// A message was received.
    MessageReceived,
    /// A signal was received.
    SignalReceived,
    /// An error was thrown.
    ErrorThrown {
        /// The code.
        code: Arc<str>,
    },
    /// An escalation was thrown.
    EscalationThrown {
        /// The code.
        code: Arc<str>,
    },
    /// An activity was compensated.
    Compensated,
    /// An element instance cannot go on.
    Incident {
        /// The kind.
        kind: &'static str,
        /// What happened.
        message: Arc<str>,
    },
    /// Something happened to the clock of a statutory term.
    Term {
        /// What.
        mark: TermMark,
        /// The term, in the table of the program.
        term: TermIx,
        /// When it ends now; none while the clock is stopped.
        due: Option<Timestamp>,
        /// Whether that rests on a provisional year of the calendar.
        is_provisional: bool,
    },
    /// What a step asked for, or a message, was refused.
    Refused {
        /// What a step names that is no element: its text and the word of the step.
        named: Option<(Arc<str>, &'static str)>,
        /// Why.
        reason: String,
    },
}

impl TraceEvent {
    /// The name that the trace has for it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Activated => "activated",
            Self::Completed => "completed",
            Self::Terminated => "terminated",
            Self::Taken => "taken",
            Self::TimerFired => "timer-fired",
            Self::MessageReceived => "message-received",
            Self::SignalReceived => "signal-received",
            Self::ErrorThrown { .. } => "error-thrown",
            Self::EscalationThrown { .. } => "escalation-thrown",
            Self::Compensated => "compensated",
            Self::Incident { .. } => "incident",
            Self::Term { mark, .. } => mark.as_str(),
            Self::Refused { .. } => "refused",
        }
    }
}

/// What happens to the clock of a statutory term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermMark {
    /// It started.
    Started,
    /// The term is about to end.
    Warning,
    /// The term has run out and what it limits is not done.
    Expired,
    /// What the term limits was done in time.
    Met,
    /// What the term limits was done too late.
    Missed,
    /// What the term limits was withdrawn.
    Cancelled,
    /// The clock was stopped.
    Suspended,
    /// The clock goes on.
    Resumed,
    /// The term began again.
    Interrupted,
    /// The term was extended.
    Extended,
    /// The term was reckoned again by a newer calendar.
    Recomputed,
}

impl TermMark {
    /// The name that the trace has for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "term-started",
            Self::Warning => "term-warning",
            Self::Expired => "term-expired",
            Self::Met => "term-met",
            Self::Missed => "term-missed",
            Self::Cancelled => "term-cancelled",
            Self::Suspended => "term-suspended",
            Self::Resumed => "term-resumed",
            Self::Interrupted => "term-interrupted",
            Self::Extended => "term-extended",
            Self::Recomputed => "term-recomputed",
        }
    }
}

/// One line of the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceLine {
    /// What happened.
    pub event: TraceEvent,
    /// What it happened to; none where a refused step names nothing of the model.
    pub subject: Option<Subject>,
    /// Which instance of the element it was, counted from 1 in order of activation over the whole run;
    /// for a flow, how many times it has been taken.
    pub instance: u32,
    /// Which process instance of the run it was, from 0; the first one is the case itself.
    pub case: usize,
    /// When it happened.
    pub time: Timestamp,
}

impl TraceLine {
    /// The line as one JSON object, without a line break.
    #[must_use]
    pub fn to_json(&self, program: &Program) -> String {
        let mut line = String::from("{\"event\":");
        text(self.event.as_str(), &mut line);
        let (id, tag) = match (self.subject, &self.event) {
            (Some(subject), _) => (subject.id(program), subject.tag(program)),
            (None, TraceEvent::Refused { named, .. }) => named
                .as_ref()
                .map_or(("", ""), |(name, word)| (&**name, *word)),
            (None, _) => ("", ""),
        };
        line.push_str(",\"element\":");
        text(id, &mut line);
        line.push_str(",\"type\":");
        text(tag, &mut line);
        // Writing to a string cannot fail.
        let _ = write!(
            line,
            ",\"instance\":{},\"time\":\"{}\"",
            self.instance, self.time
        );
        let mut extra = |name: &str, value: &str| {
            let _ = write!(line, ",\"{name}\":");
            text(value, &mut line);
        };
        match &self.event {
            TraceEvent::ErrorThrown { code } | TraceEvent::EscalationThrown { code } => {
                extra("code", code)
            }
            TraceEvent::Incident { kind, message } => {
                extra("kind", kind);
                extra("message", message);
            }
            TraceEvent::Refused { reason, .. } => extra("reason", reason),
            TraceEvent::Term {
                term,
                due,
                is_provisional,
                ..
            } => write_term(program, *term, *due, *is_provisional, &mut line),
            TraceEvent::Activated
            | TraceEvent::Completed
            | TraceEvent::Terminated
            | TraceEvent::Taken
            | TraceEvent::TimerFired
            | TraceEvent::MessageReceived
            | TraceEvent::SignalReceived
            | TraceEvent::Compensated => {}
        }
        line.push('}');
        line
    }
}

/// The number of a term among those of its element, when it ends, and whether that is provisional.
fn write_term(
    program: &Program,
    term: TermIx,
    due: Option<Timestamp>,
    is_provisional: bool,
    line: &mut String,
) {
    // Writing to a string cannot fail.
    let _ = write!(line, ",\"term\":{}", program.terms[term].number);
    let _ = match due {
        Some(due) => write!(line, ",\"due\":\"{due}\""),
        None => write!(line, ",\"due\":null"),
    };
    if is_provisional {
        line.push_str(",\"provisional\":true");
    }
}

/// How the first instance stands when nothing is left to do: the last line of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// The state.
    pub state: RunState,
    /// The ids of the leaf elements that wait, once for each instance, in order of activation.
    pub waiting: Vec<Arc<str>>,
    /// Why it failed or was rejected.
    pub error: Option<RunError>,
    /// The variables of the process.
    pub variables: Vec<(Arc<str>, Value)>,
}

/// Why a run failed or was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunError {
    /// The kind of incident, or what else it was.
    pub kind: Arc<str>,
    /// The code of an uncaught error.
    pub code: Option<Arc<str>>,
    /// What happened.
    pub message: Arc<str>,
    /// The BPMN id of the element.
    pub element: Option<Arc<str>>,
}

impl Ended {
    /// A run that could not begin.
    #[must_use]
    pub fn rejected(kind: &str, message: &str, element: Option<&str>) -> Self {
        Self {
            state: RunState::Rejected,
            waiting: Vec::new(),
            error: Some(RunError {
                kind: Arc::from(kind),
                code: None,
                message: Arc::from(message),
                element: element.map(Arc::from),
            }),
            variables: Vec::new(),
        }
    }

    /// The line as one JSON object, without a line break. Numbers keep all their digits.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut line = String::from("{\"event\":\"ended\",\"state\":");
        text(self.state.as_str(), &mut line);
        line.push_str(",\"waiting\":[");
        for (position, id) in self.waiting.iter().enumerate() {
            line.push_str(if position == 0 { "" } else { "," });
            text(id, &mut line);
        }
        line.push_str("],\"error\":");
        match &self.error {
            Some(error) => error.write_json(&mut line),
            None => line.push_str("null"),
        }
        line.push_str(",\"variables\":");
        line.push_str(&variables_json(&self.variables));
        line.push('}');
        line
    }
}

impl RunError {
    fn write_json(&self, line: &mut String) {
        line.push_str("{\"kind\":");
        text(&self.kind, line);
        if let Some(code) = &self.code {
            line.push_str(",\"code\":");
            text(code, line);
        }
        line.push_str(",\"message\":");
        text(&self.message, line);
        line.push_str(",\"element\":");
        match &self.element {
            Some(element) => text(element, line),
            None => line.push_str("null"),
        }
        line.push('}');
    }
}

/// Variables as a JSON object. Numbers keep all their digits.
#[must_use]
pub fn variables_json(variables: &[(Arc<str>, Value)]) -> String {
    let mut object = String::from("{");
    for (position, (name, value)) in variables.iter().enumerate() {
        object.push_str(if position == 0 { "" } else { "," });
        text(name, &mut object);
        object.push(':');
        object.push_str(&value.to_json_string());
    }
    object.push('}');
    object
}
