//! Rules of rows and of the questions that the engine asks.

use reglament_executor::InstanceId;

use super::fixture::{
    Client, answer, at, bare_case, bare_task, case, data_key, deployed, id, incident, job, key,
    message, subscription, target, task, term, text,
};
use crate::history::Tag;
use crate::store::{
    AnchorRow, ArmQuery, Conversation, Counters, DataKeyRow, Digest, Freight, IncidentQuery,
    IndexChange, InstanceQuery, JobQuery, KeptQuery, KeyMatch, MessageRow, Paging, Position, Store,
    SubscriptionRow, TaskQuery, TermQuery,
};

/// With everything that a row can have, and with nothing that it may lack.
pub async fn every_row_comes_back_as_it_was_written(store: &dyn Store) {
    let client = Client::new(store).await;
    let cases = vec![case(1), bare_case(2)];
    let tasks = vec![task(1, 1, Some(5)), bare_task(2, 1)];
    let mut held = job(1, 3, Some(4));
    held.worker = Some(text("worker-1"));
    let jobs = vec![held, job(2, 1, None)];
    let terms = vec![term(1, 2, Some(-6)), term(2, 3, None)];
    for instance in [1, 2] {
        let index = instance as usize - 1;
        let rows = vec![
            IndexChange::Instance(Box::new(cases[index].clone())),
            IndexChange::Task(Box::new(tasks[index].clone())),
            IndexChange::Job(Box::new(jobs[index].clone())),
            IndexChange::Term(Box::new(terms[index].clone())),
            IndexChange::Incident(Box::new(incident(instance, 4))),
        ];
        client.change(instance, rows.clone()).await;
        // To put a row again is to replace it.
        client.change(instance, rows).await;
    }
    let all = || Paging::first(9);
    let listed = store.instances(InstanceQuery::default(), all()).await;
    assert_eq!(listed.unwrap().items, cases);
    let listed = store.tasks(TaskQuery::default(), all()).await;
    assert_eq!(listed.unwrap().items, tasks);
    let listed = store.jobs(JobQuery::default(), all()).await;
    assert_eq!(listed.unwrap().items, jobs);
    let listed = store.terms(TermQuery::default(), all()).await;
    assert_eq!(listed.unwrap().items, terms);
    let listed = store.incidents(IncidentQuery::default(), all()).await;
    assert_eq!(listed.unwrap().items, [incident(1, 4), incident(2, 4)]);
}

/// One due instant for each instance; the earliest first, of equal ones the smaller number.
pub async fn due_instants_are_ordered_and_replaced(store: &dyn Store) {
    let client = Client::new(store).await;
    for (instance, due) in [(1, 30), (2, 10), (3, 20), (4, 20), (5, -5)] {
        client
            .change(instance, vec![IndexChange::Due(Some(at(due)))])
            .await;
    }
    assert_eq!(store.next_due().await.unwrap(), Some(at(-5)));
    let due = |until, limit| async move {
        let due = store.due(at(until), limit).await.unwrap();
        due.into_iter().map(|(it, _)| it.0).collect::<Vec<u64>>()
    };
    assert_eq!(due(20, 9).await, [5, 2, 3, 4]);
    assert_eq!(due(20, 3).await, [5, 2, 3]);
    assert_eq!(due(19, 9).await, [5, 2]);
    client.change(5, vec![IndexChange::Due(None)]).await;
    client.change(2, vec![IndexChange::Due(Some(at(40)))]).await;
    // Of several in one batch the last holds; what does not say stays.
    let twice = vec![IndexChange::Due(None), IndexChange::Due(Some(at(5)))];
    client.change(4, twice).await;
    client.change(3, Vec::new()).await;
    assert_eq!(due(100, 9).await, [4, 3, 1, 2]);
    assert_eq!(store.next_due().await.unwrap(), Some(at(5)));
    assert_eq!(store.stats().await.unwrap().due, 4);
}

