//! The executable form of a BPMN file: what lowering produces and the executor runs.
//!
//! A [`Program`] is a closed world: every process that can be executed, its flow nodes and flows in
//! arrays indexed by typed small integers, variable names interned, expressions compiled. Nothing
//! in it refers back to the XML. All nesting levels stand in one array; an element names the scope
//! (process or sub-process) that contains it.
//!
//! # Source
//! BPMN 2.0.2, chapters 10 and 13.

mod activity;
mod arena;
mod duty;
mod event;
mod expression;
mod info;
mod personal;
mod reach;
mod term;

use std::sync::OnceLock;

pub use activity::{
    Activity, AdHoc, Assignment, Behavior, CalledElement, Form, Job, LoopCharacteristics,
    MultiInstance, Repetition, Script, Task, TaskKind,
};
pub use arena::{
    Arena, ArenaIndex, ElementIx, ErrorIx, EscalationIx, FlowIx, MessageIx, SignalIx, TermIx,
};
pub use duty::{Duty, DutyKind};
pub use event::{
    Error, Escalation, EventDefinition, EventPart, Message, MessageFlow, Signal, TimerDefinition,
};
pub use expression::{Expr, Mapping, Mappings, SymbolTable, Target, Text};
pub use info::{Info, Label, Outcome, OutcomeKind, Regulation, SourceClause, Term};
pub use personal::{Personal, SubjectPath};
pub use reach::Reach;
pub use term::{Alternatives, ElementTerms, TermDefinition};

/// Everything that can be executed of one file and those that it imports.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Processes, flow nodes and sub-processes of all nesting levels, in document order; a scope
    /// stands before its contents.
    pub elements: Arena<ElementIx, Element>,
    /// What people and tools want to know of an element; the executor does not read it while it runs.
    pub infos: Arena<ElementIx, Info>,
    /// Sequence flows in document order.
    pub flows: Arena<FlowIx, Flow>,
    /// The process elements in document order.
    pub processes: Vec<ElementIx>,
    /// Message flows whose two ends are known.
    pub message_flows: Vec<MessageFlow>,
    /// Messages.
    pub messages: Arena<MessageIx, Message>,
    /// Signals.
    pub signals: Arena<SignalIx, Signal>,
    /// Errors.
    pub errors: Arena<ErrorIx, Error>,
    /// Escalations.
    pub escalations: Arena<EscalationIx, Escalation>,
    /// The statutory terms that run, in document order of the elements that carry them.
    pub terms: Arena<TermIx, TermDefinition>,
    /// Interned variable names.
    pub names: SymbolTable,
    /// Which variables hold personal data; the executor does not read it.
    pub personal: Vec<Personal>,
    /// [`Program::fingerprint`], once it was asked for: every state that is saved carries it.
    pub(crate) fingerprint: OnceLock<u64>,
    /// Which user tasks different persons, or the same person, have to perform.
    pub duties: Vec<Duty>,
    /// Where the elements of imported files begin; they stand last, and their spans are those of their
    /// own files.
    pub first_imported: Option<ElementIx>,
}

#[expect(
    clippy::indexing_slicing,
    reason = "typed indices address the arenas of their program"
)]
impl Program {
    /// The element with the BPMN id `id`.
    #[must_use]
    pub fn element(&self, id: &str) -> Option<ElementIx> {
        self.infos
            .iter()
            .find(|(_, info)| &*info.id == id)
            .map(|(index, _)| index)
    }

    /// The process with the BPMN id `id`.
    #[must_use]
    pub fn process(&self, id: &str) -> Option<ElementIx> {
        self.processes
            .iter()
            .copied()
            .find(|process| &*self.infos[*process].id == id)
    }

    /// Where `process` begins when nobody says where: `None` at its none start events, else its only
    /// triggered start.
    ///
    /// # Errors
    /// The triggered starts, when there are several and none of them begins without a trigger.
    pub fn default_start(&self, process: ElementIx) -> Result<Option<ElementIx>, &[ElementIx]> {
        let Some(body) = &self.elements[process].body else {
            return Ok(None);
        };
        match &*body.triggered_starts {
            _ if !body.initial.is_empty() => Ok(None),
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            several => Err(several),
        }
    }

