//! The diagnostic codes of this crate: RG0800 to RG0899, scenario scripts.

use reglament_source::Code;

/// Text that is neither YAML nor JSON.
pub static MALFORMED: Code = Code {
    id: "RG0801",
    title: "malformed script",
    explanation: "The script is neither YAML nor JSON. The message names the line where reading \
stopped; the mistake is there or just before it. Frequent causes are a tab where YAML wants spaces, \
a `:` without a space behind it, and an opening bracket or quote that is never closed.\n\n\
A script is one document: a list of steps, or a mapping with `steps`.",
    spec: Some("YAML 1.2.2"),
};

/// A key that no step, script or expectation has.
pub static UNKNOWN_KEY: Code = Code {
    id: "RG0802",
    title: "unknown key",
    explanation: "The mapping has a key that means nothing here. A key that is misspelt would \
otherwise be ignored and the scenario would hold for the wrong reason.\n\n\
A script has `title`, `file`, `process`, `at`, `vars`, `auto` and `steps`. A step has one of \
`complete`, `message`, `signal`, `advance`, `error`, `escalate`, `fail`, `set`, `start` and `expect`, \
and beside it what belongs to it: `with`, `instance`, `key`, `ttl`, `code`, `at`, `rejected`. An \
expectation has `waiting`, `completed`, `never`, `count`, `order`, `ended`, `state`, `incidents` and \
`vars`.",
    spec: None,
};

/// A value of the wrong type.
pub static WRONG_TYPE: Code = Code {
    id: "RG0803",
    title: "wrong type",
    explanation: "The value is not of the type that its key needs: an id is a text, `with`, `vars` \
and `set` are mappings from variable names to values, `instance` is a whole number from 1, `auto`, \
`rejected` and `ended` are `true` or `false`.",
    spec: None,
};

/// A step that does not say what to do, or says two things.
pub static NOT_ONE_ACTION: Code = Code {
    id: "RG0804",
    title: "not one action",
    explanation: "Each step does one thing: it has exactly one of `complete`, `message`, `signal`, \
`advance`, `error`, `escalate`, `fail`, `set`, `start`, `suspend`, `resume`, `interrupt`, `extend` \
and `expect`. Write two actions as two steps, \
each with its own dash.",
    spec: None,
};

/// An id or name that the model does not have.
pub static UNKNOWN_NAME: Code = Code {
    id: "RG0805",
    title: "unknown id",
    explanation: "The script names an element, flow, process, message or signal that the model does \
not have. Steps name elements by the `id` of the BPMN file, not by the name in the drawing; messages \
and signals by their name or id, and a message also by the id of the element that waits for it.",
    spec: None,
};

/// An instant or duration that cannot be read.
pub static INVALID_TIME: Code = Code {
    id: "RG0806",
    title: "invalid instant or duration",
    explanation: "An instant is written as RFC 3339 with its offset, such as \
`2026-03-19T09:00:00+05:00`; a duration as ISO 8601, such as `PT1H` for an hour or `P3D` for three \
days. The clock of a scenario does not go backwards.",
    spec: Some("RFC 3339; ISO 8601"),
};

/// A value outside the allowed set.
pub static INVALID_VALUE: Code = Code {
    id: "RG0807",
    title: "invalid value",
    explanation: "The value is of the right type but is none of those that the key allows. The \
message lists them. `state` is one of `completed`, `waiting`, `failed` and `rejected`; a correlation \
key is a text or a whole number; `instance` counts from 1.",
    spec: None,
};

/// A key that is needed and missing.
pub static MISSING_KEY: Code = Code {
    id: "RG0808",
    title: "missing key",
    explanation: "Something that the script cannot do without is not there: a script that is a \
mapping needs `steps`, `advance` needs a duration or `to`.",
    spec: None,
};

/// Every code of this crate, in order.
pub static CODES: &[&Code] = &[
    &MALFORMED,
    &UNKNOWN_KEY,
    &WRONG_TYPE,
    &NOT_ONE_ACTION,
    &UNKNOWN_NAME,
    &INVALID_TIME,
    &INVALID_VALUE,
    &MISSING_KEY,
];
