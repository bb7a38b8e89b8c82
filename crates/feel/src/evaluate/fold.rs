//! Computing calls of constants while parsing, such as `date("2024-02-29")`.

use reglament_source::Diagnostic;

use super::{Env, Machine, Root};
use crate::limits::EvaluationContext;
use crate::syntax::{Expr, Kind};
use crate::value::Value;

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
