//! Regulation facts: what `reg.xsd` says of them.

use reglament_source::{Diagnostic, nearest};
use reglament_xml::{ElementRef, NodeId};

use super::{duty, on, place, structure::list};
use crate::codes;
use crate::model::{self, Definitions, Tag, parse_boolean};
use crate::term::{Budget, Measure, Term};

/// The type of an attribute.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Name,
    Path,
    Number,
    Actions,
    Amount,
    Boolean,
    Id,
    /// Identifiers separated by spaces.
    Ids,
    /// A number with a unit, or the word.
    TermAmount(Option<&'static str>),
    /// Numbers with units, separated by commas.
    TermAmounts,
    OneOf(&'static [&'static str]),
    ListOf(&'static [&'static str]),
}

/// One attribute of a fact.
struct Attribute {
    name: &'static str,
    kind: Kind,
    required: bool,
}

const fn may(name: &'static str, kind: Kind) -> Attribute {
    Attribute {
        name,
        kind,
        required: false,
    }
}

const fn must(name: &'static str, kind: Kind) -> Attribute {
    Attribute {
        name,
        kind,
        required: true,
    }
}

/// One kind of fact.
struct Fact {
    name: &'static str,
    attributes: &'static [Attribute],
    /// Whether it has a text with a language.
    has_text: bool,
}

const TERM_KINDS: Kind = Kind::OneOf(&[
    "seconds",
    "minutes",
    "hours",
    "working hours",
    "working days",
    "calendar days",
    "months",
    "years",
    "unqualified",
]);

static FACTS: &[Fact] = &[
    Fact {
        name: "label",
        attributes: &[],
        has_text: true,
    },
    Fact {
        name: "source",
        attributes: &[
            must("clause", Kind::Number),
            may("item", Kind::Number),
            may("action", Kind::Actions),
            may("table", Kind::Number),
            may("annex", Kind::Number),
            may("document", Kind::Id),
            may("derived", Kind::Boolean),
        ],
        has_text: false,
    },
    Fact {
        name: "term",
        attributes: &[
            must("literal", Kind::Text),
            may("kind", TERM_KINDS),
            may("value", Kind::Amount),
            may("min", Kind::Amount),
            may("minKind", TERM_KINDS),
            may("bound", Kind::OneOf(&["maximum", "range", "bare"])),
            may(
                "measures",
                Kind::OneOf(&["service", "action", "waiting", "serving"]),
            ),
            may("anchor", Kind::Id),
            may("anchorEvent", Kind::OneOf(&["activated", "completed"])),
            may("start", Kind::OneOf(&["event day", "next day"])),
            may("excludes", Kind::ListOf(&["acceptance", "handover"])),
            may(
                "roll",
                Kind::OneOf(&["none", "next working day", "previous working day"]),
            ),
            may(
                "monthEnd",
                Kind::OneOf(&["last day", "first day of next month"]),
            ),
            may("effect", Kind::OneOf(&["advisory", "enforcing"])),
            may("condition", Kind::Text),
            may("ends", Kind::OneOf(&["midnight", "closing"])),
            may("extension", Kind::TermAmount(Some("unstated"))),
            may("warn", Kind::TermAmounts),
            may("calendar", Kind::Id),
            may("reading", Kind::OneOf(&["working days", "calendar days"])),
            may("clause", Kind::Number),
            may("item", Kind::Number),
            may("action", Kind::Actions),
            may("table", Kind::Number),
            may("annex", Kind::Number),
            may("document", Kind::Id),
        ],
        has_text: false,
    },
    Fact {
        name: "completion",
        attributes: &[may("reading", Kind::Text), may("action", Kind::Actions)],
        has_text: true,
    },
    Fact {
        name: "outcome",
        attributes: &[
            must("kind", Kind::OneOf(&["result", "refusal", "notice"])),
            may("code", Kind::Id),
            may("document", Kind::Text),
            may("ground", Kind::Text),
        ],
        has_text: false,
    },
    Fact {
        name: "personal",
        attributes: &[may("variable", Kind::Name), may("subject", Kind::Path)],
        has_text: false,
    },
    Fact {
        name: "separationOfDuties",
        attributes: &[must("tasks", Kind::Ids)],
        has_text: false,
    },
    Fact {
        name: "bindingOfDuties",
        attributes: &[must("tasks", Kind::Ids)],
        has_text: false,
    },
];

