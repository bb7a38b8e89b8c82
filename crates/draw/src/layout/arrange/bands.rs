//! The bands of a diagram: pools from top to bottom, in each its lanes, in each lane the parts of the
//! flow that are not connected.

use reglament_core::program::{Arena, ArenaIndex};
use rustc_hash::FxHashMap;

use super::super::layered::{Band, BandIx};
use super::super::name::band_height;
use super::super::scene::{Kind, Role, Scene, ShapeIx};
use crate::size::{BAND, BLACK_BOX_POOL, LANE_HEIGHT};

/// What is kept free at the upper and lower end of a lane.
const LANE_PADDING: i64 = 24;
/// What is kept free between the parts of a flow that are not connected.
const PART_PADDING: i64 = 16;
/// The distance between two pools: message flows and their names run there.
const POOL_DISTANCE: i64 = 70;
/// What is kept free between the band with the name and what is in the lane.
const INDENT: i64 = 30;

/// The bands of a diagram or sub-process.
#[derive(Debug, Default)]
pub(super) struct Bands {
    pub(super) bands: Arena<BandIx, Band>,
    /// The first and the last band of each pool and lane, in the order of drawing, with how deep it
    /// is nested.
    pub(super) spans: Vec<(ShapeIx, BandIx, BandIx, i64)>,
    /// Least heights of runs of bands.
    pub(super) least_heights: Vec<(BandIx, BandIx, i64)>,
    /// The band of each node.
    pub(super) of_node: FxHashMap<ShapeIx, BandIx>,
    /// The lowest band of each pool, and of what is in none: no flow crosses its lower end, so that
    /// nodes may stand apart there.
    pub(super) lowest: Vec<BandIx>,
    /// Where what is in the bands begins.
    pub(super) indent: i64,
}

/// Makes the bands for the nodes `members`, of which `part` says which are connected.
pub(super) fn bands(
    scene: &Scene<'_>,
    members: &[ShapeIx],
    part: &FxHashMap<ShapeIx, usize>,
    is_plane: bool,
) -> Bands {
    let mut builder = Builder {
        scene,
        members,
        part,
        sizes: FxHashMap::default(),
        bands: Bands::default(),
    };
    for part in members.iter().filter_map(|node| part.get(node)) {
        *builder.sizes.entry(*part).or_default() += 1;
    }
    let loose: Vec<ShapeIx> = members
        .iter()
        .copied()
        .filter(|node| !is_plane || builder.pool_of(*node).is_none())
        .collect();
    if is_plane {
        for pool in pool_order(scene) {
            builder.pool(pool);
        }
        builder.lanes_of(None, &loose);
    } else {
        builder.leaf(&loose, PART_PADDING, None);
    }
    let last = builder.bands.bands.indices().next_back();
    builder.bands.lowest.extend(last);
    let depth = builder
        .bands
        .spans
        .iter()
        .map(|(.., depth)| depth + 1)
        .max();
    builder.bands.indent = depth.map_or(0, |depth| depth * whole(BAND) + INDENT);
    let indent = builder.bands.indent;
    for band in builder.bands.bands.values_mut() {
        band.indent = indent;
    }
    if let Some(last) = builder.bands.bands.values_mut().next_back() {
        last.gap = 0;
    }
    builder.bands
}

struct Builder<'a, 'd> {
    scene: &'a Scene<'d>,
    members: &'a [ShapeIx],
    part: &'a FxHashMap<ShapeIx, usize>,
    /// How many nodes each part has.
    sizes: FxHashMap<usize, usize>,
    bands: Bands,
}

impl Builder<'_, '_> {
    fn pool_of(&self, node: ShapeIx) -> Option<ShapeIx> {
        self.scene.shapes[node].parent
    }

    fn next_band(&self) -> BandIx {
        BandIx::from_position(self.bands.bands.len())
    }

    fn pool(&mut self, pool: ShapeIx) {
        let first = self.next_band();
        let data = &self.scene.shapes[pool];
        let span = self.bands.spans.len();
        self.bands.spans.push((pool, first, first, 0));
        if data.is_expanded {
            let inside: Vec<ShapeIx> = self
                .members
                .iter()
                .copied()
                .filter(|node| self.pool_of(*node) == Some(pool))
                .collect();
            self.lanes_of(Some(pool), &inside);
        } else {
            let (_, height) = BLACK_BOX_POOL;
            self.bands.bands.push(Band {
                height: whole(height),
                ..Band::default()
            });
        }
        self.end_span(span, first, POOL_DISTANCE, BLACK_BOX_POOL.1);
    }

    /// Ends the span that began at `first`: the distance to what follows, and the least height.
    fn end_span(&mut self, span: usize, first: BandIx, gap: i64, least: f64) {
        if self.bands.bands.len() == first.position() {
            self.bands.bands.push(Band::default());
        }
        let last = BandIx::from_position(self.bands.bands.len() - 1);
        self.bands.bands[last].gap = self.bands.bands[last].gap.max(gap);
        if let Some(span) = self.bands.spans.get_mut(span) {
            span.2 = last;
            if self.scene.shapes[span.0].role == Role::Pool {
                self.bands.lowest.push(last);
            }
            let shape = &self.scene.shapes[span.0];
            let height = band_height(shape.name.as_deref(), least);
            self.bands.least_heights.push((first, last, whole(height)));
        }
    }

