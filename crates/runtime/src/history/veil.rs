//! Texts in indexes that must be found and not be read: correlation keys, business keys, labels.
//!
//! The same text for the same purpose is always covered the same way, so a store can compare covered
//! texts without knowing them. Whoever has the database sees which are equal, and nothing else.

use std::fmt::Write as _;
use std::sync::Arc;

use super::keys::{DataKey, KeyError, Keys};

/// Covers and uncovers texts with a key that comes from the installation's secret.
#[derive(Clone, Debug)]
pub struct Veil(DataKey);

impl Veil {
    /// The veil of an installation.
    #[must_use]
    pub fn new(keys: &dyn Keys) -> Self {
        let halves = ["first", "second"].map(|half| keys.tag("index key", half));
        let mut bytes = [0; 32];
        let all = halves.iter().flat_map(|half| half.as_bytes());
        for (place, byte) in bytes.iter_mut().zip(all) {
            *place = *byte;
        }
        Self(DataKey::from_bytes(bytes))
    }

    /// The covered form of `text`.
    ///
    /// # Errors
    /// When the cipher fails, which for texts does not happen.
    pub fn cover(&self, purpose: &str, text: &str) -> Result<Arc<str>, KeyError> {
        let bytes = self.0.encrypt(purpose.as_bytes(), text.as_bytes())?;
        let mut covered = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            write!(covered, "{byte:02x}").map_err(|_| KeyError::Failed)?;
        }
        Ok(Arc::from(covered))
    }

    /// The text that `covered` is the covered form of.
    ///
    /// # Errors
    /// [`KeyError::Forged`] when it is none of this installation for this purpose.
    pub fn uncover(&self, purpose: &str, covered: &str) -> Result<Arc<str>, KeyError> {
        let digits: Option<Vec<u32>> = covered.chars().map(|digit| digit.to_digit(16)).collect();
        let digits = digits.ok_or(KeyError::Forged)?;
        let byte = |pair: &[u32]| match pair {
            [high, low] => u8::try_from(high * 16 + low).map_err(|_| KeyError::Forged),
            _ => Err(KeyError::Forged),
        };
        let bytes: Vec<u8> = digits.chunks(2).map(byte).collect::<Result<_, _>>()?;
        let plain = self.0.decrypt(purpose.as_bytes(), &bytes)?;
        let text = String::from_utf8(plain).map_err(|_| KeyError::Forged)?;
        Ok(Arc::from(text))
    }
}
