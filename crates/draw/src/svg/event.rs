//! Events (BPMN 2.0.2, 10.5): a thin circle starts, a double one is in between, a thick one ends; a
//! dashed one does not interrupt; what is thrown is filled.

use reglament_core::Definitions;
use reglament_core::model::{Event, Resolved, Tag, parse_boolean};
use reglament_xml::ElementRef;

use super::icon::{self, EventIcon};
use super::label::{Anchor, Block, at_place};
use super::scene::{Node, Scene};
use super::{Canvas, Value};
use crate::geometry::{Bounds, Point};
use crate::size;

/// Draws an event and its name.
pub(super) fn draw(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    let bounds = node.shape.bounds;
    canvas.open_symbol(&node.ink.style(), line_width(node.tag));
    draw_circles(node.tag, bounds, is_interrupting(node), canvas);
    if let Some(icon) = icon_of(scene.definitions, node.element) {
        let throws = matches!(node.tag, Tag::EndEvent | Tag::IntermediateThrowEvent);
        let icon = if throws { icon.throw } else { icon.catch };
        draw_inside(icon, bounds, node.ink.icon_fill(), canvas);
    }
    canvas.close_symbol();
    draw_name(scene, node, canvas);
}

/// Draws the icon of the start event of a collapsed event sub-process at `corner`.
pub(super) fn draw_small(
    scene: &Scene<'_>,
    start: ElementRef<'_>,
    corner: Point,
    canvas: &mut Canvas,
) {
    const SIDE: f64 = 18.0;
    let bounds = Bounds::new(corner.x, corner.y, SIDE, SIDE);
    let interrupting = flag(start, "isInterrupting");
    draw_circles(Tag::StartEvent, bounds, interrupting, canvas);
    if let Some(icon) = icon_of(scene.definitions, start) {
        draw_inside(icon.catch, bounds, None, canvas);
    }
}

fn draw_inside(icon: icon::Icon, bounds: Bounds, fill: Option<&str>, canvas: &mut Canvas) {
    let side = bounds.width.min(bounds.height);
    let square = Bounds::around(bounds.centre(), side, side);
    let corner = Point::new(square.x, square.y);
    icon.draw_filled(&mut canvas.out, corner, side, fill);
}

const fn line_width(tag: Tag) -> f64 {
    match tag {
        Tag::EndEvent => 3.5,
        _ => 1.5,
    }
}

fn draw_circles(tag: Tag, bounds: Bounds, interrupting: bool, canvas: &mut Canvas) {
    let is_double = !matches!(tag, Tag::StartEvent | Tag::EndEvent);
    let mut circle = |inset: f64, class: &str| {
        let centre = bounds.centre();
        let mut attributes: Vec<(&str, Value<'_>)> = vec![
            ("class", class.into()),
            ("cx", centre.x.into()),
            ("cy", centre.y.into()),
        ];
        let (rx, ry) = (bounds.width / 2.0 - inset, bounds.height / 2.0 - inset);
        if !interrupting {
            attributes.push(("stroke-dasharray", "4.5 3".into()));
        }
        let is_round = (rx - ry).abs() < 0.01;
        if is_round {
            attributes.push(("r", rx.max(0.0).into()));
        } else {
            attributes.push(("rx", rx.max(0.0).into()));
            attributes.push(("ry", ry.max(0.0).into()));
        }
        let name = if is_round { "circle" } else { "ellipse" };
        canvas.out.empty(name, &attributes);
    };
    circle(0.0, "body");
    if is_double {
        circle(3.0, "inner");
    }
}

/// Whether a catching event interrupts what it belongs to.
fn is_interrupting(node: Node<'_>) -> bool {
    match node.tag {
        Tag::BoundaryEvent => flag(node.element, "cancelActivity"),
        Tag::StartEvent => flag(node.element, "isInterrupting"),
        _ => true,
    }
}

/// A flag that is true unless it is said to be false.
fn flag(element: ElementRef<'_>, name: &str) -> bool {
    element.attribute(name).and_then(parse_boolean) != Some(false)
}

/// The definitions of an event, its own and those that it refers to.
pub(crate) fn event_definitions<'d>(
    definitions: &'d Definitions,
    element: ElementRef<'d>,
) -> impl Iterator<Item = Tag> + use<'d> {
    let event = Event::from_element(element);
    let own = element
        .children()
        .filter_map(Tag::of)
        .filter(|tag| tag.is_event_definition());
    let referred = event.into_iter().flat_map(Event::event_definition_refs);
    let referred = referred.filter_map(move |name| match definitions.resolve(element, &name) {
        Resolved::Element(found) => Tag::of(found).filter(|tag| tag.is_event_definition()),
        Resolved::Foreign | Resolved::Missing | Resolved::UnknownPrefix => None,
    });
    own.chain(referred)
}

/// The icon of an event; none for an event without definitions.
fn icon_of(definitions: &Definitions, element: ElementRef<'_>) -> Option<EventIcon> {
    let mut found = event_definitions(definitions, element);
    let first = found.next()?;
    if found.next().is_some() {
        let all = element
            .attribute("parallelMultiple")
            .and_then(parse_boolean)
            == Some(true);
        return Some(if all {
            icon::PARALLEL_MULTIPLE
        } else {
            icon::MULTIPLE
        });
    }
    match first {
        Tag::MessageEventDefinition => Some(icon::MESSAGE),
        Tag::TimerEventDefinition => Some(icon::TIMER),
        Tag::SignalEventDefinition => Some(icon::SIGNAL),
        Tag::ConditionalEventDefinition => Some(icon::CONDITIONAL),
        Tag::ErrorEventDefinition => Some(icon::ERROR),
        Tag::EscalationEventDefinition => Some(icon::ESCALATION),
        Tag::LinkEventDefinition => Some(icon::LINK),
        Tag::CompensateEventDefinition => Some(icon::COMPENSATION),
        Tag::CancelEventDefinition => Some(icon::CANCEL),
        Tag::TerminateEventDefinition => Some(icon::TERMINATE),
        _ => None,
    }
}

/// Writes the name of a node whose name stands outside: where the file says, else below it.
pub(super) fn draw_name(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    let name = scene.name(node.element);
    write_beside(name.trim(), node, canvas);
}

/// Writes `text` outside of a node: where the file says, else below it.
pub(super) fn write_beside(text: &str, node: Node<'_>, canvas: &mut Canvas) {
    if text.is_empty() {
        return;
    }
    let bounds = node.shape.bounds;
    let (block, at) = match node.shape.label {
        Some(place) => at_place(text, place, Some(bounds)),
        None => {
            let width = size::LABEL_WIDTH.max(bounds.width);
            let block = Block::wrapped(text, width, size::LABEL);
            (block, Point::new(bounds.centre().x, bounds.bottom() + 5.0))
        }
    };
    let style = node.ink.text_outside();
    let place = block.write_outside(&mut canvas.out, at, Anchor::Middle, &style);
    canvas.covers(place);
}
