//! Messages and signals between instances: see [`Correlator`].
//!
//! # Source
//! BPMN 2.0.2, 8.4.2 (correlation), 9.3 (message flow).

mod choice;
mod key;
mod start;
mod subscription;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::ElementIx;
use reglament_core::timer::Timestamp;

use serde::{Deserialize, Serialize};

pub use choice::{Chosen, Receiver, by_flow, by_name, choose};
pub use key::{InvalidKey, canonical_key};
pub use start::{MessageStart, message_starts, signal_starts};
pub use subscription::{Awaited, Subscription};

use crate::command::Variables;
use crate::event::{After, Cause, Event, ThrownMessage, ThrownSignal};
use crate::state::Key;
use subscription::Subscriptions;

/// An instance, as the host numbers it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct InstanceId(pub u64);

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A message from outside.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The name.
    pub name: Arc<str>,
    /// The correlation key in canonical form.
    pub key: Option<Arc<str>>,
    /// The payload.
    pub variables: Variables,
    /// Until when it is kept while nobody waits for it; `None` is without end.
    pub expires: Option<Timestamp>,
}

/// What the host has to carry out.
#[derive(Clone, Debug)]
pub enum Routing {
    /// Something that is waited for has occurred: [`Command::Trigger`](crate::Command::Trigger).
    Deliver {
        /// The instance.
        to: InstanceId,
        /// The owner of the arm.
        owner: Key,
        /// The arm's number.
        arm: u32,
        /// The event that catches it.
        element: ElementIx,
        /// A message or a signal.
        cause: Cause,
        /// The payload.
        variables: Variables,
        /// The message, until the host has said what became of it.
        parcel: Option<Box<Parcel>>,
    },
    /// An instance begins: [`Command::Start`](crate::Command::Start) on a fresh one.
    Start {
        /// Where it begins.
        start: MessageStart,
        /// A message or a signal.
        cause: Cause,
        /// The payload.
        variables: Variables,
        /// The message.
        parcel: Option<Box<Parcel>>,
    },
    /// Several wait for the same message: nobody gets it.
    Ambiguous {
        /// The instance and element that threw it; none for a message from outside.
        sender: Option<(InstanceId, ElementIx)>,
        /// The name.
        name: Arc<str>,
        /// Who waits, or where instances would begin.
        candidates: Vec<(Option<InstanceId>, ElementIx)>,
    },
}

/// A message on its way. Its position keeps its place among the others.
#[derive(Clone, Debug)]
pub struct Parcel {
    position: u64,
    sender: Option<(InstanceId, ElementIx)>,
    /// The end of the message flow it goes along.
    target: Option<ElementIx>,
    /// The instance that the sender conversed with first, as soon as there is one.
    partner: Option<InstanceId>,
    name: Arc<str>,
    key: Option<Arc<str>>,
    variables: Variables,
    expires: Option<Timestamp>,
}

/// What is still to be routed, in order.
#[derive(Clone, Debug)]
enum Pending {
    /// A message that has just been thrown or published.
    Message(Parcel),
    /// An arm for which an older message may have been kept.
    Armed(u64),
    /// A signal for an arm that existed when it was thrown.
    Signal(u64, Variables),
    /// A signal that begins an instance.
    SignalStart(MessageStart, Variables),
}

/// Whom a message goes to.
enum Choice {
    Arm(u64),
    Start(MessageStart),
    Ambiguous(Vec<(Option<InstanceId>, ElementIx)>),
    Nobody,
}

/// Routes messages and signals between instances.
///
/// The correlator is pure and one for every host: a scenario run and a durable runtime ask the same
/// questions of it. It is told the events of every instance ([`Correlator::observe`]), keeps an index
/// of what is waited for, and answers with [`Routing`]s that the host carries out one by one:
///
/// ```text
/// events of an instance ──> observe ─┐
/// publish, broadcast ────────────────┴──> poll ──> Routing ──> host ──> accepted | refused
/// ```
///
/// Rules:
/// - A message thrown by an element with message flows goes along them, whatever its name: to the
///   instance of the target's process that conversed with the sender first, else to the only one that
///   waits; or it starts an instance. A flow that ends at a black-box pool leaves the program.
/// - Any other message goes by name and key to the one arm that waits for it, else to the one message
///   start event of that name. An arm without a key takes every key, an arm with the very key goes
///   first. Several are refused, and named.
/// - A message that nobody waits for is kept until it expires and goes to the first arm that matches,
///   oldest message first. Each message is delivered once at most; one that is refused by its receiver
///   goes back to its old place.
/// - A signal reaches every arm that existed when it was thrown, each once, and every signal start
///   event. Arms of the throwing instance are served by the executor itself.
///
/// # Source
/// BPMN 2.0.2, 8.4.2 (correlation), 9.3 (message flow), 10.5.1 (how messages and signals are caught).
#[derive(Clone, Debug, Default)]
pub struct Correlator {
    subscriptions: Subscriptions,
    pending: VecDeque<Pending>,
    /// Messages that nobody waits for yet, in order of publication.
    kept: BTreeMap<u64, Parcel>,
    published: u64,
    /// The first instance of a process that an instance has exchanged a message with.
    partners: BTreeMap<(InstanceId, ElementIx), InstanceId>,
    /// Instances that have ended, until what they sent before has been routed.
    gone: BTreeSet<InstanceId>,
}

