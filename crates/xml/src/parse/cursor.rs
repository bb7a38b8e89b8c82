//! A place inside a tag that is being read.

use reglament_source::Span;

use super::token;

/// A place inside a tag.
pub(super) struct Cursor<'s> {
    pub(super) text: &'s str,
    pub(super) at: usize,
    /// Where `>` or `/>` begins.
    pub(super) end: usize,
}

impl<'s> Cursor<'s> {
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        if self.at < self.end {
            self.text.as_bytes().get(self.at).copied()
        } else {
            None
        }
    }

    /// Goes on while `holds`, and gives what was passed.
    #[inline]
    pub(super) fn take_while(&mut self, holds: impl Fn(u8) -> bool) -> Span {
        let bytes = self
            .text
            .as_bytes()
            .get(self.at..self.end)
            .unwrap_or_default();
        let len = bytes
            .iter()
            .position(|byte| !holds(*byte))
            .unwrap_or(bytes.len());
        let start = self.at;
        self.at += len;
        token::span(start, self.at)
    }

    pub(super) fn slice(&self, span: Span) -> &'s str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The character at the cursor, for a message.
    pub(super) fn character(&self) -> char {
        self.text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
            .unwrap_or('>')
    }
}
