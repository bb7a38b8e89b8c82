//! What people and tools want to know of an element.

use std::sync::Arc;

use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use crate::model::{BaseElement, ExtensionElements, FlowElements, LaneSet, Tag};
use crate::program::{
    ElementIx, Info, Label, Outcome, OutcomeKind, Regulation, SourceClause, Term,
};

impl<'d> ProcessLowering<'d, '_> {
    /// The facts about an element.
    pub(super) fn info(&mut self, index: ElementIx) -> Info {
        let node = self.node(index);
        let (element, tag, id, scope) = (node.element, node.tag, Arc::clone(&node.id), node.scope);
        let extensions = ExtensionElements::of(element);
        Info {
            id,
            name: element.attribute("name").map(Arc::from),
            tag: tag.as_str(),
            span: element.span(),
            lanes: self.lanes(element, scope),
            labels: labels(extensions),
            regulation: regulation(extensions),
        }
    }

    /// The names of the lanes around `element`, outermost first. What a lane of an enclosing scope
    /// contains, it contains with everything inside.
    fn lanes(&self, element: ElementRef<'d>, scope: ElementIx) -> Box<[Arc<str>]> {
        let mut names: Vec<Arc<str>> = Vec::new();
        let (mut inner, mut scope) = (element, scope);
        loop {
            if let Some(here) = self.lanes.get(&inner.id()) {
                names.splice(0..0, here.iter().cloned());
            }
            let outer = self.node(scope);
            if outer.scope == scope {
                return names.into();
            }
            (inner, scope) = (outer.element, outer.scope);
        }
    }

    /// Finds out which lanes each flow node of the process is in.
    pub(super) fn collect_lanes(&mut self) {
        for index in self.indices() {
            let node = self.node(index);
            if node.tag == Tag::Process || node.tag.is_sub_process() {
                for set in FlowElements::of(node.element).lane_sets() {
                    self.collect_lane_set(set, &mut Vec::new());
                }
            }
        }
    }

    /// Notes the lanes of a set, which stands in the lanes of `around`. A node that several lanes
    /// list is in the innermost, and of equals in the first. The depth is bounded by the limit of
    /// the XML reader.
    fn collect_lane_set(&mut self, set: LaneSet<'d>, around: &mut Vec<Arc<str>>) {
        for lane in set.lanes() {
            let depth = around.len();
            around.extend(lane.name().map(Arc::from));
            let element = lane.element();
            for reference in lane.flow_node_refs() {
                let Some(node) = self.resolve(element, &reference) else {
                    continue;
                };
                let known = self.lanes.entry(node.id()).or_default();
                if known.len() < around.len() {
                    known.clone_from(around);
                }
            }
            if let Some(inner) = lane.child_lane_set() {
                self.collect_lane_set(inner, around);
            }
            around.truncate(depth);
        }
    }
}

fn labels(extensions: ExtensionElements<'_>) -> Box<[Label]> {
    let label = |label: crate::model::Label<'_>| Label {
        language: Arc::from(label.language().unwrap_or_default()),
        text: Arc::from(&*label.text()),
    };
    extensions.labels().map(label).collect()
}

fn regulation(extensions: ExtensionElements<'_>) -> Option<Box<Regulation>> {
    let sources = extensions.sources().map(|source| SourceClause {
        clause: Arc::from(source.clause().unwrap_or_default()),
        item: text(source.item()),
        action: text(source.action()),
        table: text(source.table()),
        annex: text(source.annex()),
        document: text(source.document()),
        is_derived: source.is_derived(),
    });
    let completion = extensions.completions().map(|completion| Label {
        language: Arc::from(completion.language().unwrap_or_default()),
        text: Arc::from(&*completion.text()),
    });
    let outcomes = extensions.outcomes().filter_map(|outcome| {
        let kind = match outcome.kind()? {
            "result" => OutcomeKind::Result,
            "refusal" => OutcomeKind::Refusal,
            "notice" => OutcomeKind::Notice,
            _ => return None,
        };
        Some(Outcome {
            kind,
            code: text(outcome.code()),
            document: text(outcome.document()),
            ground: text(outcome.ground()),
        })
    });
    let regulation = Regulation {
        sources: sources.collect(),
        terms: extensions.terms().map(term).collect(),
        completion: completion.collect(),
        outcomes: outcomes.collect(),
    };
    let is_empty = regulation.sources.is_empty()
        && regulation.terms.is_empty()
        && regulation.completion.is_empty()
        && regulation.outcomes.is_empty();
    (!is_empty).then(|| Box::new(regulation))
}

fn text(value: Option<&str>) -> Option<Arc<str>> {
    value.map(Arc::from)
}

fn term(term: crate::model::Term<'_>) -> Term {
    Term {
        literal: Arc::from(term.literal().unwrap_or_default()),
        kind: text(term.kind()),
        value: text(term.value()),
        min: text(term.min()),
        min_kind: text(term.min_kind()),
        bound: text(term.bound()),
        measures: text(term.measures()),
        anchor: text(term.anchor()),
        anchor_event: text(term.anchor_event()),
        start: text(term.start()),
        excludes: text(term.excludes()),
        roll: text(term.roll()),
        month_end: text(term.month_end()),
        effect: text(term.effect()),
        condition: text(term.condition()),
        clause: text(term.clause()),
    }
}
