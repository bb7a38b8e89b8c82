//! The rows of the indexes that a case stands for, and how they change.

use std::collections::BTreeMap;
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::program::ElementIx;
use reglament_core::term::Measure;
use reglament_core::timer::Timestamp;
use reglament_executor::{Key, TermClock, TermStanding, Trigger};

use super::Case;
use crate::store::{
    CaseStatus, ElementInstanceId, IncidentRow, IndexChange, InstanceRow, JobRow, SubscriptionRow,
    TaskRow, TermRow,
};

/// All rows that a case stands for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rows {
    instance: Option<InstanceRow>,
    due: Option<Timestamp>,
    pub(crate) jobs: BTreeMap<Key, JobRow>,
    tasks: BTreeMap<Key, TaskRow>,
    subscriptions: BTreeMap<(Key, u32), SubscriptionRow>,
    incidents: BTreeMap<Key, IncidentRow>,
    terms: BTreeMap<Key, TermRow>,
}

impl Rows {
    /// The rows of a case in which nothing will ever happen again: only that of the case itself.
    pub(crate) fn at_rest(row: InstanceRow) -> Self {
        Self {
            instance: Some(row),
            ..Self::default()
        }
    }
}

#[cfg(feature = "metrics")]
impl Rows {
    /// How many incidents are unresolved.
    pub(crate) fn incidents(&self) -> i64 {
        i64::try_from(self.incidents.len()).unwrap_or(i64::MAX)
    }

    /// The kind of the unresolved incident at `key`.
    pub(crate) fn incident_kind(&self, key: Key) -> Option<&Arc<str>> {
        self.incidents.get(&key).map(|row| &row.kind)
    }

    /// The process of the case and how it ended, once it has.
    pub(crate) fn ended(&self) -> Option<(&Arc<str>, CaseStatus)> {
        let row = self.instance.as_ref();
        row.filter(|row| row.status.has_ended())
            .map(|row| (&row.process, row.status))
    }
}

impl Case {
    /// The rows that the case stands for. They depend on nothing else.
    pub(crate) fn rows(&self, program: &Program) -> Rows {
        let mut rows = Rows {
            instance: Some(self.instance_row(program)),
            due: self.due(),
            ..Rows::default()
        };
        if self.status().has_ended() {
            return rows;
        }
        let still = self.status() == CaseStatus::Suspended || self.head.quarantined.is_some();
        rows.jobs = self.job_rows(program, still);
        rows.tasks = self.task_rows(program, still);
        // A case that stands still gets nothing: messages for it are kept until it goes on.
        if !still {
            rows.subscriptions = self.subscription_rows(program);
        }
        rows.incidents = self.incident_rows(program);
        rows.terms = self.term_rows(program);
        rows
    }

    fn at(&self, key: Key) -> ElementInstanceId {
        ElementInstanceId::new(self.id, key)
    }

    fn instance_row(&self, program: &Program) -> InstanceRow {
        let head = &self.head;
        let waiting = if self.status().has_ended() {
            None
        } else {
            let waiting = self.state().waiting(program);
            let waiting = waiting.first().map(|(_, element)| *element);
            // A case that only an incident holds stands at the element that has it.
            waiting.or_else(|| self.state().incidents().next().map(|it| it.1))
        };
        InstanceRow {
            instance: self.id,
            definition: head.definition,
            process: Arc::clone(&head.process),
            status: self.status(),
            created_at: head.created_at,
            ended_at: head.ended_at,
            business_key: head.facts.business_key.clone(),
            label: head.facts.label.clone(),
            filed: head.facts.filed,
            service: head.facts.service.clone(),
            channel: head.facts.channel.clone(),
            step: waiting.map(|element| element_id(program, element)),
            performer: waiting.and_then(|element| program.infos[element].lanes.last().cloned()),
            term_due: self.service_term(program),
            incidents: u32::try_from(self.head.incidents.len()).unwrap_or(u32::MAX)
                + u32::from(self.head.quarantined.is_some()),
        }
    }

    fn job_rows(&self, program: &Program, still: bool) -> BTreeMap<Key, JobRow> {
        let jobs = self.head.jobs.iter();
        let row = |(key, job): (&Key, &super::Job)| {
            let element = self.state().element(*key)?;
            let held = still || self.head.incidents.contains_key(key);
            let row = JobRow {
                id: self.at(*key),
                kind: Arc::clone(&job.kind),
                element: element_id(program, element),
                process: Arc::clone(&self.head.process),
                definition: self.head.definition,
                retries: job.retries,
                attempt: job.attempt,
                available_at: (!held).then_some(job.available_at),
                worker: job.worker.clone(),
                created_at: job.created_at,
            };
            Some((*key, row))
        };
        jobs.filter_map(row).collect()
    }

    fn task_rows(&self, program: &Program, still: bool) -> BTreeMap<Key, TaskRow> {
        let tasks = self.head.tasks.iter();
        let row = |(key, task): (&Key, &super::UserTask)| {
            let element = self.state().element(*key)?;
            let row = TaskRow {
                id: self.at(*key),
                element: element_id(program, element),
                name: program.infos[element].name.clone(),
                process: Arc::clone(&self.head.process),
                definition: self.head.definition,
                assignee: task.assignee.clone(),
                owner: task.owner.clone(),
                candidate_users: task.terms.candidate_users.clone(),
                candidate_groups: task.terms.candidate_groups.clone(),
                due: task
                    .terms
                    .due
                    .or_else(|| self.term_of(program, *key, element)),
                follow_up: task.terms.follow_up,
                created_at: task.created_at,
                form: task.terms.form.clone(),
                suspended: still,
            };
            Some((*key, row))
        };
        tasks.filter_map(row).collect()
    }

