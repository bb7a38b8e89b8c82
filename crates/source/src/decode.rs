//! From bytes to text: byte order marks, the encoding named in an XML declaration, and the
//! encodings that process files come in (XML 1.0, 4.3.3 and appendix F).

use std::fmt;

use crate::{Diagnostic, SourceText, Span, TEXT_BYTES_LIMIT, codes};

/// How many undecodable places are reported for one file.
const UNDECODABLE_LIMIT: usize = 20;
/// How far into a file the encoding of an XML declaration is looked for, in bytes.
const DECLARATION_LIMIT: usize = 512;
/// What windows-1252 has where ISO-8859-1 has control characters (0x80 to 0x9F); `\0` is nothing.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘',
    '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// The encoding a text was decoded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8 (and its subset US-ASCII).
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// ISO-8859-1 (Latin 1).
    Iso8859_1,
    /// windows-1252 (Western European Windows).
    Windows1252,
}

impl Encoding {
    /// The name as XML declarations write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 | Self::Utf8Bom => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Iso8859_1 => "ISO-8859-1",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// Whether an XML declaration that names `label` speaks of this encoding.
    #[must_use]
    pub fn is_named_by(self, label: &str) -> bool {
        match Named::from_label(label) {
            Named::Utf8 => matches!(self, Self::Utf8 | Self::Utf8Bom),
            Named::Utf16 => matches!(self, Self::Utf16Le | Self::Utf16Be),
            Named::Iso8859_1 => self == Self::Iso8859_1,
            Named::Windows1252 => self == Self::Windows1252,
            Named::Unknown => false,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a label in an XML declaration names.
enum Named {
    Utf8,
    Utf16,
    Iso8859_1,
    Windows1252,
    Unknown,
}

impl Named {
    fn from_label(label: &str) -> Self {
        match label.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" | "us-ascii" | "ascii" => Self::Utf8,
            "utf-16" | "utf-16le" | "utf-16be" | "utf16" => Self::Utf16,
            "iso-8859-1" | "iso_8859-1" | "iso8859-1" | "latin1" | "latin-1" | "l1" => {
                Self::Iso8859_1
            }
            "windows-1252" | "cp1252" | "x-cp1252" => Self::Windows1252,
            _ => Self::Unknown,
        }
    }
}

impl SourceText {
    /// Decodes the bytes of a file.
    ///
    /// The encoding is that of the byte order mark, else the one the XML declaration names, else
    /// UTF-8. Bytes that are plainly ASCII are not taken for UTF-16 although the declaration says
    /// so: programs that write a string to a file leave such declarations behind.
    ///
    /// # Errors
    /// The first of what [`decode_lossy`](Self::decode_lossy) reports: [`codes::UNDECODABLE`],
    /// [`codes::UNKNOWN_ENCODING`] or [`codes::TEXT_TOO_LARGE`].
    ///
    /// ```
    /// use reglament_source::{Encoding, SourceText};
    ///
    /// let bytes = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xE9</a>";
    /// let source = SourceText::decode("a.bpmn", bytes)?;
    /// assert_eq!(source.encoding(), Encoding::Iso8859_1);
    /// assert!(source.text().ends_with("<a>é</a>"));
    ///
    /// let refused = SourceText::decode("b.bpmn", b"<a>\xE9</a>").unwrap_err();
    /// assert_eq!(refused.message, "byte 0xE9 at offset 3 (line 1, column 4) is not UTF-8");
    /// # Ok::<(), reglament_source::Diagnostic>(())
    /// ```
    pub fn decode(name: impl Into<String>, bytes: &[u8]) -> Result<Self, Diagnostic> {
        let (source, diagnostics) = Self::decode_lossy(name, bytes);
        match diagnostics.into_iter().next() {
            None => Ok(source),
            Some(first) => Err(first),
        }
    }

    /// Decodes the bytes of a file and goes on behind what cannot be decoded.
    ///
    /// Each undecodable place becomes U+FFFD in the text and an error that points at it, so that
    /// a reader can report what else is wrong and a reporter can draw the lines. A text over
    /// [`TEXT_BYTES_LIMIT`] is empty.
    #[must_use]
    pub fn decode_lossy(name: impl Into<String>, bytes: &[u8]) -> (Self, Vec<Diagnostic>) {
        let name = name.into();
        if bytes.len() > TEXT_BYTES_LIMIT {
            let message = format!(
                "the text has {} bytes, more than the limit of {TEXT_BYTES_LIMIT}",
                bytes.len()
            );
            let source = Self::with_encoding(name, String::new(), Encoding::Utf8);
            return (
                source,
                vec![Diagnostic::error(&codes::TEXT_TOO_LARGE, message)],
            );
        }
        let (encoding, body, unknown) = detect(bytes);
        let mut decoder = Decoder::new(encoding, bytes.len() - body.len());
        decoder.decode(body);
        let source = Self::with_encoding(name, decoder.text, encoding);
        let mut diagnostics: Vec<Diagnostic> = unknown.into_iter().collect();
        diagnostics.extend(decoder.bad.iter().map(|bad| bad.diagnostic(&source)));
        if decoder.bad_count > decoder.bad.len() {
            let more = decoder.bad_count - decoder.bad.len();
            let message = format!("{more} more places are not {encoding}");
            diagnostics.push(Diagnostic::error(&codes::UNDECODABLE, message));
        }
        (source, diagnostics)
    }
}

/// The encoding of a file, its bytes behind the byte order mark, and what is wrong with the name
/// of the encoding.
fn detect(bytes: &[u8]) -> (Encoding, &[u8], Option<Diagnostic>) {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (Encoding::Utf8Bom, rest, None),
        [0xFF, 0xFE, rest @ ..] => (Encoding::Utf16Le, rest, None),
        [0xFE, 0xFF, rest @ ..] => (Encoding::Utf16Be, rest, None),
        [b'<', 0, ..] => (Encoding::Utf16Le, bytes, None),
        [0, b'<', ..] => (Encoding::Utf16Be, bytes, None),
        _ => {
            let Some((label, span)) = declared_encoding(bytes) else {
                return (Encoding::Utf8, bytes, None);
            };
            match Named::from_label(label) {
                Named::Utf8 | Named::Utf16 => (Encoding::Utf8, bytes, None),
                Named::Iso8859_1 => (Encoding::Iso8859_1, bytes, None),
                Named::Windows1252 => (Encoding::Windows1252, bytes, None),
                Named::Unknown => {
                    let message = format!("the encoding `{label}` is not known");
                    let unknown = Diagnostic::error(&codes::UNKNOWN_ENCODING, message)
                        .at(span)
                        .hint("save the file as UTF-8 and declare `encoding=\"UTF-8\"`");
                    (Encoding::Utf8, bytes, Some(unknown))
                }
            }
        }
    }
}

/// The encoding that the XML declaration at the start of ASCII-compatible bytes names.
fn declared_encoding(bytes: &[u8]) -> Option<(&str, Span)> {
    let head = bytes.get(..DECLARATION_LIMIT.min(bytes.len()))?;
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(head.get(..end)?).ok()?;
    let after = declaration.find("encoding")? + "encoding".len();
    let rest = declaration
        .get(after..)?
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = rest.get(1..)?.split(quote).next()?;
    let start = declaration.len() - rest.len() + 1;
    let span = Span::new(
        u32::try_from(start).ok()?,
        u32::try_from(start + label.len()).ok()?,
    );
    Some((label, span))
}

/// Bytes that are no text, and where they would have stood.
struct Undecodable {
    /// The replacement character in the text.
    span: Span,
    /// Offset of the first bad byte in the file.
    byte_offset: usize,
    bytes: Vec<u8>,
    encoding: Encoding,
}

impl Undecodable {
    fn diagnostic(&self, source: &SourceText) -> Diagnostic {
        let hex: Vec<String> = self
            .bytes
            .iter()
            .map(|byte| format!("0x{byte:02X}"))
            .collect();
        let position = source.position(self.span.start);
        let message = format!(
            "{} {} at offset {} (line {}, column {}) {} not {}",
            if hex.len() == 1 { "byte" } else { "bytes" },
            hex.join(" "),
            self.byte_offset,
            position.line,
            position.column,
            if hex.len() == 1 { "is" } else { "are" },
            self.encoding,
        );
        let hint = match self.encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => {
                "save the file as UTF-8, or name its encoding in the XML declaration"
            }
            Encoding::Utf16Le | Encoding::Utf16Be | Encoding::Iso8859_1 | Encoding::Windows1252 => {
                "save the file as UTF-8"
            }
        };
        Diagnostic::error(&codes::UNDECODABLE, message)
            .at(self.span)
            .hint(hint)
    }
}

