//! Writing SVG: elements, attributes, numbers with a stable form, escaped text.

/// The value of an attribute.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'v> {
    /// A text, to be escaped.
    Text(&'v str),
    /// A number, to be written with at most two decimals.
    Number(f64),
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// Attributes in their order.
pub(super) type Attributes<'a, 'v> = &'a [(&'a str, Value<'v>)];

/// Text of an SVG file under way.
#[derive(Debug, Default)]
pub(super) struct Writer {
    out: String,
}

impl Writer {
    /// What has been written.
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Opens an element; [`Writer::close`] ends it.
    pub(super) fn open(&mut self, name: &str, attributes: Attributes<'_, '_>) {
        self.start(name, attributes);
        self.out.push('>');
    }

    /// Writes an element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: Attributes<'_, '_>) {
        self.start(name, attributes);
        self.out.push_str("/>");
    }

    /// Writes an element that contains a text.
    pub(super) fn leaf(&mut self, name: &str, attributes: Attributes<'_, '_>, text: &str) {
        self.open(name, attributes);
        escape(text, &mut self.out);
        self.close(name);
    }

    /// Ends an element.
    pub(super) fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Begins a new line, for people who read the file.
    pub(super) fn line(&mut self) {
        self.out.push('\n');
    }

    /// Adds what another writer has written.
    pub(super) fn append(&mut self, other: Self) {
        self.out.push_str(&other.out);
    }

    fn start(&mut self, name: &str, attributes: Attributes<'_, '_>) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            match value {
                Value::Text(text) => escape(text, &mut self.out),
                Value::Number(number) => write_number(*number, &mut self.out),
            }
            self.out.push('"');
        }
    }
}

/// The data of a path.
#[derive(Debug, Default)]
pub(super) struct Path {
    data: String,
}

impl Path {
    /// The data, for the attribute `d`.
    pub(super) fn data(&self) -> &str {
        &self.data
    }

    /// A command and its numbers.
    pub(super) fn draw(mut self, command: char, numbers: &[f64]) -> Self {
        self.data.push(command);
        for (position, number) in numbers.iter().enumerate() {
            if position > 0 {
                self.data.push(' ');
            }
            write_number(*number, &mut self.data);
        }
        self
    }
}

/// Writes `number` with at most two decimals, without superfluous zeros. What is no number of
/// ordinary size is written as 0: SVG has no other ones.
pub(super) fn write_number(number: f64, out: &mut String) {
    let hundredths = (number * 100.0).round();
    if !hundredths.is_finite() || hundredths.abs() > 1e15 {
        out.push('0');
        return;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the value has just been compared"
    )]
    let hundredths = hundredths as i64;
    if hundredths < 0 {
        out.push('-');
    }
    let hundredths = hundredths.unsigned_abs();
    write_digits(hundredths / 100, out);
    let rest = hundredths % 100;
    if rest > 0 {
        out.push('.');
        out.push(digit(rest / 10));
        if !rest.is_multiple_of(10) {
            out.push(digit(rest));
        }
    }
}

/// Writes a whole number; a drawing has so many that formatting them would be felt.
fn write_digits(number: u64, out: &mut String) {
    let mut power = 1;
    while number / power >= 10 {
        power *= 10;
    }
    while power > 0 {
        out.push(digit(number / power));
        power /= 10;
    }
}

/// The last decimal digit of a number.
fn digit(number: u64) -> char {
    u32::try_from(number % 10)
        .ok()
        .and_then(|digit| char::from_digit(digit, 10))
        .unwrap_or('0')
}

/// Writes `text` so that it is text in XML and in HTML: in elements and between double quotes.
/// Characters that XML does not have become replacement characters.
pub(crate) fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((at, character)) = rest.char_indices().find(|(_, it)| is_special(*it)) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            _ => out.push('\u{fffd}'),
        }
        rest = behind.get(character.len_utf8()..).unwrap_or("");
    }
    out.push_str(rest);
}

/// Whether a character means something in XML, or is not allowed there.
fn is_special(character: char) -> bool {
    matches!(
        character,
        '&' | '<' | '>' | '"' | '\'' | '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(number: f64) -> String {
        let mut out = String::new();
        write_number(number, &mut out);
        out
    }

    #[test]
    fn numbers_have_at_most_two_decimals() {
        assert_eq!(number(3.0), "3");
        assert_eq!(number(-0.001), "0");
        assert_eq!(number(-0.5), "-0.5");
        assert_eq!(number(2.005), "2.01");
        assert_eq!(number(2.05), "2.05");
        assert_eq!(number(-1203.4), "-1203.4");
        assert_eq!(number(0.0), "0");
        assert_eq!(number(100.0), "100");
        assert_eq!(number(f64::NAN), "0");
        assert_eq!(number(1e308), "0");
    }

    #[test]
    fn markup_and_control_characters_are_only_text() {
        let mut writer = Writer::default();
        writer.leaf("title", &[("a", "\"><b".into())], "</title>\u{0}'&\n");
        let text = writer.finish();
        assert_eq!(
            text,
            "<title a=\"&quot;&gt;&lt;b\">&lt;/title&gt;\u{fffd}&#39;&amp; </title>"
        );
    }
}
