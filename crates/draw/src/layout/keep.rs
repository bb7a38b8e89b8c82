//! Completes a diagram of which a part exists: what is there stays where it is, what is missing is
//! placed beside what it is connected with.
//!
//! How something missing looks inside is taken from a layout of the whole; it then moves as one piece
//! to the free place nearest to where it belongs. Pools and lanes grow to the right when they are full.

use reglament_core::program::Arena;
use reglament_source::Diagnostic;

use super::arrange;
use super::scene::{End, Kind, LineIx, Role, Scene, ShapeIx};
use super::space::{Index, Segment, segments};
use crate::codes;
use crate::diagram::Diagram;
use crate::geometry::{Bounds, Point};
use crate::size::BAND;

/// The distance from what something is connected with.
const DISTANCE: f64 = 50.0;
/// The distance from everything else.
const CLEARANCE: f64 = 12.0;
/// How far apart the places are that are tried.
const STEP: f64 = 20.0;
/// How many places are tried to each side of the wanted one.
const TRIES: i32 = 40;

/// Takes the places over from `old` and finds places for the rest.
pub(super) fn complete(scene: &mut Scene<'_>, old: &Diagram, diagnostics: &mut Vec<Diagnostic>) {
    for shape in scene.shapes.values_mut() {
        if let Some(found) = old.shape_of(shape.id) {
            (shape.bounds, shape.label) = (Some(found.bounds), found.label);
            shape.is_fixed = true;
        }
    }
    for line in scene.lines.values_mut() {
        if let Some(found) = old.edge_of(line.id) {
            line.points.clone_from(&found.waypoints);
            line.label = found.label;
            line.is_fixed = true;
        }
    }
    if scene.shapes.values().all(|shape| shape.is_fixed) {
        return;
    }
    if let Some(lost) = lost_container(scene) {
        refuse(scene, lost, diagnostics);
        return;
    }
    Completion::new(scene, diagnostics).run();
}

/// A container that is missing though what is in it, or what it is in, is drawn.
fn lost_container(scene: &Scene<'_>) -> Option<ShapeIx> {
    let is_missing = |shape: &ShapeIx| !scene.shapes[*shape].is_fixed;
    scene.shapes.iter().find_map(|(index, shape)| {
        if shape.is_fixed {
            return scene.containers(index).find(is_missing);
        }
        let pool_is_drawn = shape.parent.is_some_and(|pool| scene.shapes[pool].is_fixed);
        (shape.role == Role::Lane && pool_is_drawn).then_some(index)
    })
}

fn refuse(scene: &Scene<'_>, shape: ShapeIx, diagnostics: &mut Vec<Diagnostic>) {
    let data = &scene.shapes[shape];
    let message = format!(
        "there is no room for the {} `{}` beside the shapes that exist",
        data.tag, data.id
    );
    diagnostics.push(
        Diagnostic::error(&codes::NO_ROOM, message)
            .at(data.element.span())
            .on(data.id)
            .hint("lay out everything anew with --force, or draw it in a modeler"),
    );
}

/// Something missing with all that belongs to it.
#[derive(Debug)]
struct Piece {
    /// The outermost shape.
    shape: ShapeIx,
    /// That shape and everything inside it, on it and beside it.
    shapes: Vec<ShapeIx>,
    /// The lines among them.
    lines: Vec<LineIx>,
    /// What all of it covers in the layout of the whole.
    bounds: Bounds,
}

struct Completion<'s, 'd> {
    scene: &'s mut Scene<'d>,
    /// A layout of the whole.
    fresh: Scene<'d>,
    taken: Index<ShapeIx>,
    lines: Index<Segment>,
    diagnostics: &'s mut Vec<Diagnostic>,
}

impl<'s, 'd> Completion<'s, 'd> {
    fn new(scene: &'s mut Scene<'d>, diagnostics: &'s mut Vec<Diagnostic>) -> Self {
        let mut fresh = scene.clone();
        for shape in fresh.shapes.values_mut() {
            (shape.bounds, shape.label) = (None, None);
        }
        for line in fresh.lines.values_mut() {
            line.points.clear();
        }
        arrange::arrange(&mut fresh);
        let mut completion = Self {
            fresh,
            taken: Index::default(),
            lines: Index::default(),
            diagnostics,
            scene,
        };
        for shape in completion.scene.shapes.indices() {
            completion.take(shape);
        }
        for line in completion.scene.lines.values() {
            for segment in segments(&line.points) {
                completion.lines.add(segment.bounds(), segment);
            }
        }
        completion
    }

