//! Whether what was filled in is right.

use std::fmt;
use std::sync::Arc;

use reglament_core::identifier::{Bin, IdentifierError, Iin};
use reglament_feel::{Context, Date, DateTime, Expression, List, Number, Time, Value};

use super::{Choice, Choices, Component, DateTimeKind, Form, Format, Identifier, Kind, Rules};

/// How many characters of a value a message quotes.
const QUOTE_LIMIT: usize = 60;

/// What is wrong with the value of a field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldError {
    /// The path of the value in the variables: `request.child.iin`, `items[2].name` (counted
    /// from 1).
    pub path: String,
    /// The label of the field.
    pub label: Option<Arc<str>>,
    /// What is wrong.
    pub violation: Violation,
}

/// Which rule a value breaks.
#[derive(Clone, Debug, PartialEq)]
pub enum Violation {
    /// There is no value, or a box that has to be ticked is not.
    Required,
    /// The value is of another type.
    Type {
        /// What is expected.
        expected: &'static str,
        /// The type of the value.
        found: &'static str,
    },
    /// The text has fewer characters.
    MinLength {
        /// The fewest.
        limit: u32,
        /// How many it has.
        found: usize,
    },
    /// The text has more characters.
    MaxLength {
        /// The most.
        limit: u32,
        /// How many it has.
        found: usize,
    },
    /// The number is less.
    Min {
        /// The least.
        limit: Number,
        /// The number.
        found: Number,
    },
    /// The number is greater.
    Max {
        /// The greatest.
        limit: Number,
        /// The number.
        found: Number,
    },
    /// The number has more digits behind the point.
    DecimalDigits {
        /// The most.
        limit: u32,
        /// The number.
        found: Number,
    },
    /// The text does not match the pattern.
    Pattern {
        /// The pattern.
        pattern: String,
    },
    /// The text is not of the form.
    Format {
        /// What is expected.
        expected: &'static str,
        /// The text, shortened.
        found: String,
    },
    /// The value is none of the choices.
    Choice {
        /// The value, shortened.
        found: String,
    },
    /// The number is no identification number.
    Identifier {
        /// Which one is expected.
        expected: &'static str,
        /// Why it is none.
        reason: IdentifierError,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("a value is required"),
            Self::Type { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::MinLength { limit, found } => {
                write!(f, "expected at least {limit} characters, found {found}")
            }
            Self::MaxLength { limit, found } => {
                write!(f, "expected at most {limit} characters, found {found}")
            }
            Self::Min { limit, found } => write!(f, "expected at least {limit}, found {found}"),
            Self::Max { limit, found } => write!(f, "expected at most {limit}, found {found}"),
            Self::DecimalDigits { limit, found } => {
                write!(
                    f,
                    "expected at most {limit} digits behind the point, found {found}"
                )
            }
            Self::Pattern { pattern } => write!(f, "expected a text that matches `{pattern}`"),
            Self::Format { expected, found } => write!(f, "expected {expected}, found `{found}`"),
            Self::Choice { found } => write!(f, "expected one of the choices, found `{found}`"),
            Self::Identifier { expected, reason } => write!(f, "expected {expected}: {reason}"),
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path, self.violation)
    }
}

impl std::error::Error for FieldError {}

impl Form {
    /// Everything that is wrong with what was filled in, in the order of the form; at most one
    /// violation for each value.
    ///
    /// `variables` are all variables that are visible to the form: conditions and lists of choices
    /// may ask for others than the form writes. A field that is hidden or disabled is not looked at,
    /// and variables that no field writes are nobody's concern here.
    ///
    /// ```
    /// use reglament_feel::Value;
    /// use reglament_pack::form::Form;
    /// use reglament_source::SourceText;
    ///
    /// let text = r#"{"id": "login", "components": [
    ///     {"type": "textfield", "key": "iin", "label": "ЖСН", "validate": {"required": true},
    ///      "properties": {"identifier": "iin"}}]}"#;
    /// let (form, diagnostics) = Form::read(&SourceText::new("login.form", text.to_owned()));
    /// assert!(diagnostics.is_empty());
    /// let form = form.unwrap();
    /// assert!(form.validate(&[("iin".into(), Value::from("860314400190"))]).is_empty());
    /// let errors = form.validate(&[("iin".into(), Value::from("860314400191"))]);
    /// assert_eq!(
    ///     errors[0].to_string(),
    ///     "`iin`: expected an IIN: expected 0 as the last digit (control digit), found 1"
    /// );
    /// ```
    #[must_use]
    pub fn validate(&self, variables: &[(Arc<str>, Value)]) -> Vec<FieldError> {
        let mut scope = Context::new();
        for (name, value) in variables {
            scope.set(Arc::clone(name), value.clone());
        }
        let mut errors = Vec::new();
        components(&self.components, &scope, &scope, "", &mut errors);
        errors
    }
}

