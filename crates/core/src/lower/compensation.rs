//! Compensation: handlers, and what a throwing event compensates.
//!
//! # Source
//! BPMN 2.0.2, 10.7 and 13.5.5.

use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{self, Association, BaseElement, CompensateEventDefinition};
use crate::program::ElementIx;

impl<'d> ProcessLowering<'d, '_> {
    /// The handler that the compensation boundary event of `activity` is associated with.
    pub(super) fn compensation_handler(&mut self, activity: ElementIx) -> Option<ElementIx> {
        let boundaries = self.node(activity).boundaries.clone();
        let mut events = boundaries
            .into_iter()
            .filter(|boundary| self.is_compensation_boundary(*boundary));
        let first = events.next()?;
        if let Some(second) = events.next() {
            let element = self.node(second).element;
            let message = format!(
                "{} is the second compensation boundary event of its activity",
                self.describe(element)
            );
            self.error(
                &codes::COMPENSATION_HANDLER,
                element,
                message,
                "keep one; let a sub-process be the handler if it has several steps",
            );
        }
        self.associated(first)
    }

    /// The activity at the other end of the association of a compensation boundary event.
    fn associated(&mut self, boundary: ElementIx) -> Option<ElementIx> {
        let (element, scope) = (self.node(boundary).element, self.node(boundary).scope);
        let handlers = self.association_ends(element);
        let found = match handlers.as_slice() {
            [one] => self.by_node.get(&one.id()).copied(),
            _ => None,
        };
        let name = self.describe(element);
        let Some(handler) = found.filter(|handler| self.node(*handler).tag.is_activity()) else {
            let message = format!(
                "{name} is associated with {} activities, expected one",
                handlers.len()
            );
            let hint = "draw one association from the event to the activity that undoes the work, and mark that `isForCompensation=\"true\"`";
            self.error(&codes::COMPENSATION_HANDLER, element, message, hint);
            return None;
        };
        let node = self.node(handler);
        let (handler_element, is_marked) = (node.element, node.is_for_compensation);
        let is_elsewhere = node.scope != scope;
        let handler_name = self.describe(handler_element);
        if !is_marked {
            let message = format!(
                "{handler_name} is the handler of {name} and is not marked `isForCompensation`"
            );
            self.error(
                &codes::COMPENSATION_HANDLER,
                handler_element,
                message,
                "set `isForCompensation=\"true\"`",
            );
        }
        if is_elsewhere {
            let message =
                format!("{handler_name} is the handler of {name} and stands in another scope");
            self.error(
                &codes::COMPENSATION_HANDLER,
                handler_element,
                message,
                "put the handler beside the activity that it undoes",
            );
        }
        Some(handler)
    }

    /// The activities that an association connects with `event`.
    fn association_ends(&self, event: ElementRef<'d>) -> Vec<ElementRef<'d>> {
        let mut ends = Vec::new();
        let mut scope = event.parent();
        // Tools put the association into the scope, into an enclosing one, or into the collaboration.
        while let Some(here) = scope {
            self.ends_in(here, event, &mut ends);
            scope = here.parent();
        }
        for collaboration in self.definitions.collaborations() {
            self.ends_in(collaboration.element(), event, &mut ends);
        }
        ends
    }

    fn ends_in(
        &self,
        scope: ElementRef<'d>,
        event: ElementRef<'d>,
        ends: &mut Vec<ElementRef<'d>>,
    ) {
        for association in scope.children().filter_map(Association::from_element) {
            let end = |name: Option<&str>| self.resolve(association.element(), name?);
            let (source, target) = (end(association.source_ref()), end(association.target_ref()));
            let other = match (source, target) {
                (Some(source), Some(target)) if source.id() == event.id() => target,
                (Some(source), Some(target)) if target.id() == event.id() => source,
                _ => continue,
            };
            let is_activity = model::Tag::of(other).is_some_and(model::Tag::is_activity);
            if is_activity && !ends.iter().any(|end| end.id() == other.id()) {
                ends.push(other);
            }
        }
    }

    /// Checks an activity that is marked as a handler.
    pub(super) fn check_handler(&mut self, index: ElementIx) {
        let node = self.node(index);
        let element = node.element;
        let is_connected = !node.incoming.is_empty() || !node.outgoing.is_empty();
        let is_event_sub_process = node.is_event_sub_process;
        let name = self.describe(element);
        if is_connected {
            let message = format!("{name} is a compensation handler and has sequence flows");
            let hint = "a handler stands outside the normal flow: remove the flows, or `isForCompensation`";
            self.error(&codes::COMPENSATION_HANDLER, element, message, hint);
        }
        if is_event_sub_process {
            let message = format!("{name} is both an event sub-process and a compensation handler");
            self.error(&codes::COMPENSATION_HANDLER, element, message, "remove `isForCompensation`; a compensation start event makes it a handler of its scope");
        }
    }

    /// The activity that a throwing event compensates: `Some(None)` is everything in its scope,
    /// `None` is refused.
    pub(super) fn compensated(
        &mut self,
        index: ElementIx,
        view: CompensateEventDefinition<'d>,
    ) -> Option<Option<ElementIx>> {
        let Some(name) = view.activity_ref().filter(|name| !name.trim().is_empty()) else {
            return Some(None);
        };
        let Some(target) = self.resolve(view.element(), name) else {
            self.mark_broken();
            return None;
        };
        let found = self.by_node.get(&target.id()).copied();
        let scopes = self.addressed_scopes(index);
        if let Some(activity) =
            found.filter(|activity| scopes.contains(&self.node(*activity).scope))
        {
            return Some(Some(activity));
        }
        let element = self.node(index).element;
        let message = format!(
            "{} compensates `{name}`, which is not in the same scope",
            self.describe(element)
        );
        let hint = "name an activity of the same process or sub-process (from an event sub-process: of the one around it)";
        self.error(&codes::COMPENSATED_ACTIVITY, element, message, hint);
        None
    }

    /// The scopes whose activities a throwing event can compensate: its own, and from inside an
    /// event sub-process also the one around that.
    fn addressed_scopes(&self, index: ElementIx) -> [ElementIx; 2] {
        let scope = self.node(index).scope;
        let around = if self.node(scope).is_event_sub_process {
            self.node(scope).scope
        } else {
            scope
        };
        [scope, around]
    }
}
