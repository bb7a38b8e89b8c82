//! The diagnostic codes of this crate: RG0900 to RG0999, regulation packs.

use reglament_source::Code;

use crate::tree::FileKind;

/// What `regulation.toml` is called, and the codes of what can be wrong with its keys.
pub static MANIFEST_FILE: FileKind = FileKind {
    name: "the manifest",
    malformed: &MALFORMED,
    unknown_key: &UNKNOWN_KEY,
    wrong_type: &WRONG_TYPE,
    invalid_value: &INVALID_VALUE,
    missing_key: &MISSING_KEY,
};

/// What `clauses.yaml` is called, and the codes of what can be wrong with its keys.
pub static CLAUSES_FILE: FileKind = FileKind {
    name: "the clauses",
    malformed: &MALFORMED,
    unknown_key: &UNKNOWN_KEY,
    wrong_type: &WRONG_TYPE,
    invalid_value: &INVALID_VALUE,
    missing_key: &MISSING_KEY,
};

/// What a form is called, and the codes of what can be wrong with its keys.
pub static FORM_FILE: FileKind = FileKind {
    name: "the form",
    malformed: &MALFORMED,
    unknown_key: &UNKNOWN_KEY,
    wrong_type: &WRONG_TYPE,
    invalid_value: &INVALID_VALUE,
    missing_key: &MISSING_KEY,
};

/// What `index.toml` is called, and the codes of what can be wrong with its keys.
pub static INDEX_FILE: FileKind = FileKind {
    name: "the index",
    malformed: &MALFORMED,
    unknown_key: &UNKNOWN_KEY,
    wrong_type: &WRONG_TYPE,
    invalid_value: &INVALID_VALUE,
    missing_key: &MISSING_KEY,
};

/// Text that is not TOML, YAML or JSON.
pub static MALFORMED: Code = Code {
    id: "RG0901",
    title: "malformed file of a pack",
    explanation: "The file is not in the grammar that its kind has: `regulation.toml` and \
`index.toml` are TOML, `clauses.yaml` is YAML, forms are JSON. The message names the place where \
reading stopped; the mistake is there or just before it. In TOML a text stands in quotes, a text of \
several lines in three; in YAML a text with `: ` in it needs quotes or a block (`>-`).",
    spec: Some("TOML 1.1.0; YAML 1.2.2; RFC 8259"),
};

/// A key that the file does not have at that place.
pub static UNKNOWN_KEY: Code = Code {
    id: "RG0902",
    title: "unknown key",
    explanation: "The mapping has a key that means nothing here. A misspelt key would otherwise be \
ignored, and what it says would be missing without anybody noticing. `processes/README.md` lists \
every key of a pack.",
    spec: None,
};

/// A value of the wrong type.
pub static WRONG_TYPE: Code = Code {
    id: "RG0903",
    title: "wrong type",
    explanation: "The value is not of the type that its key needs: a text where a table is \
expected, a list where a text is. `processes/README.md` says what each key takes.",
    spec: None,
};

/// A value that is not allowed.
pub static INVALID_VALUE: Code = Code {
    id: "RG0904",
    title: "invalid value",
    explanation: "The value is of the right type but is none of those that the key allows; the \
message says what is expected. Dates are written `2013-07-03`; what the source does not say is \
written `\"unknown\"`, never guessed.",
    spec: None,
};

/// A key that is needed and missing.
pub static MISSING_KEY: Code = Code {
    id: "RG0905",
    title: "missing key",
    explanation: "Something that the file cannot do without is not there.",
    spec: None,
};

/// A section of the manifest that is neither given nor said to be missing.
pub static NOT_STATED: Code = Code {
    id: "RG0906",
    title: "neither given nor said to be not stated",
    explanation: "A reader of the manifest has to see whether the regulation says nothing about \
something, or whether nobody has looked. So each usual section (fee, opening hours, complaint, \
refusals and so on) is either given, or named in the list `not-stated`; never both.",
    spec: None,
};

/// A number or identifier that stands twice.
pub static TWICE: Code = Code {
    id: "RG0907",
    title: "the same number or identifier twice",
    explanation: "Two clauses, items, rows or annexes have the same number, or two entries of the \
manifest the same identifier. Flows cite by number and name by identifier, so each leads to one \
place.",
    spec: None,
};

/// A literal that its text does not have.
pub static LITERAL: Code = Code {
    id: "RG0908",
    title: "literal that the text does not have",
    explanation: "A literal is quoted from the regulation: the words of a term stand, letter by \
letter, in the clause, item or row that they are cited from. Where they do not, the literal was \
shortened or corrected, or the place is wrong. Misprints are kept; how they should read is said by \
`reading`.",
    spec: None,
};

/// A file that is not there.
pub static NO_FILE: Code = Code {
    id: "RG0909",
    title: "file of a pack that cannot be had",
    explanation: "Every pack has `regulation.toml` and `clauses.yaml`, and the files that the \
manifest names. Paths are relative to the folder of the pack, with `/` between their parts; one that \
leads outside the folder is refused.",
    spec: None,
};

