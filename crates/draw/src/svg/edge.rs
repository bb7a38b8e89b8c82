//! Flows and associations (BPMN 2.0.2, 7.2, 8.4.13, 9.4, 10.4.2).

use reglament_core::model::{BPMN, SequenceFlow, Tag};
use reglament_xml::ElementRef;

use super::ink::Ink;
use super::label::{Anchor, Block, at_place};
use super::route::{Outline, Route, beside};
use super::scene::{Link, Scene};
use super::writer::{Path, Value};
use super::{Canvas, data, mark};
use crate::diagram::{Edge, MessageVisible};
use crate::geometry::{Bounds, Point};
use crate::size;

/// The length of arrow heads, and half of their width.
const HEAD: (f64, f64) = (10.0, 4.0);

/// The line of associations.
const DOTS: [(&str, Value<'_>); 2] = [
    ("stroke-dasharray", Value::Text("0.5 4.5")),
    ("stroke-linecap", Value::Text("round")),
];

/// Draws a flow or association with its name.
pub(super) fn draw(scene: &Scene<'_>, link: Link<'_>, canvas: &mut Canvas) {
    let (source, target) = ends(scene, link);
    let outline = |end: Option<ElementRef<'_>>| end.and_then(|end| outline_of(scene, end));
    let route = Route::new(&link.edge.waypoints).clipped(outline(source), outline(target));
    let mut class = super::class_of(link.tag);
    class.replace_range(..4, "edge");
    let title = scene.title(link.element, link.mark);
    canvas.open_element(&link.edge.element, &class, &title);
    let width = link.mark.and_then(|mark| mark.width);
    let toned = link.mark.is_some_and(|mark| mark.tone.is_some());
    let width = width.unwrap_or(if toned { 2.5 } else { 1.5 });
    canvas.open_symbol(&link.ink.style(), width);
    match link.tag {
        Tag::SequenceFlow => draw_sequence_flow(scene, link, source, &route, canvas),
        Tag::MessageFlow => draw_message_flow(link, &route, canvas),
        Tag::ConversationLink => draw_conversation_link(&route, canvas),
        _ => draw_association(link, &route, canvas),
    }
    canvas.close_symbol();
    write_name(scene, link, &route, canvas);
    // On a short flow a badge would hide the arrow; its title says the same.
    if route.length() > 60.0 {
        let middle = Bounds::around(route.middle(), 0.0, 0.0);
        mark::draw_badges(link.mark, middle, canvas);
    }
    canvas.close_element();
}

/// Draws a dotted line that stands for no element.
pub(super) fn draw_shortcut(edge: &Edge, canvas: &mut Canvas) {
    let route = Route::new(&edge.waypoints);
    canvas.out.line();
    canvas.out.open("g", &[("class", "edge shortcut".into())]);
    canvas.open_symbol(&Ink::of(edge.colours, None).style(), 1.5);
    draw_line(&route, 0.0, &DOTS, canvas);
    canvas.close_symbol();
    canvas.out.close("g");
}

/// The elements at the two ends, as far as the model says them.
fn ends<'s>(scene: &Scene<'s>, link: Link<'s>) -> (Option<ElementRef<'s>>, Option<ElementRef<'s>>) {
    match link.tag {
        Tag::DataInputAssociation | Tag::DataOutputAssociation | Tag::DataAssociation => {
            let end = |name: &str| {
                let reference = link.element.child(BPMN, name)?;
                let text = reference.text();
                scene.definitions.resolve(reference, &text).element()
            };
            let (source, target) = (end("sourceRef"), end("targetRef"));
            let owner = link.element.parent();
            // One end is a data input or output of the activity or event, which is not drawn.
            match link.tag {
                Tag::DataInputAssociation => (source, owner),
                Tag::DataOutputAssociation => (owner, target),
                _ => (source, target),
            }
        }
        _ => (
            scene.referred(link.element, "sourceRef"),
            scene.referred(link.element, "targetRef"),
        ),
    }
}

