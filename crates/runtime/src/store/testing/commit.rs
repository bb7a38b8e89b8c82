//! Rules of commits, positions and histories.

use reglament_executor::InstanceId;

use super::fixture::{Client, at, case, data_key, incident, job, subscription, task, term};
use crate::store::{
    Batch, CaseHead, Change, Conflict, Conversation, Fence, IndexChange, InstanceQuery, JobQuery,
    Paging, Position, Stats, Store, Version,
};

/// Nothing is there before the first commit.
pub async fn a_new_store_is_empty(store: &dyn Store) {
    assert_eq!(store.load(vec![InstanceId(1)]).await.unwrap(), [None]);
    assert_eq!(store.version(InstanceId(1)).await.unwrap(), Version(0));
    assert_eq!(store.stream(Position(0), 10).await.unwrap(), []);
    assert_eq!(store.newest_position().await.unwrap(), Position(0));
    assert_eq!(store.next_due().await.unwrap(), None);
    assert_eq!(store.definitions().await.unwrap(), []);
    assert_eq!(store.stats().await.unwrap(), Stats::default());
    assert_eq!(store.counters().await.unwrap(), Default::default());
    assert_eq!(store.anchors().await.unwrap(), []);
    let heads = store.heads(Position(9), None, 9).await.unwrap();
    assert_eq!(heads, []);
}

/// State, events and rows of an accepted batch are all there.
pub async fn a_batch_is_there_whole(store: &dyn Store) {
    let client = Client::new(store).await;
    let mut batch = client.batch(5, 3).await;
    batch.state = Change::Put(b"state".to_vec());
    batch.indexes = vec![
        IndexChange::Instance(Box::new(case(5))),
        IndexChange::Due(Some(at(7))),
    ];
    assert_eq!(client.commit(batch.clone()).await, Position(3));
    let stored = store
        .load(vec![InstanceId(4), InstanceId(5)])
        .await
        .unwrap();
    assert_eq!(stored[0], None);
    let stored = stored[1].clone().unwrap();
    assert_eq!((stored.version, stored.seq), (Version(1), 3));
    assert_eq!(stored.state, b"state");
    assert_eq!(stored.hash, batch.events[2].hash);
    let events = store.events(InstanceId(5), 0, 10).await.unwrap();
    let records: Vec<_> = events.iter().map(|event| event.record.clone()).collect();
    assert_eq!(records, batch.events);
    let listed = store
        .instances(InstanceQuery::default(), Paging::first(9))
        .await;
    assert_eq!(listed.unwrap().items, [case(5)]);
    assert_eq!(store.next_due().await.unwrap(), Some(at(7)));
}

/// Of a batch with another version than it expects nothing is there, not even its positions.
pub async fn a_refused_batch_leaves_nothing(store: &dyn Store) {
    let client = Client::new(store).await;
    client.commit(client.batch(1, 1).await).await;
    let mut late = client.batch(1, 2).await;
    late.state = Change::Put(b"late".to_vec());
    late.indexes = vec![
        IndexChange::Job(Box::new(job(1, 1, Some(1)))),
        IndexChange::Due(Some(at(7))),
        IndexChange::Instance(Box::new(case(1))),
    ];
    for expected in [0, 2, u64::MAX >> 1] {
        late.expected_version = Version(expected);
        let answers = store.commit(vec![late.clone()]).await.unwrap();
        let conflict = Conflict::Version {
            instance: InstanceId(1),
            expected: Version(expected),
            found: Version(1),
        };
        assert_eq!(answers, [Err(conflict)]);
    }
    assert_eq!(store.newest_position().await.unwrap(), Position(1));
    assert_eq!(store.events(InstanceId(1), 1, 9).await.unwrap(), []);
    let jobs = store.jobs(JobQuery::default(), Paging::first(9)).await;
    assert_eq!(jobs.unwrap().items, []);
    assert_eq!(store.next_due().await.unwrap(), None);
    let stored = store.load(vec![InstanceId(1)]).await.unwrap();
    assert_eq!(stored[0].as_ref().unwrap().state, b"");
}