/// Looks at components whose values are in `here`, at `path`; `scope` is what expressions see.
fn components(
    components: &[Component],
    here: &Context,
    scope: &Context,
    path: &str,
    errors: &mut Vec<FieldError>,
) {
    for component in components {
        if component.disabled || is_hidden(component, scope) {
            continue;
        }
        match &component.kind {
            Kind::Group {
                path: below,
                components: parts,
            } => group(below.as_deref(), parts, here, scope, path, errors),
            Kind::Items {
                path: below,
                components: parts,
            } => items(below, parts, here, scope, path, errors),
            Kind::Shown | Kind::Computed => {}
            _ => field(component, here, scope, path, errors),
        }
    }
}

fn group(
    below: Option<&str>,
    parts: &[Component],
    here: &Context,
    scope: &Context,
    path: &str,
    errors: &mut Vec<FieldError>,
) {
    let Some(below) = below else {
        components(parts, here, scope, path, errors);
        return;
    };
    let path = joined(path, below);
    match find(here, below) {
        Some(Value::Context(inner)) => {
            components(parts, inner, &nested(scope, inner), &path, errors);
        }
        None | Some(Value::Null) => {
            let nothing = Context::new();
            components(parts, &nothing, scope, &path, errors);
        }
        Some(other) => errors.push(mismatch(path, None, "named values", other)),
    }
}

fn items(
    below: &str,
    parts: &[Component],
    here: &Context,
    scope: &Context,
    path: &str,
    errors: &mut Vec<FieldError>,
) {
    let path = joined(path, below);
    let list = match find(here, below) {
        Some(Value::List(list)) => list,
        None | Some(Value::Null) => return,
        Some(other) => {
            errors.push(mismatch(path, None, "a list", other));
            return;
        }
    };
    for (item, number) in list.iter().zip(1..) {
        let path = format!("{path}[{number}]");
        match item {
            Value::Context(inner) => {
                components(parts, inner, &nested(scope, inner), &path, errors);
            }
            other => errors.push(mismatch(path, None, "named values", other)),
        }
    }
}

fn field(
    component: &Component,
    here: &Context,
    scope: &Context,
    path: &str,
    errors: &mut Vec<FieldError>,
) {
    let Some(key) = &component.key else { return };
    let value = find(here, &key.text).unwrap_or(&Value::Null);
    if let Some(violation) = violation(component, value, scope) {
        errors.push(FieldError {
            path: joined(path, &key.text),
            label: component.label.clone(),
            violation,
        });
    }
}

/// The first rule that the value breaks.
fn violation(component: &Component, value: &Value, scope: &Context) -> Option<Violation> {
    let rules = &component.rules;
    if is_empty(value) {
        return rules.required.then_some(Violation::Required);
    }
    match &component.kind {
        Kind::Text => text(rules, value),
        Kind::Number {
            decimal_digits,
            as_text,
        } => number(rules, *decimal_digits, *as_text, value),
        Kind::Checkbox => match value {
            Value::Boolean(false) if rules.required => Some(Violation::Required),
            Value::Boolean(_) => None,
            other => Some(wrong_type("true or false", other)),
        },
        Kind::DateTime(kind) => date_time(*kind, value),
        Kind::One(choices) => one(&known(choices, scope), value),
        Kind::Several(choices) => match value {
            Value::List(list) => {
                let known = known(choices, scope);
                list.iter().find_map(|value| one(&known, value))
            }
            other => Some(wrong_type("a list", other)),
        },
        Kind::Files => match value {
            Value::List(_) | Value::String(_) => None,
            other => Some(wrong_type("a list of files", other)),
        },
        Kind::Computed | Kind::Group { .. } | Kind::Items { .. } | Kind::Shown => None,
    }
}

