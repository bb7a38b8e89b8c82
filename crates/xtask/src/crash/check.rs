//! What has to hold after a kill.
//!
//! 1. The file opens, and SQLite finds every page and index in order.
//! 2. Every history verifies, also against the anchors that were taken after earlier kills.
//! 3. An engine opens over it and does what became due meanwhile.
//! 4. Every acknowledged start is there under its number; no operation has two cases, announced or not.
//! 5. Every acknowledged completion is in the history of its case, once.
//! 6. A case that waited for a message that was acknowledged has got it, once, and the message is gone;
//!    one that nobody waited for yet is kept.
//! 7. Every timer that is due has fired once, and every other one has not.
//! 8. The records of every case lead to its stored state, and its rows are those of its state.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reglament_core::timer::Timestamp;
use reglament_executor::{Cause, Event};
use reglament_runtime::history::audit::{take_anchor, verify};
use reglament_runtime::history::{Anchor, Keys, MasterKey};
use reglament_runtime::store::{
    ArmQuery, CaseStatus, ElementInstanceId, InstanceQuery, InstanceRow, KeptQuery, Paging, Store,
    TaskQuery,
};
use reglament_runtime::{CaseEvent, Clock, Engine, SystemClock};
use reglament_sqlite::{Check, SqliteOptions, SqliteStore};

use super::journal::Journal;

/// What was found in a file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    pub(super) cases: u64,
    pub(super) records: u64,
    pub(super) timers: u64,
    pub(super) messages: u64,
}

/// How long an engine may take to do what became due.
const PATIENCE: Duration = Duration::from_secs(60);

/// Checks `file`; the anchors get one more.
pub(super) fn file(
    file: &Path,
    journal: &Journal,
    anchors: &mut Vec<Anchor>,
) -> Result<Seen, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(check(file, journal, anchors))
}

async fn check(file: &Path, journal: &Journal, anchors: &mut Vec<Anchor>) -> Result<Seen, String> {
    let options = SqliteOptions::new().check(Check::Full);
    let store = options.open(file).map_err(|error| error.to_string())?;
    histories(&store, anchors).await?;
    let engine = Engine::builder(store.clone())
        .any_external()
        .open()
        .await
        .map_err(|error| format!("the engine does not open: {error}"))?;
    let until = what_is_due(&store).await?;
    let mut seen = Seen::default();
    let by_key = cases(&store, journal).await?;
    seen.cases = by_key.len() as u64;
    for row in by_key.values() {
        let account = account(&engine, row, until).await?;
        completions(journal, row, &account)?;
        seen.records += account.records;
        seen.timers += account.timers;
        seen.messages += account.messages;
        rows(&engine, &store, row).await?;
    }
    messages(&store, journal, &by_key).await?;
    engine.shutdown(PATIENCE).await;
    histories(&store, anchors).await?;
    let now = SystemClock.now();
    let keys = keys();
    let anchor = take_anchor(&store, &keys, now, true).await;
    anchors.push(anchor.map_err(|error| error.to_string())?);
    Ok(seen)
}

fn keys() -> MasterKey {
    MasterKey::from_secret(&[1; 32])
}

async fn histories(store: &SqliteStore, anchors: &[Anchor]) -> Result<(), String> {
    let report = verify(store, anchors.to_vec(), keys().public_key()).await;
    let report = report.map_err(|error| error.to_string())?;
    match report.findings.first() {
        Some(finding) => Err(format!("the history does not verify: {finding}")),
        None => Ok(()),
    }
}

