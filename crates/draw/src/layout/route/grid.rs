//! The shortest line along the axes among obstacles: A* on the lines that pass beside them.
//!
//! # Source
//! Wybrow, Marriott, Stuckey: Orthogonal Connector Routing (2009), for the visibility graph along the
//! sides of obstacles and the costs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::geometry::{Bounds, Point};
use crate::layout::space::Segment;

/// What a bend costs, in pixels.
const BEND: i64 = 60;
/// What it costs to cross a line.
const CROSSING: i64 = 40;
/// What it costs to lie upon a line, in crossings: only where there is no other way.
const UPON: i64 = 60;
/// Lines nearer than this would be taken for one.
const TOUCHING: f64 = 6.0;
/// Places nearer to each other than this are one line of the grid.
const NEAR: f64 = 3.0;

/// The way a line goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heading {
    Left,
    Right,
    Up,
    Down,
}

impl Heading {
    const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Up, Self::Down];

    fn is_horizontal(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }

    fn opposite(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

/// A place where a line may begin or end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Port {
    pub(super) place: Point,
    /// The way from the shape outwards.
    pub(super) outwards: Heading,
    /// What it costs to use it.
    pub(super) cost: i64,
}

/// The grid of the lines that may be used.
#[derive(Debug)]
pub(super) struct Grid {
    xs: Vec<f64>,
    ys: Vec<f64>,
    /// Whether the piece to the right of each crossing of the grid is blocked, row by row.
    blocked_right: Vec<bool>,
    /// Whether the piece below it is.
    blocked_below: Vec<bool>,
    /// How many lines are crossed on the piece to the right.
    crossed_right: Vec<i64>,
    /// How many lines are crossed on the piece below.
    crossed_below: Vec<i64>,
}

impl Grid {
    /// A grid with the lines `xs` and `ys`; earlier ones win over those that are near to them.
    pub(super) fn new(
        xs: impl IntoIterator<Item = f64>,
        ys: impl IntoIterator<Item = f64>,
    ) -> Self {
        let (xs, ys) = (distinct(xs), distinct(ys));
        let count = xs.len() * ys.len();
        Self {
            xs,
            ys,
            blocked_right: vec![false; count],
            blocked_below: vec![false; count],
            crossed_right: vec![0; count],
            crossed_below: vec![0; count],
        }
    }

    fn index(&self, column: usize, row: usize) -> usize {
        row * self.xs.len() + column
    }

    /// Blocks everything inside `area`.
    pub(super) fn block(&mut self, area: Bounds) {
        let columns = between(&self.xs, area.x, area.right());
        let rows = between(&self.ys, area.y, area.bottom());
        // A piece is blocked when it has a part inside: the one before the first line inside, too.
        for row in rows.clone() {
            let (first, last) = pieces(&self.xs, area.x, area.right());
            for column in first..last {
                let index = self.index(column, row);
                set(&mut self.blocked_right, index);
            }
        }
        for column in columns {
            let (first, last) = pieces(&self.ys, area.y, area.bottom());
            for row in first..last {
                let index = self.index(column, row);
                set(&mut self.blocked_below, index);
            }
        }
    }

    /// Makes it dear to lie upon a line, and counts what crosses it.
    pub(super) fn avoid(&mut self, line: Segment) {
        let area = line.bounds();
        if line.is_horizontal() {
            for row in between(&self.ys, area.y - TOUCHING, area.y + TOUCHING) {
                let (first, last) = pieces(&self.xs, area.x, area.right());
                for column in first..last {
                    let index = self.index(column, row);
                    add(&mut self.crossed_right, index, UPON);
                }
            }
            if let Some(row) = piece_at(&self.ys, area.y) {
                for column in between(&self.xs, area.x, area.right()) {
                    let index = self.index(column, row);
                    add(&mut self.crossed_below, index, 1);
                }
            }
        } else if line.is_vertical() {
            for column in between(&self.xs, area.x - TOUCHING, area.x + TOUCHING) {
                let (first, last) = pieces(&self.ys, area.y, area.bottom());
                for row in first..last {
                    let index = self.index(column, row);
                    add(&mut self.crossed_below, index, UPON);
                }
            }
            if let Some(column) = piece_at(&self.xs, area.x) {
                for row in between(&self.ys, area.y, area.bottom()) {
                    let index = self.index(column, row);
                    add(&mut self.crossed_right, index, 1);
                }
            }
        }
    }

