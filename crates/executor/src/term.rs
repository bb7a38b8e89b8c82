//! Statutory terms of an instance: their clocks, and what events say of them.
//!
//! Everything that depends on a calendar is reckoned once and kept: the events carry it, so replaying
//! them reads no calendar.

use std::fmt;
use std::sync::Arc;

use reglament_core::Program;
use reglament_core::calendar::WorkCalendar;
use reglament_core::program::{ElementIx, TermIx};
use reglament_core::term::{Budget, Ledger, Left, Progress, Term, TermError};
use reglament_core::timer::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use crate::state::Key;

/// The number of a term's clock within its instance, from 1 in order of their starts. It is never used
/// again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TermKey(pub u32);

impl fmt::Display for TermKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "term {}", self.0)
    }
}

/// How a term was reckoned: the result, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reckoning {
    /// When it ends, or what is left of it.
    pub course: Course,
    /// The id of the calendar.
    pub calendar: Arc<str>,
    /// The version of the calendar.
    pub calendar_version: Arc<str>,
    /// The version of the time-zone data.
    pub zone_data: Arc<str>,
    /// The provisional years of the calendar that it rests on; empty when it is final.
    pub provisional: Vec<i32>,
}

/// Whether the clock of a term runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// It runs.
    Running {
        /// The instant at which the term ends; what is done at that instant is in time.
        due: Timestamp,
        /// The last day, in the zone of the calendar.
        date: Date,
        /// The last day before an end on a day off was rolled.
        unrolled: Date,
        /// When the lower edge of a range is reached.
        lower_edge: Option<Timestamp>,
        /// When people are still to be warned, in order of time.
        warnings: Vec<Timestamp>,
    },
    /// It is stopped.
    Suspended {
        /// Since when.
        since: Timestamp,
        /// What is left.
        left: Left,
    },
}

impl Reckoning {
    /// Reckons a term. Warnings that lie at or before `now` are left out.
    pub(crate) fn of(
        term: &Term,
        ledger: &Ledger,
        calendar: &WorkCalendar,
        now: Timestamp,
    ) -> Result<Self, TermError> {
        let (course, provisional) = match term.progress(ledger, calendar)? {
            Progress::Running(deadline) => {
                let mut warnings = term.warnings(&deadline, calendar)?;
                warnings.retain(|instant| *instant > now);
                let course = Course::Running {
                    due: deadline.at,
                    date: deadline.date,
                    unrolled: deadline.unrolled,
                    lower_edge: term.lower_edge(ledger, calendar)?,
                    warnings,
                };
                (course, deadline.provisional)
            }
            Progress::Suspended {
                since,
                left,
                provisional,
                ..
            } => (Course::Suspended { since, left }, provisional),
        };
        Ok(Self {
            course,
            calendar: Arc::from(calendar.id()),
            calendar_version: Arc::from(calendar.version()),
            zone_data: Arc::from(reglament_core::term::ZONE_DATA_VERSION),
            provisional,
        })
    }
}

/// A clock that starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermStart {
    /// The term; of several alternatives the one that applies.
    pub term: TermIx,
    /// The element instance that bounds the life of the clock.
    pub owner: Key,
    /// The arm of the owner that the expiry triggers.
    pub arm: Option<u32>,
    /// The budget.
    pub budget: Budget,
    /// The start.
    pub ledger: Ledger,
    /// When the term ends.
    pub reckoning: Reckoning,
}

/// What a clock is like after it was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermChange {
    /// What happened to the term.
    pub ledger: Ledger,
    /// When the term ends now.
    pub reckoning: Reckoning,
}

/// How a clock ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermOutcome {
    /// What the term limits was done in time.
    Met,
    /// It was done too late, or the flow of the expiry was taken.
    Missed,
    /// What the term limits was withdrawn.
    Cancelled,
    /// The event that waits for the end of the term has waited.
    Elapsed,
}

/// Where a term stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermStanding {
    /// The clock runs.
    Running,
    /// The clock is stopped.
    Suspended,
    /// The term has expired, and what it limits is not done.
    Expired,
    /// The clock has ended.
    Ended(TermOutcome),
}