    /// Notes that a shape takes its place, unless other shapes stand in it.
    fn take(&mut self, shape: ShapeIx) {
        let data = &self.scene.shapes[shape];
        if matches!(data.role, Role::Lane | Role::Group) {
            return;
        }
        for bounds in [data.bounds, data.label].into_iter().flatten() {
            self.taken.add(bounds, shape);
        }
    }

    fn run(&mut self) {
        let mut pieces = self.pieces();
        while !pieces.is_empty() {
            // What is connected with something that has a place comes first.
            let ready = pieces.iter().position(|piece| self.anchor(piece).is_some());
            let piece = pieces.remove(ready.unwrap_or(0));
            match self.find_place(&piece) {
                Some(place) => self.put(&piece, place),
                None => {
                    refuse(self.scene, piece.shape, self.diagnostics);
                    return;
                }
            }
        }
    }

    /// What is missing, each with all that belongs to it.
    fn pieces(&self) -> Vec<Piece> {
        let mut owner: Arena<ShapeIx, Option<ShapeIx>> =
            self.scene.shapes.values().map(|_| None).collect();
        let mut roots: Vec<ShapeIx> = Vec::new();
        for (index, shape) in self.scene.shapes.iter() {
            if shape.is_fixed || shape.role == Role::Group {
                continue;
            }
            // The outermost missing shape around it, or its host.
            let around = self.scene.containers(index).filter(|other| *other != index);
            let outermost = around
                .filter(|other| !self.scene.shapes[*other].is_fixed)
                .last();
            let host = shape.host.filter(|host| !self.scene.shapes[*host].is_fixed);
            let root = outermost.or(host).unwrap_or(index);
            owner[index] = Some(root);
            if root == index {
                roots.push(index);
            }
        }
        roots
            .into_iter()
            .filter_map(|root| self.piece(root, &owner))
            .collect()
    }

    fn piece(&self, root: ShapeIx, owner: &Arena<ShapeIx, Option<ShapeIx>>) -> Option<Piece> {
        let shapes: Vec<ShapeIx> = owner
            .iter()
            .filter(|(_, owner)| **owner == Some(root))
            .map(|(shape, _)| shape)
            .collect();
        let is_inside = |end: End| {
            let shape = end.shape();
            shape.is_some_and(|shape| shapes.binary_search(&shape).is_ok())
        };
        let lines = self
            .fresh
            .lines
            .iter()
            .filter(|(_, line)| is_inside(line.source) && is_inside(line.target))
            .filter(|(_, line)| line.points.len() > 1 && !line.is_fixed)
            .map(|(line, _)| line)
            .collect();
        let bounds = shapes
            .iter()
            .flat_map(|shape| {
                [
                    self.fresh.shapes[*shape].bounds,
                    self.fresh.shapes[*shape].label,
                ]
            })
            .flatten()
            .reduce(Bounds::union)?;
        Some(Piece {
            shape: root,
            shapes,
            lines,
            bounds,
        })
    }

