//! The lines around a diagnostic, made fit to be drawn.

use crate::{Label, SourceText, Span};

/// Lines longer than this many bytes are cut.
const LINE_BYTES: u32 = 400;
/// How much of a cut line stays before the place that is pointed at, in bytes.
const BEFORE_BYTES: u32 = 80;
/// Labels further away than this many lines are named by their position.
const NEAR_LINES: u32 = 40;

/// Some lines of a text, and the places in them. Empty lines stand for what comes before, so that
/// the lines have their numbers.
pub(super) struct Excerpt {
    pub(super) text: String,
    /// The place of the diagnostic in `text`.
    pub(super) main: Span,
    /// The labels near it, in `text`.
    pub(super) labels: Vec<Label>,
    /// The labels far away, in the source.
    pub(super) far_labels: Vec<Label>,
    /// Set when the line of the diagnostic was cut at its start.
    pub(super) columns: Option<Columns>,
}

/// The column a diagnostic has in its excerpt and the one it has in the source.
pub(super) struct Columns {
    pub(super) line: u32,
    pub(super) drawn: u32,
    pub(super) real: u32,
}

impl Excerpt {
    pub(super) fn around(source: &SourceText, span: Span, labels: &[Label]) -> Self {
        let main = one_line(source, span);
        let line = source.position(main.start).line;
        let is_near =
            |label: &&Label| source.position(label.span.start).line.abs_diff(line) <= NEAR_LINES;
        let (near, far): (Vec<&Label>, Vec<&Label>) = labels.iter().partition(is_near);
        let near: Vec<Label> = near
            .into_iter()
            .map(|label| Label {
                span: one_line(source, label.span),
                message: label.message.clone(),
            })
            .collect();
        let lines = near
            .iter()
            .map(|label| source.position(label.span.start).line)
            .chain([line]);
        let (first, last) = lines.fold((line, line), |(a, b), line| (a.min(line), b.max(line)));

        let mut builder = Builder {
            source,
            main,
            text: "\n".repeat(first.saturating_sub(1) as usize),
            pieces: Vec::new(),
        };
        for line in first..=last {
            builder.add_line(source.line_span(line));
        }
        let drawn_main = builder.place(main);
        let labels = near
            .into_iter()
            .map(|label| Label {
                span: builder.place(label.span),
                message: label.message,
            })
            .collect();
        let position = source.position(main.start);
        let before = builder
            .text
            .get(..drawn_main.start as usize)
            .unwrap_or_default();
        let drawn = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count();
        let drawn = u32::try_from(drawn).unwrap_or(u32::MAX).saturating_add(1);
        let columns = Columns {
            line: position.line,
            drawn,
            real: position.column,
        };
        Self {
            text: builder.text,
            main: drawn_main,
            labels,
            far_labels: far.into_iter().cloned().collect(),
            columns: (drawn != position.column).then_some(columns),
        }
    }
}

/// The part of a span on its first line: what a long element is pointed at by.
fn one_line(source: &SourceText, span: Span) -> Span {
    let text_end = u32::try_from(source.text().len()).unwrap_or(u32::MAX);
    let mut start = span.start.min(text_end) as usize;
    while !source.text().is_char_boundary(start) {
        start -= 1;
    }
    let start = u32::try_from(start).unwrap_or(u32::MAX);
    let line = source.line_span(source.position(start).line);
    let mut end = span.end.min(line.end).max(start) as usize;
    while !source.text().is_char_boundary(end) {
        end += 1;
    }
    Span::new(start, u32::try_from(end).unwrap_or(u32::MAX))
}

/// Puts an excerpt together and remembers which part of the source went where.
struct Builder<'s> {
    source: &'s SourceText,
    /// The place that stays visible in a long line.
    main: Span,
    text: String,
    /// Spans of the source and where they begin in `text`.
    pieces: Vec<(Span, u32)>,
}

impl Builder<'_> {
    fn add_line(&mut self, line: Span) {
        let kept = self.visible(line);
        if kept.start > line.start {
            self.text.push('…');
        }
        let start = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.pieces.push((kept, start));
        let same_width: String = self.source.slice(kept).chars().map(same_width).collect();
        self.text.push_str(&same_width);
        if kept.end < line.end {
            self.text.push('…');
        }
        // What an empty span at the end of a line points at.
        self.text.push_str(" \n");
    }

    /// The part of a line that is drawn.
    fn visible(&self, line: Span) -> Span {
        if line.len() <= LINE_BYTES {
            return line;
        }
        let is_main = line.start <= self.main.start && self.main.start <= line.end;
        let wanted = if is_main { self.main.start } else { line.start };
        let start = wanted.saturating_sub(BEFORE_BYTES).max(line.start);
        let end = start.saturating_add(LINE_BYTES).min(line.end);
        let text = self.source.text();
        let (mut start, mut end) = (start as usize, end as usize);
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let offset = |value| u32::try_from(value).unwrap_or(u32::MAX);
        Span::new(offset(start), offset(end))
    }

    /// Where a place of the source is in the excerpt; what was cut away is at the edge. An empty
    /// place becomes the character behind it.
    fn place(&self, span: Span) -> Span {
        let place = |offset: u32| {
            let piece = self.pieces.iter().rfind(|(kept, _)| kept.start <= offset);
            let Some((kept, start)) = piece.or(self.pieces.first()) else {
                return 0;
            };
            start + offset.clamp(kept.start, kept.end) - kept.start
        };
        let (start, end) = (place(span.start), place(span.end));
        if start < end {
            return Span::new(start, end);
        }
        let rest = self.text.get(start as usize..).unwrap_or_default();
        let width = rest.chars().next().map_or(0, char::len_utf8);
        Span::new(start, start + u32::try_from(width).unwrap_or(0))
    }
}

/// A character that takes as many bytes and can be printed: what a terminal would act on, or
/// ariadne would take for a line end, is replaced.
fn same_width(c: char) -> char {
    if is_printable(c) || c == '\t' {
        return c;
    }
    match c.len_utf8() {
        1 => '?',
        2 => '¿',
        _ => '\u{FFFD}',
    }
}

/// A text without characters that a terminal would act on.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if is_printable(c) { c } else { '\u{FFFD}' })
        .collect()
}

const fn is_printable(c: char) -> bool {
    // Controls, line separators, and marks that turn the direction of writing.
    !matches!(
        c,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    )
}
