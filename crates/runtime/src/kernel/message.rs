//! Messages: from outside and between cases.
//!
//! Who gets a message is decided by the executor's rule; here it is asked of the store's index, so
//! that it costs the same however many cases wait. At most [`CANDIDATES`] of those that may get it are
//! looked at: more than one is ambiguous already.

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::{
    Actor, Chosen, Command as Order, InstanceId, MessageStart, Receiver, Variables, choose,
    message_starts,
};

use super::begin::Opening;
use super::group::Group;
use super::ledger::EngineEvent;
use super::step::rejected;
use super::{Failure, Kernel, later};
use crate::case::{CaseFacts, ChosenVersion, Step};
use crate::command::{Answer, PublishMessage, Published};
use crate::definition::{Beginning, Definition};
use crate::error::Refusal;
use crate::store::{
    ArmQuery, Conversation, Digest, Freight, IndexChange, KeyMatch, MessageRow, MessageTarget,
    SubscriptionRow,
};

/// How many of those that may get a message are looked at.
const CANDIDATES: usize = 8;

/// Whom a message goes to.
enum Destination {
    Arm(Box<SubscriptionRow>),
    Start(Beginning),
    Several(Vec<Arc<str>>),
    Nobody,
}

impl Receiver for SubscriptionRow {
    fn instance(&self) -> InstanceId {
        self.owner.instance
    }

    fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    fn is_same_event(&self, other: &Self) -> bool {
        self.element == other.element
    }
}

impl Kernel {
    pub(super) async fn publish(
        &mut self,
        group: &mut Group,
        message: &PublishMessage,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let empty_key = message.key.as_ref().is_some_and(|key| key.is_empty());
        if message.name.is_empty() || empty_key {
            return Err(Refusal::InvalidMessage.into());
        }
        let known = message.message_id.as_ref().map(|id| {
            let key = format!("message/{}/{id}", message.name);
            Arc::<str>::from(key)
        });
        if let Some(key) = &known
            && let Some(answer) = self.remembered(group, key, None, now).await?
        {
            return Ok(answer);
        }
        let before = group.batches.len();
        let answer = self.publish_new(group, message, actor, now).await?;
        if let Some(key) = known {
            self.remember(group, before, key, Digest::default(), &answer, now)?;
        }
        Ok(answer)
    }

    async fn publish_new(
        &mut self,
        group: &mut Group,
        message: &PublishMessage,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let mut changes = Vec::new();
        let row = MessageRow {
            number: self.next_number(),
            routed: true,
            name: Arc::clone(&message.name),
            key: message.key.clone(),
            sender: None,
            target: None,
            partner: None,
            expires: message.time_to_live.map(|keep| later(now, keep)),
            published_at: now,
            freight: Freight::Message,
            payload: Vec::new(),
        };
        let variables = message.variables.clone();
        let published = match self.destination(group, &row).await? {
            Destination::Arm(arm) => {
                let delivery = (&*arm, variables);
                self.deliver(group, &row, delivery, changes, actor, now)
                    .await?;
                let instance = arm.owner.instance;
                Published::Delivered { instance }
            }
            Destination::Start(beginning) => {
                let opening = opening(beginning, variables);
                let instance = self.open_new(group, opening, changes, actor, now).await?;
                Published::Started { instance }
            }
            Destination::Several(candidates) => {
                let name = Arc::clone(&message.name);
                return Err(Refusal::Ambiguous { name, candidates }.into());
            }
            Destination::Nobody if row.expires.is_some_and(|expires| expires <= now) => {
                Published::Dropped
            }
            Destination::Nobody => {
                let payload = self.ledger.seal("payload", &variables, &mut changes)?;
                let (number, name) = (row.number, Arc::clone(&row.name));
                let row = MessageRow { payload, ..row };
                changes.push(IndexChange::Message(Box::new(row)));
                let event = EngineEvent::MessageKept { number, name };
                self.note(group, vec![(Arc::clone(actor), event)], changes, now)?;
                Published::Kept
            }
        };
        Ok(Answer::Published(published))
    }