    /// Where a piece belongs: the upper left corner of the place beside what it is connected with.
    fn anchor(&self, piece: &Piece) -> Option<Point> {
        let shape = &self.scene.shapes[piece.shape];
        let (width, height) = (piece.bounds.width, piece.bounds.height);
        if let Some(host) = shape.host {
            let host = self.scene.shapes[host].bounds?;
            let x = host.right() - width - 14.0;
            return Some(Point::new(x, host.bottom() - height / 2.0));
        }
        let own = self.fresh.shapes[piece.shape].bounds?;
        let (left, top) = (own.x - piece.bounds.x, own.y - piece.bounds.y);
        let level = |other: Bounds| other.centre().y - own.height / 2.0 - top;
        let mut wanted: Option<(u8, Point)> = None;
        for line in self.scene.lines.values() {
            let is_own = |end: End| {
                end.shape()
                    .is_some_and(|shape| piece.shapes.binary_search(&shape).is_ok())
            };
            let (other, follows) = match (is_own(line.source), is_own(line.target)) {
                (false, true) => (line.source, true),
                (true, false) => (line.target, false),
                _ => continue,
            };
            let Some(other) = other
                .shape()
                .and_then(|other| self.scene.shapes[other].bounds)
            else {
                continue;
            };
            let (rank, point) = match (line.kind, follows) {
                (Kind::Sequence, true) => {
                    (0, Point::new(other.right() + DISTANCE - left, level(other)))
                }
                (Kind::Sequence, false) => {
                    (1, Point::new(other.x - DISTANCE - width, level(other)))
                }
                (Kind::Association | Kind::Data, _) => (
                    2,
                    Point::new(
                        other.centre().x - width / 2.0,
                        other.y - DISTANCE / 2.0 - height,
                    ),
                ),
                (Kind::Message, _) => (
                    3,
                    Point::new(other.centre().x - width / 2.0, other.bottom() + DISTANCE),
                ),
            };
            if wanted.is_none_or(|(least, _)| rank < least) {
                wanted = Some((rank, point));
            }
        }
        wanted.map(|(_, point)| point)
    }

    /// The area that a piece has to stay in; none if it stands in the diagram itself.
    fn area(&self, piece: &Piece) -> Option<(ShapeIx, Bounds)> {
        let shape = &self.scene.shapes[piece.shape];
        let lane = shape.lane.filter(|_| shape.role != Role::Lane);
        let container = lane.or(shape.parent)?;
        let bounds = self.scene.shapes[container].bounds?;
        let header = match self.scene.shapes[container].role {
            Role::Pool | Role::Lane => (BAND, 0.0),
            _ => (0.0, BAND),
        };
        let inside = Bounds::new(
            bounds.x + header.0,
            bounds.y + header.1,
            bounds.width - header.0,
            bounds.height - header.1,
        );
        Some((container, inside.grown(-CLEARANCE / 2.0)))
    }

    /// The free place nearest to where a piece belongs.
    fn find_place(&mut self, piece: &Piece) -> Option<Point> {
        let anchor = self.anchor(piece);
        if self.scene.shapes[piece.shape].host.is_some() {
            return self.on_border(piece, anchor?);
        }
        let area = self.area(piece);
        let default = area.map_or_else(
            || {
                let extent = self.extent();
                Point::new(extent.x, extent.bottom() + DISTANCE)
            },
            |(_, area)| Point::new(area.x + CLEARANCE, area.y + CLEARANCE),
        );
        let is_pool = self.scene.shapes[piece.shape].role == Role::Pool;
        let wanted = if is_pool {
            default
        } else {
            anchor.unwrap_or(default)
        };
        let mut best: Option<(f64, Point)> = None;
        for right in -TRIES..=TRIES {
            for down in -TRIES..=TRIES {
                let (x, y) = (f64::from(right) * STEP, f64::from(down) * STEP);
                // To the left of what it follows a piece would be out of order.
                let cost = x.abs() * if x < 0.0 { 3.0 } else { 1.0 } + y.abs() * 1.2;
                let place = Point::new(wanted.x + x, wanted.y + y);
                let is_better = best.is_none_or(|(least, _)| cost < least);
                if is_better && self.is_free(piece, place, area.map(|(_, area)| area)) {
                    best = Some((cost, place));
                }
            }
        }
        let found = best.map(|(_, place)| place);
        found.or_else(|| self.make_room(piece, wanted, area?))
    }

    /// A free place on the lower border of an activity.
    fn on_border(&self, piece: &Piece, wanted: Point) -> Option<Point> {
        let host = self.scene.shapes[self.scene.shapes[piece.shape].host?].bounds?;
        let mut x = wanted.x;
        while x > host.x - piece.bounds.width / 2.0 {
            let area = self.moved(piece, Point::new(x, wanted.y));
            let events = self.taken.near(area).into_iter();
            let is_taken = events
                .filter(|(bounds, _)| bounds.overlaps(area))
                .any(|(_, shape)| self.scene.shapes[shape].role == Role::Boundary);
            if !is_taken {
                return Some(Point::new(x, wanted.y));
            }
            x -= STEP / 2.0;
        }
        None
    }

