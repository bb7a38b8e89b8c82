//! Activities (BPMN 2.0.2, 10.3): rounded rectangles with the sign of their type and their markers.

use reglament_core::model::{
    FlowElements, FlowNode, MultiInstanceLoopCharacteristics, ReceiveTask, Tag,
};
use reglament_xml::ElementRef;

use super::icon::{self, Icon};
use super::label::{Anchor, Block};
use super::scene::{Node, Scene};
use super::{Canvas, Value};
use crate::geometry::{Bounds, Point};
use crate::size;

/// The side of the sign of a task's type.
const TYPE_SIDE: f64 = 17.0;
/// The distance of texts and signs from the border.
const PADDING: f64 = 5.0;

/// Draws an activity with its name inside.
pub(super) fn draw(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    let bounds = node.shape.bounds;
    let is_expanded = scene.is_expanded(node);
    canvas.open_symbol(&node.ink.style(), line_width(node.tag));
    draw_border(node, canvas);
    let sign = draw_sign(scene, node, is_expanded, canvas);
    let markers = markers(scene, node, is_expanded);
    draw_markers(&markers, bounds, canvas);
    canvas.close_symbol();
    let room = Room {
        bounds,
        sign,
        below: if markers.is_empty() {
            0.0
        } else {
            size::MARKER + 3.0
        },
    };
    let name = scene.name(node.element);
    if !name.trim().is_empty() {
        let style = node.ink.text_inside();
        if is_expanded {
            write_heading(name.trim(), room, node.shape.label, &style, canvas);
        } else {
            write_centred(name.trim(), room, &style, canvas);
        }
    }
}

const fn line_width(tag: Tag) -> f64 {
    match tag {
        Tag::CallActivity => 4.0,
        _ => 1.5,
    }
}

fn draw_border(node: Node<'_>, canvas: &mut Canvas) {
    let bounds = node.shape.bounds;
    let is_event = FlowNode::from_element(node.element).is_some_and(FlowNode::is_event_sub_process);
    let mut rectangle = |class: &str, bounds: Bounds, corner: f64| {
        let mut attributes: Vec<(&str, Value<'_>)> = vec![
            ("class", class.into()),
            ("x", bounds.x.into()),
            ("y", bounds.y.into()),
            ("width", bounds.width.into()),
            ("height", bounds.height.into()),
            ("rx", corner.into()),
        ];
        if is_event {
            attributes.push(("stroke-dasharray", "1 3.5".into()));
            attributes.push(("stroke-linecap", "round".into()));
        }
        canvas.out.empty("rect", &attributes);
    };
    rectangle("body", bounds, size::ACTIVITY_CORNER);
    if node.tag == Tag::Transaction {
        rectangle("inner", bounds.grown(-3.0), size::ACTIVITY_CORNER - 2.5);
    }
}

/// Draws the sign of the type in the upper left corner and returns whether there is one: of the task,
/// of the global task that is called, or the start event of a collapsed event sub-process.
fn draw_sign(scene: &Scene<'_>, node: Node<'_>, is_expanded: bool, canvas: &mut Canvas) -> bool {
    let bounds = node.shape.bounds;
    let corner = Point::new(bounds.x + PADDING, bounds.y + PADDING);
    let flow_node = FlowNode::from_element(node.element);
    if !is_expanded && flow_node.is_some_and(FlowNode::is_event_sub_process) {
        let mut starts = FlowElements::of(node.element).flow_nodes();
        let start = starts.find(|inner| inner.tag() == Tag::StartEvent);
        if let Some(start) = start {
            use reglament_core::model::BaseElement as _;
            super::event::draw_small(scene, start.element(), corner, canvas);
        }
        return start.is_some();
    }
    let shown = match node.tag {
        Tag::CallActivity => called(scene, node.element).and_then(Tag::of),
        tag => Some(tag),
    };
    let icon = shown.and_then(|tag| type_icon(tag, node.element));
    if let Some(icon) = icon {
        icon.draw(&mut canvas.out, corner, TYPE_SIDE);
    }
    icon.is_some()
}

/// The process or global task that a call activity calls, if it is in the file.
fn called<'s>(scene: &Scene<'s>, element: ElementRef<'s>) -> Option<ElementRef<'s>> {
    scene.referred(element, "calledElement")
}

fn type_icon(tag: Tag, element: ElementRef<'_>) -> Option<Icon> {
    match tag {
        Tag::UserTask | Tag::GlobalUserTask => Some(icon::USER),
        Tag::ServiceTask => Some(icon::SERVICE),
        Tag::SendTask => Some(icon::SEND),
        Tag::ReceiveTask => {
            let starts = ReceiveTask::from_element(element).is_some_and(ReceiveTask::instantiate);
            Some(if starts {
                icon::RECEIVE_START
            } else {
                icon::RECEIVE
            })
        }
        Tag::ScriptTask | Tag::GlobalScriptTask => Some(icon::SCRIPT),
        Tag::ManualTask | Tag::GlobalManualTask => Some(icon::MANUAL),
        Tag::BusinessRuleTask | Tag::GlobalBusinessRuleTask => Some(icon::BUSINESS_RULE),
        _ => None,
    }
}

