//! Colours of shapes and edges: the extension "BPMN in Color" and bpmn.io's own older one.

use std::fmt;

use reglament_xml::ElementRef;

/// The namespace of BPMN in Color 1.0.
pub const COLOR: &str = "http://www.omg.org/spec/BPMN/non-normative/color/1.0";
/// The namespace of bpmn.io's colours.
pub const BIOC: &str = "http://bpmn.io/schema/bpmn/biocolor/1.0";

/// A colour without transparency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colour {
    /// Red, green, blue.
    pub rgb: [u8; 3],
}

impl Colour {
    /// The colour of the three parts.
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self {
            rgb: [red, green, blue],
        }
    }

    /// Reads `#rgb` or `#rrggbb`; none for anything else.
    ///
    /// ```
    /// use reglament_draw::diagram::Colour;
    ///
    /// assert_eq!(Colour::parse("#0d4372"), Some(Colour::new(13, 67, 114)));
    /// assert_eq!(Colour::parse("#fff"), Some(Colour::new(255, 255, 255)));
    /// assert_eq!(Colour::parse("url(javascript:1)"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let part = |range| u8::from_str_radix(digits.get(range)?, 16).ok();
        match digits.len() {
            3 => {
                let [red, green, blue] = [part(0..1)?, part(1..2)?, part(2..3)?];
                Some(Self::new(red * 17, green * 17, blue * 17))
            }
            6 => Some(Self::new(part(0..2)?, part(2..4)?, part(4..6)?)),
            _ => None,
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.rgb;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// The colours of a shape or edge; what is absent has the usual colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Colours {
    /// The border or line.
    pub stroke: Option<Colour>,
    /// The inside.
    pub fill: Option<Colour>,
    /// The text of the label.
    pub label: Option<Colour>,
}

impl Colours {
    /// Reads the colours of a shape or edge and its `label`; `unreadable` is told of values that are
    /// no colours.
    pub(super) fn read<'d>(
        element: ElementRef<'d>,
        label: Option<ElementRef<'d>>,
        unreadable: &mut dyn FnMut(ElementRef<'d>, &str, &str),
    ) -> Self {
        let mut colour = |element: ElementRef<'d>, namespace, name| {
            let value = element.attribute_ns(namespace, name)?;
            let colour = Colour::parse(value);
            if colour.is_none() {
                unreadable(element, name, value);
            }
            colour
        };
        Self {
            stroke: colour(element, COLOR, "border-color")
                .or_else(|| colour(element, BIOC, "stroke")),
            fill: colour(element, COLOR, "background-color")
                .or_else(|| colour(element, BIOC, "fill")),
            label: label.and_then(|label| colour(label, COLOR, "color")),
        }
    }
}
