//! Verifying histories against themselves and against anchors.
//!
//! Chains alone find what was changed by somebody who did not recompute the hashes. Anchors that were
//! kept outside find the rest: every record up to the newest anchor is what it was when the anchor was
//! taken, or the verification says what is not.

use std::fmt;

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;
use serde::Serialize;

use super::anchor::{Anchor, TOMBSTONE, Tombstone, leaf};
use super::chain::{ChainRecord, Head};
use super::keys::PublicKey;
use super::merkle::MerkleTree;
use crate::store::{CaseHead, Digest, Position, StreamEvent};

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The case; none for what concerns all of them.
    pub instance: Option<InstanceId>,
    /// The number of the record, or of the first one.
    pub seq: Option<u64>,
    /// What is wrong.
    pub kind: FindingKind,
}

/// What can be wrong with a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// The record is not what was written, or one before it was taken away and the rest renumbered.
    Changed,
    /// Records from this number on are missing in the middle.
    Removed,
    /// The record was put in between.
    Inserted,
    /// The record stands at another place than it was written.
    Reordered,
    /// Records from this number on were cut off: the anchor, or the row of the case, knows more.
    Truncated,
    /// The records up to this number follow from each other and are others than the anchor knows.
    Rewritten,
    /// The anchor knows the case and it is not there.
    CaseRemoved,
    /// The case claims to be older than the anchor, and the anchor does not know it.
    CaseInserted,
    /// The cases are others than the anchor knows. The anchor has no list that says which.
    AnchorMismatch,
    /// The anchor is not signed by this installation, or was changed.
    AnchorForged,
    /// The tombstone is not signed by this installation, or was changed.
    TombstoneForged,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(instance) = self.instance {
            write!(f, "case {instance}: ")?;
        }
        let seq = self.seq.unwrap_or_default();
        match self.kind {
            FindingKind::Changed => write!(
                f,
                "record {seq} is not what was written, or one before it was taken away"
            ),
            FindingKind::Removed => write!(f, "records from {seq} on are missing"),
            FindingKind::Inserted => write!(f, "record {seq} was put in"),
            FindingKind::Reordered => write!(f, "record {seq} stands at another place"),
            FindingKind::Truncated => write!(f, "records from {seq} on were cut off"),
            FindingKind::Rewritten => write!(
                f,
                "the records up to {seq} are others than when the anchor was taken"
            ),
            FindingKind::CaseRemoved => f.write_str("the case was removed"),
            FindingKind::CaseInserted => f.write_str("the case was put in after the anchor"),
            FindingKind::AnchorMismatch => {
                f.write_str("cases are not what they were when the anchor was taken")
            }
            FindingKind::AnchorForged => {
                f.write_str("an anchor was changed or is of another installation")
            }
            FindingKind::TombstoneForged => {
                f.write_str("the tombstone was changed or is of another installation")
            }
        }
    }
}

/// What a verification has found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Everything that is wrong, case by case; what concerns all cases comes last.
    pub findings: Vec<Finding>,
    /// How many cases were read; the engine's own history counts as one.
    pub cases: u64,
    /// How many of them are tombstones.
    pub erased: u64,
    /// How many records were read.
    pub records: u64,
    /// The newest position that an anchor covers, and when that was taken. Up to there the verification
    /// is complete. Without an anchor, somebody who recomputed the hashes is not found.
    pub covered: Option<(Position, Timestamp)>,
    /// How many records are newer than every anchor: of those a change is found unless the hashes were
    /// recomputed, and what was cut off at the end is not.
    pub uncovered: u64,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Verifies case after case, in the order of their numbers, in memory that does not grow with them.
#[derive(Debug)]
pub struct Verifier {
    key: PublicKey,
    anchors: Vec<AnchorCheck>,
    case: Option<CaseCheck>,
    report: Report,
}

/// An anchor, and what the database says it should be.
#[derive(Debug)]
struct AnchorCheck {
    anchor: Anchor,
    tree: MerkleTree,
    /// How many leaves of its list have been compared.
    compared: usize,
    /// Whether the list has said already what is wrong.
    is_explained: bool,
}

/// The case that is being read.
#[derive(Debug)]
struct CaseCheck {
    instance: InstanceId,
    /// The record before the next.
    last: Head,
    /// The hash of the one before that.
    before: Digest,
    position: Position,
    tombstone: Option<Tombstone>,
    /// Where it stood at each anchor.
    heads: Vec<Option<CaseHead>>,
    /// Whether a finding already says that its records are not what they were.
    is_bad: bool,
}

