//! Lowering one process.

use std::sync::Arc;

use reglament_feel::Names;
use reglament_source::{Code, Diagnostic};
use reglament_xml::{ElementRef, NodeId};
use rustc_hash::FxHashMap;

use super::collect::{FlowDraft, Node};
use super::imported::Library;
use super::root::Roots;
use super::term::TermDrafts;
use super::{NodeMap, broken};
use crate::model::{BaseElement, Definitions, Process, Tag};
use crate::program::{
    ArenaIndex, Body, Element, ElementIx, Flow, FlowIx, Info, Kind, Outgoing, Personal, Program,
};

/// What is known while a process is lowered.
pub(super) struct ProcessLowering<'d, 'p> {
    pub(super) definitions: &'d Definitions,
    pub(super) library: &'p Library<'d>,
    pub(super) program: &'p mut Program,
    pub(super) roots: &'p mut Roots,
    pub(super) process: Process<'d>,
    pub(super) findings: Vec<Diagnostic>,
    /// The ids of the processes of the file that it calls.
    pub(super) calls: Vec<Arc<str>>,
    /// Names that the process declares for expressions.
    pub(super) declared: Names,
    /// The declared names that are no plain names.
    pub(super) declared_names: Vec<&'d str>,
    /// The process and its flow nodes, in document order; the first has the index `first`.
    pub(super) nodes: Vec<Node<'d>>,
    pub(super) first: ElementIx,
    pub(super) flows: Vec<FlowDraft<'d>>,
    pub(super) first_flow: FlowIx,
    pub(super) by_node: NodeMap,
    pub(super) flow_by_node: FxHashMap<NodeId, FlowIx>,
    /// The names of the lanes that list a flow node, outermost first.
    pub(super) lanes: FxHashMap<NodeId, Vec<Arc<str>>>,
    /// Link catch events by scope and name.
    pub(super) links: FxHashMap<(ElementIx, String), Vec<ElementIx>>,
    /// Which variables hold personal data.
    pub(super) personal: Vec<Personal>,
    /// The statutory terms.
    pub(super) terms: TermDrafts,
    /// What has been built: the elements and their facts, in the order of `nodes`.
    built: Vec<(Element, Info)>,
    /// Whether something is missing that reading has reported.
    is_broken: bool,
}

impl<'d, 'p> ProcessLowering<'d, 'p> {
    pub(super) fn new(
        definitions: &'d Definitions,
        library: &'p Library<'d>,
        program: &'p mut Program,
        roots: &'p mut Roots,
        process: Process<'d>,
    ) -> Self {
        let first = ElementIx::from_position(program.elements.len());
        let first_flow = FlowIx::from_position(program.flows.len());
        Self {
            definitions,
            library,
            program,
            roots,
            process,
            findings: Vec::new(),
            calls: Vec::new(),
            declared: Names::none(),
            declared_names: Vec::new(),
            nodes: Vec::new(),
            first,
            flows: Vec::new(),
            first_flow,
            by_node: NodeMap::default(),
            flow_by_node: FxHashMap::default(),
            lanes: FxHashMap::default(),
            links: FxHashMap::default(),
            personal: Vec::new(),
            terms: TermDrafts::default(),
            built: Vec::new(),
            is_broken: false,
        }
    }

    /// Lowers the process; the findings say whether it can be executed.
    pub(super) fn lower(&mut self) {
        self.declare_names();
        self.collect();
        self.collect_lanes();
        self.collect_links();
        self.collect_personal();
        self.collect_terms();
        self.check_process();
        for index in self.indices() {
            let element = self.element(index);
            let info = self.info(index);
            self.built.push((element, info));
        }
        self.mark_waits();
        if self.is_broken && !self.findings.iter().any(Diagnostic::is_error) {
            let process = self.process.element();
            let id = self.roots.identifiers.of(self.definitions, process);
            self.findings.push(broken(process, &id));
        }
        self.findings
            .sort_by_key(|finding| finding.span.map_or(0, |span| span.start));
    }

    /// Moves what was built into the program; returns where its flow nodes stand there.
    pub(super) fn commit(self) -> NodeMap {
        self.program.processes.push(self.first);
        for mark in self.personal {
            if !self.program.personal.contains(&mark) {
                self.program.personal.push(mark);
            }
        }
        for (element, info) in self.built {
            self.program.elements.push(element);
            self.program.infos.push(info);
        }
        for definition in self.terms.definitions {
            self.program.terms.push(definition);
        }
        for draft in self.flows {
            let FlowDraft {
                id,
                name,
                source,
                target,
                waits,
                ..
            } = draft;
            self.program.flows.push(Flow {
                id,
                name,
                source,
                target,
                waits,
            });
        }
        self.by_node
    }