impl Correlator {
    /// A correlator that knows of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What is waited for, in the order in which it was armed.
    pub fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        self.subscriptions.iter()
    }

    /// How many messages are kept for somebody who does not wait yet.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.kept.len()
    }

    /// Takes an event of `instance`. Events of an instance come in order, those of a command before
    /// those of the next.
    pub fn observe(&mut self, program: &Program, instance: InstanceId, event: &Event) {
        match event {
            Event::Armed { owner, arm } => {
                if let Some(subscription) = self.subscriptions.armed(instance, *owner, arm) {
                    self.pending.push_back(Pending::Armed(subscription));
                }
            }
            Event::Triggered {
                owner, arm, after, ..
            } => match after {
                After::Spent => self.subscriptions.remove(instance, *owner, *arm),
                After::Stays => {
                    let again = self.subscriptions.find(instance, *owner, *arm);
                    self.pending.extend(again.map(Pending::Armed));
                }
                After::Next(_) => {}
            },
            Event::Completed { key } | Event::Terminated { key } => {
                self.subscriptions.remove_owner(instance, *key);
            }
            Event::Interrupted { scope } => self.subscriptions.interrupt(program, instance, *scope),
            Event::Migrated(migrated) => {
                for it in &migrated.arms {
                    let (owner, arm) = (it.owner, it.arm);
                    match it.element {
                        Some(to) => self.subscriptions.renamed(instance, owner, arm, to),
                        None => self.subscriptions.remove(instance, owner, arm),
                    }
                }
            }
            Event::MessageThrown { message, .. } => self.thrown(program, instance, message),
            Event::SignalThrown { signal, .. } => self.signalled(program, instance, signal),
            Event::Failed { .. } | Event::Cancelled => self.ended(instance),
            Event::Started { .. }
            | Event::Reached { .. }
            | Event::Activated { .. }
            | Event::Taken { .. }
            | Event::Passed { .. }
            | Event::Arrived { .. }
            | Event::Queued { .. }
            | Event::ConditionChanged { .. }
            | Event::VariableSet { .. }
            | Event::VariablesSet { .. }
            | Event::NameDeclared { .. }
            | Event::Repeating { .. }
            | Event::ResultCollected { .. }
            | Event::RepeatingStopped { .. }
            | Event::ResetAwaited { .. }
            | Event::Reset { .. }
            | Event::CompensationStarted { .. }
            | Event::HandlerQueued { .. }
            | Event::Compensated { .. }
            | Event::ErrorThrown { .. }
            | Event::EscalationThrown { .. }
            | Event::IncidentRaised { .. }
            | Event::IncidentResolved { .. }
            | Event::TermStarted { .. }
            | Event::TermWarned { .. }
            | Event::TermExpired { .. }
            | Event::TermSuspended { .. }
            | Event::TermResumed { .. }
            | Event::TermInterrupted { .. }
            | Event::TermExtended { .. }
            | Event::TermRecomputed { .. }
            | Event::TermEnded { .. }
            | Event::TokenWithdrawn { .. } => {}
        }
    }

    /// Forgets an instance that has ended: nothing is waited for there, and once what it sent has been
    /// routed, nobody converses with it. A message that is kept for it alone is dropped.
    pub fn ended(&mut self, instance: InstanceId) {
        self.subscriptions.remove_instance(instance);
        self.gone.insert(instance);
    }

    /// Takes a message from outside.
    pub fn publish(&mut self, message: Publication) {
        let Publication {
            name,
            key,
            variables,
            expires,
        } = message;
        let parcel = Parcel {
            position: self.next_position(),
            sender: None,
            target: None,
            partner: None,
            name,
            key,
            variables,
            expires,
        };
        self.pending.push_back(Pending::Message(parcel));
    }

    /// Takes a signal from outside. Says how many arms and start events it is for.
    pub fn broadcast(&mut self, program: &Program, name: &str, variables: &Variables) -> usize {
        self.fan_out(program, None, name, variables)
    }

    /// The next routing to carry out; none when everything has been routed. Messages that have expired
    /// at `now` go nowhere.
    pub fn poll(&mut self, program: &Program, now: Timestamp) -> Option<Routing> {
        while let Some(pending) = self.pending.pop_front() {
            let routing = match pending {
                Pending::Message(parcel) => self.route(program, parcel, now),
                Pending::Armed(subscription) => self.deliver_kept(program, subscription, now),
                Pending::Signal(subscription, variables) => {
                    self.deliver(subscription, Cause::Signal, variables, None)
                }
                Pending::SignalStart(start, variables) => Some(Routing::Start {
                    start,
                    cause: Cause::Signal,
                    variables,
                    parcel: None,
                }),
            };
            if routing.is_some() {
                return routing;
            }
        }
        self.forget_gone();
        None
    }

    fn forget_gone(&mut self) {
        let gone = std::mem::take(&mut self.gone);
        if !gone.is_empty() {
            self.partners
                .retain(|(one, _), other| !gone.contains(one) && !gone.contains(other));
            self.kept.retain(|_, parcel| {
                parcel
                    .partner
                    .is_none_or(|partner| !gone.contains(&partner))
            });
        }
    }

    /// The host has carried out `routing` on `instance`.
    pub fn accepted(&mut self, program: &Program, routing: &Routing, instance: InstanceId) {
        let (element, parcel) = match routing {
            Routing::Deliver {
                element, parcel, ..
            } => (*element, parcel),
            Routing::Start { start, parcel, .. } => (start.at, parcel),
            Routing::Ambiguous { .. } => return,
        };
        let Some((sender, thrower)) = parcel.as_ref().and_then(|parcel| parcel.sender) else {
            return;
        };
        if sender != instance {
            self.partners
                .entry((sender, program.process_of(element)))
                .or_insert(instance);
            self.partners
                .entry((instance, program.process_of(thrower)))
                .or_insert(sender);
        }
    }

    /// The instance that `routing` was for has refused it. A message goes back to its place and to the
    /// next that waits for it; a signal has missed.
    pub fn refused(&mut self, routing: Routing) {
        match routing {
            Routing::Deliver {
                to,
                owner,
                arm,
                parcel,
                ..
            } => {
                self.subscriptions.remove(to, owner, arm);
                if let Some(parcel) = parcel {
                    self.pending.push_front(Pending::Message(*parcel));
                }
            }
            // Whoever cannot begin now cannot begin a moment later either: the message is dropped.
            Routing::Start { .. } | Routing::Ambiguous { .. } => {}
        }
    }

    fn next_position(&mut self) -> u64 {
        self.published += 1;
        self.published
    }

    /// A message has left an instance: one parcel for each message flow, else one that goes by name.
    fn thrown(&mut self, program: &Program, instance: InstanceId, message: &ThrownMessage) {
        for target in message.targets(program) {
            let parcel = Parcel {
                position: self.next_position(),
                sender: Some((instance, message.element)),
                target,
                partner: None,
                name: Arc::clone(&message.name),
                key: message.correlation_key.clone(),
                variables: message.variables.clone(),
                expires: None,
            };
            self.pending.push_back(Pending::Message(parcel));
        }
    }

    fn signalled(&mut self, program: &Program, instance: InstanceId, signal: &ThrownSignal) {
        self.fan_out(program, Some(instance), &signal.name, &signal.variables);
    }

    /// Fixes now who gets the signal: what is armed later does not.
    fn fan_out(
        &mut self,
        program: &Program,
        thrower: Option<InstanceId>,
        name: &str,
        variables: &Variables,
    ) -> usize {
        let before = self.pending.len();
        let receivers = self.subscriptions.signal(name, thrower);
        self.pending
            .extend(receivers.map(|it| Pending::Signal(it, variables.clone())));
        let starts = signal_starts(program, name).into_iter();
        self.pending
            .extend(starts.map(|start| Pending::SignalStart(start, variables.clone())));
        self.pending.len() - before
    }

    /// Sends a message to whom it is for, or keeps it.
    fn route(&mut self, program: &Program, mut parcel: Parcel, now: Timestamp) -> Option<Routing> {
        if parcel.has_expired(now) {
            return None;
        }
        parcel.partner = parcel.partner.or_else(|| self.partner(program, &parcel));
        match self.choose(program, &parcel) {
            Choice::Arm(subscription) => self.deliver_parcel(subscription, parcel),
            Choice::Start(start) => {
                let variables = parcel.variables.clone();
                let parcel = Some(Box::new(parcel));
                Some(Routing::Start {
                    start,
                    cause: Cause::Message,
                    variables,
                    parcel,
                })
            }
            Choice::Ambiguous(candidates) => Some(Routing::Ambiguous {
                sender: parcel.sender,
                name: parcel.name,
                candidates,
            }),
            Choice::Nobody => {
                self.kept.insert(parcel.position, parcel);
                None
            }
        }
    }

    /// Whom a message is for now.
    fn choose(&self, program: &Program, parcel: &Parcel) -> Choice {
        let arms = match parcel.target {
            Some(target) => self.arms_at(program, parcel, target),
            None => self
                .subscriptions
                .message(&parcel.name, parcel.key.as_deref()),
        };
        match choice::choose(&arms, parcel.target.is_some()) {
            Chosen::Nobody => self.choose_start(program, parcel),
            Chosen::One(one) => Choice::Arm(one.id),
            Chosen::Several => Choice::Ambiguous(
                arms.iter()
                    .map(|it| (Some(it.instance), it.element))
                    .collect(),
            ),
        }
    }

    /// The instance that the sender of `parcel` has conversed with first.
    fn partner(&self, program: &Program, parcel: &Parcel) -> Option<InstanceId> {
        let (sender, _) = parcel.sender?;
        let process = program.process_of(parcel.target?);
        self.partners.get(&(sender, process)).copied()
    }

    /// The arms at the end of a message flow that the sender may reach.
    fn arms_at(&self, program: &Program, parcel: &Parcel, target: ElementIx) -> Vec<&Subscription> {
        let process = program.process_of(target);
        let arms = if target == process {
            // The flow ends at the pool: the name decides among what its process waits for.
            let mut arms = self
                .subscriptions
                .message(&parcel.name, parcel.key.as_deref());
            arms.retain(|it| program.process_of(it.element) == process);
            arms
        } else {
            self.subscriptions.element(target, parcel.key.as_deref())
        };
        arms.into_iter()
            .filter(|it| parcel.partner.is_none_or(|partner| it.instance == partner))
            .collect()
    }

    /// Where an instance begins when nobody waits.
    fn choose_start(&self, program: &Program, parcel: &Parcel) -> Choice {
        let starts: Vec<MessageStart> = match parcel.target {
            Some(target) if program.process_of(target) != target => {
                MessageStart::at(program, target).into_iter().collect()
            }
            Some(process) => {
                let mut starts = message_starts(program, &parcel.name);
                starts.retain(|start| start.process == process);
                starts
            }
            None => message_starts(program, &parcel.name),
        };
        match starts.as_slice() {
            [] => Choice::Nobody,
            [one] => Choice::Start(*one),
            several => Choice::Ambiguous(several.iter().map(|start| (None, start.at)).collect()),
        }
    }

    /// The oldest kept message that `subscription` waits for.
    fn deliver_kept(
        &mut self,
        program: &Program,
        subscription: u64,
        now: Timestamp,
    ) -> Option<Routing> {
        self.kept.retain(|_, parcel| !parcel.has_expired(now));
        let position =
            self.kept
                .values()
                .find_map(|parcel| match self.choose(program, parcel) {
                    Choice::Arm(chosen) if chosen == subscription => Some(parcel.position),
                    Choice::Arm(_) | Choice::Start(_) | Choice::Ambiguous(_) | Choice::Nobody => {
                        None
                    }
                })?;
        let parcel = self.kept.remove(&position)?;
        self.deliver_parcel(subscription, parcel)
    }

    fn deliver_parcel(&self, subscription: u64, parcel: Parcel) -> Option<Routing> {
        let variables = parcel.variables.clone();
        self.deliver(
            subscription,
            Cause::Message,
            variables,
            Some(Box::new(parcel)),
        )
    }

    /// The routing to `subscription`, if it still waits.
    fn deliver(
        &self,
        subscription: u64,
        cause: Cause,
        variables: Variables,
        parcel: Option<Box<Parcel>>,
    ) -> Option<Routing> {
        let Subscription {
            instance,
            owner,
            arm,
            element,
            ..
        } = self.subscriptions.get(subscription)?;
        let (to, owner, arm, element) = (*instance, *owner, *arm, *element);
        Some(Routing::Deliver {
            to,
            owner,
            arm,
            element,
            cause,
            variables,
            parcel,
        })
    }
}

impl Parcel {
    /// The deadline is looked at here and nowhere else: tidying up late delivers nothing late.
    fn has_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}
