//! Addition, multiplication, division and comparison, correctly rounded to 34 digits.

use std::cmp::Ordering;

use super::wide::{self, Wide, digits, power_of_ten};
use super::{COEFFICIENT_HIGH, DIGITS, MAX_EXPONENT, MIN_EXPONENT, Number, Parts};

impl Number {
    /// Rounds parts of any size to a number; `sticky` says that nonzero digits follow.
    ///
    /// Rounds half to even. `None` when the result is too large; results that are too small become
    /// zero.
    pub(crate) fn from_parts(
        negative: bool,
        coefficient: u128,
        exponent: i32,
        sticky: bool,
    ) -> Option<Number> {
        let mut parts = Parts {
            negative,
            coefficient,
            exponent,
        };
        let surplus = digits(coefficient).saturating_sub(DIGITS) as i32;
        let dropped = surplus.max(MIN_EXPONENT.saturating_sub(exponent)).max(0);
        if dropped > 0 {
            drop_digits(&mut parts, dropped, sticky);
        }
        if parts.exponent > MAX_EXPONENT {
            if parts.coefficient == 0 {
                parts.exponent = MAX_EXPONENT;
            } else {
                let up = power_of_ten((parts.exponent - MAX_EXPONENT).unsigned_abs())?;
                parts.coefficient = parts.coefficient.checked_mul(up)?;
                parts.exponent = MAX_EXPONENT;
                if digits(parts.coefficient) > DIGITS {
                    return None;
                }
            }
        }
        Some(Number::pack(parts))
    }

    /// The sum; `None` when it is out of range.
    #[inline]
    #[must_use]
    pub fn checked_add(self, other: Number) -> Option<Number> {
        if self.is_alike(other)
            && let Some(low) = self.low.checked_add(other.low)
        {
            return Some(Number { low, ..self });
        }
        self.add_any(other)
    }

    /// Whether both have the same sign and exponent and coefficients of one word, as nearly all do.
    #[inline]
    fn is_alike(self, other: Number) -> bool {
        self.high == other.high && self.high & COEFFICIENT_HIGH == 0
    }

    #[inline(never)]
    fn add_any(self, other: Number) -> Option<Number> {
        let (a, b) = (self.parts(), other.parts());
        if a.exponent == b.exponent {
            return add_aligned(
                a.negative,
                a.coefficient,
                b.negative,
                b.coefficient,
                a.exponent,
            );
        }
        if a.exponent > b.exponent {
            add_unaligned(a, b)
        } else {
            add_unaligned(b, a)
        }
    }

    /// The difference; `None` when it is out of range.
    #[inline]
    #[must_use]
    pub fn checked_sub(self, other: Number) -> Option<Number> {
        // Less than all of it, so that no zero keeps the sign.
        if self.is_alike(other) && self.low > other.low {
            let low = self.low - other.low;
            return Some(Number { low, ..self });
        }
        self.add_any(-other)
    }

    /// The product; `None` when it is out of range.
    #[must_use]
    pub fn checked_mul(self, other: Number) -> Option<Number> {
        let (a, b) = (self.parts(), other.parts());
        let negative = a.negative != b.negative;
        let exponent = a.exponent + b.exponent;
        if (a.coefficient | b.coefficient) >> 64 == 0 {
            return Number::from_parts(negative, a.coefficient * b.coefficient, exponent, false);
        }
        let product = Wide::product(a.coefficient, b.coefficient);
        if product.high == 0 {
            return Number::from_parts(negative, product.low, exponent, false);
        }
        // Both have at most 34 digits and the product at least 39, so that 36 or 35 are kept.
        let dropped = (digits(a.coefficient) + digits(b.coefficient)).saturating_sub(DIGITS + 2);
        let (coefficient, rest) = product.divide(power_of_ten(dropped)?);
        Number::from_parts(negative, coefficient, exponent + dropped as i32, rest != 0)
    }

