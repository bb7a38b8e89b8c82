//! Characters and names (XML 1.0, 2.2 and 2.3; Namespaces in XML 1.0, 4).

/// The namespace that the prefix `xml` always stands for.
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace that namespace declarations are in.
pub const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

/// White space of XML: space, tab, line feed, carriage return.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a character may stand in a document (production `Char`).
pub(crate) const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Whether a byte may go on a name, or is part of a character that has to be looked at.
pub(crate) const fn is_name_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b':' | 0x80..)
}

const fn is_name_start(c: char) -> bool {
    matches!(
        c,
        'a'..='z' | 'A'..='Z' | '_'
            | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
            | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
            | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
            | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}'
    )
}

const fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || matches!(
            c,
            '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}'
        )
}

/// Whether `name` is a name without a colon (production `NCName`).
pub(crate) fn is_ncname(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(is_name_start) && chars.all(is_name_char)
}

/// Whether `c` can begin a tag behind `<`.
pub(crate) fn begins_name(c: char) -> bool {
    c == ':' || is_name_start(c)
}

/// The length of the prefix of a qualified name (0 for none), or `None` when it is no such name.
pub(crate) fn prefix_len(name: &str) -> Option<u16> {
    match name.split_once(':') {
        None => is_ncname(name).then_some(0),
        Some((prefix, local)) => (is_ncname(prefix) && is_ncname(local))
            .then(|| u16::try_from(prefix.len()).ok())
            .flatten(),
    }
}

/// Prefix and local name of a qualified name whose prefix has the given length.
pub(crate) fn split(name: &str, prefix_len: u16) -> (Option<&str>, &str) {
    let len = usize::from(prefix_len);
    if len == 0 {
        return (None, name);
    }
    match (name.get(..len), name.get(len + 1..)) {
        (Some(prefix), Some(local)) => (Some(prefix), local),
        _ => (None, name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qualified_name_has_one_prefix_at_most() {
        assert_eq!(prefix_len("task"), Some(0));
        assert_eq!(prefix_len("bpmn:task"), Some(4));
        assert_eq!(prefix_len("өтініш:қабылдау"), Some("өтініш".len() as u16));
        for wrong in [
            "", ":", "a:", ":a", "a:b:c", "1a", "-a", "a b", "a:1", "a×b",
        ] {
            assert_eq!(prefix_len(wrong), None, "{wrong}");
        }
        assert_eq!(split("bpmn:task", 4), (Some("bpmn"), "task"));
        assert_eq!(split("task", 0), (None, "task"));
    }

    #[test]
    fn characters_of_xml() {
        for c in ['\t', '\n', '\r', ' ', 'ә', '\u{FFFD}', '🏠'] {
            assert!(is_char(c));
        }
        for c in ['\0', '\u{B}', '\u{1F}', '\u{FFFE}', '\u{FFFF}'] {
            assert!(!is_char(c));
        }
    }
}
