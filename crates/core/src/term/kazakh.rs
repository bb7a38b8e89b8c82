//! The steps of a computation in Kazakh, in the words of the regulations: жұмыс күні, күнтізбелік күн,
//! мерзім. Sentences are kept short, so that no ending depends on a number or a name.

use super::{Budget, Reason, Roll, Step, Unit};
use crate::calendar::SpecialDay;
use crate::timer::{Date, Weekday};

/// A date in words: `2013 жылғы 21 наурыз, бейсенбі`.
#[must_use]
pub fn date_in_kazakh(date: Date) -> String {
    let month = match date.month() {
        1 => "қаңтар",
        2 => "ақпан",
        3 => "наурыз",
        4 => "сәуір",
        5 => "мамыр",
        6 => "маусым",
        7 => "шілде",
        8 => "тамыз",
        9 => "қыркүйек",
        10 => "қазан",
        11 => "қараша",
        _ => "желтоқсан",
    };
    let weekday = weekday(date.weekday());
    format!("{} жылғы {} {month}, {weekday}", date.year(), date.day())
}

const fn weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "дүйсенбі",
        Weekday::Tuesday => "сейсенбі",
        Weekday::Wednesday => "сәрсенбі",
        Weekday::Thursday => "бейсенбі",
        Weekday::Friday => "жұма",
        Weekday::Saturday => "сенбі",
        Weekday::Sunday => "жексенбі",
    }
}

const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Seconds => "секунд",
        Unit::Minutes => "минут",
        Unit::Hours => "сағат",
        Unit::WorkingHours => "жұмыс сағаты",
        Unit::WorkingDays => "жұмыс күні",
        Unit::CalendarDays => "күнтізбелік күн",
        Unit::Months => "ай",
        Unit::Years => "жыл",
        Unit::Unqualified => "күн",
    }
}

fn amount(budget: Budget) -> String {
    format!("{} {}", budget.amount, unit(budget.unit))
}

fn special(day: &SpecialDay) -> String {
    let estimate = |estimated: bool| {
        if estimated {
            " (күні болжамды)"
        } else {
            ""
        }
    };
    match day {
        SpecialDay::Holiday { name, estimated } => {
            format!("мереке – {}{}", name.kk, estimate(*estimated))
        }
        SpecialDay::Observed { name, estimated } => format!(
            "демалыс күні, мереке демалыс күніне тура келді – {}{}",
            name.kk,
            estimate(*estimated)
        ),
        SpecialDay::Transferred { worked } => format!(
            "ауыстырылған демалыс күні; оның орнына жұмыс күні – {}",
            date_in_kazakh(*worked)
        ),
        SpecialDay::Worked { off } => format!(
            "жұмыс күні; оның орнына демалыс күні – {}",
            date_in_kazakh(*off)
        ),
    }
}

impl Reason {
    /// The reason in Kazakh.
    #[must_use]
    pub fn in_kazakh(&self) -> String {
        match self {
            Reason::Special {
                day,
                number: Some(number),
                of,
            } => format!("{}, {}", counted(*number, *of), special(day)),
            Reason::Day { number, of } => counted(*number, *of),
            Reason::Months {
                budget,
                from,
                rounded,
            } => {
                let rounded = if *rounded {
                    "; айда мұндай күн жоқ, күні дөңгелектелді"
                } else {
                    ""
                };
                let from = date_in_kazakh(*from);
                format!("{}; басталған күні – {from}{rounded}", amount(*budget))
            }
            Reason::MadeUp => "есептеледі: мерзім тоқтатылған күннің орнына".to_owned(),
            Reason::Elapsed { budget, from } => {
                format!("{}; басталған уақыты – {from}", amount(*budget))
            }
            Reason::Open { minutes } => {
                let (hours, minutes) = (minutes / 60, minutes % 60);
                format!("жұмыс уақыты: {hours} сағ {minutes} мин")
            }
            Reason::Rolled { rule, off } => {
                let where_to = match rule {
                    Roll::PreviousWorkingDay => "алдыңғы",
                    Roll::None | Roll::NextWorkingDay => "келесі",
                };
                format!(
                    "мерзімнің соңы {where_to} жұмыс күніне ауысады: {}",
                    off.left_out()
                )
            }
            Reason::RolledTo => "мерзімнің соңы ауысқан жұмыс күні".to_owned(),
            Reason::EventDay
            | Reason::Acceptance
            | Reason::Handover
            | Reason::Suspended
            | Reason::WeeklyDayOff(_)
            | Reason::Special { number: None, .. }
            | Reason::Closed => format!("есептелмейді: {}", self.left_out()),
        }
    }

    /// Why nothing is counted.
    fn left_out(&self) -> String {
        match self {
            Reason::EventDay => "оқиға болған күн, бірінші күн – келесі күн".to_owned(),
            Reason::Acceptance => "құжаттарды қабылдау күні".to_owned(),
            Reason::Handover => "нәтижені беру күні".to_owned(),
            Reason::Suspended => "мерзім тоқтатылған".to_owned(),
            Reason::WeeklyDayOff(day) => format!("демалыс күні – {}", weekday(*day)),
            Reason::Special { day, .. } => special(day),
            Reason::Closed => "жұмыс уақытынан тыс".to_owned(),
            Reason::Day { .. }
            | Reason::Months { .. }
            | Reason::MadeUp
            | Reason::Elapsed { .. }
            | Reason::Open { .. }
            | Reason::Rolled { .. }
            | Reason::RolledTo => self.in_kazakh(),
        }
    }
}

fn counted(number: u32, of: u32) -> String {
    format!("{number}-күн, барлығы {of}")
}

impl Step {
    /// The step in Kazakh.
    #[must_use]
    pub fn in_kazakh(&self) -> String {
        format!("{}: {}", date_in_kazakh(self.date), self.reason.in_kazakh())
    }
}
