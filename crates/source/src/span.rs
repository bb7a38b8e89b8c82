//! Places in a decoded text: byte ranges, and lines with columns for people.

use std::fmt;
use std::ops::Range;

/// A half-open range of bytes in a decoded text.
///
/// Offsets count bytes of the UTF-8 text that a [`SourceText`](crate::SourceText) holds, whatever
/// encoding the file had.
///
/// ```
/// use reglament_source::Span;
///
/// let name = Span::new(1, 5);
/// assert_eq!(name.len(), 4);
/// assert_eq!(name.cover(Span::new(8, 9)), Span::new(1, 9));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; never before `start`.
    pub end: u32,
}

impl Span {
    /// The range from `start` up to `end`; an `end` before `start` gives an empty span at `start`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        let end = if end < start { start } else { end };
        Self { start, end }
    }

    /// The empty span at `offset`.
    #[must_use]
    pub const fn at(offset: u32) -> Self {
        Self::new(offset, offset)
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the span holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// Whether `offset` lies inside.
    #[must_use]
    pub const fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }

    /// The span moved forward by `bytes`, for a text that is embedded in another.
    #[must_use]
    pub const fn shifted(self, bytes: u32) -> Self {
        Self::new(
            self.start.saturating_add(bytes),
            self.end.saturating_add(bytes),
        )
    }

    /// The range for slicing.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Self {
        span.range()
    }
}

/// A line and a column, both counted from 1.
///
/// The column counts characters (Unicode scalar values), so that it is right on Kazakh lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverted_span_is_empty() {
        assert!(Span::new(5, 3).is_empty());
        assert_eq!(Span::new(5, 3).len(), 0);
    }

    #[test]
    fn cover_is_the_smallest_span_that_holds_both() {
        assert_eq!(Span::new(4, 6).cover(Span::new(1, 2)), Span::new(1, 6));
        assert!(Span::new(1, 6).contains(1));
        assert!(!Span::new(1, 6).contains(6));
        assert_eq!(Span::new(1, 2).shifted(10), Span::new(11, 12));
    }
}
