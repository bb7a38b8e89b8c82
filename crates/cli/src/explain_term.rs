//! `reglament explain-term`: when a statutory term ends, and why on that day.

use clap::{Args, ValueEnum};
use reglament_core::calendar::WorkCalendar;
use reglament_core::term::{
    Deadline, Excludes, Explanation, Language, MonthEnd, Roll, StartRule, Term, Unit,
    date_in_kazakh,
};
use reglament_core::timer::Timestamp;

use crate::output::{self, Palette, paint};
use crate::{Exit, Format, Unusable};

/// Says when a statutory term ends, day by day with the reasons.
///
/// Where nothing else is said, the next day is day one, no day is left out and an end that falls on
/// a day off stays there.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  reglament explain-term --calendar kz --from 2013-03-19 --term \"3 working days\"\n  \
reglament explain-term --calendar kz --from 2013-08-31 --term \"6 months\" --month-end last-day"
)]
pub(crate) struct ExplainTerm {
    /// The work calendar: kz, or the path of a calendar file.
    #[arg(long, value_name = "CALENDAR", default_value = "kz")]
    calendar: String,
    /// The day of the event, such as 2013-03-19, or its time, such as 2013-03-19T10:00:00.
    #[arg(long, value_name = "DATE")]
    from: String,
    /// The term: "3 working days", "15 to 30 calendar days", "6 months", "1.5 minutes".
    #[arg(long, value_name = "TERM")]
    term: String,
    /// Which day is day one.
    #[arg(long, value_enum, default_value_t)]
    start: Start,
    /// Days that are left out of the term.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "DAYS")]
    exclude: Vec<Exclude>,
    /// Where an end that falls on a day off goes.
    #[arg(long, value_enum, default_value_t)]
    roll: Rolling,
    /// The day taken when the last month does not have the day of the event; without it such a term
    /// is refused.
    #[arg(long, value_enum)]
    month_end: Option<Rounding>,
    /// Which days a term in days means that does not say so, such as "3 days".
    #[arg(long, value_enum, value_name = "KIND")]
    days: Option<DayKind>,
    /// The language of the reasons.
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
    /// For whom the output is.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Lang {
    /// English.
    #[default]
    En,
    /// Kazakh.
    Kk,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Start {
    /// The next day.
    #[default]
    NextDay,
    /// The day of the event.
    EventDay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Exclude {
    /// The day on which the documents are accepted.
    Acceptance,
    /// The day on which the result is handed over.
    Handover,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Rolling {
    /// Nowhere.
    #[default]
    None,
    /// To the next working day.
    NextWorkingDay,
    /// To the last working day before.
    PreviousWorkingDay,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Rounding {
    /// The last day of that month.
    LastDay,
    /// The first day of the month after.
    FirstOfNextMonth,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DayKind {
    /// Working days.
    Working,
    /// Calendar days.
    Calendar,
}

impl ExplainTerm {
    pub(crate) fn execute(&self) -> Result<Exit, Unusable> {
        let calendar = calendar(&self.calendar)?;
        let started = Timestamp::parse_in(&self.from, &calendar.zone()).map_err(|error| {
            let unusable = Unusable::new(format!("--from: {}", error.message()));
            error
                .hint()
                .map(str::to_owned)
                .into_iter()
                .fold(unusable, Unusable::hint)
        })?;
        let term = self.ruled(Term::parse(&self.term).map_err(|error| wrong("--term", &error))?);
        let deadline = term
            .deadline(started, &calendar)
            .map_err(|error| wrong(&self.term, &error))?;
        let text = match self.format {
            Format::Json => json(&deadline, self.lang)?,
            Format::Human => human(&self.term, &deadline, &calendar, self.lang),
        };
        output::print(&text);
        Ok(Exit::Good)
    }

    /// The term with the rules that the arguments state.
    fn ruled(&self, term: Term) -> Term {
        let mut term = match self.days {
            Some(DayKind::Working) => term.read_days_as(Unit::WorkingDays),
            Some(DayKind::Calendar) => term.read_days_as(Unit::CalendarDays),
            None => term,
        };
        term.start = match self.start {
            Start::NextDay => StartRule::NextDay,
            Start::EventDay => StartRule::EventDay,
        };
        term.excludes = Excludes {
            acceptance: self.exclude.contains(&Exclude::Acceptance),
            handover: self.exclude.contains(&Exclude::Handover),
        };
        term.roll = match self.roll {
            Rolling::None => Roll::None,
            Rolling::NextWorkingDay => Roll::NextWorkingDay,
            Rolling::PreviousWorkingDay => Roll::PreviousWorkingDay,
        };
        term.month_end = self.month_end.map(|rounding| match rounding {
            Rounding::LastDay => MonthEnd::LastDay,
            Rounding::FirstOfNextMonth => MonthEnd::FirstOfNextMonth,
        });
        term
    }
}

/// The calendar of that name, or the one in that file.
fn calendar(name: &str) -> Result<WorkCalendar, Unusable> {
    if let Some(calendar) = WorkCalendar::builtin(name) {
        return Ok(calendar.clone());
    }
    let builtin = || {
        format!(
            "the calendars of the command are: {}",
            WorkCalendar::BUILTIN.join(", ")
        )
    };
    let text = std::fs::read_to_string(name).map_err(|error| {
        Unusable::new(format!("there is no calendar or file `{name}` ({error})")).hint(builtin())
    })?;
    WorkCalendar::from_json(&text).map_err(|error| Unusable::new(format!("{name}: {error}")))
}

fn wrong(what: &str, error: &dyn std::fmt::Display) -> Unusable {
    Unusable::new(format!("{what}: {error}"))
}

fn json(deadline: &Deadline, lang: Lang) -> Result<String, Unusable> {
    let language = match lang {
        Lang::En => Language::English,
        Lang::Kk => Language::Kazakh,
    };
    serde_json::to_string(&Explanation::in_language(deadline, language))
        .map(|text| format!("{text}\n"))
        .map_err(|error| wrong("JSON", &error))
}

fn human(term: &str, deadline: &Deadline, calendar: &WorkCalendar, lang: Lang) -> String {
    let palette = Palette::for_stdout();
    let headline = match lang {
        Lang::En => format!("{term}: the last day is {}", deadline.date.in_words()),
        Lang::Kk => format!("{term}: соңғы күн – {}", date_in_kazakh(deadline.date)),
    };
    let until = calendar.zone().local(deadline.at);
    let until = match lang {
        Lang::En => format!(", until {until} {}\n\n", calendar.zone()),
        Lang::Kk => format!("; мерзімнің соңы – {until} {}\n\n", calendar.zone()),
    };
    let mut text = paint(palette.title, &headline);
    text.push_str(&until);
    for step in &deadline.steps {
        let (mark, style) = if step.counted {
            ("+", palette.good)
        } else {
            ("-", palette.faint)
        };
        let step = match lang {
            Lang::En => step.to_string(),
            Lang::Kk => step.in_kazakh(),
        };
        text.push_str(&paint(style, &format!("  {mark} {step}")));
        text.push('\n');
    }
    let source = format!(
        "\nCalendar {}, version {}",
        calendar.id(),
        calendar.version()
    );
    text.push_str(&paint(palette.faint, &source));
    text.push('\n');
    for year in &deadline.provisional {
        let reasons = calendar.provisional(*year).unwrap_or_default().join("; ");
        text.push_str(&paint(
            palette.doubtful,
            &format!("Provisional: in {year} {reasons}"),
        ));
        text.push('\n');
    }
    text
}
