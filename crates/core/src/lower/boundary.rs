//! Boundary events and cancel events.
//!
//! # Source
//! BPMN 2.0.2, 10.5.4, 10.7 and 13.5.3.

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{EventDefinition, Tag};
use crate::program::ElementIx;
use crate::support::Position;

impl ProcessLowering<'_, '_> {
    /// The activity that the boundary event `index` is attached to.
    pub(super) fn host(&self, index: ElementIx) -> Option<ElementIx> {
        let node = self.node(index);
        let name = node.element.attribute("attachedToRef")?;
        let host = self.resolve(node.element, name)?;
        self.by_node.get(&host.id()).copied()
    }

    /// Whether a boundary event is about compensation.
    pub(super) fn is_compensation_boundary(&self, index: ElementIx) -> bool {
        self.definitions_of(self.node(index).element)
            .any(|definition| matches!(definition, EventDefinition::Compensate(_)))
    }

    /// The boundary events of an activity that its tokens can leave by, after checking that the
    /// activity may have any.
    pub(super) fn boundaries(&mut self, activity: ElementIx) -> Box<[ElementIx]> {
        let node = self.node(activity);
        let boundaries = node.boundaries.clone();
        let problem = if node.is_event_sub_process {
            Some((
                "an event sub-process",
                "put the handler inside it, or the boundary event on the enclosing sub-process",
            ))
        } else if node.is_for_compensation {
            Some((
                "a compensation handler",
                "wrap the handler in a sub-process and put the boundary event inside",
            ))
        } else {
            None
        };
        if let Some((what, hint)) = problem {
            for boundary in &boundaries {
                let element = self.node(*boundary).element;
                let message = format!("{} is attached to {what}", self.describe(element));
                self.error(&codes::BOUNDARY_HOST, element, message, hint);
            }
        }
        boundaries
            .into_iter()
            .filter(|boundary| !self.is_compensation_boundary(*boundary))
            .collect()
    }

    /// Cancel events belong to transactions.
    pub(super) fn check_cancel(&mut self, index: ElementIx, position: Position) {
        let node = self.node(index);
        let (element, scope) = (node.element, node.scope);
        let is_inside = if position == Position::Boundary {
            self.host(index)
                .is_some_and(|host| self.node(host).tag == Tag::Transaction)
        } else {
            self.is_in_transaction(scope)
        };
        if is_inside {
            return;
        }
        let name = self.describe(element);
        let (message, hint) = if position == Position::Boundary {
            (
                format!("{name} catches the cancelling of something that is no transaction"),
                "attach it to a `transaction`",
            )
        } else {
            (
                format!("{name} cancels, and does not stand inside a transaction"),
                "put it into a `transaction`, or throw an error",
            )
        };
        self.error(&codes::CANCEL_OUTSIDE_TRANSACTION, element, message, hint);
    }

    /// Whether `scope` is a transaction or stands inside one.
    fn is_in_transaction(&self, scope: ElementIx) -> bool {
        let mut current = scope;
        loop {
            let node = self.node(current);
            if node.tag == Tag::Transaction {
                return true;
            }
            if node.scope == current {
                return false;
            }
            current = node.scope;
        }
    }
}
