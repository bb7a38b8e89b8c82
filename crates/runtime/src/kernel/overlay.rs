//! What a group has changed and not committed yet, laid over what the store has.

use std::collections::BTreeSet;
use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;

use crate::store::{
    AnswerRow, ArmId, ArmQuery, Conversation, ElementInstanceId, IndexChange, InstanceQuery,
    InstanceRow, JobRow, KeptQuery, MessageRow, Paging, StoreError, SubscriptionRow, Tables,
};

use super::pipe::Pipe;

/// The changes of a group.
#[derive(Debug, Default)]
pub(super) struct Overlay {
    tables: Tables,
    /// Whose rows in the store do not count any more.
    arms: BTreeSet<ArmId>,
    messages: BTreeSet<u64>,
    jobs: BTreeSet<ElementInstanceId>,
    instances: BTreeSet<InstanceId>,
    silent: BTreeSet<InstanceId>,
}

impl Overlay {
    /// Takes note of what a batch of `instance` changes.
    pub(super) fn note(&mut self, instance: InstanceId, changes: &[IndexChange]) {
        for change in changes {
            match change {
                IndexChange::Instance(_) => {
                    self.instances.insert(instance);
                }
                IndexChange::Job(row) => {
                    self.jobs.insert(row.id);
                }
                IndexChange::JobGone(key) => {
                    self.jobs.insert(ElementInstanceId::new(instance, *key));
                }
                IndexChange::Subscription(row) => {
                    self.arms.insert((row.owner, row.arm));
                }
                IndexChange::SubscriptionGone(key, arm) => {
                    let owner = ElementInstanceId::new(instance, *key);
                    self.arms.insert((owner, *arm));
                }
                IndexChange::Message(row) => {
                    self.messages.insert(row.number);
                }
                IndexChange::MessageGone(number) => {
                    self.messages.insert(*number);
                }
                IndexChange::ConversationsGone(instance) => {
                    self.silent.insert(*instance);
                }
                _ => {}
            }
            self.tables.apply(instance, change.clone());
        }
    }

    /// What waits for a message or signal.
    pub(super) async fn subscriptions(
        &self,
        pipe: &Pipe,
        query: ArmQuery,
        limit: usize,
    ) -> Result<Vec<SubscriptionRow>, StoreError> {
        let fresh = self.tables.subscriptions(&query, limit);
        let mut rows = pipe
            .reading()
            .await?
            .subscriptions(query, limit + self.arms.len())
            .await?;
        rows.retain(|row| !self.arms.contains(&(row.owner, row.arm)));
        rows.extend(fresh);
        rows.sort_by_key(|row| row.number);
        rows.truncate(limit);
        Ok(rows)
    }

    /// Messages that are kept or on their way.
    pub(super) async fn messages(
        &self,
        pipe: &Pipe,
        query: KeptQuery,
        limit: usize,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let fresh = self.tables.messages(&query, limit);
        let mut rows = pipe
            .reading()
            .await?
            .messages(query, limit + self.messages.len())
            .await?;
        rows.retain(|row| !self.messages.contains(&row.number));
        rows.extend(fresh);
        rows.sort_by_key(|row| row.number);
        rows.truncate(limit);
        Ok(rows)
    }

    /// Jobs that can be taken.
    pub(super) async fn activatable(
        &self,
        pipe: &Pipe,
        kind: &Arc<str>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<JobRow>, StoreError> {
        let fresh = self.tables.activatable(kind, now, None, limit);
        let store = pipe.reading().await?;
        let asked = store.activatable(Arc::clone(kind), now, None, limit + self.jobs.len());
        let mut rows = asked.await?;
        rows.retain(|row| !self.jobs.contains(&row.id));
        rows.extend(fresh);
        rows.sort_by_key(|row| (row.available_at, row.id));
        rows.truncate(limit);
        Ok(rows)
    }

    /// With whom `instance` converses, of each process the first partner.
    pub(super) async fn conversations(
        &self,
        pipe: &Pipe,
        instance: InstanceId,
    ) -> Result<Vec<Conversation>, StoreError> {
        let mut rows = pipe.reading().await?.conversations(instance).await?;
        rows.retain(|row| !self.silent.contains(&instance) && !self.silent.contains(&row.partner));
        rows.extend(self.tables.conversations(instance));
        Ok(rows)
    }

    /// The partner of `instance` of a process.
    pub(super) async fn partner(
        &self,
        pipe: &Pipe,
        instance: InstanceId,
        process: &str,
    ) -> Result<Option<InstanceId>, StoreError> {
        let rows = self.conversations(pipe, instance).await?;
        let found = rows.into_iter().find(|row| *row.process == *process);
        Ok(found.map(|row| row.partner))
    }

    /// The answer to a command.
    pub(super) async fn answer(
        &self,
        pipe: &Pipe,
        key: &Arc<str>,
    ) -> Result<Option<AnswerRow>, StoreError> {
        match self.tables.answer(key) {
            Some(row) => Ok(Some(row.clone())),
            None => pipe.reading().await?.answer(Arc::clone(key)).await,
        }
    }

    /// Whether this group has given an answer under the key.
    pub(super) fn has_answer(&self, key: &str) -> bool {
        self.tables.answer(key).is_some()
    }

    /// A case of a process that has this business key and has not ended.
    pub(super) async fn running_with_key(
        &self,
        pipe: &Pipe,
        process: &Arc<str>,
        key: &Arc<str>,
    ) -> Result<Option<InstanceId>, StoreError> {
        let query = InstanceQuery {
            process: Some(Arc::clone(process)),
            business_key: Some(Arc::clone(key)),
            ..InstanceQuery::default()
        };
        let runs = |row: &InstanceRow| !row.status.has_ended();
        let paging = Paging::first(BUSINESS_KEY_PAGE);
        let fresh = self.tables.list_instances(&query, &paging);
        if let Some(row) = fresh.items.iter().find(|row| runs(row)) {
            return Ok(Some(row.instance));
        }
        let mut paging = paging;
        loop {
            let page = pipe
                .reading()
                .await?
                .instances(query.clone(), paging)
                .await?;
            let known = |row: &&InstanceRow| !self.instances.contains(&row.instance);
            let found = page.items.iter().filter(known).find(|row| runs(row));
            match (found, page.next) {
                (Some(row), _) => return Ok(Some(row.instance)),
                (None, None) => return Ok(None),
                (None, after) => {
                    paging = Paging {
                        after,
                        limit: BUSINESS_KEY_PAGE,
                    };
                }
            }
        }
    }
}

/// How many cases with the same business key are looked at in one read.
const BUSINESS_KEY_PAGE: usize = 64;
