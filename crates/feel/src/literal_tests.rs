//! Unary tests made of literals alone, for tools that reason about decision tables.

use crate::expression::Expression;
use crate::syntax::{Expr, Kind, Test};
use crate::value::{Comparison, Range, RangeForm, Value};

/// Unary tests without variables, calls or arithmetic: what they let pass is known beforehand.
///
/// ```
/// use reglament_feel::{Expression, Names};
///
/// let (tests, _) = Expression::parse_unary_tests("< 7, [10..12]", &Names::none());
/// let literal = tests.unwrap().literal_tests().unwrap();
/// let ranges: Vec<String> = literal.ranges.iter().map(ToString::to_string).collect();
/// assert_eq!(ranges, ["(< 7)", "[10..12]"]);
/// ```
///
/// # Source
/// DMN 1.5, 10.3.1.2, rules 7 to 17.
#[derive(Clone, Debug, PartialEq)]
pub struct LiteralTests {
    /// Whether a value passes when it lies in none of the ranges: `not(…)`.
    pub negated: bool,
    /// The tests in order; a single value is the range `(= value)`. The ends are no lists, contexts
    /// or functions, and null only where a range has no end there.
    pub ranges: Vec<Range>,
    /// Whether one of the tests was a list, which lists may pass, too.
    pub lists: bool,
}

impl Expression {
    /// The unary tests as literals; `None` when this is no unary tests, or when one of them has to
    /// be evaluated or compares with null.
    #[must_use]
    pub fn literal_tests(&self) -> Option<LiteralTests> {
        let Kind::Tests(tests) = &self.root().kind else {
            return None;
        };
        let mut literal = LiteralTests {
            negated: tests.negated,
            ranges: Vec::new(),
            lists: false,
        };
        for test in &tests.tests {
            match test {
                Test::Compare(comparison, expr) => {
                    let range = Range::comparison(*comparison, scalar(expr)?);
                    literal.ranges.push(range);
                }
                Test::Value { expr, .. } => match &expr.kind {
                    Kind::List(items) => {
                        literal.lists = true;
                        for item in items {
                            literal.ranges.push(range(item)?);
                        }
                    }
                    _ => literal.ranges.push(range(expr)?),
                },
            }
        }
        Some(literal)
    }
}

/// A literal value or range, as a range.
fn range(expr: &Expr) -> Option<Range> {
    match &expr.kind {
        Kind::Constant(Value::Range(range)) => Some((**range).clone()),
        Kind::Range {
            start,
            start_included,
            end,
            end_included,
        } => Some(Range {
            form: RangeForm::Interval,
            start: scalar(start)?,
            start_included: *start_included,
            end: scalar(end)?,
            end_included: *end_included,
        }),
        Kind::ComparisonRange(comparison, expr) => {
            Some(Range::comparison(*comparison, scalar(expr)?))
        }
        _ => Some(Range::comparison(Comparison::Equal, scalar(expr)?)),
    }
}

/// A literal that is one value.
fn scalar(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        Kind::Constant(
            Value::Null | Value::List(_) | Value::Context(_) | Value::Range(_) | Value::Function(_),
        ) => None,
        Kind::Constant(value) => Some(value.clone()),
        Kind::Negate(operand) => match &operand.kind {
            Kind::Constant(Value::Number(number)) => Some(Value::Number(-*number)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Names;

    fn literal(text: &str) -> Option<String> {
        let (tests, diagnostics) = Expression::parse_unary_tests(text, &Names::none());
        assert!(diagnostics.is_empty(), "{text}: {diagnostics:?}");
        let literal = tests?.literal_tests()?;
        let ranges: Vec<String> = literal.ranges.iter().map(Range::to_string).collect();
        let not = if literal.negated { "not " } else { "" };
        Some(format!("{not}{}", ranges.join(" ")))
    }

    #[test]
    fn literals_are_ranges() {
        for (text, expected) in [
            ("5", "(= 5)"),
            ("-5, \"a\"", "(= -5) (= \"a\")"),
            ("!= true", "(!= true)"),
            ("not(< 3, ]3..4])", "not (< 3) (3..4]"),
            ("[1, 2]", "(= 1) (= 2)"),
            ("date(\"2024-02-29\")", "(= @\"2024-02-29\")"),
            ("> @\"2024-02-29\"", "(> @\"2024-02-29\")"),
            ("(>= 3)", "(>= 3)"),
        ] {
            assert_eq!(literal(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_has_to_be_evaluated_is_no_literal() {
        for text in ["x", "? > 3", "< x", "1 + 1", "[1..x]", "null", "-", "[[1]]"] {
            assert_eq!(literal(text), None, "{text}");
        }
    }
}
