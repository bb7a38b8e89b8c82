//! What stands where: boxes and lines of a diagram, found by place.

use rustc_hash::FxHashMap;

use crate::geometry::{Bounds, Point};

/// The width and height of a cell of the index.
const CELL: f64 = 160.0;

/// A straight piece of a line, along one of the axes or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Segment {
    pub(super) from: Point,
    pub(super) to: Point,
}

impl Segment {
    /// Whether it is level.
    pub(super) fn is_horizontal(self) -> bool {
        (self.from.y - self.to.y).abs() < 0.01
    }

    /// Whether it is upright.
    pub(super) fn is_vertical(self) -> bool {
        (self.from.x - self.to.x).abs() < 0.01
    }

    /// The rectangle that it is the diagonal of.
    pub(super) fn bounds(self) -> Bounds {
        let (x, y) = (self.from.x.min(self.to.x), self.from.y.min(self.to.y));
        Bounds::new(
            x,
            y,
            (self.from.x - self.to.x).abs(),
            (self.from.y - self.to.y).abs(),
        )
    }

    /// Its length.
    pub(super) fn length(self) -> f64 {
        self.from.distance(self.to)
    }

    /// The part of the segment, from 0 to 1, that is inside `area`; none if it only touches it.
    pub(super) fn inside(self, area: Bounds) -> Option<(f64, f64)> {
        let (mut first, mut last) = (0.0_f64, 1.0_f64);
        let (dx, dy) = (self.to.x - self.from.x, self.to.y - self.from.y);
        for (start, step, low, high) in [
            (self.from.x, dx, area.x, area.right()),
            (self.from.y, dy, area.y, area.bottom()),
        ] {
            if step.abs() < 1e-9 {
                if start <= low || start >= high {
                    return None;
                }
                continue;
            }
            let (one, other) = ((low - start) / step, (high - start) / step);
            first = first.max(one.min(other));
            last = last.min(one.max(other));
        }
        (last - first > 1e-9).then_some((first, last))
    }

    /// Whether the two cross inside both.
    pub(super) fn crosses(self, other: Self) -> bool {
        let side = |segment: Self, point: Point| {
            (segment.to.x - segment.from.x) * (point.y - segment.from.y)
                - (segment.to.y - segment.from.y) * (point.x - segment.from.x)
        };
        let (one, two) = (side(self, other.from), side(self, other.to));
        let (three, four) = (side(other, self.from), side(other, self.to));
        one * two < -1e-6 && three * four < -1e-6
    }

    /// How far two parallel segments lie upon each other, when they are nearer than `distance`.
    pub(super) fn shared(self, other: Self, distance: f64) -> f64 {
        let overlap = |one: (f64, f64), other: (f64, f64)| {
            let low = one.0.min(one.1).max(other.0.min(other.1));
            let high = one.0.max(one.1).min(other.0.max(other.1));
            (high - low).max(0.0)
        };
        if self.is_horizontal() && other.is_horizontal() {
            if (self.from.y - other.from.y).abs() < distance {
                return overlap((self.from.x, self.to.x), (other.from.x, other.to.x));
            }
        } else if self.is_vertical()
            && other.is_vertical()
            && (self.from.x - other.from.x).abs() < distance
        {
            return overlap((self.from.y, self.to.y), (other.from.y, other.to.y));
        }
        0.0
    }
}

/// The straight pieces of a line.
pub(super) fn segments(points: &[Point]) -> impl Iterator<Item = Segment> + '_ {
    points.windows(2).filter_map(|pair| match *pair {
        [from, to] => Some(Segment { from, to }),
        _ => None,
    })
}

/// Things with a place, each with a key.
#[derive(Debug)]
pub(super) struct Index<T> {
    items: Vec<(Bounds, T)>,
    cells: FxHashMap<(i64, i64), Vec<usize>>,
}

impl<T> Default for Index<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            cells: FxHashMap::default(),
        }
    }
}

impl<T: Copy> Index<T> {
    /// Adds something that covers `bounds`.
    pub(super) fn add(&mut self, bounds: Bounds, item: T) {
        let index = self.items.len();
        for cell in cells(bounds) {
            self.cells.entry(cell).or_default().push(index);
        }
        self.items.push((bounds, item));
    }

    /// Everything that touches `area`, in the order in which it was added.
    pub(super) fn near(&self, area: Bounds) -> Vec<(Bounds, T)> {
        let mut found: Vec<usize> = cells(area)
            .filter_map(|cell| self.cells.get(&cell))
            .flatten()
            .copied()
            .collect();
        found.sort_unstable();
        found.dedup();
        let touches = |bounds: Bounds| {
            bounds.x <= area.right()
                && area.x <= bounds.right()
                && bounds.y <= area.bottom()
                && area.y <= bounds.bottom()
        };
        found
            .into_iter()
            .filter_map(|index| self.items.get(index).copied())
            .filter(|(bounds, _)| touches(*bounds))
            .collect()
    }
}

/// The cells that `bounds` touches.
fn cells(bounds: Bounds) -> impl Iterator<Item = (i64, i64)> {
    let cell = |place: f64| (place / CELL).floor() as i64;
    let (left, right) = (cell(bounds.x), cell(bounds.right()));
    let (top, bottom) = (cell(bounds.y), cell(bounds.bottom()));
    (left..=right).flat_map(move |x| (top..=bottom).map(move |y| (x, y)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(from: (f64, f64), to: (f64, f64)) -> Segment {
        Segment {
            from: Point::new(from.0, from.1),
            to: Point::new(to.0, to.1),
        }
    }

    #[test]
    fn a_line_along_an_edge_is_not_inside() {
        let area = Bounds::new(0.0, 0.0, 10.0, 10.0);
        assert_eq!(segment((-5.0, 0.0), (15.0, 0.0)).inside(area), None);
        assert_eq!(
            segment((-5.0, 5.0), (15.0, 5.0)).inside(area),
            Some((0.25, 0.75))
        );
        assert_eq!(segment((10.0, 5.0), (15.0, 5.0)).inside(area), None);
    }

    #[test]
    fn lines_that_only_touch_do_not_cross() {
        let level = segment((0.0, 0.0), (10.0, 0.0));
        assert!(level.crosses(segment((5.0, -5.0), (5.0, 5.0))));
        assert!(!level.crosses(segment((5.0, 0.0), (5.0, 5.0))));
    }

    #[test]
    fn what_is_found_touches_the_area() {
        let mut index = Index::default();
        index.add(Bounds::new(0.0, 0.0, 1000.0, 10.0), 'a');
        index.add(Bounds::new(500.0, 500.0, 10.0, 10.0), 'b');
        let found = |area| -> String { index.near(area).into_iter().map(|(_, key)| key).collect() };
        assert_eq!(found(Bounds::new(600.0, 5.0, 1.0, 1.0)), "a");
        assert_eq!(found(Bounds::new(505.0, 0.0, 1.0, 600.0)), "ab");
        assert_eq!(found(Bounds::new(0.0, 20.0, 100.0, 100.0)), "");
    }
}
