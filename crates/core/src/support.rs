//! The support table: every element, position and event definition, with what becomes of it.
//!
//! Lowering decides by this table, and documentation and tests list it: the id of a row is the name
//! of its folder in the test suite.
//!
//! # Source
//! BPMN 2.0.2, table 10.93 (event definitions by position) and chapters 9 to 13.

use crate::model::Tag;

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The name of the suite folder: `exclusive_gateway`, `boundary_event/timer`.
    pub id: &'static str,
    /// The element.
    pub element: Tag,
    /// Where an event stands; none for what is not an event.
    pub position: Option<Position>,
    /// What an event is about; none for what is not an event.
    pub trigger: Option<Trigger>,
    /// Whether events may interrupt, and may not.
    pub modes: Modes,
    /// What becomes of it.
    pub status: Status,
    /// The clause of BPMN 2.0.2.
    pub spec: &'static str,
}

/// What becomes of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is executed as the standard says.
    Executed,
    /// It says something to people; execution does not depend on it.
    Drawn,
    /// It is refused; the text says what to use instead.
    Refused(&'static str),
}

/// Where an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// A start event of a process.
    Start,
    /// A start event of an event sub-process.
    EventSubProcessStart,
    /// A start event of an embedded sub-process or transaction.
    SubProcessStart,
    /// An intermediate event that catches.
    IntermediateCatch,
    /// An intermediate event that throws.
    IntermediateThrow,
    /// An event on the boundary of an activity.
    Boundary,
    /// An end event.
    End,
}

impl Position {
    /// The position in words, for messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "a start event",
            Self::EventSubProcessStart => "the start event of an event sub-process",
            Self::SubProcessStart => "a start event of a sub-process",
            Self::IntermediateCatch => "an intermediate catch event",
            Self::IntermediateThrow => "an intermediate throw event",
            Self::Boundary => "a boundary event",
            Self::End => "an end event",
        }
    }
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// No definition.
    None,
    /// A message.
    Message,
    /// A point in time.
    Timer,
    /// An error.
    Error,
    /// An escalation.
    Escalation,
    /// A cancelled transaction.
    Cancel,
    /// Compensation.
    Compensation,
    /// A condition on data.
    Conditional,
    /// A jump.
    Link,
    /// A signal.
    Signal,
    /// The end of the scope.
    Terminate,
    /// One of several.
    Multiple,
    /// All of several.
    ParallelMultiple,
}

impl Trigger {
    /// The trigger in words, for messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Message => "message",
            Self::Timer => "timer",
            Self::Error => "error",
            Self::Escalation => "escalation",
            Self::Cancel => "cancel",
            Self::Compensation => "compensation",
            Self::Conditional => "conditional",
            Self::Link => "link",
            Self::Signal => "signal",
            Self::Terminate => "terminate",
            Self::Multiple => "multiple",
            Self::ParallelMultiple => "parallel multiple",
        }
    }
}

/// Whether an event interrupts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modes {
    /// The question does not arise.
    Neither,
    /// It always interrupts.
    Interrupting,
    /// It may do either.
    Both,
}

/// The row of an event: its position, what it is about, whether it interrupts. None where the
/// standard does not allow the combination.
#[must_use]
pub fn event(position: Position, trigger: Trigger, is_interrupting: bool) -> Option<&'static Row> {
    SUPPORT
        .iter()
        .find(|row| row.position == Some(position) && row.trigger == Some(trigger))
        .filter(|row| is_interrupting || row.modes != Modes::Interrupting)
}

/// The row of an element that is not an event.
#[must_use]
pub fn element(tag: Tag) -> Option<&'static Row> {
    SUPPORT
        .iter()
        .find(|row| row.element == tag && row.position.is_none())
}

/// The triggers that may stand at `position`, for hints.
pub fn triggers(position: Position) -> impl Iterator<Item = Trigger> {
    SUPPORT
        .iter()
        .filter(move |row| row.position == Some(position))
        .filter_map(|row| row.trigger)
}

const fn executed(id: &'static str, element: Tag, spec: &'static str) -> Row {
    plain(id, element, Status::Executed, spec)
}

const fn drawn(id: &'static str, element: Tag, spec: &'static str) -> Row {
    plain(id, element, Status::Drawn, spec)
}

const fn refused(id: &'static str, element: Tag, instead: &'static str, spec: &'static str) -> Row {
    plain(id, element, Status::Refused(instead), spec)
}

const fn plain(id: &'static str, element: Tag, status: Status, spec: &'static str) -> Row {
    Row {
        id,
        element,
        position: None,
        trigger: None,
        modes: Modes::Neither,
        status,
        spec,
    }
}

