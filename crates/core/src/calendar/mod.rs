//! Work calendars: which days are worked, which are off and why, and when doors are open.
//!
//! A calendar is a weekly pattern, the days that depart from it, and the years that it covers. Each
//! year is confirmed or provisional, and asking about a year that is not covered is an error: a
//! calendar that has ended must not pass for one without holidays.

mod day;
mod error;
mod file;
mod hours;

pub use day::{Day, DayName, DayReason, SpecialDay};
pub use error::CalendarError;
pub use hours::{OpeningHours, Shift};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::timer::{Date, Weekday, Zone};

/// The calendar of a country or an organisation, with an identity and a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkCalendar {
    id: String,
    version: String,
    title: String,
    source: String,
    licence: String,
    zone: Zone,
    weekly_days_off: BTreeSet<Weekday>,
    /// Why each covered year is provisional; confirmed when there is no reason.
    years: BTreeMap<i32, Vec<String>>,
    days: BTreeMap<Date, SpecialDay>,
    hours: Option<OpeningHours>,
}

/// Further than this a next or previous working day is not looked for.
const SEARCH_DAYS: u32 = 366;

impl WorkCalendar {
    /// Reads a calendar from its file: JSON with `id`, `version`, `title`, `source`, `licence`,
    /// `zone`, `weekly_days_off`, the `years` it covers with the reasons why they are
    /// `provisional`, the `days` that depart from the week (`kind` is `holiday`, `observed`,
    /// `transferred` or `worked`) and, if doors have hours, `opening_hours`.
    ///
    /// # Errors
    /// The text is not of that form, names a date twice or in a year that is not covered.
    pub fn from_json(text: &str) -> Result<WorkCalendar, CalendarError> {
        file::read(text)
    }

    /// The calendar of this name that comes with the library: `kz` is that of Kazakhstan from 2011.
    #[must_use]
    pub fn builtin(id: &str) -> Option<&'static WorkCalendar> {
        static KAZAKHSTAN: LazyLock<Option<WorkCalendar>> =
            LazyLock::new(|| WorkCalendar::from_json(include_str!("../../data/kz.json")).ok());
        if id == "kz" {
            KAZAKHSTAN.as_ref()
        } else {
            None
        }
    }

    /// The calendar that terms are counted by where nothing says otherwise.
    pub const DEFAULT: &'static str = "kz";

    /// The names of the calendars that come with the library.
    pub const BUILTIN: &'static [&'static str] = &["kz"];

    /// What the calendar is called in commands and files.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Which state of the calendar this is; an answer can be computed again from the one it names.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The name for people.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where the days are from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The licence of the data and its holders.
    #[must_use]
    pub fn licence(&self) -> &str {
        &self.licence
    }

    /// The zone whose midnights divide the days.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The hours in which doors are open, if the calendar has them.
    #[must_use]
    pub fn opening_hours(&self) -> Option<&OpeningHours> {
        self.hours.as_ref()
    }

    /// The same calendar in another zone: one country, several zones.
    #[must_use]
    pub fn in_zone(&self, zone: Zone) -> WorkCalendar {
        WorkCalendar {
            zone,
            ..self.clone()
        }
    }

    /// The same calendar with the opening hours of an organisation.
    #[must_use]
    pub fn with_opening_hours(&self, hours: OpeningHours) -> WorkCalendar {
        WorkCalendar {
            hours: Some(hours),
            ..self.clone()
        }
    }

    /// The first and last year covered, and all between that are covered.
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.years.keys().copied()
    }

    /// Why a year is provisional; an empty list for a confirmed year.
    ///
    /// # Errors
    /// The year is not covered.
    pub fn provisional(&self, year: i32) -> Result<&[String], CalendarError> {
        match self.years.get(&year) {
            Some(reasons) => Ok(reasons),
            None => Err(CalendarError::NotCovered {
                calendar: self.id.clone(),
                year,
            }),
        }
    }

    /// What the calendar says about a day.
    ///
    /// # Errors
    /// The year is not covered.
    pub fn day(&self, date: Date) -> Result<Day<'_>, CalendarError> {
        let provisional = !self.provisional(date.year())?.is_empty();
        Ok(Day {
            date,
            special: self.days.get(&date),
            weekly_day_off: self.weekly_days_off.contains(&date.weekday()),
            provisional,
        })
    }

    /// The first working day that is not before a date.
    ///
    /// # Errors
    /// A year on the way is not covered, or there is no working day within a year.
    pub fn working_day_from(&self, date: Date) -> Result<Date, CalendarError> {
        self.search(date, 1)
    }

    /// The last working day that is not after a date.
    ///
    /// # Errors
    /// A year on the way is not covered, or there is no working day within a year.
    pub fn working_day_until(&self, date: Date) -> Result<Date, CalendarError> {
        self.search(date, -1)
    }

    fn search(&self, from: Date, step: i64) -> Result<Date, CalendarError> {
        let mut date = from;
        for _ in 0..SEARCH_DAYS {
            if self.day(date)?.is_working() {
                return Ok(date);
            }
            date = date
                .checked_add_days(step)
                .ok_or_else(|| CalendarError::NotCovered {
                    calendar: self.id.clone(),
                    year: from.year(),
                })?;
        }
        Err(CalendarError::NoWorkingDay {
            calendar: self.id.clone(),
            from,
        })
    }

    /// The shifts of a day: none on a day off; on a day worked instead of another one those of its
    /// own weekday or, where that has none, those of the other's.
    ///
    /// # Errors
    /// The year is not covered, or the calendar has no opening hours.
    pub fn shifts(&self, date: Date) -> Result<&[Shift], CalendarError> {
        let hours = self
            .hours
            .as_ref()
            .ok_or_else(|| CalendarError::NoOpeningHours {
                calendar: self.id.clone(),
            })?;
        let day = self.day(date)?;
        if !day.is_working() {
            return Ok(&[]);
        }
        match (hours.on(date.weekday()), day.special) {
            ([], Some(SpecialDay::Worked { off })) => Ok(hours.on(off.weekday())),
            (shifts, _) => Ok(shifts),
        }
    }
}
