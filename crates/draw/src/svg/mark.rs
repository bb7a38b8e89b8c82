//! Badges and the legend of an overlay.

use super::Canvas;
use super::label::{Anchor, Block};
use super::scene::Scene;
use crate::diagram::Colour;
use crate::geometry::{Bounds, Point};
use crate::overlay::Mark;
use crate::size;
use crate::text::measure;

/// The height of a badge.
const HEIGHT: f64 = 17.0;
/// The size of the letters in a badge.
const LETTERS: f64 = 11.0;

/// Draws the badges of an element side by side on its upper edge, from right to left.
pub(super) fn draw_badges(mark: Option<&Mark>, bounds: Bounds, canvas: &mut Canvas) {
    let mut right = bounds.right() + 6.0;
    for badge in mark.iter().flat_map(|mark| &mark.badges) {
        let width = (measure(&badge.text, LETTERS) + 9.0).max(HEIGHT);
        let place = Bounds::new(right - width, bounds.y - HEIGHT / 2.0, width, HEIGHT);
        right -= width + 2.0;
        canvas.out.open("g", &[("class", "badge".into())]);
        canvas.out.leaf("title", &[], &badge.title);
        draw_box(
            place,
            badge.tone.stroke(),
            Colour::new(255, 255, 255),
            HEIGHT / 2.0,
            canvas,
        );
        let block = Block::wrapped(&badge.text, f64::INFINITY, LETTERS);
        let at = Point::new(place.centre().x, place.centre().y - block.height() / 2.0);
        block.write(&mut canvas.out, at, Anchor::Middle, "fill:#ffffff");
        canvas.out.close("g");
        canvas.covers(place);
    }
}

/// Draws the legend below everything else.
pub(super) fn draw_legend(scene: &Scene<'_>, canvas: &mut Canvas) {
    const SAMPLE: f64 = 14.0;
    let (Some(overlay), Some(extent)) = (scene.options.overlay, canvas.extent) else {
        return;
    };
    if overlay.legend.is_empty() {
        return;
    }
    canvas.out.line();
    canvas.out.open("g", &[("class", "legend".into())]);
    let (mut x, mut y) = (extent.x, extent.bottom() + 24.0);
    for entry in &overlay.legend {
        let width = SAMPLE + 6.0 + measure(&entry.text, size::TEXT) + 22.0;
        if x > extent.x && x + width > extent.right() {
            x = extent.x;
            y += SAMPLE + 10.0;
        }
        let sample = Bounds::new(x, y, SAMPLE, SAMPLE);
        draw_box(sample, entry.fill, entry.stroke, 3.0, canvas);
        let block = Block::wrapped(&entry.text, f64::INFINITY, size::TEXT);
        let at = Point::new(x + SAMPLE + 6.0, sample.centre().y - block.height() / 2.0);
        let place = block.write(&mut canvas.out, at, Anchor::Start, "");
        canvas.covers(sample.union(place));
        x += width;
    }
    canvas.out.close("g");
}

fn draw_box(place: Bounds, fill: Colour, stroke: Colour, corner: f64, canvas: &mut Canvas) {
    canvas.out.empty(
        "rect",
        &[
            ("x", place.x.into()),
            ("y", place.y.into()),
            ("width", place.width.into()),
            ("height", place.height.into()),
            ("rx", corner.into()),
            ("fill", fill.to_string().as_str().into()),
            ("stroke", stroke.to_string().as_str().into()),
            ("stroke-width", 1.5.into()),
        ],
    );
}