    fn find(&self, place: Point) -> Option<Crossing> {
        let column = self.xs.iter().position(|x| (x - place.x).abs() < NEAR)?;
        let row = self.ys.iter().position(|y| (y - place.y).abs() < NEAR)?;
        Some((column, row))
    }

    fn place(&self, (column, row): Crossing) -> Point {
        let x = self.xs.get(column).copied().unwrap_or(0.0);
        Point::new(x, self.ys.get(row).copied().unwrap_or(0.0))
    }

    /// The next crossing of the grid on the way `heading`, and what it costs to get there.
    fn step(&self, (column, row): Crossing, heading: Heading) -> Option<(Crossing, i64)> {
        let (next, piece) = match heading {
            Heading::Left => ((column.checked_sub(1)?, row), (column - 1, row)),
            Heading::Right => ((column + 1, row), (column, row)),
            Heading::Up => ((column, row.checked_sub(1)?), (column, row - 1)),
            Heading::Down => ((column, row + 1), (column, row)),
        };
        if next.0 >= self.xs.len() || next.1 >= self.ys.len() {
            return None;
        }
        let index = self.index(piece.0, piece.1);
        let (blocked, crossed) = if heading.is_horizontal() {
            (&self.blocked_right, &self.crossed_right)
        } else {
            (&self.blocked_below, &self.crossed_below)
        };
        if blocked.get(index).copied().unwrap_or(true) {
            return None;
        }
        let length = self.place((column, row)).distance(self.place(next));
        let crossings = crossed.get(index).copied().unwrap_or(0);
        Some((next, length.round() as i64 + CROSSING * crossings))
    }

    /// The best line from one of `from` to one of `to`.
    pub(super) fn search(&self, from: &[Port], to: &[Port]) -> Option<Vec<Point>> {
        let mut targets: Vec<(Crossing, Heading, i64)> = Vec::new();
        for port in to {
            let place = self.find(port.place)?;
            targets.push((place, port.outwards.opposite(), port.cost));
        }
        targets.sort_unstable();
        let places: Vec<Point> = to.iter().map(|port| port.place).collect();
        let count = self.xs.len() * self.ys.len() * Heading::ALL.len();
        let mut search = Search {
            grid: self,
            area: Bounds::covering(&places)?,
            targets,
            best: vec![i64::MAX; count],
            before: vec![usize::MAX; count],
            open: BinaryHeap::new(),
        };
        for port in from {
            if let Some(place) = self.find(port.place) {
                search.reach(place, port.outwards, port.cost, usize::MAX);
            }
        }
        search.run()
    }

    /// The least that the way to `area` costs.
    fn guess(&self, place: Crossing, area: Bounds) -> i64 {
        let place = self.place(place);
        let x = (area.x - place.x).max(place.x - area.right()).max(0.0);
        let y = (area.y - place.y).max(place.y - area.bottom()).max(0.0);
        (x + y).floor() as i64
    }
}

/// A crossing of the grid: its column and its row.
type Crossing = (usize, usize);

/// A search for the best line.
struct Search<'g> {
    grid: &'g Grid,
    /// What covers all targets.
    area: Bounds,
    /// Where the line may end: how it arrives there, and what that costs.
    targets: Vec<(Crossing, Heading, i64)>,
    /// The least cost to each crossing by each heading.
    best: Vec<i64>,
    /// Where that comes from.
    before: Vec<usize>,
    open: BinaryHeap<Reverse<(i64, usize)>>,
}

