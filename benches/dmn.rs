//! Evaluating decision tables of two and of two hundred rules.
//!
//! `tests/dsntk` has the same rows with dsntk beside ours in one run.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run must stop")]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use reglament_dmn::{Decisions, Model};
use reglament_feel::{Context, EvaluationContext, Value};
use reglament_source::SourceText;

/// A table of rates: the region decides, and within a region the age.
fn table(rules: usize) -> Decisions {
    let mut rows = String::new();
    for rule in 0..rules {
        let (region, young) = (rule / 2, rule % 2 == 0);
        let age = if young { "&lt; 18" } else { "&gt;= 18" };
        let _ = write!(
            rows,
            "<rule><inputEntry><text>\"r{region}\"</text></inputEntry>\
             <inputEntry><text>{age}</text></inputEntry>\
             <outputEntry><text>{rule}</text></outputEntry></rule>"
        );
    }
    let text = format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"rates\" \
         namespace=\"urn:example\">\
         <inputData id=\"r\" name=\"region\"><variable name=\"region\" typeRef=\"string\"/></inputData>\
         <inputData id=\"a\" name=\"age\"><variable name=\"age\" typeRef=\"number\"/></inputData>\
         <decision id=\"rate\" name=\"rate\">\
         <informationRequirement><requiredInput href=\"#r\"/></informationRequirement>\
         <informationRequirement><requiredInput href=\"#a\"/></informationRequirement>\
         <decisionTable hitPolicy=\"UNIQUE\">\
         <input><inputExpression typeRef=\"string\"><text>region</text></inputExpression></input>\
         <input><inputExpression typeRef=\"number\"><text>age</text></inputExpression></input>\
         <output typeRef=\"number\"/>{rows}</decisionTable></decision></definitions>"
    );
    let (model, _) = Model::read(SourceText::new("rates.dmn", text));
    let (decisions, diagnostics) = Decisions::compile(&model.expect("it can be read"), &[]);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    decisions.expect("it can be compiled")
}

fn tables(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decision table");
    let context = EvaluationContext::default();
    for rules in [2, 20, 200, 2_000] {
        let decisions = table(rules);
        let last = rules - 1;
        let region = format!("r{}", last / 2);
        let inputs: Context = [("region", Value::from(region)), ("age", Value::from(40))]
            .into_iter()
            .collect();
        let outcome = decisions.evaluate("rate", &inputs, &context);
        let expected = Value::from(i64::try_from(last).expect("a small number"));
        assert_eq!(outcome.expect("there is a decision").value, expected);
        group.bench_function(format!("{rules} rules"), |timer| {
            timer.iter(|| decisions.evaluate("rate", black_box(&inputs), &context))
        });
    }
    group.finish();
}

criterion_group!(benches, tables);
criterion_main!(benches);
