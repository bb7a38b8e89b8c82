//! Text: how wide it is in the bundled font, and where it wraps.
//!
//! The font is Reglament Sans, a subset of Arimo, whose advances are those of Arial: a drawing that
//! is measured here fits in Arial, Arimo and Liberation Sans as well.

mod font;
mod wrap;

pub use font::{ASCENT, DESCENT, FAMILIES, FAMILY, FONT, measure};
pub use wrap::{LINE_HEIGHT, Line, wrap};
