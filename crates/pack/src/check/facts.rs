//! The regulation facts of a flow, each with the element that it stands on.

use reglament_core::Definitions;
use reglament_core::model::{Outcome, Source, Tag, Term};
use reglament_source::{Diagnostic, Span};
use reglament_xml::ElementRef;

/// A fact and its owner.
#[derive(Clone, Copy)]
pub(super) struct Stated<'d, T> {
    /// The fact.
    pub(super) fact: T,
    /// The element of the fact.
    pub(super) element: ElementRef<'d>,
    /// The element that it is said about.
    pub(super) owner: ElementRef<'d>,
}

/// All `reg:source`, in document order.
pub(super) fn sources(definitions: &Definitions) -> impl Iterator<Item = Stated<'_, Source<'_>>> {
    stated(definitions, Source::from_element)
}

/// All `reg:term`, in document order.
pub(super) fn terms(definitions: &Definitions) -> impl Iterator<Item = Stated<'_, Term<'_>>> {
    stated(definitions, Term::from_element)
}

/// All `reg:outcome`, in document order.
pub(super) fn outcomes(definitions: &Definitions) -> impl Iterator<Item = Stated<'_, Outcome<'_>>> {
    stated(definitions, Outcome::from_element)
}

fn stated<'d, T: 'd>(
    definitions: &'d Definitions,
    view: impl Fn(ElementRef<'d>) -> Option<T> + 'd,
) -> impl Iterator<Item = Stated<'d, T>> {
    definitions
        .document()
        .elements()
        .filter_map(move |element| {
            let fact = view(element)?;
            let owner = element.parent()?.parent()?;
            Some(Stated {
                fact,
                element,
                owner,
            })
        })
}

impl<T> Stated<'_, T> {
    /// Whether it is said about a whole process.
    pub(super) fn is_on_process(&self) -> bool {
        Tag::of(self.owner) == Some(Tag::Process)
    }
}

/// The place of an attribute, or of its element.
pub(super) fn place(element: ElementRef<'_>, attribute: &str) -> Span {
    element
        .attribute_ref(attribute)
        .map_or_else(|| element.span(), |found| found.span)
}

/// With the id of the element that it is about.
pub(super) fn on(diagnostic: Diagnostic, owner: ElementRef<'_>) -> Diagnostic {
    match owner.attribute("id") {
        Some(id) => diagnostic.on(id),
        None => diagnostic,
    }
}
