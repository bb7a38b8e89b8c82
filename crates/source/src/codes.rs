//! The diagnostic codes of this crate: RG0001 to RG0099, texts and their encodings.

use crate::Code;

/// Bytes that do not belong to the encoding of the file.
pub static UNDECODABLE: Code = Code {
    id: "RG0001",
    title: "undecodable bytes",
    explanation: "The file holds bytes that are not text in the encoding it is read with. The \
encoding comes from the byte order mark, else from `encoding=\"...\"` in the XML declaration, else \
it is UTF-8.\n\nMost often the file was saved in another encoding than its declaration names. Save \
it again as UTF-8, or correct the declaration.",
    spec: Some("XML 1.0, 4.3.3"),
};

/// An encoding that is named but not supported.
pub static UNKNOWN_ENCODING: Code = Code {
    id: "RG0002",
    title: "unknown encoding",
    explanation: "The XML declaration names an encoding that cannot be read. UTF-8, UTF-16 (both \
byte orders), ISO-8859-1, windows-1252 and US-ASCII can. Save the file as UTF-8.",
    spec: Some("XML 1.0, 4.3.3"),
};

/// A text over the limit of [`TEXT_BYTES_LIMIT`](crate::TEXT_BYTES_LIMIT) bytes.
pub static TEXT_TOO_LARGE: Code = Code {
    id: "RG0003",
    title: "text too large",
    explanation: "The file is larger than any text that is read. The limit keeps a hostile or \
mistaken file from filling the memory.",
    spec: None,
};

/// Every code of this crate, in order.
pub static CODES: &[&Code] = &[&UNDECODABLE, &UNKNOWN_ENCODING, &TEXT_TOO_LARGE];
