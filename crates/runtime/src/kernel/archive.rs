//! What becomes of histories: anchors that were taken, cases whose retention has ended, persons who are
//! forgotten.

use std::collections::BTreeSet;
use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::{Actor, InstanceId};

use super::group::Group;
use super::ledger::key_error;
use super::{EngineEvent, Failure, Kernel};
use crate::case::{Rows, diff};
use crate::command::{Answer, Forget};
use crate::error::Refusal;
use crate::history::audit::{self, AuditError};
use crate::history::{CASE, TOMBSTONE, person_tag, shred};
use crate::store::{
    AnchorRow, Batch, CaseStatus, Change, Cursor, ENGINE, EventRecord, IndexChange, InstanceQuery,
    InstanceRow, KeptQuery, Paging, StoreError,
};

/// No limit on how many messages are looked at: forgetting leaves none out.
const ALL: usize = usize::MAX >> 1;

impl Kernel {
    /// Notes an anchor, so that tombstones answer for it.
    pub(super) fn note_anchor(
        &mut self,
        group: &mut Group,
        row: AnchorRow,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let event = EngineEvent::Anchored {
            position: row.position,
            root: row.root,
        };
        let indexes = vec![IndexChange::Anchor(row)];
        self.note(group, vec![(Arc::clone(actor), event)], indexes, now)?;
        Ok(Answer::Done)
    }

    /// Erases a case that has ended; its tombstone stays.
    pub(super) async fn erase(
        &mut self,
        group: &mut Group,
        instance: InstanceId,
        ground: &Arc<str>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let row = self.row(instance).await?;
        let row = row.ok_or(Refusal::UnknownCase(instance))?;
        if !row.status.has_ended() {
            return Err(Refusal::StillRuns(instance).into());
        }
        at_rest(group, instance)?;
        let (store, keys) = (self.pipe.reading().await?, &*self.keys);
        let stone = audit::tombstone(store, instance, now, Arc::clone(ground), keys).await;
        let stone = stone.map_err(|error| match error {
            AuditError::Store(error) => error,
            AuditError::Key(error) => key_error(error),
        })?;
        let stone = stone.ok_or(Refusal::UnknownCase(instance))?;
        let bytes = stone.to_bytes();
        let head = stone
            .last()
            .after(instance, now.as_micros(), TOMBSTONE, &bytes);
        let record = EventRecord {
            seq: head.seq,
            at: now,
            kind: TOMBSTONE.into(),
            bytes,
            hash: head.hash,
        };
        group.push(Batch {
            instance,
            expected_version: self.pipe.reading().await?.version(instance).await?,
            fence: self.fence,
            events: vec![record],
            state: Change::Erase,
            indexes: Vec::new(),
        });
        group.tally.erased(&row.process);
        self.cache.remove(instance);
        Ok(Answer::Done)
    }

