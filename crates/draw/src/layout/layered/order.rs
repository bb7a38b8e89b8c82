//! The order of the items in each layer, with few crossings.
//!
//! Sweeps move each item to the middle of what it is connected with, exchanges of neighbours finish
//! the work. Items stay in their bands, and what hangs below a node stays there.
//!
//! # Source
//! Gansner, Koutsofios, North, Vo: A Technique for Drawing Directed Graphs (1993), section 3; Barth,
//! Mutzel, Jünger: Simple and Efficient Bilayer Cross Counting (2004).

use reglament_core::program::Arena;

use super::layers::{Content, ItemIx, Layers};
use super::rank::Ranks;

/// How often the sweeps run.
const SWEEPS: usize = 12;
/// How many sweeps without progress end the work.
const PATIENCE: usize = 4;
/// How often all layers are gone through for exchanges in one sweep.
const EXCHANGES: usize = 4;

/// Orders all layers.
pub(super) fn order(ranks: &Ranks, layers: &mut Layers) {
    initial(ranks, layers);
    let mut best = layers.layers.clone();
    let mut least = crossings(layers);
    let mut without_progress = 0;
    for sweep in 0..SWEEPS {
        if least == 0 || without_progress == PATIENCE {
            break;
        }
        sweep_once(layers, sweep % 2 == 0);
        exchange(layers);
        let found = crossings(layers);
        if found < least {
            least = found;
            best.clone_from(&layers.layers);
            without_progress = 0;
        } else {
            without_progress += 1;
        }
    }
    for (layer, order) in best.into_iter().enumerate() {
        layers.set_layer(layer, order);
    }
}

/// The order in which a depth-first search along the main paths comes by.
fn initial(ranks: &Ranks, layers: &mut Layers) {
    let mut seen: Arena<ItemIx, bool> = layers.items.values().map(|_| false).collect();
    let is_back = |item: ItemIx| match layers.items[item].content {
        Content::Pass(edge) => ranks.is_back[edge],
        Content::Node(_) => false,
    };
    let mut orders: Vec<Vec<ItemIx>> = vec![Vec::new(); ranks.count];
    for start in layers.items.indices() {
        let item = &layers.items[start];
        if !item.left.is_empty() || item.host.is_some() || is_back(start) {
            continue;
        }
        let mut open = vec![start];
        while let Some(item) = open.pop() {
            if seen[item] {
                continue;
            }
            seen[item] = true;
            if let Some(order) = orders.get_mut(layers.items[item].layer) {
                order.push(item);
            }
            let mut next: Vec<ItemIx> = layers.items[item].right.clone();
            if next.len() > 2 {
                // The main path comes first; it goes between the others.
                let middle = (next.len() - 1) / 2;
                next.get_mut(..=middle)
                    .into_iter()
                    .for_each(|upper| upper.rotate_left(1));
            }
            let hung = &layers.items[item].hung;
            next.extend(hung.iter().copied().filter(|hung| !is_back(*hung)));
            open.extend(next.into_iter().rev());
        }
    }
    for (layer, mut order) in orders.into_iter().enumerate() {
        order.sort_by_key(|item| {
            let data = &layers.items[*item];
            let is_joined = !(data.left.is_empty() && data.right.is_empty());
            (data.band, !is_joined)
        });
        let order = with_hung_below(layers, &order, &|_| 0);
        layers.set_layer(layer, order);
    }
}

/// `order` with everything that hangs moved below its host, sorted by `key`.
fn with_hung_below(layers: &Layers, order: &[ItemIx], key: &dyn Fn(ItemIx) -> i64) -> Vec<ItemIx> {
    let mut hung: Vec<(ItemIx, i64, ItemIx)> = order
        .iter()
        .filter_map(|item| {
            let host = layers.items[*item].host?;
            Some((host, key(*item), *item))
        })
        .collect();
    if hung.is_empty() {
        return order.to_vec();
    }
    hung.sort_unstable();
    let mut result = Vec::with_capacity(order.len());
    for item in order {
        if layers.items[*item].host.is_some() {
            continue;
        }
        result.push(*item);
        let first = hung.partition_point(|(host, ..)| host < item);
        let below = hung.iter().skip(first);
        result.extend(
            below
                .take_while(|(host, ..)| host == item)
                .map(|(.., item)| *item),
        );
    }
    result
}

/// Moves the items of every layer to the middle of what they are connected with on one side.
fn sweep_once(layers: &mut Layers, rightwards: bool) {
    let count = layers.layers.len();
    for step in 1..count {
        let layer = if rightwards { step } else { count - 1 - step };
        let order = layers.layer(layer).to_vec();
        let middle: Vec<(ItemIx, Option<i64>)> = order
            .iter()
            .map(|item| (*item, middle(layers, *item, rightwards)))
            .collect();
        // What is connected with nothing on that side keeps its place: it takes the key of the item
        // before it.
        let mut keyed = Vec::with_capacity(order.len());
        let mut last = (i64::MIN, None);
        for (item, key) in middle {
            let band = layers.items[item].band;
            let key = match key {
                Some(key) => key,
                None if last.1 == Some(band) => last.0,
                None => i64::MIN,
            };
            last = (key, Some(band));
            keyed.push((band, key, layers.position[item], item));
        }
        keyed.sort_unstable();
        let keys: std::collections::BTreeMap<ItemIx, i64> = keyed
            .iter()
            .map(|(_, key, _, item)| (*item, *key))
            .collect();
        let order: Vec<ItemIx> = keyed.into_iter().map(|(.., item)| item).collect();
        let order = with_hung_below(layers, &order, &|item| {
            keys.get(&item).copied().unwrap_or(i64::MIN)
        });
        layers.set_layer(layer, order);
    }
}

