//! The compiled form of an expression: a tree in which names are resolved and long chains are flat.

use std::sync::{Arc, OnceLock};

use reglament_source::Span;

use crate::builtin::{Builtin, Pattern};
use crate::types::Type;
use crate::value::{Comparison, Value};

/// One node with its place in the text.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Constant(Value),
    /// A free variable, by its index; with a built-in, that is meant when there is no variable.
    Variable {
        index: u32,
        builtin: Option<&'static Builtin>,
    },
    /// A value of an enclosing frame.
    Local {
        depth: u32,
        slot: u32,
    },
    /// A name within a filter: an entry of the item where it has one, otherwise something outer.
    Entry(Box<EntryName>),
    Negate(Box<Expr>),
    /// Operators of one precedence, from the left.
    Arithmetic(Box<Expr>, Vec<(Operator, Expr)>),
    Compare(Comparison, Box<(Expr, Expr)>),
    Between(Box<(Expr, Expr, Expr)>),
    In(Box<(Expr, Vec<Test>)>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    If(Vec<(Expr, Expr)>, Box<Expr>),
    For(Box<Loop>),
    Quantified {
        every: bool,
        inner: Box<Loop>,
    },
    InstanceOf(Box<(Expr, Type)>),
    List(Vec<Expr>),
    /// Entries in order; each sees those before it as a frame.
    Context(Vec<(Arc<str>, Expr)>),
    Range {
        start: Box<Expr>,
        start_included: bool,
        end: Box<Expr>,
        end_included: bool,
    },
    ComparisonRange(Comparison, Box<Expr>),
    Path(Box<Expr>, Arc<str>),
    Filter(Box<(Expr, Expr)>),
    /// A call of a built-in whose arguments fit its form of that index.
    Builtin(Box<BuiltinCall>),
    Call(Box<FunctionCall>),
    Function(Arc<FunctionBody>, Vec<Capture>),
    /// Unary tests of the input value.
    Tests(Box<UnaryTests>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Operator {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Power => "**",
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct EntryName {
    pub(crate) name: Arc<str>,
    /// Depths of the filter frames, the innermost first.
    pub(crate) filters: Vec<u32>,
    pub(crate) otherwise: Expr,
}

/// One alternative of a unary test.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// `< 10`
    Compare(Comparison, Expr),
    /// A value, a list, a range, or with `uses_input` a condition on `?`.
    Value { expr: Expr, uses_input: bool },
}

#[derive(Clone, Debug)]
pub(crate) struct UnaryTests {
    pub(crate) input: Expr,
    pub(crate) negated: bool,
    pub(crate) tests: Vec<Test>,
}

#[derive(Clone, Debug)]
pub(crate) struct Loop {
    pub(crate) iterators: Vec<Domain>,
    pub(crate) body: Expr,
}

#[derive(Clone, Debug)]
pub(crate) enum Domain {
    Each(Expr),
    /// `1..10` without brackets, which may run backward.
    Span(Expr, Expr),
}

#[derive(Clone, Debug)]
pub(crate) struct BuiltinCall {
    pub(crate) builtin: &'static Builtin,
    pub(crate) form: u8,
    pub(crate) named: bool,
    /// In the order of the parameters; `None` where an optional one is left out.
    pub(crate) arguments: Vec<Option<Expr>>,
    /// The compiled pattern of a call whose pattern and flags are constants.
    pub(crate) pattern: OnceLock<Arc<Pattern>>,
}

impl BuiltinCall {
    /// Where the compiled pattern is kept, if it is the same in every evaluation.
    pub(crate) fn pattern_cache(&self) -> Option<&OnceLock<Arc<Pattern>>> {
        let constant = |argument: &Option<Expr>| {
            argument
                .as_ref()
                .is_none_or(|expr| matches!(expr.kind, Kind::Constant(_)))
        };
        self.arguments
            .iter()
            .skip(1)
            .all(constant)
            .then_some(&self.pattern)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct FunctionCall {
    pub(crate) function: Expr,
    pub(crate) arguments: Vec<Expr>,
    /// The names of the arguments, when they are named.
    pub(crate) names: Vec<Arc<str>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Arc<str>,
    pub(crate) ty: Option<Type>,
}

/// The body of a function; its frame holds the arguments, the function itself, the captures.
#[derive(Clone, Debug)]
pub(crate) struct FunctionBody {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Expr,
    pub(crate) text: Box<str>,
}

/// A value that a function takes along from where it is written.
#[derive(Clone, Debug)]
pub(crate) struct Capture {
    pub(crate) name: Arc<str>,
    pub(crate) source: Expr,
    /// Whether a missing variable is no reason to warn, because it may be an entry of an item.
    pub(crate) quiet: bool,
}
