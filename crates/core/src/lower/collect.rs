//! The first pass: which elements and flows a process has, and how they hang together.

use std::sync::Arc;

use reglament_source::Diagnostic;
use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{BaseElement, SequenceFlow, Tag};
use crate::program::{ArenaIndex, ElementIx, FlowIx};

/// A process or flow node before it is built.
pub(super) struct Node<'d> {
    pub(super) element: ElementRef<'d>,
    pub(super) tag: Tag,
    pub(super) id: Arc<str>,
    pub(super) scope: ElementIx,
    pub(super) incoming: Vec<FlowIx>,
    pub(super) outgoing: Vec<FlowIx>,
    /// What it contains directly.
    pub(super) contents: Vec<ElementIx>,
    /// The boundary events attached to it, in document order.
    pub(super) boundaries: Vec<ElementIx>,
    pub(super) is_event_sub_process: bool,
    pub(super) is_for_compensation: bool,
}

/// A sequence flow before it is built.
pub(super) struct FlowDraft<'d> {
    pub(super) view: SequenceFlow<'d>,
    pub(super) id: Arc<str>,
    pub(super) name: Option<Arc<str>>,
    pub(super) source: ElementIx,
    pub(super) target: ElementIx,
    pub(super) waits: bool,
}

impl<'d> ProcessLowering<'d, '_> {
    /// Numbers the flow nodes and connects the flows.
    pub(super) fn collect(&mut self) {
        let process = self.process.element();
        self.add_node(process, Tag::Process, self.first);
        let mut flows = Vec::new();
        self.collect_scope(self.first, &mut flows);
        for flow in flows {
            self.add_flow(flow);
        }
        self.attach_boundaries();
    }

    fn add_node(&mut self, element: ElementRef<'d>, tag: Tag, scope: ElementIx) -> ElementIx {
        let index = ElementIx::from_position(self.first.position() + self.nodes.len());
        let id = self.roots.identifiers.of(self.definitions, element);
        if element.attribute("id").is_none() {
            let message = format!("this {tag} has no id and is called `{id}`");
            let note = Diagnostic::note(&codes::GENERATED_ID, message)
                .on(&*id)
                .hint("add an `id`, so that traces and saved cases name it for good");
            self.report(note, element);
        }
        let view = crate::model::FlowNode::from_element(element);
        self.nodes.push(Node {
            element,
            tag,
            id,
            scope,
            incoming: Vec::new(),
            outgoing: Vec::new(),
            contents: Vec::new(),
            boundaries: Vec::new(),
            is_event_sub_process: view.is_some_and(crate::model::FlowNode::is_event_sub_process),
            is_for_compensation: view.is_some_and(crate::model::FlowNode::is_for_compensation),
        });
        self.by_node.insert(element.id(), index);
        index
    }

    /// Adds the contents of a scope, each sub-process with its own contents right behind it. The
    /// depth is bounded by the limit of the XML reader.
    fn collect_scope(&mut self, scope: ElementIx, flows: &mut Vec<SequenceFlow<'d>>) {
        for child in self.node(scope).element.children() {
            let Some(tag) = Tag::of(child) else { continue };
            if let Some(flow) = SequenceFlow::from_element(child) {
                flows.push(flow);
            } else if tag.is_flow_node() {
                let index = self.add_node(child, tag, scope);
                self.node_mut(scope).contents.push(index);
                if tag.is_sub_process() {
                    self.collect_scope(index, flows);
                }
            }
        }
    }

    fn add_flow(&mut self, view: SequenceFlow<'d>) {
        let element = view.element();
        let end = |name: Option<&str>| {
            let target = self.resolve(element, name?)?;
            self.by_node.get(&target.id()).copied()
        };
        let (Some(source), Some(target)) = (end(view.source_ref()), end(view.target_ref())) else {
            self.mark_broken();
            return;
        };
        if self.node(source).scope != self.node(target).scope {
            self.mark_broken();
            return;
        }
        let index = FlowIx::from_position(self.first_flow.position() + self.flows.len());
        let id = self.roots.identifiers.of(self.definitions, element);
        let name = view.name().map(Arc::from);
        self.flows.push(FlowDraft {
            view,
            id,
            name,
            source,
            target,
            waits: false,
        });
        self.flow_by_node.insert(element.id(), index);
        self.node_mut(source).outgoing.push(index);
        self.node_mut(target).incoming.push(index);
    }

    fn attach_boundaries(&mut self) {
        for index in self.indices() {
            let node = self.node(index);
            if node.tag != Tag::BoundaryEvent {
                continue;
            }
            let (element, scope) = (node.element, node.scope);
            let host = element
                .attribute("attachedToRef")
                .and_then(|name| self.resolve(element, name))
                .and_then(|host| self.by_node.get(&host.id()).copied());
            match host {
                Some(host)
                    if self.node(host).scope == scope && self.node(host).tag.is_activity() =>
                {
                    self.node_mut(host).boundaries.push(index);
                }
                _ => self.mark_broken(),
            }
        }
    }
}
