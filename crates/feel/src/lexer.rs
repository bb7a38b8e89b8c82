//! Tokens, read on demand, because declared names decide where a name ends.

use std::sync::Arc;

use reglament_source::{Diagnostic, Span};

use crate::codes;
use crate::names::{self, Names};
use crate::number::{Number, NumberError};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Number(Number),
    String(Arc<str>),
    Name(Arc<str>),
    Keyword(&'static str),
    Symbol(&'static str),
    End,
    /// Something that was reported already.
    Bad,
}

impl Token {
    /// For messages: the token in quotes.
    pub(crate) fn describe(&self) -> String {
        match self {
            Token::Number(number) => format!("`{number}`"),
            Token::String(_) => "a string".to_owned(),
            Token::Name(name) => format!("name `{name}`"),
            Token::Keyword(word) => format!("`{word}`"),
            Token::Symbol(symbol) => format!("`{symbol}`"),
            Token::End => "the end".to_owned(),
            Token::Bad => "an error".to_owned(),
        }
    }
}

/// The symbols, longer ones before their prefixes.
const SYMBOLS: &[&str] = &[
    "**", "!=", "<=", ">=", "->", "..", "(", ")", "[", "]", "{", "}", ",", ":", ".", "+", "-", "*",
    "/", "=", "<", ">", "?", "@",
];

#[derive(Clone)]
pub(crate) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Lexer { text, at: 0 }
    }

    pub(crate) fn position(&self) -> usize {
        self.at
    }

    pub(crate) fn rewind(&mut self, at: usize) {
        self.at = at;
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn span(&self, start: usize) -> Span {
        Span::new(start as u32, self.at as u32)
    }

    /// Skips spaces and comments; an unterminated comment is skipped to the end and returned.
    pub(crate) fn space(&mut self) -> Option<Diagnostic> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(names::is_space);
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") {
                if let Some(end) = trimmed.find("*/") {
                    self.at += end + 2;
                } else {
                    let start = self.at;
                    self.at = self.text.len();
                    let message = "expected `*/`, found the end";
                    return Some(Diagnostic::error(&codes::SYNTAX, message).at(self.span(start)));
                }
            } else {
                return None;
            }
        }
    }

    /// The next token with its span.
    pub(crate) fn next(
        &mut self,
        declared: &[&Names],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Token, Span) {
        diagnostics.extend(self.space());
        let start = self.at;
        let Some(first) = self.rest().chars().next() else {
            return (Token::End, self.span(start));
        };
        let token = if first.is_ascii_digit() {
            self.number(diagnostics)
        } else if first == '"' {
            self.string(diagnostics)
        } else if names::is_start(first) {
            self.name(declared)
        } else if let Some(symbol) = SYMBOLS.iter().find(|s| self.rest().starts_with(**s)) {
            self.at += symbol.len();
            Token::Symbol(symbol)
        } else {
            self.at += first.len_utf8();
            let message = format!("expected an expression, found `{}`", first.escape_debug());
            diagnostics.push(Diagnostic::error(&codes::SYNTAX, message).at(self.span(start)));
            Token::Bad
        };
        (token, self.span(start))
    }

    fn name(&mut self, declared: &[&Names]) -> Token {
        let rest = self.rest();
        let word = word(rest);
        let longest = declared
            .iter()
            .filter_map(|names| names.longest(word, rest))
            .max_by_key(|(_, length)| *length);
        if let Some((name, length)) = longest
            && length > word.len()
        {
            self.at += length;
            return Token::Name(name.clone());
        }
        self.at += word.len();
        match names::KEYWORDS.iter().find(|keyword| **keyword == word) {
            Some(keyword) => Token::Keyword(keyword),
            None => Token::Name(word.into()),
        }
    }

    /// Digits after a point that stands at the start of a number, as in `.5`.
    pub(crate) fn fraction(&mut self, diagnostics: &mut Vec<Diagnostic>) -> Option<Token> {
        let digit = self.rest().chars().next()?.is_ascii_digit();
        if !digit {
            return None;
        }
        self.at -= 1;
        Some(self.number(diagnostics))
    }

    fn number(&mut self, diagnostics: &mut Vec<Diagnostic>) -> Token {
        let start = self.at;
        self.digits();
        if self.rest().starts_with('.') && second_is_digit(self.rest()) {
            self.at += 1;
            self.digits();
        }
        let mut probe = self.clone();
        if probe.eat(&['e', 'E']) {
            probe.eat(&['+', '-']);
            if probe.rest().starts_with(|c: char| c.is_ascii_digit()) {
                probe.digits();
                *self = probe;
            }
        }
        match self.text.get(start..self.at).unwrap_or_default().parse() {
            Ok(number) => Token::Number(number),
            Err(error) => {
                let message = match error {
                    NumberError::Range => "the number is out of range",
                    NumberError::Syntax => "expected a number",
                };
                diagnostics.push(Diagnostic::error(&codes::NUMBER, message).at(self.span(start)));
                Token::Bad
            }
        }
    }

    fn digits(&mut self) {
        let rest = self.rest();
        self.at += rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
    }

    fn eat(&mut self, any: &[char]) -> bool {
        let found = self.rest().starts_with(any);
        self.at += usize::from(found);
        found
    }

    fn string(&mut self, diagnostics: &mut Vec<Diagnostic>) -> Token {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let Some(end) = rest.find(['"', '\\']) else {
                self.at = self.text.len();
                let message = "expected `\"` at the end of the string, found the end";
                diagnostics.push(Diagnostic::error(&codes::STRING, message).at(self.span(start)));
                return Token::Bad;
            };
            text.push_str(rest.get(..end).unwrap_or_default());
            self.at += end;
            if self.eat(&['"']) {
                return Token::String(text.into());
            }
            self.escape(&mut text);
        }
    }

    /// An escape; what is none stands for itself, because regular expressions are full of them.
    fn escape(&mut self, text: &mut String) {
        let mut characters = self.rest().chars();
        characters.next();
        let Some(kind) = characters.next() else {
            self.at += 1;
            text.push('\\');
            return;
        };
        let simple = match kind {
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            '"' => Some('"'),
            '\'' => Some('\''),
            '\\' => Some('\\'),
            _ => None,
        };
        if let Some(character) = simple {
            text.push(character);
            self.at += 2;
            return;
        }
        if let Some((character, length)) = unicode(self.rest()) {
            text.push(character);
            self.at += length;
            return;
        }
        text.push('\\');
        self.at += 1;
    }

    /// The raw key of a context entry or the name of an argument: everything up to a colon.
    ///
    /// Nothing is consumed when the text before the colon is no name.
    pub(crate) fn key(&mut self, special: bool) -> Option<(Arc<str>, Span)> {
        let start = self.at;
        let rest = self.rest();
        let end = rest.find(|c: char| {
            !(names::is_part(c)
                || names::is_space(c)
                || (special && matches!(c, '+' | '-' | '*' | '/' | '.' | '\'')))
        })?;
        let key = rest.get(..end)?;
        if !rest.get(end..)?.starts_with(':') || !key.starts_with(names::is_start) {
            return None;
        }
        let trimmed = key.trim_end_matches(names::is_space);
        self.at = start + trimmed.len();
        Some((names::normalize(trimmed).into(), self.span(start)))
    }

    /// The words up to `in` after `for`, `some` or `every`, or up to `,`, `)` or `:` in parameters.
    pub(crate) fn words(&mut self, stop: &[&str]) -> Option<(Arc<str>, Span)> {
        let start = self.at;
        let mut end = start;
        loop {
            self.space();
            let word = word(self.rest());
            if word.is_empty() || stop.contains(&word) || !word.starts_with(names::is_start) {
                break;
            }
            self.at += word.len();
            end = self.at;
        }
        self.at = end;
        let text = self.text.get(start..end)?;
        (end > start).then(|| (names::normalize(text).into(), self.span(start)))
    }
}

fn second_is_digit(text: &str) -> bool {
    text.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
}

/// The name characters at the start of a text.
fn word(text: &str) -> &str {
    let end = text.find(|c| !names::is_part(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// `\uXXXX`, a pair of those, or `\UXXXXXX`.
fn unicode(text: &str) -> Option<(char, usize)> {
    let hex = |start: usize, length: usize| {
        let digits = text.get(start..start + length)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        u32::from_str_radix(digits, 16).ok()
    };
    if text.starts_with("\\U") {
        return Some((char::from_u32(hex(2, 6)?)?, 8));
    }
    if !text.starts_with("\\u") {
        return None;
    }
    let first = hex(2, 4)?;
    if (0xD800..0xDC00).contains(&first) && text.get(6..8) == Some("\\u") {
        let second = hex(8, 4).filter(|second| (0xDC00..0xE000).contains(second))?;
        let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return Some((char::from_u32(code)?, 12));
    }
    Some((char::from_u32(first)?, 6))
}
