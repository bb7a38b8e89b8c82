//! Input and output mappings, from `zeebe:ioMapping` and from data associations.
//!
//! An association between data of the same name copies a variable to itself: it says something to
//! people and needs no mapping. One with a transformation, with assignments or between different
//! names is a mapping.
//!
//! # Source
//! BPMN 2.0.2, 10.4.2.

use std::borrow::Cow;
use std::sync::Arc;

use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use super::task::{TARGET_HINT, is_name};
use crate::codes;
use crate::model::{
    Assignment, BaseElement, DataAssociation, ExtensionElements, Tag, child, children, zeebe,
};
use crate::program::{ElementIx, Mapping, Mappings, Target, Text};

impl<'d> ProcessLowering<'d, '_> {
    /// The mappings of an element; none where there are none.
    pub(super) fn mappings(&mut self, index: ElementIx) -> Option<Box<Mappings>> {
        let element = self.node(index).element;
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        for association in children(element, Tag::DataInputAssociation) {
            self.association(element, association, &mut inputs);
        }
        for association in children(element, Tag::DataOutputAssociation) {
            self.association(element, association, &mut outputs);
        }
        if let Some(mapping) = zeebe::IoMapping::find(ExtensionElements::of(element)) {
            for input in mapping.inputs() {
                inputs.extend(self.mapping(element, input.element()));
            }
            for output in mapping.outputs() {
                outputs.extend(self.mapping(element, output.element()));
            }
        }
        let has_any = !inputs.is_empty() || !outputs.is_empty();
        has_any.then(|| {
            Box::new(Mappings {
                inputs: inputs.into(),
                outputs: outputs.into(),
            })
        })
    }

    fn mapping(&mut self, owner: ElementRef<'d>, mapping: ElementRef<'d>) -> Option<Mapping> {
        if mapping
            .attribute("target")
            .is_none_or(|target| target.trim().is_empty())
        {
            self.incomplete_extension(mapping, owner, "target");
            return None;
        }
        if mapping.attribute("source").is_none() {
            self.incomplete_extension(mapping, owner, "source");
            return None;
        }
        let target = self.target(mapping, mapping.attribute("target").unwrap_or_default())?;
        let source = self.attribute_text(mapping, "source")?;
        Some(Mapping { source, target })
    }

    /// A variable, or a path below one.
    fn target(&mut self, element: ElementRef<'d>, text: &str) -> Option<Target> {
        let text = text.trim();
        if let Some(name) = self.declared_names.iter().find(|name| **name == text) {
            let variable = self.program.names.intern(name);
            return Some(Target {
                variable,
                path: Box::default(),
            });
        }
        let mut parts = text.split('.');
        if !text.split('.').all(is_name) {
            let message = format!("`{text}` is not a variable or a path below one");
            self.error(&codes::MAPPING_TARGET, element, message, TARGET_HINT);
            return None;
        }
        let variable = self.program.names.intern(parts.next().unwrap_or_default());
        Some(Target {
            variable,
            path: parts.map(Arc::from).collect(),
        })
    }

    /// The mappings that a data association stands for.
    fn association(
        &mut self,
        owner: ElementRef<'d>,
        element: ElementRef<'d>,
        mappings: &mut Vec<Mapping>,
    ) {
        let Some(view) = DataAssociation::from_element(element) else {
            return;
        };
        let assignments: Vec<Assignment<'d>> = view.assignments().collect();
        if !assignments.is_empty() {
            for assignment in assignments {
                mappings.extend(self.assignment_mapping(assignment));
            }
            return;
        }
        let target = child(element, Tag::TargetRef).and_then(|end| self.resolve(end, &end.text()));
        let Some(target) = target.filter(|target| !is_loop_data(owner, *target)) else {
            return;
        };
        let Some(name) = self.variable_name(target) else {
            return;
        };
        let source = if let Some(transformation) = view.transformation() {
            self.expression(transformation, "the transformation")
                .map(|source| (None, source))
        } else {
            self.source(owner, element)
                .map(|(name, source)| (Some(name), source))
        };
        let Some((source_name, source)) = source else {
            return;
        };
        if source_name.as_deref() == Some(name.as_str()) {
            return;
        }
        let variable = self.program.names.intern(&name);
        mappings.push(Mapping {
            source: Text::Expression(Box::new(source)),
            target: Target {
                variable,
                path: Box::default(),
            },
        });
    }

    /// The one source of an association without a transformation.
    fn source(
        &mut self,
        owner: ElementRef<'d>,
        element: ElementRef<'d>,
    ) -> Option<(String, crate::program::Expr)> {
        let sources: Vec<ElementRef<'d>> = children(element, Tag::SourceRef).collect();
        let [source] = sources.as_slice() else {
            if sources.len() > 1 {
                let message = format!(
                    "a data association of {} has several sources and no transformation",
                    self.describe(owner)
                );
                let hint = "add a `transformation` in FEEL that makes one value of them";
                self.error(&codes::DATA_ASSOCIATION, element, message, hint);
            }
            return None;
        };
        let found = self.resolve(*source, &source.text())?;
        if is_loop_data(owner, found) {
            return None;
        }
        let name = self.variable_name(found)?;
        let expression = self.variable(element, &name)?;
        Some((name, expression))
    }

    fn assignment_mapping(&mut self, assignment: Assignment<'d>) -> Option<Mapping> {
        let (Some(from), Some(to)) = (assignment.from(), assignment.to()) else {
            let element = assignment.element();
            self.error(
                &codes::DATA_ASSOCIATION,
                element,
                "an assignment lacks `from` or `to`",
                "add what is read and where it is written",
            );
            return None;
        };
        let source = self.expression(from, "`from` of the assignment")?;
        let text: Cow<'d, str> = to.text();
        let text = text.trim();
        let target = self.target(to.element(), text.strip_prefix('=').unwrap_or(text).trim())?;
        Some(Mapping {
            source: Text::Expression(Box::new(source)),
            target,
        })
    }
}

/// Whether `item` is what the multi-instance marker of `owner` takes apart or puts together: the
/// marker reads and writes it, not a mapping.
fn is_loop_data(owner: ElementRef<'_>, item: ElementRef<'_>) -> bool {
    let Some(marker) = child(owner, Tag::MultiInstanceLoopCharacteristics) else {
        return false;
    };
    let id = item.attribute("id");
    [Tag::LoopDataInputRef, Tag::LoopDataOutputRef]
        .into_iter()
        .any(|tag| {
            child(marker, tag).is_some_and(|reference| {
                let text = reference.text();
                let name = text.trim();
                id == Some(name.rsplit(':').next().unwrap_or(name))
            })
        })
}
