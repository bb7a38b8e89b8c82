//! Taking note of what happens: trace lines, the numbers of element instances, coverage.

use std::sync::Arc;

use reglament_core::program::{ElementIx, FlowIx, Kind};
use reglament_executor::{Cause, Event, Incident, Key, Thrown};

use crate::trace::{Subject, TraceEvent, TraceLine};
use crate::world::{Live, World};

impl World<'_> {
    /// Takes note of an event of instance `case`.
    pub(crate) fn note(&mut self, case: usize, event: &Event) {
        match event {
            Event::Reached {
                key,
                element,
                scope,
                ..
            } => {
                self.meet(case, *key, *element, *scope);
            }
            Event::Activated {
                key,
                element,
                scope,
                ..
            } => {
                self.note_activated(case, *key, *element, *scope);
                self.note_undecided(case, *key, *element);
            }
            Event::Completed { key } => self.note_completed(case, *key),
            Event::Terminated { key } => self.note_terminated(case, *key),
            Event::Taken { flow, .. } => self.note_taken(case, *flow),
            Event::Passed { over, to, .. } => self.note_passed(case, *over, *to),
            Event::Triggered {
                owner,
                element,
                cause,
                ..
            } => self.note_triggered(case, *owner, *element, *cause),
            Event::ErrorThrown { key, error } => self.note_error(case, *key, error),
            Event::EscalationThrown { key, escalation } => {
                self.note_escalation(case, *key, escalation);
            }
            Event::Compensated { activity, .. } => self.note_compensated(case, *activity),
            Event::IncidentRaised { key, incident, .. } => self.note_incident(case, *key, incident),
            Event::Started { .. }
            | Event::Arrived { .. }
            | Event::Queued { .. }
            | Event::Armed { .. }
            | Event::ConditionChanged { .. }
            | Event::Interrupted { .. }
            | Event::VariableSet { .. }
            | Event::VariablesSet { .. }
            | Event::NameDeclared { .. }
            | Event::Repeating { .. }
            | Event::ResultCollected { .. }
            | Event::RepeatingStopped { .. }
            | Event::ResetAwaited { .. }
            | Event::Reset { .. }
            | Event::CompensationStarted { .. }
            | Event::HandlerQueued { .. }
            | Event::MessageThrown { .. }
            | Event::SignalThrown { .. }
            | Event::IncidentResolved { .. }
            | Event::Failed { .. }
            | Event::TokenWithdrawn { .. }
            // A scenario runs one program.
            | Event::Migrated(_)
            | Event::Cancelled => {}
            Event::TermStarted { .. }
            | Event::TermWarned { .. }
            | Event::TermExpired { .. }
            | Event::TermSuspended { .. }
            | Event::TermResumed { .. }
            | Event::TermInterrupted { .. }
            | Event::TermExtended { .. }
            | Event::TermRecomputed { .. }
            | Event::TermEnded { .. } => self.note_term(case, event),
        }
    }

    fn note_activated(&mut self, case: usize, key: Key, element: ElementIx, scope: Key) {
        let live = self.meet(case, key, element, scope);
        if live.shown {
            self.coverage.count(Subject::Element(element));
            self.line(case, Some(TraceEvent::Activated), element, live.number);
        }
    }

    fn note_completed(&mut self, case: usize, key: Key) {
        let Some(live) = self.leave(case, key).filter(|live| live.shown) else {
            return;
        };
        self.completions.count(Subject::Element(live.element));
        self.line(case, Some(TraceEvent::Completed), live.element, live.number);
        let activity = self.program.elements[live.element].activity.as_ref();
        if activity.is_some_and(|activity| activity.compensation.is_some()) {
            self.compensable
                .entry(live.element)
                .or_default()
                .push(live.number);
        }
    }

    fn note_terminated(&mut self, case: usize, key: Key) {
        let told = |live: &Live| live.shown && !live.threw;
        if let Some(live) = self.leave(case, key).filter(told) {
            let event = Some(TraceEvent::Terminated);
            self.line(case, event, live.element, live.number);
        }
    }

    fn note_taken(&mut self, case: usize, flow: FlowIx) {
        let subject = Subject::Flow(flow);
        self.coverage.count(subject);
        self.completions.count(subject);
        let count = self.taken.entry(subject).or_default();
        *count += 1;
        let (event, instance, time) = (TraceEvent::Taken, *count, self.now);
        let subject = Some(subject);
        self.trace.push(TraceLine {
            event,
            subject,
            instance,
            case,
            time,
        });
    }

    /// A token went through an element: it was activated, completed and left.
    fn note_passed(&mut self, case: usize, over: FlowIx, to: FlowIx) {
        let element = self.program.flows[over].target;
        let count = self.activations.entry(element).or_default();
        *count += 1;
        let number = *count;
        self.coverage.count(Subject::Element(element));
        self.completions.count(Subject::Element(element));
        self.line(case, Some(TraceEvent::Activated), element, number);
        self.line(case, Some(TraceEvent::Completed), element, number);
        self.note_taken(case, to);
    }

    fn note_triggered(&mut self, case: usize, owner: Key, element: ElementIx, cause: Cause) {
        let itself = |live: &Live| live.element == element;
        match self.seen(case, owner).filter(itself) {
            Some(live) => self.line(case, arrival(cause), element, live.number),
            None => self.note_arrival(element, case, cause),
        }
    }

    /// An end event that throws an error has then done what it is for.
    fn note_error(&mut self, case: usize, key: Key, error: &Thrown) {
        let element = error.element;
        if matches!(self.program.elements[element].kind, Kind::EndEvent(_))
            && let Some(live) = self.live_mut(case, key)
            && live.element == element
        {
            live.threw = true;
            self.completions.count(Subject::Element(element));
        }
        let code = error.code.clone();
        let number = self.number(case, key, element);
        self.line(
            case,
            Some(TraceEvent::ErrorThrown { code }),
            element,
            number,
        );
    }

    fn note_escalation(&mut self, case: usize, key: Key, escalation: &Thrown) {
        let (element, code) = (escalation.element, escalation.code.clone());
        let number = self.number(case, key, element);
        let event = Some(TraceEvent::EscalationThrown { code });
        self.line(case, event, element, number);
    }

    /// Compensation runs backwards: the newest completed instance is undone first.
    fn note_compensated(&mut self, case: usize, activity: ElementIx) {
        let newest = self.compensable.get_mut(&activity).and_then(Vec::pop);
        let event = Some(TraceEvent::Compensated);
        self.line(case, event, activity, newest.unwrap_or(1));
    }

    fn note_incident(&mut self, case: usize, key: Key, incident: &Incident) {
        let element = self.element_of(case, key);
        let number = self.number(case, key, element).max(1);
        let event = TraceEvent::Incident {
            kind: incident.kind.as_str(),
            message: incident.message.clone(),
        };
        self.line(case, Some(event), element, number);
    }

    /// Writes that something asked for was refused.
    pub(crate) fn note_refusal(
        &mut self,
        element: Option<ElementIx>,
        named: Option<(Arc<str>, &'static str)>,
        instance: Option<u32>,
        case: usize,
        reason: String,
    ) {
        let newest = element
            .and_then(|element| self.activations.get(&element))
            .copied()
            .unwrap_or_default();
        let subject = element.map(Subject::Element);
        let instance = instance.unwrap_or(newest);
        let event = TraceEvent::Refused { named, reason };
        self.trace.push(TraceLine {
            event,
            subject,
            instance,
            case,
            time: self.now,
        });
    }

    /// Writes that a message or signal arrived for `element`, whose instance begins next.
    pub(crate) fn note_arrival(&mut self, element: ElementIx, case: usize, cause: Cause) {
        let number = self.activations.get(&element).copied().unwrap_or_default() + 1;
        self.line(case, arrival(cause), element, number);
    }

    pub(crate) fn line(
        &mut self,
        case: usize,
        event: Option<TraceEvent>,
        element: ElementIx,
        instance: u32,
    ) {
        if let Some(event) = event {
            let subject = Some(Subject::Element(element));
            self.trace.push(TraceLine {
                event,
                subject,
                instance,
                case,
                time: self.now,
            });
        }
    }

    /// Gives a new element instance its number; one that is known keeps it.
    fn meet(&mut self, case: usize, key: Key, element: ElementIx, scope: Key) -> Live {
        if let Some(live) = self.seen(case, key) {
            return live;
        }
        let node = &self.program.elements[element];
        let repeated = node
            .activity
            .as_ref()
            .is_some_and(|activity| activity.repetition.is_some());
        // The iterations of a loop stand inside its body, an instance of the same element.
        let body = repeated
            && self
                .seen(case, scope)
                .is_none_or(|outer| outer.element != element);
        let shown = !body && !matches!(node.kind, Kind::Process);
        let mut number = 0;
        if shown {
            let count = self.activations.entry(element).or_default();
            *count += 1;
            number = *count;
        }
        let live = Live {
            element,
            number,
            shown,
            threw: false,
        };
        if let Some(case) = self.cases.get_mut(case) {
            case.live.insert(key, live);
        }
        live
    }

    fn leave(&mut self, case: usize, key: Key) -> Option<Live> {
        self.cases.get_mut(case)?.live.remove(&key)
    }

    fn live_mut(&mut self, case: usize, key: Key) -> Option<&mut Live> {
        self.cases.get_mut(case)?.live.get_mut(&key)
    }

    fn seen(&self, case: usize, key: Key) -> Option<Live> {
        self.cases.get(case)?.live(key)
    }

    /// The number of the element instance `key` if it is one of `element`, else that of the newest.
    pub(crate) fn number(&self, case: usize, key: Key, element: ElementIx) -> u32 {
        match self.seen(case, key).filter(|live| live.element == element) {
            Some(live) => live.number,
            None => self.activations.get(&element).copied().unwrap_or(1),
        }
    }

    fn element_of(&self, case: usize, key: Key) -> ElementIx {
        let seen = self.seen(case, key).map(|live| live.element);
        let process = self.cases.get(case).map(|case| case.process);
        seen.or(process).unwrap_or(ElementIx(0))
    }
}

/// What the trace calls the occurrence of `cause`; conditions have no line.
fn arrival(cause: Cause) -> Option<TraceEvent> {
    match cause {
        Cause::Message => Some(TraceEvent::MessageReceived),
        Cause::Signal => Some(TraceEvent::SignalReceived),
        Cause::Timer => Some(TraceEvent::TimerFired),
        Cause::Condition => None,
    }
}
