//! Data: which variables the data elements of BPMN stand for.
//!
//! A data object or property is a variable of its name, spaces included; without a name, of its id.
//! A data store belongs to no case and stands for no variable.
//!
//! # Source
//! BPMN 2.0.2, 10.4.1.

use reglament_feel::Names;
use reglament_xml::ElementRef;

use super::process::ProcessLowering;
use crate::codes;
use crate::model::{BaseElement, DataAssociation, Tag, children};
use crate::program::ElementIx;

impl<'d> ProcessLowering<'d, '_> {
    /// Declares the names of the process's data for its expressions.
    pub(super) fn declare_names(&mut self) {
        let mut names = Vec::new();
        self.names_in(self.process.element(), &mut names);
        // A plain name needs no declaration, and a declared one must not hide a keyword.
        names.retain(|name| {
            name.contains(|letter: char| !letter.is_alphanumeric() && letter != '_')
        });
        names.sort_unstable();
        names.dedup();
        if !names.is_empty() {
            self.declared = Names::new(names.iter().copied());
        }
        self.declared_names = names;
    }

    fn names_in(&self, element: ElementRef<'d>, names: &mut Vec<&'d str>) {
        for child in element.children() {
            let Some(tag) = Tag::of(child) else { continue };
            if tag.is_item_aware() {
                let name = child
                    .attribute("name")
                    .map(str::trim)
                    .filter(|name| !name.is_empty());
                names.extend(name.filter(|name| !is_placeholder(name)));
            } else if matches!(
                tag,
                Tag::IoSpecification | Tag::MultiInstanceLoopCharacteristics
            ) || tag.is_flow_node()
            {
                self.names_in(child, names);
            }
        }
    }

    /// The variable that `item` stands for.
    pub(super) fn variable_name(&self, item: ElementRef<'d>) -> Option<String> {
        let name = |element: ElementRef<'d>| {
            let name = element
                .attribute("name")
                .map(str::trim)
                .filter(|name| !name.is_empty());
            name.map(str::to_owned)
        };
        let id = |element: ElementRef<'d>| element.attribute("id").map(str::to_owned);
        let found = match Tag::of(item)? {
            // Modelers put the name on the reference and leave the data object without one.
            Tag::DataObject => name(item)
                .or_else(|| self.shown_name(item))
                .or_else(|| id(item)),
            Tag::DataObjectReference => {
                let object = item
                    .attribute("dataObjectRef")
                    .and_then(|object| self.resolve(item, object));
                object
                    .and_then(name)
                    .or_else(|| name(item))
                    .or_else(|| object.and_then(id))
                    .or_else(|| id(item))
            }
            Tag::Property
            | Tag::DataInput
            | Tag::DataOutput
            | Tag::InputDataItem
            | Tag::OutputDataItem => name(item).or_else(|| id(item)),
            _ => None,
        };
        found.filter(|name| !is_placeholder(name))
    }

    /// The name by which a data object is shown: that of the first reference to it.
    fn shown_name(&self, object: ElementRef<'d>) -> Option<String> {
        let references = children(object.parent()?, Tag::DataObjectReference);
        let mut names = references
            .filter(|reference| reference.attribute("dataObjectRef") == object.attribute("id"))
            .filter_map(|reference| reference.attribute("name"))
            .map(str::trim);
        names.find(|name| !name.is_empty()).map(str::to_owned)
    }

    /// The variable behind `loopDataInputRef` or `loopDataOutputRef`: what an association fills the
    /// data input from, or empties the data output into; else the data itself.
    pub(super) fn loop_data(
        &mut self,
        index: ElementIx,
        context: ElementRef<'d>,
        reference: &str,
        is_input: bool,
    ) -> Option<String> {
        let Some(item) = self.resolve(context, reference) else {
            self.mark_broken();
            return None;
        };
        let activity = self.node(index).element;
        let (tag, near, far) = if is_input {
            (Tag::DataInputAssociation, Tag::TargetRef, Tag::SourceRef)
        } else {
            (Tag::DataOutputAssociation, Tag::SourceRef, Tag::TargetRef)
        };
        let end = |association: ElementRef<'d>, tag: Tag| {
            let end = children(association, tag).next()?;
            self.resolve(end, &end.text())
        };
        let other = children(activity, tag)
            .filter_map(DataAssociation::from_element)
            .map(BaseElement::element)
            .find(|association| {
                end(*association, near).is_some_and(|found| found.id() == item.id())
            })
            .and_then(|association| end(association, far));
        let name = other
            .and_then(|other| self.variable_name(other))
            .or_else(|| self.variable_name(item));
        if name.is_none() {
            let message = format!("`{reference}` is no data that holds a list");
            self.error(
                &codes::MULTI_INSTANCE,
                context,
                message,
                "refer to a data object, a property, or a data input or output of the activity",
            );
        }
        name
    }
}

/// Names that modelers give to the data they add by themselves for a drawn association.
fn is_placeholder(name: &str) -> bool {
    name.starts_with("__")
}
