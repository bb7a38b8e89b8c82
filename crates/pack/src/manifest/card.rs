//! The entries of the service card, one kind each.

use std::sync::Arc;

use reglament_source::Span;

use super::statement::{Statement, channels, statement, words};
use crate::tree::{Fields, Findings, Name, Node};

/// A way to get the service, and the file that executes it.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its identifier.
    pub id: Name,
    /// The BPMN file, by its path in the pack.
    pub file: Name,
    /// The clause of the regulation that describes it.
    pub text: Statement,
}

/// What the service costs.
#[derive(Clone, Debug)]
pub struct Fee {
    /// Whether it is free of charge.
    pub free: bool,
    /// The words of the source.
    pub text: Statement,
}

/// Where to ask.
#[derive(Clone, Debug)]
pub struct Information {
    /// The telephone number, address or site.
    pub value: Name,
    /// The words of the source.
    pub text: Statement,
}

/// What an applicant may have at an end of the service.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The code, as `reg:outcome` names it.
    pub code: Name,
    /// Whether it is a result, a notice or a refusal.
    pub kind: OutcomeKind,
    /// The channels that may end so; none is all.
    pub channels: Vec<Name>,
    /// The ground of a refusal, or the condition of a result, as `reg:outcome` words it.
    pub ground: Option<Name>,
    /// The document in which the applicant gets it, by its identifier.
    pub issues: Option<Name>,
    /// What the applicant gets, as `reg:outcome` names the document.
    pub text: Statement,
}

/// The kinds of outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// What was applied for.
    Result,
    /// Something else that ends the service or tells about it.
    Notice,
    /// A refusal.
    Refusal,
}

impl OutcomeKind {
    /// The word that `reg:outcome` has for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Notice => "notice",
            Self::Refusal => "refusal",
        }
    }
}

/// A document of the service.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its identifier.
    pub id: Name,
    /// What becomes of it.
    pub role: DocumentRole,
    /// The channels that have it; none is all.
    pub channels: Vec<Name>,
    /// The text to render, by its path in the pack.
    pub template: Option<Name>,
    /// The form that holds its data, by the identifier of the form.
    pub form: Option<Name>,
    /// What it is called.
    pub text: Statement,
}

/// What becomes of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentRole {
    /// The applicant submits it.
    Submitted,
    /// The applicant gets it.
    Issued,
    /// It stays inside.
    Internal,
}

/// An information system or register.
#[derive(Clone, Debug)]
pub struct System {
    /// Its identifier.
    pub id: Name,
    /// Whether it belongs to the service.
    pub role: SystemRole,
    /// The channels that use it; none is all.
    pub channels: Vec<Name>,
    /// The abbreviation.
    pub abbreviation: Option<Name>,
    /// Other names that the flows and the source have for it.
    pub names: Vec<Name>,
    /// What it is called.
    pub text: Statement,
}

/// Whether a system belongs to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemRole {
    /// A lane of the service, and an organisation on paper likewise.
    Inside,
    /// A register outside: a pool of its own.
    Outside,
    /// It carries messages and has no act of its own: neither lane nor pool.
    Transport,
}

/// Someone who acts.
#[derive(Clone, Debug)]
pub struct Performer {
    /// The identifier.
    pub id: Name,
    /// The group of people, as `zeebe:assignmentDefinition` names it.
    pub group: Option<Name>,
    /// The channels in which they act; none is all.
    pub channels: Vec<Name>,
    /// The abbreviation.
    pub abbreviation: Option<Name>,
    /// Other names that the flows and the source have for them.
    pub names: Vec<Name>,
    /// What they are called.
    pub text: Statement,
}

/// An indicator of quality.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// Its number, as printed.
    pub number: Name,
    /// How it is computed; none where neither histories nor the survey tell it.
    pub measure: Option<IndicatorMeasure>,
    /// The question of the survey whose answers are counted.
    pub question: Option<Name>,
    /// The answer whose share it is.
    pub answer: Option<Name>,
    /// What it measures.
    pub text: Statement,
}

