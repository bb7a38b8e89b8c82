//! Reading and writing numbers as text.

use std::fmt;
use std::str::FromStr;

use super::Number;

/// A text that is not a number, or a number outside the range of 34-digit decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// The text does not have the form of a number.
    Syntax,
    /// The number is too large.
    Range,
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NumberError::Syntax => "expected a decimal number",
            NumberError::Range => "the number is too large",
        })
    }
}

impl std::error::Error for NumberError {}

/// Collects digits up to the 38 that fit, and remembers whether more nonzero ones followed.
#[derive(Default)]
struct Digits {
    coefficient: u128,
    /// Digits that did not fit and stand before the decimal point count here.
    exponent: i64,
    sticky: bool,
    any: bool,
}

impl Digits {
    fn push(&mut self, digit: u8, fraction: bool) {
        self.any = true;
        if self.coefficient < 10u128.pow(37) {
            self.coefficient = self.coefficient * 10 + u128::from(digit);
            self.exponent -= i64::from(fraction);
        } else {
            self.sticky |= digit != 0;
            self.exponent += i64::from(!fraction);
        }
    }
}

impl FromStr for Number {
    type Err = NumberError;

    /// Reads `[+-] digits [. digits] [e [+-] digits]`; a point may lead or trail.
    ///
    /// More than 34 significant digits are rounded half to even.
    ///
    /// # Errors
    /// [`NumberError::Syntax`] for any other text, [`NumberError::Range`] above 9.99…E+6144.
    fn from_str(text: &str) -> Result<Number, NumberError> {
        let bytes = text.as_bytes();
        let (negative, mut rest) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let mut digits = Digits::default();
        let mut fraction = false;
        loop {
            match rest {
                [digit @ b'0'..=b'9', tail @ ..] => {
                    digits.push(digit - b'0', fraction);
                    rest = tail;
                }
                [b'.', tail @ ..] if !fraction => {
                    fraction = true;
                    rest = tail;
                }
                _ => break,
            }
        }
        if !digits.any {
            return Err(NumberError::Syntax);
        }
        let exponent = digits.exponent.saturating_add(exponent(rest)?);
        let exponent = exponent.clamp(-100_000, 100_000) as i32;
        Number::from_parts(negative, digits.coefficient, exponent, digits.sticky)
            .ok_or(NumberError::Range)
    }
}

fn exponent(text: &[u8]) -> Result<i64, NumberError> {
    let (b'e' | b'E', rest) = (match text.split_first() {
        None => return Ok(0),
        Some((first, rest)) => (*first, rest),
    }) else {
        return Err(NumberError::Syntax);
    };
    let (negative, digits) = match rest {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NumberError::Syntax);
    }
    let mut value = 0i64;
    for digit in digits {
        value = value
            .saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
            .min(1_000_000);
    }
    Ok(if negative { -value } else { value })
}

/// Numbers with at most this many places are written without an exponent.
const PLAIN_PLACES: i32 = 40;

impl fmt::Display for Number {
    /// Plain digits where the number has at most 40 places, otherwise `1.5e300`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts();
        let digits = parts.coefficient.to_string();
        let count = digits.len() as i32;
        let top = count + parts.exponent;
        let mut text = String::with_capacity(44);
        if parts.exponent >= 0 && top <= PLAIN_PLACES {
            text.push_str(&digits);
            if parts.coefficient != 0 {
                text.extend(std::iter::repeat_n(
                    '0',
                    parts.exponent.unsigned_abs() as usize,
                ));
            }
        } else if parts.exponent < 0 && top > -(PLAIN_PLACES - DIGITS_SHOWN) {
            if top <= 0 {
                text.push_str("0.");
                text.extend(std::iter::repeat_n('0', top.unsigned_abs() as usize));
                text.push_str(&digits);
            } else {
                let (whole, fraction) = digits.split_at(top.unsigned_abs() as usize);
                text.push_str(whole);
                text.push('.');
                text.push_str(fraction);
            }
        } else {
            let (first, rest) = digits.split_at(1);
            text.push_str(first);
            if !rest.is_empty() {
                text.push('.');
                text.push_str(rest);
            }
            text.push('e');
            text.push_str(&(top - 1).to_string());
        }
        f.pad_integral(!parts.negative, "", &text)
    }
}

/// Leading zeros of a small fraction are written out up to `PLAIN_PLACES - DIGITS_SHOWN`.
const DIGITS_SHOWN: i32 = 20;

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