fn outline_of(scene: &Scene<'_>, element: ElementRef<'_>) -> Option<Outline> {
    let bounds = scene.bounds_of(element.attribute("id")?)?;
    let tag = Tag::of(element)?;
    match tag {
        // The flow of a pool may begin anywhere in it.
        Tag::Participant | Tag::Lane | Tag::Group => None,
        tag if tag.is_event() => Some(Outline::Ellipse(bounds)),
        tag if tag.is_gateway() => Some(Outline::Rhombus(bounds)),
        _ => Some(Outline::Rectangle(bounds)),
    }
}

fn draw_sequence_flow(
    scene: &Scene<'_>,
    link: Link<'_>,
    source: Option<ElementRef<'_>>,
    route: &Route,
    canvas: &mut Canvas,
) {
    draw_line(route, HEAD.0 - 2.0, &[], canvas);
    draw_head(route.end(), "currentColor", canvas);
    let (start, forwards) = route.start();
    let is_default = source.is_some_and(|source| {
        let default = scene.referred(source, "default");
        default == Some(link.element)
    });
    let flow = SequenceFlow::from_element(link.element);
    let is_conditional = flow.and_then(SequenceFlow::condition_expression).is_some();
    let from_activity = source.and_then(Tag::of).is_some_and(Tag::is_activity);
    if is_default {
        let one = beside(start, forwards, 7.0, 5.0);
        let other = beside(start, forwards, 12.0, -5.0);
        let slash = Path::default()
            .draw('M', &[one.x, one.y])
            .draw('L', &[other.x, other.y]);
        let attributes = [("class", "default".into()), ("d", slash.data().into())];
        canvas.out.empty("path", &attributes);
    } else if is_conditional && from_activity {
        let corners = [
            start,
            beside(start, forwards, 8.0, 4.5),
            beside(start, forwards, 16.0, 0.0),
            beside(start, forwards, 8.0, -4.5),
        ];
        draw_polygon(&corners, "conditional", None, canvas);
    }
}

fn draw_message_flow(link: Link<'_>, route: &Route, canvas: &mut Canvas) {
    const DASHES: &str = "8 5";
    draw_line(
        route,
        HEAD.0,
        &[("stroke-dasharray", DASHES.into())],
        canvas,
    );
    let (end, back) = route.end();
    let corners = [
        end,
        beside(end, back, HEAD.0, HEAD.1 + 0.5),
        beside(end, back, HEAD.0, -HEAD.1 - 0.5),
    ];
    draw_polygon(&corners, "head", None, canvas);
    let start = route.start().0;
    canvas.out.empty(
        "circle",
        &[
            ("class", "tail".into()),
            ("cx", start.x.into()),
            ("cy", start.y.into()),
            ("r", 3.5.into()),
        ],
    );
    if let Some(message) = link.edge.message {
        let place = Bounds::around(route.middle(), size::MESSAGE.0, size::MESSAGE.1);
        let fill = match message {
            MessageVisible::Initiating => None,
            MessageVisible::NonInitiating => Some("#c8c9cc"),
        };
        data::draw_envelope(place, fill, canvas);
    }
}

fn draw_association(link: Link<'_>, route: &Route, canvas: &mut Canvas) {
    draw_line(route, 0.0, &DOTS, canvas);
    let direction = match link.tag {
        Tag::Association => link.element.attribute("associationDirection"),
        _ => Some("One"),
    };
    if matches!(direction, Some("One" | "Both")) {
        draw_open_head(route.end(), canvas);
    }
    if direction == Some("Both") {
        draw_open_head(route.start(), canvas);
    }
}

/// A double line: a thick one with a thinner one of the paper's colour on it.
fn draw_conversation_link(route: &Route, canvas: &mut Canvas) {
    draw_line(route, 0.0, &[("stroke-width", 6.0.into())], canvas);
    let thin = [
        ("class", "gap".into()),
        ("stroke-width", 3.0.into()),
        ("stroke", "#ffffff".into()),
    ];
    draw_line(route, 0.0, &thin, canvas);
}

