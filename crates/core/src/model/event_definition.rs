//! Event definitions (BPMN 2.0.2, 10.5.5).

use reglament_xml::ElementRef;

use super::BaseElement;
use super::expression::Expression;
use super::tag::Tag;

/// An event definition of any kind.
#[derive(Clone, Copy, Debug)]
pub enum EventDefinition<'d> {
    /// `messageEventDefinition`
    Message(MessageEventDefinition<'d>),
    /// `timerEventDefinition`
    Timer(TimerEventDefinition<'d>),
    /// `signalEventDefinition`
    Signal(SignalEventDefinition<'d>),
    /// `conditionalEventDefinition`
    Conditional(ConditionalEventDefinition<'d>),
    /// `errorEventDefinition`
    Error(ErrorEventDefinition<'d>),
    /// `escalationEventDefinition`
    Escalation(EscalationEventDefinition<'d>),
    /// `linkEventDefinition`
    Link(LinkEventDefinition<'d>),
    /// `compensateEventDefinition`
    Compensate(CompensateEventDefinition<'d>),
    /// `cancelEventDefinition`
    Cancel(CancelEventDefinition<'d>),
    /// `terminateEventDefinition`
    Terminate(TerminateEventDefinition<'d>),
}

impl<'d> EventDefinition<'d> {
    /// The view of `element`, if it is an event definition.
    #[must_use]
    pub fn from_element(element: ElementRef<'d>) -> Option<Self> {
        let tag = Tag::of(element).filter(|tag| tag.is_event_definition())?;
        match tag {
            Tag::MessageEventDefinition => {
                MessageEventDefinition::from_element(element).map(Self::Message)
            }
            Tag::TimerEventDefinition => {
                TimerEventDefinition::from_element(element).map(Self::Timer)
            }
            Tag::SignalEventDefinition => {
                SignalEventDefinition::from_element(element).map(Self::Signal)
            }
            Tag::ConditionalEventDefinition => {
                ConditionalEventDefinition::from_element(element).map(Self::Conditional)
            }
            Tag::ErrorEventDefinition => {
                ErrorEventDefinition::from_element(element).map(Self::Error)
            }
            Tag::EscalationEventDefinition => {
                EscalationEventDefinition::from_element(element).map(Self::Escalation)
            }
            Tag::LinkEventDefinition => LinkEventDefinition::from_element(element).map(Self::Link),
            Tag::CompensateEventDefinition => {
                CompensateEventDefinition::from_element(element).map(Self::Compensate)
            }
            Tag::CancelEventDefinition => {
                CancelEventDefinition::from_element(element).map(Self::Cancel)
            }
            Tag::TerminateEventDefinition => {
                TerminateEventDefinition::from_element(element).map(Self::Terminate)
            }
            _ => None,
        }
    }
}

impl<'d> BaseElement<'d> for EventDefinition<'d> {
    fn element(self) -> ElementRef<'d> {
        match self {
            Self::Message(view) => view.element(),
            Self::Timer(view) => view.element(),
            Self::Signal(view) => view.element(),
            Self::Conditional(view) => view.element(),
            Self::Error(view) => view.element(),
            Self::Escalation(view) => view.element(),
            Self::Link(view) => view.element(),
            Self::Compensate(view) => view.element(),
            Self::Cancel(view) => view.element(),
            Self::Terminate(view) => view.element(),
        }
    }
}

view! {
    /// A message is sent or received.
    MessageEventDefinition(MessageEventDefinition) {
        /// The message.
        message_ref: text("messageRef"),
        /// The operation that sends or receives it.
        operation_ref: content(OperationRef),
    }
}

view! {
    /// A point in time.
    TimerEventDefinition(TimerEventDefinition) {
        /// A date.
        time_date: one(TimeDate => Expression),
        /// A duration.
        time_duration: one(TimeDuration => Expression),
        /// A repetition.
        time_cycle: one(TimeCycle => Expression),
    }
}

view! {
    /// A signal is broadcast or received.
    SignalEventDefinition(SignalEventDefinition) {
        /// The signal.
        signal_ref: text("signalRef"),
    }
}

view! {
    /// A condition on data becomes true.
    ConditionalEventDefinition(ConditionalEventDefinition) {
        /// The condition.
        condition: one(Condition => Expression),
    }
}

view! {
    /// An error is thrown or caught.
    ErrorEventDefinition(ErrorEventDefinition) {
        /// The error.
        error_ref: text("errorRef"),
    }
}

view! {
    /// An escalation is thrown or caught.
    EscalationEventDefinition(EscalationEventDefinition) {
        /// The escalation.
        escalation_ref: text("escalationRef"),
    }
}

view! {
    /// One end of a jump.
    LinkEventDefinition(LinkEventDefinition) {
        /// The ends of jumps to here.
        sources: contents(Source),
        /// The other end of a jump from here.
        target: content(Target),
    }
}

view! {
    /// What has been done is undone.
    CompensateEventDefinition(CompensateEventDefinition) {
        /// The activity to undo; absent: everything in the scope.
        activity_ref: text("activityRef"),
        /// Whether the throwing event waits for it.
        wait_for_completion: boolean("waitForCompletion", true),
    }
}

view! {
    /// The transaction is cancelled.
    CancelEventDefinition(CancelEventDefinition) {}
}

view! {
    /// The scope is ended at once.
    TerminateEventDefinition(TerminateEventDefinition) {}
}