    /// The quotient, rounded to 34 digits; `None` for a division by zero and out of range.
    #[must_use]
    pub fn checked_div(self, other: Number) -> Option<Number> {
        let (a, b) = (self.parts(), other.parts());
        if b.coefficient == 0 {
            return None;
        }
        let negative = a.negative != b.negative;
        let exponent = a.exponent - b.exponent;
        if a.coefficient.is_multiple_of(b.coefficient) {
            return Number::from_parts(negative, a.coefficient / b.coefficient, exponent, false);
        }
        // Enough digits that the quotient has at least 35.
        let shift = (DIGITS + 1 + digits(b.coefficient)).saturating_sub(digits(a.coefficient));
        let (scaled, shift) = match power_of_ten(shift) {
            Some(unit) => (Wide::product(a.coefficient, unit), shift as i32),
            None => {
                let coefficient = a.coefficient * power_of_ten(shift - 38).unwrap_or(1);
                (Wide::product(coefficient, 10u128.pow(38)), shift as i32)
            }
        };
        let (mut quotient, rest) = scaled.divide(b.coefficient);
        let mut reached = exponent - shift;
        if rest == 0 {
            wide::strip_zeros(&mut quotient, &mut reached, exponent);
        }
        Number::from_parts(negative, quotient, reached, rest != 0)
    }

    /// The magnitude of the number.
    #[must_use]
    pub fn abs(self) -> Number {
        if self.is_negative() { -self } else { self }
    }
}

impl std::ops::Neg for Number {
    type Output = Number;

    #[inline]
    fn neg(self) -> Number {
        if self.is_zero() {
            return self;
        }
        Number {
            high: self.high ^ super::SIGN,
            low: self.low,
        }
    }
}

fn drop_digits(parts: &mut Parts, dropped: i32, sticky: bool) {
    parts.exponent += dropped;
    let Some(unit) = power_of_ten(dropped.unsigned_abs()) else {
        parts.coefficient = 0;
        return;
    };
    let rest = parts.coefficient % unit;
    parts.coefficient /= unit;
    let half = unit / 2;
    let up = match rest.cmp(&half) {
        Ordering::Greater => true,
        Ordering::Less => false,
        Ordering::Equal => sticky || parts.coefficient % 2 == 1,
    };
    if up {
        parts.coefficient += 1;
        if digits(parts.coefficient) > DIGITS {
            parts.coefficient /= 10;
            parts.exponent += 1;
        }
    }
}

#[inline]
fn add_aligned(
    a_negative: bool,
    a: u128,
    b_negative: bool,
    b: u128,
    exponent: i32,
) -> Option<Number> {
    if a_negative == b_negative {
        Number::from_parts(a_negative, a + b, exponent, false)
    } else if a >= b {
        Number::from_parts(a_negative, a - b, exponent, false)
    } else {
        Number::from_parts(b_negative, b - a, exponent, false)
    }
}

/// Adds two numbers, the first with the greater exponent.
fn add_unaligned(a: Parts, b: Parts) -> Option<Number> {
    if a.coefficient == 0 {
        return Number::from_parts(b.negative, b.coefficient, b.exponent, false);
    }
    let gap = (a.exponent - b.exponent).unsigned_abs();
    let room = 37 - digits(a.coefficient).min(37);
    let up = gap.min(room);
    let scaled = a.coefficient * power_of_ten(up)?;
    let left = gap - up;
    if left == 0 {
        return add_aligned(a.negative, scaled, b.negative, b.coefficient, b.exponent);
    }
    // The greater number has 37 digits now: what of the smaller lies below only decides rounding.
    let (kept, rest) = match power_of_ten(left) {
        Some(unit) => (b.coefficient / unit, b.coefficient % unit),
        None => (0, b.coefficient),
    };
    let exponent = a.exponent - up as i32;
    let sticky = rest != 0;
    if a.negative == b.negative {
        Number::from_parts(a.negative, scaled + kept, exponent, sticky)
    } else {
        Number::from_parts(
            a.negative,
            scaled - kept - u128::from(sticky),
            exponent,
            sticky,
        )
    }
}

pub(super) fn compare(a: Parts, b: Parts) -> Ordering {
    match (a.coefficient == 0, b.coefficient == 0) {
        (true, true) => return Ordering::Equal,
        (true, false) => {
            return if b.negative {
                Ordering::Greater
            } else {
                Ordering::Less
            };
        }
        (false, true) => {
            return if a.negative {
                Ordering::Less
            } else {
                Ordering::Greater
            };
        }
        (false, false) => {}
    }
    if a.negative != b.negative {
        return if a.negative {
            Ordering::Less
        } else {
            Ordering::Greater
        };
    }
    let order = compare_magnitudes(a, b);
    if a.negative { order.reverse() } else { order }
}

