//! Drawing a diagnostic with the lines it points at.
//!
//! Spans count bytes and columns count characters, so that what is drawn is right on Kazakh lines.
//! Only the lines around the spans are looked at, long lines are cut, and control characters of a
//! hostile text do not reach the terminal.

mod excerpt;

use ariadne::{CharSet, Color, Config, IndexType, Report, ReportKind, Source};

use crate::{Diagnostic, Severity, SourceText};
use excerpt::{Excerpt, printable};

/// Whether a drawing has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Letters only, for pipes and files.
    Plain,
    /// With terminal escapes for colours.
    Coloured,
}

/// Draws one diagnostic on the text it belongs to, ending with a line feed.
///
/// ```
/// use reglament_source::report::{Style, draw};
/// use reglament_source::{Diagnostic, SourceText, Span, codes};
///
/// let source = SourceText::new("қабылдау.bpmn", "<a>\n  <b өтініш/>\n</a>\n".to_owned());
/// let diagnostic = Diagnostic::error(&codes::UNDECODABLE, "an example")
///     .at(Span::new(9, 21))
///     .hint("what to do");
/// let drawn = draw(&diagnostic, &source, Style::Plain);
/// assert!(drawn.starts_with("[RG0001] error: an example\n"));
/// assert!(drawn.contains("қабылдау.bpmn:2:6"));
/// assert!(drawn.contains("Help: what to do"));
/// ```
#[must_use]
pub fn draw(diagnostic: &Diagnostic, source: &SourceText, style: Style) -> String {
    match diagnostic.span {
        Some(span) => {
            let excerpt = Excerpt::around(source, span, &diagnostic.labels);
            draw_excerpt(diagnostic, source, style, &excerpt)
        }
        None => draw_without_place(diagnostic, source, style),
    }
}

fn draw_excerpt(
    diagnostic: &Diagnostic,
    source: &SourceText,
    style: Style,
    excerpt: &Excerpt,
) -> String {
    let name = printable(source.name());
    let id = name.as_str();
    let color = color(diagnostic.severity);
    let config = Config::new()
        .with_index_type(IndexType::Byte)
        .with_char_set(CharSet::Unicode)
        .with_color(style == Style::Coloured);
    let mut report = Report::build(
        ReportKind::Custom(diagnostic.severity.as_str(), color),
        (id, excerpt.main.range()),
    )
    .with_config(config)
    .with_code(diagnostic.code.id)
    .with_message(printable(&diagnostic.message))
    .with_label(
        ariadne::Label::new((id, excerpt.main.range()))
            .with_message(diagnostic.code.title)
            .with_color(color)
            .with_priority(1),
    );
    for label in &excerpt.labels {
        report = report.with_label(
            ariadne::Label::new((id, label.span.range()))
                .with_message(printable(&label.message))
                .with_color(Color::Blue),
        );
    }
    for label in &excerpt.far_labels {
        let position = source.position(label.span.start);
        report = report.with_note(format!("{} at {id}:{position}", printable(&label.message)));
    }
    if let Some(hint) = &diagnostic.hint {
        report = report.with_help(printable(hint));
    }
    if let Some(spec) = diagnostic.spec() {
        report = report.with_note(spec);
    }
    let mut drawn = Vec::new();
    let lines = Source::from(excerpt.text.as_str());
    if report.finish().write((id, lines), &mut drawn).is_err() {
        // Writing to memory does not fail; were it to, the words would still be there.
        return draw_without_place(diagnostic, source, style);
    }
    let drawn = String::from_utf8_lossy(&drawn).into_owned();
    // The colour of a custom kind does not obey the configuration.
    let drawn = if style == Style::Plain {
        without_escapes(&drawn)
    } else {
        drawn
    };
    match &excerpt.columns {
        None => drawn,
        Some(columns) => drawn.replacen(
            &format!("{id}:{}:{}", columns.line, columns.drawn),
            &format!("{id}:{}:{}", columns.line, columns.real),
            1,
        ),
    }
}

/// Takes colours out: everything from an escape to the `m` that ends it.
fn without_escapes(drawn: &str) -> String {
    let mut pieces = drawn.split('\u{1b}');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain.push_str(piece.split_once('m').map_or("", |(_, text)| text));
    }
    plain
}

/// A diagnostic about a whole file.
fn draw_without_place(diagnostic: &Diagnostic, source: &SourceText, style: Style) -> String {
    let (on, off) = match (style, diagnostic.severity) {
        (Style::Plain, _) => ("", ""),
        (Style::Coloured, Severity::Error) => ("\u{1b}[31m", "\u{1b}[0m"),
        (Style::Coloured, Severity::Warning) => ("\u{1b}[33m", "\u{1b}[0m"),
        (Style::Coloured, Severity::Note) => ("\u{1b}[34m", "\u{1b}[0m"),
    };
    let mut drawn = format!(
        "{on}[{}] {}:{off} {}\n   ─ {}\n",
        diagnostic.code,
        diagnostic.severity,
        printable(&diagnostic.message),
        printable(source.name()),
    );
    if let Some(hint) = &diagnostic.hint {
        drawn.push_str(&format!("   Help: {}\n", printable(hint)));
    }
    if let Some(spec) = diagnostic.spec() {
        drawn.push_str(&format!("   Note: {spec}\n"));
    }
    drawn
}