/// A refused batch takes nothing with it: those before and after it are accepted.
pub async fn a_group_goes_on_after_a_refused_batch(store: &dyn Store) {
    let client = Client::new(store).await;
    let (one, mut two, three) = (
        client.batch(1, 1).await,
        client.batch(2, 1).await,
        client.batch(3, 2).await,
    );
    two.expected_version = Version(8);
    let answers = store.commit(vec![one, two, three]).await.unwrap();
    assert_eq!(answers[0], Ok(Position(1)));
    assert!(answers[1].is_err());
    assert_eq!(answers[2], Ok(Position(3)));
    assert_eq!(store.version(InstanceId(2)).await.unwrap(), Version(0));
    assert_eq!(store.load(vec![InstanceId(2)]).await.unwrap(), [None]);
    assert_eq!(store.stream(Position(0), 9).await.unwrap().len(), 3);
}

/// Two batches of one instance in one group.
pub async fn later_batches_of_a_group_see_earlier_ones(store: &dyn Store) {
    let client = Client::new(store).await;
    let whole = client.batch(1, 2).await;
    let (mut one, mut two) = (whole.clone(), whole);
    two.events.remove(0);
    one.events.truncate(1);
    two.expected_version = Version(1);
    one.indexes = vec![IndexChange::Job(Box::new(job(1, 1, Some(1))))];
    two.indexes = vec![IndexChange::JobGone(super::fixture::key(1))];
    let again = two.clone();
    let answers = store.commit(vec![one, two, again]).await.unwrap();
    assert_eq!(answers[0], Ok(Position(1)));
    assert_eq!(answers[1], Ok(Position(2)));
    assert!(matches!(answers[2], Err(Conflict::Version { .. })));
    assert_eq!(store.version(InstanceId(1)).await.unwrap(), Version(2));
    assert_eq!(store.stats().await.unwrap().jobs, 0);
}

/// Whoever was replaced cannot write.
pub async fn a_stale_fence_is_refused(store: &dyn Store) {
    let old = Client::new(store).await;
    old.commit(old.batch(1, 1).await).await;
    let new = Client::new(store).await;
    assert!(new.fence > old.fence);
    let stale = old.batch(1, 1).await;
    let never = Batch {
        fence: Fence(new.fence.0 + 1),
        ..stale.clone()
    };
    for batch in [stale, never] {
        let held = batch.fence;
        let answers = store.commit(vec![batch]).await.unwrap();
        let newest = new.fence;
        assert_eq!(answers, [Err(Conflict::Fenced { held, newest })]);
    }
    assert_eq!(new.commit(new.batch(1, 1).await).await, Position(2));
}

/// Positions count from 1 without gaps in the order of commits, whoever reads in what portions.
pub async fn the_stream_is_gap_free_and_resumes_anywhere(store: &dyn Store) {
    let client = Client::new(store).await;
    let mut written = Vec::new();
    for round in 0..5_usize {
        let group = [
            client.batch(3, round).await,
            client.batch(1, 2).await,
            client.batch(2, 1).await,
        ];
        for batch in &group {
            let records = batch.events.iter().cloned();
            written.extend(records.map(|record| (batch.instance, record)));
        }
        store.commit(group.to_vec()).await.unwrap();
    }
    for portion in [1, 3, 100] {
        let (mut read, mut position) = (Vec::new(), Position(0));
        loop {
            let events = store.stream(position, portion).await.unwrap();
            assert!(events.len() <= portion);
            let Some(last) = events.last() else { break };
            position = last.position;
            read.extend(events);
        }
        let positions: Vec<u64> = read.iter().map(|event| event.position.0).collect();
        let expected: Vec<u64> = (1..=written.len() as u64).collect();
        assert_eq!(positions, expected);
        let contents = read.into_iter().map(|event| (event.instance, event.record));
        assert_eq!(contents.collect::<Vec<_>>(), written);
    }
    let of_one = store.events(InstanceId(1), 3, 4).await.unwrap();
    let numbers: Vec<u64> = of_one.iter().map(|event| event.record.seq).collect();
    assert_eq!(numbers, [4, 5, 6, 7]);
}

