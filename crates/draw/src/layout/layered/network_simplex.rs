//! Integer variables with least distances, as near to each other as the weights ask for: the network
//! simplex method.
//!
//! The same problem appears twice in a layered drawing: which layer each node is in, and at which
//! height each straight piece of a line runs. A solution is a tree of tight arcs; a step replaces an
//! arc that it pays to lengthen by the one that gives way first.
//!
//! # Source
//! Gansner, Koutsofios, North, Vo: A Technique for Drawing Directed Graphs (1993), sections 2 and 4.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use reglament_core::program::{Arena, ArenaIndex};

use super::index::layout_index;

layout_index! {
    /// A variable of a [`Problem`].
    VariableIx,
    /// An arc of a [`Problem`].
    ArcIx,
}

/// How many tree arcs that can be improved are compared before one is taken.
const COMPARED: usize = 30;

/// `head - tail >= least`, at the cost of `weight` for each unit.
#[derive(Clone, Copy, Debug)]
struct Arc {
    tail: VariableIx,
    head: VariableIx,
    least: i64,
    weight: i64,
}

/// Variables with least distances and weights. Arcs must not form a cycle.
#[derive(Debug, Default)]
pub(super) struct Problem {
    arcs: Arena<ArcIx, Arc>,
    variables: usize,
}

impl Problem {
    /// A problem of `count` variables without arcs.
    pub(super) fn new(count: usize) -> Self {
        Self {
            arcs: Arena::new(),
            variables: count,
        }
    }

    /// Adds a variable.
    pub(super) fn variable(&mut self) -> VariableIx {
        self.variables += 1;
        VariableIx::from_position(self.variables - 1)
    }

    /// Demands `head - tail >= least`.
    pub(super) fn keep(&mut self, tail: VariableIx, head: VariableIx, least: i64) {
        self.pull(tail, head, least, 0);
    }

    /// Demands `head - tail >= least`, and each unit more costs `weight`.
    pub(super) fn pull(&mut self, tail: VariableIx, head: VariableIx, least: i64, weight: i64) {
        self.arcs.push(Arc {
            tail,
            head,
            least,
            weight,
        });
    }

    /// Each unit between the two variables costs `weight`, whichever is the greater.
    pub(super) fn attract(&mut self, one: VariableIx, other: VariableIx, weight: i64) {
        let lesser = self.variable();
        self.pull(lesser, one, 0, weight);
        self.pull(lesser, other, 0, weight);
    }

    /// The values, after at most `limit` steps; the least value is 0.
    ///
    /// Every demand holds, however few steps are allowed.
    pub(super) fn solve(self, limit: usize) -> Arena<VariableIx, i64> {
        if self.variables == 0 {
            return Arena::new();
        }
        let mut simplex = Simplex::new(self);
        simplex.run(limit);
        let least = simplex.value.values().copied().min().unwrap_or(0);
        simplex.value.values_mut().for_each(|value| *value -= least);
        simplex.value
    }
}

/// A spanning tree of tight arcs with what is needed to improve it.
struct Simplex {
    arcs: Arena<ArcIx, Arc>,
    /// The arcs at each variable.
    incident: Arena<VariableIx, Vec<ArcIx>>,
    value: Arena<VariableIx, i64>,
    /// The arc to the parent in the tree; the root has none.
    parent: Arena<VariableIx, Option<ArcIx>>,
    children: Arena<VariableIx, Vec<VariableIx>>,
    /// The weights of the arcs that leave the subtree less those that enter it.
    net: Arena<VariableIx, i64>,
    /// Which search last saw the variable.
    seen: Arena<VariableIx, usize>,
    search: usize,
    /// How many variables are below each variable, itself included.
    size: Arena<VariableIx, usize>,
    root: VariableIx,
}

