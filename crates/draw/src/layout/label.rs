//! Where labels stand: beside their symbols and lines, upon nothing.
//!
//! Every label has a list of places, the usual ones first. It takes the first of those where it
//! covers least.

use reglament_core::model::Tag;

use super::name::{header_width, label_size, usual_label_size};
use super::scene::{Kind, LineIx, Role, Scene, ShapeIx};
use super::space::{Index, Segment, segments};
use crate::geometry::{Bounds, Point};
use crate::size::{BAND, LABEL, LABEL_WIDTH};

/// The distance between a symbol and its label.
const SYMBOL_DISTANCE: f64 = 4.0;
/// The distance between a line and its label.
const LINE_DISTANCE: f64 = 3.0;
/// How wide the labels of lines may be, tried in this order.
const WIDTHS: [f64; 4] = [LABEL_WIDTH, 130.0, 64.0, 200.0];
/// Where on a piece of a line its label may be centred.
const PARTS: [f64; 5] = [0.5, 0.3, 0.7, 0.15, 0.85];
/// What each pixel of a line costs that a label covers.
const LINE_COST: f64 = 30.0;
/// What each place costs more than the one before.
const PLACE_COST: f64 = 1.0;

/// Places all labels that have no place yet.
pub(super) fn place(scene: &mut Scene<'_>) {
    let mut labels = Labels::new(scene);
    for shape in scene.shapes.indices() {
        if scene.shapes[shape].label.is_none() && !scene.shapes[shape].is_fixed {
            labels.shape(scene, shape);
        }
    }
    for line in scene.lines.indices() {
        if scene.lines[line].label.is_none() && !scene.lines[line].is_fixed {
            labels.line(scene, line);
        }
    }
}

struct Labels {
    /// Symbols and labels.
    boxes: Index<()>,
    /// The borders of what contains other things: labels do not lie across them.
    lines: Index<Segment>,
}

impl Labels {
    fn new(scene: &Scene<'_>) -> Self {
        let mut labels = Self {
            boxes: Index::default(),
            lines: Index::default(),
        };
        for shape in scene.shapes.values() {
            let Some(bounds) = shape.bounds else { continue };
            if is_container(shape.role, shape.tag, shape.is_expanded) {
                labels.border(bounds);
                labels.header(shape.role, shape.name.as_deref(), bounds);
            } else if shape.role != Role::Group {
                labels.boxes.add(bounds, ());
            }
            if let Some(label) = shape.label {
                labels.boxes.add(label, ());
            }
        }
        for line in scene.lines.values() {
            for segment in segments(&line.points) {
                labels.lines.add(segment.bounds(), segment);
            }
            if let Some(label) = line.label {
                labels.boxes.add(label, ());
            }
        }
        labels
    }

    /// The name of a pool, lane or sub-process.
    fn header(&mut self, role: Role, name: Option<&str>, bounds: Bounds) {
        let Some(name) = name else { return };
        let header = if matches!(role, Role::Pool | Role::Lane) {
            Bounds::new(bounds.x, bounds.y, BAND, bounds.height)
        } else {
            let width = header_width(Some(name)).min(bounds.width);
            Bounds::new(bounds.centre().x - width / 2.0, bounds.y, width, 24.0)
        };
        self.boxes.add(header, ());
    }

    fn border(&mut self, bounds: Bounds) {
        let corners = [
            Point::new(bounds.x, bounds.y),
            Point::new(bounds.right(), bounds.y),
            Point::new(bounds.right(), bounds.bottom()),
            Point::new(bounds.x, bounds.bottom()),
            Point::new(bounds.x, bounds.y),
        ];
        for segment in segments(&corners) {
            self.lines.add(segment.bounds(), segment);
        }
    }

    /// How much a label at `area` would cover.
    fn covered(&self, area: Bounds) -> f64 {
        let boxes = self.boxes.near(area).into_iter().map(|(bounds, ())| {
            let width = bounds.right().min(area.right()) - bounds.x.max(area.x);
            let height = bounds.bottom().min(area.bottom()) - bounds.y.max(area.y);
            width.max(0.0) * height.max(0.0)
        });
        let lines = self.lines.near(area).into_iter().map(|(_, segment)| {
            let inside = segment.inside(area);
            inside.map_or(0.0, |(first, last)| (last - first) * segment.length())
        });
        boxes.sum::<f64>() + LINE_COST * lines.sum::<f64>()
    }

