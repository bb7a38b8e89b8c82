//! The named limits of the reader: what keeps a hostile or mistaken file from filling memory or
//! time.

/// Bounds on what [`parse`](crate::parse()) reads. Reaching one is an error that names it, and the
/// reading ends there.
///
/// ```
/// use reglament_source::SourceText;
/// use reglament_xml::{Limits, parse};
///
/// let limits = Limits { depth: 2, ..Limits::default() };
/// let source = SourceText::new("deep.bpmn", "<a><b><c/></b></a>".to_owned());
/// let (_, diagnostics) = parse(source, &limits);
/// assert_eq!(diagnostics[0].message, "elements are nested deeper than the limit of 2");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the decoded document. Values above 1 GiB count as 1 GiB.
    pub document_bytes: usize,
    /// Elements inside each other.
    pub depth: usize,
    /// Nodes in the document, attributes included.
    pub nodes: usize,
    /// Attributes of one element, namespace declarations included.
    pub attributes: usize,
    /// Bytes of one text, comment, instruction or attribute value, as written.
    pub text_bytes: usize,
    /// Bytes of one name. Values above 65,535 count as 65,535.
    pub name_bytes: usize,
    /// Different namespace prefixes in the document.
    pub prefixes: usize,
    /// Problems that are reported before reading ends.
    pub problems: usize,
}

impl Limits {
    /// What offsets of the tree can hold: the highest bit of an offset marks owned strings.
    pub(crate) const MAX_DOCUMENT_BYTES: usize = 1 << 30;
    /// What the length of a prefix can hold.
    pub(crate) const MAX_NAME_BYTES: usize = 65_535;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 64 << 20,
            depth: 256,
            nodes: 8_000_000,
            attributes: 256,
            text_bytes: 16 << 20,
            name_bytes: 1024,
            prefixes: 256,
            problems: 500,
        }
    }
}
