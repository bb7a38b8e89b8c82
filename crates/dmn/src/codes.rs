//! The diagnostic codes of decision models, RG0601 to RG0699.

use reglament_source::Code;

/// All codes of this crate.
pub static CODES: &[&Code] = &[
    &NOT_DMN,
    &MISSING,
    &UNRESOLVED,
    &CYCLE,
    &UNKNOWN_TYPE,
    &LANGUAGE,
    &TABLE,
    &DUPLICATE,
    &IMPORT,
    &EXTERNAL,
];

/// The root of the file is no DMN `definitions`.
pub static NOT_DMN: Code = Code {
    id: "RG0601",
    title: "not a decision model",
    explanation: "The root element must be `definitions` in one of the namespaces of DMN 1.1 to 1.5.",
    spec: Some("DMN 1.5, 13.2"),
};

/// An element lacks a part that it must have.
pub static MISSING: Code = Code {
    id: "RG0602",
    title: "missing part of a decision element",
    explanation: "The element lacks an attribute or a child that it must have, such as the name of a \
decision or the text of an expression.",
    spec: Some("DMN 1.5, 6.3"),
};

/// A reference to an element that does not exist.
pub static UNRESOLVED: Code = Code {
    id: "RG0603",
    title: "unresolved reference",
    explanation: "An `href` names an element that neither this model nor an imported one has.",
    spec: Some("DMN 1.5, 13.3.2"),
};

/// Decisions that require each other.
pub static CYCLE: Code = Code {
    id: "RG0604",
    title: "cycle of requirements",
    explanation: "A decision may not require itself, directly or through others. Business knowledge \
models may call each other.",
    spec: Some("DMN 1.5, 6.2.2"),
};

/// A type that is not defined.
pub static UNKNOWN_TYPE: Code = Code {
    id: "RG0605",
    title: "unknown type",
    explanation: "A `typeRef` names neither a type of FEEL nor an item definition of this or an \
imported model. Values are not checked there.",
    spec: Some("DMN 1.5, 7.3.2"),
};

/// An expression in another language than FEEL.
pub static LANGUAGE: Code = Code {
    id: "RG0606",
    title: "expression language not supported",
    explanation: "Expressions are FEEL. Other languages are refused, never skipped.",
    spec: Some("DMN 1.5, 7.3.1"),
};

/// A decision table whose parts do not fit together.
pub static TABLE: Code = Code {
    id: "RG0607",
    title: "malformed decision table",
    explanation: "Every rule has one entry for each input and each output of its table; the hit \
policy and the aggregation are among those that the standard names.",
    spec: Some("DMN 1.5, 8.3"),
};

/// Two elements of one name.
pub static DUPLICATE: Code = Code {
    id: "RG0608",
    title: "duplicate name",
    explanation: "The names of decisions, inputs, knowledge models and services are distinct within \
a model, because expressions refer to them.",
    spec: Some("DMN 1.5, 6.3.1"),
};

/// An import of a model that was not given.
pub static IMPORT: Code = Code {
    id: "RG0609",
    title: "imported model not found",
    explanation: "The model imports another one by its namespace, and no model of that namespace was \
given.",
    spec: Some("DMN 1.5, 6.3.3"),
};

/// A function in Java or PMML.
pub static EXTERNAL: Code = Code {
    id: "RG0610",
    title: "external function",
    explanation: "A function of kind Java or PMML runs foreign code, which is refused: its calls give \
null with a warning.",
    spec: Some("DMN 1.5, 7.3.5"),
};
