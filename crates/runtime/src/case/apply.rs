//! What each event of a case means. Nothing here evaluates or reads a clock.

use reglament_core::Program;
use reglament_core::timer::Timestamp;
use reglament_executor::{Event, Rejection, Status, Trigger};

use super::{ArmMark, Case, CaseEvent, ENDED_WORK_REMEMBERED, Job, UserTask, WorkEnd};

impl Case {
    /// Applies an event from a history. Replaying all events of a case in order on a new one gives its
    /// state.
    ///
    /// # Errors
    /// [`Rejection::Broken`] when the event contradicts the state.
    pub(crate) fn apply(
        &mut self,
        program: &Program,
        at: Timestamp,
        event: &CaseEvent,
    ) -> Result<(), Rejection> {
        if let CaseEvent::Executed(event) = event {
            let mut state = std::mem::take(&mut self.instance).into_state();
            let applied = state.apply(program, event);
            self.instance = reglament_executor::Instance::from_state(state);
            applied?;
            self.note(at, event);
            return Ok(());
        }
        self.apply_fact(at, event)
    }

    /// Applies an event that is not the executor's.
    pub(crate) fn apply_fact(&mut self, at: Timestamp, event: &CaseEvent) -> Result<(), Rejection> {
        let head = &mut self.head;
        match event {
            CaseEvent::Opened(opened) => {
                head.definition = opened.definition;
                head.process = opened.process.clone();
                head.facts = opened.facts.clone();
                head.created_at = at;
            }
            CaseEvent::Executed(_) => {
                return Err(Rejection::Broken(
                    "an event of the executor in the wrong place",
                ));
            }
            CaseEvent::JobCreated { .. }
            | CaseEvent::JobLeased { .. }
            | CaseEvent::JobExtended { .. }
            | CaseEvent::JobFailed { .. }
            | CaseEvent::JobRetried { .. } => return self.apply_to_job(at, event),
            CaseEvent::TaskCreated { .. }
            | CaseEvent::TaskAssigned { .. }
            | CaseEvent::TaskPerformed { .. }
            | CaseEvent::DutyRefused { .. } => return self.apply_to_task(at, event),
            CaseEvent::Subscribed { owner, arm, number } => {
                let mark = ArmMark {
                    number: *number,
                    served: 0,
                };
                head.arms.insert((*owner, *arm), mark);
            }
            CaseEvent::SignalServed { owner, arm, number } => {
                if let Some(mark) = head.arms.get_mut(&(*owner, *arm)) {
                    mark.served = *number;
                }
            }
            CaseEvent::Migrated(migrated) => {
                head.definition = migrated.definition;
                head.process = migrated.process.clone();
                head.performers.rename(|task| migrated.becomes(task));
            }
            CaseEvent::Modified { .. } => {}
            CaseEvent::Suspended { .. } => head.suspended = true,
            // Every arm is entered in the index again, so that it gets what was kept in the meantime.
            CaseEvent::Resumed => {
                head.suspended = false;
                head.arms.clear();
            }
            CaseEvent::Quarantined { reason } => head.quarantined = Some(reason.clone()),
            CaseEvent::Released => {
                head.quarantined = None;
                head.arms.clear();
            }
            CaseEvent::Abandoned => {
                head.abandoned = true;
                head.ended_at = Some(at);
            }
        }
        Ok(())
    }

    fn apply_to_task(&mut self, at: Timestamp, event: &CaseEvent) -> Result<(), Rejection> {
        let head = &mut self.head;
        match event {
            CaseEvent::TaskCreated { key, terms } => {
                let task = UserTask {
                    terms: (**terms).clone(),
                    assignee: terms.assignee.clone(),
                    owner: None,
                    created_at: at,
                };
                head.tasks.insert(*key, task);
            }
            CaseEvent::TaskAssigned {
                key,
                assignee,
                owner,
                ..
            } => {
                let task = head.tasks.get_mut(key);
                let task = task.ok_or(Rejection::Broken("a user task that is not there"))?;
                task.assignee = assignee.clone();
                task.owner = owner.clone();
            }
            CaseEvent::TaskPerformed { element, performer } => {
                head.performers.note(element, performer);
            }
            // A refused attempt is nothing but the attempt.
            _ => {}
        }
        Ok(())
    }

