//! Anchors and verifications of a whole store, with erased cases in it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;
use reglament_runtime::history::audit::{take_anchor, tombstone, verify};
use reglament_runtime::history::{Anchor, Finding, FindingKind, Head, Keys, MasterKey, TOMBSTONE};
use reglament_runtime::store::{
    Batch, Change, ENGINE, EventRecord, Fence, IndexChange, MemoryStore, Store, Version,
};

fn keys() -> MasterKey {
    MasterKey::from_secret(&[4; 32])
}

struct Archive {
    store: MemoryStore,
    fence: Fence,
}

impl Archive {
    /// The engine and the cases 1 to 3, with three records each.
    async fn new() -> Self {
        let store = MemoryStore::new();
        let fence = store.acquire().await.unwrap();
        let archive = Self { store, fence };
        for round in 0..3 {
            for case in 0..4 {
                let body = format!("{case} in round {round}").into_bytes();
                archive.record(case, "completed", body, Change::Keep).await;
            }
        }
        archive
    }

    async fn record(&self, case: u64, kind: &str, body: Vec<u8>, state: Change<Vec<u8>>) {
        let instance = InstanceId(case);
        let stored = self.store.load(vec![instance]).await.unwrap().remove(0);
        let head = stored.map_or_else(
            || Head::of_new(instance),
            |stored| Head {
                seq: stored.seq,
                hash: stored.hash,
            },
        );
        self.put(instance, head, kind, body, state, Vec::new())
            .await;
    }

    async fn put(
        &self,
        instance: InstanceId,
        head: Head,
        kind: &str,
        bytes: Vec<u8>,
        state: Change<Vec<u8>>,
        indexes: Vec<IndexChange>,
    ) {
        let next = head.after(instance, 0, kind, &bytes);
        let version = self.store.version(instance).await.unwrap();
        let batch = Batch {
            instance,
            expected_version: version,
            fence: self.fence,
            events: vec![EventRecord {
                seq: next.seq,
                at: Timestamp::EPOCH,
                kind: Arc::from(kind),
                bytes,
                hash: next.hash,
            }],
            state,
            indexes,
        };
        let answers = self.store.commit(vec![batch]).await.unwrap();
        answers[0].clone().unwrap();
    }

    async fn anchor(&self) -> Anchor {
        let anchor = take_anchor(&self.store, &keys(), Timestamp::EPOCH, true).await;
        let anchor = anchor.unwrap();
        let version = self.store.version(ENGINE).await.unwrap();
        let batch = Batch {
            instance: ENGINE,
            expected_version: version,
            fence: self.fence,
            events: Vec::new(),
            state: Change::Keep,
            indexes: vec![IndexChange::Anchor(anchor.row())],
        };
        self.store.commit(vec![batch]).await.unwrap()[0]
            .clone()
            .unwrap();
        anchor
    }

    async fn erase(&self, case: u64) {
        let instance = InstanceId(case);
        let ground = Arc::from("five years after the end");
        let stone = tombstone(&self.store, instance, Timestamp::EPOCH, ground, &keys()).await;
        let stone = stone.unwrap().unwrap();
        let (head, bytes) = (stone.last(), stone.to_bytes());
        self.put(instance, head, TOMBSTONE, bytes, Change::Erase, Vec::new())
            .await;
    }

    async fn findings(&self, anchors: &[Anchor]) -> Vec<Finding> {
        let key = keys().public_key();
        let report = verify(&self.store, anchors.to_vec(), key).await.unwrap();
        report.findings
    }
}

#[tokio::test]
async fn a_store_verifies_against_all_its_anchors_also_after_retention() {
    let archive = Archive::new().await;
    let mut anchors = vec![archive.anchor().await];
    archive
        .record(2, "completed", b"more".to_vec(), Change::Keep)
        .await;
    archive
        .record(0, "deployed", b"more".to_vec(), Change::Keep)
        .await;
    anchors.push(archive.anchor().await);
    archive.erase(2).await;
    assert_eq!(archive.findings(&anchors).await, []);
    anchors.push(archive.anchor().await);
    archive
        .record(4, "completed", b"new".to_vec(), Change::Keep)
        .await;
    archive.erase(1).await;
    anchors.push(archive.anchor().await);
    assert_eq!(archive.findings(&anchors).await, []);
    let cases: Vec<u64> = anchors.iter().map(|anchor| anchor.cases).collect();
    assert_eq!(cases, [4, 4, 4, 5]);
    let report = verify(&archive.store, anchors, keys().public_key()).await;
    let report = report.unwrap();
    assert_eq!((report.cases, report.erased, report.uncovered), (5, 2, 0));
}

#[tokio::test]
async fn an_anchor_that_is_taken_late_covers_what_was_erased_since() {
    let archive = Archive::new().await;
    let anchor = archive.anchor().await;
    archive.erase(3).await;
    // A second installation of the same moment: an anchor at the old position from what is left now.
    let again = {
        let mut builder = reglament_runtime::history::AnchorBuilder::new(anchor.position, true);
        for head in archive
            .store
            .heads(anchor.position, None, 99)
            .await
            .unwrap()
        {
            let before = head.seq - 1;
            let events = archive.store.events(head.instance, before, 1).await;
            let bytes = events.unwrap().remove(0).record.bytes;
            let stone = reglament_runtime::history::Tombstone::from_bytes(&bytes);
            builder.push(head, stone.as_ref());
        }
        builder.finish(Timestamp::EPOCH, &keys()).unwrap()
    };
    assert_eq!((again.root, again.cases), (anchor.root, anchor.cases));
}

#[tokio::test]
async fn a_case_that_was_cut_off_is_found_by_its_own_row() {
    let archive = Archive::new().await;
    let whole = archive
        .store
        .heads(archive.store.newest_position().await.unwrap(), None, 9)
        .await;
    let head = whole.unwrap()[2];
    let mut verifier = reglament_runtime::history::Verifier::new(Vec::new(), keys().public_key());
    let events = archive.store.events(head.instance, 0, 2).await.unwrap();
    events.iter().for_each(|event| verifier.record(event));
    verifier.expect_head(&head);
    let expected = Finding {
        instance: Some(head.instance),
        seq: Some(3),
        kind: FindingKind::Truncated,
    };
    assert_eq!(verifier.finish().findings, [expected]);
}

#[tokio::test]
async fn another_case_with_the_number_of_an_erased_one_is_found() {
    let archive = Archive::new().await;
    let anchors = [archive.anchor().await];
    // Erased without a tombstone that anybody signed.
    let head = Head::of_new(InstanceId(2));
    archive
        .put(
            InstanceId(2),
            head,
            "completed",
            b"other".to_vec(),
            Change::Erase,
            Vec::new(),
        )
        .await;
    let found = archive.findings(&anchors).await;
    assert_eq!(found[0].instance, Some(InstanceId(2)));
    assert_eq!(found[0].kind, FindingKind::CaseRemoved);
    assert_eq!(
        archive.store.version(InstanceId(2)).await.unwrap(),
        Version(4)
    );
}
