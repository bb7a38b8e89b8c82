//! One step of one case: it is carried out on a copy, and becomes a batch.

use std::collections::VecDeque;
use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::{
    Actor, Command as Order, Env, Event, InstanceId, Key, Receiver, Rejection, Status,
    ThrownMessage, Trigger, Variables,
};
use tracing::Instrument;

use super::cache::Entry;
use super::group::Group;
use super::ledger::seal_error;
use super::loading::STATE;
use super::{Failure, Kernel, ReadyJob};
use crate::case::{Case, CaseEvent, CaseRecord, RECORD_VERSION, Step, diff};
use crate::definition::Definition;
use crate::error::Refusal;
use crate::history::{Head, Policy, SealError, Vault};
use crate::store::{
    Batch, CaseStatus, Change, Conversation, EventRecord, Freight, IndexChange, KeptQuery,
    MessageRow, MessageTarget, Version,
};

/// How many messages that were kept one step may take; the others are taken in the next group.
pub const KEPT_LIMIT: usize = 100;

/// How many kept messages are looked at for one arm.
const KEPT_PAGE: usize = 16;

/// The case before the step.
pub(super) enum Before {
    /// It is there.
    Known(Arc<Entry>),
    /// It goes on under this definition with this step.
    Migrating(Arc<Entry>, Arc<Definition>),
    /// It begins with this step.
    New(InstanceId, Arc<Definition>),
}

impl Before {
    fn definition(&self) -> &Arc<Definition> {
        match self {
            Self::Known(entry) => &entry.definition,
            Self::Migrating(_, definition) | Self::New(_, definition) => definition,
        }
    }

    fn id(&self) -> InstanceId {
        match self {
            Self::Known(entry) | Self::Migrating(entry, _) => entry.case.id,
            Self::New(id, _) => *id,
        }
    }

    fn case(&self) -> Case {
        match self {
            Self::Known(entry) | Self::Migrating(entry, _) => entry.case.clone(),
            Self::New(id, _) => Case::new(*id),
        }
    }
}

/// What the executor's refusal means for the caller.
pub(crate) fn rejected(instance: InstanceId) -> impl Fn(Rejection) -> Refusal {
    move |rejection| Refusal::Rejected {
        instance,
        rejection,
    }
}

/// An arm that waits for a message.
struct Waiting<'a> {
    instance: InstanceId,
    key: Option<&'a str>,
}

impl Receiver for Waiting<'_> {
    fn instance(&self) -> InstanceId {
        self.instance
    }

    fn key(&self) -> Option<&str> {
        self.key
    }

    fn is_same_event(&self, _: &Self) -> bool {
        true
    }
}

