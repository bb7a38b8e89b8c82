//! The history of a case: sealed, chained, anchored, verifiable.
//!
//! ```text
//! event ──seal──> stored bytes ──chain──> hash ──> Store
//!          │                                │
//!   data keys (key table)                anchors (kept outside)
//! ```
//!
//! - **Sealed.** What a model marks as personal (`reg:personal`) is encrypted with a data key of its
//!   case and subject before anything is hashed. Destroying the key shreds the data: the stored bytes,
//!   and so the chain, stay as they are, and reading gives the word `shredded` in their place.
//! - **Chained.** The hash of each record covers the hash of the one before.
//! - **Anchored.** An anchor is the root of a Merkle tree over the heads of all cases. Kept outside the
//!   database, it proves what was there.
//! - **Verified.** Up to the newest anchor, a changed, removed, inserted or reordered record and a
//!   removed case are found, also when whoever did it has recomputed every hash. After it, what was
//!   changed without recomputing the hashes is found.

mod anchor;
pub mod audit;
mod chain;
mod conceal;
mod digest;
mod keys;
mod merkle;
mod policy;
mod vault;
mod veil;
mod verify;

pub use anchor::{Anchor, AnchorBuilder, TOMBSTONE, Tombstone};
pub use chain::{ChainRecord, Head};
pub use conceal::{Cell, Conceal, SHREDDED};
pub use digest::InvalidHex;
pub use keys::{DataKey, KeyError, Keys, MasterKey, PublicKey, Signature, Tag};
pub use policy::{CASE, Policy};
pub use vault::{OpenError, Opened, SealError, Vault, person_tag, shred};
pub use veil::Veil;
pub use verify::{Finding, FindingKind, Report, Verifier};