impl Search<'_> {
    /// Notes a way to `place`, if it is better than those before.
    fn reach(&mut self, place: Crossing, heading: Heading, cost: i64, before: usize) {
        let key = self.grid.index(place.0, place.1) * Heading::ALL.len() + heading as usize;
        let Some(best) = self.best.get_mut(key).filter(|best| cost < **best) else {
            return;
        };
        *best = cost;
        if let Some(slot) = self.before.get_mut(key) {
            *slot = before;
        }
        let guess = cost + self.grid.guess(place, self.area);
        self.open.push(Reverse((guess, key)));
    }

    /// The crossing and the heading of a key.
    fn state(&self, key: usize) -> Option<(Crossing, Heading)> {
        let crossing = key / Heading::ALL.len();
        let heading = Heading::ALL.get(key % Heading::ALL.len()).copied()?;
        let width = self.grid.xs.len();
        Some(((crossing % width, crossing / width), heading))
    }

    /// What it costs to end at `place`; none if it is no target.
    fn arrival(&self, place: Crossing, heading: Heading) -> Option<i64> {
        let first = self.targets.partition_point(|target| target.0 < place);
        self.targets
            .iter()
            .skip(first)
            .take_while(|target| target.0 == place)
            .filter(|(_, arrival, _)| *arrival == heading)
            .map(|(.., cost)| *cost)
            .min()
    }

    fn run(mut self) -> Option<Vec<Point>> {
        let mut found: Option<(i64, usize)> = None;
        while let Some(Reverse((guess, key))) = self.open.pop() {
            if found.is_some_and(|(least, _)| guess >= least) {
                break;
            }
            let (place, heading) = self.state(key)?;
            let cost = self.best.get(key).copied()?;
            if guess > cost + self.grid.guess(place, self.area) {
                continue;
            }
            if let Some(arrival) = self.arrival(place, heading)
                && found.is_none_or(|(least, _)| cost + arrival < least)
            {
                found = Some((cost + arrival, key));
            }
            for next in Heading::ALL {
                if next == heading.opposite() {
                    continue;
                }
                if let Some((there, length)) = self.grid.step(place, next) {
                    let bend = if next == heading { 0 } else { BEND };
                    self.reach(there, next, cost + length + bend, key);
                }
            }
        }
        self.line(found?.1)
    }

    /// The places on the way to `last`.
    fn line(&self, last: usize) -> Option<Vec<Point>> {
        let mut points = Vec::new();
        let mut key = last;
        while key != usize::MAX {
            points.push(self.grid.place(self.state(key)?.0));
            key = self.before.get(key).copied()?;
        }
        points.reverse();
        Some(points)
    }
}

/// Sorted, without those near to one that came before.
fn distinct(places: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut kept: Vec<f64> = Vec::new();
    for place in places {
        let at = kept.partition_point(|other| *other < place);
        let is_near = |index: Option<usize>| {
            let other = index.and_then(|index| kept.get(index));
            other.is_some_and(|other| (other - place).abs() < NEAR)
        };
        if !is_near(Some(at)) && !is_near(at.checked_sub(1)) {
            kept.insert(at, place);
        }
    }
    kept
}

/// The positions of the lines strictly between two places.
fn between(lines: &[f64], low: f64, high: f64) -> std::ops::Range<usize> {
    let first = lines.partition_point(|line| *line <= low);
    let last = lines.partition_point(|line| *line < high);
    first..last.max(first)
}

/// The pieces between lines that have a part between two places, as the first and the one behind
/// the last.
fn pieces(lines: &[f64], low: f64, high: f64) -> (usize, usize) {
    let first = lines.partition_point(|line| *line <= low).saturating_sub(1);
    let last = lines.partition_point(|line| *line < high);
    let is_before = lines.first().is_none_or(|line| *line >= high);
    if is_before { (0, 0) } else { (first, last) }
}

/// The piece between lines that contains a place in its inside.
fn piece_at(lines: &[f64], place: f64) -> Option<usize> {
    let behind = lines.partition_point(|line| *line < place);
    let is_on_line = lines
        .get(behind)
        .is_some_and(|line| (line - place).abs() < 1e-6);
    if is_on_line || behind == lines.len() {
        // On a line of the grid: whoever crosses it does so on the piece before.
        return behind.checked_sub(1);
    }
    behind.checked_sub(1)
}

fn set(flags: &mut [bool], index: usize) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = true;
    }
}

fn add(counts: &mut [i64], index: usize, number: i64) {
    if let Some(count) = counts.get_mut(index) {
        *count += number;
    }
}
