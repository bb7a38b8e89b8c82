//! Expressions of the DMN TCK: see `tck/NOTICE.md`.
#![expect(clippy::panic, reason = "a failing test may panic")]

use reglament_feel::{
    Context, DateTime, EvaluationContext, Expression, Names, Number, Rounding, Value,
};

/// Whether two values are the same to a reader of the TCK: numbers to eight places.
fn same(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Number(a), Value::Number(b)) => {
            let difference = a.checked_sub(*b).map(Number::abs);
            difference
                .and_then(|d| d.round(8, Rounding::Down))
                .is_some_and(Number::is_zero)
        }
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        (Value::Context(a), Value::Context(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, value)| b.get(key).is_some_and(|b| same(value, b)))
        }
        (a, b) => a == b,
    }
}

fn literal(text: &str) -> Value {
    let (expression, diagnostics) = Expression::parse(text, &Names::none());
    let value = expression
        .unwrap_or_else(|| panic!("{text}: {diagnostics:?}"))
        .evaluate(&());
    value.value
}

#[test]
fn expressions_of_the_tck_give_the_expected_values() {
    let cases: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("tck/cases.json")).unwrap();
    let now: DateTime = "2024-02-29T12:00:00Z".parse().unwrap();
    let context = EvaluationContext {
        now: Some(now),
        ..EvaluationContext::default()
    };
    let mut failures = Vec::new();
    for case in &cases {
        let names = case["names"].as_array().into_iter().flatten();
        let names = Names::new(names.map(|name| name.as_str().unwrap()));
        let text = case["text"].as_str().unwrap();
        let expected = literal(case["expected"].as_str().unwrap());
        let inputs = case["inputs"].as_object().into_iter().flatten();
        let scope: Context = inputs
            .map(|(name, text)| (name.as_str(), literal(text.as_str().unwrap())))
            .collect();
        let (expression, diagnostics) = Expression::parse(text, &names);
        let evaluation = expression.map(|expression| expression.evaluate_in(&scope, &context));
        let found = evaluation
            .as_ref()
            .map_or(Value::Null, |evaluation| evaluation.value.clone());
        if !same(&expected, &found) {
            let warnings = evaluation.map(|evaluation| evaluation.warnings);
            let (folder, id) = (&case["folder"], &case["id"]);
            failures.push(format!(
                "{folder} {id}: {text}\n  expected {expected}\n  found    {found}\n  {diagnostics:?} {warnings:?}"
            ));
        }
    }
    println!("{} cases, {} failed", cases.len(), failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
