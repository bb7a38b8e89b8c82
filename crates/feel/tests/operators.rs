//! Operators, conditions, loops and paths, by the rules of the specification.
#![expect(clippy::panic, reason = "a failing test may panic")]

use reglament_feel::{Context, Expression, InputScope, Names, Value, WarningKind};

fn parse(text: &str) -> Expression {
    let (expression, diagnostics) = Expression::parse(text, &Names::none());
    expression.unwrap_or_else(|| panic!("{text}: {diagnostics:?}"))
}

fn eval(text: &str) -> Value {
    parse(text).evaluate(&()).value
}

#[track_caller]
fn holds(text: &str) {
    assert_eq!(eval(text), Value::Boolean(true), "{text}");
}

#[track_caller]
fn gives(text: &str, value: &str) {
    assert_eq!(eval(text).to_string(), value, "{text}");
}

#[test]
fn arithmetic_follows_precedence_from_the_left() {
    gives("1 + 2 * 3 - 4", "3");
    gives("2 - 3 - 4", "-5");
    gives("-3 ** 2", "9");
    gives("3 ** 4 ** 5", "3486784401");
    gives("0.1 + 0.2", "0.3");
    gives("1 / 0", "null");
    gives("(1 + 2) * 3", "9");
    gives(".5 + 1", "1.5");
}

#[test]
fn logic_has_three_values() {
    gives("true and null", "null");
    gives("false and null", "false");
    gives("null or true", "true");
    gives("missing or true", "true");
    gives("not(null)", "null");
    gives("if missing then 1 else 2", "2");
}

#[test]
fn a_missing_variable_is_null_with_a_warning_that_names_it() {
    let evaluation = parse("өтініш.жасы > 3").evaluate(&());
    assert_eq!(evaluation.value, Value::Null);
    let warning = &evaluation.warnings[0];
    assert_eq!(warning.kind, WarningKind::MissingVariable);
    assert_eq!(warning.message, "variable `өтініш` is missing");
    assert_eq!(
        warning.span.start..warning.span.end,
        0.."өтініш".len() as u32
    );
}

#[test]
fn variables_are_listed_in_the_order_of_first_use() {
    let expression = parse("b + a.x + (for i in list return i + b) + abs(c)");
    let names: Vec<&str> = expression.variables().iter().map(|v| &*v.name).collect();
    assert_eq!(names, ["b", "a", "list", "c"]);
}