/// A batch that records nothing says how far the stream reaches.
pub async fn a_batch_without_events_is_at_the_newest_position(store: &dyn Store) {
    let client = Client::new(store).await;
    assert_eq!(client.change(1, Vec::new()).await, Position(0));
    client.commit(client.batch(2, 2).await).await;
    assert_eq!(client.change(1, Vec::new()).await, Position(2));
    assert_eq!(store.version(InstanceId(1)).await.unwrap(), Version(2));
}

/// Erasing takes state, events, rows and keys; the tombstone and the version stay.
pub async fn an_erased_instance_leaves_its_tombstone(store: &dyn Store) {
    let client = Client::new(store).await;
    let mut batch = client.batch(1, 4).await;
    batch.state = Change::Put(b"state".to_vec());
    batch.indexes = vec![
        IndexChange::Instance(Box::new(case(1))),
        IndexChange::Due(Some(at(7))),
        IndexChange::Job(Box::new(job(1, 1, Some(1)))),
        IndexChange::Task(Box::new(task(1, 2, Some(2)))),
        IndexChange::Term(Box::new(term(1, 3, Some(3)))),
        IndexChange::Incident(Box::new(incident(1, 4))),
        IndexChange::Subscription(Box::new(subscription(1, 5, None))),
        IndexChange::DataKey(Box::new(data_key(1, "child.iin", Some(1)))),
        IndexChange::Conversation(Conversation {
            instance: InstanceId(1),
            process: "other".into(),
            partner: InstanceId(2),
        }),
    ];
    client.commit(batch).await;
    client.commit(client.batch(2, 1).await).await;
    let whole = client.batch(1, 1).await;
    let mut erase = whole.clone();
    erase.state = Change::Erase;
    assert_eq!(client.commit(erase).await, Position(6));

    assert_eq!(store.load(vec![InstanceId(1)]).await.unwrap(), [None]);
    assert_eq!(store.version(InstanceId(1)).await.unwrap(), Version(2));
    let left = store.events(InstanceId(1), 0, 9).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].record.seq, left[0].position), (5, Position(6)));
    let positions = store.stream(Position(0), 9).await.unwrap();
    let positions: Vec<u64> = positions.iter().map(|event| event.position.0).collect();
    assert_eq!(positions, [5, 6]);
    let expected = Stats {
        position: Position(6),
        ..Stats::default()
    };
    assert_eq!(store.stats().await.unwrap(), expected);
    assert_eq!(store.data_keys(vec![InstanceId(1)]).await.unwrap(), []);
    assert_eq!(store.conversations(InstanceId(1)).await.unwrap(), []);
    let again = store.commit(vec![whole]).await.unwrap();
    assert!(matches!(again[0], Err(Conflict::Version { .. })));
}

/// Anchors need to know where every case stood at any position, also while cases go on.
pub async fn heads_are_those_of_every_position(store: &dyn Store) {
    let client = Client::new(store).await;
    for (instance, events) in [(3, 2), (0, 1), (3, 1), (2, 3), (0, 2), (3, 1)] {
        client.commit(client.batch(instance, events).await).await;
    }
    let all = store.stream(Position(0), 100).await.unwrap();
    let mut erase = client.batch(2, 1).await;
    erase.state = Change::Erase;
    client.commit(erase).await;
    let tombstone = store.events(InstanceId(2), 0, 9).await.unwrap().remove(0);
    for at in 0..=11 {
        let at = Position(at);
        let expected = (0..=3).filter_map(|instance| {
            let event = if instance == 2 {
                Some(&tombstone)
            } else {
                let mut of_it = all.iter().filter(|event| event.instance.0 == instance);
                of_it.rfind(|event| event.position <= at)
            };
            event.map(|event| CaseHead {
                instance: event.instance,
                seq: event.record.seq,
                hash: event.record.hash,
                position: event.position,
            })
        });
        let expected: Vec<CaseHead> = expected.collect();
        let heads = store.heads(at, None, 9).await.unwrap();
        assert_eq!(heads, expected, "at {at}");
        let mut paged = Vec::new();
        let mut after = None;
        while let Some(head) = store.heads(at, after, 1).await.unwrap().pop() {
            after = Some(head.instance);
            paged.push(head);
        }
        assert_eq!(paged, expected, "at {at}");
    }
}
