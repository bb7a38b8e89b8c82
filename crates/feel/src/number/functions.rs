//! Rounding, remainder, roots, powers and logarithms.

use std::cmp::Ordering;
use std::sync::LazyLock;

use fastnum::D256;
use fastnum::decimal::Context;

use super::wide::{self, Wide, digits, power_of_ten};
use super::{DIGITS, Number};

/// How a number is rounded to fewer digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, a tie to the even neighbour.
    HalfEven,
    /// To the nearest, a tie away from zero.
    HalfUp,
    /// To the nearest, a tie towards zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards the greater number.
    Ceiling,
    /// Towards the smaller number.
    Floor,
}

impl Rounding {
    fn goes_up(self, rest: u128, half: Ordering, odd: bool, negative: bool) -> bool {
        rest != 0
            && match self {
                Rounding::HalfEven => half.is_gt() || (half.is_eq() && odd),
                Rounding::HalfUp => half.is_ge(),
                Rounding::HalfDown => half.is_gt(),
                Rounding::Up => true,
                Rounding::Down => false,
                Rounding::Ceiling => !negative,
                Rounding::Floor => negative,
            }
    }
}

impl Number {
    /// The number with at most `scale` digits after the point; a negative scale rounds to tens,
    /// hundreds and so on.
    ///
    /// `None` when the result is out of range.
    #[must_use]
    pub fn round(self, scale: i32, rounding: Rounding) -> Option<Number> {
        let parts = self.parts();
        let dropped = scale.saturating_neg().saturating_sub(parts.exponent);
        if dropped <= 0 {
            return Some(self);
        }
        let unit = power_of_ten(dropped.unsigned_abs());
        let (quotient, rest, half) = match unit {
            Some(unit) => {
                let rest = parts.coefficient % unit;
                (parts.coefficient / unit, rest, rest.cmp(&(unit / 2)))
            }
            None => (0, parts.coefficient, Ordering::Less),
        };
        let up = rounding.goes_up(rest, half, quotient % 2 == 1, parts.negative);
        Number::from_parts(parts.negative, quotient + u128::from(up), -scale, false)
    }

    /// The greatest whole number not above this one.
    #[must_use]
    pub fn floor(self) -> Number {
        self.round(0, Rounding::Floor).unwrap_or(self)
    }

    /// `self - other * floor(self / other)`, the remainder with the sign of the divisor.
    ///
    /// `None` for a zero divisor, or when the quotient has more than 34 digits.
    ///
    /// # Source
    /// DMN 1.5, 10.3.4.5, `modulo`.
    #[must_use]
    pub fn modulo(self, other: Number) -> Option<Number> {
        if other.is_zero() {
            return None;
        }
        let quotient = self.checked_div(other)?;
        let whole = quotient.floor();
        let rest = self.checked_sub(other.checked_mul(whole)?)?;
        // The rounded quotient may have crossed a whole number: the remainder tells.
        if !rest.is_zero() && rest.is_negative() != other.is_negative() {
            return rest.checked_add(other);
        }
        if rest.abs() >= other.abs() {
            None
        } else {
            Some(rest)
        }
    }

    /// The square root, correctly rounded; `None` for a negative number.
    #[must_use]
    pub fn sqrt(self) -> Option<Number> {
        let parts = self.parts();
        if parts.negative {
            return None;
        }
        if parts.coefficient == 0 {
            return Some(Number::ZERO);
        }
        let mut shift = (2 * DIGITS + 2).saturating_sub(digits(parts.coefficient)) as i32;
        if (parts.exponent - shift) % 2 != 0 {
            shift -= 1;
        }
        let places = shift.unsigned_abs();
        let scaled = Wide::product(parts.coefficient, power_of_ten(places.min(38))?);
        let value = multiply(scaled, power_of_ten(places.saturating_sub(38))?)?;
        let (mut root, exact) = wide::square_root(value);
        let mut exponent = (parts.exponent - shift) / 2;
        if exact {
            wide::strip_zeros(
                &mut root,
                &mut exponent,
                parts.exponent.div_euclid(2).max(0),
            );
        }
        Number::from_parts(false, root, exponent, !exact)
    }

    /// `e` to the power of this number; `None` when it is out of range.
    #[must_use]
    pub fn exp(self) -> Option<Number> {
        let limit = Number::from(14_200);
        if self > limit {
            return None;
        }
        if self < -limit {
            return Some(Number::ZERO);
        }
        raise(to_fast(self)?)
    }

    /// The natural logarithm; `None` unless the number is above zero.
    #[must_use]
    pub fn ln(self) -> Option<Number> {
        if self.is_negative() || self.is_zero() {
            return None;
        }
        from_fast(natural_logarithm(self)?)
    }