#[test]
fn paths_project_lists_and_find_entries() {
    let scope: Context = [(
        "applicant",
        Value::from_json_str(r#"{"age": 5, "kids": [{"n": 1}, {"n": 2}]}"#).unwrap(),
    )]
    .into_iter()
    .collect();
    assert_eq!(
        parse("applicant.age < 7").evaluate(&scope).value,
        Value::from(true)
    );
    assert_eq!(
        parse("applicant.kids.n").evaluate(&scope).value.to_string(),
        "[1, 2]"
    );
    assert_eq!(
        parse("applicant.kids[n > 1].n")
            .evaluate(&scope)
            .value
            .to_string(),
        "[2]"
    );
}

#[test]
fn filters_take_positions_or_conditions() {
    gives("[1,2,3][-1]", "3");
    gives("[1,2,3][0]", "null");
    gives("[1,2,3][item >= 2]", "[2, 3]");
    gives("[{item: 1}, {item: 2}][item >= 2]", "[{item: 2}]");
    gives("100[true]", "[100]");
    gives("[][1]", "null");
    gives("[][item > 1]", "[]");
}

#[test]
fn loops_run_over_lists_and_ranges() {
    gives("for i in 2..4 return i", "[2, 3, 4]");
    gives("for i in 4..2 return i", "[4, 3, 2]");
    gives("for i in [1,2], j in [4,5] return i * j", "[4, 5, 8, 10]");
    gives(
        "for i in 0..4 return if i = 0 then 1 else i * partial[-1]",
        "[1, 1, 2, 6, 24]",
    );
    gives("for i in [2..1] return i", "null");
    gives("some x in [1,2] satisfies x > 1", "true");
    gives("every x in [1,2] satisfies x > 1", "false");
}

#[test]
fn a_date_moves_by_whole_days_and_back_over_midnight() {
    gives("@\"2024-03-01\" + @\"PT23H59M\"", "@\"2024-03-01\"");
    gives("@\"2024-03-01\" + @\"-PT1H\"", "@\"2024-02-29\"");
    gives("@\"2024-03-01\" - @\"PT0.000000001S\"", "@\"2024-02-29\"");
    gives("@\"2024-03-01\" - @\"P1D\"", "@\"2024-02-29\"");
}

#[test]
fn ranges_take_every_bracket() {
    for text in ["(1..10]", "]1..10]"] {
        holds(&format!("not(1 in {text}) and 10 in {text}"));
    }
    gives("[1..10[.start included", "true");
    gives("(< 10).end", "10");
    holds("[1..10) = [1..10[");
    holds("5 in (1, < 6)");
    gives("5 in (null..10]", "null");
}

#[test]
fn functions_capture_and_recurse() {
    gives("{f: function(a, b) a + b, r: f(b: 1, a: 2)}.r", "3");
    gives("{k: 10, f: function(x) x * k, r: f(4)}.r", "40");
    gives(
        "{f: function(n) if n = 0 then 1 else n * f(n - 1), r: f(10)}.r",
        "3628800",
    );
    gives("(function(x: number) x)(\"a\")", "null");
    gives("(function(x: number) x)([3])", "3");
}

#[test]
fn names_with_spaces_are_taken_where_the_text_introduces_them() {
    gives("{foo bar: 1, b: foo bar + 1}.b", "2");
    gives("{foo+bar: 1}", "{\"foo+bar\": 1}");
    gives("(function(my arg) my arg + 1)(2)", "3");
    gives("for my item in [1] return my item + 1", "[2]");
}

#[test]
fn unary_tests_ask_about_the_input() {
    let check = |text: &str, input: Value| {
        let (tests, diagnostics) = Expression::parse_unary_tests(text, &Names::none());
        let tests = tests.unwrap_or_else(|| panic!("{text}: {diagnostics:?}"));
        tests
            .evaluate(&InputScope {
                input: &input,
                outer: &(),
            })
            .value
    };
    assert_eq!(check("-", Value::Null), Value::from(true));
    assert_eq!(check("< 10", 5.into()), Value::from(true));
    assert_eq!(check("1, 2, [5..7]", 6.into()), Value::from(true));
    assert_eq!(check("not(1, 2)", 2.into()), Value::from(false));
    assert_eq!(check("? > 3 and ? < 5", 4.into()), Value::from(true));
    assert_eq!(check("\"a\", \"b\"", "b".into()), Value::from(true));
    assert_eq!(check("false", false.into()), Value::from(true));
    assert_eq!(check("not(true)", false.into()), Value::from(true));
}

#[test]
fn errors_say_what_was_expected_and_where() {
    let (expression, diagnostics) = Expression::parse("order total > 3", &Names::none());
    assert!(expression.is_none());
    assert_eq!(
        diagnostics[0].message,
        "expected an operator or the end, found name `total`"
    );
    assert_eq!(diagnostics[0].span.unwrap().start, 6);
    assert!(
        diagnostics[0]
            .hint
            .as_ref()
            .unwrap()
            .contains("`order total`")
    );
}

#[test]
fn types_form_a_lattice() {
    holds("1 instance of number");
    holds("[1, 2] instance of list<number>");
    gives("[1, \"a\"] instance of list<number>", "false");
    gives("null instance of Any", "false");
    holds("{a: 1, b: 2} instance of context<a: number>");
    holds("[1..2] instance of range<number>");
    holds("(function(a) a) instance of function<Any> -> Any");
}
