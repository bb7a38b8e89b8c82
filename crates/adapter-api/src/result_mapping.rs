//! From the response of an operation to the variables of a task.
//!
//! # Source
//! The task headers of Camunda's connectors: `resultVariable` names the variable that receives the
//! whole response; `resultExpression` is a FEEL context whose entries become variables.

use reglament_feel::{Context, Expression, Names, Value};

use crate::Variables;

/// The task header that names the variable for the whole response.
pub const RESULT_VARIABLE: &str = "resultVariable";

/// The task header with a FEEL context whose entries become variables. It sees the fields of the
/// response by their names, and the whole response as `response`.
pub const RESULT_EXPRESSION: &str = "resultExpression";

/// Whether the headers of a task say in a readable way how its response is mapped.
///
/// # Errors
/// In words: the result expression is not FEEL.
pub fn check_result_headers<'h>(
    headers: impl Iterator<Item = (&'h str, &'h str)>,
) -> Result<(), String> {
    ResultMapping::of(headers).map(|_| ())
}

/// What the headers of a task say about the response.
#[derive(Default)]
pub(crate) struct ResultMapping {
    variable: Option<String>,
    expression: Option<Expression>,
}

impl ResultMapping {
    /// Reads the headers.
    pub(crate) fn of<'h>(
        headers: impl Iterator<Item = (&'h str, &'h str)>,
    ) -> Result<ResultMapping, String> {
        let mut mapping = ResultMapping::default();
        for (key, value) in headers {
            match key {
                RESULT_VARIABLE if !value.is_empty() => mapping.variable = Some(value.to_owned()),
                RESULT_EXPRESSION if !value.is_empty() => {
                    mapping.expression = Some(expression(value)?);
                }
                _ => {}
            }
        }
        Ok(mapping)
    }

    /// The variables that the task completes with.
    pub(crate) fn apply(self, response: Variables) -> Result<Variables, String> {
        if self.variable.is_none() && self.expression.is_none() {
            return Ok(response);
        }
        let response = serde_json::Value::Object(response);
        let mut variables = Variables::new();
        if let Some(expression) = self.expression {
            variables = evaluate(&expression, &response)?;
        }
        if let Some(name) = self.variable {
            variables.insert(name, response);
        }
        Ok(variables)
    }
}

fn expression(text: &str) -> Result<Expression, String> {
    let feel = text.strip_prefix('=').unwrap_or(text);
    let (expression, diagnostics) = Expression::parse(feel, &Names::none());
    expression.ok_or_else(|| {
        let reason = diagnostics.first().map(|found| found.message.to_string());
        format!(
            "the header '{RESULT_EXPRESSION}' is not FEEL: {}",
            reason.unwrap_or_default()
        )
    })
}

fn evaluate(expression: &Expression, response: &serde_json::Value) -> Result<Variables, String> {
    let whole = Value::from_json(response);
    let mut scope = Context::new();
    if let Some(fields) = whole.as_context() {
        for (name, value) in fields.iter() {
            scope.set(name.clone(), value.clone());
        }
    }
    scope.set("response", whole);
    let evaluation = expression.evaluate(&scope);
    match evaluation.value.to_json() {
        serde_json::Value::Object(variables) => Ok(variables),
        found => {
            let why = evaluation.warnings.first();
            let why = why.map_or_else(String::new, |warning| format!(": {}", warning.message));
            Err(format!(
                "the header '{RESULT_EXPRESSION}' must give a context, found {found}{why}"
            ))
        }
    }
}