/// The median of the positions that `item` is connected with, in thousandths.
fn middle(layers: &Layers, item: ItemIx, leftwards: bool) -> Option<i64> {
    let item = &layers.items[item];
    let neighbours = if leftwards { &item.left } else { &item.right };
    let mut positions: Vec<i64> = neighbours
        .iter()
        .map(|neighbour| i64::try_from(layers.position[*neighbour]).unwrap_or(i64::MAX / 4000))
        .collect();
    positions.sort_unstable();
    let half = positions.len() / 2;
    let upper = positions.get(half).copied()?;
    if positions.len() % 2 == 1 {
        return Some(upper * 1000);
    }
    let lower = positions.get(half.checked_sub(1)?).copied()?;
    Some((lower + upper) * 500)
}

/// Exchanges neighbours while that removes crossings.
fn exchange(layers: &mut Layers) {
    for _ in 0..EXCHANGES {
        let mut improved = false;
        for layer in 0..layers.layers.len() {
            improved |= exchange_in(layers, layer);
        }
        if !improved {
            break;
        }
    }
}

/// Exchanges neighbours of one layer once; whether a crossing was removed.
fn exchange_in(layers: &mut Layers, layer: usize) -> bool {
    let mut units = units(layers, layer);
    let mut improved = false;
    for position in 1..units.len() {
        let (Some(upper), Some(lower)) = (units.get(position - 1), units.get(position)) else {
            break;
        };
        if upper.band != lower.band {
            continue;
        }
        let now = inversions(&upper.left, &lower.left) + inversions(&upper.right, &lower.right);
        let then = inversions(&lower.left, &upper.left) + inversions(&lower.right, &upper.right);
        if then < now {
            units.swap(position - 1, position);
            improved = true;
        }
    }
    if improved {
        let order = units.into_iter().flat_map(|unit| unit.items).collect();
        layers.set_layer(layer, order);
    }
    improved
}

/// A node with what hangs below it, or a place of an edge.
struct Unit {
    band: super::graph::BandIx,
    items: Vec<ItemIx>,
    /// The positions that it is connected with in the layer before, sorted.
    left: Vec<usize>,
    /// Those in the layer behind.
    right: Vec<usize>,
}

fn units(layers: &Layers, layer: usize) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for item in layers.layer(layer) {
        let data = &layers.items[*item];
        if data.host.is_none() || units.is_empty() {
            units.push(Unit {
                band: data.band,
                items: Vec::new(),
                left: Vec::new(),
                right: Vec::new(),
            });
        }
        if let Some(unit) = units.last_mut() {
            unit.items.push(*item);
            unit.left
                .extend(data.left.iter().map(|next| layers.position[*next]));
            unit.right
                .extend(data.right.iter().map(|next| layers.position[*next]));
        }
    }
    for unit in &mut units {
        unit.left.sort_unstable();
        unit.right.sort_unstable();
    }
    units
}

/// How many pairs of `upper` and `lower` cross, both sorted.
fn inversions(upper: &[usize], lower: &[usize]) -> usize {
    upper
        .iter()
        .map(|position| lower.partition_point(|other| other < position))
        .sum()
}

/// The crossings between all neighbouring layers.
pub(super) fn crossings(layers: &Layers) -> usize {
    (0..layers.layers.len())
        .map(|layer| crossings_behind(layers, layer))
        .sum()
}

/// The crossings between `layer` and the one behind it.
fn crossings_behind(layers: &Layers, layer: usize) -> usize {
    let behind = layers.layer(layer + 1).len();
    let mut tree = vec![0_usize; behind + 1];
    let mut inserted = 0;
    let mut crossings = 0;
    for item in layers.layer(layer) {
        let mut ends: Vec<usize> = layers.items[*item]
            .right
            .iter()
            .map(|next| layers.position[*next])
            .collect();
        ends.sort_unstable();
        for end in &ends {
            crossings += inserted - prefix_sum(&tree, *end);
        }
        for end in ends {
            inserted += 1;
            add(&mut tree, end);
        }
    }
    crossings
}

/// How many of the inserted positions are at most `position` (a Fenwick tree).
fn prefix_sum(tree: &[usize], position: usize) -> usize {
    let mut sum = 0;
    let mut at = position + 1;
    while at > 0 {
        sum += tree.get(at).copied().unwrap_or(0);
        at &= at - 1;
    }
    sum
}

fn add(tree: &mut [usize], position: usize) {
    let mut at = position + 1;
    while let Some(count) = tree.get_mut(at) {
        *count += 1;
        at += at & at.wrapping_neg();
    }
}