impl Simplex {
    fn new(problem: Problem) -> Self {
        let count = problem.variables;
        let mut simplex = Self {
            incident: incident(&problem.arcs, count),
            arcs: problem.arcs,
            value: filled(count, 0),
            parent: filled(count, None),
            children: (0..count).map(|_| Vec::new()).collect(),
            net: filled(count, 0),
            seen: filled(count, 0),
            search: 0,
            size: filled(count, 1),
            root: VariableIx::from_position(0),
        };
        simplex.place_by_longest_path();
        simplex.grow_tight_tree();
        simplex.sum_up();
        simplex
    }

    /// Starts with the least values that the demands allow.
    fn place_by_longest_path(&mut self) {
        let mut open: Arena<VariableIx, usize> = filled(self.value.len(), 0);
        for arc in self.arcs.values() {
            open[arc.head] += 1;
        }
        let mut ready: Vec<VariableIx> = open
            .iter()
            .filter(|(_, open)| **open == 0)
            .map(|(variable, _)| variable)
            .collect();
        let mut next = 0;
        while let Some(variable) = ready.get(next).copied() {
            next += 1;
            for arc in &self.incident[variable] {
                let arc = self.arcs[*arc];
                if arc.tail != variable {
                    continue;
                }
                let value = self.value[variable] + arc.least;
                self.value[arc.head] = self.value[arc.head].max(value);
                open[arc.head] -= 1;
                if open[arc.head] == 0 {
                    ready.push(arc.head);
                }
            }
        }
    }

    fn slack(&self, arc: Arc) -> i64 {
        self.value[arc.head] - self.value[arc.tail] - arc.least
    }

    /// Grows a tree of tight arcs from the first variable: the nearest variable outside comes next,
    /// and the tree moves until its arc is tight.
    fn grow_tight_tree(&mut self) {
        let mut tree = GrowingTree::new(self.value.len());
        tree.add(self, self.root);
        let mut unconnected = self.value.indices();
        loop {
            if let Some(arc) = tree.nearest(self) {
                self.adopt(arc, &mut tree);
                continue;
            }
            let Some(outside) = unconnected.find(|variable| !tree.inside[*variable]) else {
                break;
            };
            // Nothing connects this part: an arc without weight that is tight as things stand.
            let (root, shift) = (self.root, tree.shift);
            let least = self.value[outside] - (self.value[root] + shift);
            let arc = self.arcs.push(Arc {
                tail: root,
                head: outside,
                least,
                weight: 0,
            });
            self.incident[root].push(arc);
            self.incident[outside].push(arc);
            self.adopt(arc, &mut tree);
        }
        for value in self.value.values_mut() {
            *value += tree.shift;
        }
    }

    /// Takes the variable at the other end of `arc` into the tree.
    fn adopt(&mut self, arc: ArcIx, tree: &mut GrowingTree) {
        let Arc { tail, head, .. } = self.arcs[arc];
        let (inside, outside) = if tree.inside[tail] {
            (tail, head)
        } else {
            (head, tail)
        };
        self.parent[outside] = Some(arc);
        self.children[inside].push(outside);
        tree.add(self, outside);
    }

    /// Sums weights and sizes up the tree.
    fn sum_up(&mut self) {
        for arc in self.arcs.values() {
            self.net[arc.tail] += arc.weight;
            self.net[arc.head] -= arc.weight;
        }
        let mut order = vec![self.root];
        let mut next = 0;
        while let Some(variable) = order.get(next).copied() {
            order.extend_from_slice(&self.children[variable]);
            next += 1;
        }
        for variable in order.into_iter().rev() {
            if let Some(above) = self.above(variable) {
                self.net[above] += self.net[variable];
                self.size[above] += self.size[variable];
            }
        }
    }

    /// The parent in the tree.
    fn above(&self, variable: VariableIx) -> Option<VariableIx> {
        let arc = self.arcs[self.parent[variable]?];
        Some(if arc.tail == variable {
            arc.head
        } else {
            arc.tail
        })
    }

