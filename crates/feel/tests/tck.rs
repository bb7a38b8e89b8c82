//! Expressions of the DMN TCK: see `tck/NOTICE.md`.
#![expect(clippy::panic, reason = "a failing test may panic")]

use reglament_feel::{Context, DateTime, EvaluationContext, Expression, Names, Value};

/// Numbers are compared to so many decimal places, as by the runners of the TCK.
const PLACES: i32 = 8;

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
        if !expected.is_close_to(&found, PLACES) {
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
