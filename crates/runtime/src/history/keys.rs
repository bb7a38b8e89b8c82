//! Keys: who protects them, and what is derived from them.
//!
//! Three layers. A *data key* encrypts what one case says of one person; it is random, lies wrapped
//! in the key table of the store, apart from the history, and is what shredding destroys. The *key
//! encryption key* wraps data keys; the host supplies it through [`Keys`] and the store never has it.
//! From the same secret come the key of blind indices and the signing key of anchors and tombstones.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signature as Ed25519Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::digest::{InvalidHex, read_hex, write_hex};

/// The bytes of a nonce of XChaCha20-Poly1305.
pub(super) const NONCE_BYTES: usize = 24;

/// A key that encrypts the data of one subject in one case. It is wiped from memory when dropped and
/// never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

impl DataKey {
    /// The key with these bytes, which must come from a source of randomness.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, for an implementation of [`Keys`] that wraps them elsewhere.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Encrypts `plain`, bound to `context`: nonce, then ciphertext with its tag.
    ///
    /// The nonce is computed from the key, the context and the text, so no source of randomness is
    /// needed and a repeated nonce means a repeated text. What it gives away is that two texts in
    /// the same context are equal.
    pub(super) fn encrypt(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mac = keyed_hash(&self.0, "reglament nonce 1", &[context, plain]);
        let (nonce, _) = mac.split_at(NONCE_BYTES);
        let nonce = XNonce::try_from(nonce).map_err(|_| KeyError::Failed)?;
        let cipher = XChaCha20Poly1305::new(&self.0.into());
        let payload = Payload {
            msg: plain,
            aad: context,
        };
        let text = cipher
            .encrypt(&nonce, payload)
            .map_err(|_| KeyError::Failed)?;
        let mut sealed = Vec::with_capacity(NONCE_BYTES + text.len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&text);
        Ok(sealed)
    }

    /// What [`DataKey::encrypt`] made `sealed` from in the same context.
    pub(super) fn decrypt(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let (nonce, text) = sealed
            .split_at_checked(NONCE_BYTES)
            .ok_or(KeyError::Forged)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| KeyError::Forged)?;
        let cipher = XChaCha20Poly1305::new(&self.0.into());
        let payload = Payload {
            msg: text,
            aad: context,
        };
        cipher
            .decrypt(&nonce, payload)
            .map_err(|_| KeyError::Forged)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey")
    }
}

/// A blind index: what stands in an index in place of a text that must not be read there. Equal texts
/// have equal tags; without the key a tag says nothing about its text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag([u8; 16]);

impl Tag {
    /// The tag with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// A public key that anchors and tombstones are verified with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// A signature over an anchor or tombstone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl PublicKey {
    /// The key with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Whether `signature` was made over `message` with the private key that belongs to this one.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| {
            let signature = Ed25519Signature::from_bytes(&signature.0);
            key.verify_strict(message, &signature).is_ok()
        })
    }
}

impl Signature {
    /// The signature with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }
}

/// Shows and serialises fixed bytes as hexadecimal digits.
macro_rules! hexadecimal {
    ($($name:ident)*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidHex;

            fn from_str(text: &str) -> Result<Self, InvalidHex> {
                read_hex(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    )*};
}
hexadecimal!(Tag PublicKey Signature);

/// Why a key could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// What was decrypted is not what was encrypted: other bytes, another place, or another key.
    #[error("the sealed bytes were changed, moved, or sealed under another key")]
    Forged,
    /// The operating system gave no randomness.
    #[error("no randomness: {0}")]
    NoRandomness(String),
    /// The service that holds the key did not answer.
    #[error("the key service failed: {0}")]
    Service(String),
    /// The cipher refused, which for texts below 256 GiB does not happen.
    #[error("the cipher failed")]
    Failed,
}

/// Holds the secrets of an installation: a key file, a key service, a security module.
///
/// Calls are made for new cases, for cases that are loaded, and for anchors; not for every record.
pub trait Keys: Send + Sync {
    /// A new random data key. It must not be derivable from anything that is kept, because shredding
    /// rests on that.
    ///
    /// # Errors
    /// When there is no randomness.
    fn generate(&self) -> Result<DataKey, KeyError>;

    /// Encrypts a data key for the key table, bound to `context`.
    ///
    /// # Errors
    /// When the key service fails.
    fn wrap_key(&self, context: &[u8], key: &DataKey) -> Result<Vec<u8>, KeyError>;

    /// The data key that [`Keys::wrap_key`] encrypted in the same context.
    ///
    /// # Errors
    /// [`KeyError::Forged`] when it was wrapped elsewhere, else when the key service fails.
    fn unwrap_key(&self, context: &[u8], wrapped: &[u8]) -> Result<DataKey, KeyError>;

    /// The blind index of `text` among texts of the same `purpose`.
    fn tag(&self, purpose: &str, text: &str) -> Tag;

    /// Signs `message`.
    ///
    /// # Errors
    /// When the key service fails.
    fn sign(&self, message: &[u8]) -> Result<Signature, KeyError>;

    /// The key that verifies what [`Keys::sign`] signs.
    fn public_key(&self) -> PublicKey;
}

