//! Statutory terms: which clock starts where, and what ends it.
//!
//! Terms of one element that limit the same thing from the same event are alternatives: one of them
//! applies. A term that the document gives no value for is a fact and runs nowhere; neither does the
//! applicant's wait or the time at the desk on anything but an activity, because the model has no
//! extent for it.

use std::sync::Arc;

use reglament_source::{Code, Diagnostic};
use reglament_xml::ElementRef;
use rustc_hash::FxHashMap;

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{EventDefinition, ExtensionElements, Tag};
use crate::program::{Alternatives, ArenaIndex, ElementIx, ElementTerms, TermDefinition, TermIx};
use crate::term::{Anchor, AnchorEvent, Effect, Measure, Term};

/// The terms of a process while it is lowered.
#[derive(Default)]
pub(super) struct TermDrafts {
    pub(super) definitions: Vec<TermDefinition>,
    /// What terms have to do with an element.
    elements: FxHashMap<ElementIx, ElementTerms>,
    /// The terms that are the timers of events.
    timers: FxHashMap<ElementIx, Alternatives>,
}

/// Terms of one element that limit the same thing from the same event.
struct Group<'d> {
    measures: Measure,
    anchor: Option<Anchor>,
    view: ElementRef<'d>,
    terms: Vec<TermIx>,
}

/// When the clock of a group starts, and what bounds its life.
#[derive(Clone, Copy)]
struct Start {
    /// None for a timer event without an anchor: the clock starts when the event is armed.
    at: Option<(ElementIx, AnchorEvent)>,
    scope: ElementIx,
}