    /// What it brings to lengthen the arc above `variable` by one; 0 where it brings nothing.
    fn gain(&self, variable: VariableIx) -> i64 {
        let Some(arc) = self.parent[variable] else {
            return 0;
        };
        let net = self.net[variable];
        if self.arcs[arc].tail == variable {
            -net
        } else {
            net
        }
    }

    fn run(&mut self, limit: usize) {
        let mut from = 0;
        for _ in 0..limit {
            let Some(leaving) = self.leaving(&mut from) else {
                break;
            };
            let Some(entering) = self.entering(leaving) else {
                break;
            };
            self.exchange(leaving, entering);
        }
    }

    /// The variable whose arc to the parent it pays to lengthen, searched from `from` on.
    fn leaving(&self, from: &mut usize) -> Option<VariableIx> {
        let count = self.value.len();
        let mut best = None;
        let mut compared = 0;
        for step in 0..count {
            let variable = VariableIx::from_position((*from + step) % count);
            let gain = self.gain(variable);
            if gain <= 0 {
                continue;
            }
            if best.is_none_or(|(most, _)| gain > most) {
                best = Some((gain, variable));
            }
            compared += 1;
            if compared == COMPARED {
                *from = (*from + step + 1) % count;
                break;
            }
        }
        best.map(|(_, variable)| variable)
    }

    /// The variables of the smaller of the two parts that the arc above `cut` holds together, and
    /// whether that is the part below it.
    fn smaller_part(&mut self, cut: VariableIx) -> (Vec<VariableIx>, bool) {
        let below = self.size[cut] * 2 <= self.value.len();
        self.search += 1;
        let mut part = vec![if below { cut } else { self.root }];
        let mut next = 0;
        while let Some(variable) = part.get(next).copied() {
            next += 1;
            self.seen[variable] = self.search;
            part.extend(
                self.children[variable]
                    .iter()
                    .filter(|child| **child != cut),
            );
        }
        (part, below)
    }

    /// The arc between the two parts that gives way first when the arc above `cut` is lengthened.
    fn entering(&mut self, cut: VariableIx) -> Option<Entering> {
        let (part, below) = self.smaller_part(cut);
        let is_tail_below = self.arcs[self.parent[cut]?].tail == cut;
        // The part with the tail sinks: arcs from the other part into it become shorter.
        let part_has_tail = is_tail_below == below;
        let mut best: Option<(i64, ArcIx)> = None;
        for variable in &part {
            for arc in &self.incident[*variable] {
                let Arc { tail, head, .. } = self.arcs[*arc];
                let (near, far) = if part_has_tail {
                    (head, tail)
                } else {
                    (tail, head)
                };
                if near != *variable || self.seen[far] == self.search {
                    continue;
                }
                let slack = self.slack(self.arcs[*arc]);
                if best.is_none_or(|found| (slack, *arc) < found) {
                    best = Some((slack, *arc));
                }
            }
        }
        let (slack, arc) = best?;
        let ends = self.arcs[arc];
        // Which end lies below the cut.
        let tail_in_part = self.seen[ends.tail] == self.search;
        let inner = if tail_in_part == below {
            ends.tail
        } else {
            ends.head
        };
        let shift = if part_has_tail { -slack } else { slack };
        Some(Entering {
            arc,
            inner,
            part,
            shift,
        })
    }

    /// Replaces the arc above `cut` by the entering one and moves the smaller part.
    fn exchange(&mut self, cut: VariableIx, entering: Entering) {
        for variable in &entering.part {
            self.value[*variable] += entering.shift;
        }
        let (net, size) = (self.net[cut], self.size[cut]);
        let mut ancestor = self.above(cut);
        if let Some(above) = ancestor {
            self.children[above].retain(|child| *child != cut);
        }
        while let Some(variable) = ancestor {
            self.net[variable] -= net;
            self.size[variable] -= size;
            ancestor = self.above(variable);
        }
        self.hang_from(entering.inner, cut, net, size);
        self.parent[entering.inner] = Some(entering.arc);
        let mut ancestor = self.above(entering.inner);
        if let Some(above) = ancestor {
            self.children[above].push(entering.inner);
        }
        while let Some(variable) = ancestor {
            self.net[variable] += net;
            self.size[variable] += size;
            ancestor = self.above(variable);
        }
    }