    /// Whether `element` stands in a file that is imported.
    #[must_use]
    pub fn is_imported(&self, element: ElementIx) -> bool {
        self.first_imported.is_some_and(|first| element >= first)
    }

    /// The process that contains `element`, or the element itself when it is a process.
    #[must_use]
    pub fn process_of(&self, element: ElementIx) -> ElementIx {
        let mut current = element;
        while self.elements[current].scope != current {
            current = self.elements[current].scope;
        }
        current
    }

    /// Whether `inner` stands inside `outer`, at any depth.
    #[must_use]
    pub fn encloses(&self, outer: ElementIx, inner: ElementIx) -> bool {
        let mut current = inner;
        loop {
            let scope = self.elements[current].scope;
            if scope == current {
                return false;
            }
            if scope == outer {
                return true;
            }
            current = scope;
        }
    }

    /// The start event of an event sub-process.
    #[must_use]
    pub fn start_of_event_sub_process(
        &self,
        element: ElementIx,
    ) -> Option<(ElementIx, &EventPart)> {
        let body = self.elements[element].body.as_ref()?;
        body.contents
            .iter()
            .find_map(|inner| match &self.elements[*inner].kind {
                Kind::StartEvent(part) => Some((*inner, &**part)),
                _ => None,
            })
    }

    /// A number that differs between programs with other elements, flows, names or terms (FNV-1a).
    ///
    /// It guards states and histories against being read with the wrong program; it is no proof of
    /// origin. It is computed when it is first asked for, so what it covers must not change afterwards.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        *self.fingerprint.get_or_init(|| self.compute_fingerprint())
    }

    fn compute_fingerprint(&self) -> u64 {
        let elements = self.infos.iter().map(|(_, info)| &info.id);
        let flows = self.flows.iter().map(|(_, flow)| &flow.id);
        let texts = elements.chain(flows).chain(self.names.iter());
        let terms = self.terms.iter().map(|(_, definition)| definition);
        let terms = terms.map(|definition| definition.term.literal.as_str());
        let texts = texts.map(|text| &**text).chain(terms);
        texts.fold(0xcbf2_9ce4_8422_2325, |hash, text| {
            let bytes = text.bytes().chain(std::iter::once(0));
            bytes.fold(hash, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
            })
        })
    }

    /// Reads the unqualified days of all terms as working or calendar days, where a regulation pack
    /// states that reading for the whole document.
    pub fn read_unqualified_days_as(&mut self, unit: crate::term::Unit) {
        for index in self.terms.indices() {
            let term = &mut self.terms[index].term;
            *term = term.clone().read_days_as(unit);
        }
    }

    /// The BPMN id of `element`.
    #[must_use]
    pub fn id(&self, element: ElementIx) -> &str {
        &self.infos[element].id
    }
}

/// A process, flow node or sub-process.
#[derive(Clone, Debug)]
pub struct Element {
    /// What it is and what only this kind has.
    pub kind: Kind,
    /// The process or sub-process that contains it; a process names itself.
    pub scope: ElementIx,
    /// The ways out.
    pub outgoing: Outgoing,
    /// The sequence flows that end here, in document order.
    pub incoming: Box<[FlowIx]>,
    /// What an activity has beyond the plain life cycle; absent when there is nothing of it.
    pub activity: Option<Box<Activity>>,
    /// Input and output mappings; absent when there are none.
    pub mappings: Option<Box<Mappings>>,
    /// What it contains, for a process or sub-process.
    pub body: Option<Box<Body>>,
    /// What statutory terms have to do with it; absent when none is about it.
    pub terms: Option<Box<ElementTerms>>,
    /// Whether it has nothing beyond its kind and its flows: no activity part, no mappings, no terms.
    pub is_plain: bool,
}

impl Element {
    /// The event sub-process inside this one that is started by compensation, if there is one.
    #[must_use]
    pub fn compensation_event_sub_process(&self, program: &Program) -> Option<ElementIx> {
        let body = self.body.as_ref()?;
        body.event_sub_processes.iter().copied().find(|inner| {
            program
                .start_of_event_sub_process(*inner)
                .is_some_and(|(_, part)| {
                    part.definitions
                        .iter()
                        .any(|it| matches!(it, EventDefinition::Compensate { .. }))
                })
        })
    }
}

