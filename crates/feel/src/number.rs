//! Decimal numbers with 34 significant digits and the rounding of IEEE 754 decimal128
//! (DMN 1.5, 10.3.2.3.1).
//!
//! A [`Number`] keeps its scale: `1.50` stays `1.50` when it is written, although it equals `1.5`.
//! There is no infinity, no "not a number" and no negative zero; an operation without a finite
//! result returns `None`.

mod arithmetic;
mod functions;
mod text;
mod wide;

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

pub use functions::Rounding;
pub use text::NumberError;

/// Greatest number of significant digits.
pub const DIGITS: u32 = 34;
/// Greatest exponent of a coefficient.
pub(crate) const MAX_EXPONENT: i32 = 6111;
/// Least exponent of a coefficient.
pub(crate) const MIN_EXPONENT: i32 = -6176;

const COEFFICIENT_HIGH: u64 = (1 << 49) - 1;
const SIGN: u64 = 1 << 63;

/// A decimal number: a coefficient of up to 34 digits, a power of ten and a sign, in 16 bytes.
///
/// Comparison and equality are by value: `1.0 == 1.00`.
///
/// ```
/// use reglament_feel::Number;
/// let sum = "0.1".parse::<Number>()?.checked_add("0.2".parse()?);
/// assert_eq!(sum, Some("0.3".parse()?));
/// # Ok::<(), reglament_feel::NumberError>(())
/// ```
///
/// # Source
/// DMN 1.5, 10.3.2.3.1.
#[derive(Clone, Copy)]
pub struct Number {
    /// Sign (1 bit), biased exponent (14 bits), upper 49 bits of the coefficient.
    high: u64,
    low: u64,
}

/// The unpacked form of a number: `(-1)^negative * coefficient * 10^exponent`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    pub(crate) negative: bool,
    pub(crate) coefficient: u128,
    pub(crate) exponent: i32,
}

impl Number {
    /// Zero.
    pub const ZERO: Number = Number::small(0);
    /// One.
    pub const ONE: Number = Number::small(1);

    const fn small(value: u64) -> Number {
        Number {
            high: (-MIN_EXPONENT as u64) << 49,
            low: value,
        }
    }

    /// Packs parts that are already within the bounds.
    #[inline]
    fn pack(parts: Parts) -> Number {
        let biased = (parts.exponent - MIN_EXPONENT) as u64;
        let sign = if parts.negative && parts.coefficient != 0 {
            SIGN
        } else {
            0
        };
        Number {
            high: sign | (biased << 49) | ((parts.coefficient >> 64) as u64 & COEFFICIENT_HIGH),
            low: parts.coefficient as u64,
        }
    }

    #[inline]
    pub(crate) fn parts(self) -> Parts {
        Parts {
            negative: self.is_negative(),
            coefficient: self.coefficient(),
            exponent: self.exponent(),
        }
    }

    #[inline]
    fn coefficient(self) -> u128 {
        (u128::from(self.high & COEFFICIENT_HIGH) << 64) | u128::from(self.low)
    }

    #[inline]
    fn exponent(self) -> i32 {
        ((self.high & !SIGN) >> 49) as i32 + MIN_EXPONENT
    }

    /// Whether the number is below zero.
    #[inline]
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.high & SIGN != 0
    }

    /// Whether the number is zero.
    #[inline]
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.low == 0 && self.high & COEFFICIENT_HIGH == 0
    }

    /// Whether the number has no fraction: true for `2` and `2.00`.
    #[must_use]
    pub fn is_integer(self) -> bool {
        let parts = self.parts();
        parts.exponent >= 0
            || parts.coefficient == 0
            || wide::power_of_ten(parts.exponent.unsigned_abs())
                .is_some_and(|unit| parts.coefficient.is_multiple_of(unit))
    }

    /// The whole part as an `i64`, without the fraction; `None` when it does not fit.
    #[must_use]
    pub fn truncated_i64(self) -> Option<i64> {
        let parts = self.parts();
        let magnitude = if parts.exponent >= 0 {
            if parts.coefficient == 0 {
                return Some(0);
            }
            let unit = wide::power_of_ten(parts.exponent.unsigned_abs())?;
            parts.coefficient.checked_mul(unit)?
        } else {
            wide::power_of_ten(parts.exponent.unsigned_abs())
                .map_or(0, |unit| parts.coefficient / unit)
        };
        let magnitude = i128::try_from(magnitude).ok()?;
        i64::try_from(if parts.negative {
            -magnitude
        } else {
            magnitude
        })
        .ok()
    }

    /// The number as an `i64`; `None` when it has a fraction or does not fit.
    #[must_use]
    pub fn to_i64(self) -> Option<i64> {
        if self.is_integer() {
            self.truncated_i64()
        } else {
            None
        }
    }

    /// The nearest `f64`.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The shortest decimal that reads back as the given `f64`; `None` for infinities and NaN.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Number> {
        if value.is_finite() {
            format!("{value:?}").parse().ok()
        } else {
            None
        }
    }

    /// The same number without trailing zeros in its coefficient.
    #[must_use]
    pub fn normalized(self) -> Number {
        let mut parts = self.parts();
        if parts.coefficient == 0 {
            return Number::ZERO;
        }
        wide::strip_zeros(&mut parts.coefficient, &mut parts.exponent, MAX_EXPONENT);
        Number::pack(parts)
    }
}

impl From<i64> for Number {
    #[inline]
    fn from(value: i64) -> Self {
        let mut number = Number::small(value.unsigned_abs());
        if value < 0 {
            number.high |= SIGN;
        }
        number
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Number::small(value)
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        Number::from(i64::from(value))
    }
}

impl From<u32> for Number {
    fn from(value: u32) -> Self {
        Number::small(u64::from(value))
    }
}

impl PartialEq for Number {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        (self.high == other.high && self.low == other.low) || self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if (self.high ^ other.high) >> 49 == 0 {
            let order = self.coefficient().cmp(&other.coefficient());
            return if self.is_negative() {
                order.reverse()
            } else {
                order
            };
        }
        arithmetic::compare(self.parts(), other.parts())
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let normal = self.normalized();
        normal.high.hash(state);
        normal.low.hash(state);
    }
}