/// Waits until nothing is due any more; returns an instant up to which everything has been done.
async fn what_is_due(store: &SqliteStore) -> Result<Timestamp, String> {
    let until = SystemClock.now();
    let begun = std::time::Instant::now();
    while begun.elapsed() < PATIENCE {
        let due = store
            .due(until, 1)
            .await
            .map_err(|error| error.to_string())?;
        if due.is_empty() {
            return Ok(until);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Err("timers that are due do not fire".to_owned())
}

/// All cases by business key, of which no two are the same.
async fn cases(
    store: &SqliteStore,
    journal: &Journal,
) -> Result<BTreeMap<String, InstanceRow>, String> {
    let mut found: BTreeMap<String, InstanceRow> = BTreeMap::new();
    let mut paging = Paging::first(500);
    loop {
        let page = store.instances(InstanceQuery::default(), paging).await;
        let page = page.map_err(|error| error.to_string())?;
        for row in page.items {
            let key = row.business_key.clone().ok_or("a case without a key")?;
            if let Some(other) = found.insert(key.to_string(), row) {
                return Err(format!(
                    "`{key}` is there twice, once as {}",
                    other.instance
                ));
            }
        }
        if page.next.is_none() {
            break;
        }
        paging = Paging {
            after: page.next,
            limit: 500,
        };
    }
    for (op, instance) in &journal.started {
        match found.get(op) {
            Some(row) if row.instance.0 == *instance => {}
            Some(row) => return Err(format!("`{op}` was {instance} and is {}", row.instance)),
            None => return Err(format!("`{op}` was acknowledged as {instance} and is lost")),
        }
    }
    for op in found.keys() {
        let is_known =
            journal.started.contains_key(op) || journal.unanswered_starts.contains_key(op);
        if !is_known {
            return Err(format!("nobody announced `{op}`"));
        }
    }
    Ok(found)
}

/// What the history of a case says.
#[derive(Default)]
struct Account {
    /// How often each element completed.
    completed: BTreeMap<String, u64>,
    records: u64,
    timers: u64,
    messages: u64,
}

/// Reads and replays the history of a case.
async fn account(engine: &Engine, row: &InstanceRow, until: Timestamp) -> Result<Account, String> {
    let id = row.instance;
    let replayed = engine.replay(id).await.map_err(|error| error.to_string())?;
    replayed.map_err(|divergence| divergence.to_string())?;
    let catalogue = engine.catalogue();
    let definition = catalogue
        .get(row.definition)
        .ok_or_else(|| format!("case {id} has no definition"))?;
    let mut account = Account::default();
    let mut active = BTreeMap::new();
    let records = engine.history(id, 0, usize::MAX).await;
    for (event, opened) in records.map_err(|error| error.to_string())? {
        account.records += 1;
        let CaseEvent::Executed(happened) = opened.content.event else {
            continue;
        };
        match happened {
            Event::Activated { key, element, .. } => {
                active.insert(key, definition.program.id(element).to_owned());
            }
            Event::Completed { key } => {
                let element = active.remove(&key).unwrap_or_default();
                *account.completed.entry(element).or_default() += 1;
            }
            Event::Triggered { cause, .. } => match cause {
                Cause::Timer => account.timers += 1,
                Cause::Message => account.messages += 1,
                Cause::Signal | Cause::Condition => {}
            },
            _ => {}
        }
        if event.record.at > SystemClock.now() {
            return Err(format!("case {id} has a record of the future"));
        }
    }
    judge(row, &account, until)?;
    Ok(account)
}

/// A case has fired each of its timers once when it was due, and got its message at most once.
fn judge(row: &InstanceRow, account: &Account, until: Timestamp) -> Result<(), String> {
    let id = row.instance;
    if account.timers > 1 || account.messages > 1 {
        let (timers, messages) = (account.timers, account.messages);
        return Err(format!("case {id}: {timers} timers, {messages} messages"));
    }
    let is_timed = &*row.process == "Timed";
    let longest = row.created_at.checked_add_micros(1_000_000);
    let is_over = longest.is_some_and(|due| due <= until);
    if is_timed && is_over && row.status == CaseStatus::Running && account.timers == 0 {
        return Err(format!("case {id}: the timer has not fired"));
    }
    let (element, once) = account
        .completed
        .iter()
        .find(|(_, count)| **count > 1)
        .unzip();
    match (element, once) {
        (Some(element), Some(count)) => {
            Err(format!("case {id}: `{element}` completed {count} times"))
        }
        _ => Ok(()),
    }
}

fn completions(journal: &Journal, row: &InstanceRow, account: &Account) -> Result<(), String> {
    let id = row.instance.0;
    let first = (id, String::new());
    let of_it = journal.completed.range(first..);
    for (_, element) in of_it.take_while(|(instance, _)| *instance == id) {
        if account.completed.get(element) != Some(&1) {
            return Err(format!("case {id}: the completion of `{element}` is lost"));
        }
    }
    Ok(())
}

/// The rows of a case are those of its state.
async fn rows(engine: &Engine, store: &SqliteStore, row: &InstanceRow) -> Result<(), String> {
    let id = row.instance;
    let view = engine.case(id).await.map_err(|error| error.to_string())?;
    if view.status != row.status {
        return Err(format!("case {id}: the row says {:?}", row.status));
    }
    let tasks = |element: &str| ["A", "B", "C"].contains(&element);
    let waiting = view.waiting.iter().filter(|it| tasks(&it.element));
    let mut expected: Vec<ElementInstanceId> = waiting.map(|it| it.id).collect();
    let query = TaskQuery {
        instance: Some(id),
        ..TaskQuery::default()
    };
    let listed = store.tasks(query, Paging::first(99)).await;
    let listed = listed.map_err(|error| error.to_string())?.items;
    let mut found: Vec<ElementInstanceId> = listed.iter().map(|task| task.id).collect();
    expected.sort_unstable();
    found.sort_unstable();
    if found != expected {
        return Err(format!("case {id}: tasks {found:?}, expected {expected:?}"));
    }
    let arms = store.subscriptions(ArmQuery::Instance(id), 99).await;
    let arms = arms.map_err(|error| error.to_string())?.len();
    let waits = view.waiting.iter().filter(|it| &*it.element == "Got");
    if arms != waits.count() {
        return Err(format!("case {id}: {arms} subscriptions"));
    }
    Ok(())
}

/// A message that was taken is with its case, or kept when there is none.
async fn messages(
    store: &SqliteStore,
    journal: &Journal,
    cases: &BTreeMap<String, InstanceRow>,
) -> Result<(), String> {
    for op in &journal.published {
        let query = KeptQuery::Named {
            name: Arc::from("answer"),
            key: Some(Arc::from(op.as_str())),
        };
        let kept = store.messages(query, 9).await;
        let kept = kept.map_err(|error| error.to_string())?.len();
        let has_got = cases
            .get(op)
            .is_some_and(|row| row.status == CaseStatus::Completed);
        if kept + usize::from(has_got) != 1 {
            return Err(format!(
                "message `{op}`: {kept} kept, {}",
                if has_got {
                    "delivered"
                } else {
                    "not delivered"
                }
            ));
        }
    }
    Ok(())
}