impl Kernel {
    /// Has a case of this number do something that is allowed while it runs.
    pub(super) async fn step<T>(
        &mut self,
        group: &mut Group,
        instance: InstanceId,
        changes: Vec<IndexChange>,
        now: Timestamp,
        action: impl FnOnce(&mut Case, &mut Step<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Failure> {
        let entry = self.entry(instance).await?;
        if let Some(reason) = &entry.case.head.quarantined {
            let reason = Arc::clone(reason);
            return Err(Refusal::Quarantined { instance, reason }.into());
        }
        if entry.vault.is_shredded() {
            return Err(Refusal::Shredded(instance).into());
        }
        self.take(group, Before::Known(entry), changes, now, action)
            .await
    }

    /// Carries out a step: the action, what follows from it, and the batch. `changes` go into the
    /// batch.
    pub(super) async fn take<T>(
        &mut self,
        group: &mut Group,
        before: Before,
        changes: Vec<IndexChange>,
        now: Timestamp,
        action: impl FnOnce(&mut Case, &mut Step<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Failure> {
        let definition = before.definition().digest;
        let span = tracing::info_span!("case", case = %before.id(), %definition);
        let taken = self.take_within(group, before, changes, now, action);
        taken.instrument(span).await
    }

    async fn take_within<T>(
        &mut self,
        group: &mut Group,
        before: Before,
        mut changes: Vec<IndexChange>,
        now: Timestamp,
        action: impl FnOnce(&mut Case, &mut Step<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Failure> {
        let definition = Arc::clone(before.definition());
        let zone = Arc::clone(&self.config.zone);
        let calendars = Arc::clone(&self.config.calendars);
        let mut env = Env::new(&definition.program, &zone);
        env.limits = self.config.limits;
        env.calendars = &calendars;
        let mut case = before.case();
        let mut step = Step::new(&definition, &env, now);
        let acted = action(&mut case, &mut step);
        let outcome = match acted {
            Ok(value) => {
                let settled = self.settle(group, &mut case, &mut step, &mut changes).await;
                let dropped = match settled {
                    Ok(()) => self.drop_kept(group, &case, &mut changes).await,
                    Err(failure) => Err(failure),
                };
                dropped.map(|()| value)
            }
            Err(refusal) => Err(Failure::Refused(refusal)),
        };
        match outcome {
            Ok(value) => {
                let events = std::mem::take(&mut step.events);
                let partners = self.partners(group, &case, &events, &changes).await?;
                let events = (events, partners);
                self.finish(group, &before, case, events, changes, now)?;
                Ok(value)
            }
            Err(Failure::Refused(Refusal::Rejected {
                rejection: Rejection::Broken(reason),
                ..
            })) => Err(self.quarantine(group, &before, reason, now)?),
            Err(failure) => Err(failure),
        }
    }

    /// Offers work and gives kept messages to new arms, until nothing more follows.
    async fn settle(
        &mut self,
        group: &Group,
        case: &mut Case,
        step: &mut Step<'_>,
        changes: &mut Vec<IndexChange>,
    ) -> Result<(), Failure> {
        let broken = rejected(case.id);
        let engine = Arc::new(Actor::system());
        let mut open: VecDeque<(Key, u32)> = VecDeque::new();
        let mut taken = 0;
        loop {
            case.offer(step).map_err(&broken)?;
            for (owner, arm) in case.new_arms() {
                let number = self.next_number();
                let event = CaseEvent::Subscribed { owner, arm, number };
                case.record(step, &engine, event).map_err(&broken)?;
                open.push_back((owner, arm));
            }
            let Some((owner, arm)) = open.pop_front() else {
                return Ok(());
            };
            if !self.messages && !group.puts_messages {
                continue;
            }
            let Some(row) = self
                .kept_for(group, case, step, changes, (owner, arm))
                .await?
            else {
                continue;
            };
            if taken == KEPT_LIMIT {
                // It is routed in the next group.
                let row = MessageRow {
                    routed: false,
                    ..row
                };
                changes.push(IndexChange::Message(Box::new(row)));
                continue;
            }
            taken += 1;
            let variables: Variables = self.ledger.open("payload", &row.payload)?;
            let order = Order::Trigger {
                owner,
                arm,
                variables,
            };
            case.execute(step, &engine, order).map_err(&broken)?;
            changes.push(IndexChange::MessageGone(row.number));
            changes.extend(self.conversing(&row, case.id, step));
            if case.is_armed(owner, arm) {
                open.push_back((owner, arm));
            }
        }
    }

    /// With whom a case converses that has thrown messages. That is looked at now: when the case ends
    /// with what it throws, its conversations end with it.
    async fn partners(
        &self,
        group: &Group,
        case: &Case,
        events: &[crate::case::Unsaved],
        changes: &[IndexChange],
    ) -> Result<Vec<Conversation>, Failure> {
        let throws = events.iter().any(|unsaved| {
            matches!(
                unsaved.event,
                CaseEvent::Executed(Event::MessageThrown { .. })
            )
        });
        if !throws {
            return Ok(Vec::new());
        }
        let mut partners = group.overlay.conversations(&self.pipe, case.id).await?;
        partners.extend(changes.iter().filter_map(|change| match change {
            IndexChange::Conversation(row) if row.instance == case.id => Some(row.clone()),
            _ => None,
        }));
        Ok(partners)
    }

    /// Drops what is kept for a case alone that has ended.
    async fn drop_kept(
        &self,
        group: &Group,
        case: &Case,
        changes: &mut Vec<IndexChange>,
    ) -> Result<(), Failure> {
        if !case.status().has_ended() || (!self.messages && !group.puts_messages) {
            return Ok(());
        }
        let query = KeptQuery::Partner(case.id);
        let rows = group
            .overlay
            .messages(&self.pipe, query, usize::MAX >> 1)
            .await?;
        changes.extend(rows.iter().map(|row| IndexChange::MessageGone(row.number)));
        Ok(())
    }

    /// The oldest kept message that is for an arm.
    async fn kept_for(
        &self,
        group: &Group,
        case: &Case,
        step: &Step<'_>,
        changes: &[IndexChange],
        (owner, number): (Key, u32),
    ) -> Result<Option<MessageRow>, Failure> {
        let Some(arm) = case.state().arm(owner, number).filter(|arm| !arm.spent) else {
            return Ok(None);
        };
        let Trigger::Message { name, key, .. } = &arm.trigger else {
            return Ok(None);
        };
        if case.status() != CaseStatus::Running {
            return Ok(None);
        }
        let program = step.env.program;
        let at = |element| {
            KeptQuery::At(MessageTarget {
                definition: case.head.definition,
                element: Arc::clone(&program.infos[element].id),
            })
        };
        let queries = [
            KeptQuery::Named {
                name: Arc::clone(name),
                key: key.clone(),
            },
            at(arm.element),
            at(program.process_of(arm.element)),
        ];
        let arms = [Waiting {
            instance: case.id,
            key: key.as_deref(),
        }];
        let is_taken = |row: &MessageRow| {
            let gone =
                |it: &IndexChange| matches!(it, IndexChange::MessageGone(n) if *n == row.number);
            let sent = |it: &IndexChange| matches!(it, IndexChange::Message(it) if it.number == row.number);
            changes.iter().any(|it| gone(it) || sent(it))
        };
        let mut oldest: Option<MessageRow> = None;
        for query in queries {
            let rows = group.overlay.messages(&self.pipe, query, KEPT_PAGE).await?;
            let fits = |row: &&MessageRow| {
                let fresh = row.expires.is_none_or(|expires| expires > step.now);
                let mine = row.partner.is_none_or(|partner| partner == case.id);
                let named = row.target.is_none() || row.name.is_empty() || row.name == *name;
                let by_key = match &row.target {
                    Some(_) => reglament_executor::by_flow(&arms, row.key.as_deref()),
                    None => reglament_executor::by_name(&arms, row.key.as_deref()),
                };
                fresh && mine && named && !by_key.is_empty() && !is_taken(row)
            };
            let found = rows.iter().find(fits).cloned();
            let older = |found: &MessageRow| {
                oldest
                    .as_ref()
                    .is_none_or(|known| found.number < known.number)
            };
            if let Some(found) = found.filter(older) {
                oldest = Some(found);
            }
        }
        Ok(oldest)
    }

    /// Writes the step as a batch and keeps the case in memory.
    fn finish(
        &mut self,
        group: &mut Group,
        before: &Before,
        case: Case,
        (events, partners): (Vec<crate::case::Unsaved>, Vec<Conversation>),
        changes: Vec<IndexChange>,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if events.is_empty() && changes.is_empty() {
            return Ok(());
        }
        let definition = Arc::clone(before.definition());
        let (version, mut head, mut vault, old) = match before {
            Before::Known(entry) => (
                entry.version,
                entry.head,
                entry.vault.clone(),
                entry.rows.clone(),
            ),
            Before::Migrating(entry, definition) => {
                let policy = Arc::new(Policy::of(&definition.program));
                let mut vault = entry.vault.clone();
                let program = &definition.program;
                let values = case.state().variables(program);
                let values =
                    values.filter_map(|(name, value)| Some((program.names.get(name)?, value)));
                let done = vault.go_on_under(policy, values);
                done.map_err(sealing(case.id))?;
                (entry.version, entry.head, vault, entry.rows.clone())
            }
            Before::New(id, definition) => {
                let policy = Arc::new(Policy::of(&definition.program));
                let vault = Vault::new(Arc::clone(&self.keys), policy, *id, Vec::new());
                let vault = vault.map_err(super::ledger::key_error)?;
                (
                    Version::default(),
                    Head::of_new(*id),
                    vault,
                    Default::default(),
                )
            }
        };
        let rows = case.rows(&definition.program);
        let mut indexes = diff(&old, &rows);
        indexes.extend(changes);
        self.collect_thrown(&case, &definition, (&events, &partners), now, &mut indexes)?;
        if case.status().has_ended() {
            indexes.push(IndexChange::ConversationsGone(case.id));
        }
        group.tally.step(&definition, &events, &old, &rows);
        let records = seal_records(case.id, &mut head, &mut vault, events, now)?;
        let plain = case.save(&definition.program).map_err(|error| {
            crate::store::StoreError::unavailable(format!("the state cannot be encoded: {error}"))
        })?;
        let state = vault.seal_bytes(STATE, &plain).map_err(sealing(case.id))?;
        indexes.extend(vault.take_changes());
        self.announce(group, &old, &rows, &case, &definition, now);
        group.wait_until(case.due());
        group.push(Batch {
            instance: case.id,
            expected_version: version,
            fence: self.fence,
            events: records,
            state: Change::Put(state),
            indexes,
        });
        let entry = Entry {
            case,
            definition,
            rows,
            version: version.next(),
            head,
            vault,
        };
        self.cache.put(before.id(), entry);
        Ok(())
    }

    /// Puts what the case has thrown on its way.
    fn collect_thrown(
        &mut self,
        case: &Case,
        definition: &Definition,
        (events, partners): (&[crate::case::Unsaved], &[Conversation]),
        now: Timestamp,
        indexes: &mut Vec<IndexChange>,
    ) -> Result<(), Failure> {
        for unsaved in events {
            match &unsaved.event {
                CaseEvent::Executed(Event::MessageThrown { message, .. }) => {
                    self.send((case.id, partners), definition, message, now, indexes)?;
                }
                CaseEvent::Executed(Event::SignalThrown { signal, .. }) => {
                    let element = &definition.program.infos[signal.element].id;
                    let sender = Some((case.id, Arc::clone(element)));
                    let rows =
                        self.signal_rows(&signal.name, &signal.variables, sender, now, indexes)?;
                    indexes.extend(rows);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// One row for each message flow that the message goes along, else one that goes by name.
    fn send(
        &mut self,
        (sender, partners): (InstanceId, &[Conversation]),
        definition: &Definition,
        message: &ThrownMessage,
        now: Timestamp,
        indexes: &mut Vec<IndexChange>,
    ) -> Result<(), Failure> {
        let program = &definition.program;
        for target in message.targets(program) {
            let number = self.next_number();
            let payload = self.ledger.seal("payload", &message.variables, indexes)?;
            let partner = target.and_then(|element| {
                let process = program.id(program.process_of(element));
                let mut known = partners.iter().filter(|it| *it.process == *process);
                known.next().map(|it| it.partner)
            });
            let target = target.map(|element| MessageTarget {
                definition: definition.digest,
                element: Arc::clone(&program.infos[element].id),
            });
            indexes.push(IndexChange::Message(Box::new(MessageRow {
                number,
                routed: false,
                name: Arc::clone(&message.name),
                key: message.correlation_key.clone(),
                sender: Some((sender, Arc::clone(&program.infos[message.element].id))),
                target,
                partner,
                expires: None,
                published_at: now,
                freight: Freight::Message,
                payload,
            })));
        }
        Ok(())
    }

    /// Tells the handlers inside the engine what they can take.
    fn announce(
        &self,
        group: &mut Group,
        old: &crate::case::Rows,
        new: &crate::case::Rows,
        case: &Case,
        definition: &Definition,
        now: Timestamp,
    ) {
        for (key, row) in &new.jobs {
            let Some(at) = row.available_at else { continue };
            let before = old.jobs.get(key);
            if before.is_some_and(|it| it.is_offered_as(row))
                || !self.config.handled.contains(&row.kind)
            {
                continue;
            }
            if at > now {
                group.ready_at = Some(group.ready_at.map_or(at, |known| known.min(at)));
                continue;
            }
            group.ready.push(ReadyJob {
                row: row.clone(),
                variables: case.state().visible(&definition.program, *key),
                headers: definition.headers(&row.element),
            });
        }
    }

    /// Sets a case aside whose state and program contradict each other. Says so.
    fn quarantine(
        &mut self,
        group: &mut Group,
        before: &Before,
        reason: &'static str,
        now: Timestamp,
    ) -> Result<Failure, Failure> {
        let (instance, reason) = (before.id(), Arc::from(reason));
        tracing::error!(case = %instance, %reason, "a case is set aside");
        if let Before::Known(entry) | Before::Migrating(entry, _) = before {
            let before = &Before::Known(Arc::clone(entry));
            let mut case = entry.case.clone();
            let event = CaseEvent::Quarantined {
                reason: Arc::clone(&reason),
            };
            case.apply_fact(now, &event).map_err(rejected(instance))?;
            let unsaved = crate::case::Unsaved {
                actor: Arc::new(Actor::system()),
                event,
            };
            let events = (vec![unsaved], Vec::new());
            self.finish(group, before, case, events, Vec::new(), now)?;
        }
        Ok(Refusal::Quarantined { instance, reason }.into())
    }

    /// Fires what is due in a case. What cannot be woken is not due any more.
    pub(super) async fn wake(&mut self, group: &mut Group, instance: InstanceId, now: Timestamp) {
        let engine = Arc::new(Actor::system());
        let woken = self
            .step(group, instance, Vec::new(), now, |case, step| {
                let Some(due) = case.due().filter(|due| *due <= now) else {
                    return Ok(None);
                };
                let woken = case.execute(step, &engine, Order::Wake);
                woken.map(|()| Some(due)).map_err(rejected(instance))
            })
            .await;
        let failure = match woken {
            Ok(due) => {
                if let Some(due) = due {
                    group.tally.woken(due, now);
                }
                return;
            }
            // It is tried again.
            Err(Failure::Store(error)) => {
                tracing::warn!(case = %instance, %error, "a case could not be woken");
                return;
            }
            Err(failure) => failure,
        };
        let error = crate::error::EngineError::from(failure);
        let error = error.name();
        tracing::error!(case = %instance, error, "a case cannot be woken and is left asleep");
        let Ok(store) = self.pipe.reading().await else {
            return;
        };
        let Ok(version) = store.version(instance).await else {
            return;
        };
        // In this group the case may have been written already: then its row says so itself.
        if group.batches.iter().any(|batch| batch.instance == instance) {
            return;
        }
        self.cache.remove(instance);
        group.push(Batch {
            instance,
            expected_version: version,
            fence: self.fence,
            events: Vec::new(),
            state: Change::Keep,
            indexes: vec![IndexChange::Due(None)],
        });
    }
}

/// The stored form of what has happened; `head` moves on.
fn seal_records(
    instance: InstanceId,
    head: &mut Head,
    vault: &mut Vault,
    events: Vec<crate::case::Unsaved>,
    now: Timestamp,
) -> Result<Vec<EventRecord>, Failure> {
    let mut records = Vec::with_capacity(events.len());
    for unsaved in events {
        let kind = unsaved.event.kind();
        let seq = head.seq + 1;
        let record = CaseRecord {
            version: RECORD_VERSION,
            actor: unsaved.actor,
            event: unsaved.event,
        };
        let bytes = vault.seal_record(seq, record).map_err(sealing(instance))?;
        *head = head.after(instance, now.as_micros(), kind, &bytes);
        records.push(EventRecord {
            seq,
            at: now,
            kind: kind.into(),
            bytes,
            hash: head.hash,
        });
    }
    Ok(records)
}

fn sealing(instance: InstanceId) -> impl Fn(SealError) -> Failure {
    move |error| match error {
        SealError::Shredded { .. } => Refusal::Shredded(instance).into(),
        other => Failure::Store(seal_error(other)),
    }
}

impl Case {
    /// The arms that wait for messages and signals and are not in the index yet, in order.
    pub(super) fn new_arms(&self) -> Vec<(Key, u32)> {
        if self.state().status() != Status::Running {
            return Vec::new();
        }
        let arms = self.state().arms().into_iter();
        arms.filter(|(_, _, arm)| {
            matches!(
                arm.trigger,
                Trigger::Message { .. } | Trigger::Signal { .. }
            )
        })
        .map(|(owner, number, _)| (owner, number))
        .filter(|place| !self.head.arms.contains_key(place))
        .collect()
    }

    /// Whether the arm still waits.
    pub(super) fn is_armed(&self, owner: Key, arm: u32) -> bool {
        let found = self.state().arm(owner, arm);
        found.is_some_and(|arm| !arm.spent) && self.state().status() == Status::Running
    }
}
