//! Lines between things that are placed already: message flows, associations, and whatever joins
//! shapes that exist.
//!
//! A message flow is a straight upright line where one is free. Everything else looks for the line
//! with the fewest bends and crossings beside the shapes in between.

mod grid;

use self::grid::{Grid, Heading, Port};
use super::scene::{End, Kind, LineIx, Role, Scene, ShapeIx};
use super::space::{Index, Segment, segments};
use crate::geometry::{Bounds, Point};

/// How near lines may pass shapes.
const CLEARANCE: f64 = 8.0;
/// How far from shapes the lines of the grid are.
const BESIDE: [f64; 3] = [12.0, 24.0, 36.0];
/// How far around the two ends a line may run, tried in this order.
const MARGINS: [f64; 3] = [120.0, 600.0, 4000.0];
/// Lines nearer than this would be taken for one.
const TOUCHING: f64 = 6.0;
/// What it costs that an upright line crosses another.
const CROSSING: f64 = 40.0;
/// Where lines may begin on the upper and lower side of a box, from its middle.
const OFFSETS: [f64; 7] = [0.0, 14.0, -14.0, 28.0, -28.0, 42.0, -42.0];
/// What it costs to begin at the left, right, upper or lower side: message flows leave the left and
/// the right side to sequence flows.
const MESSAGE_COSTS: [i64; 4] = [50, 50, 0, 0];
/// The same where a sequence flow begins.
const SOURCE_COSTS: [i64; 4] = [200, 0, 60, 60];
/// The same where a sequence flow ends.
const TARGET_COSTS: [i64; 4] = [0, 200, 60, 60];

/// What lies where, for lines that are still to be drawn.
pub(super) struct Router {
    shapes: Index<ShapeIx>,
    labels: Index<ShapeIx>,
    lines: Index<(LineIx, Segment)>,
}

/// Draws all lines that have no corners yet.
pub(super) fn route(scene: &mut Scene<'_>) {
    let open: Vec<LineIx> = scene
        .lines
        .iter()
        .filter(|(_, line)| line.points.len() < 2)
        .map(|(index, _)| index)
        .collect();
    if open.is_empty() {
        return;
    }
    let mut router = Router::new(scene);
    let mut left = Vec::new();
    for line in open {
        let is_message = scene.lines[line].kind == Kind::Message;
        match is_message.then(|| router.upright(scene, line)).flatten() {
            Some(points) => router.draw(scene, line, points),
            None => left.push(line),
        }
    }
    for line in left {
        let points = router.around(scene, line);
        router.draw(scene, line, points);
    }
}

impl Router {
    fn new(scene: &Scene<'_>) -> Self {
        let mut router = Self {
            shapes: Index::default(),
            labels: Index::default(),
            lines: Index::default(),
        };
        for (index, shape) in scene.shapes.iter() {
            if matches!(shape.role, Role::Lane | Role::Group) {
                continue;
            }
            if let Some(bounds) = shape.bounds {
                router.shapes.add(bounds, index);
            }
            if let Some(label) = shape.label {
                router.labels.add(label, index);
            }
        }
        for (index, line) in scene.lines.iter() {
            router.add(index, &line.points);
        }
        router
    }

    fn add(&mut self, line: LineIx, points: &[Point]) {
        for segment in segments(points) {
            self.lines.add(segment.bounds(), (line, segment));
        }
    }

    fn draw(&mut self, scene: &mut Scene<'_>, line: LineIx, points: Vec<Point>) {
        self.add(line, &points);
        scene.lines[line].points = points;
    }