    /// Turns the tree below `top` so that `new_top` is above all the others of it.
    fn hang_from(&mut self, new_top: VariableIx, top: VariableIx, net: i64, size: usize) {
        let mut path = vec![new_top];
        let mut variable = new_top;
        while variable != top {
            let Some(above) = self.above(variable) else {
                break;
            };
            path.push(above);
            variable = above;
        }
        let arcs: Vec<Option<ArcIx>> = path.iter().map(|variable| self.parent[*variable]).collect();
        let sums: Vec<(i64, usize)> = path
            .iter()
            .map(|variable| (self.net[*variable], self.size[*variable]))
            .collect();
        for (step, pair) in path.windows(2).enumerate() {
            let [lower, upper] = *pair else { continue };
            self.children[upper].retain(|child| *child != lower);
            self.children[lower].push(upper);
            self.parent[upper] = arcs.get(step).copied().flatten();
            let (lower_net, lower_size) = sums.get(step).copied().unwrap_or_default();
            self.net[upper] = net - lower_net;
            self.size[upper] = size - lower_size;
        }
        self.net[new_top] = net;
        self.size[new_top] = size;
    }
}

/// An arc that becomes part of the tree.
struct Entering {
    arc: ArcIx,
    /// Its end below the arc that leaves.
    inner: VariableIx,
    /// The variables that move.
    part: Vec<VariableIx>,
    /// How far they move.
    shift: i64,
}

/// A tree of tight arcs that grows. The variables inside stand `shift` higher than their value says.
struct GrowingTree {
    inside: Arena<VariableIx, bool>,
    shift: i64,
    /// Arcs that lead out, by slack plus the shift when they were found.
    outwards: BinaryHeap<Reverse<(i64, ArcIx)>>,
    /// Arcs that lead in, by slack less the shift when they were found.
    inwards: BinaryHeap<Reverse<(i64, ArcIx)>>,
}

impl GrowingTree {
    fn new(count: usize) -> Self {
        Self {
            inside: filled(count, false),
            shift: 0,
            outwards: BinaryHeap::new(),
            inwards: BinaryHeap::new(),
        }
    }

    /// Takes `variable` in; its value becomes relative to the shift.
    fn add(&mut self, simplex: &mut Simplex, variable: VariableIx) {
        self.inside[variable] = true;
        for arc in &simplex.incident[variable] {
            let ends = simplex.arcs[*arc];
            let slack = simplex.value[ends.head] - simplex.value[ends.tail] - ends.least;
            if ends.tail == variable && !self.inside[ends.head] {
                self.outwards.push(Reverse((slack + self.shift, *arc)));
            } else if ends.head == variable && !self.inside[ends.tail] {
                self.inwards.push(Reverse((slack - self.shift, *arc)));
            }
        }
        simplex.value[variable] -= self.shift;
    }

    /// The arc to the nearest variable outside, made tight by moving the tree.
    fn nearest(&mut self, simplex: &Simplex) -> Option<ArcIx> {
        let is_inside = |arc: ArcIx| {
            let ends = simplex.arcs[arc];
            self.inside[ends.tail] && self.inside[ends.head]
        };
        while let Some(Reverse((_, arc))) = self.outwards.peek()
            && is_inside(*arc)
        {
            self.outwards.pop();
        }
        while let Some(Reverse((_, arc))) = self.inwards.peek()
            && is_inside(*arc)
        {
            self.inwards.pop();
        }
        let out = self
            .outwards
            .peek()
            .map(|Reverse((key, arc))| (key - self.shift, *arc));
        let into = self
            .inwards
            .peek()
            .map(|Reverse((key, arc))| (key + self.shift, *arc));
        match (out, into) {
            (Some((slack, arc)), other) if other.is_none_or(|(less, _)| slack <= less) => {
                self.shift += slack;
                Some(arc)
            }
            (_, Some((slack, arc))) => {
                self.shift -= slack;
                Some(arc)
            }
            (_, None) => None,
        }
    }
}

