//! Conversation nodes (BPMN 2.0.2, 9.5): hexagons.

use reglament_core::model::Tag;

use super::event::draw_name;
use super::scene::{Node, Scene};
use super::writer::Path;
use super::{Canvas, activity, icon};

/// Draws a conversation, sub-conversation (with a plus) or call conversation (with a thick border).
pub(super) fn draw(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    let bounds = node.shape.bounds;
    let quarter = bounds.width / 4.0;
    let middle = bounds.centre().y;
    let width = if node.tag == Tag::CallConversation {
        4.0
    } else {
        1.5
    };
    canvas.open_symbol(&node.ink.style(), width);
    let path = Path::default()
        .draw('M', &[bounds.x, middle])
        .draw('L', &[bounds.x + quarter, bounds.y])
        .draw('H', &[bounds.right() - quarter])
        .draw('L', &[bounds.right(), middle])
        .draw('L', &[bounds.right() - quarter, bounds.bottom()])
        .draw('H', &[bounds.x + quarter])
        .draw('z', &[]);
    canvas.out.empty(
        "path",
        &[("class", "body".into()), ("d", path.data().into())],
    );
    if node.tag == Tag::SubConversation {
        activity::draw_markers(&[icon::COLLAPSED], bounds, canvas);
    }
    canvas.close_symbol();
    draw_name(scene, node, canvas);
}
