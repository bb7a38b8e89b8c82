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
];
