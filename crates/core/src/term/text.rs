//! Terms as they are written: `3 working days`, `30 seconds to 1 minute`, `15-30 calendar days`.

use super::{Amount, Bound, Budget, Reading, Term, TermError, Unit};

/// The names of the units in English, Kazakh and Russian, the longer ones before their parts.
const UNITS: [(Unit, &[&str]); 9] = [
    (
        Unit::WorkingHours,
        &[
            "working hour",
            "working hours",
            "business hours",
            "рабочих часа",
            "рабочих часов",
        ],
    ),
    (
        Unit::WorkingDays,
        &[
            "working day",
            "working days",
            "business day",
            "business days",
            "жұмыс күн",
            "жұмыс күні",
            "жұмыс күнін",
            "жұмыс күнінен",
            "рабочий день",
            "рабочих дня",
            "рабочих дней",
        ],
    ),
    (
        Unit::CalendarDays,
        &[
            "calendar day",
            "calendar days",
            "күнтізбелік күн",
            "күнтізбелік күні",
            "календарный день",
            "календарных дня",
            "календарных дней",
        ],
    ),
    (
        Unit::Seconds,
        &[
            "second",
            "seconds",
            "sec",
            "секунд",
            "секунда",
            "секунды",
            "сек",
        ],
    ),
    (
        Unit::Minutes,
        &[
            "minute",
            "minutes",
            "min",
            "минут",
            "минута",
            "минуты",
            "минуттан",
            "минуттың",
            "мин",
        ],
    ),
    (
        Unit::Hours,
        &["hour", "hours", "сағат", "час", "часа", "часов"],
    ),
    (
        Unit::Months,
        &[
            "month",
            "months",
            "ай",
            "айға",
            "месяц",
            "месяца",
            "месяцев",
        ],
    ),
    (Unit::Years, &["year", "years", "жыл", "год", "года", "лет"]),
    (
        Unit::Unqualified,
        &["day", "days", "күн", "күні", "день", "дня", "дней"],
    ),
];

/// Words before or after a value that make it the most.
const MAXIMUM: [&str; 11] = [
    "within",
    "not later than",
    "no later than",
    "not more than",
    "no more than",
    "up to",
    "ішінде",
    "артық емес",
    "кешіктірмей",
    "не более",
    "в течение",
];

const RANGE_SIGNS: [&str; 5] = [" to ", "–", "—", " - ", "-"];

/// Longer texts are no terms.
const TEXT_LIMIT: usize = 200;

impl Term {
    /// Reads a term such as `3 working days`, `1.5 minutes`, `30 seconds to 1 minute`,
    /// `15 to 30 calendar days` or `within 6 months`, in English, Kazakh or Russian; words in
    /// parentheses are passed over. `3 days` is read as unqualified.
    ///
    /// # Errors
    /// The text is not an amount and a unit, or two with a sign of a range between them.
    pub fn parse(text: &str) -> Result<Term, TermError> {
        if text.len() > TEXT_LIMIT {
            return Err(TermError::text(format!(
                "a term has at most {TEXT_LIMIT} bytes"
            )));
        }
        let plain = without_parentheses(&text.to_lowercase());
        let (plain, bound) = without_maximum(plain.trim());
        let reading = match budget(plain) {
            Ok(budget) => Reading {
                budget,
                minimum: None,
                bound,
            },
            Err(error) => range(plain).ok_or(error)?,
        };
        Ok(Term::new(text.trim(), Some(reading)))
    }
}

impl Budget {
    /// Reads an amount and its unit, such as `3 working days` or `15 minutes`, in English, Kazakh or
    /// Russian.
    ///
    /// # Errors
    /// The text is not an amount and a unit.
    pub fn parse(text: &str) -> Result<Budget, TermError> {
        budget(text.trim())
    }
}

/// An amount and its unit.
fn budget(text: &str) -> Result<Budget, TermError> {
    let (amount, unit) = split_amount(text);
    let unit = unit_named(unit).ok_or_else(|| not_a_term(text, unit))?;
    Budget::new(Amount::parse(amount)?, unit)
}

/// Two amounts, the first of which may leave its unit to the second.
fn range(text: &str) -> Option<Reading> {
    RANGE_SIGNS.iter().find_map(|sign| {
        let (low, high) = text.split_once(sign)?;
        let high = budget(high.trim()).ok()?;
        let low = low.trim();
        let low = match split_amount(low) {
            (amount, "") => Budget::new(Amount::parse(amount).ok()?, high.unit).ok()?,
            _ => budget(low).ok()?,
        };
        Some(Reading {
            budget: high,
            minimum: Some(low),
            bound: Bound::Range,
        })
    })
}

/// The number at the beginning and the rest.
fn split_amount(text: &str) -> (&str, &str) {
    let end = text
        .find(|character: char| !character.is_ascii_digit() && !matches!(character, '.' | ','))
        .unwrap_or(text.len());
    let (amount, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (amount, rest.trim())
}

fn unit_named(name: &str) -> Option<Unit> {
    let name = name.trim_end_matches('.');
    let words: Vec<&str> = name.split_whitespace().collect();
    let name = words.join(" ");
    UNITS
        .iter()
        .find(|(_, names)| names.contains(&name.as_str()))
        .map(|(unit, _)| *unit)
}

fn not_a_term(text: &str, unit: &str) -> TermError {
    let weeks = unit.starts_with("week");
    let hint = if weeks {
        "write calendar days for weeks"
    } else {
        "write it as 3 working days, 10 calendar days, 6 months or 15 minutes"
    };
    TermError::text(format!("expected a term, found \"{text}\"; {hint}"))
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0_u32;
    let mut plain = String::new();
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    plain
}

/// The text without the words that make it a maximum.
fn without_maximum(text: &str) -> (&str, Bound) {
    let text = text.trim_end_matches('.');
    for words in MAXIMUM {
        let rest = text
            .strip_prefix(words)
            .or_else(|| text.strip_suffix(words));
        if let Some(rest) = rest {
            return (rest.trim(), Bound::Maximum);
        }
    }
    (text, Bound::Bare)
}
