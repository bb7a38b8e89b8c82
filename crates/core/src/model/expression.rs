//! Expressions (BPMN 2.0.2, 8.3.6).

use std::borrow::Cow;

use reglament_source::Span;
use reglament_xml::ElementRef;

use super::BaseElement;

/// An element whose text is an expression: `conditionExpression`, `timeDuration` and so on.
#[derive(Clone, Copy, Debug)]
pub struct Expression<'d>(ElementRef<'d>);

impl<'d> Expression<'d> {
    /// The view of `element`. Any element can hold an expression; its place says whether it does.
    #[must_use]
    pub fn from_element(element: ElementRef<'d>) -> Option<Self> {
        Some(Self(element))
    }

    /// The text, with white space at its ends.
    #[must_use]
    pub fn text(self) -> Cow<'d, str> {
        self.0.text()
    }

    /// The language that it declares for itself.
    #[must_use]
    pub fn language(self) -> Option<&'d str> {
        self.0
            .attribute("language")
            .filter(|language| !language.trim().is_empty())
    }

    /// The place of the text, or of the start tag where there is no text.
    #[must_use]
    pub fn text_span(self) -> Span {
        self.0.text_span().unwrap_or_else(|| self.0.span())
    }
}

impl<'d> BaseElement<'d> for Expression<'d> {
    fn element(self) -> ElementRef<'d> {
        self.0
    }
}
