//! Processing instructions and the XML declaration (XML 1.0, 2.6 and 2.8).

use reglament_source::{Diagnostic, Encoding, Span};

use super::{Parser, Stop, token};
use crate::codes;
use crate::name::{is_ncname, is_space};
use crate::tree::{Declaration, NodeData, Str, row};

impl<'s> Parser<'s> {
    pub(super) fn instruction(&mut self, span: Span) -> Result<(), Stop> {
        self.flush_text()?;
        self.check_text_size(span)?;
        let inner = Span::new(span.start + 2, span.end.saturating_sub(2));
        let text = self.slice(inner);
        let target_len = text.bytes().position(is_space).unwrap_or(text.len());
        let (target, rest) = text.split_at_checked(target_len).unwrap_or((text, ""));
        let target_span = token::span(0, target_len).shifted(inner.start);
        if target == "xml" {
            return self.declaration(span, rest);
        }
        if !is_ncname(target) {
            let message = format!("`{target}` is not a name of a processing instruction");
            self.error(&codes::BAD_INSTRUCTION, message, target_span)?;
        } else if target.eq_ignore_ascii_case("xml") {
            let message = format!("the instruction name `{target}` is reserved");
            self.error(&codes::BAD_INSTRUCTION, message, target_span)?;
        }
        self.check_name_size(target, target_span)?;
        let data = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let data_len = token::span(0, data.len()).end;
        let data = self.normalised(Span::new(inner.end - data_len, inner.end))?;
        let data_row = row(self.tree.instructions.len()).map_err(|full| self.full(full))?;
        self.tree.instructions.push(data);
        self.append_leaf(
            NodeData::Instruction(Str::source(target_span), data_row),
            span,
        )
    }

    fn declaration(&mut self, span: Span, rest: &'s str) -> Result<(), Stop> {
        if span.start != 0 {
            let message = "the XML declaration stands at the start of a document only".to_owned();
            let misplaced = Diagnostic::error(&codes::BAD_INSTRUCTION, message).at(span);
            return self
                .problems
                .add(misplaced.hint("take out what stands before it, or the declaration"));
        }
        let Some(parts) = Parts::read(rest) else {
            let message = "malformed XML declaration, expected `version`, `encoding`, `standalone`";
            let declaration = Declaration {
                span,
                encoding: None,
                standalone: None,
            };
            self.tree.declaration = Some(declaration);
            return self.error(&codes::BAD_INSTRUCTION, message.to_owned(), span);
        };
        let encoding_span = parts.encoding.map(|name| {
            // `name` is a part of `rest`, which ends two bytes before the instruction does.
            let before = rest.len() - rest.rfind(name).unwrap_or_default();
            let start = span.end - 2 - token::span(0, before).end;
            Span::new(start, start + token::span(0, name.len()).end)
        });
        self.tree.declaration = Some(Declaration {
            span,
            encoding: encoding_span.map(Str::source),
            standalone: parts.standalone.map(|standalone| standalone == "yes"),
        });
        self.check_version(parts.version, span)?;
        self.check_encoding(parts.encoding, span)
    }

    fn check_version(&mut self, version: &str, span: Span) -> Result<(), Stop> {
        let is_one = version.strip_prefix("1.").is_some_and(|minor| {
            !minor.is_empty() && minor.bytes().all(|digit| digit.is_ascii_digit())
        });
        if version == "1.0" {
            return Ok(());
        }
        let message = format!("expected XML version `1.0`, found `{version}`");
        self.problems.add(if is_one {
            Diagnostic::warning(&codes::VERSION, message).at(span)
        } else {
            Diagnostic::error(&codes::VERSION, message).at(span)
        })
    }

    /// Warns about a declaration that the bytes prove wrong. A text that was already decoded says
    /// nothing about the bytes it came from.
    fn check_encoding(&mut self, named: Option<&str>, span: Span) -> Result<(), Stop> {
        let actual = self.tree.source.encoding();
        let Some(named) = named else { return Ok(()) };
        if actual == Encoding::Utf8 || actual.is_named_by(named) {
            return Ok(());
        }
        let message = format!("the document is {actual}, but its declaration names `{named}`");
        self.problems
            .add(Diagnostic::warning(&codes::ENCODING_MISMATCH, message).at(span))
    }
}

/// The parts of an XML declaration.
struct Parts<'s> {
    version: &'s str,
    encoding: Option<&'s str>,
    standalone: Option<&'s str>,
}

impl<'s> Parts<'s> {
    fn read(rest: &'s str) -> Option<Self> {
        let (version, rest) = part(rest, "version")?;
        let (version, mut rest) = (version?, rest);
        let (encoding, behind) = part(rest, "encoding")?;
        rest = behind;
        let (standalone, behind) = part(rest, "standalone")?;
        let is_well_formed = behind.bytes().all(is_space)
            && encoding.is_none_or(is_encoding_name)
            && standalone.is_none_or(|value| matches!(value, "yes" | "no"));
        is_well_formed.then_some(Self {
            version,
            encoding,
            standalone,
        })
    }
}

/// The value of `name` when it comes next, and what is behind it; `None` when it is malformed.
fn part<'s>(text: &'s str, name: &str) -> Option<(Option<&'s str>, &'s str)> {
    let trimmed = text.trim_start_matches([' ', '\t', '\n', '\r']);
    let Some(behind) = trimmed.strip_prefix(name) else {
        return Some((None, text));
    };
    if trimmed.len() == text.len() {
        return None;
    }
    let spaces = [' ', '\t', '\n', '\r'];
    let behind = behind
        .trim_start_matches(spaces)
        .strip_prefix('=')?
        .trim_start_matches(spaces);
    let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, behind) = behind.get(1..)?.split_once(quote)?;
    Some((Some(value), behind))
}

fn is_encoding_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}
