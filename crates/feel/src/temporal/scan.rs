//! A cursor over the bytes of a date, time or duration.

/// A cursor; every method consumes what it matched or nothing.
#[derive(Clone)]
pub(super) struct Scan<'t> {
    rest: &'t [u8],
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Scan {
            rest: text.as_bytes(),
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        match self.rest {
            [first, rest @ ..] if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    pub(super) fn expect(&mut self, byte: u8) -> Option<()> {
        self.eat(byte).then_some(())
    }

    /// Exactly two digits.
    pub(super) fn two(&mut self) -> Option<u8> {
        match self.rest {
            [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => {
                self.rest = rest;
                Some((a - b'0') * 10 + (b - b'0'))
            }
            _ => None,
        }
    }

    /// All digits that follow, with their count; `None` for no digit or too many for an `i64`.
    pub(super) fn digits(&mut self) -> Option<(i64, usize)> {
        let mut value = 0i64;
        let mut count = 0;
        while let [digit @ b'0'..=b'9', rest @ ..] = self.rest {
            value = value
                .checked_mul(10)?
                .checked_add(i64::from(digit - b'0'))?;
            count += 1;
            self.rest = rest;
        }
        (count > 0).then_some((value, count))
    }

    /// The digits after a decimal point in nanoseconds; digits past the ninth are dropped.
    pub(super) fn fraction(&mut self) -> Option<u32> {
        if !self.eat(b'.') {
            return Some(0);
        }
        let mut nanos = 0u32;
        let mut count = 0u32;
        while let [digit @ b'0'..=b'9', rest @ ..] = self.rest {
            if count < 9 {
                nanos = nanos * 10 + u32::from(digit - b'0');
            }
            count += 1;
            self.rest = rest;
        }
        (count > 0).then(|| nanos * 10u32.pow(9 - count.min(9)))
    }

    pub(super) fn rest(&self) -> &'t str {
        std::str::from_utf8(self.rest).unwrap_or_default()
    }
}
