//! A store whose indexes hold no readable personal data.
//!
//! Histories, states and payloads come to a store sealed. What is left are the texts that rows are found
//! or listed by: correlation keys, business keys, labels, the messages of incidents, idempotency keys, the
//! accounts of who does or may do user tasks.
//! This store covers them on the way in and uncovers them on the way out, for whichever store is behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;

use super::{
    AnchorRow, AnswerRow, ArmQuery, Batch, BoxFuture, CaseHead, Conflict, Conversation, Counters,
    DataKeyRow, DefinitionRow, ElementInstanceId, Fence, IncidentQuery, IncidentRow, IndexChange,
    InstanceQuery, InstanceRow, JobQuery, JobRow, KeptQuery, KeyMatch, MessageRow, Page, Paging,
    Position, Stats, Store, StoreError, Stored, StreamEvent, SubscriptionRow, TaskQuery, TaskRow,
    TermQuery, TermRow, Version, passed_on,
};
use crate::history::{KeyError, Keys, Tag, Veil};

const CORRELATION: &str = "correlation key";
const BUSINESS: &str = "business key";
const LABEL: &str = "label";
const INCIDENT: &str = "incident";
const ANSWER: &str = "idempotency key";
const ACCOUNT: &str = "account";

/// The cursor that says that a store is veiled. Readers of the stream do not use this name.
const MARK: &str = "reglament veil 2";

/// Covers the texts of indexes in front of another store.
///
/// A store is veiled from its first commit or never: covered and readable keys in one index would not
/// find each other.
pub struct VeiledStore {
    inner: Arc<dyn Store>,
    veil: Veil,
    /// Whether the store says of itself that it is veiled.
    is_marked: AtomicBool,
}

impl VeiledStore {
    /// A store in front of `inner`, with the veil of the installation whose keys these are.
    ///
    /// # Errors
    /// When `inner` was begun without a veil; when it fails.
    pub async fn open(inner: Arc<dyn Store>, keys: &dyn Keys) -> Result<Self, StoreError> {
        let is_marked = is_veiled(&*inner).await?;
        if !is_marked && inner.newest_position().await? > Position(0) {
            return Err(StoreError::unavailable(
                "the store was begun without keys: its indexes are readable",
            ));
        }
        Ok(Self {
            inner,
            veil: Veil::new(keys),
            is_marked: AtomicBool::new(is_marked),
        })
    }

    fn cover(&self, purpose: &str, text: &mut Arc<str>) -> Result<(), StoreError> {
        let covered = self.veil.cover(purpose, text);
        *text = covered.map_err(|error| {
            StoreError::unavailable("a text of an index cannot be covered").caused_by(error)
        })?;
        Ok(())
    }

    fn cover_some(&self, purpose: &str, text: &mut Option<Arc<str>>) -> Result<(), StoreError> {
        text.as_mut()
            .map_or(Ok(()), |text| self.cover(purpose, text))
    }

    fn cover_change(&self, change: &mut IndexChange) -> Result<(), StoreError> {
        match change {
            IndexChange::Instance(row) => {
                self.cover_some(BUSINESS, &mut row.business_key)?;
                self.cover_some(LABEL, &mut row.label)
            }
            IndexChange::Subscription(row) => self.cover_some(CORRELATION, &mut row.key),
            IndexChange::Message(row) => self.cover_some(CORRELATION, &mut row.key),
            IndexChange::Incident(row) => self.cover(INCIDENT, &mut row.message),
            IndexChange::Task(row) => {
                self.cover_some(ACCOUNT, &mut row.assignee)?;
                self.cover_some(ACCOUNT, &mut row.owner)?;
                let mut users = row.candidate_users.iter_mut();
                users.try_for_each(|user| self.cover(ACCOUNT, user))
            }
            IndexChange::Answer(row) => self.cover(ANSWER, &mut row.key),
            IndexChange::AnswerGone(key) => self.cover(ANSWER, key),
            IndexChange::Due(_)
            | IndexChange::Job(_)
            | IndexChange::JobGone(_)
            | IndexChange::TaskGone(_)
            | IndexChange::SubscriptionGone(..)
            | IndexChange::IncidentGone(_)
            | IndexChange::Term(_)
            | IndexChange::TermGone(_)
            | IndexChange::MessageGone(_)
            | IndexChange::Conversation(_)
            | IndexChange::ConversationsGone(_)
            | IndexChange::Definition(_)
            | IndexChange::Cursor(..)
            | IndexChange::CursorGone(_)
            | IndexChange::Counters(_)
            | IndexChange::DataKey(_)
            | IndexChange::Anchor(_) => Ok(()),
        }
    }