const fn color(severity: Severity) -> Color {
    match severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Note => Color::Cyan,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, Span};

    static CODE: Code = Code {
        id: "RG0999",
        title: "test",
        explanation: "",
        spec: Some("BPMN 2.0.2, 10.5.1"),
    };

    fn place(source: &SourceText, needle: &str) -> Span {
        let start = source.text().find(needle).unwrap();
        Span::new(start as u32, (start + needle.len()) as u32)
    }

    #[test]
    fn a_kazakh_line_is_underlined_under_its_letters() {
        let text = "<process>\n  <task name=\"Өтінішті қабылдау\" id=\"1x\"/>\n</process>\n";
        let source = SourceText::new("өтініш.bpmn", text.to_owned());
        let diagnostic = Diagnostic::error(&CODE, "the id `1x` is not a name")
            .at(place(&source, "1x"))
            .label(place(&source, "Өтінішті"), "its name")
            .hint("begin with a letter");
        let expected = "\
[RG0999] error: the id `1x` is not a name
   ╭─[ өтініш.bpmn:2:38 ]
   │
 2 │   <task name=\"Өтінішті қабылдау\" id=\"1x\"/>
   │               ────┬───               ─┬  
   │                   ╰────────────────────── its name
   │                                       │  
   │                                       ╰── test
   │ 
   │ Help: begin with a letter
   │ 
   │ Note: BPMN 2.0.2, 10.5.1
───╯
";
        assert_eq!(draw(&diagnostic, &source, Style::Plain), expected);
    }

    #[test]
    fn colours_come_only_when_asked_for() {
        let source = SourceText::new("a", "abc".to_owned());
        for diagnostic in [
            Diagnostic::warning(&CODE, "m").at(Span::new(1, 2)),
            Diagnostic::warning(&CODE, "m"),
        ] {
            assert!(!draw(&diagnostic, &source, Style::Plain).contains('\u{1b}'));
            assert!(draw(&diagnostic, &source, Style::Coloured).contains('\u{1b}'));
        }
    }

    #[test]
    fn a_diagnostic_without_a_place_names_the_file() {
        let source = SourceText::new("a.bpmn", String::new());
        let drawn = draw(
            &Diagnostic::error(&CODE, "m").hint("h"),
            &source,
            Style::Plain,
        );
        assert_eq!(
            drawn,
            "[RG0999] error: m\n   ─ a.bpmn\n   Help: h\n   Note: BPMN 2.0.2, 10.5.1\n"
        );
    }

    #[test]
    fn a_long_line_is_cut_and_its_column_is_still_right() {
        let text = format!("{}<қате/>{}", "<ә/>".repeat(50_000), "<b/>".repeat(50_000));
        let source = SourceText::new("min.bpmn", text);
        let diagnostic = Diagnostic::error(&CODE, "m").at(place(&source, "қате"));
        let drawn = draw(&diagnostic, &source, Style::Plain);
        assert!(drawn.contains("min.bpmn:1:200002"), "{drawn}");
        assert!(drawn.len() < 4000);
        let lines: Vec<&str> = drawn.lines().collect();
        let line = lines
            .iter()
            .position(|line| line.contains("<қате/>"))
            .unwrap();
        let column = |line: &str, needle: &str| {
            line.split_once(needle)
                .map(|(before, _)| before.chars().count())
                .unwrap()
        };
        assert_eq!(column(lines[line], "қате"), column(lines[line + 1], "─"));
    }

    #[test]
    fn a_label_far_away_is_named_by_its_position() {
        let source = SourceText::new("f", format!("a{}b", "\n".repeat(5000)));
        let diagnostic = Diagnostic::error(&CODE, "m")
            .at(place(&source, "b"))
            .label(place(&source, "a"), "the first one");
        let drawn = draw(&diagnostic, &source, Style::Plain);
        assert!(drawn.contains("the first one at f:1:1"), "{drawn}");
        assert!(drawn.contains("f:5001:1"), "{drawn}");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let source = SourceText::new("f\u{1b}", "a\u{1b}[2Jb \u{9b}c \u{202e}d".to_owned());
        let diagnostic = Diagnostic::error(&CODE, "m\u{1b}\u{9b}").at(place(&source, "d"));
        let drawn = draw(&diagnostic, &source, Style::Plain);
        assert!(drawn.chars().all(|c| c == '\n' || !c.is_control()));
        assert!(!drawn.contains('\u{202e}'));
    }

    #[test]
    fn any_span_can_be_drawn() {
        let text = "әa\r\nb\u{2028}c\u{85}\u{b}d\n\n";
        let source = SourceText::new("f", text.to_owned());
        let end = text.len() as u32 + 2;
        for start in 0..end {
            for stop in start..end {
                let diagnostic = Diagnostic::error(&CODE, "m")
                    .at(Span::new(start, stop))
                    .label(Span::new(stop, end), "l");
                let drawn = draw(&diagnostic, &source, Style::Plain);
                let position = source.position(start.min(text.len() as u32));
                assert!(
                    drawn.contains(&format!("f:{position} ")),
                    "{start}..{stop} {drawn}"
                );
            }
        }
    }
}
