//! What has to hold for jobs and timers, read from the histories.

use std::collections::BTreeMap;

use reglament_core::timer::Timestamp;
use reglament_executor::{After, Cause, Event, InstanceId, Key, Trigger};

use super::Broken;
use super::adapters::{Adapters, KIND};
use super::check::Histories;
use super::clients::Clients;
use crate::case::{CaseEvent, CaseRecord};
use crate::store::{ElementInstanceId, StreamEvent};

/// A job, as far as the records of its case have been read.
#[derive(Default)]
struct Seen {
    is_handled: bool,
    /// The newest lease: its attempt and its end; the end is none once the attempt has failed.
    lease: Option<(u32, Option<Timestamp>)>,
}

/// Leases exclude each other, only the newest one ends a job, and what a handler has completed was done.
pub(super) fn every_job_was_one_persons(
    clients: &Clients,
    adapters: &Adapters,
    histories: &Histories,
) -> Result<(), Broken> {
    for (instance, records) in histories {
        let mut jobs: BTreeMap<Key, Seen> = BTreeMap::new();
        for (stored, record) in records {
            let at = stored.record.at;
            let broken = |key: Key, what: String| {
                let job = ElementInstanceId::new(*instance, key);
                Broken::new(format!("job {job}, record {}: {what}", stored.record.seq))
            };
            match &record.event {
                CaseEvent::JobCreated { key, kind, .. } => {
                    let seen = jobs.entry(*key).or_default();
                    seen.is_handled = **kind == *KIND;
                }
                CaseEvent::JobLeased {
                    key,
                    until,
                    attempt,
                    ..
                } => {
                    let seen = jobs.entry(*key).or_default();
                    seen.leased(at, *attempt, *until)
                        .map_err(|what| broken(*key, what))?;
                }
                CaseEvent::JobExtended { key, until } => {
                    if let Some((_, end)) = &mut jobs.entry(*key).or_default().lease {
                        *end = Some(*until);
                    }
                }
                CaseEvent::JobFailed { key, .. } | CaseEvent::JobRetried { key, .. } => {
                    if let Some((_, end)) = &mut jobs.entry(*key).or_default().lease {
                        *end = None;
                    }
                }
                CaseEvent::Executed(Event::Completed { key }) => {
                    if let Some(seen) = jobs.get(key) {
                        let job = ElementInstanceId::new(*instance, *key);
                        seen.completed(job, clients, adapters)
                            .map_err(|what| broken(*key, what))?;
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

impl Seen {
    fn leased(&mut self, at: Timestamp, attempt: u32, until: Timestamp) -> Result<(), String> {
        let before = self.lease.map_or(0, |(attempt, _)| attempt);
        if attempt != before + 1 {
            return Err(format!("attempt {attempt} after attempt {before}"));
        }
        if let Some((_, Some(end))) = self.lease
            && end > at
        {
            return Err(format!("given out at {at}, while it was taken until {end}"));
        }
        self.lease = Some((attempt, Some(until)));
        Ok(())
    }

    fn completed(
        &self,
        job: ElementInstanceId,
        clients: &Clients,
        adapters: &Adapters,
    ) -> Result<(), String> {
        let newest = self.lease.map(|(attempt, _)| attempt);
        let acknowledged = clients.completed.get(&job).copied();
        if let Some(by) = acknowledged.filter(|by| *by != newest) {
            return Err(format!(
                "completed by attempt {by:?}, the newest is {newest:?}"
            ));
        }
        if self.is_handled && !adapters.effects.contains(&job) {
            return Err("completed, and nothing was done".to_owned());
        }
        Ok(())
    }
}

/// No timer fires twice, and none before its time by the clock of the moment.
pub(super) fn every_timer_fired_once(histories: &Histories) -> Result<u32, Broken> {
    let mut fired = 0;
    for (instance, records) in histories {
        let mut arms: BTreeMap<(Key, u32), Option<Timestamp>> = BTreeMap::new();
        let mut numbers: BTreeMap<Key, u32> = BTreeMap::new();
        for (stored, record) in records {
            fired += of_record(*instance, stored, record, &mut arms, &mut numbers)?;
        }
    }
    Ok(fired)
}

fn of_record(
    instance: InstanceId,
    stored: &StreamEvent,
    record: &CaseRecord,
    arms: &mut BTreeMap<(Key, u32), Option<Timestamp>>,
    numbers: &mut BTreeMap<Key, u32>,
) -> Result<u32, Broken> {
    match &record.event {
        CaseEvent::Executed(Event::Armed { owner, arm }) => {
            let number = numbers.entry(*owner).or_default();
            if let Trigger::Timer { due, .. } = &arm.trigger {
                arms.insert((*owner, *number), Some(due.at));
            }
            *number += 1;
            Ok(0)
        }
        CaseEvent::Executed(Event::Triggered {
            owner,
            arm,
            cause: Cause::Timer,
            after,
            ..
        }) => {
            let place = format!("timer {arm} of {owner} in case {instance}");
            let at = stored.record.at;
            let next = match after {
                After::Next(due) => Some(due.at),
                After::Spent | After::Stays => None,
            };
            match arms.insert((*owner, *arm), next) {
                Some(Some(due)) if due <= at => Ok(1),
                Some(Some(due)) => Err(Broken::new(format!(
                    "{place} fired at {at} and was due at {due}"
                ))),
                Some(None) => Err(Broken::new(format!("{place} fired once more at {at}"))),
                None => Err(Broken::new(format!("{place} fired and was never armed"))),
            }
        }
        _ => Ok(0),
    }
}