    /// The shapes in `area` that a line between the two ends has to go round: not those around an
    /// end, and pools only where they have no contents that could be gone round.
    fn obstacles(&self, scene: &Scene<'_>, ends: [End; 2], area: Bounds) -> Vec<Bounds> {
        let is_open = |shape: ShapeIx| {
            let is_pool = scene.shapes[shape].role == Role::Pool;
            let is_around = ends.iter().any(|end| {
                let inner = inner_shape(scene, *end);
                inner.is_some_and(|inner| scene.containers(inner).any(|around| around == shape))
            });
            is_pool || is_around
        };
        let shapes = self.shapes.near(area).into_iter();
        let labels = self.labels.near(area).into_iter();
        shapes
            .filter(|(_, shape)| !is_open(*shape))
            .map(|(bounds, _)| bounds.grown(CLEARANCE))
            .chain(labels.map(|(bounds, _)| bounds.grown(1.0)))
            .collect()
    }

    /// The best upright line of a message flow, if one is free.
    fn upright(&self, scene: &Scene<'_>, line: LineIx) -> Option<Vec<Point>> {
        let ends = [scene.lines[line].source, scene.lines[line].target];
        let [source, target] = ends.map(|end| end.shape());
        let (source, target) = (source?, target?);
        let (from, to) = (scene.shapes[source].bounds?, scene.shapes[target].bounds?);
        let (top, bottom, downwards) = if from.bottom() < to.y {
            (from.bottom(), to.y, true)
        } else if to.bottom() < from.y {
            (to.bottom(), from.y, false)
        } else {
            return None;
        };
        let mut best: Option<(f64, Vec<Point>)> = None;
        for (x, offset) in columns(scene, (source, from), (target, to)) {
            let segment = Segment {
                from: Point::new(x, top),
                to: Point::new(x, bottom),
            };
            let Some(crossings) = self.crossings(scene, ends, segment) else {
                continue;
            };
            let cost = CROSSING * crossings + offset;
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                let (start, end) = (segment.from, segment.to);
                let points = if downwards {
                    [start, end]
                } else {
                    [end, start]
                };
                best = Some((cost, points.to_vec()));
            }
        }
        best.map(|(_, points)| points)
    }

    /// How many lines a segment crosses; none if it is not free.
    fn crossings(&self, scene: &Scene<'_>, ends: [End; 2], segment: Segment) -> Option<f64> {
        let area = segment.bounds().grown(CLEARANCE);
        let obstacles = self.obstacles(scene, ends, area);
        let is_blocked = obstacles
            .iter()
            .any(|bounds| segment.inside(*bounds).is_some());
        let lines = self.lines.near(area);
        let lies_upon = lines
            .iter()
            .any(|(_, (_, other))| segment.shared(*other, TOUCHING) > 0.5);
        let crossings = lines
            .iter()
            .filter(|(_, (_, other))| segment.crosses(*other))
            .count();
        (!is_blocked && !lies_upon).then_some(crossings as f64)
    }

    /// The best line along the axes.
    fn around(&self, scene: &Scene<'_>, line: LineIx) -> Vec<Point> {
        let ends = [scene.lines[line].source, scene.lines[line].target];
        let [Some(from), Some(to)] = ends.map(|end| place_of(scene, end)) else {
            return Vec::new();
        };
        for margin in MARGINS {
            if let Some(points) = self.search(scene, line, (from, to), margin) {
                return points;
            }
        }
        // Something is in the way everywhere: a straight line between the two says at least what is
        // connected.
        vec![border(from, to.centre()), border(to, from.centre())]
    }

    fn search(
        &self,
        scene: &Scene<'_>,
        line: LineIx,
        (from, to): (Bounds, Bounds),
        margin: f64,
    ) -> Option<Vec<Point>> {
        let (source, target) = (scene.lines[line].source, scene.lines[line].target);
        let window = window(scene, (source, from), (target, to)).grown(margin);
        let obstacles = self.obstacles(scene, [source, target], window);
        let mut beside: (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
        for distance in BESIDE {
            for shape in &obstacles {
                let around = shape.grown(distance - CLEARANCE);
                beside.0.extend([around.x, around.right()]);
                beside.1.extend([around.y, around.bottom()]);
            }
            for bounds in [from, to] {
                let around = bounds.grown(distance);
                beside.0.extend([around.x, around.right()]);
                beside.1.extend([around.y, around.bottom()]);
            }
        }
        let inside = |low: f64, high: f64| move |place: &f64| (low..=high).contains(place);
        beside.0.retain(inside(window.x, window.right()));
        beside.1.retain(inside(window.y, window.bottom()));
        let is_flow = scene.lines[line].kind == Kind::Sequence;
        let (leaving, arriving) = if is_flow {
            (SOURCE_COSTS, TARGET_COSTS)
        } else {
            (MESSAGE_COSTS, MESSAGE_COSTS)
        };
        let starts = ports(scene, (source, from), to, &beside.0, leaving);
        let goals = ports(scene, (target, to), from, &beside.0, arriving);
        let places = || starts.iter().chain(&goals).map(|port| port.place);
        let xs = places()
            .map(|place| place.x)
            .chain(beside.0.iter().copied());
        let ys = places()
            .map(|place| place.y)
            .chain(beside.1.iter().copied());
        let mut grid = Grid::new(xs, ys);
        for obstacle in obstacles {
            grid.block(obstacle);
        }
        for (end, bounds) in [(source, from), (target, to)] {
            // Not through the shapes themselves; a pool is entered by nobody.
            if end.shape().is_some() {
                grid.block(bounds.grown(-1.0));
            }
        }
        for (_, (_, segment)) in self.lines.near(window) {
            grid.avoid(segment);
        }
        let points = grid.search(&starts, &goals)?;
        Some(straightened(&points))
    }
}

