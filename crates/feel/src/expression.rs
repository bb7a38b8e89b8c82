//! Expressions: parsed once, evaluated often.

use std::fmt;
use std::sync::Arc;

use reglament_source::Diagnostic;

use crate::evaluate::{Machine, Root};
use crate::limits::EvaluationContext;
use crate::names::Names;
use crate::parser::{self, Parsed};
use crate::scope::{Scope, Symbol, Variable};
use crate::syntax::{Expr, Kind};
use crate::value::Value;
use crate::warning::Warning;

/// A parsed expression, cheap to clone and free to use from many threads.
///
/// ```
/// use reglament_feel::{Context, Expression, Names, Value};
///
/// let (expression, diagnostics) =
///     Expression::parse("if age < 7 then \"kindergarten\" else \"school\"", &Names::none());
/// assert!(diagnostics.is_empty());
/// let scope: Context = [("age", Value::from(5))].into_iter().collect();
/// let evaluation = expression.unwrap().evaluate(&scope);
/// assert_eq!(evaluation.value, Value::from("kindergarten"));
/// ```
///
/// # Source
/// DMN 1.5, chapter 10.
#[derive(Clone)]
pub struct Expression(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    text: Box<str>,
    root: Expr,
    variables: Vec<Variable>,
}

/// What an evaluation gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The value.
    pub value: Value,
    /// Why parts of it are null, in the order in which it was found out.
    pub warnings: Vec<Warning>,
}

impl Expression {
    /// Parses an expression. Spans of diagnostics are relative to `text`.
    ///
    /// There is no expression when a diagnostic is an error; an expression may come with warnings.
    ///
    /// # Source
    /// DMN 1.5, 10.3.1.2, rule 1.
    #[must_use]
    pub fn parse(text: &str, names: &Names) -> (Option<Expression>, Vec<Diagnostic>) {
        Expression::new(text, parser::expression(text, names))
    }

    /// Parses unary tests, as they stand in a cell of a decision table.
    ///
    /// The expression gives whether the variable `?` passes the tests: see
    /// [`InputScope`](crate::InputScope).
    ///
    /// # Source
    /// DMN 1.5, 10.3.1.2, rules 7 to 17.
    #[must_use]
    pub fn parse_unary_tests(text: &str, names: &Names) -> (Option<Expression>, Vec<Diagnostic>) {
        Expression::new(text, parser::unary_tests(text, names))
    }

    fn new(text: &str, parsed: Parsed) -> (Option<Expression>, Vec<Diagnostic>) {
        let expression = parsed.root.map(|root| {
            Expression(Arc::new(Parts {
                text: text.into(),
                root,
                variables: parsed.variables,
            }))
        });
        (expression, parsed.diagnostics)
    }

    /// The text that was parsed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The value, when the expression is one constant.
    #[must_use]
    pub fn constant(&self) -> Option<&Value> {
        if let Kind::Constant(value) = &self.0.root.kind {
            Some(value)
        } else {
            None
        }
    }

    /// The free variables in the order of their first use.
    ///
    /// A name in a filter that may be an entry of the items counts as free.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.0.variables
    }

    /// Gives every variable a symbol, so that a host's scope can find it without its name.
    pub fn bind(&mut self, mut symbol: impl FnMut(&str) -> Symbol) {
        for variable in &mut Arc::make_mut(&mut self.0).variables {
            variable.symbol = symbol(&variable.name);
        }
    }

    /// Evaluates without a clock and with the default limits.
    #[must_use]
    pub fn evaluate(&self, scope: &dyn Scope) -> Evaluation {
        static CONTEXT: std::sync::LazyLock<EvaluationContext> =
            std::sync::LazyLock::new(EvaluationContext::default);
        self.evaluate_in(scope, &CONTEXT)
    }

    /// Evaluates with the clock and the limits of `context`.
    ///
    /// Never fails: what cannot be computed is null, and a warning says why.
    #[must_use]
    pub fn evaluate_in(&self, scope: &dyn Scope, context: &EvaluationContext) -> Evaluation {
        let mut machine = Machine::new(context);
        let mut evaluation = Evaluation {
            value: machine.run(self, scope),
            warnings: Vec::new(),
        };
        evaluation.warnings = machine.into_warnings();
        evaluation
    }

    /// The truth of a condition; `None` when its value is no boolean, and
    /// [`evaluate_in`](Self::evaluate_in) says why.
    #[must_use]
    pub fn is_true_in(&self, scope: &dyn Scope, context: &EvaluationContext) -> Option<bool> {
        Machine::new(context).run_condition(self, scope)
    }

    pub(crate) fn root(&self) -> &Expr {
        &self.0.root
    }

    pub(crate) fn root_in<'r>(&'r self, scope: &'r dyn Scope) -> Root<'r> {
        Root {
            scope,
            variables: &self.0.variables,
        }
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.text()).finish()
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl PartialEq for Expression {
    /// Expressions are equal when their texts are and their variables have the same symbols.
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text && self.0.variables == other.0.variables
    }
}
