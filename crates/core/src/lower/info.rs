//! What people and tools want to know of an element.

use std::sync::Arc;

use reglament_xml::{ElementRef, NodeId};

use super::process::ProcessLowering;
use crate::model::{BaseElement, ExtensionElements, FlowElements, Lane, LaneSet};
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
            let outer = self.node(scope);
            let mut here = Vec::new();
            for set in FlowElements::of(outer.element).lane_sets() {
                if self.find_lane(set, inner.id(), &mut here) {
                    break;
                }
            }
            here.append(&mut names);
            names = here;
            if outer.scope == scope {
                return names.into();
            }
            (inner, scope) = (outer.element, outer.scope);
        }
    }

    /// Finds the lanes around `node` in `set`; puts their names into `names`, outermost first.
    fn find_lane(&self, set: LaneSet<'d>, node: NodeId, names: &mut Vec<Arc<str>>) -> bool {
        for lane in set.lanes() {
            let before = names.len();
            names.extend(lane.name().map(Arc::from));
            let is_inside = lane
                .child_lane_set()
                .is_some_and(|inner| self.find_lane(inner, node, names));
            if is_inside || self.lists(lane, node) {
                return true;
            }
            names.truncate(before);
        }
        false
    }

    fn lists(&self, lane: Lane<'d>, node: NodeId) -> bool {
        let element = lane.element();
        lane.flow_node_refs().any(|reference| {
            self.resolve(element, &reference)
                .is_some_and(|found| found.id() == node)
        })
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
    let text = |value: Option<&str>| value.map(Arc::from);
    let sources = extensions.sources().map(|source| SourceClause {
        clause: Arc::from(source.clause().unwrap_or_default()),
        item: text(source.item()),
        action: text(source.action()),
    });
    let terms = extensions.terms().map(|term| Term {
        literal: Arc::from(term.literal().unwrap_or_default()),
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
            document: text(outcome.document()),
            ground: text(outcome.ground()),
        })
    });
    let regulation = Regulation {
        sources: sources.collect(),
        terms: terms.collect(),
        completion: completion.collect(),
        outcomes: outcomes.collect(),
    };
    let is_empty = regulation.sources.is_empty()
        && regulation.terms.is_empty()
        && regulation.completion.is_empty()
        && regulation.outcomes.is_empty();
    (!is_empty).then(|| Box::new(regulation))
}