    fn cover_match(&self, key: &mut KeyMatch) -> Result<(), StoreError> {
        match key {
            KeyMatch::Is(key) => self.cover(CORRELATION, key),
            KeyMatch::Absent | KeyMatch::Any => Ok(()),
        }
    }

    /// The answer, uncovered; the error when the question could not be covered.
    fn ask<'s, T: Send + 's>(
        &'s self,
        covered: Result<(), StoreError>,
        asked: BoxFuture<'s, T>,
        uncover: impl FnOnce(&Veil, &mut T) -> Result<(), KeyError> + Send + 's,
    ) -> BoxFuture<'s, T> {
        if let Err(error) = covered {
            return Box::pin(std::future::ready(Err(error)));
        }
        Box::pin(async move {
            let mut answer = asked.await?;
            uncover(&self.veil, &mut answer).map_err(|error| {
                StoreError::damaged("a text of an index is not what was written").caused_by(error)
            })?;
            Ok(answer)
        })
    }
}

/// Whether a store is veiled, so that it can be read with the keys of its installation alone.
///
/// # Errors
/// When the store fails.
pub async fn is_veiled(store: &dyn Store) -> Result<bool, StoreError> {
    Ok(store.cursor(Arc::from(MARK)).await?.is_some())
}

fn uncover(veil: &Veil, purpose: &str, text: &mut Arc<str>) -> Result<(), KeyError> {
    *text = veil.uncover(purpose, text)?;
    Ok(())
}

fn uncover_some(veil: &Veil, purpose: &str, text: &mut Option<Arc<str>>) -> Result<(), KeyError> {
    text.as_mut()
        .map_or(Ok(()), |text| uncover(veil, purpose, text))
}

