//! No input panics, hangs or exhausts a stack of 2 MiB: it gives a value or says which limit it met.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

use std::thread;

use proptest::prelude::*;
use reglament_feel::{
    Context, Evaluation, EvaluationContext, Expression, InputScope, Names, Value, WarningKind,
};

/// Runs on a thread with a stack of 2 MiB.
fn small_stack<T: Send + 'static>(rule: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = thread::Builder::new().stack_size(2 << 20).spawn(rule);
    thread.unwrap().join().unwrap()
}

/// The evaluation of an expression that may take so many steps, with the variable `s`.
fn within(steps: u64, text: &str, s: &Value) -> Evaluation {
    let (text, s) = (text.to_owned(), s.clone());
    small_stack(move || {
        let (expression, diagnostics) = Expression::parse(&text, &Names::none());
        assert_eq!(diagnostics, []);
        let mut context = EvaluationContext::default();
        context.limits.steps = steps;
        let scope: Context = [("s", s)].into_iter().collect();
        expression.unwrap().evaluate_in(&scope, &context)
    })
}

#[test]
fn what_is_large_ends_with_its_value_within_its_steps() {
    let long = Value::from("a".repeat(10 << 20));
    let sum = format!("1{}", " + 1".repeat(9_999));
    let grid = "sum(for i in 1..200, j in 1..200 return i * j)";
    let cases = [
        (20_000, &*sum, Value::from(10_000)),
        (200_000, grid, Value::from(404_010_000)),
        (400_000, "string length(s)", Value::from(10 << 20)),
        (400_000, "upper case(s) = s", Value::from(false)),
        (400_000, "matches(s, \"(a+)+$b\")", Value::from(false)),
        (400_000, "matches(s, \"(x+x+)+y\")", Value::from(false)),
    ];
    for (steps, text, expected) in cases {
        let evaluation = within(steps, text, &long);
        let shown = text.get(..20.min(text.len()));
        assert_eq!(
            evaluation.value, expected,
            "{shown:?}: {:?}",
            evaluation.warnings
        );
    }
}

#[test]
fn what_has_no_end_meets_the_limit_of_steps_or_of_depth() {
    for (steps, text) in [
        (5_000, "{f: function(n) f(n + 1), r: f(0)}.r"),
        (5_000, "for i in 1..1000000000000 return i"),
        (5_000, "some i in 1..1000000000000 satisfies i < 0"),
    ] {
        let evaluation = within(steps, text, &Value::Null);
        assert_eq!(evaluation.value, Value::Null, "{text}");
        let last = evaluation.warnings.last().map(|warning| warning.kind);
        assert_eq!(last, Some(WarningKind::LimitReached), "{text}");
    }
}

/// The evaluation, or the message of the first diagnostic.
fn run(text: String) -> Result<Evaluation, String> {
    small_stack(move || {
        let (expression, diagnostics) = Expression::parse(&text, &Names::none());
        match expression {
            Some(expression) => Ok(expression.evaluate(&())),
            None => Err(diagnostics[0].message.clone()),
        }
    })
}

#[track_caller]
fn value(text: String) -> Value {
    run(text).unwrap().value
}

#[track_caller]
fn meets_limit(text: String) {
    let evaluation = run(text).unwrap();
    assert_eq!(evaluation.value, Value::Null);
    let last = evaluation.warnings.last().unwrap();
    assert_eq!(last.kind, WarningKind::LimitReached, "{last}");
}

#[track_caller]
fn is_too_deep(text: String) {
    let message = run(text).unwrap_err();
    assert_eq!(
        message,
        "expected at most 128 levels of nesting, found more"
    );
}

#[test]
fn deep_nesting_is_an_error_not_a_crash() {
    let count = 100_000;
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{a:", "}"),
        ("abs(", ")"),
        ("f(", ")"),
    ] {
        is_too_deep(format!("{}1{}", open.repeat(count), close.repeat(count)));
    }
    for prefix in [
        "-",
        "if true then ",
        "function(x) ",
        "for x in [1] return ",
        "x[",
        "1 in (",
    ] {
        is_too_deep(format!("{}1", prefix.repeat(count)));
    }
    is_too_deep(format!("a{}", ".a".repeat(count)));
    is_too_deep(format!("a{}", "[1]".repeat(count)));
    is_too_deep(format!("1{}", " = 1".repeat(count)));
    is_too_deep(format!(
        "1 instance of {}number{}",
        "list<".repeat(count),
        ">".repeat(count)
    ));
}

#[test]
fn nesting_up_to_the_limit_fits_the_stack() {
    let count = 60;
    let text = format!("{}1{}", "(".repeat(count), ")".repeat(count));
    assert_eq!(value(text), Value::from(1));
    let text = format!("{}1{}", "[".repeat(count), "]".repeat(count));
    let nested = value(text);
    assert!(matches!(nested, Value::List(_)));
    let text = format!(
        "{}x{}",
        "(function(x) if x = 0 then 0 else (".repeat(20),
        "))(1)".repeat(20)
    );
    assert!(run(text).is_ok());
}

