//! The metrics of the bundled font.

use std::sync::OnceLock;

use ttf_parser::Face;

/// The bundled font, a TrueType file: Latin, Cyrillic with the Kazakh letters, punctuation, arrows.
/// Its licence is the SIL Open Font License 1.1.
pub static FONT: &[u8] = include_bytes!("../../fonts/ReglamentSans-Regular.ttf");

/// The family name of [`FONT`].
pub const FAMILY: &str = "Reglament Sans";

/// Families with the same advances, then what comes close: a CSS `font-family`.
pub const FAMILIES: &str =
    "'Reglament Sans', Arimo, 'Liberation Sans', Arial, Helvetica, sans-serif";

/// How far letters reach above the line that they stand on, in parts of the font size.
pub const ASCENT: f64 = 0.905;

/// How far letters reach below the line that they stand on, in parts of the font size.
pub const DESCENT: f64 = 0.212;

/// The advance of a character that the font does not have, in parts of the font size: about that of
/// a wide letter. Ideographs and the like are a whole square.
const UNKNOWN: f64 = 0.6;

/// Characters below this one are in the table.
const TABLE: u32 = 0x0530;

/// Advances in parts of the font size.
struct Advances {
    table: Vec<f32>,
    face: Option<Face<'static>>,
}

/// The width of `text` on one line at the font size `size`, in the unit of `size`. Control characters
/// and combining marks that the font does not have count like letters: rather too wide than too
/// narrow.
///
/// ```
/// let width = reglament_draw::text::measure("Өтініш", 12.0);
/// assert!((35.0..45.0).contains(&width));
/// ```
#[must_use]
pub fn measure(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// The advance of `character` in parts of the font size.
pub(super) fn advance(character: char) -> f64 {
    static ADVANCES: OnceLock<Advances> = OnceLock::new();
    let advances = ADVANCES.get_or_init(|| {
        let face = Face::parse(FONT, 0).ok();
        let table = (0..TABLE).filter_map(char::from_u32);
        let table = table.map(|character| look_up(face.as_ref(), character));
        Advances {
            table: table.collect(),
            face,
        }
    });
    let known = advances.table.get(character as usize).copied();
    f64::from(known.unwrap_or_else(|| look_up(advances.face.as_ref(), character)))
}

fn look_up(face: Option<&Face<'static>>, character: char) -> f32 {
    let advance = face.and_then(|face| {
        let glyph = face.glyph_index(character)?;
        let advance = f32::from(face.glyph_hor_advance(glyph)?);
        Some(advance / f32::from(face.units_per_em()))
    });
    let square =
        matches!(character, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{ffdc}' | '\u{1f000}'..);
    #[expect(clippy::cast_possible_truncation, reason = "a constant with one digit")]
    let unknown = UNKNOWN as f32;
    advance.unwrap_or(if square { 1.0 } else { unknown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_every_kazakh_letter() {
        let face = Face::parse(FONT, 0).unwrap();
        let letters = "ӘҒҚҢӨҰҮҺІәғқңөұүһіАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ№«»–—→←…₸";
        let missing: String = letters
            .chars()
            .filter(|letter| face.glyph_index(*letter).is_none())
            .collect();
        assert_eq!(missing, "");
        assert_eq!(f64::from(face.ascender()) / 2048.0, 0.9052734375);
        assert_eq!(f64::from(face.descender()) / -2048.0, 0.2119140625);
    }

    #[test]
    fn widths_are_those_of_arial() {
        // Arial: `A` 1366, `i` 455, a space 569 of 2048.
        assert!((measure("Ai ", 2048.0) - (1366.0 + 455.0 + 569.0)).abs() < 0.01);
        assert_eq!(measure("", 12.0), 0.0);
    }

    #[test]
    fn a_character_that_the_font_lacks_has_a_width() {
        assert!((measure("語", 10.0) - 10.0).abs() < 1e-6);
        assert!((measure("\u{0E01}", 10.0) - 6.0).abs() < 1e-6);
    }
}
