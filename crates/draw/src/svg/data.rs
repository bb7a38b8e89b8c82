//! Data objects and stores (BPMN 2.0.2, 10.4.1), messages (8.4.11), annotations and groups (8.4.1).

use std::borrow::Cow;

use reglament_core::model::{Tag, parse_boolean};

use super::Canvas;
use super::event::{draw_name, write_beside};
use super::icon;
use super::label::{Anchor, Block};
use super::scene::{Node, Scene};
use super::writer::Path;
use crate::geometry::{Bounds, Point};
use crate::size;

/// Draws a data object, input or output: a page with a bent corner.
pub(super) fn draw_object(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    let bounds = node.shape.bounds;
    let fold = (bounds.width.min(bounds.height) * 0.28).min(12.0);
    canvas.open_symbol(&node.ink.style(), 1.5);
    let page = Path::default()
        .draw('M', &[bounds.x, bounds.y])
        .draw('H', &[bounds.right() - fold])
        .draw('L', &[bounds.right(), bounds.y + fold])
        .draw('V', &[bounds.bottom()])
        .draw('H', &[bounds.x])
        .draw('z', &[]);
    let bend = Path::default()
        .draw('M', &[bounds.right() - fold, bounds.y])
        .draw('V', &[bounds.y + fold])
        .draw('H', &[bounds.right()]);
    canvas.out.empty(
        "path",
        &[("class", "body".into()), ("d", page.data().into())],
    );
    canvas.out.empty(
        "path",
        &[("d", bend.data().into()), ("fill", "none".into())],
    );
    match node.tag {
        Tag::DataInput => draw_arrow(bounds, "none", canvas),
        Tag::DataOutput => draw_arrow(bounds, "currentColor", canvas),
        _ => {}
    }
    if is_collection(scene, node) {
        let side = size::MARKER.min(bounds.width / 2.0);
        let corner = Point::new(bounds.centre().x - side / 2.0, bounds.bottom() - side - 2.0);
        icon::PARALLEL_INSTANCES.draw(&mut canvas.out, corner, side);
    }
    canvas.close_symbol();
    write_beside(&name_and_state(scene, node), node, canvas);
}

/// The arrow of an input (outlined) or output (filled).
fn draw_arrow(bounds: Bounds, fill: &str, canvas: &mut Canvas) {
    let (x, y) = (bounds.x + 4.0, bounds.y + 4.0);
    let arrow = Path::default()
        .draw('M', &[x, y + 3.5])
        .draw('H', &[x + 8.0])
        .draw('V', &[y])
        .draw('L', &[x + 14.0, y + 6.0])
        .draw('L', &[x + 8.0, y + 12.0])
        .draw('V', &[y + 8.5])
        .draw('H', &[x])
        .draw('z', &[]);
    canvas.out.empty(
        "path",
        &[
            ("d", arrow.data().into()),
            ("fill", fill.into()),
            ("stroke-width", 1.0.into()),
        ],
    );
}

/// Whether a data object holds a list: it says so itself, or what it refers to.
fn is_collection(scene: &Scene<'_>, node: Node<'_>) -> bool {
    let mut candidates = vec![node.element];
    candidates.extend(scene.referred(node.element, "dataObjectRef"));
    candidates
        .iter()
        .filter_map(|element| element.attribute("isCollection"))
        .any(|flag| parse_boolean(flag) == Some(true))
}

/// The name of a data object, and below it its state in brackets.
fn name_and_state<'s>(scene: &Scene<'s>, node: Node<'s>) -> Cow<'s, str> {
    let name = scene.name(node.element);
    let mut children = node.element.children();
    let state = children
        .find(|child| Tag::of(*child) == Some(Tag::DataState))
        .and_then(|state| state.attribute("name"))
        .map(str::trim)
        .filter(|state| !state.is_empty());
    match state {
        Some(state) => Cow::Owned(format!("{}\n[{state}]", name.trim()).trim().to_owned()),
        None => name,
    }
}

/// Draws a data store: a cylinder.
pub(super) fn draw_store(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    let bounds = node.shape.bounds;
    let bow = (bounds.height * 0.13).min(bounds.width / 4.0);
    let (left, right) = (bounds.x, bounds.right());
    let half = bounds.width / 2.0;
    canvas.open_symbol(&node.ink.style(), 1.5);
    let body = Path::default()
        .draw('M', &[left, bounds.y + bow])
        .draw('A', &[half, bow, 0.0, 0.0, 1.0, right, bounds.y + bow])
        .draw('V', &[bounds.bottom() - bow])
        .draw(
            'A',
            &[half, bow, 0.0, 0.0, 1.0, left, bounds.bottom() - bow],
        )
        .draw('z', &[]);
    canvas.out.empty(
        "path",
        &[("class", "body".into()), ("d", body.data().into())],
    );
    let mut rings = Path::default();
    for ring in 0..3 {
        let y = bounds.y + bow + f64::from(ring) * bow * 0.8;
        rings = rings
            .draw('M', &[left, y])
            .draw('A', &[half, bow, 0.0, 0.0, 0.0, right, y]);
    }
    canvas.out.empty(
        "path",
        &[("d", rings.data().into()), ("fill", "none".into())],
    );
    canvas.close_symbol();
    write_beside(&name_and_state(scene, node), node, canvas);
}

