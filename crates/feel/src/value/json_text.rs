//! JSON as text, read and written without loss of decimal digits.

use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::sync::Arc;

use super::{Context, List, Value};
use crate::number::DIGITS;

/// The deepest nesting of arrays and objects that is read.
const DEPTH_LIMIT: u32 = 128;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// The byte offset where reading stopped.
    pub offset: usize,
    message: &'static str,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.message, self.offset)
    }
}

impl std::error::Error for JsonError {}

impl Value {
    /// Reads JSON; numbers keep up to 34 digits and their scale.
    ///
    /// # Errors
    /// For text that is not JSON, numbers out of range or with more than 34 significant digits, which
    /// would have to be rounded, nesting deeper than 128, and objects that have a name twice, of which
    /// one value would be lost.
    pub fn from_json_str(text: &str) -> Result<Value, JsonError> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        reader.space();
        if reader.at < text.len() {
            Err(reader.error("expected the end"))
        } else {
            Ok(value)
        }
    }

    /// The value as JSON text with every digit of its numbers.
    ///
    /// Dates, times and durations become strings, ranges and functions their FEEL literal.
    #[must_use]
    pub fn to_json_string(&self) -> String {
        let mut text = String::new();
        write(&mut text, self);
        text
    }
}

/// How many digits it takes to write the number: zeros before the first other digit and behind the
/// last one are not among them.
fn significant_digits(number: &str) -> usize {
    let coefficient = number.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = coefficient.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len()
}

