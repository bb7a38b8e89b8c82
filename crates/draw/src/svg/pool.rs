//! Pools and lanes (BPMN 2.0.2, 9.3 and 10.8).

use reglament_core::model::Tag;

use super::Canvas;
use super::icon;
use super::label::{Anchor, Block};
use super::scene::{Node, Scene};
use super::writer::Path;
use crate::geometry::{Bounds, Point};
use crate::size;

/// Draws a pool or lane with its name.
pub(super) fn draw(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    let bounds = node.shape.bounds;
    let is_pool = node.tag == Tag::Participant;
    let band = band(scene, node);
    canvas.open_symbol(&node.ink.style(), if is_pool { 1.5 } else { 1.0 });
    let fill = if is_pool || node.ink.fill.is_some() {
        None
    } else {
        Some(("fill", "none".into()))
    };
    let mut attributes = vec![
        ("class", "body".into()),
        ("x", bounds.x.into()),
        ("y", bounds.y.into()),
        ("width", bounds.width.into()),
        ("height", bounds.height.into()),
    ];
    attributes.extend(fill);
    canvas.out.empty("rect", &attributes);
    if let Some(band) = band.filter(|_| is_pool) {
        let line = if is_horizontal(node) {
            Path::default()
                .draw('M', &[band.right(), band.y])
                .draw('V', &[band.bottom()])
        } else {
            Path::default()
                .draw('M', &[band.x, band.bottom()])
                .draw('H', &[band.right()])
        };
        canvas.out.empty("path", &[("d", line.data().into())]);
    }
    let many = is_pool && is_many(node);
    if many {
        super::activity::draw_markers(&[icon::PARALLEL_INSTANCES], bounds, canvas);
    }
    canvas.close_symbol();
    write_name(scene, node, band, canvas);
}

/// Whether the flow runs from left to right; where the file does not say, the longer side says it.
fn is_horizontal(node: Node<'_>) -> bool {
    node.shape
        .is_horizontal
        .unwrap_or(node.shape.bounds.width >= node.shape.bounds.height)
}

/// Whether the participant stands for several (`participantMultiplicity`).
fn is_many(node: Node<'_>) -> bool {
    let multiplicity = node
        .element
        .children()
        .find(|child| Tag::of(*child) == Some(Tag::ParticipantMultiplicity));
    multiplicity.is_some_and(|multiplicity| {
        let maximum = multiplicity.attribute("maximum").map(str::trim);
        maximum != Some("1")
    })
}

/// The strip that holds the name; none for a pool whose process is not shown, which holds its name in
/// its middle.
fn band(scene: &Scene<'_>, node: Node<'_>) -> Option<Bounds> {
    let bounds = node.shape.bounds;
    let is_pool = node.tag == Tag::Participant;
    let is_black_box = is_pool && node.element.attribute("processRef").is_none();
    let is_flat = bounds.height.min(bounds.width) < 2.0 * size::BAND + 1.0;
    if is_black_box || (is_pool && is_flat && node.shape.is_expanded != Some(true)) {
        return None;
    }
    // Lanes begin where the strip of what contains them ends.
    let horizontal = is_horizontal(node);
    let inside = bounds.grown(0.5);
    let starts = scene.lanes().filter(|lane| {
        let lane = lane.shape.bounds;
        lane != bounds
            && inside.contains(Point::new(lane.x, lane.y))
            && inside.contains(Point::new(lane.right(), lane.bottom()))
    });
    let offsets = starts.map(|lane| {
        if horizontal {
            lane.shape.bounds.x - bounds.x
        } else {
            lane.shape.bounds.y - bounds.y
        }
    });
    let strip = offsets
        .fold(None, |least: Option<f64>, offset| {
            Some(least.map_or(offset, |least| least.min(offset)))
        })
        .filter(|offset| (12.0..=80.0).contains(offset))
        .unwrap_or(size::BAND);
    Some(if horizontal {
        Bounds::new(bounds.x, bounds.y, strip.min(bounds.width), bounds.height)
    } else {
        Bounds::new(bounds.x, bounds.y, bounds.width, strip.min(bounds.height))
    })
}

fn write_name(scene: &Scene<'_>, node: Node<'_>, band: Option<Bounds>, canvas: &mut Canvas) {
    let name = scene.name(node.element);
    let name = name.trim();
    if name.is_empty() {
        return;
    }
    let style = node.ink.text_inside();
    let place = band.unwrap_or(node.shape.bounds);
    let is_upwards = if band.is_some() {
        is_horizontal(node)
    } else {
        place.height > 2.0 * place.width
    };
    let middle = place.centre();
    if is_upwards {
        let block = Block::fitted(name, place.height - 8.0, place.width - 1.0);
        block.write_upwards(&mut canvas.out, middle, &style);
    } else {
        let block = Block::fitted(name, place.width - 8.0, place.height - 1.0);
        let at = Point::new(middle.x, middle.y - block.height() / 2.0);
        block.write(&mut canvas.out, at, Anchor::Middle, &style);
    }
}
