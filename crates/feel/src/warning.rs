//! Warnings: why a part of an expression is null.

use std::fmt;

use reglament_source::Span;

/// What kind of thing a [`Warning`] tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WarningKind {
    /// A variable that the scope does not have; it counts as null.
    MissingVariable,
    /// An entry that a context, or a property that a value, does not have.
    MissingEntry,
    /// An operator or function was given a value of the wrong type, null among them.
    TypeMismatch,
    /// A value of the right type that the function cannot take, such as a negative root.
    InvalidArgument,
    /// A call of something that is no function, or with arguments that fit no form of it.
    NoFunction,
    /// A result outside the range of numbers or dates, or a division by zero.
    OutOfRange,
    /// `now()` or `today()` in an evaluation whose context has no clock.
    NoClock,
    /// `assert` found its condition not to hold.
    AssertionFailed,
    /// A limit was reached; the evaluation ended and gave null.
    LimitReached,
}

/// Something that made a part of the result null, with its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What kind.
    pub kind: WarningKind,
    /// What happened: lower case, no final stop, with the name or the types.
    pub message: String,
    /// Where in the text of the expression; within a function of another text, the place there.
    pub span: Span,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
