//! The channels between the layers, where edges change their height.
//!
//! Each piece of an edge that changes its height has a vertical line in the channel. The lines are
//! ordered from left to right so that few edges cross and none lie upon each other; those that are
//! not side by side share a track.

/// The side of a channel that a piece of an edge comes from or goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bank {
    Left,
    Right,
}

/// A piece of an edge that changes its height in a channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Where it comes in.
    pub(super) from: (Bank, i64),
    /// Where it goes out.
    pub(super) to: (Bank, i64),
}

/// Lines nearer than this would be taken for one.
const TOUCHING: i64 = 5;
/// What it costs that two edges lie upon each other, in crossings.
const OVERLAP_COST: usize = 1000;

impl Piece {
    fn low(&self) -> i64 {
        self.from.1.min(self.to.1)
    }

    fn high(&self) -> i64 {
        self.from.1.max(self.to.1)
    }

    /// The heights of the horizontal lines on `bank`.
    fn ends(&self, bank: Bank) -> impl Iterator<Item = i64> {
        [self.from, self.to]
            .into_iter()
            .filter(move |(side, _)| *side == bank)
            .map(|(_, height)| height)
    }

    fn is_crossed_at(&self, height: i64) -> bool {
        self.low() < height && height < self.high()
    }
}

/// The crossings of two pieces when the vertical line of the first is to the left.
fn cost(left: &Piece, right: &Piece) -> usize {
    let outward = left
        .ends(Bank::Right)
        .filter(|end| right.is_crossed_at(*end));
    let inward = right
        .ends(Bank::Left)
        .filter(|end| left.is_crossed_at(*end));
    let overlaps = left
        .ends(Bank::Right)
        .flat_map(|end| right.ends(Bank::Left).map(move |other| (end, other)))
        .filter(|(end, other)| (end - other).abs() < TOUCHING);
    outward.count() + inward.count() + OVERLAP_COST * overlaps.count()
}

/// The track of each piece, from 0 on the left, and how many there are.
pub(super) fn tracks(pieces: &[Piece]) -> (Vec<usize>, usize) {
    let order = order(pieces);
    let mut tracks = vec![0; pieces.len()];
    let mut placed: Vec<(usize, &Piece)> = Vec::with_capacity(pieces.len());
    let mut count = 0;
    for index in order {
        let Some(piece) = pieces.get(index) else {
            continue;
        };
        let beside = |other: &Piece| {
            other.low() <= piece.high() + TOUCHING && piece.low() <= other.high() + TOUCHING
        };
        let track = placed
            .iter()
            .filter(|(_, other)| beside(other))
            .map(|(track, _)| track + 1)
            .max()
            .unwrap_or(0);
        placed.push((track, piece));
        count = count.max(track + 1);
        if let Some(slot) = tracks.get_mut(index) {
            *slot = track;
        }
    }
    (tracks, count)
}

/// The pieces from left to right: one after the other goes where it crosses least.
fn order(pieces: &[Piece]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(pieces.len());
    for (index, piece) in pieces.iter().enumerate() {
        // The cost of each place, from the leftmost to the rightmost.
        let placed = || order.iter().filter_map(|other| pieces.get(*other));
        let mut cost_here: usize = placed().map(|other| cost(piece, other)).sum();
        let mut best = (cost_here, 0);
        for (place, other) in placed().enumerate() {
            cost_here = cost_here + cost(other, piece) - cost(piece, other);
            if cost_here < best.0 {
                best = (cost_here, place + 1);
            }
        }
        order.insert(best.1, index);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(from: i64, to: i64) -> Piece {
        Piece {
            from: (Bank::Left, from),
            to: (Bank::Right, to),
        }
    }

    #[test]
    fn edges_that_fan_out_do_not_cross() {
        // Two edges go down, the upper one turns behind the lower one.
        let (tracks, count) = tracks(&[through(0, 50), through(10, 100)]);
        assert_eq!((tracks, count), (vec![1, 0], 2));
    }

    #[test]
    fn edges_that_are_not_side_by_side_share_a_track() {
        let (tracks, count) = tracks(&[through(0, 50), through(100, 150)]);
        assert_eq!((tracks, count), (vec![0, 0], 1));
    }

    #[test]
    fn no_edge_lies_upon_another() {
        // The first leaves at the height at which the second comes in.
        let (tracks, _) = tracks(&[through(0, 50), through(50, 100)]);
        assert_eq!(tracks, [1, 0]);
    }
}
