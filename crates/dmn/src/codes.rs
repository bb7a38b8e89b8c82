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
    &OVERLAP,
    &GAP,
    &UNREACHABLE,
    &DUPLICATE_DECISION,
    &UNKNOWN_DECISION,
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

/// Two rules of a unique table that match the same inputs.
pub static OVERLAP: Code = Code {
    id: "RG0611",
    title: "overlapping rules",
    explanation: "Under the hit policy UNIQUE at most one rule may match. Where two do, the table \
gives null. Narrow one of the rules, or state another hit policy: FIRST takes the first match, \
PRIORITY the first among the output values, COLLECT all of them.\n\n\
Cells are compared as far as they are literals: numbers, strings, booleans, dates, durations, \
comparisons with them, ranges, lists, `not(…)` and `-`. Two rules are not compared when a cell of one \
of them has to be evaluated (variables, calls, arithmetic, conditions on `?`), or holds times, dates \
with times or null. What inputs have to do with each other is not known: rules may be reported for \
combinations that never occur. At most ten overlaps are reported; tables of more than a thousand \
rules are not analysed.",
    spec: Some("DMN 1.5, chapter 8"),
};

/// Inputs for which a table has no rule.
pub static GAP: Code = Code {
    id: "RG0612",
    title: "gap in a decision table",
    explanation: "No rule matches the inputs that are named, and the table has no default output: it \
gives null for them. Add a rule, a default output, or the allowed values of the input \
(`inputValues`, or those of its type), so that nothing else has to be covered.\n\n\
Not counted as gaps are null, values of other types, strings that neither a rule nor the allowed \
values name, and everything that a cell might let pass which has to be evaluated. Numbers are not \
whole by themselves: between `<= 17` and `>= 18` lies 17.5. Tables that give lists or aggregate are \
not searched, since no match is an answer there. At most ten gaps are reported, and the search is \
bounded: a large table may have more.",
    spec: Some("DMN 1.5, chapter 8"),
};

/// A rule that no input reaches.
pub static UNREACHABLE: Code = Code {
    id: "RG0613",
    title: "rule that can never fire",
    explanation: "Nothing passes one of the cells of the rule, because its range is empty or its \
values are not among the allowed values of the input; or, under the hit policy FIRST, the rules \
before it match everything that it matches. Remove the rule, or move it before the others.\n\n\
Cells that have to be evaluated may let everything pass, and those of earlier rules nothing. Rules \
that lose under PRIORITY are not found.",
    spec: Some("DMN 1.5, chapter 8"),
};

/// Two models that have a decision of one id.
pub static DUPLICATE_DECISION: Code = Code {
    id: "RG0614",
    title: "decision of two models",
    explanation: "A business rule task calls a decision by its id alone. When two of the models that \
belong to a process have a decision of that id, which one decides would depend on the order of \
files. Give one of them another id, or name the model to use with `--decisions`.",
    spec: Some("DMN 1.5, 6.3.1"),
};

/// A task that calls a decision which no model has.
pub static UNKNOWN_DECISION: Code = Code {
    id: "RG0615",
    title: "called decision not found",
    explanation: "A business rule task calls a decision (`zeebe:calledDecision`) by an id that no \
decision model has which belongs to the process: the `*.dmn` files beside the BPMN file and in the \
folder `decisions` beside it. A run treats the task as one without a definition: its result is what a \
script says, or nothing. The id is the attribute `id` of the decision, not its name.",
    spec: Some("BPMN 2.0.2, 10.3.3.5"),
};
