//! Arithmetic on 256-bit intermediate results and powers of ten.

/// The powers of ten that fit in 128 bits.
const POWERS: [u128; 39] = {
    let mut powers = [1u128; 39];
    let mut i = 1;
    while i < 39 {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            powers[i] = powers[i - 1] * 10;
        }
        i += 1;
    }
    powers
};

/// `10^exponent`, or `None` when it does not fit in 128 bits.
#[inline]
pub(super) fn power_of_ten(exponent: u32) -> Option<u128> {
    POWERS.get(exponent as usize).copied()
}

/// The number of decimal digits; zero has one.
#[inline]
pub(super) fn digits(value: u128) -> u32 {
    value.checked_ilog10().unwrap_or(0) + 1
}

/// Removes trailing zeros while the exponent stays at or below `limit`.
pub(super) fn strip_zeros(coefficient: &mut u128, exponent: &mut i32, limit: i32) {
    for step in [16u32, 8, 4, 2, 1] {
        let Some(unit) = power_of_ten(step) else {
            continue;
        };
        // Each smaller step is needed at most twice, because the larger ones ran first.
        while *coefficient != 0
            && *exponent + step as i32 <= limit
            && coefficient.is_multiple_of(unit)
        {
            *coefficient /= unit;
            *exponent += step as i32;
        }
    }
}

/// An unsigned number of 256 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wide {
    pub(super) high: u128,
    pub(super) low: u128,
}

const HALF: u128 = u64::MAX as u128;

impl Wide {
    /// The full product of two 128-bit numbers.
    pub(super) fn product(a: u128, b: u128) -> Wide {
        let (a1, a0) = (a >> 64, a & HALF);
        let (b1, b0) = (b >> 64, b & HALF);
        let low = a0 * b0;
        let middle = a1 * b0 + (low >> 64);
        let middle2 = a0 * b1 + (middle & HALF);
        Wide {
            high: a1 * b1 + (middle >> 64) + (middle2 >> 64),
            low: (middle2 << 64) | (low & HALF),
        }
    }

    /// Quotient and remainder; the quotient must fit in 128 bits, that is `self.high < divisor`.
    ///
    /// Knuth's algorithm D with two digits of 64 bits.
    pub(super) fn divide(self, divisor: u128) -> (u128, u128) {
        debug_assert!(self.high < divisor);
        if self.high == 0 {
            return (self.low / divisor, self.low % divisor);
        }
        let shift = divisor.leading_zeros();
        let divisor = divisor << shift;
        let carried = if shift == 0 {
            0
        } else {
            self.low >> (128 - shift)
        };
        let high = (self.high << shift) | carried;
        let low = self.low << shift;
        let (first, rest) = digit(high, low >> 64, divisor);
        let (second, rest) = digit(rest, low & HALF, divisor);
        ((first << 64) | second, rest >> shift)
    }
}

/// One quotient digit of 64 bits: `(remainder * 2^64 + next) / divisor`.
fn digit(remainder: u128, next: u128, divisor: u128) -> (u128, u128) {
    let (d1, d0) = (divisor >> 64, divisor & HALF);
    let mut quotient = remainder / d1;
    let mut rest = remainder - quotient * d1;
    while quotient > HALF || quotient * d0 > ((rest << 64) | next) {
        quotient -= 1;
        rest += d1;
        if rest > HALF {
            break;
        }
    }
    let left = (remainder << 64)
        .wrapping_add(next)
        .wrapping_sub(quotient.wrapping_mul(divisor));
    (quotient, left)
}

/// The whole square root of a number of at most 70 digits, and whether it is exact.
pub(super) fn square_root(value: Wide) -> (u128, bool) {
    if value == (Wide { high: 0, low: 0 }) {
        return (0, true);
    }
    let approximate = value.high as f64 * 2f64.powi(128) + value.low as f64;
    let mut root = (approximate.sqrt() as u128).max(1);
    // The start has about 50 correct bits and each step of Newton doubles them.
    for _ in 0..3 {
        if value.high >= root {
            root = value.high.saturating_add(1);
        }
        let (quotient, _) = value.divide(root);
        root = (root / 2 + quotient / 2 + (root & quotient & 1)).max(1);
    }
    while Wide::product(root, root) > value {
        root -= 1;
    }
    while Wide::product(root + 1, root + 1) <= value {
        root += 1;
    }
    (root, Wide::product(root, root) == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_undoes_multiplication() {
        let values = [
            1,
            2,
            10,
            u128::from(u64::MAX),
            1 << 64,
            10u128.pow(34) - 1,
            10u128.pow(37),
        ];
        for a in values {
            for b in values {
                for rest in [0, b / 2, b - 1] {
                    let product = Wide::product(a, b);
                    let (low, carry) = product.low.overflowing_add(rest);
                    let value = Wide {
                        high: product.high + u128::from(carry),
                        low,
                    };
                    assert_eq!(value.divide(b), (a, rest), "{a} * {b} + {rest}");
                }
            }
        }
    }

    #[test]
    fn square_roots_are_exact_or_rounded_down() {
        for root in [1u128, 3, 10, 12_345_678_901_234_567_890, 10u128.pow(34) + 7] {
            let square = Wide::product(root, root);
            assert_eq!(square_root(square), (root, true));
            let above = Wide {
                high: square.high,
                low: square.low + 1,
            };
            assert_eq!(square_root(above), (root, false));
        }
    }
}