/// All secrets from one secret of 32 bytes that is held in memory.
///
/// Sub-keys are HMAC-SHA256 of the secret over their purpose. Whoever has the secret and the database
/// reads everything that is not shredded; whoever has the database alone reads no personal data.
pub struct MasterKey {
    wrapping: DataKey,
    tagging: DataKey,
    signing: SigningKey,
}

impl MasterKey {
    /// The keys that come from `secret`.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        let derive = |purpose| keyed_hash(secret, purpose, &[]);
        Self {
            wrapping: DataKey(derive("reglament wrapping 1")),
            tagging: DataKey(derive("reglament tagging 1")),
            signing: SigningKey::from_bytes(&derive("reglament signing 1")),
        }
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey")
    }
}

impl Keys for MasterKey {
    fn generate(&self) -> Result<DataKey, KeyError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| KeyError::NoRandomness(error.to_string()))?;
        Ok(DataKey(bytes))
    }

    fn wrap_key(&self, context: &[u8], key: &DataKey) -> Result<Vec<u8>, KeyError> {
        self.wrapping.encrypt(context, &key.0)
    }

    fn unwrap_key(&self, context: &[u8], wrapped: &[u8]) -> Result<DataKey, KeyError> {
        let mut plain = self.wrapping.decrypt(context, wrapped)?;
        let bytes = plain.as_slice().try_into().map_err(|_| KeyError::Forged);
        plain.zeroize();
        bytes.map(DataKey)
    }

    fn tag(&self, purpose: &str, text: &str) -> Tag {
        let hash = keyed_hash(&self.tagging.0, purpose, &[text.as_bytes()]);
        let (half, _) = hash.split_at(16);
        Tag(half.try_into().unwrap_or_default())
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, KeyError> {
        Ok(Signature(self.signing.sign(message).to_bytes()))
    }

    fn public_key(&self) -> PublicKey {
        PublicKey(self.signing.verifying_key().to_bytes())
    }
}

/// HMAC-SHA256 over a purpose and parts, each with its length before it.
fn keyed_hash(key: &[u8; 32], purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
    // A key shorter than the block of the hash is filled up with zeros (RFC 2104, 2).
    let mut block = [0; 64];
    for (place, byte) in block.iter_mut().zip(key) {
        *place = *byte;
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    let purpose = [purpose.as_bytes()];
    for part in purpose.iter().chain(parts) {
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> MasterKey {
        MasterKey::from_secret(&[7; 32])
    }

    #[test]
    fn a_data_key_comes_back_from_its_wrapping_and_nowhere_else() {
        let keys = keys();
        let key = keys.generate().unwrap();
        let wrapped = keys.wrap_key(b"case 1", &key).unwrap();
        let again = keys.unwrap_key(b"case 1", &wrapped).unwrap();
        assert_eq!(again.as_bytes(), key.as_bytes());
        assert_eq!(
            keys.unwrap_key(b"case 2", &wrapped).err(),
            Some(KeyError::Forged)
        );
        let other = MasterKey::from_secret(&[8; 32]);
        assert_eq!(
            other.unwrap_key(b"case 1", &wrapped).err(),
            Some(KeyError::Forged)
        );
        assert_ne!(keys.generate().unwrap().as_bytes(), key.as_bytes());
    }

    #[test]
    fn every_changed_bit_of_a_sealed_text_is_found() {
        let key = DataKey::from_bytes([3; 32]);
        let sealed = key.encrypt(b"here", b"860314400190").unwrap();
        assert_eq!(key.decrypt(b"here", &sealed).unwrap(), b"860314400190");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.decrypt(b"here", &changed), Err(KeyError::Forged));
        }
        assert_eq!(key.decrypt(b"there", &sealed), Err(KeyError::Forged));
        assert_eq!(key.decrypt(b"here", b"short"), Err(KeyError::Forged));
    }

    #[test]
    fn a_nonce_repeats_only_with_its_text_and_place() {
        let key = DataKey::from_bytes([3; 32]);
        let one = key.encrypt(b"1", b"text").unwrap();
        assert_eq!(one, key.encrypt(b"1", b"text").unwrap());
        let nonce = |sealed: &[u8]| sealed[..NONCE_BYTES].to_vec();
        assert_ne!(nonce(&one), nonce(&key.encrypt(b"1", b"test").unwrap()));
        assert_ne!(nonce(&one), nonce(&key.encrypt(b"2", b"text").unwrap()));
    }

    #[test]
    fn tags_separate_purposes_and_installations() {
        let tag = keys().tag("person", "860314400190");
        assert_eq!(tag, keys().tag("person", "860314400190"));
        assert_ne!(tag, keys().tag("message", "860314400190"));
        let other = MasterKey::from_secret(&[8; 32]);
        assert_ne!(tag, other.tag("person", "860314400190"));
    }

    #[test]
    fn a_signature_holds_for_its_message_and_key_alone() {
        let signature = keys().sign(b"anchor").unwrap();
        assert!(keys().public_key().verifies(b"anchor", &signature));
        assert!(!keys().public_key().verifies(b"anchor2", &signature));
        let other = MasterKey::from_secret(&[8; 32]);
        assert!(!other.public_key().verifies(b"anchor", &signature));
    }
}
