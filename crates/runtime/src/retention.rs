//! Retention: for how long cases are kept after their end.
//!
//! The engine erases cases by itself when their time is over. Of each a signed tombstone stays, so the
//! history of all cases can still be verified ([`history`](crate::history)). What is not said here is
//! kept for ever: no period is made up.
//!
//! # What else is removed, and when
//! | what | when |
//! |---|---|
//! | answers to commands with an idempotency key, ids of messages | seven days after the command, or as [`EngineBuilder::answers_kept`](crate::EngineBuilder::answers_kept) says |
//! | messages that nobody waits for | when their time to live is over; without one never |
//! | messages that are kept for one case | with the end of that case |
//! | jobs, user tasks, subscriptions, incidents, terms in the indexes | with their end, at the latest with the end of the case |
//! | how work ended, to tell who comes too late | the newest [`ENDED_WORK_REMEMBERED`](crate::ENDED_WORK_REMEMBERED) of a case |
//! | answers that adapters over SQLite keep | by the host: `Database::forget_answers` |
//!
//! That their time is over is looked at where they are used; they are removed within
//! [`TIDY_EVERY`](crate::TIDY_EVERY) of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use reglament_core::timer::{Period, Timestamp, Zone};

/// For how long cases are kept after their end.
///
/// ```
/// use reglament_core::timer::Period;
/// use reglament_runtime::Retention;
///
/// let years = Period::parse("P5Y")?;
/// let retention = Retention::new()
///     .of_process("permit", years, "list of documents of the office, item 12")
///     .of_all_others(Period::parse("P1Y")?, "rules of the office");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    by_process: BTreeMap<Arc<str>, Rule>,
    others: Option<Rule>,
}

/// For how long, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) period: Period,
    pub(crate) ground: Arc<str>,
}

impl Retention {
    /// Everything is kept for ever.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Cases of the process with this id, under whichever version, are erased this long after their
    /// end, counted on the wall clock of the engine's zone. `ground` is what their tombstones say: the
    /// rule, never personal data.
    #[must_use]
    pub fn of_process(
        mut self,
        process: impl Into<Arc<str>>,
        period: Period,
        ground: impl Into<Arc<str>>,
    ) -> Self {
        let ground = ground.into();
        self.by_process
            .insert(process.into(), Rule { period, ground });
        self
    }

    /// The same for cases of every process that has no period of its own.
    #[must_use]
    pub fn of_all_others(mut self, period: Period, ground: impl Into<Arc<str>>) -> Self {
        let ground = ground.into();
        self.others = Some(Rule { period, ground });
        self
    }

    /// Whether everything is kept for ever.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_process.is_empty() && self.others.is_none()
    }

    /// The different periods.
    pub(crate) fn periods(&self) -> Vec<Period> {
        let mut periods: Vec<Period> = Vec::new();
        for rule in self.by_process.values().chain(&self.others) {
            if !periods.contains(&rule.period) {
                periods.push(rule.period);
            }
        }
        periods
    }

    /// The rule for cases of a process.
    pub(crate) fn rule(&self, process: &str) -> Option<&Rule> {
        self.by_process.get(process).or(self.others.as_ref())
    }
}

impl Rule {
    /// When the time of a case is over that ended at `ended`. One that is beyond all instants never is.
    pub(crate) fn ends(period: &Period, ended: Timestamp, zone: &Zone) -> Timestamp {
        period.after(ended, 1, zone).unwrap_or(Timestamp::MAX)
    }
}