/// What form-js takes for nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::List(list) => list.iter().next().is_none(),
        _ => false,
    }
}

fn text(rules: &Rules, value: &Value) -> Option<Violation> {
    let Value::String(text) = value else {
        return Some(wrong_type("a text", value));
    };
    let length = text.chars().count();
    let shorter = |limit: &u32| length < *limit as usize;
    let longer = |limit: &u32| length > *limit as usize;
    if let Some(limit) = rules.min_length.filter(shorter) {
        return Some(Violation::MinLength {
            limit,
            found: length,
        });
    }
    if let Some(limit) = rules.max_length.filter(longer) {
        return Some(Violation::MaxLength {
            limit,
            found: length,
        });
    }
    if let Some(pattern) = rules.pattern.as_ref().filter(|it| !it.is_match(text)) {
        return Some(Violation::Pattern {
            pattern: pattern.as_str().to_owned(),
        });
    }
    let format = rules.format.filter(|format| !format.fits(text));
    if let Some(format) = format {
        return Some(Violation::Format {
            expected: format.expected(),
            found: quoted(text),
        });
    }
    identifier(rules.identifier?, text)
}

fn identifier(identifier: Identifier, text: &str) -> Option<Violation> {
    let text = text.trim();
    let (expected, result) = match identifier {
        Identifier::Iin => ("an IIN", Iin::parse(text).map(drop)),
        Identifier::Bin => ("a BIN", Bin::parse(text).map(drop)),
        Identifier::IinOrBin => {
            let result = match Iin::parse(text) {
                Ok(_) => Ok(()),
                Err(reason) => Bin::parse(text).map(drop).map_err(|_| reason),
            };
            ("an IIN or a BIN", result)
        }
    };
    let reason = result.err()?;
    Some(Violation::Identifier { expected, reason })
}

impl Format {
    fn expected(self) -> &'static str {
        match self {
            Self::Email => "an e-mail address",
            Self::Phone => "a telephone number such as +7 701 234 56 78",
        }
    }

    fn fits(self, text: &str) -> bool {
        let text = text.trim();
        match self {
            // One at-sign with something on both sides, a dot in the second: what a mail server
            // accepts is known to it alone.
            Self::Email => text.split_once('@').is_some_and(|(name, host)| {
                let labels = |host: &str| host.split('.').all(|label| !label.is_empty());
                !name.is_empty()
                    && host.contains('.')
                    && labels(host)
                    && !text.contains(char::is_whitespace)
                    && !host.contains('@')
            }),
            Self::Phone => {
                let digits = text.chars().filter(char::is_ascii_digit).count();
                let is_part = |c: char| c.is_ascii_digit() || " ()-.".contains(c);
                (7..=15).contains(&digits)
                    && text.strip_prefix('+').unwrap_or(text).chars().all(is_part)
            }
        }
    }
}

fn number(
    rules: &Rules,
    decimal_digits: Option<u32>,
    as_text: bool,
    value: &Value,
) -> Option<Violation> {
    let found = match value {
        Value::Number(number) if !as_text => *number,
        Value::String(text) if as_text => match text.trim().parse::<Number>() {
            Ok(number) => number,
            Err(_) => {
                return Some(Violation::Format {
                    expected: "a number",
                    found: quoted(text),
                });
            }
        },
        other => return Some(wrong_type("a number", other)),
    };
    if let Some(limit) = decimal_digits.filter(|limit| digits_behind_point(found) > *limit) {
        return Some(Violation::DecimalDigits { limit, found });
    }
    if let Some(limit) = rules.min.filter(|limit| found < *limit) {
        return Some(Violation::Min { limit, found });
    }
    let limit = rules.max.filter(|limit| found > *limit)?;
    Some(Violation::Max { limit, found })
}

fn digits_behind_point(number: Number) -> u32 {
    let text = number.normalized().to_string();
    let digits = text.split_once('.').map_or(0, |(_, digits)| digits.len());
    u32::try_from(digits).unwrap_or(u32::MAX)
}

