//! Cutting a text into tags, texts and the rest with quick-xml, and going on behind what it
//! cannot cut.

use quick_xml::Reader;
use quick_xml::events::Event;
use reglament_source::Span;

/// How many bytes are looked at again, at most, because reading starts again. Each start may look
/// at the whole rest of the text, so this bounds the time that hostile documents take.
const REREAD_BYTES_LIMIT: usize = 1 << 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Text,
    /// `&...;`
    Reference,
    /// `<...>`
    Start,
    /// `<.../>`
    Empty,
    /// `</...>`
    End,
    Comment,
    CData,
    /// `<?...?>`, the XML declaration included.
    Instruction,
    DocType,
    /// Something that begins here and does not end.
    Broken,
    EndOfText,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// The whole token with its delimiters.
    pub(super) span: Span,
}

pub(super) struct Tokens<'s> {
    text: &'s str,
    /// Where the reader began.
    base: usize,
    reader: Reader<&'s [u8]>,
    reread_bytes: usize,
}

impl<'s> Tokens<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self {
            text,
            base: 0,
            reader: reader(text),
            reread_bytes: 0,
        }
    }

    /// The offset where the next token begins.
    pub(super) fn offset(&self) -> usize {
        self.base + usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    pub(super) fn next(&mut self) -> Token {
        let start = self.offset();
        // quick-xml drops a byte order mark at its start without counting it.
        if start == self.base
            && let Some(behind) = self
                .text
                .get(start..)
                .and_then(|t| t.strip_prefix('\u{FEFF}'))
        {
            self.base = self.text.len() - behind.len();
            self.reader = reader(behind);
            return Token {
                kind: TokenKind::Text,
                span: span(start, self.base),
            };
        }
        let kind = match self.reader.read_event() {
            Ok(Event::Text(_)) => TokenKind::Text,
            Ok(Event::GeneralRef(_)) => TokenKind::Reference,
            Ok(Event::Start(_)) => TokenKind::Start,
            Ok(Event::Empty(_)) => TokenKind::Empty,
            Ok(Event::End(_)) => TokenKind::End,
            Ok(Event::Comment(_)) => TokenKind::Comment,
            Ok(Event::CData(_)) => TokenKind::CData,
            Ok(Event::PI(_) | Event::Decl(_)) => TokenKind::Instruction,
            Ok(Event::DocType(_)) => TokenKind::DocType,
            Ok(Event::Eof) => TokenKind::EndOfText,
            Err(_) => TokenKind::Broken,
        };
        Token {
            kind,
            span: span(start, self.offset()),
        }
    }

    /// Goes on at `offset`. False when that has been done too often.
    pub(super) fn restart(&mut self, offset: u32) -> bool {
        self.base = offset as usize;
        self.reread_bytes += self.text.len().saturating_sub(self.base);
        self.reader = reader(self.text.get(self.base..).unwrap_or_default());
        self.reread_bytes <= REREAD_BYTES_LIMIT
    }
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

/// Texts are limited to what 32 bits count before they come here.
pub(super) fn span(start: usize, end: usize) -> Span {
    let offset = |value| u32::try_from(value).unwrap_or(u32::MAX);
    Span::new(offset(start), offset(end))
}