    fn apply_to_job(&mut self, at: Timestamp, event: &CaseEvent) -> Result<(), Rejection> {
        let missing = Rejection::Broken("a job that is not there");
        let jobs = &mut self.head.jobs;
        if let CaseEvent::JobCreated { key, kind, retries } = event {
            // One that is offered again keeps counting: an old attempt must not end it.
            let attempt = jobs.get(key).map_or(0, |job| job.attempt);
            let job = Job {
                kind: kind.clone(),
                retries: *retries,
                attempt,
                failures: 0,
                available_at: at,
                worker: None,
                created_at: at,
            };
            jobs.insert(*key, job);
            return Ok(());
        }
        let (CaseEvent::JobLeased { key, .. }
        | CaseEvent::JobExtended { key, .. }
        | CaseEvent::JobFailed { key, .. }
        | CaseEvent::JobRetried { key, .. }) = event
        else {
            return Err(missing);
        };
        let job = jobs.get_mut(key).ok_or(missing)?;
        match event {
            CaseEvent::JobLeased {
                worker,
                until,
                attempt,
                ..
            } => {
                job.worker = Some(worker.clone());
                job.available_at = *until;
                job.attempt = *attempt;
            }
            CaseEvent::JobExtended { until, .. } => job.available_at = *until,
            CaseEvent::JobFailed {
                retries,
                available_at,
                ..
            } => {
                job.worker = None;
                job.failures += 1;
                job.retries = *retries;
                job.available_at = *available_at;
            }
            CaseEvent::JobRetried { retries, .. } => {
                job.worker = None;
                job.failures = 0;
                job.retries = *retries;
                job.available_at = at;
            }
            _ => {}
        }
        Ok(())
    }

    /// What an event of the executor means for the work around it.
    pub(super) fn note(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::Completed { key } => self.close_work(*key, WorkEnd::Completed),
            Event::Terminated { key } => self.close_work(*key, WorkEnd::Withdrawn),
            Event::IncidentRaised { key, .. } => {
                self.head.incidents.insert(*key, at);
                if let Some(job) = self.head.jobs.get_mut(key) {
                    job.worker = None;
                }
            }
            Event::IncidentResolved { key } => {
                self.head.incidents.remove(key);
            }
            _ => {}
        }
        let ended = match self.state().status() {
            Status::Fresh | Status::Running => false,
            Status::Completed | Status::Failed | Status::Cancelled => true,
        };
        if ended && self.head.ended_at.is_none() {
            self.head.ended_at = Some(at);
        }
    }

    fn close_work(&mut self, key: reglament_executor::Key, end: WorkEnd) {
        self.head.incidents.remove(&key);
        let job = self.head.jobs.remove(&key).is_some();
        let task = self.head.tasks.remove(&key).is_some();
        if job || task {
            if self.head.ended_work.len() >= ENDED_WORK_REMEMBERED {
                self.head.ended_work.pop_front();
            }
            self.head.ended_work.push_back((key, end));
        }
    }

    /// Forgets the arms that nothing waits at any more. Afterwards a case that was replayed is the one
    /// that lived.
    pub(crate) fn prune(&mut self, _program: &Program) {
        let state = self.instance.state();
        self.head.arms.retain(|(owner, number), _| {
            state.arm(*owner, *number).is_some_and(|arm| {
                let waits = matches!(
                    arm.trigger,
                    Trigger::Message { .. } | Trigger::Signal { .. }
                );
                waits && !arm.spent
            })
        });
    }
}