impl Verifier {
    /// Begins. `anchors` are those that were kept outside; `key` is the public key of the installation,
    /// also from outside: one that lies beside the database proves nothing.
    #[must_use]
    pub fn new(mut anchors: Vec<Anchor>, key: PublicKey) -> Self {
        let mut report = Report::default();
        anchors.sort_by_key(|anchor| anchor.position);
        anchors.retain(|anchor| {
            let is_genuine = anchor.is_genuine(&key);
            if !is_genuine {
                report.findings.push(Finding {
                    instance: None,
                    seq: None,
                    kind: FindingKind::AnchorForged,
                });
            }
            is_genuine
        });
        report.covered = anchors.last().map(|anchor| (anchor.position, anchor.at));
        let check = |anchor| AnchorCheck {
            anchor,
            tree: MerkleTree::default(),
            compared: 0,
            is_explained: false,
        };
        Self {
            key,
            anchors: anchors.into_iter().map(check).collect(),
            case: None,
            report,
        }
    }

    /// Reads the next record: all records of a case by number, the cases by number.
    pub fn record(&mut self, event: &StreamEvent) {
        if self.case.as_ref().map(|case| case.instance) != Some(event.instance) {
            self.end_case();
            self.case = Some(CaseCheck::new(event.instance, self.anchors.len()));
            self.report.cases += 1;
        }
        self.report.records += 1;
        let is_covered = self
            .report
            .covered
            .is_some_and(|(position, _)| event.position <= position);
        self.report.uncovered += u64::from(!is_covered);
        let Some(case) = &mut self.case else { return };
        if case.last.seq == 0 && &*event.record.kind == TOMBSTONE {
            self.report.erased += 1;
            case.begin_with(event, &self.key, &mut self.report.findings);
        } else {
            case.read(event, &mut self.report.findings);
        }
        let last = case.last_head();
        for (anchor, head) in self.anchors.iter().zip(&mut case.heads) {
            if event.position <= anchor.anchor.position {
                *head = Some(last);
            }
        }
    }

    /// Compares the last record that was read with what the store says apart from it.
    pub fn expect_head(&mut self, head: &CaseHead) {
        if self.case.as_ref().map(|case| case.instance) != Some(head.instance) {
            self.end_case();
            self.case = Some(CaseCheck::new(head.instance, self.anchors.len()));
            self.report.cases += 1;
        }
        let Some(case) = &mut self.case else { return };
        if case.last.seq < head.seq {
            let first = case.last.seq.saturating_add(1);
            case.find(first, FindingKind::Truncated, &mut self.report.findings);
        } else if case.last.hash != head.hash && !case.is_bad {
            case.find(head.seq, FindingKind::Changed, &mut self.report.findings);
        }
    }

    /// Ends. Cases that an anchor knows and that were not read are missing.
    #[must_use]
    pub fn finish(mut self) -> Report {
        self.end_case();
        let mut findings = std::mem::take(&mut self.report.findings);
        for check in &mut self.anchors {
            check.missing_before(InstanceId(u64::MAX), &mut findings);
            let holds =
                check.tree.leaves() == check.anchor.cases && check.tree.root() == check.anchor.root;
            if !holds && !check.is_explained {
                findings.push(Finding {
                    instance: None,
                    seq: None,
                    kind: FindingKind::AnchorMismatch,
                });
            }
        }
        // Several anchors find the same; it is said once.
        let mut unique: Vec<Finding> = Vec::with_capacity(findings.len());
        for finding in findings {
            if !unique.contains(&finding) {
                unique.push(finding);
            }
        }
        unique.sort_by_key(|finding| finding.instance.map_or(u64::MAX, |it| it.0));
        self.report.findings = unique;
        self.report
    }

    fn end_case(&mut self) {
        let Some(case) = self.case.take() else {
            return;
        };
        for (check, head) in self.anchors.iter_mut().zip(&case.heads) {
            let position = check.anchor.position;
            let head = head.or_else(|| case.tombstone.as_ref()?.head_at(position));
            check.compare(case.instance, head, case.is_bad, &mut self.report.findings);
        }
    }
}

impl CaseCheck {
    fn new(instance: InstanceId, anchors: usize) -> Self {
        let last = Head::of_new(instance);
        Self {
            instance,
            last,
            before: last.hash,
            position: Position(0),
            tombstone: None,
            heads: vec![None; anchors],
            is_bad: false,
        }
    }