/// Decodes bytes into `text` and remembers what is no text.
struct Decoder {
    encoding: Encoding,
    /// Bytes before the decoded part (the byte order mark).
    base: usize,
    text: String,
    bad: Vec<Undecodable>,
    bad_count: usize,
}

impl Decoder {
    fn new(encoding: Encoding, base: usize) -> Self {
        Self {
            encoding,
            base,
            text: String::new(),
            bad: Vec::new(),
            bad_count: 0,
        }
    }

    fn decode(&mut self, bytes: &[u8]) {
        self.text.reserve(bytes.len());
        match self.encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => self.decode_utf8(bytes),
            Encoding::Utf16Le => self.decode_utf16(bytes, u16::from_le_bytes),
            Encoding::Utf16Be => self.decode_utf16(bytes, u16::from_be_bytes),
            Encoding::Iso8859_1 | Encoding::Windows1252 => self.decode_single_bytes(bytes),
        }
    }

    fn decode_utf8(&mut self, bytes: &[u8]) {
        // Checking the whole is several times as fast as looking for the places that are wrong.
        if let Ok(text) = std::str::from_utf8(bytes) {
            self.text.push_str(text);
            return;
        }
        let mut offset = 0;
        for chunk in bytes.utf8_chunks() {
            self.text.push_str(chunk.valid());
            offset += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                self.reject(offset, chunk.invalid());
                offset += chunk.invalid().len();
            }
        }
    }

    fn decode_utf16(&mut self, bytes: &[u8], unit: fn([u8; 2]) -> u16) {
        let (pairs, odd) = bytes.as_chunks::<2>();
        let mut offset = 0;
        for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
            match decoded {
                Ok(character) => {
                    self.text.push(character);
                    offset += character.len_utf16() * 2;
                }
                Err(_) => {
                    self.reject(offset, bytes.get(offset..offset + 2).unwrap_or_default());
                    offset += 2;
                }
            }
        }
        if !odd.is_empty() {
            self.reject(offset, odd);
        }
    }

    fn decode_single_bytes(&mut self, bytes: &[u8]) {
        if let (true, Ok(ascii)) = (bytes.is_ascii(), std::str::from_utf8(bytes)) {
            self.text.push_str(ascii);
            return;
        }
        for (offset, byte) in bytes.iter().enumerate() {
            match self.single_byte(*byte) {
                Some(character) => self.text.push(character),
                None => self.reject(offset, &[*byte]),
            }
        }
    }

    fn single_byte(&self, byte: u8) -> Option<char> {
        if self.encoding == Encoding::Iso8859_1 || !(0x80..0xA0).contains(&byte) {
            return Some(char::from(byte));
        }
        let character = WINDOWS_1252.get(usize::from(byte - 0x80)).copied()?;
        (character != '\0').then_some(character)
    }

    fn reject(&mut self, offset: usize, bytes: &[u8]) {
        let start = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.text.push('\u{FFFD}');
        self.bad_count += 1;
        if self.bad.len() < UNDECODABLE_LIMIT {
            self.bad.push(Undecodable {
                span: Span::new(start, start.saturating_add(3)),
                byte_offset: self.base + offset,
                bytes: bytes.to_vec(),
                encoding: self.encoding,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KAZAKH: &str = "<a>Балабақша 🏠</a>";

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf16_is_read_in_both_byte_orders_with_and_without_a_mark() {
        for (order, encoding) in [
            (u16::to_le_bytes as fn(u16) -> [u8; 2], Encoding::Utf16Le),
            (u16::to_be_bytes, Encoding::Utf16Be),
        ] {
            for text in [KAZAKH.to_owned(), format!("\u{FEFF}{KAZAKH}")] {
                let source = SourceText::decode("t", &utf16(&text, order)).unwrap();
                assert_eq!(source.text(), KAZAKH);
                assert_eq!(source.encoding(), encoding);
            }
        }
    }

    #[test]
    fn a_utf8_mark_is_taken_off_and_remembered() {
        let source = SourceText::decode("t", format!("\u{FEFF}{KAZAKH}").as_bytes()).unwrap();
        assert_eq!(
            (source.text(), source.encoding()),
            (KAZAKH, Encoding::Utf8Bom)
        );
        let source = SourceText::decode("t", KAZAKH.as_bytes()).unwrap();
        assert_eq!((source.text(), source.encoding()), (KAZAKH, Encoding::Utf8));
    }

    #[test]
    fn the_declared_encoding_decides_about_single_bytes() {
        let declared = |name: &str| {
            let mut bytes = format!("<?xml version='1.0' encoding = '{name}' ?>").into_bytes();
            bytes.extend(b"\x93\xE9");
            SourceText::decode("t", &bytes)
        };
        assert!(declared("windows-1252").unwrap().text().ends_with("“é"));
        assert!(declared("iso-8859-1").unwrap().text().ends_with("\u{93}é"));
        assert_eq!(declared("UTF-8").unwrap_err().code.id, "RG0001");
        assert_eq!(declared("utf-16").unwrap_err().code.id, "RG0001");
    }

    #[test]
    fn an_unknown_encoding_is_refused_where_it_is_named() {
        let bytes = b"<?xml version=\"1.0\" encoding=\"koi8-r\"?><a/>";
        let refused = SourceText::decode("t", bytes).unwrap_err();
        assert_eq!(refused.code.id, "RG0002");
        let span = refused.span.unwrap();
        assert_eq!(&bytes[span.range()], b"koi8-r");
    }

    #[test]
    fn undecodable_bytes_are_reported_each_with_its_place() {
        let bytes = b"<a>\n\xD2\x9B\xFF b \xC3</a>";
        let (source, found) = SourceText::decode_lossy("t", bytes);
        assert_eq!(source.text(), "<a>\nқ\u{FFFD} b \u{FFFD}</a>");
        let messages: Vec<_> = found.iter().map(|d| d.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "byte 0xFF at offset 6 (line 2, column 2) is not UTF-8",
                "byte 0xC3 at offset 10 (line 2, column 6) is not UTF-8"
            ]
        );
        assert!(
            found
                .iter()
                .all(|d| source.slice(d.span.unwrap()) == "\u{FFFD}")
        );
    }

    #[test]
    fn a_lone_surrogate_and_an_odd_byte_are_undecodable() {
        let (source, found) = SourceText::decode_lossy("t", b"\xFF\xFEa\0\x00\xD8b\0c");
        assert_eq!(source.text(), "a\u{FFFD}b\u{FFFD}");
        assert_eq!(found.len(), 2);
        assert!(found[0].message.starts_with("bytes 0x00 0xD8 at offset 4 "));
        assert!(found[1].message.starts_with("byte 0x63 at offset 8 "));
    }

    #[test]
    fn windows_1252_has_five_holes() {
        let mut bytes = b"<?xml version='1.0' encoding='cp1252'?>".to_vec();
        bytes.extend(0x80..=0xFF);
        let (_, found) = SourceText::decode_lossy("t", &bytes);
        assert_eq!(found.len(), 5);
    }

    #[test]
    fn the_number_of_reports_is_limited() {
        let (source, found) = SourceText::decode_lossy("t", &[0xFF; 100]);
        assert_eq!(source.text().chars().count(), 100);
        assert_eq!(found.len(), UNDECODABLE_LIMIT + 1);
        assert_eq!(
            found.last().unwrap().message,
            "80 more places are not UTF-8"
        );
    }

    #[test]
    fn a_declaration_speaks_of_an_encoding_by_any_of_its_names() {
        assert!(Encoding::Utf8Bom.is_named_by("utf-8"));
        assert!(Encoding::Utf16Be.is_named_by("UTF-16"));
        assert!(!Encoding::Utf16Be.is_named_by("UTF-8"));
        assert!(!Encoding::Utf8.is_named_by("klingon"));
    }
}