/// A date or time, or a text that is one as form-js writes it.
fn date_time(kind: DateTimeKind, value: &Value) -> Option<Violation> {
    let (expected, fits) = match kind {
        DateTimeKind::Date => (
            "a date such as 2013-09-02",
            matches!(value, Value::Date(_)) || parses(value, |text| text.parse::<Date>().is_ok()),
        ),
        DateTimeKind::Time => (
            "a time such as 09:30",
            matches!(value, Value::Time(_)) || parses(value, is_time),
        ),
        DateTimeKind::DateTime => (
            "a date and time such as 2013-09-02T09:30",
            matches!(value, Value::DateTime(_)) || parses(value, is_date_time),
        ),
    };
    if fits {
        return None;
    }
    Some(match value {
        Value::String(text) => Violation::Format {
            expected,
            found: quoted(text),
        },
        other => wrong_type(expected, other),
    })
}

fn parses(value: &Value, fits: impl Fn(&str) -> bool) -> bool {
    matches!(value, Value::String(text) if fits(text.trim()))
}

/// Whether the text is a time; form-js leaves the seconds out.
fn is_time(text: &str) -> bool {
    with_seconds(text).parse::<Time>().is_ok()
}

fn is_date_time(text: &str) -> bool {
    text.split_once('T').is_some_and(|(date, time)| {
        format!("{date}T{}", with_seconds(time))
            .parse::<DateTime>()
            .is_ok()
    })
}

/// `09:30Z` as `09:30:00Z`.
fn with_seconds(time: &str) -> String {
    /// Where the seconds stand: behind `hh:mm`.
    const MINUTES_END: usize = 5;
    match time.split_at_checked(MINUTES_END) {
        Some((minutes, rest)) if !rest.starts_with(':') => format!("{minutes}:00{rest}"),
        Some(_) | None => time.to_owned(),
    }
}

fn one(known: &[Value], value: &Value) -> Option<Violation> {
    (!known.contains(value)).then(|| Violation::Choice {
        found: match value {
            Value::String(text) => quoted(text),
            other => quoted(&other.to_string()),
        },
    })
}

/// The values that may be chosen. A list of choices that cannot be computed offers none.
fn known(choices: &Choices, scope: &Context) -> Vec<Value> {
    match choices {
        Choices::Fixed(choices) => choices
            .iter()
            .map(|Choice { value, .. }| value.clone())
            .collect(),
        Choices::Variable(path) => match find(scope, path) {
            Some(Value::List(list)) => values(list),
            Some(_) | None => Vec::new(),
        },
        Choices::Expression(expression) => match evaluate(expression, scope) {
            Value::List(list) => values(&list),
            _ => Vec::new(),
        },
    }
}

/// The values of a list of choices: each is a value, or has one.
fn values(list: &List) -> Vec<Value> {
    let value = |item: &Value| match item {
        Value::Context(context) => context.get("value").cloned(),
        plain => Some(plain.clone()),
    };
    list.iter().filter_map(value).collect()
}

fn is_hidden(component: &Component, scope: &Context) -> bool {
    let hide = component.hide.as_ref();
    hide.is_some_and(|hide| evaluate(hide, scope) == Value::Boolean(true))
}

fn evaluate(expression: &Expression, scope: &Context) -> Value {
    expression.evaluate(scope).value
}

/// The value at a path with dots.
fn find<'c>(context: &'c Context, path: &str) -> Option<&'c Value> {
    match path.split_once('.') {
        None => context.get(path),
        Some((first, rest)) => find(context.get(first)?.as_context()?, rest),
    }
}

/// What expressions in a group or item see: its own values in front of all others.
fn nested(scope: &Context, inner: &Context) -> Context {
    let mut nested = scope.clone();
    for (name, value) in inner.iter() {
        nested.set(Arc::clone(name), value.clone());
    }
    nested
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

fn wrong_type(expected: &'static str, found: &Value) -> Violation {
    Violation::Type {
        expected,
        found: found.type_name(),
    }
}

fn mismatch(
    path: String,
    label: Option<Arc<str>>,
    expected: &'static str,
    found: &Value,
) -> FieldError {
    FieldError {
        path,
        label,
        violation: wrong_type(expected, found),
    }
}

/// The beginning of a text, for a message.
fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTE_LIMIT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