/// A citation with nothing behind it.
pub static UNCITED: Code = Code {
    id: "RG0910",
    title: "citation of a place that the text does not have",
    explanation: "A `reg:source` or `reg:term` of a flow, or an entry of the manifest, names a \
clause, item, row, annex or document that `clauses.yaml` does not have. Either the number is wrong, \
or the text is incomplete. What the source itself lacks stands in `clauses.yaml` with \
`missing: true` and a `note`.",
    spec: None,
};

/// An item or row that no element implements.
pub static UNIMPLEMENTED: Code = Code {
    id: "RG0911",
    title: "item or row that no element cites",
    explanation: "A clause or action table of `clauses.yaml` names the channels it belongs to. \
Each of its items and rows is cited by `reg:source` on at least one element of each of their flows; \
otherwise a part of the regulation is not carried out, or nobody can see where it is.",
    spec: None,
};

/// A term of a whole channel that flow and manifest do not both have.
pub static TERM_DISAGREES: Code = Code {
    id: "RG0912",
    title: "term on which flow and manifest disagree",
    explanation: "Terms of the service, of waiting and of serving stand in the manifest (`[[term]]`) \
and in the flow of each channel (`reg:term`), with the same literal and the same reading: unit, \
amount, bound, start, days that do not count, rolling. Only what starts the clock (`anchor`) is said \
by the flow alone. `measures` of a `reg:term` is the service on a process and the action elsewhere, \
unless it says otherwise.",
    spec: None,
};

/// An outcome that flow and manifest do not both have.
pub static OUTCOME: Code = Code {
    id: "RG0913",
    title: "outcome on which flow and manifest disagree",
    explanation: "Every `reg:outcome` of a flow has a `code`, and the manifest has an `[[outcome]]` \
with this code for the channel, of the same kind, document and ground. So whoever reads the manifest \
knows everything that an applicant may get, refusals with their grounds included.",
    spec: None,
};

/// An entry of the manifest that nothing uses.
pub static UNUSED: Code = Code {
    id: "RG0914",
    title: "entry of the manifest that nothing uses",
    explanation: "An outcome that no flow ends with, a system or performer that is neither lane nor \
pool nor group, a form or decision that nothing names. Either the flow lacks something, or the entry \
holds for fewer `channels` than it says, or a `note` says why it is there.",
    spec: None,
};

/// A lane, pool or group that the manifest does not know.
pub static PARTY: Code = Code {
    id: "RG0915",
    title: "lane, pool or group that the manifest does not have",
    explanation: "Lanes are systems inside the service and performers, black-box pools are systems \
outside and performers, candidate groups are groups of performers. Each is an entry of the manifest \
(`[[system]]`, `[[performer]]`), found by its Kazakh name, its abbreviation, one of its `names`, or \
a name with the abbreviation in brackets. A system with the role `transport` carries and has neither.",
    spec: None,
};

/// An identifier of the manifest that does not exist.
pub static UNKNOWN_REFERENCE: Code = Code {
    id: "RG0916",
    title: "unknown form, document, decision or channel",
    explanation: "A flow or an entry of the manifest names a form, document, decision or channel by \
an identifier that the manifest does not have.",
    spec: None,
};

/// An index that does not list what is there.
pub static INDEX: Code = Code {
    id: "RG0917",
    title: "index that does not list the packs",
    explanation: "`index.toml` lists under `regulations` every folder beside it that holds a pack \
(a `regulation.toml`), and no other. A folder bears the identifier of its pack; where a regulation \
has several versions, `@` and the version follow: `duplicate@2018`.",
    spec: None,
};

/// A rule of a form that cannot be kept.
pub static FORM_RULE: Code = Code {
    id: "RG0918",
    title: "rule of a form that is not supported",
    explanation: "The form has a rule that inputs would have to be checked by, and the rule is not \
supported: a pattern with looking ahead, behind or references back, dates that depend on the current \
day, choices given in two ways. A rule that is skipped would let wrong inputs pass, so the form is \
refused.",
    spec: None,
};

/// A text of a document whose values are not closed.
pub static TEMPLATE: Code = Code {
    id: "RG0919",
    title: "malformed text of a document",
    explanation: "In the text of a document a value is a FEEL expression between `{{` and `}}`. One \
that is opened is closed.",
    spec: None,
};

/// Days that the source does not qualify, without a reading.
pub static UNQUALIFIED: Code = Code {
    id: "RG0920",
    title: "unqualified days without a reading",
    explanation: "A term counts days and the source does not say which. Whether working or calendar \
days are meant decides when it ends, so it is for the pack to say, in `[unqualified-days]`: `reading` is \
`working days`, `calendar days`, or `not computed` where the source gives no ground for either (the term is \
then shown and no clock runs). A single term can have a `reading` of its own in the flow.",
    spec: None,
};

/// Every code of this crate, in order.
pub static CODES: &[&Code] = &[
    &MALFORMED,
    &UNKNOWN_KEY,
    &WRONG_TYPE,
    &INVALID_VALUE,
    &MISSING_KEY,
    &NOT_STATED,
    &TWICE,
    &LITERAL,
    &NO_FILE,
    &UNCITED,
    &UNIMPLEMENTED,
    &TERM_DISAGREES,
    &OUTCOME,
    &UNUSED,
    &PARTY,
    &UNKNOWN_REFERENCE,
    &INDEX,
    &FORM_RULE,
    &TEMPLATE,
    &UNQUALIFIED,
];
