//! Digests with separated domains.
//!
//! Every digest of the history is SHA-256 over a domain name and parts, each with its length before
//! it, so that no two different lists of parts have the same bytes.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::store::Digest;

/// A digest under construction.
pub(crate) struct Hasher(Sha256);

impl Hasher {
    /// Begins a digest of the domain `domain`.
    pub(crate) fn new(domain: &str) -> Self {
        Self(Sha256::new()).part(domain.as_bytes())
    }

    /// Adds a part.
    pub(crate) fn part(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds a number.
    pub(crate) fn number(self, number: u64) -> Self {
        self.part(&number.to_le_bytes())
    }

    /// The digest.
    pub(crate) fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

/// Text that is not the hexadecimal form of the wanted number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected hexadecimal digits of the right number")]
pub struct InvalidHex;

pub(crate) fn write_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// The bytes that `text` writes in hexadecimal digits.
pub(crate) fn read_hex<const N: usize>(text: &str) -> Result<[u8; N], InvalidHex> {
    let digits: Vec<u32> = text
        .chars()
        .map(|digit| digit.to_digit(16).ok_or(InvalidHex))
        .collect::<Result<_, _>>()?;
    let bytes: Vec<u8> = digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).map_err(|_| InvalidHex),
            _ => Err(InvalidHex),
        })
        .collect::<Result<_, _>>()?;
    bytes.try_into().map_err(|_| InvalidHex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_border_between_parts_counts() {
        let one = Hasher::new("test").part(b"ab").part(b"c").finish();
        let other = Hasher::new("test").part(b"a").part(b"bc").finish();
        assert_ne!(one, other);
        assert_ne!(one, Hasher::new("tes").part(b"tab").part(b"c").finish());
    }

    #[test]
    fn hexadecimal_digits_are_read_as_many_as_are_wanted() {
        assert_eq!(read_hex("00ff1A"), Ok([0, 255, 26]));
        assert_eq!(read_hex::<2>("00ff1A"), Err(InvalidHex));
        assert_eq!(read_hex::<1>("+1"), Err(InvalidHex));
        assert_eq!(read_hex::<2>("00f"), Err(InvalidHex));
    }
}
