//! Link events: jumps inside one scope.
//!
//! # Source
//! BPMN 2.0.2, 10.5.5 (link): many throw events lead to exactly one catch event of the same name in
//! the same scope.

use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{BaseElement, EventDefinition, LinkEventDefinition, Tag};
use crate::program::ElementIx;

impl<'d> ProcessLowering<'d, '_> {
    /// Finds the link catch events of all scopes.
    pub(super) fn collect_links(&mut self) {
        for index in self.indices() {
            let node = self.node(index);
            if node.tag != Tag::IntermediateCatchEvent {
                continue;
            }
            let scope = node.scope;
            if let Some(name) = self.link(node.element).and_then(name) {
                self.links
                    .entry((scope, name.to_owned()))
                    .or_default()
                    .push(index);
            }
        }
    }

    /// Where the throwing link event `index` jumps to.
    pub(super) fn link_target(
        &mut self,
        index: ElementIx,
        definition: LinkEventDefinition<'d>,
    ) -> Option<ElementIx> {
        let (element, scope) = (self.node(index).element, self.node(index).scope);
        let name = self.link_name(element, definition)?;
        let catches = self
            .links
            .get(&(scope, name.to_owned()))
            .cloned()
            .unwrap_or_default();
        match catches.as_slice() {
            [one] => Some(*one),
            [] => {
                let elsewhere = self.links.keys().any(|(_, other)| other == name);
                let message =
                    format!("no link catch event in the same scope has the name `{name}`");
                let hint = if elsewhere {
                    "links do not cross the border of a sub-process: the catch event of this name is in another scope"
                } else {
                    "add an intermediate catch event with a link definition of this name"
                };
                self.error(&codes::LINK_EVENT, element, message, hint);
                None
            }
            _ => {
                let message = format!(
                    "{} link catch events in this scope have the name `{name}`",
                    catches.len()
                );
                self.error(
                    &codes::LINK_EVENT,
                    element,
                    message,
                    "keep one catch event for each name",
                );
                None
            }
        }
    }

    /// Checks the catching side of a link.
    pub(super) fn check_link_catch(
        &mut self,
        index: ElementIx,
        definition: LinkEventDefinition<'d>,
    ) {
        let element = self.node(index).element;
        let Some(name) = self.link_name(element, definition) else {
            return;
        };
        if self.link_throws(index).is_empty() {
            let message = format!(
                "no link throw event in the same scope has the name `{name}`, so nothing gets to {}",
                self.describe(element)
            );
            self.warn(
                &codes::UNREACHABLE,
                element,
                message,
                "add the throw event, or remove this one",
            );
        }
    }

    fn link_name(
        &mut self,
        element: ElementRef<'d>,
        definition: LinkEventDefinition<'d>,
    ) -> Option<&'d str> {
        let found = name(definition);
        if found.is_none() {
            let message = format!(
                "the link definition of {} has no name",
                self.describe(element)
            );
            self.error(
                &codes::LINK_EVENT,
                element,
                message,
                "give both ends of the jump the same `name`",
            );
        }
        found
    }

    /// Whether `index` is the catching side of a link.
    pub(super) fn is_link_catch(&self, index: ElementIx) -> bool {
        let node = self.node(index);
        node.tag == Tag::IntermediateCatchEvent && self.link(node.element).is_some()
    }

    /// The link throw events that jump to the catch event `catch`.
    pub(super) fn link_throws(&self, catch: ElementIx) -> Vec<ElementIx> {
        let node = self.node(catch);
        let Some(wanted) = self.link(node.element).and_then(name) else {
            return Vec::new();
        };
        let throws = self
            .node(node.scope)
            .contents
            .iter()
            .copied()
            .filter(|index| {
                let node = self.node(*index);
                node.tag == Tag::IntermediateThrowEvent
                    && self.link(node.element).and_then(name) == Some(wanted)
            });
        throws.collect()
    }

    /// The link definition of an event.
    fn link(&self, element: ElementRef<'d>) -> Option<LinkEventDefinition<'d>> {
        self.definitions_of(element)
            .find_map(|definition| match definition {
                EventDefinition::Link(link) => Some(link),
                _ => None,
            })
    }
}

/// The name that both ends share.
fn name(definition: LinkEventDefinition<'_>) -> Option<&str> {
    definition.name().filter(|name| !name.trim().is_empty())
}
