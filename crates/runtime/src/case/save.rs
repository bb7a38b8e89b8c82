//! How a case is kept: what the engine knows of it, then the state of its process.
//!
//! ```text
//! u16 version | u32 length | JSON of the head | JSON of the state
//! ```
//! Numbers are little-endian.

use reglament_core::Program;
use reglament_executor::{Instance, InstanceId, LoadError};

use super::{Case, CaseHead};

/// The version of the form.
const VERSION: u16 = 1;

/// Why a stored case cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseLoadError {
    /// The bytes are not a stored case.
    #[error("not a stored case: {0}")]
    Damaged(String),
    /// The form is of a newer version.
    #[error("expected a stored case of version {VERSION}, found {0}")]
    Version(u16),
    /// The state of its process cannot be loaded.
    #[error("the state of the process: {0}")]
    State(#[from] LoadError),
}

impl Case {
    /// The case as bytes.
    pub(crate) fn save(&self, program: &Program) -> Result<Vec<u8>, serde_json::Error> {
        let head = serde_json::to_vec(&self.head)?;
        let state = self.state().save(program)?;
        let length = u32::try_from(head.len()).unwrap_or(u32::MAX);
        let mut bytes = Vec::with_capacity(6 + head.len() + state.len());
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(length.to_le_bytes());
        bytes.extend(head);
        bytes.extend(state);
        Ok(bytes)
    }

    /// What [`Case::save`] wrote, without the state: enough to know its definition.
    pub(crate) fn load_head(bytes: &[u8]) -> Result<(CaseHead, &[u8]), CaseLoadError> {
        let short = || CaseLoadError::Damaged("it ends too early".to_owned());
        let (version, rest) = bytes.split_first_chunk::<2>().ok_or_else(short)?;
        let version = u16::from_le_bytes(*version);
        if version != VERSION {
            return Err(CaseLoadError::Version(version));
        }
        let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(short)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let (head, state) = rest.split_at_checked(length).ok_or_else(short)?;
        let head = serde_json::from_slice(head);
        let head = head.map_err(|error| CaseLoadError::Damaged(error.to_string()))?;
        Ok((head, state))
    }

    /// The case that [`Case::save`] wrote.
    pub(crate) fn load(
        id: InstanceId,
        head: CaseHead,
        program: &Program,
        state: &[u8],
    ) -> Result<Self, CaseLoadError> {
        Ok(Self {
            id,
            head,
            instance: Instance::load(program, state)?,
        })
    }
}

/// Maps whose keys are no texts, as lists of pairs.
pub(super) mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer, K: Serialize, V: Serialize>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(crate) fn deserialize<'de, D, K, V>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        D: Deserializer<'de>,
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
    {
        let pairs: Vec<(K, V)> = Vec::deserialize(deserializer)?;
        Ok(pairs.into_iter().collect())
    }
}
