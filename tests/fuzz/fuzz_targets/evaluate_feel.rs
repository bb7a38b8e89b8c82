//! Any text is parsed and evaluated, as an expression and as unary tests, without a panic, on a stack
//! of 2 MiB. Diagnostics and warnings have places in the text; a value written as FEEL or JSON is read
//! again.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use reglament_feel::{Context, EvaluationContext, Expression, InputScope, Limits, Names, Value};

/// Variables of all types, in FEEL.
const SCOPE: &str = r#"{
    a: 1, b: -2.50, s: "Қазақстан 🐎", t: true, n: null, l: [1, "x", null, [2, 3]], c: {a: 5, "b c": [1]},
    d: @"2024-02-29", h: @"10:30:00+05:00", w: @"2024-02-29T23:59:59@Asia/Almaty",
    p: @"P1DT2H", y: @"P1Y2M", r: [1..10), f: function(x) x + 1, "total sum": 12.5
}"#;

static VARIABLES: LazyLock<Context> = LazyLock::new(|| {
    let (expression, diagnostics) = Expression::parse(SCOPE, &Names::none());
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    match expression.expect("the scope parses").evaluate(&()).value {
        Value::Context(context) => context,
        other => panic!("{other}"),
    }
});

static CONTEXT: LazyLock<EvaluationContext> = LazyLock::new(|| EvaluationContext {
    now: "2024-02-29T12:00:00Z".parse().ok(),
    limits: Limits { steps: 50_000, result_size: 1 << 20, ..Limits::default() },
});

fuzz_target!(|text: &str| {
    let text = text.to_owned();
    let evaluated = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || evaluate(&text))
        .expect("a thread");
    if let Err(panic) = evaluated.join() {
        std::panic::resume_unwind(panic);
    }
});

fn evaluate(text: &str) {
    let names = Names::new(["total sum", "b c"]);
    let (expression, diagnostics) = Expression::parse(text, &names);
    for diagnostic in &diagnostics {
        let span = diagnostic.span.expect("a place");
        assert!(text.get(span.range()).is_some(), "{diagnostic:?}");
    }
    match &expression {
        Some(expression) => {
            let value = expression.evaluate_in(&*VARIABLES, &CONTEXT).value;
            written_and_read(&value);
        }
        None => assert!(!diagnostics.is_empty()),
    }
    let (tests, _) = Expression::parse_unary_tests(text, &names);
    if let Some(tests) = tests {
        let _ = tests.literal_tests();
        for input in ["a", "s", "l", "d"].map(|name| VARIABLES.get(name).cloned().unwrap_or_default()) {
            let scope = InputScope { input: &input, outer: &*VARIABLES };
            let value = tests.evaluate_in(&scope, &CONTEXT).value;
            assert!(matches!(value, Value::Boolean(_) | Value::Null), "{value}");
        }
    }
}

fn written_and_read(value: &Value) {
    let json = value.to_json_string();
    assert!(Value::from_json_str(&json).is_ok(), "{json}");
    if has_function(value) {
        return;
    }
    let written = value.to_string();
    let (again, diagnostics) = Expression::parse(&written, &Names::none());
    let again = again.unwrap_or_else(|| panic!("{written}: {diagnostics:?}"));
    assert_eq!(again.evaluate_in(&(), &EvaluationContext::default()).value, *value, "{written}");
}

fn has_function(value: &Value) -> bool {
    match value {
        Value::Function(_) => true,
        Value::List(list) => list.iter().any(has_function),
        Value::Context(context) => context.iter().any(|(_, value)| has_function(value)),
        Value::Range(range) => has_function(&range.start) || has_function(&range.end),
        _ => false,
    }
}
