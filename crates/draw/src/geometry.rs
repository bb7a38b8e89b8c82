//! Points and rectangles of the plane (DD 1.0, 8.2): x grows to the right, y downwards, units are
//! those of the diagram interchange, which every tool takes for CSS pixels.

/// A place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

impl Point {
    /// The place (`x`, `y`).
    #[must_use]
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The straight distance to `other`.
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        // Not `hypot`, whose last digit depends on the machine.
        let (across, down) = (other.x - self.x, other.y - self.y);
        (across * across + down * down).sqrt()
    }

    /// The place at the part `part` (0 to 1) of the way to `other`.
    #[must_use]
    pub fn towards(self, other: Self, part: f64) -> Self {
        Self {
            x: self.x + (other.x - self.x) * part,
            y: self.y + (other.y - self.y) * part,
        }
    }
}

/// A rectangle along the axes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
}

impl Bounds {
    /// The rectangle with the upper left corner (`x`, `y`).
    #[must_use]
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// The rectangle of that size around `centre`.
    #[must_use]
    pub fn around(centre: Point, width: f64, height: f64) -> Self {
        Self::new(
            centre.x - width / 2.0,
            centre.y - height / 2.0,
            width,
            height,
        )
    }

    /// The smallest rectangle that covers all `points`; none without points.
    #[must_use]
    pub fn covering(points: &[Point]) -> Option<Self> {
        let mut points = points
            .iter()
            .map(|point| Self::new(point.x, point.y, 0.0, 0.0));
        let first = points.next()?;
        Some(points.fold(first, Self::union))
    }

    /// The right edge.
    #[must_use]
    pub fn right(self) -> f64 {
        self.x + self.width
    }

    /// The lower edge.
    #[must_use]
    pub fn bottom(self) -> f64 {
        self.y + self.height
    }

    /// The middle.
    #[must_use]
    pub fn centre(self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// The smallest rectangle that covers both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self {
            x,
            y,
            width: self.right().max(other.right()) - x,
            height: self.bottom().max(other.bottom()) - y,
        }
    }

    /// The rectangle with every edge moved outwards by `by`; a negative `by` moves inwards, at most
    /// to the middle.
    #[must_use]
    pub fn grown(self, by: f64) -> Self {
        let (across, down) = (by.max(-self.width / 2.0), by.max(-self.height / 2.0));
        Self {
            x: self.x - across,
            y: self.y - down,
            width: self.width + 2.0 * across,
            height: self.height + 2.0 * down,
        }
    }

    /// Whether `point` is inside or on an edge.
    #[must_use]
    pub fn contains(self, point: Point) -> bool {
        (self.x..=self.right()).contains(&point.x) && (self.y..=self.bottom()).contains(&point.y)
    }

    /// Whether the two have an area in common; touching edges have none.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touching_rectangles_do_not_overlap() {
        let left = Bounds::new(0.0, 0.0, 10.0, 10.0);
        assert!(!left.overlaps(Bounds::new(10.0, 0.0, 10.0, 10.0)));
        assert!(left.overlaps(Bounds::new(9.5, 0.0, 10.0, 10.0)));
    }

    #[test]
    fn shrinking_stops_in_the_middle() {
        let shrunk = Bounds::new(0.0, 0.0, 10.0, 4.0).grown(-3.0);
        assert_eq!(shrunk, Bounds::new(3.0, 2.0, 4.0, 0.0));
    }

    #[test]
    fn covering_takes_every_point() {
        let points = [Point::new(3.0, 1.0), Point::new(-1.0, 5.0)];
        assert_eq!(
            Bounds::covering(&points),
            Some(Bounds::new(-1.0, 1.0, 4.0, 4.0))
        );
        assert_eq!(Bounds::covering(&[]), None);
    }
}