/// The markers at the lower border, from left to right (10.3.8, 10.3.5).
fn markers(scene: &Scene<'_>, node: Node<'_>, is_expanded: bool) -> Vec<Icon> {
    let mut markers = Vec::new();
    if FlowNode::from_element(node.element).is_some_and(FlowNode::is_for_compensation) {
        markers.push(icon::COMPENSATION_MARKER);
    }
    for child in node.element.children() {
        match Tag::of(child) {
            Some(Tag::StandardLoopCharacteristics) => markers.push(icon::LOOP),
            Some(Tag::MultiInstanceLoopCharacteristics) => {
                let sequential = MultiInstanceLoopCharacteristics::from_element(child)
                    .is_some_and(MultiInstanceLoopCharacteristics::is_sequential);
                markers.push(if sequential {
                    icon::SEQUENTIAL_INSTANCES
                } else {
                    icon::PARALLEL_INSTANCES
                });
            }
            _ => {}
        }
    }
    let hides = match node.tag {
        Tag::SubProcess | Tag::Transaction | Tag::AdHocSubProcess => true,
        // A global task has no inside that could be shown.
        Tag::CallActivity => called(scene, node.element)
            .and_then(Tag::of)
            .is_none_or(|tag| tag == Tag::Process),
        _ => false,
    };
    if hides && !is_expanded {
        markers.push(icon::COLLAPSED);
    }
    if node.tag == Tag::AdHocSubProcess {
        markers.push(icon::AD_HOC);
    }
    markers
}

/// Draws `markers` side by side in the middle of the lower border.
pub(super) fn draw_markers(markers: &[Icon], bounds: Bounds, canvas: &mut Canvas) {
    const STEP: f64 = size::MARKER + 4.0;
    #[expect(
        clippy::cast_precision_loss,
        reason = "an element has a handful of markers"
    )]
    let width = markers.len() as f64 * STEP - 4.0;
    let mut x = bounds.centre().x - width / 2.0;
    let y = bounds.bottom() - size::MARKER - 3.5;
    for marker in markers {
        marker.draw(&mut canvas.out, Point::new(x, y), size::MARKER);
        x += STEP;
    }
}

/// The room for a name inside a shape.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) bounds: Bounds,
    /// Whether a sign stands in the upper left corner.
    pub(super) sign: bool,
    /// What markers take away below.
    pub(super) below: f64,
}

/// Writes a name in the middle of a shape, below its sign if it would cover it.
pub(super) fn write_centred(name: &str, room: Room, style: &str, canvas: &mut Canvas) {
    let bounds = room.bounds;
    let width = bounds.width - 2.0 * PADDING;
    let whole = bounds.height - 4.0 - room.below;
    let block = Block::fitted(name, width, whole);
    let centred = bounds.y + 2.0 + (whole - block.height()) / 2.0;
    // Letters begin a little below the upper edge of their line.
    let sign_bottom = bounds.y + PADDING + TYPE_SIDE - 2.0;
    let beside_sign = block.width_above(centred, sign_bottom);
    let free = bounds.width - 2.0 * (PADDING + TYPE_SIDE + 1.0);
    let below_sign = bounds.y + 2.0 + whole - sign_bottom;
    let (block, top) = if !room.sign || beside_sign <= free {
        (block, centred)
    } else if block.height() <= below_sign {
        (block, sign_bottom)
    } else {
        let block = Block::fitted(name, width, below_sign);
        (block, sign_bottom)
    };
    let at = Point::new(bounds.centre().x, top);
    block.write(&mut canvas.out, at, Anchor::Middle, style);
}

/// Writes a name at the upper border of an expanded shape: in its middle, or on the left where the
/// file puts the label there.
fn write_heading(name: &str, room: Room, label: Option<Bounds>, style: &str, canvas: &mut Canvas) {
    let bounds = room.bounds;
    let inset = if room.sign {
        PADDING + TYPE_SIDE
    } else {
        PADDING
    };
    let block = Block::fitted(name, bounds.width - 2.0 * (inset + 3.0), 30.0);
    let is_left = label.is_some_and(|label| label.centre().x < bounds.x + bounds.width * 0.4);
    let (x, anchor) = if is_left {
        (bounds.x + inset + 3.0, Anchor::Start)
    } else {
        (bounds.centre().x, Anchor::Middle)
    };
    block.write(
        &mut canvas.out,
        Point::new(x, bounds.y + 5.0),
        anchor,
        style,
    );
}
