//! `extensionElements`: where other vocabularies stand (BPMN 2.0.2, 8.2.3).

use reglament_xml::ElementRef;

use super::tag::Tag;
use super::view::children;

/// The extensions of one element, of however many `extensionElements` it has.
#[derive(Clone, Copy, Debug)]
pub struct ExtensionElements<'d>(ElementRef<'d>);

impl<'d> ExtensionElements<'d> {
    /// The extensions of `element`.
    #[must_use]
    pub fn of(element: ElementRef<'d>) -> Self {
        Self(element)
    }

    /// All of them, in document order.
    pub fn iter(self) -> impl Iterator<Item = ElementRef<'d>> + use<'d> {
        children(self.0, Tag::ExtensionElements).flat_map(ElementRef::children)
    }

    /// Those of the namespace `namespace`.
    pub fn in_namespace(
        self,
        namespace: &'static str,
    ) -> impl Iterator<Item = ElementRef<'d>> + use<'d> {
        self.iter()
            .filter(move |element| element.namespace() == Some(namespace))
    }

    /// The first one with that name.
    #[must_use]
    pub fn find(self, namespace: &'static str, local_name: &str) -> Option<ElementRef<'d>> {
        self.in_namespace(namespace)
            .find(|element| element.local_name() == local_name)
    }
}