    /// Carries on a message that a case has thrown.
    pub(super) async fn route(
        &mut self,
        group: &mut Group,
        mut row: MessageRow,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let engine = Arc::new(Actor::system());
        let gone = vec![IndexChange::MessageGone(row.number)];
        if row.expires.is_some_and(|expires| expires <= now) {
            return self.expire(group, &row, now);
        }
        row.partner = match row.partner {
            Some(partner) => Some(partner),
            None => self.partner_of(group, &row).await?,
        };
        self.follow_partner(&mut row).await;
        match self.destination(group, &row).await? {
            Destination::Arm(arm) => {
                let variables: Variables = self.ledger.open("payload", &row.payload)?;
                let delivery = (&*arm, variables);
                let delivered = self
                    .deliver(group, &row, delivery, gone, &engine, now)
                    .await;
                match delivered {
                    // The receiver closed in the meantime, or cannot go on: it is kept.
                    Err(Failure::Refused(_) | Failure::Unreadable(..)) => {
                        self.keep(group, row, now)
                    }
                    other => other,
                }
            }
            Destination::Start(beginning) => {
                let variables: Variables = self.ledger.open("payload", &row.payload)?;
                let (definition, process) =
                    (Arc::clone(&beginning.definition), beginning.start.process);
                let id = InstanceId(self.given.instances + 1);
                let mut changes = gone;
                let process = &definition.program.infos[process].id;
                changes.extend(conversation(&row, id, &definition, process));
                let opening = opening(beginning, variables);
                self.open_new(group, opening, changes, &engine, now).await?;
                Ok(())
            }
            Destination::Several(candidates) => {
                let event = EngineEvent::MessageRefused {
                    number: row.number,
                    name: row.name,
                    sender: row.sender.map(|(instance, _)| instance),
                    candidates,
                };
                self.note(group, vec![(engine, event)], gone, now)
            }
            Destination::Nobody => self.keep(group, row, now),
        }
    }

    /// A message flow ends at an element of the version that the sender knows. A partner that was
    /// migrated waits at the element of the same id in its own version.
    async fn follow_partner(&mut self, row: &mut MessageRow) {
        let (Some(partner), Some(target)) = (row.partner, row.target.as_mut()) else {
            return;
        };
        // One that cannot be read gets nothing in any case.
        let Ok(entry) = self.entry(partner).await else {
            return;
        };
        let definition = &entry.definition;
        if definition.digest != target.definition && definition.element(&target.element).is_some() {
            target.definition = definition.digest;
        }
    }

    fn keep(&mut self, group: &mut Group, row: MessageRow, now: Timestamp) -> Result<(), Failure> {
        let row = MessageRow {
            routed: true,
            ..row
        };
        self.note(
            group,
            Vec::new(),
            vec![IndexChange::Message(Box::new(row))],
            now,
        )
    }

    /// Removes a message that nobody waited for in time.
    pub(super) fn expire(
        &mut self,
        group: &mut Group,
        row: &MessageRow,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let event = EngineEvent::MessageExpired {
            number: row.number,
            name: Arc::clone(&row.name),
        };
        let gone = vec![IndexChange::MessageGone(row.number)];
        let engine = Arc::new(Actor::system());
        self.note(group, vec![(engine, event)], gone, now)
    }

    /// Whom a message is for now.
    async fn destination(&self, group: &Group, row: &MessageRow) -> Result<Destination, Failure> {
        let arms = self.receivers(group, row).await?;
        let receivers: Vec<&SubscriptionRow> = arms.iter().collect();
        match choose(&receivers, row.target.is_some()) {
            Chosen::One(one) => return Ok(Destination::Arm(Box::new(one.clone()))),
            Chosen::Several => {
                let described = arms.iter().map(|arm| {
                    Arc::from(format!("{} of case {}", arm.element, arm.owner.instance))
                });
                return Ok(Destination::Several(described.collect()));
            }
            Chosen::Nobody => {}
        }
        let mut beginnings = self.beginnings(row);
        Ok(match (beginnings.pop(), beginnings.is_empty()) {
            (None, _) => Destination::Nobody,
            (Some(one), true) => Destination::Start(one),
            (Some(last), false) => {
                beginnings.push(last);
                let starts = beginnings.iter().map(|beginning| {
                    Arc::clone(&beginning.definition.program.infos[beginning.start.at].id)
                });
                Destination::Several(starts.collect())
            }
        })
    }

    /// Those that may get the message, those with the very key before those that take every key.
    async fn receivers(
        &self,
        group: &Group,
        row: &MessageRow,
    ) -> Result<Vec<SubscriptionRow>, Failure> {
        let overlay = &group.overlay;
        let exact = row.key.clone().map(KeyMatch::Is);
        let rest = match (&row.target, &row.key) {
            (Some(_), None) => KeyMatch::Any,
            _ => KeyMatch::Absent,
        };
        for key in exact.into_iter().chain([rest]) {
            let query = match (&row.partner, &row.target) {
                (Some(partner), Some(_)) => ArmQuery::Instance(*partner),
                _ => self.query(row, key.clone()),
            };
            let limit = match query {
                ArmQuery::Instance(_) => usize::MAX >> 1,
                _ => CANDIDATES,
            };
            let mut rows = overlay.subscriptions(&self.pipe, query, limit).await?;
            rows.retain(|arm| self.may_get(row, &key, arm));
            if !rows.is_empty() {
                return Ok(rows);
            }
        }
        Ok(Vec::new())
    }

    fn query(&self, row: &MessageRow, key: KeyMatch) -> ArmQuery {
        match &row.target {
            Some(target) if !self.is_pool(target) => ArmQuery::Element {
                target: target.clone(),
                key,
            },
            process => ArmQuery::Message {
                name: Arc::clone(&row.name),
                key,
                process: process.clone(),
            },
        }
    }

