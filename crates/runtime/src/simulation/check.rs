//! What has to hold when the world has come to rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::{Event, InstanceId};

use super::adapters::Adapters;
use super::clients::Clients;
use super::faulty_store::FaultyStore;
use super::{Summary, World, at_once, work};
use crate::case::{CaseEvent, CaseRecord};
use crate::history::{Anchor, Keys, audit};
use crate::kernel::{CaseReader, Failure, payload_of};
use crate::store::{InstanceQuery, InstanceRow, Paging, Store, StreamEvent};

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(String);

impl Broken {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl From<crate::store::StoreError> for Broken {
    fn from(error: crate::store::StoreError) -> Self {
        Self(error.to_string())
    }
}

/// All records of all cases.
pub(super) type Histories = BTreeMap<InstanceId, Vec<(StreamEvent, CaseRecord)>>;

/// Looks at everything.
pub(super) fn all(world: &World, adapters: &Adapters, summary: &mut Summary) -> Result<(), Broken> {
    let (store, clients) = (&*world.store, &world.clients);
    let keys = world.keys_or_none();
    let cases = every_case(store)?;
    let histories = every_case_is_what_its_records_say(store, &keys, clients, &cases)?;
    every_start_is_there_once(clients, &cases)?;
    every_completion_happened_once(clients, &histories)?;
    let is_sealed = world.keys.is_some();
    summary.messages = every_message_arrived_once(store, (&keys, is_sealed), clients, &histories)?;
    summary.timers = work::every_timer_fired_once(&histories)?;
    work::every_job_was_one_persons(clients, adapters, &histories)?;
    nothing_is_left(store, world.now, &cases)?;
    every_history_verifies(store, &*keys, &world.anchors)?;
    summary.cases = u32::try_from(cases.len()).unwrap_or(u32::MAX);
    Ok(())
}

/// The chains are whole, and agree with the anchors that were kept outside.
fn every_history_verifies(
    store: &FaultyStore,
    keys: &dyn Keys,
    anchors: &[Anchor],
) -> Result<(), Broken> {
    let report = audit::verify(&store.inner, anchors.to_vec(), keys.public_key());
    match at_once(report)??.findings.first() {
        Some(finding) => Err(Broken(format!("the history does not verify: {finding}"))),
        None => Ok(()),
    }
}

fn every_case(store: &FaultyStore) -> Result<Vec<InstanceRow>, Broken> {
    let mut cases = Vec::new();
    let mut paging = Paging::first(100);
    loop {
        let page = at_once(store.instances(InstanceQuery::default(), paging))??;
        cases.extend(page.items);
        match page.next {
            Some(after) => {
                paging = Paging {
                    after: Some(after),
                    limit: 100,
                };
            }
            None => return Ok(cases),
        }
    }
}

/// Replaying the records gives the state, and the records have no gaps.
fn every_case_is_what_its_records_say(
    store: &FaultyStore,
    keys: &Arc<dyn Keys>,
    clients: &Clients,
    cases: &[InstanceRow],
) -> Result<Histories, Broken> {
    let rows = at_once(store.definitions())??;
    let catalogue = crate::definition::read_again(&rows)?;
    let reader = CaseReader {
        store,
        keys,
        catalogue: &catalogue,
    };
    let failed = |failure: Failure| Broken(crate::error::EngineError::from(failure).to_string());
    let mut histories = Histories::new();
    for case in cases {
        let instance = case.instance;
        // What was shredded cannot be replayed.
        if !clients.forgotten.contains(&instance) {
            let replayed = at_once(reader.replay(instance))?.map_err(failed)?;
            replayed.map_err(|divergence| Broken(divergence.to_string()))?;
        }
        let records = at_once(reader.history(instance, 0, usize::MAX >> 1))?.map_err(failed)?;
        let records = records.into_iter();
        let records = records.map(|(event, opened)| (event, opened.content));
        histories.insert(instance, records.collect());
    }
    Ok(histories)
}

/// Every start that was acknowledged is a case, and no command has started two.
fn every_start_is_there_once(clients: &Clients, cases: &[InstanceRow]) -> Result<(), Broken> {
    let mut by_key: BTreeMap<&str, Vec<InstanceId>> = BTreeMap::new();
    for case in cases {
        if let Some(key) = &case.business_key {
            by_key.entry(key).or_default().push(case.instance);
        }
    }
    if let Some((key, twice)) = by_key.iter().find(|(_, cases)| cases.len() > 1) {
        return Err(Broken(format!("`{key}` was started as {twice:?}")));
    }
    for (key, instance) in &clients.started {
        // Who is forgotten takes the key along.
        let is_cleared = clients.erased.contains(instance) || clients.forgotten.contains(instance);
        if is_cleared && !by_key.contains_key(&**key) {
            continue;
        }
        if by_key.get(&**key).map(Vec::as_slice) != Some(&[*instance]) {
            return Err(Broken(format!(
                "`{key}` was acknowledged as {instance}, and is not"
            )));
        }
    }
    Ok(())
}

/// Every completion that was acknowledged is in the history once.
fn every_completion_happened_once(clients: &Clients, histories: &Histories) -> Result<(), Broken> {
    for work in clients.completed.keys() {
        if clients.erased.contains(&work.instance) && !histories.contains_key(&work.instance) {
            continue;
        }
        let records = histories.get(&work.instance).into_iter().flatten();
        let completed = records.filter(|(_, record)| {
            matches!(&record.event, CaseEvent::Executed(Event::Completed { key }) if *key == work.key)
        });
        let count = completed.count();
        if count != 1 {
            return Err(Broken(format!(
                "{work} was acknowledged and completed {count} times"
            )));
        }
    }
    Ok(())
}

/// Every message that was acknowledged has arrived once, or is kept; none has arrived twice.
fn every_message_arrived_once(
    store: &FaultyStore,
    (keys, is_sealed): (&Arc<dyn Keys>, bool),
    clients: &Clients,
    histories: &Histories,
) -> Result<u32, Broken> {
    let mut arrived: BTreeMap<String, u32> = BTreeMap::new();
    for (_, record) in histories.values().flatten() {
        if let CaseEvent::Executed(Event::NameDeclared { name }) = &record.event {
            *arrived.entry(name.to_string()).or_default() += 1;
        }
    }
    let query = crate::store::KeptQuery::Named {
        name: "paper".into(),
        key: None,
    };
    let kept = at_once(store.messages(query, usize::MAX >> 1))??;
    for row in kept {
        let payload = at_once(payload_of(&store.inner, keys, is_sealed, &row))??;
        for (name, _) in payload {
            *arrived.entry(name.to_string()).or_default() += 1;
        }
    }
    for number in &clients.sent {
        let count = arrived
            .get(&format!("paper_{number}"))
            .copied()
            .unwrap_or_default();
        if count > 1 {
            return Err(Broken(format!("message {number} arrived {count} times")));
        }
        let known = clients.published.get(number);
        if let Some(published) = known.filter(|_| count == 0) {
            return Err(Broken(format!(
                "message {number} was acknowledged as {published:?} and is lost"
            )));
        }
    }
    Ok(u32::try_from(clients.published.len()).unwrap_or(u32::MAX))
}

/// Every case has ended, and no row is left that belongs to one.
fn nothing_is_left(
    store: &FaultyStore,
    now: Timestamp,
    cases: &[InstanceRow],
) -> Result<(), Broken> {
    if let Some(case) = cases.iter().find(|case| !case.status.has_ended()) {
        return Err(Broken(format!(
            "at {now} case {} waits: {case:?}",
            case.instance
        )));
    }
    let stats = at_once(store.stats())??;
    let rows = [
        ("jobs", stats.jobs),
        ("user tasks", stats.tasks),
        ("timers", stats.due),
        ("subscriptions", stats.subscriptions),
        ("incidents", stats.incidents),
    ];
    match rows.iter().find(|(_, count)| *count > 0) {
        Some((what, count)) => Err(Broken(format!(
            "{count} {what} are left of cases that ended"
        ))),
        None => Ok(()),
    }
}