/// Checks one element of the namespace.
pub(super) fn check(element: ElementRef<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let name = element.local_name();
    let before = diagnostics.len();
    let Some(fact) = FACTS.iter().find(|fact| fact.name == name) else {
        let names: Vec<&str> = FACTS.iter().map(|fact| fact.name).collect();
        let message = format!("there is no regulation fact `{name}`");
        let diagnostic = Diagnostic::error(&codes::REG_UNKNOWN, message).at(element.span());
        diagnostics.push(on(diagnostic, element).hint(format!("expected one of {}", list(&names))));
        return;
    };
    attributes(element, fact, diagnostics);
    if fact.has_text {
        text(element, diagnostics);
    }
    match fact.name {
        "term" => {
            term(element, diagnostics);
            if diagnostics.len() == before {
                contradiction(element, diagnostics);
            }
        }
        "outcome" => outcome(element, diagnostics),
        "personal" => personal(element, diagnostics),
        "separationOfDuties" | "bindingOfDuties" => duty::check_place(element, diagnostics),
        _ => {}
    }
}

fn attributes(element: ElementRef<'_>, fact: &Fact, diagnostics: &mut Vec<Diagnostic>) {
    for found in element
        .attributes()
        .filter(|attribute| attribute.namespace.is_none())
    {
        let Some(attribute) = fact
            .attributes
            .iter()
            .find(|known| known.name == found.local_name)
        else {
            let known = fact.attributes.iter().map(|attribute| attribute.name);
            let message = format!(
                "`reg:{}` has no attribute `{}`",
                fact.name, found.local_name
            );
            let mut diagnostic = Diagnostic::error(&codes::REG_UNKNOWN, message).at(found.span);
            if let Some(near) = nearest(found.local_name, known) {
                diagnostic = diagnostic.hint(format!("did you mean `{near}`?"));
            }
            diagnostics.push(on(diagnostic, element));
            continue;
        };
        if let Some(expected) = attribute.kind.mismatch(found.value) {
            let message = format!(
                "expected {expected} for `{}`, found `{}`",
                found.local_name, found.value
            );
            let diagnostic = Diagnostic::error(&codes::REG_VALUE, message).at(found.span);
            diagnostics.push(on(diagnostic, element));
        }
    }
    for attribute in fact
        .attributes
        .iter()
        .filter(|attribute| attribute.required)
    {
        if element.attribute(attribute.name).is_none() {
            missing(
                element,
                &format!("`reg:{}` has no `{}`", fact.name, attribute.name),
                diagnostics,
            );
        }
    }
}

fn missing(element: ElementRef<'_>, message: &str, diagnostics: &mut Vec<Diagnostic>) {
    let diagnostic = Diagnostic::error(&codes::REG_MISSING, message).at(element.span());
    diagnostics.push(on(diagnostic, element));
}

fn text(element: ElementRef<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let name = element.local_name();
    let language = element.attribute_ns("http://www.w3.org/XML/1998/namespace", "lang");
    if language.is_none_or(|language| language.trim().is_empty()) {
        missing(
            element,
            &format!("`reg:{name}` has no `xml:lang`"),
            diagnostics,
        );
    }
    if element.text().trim().is_empty() {
        missing(element, &format!("`reg:{name}` has no text"), diagnostics);
    }
}

fn term(element: ElementRef<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let has = |name: &str| element.attribute(name).is_some();
    if has("kind") != has("value") {
        missing(
            element,
            "`kind` and `value` of a term go together",
            diagnostics,
        );
    }
    if has("min") && !has("value") {
        missing(element, "`min` of a term needs a `value`", diagnostics);
    }
    if has("minKind") && !has("min") {
        missing(element, "`minKind` of a term needs a `min`", diagnostics);
    }
}

/// What no attribute says alone: days that are no whole number, a range that runs backwards.
fn contradiction(element: ElementRef<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(view) = model::Term::from_element(element) else {
        return;
    };
    if let Err(error) = Term::from_model(view, Measure::default()) {
        let diagnostic =
            Diagnostic::error(&codes::REG_VALUE, error.to_string()).at(place(element, "value"));
        diagnostics.push(on(diagnostic, element));
    }
}

