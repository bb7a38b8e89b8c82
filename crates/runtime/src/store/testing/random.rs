//! Random batches: whatever is asked, a store answers what the memory store answers.

use std::sync::Arc;

use reglament_executor::InstanceId;

use super::fixture::{
    Client, answer, at, bare_case, bare_task, batch, case, data_key, definition, incident, job,
    key, message, subscription, target, task, term, text,
};
use crate::history::{Head, Tag};
use crate::store::{
    ArmQuery, Batch, CaseStatus, Change, Conversation, Digest, Freight, IncidentQuery, IndexChange,
    InstanceQuery, JobQuery, KeptQuery, KeyMatch, MemoryStore, Paging, Position, Store, TaskQuery,
    TermQuery, Version,
};

/// How many groups of batches are tried.
const ROUNDS: u64 = 150;

/// After the same random groups both answer the same to every question.
pub async fn random_batches_agree_with_memory(store: &dyn Store) {
    let memory = MemoryStore::new();
    let client = Client::new(store).await;
    let model = Client::new(&memory).await;
    let mut dice = Dice(0x5DEE_CE66);
    for round in 0..ROUNDS {
        let group = random_group(&memory, &model, &mut dice).await;
        let ours = with_fence(&group, client.fence.0, model.fence.0);
        let expected = memory.commit(group).await.unwrap();
        let found = store.commit(ours).await.unwrap();
        let outcome = |answers: &[Result<Position, _>]| -> Vec<Option<Position>> {
            answers.iter().map(|it| it.clone().ok()).collect()
        };
        assert_eq!(outcome(&found), outcome(&expected), "round {round}");
        if round % 10 == 9 {
            let (found, expected) = (everything(store).await, everything(&memory).await);
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found, expected, "round {round}");
            }
        }
    }
}

/// A linear congruential generator: the same numbers on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn instant(&mut self) -> Option<i64> {
        (!self.one_in(4)).then(|| i64::try_from(self.below(8)).unwrap_or_default())
    }

    fn word(&mut self) -> &'static str {
        ["a", "b", "c"][usize::try_from(self.below(3)).unwrap_or_default()]
    }
}

fn with_fence(group: &[Batch], ours: u64, theirs: u64) -> Vec<Batch> {
    let moved = group.iter().cloned().map(|mut batch| {
        batch.fence.0 = (batch.fence.0 + ours) - theirs;
        batch
    });
    moved.collect()
}

async fn random_group(memory: &MemoryStore, model: &Client<'_>, dice: &mut Dice) -> Vec<Batch> {
    let mut group = Vec::new();
    for _ in 0..=dice.below(3) {
        let instance = InstanceId(1 + dice.below(6));
        let version = memory.version(instance).await.unwrap();
        let stored = memory.load(vec![instance]).await.unwrap().remove(0);
        let is_erased = stored.is_none() && version > Version(0);
        let head = match stored {
            Some(stored) if stored.seq > 0 => Head {
                seq: stored.seq,
                hash: stored.hash,
            },
            _ => Head::of_new(instance),
        };
        let events = usize::try_from(dice.below(3)).unwrap_or_default();
        let mut next = batch(instance, version, model.fence, head, events);
        // Nothing more is recorded of an erased instance.
        if is_erased {
            next.events.clear();
        }
        if dice.one_in(10) {
            next.expected_version = Version(dice.below(9));
        }
        if dice.one_in(20) {
            next.fence.0 += 1;
        }
        if dice.one_in(2) {
            next.state = Change::Put(vec![u8::try_from(dice.below(256)).unwrap_or_default(); 40]);
        }
        if dice.one_in(30) && next.events.len() == 1 {
            next.state = Change::Erase;
        }
        for _ in 0..dice.below(6) {
            next.indexes.push(random_change(instance.0, dice));
        }
        // Two batches of one instance with records would both begin at the same number.
        let is_taken = group.iter().any(|it: &Batch| it.instance == instance);
        if !is_taken {
            group.push(next);
        }
    }
    group
}

