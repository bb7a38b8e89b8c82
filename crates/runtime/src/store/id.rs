//! Names of things in a store.

use std::fmt;
use std::str::FromStr;

use reglament_executor::{InstanceId, Key};
use serde::{Deserialize, Serialize};

/// A place in the stream of all events, from 1; 0 is before the first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub u64);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How many batches an instance has had.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Version(pub u64);

impl Version {
    /// The version after one more batch.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Who may write: the newest fence may, no other.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Fence(pub u64);

/// A SHA-256 digest: of a deployed file, or of a record of a history.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = ParseIdError;

    /// Reads 64 hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let wrong = || ParseIdError {
            expected: "64 hexadecimal digits",
            found: text.to_owned(),
        };
        let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
        let digits = digits
            .filter(|digits| digits.len() == 64)
            .ok_or_else(wrong)?;
        let mut bytes = [0u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let value = pair.iter().fold(0, |value, digit| value * 16 + digit);
            *byte = u8::try_from(value).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// One element instance of one case: what names a job, a user task, an incident, a term. It is never
/// used again.
///
/// ```
/// use reglament_runtime::store::ElementInstanceId;
/// let id: ElementInstanceId = "17-3-1".parse().unwrap();
/// assert_eq!(id.instance.0, 17);
/// assert_eq!(id.to_string(), "17-3-1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementInstanceId {
    /// The case.
    pub instance: InstanceId,
    /// The element instance within it.
    pub key: Key,
}

impl ElementInstanceId {
    /// The element instance `key` of the case `instance`.
    #[must_use]
    pub const fn new(instance: InstanceId, key: Key) -> Self {
        Self { instance, key }
    }
}

impl fmt::Display for ElementInstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.key.to_bits();
        let (serial, slot) = (bits >> 32, bits & u64::from(u32::MAX));
        write!(f, "{}-{serial}-{slot}", self.instance)
    }
}

impl FromStr for ElementInstanceId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let wrong = || ParseIdError {
            expected: "three numbers joined by `-`",
            found: text.to_owned(),
        };
        let mut parts = text.split('-');
        let mut part = || parts.next().ok_or_else(wrong);
        let instance: u64 = part()?.parse().map_err(|_| wrong())?;
        let serial: u32 = part()?.parse().map_err(|_| wrong())?;
        let slot: u32 = part()?.parse().map_err(|_| wrong())?;
        if parts.next().is_some() {
            return Err(wrong());
        }
        let key = Key::from_bits(u64::from(serial) << 32 | u64::from(slot));
        Ok(Self::new(InstanceId(instance), key))
    }
}

impl Serialize for ElementInstanceId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ElementInstanceId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that names nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found `{found}`")]
pub struct ParseIdError {
    expected: &'static str,
    found: String,
}
