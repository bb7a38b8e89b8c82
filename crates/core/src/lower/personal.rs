//! Personal data: which variables `reg:personal` marks, and whom they are about.
//!
//! On a process the mark names a variable, or no variable and means all of them; on a data object,
//! its reference or a property it means the variable that the element stands for.

use std::sync::Arc;

use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use crate::model::{self, BaseElement, ExtensionElements, Tag};
use crate::program::{Personal, SubjectPath};

impl<'d> ProcessLowering<'d, '_> {
    /// Collects the marks of the process and of the data inside it.
    pub(super) fn collect_personal(&mut self) {
        let process = self.process.element();
        let mut marks = Vec::new();
        for mark in ExtensionElements::of(process).personal() {
            marks.push((mark.variable().map(|name| name.trim().to_owned()), mark));
        }
        self.personal_in(process, &mut marks);
        for (variable, mark) in marks {
            let mark = Personal {
                variable: variable.map(|name| self.program.names.intern(&name)),
                subject: mark.subject().and_then(|path| self.subject_path(path)),
            };
            if !self.personal.contains(&mark) {
                self.personal.push(mark);
            }
        }
    }

    fn personal_in(
        &self,
        element: ElementRef<'d>,
        marks: &mut Vec<(Option<String>, model::Personal<'d>)>,
    ) {
        for child in element.children() {
            let Some(tag) = Tag::of(child) else { continue };
            if tag.is_item_aware() {
                // Without a name there is no variable that could hold a value.
                let Some(name) = self.variable_name(child) else {
                    continue;
                };
                for mark in ExtensionElements::of(child).personal() {
                    marks.push((Some(name.clone()), mark));
                }
            } else if matches!(
                tag,
                Tag::IoSpecification | Tag::MultiInstanceLoopCharacteristics
            ) || tag.is_flow_node()
            {
                self.personal_in(child, marks);
            }
        }
    }

    fn subject_path(&mut self, text: &str) -> Option<SubjectPath> {
        let text = text.trim();
        let mut parts = text.split('.').map(str::trim);
        let variable = parts.next()?;
        Some(SubjectPath {
            text: Arc::from(text),
            variable: self.program.names.intern(variable),
            entries: parts.map(Arc::from).collect(),
        })
    }
}