fn random_change(instance: u64, dice: &mut Dice) -> IndexChange {
    let element = dice.below(4);
    match dice.below(22) {
        0 => IndexChange::Instance(Box::new(bare_case(instance))),
        1 => {
            let mut row = case(instance);
            row.business_key = Some(text(dice.word()));
            row.ended_at = dice.instant().map(at);
            row.status = CaseStatus::Completed;
            IndexChange::Instance(Box::new(row))
        }
        2 => IndexChange::Due(dice.instant().map(at)),
        3 => IndexChange::Job(Box::new(job(instance, element, dice.instant()))),
        4 => IndexChange::JobGone(key(element)),
        5 => IndexChange::Task(Box::new(task(instance, element, dice.instant()))),
        6 => IndexChange::Task(Box::new(bare_task(instance, element))),
        7 => IndexChange::TaskGone(key(element)),
        8 => IndexChange::Incident(Box::new(incident(instance, element))),
        9 => IndexChange::IncidentGone(key(element)),
        10 => IndexChange::Term(Box::new(term(instance, element, dice.instant()))),
        11 => IndexChange::TermGone(key(element)),
        12 | 13 => {
            // Numbers are unique over all instances.
            let number = instance * 100 + element;
            let with_key = (!dice.one_in(3)).then(|| dice.word());
            let mut row = subscription(instance, number, with_key);
            row.is_signal = dice.one_in(4);
            IndexChange::Subscription(Box::new(row))
        }
        14 => {
            let arm = u32::try_from(instance * 100 + element).unwrap_or_default();
            IndexChange::SubscriptionGone(key(1), arm)
        }
        15 | 16 => random_message(dice),
        17 => IndexChange::MessageGone(dice.below(8)),
        18 => {
            let expires = dice.instant().unwrap_or(3);
            IndexChange::Answer(Box::new(answer(dice.word(), expires)))
        }
        19 => IndexChange::AnswerGone(text(dice.word())),
        20 => IndexChange::Conversation(Conversation {
            instance: InstanceId(1 + dice.below(6)),
            process: text(dice.word()),
            partner: InstanceId(1 + dice.below(6)),
        }),
        _ => {
            let person = u8::try_from(dice.below(3)).ok().filter(|it| *it > 0);
            IndexChange::DataKey(Box::new(data_key(instance, dice.word(), person)))
        }
    }
}

fn random_message(dice: &mut Dice) -> IndexChange {
    let with_key = (!dice.one_in(3)).then(|| dice.word());
    let mut row = message(dice.below(8), with_key);
    row.routed = !dice.one_in(3);
    row.expires = dice.instant().map(at);
    row.target = dice.one_in(3).then(|| target(dice.word()));
    row.partner = dice.one_in(3).then(|| InstanceId(1 + dice.below(6)));
    if dice.one_in(4) {
        row.freight = Freight::Start {
            definition: Digest([3; 32]),
            at: text(dice.word()),
            event: None,
        };
    }
    IndexChange::Message(Box::new(row))
}

