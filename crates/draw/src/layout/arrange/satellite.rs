//! Data and annotations stand beside the node that they belong to, in a row above or below it.

use reglament_core::program::Arena;
use rustc_hash::FxHashMap;

use super::super::name::{annotation_size, label_size};
use super::super::scene::{Kind, LineIx, Role, Scene, Shape, ShapeIx};
use super::bands::whole;
use crate::geometry::{Bounds, Point};
use crate::size::{DATA_OBJECT, DATA_STORE};
use reglament_core::model::Tag;

/// The distance between a row and its node.
const DISTANCE: i64 = 24;
/// The distance between two neighbours in a row.
const BETWEEN: i64 = 14;
/// How wide the labels of data may be.
const LABEL_WIDTH: f64 = 84.0;
/// How far lines keep away from the corners of their node.
const CORNER: f64 = 12.0;

/// What stands beside a node.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The shapes from left to right, each with the line that connects it.
    pub(super) shapes: Vec<(ShapeIx, LineIx)>,
    /// Whether the row is below the node.
    pub(super) is_below: bool,
}

/// The rows of all nodes. A shape stands beside the first node that it is connected with, in the
/// same scope.
pub(super) fn rows(scene: &Scene<'_>) -> FxHashMap<ShapeIx, Row> {
    let mut rows: FxHashMap<ShapeIx, Row> = FxHashMap::default();
    let mut taken: Arena<ShapeIx, bool> = scene.shapes.values().map(|_| false).collect();
    for (index, line) in scene.lines.iter() {
        if !matches!(line.kind, Kind::Association | Kind::Data) {
            continue;
        }
        let (Some(source), Some(target)) = (line.source.shape(), line.target.shape()) else {
            continue;
        };
        for (satellite, node) in [(source, target), (target, source)] {
            let (one, other) = (&scene.shapes[satellite], &scene.shapes[node]);
            let is_beside = matches!(one.role, Role::Data | Role::Annotation)
                && other.role == Role::Node
                && (one.parent == other.parent
                    || one.parent.is_none() && is_outermost(scene, other));
            if is_beside && !taken[satellite] {
                taken[satellite] = true;
                rows.entry(node)
                    .or_default()
                    .shapes
                    .push((satellite, index));
            }
        }
    }
    let mut by_node: Vec<ShapeIx> = rows.keys().copied().collect();
    by_node.sort_unstable();
    for node in by_node {
        let is_below = prefers_below(scene, node);
        if let Some(row) = rows.get_mut(&node) {
            row.is_below = is_below;
        }
    }
    rows
}

/// Whether a node stands in a pool or in the diagram itself, where artifacts of the collaboration
/// may stand beside it.
fn is_outermost(scene: &Scene<'_>, shape: &Shape<'_>) -> bool {
    shape
        .parent
        .is_none_or(|parent| scene.shapes[parent].role == Role::Pool)
}

/// A row is above its node, unless a message flow leaves there and the lower side is free.
fn prefers_below(scene: &Scene<'_>, node: ShapeIx) -> bool {
    let shape = &scene.shapes[node];
    let is_host = scene.shapes.values().any(|other| other.host == Some(node));
    if !shape.tag.is_activity() || is_host {
        return false;
    }
    let own = scene.pool_of(node);
    scene.lines.values().any(|line| {
        let ends = [line.source.shape(), line.target.shape()];
        let [one, other] = ends;
        let far = if one == Some(node) { other } else { one };
        let pool = far.and_then(|far| scene.pool_of(far));
        line.kind == Kind::Message && ends.contains(&Some(node)) && pool < own
    })
}

/// The size of a shape of a row, its label, and the height of both together.
fn sizes(shape: &Shape<'_>) -> ((f64, f64), Option<(f64, f64)>) {
    if shape.role == Role::Annotation {
        return (annotation_size(shape.name.as_deref()), None);
    }
    let size = if shape.tag == Tag::DataStoreReference {
        DATA_STORE
    } else {
        DATA_OBJECT
    };
    let label = shape
        .name
        .as_deref()
        .map(|name| label_size(name, LABEL_WIDTH));
    (size, label)
}

/// The width and height that a row takes, the distance to its node included.
pub(super) fn extent(scene: &Scene<'_>, row: &Row) -> (i64, i64) {
    let mut width = -BETWEEN;
    let mut height = 0;
    for (shape, _) in &row.shapes {
        let (across, down) = footprint(&scene.shapes[*shape]);
        width += across + BETWEEN;
        height = height.max(down);
    }
    let detours = i64::try_from(row.shapes.len())
        .unwrap_or(0)
        .saturating_sub(2)
        .max(0);
    (width.max(0), height + DISTANCE + 8 * detours)
}

