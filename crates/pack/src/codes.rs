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

/// Every code of this crate, in order.
pub static CODES: &[&Code] = &[
    &MALFORMED,
    &UNKNOWN_KEY,
    &WRONG_TYPE,
    &INVALID_VALUE,
    &MISSING_KEY,
];
