//! Anchors, verification, retention and forgetting.

use std::sync::Arc;

use reglament_executor::{Actor, InstanceId};

use super::Engine;
use crate::command::{Answer, Command, Forget};
use crate::error::EngineError;
use crate::history::audit::{self, AuditError};
use crate::history::{Anchor, Report};
use crate::store::{AnchorRow, Digest, StoreError};

impl Engine {
    /// An anchor over everything that is committed now, to be kept outside. `with_heads` adds the list
    /// of all cases, so that a verification can name what was changed.
    ///
    /// # Errors
    /// When the engine has no keys to sign with, or the store fails.
    pub async fn take_anchor(
        &self,
        with_heads: bool,
        actor: &Arc<Actor>,
    ) -> Result<Anchor, EngineError> {
        let inner = &self.inner;
        let at = inner.clock.now();
        let lease = inner.lease()?;
        let position = lease.store.newest_position().await;
        let position = position.map_err(EngineError::Store)?;
        // Noted before it is made: a case that is erased meanwhile answers for it all the same.
        let begun = AnchorRow {
            position,
            at,
            root: Digest::default(),
        };
        self.do_it(Command::NoteAnchor(begun), actor).await?;
        let anchor = audit::anchor_at(&*lease.store, &*inner.keys, position, at, with_heads).await;
        let anchor = anchor.map_err(|error| match error {
            AuditError::Store(error) => EngineError::Store(error),
            AuditError::Key(error) => {
                let unsigned = StoreError::unavailable("the anchor cannot be signed");
                EngineError::Store(unsigned.caused_by(error))
            }
        })?;
        self.do_it(Command::NoteAnchor(anchor.row()), actor).await?;
        Ok(anchor)
    }

    /// Verifies all histories against anchors that were kept outside. The key is the installation's own;
    /// an auditor who does not trust this program calls [`audit::verify`] with a key of theirs.
    ///
    /// # Errors
    /// When the store fails. What is wrong is in the report.
    pub async fn verify(&self, anchors: Vec<Anchor>) -> Result<Report, EngineError> {
        let key = self.inner.keys.public_key();
        let lease = self.inner.lease()?;
        let report = audit::verify(&*lease.store, anchors, key).await;
        report.map_err(EngineError::Store)
    }

    /// Erases a case that has ended: state, history, rows and keys. A signed tombstone stays, with which
    /// anchors can still be verified. `ground` is the rule of retention, never personal data.
    ///
    /// # Errors
    /// [`Refusal::StillRuns`](crate::Refusal::StillRuns); see [`Engine::send`].
    pub async fn erase(
        &self,
        instance: InstanceId,
        ground: impl Into<Arc<str>>,
        actor: &Arc<Actor>,
    ) -> Result<(), EngineError> {
        let ground = ground.into();
        self.do_it(Command::Erase { instance, ground }, actor).await
    }

    /// Forgets a person in all cases, or everybody in one case: the keys of what is personal are
    /// destroyed. Histories stay valid and read `shredded` there. A case that still runs cannot go on: it
    /// counts as cancelled, and its work leaves the lists. Messages that are kept for the person go. What
    /// was answered under an idempotency key with the name in it stays until its time is over
    /// ([`EngineBuilder::answers_kept`](super::EngineBuilder::answers_kept)). Returns how many cases were
    /// concerned.
    ///
    /// # Errors
    /// See [`Engine::send`].
    pub async fn forget(&self, whom: Forget, actor: &Arc<Actor>) -> Result<u64, EngineError> {
        match self.ask(Command::Forget(whom), actor).await? {
            Answer::Forgotten { cases } => Ok(cases),
            _ => Ok(0),
        }
    }
}