/// The width and height of a shape with its label.
pub(super) fn footprint(shape: &Shape<'_>) -> (i64, i64) {
    let (size, label) = sizes(shape);
    let (width, height) = label.map_or((0.0, 0.0), |(width, height)| (width, height + 4.0));
    (whole(size.0.max(width)), whole(size.1 + height))
}

/// Puts a shape with its label where its footprint begins; the label is above where the row is
/// above its node, so that the line to the node does not cross it.
pub(super) fn put(scene: &mut Scene<'_>, shape: ShapeIx, left: f64, top: f64, label_above: bool) {
    let data = &mut scene.shapes[shape];
    let (size, label) = sizes(data);
    let (width, _) = footprint(data);
    let middle = left + width as f64 / 2.0;
    let label_height = label.map_or(0.0, |(_, height)| height + 4.0);
    let y = if label_above { top + label_height } else { top };
    data.bounds = Some(Bounds::new(middle - size.0 / 2.0, y, size.0, size.1));
    data.label = label.map(|(width, height)| {
        let y = if label_above { top } else { top + size.1 + 4.0 };
        Bounds::new(middle - width / 2.0, y, width, height)
    });
}

/// Places a row beside its node, whose bounds are known, at the distance `reserved` (its label), and
/// draws the lines.
pub(super) fn place(scene: &mut Scene<'_>, node: ShapeIx, row: &Row, reserved: i64) {
    let Some(host) = scene.shapes[node].bounds else {
        return;
    };
    let (width, height) = extent(scene, row);
    let (width, height, reserved) = (width as f64, height as f64, reserved as f64);
    let mut x = host.centre().x - width / 2.0;
    for (shape, _) in &row.shapes {
        let (across, down) = footprint(&scene.shapes[*shape]);
        let (across, down) = (across as f64, down as f64);
        let distance = DISTANCE as f64;
        let detours = height - distance - row_height(scene, row);
        let top = if row.is_below {
            host.bottom() + reserved + distance + detours
        } else {
            host.y - reserved - distance - detours - down
        };
        put(scene, *shape, x, top, !row.is_below);
        x += across + BETWEEN as f64;
    }
    connect(scene, node, row);
}

fn row_height(scene: &Scene<'_>, row: &Row) -> f64 {
    let heights = row
        .shapes
        .iter()
        .map(|(shape, _)| footprint(&scene.shapes[*shape]).1);
    heights.max().unwrap_or(0) as f64
}

/// Draws the lines between a node and its row: straight where the shape is above or below the node,
/// else round one corner, the farthest next to the node.
fn connect(scene: &mut Scene<'_>, node: ShapeIx, row: &Row) {
    let Some(host) = scene.shapes[node].bounds else {
        return;
    };
    let corner = if scene.shapes[node].tag.is_activity() {
        CORNER
    } else {
        host.width / 2.0
    };
    let (first, last) = (host.x + corner, host.right() - corner);
    let edge = if row.is_below { host.bottom() } else { host.y };
    let middles: Vec<f64> = row
        .shapes
        .iter()
        .filter_map(|(shape, _)| scene.shapes[*shape].bounds)
        .map(|bounds| bounds.centre().x)
        .collect();
    let beyond = |limit: f64, side: f64| {
        let far = middles.iter().filter(|x| (**x - limit) * side > 0.5);
        far.count()
    };
    let on_left = beyond(first, -1.0);
    for (index, (shape, line)) in row.shapes.iter().enumerate() {
        let Some(bounds) = scene.shapes[*shape].bounds else {
            continue;
        };
        let near = if row.is_below {
            bounds.y
        } else {
            bounds.bottom()
        };
        let x = bounds.centre().x;
        // How many shapes of the same side are farther away, if it is beyond the node.
        let (end, farther) = if index < on_left {
            (first + 6.0 * index as f64, Some(index))
        } else if x > last + 0.5 {
            let farther = row.shapes.len() - 1 - index;
            (last - 6.0 * farther as f64, Some(farther))
        } else {
            (x, None)
        };
        let mut points = vec![Point::new(x, near)];
        if let Some(farther) = farther {
            let away = 10.0 + 8.0 * farther as f64;
            let turn = if row.is_below {
                edge + away
            } else {
                edge - away
            };
            points.extend([Point::new(x, turn), Point::new(end, turn)]);
        }
        points.push(Point::new(end, edge));
        let line = &mut scene.lines[*line];
        if line.source.shape() == Some(node) {
            points.reverse();
        }
        line.points = points;
    }
}
