//! Why the two disagree: classes, each with what tells it and with what the specification says.
//!
//! A disagreement is looked at in the smallest expression that has it, whose parts have the same values
//! for both. `README.md` has the classes as a table.

use reglament_feel::{Number, Rounding, Value};

/// What an evaluation gave; an error is a text that was not read.
pub type Answer = Result<Value, String>;

/// What dsntk is said to answer when it panics.
pub const PANIC: &str = "panic";

/// A smallest expression about which the two disagree.
#[derive(Debug)]
pub struct Disagreement<'n> {
    /// What it does with its parts.
    pub head: &'static str,
    /// Its text.
    pub text: &'n str,
    /// The values of its parts, on which the two agree.
    pub parts: Vec<Value>,
    /// The answer of ours.
    pub ours: Answer,
    /// The answer of dsntk.
    pub theirs: Answer,
}

/// A class of disagreements.
pub struct Class {
    /// Its name in the table.
    pub name: &'static str,
    /// Whether a disagreement belongs to it.
    pub holds: fn(&Disagreement<'_>) -> bool,
}

/// All classes; a disagreement belongs to the first that holds.
pub static CLASSES: &[Class] = &[
    class("not read", |it| {
        let of = it.text.contains("day of ") || it.text.contains("month of ");
        of && it.ours.is_ok() && matches!(&it.theirs, Err(error) if error != PANIC)
    }),
    class("panic", |it| it.theirs == Err(PANIC.to_owned())),
    class("condition that is no boolean", |it| {
        let condition = !matches!(it.parts.first(), Some(Value::Boolean(_) | Value::Null));
        it.head == "if" && condition && theirs_null(it) && it.ours.as_ref().ok() == it.parts.get(2)
    }),
    class("comparison with null", |it| {
        matches!(it.head, "=" | "!=" | "is") && it.parts.contains(&Value::Null) && theirs_null(it)
    }),
    class("null among the items", |it| {
        let null = |part: &Value| {
            part.as_list()
                .is_some_and(|list| list.contains(&Value::Null))
        };
        let heads = matches!(
            it.head,
            "some" | "every" | "[filter]" | "min" | "max" | "string join" | "instance of" | "sort"
        );
        heads && it.parts.iter().any(null)
    }),
    class("three-valued loops", |it| {
        let known = matches!(ours(it), Some(Value::Boolean(_)));
        matches!(it.head, "some" | "every") && theirs_null(it) && known
    }),
    class("tests that cannot be compared", |it| {
        let number = matches!(it.parts.first(), Some(Value::Number(_)));
        let theirs = it.theirs == Ok(Value::from(false));
        it.head == "in tests" && !number && is(it, Value::Null) && theirs
    }),
    class("one value as a list", |it| {
        let single = |part: &Value| !matches!(part, Value::List(_) | Value::Null);
        let lists = matches!(
            it.head,
            "append"
                | "concatenate"
                | "reverse"
                | "distinct values"
                | "flatten"
                | "index of"
                | "insert before"
                | "remove"
                | "sublist"
                | "union"
                | "[filter]"
                | "sum"
                | "min"
                | "max"
                | "mean"
                | "median"
                | "product"
                | "mode"
                | "count"
                | "list contains"
                | "string join"
                | "all"
                | "any"
                | "sort"
        );
        lists && theirs_null(it) && it.parts.iter().any(single)
    }),
    class("list of one value as that value", |it| {
        let one = |part: &Value| part.as_list().is_some_and(|list| list.len() == 1);
        theirs_null(it) && it.parts.iter().any(one)
    }),
    class("null is no list", |it| {
        matches!(it.head, "for" | "count")
            && it.parts.first() == Some(&Value::Null)
            && is(it, Value::Null)
    }),
    class("null is no context", |it| {
        it.head == "context merge" && it.parts.contains(&Value::Null) && is(it, Value::Null)
    }),
    class("parts of negative durations", |it| {
        let number = |answer: &Answer| answer.as_ref().ok().and_then(Value::as_number);
        let opposite = number(&it.ours).map(|number| -whole(number)) == number(&it.theirs);
        it.head == "duration.property" && opposite
    }),
    class("fractions of seconds", |it| {
        let number = |answer: &Answer| answer.as_ref().ok().and_then(Value::as_number);
        let (ours, theirs) = (number(&it.ours), number(&it.theirs));
        it.head == "duration.property" && ours != theirs && ours.map(whole) == theirs
    }),
    class("numbers that are not whole", |it| {
        let broken = |part: &Value| part.as_number().is_some_and(|it| !it.is_integer());
        let whole = matches!(
            it.head,
            "date"
                | "even"
                | "odd"
                | "insert before"
                | "remove"
                | "sublist"
                | "substring"
                | "decimal"
        );
        (whole || it.head.starts_with("round")) && it.parts.iter().any(broken)
    }),
    class("years before the first", |it| {
        let unreadable = |text: &str| text.starts_with("<-");
        let theirs = it.theirs.as_ref().ok().and_then(Value::as_str);
        matches!(ours(it), Some(Value::Date(_) | Value::DateTime(_)))
            && theirs.is_some_and(unreadable)
    }),
    class("last digit of a power", |it| {
        let number = |answer: &Answer| answer.as_ref().ok().and_then(Value::as_number);
        let (Some(a), Some(b)) = (number(&it.ours), number(&it.theirs)) else {
            return false;
        };
        let close = |(a, b): (Number, Number)| {
            let relative = a.checked_sub(b)?.checked_div(a)?.abs();
            Some(relative < "1e-30".parse().ok()?)
        };
        it.head == "**" && close((a, b)) == Some(true)
    }),
    class("numbers as texts", |it| {
        let number =
            |answer: &Answer| -> Option<Number> { answer.as_ref().ok()?.as_str()?.parse().ok() };
        it.head == "string" && number(&it.ours).is_some() && number(&it.ours) == number(&it.theirs)
    }),
    class("reasons within texts", |it| {
        let texts = |answer: &Answer| answer.as_ref().ok()?.as_str().map(str::to_owned);
        it.head == "string" && texts(&it.theirs).is_some_and(|text| text.contains("null("))
    }),
    class("substring beyond the text", |it| {
        it.head == "substring"
            && theirs_null(it)
            && ours(it).is_some_and(|it| it.as_str().is_some())
    }),
    class("null for a length", |it| {
        it.head == "substring" && it.parts.get(2) == Some(&Value::Null) && is(it, Value::Null)
    }),
    class("rounding of zero", |it| {
        let zero = it.parts.first().and_then(Value::as_number);
        it.head.starts_with("round") && theirs_null(it) && zero.is_some_and(Number::is_zero)
    }),
    class("rounding to tens", |it| {
        let scale = it.parts.get(1).and_then(Value::as_number);
        it.head.starts_with("round") && scale.is_some_and(Number::is_negative)
    }),
    class("months backwards", |it| {
        let months = |answer: &Answer| match answer {
            Ok(Value::YearsMonthsDuration(duration)) => Some(duration.months()),
            _ => None,
        };
        let apart = months(&it.ours).zip(months(&it.theirs)).map(|(a, b)| a - b);
        it.head == "years and months duration" && apart == Some(1)
    }),
    class("`and` within a name", |it| {
        let named = it.text.contains("years and months duration(");
        named && it.theirs.is_ok() && !is(it, Value::Null)
    }),
    class("a date beside a date and time", |it| {
        let date = |part: &Value| matches!(part, Value::Date(_));
        let time = |part: &Value| matches!(part, Value::DateTime(_));
        it.head == "-" && theirs_null(it) && it.parts.iter().any(date) && it.parts.iter().any(time)
    }),
    class("durations beyond the range of dates", |it| {
        let theirs = it.theirs.as_ref().ok().and_then(Value::as_str);
        let duration = theirs.is_some_and(|text| text.starts_with("<P") || text.starts_with("<-P"));
        it.head == "*" && is(it, Value::Null) && duration
    }),
    class("years far away", |it| {
        let far = |year: Number| year.abs() > Number::from(262_143);
        let year = it.parts.first().and_then(Value::as_number);
        it.head == "date" && theirs_null(it) && year.is_some_and(far)
    }),
    class("values of two types", |it| {
        it.head == "is" && theirs_null(it) && is(it, Value::from(false))
    }),
    class("powers next to zero", |it| {
        let zero = it.theirs.as_ref().ok().and_then(Value::as_number);
        it.head == "**" && is(it, Value::Null) && zero.is_some_and(Number::is_zero)
    }),
    class("durations beyond 292 years", |it| {
        // What fits into 64 bits of nanoseconds.
        let limit = i128::from(i64::MAX);
        let long =
            matches!(ours(it), Some(Value::DaysTimeDuration(it)) if it.nanos().abs() > limit);
        matches!(it.head, "-" | "*" | "+") && theirs_null(it) && long
    }),
    class("the empty list has every type", |it| {
        let empty = it
            .parts
            .first()
            .and_then(Value::as_list)
            .is_some_and(|it| it.is_empty());
        it.head == "instance of" && empty
    }),
    class("order that is unknown", |it| {
        it.head == "sort" && is(it, Value::Null)
    }),
    class("keys of contexts", |it| {
        let key = it.parts.get(1);
        let spaced = key
            .and_then(Value::as_str)
            .is_some_and(|key| key.trim() != key);
        it.head == "get value" && (spaced || matches!(key, Some(Value::List(_))))
    }),
];

const fn class(name: &'static str, holds: fn(&Disagreement<'_>) -> bool) -> Class {
    Class { name, holds }
}

fn ours<'d>(of: &'d Disagreement<'_>) -> Option<&'d Value> {
    of.ours.as_ref().ok()
}

fn is(of: &Disagreement<'_>, value: Value) -> bool {
    ours(of) == Some(&value)
}

fn theirs_null(of: &Disagreement<'_>) -> bool {
    of.theirs == Ok(Value::Null)
}

/// The number without its fraction.
fn whole(number: Number) -> Number {
    number.round(0, Rounding::Down).unwrap_or(number)
}