/// The clock of a term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermClock {
    pub(crate) key: TermKey,
    pub(crate) term: TermIx,
    pub(crate) owner: Key,
    pub(crate) arm: Option<u32>,
    pub(crate) ledger: Ledger,
    pub(crate) reckoning: Reckoning,
    pub(crate) expired: bool,
    pub(crate) outcome: Option<TermOutcome>,
    /// What it is counted by where that is not the program's term: it began under another program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kept: Option<Box<Term>>,
}

impl TermClock {
    /// Its number.
    #[must_use]
    pub fn key(&self) -> TermKey {
        self.key
    }

    /// The term, in the table of the program.
    #[must_use]
    pub fn term(&self) -> TermIx {
        self.term
    }

    /// The term as the clock counts it: the program's, or the one that it began under in a program that
    /// the instance was migrated from.
    #[must_use]
    pub fn counted<'a>(&'a self, program: &'a Program) -> Option<&'a Term> {
        let own = program.terms.get(self.term).map(|it| &it.term);
        self.kept.as_deref().or(own)
    }

    /// The element instance that bounds the life of the clock: that of the element that carries the
    /// term or, where the clock is anchored elsewhere, of the scope around both.
    #[must_use]
    pub fn owner(&self) -> Key {
        self.owner
    }

    /// The element that carries the term.
    #[must_use]
    pub fn element(&self, program: &Program) -> Option<ElementIx> {
        program
            .terms
            .get(self.term)
            .map(|definition| definition.element)
    }

    /// Where the term stands.
    #[must_use]
    pub fn standing(&self) -> TermStanding {
        match (self.outcome, &self.reckoning.course) {
            (Some(outcome), _) => TermStanding::Ended(outcome),
            (None, _) if self.expired => TermStanding::Expired,
            (None, Course::Running { .. }) => TermStanding::Running,
            (None, Course::Suspended { .. }) => TermStanding::Suspended,
        }
    }

    /// Whether the clock has not ended.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.outcome.is_none()
    }

    /// Whether the term has run out at `now` without what it limits.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.is_open() && self.due().is_some_and(|due| now > due)
    }

    /// The instant at which the term ends; none while the clock is stopped.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match &self.reckoning.course {
            Course::Running { due, .. } => Some(*due),
            Course::Suspended { .. } => None,
        }
    }

    /// The last day of the term in the zone of its calendar; none while the clock is stopped.
    #[must_use]
    pub fn due_date(&self) -> Option<Date> {
        match &self.reckoning.course {
            Course::Running { date, .. } => Some(*date),
            Course::Suspended { .. } => None,
        }
    }

    /// When the clock started, or was started again by the last interruption.
    #[must_use]
    pub fn started(&self) -> Timestamp {
        self.ledger.start()
    }

    /// The start, the suspensions and the extension.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// How the term was reckoned.
    #[must_use]
    pub fn reckoning(&self) -> &Reckoning {
        &self.reckoning
    }

    /// What is left of the term at `now`: days as the term counts them, today included, or time. None
    /// when the term has expired or ended.
    ///
    /// # Errors
    /// The calendar does not cover a year that was looked at. `calendar` is to be the one that
    /// [`Reckoning::calendar_version`] names.
    pub fn left(
        &self,
        program: &Program,
        calendar: &WorkCalendar,
        now: Timestamp,
    ) -> Result<Option<Left>, TermError> {
        if let Course::Suspended { left, .. } = self.reckoning.course {
            return Ok(self.is_open().then_some(left));
        }
        let Some(term) = self.counted(program).filter(|_| self.is_open()) else {
            return Ok(None);
        };
        let mut ledger = self.ledger.clone();
        match term.suspend(&mut ledger, calendar, now) {
            Ok(_) => {}
            Err(TermError::Expired { .. }) => return Ok(None),
            Err(error) => return Err(error),
        }
        match term.progress(&ledger, calendar)? {
            Progress::Suspended { left, .. } => Ok(Some(left)),
            Progress::Running(_) => Ok(None),
        }
    }

    /// When something happens to the clock next: a warning or the end.
    pub(crate) fn alarm(&self) -> Option<Timestamp> {
        if self.expired || !self.is_open() {
            return None;
        }
        match &self.reckoning.course {
            Course::Running { due, warnings, .. } => {
                Some(warnings.first().copied().unwrap_or(*due))
            }
            Course::Suspended { .. } => None,
        }
    }
}
