//! Computing calls of constants while parsing, such as `date("2024-02-29")`.

use std::sync::Arc;

use reglament_source::Diagnostic;

use super::{Env, Machine, Root};
use crate::limits::EvaluationContext;
use crate::names::Names;
use crate::parser;
use crate::syntax::{Expr, Kind};
use crate::value::{Range, Value};

/// The call as a constant, where its arguments are constants and it gives a value silently.
pub(crate) fn folded(expr: Expr, _diagnostics: &mut Vec<Diagnostic>) -> Expr {
    let Kind::Builtin(call) = &expr.kind else {
        return expr;
    };
    let constant = call.builtin.foldable
        && call.arguments.iter().flatten().all(|argument| {
            matches!(
                argument.kind,
                Kind::Constant(Value::String(_) | Value::Number(_))
            )
        });
    if !constant {
        return expr;
    }
    let context = EvaluationContext::default();
    let mut machine = Machine::new(&context);
    let root = Root {
        scope: &(),
        variables: &[],
    };
    let value = machine.value(&expr, &Env::top(&root));
    if value.is_null() || !machine.into_warnings().is_empty() {
        return expr;
    }
    Expr {
        kind: Kind::Constant(value),
        span: expr.span,
    }
}

/// The range that a text describes with literals as its ends.
///
/// One end may be missing: `[2..)` is `(>= 2)` and `(..2)` is `(< 2)`.
pub(crate) fn literal_range(text: &str) -> Option<Arc<Range>> {
    if let Some(open_ended) = open_ended(text.trim()) {
        return literal_range(&open_ended);
    }
    let parsed = parser::expression(text, &Names::none());
    let root = parsed
        .root
        .filter(|_| parsed.variables.is_empty() && parsed.diagnostics.is_empty())?;
    let ends = match &root.kind {
        Kind::Range { start, end, .. } => [Some(start), Some(end)],
        Kind::ComparisonRange(_, end) => [Some(end), None],
        _ => return None,
    };
    if !ends
        .into_iter()
        .flatten()
        .all(|end| matches!(end.kind, Kind::Constant(_)))
    {
        return None;
    }
    let context = EvaluationContext::default();
    let mut machine = Machine::new(&context);
    let top = Root {
        scope: &(),
        variables: &[],
    };
    match machine.value(&root, &Env::top(&top)) {
        Value::Range(range) => Some(range),
        _ => None,
    }
}

/// A range without one of its ends, as a comparison.
fn open_ended(text: &str) -> Option<String> {
    let included = |bracket: char| matches!(bracket, '[' | ']');
    let open = text.chars().next()?;
    let close = text.chars().next_back()?;
    if let Some(low) = text.strip_suffix("..)").and_then(|text| text.get(1..)) {
        let operator = if open == '[' { ">=" } else { ">" };
        return (included(open) || open == '(').then(|| format!("({operator} {low})"));
    }
    let high = text.strip_prefix("(..")?.strip_suffix([')', ']', '['])?;
    let operator = if close == ']' { "<=" } else { "<" };
    Some(format!("({operator} {high})"))
}
