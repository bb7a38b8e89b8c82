//! Rows in ordered maps, with the orders that they are asked for in.
//!
//! The memory store keeps all its rows so; the kernel keeps so what a group has changed and not yet
//! committed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::{InstanceId, Key};

use crate::history::Tag;
use crate::store::{
    AnchorRow, AnswerRow, ArmQuery, Conversation, Counters, DataKeyRow, DefinitionRow,
    ElementInstanceId, IncidentRow, IndexChange, InstanceRow, JobRow, KeptQuery, KeyMatch,
    MessageRow, MessageTarget, Position, SubscriptionRow, TaskRow, TermRow,
};

/// An arm: its owner and its number.
pub(crate) type ArmId = (ElementInstanceId, u32);

/// A subject within an instance.
type SubjectId = (InstanceId, Arc<str>);

/// The name of a message and the correlation key that is waited for.
type NamedKey = (Arc<str>, Option<Arc<str>>);

/// All rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    pub(super) instances: BTreeMap<InstanceId, InstanceRow>,
    pub(super) by_business_key: BTreeMap<Arc<str>, BTreeSet<InstanceId>>,
    pub(super) by_end: BTreeSet<(Timestamp, InstanceId)>,
    due: BTreeMap<InstanceId, Timestamp>,
    by_due: BTreeSet<(Timestamp, InstanceId)>,
    pub(super) jobs: BTreeMap<ElementInstanceId, JobRow>,
    by_kind: BTreeMap<Arc<str>, BTreeSet<(Timestamp, ElementInstanceId)>>,
    pub(super) tasks: BTreeMap<ElementInstanceId, TaskRow>,
    pub(super) tasks_by_due: BTreeSet<(Timestamp, ElementInstanceId)>,
    pub(super) subscriptions: BTreeMap<ArmId, SubscriptionRow>,
    by_message: BTreeMap<NamedKey, BTreeMap<u64, ArmId>>,
    by_element: BTreeMap<MessageTarget, BTreeMap<u64, ArmId>>,
    by_signal: BTreeMap<Arc<str>, BTreeMap<u64, ArmId>>,
    pub(super) incidents: BTreeMap<ElementInstanceId, IncidentRow>,
    pub(super) terms: BTreeMap<ElementInstanceId, TermRow>,
    pub(super) terms_by_due: BTreeSet<(Timestamp, ElementInstanceId)>,
    pub(super) messages: BTreeMap<u64, MessageRow>,
    unrouted: BTreeSet<u64>,
    kept_by_name: BTreeMap<Arc<str>, BTreeSet<u64>>,
    kept_by_target: BTreeMap<MessageTarget, BTreeSet<u64>>,
    kept_by_expiry: BTreeSet<(Timestamp, u64)>,
    kept_by_partner: BTreeMap<InstanceId, BTreeSet<u64>>,
    pub(super) answers: BTreeMap<Arc<str>, AnswerRow>,
    answers_by_expiry: BTreeSet<(Timestamp, Arc<str>)>,
    conversations: BTreeMap<(InstanceId, Arc<str>), InstanceId>,
    partners: BTreeMap<InstanceId, BTreeSet<(InstanceId, Arc<str>)>>,
    pub(super) definitions: BTreeMap<u64, DefinitionRow>,
    pub(super) cursors: BTreeMap<Arc<str>, Position>,
    pub(super) counters: Counters,
    data_keys: BTreeMap<SubjectId, DataKeyRow>,
    keys_by_person: BTreeMap<Tag, BTreeSet<SubjectId>>,
    pub(super) anchors: BTreeMap<Position, AnchorRow>,
}

/// The place of a row without an instant in a list that is ordered by one: behind all others.
pub(super) fn order(at: Option<Timestamp>) -> Timestamp {
    at.unwrap_or(Timestamp::MAX)
}

/// All element instances of a case, as a range of ids.
pub(super) fn of_instance(instance: InstanceId) -> std::ops::RangeInclusive<ElementInstanceId> {
    let id = |bits| ElementInstanceId::new(instance, Key::from_bits(bits));
    id(0)..=id(u64::MAX)
}

