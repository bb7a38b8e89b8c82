//! A decoded text with its name and its lines.

use std::sync::{Arc, OnceLock};

use crate::{Encoding, Position, Span};

/// The largest text that is decoded, in bytes (256 MiB). Readers have lower limits of their own.
pub const TEXT_BYTES_LIMIT: usize = 256 << 20;

/// A decoded text that knows its name, its encoding and its lines.
///
/// A clone shares the text, so that a reader can keep one and a reporter another.
///
/// ```
/// use reglament_source::{Position, SourceText, Span};
///
/// let source = SourceText::new("қабылдау.bpmn", "<a>\n  <!-- құжат --> </a>".to_owned());
/// assert_eq!(source.name(), "қабылдау.bpmn");
/// assert_eq!(source.slice(Span::new(0, 3)), "<a>");
/// // Columns count characters, although each Kazakh letter takes two bytes.
/// assert_eq!(source.position(26), Position { line: 2, column: 18 });
/// ```
#[derive(Debug, Clone)]
pub struct SourceText {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    name: String,
    text: String,
    encoding: Encoding,
    /// Offsets of line starts, computed when a position is first asked for.
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceText {
    /// A text that is already decoded. A leading byte order mark is taken off.
    #[must_use]
    pub fn new(name: impl Into<String>, mut text: String) -> Self {
        let mut encoding = Encoding::Utf8;
        if text.starts_with('\u{FEFF}') {
            text.drain(..'\u{FEFF}'.len_utf8());
            encoding = Encoding::Utf8Bom;
        }
        Self::with_encoding(name.into(), text, encoding)
    }

    pub(crate) fn with_encoding(name: String, text: String, encoding: Encoding) -> Self {
        Self {
            inner: Arc::new(Inner {
                name,
                text,
                encoding,
                line_starts: OnceLock::new(),
            }),
        }
    }

    /// The name, usually the path of the file as the user gave it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The whole text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The encoding the text was decoded from.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.inner.encoding
    }

    /// The part of the text under `span`. What lies outside the text, or cuts a character, is
    /// empty: a span belongs to the text it was made for.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.inner.text.get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte offset. An offset behind the end is the end; one inside a
    /// character is that character.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset);
        let start = starts
            .get(line.wrapping_sub(1))
            .copied()
            .unwrap_or_default();
        let mut end = (offset as usize).min(self.text().len());
        while !self.text().is_char_boundary(end) {
            end -= 1;
        }
        let before = self.text().get(start as usize..end).unwrap_or_default();
        Position {
            line: saturate(line.max(1)),
            column: saturate(before.chars().count() + 1),
        }
    }

    /// The number of lines, at least 1.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        saturate(self.line_starts().len())
    }

    /// The span of a line (counted from 1) without its line end; empty at the end of the text for
    /// a line that does not exist.
    #[must_use]
    pub fn line_span(&self, line: u32) -> Span {
        let starts = self.line_starts();
        let index = line.saturating_sub(1) as usize;
        let end_of_text = saturate(self.text().len());
        let Some(start) = starts.get(index).copied() else {
            return Span::at(end_of_text);
        };
        let end = starts.get(index + 1).copied().unwrap_or(end_of_text);
        let content = self
            .slice(Span::new(start, end))
            .trim_end_matches(['\n', '\r']);
        Span::new(start, start + saturate(content.len()))
    }

    fn line_starts(&self) -> &[u32] {
        self.inner.line_starts.get_or_init(|| {
            let bytes = self.text().as_bytes();
            let mut starts = vec![0];
            for (index, byte) in bytes.iter().enumerate() {
                // A carriage return ends a line by itself unless a line feed follows it.
                let ends_line = *byte == b'\n'
                    || (*byte == b'\r' && bytes.get(index + 1).copied() != Some(b'\n'));
                if ends_line {
                    starts.push(saturate(index + 1));
                }
            }
            starts
        })
    }
}

impl PartialEq for SourceText {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
            && self.text() == other.text()
            && self.encoding() == other.encoding()
    }
}

impl Eq for SourceText {}

/// Offsets are 32 bits wide; texts are limited far below.
fn saturate(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> SourceText {
        SourceText::new("t", text.to_owned())
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        let source = text("қазақ тілі\nөтініш");
        let offset = source.text().find("тілі").unwrap();
        assert_eq!(
            source.position(offset as u32),
            Position { line: 1, column: 7 }
        );
        let offset = source.text().find("ніш").unwrap();
        assert_eq!(
            source.position(offset as u32),
            Position { line: 2, column: 4 }
        );
    }

    #[test]
    fn every_kind_of_line_end_starts_one_line() {
        let source = text("a\r\nb\rc\n\nd");
        assert_eq!(source.line_count(), 5);
        for (needle, line) in [('a', 1), ('b', 2), ('c', 3), ('d', 5)] {
            let offset = source.text().find(needle).unwrap() as u32;
            assert_eq!(source.position(offset), Position { line, column: 1 });
            assert_eq!(source.slice(source.line_span(line)), needle.to_string());
        }
    }

    #[test]
    fn an_offset_behind_the_end_is_the_end() {
        assert_eq!(text("ab").position(99), Position { line: 1, column: 3 });
        assert_eq!(text("").position(0), Position { line: 1, column: 1 });
        assert_eq!(text("a\n").position(2), Position { line: 2, column: 1 });
    }

    #[test]
    fn an_offset_inside_a_character_is_that_character() {
        assert_eq!(text("әә").position(3), Position { line: 1, column: 2 });
    }

    #[test]
    fn a_byte_order_mark_in_a_string_is_taken_off() {
        let source = text("\u{FEFF}<a/>");
        assert_eq!(source.text(), "<a/>");
        assert_eq!(source.encoding(), Encoding::Utf8Bom);
    }

    #[test]
    fn a_foreign_span_slices_to_nothing() {
        assert_eq!(text("ә").slice(Span::new(0, 1)), "");
        assert_eq!(text("a").slice(Span::new(0, 9)), "");
        assert_eq!(text("a").line_span(7), Span::at(1));
    }
}
