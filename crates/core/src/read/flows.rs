//! Flows: both ends in one scope, lists that agree, hosts and lanes where they belong.

use reglament_source::Diagnostic;
use reglament_xml::{ElementRef, NodeId};
use rustc_hash::FxHashSet;

use super::{describe, on, place};
use crate::codes;
use crate::model::{BaseElement, BoundaryEvent, Definitions, Lane, SequenceFlow, Tag};

/// Checks the flow elements of the file, given in document order.
pub(super) fn check(
    definitions: &Definitions,
    flow_elements: &[NodeId],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let lists = FlowLists::collect(definitions, flow_elements, diagnostics);
    for node in flow_elements {
        let element = definitions.document().element(*node);
        match Tag::of(element) {
            Some(Tag::SequenceFlow) => {
                check_sequence_flow(definitions, &lists, element, diagnostics)
            }
            Some(Tag::MessageFlow) => diagnostics.extend(pools(definitions, element)),
            Some(Tag::Lane) => {
                if let Some(lane) = Lane::from_element(element) {
                    lane_members(definitions, lane, diagnostics);
                }
            }
            _ => {
                diagnostics.extend(default_flow(definitions, element));
                diagnostics.extend(host(definitions, element));
            }
        }
    }
}

fn check_sequence_flow(
    definitions: &Definitions,
    lists: &FlowLists,
    element: ElementRef<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let element = definitions.document().element(element.id());
    let source = refers(definitions, element, "sourceRef");
    let target = refers(definitions, element, "targetRef");
    if let (Some(source), Some(target)) = (source, target) {
        diagnostics.extend(scope(element, source, target));
    }
    lists.check_omission(element, source, target, diagnostics);
}

/// The element that the attribute `name` of `element` refers to.
fn refers<'d>(
    definitions: &'d Definitions,
    element: ElementRef<'d>,
    name: &str,
) -> Option<ElementRef<'d>> {
    definitions
        .resolve(element, element.attribute(name)?)
        .element()
}

/// A sequence flow and its two ends belong to one process or sub-process.
fn scope(
    element: ElementRef<'_>,
    source: ElementRef<'_>,
    target: ElementRef<'_>,
) -> Option<Diagnostic> {
    let (from, to) = (source.parent()?, target.parent()?);
    let diagnostic = if from.id() != to.id() {
        let message = format!(
            "{} leads from {} in {} to {} in {}",
            describe(element),
            describe(source),
            describe(from),
            describe(target),
            describe(to)
        );
        Diagnostic::error(&codes::FLOW_CROSSES_SCOPE, message).hint(if same_process(from, to) {
            "connect the sub-process itself, not something inside it"
        } else {
            "between pools use a message flow"
        })
    } else if element.parent()?.id() != from.id() {
        let message = format!(
            "{} is declared outside {}, where its ends are",
            describe(element),
            describe(from)
        );
        Diagnostic::warning(&codes::FLOW_CROSSES_SCOPE, message).hint("declare it beside its ends")
    } else {
        return None;
    };
    let diagnostic = diagnostic
        .at(element.span())
        .label(source.span(), "begins here")
        .label(target.span(), "ends here");
    Some(on(diagnostic, element))
}

/// The process that contains `element`, or the element itself where it is one.
fn process_of(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let mut current = Some(element);
    while let Some(here) = current {
        if Tag::of(here) == Some(Tag::Process) {
            return Some(here);
        }
        current = here.parent();
    }
    None
}

fn same_process(one: ElementRef<'_>, other: ElementRef<'_>) -> bool {
    matches!((process_of(one), process_of(other)), (Some(one), Some(other)) if one.id() == other.id())
}

/// A message flow connects two pools.
fn pools(definitions: &Definitions, element: ElementRef<'_>) -> Option<Diagnostic> {
    let element = definitions.document().element(element.id());
    let pool = |name: &str| {
        let end = refers(definitions, element, name)?;
        match Tag::of(end)? {
            Tag::Participant => Some(refers(definitions, end, "processRef").unwrap_or(end)),
            _ => process_of(end),
        }
    };
    let (from, to) = (pool("sourceRef")?, pool("targetRef")?);
    if from.id() != to.id() {
        return None;
    }
    let message = format!(
        "{} begins and ends in {}",
        describe(element),
        describe(from)
    );
    let diagnostic = Diagnostic::error(&codes::MESSAGE_FLOW_IN_POOL, message)
        .at(element.span())
        .hint(
            "inside one pool use a sequence flow, or a message with a `messageRef` on both events",
        );
    Some(on(diagnostic, element))
}

/// What a lane lists belongs to the process that the lane divides.
fn lane_members(definitions: &Definitions, lane: Lane<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let element = definitions.document().element(lane.element().id());
    for reference in element
        .children()
        .filter(|child| Tag::of(*child) == Some(Tag::FlowNodeRef))
    {
        let Some(member) = definitions.resolve(reference, &reference.text()).element() else {
            continue;
        };
        if Tag::of(member).is_some_and(Tag::is_flow_node) && !same_process(element, member) {
            let message = format!(
                "{} lists {}, which belongs to another process",
                describe(element),
                describe(member)
            );
            let diagnostic = Diagnostic::warning(&codes::LANE_MEMBER, message).at(reference.span());
            diagnostics.push(on(diagnostic, element).label(member.span(), "this element"));
        }
    }
}

