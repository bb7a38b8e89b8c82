//! PNG, drawn from the SVG with the bundled font and no other: the same picture on every machine.

use std::fmt;
use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

use crate::text::{FAMILY, FONT};

/// The most pixels that a picture may have: 400 MB of memory while it is drawn.
pub const PIXELS_LIMIT: u64 = 100_000_000;

/// Why there is no PNG.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PngError {
    /// The text is no SVG.
    NotSvg(String),
    /// The picture would have no pixels, or more than [`PIXELS_LIMIT`].
    Size {
        /// The width in pixels.
        width: u64,
        /// The height in pixels.
        height: u64,
    },
    /// The pixels cannot be written.
    Encoding(String),
}

impl fmt::Display for PngError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSvg(reason) => write!(f, "the text is no SVG: {reason}"),
            Self::Size { width, height } => write!(
                f,
                "expected at most {PIXELS_LIMIT} pixels, found {width} by {height}"
            ),
            Self::Encoding(reason) => write!(f, "the picture cannot be written: {reason}"),
        }
    }
}

impl std::error::Error for PngError {}

/// Draws an SVG as PNG, `scale` pixels for each of its pixels.
///
/// # Errors
/// [`PngError::NotSvg`] for a text that is no SVG, [`PngError::Size`] when the picture would be empty
/// or too large, [`PngError::Encoding`] when the encoder fails.
///
/// ```
/// let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>"#;
/// let png = reglament_draw::png::png(svg, 2.0).unwrap();
/// assert!(png.starts_with(b"\x89PNG"));
/// ```
pub fn png(svg: &str, scale: f64) -> Result<Vec<u8>, PngError> {
    let options = usvg::Options {
        fontdb: Arc::clone(fonts()),
        font_family: FAMILY.to_owned(),
        ..usvg::Options::default()
    };
    let tree =
        usvg::Tree::from_str(svg, &options).map_err(|error| PngError::NotSvg(error.to_string()))?;
    let side = |length: f32| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast of a float saturates; the product is compared below"
        )]
        let pixels = (f64::from(length) * scale).ceil() as u64;
        pixels
    };
    let (width, height) = (side(tree.size().width()), side(tree.size().height()));
    let too_large = PngError::Size { width, height };
    if width.saturating_mul(height) > PIXELS_LIMIT {
        return Err(too_large);
    }
    let sides = u32::try_from(width).ok().zip(u32::try_from(height).ok());
    let pixmap = sides.and_then(|(width, height)| Pixmap::new(width, height));
    let Some(mut pixmap) = pixmap else {
        return Err(too_large);
    };
    #[expect(clippy::cast_possible_truncation, reason = "a scale of a few digits")]
    let scale = scale as f32;
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixmap.as_mut(),
    );
    pixmap
        .encode_png()
        .map_err(|error| PngError::Encoding(error.to_string()))
}

/// The bundled font, whatever family is asked for.
fn fonts() -> &'static Arc<usvg::fontdb::Database> {
    static FONTS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    FONTS.get_or_init(|| {
        let mut fonts = usvg::fontdb::Database::new();
        fonts.load_font_data(FONT.to_vec());
        fonts.set_sans_serif_family(FAMILY);
        fonts.set_serif_family(FAMILY);
        fonts.set_monospace_family(FAMILY);
        Arc::new(fonts)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_is_too_large_is_refused() {
        let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="1000"/>"#;
        let error = png(svg, 1000.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected at most 100000000 pixels, found 1000000 by 1000000"
        );
        for scale in [0.0, -1.0, f64::NAN] {
            assert!(
                matches!(png(svg, scale), Err(PngError::Size { .. })),
                "{scale}"
            );
        }
        assert!(matches!(
            png(svg, f64::INFINITY),
            Err(PngError::Size { .. })
        ));
    }

    #[test]
    fn text_leaves_traces() {
        let picture = |text: &str| {
            let svg = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'>\
                 <text x='2' y='15' font-family='Arial'>{text}</text></svg>"
            );
            png(&svg, 1.0).unwrap()
        };
        assert_ne!(picture("Ә"), picture(" "));
        assert_ne!(picture("Ә"), picture("Қ"));
    }
}
