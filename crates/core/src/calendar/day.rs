//! What a calendar says about one day.

use std::fmt;

use crate::timer::{Date, Weekday};

/// The name of a holiday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayName {
    /// In English.
    pub en: String,
    /// In Kazakh.
    pub kk: String,
}

/// A day that departs from the weekly pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpecialDay {
    /// A holiday.
    Holiday {
        /// Its name.
        name: DayName,
        /// Whether its date is computed and not yet announced.
        estimated: bool,
    },
    /// A day off because a holiday fell on a day off.
    Observed {
        /// The name of the holiday.
        name: DayName,
        /// Whether its date is computed and not yet announced.
        estimated: bool,
    },
    /// A day off that the government has moved here.
    Transferred {
        /// The day worked instead.
        worked: Date,
    },
    /// A working day that would be a day off.
    Worked {
        /// The day off that it is worked instead of.
        off: Date,
    },
}

/// A day of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day<'c> {
    pub(super) date: Date,
    pub(super) special: Option<&'c SpecialDay>,
    pub(super) weekly_day_off: bool,
    pub(super) provisional: bool,
}

impl<'c> Day<'c> {
    /// The date.
    #[must_use]
    pub fn date(&self) -> Date {
        self.date
    }

    /// Whether the day is worked.
    #[must_use]
    pub fn is_working(&self) -> bool {
        match self.special {
            Some(SpecialDay::Worked { .. }) => true,
            Some(
                SpecialDay::Holiday { .. }
                | SpecialDay::Observed { .. }
                | SpecialDay::Transferred { .. },
            ) => false,
            None => !self.weekly_day_off,
        }
    }

    /// How the day departs from the weekly pattern, if it does.
    #[must_use]
    pub fn special(&self) -> Option<&'c SpecialDay> {
        self.special
    }

    /// Whether the year of the day is provisional.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.provisional
    }

    /// Why the day is worked or off, in English.
    #[must_use]
    pub fn reason(&self) -> DayReason<'c> {
        match self.special {
            Some(special) => DayReason::Special(special),
            None if self.weekly_day_off => DayReason::WeeklyDayOff(self.date.weekday()),
            None => DayReason::WorkingDay,
        }
    }
}

/// Why a day is worked or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayReason<'c> {
    /// By the weekly pattern it is worked.
    WorkingDay,
    /// By the weekly pattern it is off.
    WeeklyDayOff(Weekday),
    /// By name.
    Special(&'c SpecialDay),
}

impl fmt::Display for DayReason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DayReason::WorkingDay => f.write_str("working day"),
            DayReason::WeeklyDayOff(weekday) => write!(f, "{weekday} is a day off"),
            DayReason::Special(special) => special.fmt(f),
        }
    }
}

impl fmt::Display for SpecialDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let estimate = |estimated: &bool| if *estimated { ", date estimated" } else { "" };
        match self {
            SpecialDay::Holiday { name, estimated } => write!(f, "{name}{}", estimate(estimated)),
            SpecialDay::Observed { name, estimated } => {
                write!(
                    f,
                    "day off for {name}, which fell on a day off{}",
                    estimate(estimated)
                )
            }
            SpecialDay::Transferred { worked } => {
                write!(
                    f,
                    "day off moved from {}, which is worked",
                    worked.in_words()
                )
            }
            SpecialDay::Worked { off } => write!(f, "worked instead of {}", off.in_words()),
        }
    }
}

impl fmt::Display for DayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.en, self.kk)
    }
}
