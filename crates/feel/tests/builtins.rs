//! The built-in functions, a line for each rule of the specification (DMN 1.5, 10.3.4).
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use reglament_feel::{Context, DateTime, EvaluationContext, Expression, Names, Value, WarningKind};

/// Checks lines of the form `expression -> value`.
#[track_caller]
fn check(lines: &str) {
    let now: DateTime = "2024-02-29T12:30:00@Asia/Almaty".parse().unwrap();
    let context = EvaluationContext {
        now: Some(now),
        ..EvaluationContext::default()
    };
    let scope: Context = [("x", Value::Null), ("c", Value::from(Context::new()))]
        .into_iter()
        .collect();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (text, expected) = line.rsplit_once(" -> ").unwrap();
        let (expression, diagnostics) = Expression::parse(text, &Names::none());
        let value = expression.map(|expression| expression.evaluate_in(&scope, &context).value);
        let found = value.map_or(format!("{diagnostics:?}"), |value| value.to_string());
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn conversion() {
    check(
        r#"
        date("2024-02-29") -> @"2024-02-29"
        date("2023-02-29") -> null
        date(2024, 2, 29) -> @"2024-02-29"
        date(@"2024-02-29T10:00:00") -> @"2024-02-29"
        date and time("2024-02-29") -> @"2024-02-29T00:00:00"
        date and time(date("2024-02-29"), time("10:00:00Z")) -> @"2024-02-29T10:00:00Z"
        date and time(2024, 2, 29, 10, 0, 0, @"PT5H") -> @"2024-02-29T10:00:00+05:00"
        date and time(2024, 2, 29, 10, 0, 0, "Asia/Almaty") -> @"2024-02-29T10:00:00@Asia/Almaty"
        date and time(@"2024-02-29T00:00:00Z", "Asia/Almaty") -> @"2024-02-29T06:00:00@Asia/Almaty"
        time("10:00:00.5+05:00") -> @"10:00:00.5+05:00"
        time(10, 0, 1.25) -> @"10:00:01.25"
        number("1 000,5", " ", ",") -> 1000.5
        number("1,000.5", ",", ".") -> 1000.5
        number("1.5") -> 1.5
        number("1,5", ",", ",") -> null
        number("x", null, null) -> null
        string(1.50) -> "1.50"
        string(@"P1D") -> "P1D"
        string([1, "a"]) -> "[1, \"a\"]"
        string(null) -> null
        duration("P1Y14M") -> @"P2Y2M"
        duration("PT90M") -> @"PT1H30M"
        duration("P1Y1D") -> null
        years and months duration(@"2023-01-31", @"2024-01-30") -> @"P11M"
        range("[1..3)") -> [1..3)
        range("[\"a\"..\"c\"]") -> ["a".."c"]
        range("1..3") -> null
        range("[2..)") -> (>= 2)
        range("(..2)") -> (< 2)
        range("[..]") -> null
        range("") -> null
        number("1,000", ",") -> null
        from json("{\"a\": [1.50]}") -> {a: [1.50]}
        to json({a: [1.50, "x"]}) -> "{\"a\":[1.50,\"x\"]}"
        "#,
    );
}

#[test]
fn truth_identity_and_absence() {
    check(
        r#"
        not(true) -> false
        not(1) -> null
        is(@"10:00:00Z", @"10:00:00+00:00") -> true
        is(@"10:00:00Z", @"11:00:00+01:00") -> false
        is(1, "1") -> false
        is defined(x) -> true
        is defined(y) -> false
        is defined(c.a) -> false
        is defined({a: null}.a) -> true
        get or else(y, 3) -> 3
        get or else(0, 3) -> 0
        assert(4, 4 > 3) -> 4
        assert(4, 4 > 5, "too small") -> null
        "#,
    );
}

#[test]
fn strings() {
    check(
        r#"
        substring("foobar", 3) -> "obar"
        substring("foobar", -2, 1) -> "a"
        substring("foobar", 0) -> null
        substring("🐎ab", 2) -> "ab"
        string length("өтініш") -> 6
        upper case("өтініш") -> "ӨТІНІШ"
        lower case("ҚҰЖАТ") -> "құжат"
        substring before("foobar", "bar") -> "foo"
        substring after("foobar", "ob") -> "ar"
        substring after("foobar", "x") -> ""
        contains("foobar", "oba") -> true
        starts with("foobar", "fo") -> true
        ends with("foobar", "r") -> true
        replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") -> "[1=ab][2=]cd"
        replace("abc", "b", "\\$") -> "a$c"
        matches("foobar", "^fo*b") -> true
        matches("FOO", "foo", "i") -> true
        matches("a", "(a)\\1") -> null
        split("John Doe", "\\s") -> ["John", "Doe"]
        split("a;b;;c", ";") -> ["a", "b", "", "c"]
        extract("references are 1234, 1256, 1378", "12[0-9]*") -> ["1234", "1256"]
        trim("  a ") -> "a"
        is blank(" ") -> true
        to base64("FEEL") -> "RkVFTA=="
        to base64("abc") -> "YWJj"
        string join(["a", null, "b"], "-") -> "a-b"
        string join(["a", "b"], ", ", "[", "]") -> "[a, b]"
        "#,
    );
}

#[test]
fn lists() {
    check(
        r#"
        list contains([1, null], null) -> true
        list contains([1, 2], 3) -> false
        count([1, null]) -> 2
        count(null) -> null
        is empty([]) -> true
        min([3, 1, 2]) -> 1
        max("a", "c", "b") -> "c"
        min([]) -> null
        min([1, "a"]) -> null
        sum([1, 2.5]) -> 3.5
        sum([]) -> null
        sum([@"P1D", @"PT12H"]) -> @"P1DT12H"
        product([2, 3, 4]) -> 24
        mean(1, 2) -> 1.5
        median([8, 2, 5, 3, 4]) -> 4
        median([6, 1, 2, 3]) -> 2.5
        median([]) -> null
        stddev([2, 4]) -> 1.414213562373095048801688724209698
        mode([6, 1, 9, 6, 1]) -> [1, 6]
        all([true, null]) -> null
        all([false, null]) -> false
        any([false, true]) -> true
        any([]) -> false
        sublist([1, 2, 3], 2) -> [2, 3]
        sublist([1, 2, 3], -2, 1) -> [2]
        sublist([1, 2, 3], 4) -> null
        append([1], 2, [3]) -> [1, 2, [3]]
        concatenate([1], [2, 3], 4) -> [1, 2, 3, 4]
        insert before([1, 3], 2, 2) -> [1, 2, 3]
        insert before([1, 3], 0, 2) -> null
        remove([1, 2, 3], -1) -> [1, 2]
        list replace([1, 2, 3], 2, 9) -> [1, 9, 3]
        list replace([2, 4, 7], function(item, newItem) item < newItem, 5) -> [5, 5, 7]
        reverse([1, 2]) -> [2, 1]
        index of([1, 2, 3, 2], 2) -> [2, 4]
        index of([1, null], null) -> [2]
        union([1, 2], [2, 3]) -> [1, 2, 3]
        distinct values([1, 1.0, "a", [1], [1], null, null]) -> [1, "a", [1], null]
        duplicate values([1, 2, 1, "a", "a", 1]) -> [1, "a"]
        flatten([[1, [2]], [[[3]]]]) -> [1, 2, 3]
        partition([1, 2, 3, 4, 5], 2) -> [[1, 2], [3, 4], [5]]
        sort([3, 1, 2], function(a, b) a < b) -> [1, 2, 3]
        sort(["b", "a"], function(a, b) 1) -> null
        "#,
    );
}

#[test]
fn numbers() {
    check(
        r#"
        decimal(1/3, 2) -> 0.33
        decimal(2.5, 0) -> 2
        floor(-1.56, 1) -> -1.6
        ceiling(-1.5) -> -1
        round up(5.5, 0) -> 6
        round up(-1.121, 2) -> -1.13
        round down(-5.5, 0) -> -5
        round half up(-5.5, 0) -> -6
        round half down(5.5, 0) -> 5
        round half up(1234, -2) -> 1200
        abs(-1) -> 1
        abs(@"-P1D") -> @"P1D"
        modulo(-12, 5) -> 3
        modulo(12, 0) -> null
        sqrt(16) -> 4
        sqrt(-1) -> null
        log(1) -> 0
        exp(0) -> 1
        odd(5) -> true
        even(-2.0) -> true
        odd(2.5) -> null
        "#,
    );
}

#[test]
fn dates_and_the_clock() {
    check(
        r#"
        now() -> @"2024-02-29T12:30:00@Asia/Almaty"
        today() -> @"2024-02-29"
        day of year(@"2024-12-31") -> 366
        day of week(@"2024-02-29") -> "Thursday"
        month of year(@"2024-02-29") -> "February"
        week of year(@"2005-01-01") -> 53
        last day of month(@"2024-02-01") -> @"2024-02-29"
        @"2024-08-31" + @"P6M" -> @"2025-02-28"
        @"2024-03-01" - @"2024-02-28" -> @"P2D"
        @"2024-02-29" + @"PT36H" -> @"2024-03-01"
        @"23:00:00" + @"PT2H" -> @"01:00:00"
        @"2024-02-29T10:00:00Z" - @"2024-02-29T10:00:00+05:00" -> @"PT5H"
        @"P1D" * 1.5 -> @"P1DT12H"
        @"P1Y" / 5 -> @"P2M"
        @"P1D" / @"PT6H" -> 4
        @"2024-03-31T00:30:00@Europe/Paris" + @"PT2H" -> @"2024-03-31T03:30:00@Europe/Paris"
        @"16:23:00+01:00" = @"17:23:00+02:00" -> true
        @"2024-07-01T16:23:00+02:00" = @"2024-07-01T16:23:00@Europe/Paris" -> true
        @"2024-01-01T16:23:00+01:00" = @"2024-01-01T16:23:00@Europe/Paris" -> true
        @"2024-01-01T16:23:00" < @"2024-01-01T16:23:00Z" -> null
        "#,
    );
}

#[test]
fn contexts() {
    check(
        r#"
        get value({a: 1}, "a") -> 1
        get value({a: {b: 2}}, ["a", "b"]) -> 2
        get value({a: 1}, "b") -> null
        get entries({a: 1}) -> [{key: "a", value: 1}]
        context([{key: "a", value: 1}]) -> {a: 1}
        context([{key: "a", value: 1}, {key: "a", value: 2}]) -> null
        context put({a: 1}, "b", 2) -> {a: 1, b: 2}
        context put({a: {b: 1}}, ["a", "c"], 2) -> {a: {b: 1, c: 2}}
        context merge([{a: 1, b: 1}, {b: 2}]) -> {a: 1, b: 2}
        "#,
    );
}

#[test]
fn points_and_ranges() {
    check(
        r#"
        before(1, [2..3]) -> true
        before([1..2), 2) -> true
        after([5..8], [1..5)) -> true
        meets([1..5], [5..8]) -> true
        met by([5..8], [1..5]) -> true
        overlaps([1..5], [5..8]) -> true
        overlaps([1..5), [5..8]) -> false
        overlaps before([1..5], [3..8]) -> true
        overlaps after([3..8], [1..5]) -> true
        finishes(5, [1..5]) -> true
        finished by([1..5], 5) -> true
        includes([1..5], 5) -> true
        includes([1..5), 5) -> false
        during([2..3], [1..5]) -> true
        starts([1..2], [1..5]) -> true
        started by([1..5], 1) -> true
        coincides([1..5], [1..5]) -> true
        coincides(1, "a") -> null
        before([1..2], (> 5)) -> true
        during(3, (< 5)) -> true
        "#,
    );
}

#[test]
fn a_clock_is_never_taken_from_the_machine() {
    let (expression, _) = Expression::parse("now()", &Names::none());
    let evaluation = expression.unwrap().evaluate(&());
    assert_eq!(evaluation.value, Value::Null);
    assert_eq!(evaluation.warnings[0].kind, WarningKind::NoClock);
}

#[test]
fn random_numbers_and_external_functions_are_refused() {
    for (text, code) in [
        ("random number()", "RG0509"),
        (
            "function(x) external {java: {class: \"A\", method signature: \"f\"}}",
            "RG0508",
        ),
    ] {
        let (expression, diagnostics) = Expression::parse(text, &Names::none());
        assert!(expression.is_none(), "{text}");
        assert_eq!(diagnostics[0].code.id, code);
    }
}

#[test]
fn wrong_arguments_warn_with_the_forms_of_the_function() {
    let (expression, diagnostics) = Expression::parse("floor()", &Names::none());
    assert_eq!(expression.unwrap().evaluate(&()).value, Value::Null);
    assert_eq!(
        diagnostics[0].message,
        "expected the arguments of `floor(n, scale?)`, found 0 values"
    );
}

#[test]
fn warnings_name_the_parameter_and_the_types() {
    let (expression, _) = Expression::parse("abs(\"x\")", &Names::none());
    let evaluation = expression.unwrap().evaluate(&());
    assert_eq!(
        evaluation.warnings[0].message,
        "expected number or duration for `n` of `abs`, found string"
    );
}