    /// Whether an arm is one of those that the query means: a partner's arms are all read.
    fn may_get(&self, row: &MessageRow, key: &KeyMatch, arm: &SubscriptionRow) -> bool {
        let Some(target) = &row.target else {
            return true;
        };
        let here = if self.is_pool(target) {
            arm.process == target.element && arm.name == row.name
        } else {
            arm.element == target.element
        };
        let alike = arm.definition == target.definition && !arm.is_signal;
        here && alike && key.fits(arm.key.as_deref())
    }

    /// Whether a message flow ends at a pool, where the name decides.
    fn is_pool(&self, target: &MessageTarget) -> bool {
        let definition = self.catalogue.get(target.definition);
        definition.is_some_and(|it| it.program.process(&target.element).is_some())
    }

    /// Where a case begins when nobody waits.
    fn beginnings(&self, row: &MessageRow) -> Vec<Beginning> {
        let Some(target) = &row.target else {
            return self.catalogue.message_beginnings(&row.name);
        };
        let Some(definition) = self.catalogue.get(target.definition) else {
            return Vec::new();
        };
        let program = &definition.program;
        let starts: Vec<MessageStart> = match (
            program.process(&target.element),
            program.element(&target.element),
        ) {
            (Some(process), _) => {
                let mut starts = message_starts(program, &row.name);
                starts.retain(|start| start.process == process);
                starts
            }
            (None, Some(element)) => MessageStart::at(program, element).into_iter().collect(),
            (None, None) => Vec::new(),
        };
        let of_it = |start| Beginning {
            definition: Arc::clone(definition),
            start,
        };
        starts.into_iter().map(of_it).collect()
    }

    /// Gives a message to an arm. `changes` go into the batch.
    async fn deliver(
        &mut self,
        group: &mut Group,
        row: &MessageRow,
        (arm, variables): (&SubscriptionRow, Variables),
        mut changes: Vec<IndexChange>,
        actor: &Arc<Actor>,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let instance = arm.owner.instance;
        let (owner, number) = (arm.owner.key, arm.arm);
        if row.sender.is_some() {
            let definition = Arc::clone(&self.entry(instance).await?.definition);
            let process = &arm.process;
            changes.extend(conversation(row, instance, &definition, process));
        }
        self.step(group, instance, changes, now, |case, step| {
            let order = Order::Trigger {
                owner,
                arm: number,
                variables,
            };
            case.execute(step, actor, order).map_err(rejected(instance))
        })
        .await
    }

    /// The instance that the sender conversed with first, of the process that the message goes to.
    async fn partner_of(
        &self,
        group: &Group,
        row: &MessageRow,
    ) -> Result<Option<InstanceId>, Failure> {
        let (Some((sender, _)), Some(target)) = (&row.sender, &row.target) else {
            return Ok(None);
        };
        let Some(definition) = self.catalogue.get(target.definition) else {
            return Ok(None);
        };
        let program = &definition.program;
        let Some(element) = program.element(&target.element) else {
            return Ok(None);
        };
        let process = program.id(program.process_of(element));
        Ok(group.overlay.partner(&self.pipe, *sender, process).await?)
    }

    /// What a delivery to an arm says about who converses with whom.
    pub(super) fn conversing(
        &self,
        row: &MessageRow,
        instance: InstanceId,
        step: &Step<'_>,
    ) -> Vec<IndexChange> {
        let process = row.target.as_ref().and_then(|target| {
            let program = step.env.program;
            let element = program.element(&target.element)?;
            Some(Arc::clone(&program.infos[program.process_of(element)].id))
        });
        match process {
            Some(process) => conversation(row, instance, step.definition, &process),
            None => Vec::new(),
        }
    }
}

/// Sender and receiver converse from now on, unless each has a partner already. Conversations are about
/// message flows, which stay within a definition.
fn conversation(
    row: &MessageRow,
    instance: InstanceId,
    definition: &Definition,
    process: &Arc<str>,
) -> Vec<IndexChange> {
    let program = &definition.program;
    let same = |target: &MessageTarget| target.definition == definition.digest;
    let sender = row.sender.as_ref().filter(|(it, _)| *it != instance);
    let sender = sender.filter(|_| row.target.as_ref().is_some_and(same));
    let thrower = sender.and_then(|(_, thrower)| program.element(thrower));
    let (Some((sender, _)), Some(thrower)) = (sender, thrower) else {
        return Vec::new();
    };
    let senders = &program.infos[program.process_of(thrower)].id;
    let row = |instance, process: &Arc<str>, partner| {
        IndexChange::Conversation(Conversation {
            instance,
            process: Arc::clone(process),
            partner,
        })
    };
    vec![
        row(*sender, process, instance),
        row(instance, senders, *sender),
    ]
}

fn opening(beginning: Beginning, variables: Variables) -> Opening {
    Opening {
        definition: beginning.definition,
        start: beginning.start,
        named: true,
        variables,
        facts: CaseFacts::default(),
        version: ChosenVersion::Latest,
    }
}
