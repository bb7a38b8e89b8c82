//! What all views have in common, and the macro that declares one.

use std::borrow::Cow;

use reglament_source::Span;
use reglament_xml::ElementRef;

use super::extension::ExtensionElements;
use super::tag::{BPMN, Tag};

/// What every BPMN element has (BPMN 2.0.2, 8.3.1).
pub trait BaseElement<'d>: Copy {
    /// The element of the tree.
    fn element(self) -> ElementRef<'d>;

    /// The identifier.
    fn id(self) -> Option<&'d str> {
        self.element().attribute("id")
    }

    /// The name, as written.
    fn name(self) -> Option<&'d str> {
        self.element().attribute("name")
    }

    /// The start tag in the file.
    fn span(self) -> Span {
        self.element().span()
    }

    /// The texts of its documentation.
    fn documentation(self) -> impl Iterator<Item = Cow<'d, str>> + use<'d, Self> {
        children(self.element(), Tag::Documentation).map(ElementRef::text)
    }

    /// Its extensions.
    fn extension_elements(self) -> ExtensionElements<'d> {
        ExtensionElements::of(self.element())
    }
}

/// The children of `element` with the tag `tag`.
pub(crate) fn children<'d>(
    element: ElementRef<'d>,
    tag: Tag,
) -> impl Iterator<Item = ElementRef<'d>> + use<'d> {
    element
        .children()
        .filter(move |child| child.is(BPMN, tag.as_str()))
}

/// The first child of `element` with the tag `tag`.
pub(crate) fn child(element: ElementRef<'_>, tag: Tag) -> Option<ElementRef<'_>> {
    element.child(BPMN, tag.as_str())
}

/// Reads an `xsd:boolean`.
#[must_use]
pub fn parse_boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// Reads an `xsd:integer`.
#[must_use]
pub fn parse_integer(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

/// Declares a view: its name, the tags it may stand on, and one method for each attribute or child.
///
/// Kinds of methods: `text("attribute")`, `boolean("attribute", default)`, `integer("attribute")`,
/// `one(Tag => View)`, `all(Tag => View)`, `content(Tag)` (the text of a child), `contents(Tag)`.
macro_rules! view {
    (
        $(#[$doc:meta])*
        $name:ident($($tag:ident)|+) {
            $($(#[$method_doc:meta])* $method:ident: $kind:ident($($argument:tt)*)),* $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'d>(reglament_xml::ElementRef<'d>);

        impl<'d> $name<'d> {
            /// The view of `element`, if it is one.
            #[must_use]
            pub fn from_element(element: reglament_xml::ElementRef<'d>) -> Option<Self> {
                match $crate::model::Tag::of(element) {
                    $(Some($crate::model::Tag::$tag))|+ => Some(Self(element)),
                    _ => None,
                }
            }

            $(view! { @method $(#[$method_doc])* $method $kind($($argument)*) })*
        }

        impl<'d> $crate::model::BaseElement<'d> for $name<'d> {
            fn element(self) -> reglament_xml::ElementRef<'d> {
                self.0
            }
        }
    };
    (@method $(#[$doc:meta])* $method:ident text($attribute:literal)) => {
        $(#[$doc])*
        #[must_use]
        pub fn $method(self) -> Option<&'d str> {
            self.0.attribute($attribute)
        }
    };
    (@method $(#[$doc:meta])* $method:ident boolean($attribute:literal, $default:literal)) => {
        $(#[$doc])*
        #[must_use]
        pub fn $method(self) -> bool {
            self.0.attribute($attribute).and_then($crate::model::parse_boolean).unwrap_or($default)
        }
    };
    (@method $(#[$doc:meta])* $method:ident integer($attribute:literal)) => {
        $(#[$doc])*
        #[must_use]
        pub fn $method(self) -> Option<i64> {
            self.0.attribute($attribute).and_then($crate::model::parse_integer)
        }
    };
    (@method $(#[$doc:meta])* $method:ident one($tag:ident => $view:ident)) => {
        $(#[$doc])*
        #[must_use]
        pub fn $method(self) -> Option<$view<'d>> {
            $crate::model::view::child(self.0, $crate::model::Tag::$tag).and_then($view::from_element)
        }
    };
    (@method $(#[$doc:meta])* $method:ident all($tag:ident => $view:ident)) => {
        $(#[$doc])*
        pub fn $method(self) -> impl Iterator<Item = $view<'d>> + use<'d> {
            $crate::model::view::children(self.0, $crate::model::Tag::$tag)
                .filter_map($view::from_element)
        }
    };
    (@method $(#[$doc:meta])* $method:ident content($tag:ident)) => {
        $(#[$doc])*
        #[must_use]
        pub fn $method(self) -> Option<std::borrow::Cow<'d, str>> {
            $crate::model::view::child(self.0, $crate::model::Tag::$tag)
                .map(reglament_xml::ElementRef::text)
        }
    };
    (@method $(#[$doc:meta])* $method:ident contents($tag:ident)) => {
        $(#[$doc])*
        pub fn $method(self) -> impl Iterator<Item = std::borrow::Cow<'d, str>> + use<'d> {
            $crate::model::view::children(self.0, $crate::model::Tag::$tag)
                .map(reglament_xml::ElementRef::text)
        }
    };
}

/// Declares a view of an extension element: its namespace, its local name, one method for each
/// attribute.
macro_rules! extension_view {
    (
        $(#[$doc:meta])*
        $name:ident($namespace:expr, $local:literal) {
            $($(#[$method_doc:meta])* $method:ident: $attribute:literal),* $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'d>(reglament_xml::ElementRef<'d>);

        impl<'d> $name<'d> {
            /// The view of `element`, if it is one.
            #[must_use]
            pub fn from_element(element: reglament_xml::ElementRef<'d>) -> Option<Self> {
                element.is($namespace, $local).then_some(Self(element))
            }

            /// The first one in `extensions`.
            #[must_use]
            pub fn find(extensions: $crate::model::ExtensionElements<'d>) -> Option<Self> {
                extensions.find($namespace, $local).map(Self)
            }

            /// The element of the tree.
            #[must_use]
            pub fn element(self) -> reglament_xml::ElementRef<'d> {
                self.0
            }

            $(
                $(#[$method_doc])*
                #[must_use]
                pub fn $method(self) -> Option<&'d str> {
                    self.0.attribute($attribute)
                }
            )*
        }
    };
}
