//! What a form accepts, and what it says about the rest.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use reglament_feel::Value;
use reglament_pack::form::Form;
use reglament_source::{Diagnostic, SourceText};

fn read(components: &str) -> (Option<Form>, Vec<Diagnostic>) {
    let text = format!("{{\"id\": \"f\", \"components\": [{components}]}}");
    Form::read(&SourceText::new("f.form", text))
}

/// What is wrong with `input`, an object in JSON.
#[track_caller]
fn errors(components: &str, input: &str) -> Vec<String> {
    let (form, diagnostics) = read(components);
    assert_eq!(diagnostics, []);
    let Some(form) = form else {
        panic!("no form");
    };
    let input = match Value::from_json_str(input) {
        Ok(Value::Context(context)) => context,
        other => panic!("{other:?}"),
    };
    let variables: Vec<(Arc<str>, Value)> = input
        .iter()
        .map(|(name, value)| (Arc::clone(name), value.clone()))
        .collect();
    let errors = form.validate(&variables);
    errors.iter().map(ToString::to_string).collect()
}

/// What is said of a form that is wrong.
fn said(components: &str) -> Vec<String> {
    let (_, diagnostics) = read(components);
    diagnostics.iter().map(ToString::to_string).collect()
}

const NAME: &str = r#"{"type": "textfield", "key": "name", "label": "Аты",
    "validate": {"required": true, "minLength": 2, "maxLength": 5, "pattern": "^[А-Яа-яӘәҢңҒғҮүҰұҚқӨөҺһІі]+$"}}"#;

