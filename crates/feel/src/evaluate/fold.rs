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
pub(crate) fn literal_range(text: &str) -> Option<Arc<Range>> {
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
