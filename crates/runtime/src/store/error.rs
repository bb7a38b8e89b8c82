//! When a store cannot do its work.

use std::error::Error;
use std::sync::Arc;

/// A store could not do its work: the disk is full, the file cannot be written, the connection is
/// lost, what is stored is damaged.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    kind: Kind,
    message: Arc<str>,
    #[source]
    source: Option<Arc<dyn Error + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unavailable,
    Unknown,
    Damaged,
}

impl StoreError {
    /// The store cannot be used now; nothing was written.
    #[must_use]
    pub fn unavailable(message: impl Into<Arc<str>>) -> Self {
        Self::new(Kind::Unavailable, message)
    }

    /// The store failed while it wrote: whether the group is there is unknown until it is read again.
    #[must_use]
    pub fn unknown(message: impl Into<Arc<str>>) -> Self {
        Self::new(Kind::Unknown, message)
    }

    /// What is stored is not what was written.
    #[must_use]
    pub fn damaged(message: impl Into<Arc<str>>) -> Self {
        Self::new(Kind::Damaged, message)
    }

    fn new(kind: Kind, message: impl Into<Arc<str>>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// The same error with what led to it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Whether the group may be there although the call failed.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.kind == Kind::Unknown
    }

    /// Whether what is stored is damaged: trying again does not help.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.kind == Kind::Damaged
    }
}