#[test]
fn a_required_value_is_there() {
    assert_eq!(errors(NAME, "{}"), ["`name`: a value is required"]);
    assert_eq!(
        errors(NAME, r#"{"name": null}"#),
        ["`name`: a value is required"]
    );
    assert_eq!(
        errors(NAME, r#"{"name": "  "}"#),
        ["`name`: a value is required"]
    );
    let tick = r#"{"type": "checkbox", "key": "agreed", "validate": {"required": true}}"#;
    assert_eq!(
        errors(tick, r#"{"agreed": false}"#),
        ["`agreed`: a value is required"]
    );
    assert_eq!(errors(tick, r#"{"agreed": true}"#), [""; 0]);
    let list = r#"{"type": "checklist", "key": "c", "values": [{"value": 1}], "validate": {"required": true}}"#;
    assert_eq!(errors(list, r#"{"c": []}"#), ["`c`: a value is required"]);
}

#[test]
fn a_text_has_its_length_in_characters_and_matches_its_pattern() {
    for name in ["Әс", "Әсемг"] {
        assert_eq!(
            errors(NAME, &format!(r#"{{"name": "{name}"}}"#)),
            [""; 0],
            "{name}"
        );
    }
    assert_eq!(errors(NAME, r#"{"name": "Әсел"}"#), [""; 0]);
    assert_eq!(
        errors(NAME, r#"{"name": "Ә"}"#),
        ["`name`: expected at least 2 characters, found 1"]
    );
    assert_eq!(
        errors(NAME, r#"{"name": "Әсемгүл"}"#),
        ["`name`: expected at most 5 characters, found 7"]
    );
    assert_eq!(
        errors(NAME, r#"{"name": "Anna"}"#),
        ["`name`: expected a text that matches `^[А-Яа-яӘәҢңҒғҮүҰұҚқӨөҺһІі]+$`"]
    );
    assert_eq!(
        errors(NAME, r#"{"name": 5}"#),
        ["`name`: expected a text, found number"]
    );
}

#[test]
fn a_number_is_within_its_bounds() {
    let places = r#"{"type": "number", "key": "n", "decimalDigits": 1, "validate": {"min": 0.5, "max": 10}}"#;
    assert_eq!(errors(places, r#"{"n": 0.5}"#), [""; 0]);
    assert_eq!(errors(places, r#"{"n": 10}"#), [""; 0]);
    assert_eq!(
        errors(places, r#"{"n": 0.4}"#),
        ["`n`: expected at least 0.5, found 0.4"]
    );
    assert_eq!(
        errors(places, r#"{"n": 10.1}"#),
        ["`n`: expected at most 10, found 10.1"]
    );
    assert_eq!(
        errors(places, r#"{"n": 1.25}"#),
        ["`n`: expected at most 1 digits behind the point, found 1.25"]
    );
    assert_eq!(
        errors(places, r#"{"n": "5"}"#),
        ["`n`: expected a number, found string"]
    );
    let text = r#"{"type": "number", "key": "n", "serializeToString": true}"#;
    assert_eq!(
        errors(text, r#"{"n": "123456789012345678901234567890"}"#),
        [""; 0]
    );
    assert_eq!(
        errors(text, r#"{"n": "five"}"#),
        ["`n`: expected a number, found `five`"]
    );
}

#[test]
fn an_identification_number_has_its_control_digit_and_a_date_that_there_was() {
    let field = |kind: &str| {
        format!(r#"{{"type": "textfield", "key": "i", "properties": {{"identifier": "{kind}"}}}}"#)
    };
    assert_eq!(errors(&field("iin"), r#"{"i": "860314400190"}"#), [""; 0]);
    assert_eq!(errors(&field("iin"), "{}"), [""; 0]);
    assert_eq!(
        errors(&field("iin"), r#"{"i": "86031440019"}"#),
        ["`i`: expected an IIN: expected 12 digits, found 11 characters"]
    );
    assert_eq!(
        errors(&field("iin"), r#"{"i": "860314400191"}"#),
        ["`i`: expected an IIN: expected 0 as the last digit (control digit), found 1"]
    );
    assert_eq!(errors(&field("bin"), r#"{"i": "860314400190"}"#).len(), 1);
    assert_eq!(
        errors(&field("iin or bin"), r#"{"i": "860314400190"}"#),
        [""; 0]
    );
    assert_eq!(
        said(&field("passport")),
        [
            "error[RG0904]: `identifier`: expected one of `iin`, `bin`, `iin or bin`, found `passport`"
        ]
    );
}

#[test]
fn a_date_is_a_day_that_there_is() {
    let field = |kind: &str| format!(r#"{{"type": "datetime", "key": "d", "subtype": "{kind}"}}"#);
    assert_eq!(errors(&field("date"), r#"{"d": "2024-02-29"}"#), [""; 0]);
    assert_eq!(
        errors(&field("date"), r#"{"d": "2023-02-29"}"#),
        ["`d`: expected a date such as 2013-09-02, found `2023-02-29`"]
    );
    for time in ["09:30", "09:30Z", "09:30+05:00", "09:30:15"] {
        assert_eq!(
            errors(&field("time"), &format!(r#"{{"d": "{time}"}}"#)),
            [""; 0],
            "{time}"
        );
    }
    assert_eq!(errors(&field("time"), r#"{"d": "25:30"}"#).len(), 1);
    assert_eq!(
        errors(&field("datetime"), r#"{"d": "2024-02-29T09:30+05:00"}"#),
        [""; 0]
    );
    assert_eq!(
        errors(&field("datetime"), r#"{"d": "2024-02-29"}"#).len(),
        1
    );
}

#[test]
fn what_is_chosen_is_one_of_the_choices() {
    let fixed = r#"{"type": "select", "key": "s", "values": [{"label": "Бір", "value": 1}, {"label": "Екі", "value": "2"}]}"#;
    assert_eq!(errors(fixed, r#"{"s": 1}"#), [""; 0]);
    assert_eq!(
        errors(fixed, r#"{"s": 2}"#),
        ["`s`: expected one of the choices, found `2`"]
    );
    let several = r#"{"type": "taglist", "key": "s", "valuesKey": "lists.places"}"#;
    let input = r#"{"lists": {"places": ["a", {"label": "B", "value": "b"}]}, "s": ["a", "b"]}"#;
    assert_eq!(errors(several, input), [""; 0]);
    assert_eq!(
        errors(several, r#"{"s": ["a"]}"#),
        ["`s`: expected one of the choices, found `a`"]
    );
    let computed =
        r#"{"type": "radio", "key": "s", "valuesExpression": "=for i in 1..3 return i * 10"}"#;
    assert_eq!(errors(computed, r#"{"s": 30}"#), [""; 0]);
    assert_eq!(errors(computed, r#"{"s": 40}"#).len(), 1);
}

#[test]
fn what_is_hidden_or_disabled_is_not_asked_for() {
    let fields = r#"{"type": "checkbox", "key": "other"},
        {"type": "textfield", "key": "name", "validate": {"required": true}, "conditional": {"hide": "=not(other)"}},
        {"type": "textfield", "key": "shown", "disabled": true, "validate": {"required": true}}"#;
    assert_eq!(errors(fields, r#"{"other": false}"#), [""; 0]);
    assert_eq!(
        errors(fields, r#"{"other": true}"#),
        ["`name`: a value is required"]
    );
    // Where it cannot be said, the field is there.
    assert_eq!(errors(fields, "{}"), ["`name`: a value is required"]);
}

#[test]
fn groups_and_lists_have_their_own_places() {
    let fields = r#"{"type": "group", "path": "request", "components": [
        {"type": "textfield", "key": "child.name", "validate": {"required": true}},
        {"type": "dynamiclist", "path": "copies", "components": [
            {"type": "number", "key": "pages", "validate": {"min": 1}}]}]},
        {"type": "group", "components": [{"type": "textfield", "key": "phone", "validate": {"required": true}}]}"#;
    let right = r#"{"phone": "1", "request": {"child": {"name": "Ү"}, "copies": [{"pages": 2}]}}"#;
    assert_eq!(errors(fields, right), [""; 0]);
    assert_eq!(
        errors(
            fields,
            r#"{"request": {"copies": [{"pages": 1}, {"pages": 0}, 7]}}"#
        ),
        [
            "`request.child.name`: a value is required",
            "`request.copies[2].pages`: expected at least 1, found 0",
            "`request.copies[3]`: expected named values, found number",
            "`phone`: a value is required",
        ]
    );
    assert_eq!(
        errors(fields, r#"{"request": "text", "phone": "1"}"#),
        ["`request`: expected named values, found string"]
    );
}

#[test]
fn well_known_forms_of_texts() {
    let field = |kind: &str| {
        format!(
            r#"{{"type": "textfield", "key": "t", "validate": {{"validationType": "{kind}"}}}}"#
        )
    };
    assert_eq!(
        errors(&field("email"), r#"{"t": "a.b@example.kz"}"#),
        [""; 0]
    );
    for wrong in [
        "a.b",
        "@example.kz",
        "a@kz",
        "a b@example.kz",
        "a@b@example.kz",
        "a@.kz",
    ] {
        assert_eq!(
            errors(&field("email"), &format!(r#"{{"t": "{wrong}"}}"#)).len(),
            1,
            "{wrong}"
        );
    }
    assert_eq!(
        errors(&field("phone"), r#"{"t": "+7 (701) 234-56-78"}"#),
        [""; 0]
    );
    for wrong in ["12345", "+7 701 call me", "1234567890123456"] {
        assert_eq!(
            errors(&field("phone"), &format!(r#"{{"t": "{wrong}"}}"#)).len(),
            1,
            "{wrong}"
        );
    }
}

#[test]
fn a_rule_that_is_not_kept_is_refused() {
    for (component, message) in [
        (
            r#"{"type": "textfeld", "key": "a"}"#,
            "error[RG0904]: `type`: expected one of",
        ),
        (
            r#"{"type": "textfield"}"#,
            "error[RG0905]: the textfield has no `key`",
        ),
        (
            r#"{"type": "textfield", "key": "a", "validat": {}}"#,
            "error[RG0902]: `a` has no `validat`",
        ),
        (
            r#"{"type": "textfield", "key": "a", "validate": {"requird": true}}"#,
            "error[RG0902]: `validate` of `a` has no `requird`",
        ),
        (
            r#"{"type": "textfield", "key": "a", "validate": {"minLength": "2"}}"#,
            "error[RG0903]: `minLength`",
        ),
        (
            r#"{"type": "number", "key": "a", "validate": {"min": "=b"}}"#,
            "error[RG0903]: `min`",
        ),
        (
            r#"{"type": "textfield", "key": "a", "validate": {"pattern": "(?=a)"}}"#,
            "error[RG0918]: `a`: `(?=a)` is no pattern that is supported",
        ),
        (
            r#"{"type": "datetime", "key": "a", "subtype": "date", "disallowPassedDates": true}"#,
            "error[RG0918]: `a`: `disallowPassedDates` is not supported",
        ),
        (
            r#"{"type": "select", "key": "a"}"#,
            "error[RG0905]: `a` has no `values`",
        ),
        (
            r#"{"type": "select", "key": "a", "valuesKey": "x", "valuesExpression": "=y"}"#,
            "error[RG0918]: `a` has more than one of",
        ),
        (
            r#"{"type": "textfield", "key": "a", "conditional": {"hide": "a"}}"#,
            "error[RG0904]: `hide`: expected an expression that begins with `=`",
        ),
        (
            r#"{"type": "textfield", "key": "a", "conditional": {"hide": "=1 +"}}"#,
            "error[RG05",
        ),
        (
            r#"{"type": "dynamiclist", "components": []}"#,
            "error[RG0905]: the dynamiclist has no `path`",
        ),
        (
            r#"{"type": "text", "text": "a"}, {"type": "textfield", "key": "a"}, {"type": "number", "key": "a"}"#,
            "error[RG0907]: the key `a` stands here twice",
        ),
    ] {
        let found = said(component);
        assert!(
            found.iter().any(|line| line.starts_with(message)),
            "{component}: {found:?}"
        );
    }
}

#[test]
fn a_label_is_given_in_the_language_that_there_is() {
    let (form, _) = read(
        r#"{"type": "number", "key": "n", "label": "Саны", "properties": {"label.en": "Number"}}"#,
    );
    let form = form.unwrap_or_else(|| panic!("no form"));
    let label = |language| form.components.first().and_then(|it| it.label_in(language));
    assert_eq!(
        (label("en"), label("ru"), label("kk")),
        (Some("Number"), Some("Саны"), Some("Саны"))
    );
}