/// Where upright lines between two shapes may run, with what each place costs.
fn columns(
    scene: &Scene<'_>,
    (source, from): (ShapeIx, Bounds),
    (target, to): (ShapeIx, Bounds),
) -> Vec<(f64, f64)> {
    let is_pool = |shape: ShapeIx| scene.shapes[shape].role == Role::Pool;
    let offsets = |shape: ShapeIx, bounds: Bounds| {
        let room = if scene.shapes[shape].tag.is_activity() {
            bounds.width / 2.0 - 8.0
        } else {
            0.5
        };
        OFFSETS
            .into_iter()
            .filter(move |offset| offset.abs() <= room)
            .map(move |offset| (bounds.centre().x + offset, offset.abs()))
    };
    match (is_pool(source), is_pool(target)) {
        (false, false) => {
            let others: Vec<(f64, f64)> = offsets(target, to).collect();
            let room = |shape: ShapeIx, bounds: Bounds, x: f64| {
                let is_box = scene.shapes[shape].tag.is_activity();
                is_box && (bounds.centre().x - x).abs() <= bounds.width / 2.0 - 8.0
            };
            let own: Vec<(f64, f64)> = offsets(source, from).collect();
            own.iter()
                .filter(|(x, _)| room(target, to, *x) || (to.centre().x - x).abs() < 0.5)
                .chain(
                    others.iter().filter(|(x, _)| {
                        room(source, from, *x) || (from.centre().x - x).abs() < 0.5
                    }),
                )
                .copied()
                .collect()
        }
        (false, true) => offsets(source, from).collect(),
        (true, false) => offsets(target, to).collect(),
        (true, true) => {
            // Between two pools anywhere: side by side from the left.
            let (left, right) = (from.x.max(to.x) + 60.0, from.right().min(to.right()) - 20.0);
            (0..200)
                .map(|step| left + 40.0 * f64::from(step))
                .take_while(|x| *x <= right)
                .map(|x| (x, (x - left) / 100.0))
                .collect()
        }
    }
}

/// The innermost shape at an end, of which the containers are open to the line.
fn inner_shape(scene: &Scene<'_>, end: End) -> Option<ShapeIx> {
    match end {
        End::Shape(shape) => Some(shape),
        End::Line(line) => {
            let source = scene.lines[line].source.shape()?;
            scene.shapes[source].parent
        }
    }
}