/// The answers to all questions, in words.
async fn everything(store: &dyn Store) -> Vec<String> {
    let mut answers = Vec::new();
    let mut say = |what: String| answers.push(what);
    say(format!("{:?}", store.stats().await.unwrap()));
    say(format!(
        "{:?}",
        store.stream(Position(0), 999).await.unwrap()
    ));
    say(format!("{:?}", store.next_due().await.unwrap()));
    say(format!("{:?}", store.due(at(5), 4).await.unwrap()));
    for instance in (1..7).map(InstanceId) {
        let loaded = store.load(vec![instance]).await.unwrap();
        let version = store.version(instance).await.unwrap();
        let keys = store.data_keys(vec![instance]).await.unwrap();
        let partners = store.conversations(instance).await.unwrap();
        let arms = store.subscriptions(ArmQuery::Instance(instance), 99).await;
        let kept = store.messages(KeptQuery::Partner(instance), 99).await;
        say(format!(
            "{instance}: {loaded:?} {version:?} {keys:?} {partners:?} {arms:?} {kept:?}"
        ));
    }
    for word in ["a", "b", "c"] {
        say(about(store, text(word)).await);
    }
    let signals = ArmQuery::Signal {
        name: text("answer"),
        after: 100,
        until: 400,
    };
    say(format!("{:?}", store.subscriptions(signals, 99).await));
    say(format!("{:?}", store.messages(KeptQuery::All, 9).await));
    say(format!(
        "{:?}",
        store.messages(KeptQuery::Unrouted(2), 99).await
    ));
    say(format!(
        "{:?}",
        store.messages(KeptQuery::Expired(at(4)), 3).await
    ));
    // Answers that expire at the same instant have no order.
    let mut expired = store.expired_answers(at(5), 9).await.unwrap();
    expired.sort_unstable();
    say(format!("{expired:?}"));
    let jobs = store
        .activatable(text("signature.verify"), at(6), None, 9)
        .await;
    say(format!("{jobs:?}"));
    for person in 0..3 {
        let person = Tag::from_bytes([person; 16]);
        say(format!("{:?}", store.data_keys_of(person).await));
    }
    say(lists(store).await);
    answers
}

async fn about(store: &dyn Store, word: Arc<str>) -> String {
    let mut said = format!("{word}: {:?}", store.answer(Arc::clone(&word)).await);
    for key in [
        KeyMatch::Is(Arc::clone(&word)),
        KeyMatch::Absent,
        KeyMatch::Any,
    ] {
        let by_name = ArmQuery::Message {
            name: text("answer"),
            key: key.clone(),
            process: Some(target("portal")),
        };
        let by_element = ArmQuery::Element {
            target: target("ReceiveAnswer"),
            key,
        };
        for query in [by_name, by_element] {
            said += &format!("{:?}", store.subscriptions(query, 5).await);
        }
    }
    for key in [Some(Arc::clone(&word)), None] {
        let name = text("answer");
        let named = KeptQuery::Named { name, key };
        said += &format!("{:?}", store.messages(named, 4).await);
    }
    let kept = store.messages(KeptQuery::At(target(&word)), 9).await;
    said + &format!("{kept:?}")
}

async fn lists(store: &dyn Store) -> String {
    let page = || Paging::first(7);
    let mut said = String::new();
    for query in [
        InstanceQuery::default(),
        InstanceQuery {
            status: Some(CaseStatus::Completed),
            definition: Some(definition()),
            ..InstanceQuery::default()
        },
        InstanceQuery {
            ended_until: Some(at(9)),
            ..InstanceQuery::default()
        },
        InstanceQuery {
            ended_until: Some(at(5)),
            with_incidents: true,
            ..InstanceQuery::default()
        },
    ] {
        let first = store.instances(query.clone(), page()).await;
        let next = first.as_ref().ok().and_then(|page| page.next.clone());
        said += &format!("{first:?}\n");
        let paging = Paging {
            after: next,
            limit: 7,
        };
        said += &format!("{:?}\n", store.instances(query, paging).await);
    }
    for query in [
        TaskQuery::default(),
        TaskQuery {
            candidate: Some((text("a"), vec![text("chief")])),
            due_until: Some(at(4)),
            ..TaskQuery::default()
        },
    ] {
        said += &format!("{:?}\n", store.tasks(query, page()).await);
    }
    said += &format!("{:?}\n", store.jobs(JobQuery::default(), page()).await);
    said += &format!("{:?}\n", store.terms(TermQuery::default(), page()).await);
    said + &format!(
        "{:?}\n",
        store.incidents(IncidentQuery::default(), page()).await
    )
}