/// The arcs at each variable.
fn incident(arcs: &Arena<ArcIx, Arc>, count: usize) -> Arena<VariableIx, Vec<ArcIx>> {
    let mut incident: Arena<VariableIx, Vec<ArcIx>> = (0..count).map(|_| Vec::new()).collect();
    for (index, arc) in arcs.iter() {
        incident[arc.tail].push(index);
        incident[arc.head].push(index);
    }
    incident
}

/// An arena of `count` times `item`.
fn filled<I, T: Clone>(count: usize, item: T) -> Arena<I, T> {
    std::iter::repeat_n(item, count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(position: usize) -> VariableIx {
        VariableIx::from_position(position)
    }

    fn values(solution: &Arena<VariableIx, i64>) -> Vec<i64> {
        solution.values().copied().collect()
    }

    #[test]
    fn a_short_branch_stands_beside_its_end() {
        // 0 -> 1 -> 2 -> 3 and 4 -> 3: the second source is not in the first layer.
        let mut problem = Problem::new(5);
        for (tail, head) in [(0, 1), (1, 2), (2, 3), (4, 3)] {
            problem.pull(at(tail), at(head), 1, 1);
        }
        assert_eq!(values(&problem.solve(100)), [0, 1, 2, 3, 2]);
    }

    #[test]
    fn the_heavier_of_two_attractions_wins() {
        let mut problem = Problem::new(3);
        problem.keep(at(0), at(1), 10);
        problem.attract(at(0), at(2), 1);
        problem.attract(at(1), at(2), 5);
        let solution = problem.solve(100);
        assert_eq!(solution[at(2)], solution[at(1)]);
        assert_eq!(solution[at(1)] - solution[at(0)], 10);
    }

    #[test]
    fn the_optimum_is_that_of_trying_all() {
        // A small problem with a known optimum, found by trying all values up to 6.
        let arcs = [
            (0, 1, 1, 3),
            (0, 2, 2, 1),
            (1, 3, 1, 1),
            (2, 3, 1, 4),
            (0, 4, 1, 2),
            (4, 3, 3, 1),
            (1, 5, 2, 1),
            (5, 3, 0, 2),
        ];
        let cost = |values: &[i64]| -> Option<i64> {
            let mut sum = 0;
            for (tail, head, least, weight) in arcs {
                let length = values[head] - values[tail];
                if length < least {
                    return None;
                }
                sum += (length - least) * weight;
            }
            Some(sum)
        };
        let mut best = i64::MAX;
        for code in 0..7_i64.pow(5) {
            let mut values = vec![0];
            let mut rest = code;
            for _ in 0..5 {
                values.push(rest % 7);
                rest /= 7;
            }
            best = cost(&values).map_or(best, |cost| best.min(cost));
        }
        let mut problem = Problem::new(6);
        for (tail, head, least, weight) in arcs {
            problem.pull(at(tail), at(head), least, weight);
        }
        assert_eq!(cost(&values(&problem.solve(1000))), Some(best));
    }

    #[test]
    fn demands_hold_however_few_steps_are_allowed() {
        let mut problem = Problem::new(4);
        problem.pull(at(0), at(3), 5, 1);
        problem.pull(at(1), at(3), 2, 9);
        problem.pull(at(1), at(2), 1, 1);
        let solution = problem.solve(0);
        assert!(solution[at(3)] - solution[at(0)] >= 5);
        assert!(solution[at(3)] - solution[at(1)] >= 2);
        assert!(solution[at(2)] - solution[at(1)] >= 1);
    }
}