    /// When the term ends that the task carries.
    fn term_of(&self, program: &Program, key: Key, element: ElementIx) -> Option<Timestamp> {
        let mut clocks = self.state().terms().filter(|clock| clock.is_open());
        let own =
            clocks.find(|clock| clock.owner() == key && clock.element(program) == Some(element));
        own.and_then(TermClock::due)
    }

    /// When the term of the whole service ends.
    fn service_term(&self, program: &Program) -> Option<Timestamp> {
        let process = self
            .state()
            .root()
            .and_then(|root| self.state().element(root));
        let mut clocks = self.state().terms().filter(|clock| clock.is_open());
        let own = clocks.find(|clock| {
            let definition = program.terms.get(clock.term());
            let service = definition.is_some_and(|it| it.term.measures == Measure::Service);
            service && clock.element(program) == process
        });
        own.and_then(TermClock::due)
    }

    fn term_rows(&self, program: &Program) -> BTreeMap<Key, TermRow> {
        let row = |clock: &TermClock| {
            let element = clock.element(program)?;
            let term = clock.counted(program)?;
            let key = Key::from_bits(u64::from(clock.key().0) << 32);
            let row = TermRow {
                id: self.at(key),
                element: element_id(program, element),
                process: Arc::clone(&self.head.process),
                literal: Arc::from(term.literal.as_str()),
                due: clock.due(),
                suspended: clock.standing() == TermStanding::Suspended,
            };
            Some((key, row))
        };
        let open = self.state().terms().filter(|clock| clock.is_open());
        open.filter_map(row).collect()
    }

    fn subscription_rows(&self, program: &Program) -> BTreeMap<(Key, u32), SubscriptionRow> {
        let arms = self.head.arms.iter();
        let row = |(place, mark): (&(Key, u32), &super::ArmMark)| {
            let (owner, number) = *place;
            let arm = self.state().arm(owner, number)?;
            let (is_signal, name, key) = match &arm.trigger {
                Trigger::Message { name, key, .. } => (false, name, key.clone()),
                Trigger::Signal { name } => (true, name, None),
                Trigger::Timer { .. } | Trigger::Condition { .. } | Trigger::Term => return None,
            };
            let row = SubscriptionRow {
                owner: self.at(owner),
                arm: number,
                number: mark.number,
                is_signal,
                name: Arc::clone(name),
                key,
                definition: self.head.definition,
                element: element_id(program, arm.element),
                process: element_id(program, program.process_of(arm.element)),
                served: mark.served,
            };
            Some((*place, row))
        };
        arms.filter_map(row).collect()
    }

    fn incident_rows(&self, program: &Program) -> BTreeMap<Key, IncidentRow> {
        let row =
            |key, element: Option<ElementIx>, kind: &str, message: &Arc<str>, at| IncidentRow {
                id: self.at(key),
                element: match element {
                    Some(element) => element_id(program, element),
                    None => Arc::clone(&self.head.process),
                },
                process: Arc::clone(&self.head.process),
                definition: self.head.definition,
                kind: Arc::from(kind),
                message: Arc::clone(message),
                at,
            };
        let mut rows: BTreeMap<Key, IncidentRow> = self
            .state()
            .incidents()
            .map(|(key, element, incident)| {
                let at = self.head.incidents.get(&key).copied().unwrap_or_default();
                let kind = incident.kind.as_str();
                (key, row(key, Some(element), kind, &incident.message, at))
            })
            .collect();
        if let (Some(reason), Some(root)) = (&self.head.quarantined, self.state().root()) {
            let at = self.head.created_at;
            rows.insert(root, row(root, None, "broken", reason, at));
        }
        rows
    }
}

/// The BPMN id of `element`, shared.
fn element_id(program: &Program, element: ElementIx) -> Arc<str> {
    Arc::clone(&program.infos[element].id)
}

/// What has to change for `old` to become `new`.
pub(crate) fn diff(old: &Rows, new: &Rows) -> Vec<IndexChange> {
    let mut changes = Vec::new();
    if old.instance != new.instance
        && let Some(row) = &new.instance
    {
        changes.push(IndexChange::Instance(Box::new(row.clone())));
    }
    if old.due != new.due {
        changes.push(IndexChange::Due(new.due));
    }
    let changes_of = &mut changes;
    between(
        &old.jobs,
        &new.jobs,
        changes_of,
        IndexChange::Job,
        IndexChange::JobGone,
    );
    between(
        &old.tasks,
        &new.tasks,
        changes_of,
        IndexChange::Task,
        IndexChange::TaskGone,
    );
    between(
        &old.subscriptions,
        &new.subscriptions,
        changes_of,
        IndexChange::Subscription,
        |(owner, arm)| IndexChange::SubscriptionGone(owner, arm),
    );
    between(
        &old.incidents,
        &new.incidents,
        changes_of,
        IndexChange::Incident,
        IndexChange::IncidentGone,
    );
    between(
        &old.terms,
        &new.terms,
        changes_of,
        IndexChange::Term,
        IndexChange::TermGone,
    );
    changes
}

/// Puts what is new or different, removes what is gone.
fn between<K: Ord + Copy, R: Clone + PartialEq>(
    old: &BTreeMap<K, R>,
    new: &BTreeMap<K, R>,
    changes: &mut Vec<IndexChange>,
    put: impl Fn(Box<R>) -> IndexChange,
    gone: impl Fn(K) -> IndexChange,
) {
    let missing = old.keys().filter(|key| !new.contains_key(key));
    changes.extend(missing.map(|key| gone(*key)));
    let changed = new.iter().filter(|(key, row)| old.get(key) != Some(row));
    changes.extend(changed.map(|(_, row)| put(Box::new(row.clone()))));
}
