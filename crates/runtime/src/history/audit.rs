//! Anchoring and verifying a whole store.
//!
//! These functions read; they write nothing. Who takes an anchor notes it in the store
//! ([`Anchor::row`], [`IndexChange::Anchor`](crate::store::IndexChange::Anchor)), so that tombstones can
//! answer for it later, and keeps it where nobody who can change the database can change it.

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;

use super::anchor::{Anchor, AnchorBuilder, TOMBSTONE, Tombstone};
use super::keys::{KeyError, Keys, PublicKey};
use super::verify::{Report, Verifier};
use crate::store::{CaseHead, ENGINE, Position, Store, StoreError, StreamEvent};

/// How many heads or records are read at once.
const PORTION: usize = 1_000;

/// Why a store could not be anchored or verified.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AuditError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The anchor or tombstone could not be signed.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// An anchor over everything that is committed now. Cases may go on meanwhile.
///
/// # Errors
/// See [`AuditError`].
pub async fn take_anchor(
    store: &dyn Store,
    keys: &dyn Keys,
    at: Timestamp,
    with_heads: bool,
) -> Result<Anchor, AuditError> {
    let position = store.newest_position().await?;
    anchor_at(store, keys, position, at, with_heads).await
}

/// The same over everything up to `position`.
///
/// # Errors
/// See [`AuditError`].
pub async fn anchor_at(
    store: &dyn Store,
    keys: &dyn Keys,
    position: Position,
    at: Timestamp,
    with_heads: bool,
) -> Result<Anchor, AuditError> {
    let mut builder = AnchorBuilder::new(position, with_heads);
    let mut instances = Instances::new(store, position);
    while let Some(head) = instances.next().await? {
        let tombstone = if head.position > position {
            tombstone_of(store, head).await?
        } else {
            None
        };
        builder.push(head, tombstone.as_ref());
    }
    Ok(builder.finish(at, keys)?)
}

/// The tombstone of a case that is going to be erased: its stored form is the one record of the batch
/// that erases it, of the kind [`TOMBSTONE`]. The case must not go on in between, which the batch's
/// expected version guards. None when the case has no record.
///
/// # Errors
/// See [`AuditError`].
pub async fn tombstone(
    store: &dyn Store,
    instance: InstanceId,
    at: Timestamp,
    ground: Arc<str>,
    keys: &dyn Keys,
) -> Result<Option<Tombstone>, AuditError> {
    let mut positions = Vec::new();
    for anchor in store.anchors().await? {
        positions.push(anchor.position);
    }
    positions.push(store.newest_position().await?);
    let mut heads = Vec::new();
    for position in positions {
        // A case that began after an anchor has no head there.
        if let Some(head) = head_at(store, instance, position).await? {
            heads.push(head);
        }
    }
    if heads.is_empty() {
        return Ok(None);
    }
    Ok(Some(Tombstone::new(instance, heads, at, ground, keys)?))
}

/// Verifies every history up to what is committed now against `anchors`, which were kept outside, and
/// the installation's public key, also from outside. Cases may go on meanwhile.
///
/// # Errors
/// When the store fails, also because it is damaged. What is wrong with histories is no error but in
/// the report.
pub async fn verify(
    store: &dyn Store,
    anchors: Vec<Anchor>,
    key: PublicKey,
) -> Result<Report, StoreError> {
    let position = store.newest_position().await?;
    let mut verifier = Verifier::new(anchors, key);
    let mut instances = Instances::new(store, position);
    while let Some(head) = instances.next().await? {
        if head.instance == ENGINE {
            verify_engine(store, position, head, &mut verifier).await?;
        } else {
            verify_case(store, position, head, &mut verifier).await?;
        }
    }
    Ok(verifier.finish())
}

/// The engine's own history is never erased and may be long: it is read in portions.
async fn verify_engine(
    store: &dyn Store,
    position: Position,
    head: CaseHead,
    verifier: &mut Verifier,
) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let portion = store.events(head.instance, after, PORTION).await?;
        let Some(last) = portion.last() else { break };
        after = last.record.seq;
        let covered = portion.iter().filter(|event| event.position <= position);
        covered.for_each(|event| verifier.record(event));
    }
    verifier.expect_head(&head);
    Ok(())
}

/// A case is read whole before it is judged, because it may be erased while it is read.
async fn verify_case(
    store: &dyn Store,
    position: Position,
    mut head: CaseHead,
    verifier: &mut Verifier,
) -> Result<(), StoreError> {
    let mut events = records(store, head.instance).await?;
    let begins_with = |events: &[StreamEvent]| events.first().map(|event| event.position);
    let again = store.events(head.instance, 0, 1).await?;
    if begins_with(&again) != begins_with(&events) {
        events = records(store, head.instance).await?;
    }
    let is_tombstone = events
        .first()
        .is_some_and(|event| &*event.record.kind == TOMBSTONE);
    if is_tombstone {
        let now = store.newest_position().await?;
        head = head_at(store, head.instance, now).await?.unwrap_or(head);
    }
    for event in &events {
        if is_tombstone || event.position <= position {
            verifier.record(event);
        }
    }
    verifier.expect_head(&head);
    Ok(())
}

async fn records(store: &dyn Store, instance: InstanceId) -> Result<Vec<StreamEvent>, StoreError> {
    let mut events: Vec<StreamEvent> = Vec::new();
    loop {
        let after = events.last().map_or(0, |event| event.record.seq);
        let portion = store.events(instance, after, PORTION).await?;
        if portion.is_empty() {
            return Ok(events);
        }
        events.extend(portion);
    }
}

async fn head_at(
    store: &dyn Store,
    instance: InstanceId,
    position: Position,
) -> Result<Option<CaseHead>, StoreError> {
    let after = instance.0.checked_sub(1).map(InstanceId);
    let heads = store.heads(position, after, 1).await?;
    let found = heads.into_iter().find(|head| head.instance == instance);
    Ok(found.filter(|head| head.position <= position))
}

async fn tombstone_of(store: &dyn Store, head: CaseHead) -> Result<Option<Tombstone>, StoreError> {
    let before = head.seq.saturating_sub(1);
    let events = store.events(head.instance, before, 1).await?;
    let event = events.first();
    Ok(event.and_then(|event| Tombstone::from_bytes(&event.record.bytes)))
}

/// The instances of a store in the order of their numbers.
struct Instances<'s> {
    store: &'s dyn Store,
    position: Position,
    portion: std::vec::IntoIter<CaseHead>,
    after: Option<InstanceId>,
}

impl<'s> Instances<'s> {
    fn new(store: &'s dyn Store, position: Position) -> Self {
        Self {
            store,
            position,
            portion: Vec::new().into_iter(),
            after: None,
        }
    }

    async fn next(&mut self) -> Result<Option<CaseHead>, StoreError> {
        if let Some(head) = self.portion.next() {
            self.after = Some(head.instance);
            return Ok(Some(head));
        }
        let heads = self.store.heads(self.position, self.after, PORTION).await?;
        self.portion = heads.into_iter();
        let next = self.portion.next();
        self.after = next.map(|head| head.instance).or(self.after);
        Ok(next)
    }
}