fn draw_line(route: &Route, shortened: f64, extra: &[(&str, Value<'_>)], canvas: &mut Canvas) {
    let path = route.path(shortened);
    let mut attributes: Vec<(&str, Value<'_>)> =
        vec![("d", path.data().into()), ("fill", "none".into())];
    if !extra.iter().any(|(name, _)| *name == "class") {
        attributes.insert(0, ("class", "line".into()));
    }
    attributes.extend_from_slice(extra);
    canvas.out.empty("path", &attributes);
}

fn draw_head((end, back): (Point, Point), fill: &str, canvas: &mut Canvas) {
    let corners = [
        end,
        beside(end, back, HEAD.0, HEAD.1),
        beside(end, back, HEAD.0, -HEAD.1),
    ];
    draw_polygon(&corners, "head", Some(fill), canvas);
}

fn draw_open_head((end, back): (Point, Point), canvas: &mut Canvas) {
    let (one, other) = (
        beside(end, back, HEAD.0 - 1.0, HEAD.1 + 1.0),
        beside(end, back, HEAD.0 - 1.0, -HEAD.1 - 1.0),
    );
    let path = Path::default()
        .draw('M', &[one.x, one.y])
        .draw('L', &[end.x, end.y])
        .draw('L', &[other.x, other.y]);
    let attributes = [
        ("class", "head".into()),
        ("d", path.data().into()),
        ("fill", "none".into()),
    ];
    canvas.out.empty("path", &attributes);
}

fn draw_polygon(corners: &[Point], class: &str, fill: Option<&str>, canvas: &mut Canvas) {
    let mut path = Path::default();
    for (position, corner) in corners.iter().enumerate() {
        let command = if position == 0 { 'M' } else { 'L' };
        path = path.draw(command, &[corner.x, corner.y]);
    }
    let path = path.draw('z', &[]);
    let mut attributes: Vec<(&str, Value<'_>)> =
        vec![("class", class.into()), ("d", path.data().into())];
    match fill {
        Some(fill) => {
            attributes.push(("fill", fill.into()));
            attributes.push(("stroke", "none".into()));
        }
        None => attributes.push(("stroke-width", 1.5.into())),
    }
    canvas.out.empty("path", &attributes);
}

/// Writes the name of a flow: where the file says, else above its longest level part or to the right
/// of its longest upright part.
fn write_name(scene: &Scene<'_>, link: Link<'_>, route: &Route, canvas: &mut Canvas) {
    let name = scene.name(link.element);
    let name = name.trim();
    if name.is_empty() {
        return;
    }
    let style = link.ink.text_outside();
    let (block, at, anchor) = match link.edge.label {
        Some(place) => {
            let (block, at) = at_place(name, place, None);
            (block, at, Anchor::Middle)
        }
        None => {
            let block = Block::wrapped(name, size::LABEL_WIDTH, size::LABEL);
            let (one, other) = route.longest().unwrap_or((route.middle(), route.middle()));
            let middle = one.towards(other, 0.5);
            if link.edge.message.is_some() {
                let middle = route.middle();
                let at = Point::new(
                    middle.x + size::MESSAGE.0 / 2.0 + 4.0,
                    middle.y - block.height() / 2.0,
                );
                (block, at, Anchor::Start)
            } else if (one.x - other.x).abs() >= (one.y - other.y).abs() {
                let at = Point::new(middle.x, middle.y - block.height() - 4.0);
                (block, at, Anchor::Middle)
            } else {
                let at = Point::new(middle.x + 6.0, middle.y - block.height() / 2.0);
                (block, at, Anchor::Start)
            }
        }
    };
    let place = block.write_outside(&mut canvas.out, at, anchor, &style);
    canvas.covers(place);
}