impl Tables {
    /// Carries out one change of a batch of `instance`.
    pub(crate) fn apply(&mut self, instance: InstanceId, change: IndexChange) {
        let here = |key| ElementInstanceId::new(instance, key);
        match change {
            IndexChange::Instance(row) => self.put_instance(*row),
            IndexChange::Due(due) => self.set_due(instance, due),
            IndexChange::Job(row) => self.put_job(*row),
            IndexChange::JobGone(key) => self.remove_job(here(key)),
            IndexChange::Task(row) => self.put_task(*row),
            IndexChange::TaskGone(key) => self.remove_task(here(key)),
            IndexChange::Subscription(row) => self.put_subscription(*row),
            IndexChange::SubscriptionGone(key, arm) => self.remove_subscription((here(key), arm)),
            IndexChange::Incident(row) => {
                self.incidents.insert(row.id, *row);
            }
            IndexChange::IncidentGone(key) => {
                self.incidents.remove(&here(key));
            }
            IndexChange::Term(row) => self.put_term(*row),
            IndexChange::TermGone(key) => self.remove_term(here(key)),
            IndexChange::Message(row) => self.put_message(*row),
            IndexChange::MessageGone(number) => self.remove_message(number),
            IndexChange::Answer(row) => self.put_answer(*row),
            IndexChange::AnswerGone(key) => self.remove_answer(&key),
            IndexChange::Conversation(row) => self.put_conversation(row),
            IndexChange::ConversationsGone(instance) => self.remove_conversations(instance),
            IndexChange::Definition(row) => {
                self.definitions.insert(row.number, *row);
            }
            IndexChange::Cursor(name, position) => {
                self.cursors.insert(name, position);
            }
            IndexChange::CursorGone(name) => {
                self.cursors.remove(&name);
            }
            IndexChange::Counters(counters) => self.counters = counters,
            IndexChange::DataKey(row) => self.put_data_key(*row),
            IndexChange::Anchor(row) => {
                self.anchors.insert(row.position, row);
            }
        }
    }

    /// Removes every row of `instance`.
    pub(super) fn erase(&mut self, instance: InstanceId) {
        self.remove_instance(instance);
        self.set_due(instance, None);
        let range = of_instance(instance);
        let keys = |ids: &mut dyn Iterator<Item = &ElementInstanceId>| -> Vec<_> {
            ids.copied().collect()
        };
        for id in keys(&mut self.jobs.range(range.clone()).map(|(id, _)| id)) {
            self.remove_job(id);
        }
        for id in keys(&mut self.tasks.range(range.clone()).map(|(id, _)| id)) {
            self.remove_task(id);
        }
        for id in keys(&mut self.incidents.range(range.clone()).map(|(id, _)| id)) {
            self.incidents.remove(&id);
        }
        for id in keys(&mut self.terms.range(range).map(|(id, _)| id)) {
            self.remove_term(id);
        }
        for arm in self.arms_of(instance) {
            self.remove_subscription(arm);
        }
        self.remove_conversations(instance);
        for row in self.data_keys(instance) {
            self.remove_data_key(&(instance, row.subject));
        }
    }

    fn put_data_key(&mut self, row: DataKeyRow) {
        let id = (row.instance, Arc::clone(&row.subject));
        self.remove_data_key(&id);
        if let Some(person) = row.person {
            self.keys_by_person
                .entry(person)
                .or_default()
                .insert(id.clone());
        }
        self.data_keys.insert(id, row);
    }

    fn remove_data_key(&mut self, id: &SubjectId) {
        if let Some(row) = self.data_keys.remove(id)
            && let Some(person) = row.person
        {
            remove_from(&mut self.keys_by_person, &person, id);
        }
    }

    /// The data keys of an instance, by subject.
    pub(crate) fn data_keys(&self, instance: InstanceId) -> Vec<DataKeyRow> {
        let rows = self.data_keys.range((instance, Arc::from(""))..);
        rows.take_while(|((it, _), _)| *it == instance)
            .map(|(_, row)| row.clone())
            .collect()
    }

    pub(super) fn data_keys_of(&self, person: Tag) -> Vec<DataKeyRow> {
        let ids = self.keys_by_person.get(&person).into_iter().flatten();
        ids.filter_map(|id| self.data_keys.get(id))
            .cloned()
            .collect()
    }

    fn put_instance(&mut self, row: InstanceRow) {
        self.remove_instance(row.instance);
        if let Some(key) = &row.business_key {
            let known = self.by_business_key.entry(Arc::clone(key)).or_default();
            known.insert(row.instance);
        }
        if let Some(at) = row.ended_at {
            self.by_end.insert((at, row.instance));
        }
        self.instances.insert(row.instance, row);
    }