const fn on(id: &'static str, position: Position, trigger: Trigger, modes: Modes) -> Row {
    let (element, spec) = match position {
        Position::Start | Position::SubProcessStart => (Tag::StartEvent, "10.5.2"),
        Position::EventSubProcessStart => (Tag::StartEvent, "10.5.2, 13.5.4"),
        Position::IntermediateCatch => (Tag::IntermediateCatchEvent, "10.5.4"),
        Position::IntermediateThrow => (Tag::IntermediateThrowEvent, "10.5.4"),
        Position::Boundary => (Tag::BoundaryEvent, "10.5.4, 13.5.3"),
        Position::End => (Tag::EndEvent, "10.5.3, 13.5.6"),
    };
    let (position, trigger) = (Some(position), Some(trigger));
    Row {
        id,
        element,
        position,
        trigger,
        modes,
        status: Status::Executed,
        spec,
    }
}

use Modes::{Both, Interrupting, Neither};
use Position::{
    Boundary, End, EventSubProcessStart, IntermediateCatch, IntermediateThrow, Start,
    SubProcessStart,
};

/// The table.
pub static SUPPORT: &[Row] = &[
    executed("process", Tag::Process, "10.2"),
    executed("task", Tag::Task, "10.3.3"),
    executed("user_task", Tag::UserTask, "10.3.4"),
    executed("manual_task", Tag::ManualTask, "10.3.4"),
    executed("service_task", Tag::ServiceTask, "10.3.3"),
    executed("send_task", Tag::SendTask, "10.3.3"),
    executed("receive_task", Tag::ReceiveTask, "10.3.3"),
    executed("business_rule_task", Tag::BusinessRuleTask, "10.3.3"),
    executed("script_task", Tag::ScriptTask, "10.3.3"),
    executed("sub_process", Tag::SubProcess, "10.3.5"),
    executed("transaction", Tag::Transaction, "10.3.5, 10.7"),
    executed("ad_hoc_sub_process", Tag::AdHocSubProcess, "10.3.5, 13.3.5"),
    executed("call_activity", Tag::CallActivity, "10.3.6"),
    executed(
        "standard_loop",
        Tag::StandardLoopCharacteristics,
        "10.3.8, 13.3.6",
    ),
    executed(
        "multi_instance",
        Tag::MultiInstanceLoopCharacteristics,
        "10.3.8, 13.3.7",
    ),
    executed("exclusive_gateway", Tag::ExclusiveGateway, "10.6.2, 13.4.2"),
    executed("inclusive_gateway", Tag::InclusiveGateway, "10.6.3, 13.4.3"),
    executed("parallel_gateway", Tag::ParallelGateway, "10.6.4, 13.4.1"),
    executed(
        "event_based_gateway",
        Tag::EventBasedGateway,
        "10.6.6, 13.4.4",
    ),
    executed("complex_gateway", Tag::ComplexGateway, "10.6.5, 13.4.5"),
    executed("sequence_flow", Tag::SequenceFlow, "8.3.13"),
    executed("data_object", Tag::DataObject, "10.4.1"),
    executed("property", Tag::Property, "10.4.1"),
    executed(
        "data_input_association",
        Tag::DataInputAssociation,
        "10.4.2",
    ),
    executed(
        "data_output_association",
        Tag::DataOutputAssociation,
        "10.4.2",
    ),
    executed("message_flow", Tag::MessageFlow, "9.4"),
    drawn("lane", Tag::Lane, "10.8"),
    drawn("participant", Tag::Participant, "9.3"),
    drawn("data_store", Tag::DataStoreReference, "10.4.1"),
    drawn("text_annotation", Tag::TextAnnotation, "8.3.1"),
    drawn("association", Tag::Association, "8.3.1"),
    drawn("group", Tag::Group, "8.3.1"),
    refused(
        "choreography_task",
        Tag::ChoreographyTask,
        CHOREOGRAPHY,
        "11.5",
    ),
    refused(
        "sub_choreography",
        Tag::SubChoreography,
        CHOREOGRAPHY,
        "11.5",
    ),
    refused(
        "call_choreography",
        Tag::CallChoreography,
        CHOREOGRAPHY,
        "11.5",
    ),
    on("start_event/none", Start, Trigger::None, Neither),
    on("start_event/message", Start, Trigger::Message, Neither),
    on("start_event/timer", Start, Trigger::Timer, Neither),
    on(
        "start_event/conditional",
        Start,
        Trigger::Conditional,
        Neither,
    ),
    on("start_event/signal", Start, Trigger::Signal, Neither),
    on("start_event/multiple", Start, Trigger::Multiple, Neither),
    on(
        "start_event/parallel_multiple",
        Start,
        Trigger::ParallelMultiple,
        Neither,
    ),
    on(
        "sub_process/start_event",
        SubProcessStart,
        Trigger::None,
        Neither,
    ),
    on(
        "event_sub_process/message",
        EventSubProcessStart,
        Trigger::Message,
        Both,
    ),
    on(
        "event_sub_process/timer",
        EventSubProcessStart,
        Trigger::Timer,
        Both,
    ),
    on(
        "event_sub_process/error",
        EventSubProcessStart,
        Trigger::Error,
        Interrupting,
    ),
    on(
        "event_sub_process/escalation",
        EventSubProcessStart,
        Trigger::Escalation,
        Both,
    ),
    on(
        "event_sub_process/compensation",
        EventSubProcessStart,
        Trigger::Compensation,
        Interrupting,
    ),
    on(
        "event_sub_process/conditional",
        EventSubProcessStart,
        Trigger::Conditional,
        Both,
    ),
    on(
        "event_sub_process/signal",
        EventSubProcessStart,
        Trigger::Signal,
        Both,
    ),
    on(
        "event_sub_process/multiple",
        EventSubProcessStart,
        Trigger::Multiple,
        Both,
    ),
    on(
        "event_sub_process/parallel_multiple",
        EventSubProcessStart,
        Trigger::ParallelMultiple,
        Both,
    ),
    on(
        "intermediate_catch_event/message",
        IntermediateCatch,
        Trigger::Message,
        Neither,
    ),
    on(
        "intermediate_catch_event/timer",
        IntermediateCatch,
        Trigger::Timer,
        Neither,
    ),
    on(
        "intermediate_catch_event/conditional",
        IntermediateCatch,
        Trigger::Conditional,
        Neither,
    ),
    on(
        "intermediate_catch_event/link",
        IntermediateCatch,
        Trigger::Link,
        Neither,
    ),
    on(
        "intermediate_catch_event/signal",
        IntermediateCatch,
        Trigger::Signal,
        Neither,
    ),
    on(
        "intermediate_catch_event/multiple",
        IntermediateCatch,
        Trigger::Multiple,
        Neither,
    ),
    on(
        "intermediate_catch_event/parallel_multiple",
        IntermediateCatch,
        Trigger::ParallelMultiple,
        Neither,
    ),
    on(
        "intermediate_throw_event/none",
        IntermediateThrow,
        Trigger::None,
        Neither,
    ),
    on(
        "intermediate_throw_event/message",
        IntermediateThrow,
        Trigger::Message,
        Neither,
    ),
    on(
        "intermediate_throw_event/escalation",
        IntermediateThrow,
        Trigger::Escalation,
        Neither,
    ),
    on(
        "intermediate_throw_event/compensation",
        IntermediateThrow,
        Trigger::Compensation,
        Neither,
    ),
    on(
        "intermediate_throw_event/link",
        IntermediateThrow,
        Trigger::Link,
        Neither,
    ),
    on(
        "intermediate_throw_event/signal",
        IntermediateThrow,
        Trigger::Signal,
        Neither,
    ),
    on(
        "intermediate_throw_event/multiple",
        IntermediateThrow,
        Trigger::Multiple,
        Neither,
    ),
    on("boundary_event/message", Boundary, Trigger::Message, Both),
    on("boundary_event/timer", Boundary, Trigger::Timer, Both),
    on(
        "boundary_event/error",
        Boundary,
        Trigger::Error,
        Interrupting,
    ),
    on(
        "boundary_event/escalation",
        Boundary,
        Trigger::Escalation,
        Both,
    ),
    on(
        "boundary_event/cancel",
        Boundary,
        Trigger::Cancel,
        Interrupting,
    ),
    on(
        "boundary_event/compensation",
        Boundary,
        Trigger::Compensation,
        Both,
    ),
    on(
        "boundary_event/conditional",
        Boundary,
        Trigger::Conditional,
        Both,
    ),
    on("boundary_event/signal", Boundary, Trigger::Signal, Both),
    on("boundary_event/multiple", Boundary, Trigger::Multiple, Both),
    on(
        "boundary_event/parallel_multiple",
        Boundary,
        Trigger::ParallelMultiple,
        Both,
    ),
    on("end_event/none", End, Trigger::None, Neither),
    on("end_event/message", End, Trigger::Message, Neither),
    on("end_event/error", End, Trigger::Error, Neither),
    on("end_event/escalation", End, Trigger::Escalation, Neither),
    on("end_event/cancel", End, Trigger::Cancel, Neither),
    on(
        "end_event/compensation",
        End,
        Trigger::Compensation,
        Neither,
    ),
    on("end_event/signal", End, Trigger::Signal, Neither),
    on("end_event/terminate", End, Trigger::Terminate, Neither),
    on("end_event/multiple", End, Trigger::Multiple, Neither),
];

/// What to use instead of choreographies.
const CHOREOGRAPHY: &str = "a choreography describes an agreement and is not executed; model the processes of the participants";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique() {
        let mut ids: Vec<&str> = SUPPORT.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn every_flow_node_has_a_row() {
        for tag in Tag::ALL.iter().filter(|tag| tag.is_flow_node()) {
            let found = SUPPORT.iter().any(|row| row.element == *tag);
            assert!(found, "{tag} has no row");
        }
    }

    #[test]
    fn an_error_boundary_event_always_interrupts() {
        assert!(event(Position::Boundary, Trigger::Error, true).is_some());
        assert!(event(Position::Boundary, Trigger::Error, false).is_none());
        assert!(event(Position::Boundary, Trigger::Timer, false).is_some());
        assert!(event(Position::Start, Trigger::Error, true).is_none());
    }
}
