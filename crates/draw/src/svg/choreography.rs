//! Choreography activities (BPMN 2.0.2, 11.4): a box between the bands of its participants.

use reglament_core::model::Tag;

use super::activity::{Room, draw_markers, write_centred};
use super::icon::{self, Icon};
use super::label::{Anchor, Block};
use super::scene::{Node, Scene};
use super::writer::Path;
use super::{Canvas, data};
use crate::diagram::ParticipantBand;
use crate::geometry::{Bounds, Point};
use crate::size;

/// The usual height of a participant's band.
const BAND: f64 = 20.0;

/// Draws a choreography activity; its bands are shapes of their own.
pub(super) fn draw(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    let bounds = node.shape.bounds;
    let is_expanded = scene.is_expanded(node);
    let width = if node.tag == Tag::CallChoreography {
        4.0
    } else {
        1.5
    };
    canvas.open_symbol(&node.ink.style(), width);
    canvas.out.empty(
        "rect",
        &[
            ("class", "body".into()),
            ("x", bounds.x.into()),
            ("y", bounds.y.into()),
            ("width", bounds.width.into()),
            ("height", bounds.height.into()),
            ("rx", size::ACTIVITY_CORNER.into()),
        ],
    );
    let middle = Bounds::new(
        bounds.x,
        bounds.y + BAND,
        bounds.width,
        (bounds.height - 2.0 * BAND).max(1.0),
    );
    let markers = markers(node, is_expanded);
    draw_markers(&markers, middle, canvas);
    canvas.close_symbol();
    let name = scene.name(node.element);
    if name.trim().is_empty() {
        return;
    }
    let style = node.ink.text_inside();
    if is_expanded {
        let block = Block::fitted(name.trim(), bounds.width - 16.0, BAND);
        let at = Point::new(bounds.centre().x, middle.y + 2.0);
        block.write(&mut canvas.out, at, Anchor::Middle, &style);
    } else {
        let below = if markers.is_empty() {
            0.0
        } else {
            size::MARKER + 3.0
        };
        let room = Room {
            bounds: middle,
            sign: false,
            below,
        };
        write_centred(name.trim(), room, &style, canvas);
    }
}

fn markers(node: Node<'_>, is_expanded: bool) -> Vec<Icon> {
    let repeats = match node.element.attribute("loopType") {
        Some("Standard") => Some(icon::LOOP),
        Some("MultiInstanceSequential") => Some(icon::SEQUENTIAL_INSTANCES),
        Some("MultiInstanceParallel") => Some(icon::PARALLEL_INSTANCES),
        _ => None,
    };
    let hides = node.tag != Tag::ChoreographyTask && !is_expanded;
    let collapsed = hides.then_some(icon::COLLAPSED);
    repeats.into_iter().chain(collapsed).collect()
}

/// Draws the band of a participant: white if it begins the exchange, else shaded; its message, where
/// it is shown, beside it on a dotted line.
pub(super) fn draw_band(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    let bounds = node.shape.bounds;
    let Some(band) = node.shape.participant_band else {
        return;
    };
    canvas.open_symbol(&node.ink.style(), 1.5);
    let fill = if band.is_initiating() {
        "#ffffff"
    } else {
        "#d9dadd"
    };
    let path = band_path(band, bounds);
    canvas.out.empty(
        "path",
        &[
            ("class", "body".into()),
            ("d", path.data().into()),
            ("fill", fill.into()),
        ],
    );
    if node.shape.is_message_visible == Some(true) {
        draw_message(band, bounds, canvas);
    }
    canvas.close_symbol();
    let name = scene.name(node.element);
    if !name.trim().is_empty() {
        let block = Block::fitted(name.trim(), bounds.width - 8.0, bounds.height);
        let at = Point::new(bounds.centre().x, bounds.centre().y - block.height() / 2.0);
        block.write(&mut canvas.out, at, Anchor::Middle, &node.ink.text_inside());
    }
}

/// A rectangle whose outer corners are those of the activity.
fn band_path(band: ParticipantBand, bounds: Bounds) -> Path {
    use ParticipantBand as Band;
    let radius = size::ACTIVITY_CORNER
        .min(bounds.height)
        .min(bounds.width / 2.0);
    let (top, bottom) = match band {
        Band::TopInitiating | Band::TopNonInitiating => (radius, 0.0),
        Band::MiddleInitiating | Band::MiddleNonInitiating => (0.0, 0.0),
        Band::BottomInitiating | Band::BottomNonInitiating => (0.0, radius),
    };
    Path::default()
        .draw('M', &[bounds.x, bounds.y + top])
        .draw('Q', &[bounds.x, bounds.y, bounds.x + top, bounds.y])
        .draw('H', &[bounds.right() - top])
        .draw(
            'Q',
            &[bounds.right(), bounds.y, bounds.right(), bounds.y + top],
        )
        .draw('V', &[bounds.bottom() - bottom])
        .draw(
            'Q',
            &[
                bounds.right(),
                bounds.bottom(),
                bounds.right() - bottom,
                bounds.bottom(),
            ],
        )
        .draw('H', &[bounds.x + bottom])
        .draw(
            'Q',
            &[
                bounds.x,
                bounds.bottom(),
                bounds.x,
                bounds.bottom() - bottom,
            ],
        )
        .draw('z', &[])
}

fn draw_message(band: ParticipantBand, bounds: Bounds, canvas: &mut Canvas) {
    use ParticipantBand as Band;
    const DISTANCE: f64 = 20.0;
    let is_above = matches!(
        band,
        Band::TopInitiating | Band::TopNonInitiating | Band::MiddleInitiating
    );
    let (edge, centre) = if is_above {
        (bounds.y, bounds.y - DISTANCE - size::MESSAGE.1 / 2.0)
    } else {
        (
            bounds.bottom(),
            bounds.bottom() + DISTANCE + size::MESSAGE.1 / 2.0,
        )
    };
    let x = bounds.centre().x;
    let line = Path::default()
        .draw('M', &[x, edge])
        .draw('L', &[x, centre]);
    canvas.out.empty(
        "path",
        &[
            ("d", line.data().into()),
            ("fill", "none".into()),
            ("stroke-dasharray", "0.5 4.5".into()),
            ("stroke-linecap", "round".into()),
        ],
    );
    let place = Bounds::around(Point::new(x, centre), size::MESSAGE.0, size::MESSAGE.1);
    let fill = if band.is_initiating() {
        "#ffffff"
    } else {
        "#c8c9cc"
    };
    data::draw_envelope(place, Some(fill), canvas);
    canvas.covers(place);
}
