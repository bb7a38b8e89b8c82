//! Messages, signals, errors and escalations, lowered when they are first used.

use std::sync::Arc;

use reglament_xml::{ElementRef, NodeId};
use rustc_hash::FxHashMap;

use super::identifier::Identifiers;
use super::process::ProcessLowering;
use crate::model;
use crate::model::{BaseElement, zeebe};
use crate::program::{
    Error, ErrorIx, Escalation, EscalationIx, Message, MessageIx, Signal, SignalIx, Text,
};

/// What is shared by the processes of a file.
#[derive(Debug, Default)]
pub(super) struct Roots {
    pub(super) identifiers: Identifiers,
    messages: FxHashMap<NodeId, MessageIx>,
    signals: FxHashMap<NodeId, SignalIx>,
    errors: FxHashMap<NodeId, ErrorIx>,
    escalations: FxHashMap<NodeId, EscalationIx>,
}

impl Roots {
    /// Nothing yet; ids that are made up begin with `prefix`.
    pub(super) fn new(prefix: String) -> Self {
        Self {
            identifiers: Identifiers::new(prefix),
            ..Self::default()
        }
    }
}

impl<'d> ProcessLowering<'d, '_> {
    /// The message that `reference`, written at `context`, names. A reference that leads nowhere
    /// has been reported by reading.
    pub(super) fn message(
        &mut self,
        context: ElementRef<'d>,
        reference: Option<&str>,
    ) -> Option<MessageIx> {
        let element = self.root(context, reference)?;
        let view = model::Message::from_element(element)?;
        if let Some(known) = self.roots.messages.get(&element.id()) {
            return Some(*known);
        }
        let id = self.roots.identifiers.of(self.definitions, element);
        let errors = self.findings.len();
        let name = self.root_name(element, view.name(), &id);
        let subscription = zeebe::Subscription::find(view.extension_elements());
        let correlation_key = subscription.and_then(|subscription| {
            self.attribute_expression(subscription.element(), "correlationKey")
        });
        let index = self.program.messages.push(Message {
            id,
            name,
            correlation_key,
        });
        if !self.has_errors_since(errors) {
            // One that was refused is looked at again by the next process that uses it.
            self.roots.messages.insert(element.id(), index);
        }
        Some(index)
    }

    /// The signal that `reference` names.
    pub(super) fn signal(
        &mut self,
        context: ElementRef<'d>,
        reference: Option<&str>,
    ) -> Option<SignalIx> {
        let element = self.root(context, reference)?;
        let view = model::Signal::from_element(element)?;
        if let Some(known) = self.roots.signals.get(&element.id()) {
            return Some(*known);
        }
        let id = self.roots.identifiers.of(self.definitions, element);
        let errors = self.findings.len();
        let name = self.root_name(element, view.name(), &id);
        let index = self.program.signals.push(Signal { id, name });
        if !self.has_errors_since(errors) {
            // One that was refused is looked at again by the next process that uses it.
            self.roots.signals.insert(element.id(), index);
        }
        Some(index)
    }

    /// The error that `reference` names, and whether it has a code of its own.
    pub(super) fn error_root(
        &mut self,
        context: ElementRef<'d>,
        reference: Option<&str>,
    ) -> Option<(ErrorIx, bool)> {
        let element = self.root(context, reference)?;
        let view = model::Error::from_element(element)?;
        let code = view.error_code().filter(|code| !code.is_empty());
        if let Some(known) = self.roots.errors.get(&element.id()) {
            return Some((*known, code.is_some()));
        }
        let id = self.roots.identifiers.of(self.definitions, element);
        let name = view.name().map(Arc::from);
        let own = code.map_or_else(|| Arc::clone(&id), Arc::from);
        let index = self.program.errors.push(Error {
            id,
            name,
            code: own,
        });
        self.roots.errors.insert(element.id(), index);
        Some((index, code.is_some()))
    }

    /// The escalation that `reference` names, and whether it has a code of its own.
    pub(super) fn escalation(
        &mut self,
        context: ElementRef<'d>,
        reference: Option<&str>,
    ) -> Option<(EscalationIx, bool)> {
        let element = self.root(context, reference)?;
        let view = model::Escalation::from_element(element)?;
        let code = view.escalation_code().filter(|code| !code.is_empty());
        if let Some(known) = self.roots.escalations.get(&element.id()) {
            return Some((*known, code.is_some()));
        }
        let id = self.roots.identifiers.of(self.definitions, element);
        let name = view.name().map(Arc::from);
        let own = code.map_or_else(|| Arc::clone(&id), Arc::from);
        let index = self.program.escalations.push(Escalation {
            id,
            name,
            code: own,
        });
        self.roots.escalations.insert(element.id(), index);
        Some((index, code.is_some()))
    }

    /// Whether an error was found after there were `count` findings.
    fn has_errors_since(&self, count: usize) -> bool {
        self.findings
            .iter()
            .skip(count)
            .any(reglament_source::Diagnostic::is_error)
    }

    fn root(&mut self, context: ElementRef<'d>, reference: Option<&str>) -> Option<ElementRef<'d>> {
        let reference = reference.filter(|reference| !reference.trim().is_empty())?;
        let found = self.resolve(context, reference);
        if found.is_none() {
            self.mark_broken();
        }
        found
    }

    /// The name of a message or signal; the id where there is no name.
    fn root_name(&mut self, element: ElementRef<'d>, name: Option<&str>, id: &Arc<str>) -> Text {
        match name.filter(|name| !name.trim().is_empty()) {
            Some(_) => self
                .attribute_text(element, "name")
                .unwrap_or_else(|| Text::Literal(Arc::clone(id))),
            None => Text::Literal(Arc::clone(id)),
        }
    }
}