impl Store for VeiledStore {
    fn commit(&self, mut group: Vec<Batch>) -> BoxFuture<'_, Vec<Result<Position, Conflict>>> {
        let mut changes = group.iter_mut().flat_map(|batch| &mut batch.indexes);
        let covered = changes.try_for_each(|change| self.cover_change(change));
        if let Err(error) = covered {
            return Box::pin(std::future::ready(Err(error)));
        }
        if !self.is_marked.load(Ordering::Acquire) {
            // Any of them may be the first that is accepted.
            for batch in &mut group {
                let mark = IndexChange::Cursor(Arc::from(MARK), Position(1));
                batch.indexes.push(mark);
            }
        }
        let asked = self.inner.commit(group);
        self.ask(Ok(()), asked, |_, answers| {
            if answers.iter().any(Result::is_ok) {
                self.is_marked.store(true, Ordering::Release);
            }
            Ok(())
        })
    }

    fn subscriptions(
        &self,
        mut query: ArmQuery,
        limit: usize,
    ) -> BoxFuture<'_, Vec<SubscriptionRow>> {
        let covered = match &mut query {
            ArmQuery::Message { key, .. } | ArmQuery::Element { key, .. } => self.cover_match(key),
            ArmQuery::Signal { .. } | ArmQuery::Instance(_) => Ok(()),
        };
        let asked = self.inner.subscriptions(query, limit);
        self.ask(covered, asked, |veil, rows| {
            let mut rows = rows.iter_mut();
            rows.try_for_each(|row| uncover_some(veil, CORRELATION, &mut row.key))
        })
    }

    fn messages(&self, mut query: KeptQuery, limit: usize) -> BoxFuture<'_, Vec<MessageRow>> {
        let covered = match &mut query {
            KeptQuery::Named { key, .. } => self.cover_some(CORRELATION, key),
            KeptQuery::All
            | KeptQuery::At(_)
            | KeptQuery::Unrouted(_)
            | KeptQuery::Expired(_)
            | KeptQuery::Partner(_) => Ok(()),
        };
        let asked = self.inner.messages(query, limit);
        self.ask(covered, asked, |veil, rows| {
            let mut rows = rows.iter_mut();
            rows.try_for_each(|row| uncover_some(veil, CORRELATION, &mut row.key))
        })
    }

    fn answer(&self, mut key: Arc<str>) -> BoxFuture<'_, Option<AnswerRow>> {
        let covered = self.cover(ANSWER, &mut key);
        let asked = self.inner.answer(key);
        self.ask(covered, asked, |veil, row| {
            let mut row = row.iter_mut();
            row.try_for_each(|row| uncover(veil, ANSWER, &mut row.key))
        })
    }

    fn expired_answers(&self, until: Timestamp, limit: usize) -> BoxFuture<'_, Vec<Arc<str>>> {
        let asked = self.inner.expired_answers(until, limit);
        self.ask(Ok(()), asked, |veil, keys| {
            let mut keys = keys.iter_mut();
            keys.try_for_each(|key| uncover(veil, ANSWER, key))
        })
    }

    fn instances(
        &self,
        mut query: InstanceQuery,
        paging: Paging,
    ) -> BoxFuture<'_, Page<InstanceRow>> {
        let covered = self.cover_some(BUSINESS, &mut query.business_key);
        let asked = self.inner.instances(query, paging);
        self.ask(covered, asked, |veil, page| {
            page.items.iter_mut().try_for_each(|row| {
                uncover_some(veil, BUSINESS, &mut row.business_key)?;
                uncover_some(veil, LABEL, &mut row.label)
            })
        })
    }

    fn tasks(&self, mut query: TaskQuery, paging: Paging) -> BoxFuture<'_, Page<TaskRow>> {
        let mut covered = self.cover_some(ACCOUNT, &mut query.assignee);
        if let Some((user, _)) = &mut query.candidate {
            covered = covered.and_then(|()| self.cover(ACCOUNT, user));
        }
        let asked = self.inner.tasks(query, paging);
        self.ask(covered, asked, |veil, page| {
            page.items.iter_mut().try_for_each(|row| {
                uncover_some(veil, ACCOUNT, &mut row.assignee)?;
                uncover_some(veil, ACCOUNT, &mut row.owner)?;
                let mut users = row.candidate_users.iter_mut();
                users.try_for_each(|user| uncover(veil, ACCOUNT, user))
            })
        })
    }

    fn incidents(&self, query: IncidentQuery, paging: Paging) -> BoxFuture<'_, Page<IncidentRow>> {
        let asked = self.inner.incidents(query, paging);
        self.ask(Ok(()), asked, |veil, page| {
            let mut rows = page.items.iter_mut();
            rows.try_for_each(|row| uncover(veil, INCIDENT, &mut row.message))
        })
    }

    passed_on! {
        fn acquire() -> Fence;
        fn load(instances: Vec<InstanceId>) -> Vec<Option<Stored>>;
        fn version(instance: InstanceId) -> Version;
        fn events(instance: InstanceId, after_seq: u64, limit: usize) -> Vec<StreamEvent>;
        fn stream(after: Position, limit: usize) -> Vec<StreamEvent>;
        fn newest_position() -> Position;
        fn due(until: Timestamp, limit: usize) -> Vec<(InstanceId, Timestamp)>;
        fn next_due() -> Option<Timestamp>;
        fn activatable(
            kind: Arc<str>, now: Timestamp, after: Option<(Timestamp, ElementInstanceId)>,
            limit: usize
        ) -> Vec<JobRow>;
        fn next_job(kinds: Vec<Arc<str>>, after: Timestamp) -> Option<Timestamp>;
        fn conversations(instance: InstanceId) -> Vec<Conversation>;
        fn definitions() -> Vec<DefinitionRow>;
        fn cursor(name: Arc<str>) -> Option<Position>;
        fn counters() -> Counters;
        fn jobs(query: JobQuery, paging: Paging) -> Page<JobRow>;
        fn terms(query: TermQuery, paging: Paging) -> Page<TermRow>;
        fn data_keys(instances: Vec<InstanceId>) -> Vec<DataKeyRow>;
        fn data_keys_of(person: Tag) -> Vec<DataKeyRow>;
        fn heads(at: Position, after: Option<InstanceId>, limit: usize) -> Vec<CaseHead>;
        fn anchors() -> Vec<AnchorRow>;
        fn stats() -> Stats;
        fn size_bytes() -> Option<u64>;
    }
}
