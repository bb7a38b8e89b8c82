//! Statutory terms: how long something may take, when that ends, and why on that day.
//!
//! A [`Term`] keeps the words of the document and how they are read. What happened to it in a case
//! is kept in a [`Ledger`]; [`Term::progress`] computes from both and a work calendar when the term
//! ends, with every day that was counted or not and the reason.
//!
//! # Source
//! The regulations' clauses on the term of a service; their vocabulary is the `term` element of the
//! namespace `urn:reglament:bpmn:1`.

mod amount;
mod count;
mod error;
mod exact;
mod explain;
mod kazakh;
mod ledger;
mod months;
mod opening;
mod progress;
mod reading;
mod step;
mod text;
mod used;
mod warning;

pub use amount::{Amount, Budget, Unit};
pub use error::TermError;
pub use explain::{ExplainedStep, Explanation, Language, explain_term};
pub use kazakh::date_in_kazakh;
pub use ledger::{Change, Ledger, Suspension};
pub use progress::{Deadline, Left, Progress, ZONE_DATA_VERSION};
pub use step::{Reason, Step};
pub use used::Used;

use serde::{Deserialize, Serialize};

/// A term: the literal of the document and its reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The words of the document, verbatim.
    pub literal: String,
    /// What they are read as; none where the document gives no value.
    pub reading: Option<Reading>,
    /// What the term limits.
    #[serde(default)]
    pub measures: Measure,
    /// What starts the clock; none is the activation of the element that carries the term.
    #[serde(default)]
    pub anchor: Option<Anchor>,
    /// Which day is day one.
    #[serde(default)]
    pub start: StartRule,
    /// Days that the document leaves out.
    #[serde(default)]
    pub excludes: Excludes,
    /// Where an end that falls on a day off goes.
    #[serde(default)]
    pub roll: Roll,
    /// The rounding of months; a term that needs it and lacks it is refused.
    #[serde(default)]
    pub month_end: Option<MonthEnd>,
    /// At what time of its last day a term in days, months or years ends.
    #[serde(default)]
    pub ends: DayEnd,
    /// What the expiry does.
    #[serde(default)]
    pub effect: Effect,
    /// A FEEL expression that says when this one of several terms applies.
    #[serde(default)]
    pub condition: Option<String>,
    /// By how much the term may be extended, once; none where the document does not allow it.
    #[serde(default)]
    pub extension: Option<Extension>,
    /// How long before its end people are warned.
    #[serde(default)]
    pub warnings: Vec<Budget>,
    /// The id of the calendar that it is counted by; none is that of the environment.
    #[serde(default)]
    pub calendar: Option<String>,
}

/// By how much a document allows a term to be extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extension {
    /// By this much at most.
    UpTo(Budget),
    /// The document speaks of an extension and does not say by how much.
    Unstated,
}

/// How the words of a term are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The budget; of a range its upper edge.
    pub budget: Budget,
    /// The lower edge of a range, which may be in another unit.
    #[serde(default)]
    pub minimum: Option<Budget>,
    /// How the document bounds the value.
    #[serde(default)]
    pub bound: Bound,
}

/// How a document bounds a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bound {
    /// Not more than, within, not later than.
    Maximum,
    /// From the minimum to the value.
    Range,
    /// A value and nothing else.
    #[default]
    Bare,
}

/// What a term limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// The rendering of the service as a whole.
    Service,
    /// The action that carries the term.
    #[default]
    Action,
    /// The applicant's wait in line.
    Waiting,
    /// The time of serving the applicant at the desk.
    Serving,
}

/// The event that starts the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The BPMN id of the element.
    pub element: String,
    /// Which of its events.
    pub event: AnchorEvent,
}

/// The events of an element that can start a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AnchorEvent {
    /// It becomes active.
    Activated,
    /// It completes.
    #[default]
    Completed,
}

/// Which day is day one of a term in days, months or years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StartRule {
    /// The day of the event counts.
    #[serde(rename = "event day")]
    EventDay,
    /// The next day is day one.
    #[default]
    #[serde(rename = "next day")]
    NextDay,
}

/// Days that a document leaves out of a term in days, months or years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excludes {
    /// The day on which the documents are accepted does not count.
    pub acceptance: bool,
    /// The day on which the result is handed over does not count: it may be handed over on the
    /// first day after the counted ones, a working day where those are working days.
    pub handover: bool,
}

/// Where an end that falls on a day off goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Roll {
    /// It stays.
    #[default]
    #[serde(rename = "none")]
    None,
    /// To the next working day.
    #[serde(rename = "next working day")]
    NextWorkingDay,
    /// To the last working day before.
    #[serde(rename = "previous working day")]
    PreviousWorkingDay,
}

/// The day taken when the last month of a term does not have the day of its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MonthEnd {
    /// The last day of that month.
    #[serde(rename = "last day")]
    LastDay,
    /// The first day of the month after.
    #[serde(rename = "first day of next month")]
    FirstOfNextMonth,
}

/// At what time of its last day a term ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayEnd {
    /// At 24:00 in the zone of the calendar.
    #[default]
    Midnight,
    /// When the doors close.
    Closing,
}

/// What the expiry of a term does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It is recorded and notified; the case goes on.
    #[default]
    Advisory,
    /// The timer event that carries the term fires: its flow is taken.
    Enforcing,
}

impl Term {
    /// A term with its reading and the rules that hold where a document does not say: the next day
    /// is day one, no day is left out, nothing is rolled, the day ends at midnight, advisory.
    #[must_use]
    pub fn new(literal: impl Into<String>, reading: Option<Reading>) -> Term {
        Term {
            literal: literal.into(),
            reading,
            measures: Measure::default(),
            anchor: None,
            start: StartRule::default(),
            excludes: Excludes::default(),
            roll: Roll::default(),
            month_end: None,
            ends: DayEnd::default(),
            effect: Effect::default(),
            condition: None,
            extension: None,
            warnings: Vec::new(),
            calendar: None,
        }
    }

    /// The same term with its unqualified days read as working or calendar days, which is for a
    /// regulation pack to state; any other term is left as it is.
    #[must_use]
    pub fn read_days_as(mut self, unit: Unit) -> Term {
        if let Some(reading) = &mut self.reading {
            for budget in [Some(&mut reading.budget), reading.minimum.as_mut()]
                .into_iter()
                .flatten()
            {
                if budget.unit == Unit::Unqualified {
                    budget.unit = unit;
                }
            }
        }
        self
    }

    /// Of several terms with their conditions the one that applies: the first in order whose
    /// condition holds, else the first without a condition.
    pub fn applicable(terms: &[Term], mut holds: impl FnMut(&str) -> bool) -> Option<&Term> {
        terms
            .iter()
            .find(|term| term.condition.as_deref().is_some_and(&mut holds))
            .or_else(|| terms.iter().find(|term| term.condition.is_none()))
    }
}

impl Reading {
    /// A value and nothing else.
    #[must_use]
    pub fn of(budget: Budget) -> Reading {
        Reading {
            budget,
            minimum: None,
            bound: Bound::Bare,
        }
    }
}