/// A default flow begins at the element that names it.
fn default_flow(definitions: &Definitions, element: ElementRef<'_>) -> Option<Diagnostic> {
    element.attribute("default")?;
    let element = definitions.document().element(element.id());
    let flow = refers(definitions, element, "default")?;
    let source = SequenceFlow::from_element(flow)?.source_ref()?;
    let source = definitions.resolve(flow, source).element()?;
    if source.id() == element.id() {
        return None;
    }
    let message = format!(
        "the default flow `{}` of {} begins at {}",
        element.attribute("default").unwrap_or_default(),
        describe(element),
        describe(source)
    );
    let diagnostic = Diagnostic::error(&codes::DEFAULT_FLOW, message)
        .at(place(element, "default"))
        .label(flow.span(), "this flow")
        .hint("name one of the element's own outgoing flows");
    Some(on(diagnostic, element))
}

/// A boundary event stands beside its host.
fn host(definitions: &Definitions, element: ElementRef<'_>) -> Option<Diagnostic> {
    BoundaryEvent::from_element(element)?;
    let element = definitions.document().element(element.id());
    let activity = refers(definitions, element, "attachedToRef")?;
    if activity.parent().map(ElementRef::id) == element.parent().map(ElementRef::id) {
        return None;
    }
    let message = format!(
        "{} is not in the same scope as its activity, {}",
        describe(element),
        describe(activity)
    );
    let diagnostic = Diagnostic::error(&codes::BOUNDARY_SCOPE, message)
        .at(element.span())
        .label(activity.span(), "the activity")
        .hint("declare the boundary event beside the activity, not inside it");
    Some(on(diagnostic, element))
}

/// The flows that `incoming` and `outgoing` lists name.
struct FlowLists {
    /// Nodes that have a list, with whether it is that of incoming flows.
    nodes: FxHashSet<(NodeId, bool)>,
    /// Entries of lists: the node, the flow, whether it is incoming.
    entries: FxHashSet<(NodeId, NodeId, bool)>,
}

impl FlowLists {
    /// Collects the entries of all lists; each flow that a node lists begins or ends there.
    fn collect(
        definitions: &Definitions,
        flow_elements: &[NodeId],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut lists = Self {
            nodes: FxHashSet::default(),
            entries: FxHashSet::default(),
        };
        for node in flow_elements {
            let element = definitions.document().element(*node);
            for (entry, is_incoming) in entries(element) {
                lists.nodes.insert((*node, is_incoming));
                let Some(flow) = definitions.resolve(entry, &entry.text()).element() else {
                    continue;
                };
                if Tag::of(flow) != Some(Tag::SequenceFlow) {
                    continue;
                }
                let problem = if !is_end(definitions, flow, element, is_incoming) {
                    "does not agree with the ends of the flow"
                } else if !lists.entries.insert((*node, flow.id(), is_incoming)) {
                    "stands there more than once"
                } else {
                    continue;
                };
                diagnostics.push(disagreement(flow, element, entry, is_incoming, problem));
            }
        }
        lists
    }

    /// A node that lists flows lists all of them.
    fn check_omission(
        &self,
        flow: ElementRef<'_>,
        source: Option<ElementRef<'_>>,
        target: Option<ElementRef<'_>>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        for (node, is_incoming) in [(source, false), (target, true)] {
            let Some(node) = node else { continue };
            let has_list = self.nodes.contains(&(node.id(), is_incoming));
            if has_list && !self.entries.contains(&(node.id(), flow.id(), is_incoming)) {
                let list = if is_incoming { "incoming" } else { "outgoing" };
                let message = format!(
                    "{} is missing from the `{list}` list of {}",
                    describe(flow),
                    describe(node)
                );
                let diagnostic = Diagnostic::warning(&codes::FLOW_LIST, message).at(node.span());
                diagnostics.push(on(diagnostic, node).label(flow.span(), "this flow"));
            }
        }
    }
}

/// The entries of both lists of `element`, with whether each is of incoming flows.
fn entries(element: ElementRef<'_>) -> impl Iterator<Item = (ElementRef<'_>, bool)> {
    element.children().filter_map(|child| match Tag::of(child) {
        Some(Tag::Incoming) => Some((child, true)),
        Some(Tag::Outgoing) => Some((child, false)),
        _ => None,
    })
}

/// Whether `flow` ends (or begins) at `node`.
fn is_end(
    definitions: &Definitions,
    flow: ElementRef<'_>,
    node: ElementRef<'_>,
    is_incoming: bool,
) -> bool {
    let name = if is_incoming {
        "targetRef"
    } else {
        "sourceRef"
    };
    let flow = definitions.document().element(flow.id());
    let end = flow.attribute(name);
    // Nearly always the id as it stands; a prefix or white space is looked at the long way.
    (end.is_some() && end == node.attribute("id"))
        || refers(definitions, flow, name).is_some_and(|end| end.id() == node.id())
}

fn disagreement(
    flow: ElementRef<'_>,
    node: ElementRef<'_>,
    entry: ElementRef<'_>,
    is_incoming: bool,
    problem: &str,
) -> Diagnostic {
    let list = if is_incoming { "incoming" } else { "outgoing" };
    let message = format!(
        "{} is in the `{list}` list of {}: this {problem}",
        describe(flow),
        describe(node)
    );
    let diagnostic = Diagnostic::warning(&codes::FLOW_LIST, message).at(entry.span());
    on(diagnostic, node).label(flow.span(), "this flow")
}
