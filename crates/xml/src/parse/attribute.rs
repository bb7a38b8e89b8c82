//! Attributes and the values they stand for (XML 1.0, 3.1 and 3.3.3).

use reglament_source::{Diagnostic, Span};

use super::cursor::Cursor;
use super::scope::XMLNS;
use super::{Parser, Stop, reference, token};
use crate::codes;
use crate::name::{self, is_name_byte, is_space};
use crate::tree::{AttributeData, NO_NAMESPACE, Str};

/// An attribute as it stands in the tag, before its name is looked up.
struct Written {
    separator: Span,
    name: Span,
    value: Span,
    quote: u8,
    /// Whether the value holds `&`, or white space other than spaces.
    is_changed_by_reading: bool,
}

impl<'s> Parser<'s> {
    /// Reads one attribute behind the white space before it; false when there is none left, or
    /// when the tag breaks off at `<`.
    pub(super) fn attribute(
        &mut self,
        cursor: &mut Cursor<'s>,
        separator: Span,
        tag: Span,
    ) -> Result<bool, Stop> {
        match cursor.peek() {
            None | Some(b'<') => return Ok(false),
            Some(byte) if !is_name_byte(byte) => {
                self.not_an_attribute(cursor)?;
                return Ok(true);
            }
            Some(_) => {}
        }
        let name_span = cursor.take_while(is_name_byte);
        let name = cursor.slice(name_span);
        if separator.is_empty() {
            let message = format!("expected white space before attribute `{name}`");
            self.error(&codes::BAD_ATTRIBUTE, message, name_span)?;
        }
        cursor.take_while(is_space);
        if cursor.peek() != Some(b'=') {
            let message = format!("attribute `{name}` has no value");
            self.error(&codes::BAD_ATTRIBUTE, message, name_span)?;
            return Ok(true);
        }
        cursor.at += 1;
        cursor.take_while(is_space);
        let (value, quote, is_changed_by_reading) = match cursor.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                cursor.at += 1;
                self.quoted_value(cursor, quote, name)?
            }
            _ => self.unquoted_value(cursor, name)?,
        };
        let written = Written {
            separator,
            name: name_span,
            value,
            quote,
            is_changed_by_reading,
        };
        self.add_attribute(written, name)?;
        if self.names.len() > self.limits.attributes {
            let limit = self.limits.attributes;
            self.limit(
                format!("an element has more attributes than the limit of {limit}"),
                tag,
            )?;
        }
        Ok(true)
    }

    /// Reports something that no attribute begins with, and passes it.
    fn not_an_attribute(&mut self, cursor: &mut Cursor<'s>) -> Result<(), Stop> {
        let found = cursor.character();
        let start = cursor.at;
        cursor.at += found.len_utf8();
        if matches!(found, '"' | '\'') {
            cursor.take_while(|byte| byte != found as u8 && byte != b'<');
            if cursor.peek() == Some(found as u8) {
                cursor.at += 1;
            }
        } else {
            cursor.take_while(|byte| {
                !is_space(byte) && !is_name_byte(byte) && !matches!(byte, b'<' | b'"' | b'\'')
            });
        }
        let message = format!("expected an attribute, found `{found}`");
        self.error(
            &codes::BAD_ATTRIBUTE,
            message,
            token::span(start, cursor.at),
        )
    }

    /// Reads a value behind its opening quote.
    fn quoted_value(
        &mut self,
        cursor: &mut Cursor<'s>,
        quote: u8,
        name: &str,
    ) -> Result<(Span, u8, bool), Stop> {
        let start = cursor.at;
        let bytes = self
            .text
            .as_bytes()
            .get(start..cursor.end)
            .unwrap_or_default();
        let (mut is_changed, mut angle, mut closed) = (false, None, None);
        for (index, byte) in bytes.iter().enumerate() {
            // Everything that matters is at or below `<`, and most characters are above.
            if *byte > b'<' {
                continue;
            }
            match *byte {
                byte if byte == quote => {
                    closed = Some(index);
                    break;
                }
                b'&' | b'\t' | b'\n' | b'\r' => is_changed = true,
                b'<' if angle.is_none() => angle = Some(index),
                _ => {}
            }
        }
        let length = closed.unwrap_or(bytes.len());
        let value = token::span(start, start + length);
        cursor.at = start + length + usize::from(closed.is_some());
        if closed.is_none() {
            let message = format!("the value of attribute `{name}` has no closing quote");
            self.error(
                &codes::BAD_ATTRIBUTE,
                message,
                Span::new(value.start - 1, value.end),
            )?;
        } else if let Some(angle) = angle {
            let found = token::span(start + angle, start + angle + 1);
            let message = format!("`<` stands in the value of attribute `{name}`");
            let diagnostic = Diagnostic::error(&codes::BAD_ATTRIBUTE, message).at(found);
            self.problems.add(diagnostic.hint("write `&lt;`"))?;
        }
        self.check_text_size(value)?;
        Ok((value, quote, is_changed))
    }

    fn unquoted_value(
        &mut self,
        cursor: &mut Cursor<'s>,
        name: &str,
    ) -> Result<(Span, u8, bool), Stop> {
        let value = cursor.take_while(|byte| !is_space(byte) && byte != b'<');
        let message = format!("the value of attribute `{name}` has no quotes");
        let unquoted = Diagnostic::error(&codes::BAD_ATTRIBUTE, message).at(value);
        self.problems.add(unquoted.hint("write it between `\"`"))?;
        Ok((value, b'"', true))
    }

    fn add_attribute(&mut self, written: Written, name: &'s str) -> Result<(), Stop> {
        let prefix_len = self.check_name(name, written.name)?;
        let value = if written.is_changed_by_reading {
            self.attribute_value(written.value)?
        } else {
            Str::source(written.value)
        };
        let (prefix, local) = name::split(name, prefix_len);
        let is_declaration = name == "xmlns" || prefix == Some("xmlns");
        let namespace = if is_declaration { XMLNS } else { NO_NAMESPACE };
        self.names.push(name);
        self.tree.attributes.push(AttributeData {
            name: Str::source(written.name),
            value,
            separator: Str::source(written.separator),
            value_span: written.value,
            start: written.name.start,
            namespace,
            prefix_len,
            quote: written.quote,
            is_declaration,
        });
        if is_declaration {
            let declared = if prefix.is_some() { local } else { "" };
            self.declare(declared, value, written.name)?;
        }
        Ok(())
    }

    /// The value that an attribute stands for: references replaced, white space made spaces.
    fn attribute_value(&mut self, span: Span) -> Result<Str, Stop> {
        let from = self.tree.pool.len();
        let mut rest = self.slice(span);
        while let Some(index) = rest.find(['&', '\t', '\n', '\r']) {
            let (before, found) = rest.split_at_checked(index).unwrap_or((rest, ""));
            self.tree.pool.push_str(before);
            if let Some(line) = found.strip_prefix("\r\n") {
                self.tree.pool.push(' ');
                rest = line;
            } else if let Some(behind) = found.strip_prefix('&') {
                let offset = span.end - token::span(0, found.len()).end;
                rest = self.reference_in_value(behind, offset)?;
            } else {
                self.tree.pool.push(' ');
                rest = found.get(1..).unwrap_or_default();
            }
        }
        self.tree.pool.push_str(rest);
        self.tree.owned_since(from).map_err(|full| self.full(full))
    }

    /// Reads a reference whose `&` is at `offset`; gives what is behind it.
    fn reference_in_value(&mut self, behind: &'s str, offset: u32) -> Result<&'s str, Stop> {
        let end = behind
            .find([';', '&', '<'])
            .filter(|end| behind.as_bytes().get(*end) == Some(&b';'));
        let Some(end) = end else {
            self.tree.pool.push('&');
            let message = "`&` does not begin a reference".to_owned();
            let lone = Diagnostic::error(&codes::BAD_REFERENCE, message);
            let lone = lone.at(Span::new(offset, offset + 1));
            self.problems.add(lone.hint("write `&amp;`"))?;
            return Ok(behind);
        };
        let (body, rest) = behind.split_at_checked(end).unwrap_or((behind, ""));
        match reference::resolve(body) {
            Ok(c) => {
                self.tree.habits.has_hexadecimal_references |= body.starts_with("#x");
                self.tree.pool.push(c);
            }
            Err(message) => {
                let span = token::span(0, body.len() + 2).shifted(offset);
                self.tree.pool.push('&');
                self.tree.pool.push_str(body);
                self.tree.pool.push(';');
                self.error(&codes::BAD_REFERENCE, message, span)?;
            }
        }
        Ok(rest.get(1..).unwrap_or_default())
    }
}
