//! The diagnostic codes of this crate: RG0101 to RG0199, XML that is not well formed.

use reglament_source::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $title:literal, $spec:expr, $explanation:literal;)*) => {
        $(
            $(#[$doc])*
            pub static $name: Code = Code { id: $id, title: $title, explanation: $explanation, spec: $spec };
        )*
        /// Every code of this crate, in order.
        pub static CODES: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    /// A tag, comment, CDATA section or instruction that has no end.
    UNCLOSED = "RG0101", "markup is not closed", Some("XML 1.0, 3.1"),
    "A tag, a comment, a CDATA section or a processing instruction begins and does not end. Look \
for a missing `>`, `-->`, `]]>`, `?>` or closing quote.";

    /// Start and end tags that do not match.
    MISMATCHED_TAG = "RG0102", "tags do not match", Some("XML 1.0, 3"),
    "Every start tag needs an end tag with the same name, prefix included, and elements lie wholly \
inside each other.";

    /// A name that is none.
    BAD_NAME = "RG0103", "not a name", Some("XML 1.0, 2.3"),
    "Names begin with a letter of any script or `_` and go on with letters, digits, `-`, `_` and \
`.`; a prefix is separated by one colon.";

    /// An attribute that is not written as `name=\"value\"`.
    BAD_ATTRIBUTE = "RG0104", "malformed attribute", Some("XML 1.0, 3.1"),
    "Attributes are written `name=\"value\"` with white space before them. The value has quotes \
and holds no `<`, which is written `&lt;`.";

    /// The same attribute twice.
    DUPLICATE_ATTRIBUTE = "RG0105", "duplicate attribute", Some("XML 1.0, 3.1; Namespaces 6.3"),
    "An element has each attribute once. Two prefixes that stand for the same namespace do not \
make two attributes of one local name.";

    /// A prefix that nothing declares.
    UNKNOWN_PREFIX = "RG0106", "unknown prefix", Some("Namespaces in XML 1.0, 5"),
    "The prefix of an element or attribute is declared with `xmlns:prefix=\"...\"` on the element \
or around it.";

    /// A namespace declaration that is not allowed.
    BAD_NAMESPACE = "RG0107", "malformed namespace declaration", Some("Namespaces in XML 1.0, 3"),
    "The prefixes `xml` and `xmlns` and their namespaces cannot be declared anew, and a prefix \
cannot be undeclared.";

    /// A character that XML does not allow.
    ILLEGAL_CHARACTER = "RG0108", "illegal character", Some("XML 1.0, 2.2"),
    "NUL and the control characters below U+0020 other than tab, line feed and carriage return, \
and U+FFFE and U+FFFF, cannot stand in a document, not even as references.";

    /// A reference that stands for nothing.
    BAD_REFERENCE = "RG0109", "malformed reference", Some("XML 1.0, 4.1"),
    "`&` begins a reference: `&amp;` `&lt;` `&gt;` `&quot;` `&apos;`, or a character by number as \
`&#10;` or `&#x4D9;`. A literal `&` is written `&amp;`. Other entities would need a DOCTYPE, which \
is refused.";

    /// No root, a second root, or text beside it.
    ROOT = "RG0110", "not one root element", Some("XML 1.0, 2.1"),
    "A document is one element with comments and instructions before and behind it, and nothing \
else.";

    /// A document type declaration.
    DOCTYPE = "RG0111", "DOCTYPE is refused", None,
    "Document type declarations can read other files and grow without bounds, and no process model \
needs them. Take the DOCTYPE out.";

    /// A comment that holds `--`.
    BAD_COMMENT = "RG0112", "malformed comment", Some("XML 1.0, 2.5"),
    "A comment holds no `--` and does not end with `-`.";

    /// A processing instruction or XML declaration that is none.
    BAD_INSTRUCTION = "RG0113", "malformed instruction", Some("XML 1.0, 2.6 and 2.8"),
    "`<?xml ...?>` stands at the very start of a document with `version`, then `encoding`, then \
`standalone`. Every other instruction has a name without a colon that is not `xml` in any case.";

    /// `]]>` in text.
    CDATA_END = "RG0114", "`]]>` in text", Some("XML 1.0, 2.4"),
    "`]]>` ends a CDATA section and cannot stand in text. Write `]]&gt;`.";

    /// A named limit is reached.
    LIMIT = "RG0115", "limit reached", None,
    "The document is larger, deeper or more broken than what is read. The limits keep a hostile or \
mistaken file from filling memory and time.";

    /// The declared encoding is not the one of the bytes.
    ENCODING_MISMATCH = "RG0116", "declared encoding is not the real one", Some("XML 1.0, 4.3.3"),
    "The XML declaration names one encoding and the bytes are plainly in another, which is the one \
the document was read in.";

    /// A version of XML that is not 1.0.
    VERSION = "RG0117", "unknown version of XML", Some("XML 1.0, 2.8"),
    "Documents are read as XML 1.0.";
}