    fn remove_instance(&mut self, instance: InstanceId) {
        let Some(row) = self.instances.remove(&instance) else {
            return;
        };
        if let Some(key) = &row.business_key {
            remove_from(&mut self.by_business_key, key, &instance);
        }
        if let Some(at) = row.ended_at {
            self.by_end.remove(&(at, instance));
        }
    }

    fn set_due(&mut self, instance: InstanceId, due: Option<Timestamp>) {
        if let Some(old) = self.due.remove(&instance) {
            self.by_due.remove(&(old, instance));
        }
        if let Some(due) = due {
            self.due.insert(instance, due);
            self.by_due.insert((due, instance));
        }
    }

    fn put_job(&mut self, row: JobRow) {
        self.remove_job(row.id);
        if let Some(at) = row.available_at {
            let queue = self.by_kind.entry(Arc::clone(&row.kind)).or_default();
            queue.insert((at, row.id));
        }
        self.jobs.insert(row.id, row);
    }

    fn remove_job(&mut self, id: ElementInstanceId) {
        if let Some(row) = self.jobs.remove(&id)
            && let Some(at) = row.available_at
        {
            remove_from(&mut self.by_kind, &row.kind, &(at, id));
        }
    }

    fn put_task(&mut self, row: TaskRow) {
        self.remove_task(row.id);
        self.tasks_by_due.insert((order(row.due), row.id));
        self.tasks.insert(row.id, row);
    }

    fn remove_task(&mut self, id: ElementInstanceId) {
        if let Some(row) = self.tasks.remove(&id) {
            self.tasks_by_due.remove(&(order(row.due), id));
        }
    }

    fn put_term(&mut self, row: TermRow) {
        self.remove_term(row.id);
        self.terms_by_due.insert((order(row.due), row.id));
        self.terms.insert(row.id, row);
    }

    fn remove_term(&mut self, id: ElementInstanceId) {
        if let Some(row) = self.terms.remove(&id) {
            self.terms_by_due.remove(&(order(row.due), id));
        }
    }

    fn put_subscription(&mut self, row: SubscriptionRow) {
        let id = (row.owner, row.arm);
        self.remove_subscription(id);
        let number = row.number;
        if row.is_signal {
            let waiting = self.by_signal.entry(Arc::clone(&row.name)).or_default();
            waiting.insert(number, id);
        } else {
            let named = (Arc::clone(&row.name), row.key.clone());
            self.by_message.entry(named).or_default().insert(number, id);
            let target = target_of(&row);
            self.by_element
                .entry(target)
                .or_default()
                .insert(number, id);
        }
        self.subscriptions.insert(id, row);
    }

    fn remove_subscription(&mut self, id: ArmId) {
        let Some(row) = self.subscriptions.remove(&id) else {
            return;
        };
        if row.is_signal {
            remove_number(&mut self.by_signal, &row.name, row.number);
        } else {
            let named = (Arc::clone(&row.name), row.key.clone());
            remove_number(&mut self.by_message, &named, row.number);
            remove_number(&mut self.by_element, &target_of(&row), row.number);
        }
    }

    fn arms_of(&self, instance: InstanceId) -> Vec<ArmId> {
        let range = of_instance(instance);
        let (first, last) = ((*range.start(), 0), (*range.end(), u32::MAX));
        let arms = self.subscriptions.range(first..=last);
        arms.map(|(id, _)| *id).collect()
    }

    fn put_message(&mut self, row: MessageRow) {
        self.remove_message(row.number);
        let number = row.number;
        if !row.routed {
            self.unrouted.insert(number);
            self.messages.insert(number, row);
            return;
        }
        match &row.target {
            Some(target) => {
                let kept = self.kept_by_target.entry(target.clone()).or_default();
                kept.insert(number);
            }
            None => {
                let kept = self.kept_by_name.entry(Arc::clone(&row.name)).or_default();
                kept.insert(number);
            }
        }
        if let Some(partner) = row.partner {
            self.kept_by_partner
                .entry(partner)
                .or_default()
                .insert(number);
        }
        if let Some(expires) = row.expires {
            self.kept_by_expiry.insert((expires, number));
        }
        self.messages.insert(number, row);
    }

    fn remove_message(&mut self, number: u64) {
        let Some(row) = self.messages.remove(&number) else {
            return;
        };
        if self.unrouted.remove(&number) {
            return;
        }
        match &row.target {
            Some(target) => remove_from(&mut self.kept_by_target, target, &number),
            None => remove_from(&mut self.kept_by_name, &row.name, &number),
        }
        if let Some(partner) = row.partner {
            remove_from(&mut self.kept_by_partner, &partner, &number);
        }
        if let Some(expires) = row.expires {
            self.kept_by_expiry.remove(&(expires, number));
        }
    }

