//! What things are drawn with: the usual colours and line widths, and those of a shape or edge.

use crate::diagram::{Colour, Colours};
use crate::overlay::{Mark, Tone};

/// Lines and letters.
pub(super) const INK: Colour = Colour::new(0x22, 0x24, 0x2a);
/// The inside of shapes.
pub(super) const PAPER: Colour = Colour::new(0xff, 0xff, 0xff);

/// The colours of one shape or edge. Absent colours are the usual ones, and a theme may change them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ink {
    /// The lines.
    pub(super) stroke: Option<Colour>,
    /// The inside.
    pub(super) fill: Option<Colour>,
    /// The text.
    pub(super) text: Option<Colour>,
}

impl Ink {
    /// The colours of a shape or edge: the file's, and over them those of the overlay.
    pub(super) fn of(colours: Colours, mark: Option<&Mark>) -> Self {
        let tone = mark.and_then(|mark| mark.tone);
        let fill = mark
            .and_then(|mark| mark.fill)
            .or_else(|| tone.map(Tone::fill));
        let stroke = mark
            .and_then(|mark| mark.stroke)
            .or_else(|| tone.map(Tone::stroke));
        Self {
            stroke: stroke.or(colours.stroke),
            fill: fill.or(colours.fill),
            text: colours.label,
        }
    }

    /// The CSS that sets what is not usual; empty if everything is. `color` is what icons are filled
    /// with.
    pub(super) fn style(self) -> String {
        let mut style = String::new();
        if let Some(stroke) = self.stroke {
            style.push_str(&format!("stroke:{stroke};color:{stroke};"));
        }
        if let Some(fill) = self.fill {
            style.push_str(&format!("fill:{fill};"));
        }
        style.pop();
        style
    }

    /// The CSS of text that stands on the inside of the shape: what the file says, else whatever is
    /// readable there.
    pub(super) fn text_inside(self) -> String {
        let readable = self
            .fill
            .map(|fill| if luminance(fill) > 0.35 { INK } else { PAPER });
        self.text
            .or(readable)
            .map(|colour| format!("fill:{colour}"))
            .unwrap_or_default()
    }

    /// The inside of icons where the colour of the shape is too dark for the lines of an icon.
    pub(super) fn icon_fill(self) -> Option<&'static str> {
        self.fill
            .filter(|fill| luminance(*fill) < 0.35)
            .map(|_| "#ffffff")
    }

    /// The CSS of text that stands outside.
    pub(super) fn text_outside(self) -> String {
        self.text
            .filter(|colour| *colour != Colour::new(0, 0, 0))
            .map(|colour| format!("fill:{colour}"))
            .unwrap_or_default()
    }
}

/// How bright a colour looks, from 0 to 1.
fn luminance(colour: Colour) -> f64 {
    let [red, green, blue] = colour.rgb.map(|part| f64::from(part) / 255.0);
    0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue
}
