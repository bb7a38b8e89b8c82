//! What the tests of stores put in.

use std::sync::Arc;

use reglament_core::timer::{Date, Timestamp};
use reglament_executor::{InstanceId, Key};

use crate::history::{Head, Tag};
use crate::store::{
    AnswerRow, Batch, CaseStatus, Change, DataKeyRow, DefinitionRow, Digest, ElementInstanceId,
    EventRecord, Fence, Freight, IncidentRow, IndexChange, InstanceRow, JobRow, MessageRow,
    MessageTarget, Position, Store, SubscriptionRow, TaskRow, TermRow, Version,
};

/// Writes to a store, and remembers versions and heads.
pub(super) struct Client<'s> {
    pub(super) store: &'s dyn Store,
    pub(super) fence: Fence,
}

impl<'s> Client<'s> {
    pub(super) async fn new(store: &'s dyn Store) -> Self {
        let fence = store.acquire().await.unwrap();
        Self { store, fence }
    }

    /// A batch of `instance` as it stands now, with `events` records.
    pub(super) async fn batch(&self, instance: u64, events: usize) -> Batch {
        let instance = InstanceId(instance);
        let stored = self.store.load(vec![instance]).await.unwrap().remove(0);
        let version = self.store.version(instance).await.unwrap();
        let head = stored.filter(|stored| stored.seq > 0).map_or_else(
            || Head::of_new(instance),
            |stored| Head {
                seq: stored.seq,
                hash: stored.hash,
            },
        );
        batch(instance, version, self.fence, head, events)
    }

    /// Commits one batch, which has to be accepted.
    pub(super) async fn commit(&self, batch: Batch) -> Position {
        let answers = self.store.commit(vec![batch]).await.unwrap();
        answers[0].clone().unwrap()
    }

    /// Commits changes of indexes of one instance.
    pub(super) async fn change(&self, instance: u64, indexes: Vec<IndexChange>) -> Position {
        let mut batch = self.batch(instance, 0).await;
        batch.indexes = indexes;
        self.commit(batch).await
    }
}

pub(super) fn batch(
    instance: InstanceId,
    version: Version,
    fence: Fence,
    mut head: Head,
    events: usize,
) -> Batch {
    let mut records = Vec::new();
    for _ in 0..events {
        let body = format!("record {} of {instance}", head.seq + 1).into_bytes();
        let at = at(i64::try_from(head.seq).unwrap());
        head = head.after(instance, at.as_micros(), "completed", &body);
        records.push(EventRecord {
            seq: head.seq,
            at,
            kind: Arc::from("completed"),
            bytes: body,
            hash: head.hash,
        });
    }
    Batch {
        instance,
        expected_version: version,
        fence,
        events: records,
        state: Change::Keep,
        indexes: Vec::new(),
    }
}

/// An instant, in seconds.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

pub(super) fn text(text: &str) -> Arc<str> {
    Arc::from(text)
}

pub(super) fn id(instance: u64, key: u64) -> ElementInstanceId {
    ElementInstanceId::new(InstanceId(instance), self::key(key))
}

pub(super) fn key(number: u64) -> Key {
    Key::from_bits(number << 32 | 1)
}

pub(super) fn definition() -> Digest {
    Digest([7; 32])
}

/// A case with everything that it can have.
pub(super) fn case(instance: u64) -> InstanceRow {
    InstanceRow {
        instance: InstanceId(instance),
        definition: definition(),
        process: text("portal"),
        status: CaseStatus::Running,
        created_at: at(10),
        ended_at: Some(at(20)),
        business_key: Some(text("KZ-17")),
        label: Some(text("Өтініш беруші")),
        filed: Date::new(2026, 11, 21),
        service: Some(text("kindergarten-queue")),
        channel: Some(text("portal")),
        step: Some(text("CheckDocuments")),
        performer: Some(text("Маман")),
        term_due: Some(at(-30)),
        incidents: 2,
    }
}