/// The kinds of elements, closed: a new one is a compile error wherever it matters.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A process: the outermost scope.
    Process,
    /// An embedded sub-process.
    SubProcess,
    /// A transaction sub-process.
    Transaction,
    /// An ad-hoc sub-process.
    AdHocSubProcess(Box<AdHoc>),
    /// An event sub-process (`triggeredByEvent="true"`).
    EventSubProcess,
    /// A call activity.
    CallActivity(Box<CalledElement>),
    /// A task of any kind.
    Task(Box<Task>),
    /// A start event; without definitions it is a none start event.
    StartEvent(Box<EventPart>),
    /// An intermediate catch event (for link: the target of the jump).
    IntermediateCatchEvent(Box<EventPart>),
    /// An intermediate throw event; without definitions it is a none event.
    IntermediateThrowEvent(Box<EventPart>),
    /// An end event.
    EndEvent(Box<EventPart>),
    /// A boundary event.
    BoundaryEvent(Box<EventPart>),
    /// An exclusive gateway.
    ExclusiveGateway,
    /// An inclusive gateway; `Some` where it joins.
    InclusiveGateway(Option<Box<Reach>>),
    /// A parallel gateway.
    ParallelGateway,
    /// An event-based gateway.
    EventBasedGateway {
        /// `eventGatewayType="Parallel"`: only for an instantiating gateway.
        parallel: bool,
        /// Whether it starts instances.
        instantiate: bool,
    },
    /// A complex gateway.
    ComplexGateway {
        /// The activation condition, where it joins.
        activation: Option<Box<Expr>>,
        /// Where it joins: for the reset, which waits like an inclusive join.
        reach: Option<Box<Reach>>,
    },
}

/// The ways out of an element.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// No outgoing flow: a token that gets here is consumed.
    None,
    /// The one unconditional flow.
    One(FlowIx),
    /// Several flows, or one with a condition.
    Many(Box<Branches>),
}

impl Outgoing {
    /// The flows in document order.
    pub fn flows(&self) -> impl Iterator<Item = FlowIx> + '_ {
        let (one, many) = match self {
            Self::None => (None, None),
            Self::One(flow) => (Some(*flow), None),
            Self::Many(branches) => (
                None,
                Some(branches.branches.iter().map(|branch| branch.flow)),
            ),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }
}

/// Several flows out of an element.
#[derive(Clone, Debug, Default)]
pub struct Branches {
    /// All outgoing flows, the default one included, in document order.
    pub branches: Box<[Branch]>,
    /// The default flow. Its own condition, if it has one, is never evaluated (BPMN 2.0.2, 10.6.2).
    pub default: Option<FlowIx>,
}

/// One outgoing flow.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The flow.
    pub flow: FlowIx,
    /// Its condition; a flow without one is unconditional.
    pub condition: Option<Expr>,
}

/// A sequence flow.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The BPMN id.
    pub id: std::sync::Arc<str>,
    /// The name: what the condition is called in a drawing.
    pub name: Option<std::sync::Arc<str>>,
    /// Where it begins.
    pub source: ElementIx,
    /// Where it ends.
    pub target: ElementIx,
    /// Whether a token that arrives over it waits for others: the target synchronises (parallel,
    /// inclusive or complex join) or is an activity whose `startQuantity` exceeds one.
    pub waits: bool,
}

/// What a process or sub-process contains.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Everything directly inside, in document order.
    pub contents: Box<[ElementIx]>,
    /// Where a token begins when the scope is entered without a named start: the none start events,
    /// or, where there is no start event at all, every activity, gateway, and event without incoming
    /// flow that may begin a path (BPMN 2.0.2, 13.2).
    pub initial: Box<[ElementIx]>,
    /// The start events with a trigger, and instantiating receive tasks and event-based gateways.
    pub triggered_starts: Box<[ElementIx]>,
    /// The event sub-processes directly inside, in document order.
    pub event_sub_processes: Box<[ElementIx]>,
}
