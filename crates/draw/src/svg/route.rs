//! The way of an edge: where it leaves its shapes, its rounded corners, its ends and its middle.

use super::writer::Path;
use crate::geometry::{Bounds, Point};

/// The radius of corners.
const CORNER: f64 = 6.0;

/// The outline that an edge stops at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outline {
    /// A rectangle.
    Rectangle(Bounds),
    /// An ellipse.
    Ellipse(Bounds),
    /// A rhombus.
    Rhombus(Bounds),
}

impl Outline {
    /// How far out a point is: below 1 inside, 1 on the outline.
    fn level(self, point: Point) -> f64 {
        let (Self::Rectangle(bounds) | Self::Ellipse(bounds) | Self::Rhombus(bounds)) = self;
        let centre = bounds.centre();
        let x = (point.x - centre.x).abs() / (bounds.width / 2.0).max(0.01);
        let y = (point.y - centre.y).abs() / (bounds.height / 2.0).max(0.01);
        match self {
            Self::Rectangle(_) => x.max(y),
            Self::Ellipse(_) => (x * x + y * y).sqrt(),
            Self::Rhombus(_) => x + y,
        }
    }
}

/// An edge's way from source to target, with at least two points.
#[derive(Clone, Debug)]
pub(super) struct Route {
    points: Vec<Point>,
}

impl Route {
    /// The way along `waypoints`, without points that repeat the one before.
    pub(super) fn new(waypoints: &[Point]) -> Self {
        let mut points: Vec<Point> = Vec::with_capacity(waypoints.len());
        for point in waypoints {
            if points
                .last()
                .is_none_or(|last| last.distance(*point) > 0.01)
            {
                points.push(*point);
            }
        }
        Self { points }
    }

    /// The way with the part inside `source` and the part inside `target` taken away: some tools
    /// write ways from middle to middle, and the arrow must be seen.
    pub(super) fn clipped(mut self, source: Option<Outline>, target: Option<Outline>) -> Self {
        if let Some(target) = target {
            clip_end(&mut self.points, target);
        }
        if let Some(source) = source {
            self.points.reverse();
            clip_end(&mut self.points, source);
            self.points.reverse();
        }
        self
    }

    /// The first point and the direction of leaving it.
    pub(super) fn start(&self) -> (Point, Point) {
        ends(self.points.iter())
    }

    /// The last point and the direction back from it.
    pub(super) fn end(&self) -> (Point, Point) {
        ends(self.points.iter().rev())
    }

    /// The point at half of the length.
    pub(super) fn middle(&self) -> Point {
        let mut left = self.length() / 2.0;
        for (one, other) in self.segments() {
            let length = one.distance(other);
            if left <= length {
                return one.towards(other, if length > 0.0 { left / length } else { 0.0 });
            }
            left -= length;
        }
        self.start().0
    }

    /// The longest straight part.
    pub(super) fn longest(&self) -> Option<(Point, Point)> {
        self.segments().reduce(|best, next| {
            if next.0.distance(next.1) > best.0.distance(best.1) + 0.01 {
                next
            } else {
                best
            }
        })
    }

    /// The path of the line, which stops `shortened` before its end, where an arrow head covers it.
    pub(super) fn path(&self, shortened: f64) -> Path {
        let mut points = self.points.clone();
        let (end, back) = self.end();
        if let Some(last) = points.last_mut() {
            *last = offset(end, back, shortened);
        }
        let mut path = Path::default();
        for (position, point) in points.iter().enumerate() {
            let before = position.checked_sub(1).and_then(|at| points.get(at));
            path = match (before, points.get(position + 1)) {
                (None, _) => path.draw('M', &[point.x, point.y]),
                (Some(_), None) => path.draw('L', &[point.x, point.y]),
                (Some(before), Some(after)) => corner(path, *before, *point, *after),
            };
        }
        path
    }

    fn segments(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        let ends = self.points.iter().skip(1);
        self.points
            .iter()
            .zip(ends)
            .map(|(one, other)| (*one, *other))
    }

    /// How long it is.
    pub(super) fn length(&self) -> f64 {
        self.segments()
            .map(|(one, other)| one.distance(other))
            .sum()
    }
}

/// The first point and the unit vector to the next one.
fn ends<'p>(mut points: impl Iterator<Item = &'p Point>) -> (Point, Point) {
    let first = points.next().copied().unwrap_or_default();
    let next = points.next().copied().unwrap_or(first);
    (first, direction(first, next))
}

