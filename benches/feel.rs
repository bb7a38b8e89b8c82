//! Evaluating expressions that were parsed before.
//!
//! `tests/dsntk` has the same rows with dsntk beside ours in one run.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run must stop")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use reglament_feel::{Context, Expression, Names, Value};

fn parsed(text: &str) -> Expression {
    let (expression, diagnostics) = Expression::parse(text, &Names::none());
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    expression.expect("the expression is well formed")
}

fn scope() -> Context {
    let applicant: Context = [("age", Value::from(5))].into_iter().collect();
    [
        ("amount", Value::from(120)),
        ("status", Value::from("ok")),
        ("applicant", applicant.into()),
        ("filed", parsed("date(\"2026-03-02\")").evaluate(&()).value),
        ("term", parsed("duration(\"P10D\")").evaluate(&()).value),
    ]
    .into_iter()
    .collect()
}

fn expressions(criterion: &mut Criterion) {
    let scope = scope();
    let mut group = criterion.benchmark_group("expression");
    for text in [
        "amount > 100 and status = \"ok\"",
        "applicant.age < 7",
        "filed + term",
        "filed + duration(\"P10D\")",
    ] {
        let expression = parsed(text);
        assert!(!expression.evaluate(&scope).value.is_null(), "{text}");
        group.bench_function(text, |timer| {
            timer.iter(|| black_box(&expression).evaluate(black_box(&scope)))
        });
    }
    group.finish();
    criterion.bench_function("parsing `amount > 100 and status = \"ok\"`", |timer| {
        timer.iter(|| parsed(black_box("amount > 100 and status = \"ok\"")));
    });
}

fn loops(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("for i in 1..n return i * 2");
    for count in [1_000_i64, 10_000, 100_000] {
        let expression = parsed("for i in 1..n return i * 2");
        let scope: Context = [("n", Value::from(count))].into_iter().collect();
        group.throughput(Throughput::Elements(count.unsigned_abs()));
        group.bench_function(count.to_string(), |timer| {
            timer.iter(|| black_box(&expression).evaluate(black_box(&scope)))
        });
    }
    group.finish();
}

criterion_group!(benches, expressions, loops);
criterion_main!(benches);