/// How an indicator of quality is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndicatorMeasure {
    /// The share of cases that were rendered within the term of the service.
    WithinTerm,
    /// The share of one answer among all answers to a question of the survey.
    Answer,
}

/// The survey of applicants.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The form of the survey, by its identifier.
    pub form: Option<Name>,
    /// The words of the source.
    pub text: Statement,
}

/// A form.
#[derive(Clone, Debug)]
pub struct Form {
    /// Its identifier, as `zeebe:formDefinition` and the file have it.
    pub id: Name,
    /// The file, by its path in the pack.
    pub file: Name,
    /// What it is.
    pub text: Statement,
}

/// A decision model.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The identifier, as `zeebe:calledDecision` has it.
    pub id: Name,
    /// The DMN file, by its path in the pack.
    pub file: Name,
    /// What it decides.
    pub text: Statement,
}

/// An abbreviation.
#[derive(Clone, Debug)]
pub struct Abbreviation {
    /// The abbreviation.
    pub short: Name,
    /// What it stands for; no words where the source does not say.
    pub text: Statement,
}

/// A symbol of the diagrams' legend.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// The element of BPMN that it maps to, in words of the standard.
    pub element: Name,
    /// What the legend calls it.
    pub text: Statement,
}

/// Something that the source states and no other section has.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is about.
    pub name: Name,
    /// The words of the source.
    pub text: Statement,
}

/// Reads entries: `$name` reads one mapping called `$what` and takes the fields in their order.
macro_rules! entry {
    ($name:ident, $what:literal, $type:ident { $($field:ident: $kind:ident($($argument:tt)*)),* $(,)? }) => {
        pub(super) fn $name(node: &Node, findings: &mut Findings) -> Option<$type> {
            let mut fields = Fields::of($what, node, findings)?;
            let what = concat!("`", $what, "`");
            $(let $field = entry!(@$kind fields, what, node.span, findings, $($argument)*);)*
            fields.finish_asked(what, findings);
            Some($type { $($field: entry!(@value $kind $field)),* })
        }
    };
    (@required $fields:ident, $what:ident, $at:expr, $findings:ident, $key:literal) => {
        $fields.required($key, $what, $at, $findings)
    };
    (@choice $fields:ident, $what:ident, $at:expr, $findings:ident, $key:literal, $words:expr) => {
        choice(&mut $fields, $key, $words, $what, $at, $findings)
    };
    (@optional $fields:ident, $what:ident, $at:expr, $findings:ident, $key:literal, $words:expr) => {
        $fields.choice($key, $words, $findings)
    };
    (@name $fields:ident, $what:ident, $at:expr, $findings:ident, $key:literal) => {
        $fields.name($key, $findings)
    };
    (@names $fields:ident, $what:ident, $at:expr, $findings:ident, $key:literal) => {
        $fields.names($key, $findings).unwrap_or_default()
    };
    (@channels $fields:ident, $what:ident, $at:expr, $findings:ident,) => {
        channels(&mut $fields, $findings)
    };
    (@statement $fields:ident, $what:ident, $at:expr, $findings:ident,) => {
        statement(&mut $fields, $what, $at, $findings)
    };
    (@words $fields:ident, $what:ident, $at:expr, $findings:ident,) => {
        words(&mut $fields, $at, $findings)
    };
    (@value required $field:ident) => { $field? };
    (@value choice $field:ident) => { $field? };
    (@value $kind:ident $field:ident) => { $field };
}

/// One of `words`, which has to be there.
fn choice<T: Copy>(
    fields: &mut Fields<'_>,
    key: &str,
    words: &[(&str, T)],
    what: &str,
    at: Span,
    findings: &mut Findings,
) -> Option<T> {
    let before = findings.diagnostics.len();
    let chosen = fields.choice(key, words, findings);
    if chosen.is_none() && findings.diagnostics.len() == before {
        findings.missing(what, key, at);
    }
    chosen
}

const DOCUMENT_ROLES: &[(&str, DocumentRole)] = &[
    ("submitted", DocumentRole::Submitted),
    ("issued", DocumentRole::Issued),
    ("internal", DocumentRole::Internal),
];