    /// Begins where the tombstone says that the case ended.
    fn begin_with(&mut self, event: &StreamEvent, key: &PublicKey, findings: &mut Vec<Finding>) {
        let tombstone = Tombstone::from_bytes(&event.record.bytes)
            .filter(|it| it.instance == self.instance && it.is_genuine(key));
        let Some(tombstone) = tombstone else {
            // What it stands for is unknown, so its own link cannot be judged.
            self.find(event.record.seq, FindingKind::TombstoneForged, findings);
            self.go_on_after(event);
            return;
        };
        self.last = tombstone.last();
        self.tombstone = Some(tombstone);
        self.read(event, findings);
    }

    fn read(&mut self, event: &StreamEvent, findings: &mut Vec<Finding>) {
        let record = ChainRecord {
            seq: event.record.seq,
            at_micros: event.record.at.as_micros(),
            kind: &event.record.kind,
            body: &event.record.bytes,
            hash: event.record.hash,
        };
        let expected = self.last.seq.saturating_add(1);
        if record.seq < expected {
            self.find(record.seq, FindingKind::Inserted, findings);
            return;
        }
        if event.position <= self.position {
            self.find(record.seq, FindingKind::Reordered, findings);
        } else if record.seq > expected {
            self.find(expected, FindingKind::Removed, findings);
        } else if !record.follows(self.last.hash, self.instance, record.seq) {
            let kind = self.explain(&record);
            let seq = match kind {
                FindingKind::Inserted => self.last.seq,
                _ => record.seq,
            };
            self.find(seq, kind, findings);
        }
        self.go_on_after(event);
    }

    fn go_on_after(&mut self, event: &StreamEvent) {
        self.before = self.last.hash;
        self.last = Head {
            seq: event.record.seq,
            hash: event.record.hash,
        };
        self.position = self.position.max(event.position);
    }

    /// Why the record does not follow from the one before.
    fn explain(&self, record: &ChainRecord<'_>) -> FindingKind {
        let without_the_last = record.follows(self.before, self.instance, record.seq)
            || record.follows(self.before, self.instance, record.seq.saturating_sub(1));
        if without_the_last {
            FindingKind::Inserted
        } else {
            FindingKind::Changed
        }
    }

    fn find(&mut self, seq: u64, kind: FindingKind, findings: &mut Vec<Finding>) {
        self.is_bad = true;
        findings.push(Finding {
            instance: Some(self.instance),
            seq: Some(seq),
            kind,
        });
    }

    fn last_head(&self) -> CaseHead {
        CaseHead {
            instance: self.instance,
            seq: self.last.seq,
            hash: self.last.hash,
            position: self.position,
        }
    }
}

impl AnchorCheck {
    /// Compares what the database says of a case with the list of the anchor.
    fn compare(
        &mut self,
        instance: InstanceId,
        head: Option<CaseHead>,
        is_bad: bool,
        findings: &mut Vec<Finding>,
    ) {
        if let Some(head) = &head {
            self.tree.push(leaf(head));
        }
        self.missing_before(instance, findings);
        let Some(heads) = &self.anchor.heads else {
            return;
        };
        let known = heads
            .get(self.compared)
            .filter(|known| known.instance == instance)
            .copied();
        self.compared += usize::from(known.is_some());
        let (seq, kind) = match (known, head) {
            (None, Some(head)) => (head.seq, FindingKind::CaseInserted),
            (Some(_), None) => (0, FindingKind::CaseRemoved),
            (Some(known), Some(head)) if head.seq < known.seq => {
                (head.seq + 1, FindingKind::Truncated)
            }
            (Some(known), Some(head)) if known.seq != head.seq || known.hash != head.hash => {
                (known.seq, FindingKind::Rewritten)
            }
            (None, None) | (Some(_), Some(_)) => return,
        };
        self.is_explained = true;
        // A record that does not fit its chain is the better explanation of another hash.
        if !(is_bad && kind == FindingKind::Rewritten) {
            findings.push(Finding {
                instance: Some(instance),
                seq: (seq > 0).then_some(seq),
                kind,
            });
        }
    }

    /// Says which cases of the list below `instance` have not been read.
    fn missing_before(&mut self, instance: InstanceId, findings: &mut Vec<Finding>) {
        let Some(heads) = &self.anchor.heads else {
            return;
        };
        while let Some(known) = heads.get(self.compared)
            && known.instance < instance
        {
            self.compared += 1;
            self.is_explained = true;
            findings.push(Finding {
                instance: Some(known.instance),
                seq: None,
                kind: FindingKind::CaseRemoved,
            });
        }
    }
}
