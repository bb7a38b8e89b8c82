//! A Merkle tree over leaves that come one after the other, in memory that grows with the logarithm
//! of their number.
//!
//! # Source
//! RFC 6962, 2.1: leaves and nodes have different domains, and an incomplete tree is split at the
//! largest power of two.

use super::digest::Hasher;
use crate::store::Digest;

/// A tree under construction.
#[derive(Clone, Debug, Default)]
pub(super) struct MerkleTree {
    leaves: u64,
    /// Complete subtrees, largest first, with their heights.
    subtrees: Vec<(u32, Digest)>,
}

impl MerkleTree {
    /// Adds the next leaf.
    pub(super) fn push(&mut self, leaf: Digest) {
        self.leaves += 1;
        let mut height = 0;
        let mut digest = leaf;
        while let Some((below, left)) = self.subtrees.pop() {
            if below != height {
                self.subtrees.push((below, left));
                break;
            }
            digest = node(left, digest);
            height += 1;
        }
        self.subtrees.push((height, digest));
    }

    /// The number of leaves.
    pub(super) fn leaves(&self) -> u64 {
        self.leaves
    }

    /// The root; that of a tree without leaves depends on nothing.
    pub(super) fn root(&self) -> Digest {
        let mut subtrees = self.subtrees.iter().rev().map(|(_, digest)| *digest);
        match subtrees.next() {
            Some(last) => subtrees.fold(last, |right, left| node(left, right)),
            None => Hasher::new("reglament tree 1").finish(),
        }
    }
}

fn node(left: Digest, right: Digest) -> Digest {
    Hasher::new("reglament node 1")
        .part(&left.0)
        .part(&right.0)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of the RFC, word for word.
    fn defined(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => MerkleTree::default().root(),
            [only] => *only,
            several => {
                let split = several.len().next_power_of_two() / 2;
                node(defined(&several[..split]), defined(&several[split..]))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_definition() {
        let leaves: Vec<Digest> = (0..70_u64)
            .map(|number| Hasher::new("test").number(number).finish())
            .collect();
        for count in 0..=leaves.len() {
            let mut tree = MerkleTree::default();
            leaves[..count].iter().for_each(|leaf| tree.push(*leaf));
            assert_eq!(tree.root(), defined(&leaves[..count]), "{count} leaves");
            assert_eq!(tree.leaves(), count as u64);
        }
    }
}