    /// Takes the best of the places.
    fn best(&self, places: impl Iterator<Item = Bounds>) -> Option<Bounds> {
        let mut best: Option<(f64, Bounds)> = None;
        for (position, place) in places.enumerate() {
            let cost = self.covered(place) * 10.0 + PLACE_COST * position as f64;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, place));
            }
            // Every further place costs more than one where nothing is covered.
            if best.is_some_and(|(least, _)| least <= PLACE_COST * (position + 1) as f64) {
                break;
            }
        }
        best.map(|(_, place)| place)
    }

    fn shape(&mut self, scene: &mut Scene<'_>, shape: ShapeIx) {
        let data = &scene.shapes[shape];
        let has_label = data.tag.is_event() || data.tag.is_gateway() || data.role == Role::Group;
        let (Some(bounds), Some(name)) = (data.bounds, data.name.as_deref()) else {
            return;
        };
        if !has_label {
            return;
        }
        if crate::text::measure(name, LABEL) < 1.0 {
            return;
        }
        let size = usual_label_size(name);
        let below_first = !data.tag.is_gateway();
        let places = if data.role == Role::Group {
            around_group(bounds, size)
        } else if data.role == Role::Boundary {
            around_boundary(bounds, label_size(name, 70.0))
        } else {
            around(bounds, size, below_first)
        };
        let label = self.best(places.into_iter());
        if let Some(label) = label {
            self.boxes.add(label, ());
        }
        scene.shapes[shape].label = label;
    }

    fn line(&mut self, scene: &mut Scene<'_>, line: LineIx) {
        let data = &scene.lines[line];
        let Some(name) = data.name.as_deref() else {
            return;
        };
        if !matches!(data.kind, Kind::Sequence | Kind::Message) || data.points.len() < 2 {
            return;
        }
        let is_message = data.kind == Kind::Message;
        let pieces: Vec<Segment> = segments(&data.points).collect();
        let places = WIDTHS
            .into_iter()
            .flat_map(|width| along(&pieces, label_size(name, width), is_message));
        let label = self.best(places);
        if let Some(label) = label {
            self.boxes.add(label, ());
        }
        scene.lines[line].label = label;
    }
}

/// Whether other shapes stand inside a shape.
fn is_container(role: Role, tag: Tag, is_expanded: bool) -> bool {
    match role {
        Role::Pool => is_expanded,
        Role::Lane => true,
        _ => tag.is_sub_process() && is_expanded,
    }
}

type Size = (f64, f64);

/// The places around a symbol.
fn around(symbol: Bounds, (width, height): Size, below_first: bool) -> Vec<Bounds> {
    let middle = symbol.centre();
    let (above, below) = (
        symbol.y - SYMBOL_DISTANCE - height,
        symbol.bottom() + SYMBOL_DISTANCE,
    );
    let (left, right) = (
        middle.x - SYMBOL_DISTANCE - width,
        middle.x + SYMBOL_DISTANCE,
    );
    let centred = middle.x - width / 2.0;
    let (outer_left, outer_right) = (
        symbol.x - SYMBOL_DISTANCE - width,
        symbol.right() + SYMBOL_DISTANCE,
    );
    let (first, second) = if below_first {
        (below, above)
    } else {
        (above, below)
    };
    [
        (centred, first),
        (centred, second),
        (left, first),
        (right, first),
        (left, second),
        (right, second),
        (outer_left, first),
        (outer_right, first),
        (outer_left, second),
        (outer_right, second),
        (outer_right, middle.y - height / 2.0),
        (outer_left, middle.y - height / 2.0),
        (outer_right, middle.y - height - SYMBOL_DISTANCE),
        (outer_right, middle.y + SYMBOL_DISTANCE),
        (outer_left, middle.y - height - SYMBOL_DISTANCE),
        (outer_left, middle.y + SYMBOL_DISTANCE),
    ]
    .into_iter()
    .map(|(x, y)| Bounds::new(x, y, width, height))
    .collect()
}