    /// This number to the power of `exponent`; `None` where that is not a real number or is out of
    /// range.
    #[must_use]
    pub fn pow(self, exponent: Number) -> Option<Number> {
        if let Some(whole) = exponent.to_i64() {
            return self.whole_power(whole);
        }
        if self.is_zero() {
            return if exponent.is_negative() {
                None
            } else {
                Some(Number::ZERO)
            };
        }
        if self.is_negative() {
            return None;
        }
        if exponent == Number::ONE.checked_div(Number::from(2))? {
            return self.sqrt();
        }
        let power = natural_logarithm(self)?.mul(to_fast(exponent)?);
        let rounded = from_fast(power)?;
        let limit = Number::from(14_200);
        if rounded > limit {
            return None;
        }
        if rounded < -limit {
            return Some(Number::ZERO);
        }
        raise(power)
    }

    fn whole_power(self, exponent: i64) -> Option<Number> {
        if exponent == 0 {
            return Some(Number::ONE);
        }
        if self.is_zero() {
            return if exponent < 0 {
                None
            } else {
                Some(Number::ZERO)
            };
        }
        let mut base = Extended::new(self);
        let mut result = Extended {
            negative: false,
            coefficient: 1,
            exponent: 0,
            sticky: false,
        };
        let mut left = exponent.unsigned_abs();
        loop {
            if left & 1 == 1 {
                result = result.times(base)?;
            }
            left >>= 1;
            if left == 0 {
                break;
            }
            base = base.times(base)?;
        }
        let power = result.number()?;
        if exponent < 0 {
            Number::ONE.checked_div(power)
        } else {
            Some(power)
        }
    }
}

fn multiply(value: Wide, factor: u128) -> Option<Wide> {
    let low = Wide::product(value.low, factor);
    let high = value.high.checked_mul(factor)?;
    Some(Wide {
        high: high.checked_add(low.high)?,
        low: low.low,
    })
}

/// A power under construction, with four guard digits.
#[derive(Clone, Copy)]
struct Extended {
    negative: bool,
    coefficient: u128,
    exponent: i64,
    sticky: bool,
}

impl Extended {
    fn new(number: Number) -> Extended {
        let parts = number.normalized().parts();
        Extended {
            negative: parts.negative,
            coefficient: parts.coefficient,
            exponent: i64::from(parts.exponent),
            sticky: false,
        }
    }

    fn times(self, other: Extended) -> Option<Extended> {
        let mut product = Wide::product(self.coefficient, other.coefficient);
        let mut exponent = self.exponent + other.exponent;
        let mut sticky = self.sticky || other.sticky;
        if product.high != 0 || digits(product.low) > 38 {
            // Both factors have at most 38 digits, so the product has at most 76.
            let mut unit = 10u128.pow(38);
            let mut places = 38;
            while product.high < unit / 100 && places > 1 {
                unit /= 10;
                places -= 1;
            }
            let (quotient, rest) = product.divide(unit);
            product = Wide {
                high: 0,
                low: quotient,
            };
            exponent += places;
            sticky |= rest != 0;
            if digits(product.low) > 38 {
                sticky |= !product.low.is_multiple_of(10);
                product.low /= 10;
                exponent += 1;
            }
        }
        if exponent.abs() > 100_000 {
            return None;
        }
        Some(Extended {
            negative: self.negative != other.negative,
            coefficient: product.low,
            exponent,
            sticky,
        })
    }

    fn number(self) -> Option<Number> {
        let exponent = i32::try_from(self.exponent).ok()?;
        Number::from_parts(self.negative, self.coefficient, exponent, self.sticky)
    }
}

/// The natural logarithm, to about 65 digits; the number is above zero.
fn natural_logarithm(number: Number) -> Option<D256> {
    // ln(c * 10^e) = ln(c') + k ln(10) with c' near one.
    let parts = number.parts();
    let mut top = digits(parts.coefficient) as i32 + parts.exponent;
    let mut near = Number::from_parts(false, parts.coefficient, parts.exponent - top, false)?;
    if near.to_f64() < 0.5 {
        top -= 1;
        near = Number::from_parts(false, parts.coefficient, parts.exponent - top, false)?;
    }
    // Binary floating point gives the first 16 digits; the rest is a short series, because
    // c' e^-y is one but for a very small part.
    let start = to_fast(Number::from_f64(near.to_f64().ln())?)?;
    let power = series(start.neg())?;
    let z = to_fast(near)?.mul(power).sub(D256::ONE);
    let mut term = z;
    let mut sum = z;
    for inverse in INVERSES.iter().skip(1).take(4) {
        term = term.mul(z).neg();
        sum = sum.add(term.mul(*inverse));
    }
    Some(
        start
            .add(sum)
            .add(D256::LN_10.mul(to_fast(Number::from(top))?)),
    )
}

/// `e` to a power of moderate size, as a number near one and a power of ten.
fn exponential(power: D256) -> Option<(D256, i32)> {
    let number = from_fast(power)?;
    let shift = (number.to_f64() / std::f64::consts::LN_10).round();
    let shift = if number.abs() < Number::ONE {
        0
    } else {
        shift as i32
    };
    let rest = power.sub(D256::LN_10.mul(to_fast(Number::from(shift))?));
    Some((series(rest)?, shift))
}