fn outcome(element: ElementRef<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if element.attribute("kind") == Some("refusal") && element.attribute("ground").is_none() {
        missing(element, "a refusal has no `ground`", diagnostics);
    }
}

/// A mark of personal data stands on what has variables.
fn personal(element: ElementRef<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let owner = element.parent().and_then(ElementRef::parent);
    let tag = owner.and_then(Tag::of);
    // A data store belongs to no case and stands for no variable.
    let is_store = matches!(tag, Some(Tag::DataStore | Tag::DataStoreReference));
    let is_data = tag.is_some_and(Tag::is_item_aware) && !is_store;
    let message = if is_data && element.attribute("variable").is_some() {
        "a mark of personal data on data has no `variable`: the data itself is the variable"
    } else if is_data || tag == Some(Tag::Process) {
        return;
    } else {
        "personal data is marked on a process, a data object or a property"
    };
    let diagnostic = Diagnostic::error(&codes::REG_VALUE, message).at(element.span());
    diagnostics.push(on(diagnostic, element));
}

/// Each anchor of a term is an element of the file.
pub(super) fn check_anchors(
    definitions: &Definitions,
    anchors: &[NodeId],
    diagnostics: &mut Vec<Diagnostic>,
) {
    for node in anchors {
        let element = definitions.document().element(*node);
        let Some(anchor) = element.attribute("anchor") else {
            continue;
        };
        if definitions.find(anchor).is_none() {
            let message = format!("the term is anchored at `{anchor}`, and no element has this id");
            let diagnostic =
                Diagnostic::error(&codes::REG_ANCHOR, message).at(place(element, "anchor"));
            diagnostics.push(on(diagnostic, element));
        }
    }
}

impl Kind {
    /// What was expected, where `text` is not of this type.
    fn mismatch(self, text: &str) -> Option<String> {
        let fits = match self {
            Self::Text => true,
            Self::Name => !text.trim().is_empty(),
            Self::Path => text.split('.').all(|part| !part.trim().is_empty()),
            Self::Number => is_number(text.trim()),
            Self::Actions => {
                let mut parts = text.split_whitespace().peekable();
                parts.peek().is_some() && parts.all(is_action)
            }
            Self::Amount => is_amount(text.trim()),
            Self::Boolean => parse_boolean(text).is_some(),
            Self::Id => is_number(text.trim()) && !text.contains(':'),
            Self::Ids => !text.trim().is_empty() && !text.contains(':'),
            Self::TermAmount(word) => word == Some(text.trim()) || Budget::parse(text).is_ok(),
            Self::TermAmounts => text.split(',').all(|part| Budget::parse(part).is_ok()),
            Self::OneOf(words) => words.contains(&collapse(text).as_str()),
            Self::ListOf(words) => {
                let mut parts = text.split_whitespace().peekable();
                parts.peek().is_some() && parts.all(|part| words.contains(&part))
            }
        };
        (!fits).then(|| match self {
            Self::Text => "a text".to_owned(),
            Self::Name => "a name".to_owned(),
            Self::Path => "names separated by dots".to_owned(),
            Self::Number => "a number as printed, without spaces".to_owned(),
            Self::Actions => "positive numbers separated by spaces".to_owned(),
            Self::Amount => "a number above zero with at most three decimals".to_owned(),
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Id => "an identifier".to_owned(),
            Self::Ids => "identifiers separated by spaces".to_owned(),
            Self::TermAmount(None) => "an amount such as `3 working days`".to_owned(),
            Self::TermAmount(Some(word)) => {
                format!("an amount such as `3 working days`, or `{word}`")
            }
            Self::TermAmounts => "amounts such as `1 working days`, separated by commas".to_owned(),
            Self::OneOf(words) => format!("one of {}", list(words)),
            Self::ListOf(words) => format!("some of {}, separated by spaces", list(words)),
        })
    }
}

/// A token of the schema: white space collapsed.
fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

fn is_action(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && digits.bytes().any(|digit| digit != b'0')
}

fn is_amount(text: &str) -> bool {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && fraction.trim_end_matches('0').len() <= 3
        && text
            .bytes()
            .any(|digit| digit.is_ascii_digit() && digit != b'0')
}
