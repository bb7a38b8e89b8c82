//! The chain of records of one case: each record's hash covers the hash of the one before.

use reglament_executor::InstanceId;
use serde::{Deserialize, Serialize};

use super::digest::Hasher;
use crate::store::Digest;

/// How far the chain of a case reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of the last record; 0 before the first.
    pub seq: u64,
    /// The hash of the last record; before the first it depends on the case alone.
    pub hash: Digest,
}

/// One record of a case as it is stored: what the hash covers, and the hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainRecord<'r> {
    /// The number of the record within its case, from 1 without gaps.
    pub seq: u64,
    /// When it happened, in microseconds since 1970-01-01T00:00:00Z.
    pub at_micros: i64,
    /// What kind of record it is.
    pub kind: &'r str,
    /// The stored bytes: sealed where they hold personal data.
    pub body: &'r [u8],
    /// The hash that was stored with it.
    pub hash: Digest,
}

impl Head {
    /// The head of a case without records.
    #[must_use]
    pub fn of_new(instance: InstanceId) -> Self {
        Self {
            seq: 0,
            hash: Hasher::new("reglament case 1").number(instance.0).finish(),
        }
    }

    /// The head after one more record.
    ///
    /// The hash covers the hash before, the case, the record's number, instant, kind and stored
    /// bytes. It does not cover the position, which the store assigns when it commits; anchors do.
    #[must_use]
    pub fn after(&self, instance: InstanceId, at_micros: i64, kind: &str, body: &[u8]) -> Self {
        let seq = self.seq.saturating_add(1);
        let hash = record_hash(self.hash, instance, seq, at_micros, kind, body);
        Self { seq, hash }
    }
}

impl ChainRecord<'_> {
    /// Whether the record's hash follows from `previous` when it is number `seq`.
    pub(super) fn follows(&self, previous: Digest, instance: InstanceId, seq: u64) -> bool {
        let hash = record_hash(
            previous,
            instance,
            seq,
            self.at_micros,
            self.kind,
            self.body,
        );
        hash == self.hash
    }
}

fn record_hash(
    previous: Digest,
    instance: InstanceId,
    seq: u64,
    at_micros: i64,
    kind: &str,
    body: &[u8],
) -> Digest {
    Hasher::new("reglament record 1")
        .part(&previous.0)
        .number(instance.0)
        .number(seq)
        .part(&at_micros.to_le_bytes())
        .part(kind.as_bytes())
        .part(body)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_hashed_changes_the_hash() {
        let case = InstanceId(7);
        let head = Head::of_new(case);
        let base = head.after(case, 5, "completed", b"x");
        let others = [
            head.after(InstanceId(8), 5, "completed", b"x"),
            head.after(case, 6, "completed", b"x"),
            head.after(case, 5, "complete", b"dx"),
            head.after(case, 5, "completed", b"y"),
            base.after(case, 5, "completed", b"x"),
            Head::of_new(InstanceId(8)).after(case, 5, "completed", b"x"),
        ];
        assert!(others.iter().all(|other| other.hash != base.hash));
        assert_eq!(base.seq, 1);
    }
}
