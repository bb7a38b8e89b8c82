//! From when until when a regulation is in force, with bounds that may be unknown.
//!
//! A bound that the source does not give is not made up. What *is* known about it is kept: a decree
//! that was registered on 30 July was certainly not in force on 29 July. On a day between what is
//! certain the answer is [`InForce::Unproven`], with the reasons.
//!
//! # Source
//! The clauses on entry into force and the stamps of repeal of the decrees.

use std::fmt;
use std::sync::Arc;

use reglament_core::timer::Date;

/// When a regulation is in force: from a day on, until a day on which it no longer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first day on which it is in force.
    pub from: Bound,
    /// The first day on which it is no longer in force.
    pub until: Bound,
}

/// One end of the time in which a regulation is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A day.
    On(Date),
    /// The source does not give it; what it does give narrows it down.
    Unknown {
        /// It is not before this day.
        not_before: Option<Date>,
        /// It is not after this day.
        not_after: Option<Date>,
        /// Why it is not known.
        reason: Option<Arc<str>>,
    },
    /// There is none: no repeal is known.
    Never,
}

/// Whether a regulation is in force on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InForce {
    /// It is.
    Yes,
    /// It is not: not yet, or no longer.
    No(NotInForce),
    /// The source leaves it open.
    Unproven {
        /// What is not known.
        missing: Vec<Missing>,
    },
}

/// Why a regulation is not in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotInForce {
    /// Not before this day.
    NotYet(Date),
    /// Not since this day.
    NoLonger(Date),
}

/// A bound that would have to be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Which one.
    pub which: Which,
    /// Why it is not known, where the pack says so.
    pub reason: Option<Arc<str>>,
}

/// One of the two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// When it came into force.
    From,
    /// When it ceased to be in force.
    Until,
}

impl Validity {
    /// Whether the regulation is in force on `date`.
    #[must_use]
    pub fn on(&self, date: Date) -> InForce {
        let from = self.from.reached(date);
        let until = self.until.reached(date);
        if let Reached::No(day) = from {
            return InForce::No(NotInForce::NotYet(day));
        }
        if let Reached::Yes(day) = until {
            return InForce::No(NotInForce::NoLonger(day));
        }
        let missing: Vec<Missing> = [(Which::From, from), (Which::Until, until)]
            .into_iter()
            .filter_map(|(which, reached)| match reached {
                Reached::Perhaps(reason) => Some(Missing { which, reason }),
                Reached::Yes(_) | Reached::No(_) | Reached::Never => None,
            })
            .collect();
        if missing.is_empty() {
            InForce::Yes
        } else {
            InForce::Unproven { missing }
        }
    }
}

/// Whether a bound has been reached on a day.
enum Reached {
    /// It was, at the latest on this day.
    Yes(Date),
    /// It will be, at the earliest on this day.
    No(Date),
    /// It will not be.
    Never,
    /// That is not known.
    Perhaps(Option<Arc<str>>),
}

impl Bound {
    fn reached(&self, date: Date) -> Reached {
        match self {
            Self::On(day) if date >= *day => Reached::Yes(*day),
            Self::On(day) => Reached::No(*day),
            Self::Unknown {
                not_before,
                not_after,
                reason,
            } => match (not_before, not_after) {
                (Some(day), _) if date < *day => Reached::No(*day),
                (_, Some(day)) if date >= *day => Reached::Yes(*day),
                (Some(_) | None, Some(_) | None) => Reached::Perhaps(reason.clone()),
            },
            Self::Never => Reached::Never,
        }
    }
}

impl fmt::Display for InForce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yes => f.write_str("in force"),
            Self::No(NotInForce::NotYet(day)) => write!(f, "not in force before {day}"),
            Self::No(NotInForce::NoLonger(day)) => write!(f, "no longer in force since {day}"),
            Self::Unproven { missing } => {
                f.write_str("it cannot be proved whether it is in force: ")?;
                for (position, missing) in missing.iter().enumerate() {
                    f.write_str(if position == 0 { "" } else { "; " })?;
                    write!(f, "{missing}")?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.which {
            Which::From => "when it came into force is not known",
            Which::Until => "when it ceased to be in force is not known",
        })?;
        match &self.reason {
            Some(reason) => write!(f, " ({reason})"),
            None => Ok(()),
        }
    }
}