/// Where an end is: the bounds of a shape, or the middle of a line.
fn place_of(scene: &Scene<'_>, end: End) -> Option<Bounds> {
    match end {
        End::Shape(shape) => scene.shapes[shape].bounds,
        End::Line(line) => {
            let longest = segments(&scene.lines[line].points)
                .max_by(|one, other| one.length().total_cmp(&other.length()))?;
            let middle = longest.from.towards(longest.to, 0.5);
            Some(Bounds::new(middle.x, middle.y, 0.0, 0.0))
        }
    }
}

/// What a line between two ends may need: of a pool only what is near the other end.
fn window(scene: &Scene<'_>, one: (End, Bounds), other: (End, Bounds)) -> Bounds {
    let is_pool = |end: End| {
        end.shape()
            .is_some_and(|shape| scene.shapes[shape].role == Role::Pool)
    };
    let clipped = |pool: Bounds, near: Bounds| {
        let x = near.centre().x.clamp(pool.x, pool.right());
        Bounds::new(x, pool.y, 0.0, pool.height)
    };
    match (is_pool(one.0), is_pool(other.0)) {
        (true, false) => clipped(one.1, other.1).union(other.1),
        (false, true) => clipped(other.1, one.1).union(one.1),
        _ => one.1.union(other.1),
    }
}

/// Where a line may begin at an end.
fn ports(
    scene: &Scene<'_>,
    (end, bounds): (End, Bounds),
    other: Bounds,
    xs: &[f64],
    costs: [i64; 4],
) -> Vec<Port> {
    let port = |x: f64, y: f64, outwards: Heading, cost: i64| Port {
        place: Point::new(x, y),
        outwards,
        cost,
    };
    let Some(shape) = end.shape() else {
        let (x, y) = (bounds.x, bounds.y);
        let all = [Heading::Left, Heading::Right, Heading::Up, Heading::Down];
        return all.map(|heading| port(x, y, heading, 0)).to_vec();
    };
    let data = &scene.shapes[shape];
    if data.role == Role::Pool {
        let is_above = bounds.centre().y < other.centre().y;
        let (y, outwards) = if is_above {
            (bounds.bottom(), Heading::Down)
        } else {
            (bounds.y, Heading::Up)
        };
        return xs
            .iter()
            .filter(|x| (bounds.x + 20.0..=bounds.right() - 20.0).contains(*x))
            .map(|x| port(*x, y, outwards, 0))
            .collect();
    }
    let middle = bounds.centre();
    let [left, right, up, down] = costs;
    let mut ports = vec![
        port(bounds.x, middle.y, Heading::Left, left),
        port(bounds.right(), middle.y, Heading::Right, right),
    ];
    let room = if data.tag.is_activity() {
        bounds.width / 2.0 - 8.0
    } else {
        0.5
    };
    for offset in OFFSETS.into_iter().filter(|offset| offset.abs() <= room) {
        let cost = offset.abs() as i64;
        let x = middle.x + offset;
        // A boundary event has its activity above it.
        if data.role != Role::Boundary {
            ports.push(port(x, bounds.y, Heading::Up, up + cost));
        }
        ports.push(port(x, bounds.bottom(), Heading::Down, down + cost));
    }
    ports
}

/// Where the line from the middle of `bounds` towards `other` leaves `bounds`.
fn border(bounds: Bounds, other: Point) -> Point {
    let middle = bounds.centre();
    let segment = Segment {
        from: other,
        to: middle,
    };
    match segment.inside(bounds) {
        Some((first, _)) => other.towards(middle, first),
        None => middle,
    }
}

/// The corners only.
fn straightened(points: &[Point]) -> Vec<Point> {
    let mut result: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        if let [.., before, last] = result.as_slice() {
            let is_straight = (before.x == last.x && last.x == point.x)
                || (before.y == last.y && last.y == point.y);
            if is_straight {
                result.pop();
            }
        }
        result.push(*point);
    }
    result
}