/// A case with nothing that it may lack.
pub(super) fn bare_case(instance: u64) -> InstanceRow {
    InstanceRow {
        ended_at: None,
        business_key: None,
        label: None,
        filed: None,
        service: None,
        channel: None,
        step: None,
        performer: None,
        term_due: None,
        incidents: 0,
        ..case(instance)
    }
}

pub(super) fn job(instance: u64, key: u64, available: Option<i64>) -> JobRow {
    JobRow {
        id: id(instance, key),
        kind: text("signature.verify"),
        element: text("VerifySignature"),
        process: text("portal"),
        definition: definition(),
        retries: 3,
        attempt: 1,
        available_at: available.map(at),
        worker: None,
        created_at: at(1),
    }
}

pub(super) fn task(instance: u64, key: u64, due: Option<i64>) -> TaskRow {
    TaskRow {
        id: id(instance, key),
        element: text("CheckDocuments"),
        name: Some(text("Құжаттарды тексеру")),
        process: text("portal"),
        definition: definition(),
        assignee: None,
        owner: None,
        candidate_users: vec![text("b"), text("a")],
        candidate_groups: vec![text("operator"), text("chief")],
        due: due.map(at),
        follow_up: Some(at(3)),
        created_at: at(1),
        form: Some(text("application")),
        suspended: false,
    }
}

pub(super) fn bare_task(instance: u64, key: u64) -> TaskRow {
    TaskRow {
        name: None,
        candidate_users: Vec::new(),
        candidate_groups: Vec::new(),
        follow_up: None,
        form: None,
        ..task(instance, key, None)
    }
}

pub(super) fn subscription(instance: u64, number: u64, key: Option<&str>) -> SubscriptionRow {
    SubscriptionRow {
        owner: id(instance, 1),
        arm: u32::try_from(number).unwrap(),
        number,
        is_signal: false,
        name: text("answer"),
        key: key.map(text),
        definition: definition(),
        element: text("ReceiveAnswer"),
        process: text("portal"),
        served: 0,
    }
}

pub(super) fn incident(instance: u64, key: u64) -> IncidentRow {
    IncidentRow {
        id: id(instance, key),
        element: text("CheckDocuments"),
        process: text("portal"),
        definition: definition(),
        kind: text("job-failed"),
        message: text("the register did not answer"),
        at: at(5),
    }
}

pub(super) fn term(instance: u64, key: u64, due: Option<i64>) -> TermRow {
    TermRow {
        id: id(instance, key),
        element: text("portal"),
        process: text("portal"),
        literal: text("3 жұмыс күні"),
        due: due.map(at),
        suspended: due.is_none(),
    }
}

pub(super) fn message(number: u64, key: Option<&str>) -> MessageRow {
    MessageRow {
        number,
        routed: true,
        name: text("answer"),
        key: key.map(text),
        sender: None,
        target: None,
        partner: None,
        expires: None,
        published_at: at(9),
        freight: Freight::Message,
        payload: vec![0, 255, 7],
    }
}

pub(super) fn target(element: &str) -> MessageTarget {
    MessageTarget {
        definition: definition(),
        element: text(element),
    }
}

pub(super) fn answer(key: &str, expires: i64) -> AnswerRow {
    AnswerRow {
        key: text(key),
        command: Digest([1; 32]),
        answer: b"done".to_vec(),
        expires: at(expires),
    }
}

pub(super) fn deployed(number: u64) -> DefinitionRow {
    DefinitionRow {
        digest: Digest([u8::try_from(number).unwrap(); 32]),
        number,
        resource: text("portal.bpmn"),
        kind: text("bpmn"),
        source: b"<definitions/>".to_vec(),
        processes: vec![(text("second"), 2), (text("first"), 1)],
        table: vec![1, 2, 3],
        deployment: 4,
        deployed_at: at(8),
    }
}

pub(super) fn data_key(instance: u64, subject: &str, person: Option<u8>) -> DataKeyRow {
    DataKeyRow {
        instance: InstanceId(instance),
        subject: text(subject),
        person: person.map(|byte| Tag::from_bytes([byte; 16])),
        wrapped: Some(vec![9; 72]),
    }
}
