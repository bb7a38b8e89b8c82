//! The records of the engine itself: what happened that belongs to no case.

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::{Actor, InstanceId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::EngineVault;
use crate::case::RECORD_VERSION;
use crate::history::{Cell, Conceal, Head, KeyError, Keys, Policy, SealError, Vault};
use crate::store::{
    Digest, ENGINE, EventRecord, IndexChange, Position, Store, StoreError, Version,
};

/// A record of the engine before it is sealed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EngineRecord {
    /// The version of the encoding.
    pub version: u16,
    /// Who caused it.
    pub actor: Arc<Actor>,
    /// What happened.
    pub event: EngineEvent,
}

/// One thing that has happened and belongs to no case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineEvent {
    /// Files were deployed.
    Deployed {
        /// The number of the deployment.
        deployment: u64,
        /// The names and digests of the definitions.
        definitions: Vec<(Arc<str>, Digest)>,
    },
    /// A message from outside is kept.
    MessageKept {
        /// Its number.
        number: u64,
        /// Its name.
        name: Arc<str>,
    },
    /// A signal was broadcast from outside.
    SignalBroadcast {
        /// Its number.
        number: u64,
        /// Its name.
        name: Arc<str>,
    },
    /// Several wait for a message that a case has thrown: nobody gets it.
    MessageRefused {
        /// Its number.
        number: u64,
        /// Its name.
        name: Arc<str>,
        /// The case that threw it.
        sender: Option<InstanceId>,
        /// Some of those who wait.
        candidates: Vec<Arc<str>>,
    },
    /// An anchor over all cases was taken.
    Anchored {
        /// The newest position that it covers.
        position: Position,
        /// Its root; zero when it is only begun.
        root: Digest,
    },
    /// Keys of personal data were destroyed.
    Forgotten {
        /// The cases that they belonged to.
        cases: Vec<InstanceId>,
    },
    /// An applicant has answered the survey of a service; nothing says who, or of which case.
    SurveyAnswered {
        /// The definition that the form came with.
        definition: Digest,
        /// The id of the process.
        process: Arc<str>,
        /// The service.
        service: Option<Arc<str>>,
        /// The channel.
        channel: Option<Arc<str>>,
        /// The form.
        form: Arc<str>,
        /// The answers of closed lists, each with the path of its question.
        answers: Vec<(Arc<str>, Arc<str>)>,
    },
    /// A message expired before anybody waited for it.
    MessageExpired {
        /// Its number.
        number: u64,
        /// Its name.
        name: Arc<str>,
    },
}

impl EngineEvent {
    /// The name of the kind, as records carry it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Deployed { .. } => "deployed",
            Self::MessageKept { .. } => "message-kept",
            Self::SignalBroadcast { .. } => "signal-broadcast",
            Self::MessageRefused { .. } => "message-refused",
            Self::Anchored { .. } => "anchored",
            Self::Forgotten { .. } => "forgotten",
            Self::SurveyAnswered { .. } => "survey-answered",
            Self::MessageExpired { .. } => "message-expired",
        }
    }
}

impl Conceal for EngineRecord {
    fn cells(&mut self, visit: &mut dyn FnMut(Cell<'_>)) {
        Arc::make_mut(&mut self.actor).cells(visit);
    }
}

/// Where the records of the engine stand, and what they are sealed with.
#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) version: Version,
    head: Head,
    vault: EngineVault,
}

impl Ledger {
    pub(super) fn empty(keys: &Arc<dyn Keys>) -> Result<Self, StoreError> {
        let policy = Arc::new(Policy::default());
        Ok(Self {
            version: Version::default(),
            head: Head::of_new(ENGINE),
            vault: Vault::new(Arc::clone(keys), policy, ENGINE, Vec::new()).map_err(key_error)?,
        })
    }

    pub(super) async fn load(
        store: &dyn Store,
        keys: &Arc<dyn Keys>,
        seals: bool,
    ) -> Result<Self, StoreError> {
        let policy = if seals {
            Policy::everything()
        } else {
            Policy::default()
        };
        let rows = store.data_keys(vec![ENGINE]).await?;
        let vault = Vault::new(Arc::clone(keys), Arc::new(policy), ENGINE, rows);
        let stored = store.load(vec![ENGINE]).await?.into_iter().next().flatten();
        let (version, head) = match stored {
            Some(stored) if stored.seq > 0 => {
                let (seq, hash) = (stored.seq, stored.hash);
                (stored.version, Head { seq, hash })
            }
            Some(stored) => (stored.version, Head::of_new(ENGINE)),
            None => (Version::default(), Head::of_new(ENGINE)),
        };
        Ok(Self {
            version,
            head,
            vault: vault.map_err(key_error)?,
        })
    }

    /// The stored form of events.
    pub(super) fn records(
        &mut self,
        events: Vec<(Arc<Actor>, EngineEvent)>,
        now: Timestamp,
        changes: &mut Vec<IndexChange>,
    ) -> Result<Vec<EventRecord>, StoreError> {
        let mut records = Vec::with_capacity(events.len());
        for (actor, event) in events {
            let kind = event.kind();
            let version = RECORD_VERSION;
            let record = EngineRecord {
                version,
                actor,
                event,
            };
            let seq = self.head.seq + 1;
            let bytes = self.vault.seal_record(seq, record).map_err(seal_error)?;
            self.head = self.head.after(ENGINE, now.as_micros(), kind, &bytes);
            records.push(EventRecord {
                seq,
                at: now,
                kind: kind.into(),
                bytes,
                hash: self.head.hash,
            });
        }
        changes.extend(self.vault.take_changes());
        Ok(records)
    }

    /// The sealed form of something that is kept outside of cases.
    pub(super) fn seal<T: Serialize>(
        &mut self,
        purpose: &str,
        content: &T,
        changes: &mut Vec<IndexChange>,
    ) -> Result<Vec<u8>, StoreError> {
        let plain = serde_json::to_vec(content).map_err(|error| {
            StoreError::unavailable(format!("{purpose} cannot be encoded: {error}"))
        })?;
        let sealed = self.vault.seal_bytes(purpose, &plain).map_err(seal_error)?;
        changes.extend(self.vault.take_changes());
        Ok(sealed)
    }

    /// What was sealed.
    pub(super) fn open<T: DeserializeOwned>(
        &self,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<T, StoreError> {
        let damaged = |error: String| StoreError::damaged(format!("{purpose}: {error}"));
        let plain = self.vault.open_bytes(purpose, sealed);
        let plain = plain.map_err(|error| damaged(error.to_string()))?;
        let plain = plain.ok_or_else(|| damaged("it was shredded".to_owned()))?;
        serde_json::from_slice(&plain).map_err(|error| damaged(error.to_string()))
    }
}

pub(super) fn key_error(error: KeyError) -> StoreError {
    StoreError::unavailable(format!("data keys: {error}")).caused_by(error)
}

pub(super) fn seal_error(error: SealError) -> StoreError {
    StoreError::unavailable(format!("sealing: {error}")).caused_by(error)
}