impl<'d> ProcessLowering<'d, '_> {
    /// Finds the terms of the process.
    pub(super) fn collect_terms(&mut self) {
        for index in self.indices() {
            let groups = self.term_groups(index);
            let fires = groups.iter().any(|group| {
                let first = group.terms.first().map(|term| self.term_draft(*term));
                first.is_some_and(|draft| draft.fires)
            });
            if fires && !self.check_enforcing(index, &groups) {
                continue;
            }
            for group in groups {
                self.place_group(index, group, fires);
            }
        }
        self.mark_outcomes();
    }

    /// What terms have to do with an element.
    pub(super) fn element_terms(&mut self, index: ElementIx) -> Option<Box<ElementTerms>> {
        self.terms.elements.remove(&index).map(Box::new)
    }

    /// The terms that are the timer of an event.
    pub(super) fn timer_terms(&self, index: ElementIx) -> Option<Alternatives> {
        self.terms.timers.get(&index).cloned()
    }

    fn term_groups(&mut self, index: ElementIx) -> Vec<Group<'d>> {
        let (element, tag) = (self.node(index).element, self.node(index).tag);
        let measures = if tag == Tag::Process {
            Measure::Service
        } else {
            Measure::Action
        };
        let mut groups: Vec<Group<'d>> = Vec::new();
        for (number, view) in (1u32..).zip(ExtensionElements::of(element).terms()) {
            let Ok(term) = Term::from_model(view, measures) else {
                self.mark_broken();
                continue;
            };
            let fires = term.effect == Effect::Enforcing;
            if term.reading.is_none() || !(fires || self.has_extent(index, &term)) {
                continue;
            }
            let view = view.element();
            let draft = self.draft(index, number, view, &term);
            let (measures, anchor) = (term.measures, term.anchor);
            let same =
                |group: &&mut Group<'d>| group.measures == measures && group.anchor == anchor;
            match groups.iter_mut().find(same) {
                Some(group) => group.terms.push(draft),
                None => groups.push(Group {
                    measures,
                    anchor,
                    view,
                    terms: vec![draft],
                }),
            }
        }
        for group in &groups {
            self.check_alternatives(group);
        }
        groups
    }

    fn draft(
        &mut self,
        index: ElementIx,
        number: u32,
        view: ElementRef<'d>,
        term: &Term,
    ) -> TermIx {
        let condition = term
            .condition
            .is_some()
            .then(|| self.attribute_expression(view, "condition"))
            .flatten();
        let position = self.program.terms.len() + self.terms.definitions.len();
        let first = TermIx::from_position(position);
        self.terms.definitions.push(TermDefinition {
            element: index,
            number,
            calendar: term.calendar.as_deref().map(Arc::from),
            term: term.clone(),
            condition,
            scope: index,
            first,
            fires: term.effect == Effect::Enforcing,
        });
        first
    }

    /// Whether the model has an extent of time that the term can be measured by.
    fn has_extent(&self, index: ElementIx, term: &Term) -> bool {
        let tag = self.node(index).tag;
        match (term.measures, &term.anchor) {
            (Measure::Waiting | Measure::Serving, _) => tag.is_activity(),
            (Measure::Service | Measure::Action, Some(_)) => true,
            (Measure::Service | Measure::Action, None) => {
                let waits = tag == Tag::IntermediateCatchEvent || tag.is_activity();
                tag == Tag::Process || (waits && !self.is_behind_event_gateway(index))
            }
        }
    }

    /// Of several alternatives one at most has no condition.
    fn check_alternatives(&mut self, group: &Group<'d>) {
        let terms = group.terms.iter().map(|term| self.term_draft(*term));
        let open = terms.filter(|draft| draft.term.condition.is_none()).count();
        if open > 1 {
            self.refuse_term(
                &codes::TERM_ALTERNATIVES,
                group.view,
                format!("{open} terms without a condition limit the same thing"),
                "give all of them but one a `condition`, or another `measures` or `anchor`",
            );
        }
    }

    fn place_group(&mut self, index: ElementIx, group: Group<'d>, fires: bool) {
        let start = self.start_of(index, &group, fires);
        let terms: Alternatives = group.terms.into();
        if fires {
            self.terms.timers.insert(index, terms.clone());
        }
        let Some(start) = start else { return };
        let first = terms.first().copied();
        for term in &terms {
            let draft = self.term_draft_mut(*term);
            draft.scope = start.scope;
            draft.first = first.unwrap_or(draft.first);
        }
        for concerned in [index, start.scope] {
            self.terms.elements.entry(concerned).or_default();
        }
        let Some((at, event)) = start.at else { return };
        let entry = self.terms.elements.entry(at).or_default();
        match event {
            AnchorEvent::Activated => entry.on_activation.push(terms),
            AnchorEvent::Completed => entry.on_completion.push(terms),
        }
    }

    /// When and where the clock starts; none, and a finding, where it cannot.
    fn start_of(&mut self, index: ElementIx, group: &Group<'d>, fires: bool) -> Option<Start> {
        let watched = if fires { self.watched(index) } else { index };
        let Some(anchor) = &group.anchor else {
            let at = (!fires).then_some((index, AnchorEvent::Activated));
            return Some(Start { at, scope: watched });
        };
        let found = self.resolve(group.view, &anchor.element);
        let found = found.and_then(|found| self.by_node.get(&found.id()).copied());
        let Some(at) = found else {
            let message = format!(
                "the anchor `{}` of the term is no element of the same process",
                anchor.element
            );
            let hint = "anchor the term at an element whose event the process sees";
            self.refuse_term(&codes::TERM_ANCHOR, group.view, message, hint);
            return None;
        };
        let event = self.anchor_event(at, anchor, group.view)?;
        let scope = if fires {
            self.encloses(watched, at).then_some(watched)
        } else {
            Some(self.common_scope(index, at))
        };
        match scope {
            Some(scope) if at != index => Some(Start {
                at: Some((at, event)),
                scope,
            }),
            Some(_) if event == AnchorEvent::Activated => Some(Start {
                at: Some((at, event)),
                scope: index,
            }),
            Some(_) => {
                let message = "the term starts with the completion that it limits";
                let hint = "remove the `anchor`: the clock starts when the element becomes active";
                self.refuse_term(&codes::TERM_ANCHOR, group.view, message, hint);
                None
            }
            None => {
                let message = format!(
                    "the timer is to start with `{}`, which is not inside what it watches",
                    anchor.element
                );
                let hint = "put the timer on a scope around the anchor, or remove the `anchor`";
                self.refuse_term(&codes::TERM_ENFORCING, group.view, message, hint);
                None
            }
        }
    }

    /// Which event of the anchor starts the clock. What begins and ends in one instant has one.
    fn anchor_event(
        &mut self,
        at: ElementIx,
        anchor: &Anchor,
        view: ElementRef<'d>,
    ) -> Option<AnchorEvent> {
        let tag = self.node(at).tag;
        let instant = matches!(
            tag,
            Tag::StartEvent
                | Tag::BoundaryEvent
                | Tag::ExclusiveGateway
                | Tag::InclusiveGateway
                | Tag::ParallelGateway
                | Tag::ComplexGateway
        );
        let undoes = self
            .definitions_of(self.node(at).element)
            .any(|definition| {
                matches!(
                    definition,
                    EventDefinition::Compensate(_) | EventDefinition::Link(_)
                )
            });
        let event = match anchor.event {
            AnchorEvent::Activated if !instant && !self.is_behind_event_gateway(at) => {
                AnchorEvent::Activated
            }
            AnchorEvent::Activated | AnchorEvent::Completed => AnchorEvent::Completed,
        };
        let ends = event == AnchorEvent::Completed && matches!(tag, Tag::Process | Tag::EndEvent);
        if ends || undoes || tag == Tag::EventBasedGateway {
            let message = format!("no clock can start at `{}`", anchor.element);
            let hint = "anchor the term at the element before it or behind it";
            self.refuse_term(&codes::TERM_ANCHOR, view, message, hint);
            return None;
        }
        Some(event)
    }

    /// What a timer event watches: the activity it is attached to, the scope of its event
    /// sub-process, or itself where it is waited for.
    fn watched(&self, index: ElementIx) -> ElementIx {
        let node = self.node(index);
        match node.tag {
            Tag::BoundaryEvent => self.host(index).unwrap_or(index),
            Tag::StartEvent => self.node(node.scope).scope,
            _ => index,
        }
    }

    /// An enforcing term is the timer of the one event that carries it.
    fn check_enforcing(&mut self, index: ElementIx, groups: &[Group<'d>]) -> bool {
        let node = self.node(index);
        let (element, tag, scope) = (node.element, node.tag, node.scope);
        let fits = match tag {
            Tag::BoundaryEvent | Tag::IntermediateCatchEvent => true,
            Tag::StartEvent => self.node(scope).is_event_sub_process,
            _ => false,
        };
        let definitions: Vec<_> = self.definitions_of(element).collect();
        let is_timer = matches!(definitions.as_slice(), [EventDefinition::Timer(_)]);
        let terms = groups.iter().flat_map(|group| &group.terms);
        let all_fire = terms.map(|term| self.term_draft(*term)).all(|it| it.fires);
        let message = if !(fits && is_timer) {
            "an enforcing term stands on something that is no timer event"
        } else if groups.len() != 1 || !all_fire {
            "a timer event has other terms beside the one that it fires by"
        } else {
            return true;
        };
        let hint = "put the enforcing term alone on a boundary event, an intermediate catch event or \
                    the start event of an event sub-process, with an empty timer definition";
        let view = groups.first().map_or(element, |group| group.view);
        self.refuse_term(&codes::TERM_ENFORCING, view, message, hint);
        false
    }

    fn refuse_term(
        &mut self,
        code: &'static Code,
        view: ElementRef<'d>,
        message: impl Into<String>,
        hint: &str,
    ) {
        let diagnostic = Diagnostic::error(code, message).at(view.span()).hint(hint);
        self.report(diagnostic, view);
    }

    /// The outcomes of a process whose service has a term: what the term waits for.
    fn mark_outcomes(&mut self) {
        let terms = self.terms.definitions.iter();
        let has_service = terms
            .filter(|draft| draft.element == self.first)
            .any(|draft| draft.term.measures == Measure::Service);
        if !has_service {
            return;
        }
        for index in self.indices() {
            let extensions = ExtensionElements::of(self.node(index).element);
            let ends = extensions
                .outcomes()
                .any(|outcome| matches!(outcome.kind(), Some("result" | "refusal")));
            if ends {
                self.terms.elements.entry(index).or_default().ends_service = true;
            }
        }
    }

    /// The innermost scope around both, which may be the carrier itself.
    fn common_scope(&self, carrier: ElementIx, anchor: ElementIx) -> ElementIx {
        let mut scope = carrier;
        while scope != anchor && !self.encloses(scope, anchor) {
            let outer = self.node(scope).scope;
            if outer == scope {
                return scope;
            }
            scope = outer;
        }
        scope
    }

    /// Whether `inner` stands inside `outer`.
    fn encloses(&self, outer: ElementIx, inner: ElementIx) -> bool {
        let mut current = inner;
        loop {
            let scope = self.node(current).scope;
            if scope == current {
                return false;
            }
            if scope == outer {
                return true;
            }
            current = scope;
        }
    }

    fn is_behind_event_gateway(&self, index: ElementIx) -> bool {
        self.node(index).incoming.iter().any(|flow| {
            let position = flow.position() - self.first_flow.position();
            let source = self.flows.get(position).map(|draft| draft.source);
            source.is_some_and(|source| self.node(source).tag == Tag::EventBasedGateway)
        })
    }

    #[expect(clippy::indexing_slicing, reason = "the index was made for this list")]
    fn term_draft(&self, term: TermIx) -> &TermDefinition {
        &self.terms.definitions[term.position() - self.program.terms.len()]
    }

    #[expect(clippy::indexing_slicing, reason = "the index was made for this list")]
    fn term_draft_mut(&mut self, term: TermIx) -> &mut TermDefinition {
        &mut self.terms.definitions[term.position() - self.program.terms.len()]
    }
}