    /// One element with everything it has.
    fn element(&mut self, index: ElementIx) -> Element {
        let node = self.node(index);
        let (scope, tag) = (node.scope, node.tag);
        let incoming = node.incoming.clone().into_boxed_slice();
        self.check_extensions(index);
        let kind = self.kind(index);
        let outgoing = if tag == Tag::Process {
            Outgoing::None
        } else {
            self.outgoing(index)
        };
        let activity = if tag.is_activity() {
            self.activity(index)
        } else {
            None
        };
        let mappings = self.mappings(index);
        let body = self.body(index);
        let terms = self.element_terms(index);
        let is_plain = activity.is_none() && mappings.is_none() && terms.is_none();
        Element {
            kind,
            scope,
            outgoing,
            incoming,
            activity,
            mappings,
            body,
            terms,
            is_plain,
        }
    }

    fn kind(&mut self, index: ElementIx) -> Kind {
        let (element, tag) = (self.node(index).element, self.node(index).tag);
        match tag {
            Tag::Process => Kind::Process,
            Tag::SubProcess | Tag::Transaction | Tag::AdHocSubProcess => self.sub_process(index),
            Tag::CallActivity => self.call_activity(index),
            Tag::StartEvent
            | Tag::IntermediateCatchEvent
            | Tag::IntermediateThrowEvent
            | Tag::EndEvent
            | Tag::BoundaryEvent => self.event(index),
            Tag::ExclusiveGateway
            | Tag::InclusiveGateway
            | Tag::ParallelGateway
            | Tag::EventBasedGateway
            | Tag::ComplexGateway => self.gateway(index),
            _ if tag.is_task() => Kind::Task(Box::new(self.task(index))),
            _ => {
                self.refuse_unsupported(element, tag);
                Kind::ParallelGateway
            }
        }
    }

    /// What the support table says against `tag`.
    fn refuse_unsupported(&mut self, element: ElementRef<'d>, tag: Tag) {
        let instead = match crate::support::element(tag).map(|row| row.status) {
            Some(crate::support::Status::Refused(instead)) => instead,
            _ => "use an element of the support table",
        };
        let message = format!("{} cannot be executed", self.describe(element));
        self.error(
            &crate::codes::UNSUPPORTED_ELEMENT,
            element,
            message,
            instead,
        );
    }

    fn body(&mut self, index: ElementIx) -> Option<Box<Body>> {
        let tag = self.node(index).tag;
        (tag == Tag::Process || tag.is_sub_process()).then(|| Box::new(self.scope_body(index)))
    }

    /// The indices of the process and its flow nodes.
    pub(super) fn indices(&self) -> impl Iterator<Item = ElementIx> + use<> {
        let first = self.first.position();
        (first..first + self.nodes.len()).map(ElementIx::from_position)
    }

    #[expect(clippy::indexing_slicing, reason = "the index was made for this list")]
    pub(super) fn node(&self, index: ElementIx) -> &Node<'d> {
        &self.nodes[index.position() - self.first.position()]
    }

    #[expect(clippy::indexing_slicing, reason = "the index was made for this list")]
    pub(super) fn node_mut(&mut self, index: ElementIx) -> &mut Node<'d> {
        &mut self.nodes[index.position() - self.first.position()]
    }

    #[expect(clippy::indexing_slicing, reason = "the index was made for this list")]
    pub(super) fn flow(&self, index: FlowIx) -> &FlowDraft<'d> {
        &self.flows[index.position() - self.first_flow.position()]
    }

    #[expect(clippy::indexing_slicing, reason = "the index was made for this list")]
    pub(super) fn flow_mut(&mut self, index: FlowIx) -> &mut FlowDraft<'d> {
        &mut self.flows[index.position() - self.first_flow.position()]
    }

    /// The element that has been built at `index`.
    pub(super) fn built(&self, index: ElementIx) -> Option<&Element> {
        self.built
            .get(index.position() - self.first.position())
            .map(|(element, _)| element)
    }

    /// The element that the qualified name `name` inside `context` refers to.
    pub(super) fn resolve(&self, context: ElementRef<'d>, name: &str) -> Option<ElementRef<'d>> {
        self.definitions.resolve(context, name).element()
    }

    /// The element in words.
    pub(super) fn describe(&mut self, element: ElementRef<'d>) -> String {
        let id = self.roots.identifiers.of(self.definitions, element);
        format!("{} `{id}`", element.local_name())
    }

    /// Notes that reading has reported a problem that makes the process meaningless.
    pub(super) fn mark_broken(&mut self) {
        self.is_broken = true;
    }

    /// Refuses `element`.
    pub(super) fn error(
        &mut self,
        code: &'static Code,
        element: ElementRef<'d>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let diagnostic = Diagnostic::error(code, message).hint(hint);
        self.report(diagnostic, element);
    }

    /// Warns about `element`.
    pub(super) fn warn(
        &mut self,
        code: &'static Code,
        element: ElementRef<'d>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let diagnostic = Diagnostic::warning(code, message).hint(hint);
        self.report(diagnostic, element);
    }

    /// Adds a finding on `element`, at its start tag unless it has a place.
    pub(super) fn report(&mut self, mut diagnostic: Diagnostic, element: ElementRef<'d>) {
        diagnostic.span = diagnostic.span.or_else(|| Some(element.span()));
        if diagnostic.element.is_none() {
            diagnostic = match crate::read::nearest_id(element) {
                Some(id) => diagnostic.on(id),
                None => diagnostic,
            };
        }
        self.findings.push(diagnostic);
    }
}