/// Draws a message that stands as a shape of its own: an envelope.
pub(super) fn draw_message(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    canvas.open_symbol(&node.ink.style(), 1.5);
    draw_envelope(node.shape.bounds, None, canvas);
    canvas.close_symbol();
    draw_name(scene, node, canvas);
}

/// Draws an envelope; `fill` is its colour if it is not that of the symbol.
pub(super) fn draw_envelope(bounds: Bounds, fill: Option<&str>, canvas: &mut Canvas) {
    let path = Path::default()
        .draw('M', &[bounds.x, bounds.y])
        .draw('H', &[bounds.right()])
        .draw('V', &[bounds.bottom()])
        .draw('H', &[bounds.x])
        .draw('z', &[])
        .draw('L', &[bounds.centre().x, bounds.y + bounds.height * 0.55])
        .draw('L', &[bounds.right(), bounds.y]);
    let mut attributes = vec![("class", "body".into()), ("d", path.data().into())];
    attributes.extend(fill.map(|fill| ("fill", fill.into())));
    canvas.out.empty("path", &attributes);
}

/// Draws a text annotation: a bracket that opens to the right of its corner.
pub(super) fn draw_annotation(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    const INSET: f64 = 5.0;
    let bounds = node.shape.bounds;
    let text = scene.name(node.element);
    let width = (bounds.width - 2.0 * INSET).max(40.0);
    let fitted = Block::fitted(text.trim(), width, bounds.height);
    // Some files give annotations no more than the height of one line: the text is worth more.
    let block = if fitted.is_cut() {
        Block::wrapped(text.trim(), width, size::TEXT)
    } else {
        fitted
    };
    canvas.open_symbol(&node.ink.style(), 1.5);
    if node.ink.fill.is_some() {
        canvas.out.empty(
            "rect",
            &[
                ("class", "body".into()),
                ("x", bounds.x.into()),
                ("y", bounds.y.into()),
                ("width", bounds.width.into()),
                ("height", bounds.height.into()),
                ("stroke", "none".into()),
            ],
        );
    }
    let foot = (bounds.width / 2.0).min(10.0);
    let bracket = Path::default()
        .draw('M', &[bounds.x + foot, bounds.y])
        .draw('H', &[bounds.x])
        .draw('V', &[bounds.bottom()])
        .draw('H', &[bounds.x + foot]);
    canvas.out.empty(
        "path",
        &[("d", bracket.data().into()), ("fill", "none".into())],
    );
    canvas.close_symbol();
    if block.is_empty() {
        return;
    }
    let spare = (bounds.height - block.height()).max(0.0);
    let at = Point::new(bounds.x + INSET, bounds.y + spare.min(4.0) / 2.0);
    let place = block.write(&mut canvas.out, at, Anchor::Start, &node.ink.text_inside());
    canvas.covers(place);
}

/// Draws a group: a frame of dashes and dots with its name at the top.
pub(super) fn draw_group(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    let bounds = node.shape.bounds;
    canvas.open_symbol(&node.ink.style(), 1.5);
    canvas.out.empty(
        "rect",
        &[
            ("class", "body".into()),
            ("x", bounds.x.into()),
            ("y", bounds.y.into()),
            ("width", bounds.width.into()),
            ("height", bounds.height.into()),
            ("rx", 10.0.into()),
            ("fill", "none".into()),
            ("stroke-dasharray", "10 5 1.5 5".into()),
            ("stroke-linecap", "round".into()),
        ],
    );
    canvas.close_symbol();
    let name = scene.name(node.element);
    if name.trim().is_empty() {
        return;
    }
    let (block, at) = match node.shape.label {
        Some(place) => super::label::at_place(name.trim(), place, None),
        None => (
            Block::wrapped(
                name.trim(),
                bounds.width.max(size::LABEL_WIDTH),
                size::LABEL,
            ),
            Point::new(bounds.centre().x, bounds.y + 4.0),
        ),
    };
    let style = node.ink.text_outside();
    let place = block.write_outside(&mut canvas.out, at, Anchor::Middle, &style);
    canvas.covers(place);
}
