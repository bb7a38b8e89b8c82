//! What the host decides about an engine.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use reglament_core::calendar::WorkCalendar;
use reglament_core::timer::{Timestamp, Zone};
use reglament_executor::Limits;

use crate::history::Keys;
use crate::retention::Retention;
use crate::store::ElementInstanceId;

/// What the host decides about an engine.
#[derive(Clone)]
pub(crate) struct Config {
    /// The zone that local times of models are read in.
    pub(crate) zone: Arc<Zone>,
    /// The work calendars that terms are counted by, of several versions of one the newest last.
    pub(crate) calendars: Arc<[WorkCalendar]>,
    /// The limits of one command.
    pub(crate) limits: Limits,
    /// How many cases are kept in memory.
    pub(crate) cached_cases: usize,
    /// How many numbers are reserved ahead: so many may be left out after the engine has ended.
    pub(crate) reserve: u64,
    /// How failed attempts at jobs are spread.
    pub(crate) backoff: Backoff,
    /// How long the answers to commands with an idempotency key are remembered.
    pub(crate) answers_kept: Duration,
    /// The types of jobs that handlers inside the engine take.
    pub(crate) handled: BTreeSet<Arc<str>>,
    /// Those of them whose results are mapped as the headers of the task say.
    pub(crate) mapping: BTreeSet<Arc<str>>,
    /// The types of jobs that external workers take.
    pub(crate) external: BTreeSet<Arc<str>>,
    /// Whether external workers take every type.
    pub(crate) any_external: bool,
    /// What personal data is sealed with.
    pub(crate) keys: Option<Arc<dyn Keys>>,
    /// For how long cases are kept after their end.
    pub(crate) retention: Retention,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            zone: Arc::new(Zone::UTC),
            calendars: Arc::new([]),
            limits: Limits::default(),
            cached_cases: 10_000,
            reserve: 256,
            backoff: Backoff::default(),
            answers_kept: Duration::from_secs(7 * 24 * 60 * 60),
            handled: BTreeSet::new(),
            mapping: BTreeSet::new(),
            external: BTreeSet::new(),
            any_external: false,
            keys: None,
            retention: Retention::default(),
        }
    }
}

/// How long to wait before a failed attempt is repeated: each time longer, and never for all jobs at
/// the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Before the second attempt.
    pub first: Duration,
    /// The longest.
    pub longest: Duration,
    /// By which factor it grows.
    pub factor: u32,
    /// How far the moment may move, in per cent of the delay.
    pub jitter_percent: u32,
    /// What the jitter is computed from, with the job and the attempt.
    pub seed: u64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(5 * 60),
            factor: 2,
            jitter_percent: 20,
            seed: 0,
        }
    }
}

impl Backoff {
    /// The delay after `failures` failed attempts of `job`, the first one being 1.
    #[must_use]
    pub fn delay(&self, job: ElementInstanceId, failures: u32) -> Duration {
        let exponent = failures.saturating_sub(1);
        let factor = u128::from(self.factor).saturating_pow(exponent);
        let plain = self.first.as_micros().saturating_mul(factor);
        let plain = plain.min(self.longest.as_micros());
        let span = plain.saturating_mul(u128::from(self.jitter_percent)) / 100;
        let noise = scramble(
            self.seed
                ^ scramble(job.instance.0)
                ^ scramble(job.key.to_bits())
                ^ u64::from(failures),
        );
        // Somewhere in the plain delay plus or minus half of the span.
        let moved = u128::from(noise).checked_rem(span.max(1)).unwrap_or(0);
        let micros = (plain - (span / 2).min(plain)).saturating_add(moved);
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

/// SplitMix64: a bijection that leaves no pattern of its input.
const fn scramble(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The instant so much later; the last one there is when that is beyond all instants.
pub(crate) fn later(now: Timestamp, by: Duration) -> Timestamp {
    let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
    now.checked_add_micros(micros).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reglament_executor::{InstanceId, Key};

    #[test]
    fn the_back_off_grows_up_to_its_longest_and_stays_within_its_jitter() {
        let backoff = Backoff::default();
        let job = ElementInstanceId::new(InstanceId(7), Key::from_bits(3));
        for failures in 1..80 {
            let plain = (1u64 << (failures - 1).min(20)).min(300) * 1_000_000;
            let delay = u64::try_from(backoff.delay(job, failures).as_micros()).unwrap();
            assert!(
                delay >= plain * 9 / 10 && delay <= plain * 11 / 10,
                "{failures}: {delay}"
            );
        }
    }

    #[test]
    fn jobs_that_fail_together_are_not_repeated_together() {
        let backoff = Backoff::default();
        let delay = |instance| {
            let job = ElementInstanceId::new(InstanceId(instance), Key::from_bits(3));
            backoff.delay(job, 1)
        };
        let delays: BTreeSet<Duration> = (0..100).map(delay).collect();
        assert!(delays.len() > 95);
    }
}
