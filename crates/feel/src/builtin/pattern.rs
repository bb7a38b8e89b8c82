//! Regular expressions of XPath on an engine that takes linear time (DMN 1.5, 10.3.4.3).
//!
//! Not supported, because they would make matching take unbounded time or are rare: back references
//! within a pattern (`\1`), and the names of Unicode blocks (`\p{IsGreek}`). A pattern that uses
//! them is refused with a warning.

use std::fmt;

use regex::{Regex, RegexBuilder};

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) regex: Regex,
    literal: bool,
}

/// Why a pattern cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PatternError {
    Flag(char),
    BackReference,
    TooLarge,
    Syntax,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PatternError::Flag(flag) => {
                write!(f, "expected the flags s, m, i, x or q, found `{flag}`")
            }
            PatternError::BackReference => f.write_str("back references are not supported"),
            PatternError::TooLarge => f.write_str("it is larger than the limit"),
            PatternError::Syntax => f.write_str("it is not a regular expression"),
        }
    }
}

/// One piece of a replacement.
pub(crate) enum Piece {
    Text(String),
    Group(usize),
}

impl Pattern {
    pub(crate) fn new(source: &str, flags: &str, size: usize) -> Result<Pattern, PatternError> {
        if let Some(flag) = flags.chars().find(|flag| !"smixq".contains(*flag)) {
            return Err(PatternError::Flag(flag));
        }
        let has = |flag| flags.contains(flag);
        let translated = if has('q') {
            regex::escape(source)
        } else {
            translate(source, has('x'), has('s'))?
        };
        let regex = RegexBuilder::new(&translated)
            .dot_matches_new_line(true)
            .multi_line(has('m'))
            .case_insensitive(has('i'))
            .size_limit(size)
            .dfa_size_limit(size)
            .nest_limit(100)
            .build();
        match regex {
            Ok(regex) => Ok(Pattern {
                regex,
                literal: has('q'),
            }),
            Err(regex::Error::CompiledTooBig(_)) => Err(PatternError::TooLarge),
            Err(_) => Err(PatternError::Syntax),
        }
    }

    /// The pieces of a replacement: `$1` is a group, `\$` and `\\` are characters.
    pub(crate) fn replacement(&self, text: &str) -> Option<Vec<Piece>> {
        if self.literal {
            return Some(vec![Piece::Text(text.to_owned())]);
        }
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some(escaped @ ('\\' | '$')) => plain.push(escaped),
                    _ => return None,
                },
                '$' => {
                    let mut group = characters.next()?.to_digit(10)? as usize;
                    // Further digits belong to the reference while there are so many groups.
                    while let Some(digit) = characters.peek().and_then(|c| c.to_digit(10)) {
                        let longer = group * 10 + digit as usize;
                        if longer >= self.regex.captures_len() {
                            break;
                        }
                        group = longer;
                        characters.next();
                    }
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(Piece::Group(group));
                }
                other => plain.push(other),
            }
        }
        pieces.push(Piece::Text(plain));
        Some(pieces)
    }
}

/// The text with all matches replaced; `None` when it grows beyond `limit` bytes.
pub(crate) fn replace_all(
    regex: &Regex,
    text: &str,
    pieces: &[Piece],
    limit: usize,
) -> Option<String> {
    let mut result = String::with_capacity(text.len());
    let mut last = 0;
    for captures in regex.captures_iter(text) {
        let whole = captures.get(0)?;
        result.push_str(text.get(last..whole.start())?);
        for piece in pieces {
            match piece {
                Piece::Text(plain) => result.push_str(plain),
                Piece::Group(group) => {
                    result.push_str(captures.get(*group).map_or("", |group| group.as_str()));
                }
            }
        }
        last = whole.end();
        if result.len() > limit {
            return None;
        }
    }
    result.push_str(text.get(last..)?);
    Some(result)
}