/// The inverses of the whole numbers up to 24.
static INVERSES: LazyLock<Vec<D256>> = LazyLock::new(|| {
    let fast = |number: i64| to_fast(Number::from(number)).unwrap_or(D256::ONE);
    (1..=24).map(|number| D256::ONE.div(fast(number))).collect()
});

/// `e` to a power between -3 and 3, to about 65 digits.
fn series(power: D256) -> Option<D256> {
    // e^r = (e^(r/2^8))^(2^8), and the series of a number near 0.01 is short.
    const HALVINGS: u32 = 8;
    let small = power.mul(to_fast(
        Number::ONE.checked_div(Number::from(1i64 << HALVINGS))?,
    )?);
    let mut sum = D256::ONE;
    for inverse in INVERSES.iter().rev() {
        sum = D256::ONE.add(small.mul(sum).mul(*inverse));
    }
    for _ in 0..HALVINGS {
        sum = sum.mul(sum);
    }
    Some(sum)
}

fn raise(power: D256) -> Option<Number> {
    let (near, shift) = exponential(power)?;
    let parts = from_fast(near)?.parts();
    Number::from_parts(
        parts.negative,
        parts.coefficient,
        parts.exponent + shift,
        false,
    )
}

fn to_fast(number: Number) -> Option<D256> {
    D256::from_str(&number.to_string(), Context::default()).ok()
}

fn from_fast(value: D256) -> Option<Number> {
    if !value.is_finite() {
        return None;
    }
    value
        .to_string()
        .parse::<Number>()
        .ok()
        .map(Number::normalized)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn the_square_root_has_34_correct_digits() {
        assert_eq!(number("4").sqrt(), Some(number("2")));
        assert_eq!(number("0.25").sqrt(), Some(number("0.5")));
        assert_eq!(
            number("2").sqrt().unwrap().to_string(),
            "1.414213562373095048801688724209698"
        );
        assert_eq!(number("1e-6176").sqrt().unwrap().to_string(), "1e-3088");
        assert_eq!(number("-1").sqrt(), None);
    }

    #[test]
    fn logarithm_and_exponential_have_34_correct_digits() {
        assert_eq!(
            number("4").ln().unwrap().to_string(),
            "1.386294361119890618834464242916353"
        );
        assert_eq!(
            number("1").exp().unwrap().to_string(),
            "2.718281828459045235360287471352662"
        );
        assert_eq!(number("1").ln(), Some(Number::ZERO));
        assert_eq!(
            number("1e6000").ln().unwrap().to_string(),
            "13815.51055796427410410794872810619"
        );
        assert_eq!(number("20000").exp(), None);
        assert_eq!(number("-20000").exp(), Some(Number::ZERO));
    }

    #[test]
    fn logarithms_near_one_keep_their_digits() {
        let cases = [
            (
                "1.0000000000000000000000000001",
                "9.9999999999999999999999999995e-29",
            ),
            ("1.0000000001", "9.999999999500000000033333333330833e-11"),
            ("0.9999999999", "-1.000000000050000000003333333333583e-10"),
            ("0.5", "-0.6931471805599453094172321214581766"),
            (
                "3.123456789012345678901234567890123",
                "1.138940333699350243892427299451871",
            ),
        ];
        for (of, result) in cases {
            assert_eq!(number(of).ln(), Some(number(result)), "{of}");
        }
        assert_eq!(
            number("-14000").exp(),
            Some(number("7.537951771629720907593006284141136e-6081"))
        );
        assert_eq!(
            number("3.123456789012345678901234567890123").exp(),
            Some(number("22.72479886075169974541886092605455"))
        );
        assert_eq!(
            number("2").pow(number("0.1")),
            Some(number("1.071773462536293164213006325023342"))
        );
    }

    #[test]
    fn whole_powers_are_exact_where_they_fit() {
        assert_eq!(number("3").pow(number("20")), Some(number("3486784401")));
        assert_eq!(number("-3").pow(number("2")), Some(number("9")));
        assert_eq!(number("2").pow(number("-2")), Some(number("0.25")));
        assert_eq!(number("2").pow(number("0.5")), number("2").sqrt());
        assert_eq!(
            number("1.1").pow(number("100")).unwrap().to_string(),
            "13780.61233982227018411833717208964"
        );
        assert_eq!(number("10").pow(number("1000000")), None);
        assert_eq!(number("0").pow(number("-1")), None);
        assert_eq!(
            number("9")
                .pow(number("1.5"))
                .unwrap()
                .round(20, Rounding::HalfEven),
            Some(number("27"))
        );
    }

    #[test]
    fn the_remainder_takes_the_sign_of_the_divisor() {
        for (a, b, rest) in [
            ("12", "5", "2"),
            ("-12", "5", "3"),
            ("12", "-5", "-3"),
            ("10.1", "4.5", "1.1"),
        ] {
            assert_eq!(number(a).modulo(number(b)), Some(number(rest)), "{a} {b}");
        }
    }
}
