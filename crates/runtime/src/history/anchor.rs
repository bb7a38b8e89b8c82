//! Anchors over all cases, and what is left of cases that were erased.
//!
//! An anchor says how far every case reached at one position of the stream: the root of a Merkle tree
//! (RFC 6962) over the cases in the order of their numbers, each leaf a case with the number and hash
//! of its last record. It is a small JSON file that is kept where nobody who can change the database
//! can change it: a mail to the auditor, a notary's time stamp, a printed page.

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;
use serde::{Deserialize, Serialize};

use super::chain::Head;
use super::digest::Hasher;
use super::keys::{KeyError, Keys, PublicKey, Signature};
use super::merkle::MerkleTree;
use crate::store::{AnchorRow, CaseHead, Digest, Position};

/// The kind of the record that is left of an erased case.
pub const TOMBSTONE: &str = "tombstone";

/// How far all cases reached at one position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The version of the form.
    pub version: u16,
    /// The newest position that it covers.
    pub position: Position,
    /// When it was taken, in microseconds since 1970-01-01T00:00:00Z.
    pub at: Timestamp,
    /// The number of cases; the engine's own history counts as one.
    pub cases: u64,
    /// The root of the tree.
    pub root: Digest,
    /// The leaves. With them a verification says which case was changed by somebody who recomputed
    /// every hash; without them only that it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heads: Option<Vec<CaseHead>>,
    /// The key of the installation that took it.
    pub key: PublicKey,
    /// Its signature.
    pub signature: Signature,
}

/// The version of the form of anchors and tombstones.
const VERSION: u16 = 1;

impl Anchor {
    /// Whether the signature is that of `key` over this anchor, and the leaves, if they are there, are
    /// those of the root.
    #[must_use]
    pub fn is_genuine(&self, key: &PublicKey) -> bool {
        let heads_fit = self.heads.as_ref().is_none_or(|heads| {
            let mut tree = MerkleTree::default();
            heads.iter().for_each(|head| tree.push(leaf(head)));
            tree.leaves() == self.cases && tree.root() == self.root
        });
        let message = anchor_message(self.position, self.at, self.cases, self.root);
        self.version == VERSION
            && self.key == *key
            && heads_fit
            && key.verifies(&message.0, &self.signature)
    }

    /// What the store notes of it.
    #[must_use]
    pub fn row(&self) -> AnchorRow {
        AnchorRow {
            position: self.position,
            at: self.at,
            root: self.root,
        }
    }
}

/// Makes an anchor from heads that come in the order of their cases.
#[derive(Debug)]
pub struct AnchorBuilder {
    position: Position,
    tree: MerkleTree,
    heads: Option<Vec<CaseHead>>,
}

impl AnchorBuilder {
    /// Begins an anchor at `position`. `with_heads` keeps the leaves, about 100 bytes of JSON a case.
    #[must_use]
    pub fn new(position: Position, with_heads: bool) -> Self {
        Self {
            position,
            tree: MerkleTree::default(),
            heads: with_heads.then(Vec::new),
        }
    }

    /// Adds the next case, as [`Store::heads`](crate::store::Store::heads) gives it. For a head beyond
    /// the position, which is a tombstone's, `tombstone` has to be the tombstone.
    pub fn push(&mut self, head: CaseHead, tombstone: Option<&Tombstone>) {
        let covered = if head.position <= self.position {
            Some(head)
        } else {
            tombstone.and_then(|it| it.head_at(self.position))
        };
        if let Some(head) = covered {
            self.tree.push(leaf(&head));
            self.heads.iter_mut().for_each(|heads| heads.push(head));
        }
    }

    /// The anchor, signed.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn finish(self, at: Timestamp, keys: &dyn Keys) -> Result<Anchor, KeyError> {
        let (cases, root) = (self.tree.leaves(), self.tree.root());
        let message = anchor_message(self.position, at, cases, root);
        Ok(Anchor {
            version: VERSION,
            position: self.position,
            at,
            cases,
            root,
            heads: self.heads,
            key: keys.public_key(),
            signature: keys.sign(&message.0)?,
        })
    }
}

/// What is left of a case whose retention has ended: how long its history was and where it stood at
/// each anchor, so that anchors taken before can still be verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// The version of the form.
    pub version: u16,
    /// The case.
    pub instance: InstanceId,
    /// When it was erased, in microseconds since 1970-01-01T00:00:00Z.
    pub at: Timestamp,
    /// The ground, in the host's words: the rule of retention. Never personal data.
    pub ground: Arc<str>,
    /// Where the case stood at each anchor that covers it, by position, and at the end.
    pub heads: Vec<CaseHead>,
    /// The key of the installation that erased it.
    pub key: PublicKey,
    /// Its signature.
    pub signature: Signature,
}

impl Tombstone {
    /// The tombstone of a case. `heads` are where it stood at each anchor that covers it, by position,
    /// and its last head; equal ones count once.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn new(
        instance: InstanceId,
        mut heads: Vec<CaseHead>,
        at: Timestamp,
        ground: Arc<str>,
        keys: &dyn Keys,
    ) -> Result<Self, KeyError> {
        heads.sort_unstable_by_key(|head| head.position);
        heads.dedup();
        let message = tombstone_message(instance, &heads, at, &ground);
        Ok(Self {
            version: VERSION,
            instance,
            at,
            ground,
            heads,
            key: keys.public_key(),
            signature: keys.sign(&message.0)?,
        })
    }

    /// Whether the signature is that of `key` over this tombstone.
    #[must_use]
    pub fn is_genuine(&self, key: &PublicKey) -> bool {
        let message = tombstone_message(self.instance, &self.heads, self.at, &self.ground);
        self.version == VERSION && self.key == *key && key.verifies(&message.0, &self.signature)
    }

    /// How many records the case had, and the hash of the last.
    #[must_use]
    pub fn last(&self) -> Head {
        self.heads.last().map_or_else(
            || Head::of_new(self.instance),
            |head| Head {
                seq: head.seq,
                hash: head.hash,
            },
        )
    }

    /// Where the case stood at `position`; none when it had no record yet.
    pub(super) fn head_at(&self, position: Position) -> Option<CaseHead> {
        let covered = self.heads.iter().rev();
        covered.copied().find(|head| head.position <= position)
    }

    /// The stored form: the record of the kind [`TOMBSTONE`] that follows the last one.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The tombstone in a record of the kind [`TOMBSTONE`]; none when the bytes are no tombstone.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// The leaf of a case. The position is not part of it: the anchor's own covers it.
pub(super) fn leaf(head: &CaseHead) -> Digest {
    Hasher::new("reglament leaf 1")
        .number(head.instance.0)
        .number(head.seq)
        .part(&head.hash.0)
        .finish()
}

fn anchor_message(position: Position, at: Timestamp, cases: u64, root: Digest) -> Digest {
    Hasher::new("reglament anchor 1")
        .number(position.0)
        .part(&at.as_micros().to_le_bytes())
        .number(cases)
        .part(&root.0)
        .finish()
}

fn tombstone_message(
    instance: InstanceId,
    heads: &[CaseHead],
    at: Timestamp,
    ground: &str,
) -> Digest {
    let mut message = Hasher::new("reglament tombstone 1")
        .number(instance.0)
        .part(&at.as_micros().to_le_bytes())
        .part(ground.as_bytes());
    for head in heads {
        message = message
            .number(head.position.0)
            .number(head.seq)
            .part(&head.hash.0);
    }
    message.finish()
}
