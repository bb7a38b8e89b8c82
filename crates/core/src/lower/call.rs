//! Call activities.
//!
//! A call activity that calls a global task is that task. One that names a process which neither the
//! file has nor one that it imports is refused: see [`lower`](super::lower).
//!
//! # Source
//! BPMN 2.0.2, 10.3.6 and 13.3.4.

use std::sync::Arc;

use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use super::task;
use crate::codes;
use crate::model::{
    BaseElement, CallActivity, ExtensionElements, GlobalTask, Process, Resolved, Tag, children,
    parse_boolean, zeebe,
};
use crate::program::{CalledElement, ElementIx, Kind, Program, Text};

impl<'d> ProcessLowering<'d, '_> {
    /// The kind of a call activity.
    pub(super) fn call_activity(&mut self, index: ElementIx) -> Kind {
        let element = self.node(index).element;
        let called = zeebe::CalledElement::find(ExtensionElements::of(element));
        if let Some(task) = self.global_task(element, called.is_some()) {
            return Kind::Task(Box::new(task));
        }
        let process = self.called_process(element, called);
        let propagates = |value: Option<&str>| value.and_then(parse_boolean).unwrap_or(true);
        Kind::CallActivity(Box::new(CalledElement {
            process: process.unwrap_or_else(|| Text::Literal(Arc::from(""))),
            resolved: None,
            propagate_all_parent: propagates(
                called.and_then(zeebe::CalledElement::propagate_all_parent_variables),
            ),
            propagate_all_child: propagates(
                called.and_then(zeebe::CalledElement::propagate_all_child_variables),
            ),
        }))
    }

    fn global_task(
        &mut self,
        element: ElementRef<'d>,
        is_bound: bool,
    ) -> Option<crate::program::Task> {
        let name = CallActivity::from_element(element)?
            .called_element()
            .filter(|_| !is_bound)?;
        let global = GlobalTask::from_element(self.resolve(element, name)?)?.element();
        Some(self.work(global, task::kind(Tag::of(global)?)))
    }

    /// The id of the process that is called.
    fn called_process(
        &mut self,
        element: ElementRef<'d>,
        called: Option<zeebe::CalledElement<'d>>,
    ) -> Option<Text> {
        if let Some(called) = called {
            if called.process_id().is_none_or(|id| id.trim().is_empty()) {
                self.incomplete_extension(called.element(), element, "processId");
                return None;
            }
            let text = self.attribute_text(called.element(), "processId")?;
            if let Text::Literal(id) = &text {
                let own = self.definitions.find(id);
                let own = own.filter(|found| Process::from_element(*found).is_some());
                let found = own.or_else(|| self.library.process(id, None));
                self.called(element, id, found);
            }
            return Some(text);
        }
        let name = CallActivity::from_element(element)?.called_element();
        let Some(name) = name.filter(|name| !name.trim().is_empty()) else {
            let message = format!("{} calls nothing", self.describe(element));
            self.error(
                &codes::CALLED_ELEMENT,
                element,
                message,
                "name a process in `calledElement` or in `zeebe:calledElement`",
            );
            return None;
        };
        match self.definitions.resolve(element, name) {
            Resolved::Element(found) => {
                let id = found.attribute("id").unwrap_or_default();
                self.called(
                    element,
                    id,
                    Process::from_element(found).map(BaseElement::element),
                );
                Some(Text::Literal(Arc::from(id)))
            }
            Resolved::Foreign => {
                let (prefix, id) = name.trim().split_once(':')?;
                let namespace = element.resolve_prefix(prefix);
                let found = self.library.process(id, namespace);
                self.called(element, id, found);
                Some(Text::Literal(Arc::from(id)))
            }
            Resolved::Missing | Resolved::UnknownPrefix => {
                self.called(element, name.trim(), None);
                None
            }
        }
    }

    /// Remembers that `id` is called, or refuses it where there is no such process.
    fn called(&mut self, element: ElementRef<'d>, id: &str, process: Option<ElementRef<'d>>) {
        if let Some(process) = process {
            self.calls.push(Arc::from(id));
            self.check_called_start(element, id, process);
            return;
        }
        let message = format!(
            "{} calls the process `{id}`, which the file neither has nor imports",
            self.describe(element)
        );
        let hint = "mend the id, put the called process into the same file, or import its file";
        self.error(&codes::CALLED_ELEMENT, element, message, hint);
    }

    /// A called process begins without an event, so it needs a start without a trigger.
    fn check_called_start(&mut self, element: ElementRef<'d>, id: &str, process: ElementRef<'d>) {
        let mut starts = children(process, Tag::StartEvent).peekable();
        let has_starts = starts.peek().is_some();
        if !has_starts || starts.any(|start| self.definitions_of(start).next().is_none()) {
            return;
        }
        let message = format!(
            "{} calls the process `{id}`, which has no none start event",
            self.describe(element)
        );
        self.error(
            &codes::CALLED_ELEMENT,
            element,
            message,
            "add a start event without a trigger to it",
        );
    }
}

/// Connects the call activities with the processes that they call.
pub(super) fn resolve(program: &mut Program) {
    let mut found = Vec::new();
    for (index, element) in program.elements.iter() {
        if let Kind::CallActivity(called) = &element.kind
            && let Text::Literal(id) = &called.process
            && let Some(process) = program.process(id)
        {
            found.push((index, process));
        }
    }
    for (index, process) in found {
        #[expect(
            clippy::indexing_slicing,
            reason = "a typed index addresses the arena that made it"
        )]
        let kind = &mut program.elements[index].kind;
        if let Kind::CallActivity(called) = kind {
            called.resolved = Some(process);
        }
    }
}