#[test]
fn long_chains_are_flat() {
    assert_eq!(
        value(format!("1{}", " + 1".repeat(10_000))),
        Value::from(10_001)
    );
    assert_eq!(
        value(format!("true{}", " and true".repeat(10_000))),
        Value::from(true)
    );
    let text = format!("{}0", "if false then 1 else ".repeat(10_000));
    assert_eq!(value(text), Value::from(0));
    let text = format!("[{}1]", "1, ".repeat(100_000));
    assert_eq!(value(format!("count({text})")), Value::from(100_001));
}

#[test]
fn loops_end_with_their_result_or_at_the_limit() {
    let text = "count(for i in 1..200 return for j in 1..200 return i * j)";
    assert_eq!(value(text.to_owned()), Value::from(200));
    assert_eq!(
        value("sum(for i in 1..10000 return i)".to_owned()),
        Value::from(50_005_000)
    );
    meets_limit("for i in 1..1000000000000 return i".to_owned());
    meets_limit("some i in 1..1000000000000 satisfies i < 0".to_owned());
    meets_limit("for i in 1..3000, j in 1..3000 return 0".to_owned());
    meets_limit("for i in 1..1000000 return [partial]".to_owned());
    meets_limit("count(for i in 1..100000 return {a: partial})".to_owned());
}

#[test]
fn recursion_without_an_end_meets_the_limit() {
    meets_limit("{f: function(n) f(n + 1), r: f(0)}.r".to_owned());
    meets_limit("{f: function(n) [f(n + 1)], r: f(0)}.r".to_owned());
    meets_limit("{f: function(n) if n = 0 then 0 else [f(n - 1)], r: f(110)}.r".to_owned());
    meets_limit("{f: function(g) g(g), r: f(f)}.r".to_owned());
    meets_limit("{f: function(s) f(s + s), r: f(\"ab\")}.r".to_owned());
    meets_limit("{f: function(l) f(concatenate(l, l)), r: f([1, 2])}.r".to_owned());
    meets_limit("{f: function(a) sort([2, 1], function(x, y) f(x)), r: f(1)}.r".to_owned());
}

#[test]
fn recursion_with_an_end_has_room() {
    let text = "{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(80)}.r";
    assert_eq!(value(text.to_owned()), Value::from(80));
}

#[test]
fn long_strings_and_hard_patterns_take_linear_time() {
    let long = "a".repeat(10 << 20);
    assert_eq!(
        value(format!("string length(\"{long}\")")),
        Value::from(10 << 20)
    );
    let expression = |text: &str| Expression::parse(text, &Names::none()).0.unwrap();
    let scope: Context = [("s", Value::from(long))].into_iter().collect();
    for text in [
        "upper case(s) = s",
        "contains(s, \"b\")",
        "substring(s, -2)",
        "s + s = s",
        "split(s, \"\")",
        "matches(s, \"(a+)+$b\")",
        "replace(s, \"(a*)*b\", \"$1\")",
        "matches(s, \"(x+x+)+y\")",
        "replace(s, \"a\", \"bbbbbbbbbbbbbbbb\")",
        "string join([s, s, s, s, s, s, s, s])",
    ] {
        let (expression, scope) = (expression(text), scope.clone());
        let evaluation = small_stack(move || expression.evaluate(&scope));
        let limited = evaluation
            .warnings
            .iter()
            .any(|w| w.kind == WarningKind::LimitReached);
        assert!(
            limited || !evaluation.value.is_null(),
            "{text}: {:?}",
            evaluation.warnings
        );
    }
    let large = run("matches(\"a\", \"((a{1000}){1000}){1000}\")".to_owned()).unwrap();
    assert_eq!(
        large.warnings[0].message,
        "`matches` cannot use the pattern: it is larger than the limit"
    );
}

#[test]
fn numbers_of_any_size_end_at_once() {
    for text in [
        "9 ** 99999999999",
        "0.1 ** 99999999999",
        "exp(1e300)",
        "log(1e-6000)",
        "1e6000 * 1e6000",
        "sqrt(9e6144)",
        "modulo(1e6000, 3)",
        "decimal(1e-6000, 6176)",
        "2 ** 0.333333333333333333",
        "exp(-1e300)",
        "10 ** -6000",
        "1.0000000001 ** 1000000000000",
        "round up(9e6144, -6111)",
    ] {
        assert!(run(text.to_owned()).is_ok(), "{text}");
    }
    assert!(run("1e99999999999".to_owned()).is_err());
}