const SYSTEM_ROLES: &[(&str, SystemRole)] = &[
    ("inside", SystemRole::Inside),
    ("outside", SystemRole::Outside),
    ("transport", SystemRole::Transport),
];

const INDICATOR_MEASURES: &[(&str, IndicatorMeasure)] = &[
    ("within-term", IndicatorMeasure::WithinTerm),
    ("answer", IndicatorMeasure::Answer),
];

const OUTCOME_KINDS: &[(&str, OutcomeKind)] = &[
    ("result", OutcomeKind::Result),
    ("notice", OutcomeKind::Notice),
    ("refusal", OutcomeKind::Refusal),
];

entry!(
    channel,
    "channel",
    Channel {
        id: required("id"),
        file: required("file"),
        text: words(),
    }
);

entry!(
    information,
    "information",
    Information {
        value: required("value"),
        text: words(),
    }
);

entry!(
    outcome,
    "outcome",
    Outcome {
        code: required("code"),
        kind: choice("kind", OUTCOME_KINDS),
        channels: channels(),
        ground: name("ground"),
        issues: name("issues"),
        text: statement(),
    }
);

entry!(
    document,
    "document",
    Document {
        id: required("id"),
        role: choice("role", DOCUMENT_ROLES),
        channels: channels(),
        template: name("template"),
        form: name("form"),
        text: words(),
    }
);

entry!(
    system,
    "system",
    System {
        id: required("id"),
        role: choice("role", SYSTEM_ROLES),
        channels: channels(),
        abbreviation: name("abbreviation"),
        names: names("names"),
        text: words(),
    }
);

entry!(
    performer,
    "performer",
    Performer {
        id: required("id"),
        group: name("group"),
        channels: channels(),
        abbreviation: name("abbreviation"),
        names: names("names"),
        text: words(),
    }
);

entry!(
    indicator,
    "indicator",
    Indicator {
        number: required("number"),
        measure: optional("measure", INDICATOR_MEASURES),
        question: name("question"),
        answer: name("answer"),
        text: statement(),
    }
);

entry!(
    survey,
    "survey",
    Survey {
        form: name("form"),
        text: words(),
    }
);

entry!(
    form,
    "form",
    Form {
        id: required("id"),
        file: required("file"),
        text: words(),
    }
);

entry!(
    decision,
    "decision",
    Decision {
        id: required("id"),
        file: required("file"),
        text: words(),
    }
);

entry!(
    abbreviation,
    "abbreviation",
    Abbreviation {
        short: required("short"),
        text: words(),
    }
);

entry!(
    symbol,
    "legend",
    Symbol {
        element: required("element"),
        text: statement(),
    }
);

entry!(
    fact,
    "fact",
    Fact {
        name: required("name"),
        text: statement(),
    }
);

/// Reads `[fee]`.
pub(super) fn fee(node: &Node, findings: &mut Findings) -> Option<Fee> {
    let mut fields = Fields::of("fee", node, findings)?;
    let free = fields.boolean("free", findings);
    if free.is_none() {
        findings.missing("`fee`", "free", node.span);
    }
    let text = words(&mut fields, node.span, findings);
    fields.finish_asked("`fee`", findings);
    Some(Fee { free: free?, text })
}

impl System {
    /// Everything that it is called.
    pub fn all_names(&self) -> impl Iterator<Item = &str> {
        all_names(&self.text, self.abbreviation.as_ref(), &self.names)
    }
}

impl Performer {
    /// Everything that they are called.
    pub fn all_names(&self) -> impl Iterator<Item = &str> {
        all_names(&self.text, self.abbreviation.as_ref(), &self.names)
    }
}

fn all_names<'e>(
    text: &'e Statement,
    abbreviation: Option<&'e Name>,
    names: &'e [Name],
) -> impl Iterator<Item = &'e str> {
    let words: [&Option<Arc<str>>; 2] = [&text.kk, &text.reading];
    let words = words.into_iter().filter_map(|word| word.as_deref());
    let short = abbreviation.map(|name| &*name.text);
    words
        .chain(short)
        .chain(names.iter().map(|name| &*name.text))
}
