//! Text, CDATA sections and comments (XML 1.0, 2.4, 2.5, 2.7 and 2.11).

use reglament_source::{Diagnostic, Span};

use super::{Parser, Stop, reference};
use crate::codes;
use crate::name::is_space;
use crate::tree::{NodeData, Str};

/// A text that is being put together from texts and references.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    span: Span,
    /// Where in the pool it begins, once it is no longer a part of the source.
    owned_from: Option<usize>,
}

impl Parser<'_> {
    /// A text without markup; its first character is `&` when that begins no reference.
    pub(super) fn text_token(&mut self, span: Span) -> Result<(), Stop> {
        let text = self.slice(span);
        if text.starts_with('&') {
            let message = "`&` does not begin a reference".to_owned();
            let lone = Diagnostic::error(&codes::BAD_REFERENCE, message);
            let lone = lone.at(Span::new(span.start, span.start + 1));
            self.problems.add(lone.hint("write `&amp;`"))?;
        }
        // Most texts are short white space, which the search for `]` leaves at once.
        if text.contains(']') {
            self.check_cdata_end(span, text)?;
        }
        let is_plain = !(self.has_carriage_return && text.contains('\r'));
        if self.run.is_none() && is_plain {
            self.run = Some(Run {
                span,
                owned_from: None,
            });
            return self.check_text_size(span);
        }
        self.extend_run(span)?;
        push_normalised(&mut self.tree.pool, text);
        Ok(())
    }

    pub(super) fn reference_token(&mut self, span: Span) -> Result<(), Stop> {
        let text = self.slice(span);
        let body = text
            .get(1..text.len().saturating_sub(1))
            .unwrap_or_default();
        if self.is_outside_root() {
            self.flush_text()?;
            return self.text_outside_root(span);
        }
        let resolved = reference::resolve(body);
        self.extend_run(span)?;
        match resolved {
            Ok(c) => {
                self.tree.habits.has_hexadecimal_references |= body.starts_with("#x");
                self.tree.pool.push(c);
                Ok(())
            }
            Err(message) => {
                self.tree.pool.push_str(text);
                self.error(&codes::BAD_REFERENCE, message, span)
            }
        }
    }

    /// A `<` that begins no tag: it is kept as text.
    pub(super) fn stray_angle(&mut self, offset: u32) -> Result<(), Stop> {
        let span = Span::new(offset, offset + 1);
        let message = "`<` does not begin a tag".to_owned();
        let stray = Diagnostic::error(&codes::BAD_NAME, message).at(span);
        self.problems.add(stray.hint("write `&lt;`"))?;
        self.extend_run(span)?;
        self.tree.pool.push('<');
        self.restart(offset + 1)
    }

    /// Makes the run one whose end can be added to, and that reaches to the end of `span`.
    fn extend_run(&mut self, span: Span) -> Result<(), Stop> {
        let pool_end = self.tree.pool.len();
        let run = match self.run {
            None => Run {
                span,
                owned_from: Some(pool_end),
            },
            Some(Run {
                span: before,
                owned_from: None,
            }) => {
                self.tree
                    .pool
                    .push_str(self.text.get(before.range()).unwrap_or_default());
                Run {
                    span: before.cover(span),
                    owned_from: Some(pool_end),
                }
            }
            Some(Run {
                span: before,
                owned_from,
            }) => Run {
                span: before.cover(span),
                owned_from,
            },
        };
        self.run = Some(run);
        self.check_text_size(run.span)
    }

    /// Ends the text that is being put together.
    #[inline]
    pub(super) fn flush_text(&mut self) -> Result<(), Stop> {
        let Some(run) = self.run.take() else {
            return Ok(());
        };
        if self.is_outside_root() {
            let text = self.slice(run.span);
            if !text.bytes().all(is_space) {
                return self.text_outside_root(run.span);
            }
        }
        let text = match run.owned_from {
            None => Str::source(run.span),
            Some(from) => self
                .tree
                .owned_since(from)
                .map_err(|full| self.full(full))?,
        };
        self.append_leaf(NodeData::Text(text), run.span)
    }

    fn text_outside_root(&mut self, span: Span) -> Result<(), Stop> {
        let text = self.slice(span);
        let trimmed = text.trim_start_matches([' ', '\t', '\r', '\n']);
        let start = span.end - super::token::span(0, trimmed.len()).end;
        let end = start + super::token::span(0, trimmed.trim_end().len()).end;
        let message = "text stands outside the root element".to_owned();
        self.error(&codes::ROOT, message, Span::new(start, end))
    }

    fn check_cdata_end(&mut self, span: Span, text: &str) -> Result<(), Stop> {
        for (index, _) in text.match_indices("]]>") {
            let found = super::token::span(index, index + 3).shifted(span.start);
            let message = "`]]>` stands in text".to_owned();
            let diagnostic = Diagnostic::error(&codes::CDATA_END, message).at(found);
            self.problems.add(diagnostic.hint("write `]]&gt;`"))?;
        }
        Ok(())
    }

    pub(super) fn cdata(&mut self, span: Span) -> Result<(), Stop> {
        self.flush_text()?;
        self.check_text_size(span)?;
        if self.is_outside_root() {
            let message = "a CDATA section stands outside the root element".to_owned();
            return self.error(&codes::ROOT, message, span);
        }
        let inner = inner(span, "<![CDATA[".len(), "]]>".len());
        let text = self.normalised(inner)?;
        self.append_leaf(NodeData::CData(text), span)
    }

    pub(super) fn comment(&mut self, span: Span) -> Result<(), Stop> {
        self.flush_text()?;
        self.check_text_size(span)?;
        let inner = inner(span, "<!--".len(), "-->".len());
        let text = self.slice(inner);
        if let Some(index) = text
            .find("--")
            .or_else(|| text.ends_with('-').then(|| text.len() - 1))
        {
            let found = super::token::span(index, index + 2).shifted(inner.start);
            self.error(
                &codes::BAD_COMMENT,
                "`--` stands in a comment".to_owned(),
                found,
            )?;
        }
        let text = self.normalised(inner)?;
        self.append_leaf(NodeData::Comment(text), span)
    }

    /// The text under `span` with line ends normalised.
    pub(super) fn normalised(&mut self, span: Span) -> Result<Str, Stop> {
        let text = self.slice(span);
        if !(self.has_carriage_return && text.contains('\r')) {
            return Ok(Str::source(span));
        }
        let from = self.tree.pool.len();
        push_normalised(&mut self.tree.pool, text);
        self.tree.owned_since(from).map_err(|full| self.full(full))
    }
}

/// A token without its delimiters.
fn inner(span: Span, before: usize, behind: usize) -> Span {
    let width = |bytes| super::token::span(0, bytes).end;
    Span::new(
        span.start + width(before),
        span.end.saturating_sub(width(behind)),
    )
}

/// Adds `text` with every line end written as one line feed.
fn push_normalised(pool: &mut String, text: &str) {
    let mut rest = text;
    while let Some((line, behind)) = rest.split_once('\r') {
        pool.push_str(line);
        pool.push('\n');
        rest = behind.strip_prefix('\n').unwrap_or(behind);
    }
    pool.push_str(rest);
}