/// Texts built from the pieces of the language, which reach deeper than random characters.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "1",
        "2.5",
        "-",
        "+",
        "*",
        "/",
        "**",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "..",
        "a",
        "b",
        "item",
        "?",
        "\"s\"",
        "@\"P1D\"",
        "@\"2024-02-29\"",
        "@\"10:00:00@Asia/Almaty\"",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "function",
        "between",
        "and",
        "or",
        "not",
        "instance",
        "of",
        "number",
        "list",
        "<",
        ">",
        "<=",
        "!=",
        "=",
        "null",
        "true",
        "count",
        "sort",
        "string",
        "date and time",
        "partial",
        "external",
        "years and months duration",
        "matches",
        "time offset",
        "өтініш",
        "//",
        "/*",
        "*/",
        " ",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.join(" "))
}

const LEAVES: &[&str] = &[
    "1",
    "0",
    "-2.50",
    "1e30",
    "\"a\"",
    "\"ab\"",
    "true",
    "false",
    "null",
    "a",
    "b",
    "c.d",
    "@\"2024-02-29\"",
    "@\"10:00:00Z\"",
    "@\"2024-02-29T10:00:00@Europe/Paris\"",
    "@\"P1D\"",
    "@\"P1Y2M\"",
    "[1, 2, 3]",
    "{x: 1, y: [2]}",
    "[1..3]",
    "(< 5)",
    "abs",
    "function(x) x",
];

const OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "**", "=", "<", ">=", "!=", "and", "or", "in",
];

const FUNCTIONS: &[&str] = &[
    "count",
    "sum",
    "min",
    "string",
    "number",
    "date",
    "time",
    "duration",
    "not",
    "flatten",
    "reverse",
    "mode",
    "stddev",
    "get entries",
    "context",
    "string length",
    "sqrt",
    "log",
    "floor",
    "even",
    "range",
    "is defined",
    "day of week",
    "date and time",
    "to json",
];

const BINARY: &[&str] = &[
    "modulo",
    "decimal",
    "append",
    "substring",
    "split",
    "index of",
    "before",
    "includes",
    "union",
    "years and months duration",
    "get value",
    "round up",
    "matches",
    "sublist",
    "list contains",
    "sort",
    "overlaps",
    "starts",
    "concatenate",
    "partition",
];

/// Expressions that mostly parse.
fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(LEAVES).prop_map(str::to_owned);
    leaf.prop_recursive(5, 40, 3, |inner| {
        let operator = prop::sample::select(OPERATORS);
        let function = prop::sample::select(FUNCTIONS);
        let binary = prop::sample::select(BINARY);
        prop_oneof![
            (inner.clone(), operator, inner.clone())
                .prop_map(|(a, o, b)| format!("({a}) {o} ({b})")),
            (function, inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            (binary, inner.clone(), inner.clone()).prop_map(|(f, a, b)| format!("{f}({a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[{b}]")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("if {a} then {b} else {c}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("for i in {a} return {b}")),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("some i in {a} satisfies {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{a: {a}, b: {b}}}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[({a})..({b})]")),
            inner.prop_map(|a| format!("-({a})")),
        ]
    })
}

fn scope() -> Context {
    [
        ("a", Value::from(3)),
        (
            "b",
            Value::from_json_str(r#"[1, "x", null, {"a": 2}]"#).unwrap(),
        ),
        ("c", Value::from_json_str(r#"{"d": 0.5}"#).unwrap()),
    ]
    .into_iter()
    .collect()
}

proptest! {
    #[test]
    fn any_text_is_parsed_without_a_panic(text in ".{0,200}") {
        drop(Expression::parse(&text, &Names::none()));
        drop(Expression::parse_unary_tests(&text, &Names::none()));
        drop(Value::from_json_str(&text));
    }

    #[test]
    fn any_pieces_are_parsed_and_evaluated_without_a_panic(text in pieces()) {
        let names = Names::new(["a b", "date and", "item 1"]);
        if let (Some(expression), _) = Expression::parse(&text, &names) {
            let value = expression.evaluate(&scope()).value;
            let truth = expression.is_true_in(&scope(), &EvaluationContext::default());
            prop_assert_eq!(truth, value.as_bool(), "{}", text);
        }
        if let (Some(tests), _) = Expression::parse_unary_tests(&text, &names) {
            drop(tests.evaluate(&InputScope { input: &Value::from(1), outer: &scope() }));
        }
    }

    #[test]
    fn what_is_displayed_parses_to_the_same_value(text in expressions()) {
        let (expression, diagnostics) = Expression::parse(&text, &Names::none());
        prop_assert!(expression.is_some(), "{text}: {diagnostics:?}");
        let expression = expression.unwrap();
        let value = expression.evaluate(&scope()).value;
        let truth = expression.is_true_in(&scope(), &EvaluationContext::default());
        prop_assert_eq!(truth, value.as_bool(), "{}", text);
        let written = value.to_string();
        if written.contains("function") || written.contains("abs") {
            return Ok(());
        }
        let (again, diagnostics) = Expression::parse(&written, &Names::none());
        prop_assert!(again.is_some(), "{written}: {diagnostics:?}");
        prop_assert_eq!(&again.unwrap().evaluate(&()).value, &value);
        let json = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Value>(&json).unwrap(), &value);
    }
}