/// The job that could be taken longest ago comes first; one with a lease comes when that ends.
pub async fn jobs_are_taken_in_order_and_leases_hide_them(store: &dyn Store) {
    let client = Client::new(store).await;
    let kind = || text("signature.verify");
    for (instance, key, available) in [(1, 1, Some(30)), (1, 2, Some(10)), (2, 1, Some(10))] {
        let row = job(instance, key, available);
        client
            .change(instance, vec![IndexChange::Job(Box::new(row))])
            .await;
    }
    let mut other = job(2, 2, Some(0));
    other.kind = text("document.render");
    let waiting = IndexChange::Job(Box::new(job(2, 3, None)));
    let rows = vec![IndexChange::Job(Box::new(other)), waiting];
    client.change(2, rows).await;

    let take = |now, after, limit| async move {
        let found = store.activatable(kind(), at(now), after, limit).await;
        found
            .unwrap()
            .into_iter()
            .map(|job| job.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(take(10, None, 9).await, [id(1, 2), id(2, 1)]);
    assert_eq!(take(30, None, 9).await, [id(1, 2), id(2, 1), id(1, 1)]);
    assert_eq!(take(30, None, 1).await, [id(1, 2)]);
    assert_eq!(
        take(30, Some((at(10), id(1, 2))), 9).await,
        [id(2, 1), id(1, 1)]
    );
    assert_eq!(take(9, None, 9).await, []);
    let kinds = vec![kind(), text("document.render"), text("unknown")];
    let next = |after| store.next_job(kinds.clone(), at(after));
    assert_eq!(next(-1).await.unwrap(), Some(at(0)));
    assert_eq!(next(10).await.unwrap(), Some(at(30)));
    assert_eq!(next(30).await.unwrap(), None);

    let mut leased = job(1, 2, Some(60));
    leased.worker = Some(text("worker-1"));
    client
        .change(1, vec![IndexChange::Job(Box::new(leased))])
        .await;
    assert_eq!(take(30, None, 9).await, [id(2, 1), id(1, 1)]);
    assert_eq!(take(60, None, 9).await, [id(2, 1), id(1, 1), id(1, 2)]);
    let gone = vec![IndexChange::JobGone(key(1)), IndexChange::JobGone(key(8))];
    client.change(1, gone).await;
    assert_eq!(take(60, None, 9).await, [id(2, 1), id(1, 2)]);
    assert_eq!(store.stats().await.unwrap().jobs, 4);
}

async fn arms(store: &dyn Store, query: ArmQuery, limit: usize) -> Vec<u64> {
    let rows = store.subscriptions(query, limit).await.unwrap();
    rows.into_iter().map(|row| row.number).collect()
}

fn by_message(key: KeyMatch, process: Option<&str>) -> ArmQuery {
    ArmQuery::Message {
        name: text("answer"),
        key,
        process: process.map(target),
    }
}

/// By name and key, by element, by signal, by instance: always in the order of arming.
pub async fn subscriptions_are_found_by_every_query(store: &dyn Store) {
    let client = Client::new(store).await;
    let mut elsewhere = subscription(1, 4, Some("a"));
    elsewhere.process = text("center");
    elsewhere.element = text("Other");
    let rows = vec![
        subscription(1, 3, None),
        subscription(1, 2, Some("a")),
        elsewhere,
        subscription(1, 5, Some("b")),
    ];
    put_arms(&client, 1, &rows).await;
    put_arms(&client, 2, &[subscription(2, 1, Some("a"))]).await;
    let is = |key| KeyMatch::Is(text(key));

    assert_eq!(arms(store, by_message(is("a"), None), 9).await, [1, 2, 4]);
    assert_eq!(arms(store, by_message(is("a"), None), 2).await, [1, 2]);
    assert_eq!(arms(store, by_message(is("z"), None), 9).await, [0_u64; 0]);
    assert_eq!(
        arms(store, by_message(KeyMatch::Absent, None), 9).await,
        [3]
    );
    let any = by_message(KeyMatch::Any, None);
    assert_eq!(arms(store, any, 9).await, [1, 2, 3, 4, 5]);
    let there = by_message(is("a"), Some("center"));
    assert_eq!(arms(store, there, 9).await, [4]);
    let here = by_message(KeyMatch::Any, Some("portal"));
    assert_eq!(arms(store, here, 9).await, [1, 2, 3, 5]);
    let at_element = |element, key| ArmQuery::Element {
        target: target(element),
        key,
    };
    let found = arms(store, at_element("ReceiveAnswer", KeyMatch::Any), 9).await;
    assert_eq!(found, [1, 2, 3, 5]);
    let found = arms(store, at_element("ReceiveAnswer", is("b")), 9).await;
    assert_eq!(found, [5]);
    assert_eq!(
        arms(store, at_element("No", KeyMatch::Any), 9).await,
        [0_u64; 0]
    );
    assert_eq!(
        arms(store, ArmQuery::Instance(InstanceId(1)), 9).await,
        [2, 3, 4, 5]
    );

    let gone = vec![IndexChange::SubscriptionGone(key(1), 3)];
    client.change(1, gone).await;
    assert_eq!(
        arms(store, by_message(KeyMatch::Absent, None), 9).await,
        [0_u64; 0]
    );
    signals(store, &client).await;
}

async fn put_arms(client: &Client<'_>, instance: u64, rows: &[SubscriptionRow]) {
    let rows = rows.iter().cloned();
    let changes = rows.map(|row| IndexChange::Subscription(Box::new(row)));
    client.change(instance, changes.collect()).await;
}

async fn signals(store: &dyn Store, client: &Client<'_>) {
    let mut rows: Vec<SubscriptionRow> = (11..15)
        .map(|number| subscription(3, number, None))
        .collect();
    for row in &mut rows {
        row.is_signal = true;
    }
    put_arms(client, 3, &rows).await;
    let query = |after, until| ArmQuery::Signal {
        name: text("answer"),
        after,
        until,
    };
    assert_eq!(arms(store, query(0, u64::MAX), 9).await, [11, 12, 13, 14]);
    assert_eq!(arms(store, query(11, 13), 9).await, [12, 13]);
    assert_eq!(arms(store, query(11, 13), 1).await, [12]);
    assert_eq!(arms(store, query(13, 13), 9).await, [0_u64; 0]);
    assert!(
        !arms(store, by_message(KeyMatch::Any, None), 99)
            .await
            .contains(&12)
    );
    rows[0].served = 7;
    put_arms(client, 3, &rows[..1]).await;
    let again = store.subscriptions(query(10, 11), 9).await.unwrap();
    assert_eq!(again, rows[..1]);
}

/// Kept messages by name and key, by target, by partner, by expiry; those on their way by number.
pub async fn messages_are_found_by_every_query(store: &dyn Store) {
    let client = Client::new(store).await;
    let rows = messages();
    let changes = rows.iter().cloned();
    let changes = changes.map(|row| IndexChange::Message(Box::new(row)));
    client.change(0, changes.collect()).await;
    let ask = |query, limit| async move {
        let rows = store.messages(query, limit).await.unwrap();
        rows.into_iter().map(|row| row.number).collect::<Vec<u64>>()
    };
    let named = |key: Option<&str>| KeptQuery::Named {
        name: text("answer"),
        key: key.map(text),
    };
    assert_eq!(ask(named(Some("a")), 9).await, [1, 6]);
    assert_eq!(ask(named(None), 9).await, [1, 2, 5, 6]);
    assert_eq!(ask(named(None), 2).await, [1, 2]);
    assert_eq!(ask(KeptQuery::At(target("Pool")), 9).await, [4]);
    assert_eq!(ask(KeptQuery::At(target("No")), 9).await, [0_u64; 0]);
    assert_eq!(ask(KeptQuery::All, 9).await, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(ask(KeptQuery::All, 1).await, [1]);
    assert_eq!(ask(KeptQuery::Unrouted(0), 9).await, [3, 7]);
    assert_eq!(ask(KeptQuery::Unrouted(3), 9).await, [7]);
    assert_eq!(ask(KeptQuery::Partner(InstanceId(9)), 9).await, [6]);
    assert_eq!(ask(KeptQuery::Expired(at(50)), 9).await, [2, 5]);
    assert_eq!(ask(KeptQuery::Expired(at(50)), 1).await, [5]);
    assert_eq!(ask(KeptQuery::Expired(at(39)), 9).await, [0_u64; 0]);
    let unrouted = store.messages(KeptQuery::Unrouted(0), 9).await.unwrap();
    assert_eq!(unrouted, [rows[2].clone(), rows[6].clone()]);
    let at_pool = store.messages(KeptQuery::At(target("Pool")), 9).await;
    assert_eq!(at_pool.unwrap(), [rows[3].clone()]);

    let mut routed = rows[2].clone();
    routed.routed = true;
    let changes = vec![
        IndexChange::Message(Box::new(routed)),
        IndexChange::MessageGone(1),
        IndexChange::MessageGone(99),
    ];
    client.change(0, changes).await;
    assert_eq!(ask(named(Some("a")), 9).await, [3, 6]);
    assert_eq!(ask(KeptQuery::Unrouted(0), 9).await, [7]);
    assert_eq!(store.stats().await.unwrap().messages, 6);
}

/// Numbers 1 to 7, with every kind of freight.
fn messages() -> Vec<MessageRow> {
    let mut rows = vec![
        message(1, Some("a")),
        message(2, Some("b")),
        message(3, Some("a")),
        message(4, Some("a")),
        message(5, None),
        message(6, Some("a")),
        message(7, None),
    ];
    rows[1].expires = Some(at(50));
    rows[4].expires = Some(at(40));
    rows[2].routed = false;
    rows[2].expires = Some(at(1));
    rows[2].sender = Some((InstanceId(3), text("SendAnswer")));
    rows[2].freight = Freight::Signal { until: 8, done: 5 };
    rows[3].target = Some(target("Pool"));
    rows[5].partner = Some(InstanceId(9));
    rows[6].routed = false;
    rows[6].freight = Freight::Start {
        definition: Digest([3; 32]),
        at: text("StartEvent"),
        event: Some(text("Catch")),
    };
    rows
}

/// An answer is found by its key until it is removed.
pub async fn answers_are_kept_until_they_expire(store: &dyn Store) {
    let client = Client::new(store).await;
    let rows = [answer("x", 20), answer("y", 10), answer("z", 11)];
    let changes = rows.iter().cloned();
    let changes = changes.map(|row| IndexChange::Answer(Box::new(row)));
    client.change(0, changes.collect()).await;
    assert_eq!(
        store.answer(text("x")).await.unwrap(),
        Some(rows[0].clone())
    );
    assert_eq!(store.answer(text("w")).await.unwrap(), None);
    let expired = |until, limit| store.expired_answers(at(until), limit);
    assert_eq!(
        expired(20, 9).await.unwrap(),
        [text("y"), text("z"), text("x")]
    );
    assert_eq!(expired(20, 1).await.unwrap(), [text("y")]);
    assert_eq!(expired(9, 9).await.unwrap(), []);
    let changes = vec![
        IndexChange::Answer(Box::new(answer("y", 99))),
        IndexChange::AnswerGone(text("z")),
        IndexChange::AnswerGone(text("w")),
    ];
    client.change(0, changes).await;
    assert_eq!(expired(20, 9).await.unwrap(), [text("x")]);
    assert_eq!(
        store.answer(text("y")).await.unwrap(),
        Some(answer("y", 99))
    );
}

/// The first instance of a process that another one conversed with stays its partner.
pub async fn the_first_partner_stays(store: &dyn Store) {
    let client = Client::new(store).await;
    let with = |instance, process, partner| Conversation {
        instance: InstanceId(instance),
        process: text(process),
        partner: InstanceId(partner),
    };
    let rows = [
        with(1, "b", 2),
        with(1, "a", 3),
        with(1, "b", 4),
        with(5, "c", 1),
    ];
    let changes = rows.into_iter().map(IndexChange::Conversation);
    client.change(1, changes.collect()).await;
    let found = |instance| store.conversations(InstanceId(instance));
    assert_eq!(found(1).await.unwrap(), [with(1, "a", 3), with(1, "b", 2)]);
    let gone = vec![IndexChange::ConversationsGone(InstanceId(1))];
    client.change(7, gone).await;
    assert_eq!(found(1).await.unwrap(), []);
    assert_eq!(found(5).await.unwrap(), [], "with it as the partner");
}

/// What belongs to no case.
pub async fn counters_cursors_and_definitions_are_kept(store: &dyn Store) {
    let client = Client::new(store).await;
    let counters = Counters {
        instances: 100,
        numbers: 1 << 40,
    };
    let changes = vec![
        IndexChange::Counters(counters),
        IndexChange::Cursor(text("export"), Position(3)),
        IndexChange::Cursor(text("mail"), Position(4)),
        IndexChange::Definition(Box::new(deployed(2))),
        IndexChange::Definition(Box::new(deployed(1))),
    ];
    client.change(0, changes).await;
    assert_eq!(store.counters().await.unwrap(), counters);
    let definitions = store.definitions().await.unwrap();
    assert_eq!(definitions, [deployed(1), deployed(2)]);
    let changes = vec![
        IndexChange::Cursor(text("export"), Position(9)),
        IndexChange::CursorGone(text("mail")),
    ];
    client.change(0, changes).await;
    let cursor = |name| store.cursor(text(name));
    assert_eq!(cursor("export").await.unwrap(), Some(Position(9)));
    assert_eq!(cursor("mail").await.unwrap(), None);
}

/// Keys are found with their case and by the person; a shredded one stays as a row without a key.
pub async fn data_keys_are_found_by_case_and_by_person(store: &dyn Store) {
    let client = Client::new(store).await;
    let (one, other) = (data_key(1, "child.iin", Some(1)), data_key(1, "", None));
    let second = data_key(2, "applicant", Some(1));
    let put = |row: &DataKeyRow| IndexChange::DataKey(Box::new(row.clone()));
    client.change(1, vec![put(&one), put(&other)]).await;
    client.change(2, vec![put(&second)]).await;
    let of = |instances: Vec<u64>| {
        let instances = instances.into_iter().map(InstanceId).collect();
        store.data_keys(instances)
    };
    let found = of(vec![2, 1]).await.unwrap();
    assert_eq!(found, [second.clone(), other.clone(), one.clone()]);
    let person = Tag::from_bytes([1; 16]);
    let found = store.data_keys_of(person).await.unwrap();
    assert_eq!(found, [one.clone(), second.clone()]);
    let shredded = DataKeyRow {
        person: None,
        wrapped: None,
        ..one
    };
    client.change(1, vec![put(&shredded)]).await;
    assert_eq!(store.data_keys_of(person).await.unwrap(), [second]);
    assert_eq!(of(vec![1]).await.unwrap(), [other, shredded]);
    let anchor = |position| AnchorRow {
        position: Position(position),
        at: at(4),
        root: Digest([5; 32]),
    };
    let changes = vec![
        IndexChange::Anchor(anchor(7)),
        IndexChange::Anchor(anchor(3)),
    ];
    client.change(0, changes).await;
    assert_eq!(store.anchors().await.unwrap(), [anchor(3), anchor(7)]);
}
