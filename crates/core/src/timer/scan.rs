//! A reader over the fixed-width digits and separators of ISO 8601 texts.

/// What is left of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Scanner { rest: text }
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes the character if it is the next one.
    pub(crate) fn eat(&mut self, wanted: char) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes the next character if it is one of these.
    pub(crate) fn eat_any(&mut self, wanted: &[char]) -> Option<char> {
        let next = self.peek().filter(|next| wanted.contains(next))?;
        self.eat(next);
        Some(next)
    }

    /// Takes the longest run of ASCII digits; empty when there is none.
    pub(crate) fn digits(&mut self) -> &'a str {
        let end = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at_checked(end).unwrap_or(("", self.rest));
        self.rest = rest;
        digits
    }

    /// Takes exactly `count` ASCII digits as a number; takes nothing when there are fewer.
    pub(crate) fn fixed(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number = digits.parse().ok()?;
        self.rest = rest;
        Some(number)
    }
}

/// A fraction written after the decimal sign, as millionths, rounded up so that nothing that is
/// derived from it comes too early; below or equal to one million.
pub(crate) fn millionths(digits: &str) -> i64 {
    let mut micros = 0;
    for position in 0..6 {
        let digit = digits
            .as_bytes()
            .get(position)
            .map_or(0, |byte| i64::from(byte - b'0'));
        micros = micros * 10 + digit;
    }
    let finer = digits.bytes().skip(6).any(|byte| byte != b'0');
    micros + i64::from(finer)
}