    /// The lanes of a pool, or of a process without one.
    fn lanes_of(&mut self, pool: Option<ShapeIx>, nodes: &[ShapeIx]) {
        let outer: Vec<ShapeIx> = self
            .scene
            .shapes
            .iter()
            .filter(|(_, shape)| {
                shape.role == Role::Lane && shape.parent == pool && shape.lane.is_none()
            })
            .map(|(lane, _)| lane)
            .collect();
        if outer.is_empty() {
            if !nodes.is_empty() {
                let padding = if pool.is_some() {
                    LANE_PADDING
                } else {
                    PART_PADDING
                };
                self.leaf(nodes, padding, None);
            }
            return;
        }
        let depth = i64::from(pool.is_some());
        // What no lane claims stands in the first one, artifacts in the last one.
        let unclaimed = nodes
            .iter()
            .copied()
            .filter(|node| self.scene.shapes[*node].lane.is_none());
        let (artifacts, mut unclaimed): (Vec<ShapeIx>, Vec<ShapeIx>) =
            unclaimed.partition(|node| self.scene.shapes[*node].role != Role::Node);
        let last = outer.last().copied();
        for lane in outer {
            if Some(lane) == last {
                unclaimed.extend(&artifacts);
            }
            self.lane(lane, depth, nodes, &mut unclaimed);
        }
    }

    fn lane(&mut self, lane: ShapeIx, depth: i64, nodes: &[ShapeIx], unclaimed: &mut Vec<ShapeIx>) {
        let first = self.next_band();
        let span = self.bands.spans.len();
        self.bands.spans.push((lane, first, first, depth));
        let mut own: Vec<ShapeIx> = nodes
            .iter()
            .copied()
            .filter(|node| self.scene.shapes[*node].lane == Some(lane))
            .collect();
        own.append(unclaimed);
        let children: Vec<ShapeIx> = self
            .scene
            .shapes
            .iter()
            .filter(|(_, shape)| shape.role == Role::Lane && shape.lane == Some(lane))
            .map(|(child, _)| child)
            .collect();
        if children.is_empty() {
            self.leaf(&own, LANE_PADDING, Some(LANE_HEIGHT));
        } else {
            // What a lane claims beside its inner lanes stands in the first of them.
            let mut unclaimed = own;
            for child in children {
                self.lane(child, depth + 1, nodes, &mut unclaimed);
            }
        }
        self.end_span(span, first, 0, 60.0);
    }

    /// The parts of the flow in a lane, or in whatever has no lanes: one band for what is connected
    /// with other lanes, and one for each other part.
    fn leaf(&mut self, nodes: &[ShapeIx], padding: i64, least: Option<f64>) {
        let mut here: FxHashMap<usize, usize> = FxHashMap::default();
        for part in nodes.iter().filter_map(|node| self.part.get(node)) {
            *here.entry(*part).or_default() += 1;
        }
        let mut parts: Vec<Vec<ShapeIx>> = Vec::new();
        let mut position: FxHashMap<Option<usize>, usize> = FxHashMap::default();
        // What stands apart goes to the lower end of the last part.
        let mut alone = Vec::new();
        for node in nodes {
            let Some(part) = self.part.get(node) else {
                alone.push(*node);
                continue;
            };
            let reaches_out = here.get(part) < self.sizes.get(part);
            let key = (!reaches_out).then_some(*part);
            let at = *position.entry(key).or_insert(parts.len());
            match parts.get_mut(at) {
                Some(part) => part.push(*node),
                None => parts.push(vec![*node]),
            }
        }
        let first = self.next_band();
        for nodes in parts {
            let band = self.bands.bands.push(Band {
                padding: PART_PADDING,
                ..Band::default()
            });
            self.bands
                .of_node
                .extend(nodes.into_iter().map(|node| (node, band)));
        }
        if self.next_band() == first {
            self.bands.bands.push(Band::default());
        }
        let last = BandIx::from_position(self.bands.bands.len() - 1);
        self.bands.bands[first].padding = padding;
        self.bands.bands[last].padding = padding;
        self.bands
            .of_node
            .extend(alone.into_iter().map(|node| (node, last)));
        if let Some(least) = least {
            self.bands.least_heights.push((first, last, whole(least)));
        }
    }
}

/// The pools in document order, moved where message flows would cross other pools.
fn pool_order(scene: &Scene<'_>) -> Vec<ShapeIx> {
    let mut pools: Vec<ShapeIx> = scene
        .shapes
        .iter()
        .filter(|(_, shape)| shape.role == Role::Pool)
        .map(|(pool, _)| pool)
        .collect();
    let flows: Vec<(ShapeIx, ShapeIx)> = scene
        .lines
        .values()
        .filter(|line| line.kind == Kind::Message)
        .filter_map(|line| {
            let source = scene.pool_of(line.source.shape()?)?;
            Some((source, scene.pool_of(line.target.shape()?)?))
        })
        .collect();
    let mut least = crossed(&pools, &flows);
    for _ in 0..pools.len() {
        let mut best = None;
        for from in 0..pools.len() {
            for to in 0..pools.len() {
                let mut order = pools.clone();
                let pool = order.remove(from);
                order.insert(to, pool);
                let cost = crossed(&order, &flows);
                if cost < least {
                    least = cost;
                    best = Some(order);
                }
            }
        }
        match best {
            Some(order) => pools = order,
            None => break,
        }
    }
    pools
}

/// How many pools the message flows cross.
fn crossed(pools: &[ShapeIx], flows: &[(ShapeIx, ShapeIx)]) -> usize {
    let position = |pool: ShapeIx| pools.iter().position(|other| *other == pool).unwrap_or(0);
    flows
        .iter()
        .map(|(one, other)| position(*one).abs_diff(position(*other)).saturating_sub(1))
        .sum()
}

/// A size in whole pixels.
pub(super) fn whole(length: f64) -> i64 {
    length.ceil() as i64
}
