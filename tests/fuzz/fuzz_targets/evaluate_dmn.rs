//! Any text is read as a decision model, compiled, analysed and evaluated without a panic, on a stack of
//! 2 MiB. Every decision has a value or says why not; the diagnostics have places in the text.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use reglament_dmn::{Decisions, Model, Repository};
use reglament_feel::{Context, EvaluationContext, Expression, Limits, Names, Value};
use reglament_source::{Diagnostic, SourceText};

/// Inputs of all types, in FEEL.
const INPUTS: &str = r#"{
    a: 1, b: "x", c: true, d: @"2024-02-29", e: [1, 2], f: {a: 5}, n: null, age: 40, region: "r1"
}"#;

static CONTEXT: LazyLock<EvaluationContext> = LazyLock::new(|| EvaluationContext {
    now: "2024-02-29T12:00:00Z".parse().ok(),
    limits: Limits { steps: 50_000, result_size: 1 << 20, ..Limits::default() },
});

static VARIABLES: LazyLock<Context> = LazyLock::new(|| {
    let (expression, _) = Expression::parse(INPUTS, &Names::none());
    match expression.expect("the inputs parse").evaluate(&()).value {
        Value::Context(context) => context,
        other => panic!("{other}"),
    }
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = SourceText::decode("fuzz.dmn", bytes) else {
        return;
    };
    let evaluated = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || evaluate(source))
        .expect("a thread");
    if let Err(panic) = evaluated.join() {
        std::panic::resume_unwind(panic);
    }
});

fn evaluate(source: SourceText) {
    let (model, mut diagnostics) = Model::read(source.clone());
    let Some(model) = model else {
        assert!(!diagnostics.is_empty());
        return;
    };
    let (decisions, compiled) = Decisions::compile(&model, &[]);
    diagnostics.extend(compiled);
    let Some(decisions) = decisions else {
        assert!(diagnostics.iter().any(Diagnostic::is_error));
        return;
    };
    diagnostics.extend(decisions.analyze());
    for span in diagnostics.iter().filter_map(|diagnostic| diagnostic.span) {
        assert!(source.text().get(span.range()).is_some(), "{diagnostics:?}");
    }
    for name in decisions.invocables() {
        let outcome = decisions.evaluate(name, &*VARIABLES, &CONTEXT);
        assert!(outcome.is_ok(), "{name}");
    }
    let mut repository = Repository::default();
    repository.add("fuzz.dmn", decisions);
    for id in repository.ids() {
        let _ = repository.evaluate(id, &*VARIABLES, &CONTEXT);
    }
}
