//! What happened to a term in a case.

use serde::{Deserialize, Serialize};

use super::{Budget, Extension, Progress, Term, TermError};
use crate::calendar::WorkCalendar;
use crate::timer::{Date, Timestamp};

/// A time in which the clock was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Suspension {
    /// When it was stopped.
    pub from: Timestamp,
    /// When it went on; none while it is stopped.
    pub to: Option<Timestamp>,
}

/// The start of a term, its suspensions and its extension. Nothing derived is kept: when the term
/// ends is computed from the ledger each time, so that a newer calendar gives a newer answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    started: Timestamp,
    #[serde(default)]
    accepted: Option<Date>,
    #[serde(default)]
    suspensions: Vec<Suspension>,
    #[serde(default)]
    extension: Option<Budget>,
}

/// Whether a command changed the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It did.
    Made,
    /// The ledger already was in that state.
    None,
}

impl Ledger {
    /// The clock starts.
    #[must_use]
    pub fn started(at: Timestamp) -> Ledger {
        Ledger {
            started: at,
            accepted: None,
            suspensions: Vec::new(),
            extension: None,
        }
    }

    /// The same ledger with the day on which the documents were accepted, where that is not the day
    /// of the start.
    #[must_use]
    pub fn accepted_on(mut self, date: Date) -> Ledger {
        self.accepted = Some(date);
        self
    }

    /// When the clock started, or was started again by the last interruption.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        self.started
    }

    /// The day on which the documents were accepted, if it is not the day of the start.
    #[must_use]
    pub fn accepted(&self) -> Option<Date> {
        self.accepted
    }

    /// The suspensions since the start, in order of time.
    #[must_use]
    pub fn suspensions(&self) -> &[Suspension] {
        &self.suspensions
    }

    /// By how much the term was extended.
    #[must_use]
    pub fn extension(&self) -> Option<Budget> {
        self.extension
    }

    /// Whether the clock is stopped.
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        self.suspensions
            .iter()
            .any(|suspension| suspension.to.is_none())
    }

    /// Records a suspension that is over. In whatever order suspensions are recorded, and however
    /// they overlap, the term ends on the same day.
    ///
    /// # Errors
    /// The suspension ends before it begins, or begins before the clock started.
    pub fn record(&mut self, from: Timestamp, to: Timestamp) -> Result<(), TermError> {
        let after = self.started;
        if from < after {
            return Err(TermError::OutOfOrder { at: from, after });
        }
        if to < from {
            return Err(TermError::OutOfOrder {
                at: to,
                after: from,
            });
        }
        self.insert(Suspension { from, to: Some(to) });
        Ok(())
    }

    /// The same ledger without the extension: what a lower edge is counted from.
    pub(super) fn unextended(&self) -> Ledger {
        Ledger {
            extension: None,
            ..self.clone()
        }
    }

    pub(super) fn insert(&mut self, suspension: Suspension) {
        self.suspensions.push(suspension);
        self.suspensions
            .sort_unstable_by_key(|suspension| (suspension.from, suspension.to));
    }

    /// The last instant that the ledger speaks of.
    fn last(&self) -> Timestamp {
        let ends = self
            .suspensions
            .iter()
            .map(|suspension| suspension.to.unwrap_or(suspension.from));
        ends.max().unwrap_or(self.started).max(self.started)
    }

    fn in_order(&self, at: Timestamp) -> Result<(), TermError> {
        let after = self.last();
        if at < after {
            Err(TermError::OutOfOrder { at, after })
        } else {
            Ok(())
        }
    }
}

impl Term {
    /// Stops the clock; what is left of the term is kept. Nothing happens when it is stopped.
    ///
    /// # Errors
    /// The term has expired, the instant lies before an earlier change, or the term cannot be
    /// computed.
    pub fn suspend(
        &self,
        ledger: &mut Ledger,
        calendar: &WorkCalendar,
        at: Timestamp,
    ) -> Result<Change, TermError> {
        if ledger.is_suspended() {
            return Ok(Change::None);
        }
        ledger.in_order(at)?;
        self.not_expired(ledger, calendar, at)?;
        ledger.insert(Suspension { from: at, to: None });
        Ok(Change::Made)
    }

    /// Lets the clock go on. Nothing happens when it is not stopped.
    ///
    /// # Errors
    /// The instant lies before the one at which the clock was stopped.
    pub fn resume(&self, ledger: &mut Ledger, at: Timestamp) -> Result<Change, TermError> {
        let Some(open) = ledger
            .suspensions
            .iter_mut()
            .find(|suspension| suspension.to.is_none())
        else {
            return Ok(Change::None);
        };
        if at < open.from {
            return Err(TermError::OutOfOrder {
                at,
                after: open.from,
            });
        }
        open.to = Some(at);
        Ok(Change::Made)
    }

    /// Starts the term again with its whole budget; an extension that was granted is kept.
    ///
    /// # Errors
    /// The term has expired, the instant lies before an earlier change, or the term cannot be
    /// computed.
    pub fn interrupt(
        &self,
        ledger: &mut Ledger,
        calendar: &WorkCalendar,
        at: Timestamp,
    ) -> Result<(), TermError> {
        ledger.in_order(at)?;
        self.not_expired(ledger, calendar, at)?;
        ledger.started = at;
        ledger.accepted = None;
        ledger.suspensions.clear();
        Ok(())
    }

    /// Extends the term, once, where the document allows it. The extension is added to the budget,
    /// so that an end which falls on a day off is rolled once and not twice.
    ///
    /// # Errors
    /// The document allows no extension, or a shorter one, or one in another unit; the term has
    /// been extended before or has expired; or it cannot be computed.
    pub fn extend(
        &self,
        ledger: &mut Ledger,
        calendar: &WorkCalendar,
        by: Budget,
        at: Timestamp,
    ) -> Result<(), TermError> {
        let allowed = self.extension.ok_or(TermError::NotExtendable)?;
        if ledger.extension.is_some() {
            return Err(TermError::AlreadyExtended);
        }
        if let Extension::UpTo(allowed) = allowed {
            if by.unit != allowed.unit {
                return Err(TermError::MixedUnits {
                    term: allowed.unit,
                    other: by.unit,
                });
            }
            if by.amount > allowed.amount {
                return Err(TermError::ExtensionTooLong { allowed, found: by });
            }
        }
        self.not_expired(ledger, calendar, at)?;
        self.budget()?.plus(by)?;
        ledger.extension = Some(by);
        Ok(())
    }

    fn not_expired(
        &self,
        ledger: &Ledger,
        calendar: &WorkCalendar,
        at: Timestamp,
    ) -> Result<(), TermError> {
        match self.progress(ledger, calendar)? {
            Progress::Running(deadline) if deadline.at < at => {
                Err(TermError::Expired { due: deadline.at })
            }
            Progress::Running(_) | Progress::Suspended { .. } => Ok(()),
        }
    }
}