/// The places around a boundary event, whose line leaves downwards.
fn around_boundary(event: Bounds, (width, height): Size) -> Vec<Bounds> {
    let middle = event.centre();
    [
        (middle.x + SYMBOL_DISTANCE, event.bottom() + 1.0),
        (middle.x - SYMBOL_DISTANCE - width, event.bottom() + 1.0),
        (event.right() + 2.0, middle.y + 2.0),
        (event.x - 2.0 - width, middle.y + 2.0),
        (middle.x - width / 2.0, event.bottom() + 2.0),
        (event.right() + 2.0, middle.y + 14.0),
        (event.x - 2.0 - width, middle.y + 14.0),
    ]
    .into_iter()
    .map(|(x, y)| Bounds::new(x, y, width, height))
    .collect()
}

/// The places at the upper side of a group.
fn around_group(group: Bounds, (width, height): Size) -> Vec<Bounds> {
    let above = group.y - height - 2.0;
    let below = group.bottom() + 2.0;
    let centred = group.centre().x - width / 2.0;
    [
        (centred, above),
        (group.x, above),
        (group.right() - width, above),
        (centred, group.y + 4.0),
        (centred, below),
        (group.x, below),
    ]
    .into_iter()
    .map(|(x, y)| Bounds::new(x, y, width, height))
    .collect()
}

/// The places along a line: above its level pieces and to the right of its upright ones. A sequence
/// flow is named where it begins; a message flow, which has no other text near it, where it is long.
fn along(pieces: &[Segment], size: Size, is_message: bool) -> Vec<Bounds> {
    let mut order: Vec<&Segment> = pieces.iter().collect();
    if is_message {
        order.sort_by(|one, other| {
            let key = |piece: &Segment| (piece.is_horizontal(), -piece.length());
            let ((flat, length), (other_flat, other_length)) = (key(one), key(other));
            flat.cmp(&other_flat).then(length.total_cmp(&other_length))
        });
    }
    order
        .into_iter()
        .flat_map(|piece| {
            if piece.is_horizontal() {
                beside_level(piece, size, is_message)
            } else {
                beside_upright(piece, size, is_message)
            }
        })
        .map(|(x, y)| Bounds::new(x, y, size.0, size.1))
        .collect()
}

fn beside_level(piece: &Segment, (width, height): Size, is_message: bool) -> Vec<(f64, f64)> {
    if piece.length() < 14.0 {
        return Vec::new();
    }
    let parts: &[f64] = if piece.length() < 1.6 * width {
        &[0.5]
    } else {
        &PARTS
    };
    // Near the beginning of a long piece, not in its middle far from the decision.
    let near = (width / 2.0 + 6.0) / piece.length();
    let near = (!is_message && near < 0.5).then_some(near);
    near.iter()
        .chain(parts)
        .flat_map(|part| {
            let at = piece.from.towards(piece.to, *part);
            let x = at.x - width / 2.0;
            [
                (x, at.y - LINE_DISTANCE - height),
                (x, at.y + LINE_DISTANCE),
            ]
        })
        .collect()
}

fn beside_upright(piece: &Segment, (width, height): Size, is_message: bool) -> Vec<(f64, f64)> {
    if piece.length() < height + 10.0 {
        return Vec::new();
    }
    let on_both_sides = |x: f64, y: f64| {
        let distance = LINE_DISTANCE + 1.0;
        [(x + distance, y), (x - distance - width, y)]
    };
    // Next to both ends: there it stands between pools, between lanes, and near the decision.
    let ends = [(piece.from, piece.to), (piece.to, piece.from)].map(|(end, other)| {
        let y = if end.y < other.y {
            end.y + 6.0
        } else {
            end.y - 6.0 - height
        };
        (end.x, y)
    });
    let middles = PARTS.map(|part| {
        let at = piece.from.towards(piece.to, part);
        (at.x, at.y - height / 2.0)
    });
    let places: Vec<(f64, f64)> = if is_message {
        middles.into_iter().chain(ends).collect()
    } else {
        ends.into_iter().chain(middles).collect()
    };
    places
        .into_iter()
        .flat_map(|(x, y)| on_both_sides(x, y))
        .collect()
}