    fn put_answer(&mut self, row: AnswerRow) {
        self.remove_answer(&row.key);
        self.answers_by_expiry
            .insert((row.expires, Arc::clone(&row.key)));
        self.answers.insert(Arc::clone(&row.key), row);
    }

    fn remove_answer(&mut self, key: &Arc<str>) {
        if let Some(row) = self.answers.remove(key) {
            self.answers_by_expiry.remove(&(row.expires, row.key));
        }
    }

    fn put_conversation(&mut self, row: Conversation) {
        let key = (row.instance, row.process);
        if !self.conversations.contains_key(&key) {
            let with = self.partners.entry(row.partner).or_default();
            with.insert(key.clone());
            self.conversations.insert(key, row.partner);
        }
    }

    fn remove_conversations(&mut self, instance: InstanceId) {
        for row in self.conversations(instance) {
            let key = (row.instance, row.process);
            self.conversations.remove(&key);
            remove_from(&mut self.partners, &row.partner, &key);
        }
        for key in self.partners.remove(&instance).unwrap_or_default() {
            self.conversations.remove(&key);
        }
    }

    /// Cases that have something due, by instant.
    pub(crate) fn due(&self, until: Timestamp, limit: usize) -> Vec<(InstanceId, Timestamp)> {
        let due = self.by_due.iter().take_while(|(at, _)| *at <= until);
        due.take(limit)
            .map(|(at, instance)| (*instance, *at))
            .collect()
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.by_due.first().map(|(at, _)| *at)
    }

    pub(super) fn due_count(&self) -> usize {
        self.due.len()
    }

    /// The jobs of a type that can be taken at `now`.
    pub(crate) fn activatable(
        &self,
        kind: &str,
        now: Timestamp,
        after: Option<(Timestamp, ElementInstanceId)>,
        limit: usize,
    ) -> Vec<JobRow> {
        let Some(queue) = self.by_kind.get(kind) else {
            return Vec::new();
        };
        queue
            .iter()
            .skip_while(|entry| after.is_some_and(|after| **entry <= after))
            .take_while(|(at, _)| *at <= now)
            .filter_map(|(_, id)| self.jobs.get(id))
            .take(limit)
            .cloned()
            .collect()
    }

    pub(super) fn next_job(&self, kinds: &[Arc<str>], after: Timestamp) -> Option<Timestamp> {
        let queues = kinds.iter().filter_map(|kind| self.by_kind.get(kind));
        let later = queues.filter_map(|queue| {
            let mut entries = queue.iter().map(|(at, _)| *at);
            entries.find(|at| *at > after)
        });
        later.min()
    }

    /// What waits for a message or signal, in the order of arming.
    pub(crate) fn subscriptions(&self, query: &ArmQuery, limit: usize) -> Vec<SubscriptionRow> {
        let rows = |ids: &mut dyn Iterator<Item = &ArmId>| -> Vec<SubscriptionRow> {
            let rows = ids.filter_map(|id| self.subscriptions.get(id));
            rows.take(limit).cloned().collect()
        };
        match query {
            ArmQuery::Message { name, key, process } => {
                let mut found = self.named(name, key);
                found.retain(|row| process.as_ref().is_none_or(|it| is_of(row, it)));
                found.into_iter().take(limit).cloned().collect()
            }
            ArmQuery::Element { target, key } => {
                let found = self.by_element.get(target).into_iter().flatten();
                let found = found.filter_map(|(_, id)| self.subscriptions.get(id));
                let found = found.filter(|row| key.fits(row.key.as_deref()));
                found.take(limit).cloned().collect()
            }
            ArmQuery::Signal { name, after, until } => {
                if after >= until {
                    return Vec::new();
                }
                let found = self.by_signal.get(name).into_iter();
                let span = (
                    std::ops::Bound::Excluded(*after),
                    std::ops::Bound::Included(*until),
                );
                rows(&mut found.flat_map(|arms| arms.range(span)).map(|(_, id)| id))
            }
            ArmQuery::Instance(instance) => {
                let mut arms = rows(&mut self.arms_of(*instance).iter());
                arms.sort_unstable_by_key(|row| row.number);
                arms
            }
        }
    }