fn compare_magnitudes(a: Parts, b: Parts) -> Ordering {
    let a_top = digits(a.coefficient) as i32 + a.exponent;
    let b_top = digits(b.coefficient) as i32 + b.exponent;
    if a_top != b_top {
        return a_top.cmp(&b_top);
    }
    // Equal leading positions: the scaled coefficient has as many digits as the other, at most 34.
    let gap = power_of_ten((a.exponent - b.exponent).unsigned_abs()).unwrap_or(1);
    if a.exponent >= b.exponent {
        (a.coefficient * gap).cmp(&b.coefficient)
    } else {
        a.coefficient.cmp(&(b.coefficient * gap))
    }
}

#[cfg(test)]
mod tests {
    use fastnum::D512;
    use fastnum::decimal::Context;
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    /// The exact result of a wider type, rounded once.
    fn wide(a: &str, b: &str, operate: impl Fn(D512, D512) -> D512) -> Option<Number> {
        let read = |text: &str| D512::from_str(text, Context::default()).unwrap();
        operate(read(a), read(b)).to_string().parse().ok()
    }

    #[test]
    fn sums_of_one_word_carry_and_zero_has_no_sign() {
        let largest = number("18446744073709551615");
        assert_eq!(
            largest.checked_add(Number::ONE),
            Some(number("18446744073709551616"))
        );
        for text in ["1.5", "-1.5", "18446744073709551615", "-0.00"] {
            let zero = number(text).checked_sub(number(text)).unwrap();
            assert!(!zero.is_negative() && zero.is_zero(), "{text}: {zero}");
        }
        assert_eq!(number("-1").checked_sub(number("-3")), Some(number("2")));
        assert_eq!(number("-3").checked_sub(number("-1")), Some(number("-2")));
        let sum = number("1.50").checked_add(number("0.50")).unwrap();
        assert_eq!(sum.to_string(), "2.00", "the scale stays");
    }

    proptest! {
        #[test]
        fn small_operations_are_exact(a in -9999i64..9999, b in -9999i64..9999, scale in 0i32..3) {
            let of = |value: i64| number(&format!("{value}e-{scale}"));
            prop_assert_eq!(of(a).checked_add(of(b)), Some(of(a + b)));
            prop_assert_eq!(of(a).checked_sub(of(b)), Some(of(a - b)));
        }

        #[test]
        fn operations_round_once_as_a_wider_type_says(
            a in "-?[1-9][0-9]{0,33}", b in "-?[1-9][0-9]{0,33}",
            shift in -40i32..40, other in -40i32..40,
        ) {
            let (a, b) = (format!("{a}e{shift}"), format!("{b}e{other}"));
            let (x, y) = (number(&a), number(&b));
            prop_assert_eq!(x.checked_add(y), wide(&a, &b, |a, b| a + b));
            prop_assert_eq!(x.checked_sub(y), wide(&a, &b, |a, b| a - b));
            prop_assert_eq!(x.checked_mul(y), wide(&a, &b, |a, b| a * b));
            prop_assert_eq!(x.checked_div(y), wide(&a, &b, |a, b| a / b));
            prop_assert_eq!(x < y, wide(&a, &b, |a, b| a - b).unwrap().is_negative());
            prop_assert_eq!(number(&x.to_string()), x);
        }
    }

    #[test]
    fn products_keep_34_digits_whatever_their_length() {
        let long = number("1.110540875748551903374884369464877");
        let product = number("330000").checked_mul(long).unwrap();
        assert_eq!(product.to_string(), "366478.4889970221281137118419234094");
    }

    #[test]
    fn results_out_of_range_are_none_or_zero() {
        let huge = number("9e6144");
        assert_eq!(huge.checked_mul(number("10")), None);
        assert_eq!(huge.checked_add(huge), None);
        let tiny = number("1e-6176");
        assert_eq!(tiny.checked_div(number("1000")), Some(Number::ZERO));
        assert_eq!(number("1").checked_div(Number::ZERO), None);
    }

    #[test]
    fn rounding_is_half_even_and_looks_at_every_digit() {
        let one = number("1000000000000000000000000000000000");
        assert_eq!(one.checked_add(number("0.5")), Some(one));
        let next = number("1000000000000000000000000000000001");
        assert_eq!(one.checked_add(number("0.50000000001")), Some(next));
        assert_eq!(
            number("1e40").checked_sub(number("1e-40")),
            Some(number("1e40"))
        );
    }
}
