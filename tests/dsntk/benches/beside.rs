//! The same expressions and decision tables, dsntk and ours in one run: compare the ratios.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use dsntk_feel::FeelScope;
use dsntk_model_evaluator::ModelEvaluator;
use reglament_dmn::{Decisions, Model};
use reglament_dsntk::{Variables, translated};
use reglament_feel::{EvaluationContext, Expression, Names, Value};
use reglament_source::SourceText;

const VARIABLES: &str = "{amount: 120, status: \"ok\", applicant: {age: 5}, \
filed: date(\"2026-03-02\"), term: duration(\"P10D\"), region: \"r99\", age: 40, n: 1000}";

/// One row: the expression must have the same value for both.
fn row(criterion: &mut Criterion, name: &str, text: &str) {
    let variables = Variables::new(VARIABLES).expect("both read the variables");
    let (ours, _) = Expression::parse(text, &Names::none());
    let ours = ours.expect("ours reads the expression");
    let (theirs, scope) = variables
        .prepare_theirs(text)
        .expect("dsntk reads the expression");
    let value = ours.evaluate(variables.ours()).value;
    assert_eq!(value, translated(&theirs(&scope)), "{text}");
    let mut group = criterion.benchmark_group(name);
    group.bench_function("dsntk", |timer| timer.iter(|| theirs(black_box(&scope))));
    group.bench_function("reglament", |timer| {
        timer.iter(|| black_box(&ours).evaluate(black_box(variables.ours())))
    });
    group.finish();
}

fn expressions(criterion: &mut Criterion) {
    for text in [
        "amount > 100 and status = \"ok\"",
        "applicant.age < 7",
        "filed + term",
        "filed + duration(\"P10D\")",
    ] {
        row(criterion, text, text);
    }
}

fn loops(criterion: &mut Criterion) {
    for count in [1_000, 10_000] {
        let text = format!("for i in 1..{count} return i * 2");
        row(criterion, &text, &text);
    }
}

/// The table of `benches/dmn.rs`.
fn table(rules: usize) -> String {
    let mut rows = String::new();
    for rule in 0..rules {
        let (region, young) = (rule / 2, rule % 2 == 0);
        let age = if young { "&lt; 18" } else { "&gt;= 18" };
        let _ = write!(
            rows,
            "<rule id=\"r{rule}\"><inputEntry id=\"x{rule}\"><text>\"r{region}\"</text></inputEntry>\
             <inputEntry id=\"y{rule}\"><text>{age}</text></inputEntry>\
             <outputEntry id=\"z{rule}\"><text>{rule}</text></outputEntry></rule>"
        );
    }
    format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"rates\" \
         id=\"rates\" namespace=\"urn:example\">\
         <inputData id=\"r\" name=\"region\"><variable id=\"rv\" name=\"region\" typeRef=\"string\"/></inputData>\
         <inputData id=\"a\" name=\"age\"><variable id=\"av\" name=\"age\" typeRef=\"number\"/></inputData>\
         <decision id=\"rate\" name=\"rate\"><variable id=\"v\" name=\"rate\" typeRef=\"number\"/>\
         <informationRequirement id=\"q1\"><requiredInput href=\"#r\"/></informationRequirement>\
         <informationRequirement id=\"q2\"><requiredInput href=\"#a\"/></informationRequirement>\
         <decisionTable id=\"t\" hitPolicy=\"UNIQUE\">\
         <input id=\"i1\"><inputExpression id=\"e1\" typeRef=\"string\"><text>region</text></inputExpression></input>\
         <input id=\"i2\"><inputExpression id=\"e2\" typeRef=\"number\"><text>age</text></inputExpression></input>\
         <output id=\"o\" typeRef=\"number\"/>{rows}</decisionTable></decision></definitions>"
    )
}

fn tables(criterion: &mut Criterion) {
    for rules in [2, 200] {
        let text = table(rules);
        let variables = format!("{{region: \"r{}\", age: 40}}", rules / 2 - 1);
        let variables = Variables::new(&variables).expect("both read the variables");
        let definitions = dsntk_model::parse(&text).expect("dsntk reads the model");
        let theirs = ModelEvaluator::new(&[definitions]).expect("dsntk compiles the model");
        let theirs = || {
            theirs.evaluate_invocable(
                "urn:example",
                "rates",
                "rate",
                black_box(variables.theirs()),
            )
        };
        let (model, _) = Model::read(SourceText::new("rates.dmn", text));
        let (ours, _) = Decisions::compile(&model.expect("ours reads the model"), &[]);
        let ours = ours.expect("ours compiles the model");
        let context = EvaluationContext::default();
        let ours = || ours.evaluate("rate", black_box(variables.ours()), &context);
        let expected = Value::from(rules as i64 - 1);
        assert_eq!(translated(&theirs()), expected);
        assert_eq!(ours().expect("there is the decision").value, expected);
        let mut group = criterion.benchmark_group(format!("decision table of {rules} rules"));
        group.bench_function("dsntk", |timer| timer.iter(theirs));
        group.bench_function("reglament", |timer| timer.iter(ours));
        group.finish();
    }
}

fn reading(criterion: &mut Criterion) {
    let text = "amount > 100 and status = \"ok\"";
    let variables = Variables::new(VARIABLES).expect("both read the variables");
    let scope: FeelScope = variables.theirs().clone().into();
    let mut group = criterion.benchmark_group("reading the first expression");
    group.bench_function("dsntk", |timer| {
        timer.iter(|| {
            let node = dsntk_feel_parser::parse_expression(&scope, black_box(text), false);
            dsntk_feel_evaluator::prepare(&node.expect("dsntk reads it"))
        });
    });
    group.bench_function("reglament", |timer| {
        timer.iter(|| Expression::parse(black_box(text), &Names::none()))
    });
    group.finish();
}

criterion_group!(benches, expressions, loops, tables, reading);
criterion_main!(benches);