    /// What waits for messages of a name, in the order of arming.
    fn named(&self, name: &Arc<str>, key: &KeyMatch) -> Vec<&SubscriptionRow> {
        let of_key = |key: Option<Arc<str>>| {
            let arms = self.by_message.get(&(Arc::clone(name), key));
            let ids = arms.into_iter().flatten().map(|(_, id)| id);
            ids.filter_map(|id| self.subscriptions.get(id)).collect()
        };
        match key {
            KeyMatch::Is(key) => of_key(Some(Arc::clone(key))),
            KeyMatch::Absent => of_key(None),
            KeyMatch::Any => {
                let first = (Arc::clone(name), None);
                let of_name = self.by_message.range(first..);
                let mut rows: Vec<&SubscriptionRow> = of_name
                    .take_while(|((it, _), _)| it == name)
                    .flat_map(|(_, arms)| arms.values())
                    .filter_map(|id| self.subscriptions.get(id))
                    .collect();
                rows.sort_unstable_by_key(|row| row.number);
                rows
            }
        }
    }

    /// Messages that are kept or on their way, by number.
    pub(crate) fn messages(&self, query: &KeptQuery, limit: usize) -> Vec<MessageRow> {
        let rows = |numbers: &mut dyn Iterator<Item = &u64>| -> Vec<MessageRow> {
            let rows = numbers.filter_map(|number| self.messages.get(number));
            rows.take(limit).cloned().collect()
        };
        match query {
            KeptQuery::All => rows(&mut self.messages.keys()),
            KeptQuery::Named { name, key } => {
                let kept = self.kept_by_name.get(name).into_iter().flatten();
                let fits = |row: &&MessageRow| key.is_none() || row.key == *key;
                let found = kept.filter_map(|number| self.messages.get(number));
                found.filter(fits).take(limit).cloned().collect()
            }
            KeptQuery::At(target) => {
                rows(&mut self.kept_by_target.get(target).into_iter().flatten())
            }
            KeptQuery::Unrouted(after) => {
                let span = (
                    std::ops::Bound::Excluded(*after),
                    std::ops::Bound::Unbounded,
                );
                rows(&mut self.unrouted.range(span))
            }
            KeptQuery::Expired(until) => {
                let expired = self.kept_by_expiry.iter();
                let mut numbers: Vec<u64> = expired
                    .take_while(|(at, _)| at <= until)
                    .take(limit)
                    .map(|(_, number)| *number)
                    .collect();
                numbers.sort_unstable();
                rows(&mut numbers.iter())
            }
            KeptQuery::Partner(instance) => {
                rows(&mut self.kept_by_partner.get(instance).into_iter().flatten())
            }
        }
    }

    /// With whom an instance converses.
    pub(crate) fn conversations(&self, instance: InstanceId) -> Vec<Conversation> {
        let first = (instance, Arc::from(""));
        let of_it = self.conversations.range(first..);
        of_it
            .take_while(|((it, _), _)| *it == instance)
            .map(|((instance, process), partner)| Conversation {
                instance: *instance,
                process: Arc::clone(process),
                partner: *partner,
            })
            .collect()
    }

    pub(crate) fn answer(&self, key: &str) -> Option<&AnswerRow> {
        self.answers.get(key)
    }

    pub(super) fn expired_answers(&self, until: Timestamp, limit: usize) -> Vec<Arc<str>> {
        let expired = self.answers_by_expiry.iter();
        let expired = expired.take_while(|(at, _)| *at <= until).take(limit);
        expired.map(|(_, key)| Arc::clone(key)).collect()
    }
}

fn target_of(row: &SubscriptionRow) -> MessageTarget {
    MessageTarget {
        definition: row.definition,
        element: Arc::clone(&row.element),
    }
}

/// Whether a subscription belongs to a process of a definition.
fn is_of(row: &SubscriptionRow, process: &MessageTarget) -> bool {
    row.definition == process.definition && row.process == process.element
}

fn remove_from<K: Ord, V: Ord>(index: &mut BTreeMap<K, BTreeSet<V>>, key: &K, value: &V) {
    if let Some(values) = index.get_mut(key) {
        values.remove(value);
        if values.is_empty() {
            index.remove(key);
        }
    }
}

fn remove_number<K: Ord>(index: &mut BTreeMap<K, BTreeMap<u64, ArmId>>, key: &K, number: u64) {
    if let Some(values) = index.get_mut(key) {
        values.remove(&number);
        if values.is_empty() {
            index.remove(key);
        }
    }
}