/// The unit vector from `one` to `other`; to the right if they are the same place.
pub(super) fn direction(one: Point, other: Point) -> Point {
    let length = one.distance(other);
    if length > 0.0 {
        Point::new((other.x - one.x) / length, (other.y - one.y) / length)
    } else {
        Point::new(1.0, 0.0)
    }
}

/// The place `by` away from `point` in the direction of the unit vector `along`.
pub(super) fn offset(point: Point, along: Point, by: f64) -> Point {
    Point::new(point.x + along.x * by, point.y + along.y * by)
}

/// The place `along` and `across` away from `point`, seen in the direction of the unit vector
/// `forwards`.
pub(super) fn beside(point: Point, forwards: Point, along: f64, across: f64) -> Point {
    offset(
        offset(point, forwards, along),
        Point::new(-forwards.y, forwards.x),
        across,
    )
}

fn corner(path: Path, before: Point, point: Point, after: Point) -> Path {
    let room = before.distance(point).min(point.distance(after)) / 2.0;
    let radius = CORNER.min(room);
    let from = offset(point, direction(point, before), radius);
    let to = offset(point, direction(point, after), radius);
    path.draw('L', &[from.x, from.y])
        .draw('Q', &[point.x, point.y, to.x, to.y])
}

/// Takes away the last points that are well inside `outline`, and ends the way on the outline.
fn clip_end(points: &mut Vec<Point>, outline: Outline) {
    // Tools round coordinates: an end that is about on the outline stays.
    const WELL_INSIDE: f64 = 0.9;
    if points
        .last()
        .is_none_or(|last| outline.level(*last) >= WELL_INSIDE)
    {
        return;
    }
    // The last part of the way that comes in from outside.
    let Some(outside) = points.iter().rposition(|point| outline.level(*point) > 1.0) else {
        return;
    };
    points.truncate(outside + 2);
    let Some(mut inside) = points.pop() else {
        return;
    };
    let Some(mut out) = points.last().copied() else {
        return;
    };
    // The level is convex along the part, so halving finds the place where it is 1.
    for _ in 0..40 {
        let middle = out.towards(inside, 0.5);
        if outline.level(middle) > 1.0 {
            out = middle;
        } else {
            inside = middle;
        }
    }
    points.push(out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(places: &[(f64, f64)]) -> Vec<Point> {
        places.iter().map(|(x, y)| Point::new(*x, *y)).collect()
    }

    #[test]
    fn a_way_from_middle_to_middle_stops_at_the_outlines() {
        let box_at = |x| Bounds::new(x, 0.0, 20.0, 20.0);
        let route = Route::new(&points(&[(10.0, 10.0), (110.0, 10.0)])).clipped(
            Some(Outline::Rectangle(box_at(0.0))),
            Some(Outline::Rhombus(box_at(100.0))),
        );
        assert!(route.start().0.distance(Point::new(20.0, 10.0)) < 1e-6);
        assert!(route.end().0.distance(Point::new(100.0, 10.0)) < 1e-6);
    }

    #[test]
    fn a_way_inside_its_shape_stays_as_it_is() {
        let inside = points(&[(5.0, 5.0), (10.0, 10.0)]);
        let outline = Outline::Rectangle(Bounds::new(0.0, 0.0, 100.0, 100.0));
        let route = Route::new(&inside).clipped(Some(outline), Some(outline));
        assert_eq!(route.points, inside);
    }

    #[test]
    fn the_middle_is_at_half_of_the_length() {
        let route = Route::new(&points(&[(0.0, 0.0), (30.0, 0.0), (30.0, 10.0)]));
        assert_eq!(route.middle(), Point::new(20.0, 0.0));
    }

    #[test]
    fn corners_are_rounded_as_far_as_there_is_room() {
        let route = Route::new(&points(&[(0.0, 0.0), (4.0, 0.0), (4.0, 40.0)]));
        assert_eq!(route.path(0.0).data(), "M0 0L2 0Q4 0 4 2L4 40");
    }

    #[test]
    fn repeated_points_draw_a_dot() {
        let route = Route::new(&points(&[(7.0, 7.0), (7.0, 7.0)]));
        assert_eq!(route.path(0.0).data(), "M7 7");
        assert_eq!(route.middle(), Point::new(7.0, 7.0));
        assert!(route.longest().is_none());
    }
}
