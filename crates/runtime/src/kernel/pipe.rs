//! The way to the store: one commit may be under way, and whoever reads waits for it.
//!
//! While a group is being written, the next one is carried out over the cases in memory. What it needs
//! to read from the store has to be there as if the commit had ended, so [`Pipe::reading`] waits for it;
//! there is no other way to the store from the kernel.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use crate::error::EngineError;
use crate::store::{Batch, Conflict, Position, Store, StoreError};

type Answers = Result<Vec<Result<Position, Conflict>>, StoreError>;

/// The store, with the commit that is under way.
pub(super) struct Pipe {
    store: Arc<dyn Store>,
    commit: Mutex<Commit>,
}

/// Where a commit stands.
enum Commit {
    /// There is none, or what came of it is known.
    None,
    UnderWay(Pin<Box<dyn Future<Output = Answers> + Send>>),
    /// It has ended, and nobody has asked yet.
    Ended(Result<(), EngineError>),
}

impl Pipe {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            commit: Mutex::new(Commit::None),
        }
    }

    /// The store, once the commit under way has ended.
    ///
    /// # Errors
    /// When that commit has failed: what is in memory rests on it, and is worth nothing.
    pub(super) async fn reading(&self) -> Result<&dyn Store, StoreError> {
        self.ended().await;
        match &*self.commit.lock().unwrap_or_else(PoisonError::into_inner) {
            Commit::Ended(Err(_)) => Err(StoreError::unavailable("the commit before has failed")),
            Commit::None | Commit::UnderWay(_) | Commit::Ended(Ok(())) => Ok(&*self.store),
        }
    }

    /// Begins a commit. One that was under way has ended, and somebody knows how.
    pub(super) async fn begin(&self, batches: Vec<Batch>) {
        let commit = if batches.is_empty() {
            Commit::Ended(Ok(()))
        } else {
            let store = Arc::clone(&self.store);
            Commit::UnderWay(Box::pin(async move { store.commit(batches).await }))
        };
        *self.commit.lock().unwrap_or_else(PoisonError::into_inner) = commit;
        // A store begins with its work when it is asked first.
        poll_fn(|context| {
            let _ = self.poll(context);
            Poll::Ready(())
        })
        .await;
    }

    /// Waits until no commit is under way.
    ///
    /// # Cancel safety
    /// Nothing is lost when it is not polled to the end.
    pub(super) async fn ended(&self) {
        poll_fn(|context| self.poll(context)).await;
    }

    /// Waits for the commit under way and says what came of it.
    pub(super) async fn outcome(&self) -> Result<(), EngineError> {
        self.ended().await;
        let mut commit = self.commit.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *commit, Commit::None) {
            Commit::Ended(outcome) => outcome,
            Commit::None | Commit::UnderWay(_) => Ok(()),
        }
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut commit = self.commit.lock().unwrap_or_else(PoisonError::into_inner);
        if let Commit::UnderWay(future) = &mut *commit {
            match future.as_mut().poll(context) {
                Poll::Ready(answers) => *commit = Commit::Ended(judged(answers)),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    }
}

/// What the answers of the store mean for the group.
fn judged(answers: Answers) -> Result<(), EngineError> {
    let answers = answers.map_err(|error| {
        if error.is_unknown() {
            EngineError::Unknown(error)
        } else {
            EngineError::Store(error)
        }
    })?;
    for answer in answers {
        match answer {
            Ok(_) => {}
            Err(Conflict::Fenced { .. }) => return Err(EngineError::Fenced),
            // Only another writer could have changed the version. What was accepted stays.
            Err(conflict) => {
                let error = StoreError::unknown(conflict.to_string());
                return Err(EngineError::Unknown(error));
            }
        }
    }
    Ok(())
}