    /// Destroys data keys: those that name a person, or all of a case.
    pub(super) async fn forget(
        &mut self,
        group: &mut Group,
        whom: &Forget,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let (person, instances) = match whom {
            Forget::Person(name) => {
                let tag = person_tag(&*self.keys, name);
                let rows = self.pipe.reading().await?.data_keys_of(tag).await?;
                let instances: BTreeSet<InstanceId> = rows.iter().map(|row| row.instance).collect();
                (Some(tag), instances)
            }
            Forget::Case(instance) if *instance == ENGINE => {
                return Err(Refusal::UnknownCase(ENGINE).into());
            }
            Forget::Case(instance) => (None, BTreeSet::from([*instance])),
        };
        for instance in &instances {
            at_rest(group, *instance)?;
        }
        let mut engine = Vec::new();
        let mut cases = Vec::new();
        for instance in instances {
            let rows = self.pipe.reading().await?.data_keys(vec![instance]).await?;
            let mut indexes = shred(rows, person);
            if instance == ENGINE {
                // The engine's own key seals what belongs to everybody: payloads and answers.
                indexes
                    .retain(|it| !matches!(it, IndexChange::DataKey(row) if &*row.subject == CASE));
                engine.extend(indexes);
                continue;
            }
            indexes.extend(self.rows_forgotten(instance, whom, now).await?);
            let messages = self.pipe.reading().await?;
            let messages = messages.messages(KeptQuery::Partner(instance), ALL).await?;
            engine.extend(
                messages
                    .iter()
                    .map(|row| IndexChange::MessageGone(row.number)),
            );
            cases.push(instance);
            group.push(Batch {
                instance,
                expected_version: self.pipe.reading().await?.version(instance).await?,
                fence: self.fence,
                events: Vec::new(),
                state: Change::Keep,
                indexes,
            });
        }
        if let Forget::Person(name) = whom {
            let messages = self.pipe.reading().await?;
            let messages = messages.messages(KeptQuery::All, ALL).await?;
            let theirs = messages.iter().filter(|row| row.key.as_ref() == Some(name));
            engine.extend(theirs.map(|row| IndexChange::MessageGone(row.number)));
        }
        let count = u64::try_from(cases.len()).unwrap_or(u64::MAX);
        let event = EngineEvent::Forgotten { cases };
        self.note(group, vec![(Arc::clone(actor), event)], engine, now)?;
        // Keys that were destroyed must not stay in memory.
        self.stale = true;
        Ok(Answer::Forgotten { cases: count })
    }

    /// What becomes of the rows of a case that is forgotten. Their texts are covered with the
    /// installation's key alone, which stays: what names the person goes (the label, a business key with the name in it), and
    /// with a case that cannot go on its work, its correlation keys and what its incidents say.
    async fn rows_forgotten(
        &mut self,
        instance: InstanceId,
        whom: &Forget,
        now: Timestamp,
    ) -> Result<Vec<IndexChange>, Failure> {
        let Some(row) = self.row(instance).await? else {
            return Ok(Vec::new());
        };
        let names = |key: &Arc<str>| match whom {
            Forget::Person(name) => key.contains(&**name),
            Forget::Case(_) => true,
        };
        let mut forgotten = InstanceRow {
            label: None,
            business_key: row.business_key.clone().filter(|key| !names(key)),
            ..row
        };
        if !forgotten.status.has_ended() {
            forgotten = InstanceRow {
                status: CaseStatus::Cancelled,
                ended_at: Some(now),
                step: None,
                performer: None,
                term_due: None,
                incidents: 0,
                ..forgotten
            };
        }
        let rows = match self.entry(instance).await {
            Ok(entry) => entry.rows.clone(),
            // It was forgotten before, and its rows went then.
            Err(Failure::Refused(_) | Failure::Unreadable(..)) => Rows::default(),
            Err(failure) => return Err(failure),
        };
        Ok(diff(&rows, &Rows::at_rest(forgotten)))
    }

    /// The row of a case.
    async fn row(&self, instance: InstanceId) -> Result<Option<InstanceRow>, StoreError> {
        let before = instance.0.checked_sub(1).map(|number| Cursor {
            at: None,
            instance: InstanceId(number),
            key: 0,
        });
        let paging = Paging {
            after: before,
            limit: 1,
        };
        let page = self
            .pipe
            .reading()
            .await?
            .instances(InstanceQuery::default(), paging)
            .await?;
        Ok(page.items.into_iter().find(|row| row.instance == instance))
    }
}

/// These commands rest on what is committed: a case that the same group writes to has to wait.
fn at_rest(group: &Group, instance: InstanceId) -> Result<(), StoreError> {
    // The engine's own records are added to in memory, so they are always at rest.
    let is_written = group.batches.iter().any(|batch| batch.instance == instance);
    if is_written && instance != ENGINE {
        let message = format!("case {instance} is being written: try again");
        return Err(StoreError::unavailable(message));
    }
    Ok(())
}