fn write(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => drop(write!(out, "{number}")),
        Value::List(list) => {
            out.push('[');
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(out, item);
            }
            out.push(']');
        }
        Value::Context(context) => {
            out.push('{');
            for (index, (key, item)) in context.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(out, key);
                out.push(':');
                write(out, item);
            }
            out.push('}');
        }
        other => write_string(out, &other.plain_text()),
    }
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => drop(write!(out, "\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// The place of the first name that stands twice.
fn repeated(entries: &[(Arc<str>, Value)], places: &[usize]) -> Option<usize> {
    let mut seen = BTreeSet::new();
    let mut names = entries.iter().zip(places);
    let again = names.find(|((name, _), _)| !seen.insert(name));
    again.map(|(_, place)| *place)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn error(&self, message: &'static str) -> JsonError {
        JsonError {
            offset: self.at,
            message,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: u32) -> Result<Value, JsonError> {
        if depth > DEPTH_LIMIT {
            return Err(self.error("nested too deep"));
        }
        self.space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Value::from),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                let words = [
                    ("true", true.into()),
                    ("false", false.into()),
                    ("null", Value::Null),
                ];
                for (word, value) in words {
                    if self.rest().starts_with(word) {
                        self.at += word.len();
                        return Ok(value);
                    }
                }
                Err(self.error("expected a value"))
            }
        }
    }

    fn array(&mut self, depth: u32) -> Result<Value, JsonError> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.eat(b']') {
            return Ok(Value::List(List::new(items)));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.eat(b']') {
                return Ok(Value::List(List::new(items)));
            }
            if !self.eat(b',') {
                return Err(self.error("expected `,` or `]`"));
            }
        }
    }

    fn object(&mut self, depth: u32) -> Result<Value, JsonError> {
        self.at += 1;
        let mut entries: Vec<(Arc<str>, Value)> = Vec::new();
        let mut places = Vec::new();
        self.space();
        if !self.eat(b'}') {
            loop {
                self.space();
                let at = self.at;
                let key = self.string()?;
                places.push(at);
                self.space();
                if !self.eat(b':') {
                    return Err(self.error("expected `:`"));
                }
                entries.push((key.into(), self.value(depth + 1)?));
                self.space();
                if self.eat(b'}') {
                    break;
                }
                if !self.eat(b',') {
                    return Err(self.error("expected `,` or `}`"));
                }
            }
        }
        if let Some(offset) = repeated(&entries, &places) {
            let message = "expected each name once in an object";
            return Err(JsonError { offset, message });
        }
        Ok(Value::Context(entries.into_iter().collect::<Context>()))
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let text = rest.get(..end).unwrap_or_default();
        let digits = text.trim_start_matches('-');
        let leading = digits.starts_with('.')
            || (digits.len() > 1
                && digits.starts_with('0')
                && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit));
        let trailing = digits.ends_with('.') || digits.contains(".e") || digits.contains(".E");
        if leading || trailing {
            return Err(self.error("expected a number"));
        }
        if significant_digits(digits) > DIGITS as usize {
            return Err(self.error("a number with more than 34 digits"));
        }
        let number = text
            .parse()
            .map_err(|_| self.error("expected a number within the range of decimals"))?;
        self.at += end;
        Ok(Value::Number(number))
    }

    fn string(&mut self) -> Result<String, JsonError> {
        if !self.eat(b'"') {
            return Err(self.error("expected a string"));
        }
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let end = rest
                .find(|c: char| c == '"' || c == '\\' || c < ' ')
                .ok_or_else(|| self.error("expected `\"`"))?;
            text.push_str(rest.get(..end).unwrap_or_default());
            self.at += end;
            if self.eat(b'"') {
                return Ok(text);
            }
            if !self.eat(b'\\') {
                return Err(self.error("expected no control character in a string"));
            }
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let byte = self
            .peek()
            .ok_or_else(|| self.error("expected an escape"))?;
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => {
                self.at -= 1;
                return Err(self.error("expected an escape"));
            }
        })
    }

    fn unicode(&mut self) -> Result<char, JsonError> {
        let first = self.hex()?;
        if (0xD800..0xDC00).contains(&first) && self.rest().starts_with("\\u") {
            self.at += 2;
            let second = self.hex()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return char::from_u32(code).ok_or_else(|| self.error("expected a character"));
            }
            return Err(self.error("expected the second half of a surrogate pair"));
        }
        char::from_u32(first).ok_or_else(|| self.error("expected a character"))
    }

    fn hex(&mut self) -> Result<u32, JsonError> {
        let digits = self
            .rest()
            .get(..4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .ok_or_else(|| self.error("expected four hexadecimal digits"))?;
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| self.error("expected hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_survive_the_round_trip() {
        let text = r#"{"id":9007199254740993,"sum":0.1,"price":10.50,"big":1234567890123456789.123456789012345,"huge":1e400,"list":[true,null,"ҚҰ\n\"\\"]}"#;
        assert_eq!(Value::from_json_str(text).unwrap().to_json_string(), text);
    }

    #[test]
    fn a_number_that_would_have_to_be_rounded_is_an_error() {
        let nines = "9".repeat(34);
        for exact in [
            nines.clone(),
            format!("-0.00{nines}"),
            "1".to_owned() + &"0".repeat(50),
        ] {
            assert!(Value::from_json_str(&exact).is_ok(), "{exact}");
        }
        for (rounded, message) in [
            (
                format!("{nines}9"),
                "a number with more than 34 digits at byte 0",
            ),
            (
                format!("[0.{nines}1e3]"),
                "a number with more than 34 digits at byte 1",
            ),
            (
                "1e7000".to_owned(),
                "expected a number within the range of decimals at byte 0",
            ),
        ] {
            let error = Value::from_json_str(&rounded).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        for text in [
            "",
            "{",
            "[1,]",
            "01",
            "1.",
            ".5",
            "\"\u{1}\"",
            "\"\\ud800\"",
            "nul",
            "1 2",
            "+1",
            "{\"a\" 1}",
        ] {
            assert!(Value::from_json_str(text).is_err(), "{text}");
        }
        assert!(Value::from_json_str(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn surrogate_pairs_become_one_character() {
        assert_eq!(
            Value::from_json_str(r#""\ud83d\udc0e""#),
            Ok(Value::from("🐎"))
        );
    }

    #[test]
    fn an_object_has_each_name_once() {
        let error = Value::from_json_str(r#"{"a": 1, "b": {"x": 1, "c": 2, "x": 3}}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected each name once in an object at byte 31"
        );
        assert!(Value::from_json_str(r#"{"a": {"a": 1}, "b": {"a": 2}}"#).is_ok());
    }
}