/// Writes a pattern of XPath in the syntax of the engine.
fn translate(source: &str, extended: bool, dot_all: bool) -> Result<String, PatternError> {
    let mut out = String::with_capacity(source.len() + 8);
    let mut depth = 0u32;
    let mut characters = source.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let escaped = characters.next().ok_or(PatternError::Syntax)?;
                escape(&mut out, escaped, depth > 0)?;
            }
            '[' => {
                depth += 1;
                out.push('[');
                if characters.peek() == Some(&'^') {
                    characters.next();
                    out.push('^');
                }
            }
            ']' if depth > 0 => {
                depth -= 1;
                out.push(']');
            }
            '-' if depth > 0 && characters.peek() == Some(&'[') => out.push_str("--"),
            '&' | '~' if depth > 0 => {
                // Doubled, these are operators of the engine; alone, an escape does no harm.
                out.push('\\');
                out.push(character);
            }
            '-' if depth > 0 && characters.peek() == Some(&'-') => out.push_str("\\-"),
            '.' if depth == 0 && !dot_all => out.push_str("[^\\n\\r]"),
            '(' if depth == 0 && characters.peek() == Some(&'?') => {
                characters.next();
                if characters.next() != Some(':') {
                    return Err(PatternError::Syntax);
                }
                out.push_str("(?:");
            }
            space if extended && depth == 0 && space.is_whitespace() => {}
            other => out.push(other),
        }
    }
    Ok(out)
}

fn escape(out: &mut String, escaped: char, in_class: bool) -> Result<(), PatternError> {
    let class = match escaped {
        'i' => "_:\\p{L}",
        'c' => "\\-._:\\p{L}\\p{N}\\p{M}",
        'I' => return negated(out, "_:\\p{L}", in_class),
        'C' => return negated(out, "\\-._:\\p{L}\\p{N}\\p{M}", in_class),
        '1'..='9' => return Err(PatternError::BackReference),
        'n' | 'r' | 't' | 'd' | 'D' | 's' | 'S' | 'w' | 'W' | 'p' | 'P' => {
            out.push('\\');
            out.push(escaped);
            return Ok(());
        }
        letter if letter.is_alphanumeric() => return Err(PatternError::Syntax),
        other => {
            out.push_str(&regex::escape(other.encode_utf8(&mut [0; 4])));
            return Ok(());
        }
    };
    if in_class {
        out.push_str(class)
    } else {
        out.push_str(&format!("[{class}]"))
    }
    Ok(())
}

fn negated(out: &mut String, class: &str, in_class: bool) -> Result<(), PatternError> {
    if in_class {
        return Err(PatternError::Syntax);
    }
    out.push_str(&format!("[^{class}]"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_match(pattern: &str, flags: &str, text: &str) -> Result<bool, PatternError> {
        Pattern::new(pattern, flags, 1 << 20).map(|pattern| pattern.regex.is_match(text))
    }

    #[test]
    fn xpath_flags_and_classes_are_translated() {
        assert_eq!(is_match("^[a-z-[aeiou]]+$", "", "xyz"), Ok(true));
        assert_eq!(is_match("^[a-z-[aeiou]]+$", "", "xaz"), Ok(false));
        assert_eq!(is_match("^\\i\\c*$", "", "өтініш-1"), Ok(true));
        assert_eq!(is_match("hello world", "x", "helloworld"), Ok(true));
        assert_eq!(is_match("ӨТІНІШ", "i", "өтініш"), Ok(true));
        assert_eq!(is_match("a.b", "q", "axb"), Ok(false));
        assert_eq!(is_match("a.b", "", "a\nb"), Ok(false));
        assert_eq!(is_match("a.b", "s", "a\nb"), Ok(true));
    }

    #[test]
    fn what_cannot_be_matched_in_linear_time_is_refused() {
        assert_eq!(
            is_match("(a)\\1", "", "aa"),
            Err(PatternError::BackReference)
        );
        assert_eq!(is_match("a", "g", "a"), Err(PatternError::Flag('g')));
        assert_eq!(
            is_match("((a{1000}){1000}){1000}", "", "a"),
            Err(PatternError::TooLarge)
        );
        assert_eq!(is_match("(", "", "a"), Err(PatternError::Syntax));
        assert_eq!(
            is_match("(a+)+$", "", &format!("{}b", "a".repeat(100_000))),
            Ok(false)
        );
    }
}
