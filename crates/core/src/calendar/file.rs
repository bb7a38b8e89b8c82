//! The file of a calendar.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{CalendarError, DayName, OpeningHours, SpecialDay, WorkCalendar};
use crate::timer::{Date, Weekday, Zone};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    version: String,
    title: String,
    source: String,
    licence: String,
    zone: Zone,
    weekly_days_off: Vec<Weekday>,
    years: BTreeMap<String, Year>,
    days: Vec<Row>,
    #[serde(default)]
    opening_hours: Option<BTreeMap<Weekday, Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    provisional: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    date: Date,
    kind: Kind,
    #[serde(default)]
    en: String,
    #[serde(default)]
    kk: String,
    #[serde(default)]
    estimated: bool,
    #[serde(default, rename = "for")]
    other: Option<Date>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Holiday,
    Observed,
    Transferred,
    Worked,
}

pub(super) fn read(text: &str) -> Result<WorkCalendar, CalendarError> {
    let file: File = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let years = years(file.years)?;
    let mut days = BTreeMap::new();
    for row in file.days {
        let date = row.date;
        if !years.contains_key(&date.year()) {
            return Err(wrong(format!("{date} lies in a year that is not covered")));
        }
        if days.insert(date, special_day(row)?).is_some() {
            return Err(wrong(format!("{date} is given twice")));
        }
    }
    Ok(WorkCalendar {
        id: file.id,
        version: file.version,
        title: file.title,
        source: file.source,
        licence: file.licence,
        zone: file.zone,
        weekly_days_off: file.weekly_days_off.into_iter().collect(),
        years,
        days,
        hours: file.opening_hours.map(opening_hours).transpose()?,
    })
}

fn years(rows: BTreeMap<String, Year>) -> Result<BTreeMap<i32, Vec<String>>, CalendarError> {
    let mut years = BTreeMap::new();
    for (text, row) in rows {
        let year = text
            .parse::<i32>()
            .ok()
            .filter(|year| (0..=9999).contains(year));
        let year = year.ok_or_else(|| wrong(format!("expected a year, found \"{text}\"")))?;
        years.insert(year, row.provisional);
    }
    Ok(years)
}

fn special_day(row: Row) -> Result<SpecialDay, CalendarError> {
    let Row {
        date,
        kind,
        en,
        kk,
        estimated,
        other,
    } = row;
    let other = || other.ok_or_else(|| wrong(format!("{date} does not say for which day")));
    match kind {
        Kind::Transferred => Ok(SpecialDay::Transferred { worked: other()? }),
        Kind::Worked => Ok(SpecialDay::Worked { off: other()? }),
        Kind::Holiday | Kind::Observed if en.is_empty() => {
            Err(wrong(format!("{date} has no English name")))
        }
        Kind::Holiday => Ok(SpecialDay::Holiday {
            name: DayName { en, kk },
            estimated,
        }),
        Kind::Observed => Ok(SpecialDay::Observed {
            name: DayName { en, kk },
            estimated,
        }),
    }
}

fn opening_hours(rows: BTreeMap<Weekday, Vec<String>>) -> Result<OpeningHours, CalendarError> {
    OpeningHours::new(
        rows.iter()
            .map(|(day, shifts)| (*day, shifts.iter().map(String::as_str).collect())),
    )
}

fn wrong(message: String) -> CalendarError {
    CalendarError::File { message }
}
