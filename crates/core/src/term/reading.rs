//! Terms of a model: what the attributes of `reg:term` state.

use super::{
    Amount, Anchor, AnchorEvent, Bound, Budget, DayEnd, Effect, Extension, Measure, MonthEnd,
    Reading, Roll, StartRule, Term, TermError, Unit,
};
use crate::model;

impl Term {
    /// The term that an element of the model states; `measures` is what it limits where it does not
    /// say so: the service on a process, the action on anything else.
    ///
    /// # Errors
    /// An attribute has a value that `reg.xsd` does not allow, an amount of days, months or years
    /// has a fraction, the lower edge of a range lies above its upper edge, or a reading is stated
    /// for days that are qualified.
    pub fn from_model(view: model::Term<'_>, measures: Measure) -> Result<Term, TermError> {
        Term::from_attributes(|name| view.element().attribute(name), measures)
    }

    /// The term whose attributes, named as those of `reg:term`, `attribute` looks up.
    ///
    /// # Errors
    /// As for [`Term::from_model`].
    pub fn from_attributes<'a>(
        attribute: impl Fn(&str) -> Option<&'a str>,
        measures: Measure,
    ) -> Result<Term, TermError> {
        let of = &attribute as &dyn Fn(&str) -> Option<&'a str>;
        let mut term = Term::new(of("literal").unwrap_or_default(), reading(of)?);
        term.measures = choose("measures", of("measures"), MEASURES)?.unwrap_or(measures);
        term.anchor = anchor(of)?;
        term.start = choose("start", of("start"), STARTS)?.unwrap_or_default();
        for day in of("excludes").unwrap_or_default().split_whitespace() {
            match day {
                "acceptance" => term.excludes.acceptance = true,
                "handover" => term.excludes.handover = true,
                _ => return Err(unknown("excludes", day)),
            }
        }
        term.roll = choose("roll", of("roll"), ROLLS)?.unwrap_or_default();
        term.month_end = choose("monthEnd", of("monthEnd"), MONTH_ENDS)?;
        term.effect = choose("effect", of("effect"), EFFECTS)?.unwrap_or_default();
        term.condition = of("condition").map(str::to_owned);
        term.ends = choose("ends", of("ends"), ENDS)?.unwrap_or_default();
        term.extension = of("extension").map(extension).transpose()?;
        for warning in of("warn").into_iter().flat_map(|list| list.split(',')) {
            term.warnings.push(Budget::parse(warning)?);
        }
        term.calendar = of("calendar").map(|id| id.trim().to_owned());
        match choose("reading", of("reading"), READINGS)? {
            Some(_) if !term.is_unqualified() => Err(TermError::text(
                "`reading` says which days are meant, and the days are not unqualified",
            )),
            Some(unit) => Ok(term.read_days_as(unit)),
            None => Ok(term),
        }
    }

    /// Whether the document says days without saying which.
    #[must_use]
    pub fn is_unqualified(&self) -> bool {
        self.reading.is_some_and(|reading| {
            let minimum = reading.minimum.map(|minimum| minimum.unit);
            reading.budget.unit == Unit::Unqualified || minimum == Some(Unit::Unqualified)
        })
    }
}

const UNITS: &[(&str, Unit)] = &[
    ("seconds", Unit::Seconds),
    ("minutes", Unit::Minutes),
    ("hours", Unit::Hours),
    ("working hours", Unit::WorkingHours),
    ("working days", Unit::WorkingDays),
    ("calendar days", Unit::CalendarDays),
    ("months", Unit::Months),
    ("years", Unit::Years),
    ("unqualified", Unit::Unqualified),
];

const BOUNDS: &[(&str, Bound)] = &[
    ("maximum", Bound::Maximum),
    ("range", Bound::Range),
    ("bare", Bound::Bare),
];

const MEASURES: &[(&str, Measure)] = &[
    ("service", Measure::Service),
    ("action", Measure::Action),
    ("waiting", Measure::Waiting),
    ("serving", Measure::Serving),
];

const ANCHOR_EVENTS: &[(&str, AnchorEvent)] = &[
    ("activated", AnchorEvent::Activated),
    ("completed", AnchorEvent::Completed),
];

const STARTS: &[(&str, StartRule)] = &[
    ("event day", StartRule::EventDay),
    ("next day", StartRule::NextDay),
];

const ROLLS: &[(&str, Roll)] = &[
    ("none", Roll::None),
    ("next working day", Roll::NextWorkingDay),
    ("previous working day", Roll::PreviousWorkingDay),
];

const MONTH_ENDS: &[(&str, MonthEnd)] = &[
    ("last day", MonthEnd::LastDay),
    ("first day of next month", MonthEnd::FirstOfNextMonth),
];

const ENDS: &[(&str, DayEnd)] = &[("midnight", DayEnd::Midnight), ("closing", DayEnd::Closing)];

const READINGS: &[(&str, Unit)] = &[
    ("working days", Unit::WorkingDays),
    ("calendar days", Unit::CalendarDays),
];

const EFFECTS: &[(&str, Effect)] = &[
    ("advisory", Effect::Advisory),
    ("enforcing", Effect::Enforcing),
];

/// What a word of a list stands for; white space is collapsed as in the schema.
fn choose<T: Copy>(
    attribute: &str,
    value: Option<&str>,
    words: &[(&str, T)],
) -> Result<Option<T>, TermError> {
    let Some(value) = value else { return Ok(None) };
    let word = value.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.iter().find(|(name, _)| *name == word) {
        Some((_, meaning)) => Ok(Some(*meaning)),
        None => Err(unknown(attribute, value)),
    }
}

/// An amount, or that the document does not state one.
fn extension(text: &str) -> Result<Extension, TermError> {
    match text.trim() {
        "unstated" => Ok(Extension::Unstated),
        amount => Budget::parse(amount).map(Extension::UpTo),
    }
}

fn unknown(attribute: &str, value: &str) -> TermError {
    TermError::text(format!("`{value}` is no value of `{attribute}`"))
}

fn reading<'a>(of: &dyn Fn(&str) -> Option<&'a str>) -> Result<Option<Reading>, TermError> {
    let unit = choose("kind", of("kind"), UNITS)?;
    let (unit, value) = match (unit, of("value")) {
        (Some(unit), Some(value)) => (unit, value),
        (None, None) => return Ok(None),
        _ => return Err(TermError::text("`kind` and `value` of a term go together")),
    };
    let budget = Budget::new(Amount::parse(value.trim())?, unit)?;
    let minimum = match of("min") {
        Some(minimum) => {
            let unit = choose("minKind", of("minKind"), UNITS)?.unwrap_or(unit);
            Some(Budget::new(Amount::parse(minimum.trim())?, unit)?)
        }
        None => None,
    };
    if let Some(minimum) = minimum
        && minimum.unit == budget.unit
        && minimum.amount > budget.amount
    {
        let message = format!("the lower edge {minimum} lies above the upper edge {budget}");
        return Err(TermError::text(message));
    }
    let bound = choose("bound", of("bound"), BOUNDS)?.unwrap_or_default();
    Ok(Some(Reading {
        budget,
        minimum,
        bound,
    }))
}

fn anchor<'a>(of: &dyn Fn(&str) -> Option<&'a str>) -> Result<Option<Anchor>, TermError> {
    let event = choose("anchorEvent", of("anchorEvent"), ANCHOR_EVENTS)?.unwrap_or_default();
    Ok(of("anchor").map(|element| Anchor {
        element: element.trim().to_owned(),
        event,
    }))
}
