//! The diagnostic codes of FEEL, RG0501 to RG0599.

use reglament_source::Code;

/// All codes of this crate.
pub static CODES: &[&Code] = &[
    &SYNTAX,
    &STRING,
    &NUMBER,
    &TOO_DEEP,
    &TOO_LONG,
    &TYPE,
    &DUPLICATE_KEY,
    &EXTERNAL,
    &RANDOM,
    &LITERAL,
    &ARGUMENTS,
    &PATTERN,
];

/// The text does not follow the grammar.
pub static SYNTAX: Code = Code {
    id: "RG0501",
    title: "syntax error in an expression",
    explanation: "The expression does not follow the grammar of FEEL. The message says what was \
expected and what stands there.\n\nA frequent cause is a name with a space: `order total` is one \
name only where the model declares it. Letters of any script, digits and `_` need no declaration.",
    spec: Some("DMN 1.5, 10.3.1.2"),
};

/// A string literal that does not end, or an escape that does not exist.
pub static STRING: Code = Code {
    id: "RG0502",
    title: "malformed string literal",
    explanation: "A string literal begins and ends with `\"`. Within it `\\n`, `\\r`, `\\t`, `\\\"`, \
`\\'`, `\\\\`, `\\u` with four and `\\U` with six hexadecimal digits are escapes.",
    spec: Some("DMN 1.5, 10.3.1.2, rule 35"),
};

/// A number literal out of range.
pub static NUMBER: Code = Code {
    id: "RG0503",
    title: "number out of range",
    explanation: "A number has 34 significant digits and a power of ten from -6176 to 6111, as \
IEEE 754 decimal128 has.",
    spec: Some("DMN 1.5, 10.3.2.3.1"),
};

/// An expression nested deeper than the limit.
pub static TOO_DEEP: Code = Code {
    id: "RG0504",
    title: "expression nested too deep",
    explanation: "Brackets, functions and conditions may be nested up to a limit, so that no \
expression exhausts the stack. Move inner parts to variables of their own.",
    spec: None,
};

/// An expression longer than the limit.
pub static TOO_LONG: Code = Code {
    id: "RG0505",
    title: "expression too long",
    explanation: "The text of an expression may have up to 64 MiB.",
    spec: None,
};

/// A type name that is not known.
pub static TYPE: Code = Code {
    id: "RG0506",
    title: "unknown type",
    explanation: "After `instance of` and in the parameters of a function stands a type: `number`, \
`string`, `boolean`, `date`, `time`, `date and time`, `days and time duration`, `years and months \
duration`, `Any`, `Null`, `list<T>`, `context<a: T>`, `range<T>`, `function<T> -> T`, or a type that \
the model defines.",
    spec: Some("DMN 1.5, 10.3.2.9"),
};

/// A context literal with the same key twice.
pub static DUPLICATE_KEY: Code = Code {
    id: "RG0507",
    title: "duplicate key in a context",
    explanation: "The keys of a context are distinct. A context literal with the same key twice is \
null.",
    spec: Some("DMN 1.5, 10.3.2.6"),
};

/// An external function.
pub static EXTERNAL: Code = Code {
    id: "RG0508",
    title: "external functions are refused",
    explanation: "`function(…) external {…}` calls Java or PMML code. Expressions here run no \
foreign code; write the function in FEEL or let a service task do the work.",
    spec: Some("DMN 1.5, 10.3.2.13.3"),
};

/// A function whose result cannot be repeated.
pub static RANDOM: Code = Code {
    id: "RG0509",
    title: "random numbers are refused",
    explanation: "`random number()` gives another result each time, so that a decision could not be \
explained or replayed. Draw the number in a task and store it in a variable.",
    spec: None,
};

/// An `@` literal that is no date, time or duration.
pub static LITERAL: Code = Code {
    id: "RG0510",
    title: "malformed date, time or duration",
    explanation: "The string after `@` is a date `2024-02-29`, a time `10:30:00+05:00`, a date and \
time `2024-02-29T10:30:00@Asia/Almaty` or a duration `P1DT2H` or `P1Y2M`. The value of this literal \
is null.",
    spec: Some("DMN 1.5, 10.3.1.2, rule 66"),
};

/// A call that fits no form of the built-in function.
pub static ARGUMENTS: Code = Code {
    id: "RG0511",
    title: "arguments do not fit the function",
    explanation: "The number or the names of the arguments fit none of the forms of the built-in \
function. The call gives null.",
    spec: Some("DMN 1.5, 10.3.4"),
};

/// A regular expression that cannot be used.
pub static PATTERN: Code = Code {
    id: "RG0512",
    title: "unusable regular expression",
    explanation: "The pattern is not a regular expression of XPath, is larger than the limit, or uses \
a back reference (`\\1`) within the pattern, which would make matching take unbounded time. The call \
gives null.",
    spec: Some("DMN 1.5, 10.3.4.3"),
};
