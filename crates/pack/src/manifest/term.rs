//! The terms of the service and its opening hours.

use std::sync::Arc;

use reglament_core::Program;
use reglament_core::calendar::Shift;
use reglament_core::term::{Measure, Term, Unit};
use reglament_source::{Diagnostic, Span};

use super::statement::{Statement, channels, words};
use crate::codes;
use crate::tree::{Fields, Findings, Name, Node};

/// A statutory term that the regulation gives for a whole channel: of the service, of waiting, of
/// serving.
#[derive(Clone, Debug)]
pub struct ServiceTerm {
    /// The channels that it holds for; none is all.
    pub channels: Vec<Name>,
    /// The literal and its reading, as `reg:term` has them.
    pub term: Term,
    /// What is said about it, and where.
    pub text: Statement,
    /// Where the literal stands in the manifest.
    pub(crate) literal_span: Span,
}

/// How days are read of which the source does not say whether working or calendar days are meant.
#[derive(Clone, Debug)]
pub struct UnqualifiedDays {
    /// The reading.
    pub reading: DayReading,
    /// Why, and where the source says something about it.
    pub text: Statement,
    /// Where it stands in the manifest.
    pub(crate) span: Option<Span>,
}

/// A reading of unqualified days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayReading {
    /// As working days.
    Working,
    /// As calendar days.
    Calendar,
    /// Not at all: such a term is shown, and no clock runs.
    NotComputed,
}

impl DayReading {
    /// The readings with their words in a manifest.
    const WORDS: [(&'static str, Self); 3] = [
        ("working days", Self::Working),
        ("calendar days", Self::Calendar),
        ("not computed", Self::NotComputed),
    ];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(_, reading)| *reading == self);
        found.map_or("", |(word, _)| *word)
    }

    /// The reading that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(known, _)| *known == word);
        found.map(|(_, reading)| *reading)
    }

    /// Reads the unqualified days of a program so.
    pub fn apply(self, program: &mut Program) {
        match self {
            Self::Working => program.read_unqualified_days_as(Unit::WorkingDays),
            Self::Calendar => program.read_unqualified_days_as(Unit::CalendarDays),
            Self::NotComputed => {}
        }
    }
}

/// `[unqualified-days]`
pub(super) fn unqualified_days(node: &Node, findings: &mut Findings) -> Option<UnqualifiedDays> {
    let mut fields = Fields::of("unqualified-days", node, findings)?;
    let name = fields.required("reading", "`unqualified-days`", node.span, findings);
    let reading = name.and_then(|name| {
        let reading = DayReading::parse(&name.text);
        if reading.is_none() {
            let expected = DayReading::WORDS.map(|(word, _)| format!("`{word}`"));
            let expected = expected.join(", ");
            findings.invalid("reading", expected, format!("`{name}`"), name.span);
        }
        reading
    });
    let text = words(&mut fields, node.span, findings);
    fields.finish_asked("`unqualified-days`", findings);
    Some(UnqualifiedDays {
        reading: reading?,
        text,
        span: Some(node.span),
    })
}

/// Days on which doors are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// Working days of the calendar.
    Working,
    /// Every day, holidays included.
    Every,
}

/// When doors are open.
#[derive(Clone, Debug)]
pub struct Hours {
    /// The channels that they hold for; none is all.
    pub channels: Vec<Name>,
    /// On which days; none where the source does not say.
    pub days: Option<Days>,
    /// From when until when; none where the source does not say, or says: round the clock.
    pub time: Option<Shift>,
    /// Whether they are round the clock.
    pub round_the_clock: bool,
    /// The words of the source.
    pub text: Statement,
}

/// Attributes of `reg:term` and the keys that say the same in a manifest.
const TERM_KEYS: &[(&str, &str)] = &[
    ("literal", "literal"),
    ("kind", "kind"),
    ("value", "value"),
    ("min", "min"),
    ("minKind", "min-kind"),
    ("bound", "bound"),
    ("measures", "measures"),
    ("start", "start"),
    ("excludes", "excludes"),
    ("roll", "roll"),
    ("monthEnd", "month-end"),
    ("effect", "effect"),
    ("condition", "condition"),
];

/// Reads one `[[term]]`.
pub(super) fn term(node: &Node, findings: &mut Findings) -> Option<ServiceTerm> {
    let mut fields = Fields::of("term", node, findings)?;
    let channels = channels(&mut fields, findings);
    let mut attributes: Vec<(&str, Arc<str>)> = Vec::new();
    let mut literal_span = node.span;
    for (attribute, key) in TERM_KEYS {
        let texts = fields.names(key, findings).unwrap_or_default();
        if *key == "literal"
            && let Some(literal) = texts.first()
        {
            literal_span = literal.span;
        }
        let texts: Vec<&str> = texts.iter().map(|name| &*name.text).collect();
        if !texts.is_empty() {
            attributes.push((attribute, Arc::from(texts.join(" "))));
        }
    }
    let find = |name: &str| {
        let found = attributes.iter().find(|(attribute, _)| *attribute == name);
        found.map(|(_, text)| &**text)
    };
    if find("literal").is_none() {
        findings.missing("`term`", "literal", node.span);
    }
    let text = words(&mut fields, node.span, findings);
    fields.finish_asked("`term`", findings);
    match Term::from_attributes(find, Measure::Service) {
        Ok(term) => Some(ServiceTerm {
            channels,
            term,
            text,
            literal_span,
        }),
        Err(error) => {
            let diagnostic = Diagnostic::error(&codes::INVALID_VALUE, error.to_string());
            findings.push(diagnostic.at(node.span));
            None
        }
    }
}

/// Reads one `[[hours]]`.
pub(super) fn hours(node: &Node, findings: &mut Findings) -> Option<Hours> {
    const ROUND_THE_CLOCK: &str = "round the clock";
    let mut fields = Fields::of("hours", node, findings)?;
    let days = fields.choice(
        "days",
        &[("working", Days::Working), ("every", Days::Every)],
        findings,
    );
    let time = fields.name("time", findings);
    let round_the_clock = time
        .as_ref()
        .is_some_and(|time| &*time.text == ROUND_THE_CLOCK);
    let time = time.filter(|_| !round_the_clock).and_then(|time| {
        let shift = Shift::parse(&time.text).ok();
        if shift.is_none() {
            let expected = format!("hours such as `09:00-20:00`, or `{ROUND_THE_CLOCK}`");
            findings.invalid("time", expected, &time, time.span);
        }
        shift
    });
    let hours = Hours {
        channels: channels(&mut fields, findings),
        days,
        time,
        round_the_clock,
        text: super::statement::statement(&mut fields, "`hours`", node.span, findings),
    };
    fields.finish_asked("`hours`", findings);
    Some(hours)
}
