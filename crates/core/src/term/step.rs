//! The steps of a computation, in words.

use std::fmt;

use super::{Budget, Roll};
use crate::calendar::SpecialDay;
use crate::timer::{Date, Timestamp, Weekday};

/// One step of counting a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The day, in the zone of the calendar.
    pub date: Date,
    /// Whether something was counted on it.
    pub counted: bool,
    /// Why.
    pub reason: Reason,
}

/// Why a day was counted or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The day of the event is not day one.
    EventDay,
    /// The day on which the documents are accepted is left out.
    Acceptance,
    /// The day on which the result is handed over is left out.
    Handover,
    /// The clock was stopped.
    Suspended,
    /// A day off by the weekly pattern.
    WeeklyDayOff(Weekday),
    /// A day that departs from the weekly pattern, off or, when counted, worked.
    Special {
        /// What it is.
        day: SpecialDay,
        /// Which counted day it is; none when it is off.
        number: Option<u32>,
        /// How many are counted.
        of: u32,
    },
    /// A day that counts.
    Day {
        /// Which counted day it is.
        number: u32,
        /// How many are counted.
        of: u32,
    },
    /// The day that months or years lead to.
    Months {
        /// How many.
        budget: Budget,
        /// The day that they are counted from.
        from: Date,
        /// Whether that month does not have the day, and the named rounding was taken.
        rounded: bool,
    },
    /// A day added for one on which the clock was stopped.
    MadeUp,
    /// The instant that exact time leads to.
    Elapsed {
        /// How much.
        budget: Budget,
        /// The instant that it is counted from.
        from: Timestamp,
    },
    /// Time in which doors are open.
    Open {
        /// How long, in minutes, rounded down.
        minutes: i64,
    },
    /// Doors are closed all day, or before the clock starts.
    Closed,
    /// The end falls on a day off and is moved.
    Rolled {
        /// Which way.
        rule: Roll,
        /// Why it is a day off.
        off: Box<Reason>,
    },
    /// The working day that the end was moved to.
    RolledTo,
}

impl Reason {
    /// The same reason with the day and its number left out of a special day.
    fn special(
        f: &mut fmt::Formatter<'_>,
        day: &SpecialDay,
        number: Option<(u32, u32)>,
    ) -> fmt::Result {
        match number {
            Some((number, of)) => write!(f, "day {number} of {of}, {day}"),
            None => write!(f, "not counted: {day}"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::EventDay => {
                f.write_str("not counted: the day of the event, the next day is day one")
            }
            Reason::Acceptance => f.write_str("not counted: the day of accepting the documents"),
            Reason::Handover => f.write_str("not counted: the day of handing over the result"),
            Reason::Suspended => f.write_str("not counted: the term is suspended"),
            Reason::WeeklyDayOff(weekday) => write!(f, "not counted: {weekday} is a day off"),
            Reason::Special { day, number, of } => {
                Reason::special(f, day, number.map(|number| (number, *of)))
            }
            Reason::Day { number, of } => write!(f, "day {number} of {of}"),
            Reason::Months {
                budget,
                from,
                rounded,
            } => {
                write!(f, "{budget} from {}", from.in_words())?;
                if *rounded {
                    f.write_str(", rounded because the month has no such day")
                } else {
                    Ok(())
                }
            }
            Reason::MadeUp => f.write_str("counted for a day on which the term was suspended"),
            Reason::Elapsed { budget, from } => write!(f, "{budget} from {from}"),
            Reason::Open { minutes } => {
                write!(
                    f,
                    "{} h {} min of opening hours counted",
                    minutes / 60,
                    minutes % 60
                )
            }
            Reason::Closed => f.write_str("not counted: outside opening hours"),
            Reason::Rolled { rule, off } => {
                let direction = match rule {
                    Roll::PreviousWorkingDay => "back to the previous",
                    Roll::None | Roll::NextWorkingDay => "to the next",
                };
                let off = off.to_string();
                let off = off.strip_prefix("not counted: ").unwrap_or(&off);
                write!(f, "the end moves {direction} working day: {off}")
            }
            Reason::RolledTo => f.write_str("working day that the end moves to"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.date.in_words(), self.reason)
    }
}
