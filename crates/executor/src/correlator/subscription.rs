//! What is waited for in all instances: an index by message name, signal name and element.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::{ElementIx, Kind, MessageIx};

use super::{InstanceId, choice};
use crate::event::{Arm, Trigger};
use crate::state::Key;

/// One arm of one instance that waits for a message or signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The number of the subscription: they count up in the order of arming.
    pub(super) id: u64,
    /// The instance.
    pub instance: InstanceId,
    /// The element instance that owns the arm.
    pub owner: Key,
    /// The arm's number.
    pub arm: u32,
    /// The event that catches it.
    pub element: ElementIx,
    /// What is waited for.
    pub awaited: Awaited,
}

/// What a subscription waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A message.
    Message {
        /// The name.
        name: Arc<str>,
        /// The correlation key; `None` takes every key.
        key: Option<Arc<str>>,
        /// The message of the model.
        message: Option<MessageIx>,
    },
    /// A signal.
    Signal {
        /// The name.
        name: Arc<str>,
    },
}

/// All subscriptions with their indices.
#[derive(Clone, Debug, Default)]
pub(super) struct Subscriptions {
    newest: u64,
    all: BTreeMap<u64, Subscription>,
    of_owner: BTreeMap<(InstanceId, Key, u32), u64>,
    by_message: BTreeMap<Arc<str>, BTreeSet<u64>>,
    by_signal: BTreeMap<Arc<str>, BTreeSet<u64>>,
    by_element: BTreeMap<ElementIx, BTreeSet<u64>>,
    /// How many arms each live owner has had: arms are numbered in order.
    armed: BTreeMap<(InstanceId, Key), u32>,
}

impl Subscriptions {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Subscription> {
        self.all.values()
    }

    pub(super) fn get(&self, id: u64) -> Option<&Subscription> {
        self.all.get(&id)
    }

    pub(super) fn find(&self, instance: InstanceId, owner: Key, arm: u32) -> Option<u64> {
        self.of_owner.get(&(instance, owner, arm)).copied()
    }

    /// Counts an arm in, and enters it in the index when it waits for a message or signal.
    pub(super) fn armed(&mut self, instance: InstanceId, owner: Key, arm: &Arm) -> Option<u64> {
        let count = self.armed.entry((instance, owner)).or_default();
        let number = *count;
        *count += 1;
        let awaited = match &arm.trigger {
            Trigger::Message { name, key, message } => Awaited::Message {
                name: Arc::clone(name),
                key: key.clone(),
                message: *message,
            },
            Trigger::Signal { name } => Awaited::Signal {
                name: Arc::clone(name),
            },
            Trigger::Timer { .. } | Trigger::Condition { .. } | Trigger::Term => return None,
        };
        self.newest += 1;
        let id = self.newest;
        match &awaited {
            Awaited::Message { name, .. } => {
                self.by_message
                    .entry(Arc::clone(name))
                    .or_default()
                    .insert(id);
                self.by_element.entry(arm.element).or_default().insert(id);
            }
            Awaited::Signal { name } => {
                self.by_signal
                    .entry(Arc::clone(name))
                    .or_default()
                    .insert(id);
            }
        }
        self.of_owner.insert((instance, owner, number), id);
        let subscription = Subscription {
            id,
            instance,
            owner,
            arm: number,
            element: arm.element,
            awaited,
        };
        self.all.insert(id, subscription);
        Some(id)
    }

    pub(super) fn remove(&mut self, instance: InstanceId, owner: Key, arm: u32) {
        let Some(id) = self.of_owner.remove(&(instance, owner, arm)) else {
            return;
        };
        let Some(subscription) = self.all.remove(&id) else {
            return;
        };
        match &subscription.awaited {
            Awaited::Message { name, .. } => {
                remove_from(&mut self.by_message, name, id);
                remove_from(&mut self.by_element, &subscription.element, id);
            }
            Awaited::Signal { name } => remove_from(&mut self.by_signal, name, id),
        }
    }

    /// An arm is caught by another element: its instance was migrated. The elements of one correlator
    /// are those of one program, so all of its instances are migrated before anything else is routed.
    pub(super) fn renamed(&mut self, instance: InstanceId, owner: Key, arm: u32, to: ElementIx) {
        let id = self.find(instance, owner, arm);
        let Some(subscription) = id.and_then(|id| self.all.get_mut(&id)) else {
            return;
        };
        let from = std::mem::replace(&mut subscription.element, to);
        let id = subscription.id;
        if matches!(subscription.awaited, Awaited::Message { .. }) {
            remove_from(&mut self.by_element, &from, id);
            self.by_element.entry(to).or_default().insert(id);
        }
    }

    /// Withdraws everything that an element instance waits for: it has left.
    pub(super) fn remove_owner(&mut self, instance: InstanceId, owner: Key) {
        for arm in 0..self.armed.remove(&(instance, owner)).unwrap_or_default() {
            self.remove(instance, owner, arm);
        }
    }

    /// Withdraws what a scope waits for inside: its event sub-processes. Boundary events that are
    /// attached to it stay, for the scope still lives.
    pub(super) fn interrupt(&mut self, program: &Program, instance: InstanceId, scope: Key) {
        for arm in 0..self
            .armed
            .get(&(instance, scope))
            .copied()
            .unwrap_or_default()
        {
            let element = self
                .find(instance, scope, arm)
                .and_then(|id| self.get(id))
                .map(|it| it.element);
            let inside = element
                .is_some_and(|it| !matches!(program.elements[it].kind, Kind::BoundaryEvent(_)));
            if inside {
                self.remove(instance, scope, arm);
            }
        }
    }

    pub(super) fn remove_instance(&mut self, instance: InstanceId) {
        let owners: Vec<(InstanceId, Key)> = self
            .armed
            .keys()
            .copied()
            .filter(|(it, _)| *it == instance)
            .collect();
        for (instance, owner) in owners {
            self.remove_owner(instance, owner);
        }
    }

    /// The arms that wait for a message by name, those with the very key if there are any, else those
    /// that take every key.
    pub(super) fn message(&self, name: &str, key: Option<&str>) -> Vec<&Subscription> {
        let named = self
            .by_message
            .get(name)
            .into_iter()
            .flatten()
            .filter_map(|id| self.get(*id));
        choice::by_name(named, key)
    }

    /// The arms for a message at `element`. Keys decide only where both sides have one.
    pub(super) fn element(&self, element: ElementIx, key: Option<&str>) -> Vec<&Subscription> {
        let here = self
            .by_element
            .get(&element)
            .into_iter()
            .flatten()
            .filter_map(|id| self.get(*id));
        choice::by_flow(here, key)
    }

    /// The arms that wait for a signal, without those of `thrower`.
    pub(super) fn signal(
        &self,
        name: &str,
        thrower: Option<InstanceId>,
    ) -> impl Iterator<Item = u64> {
        let named = self
            .by_signal
            .get(name)
            .into_iter()
            .flatten()
            .filter_map(|id| self.get(*id));
        named
            .filter(move |it| Some(it.instance) != thrower)
            .map(|it| it.id)
    }
}

impl Subscription {
    /// The correlation key that is waited for.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match &self.awaited {
            Awaited::Message { key, .. } => key.as_deref(),
            Awaited::Signal { .. } => None,
        }
    }
}

fn remove_from<K: Ord>(index: &mut BTreeMap<K, BTreeSet<u64>>, key: &K, id: u64) {
    if let Some(ids) = index.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}
