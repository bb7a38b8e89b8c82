//! Gateways (BPMN 2.0.2, 10.6): a rhombus with the sign of its behaviour.

use reglament_core::model::{EventBasedGateway, Tag};

use super::Canvas;
use super::event::draw_name;
use super::icon::{self, Icon};
use super::scene::{Node, Scene};
use super::writer::Path;
use crate::geometry::{Bounds, Point};

/// Draws a gateway and its name.
pub(super) fn draw(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    let bounds = node.shape.bounds;
    canvas.open_symbol(&node.ink.style(), 1.5);
    let path = rhombus(bounds);
    canvas.out.empty(
        "path",
        &[("class", "body".into()), ("d", path.data().into())],
    );
    if let Some(icon) = icon_of(node) {
        let side = bounds.width.min(bounds.height);
        let square = Bounds::around(bounds.centre(), side, side);
        let (corner, fill) = (Point::new(square.x, square.y), node.ink.icon_fill());
        icon.draw_filled(&mut canvas.out, corner, side, fill);
    }
    canvas.close_symbol();
    draw_name(scene, node, canvas);
}

fn rhombus(bounds: Bounds) -> Path {
    let centre = bounds.centre();
    Path::default()
        .draw('M', &[centre.x, bounds.y])
        .draw('L', &[bounds.right(), centre.y])
        .draw('L', &[centre.x, bounds.bottom()])
        .draw('L', &[bounds.x, centre.y])
        .draw('z', &[])
}

fn icon_of(node: Node<'_>) -> Option<Icon> {
    match node.tag {
        // The sign is optional; the file says whether this gateway shows it (12.2.3.4).
        Tag::ExclusiveGateway => {
            (node.shape.is_marker_visible == Some(true)).then_some(icon::EXCLUSIVE)
        }
        Tag::ParallelGateway => Some(icon::PARALLEL),
        Tag::InclusiveGateway => Some(icon::INCLUSIVE),
        Tag::ComplexGateway => Some(icon::COMPLEX),
        Tag::EventBasedGateway => {
            let gateway = EventBasedGateway::from_element(node.element)?;
            Some(
                match (gateway.instantiate(), gateway.event_gateway_type()) {
                    (true, Some("Parallel")) => icon::PARALLEL_EVENT_BASED,
                    (true, _) => icon::EVENT_BASED_START,
                    (false, _) => icon::EVENT_BASED,
                },
            )
        }
        _ => None,
    }
}