    fn moved(&self, piece: &Piece, place: Point) -> Bounds {
        Bounds::new(place.x, place.y, piece.bounds.width, piece.bounds.height)
    }

    fn extent(&self) -> Bounds {
        let shapes = self.scene.shapes.values();
        let bounds = shapes.filter_map(|shape| shape.bounds);
        bounds.reduce(Bounds::union).unwrap_or_default()
    }

    /// Whether a piece covers nothing at `place`.
    fn is_free(&self, piece: &Piece, place: Point, area: Option<Bounds>) -> bool {
        let bounds = self.moved(piece, place);
        let is_inside = area.is_none_or(|area| {
            area.x <= bounds.x
                && bounds.right() <= area.right()
                && area.y <= bounds.y
                && bounds.bottom() <= area.bottom()
        });
        if !is_inside {
            return false;
        }
        let needed = bounds.grown(CLEARANCE);
        let is_around = |shape: ShapeIx| {
            self.scene
                .containers(piece.shape)
                .any(|around| around == shape)
        };
        let covers = self
            .taken
            .near(needed)
            .into_iter()
            .any(|(other, shape)| other.overlaps(needed) && !is_around(shape));
        let lines = self.lines.near(bounds.grown(1.0));
        !covers
            && !lines
                .iter()
                .any(|(_, line)| line.inside(bounds.grown(1.0)).is_some())
    }

    /// Widens the pool and lanes of a piece and gives it the place at their right end.
    fn make_room(
        &mut self,
        piece: &Piece,
        wanted: Point,
        (container, area): (ShapeIx, Bounds),
    ) -> Option<Point> {
        let is_band = matches!(self.scene.shapes[container].role, Role::Pool | Role::Lane);
        if !is_band || piece.bounds.height > area.height {
            return None;
        }
        let pool = self.scene.pool_of(container);
        let x = area.right().max(area.x) + CLEARANCE;
        let y = wanted.y.clamp(area.y, area.bottom() - piece.bounds.height);
        let right = x + piece.bounds.width + DISTANCE / 2.0;
        let widened: Vec<ShapeIx> = self
            .scene
            .shapes
            .iter()
            .filter(|(index, shape)| {
                let is_lane = shape.role == Role::Lane && shape.parent == pool;
                Some(*index) == pool || is_lane
            })
            .map(|(index, _)| index)
            .collect();
        let grown = widened
            .iter()
            .filter_map(|shape| self.scene.shapes[*shape].bounds)
            .reduce(Bounds::union)?;
        let added = Bounds::new(
            grown.right() + 1.0,
            grown.y,
            right - grown.right(),
            grown.height,
        );
        let mut others = self.taken.near(added).into_iter();
        if others.any(|(bounds, shape)| bounds.overlaps(added) && !widened.contains(&shape)) {
            return None;
        }
        for shape in widened {
            if let Some(bounds) = &mut self.scene.shapes[shape].bounds {
                bounds.width = bounds.width.max(right - bounds.x);
            }
        }
        Some(Point::new(x, y))
    }

    /// Moves a piece to its place.
    fn put(&mut self, piece: &Piece, place: Point) {
        let (x, y) = (place.x - piece.bounds.x, place.y - piece.bounds.y);
        let moved =
            |bounds: Bounds| Bounds::new(bounds.x + x, bounds.y + y, bounds.width, bounds.height);
        for shape in &piece.shapes {
            let fresh = &self.fresh.shapes[*shape];
            let (bounds, label) = (fresh.bounds.map(moved), fresh.label.map(moved));
            let shape_data = &mut self.scene.shapes[*shape];
            (shape_data.bounds, shape_data.label) = (bounds, label);
            self.take(*shape);
        }
        for line in &piece.lines {
            let points: Vec<Point> = self.fresh.lines[*line]
                .points
                .iter()
                .map(|point| Point::new(point.x + x, point.y + y))
                .collect();
            for segment in segments(&points) {
                self.lines.add(segment.bounds(), segment);
            }
            self.scene.lines[*line].points = points;
        }
    }
}
