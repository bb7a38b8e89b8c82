//! Reading the events of all cases as they are committed.

use tokio::sync::watch;

use super::Engine;
use crate::error::EngineError;
use crate::store::{Position, StreamEvent};

/// How many events are read from the store at once.
const PAGE: usize = 256;

/// The events of all cases from a place on. It neither misses an event nor gives one twice; who saves
/// the position of what has been dealt with ([`Command::SaveCursor`](crate::command::Command)) goes on
/// there after a restart.
#[derive(Debug)]
pub struct EventStream {
    engine: Engine,
    position: Position,
    commits: watch::Receiver<u64>,
    read: std::collections::VecDeque<StreamEvent>,
}

impl EventStream {
    /// The position up to which events were given.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// The next event; waits for one when there is none. A position that is not the one before plus
    /// one tells that events in between were erased.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    ///
    /// # Errors
    /// When the store fails, [`EngineError::Closed`] when the engine has ended.
    pub async fn next(&mut self) -> Result<StreamEvent, EngineError> {
        loop {
            if let Some(event) = self.try_next().await? {
                return Ok(event);
            }
            let changed = self.commits.changed().await;
            changed.map_err(|_| EngineError::Closed)?;
        }
    }

    /// The next event; none when everything was given that has been committed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn try_next(&mut self) -> Result<Option<StreamEvent>, EngineError> {
        if self.read.is_empty() {
            self.commits.borrow_and_update();
            let lease = self.engine.inner.lease()?;
            let page = lease.store.stream(self.position, PAGE).await;
            self.read.extend(page.map_err(EngineError::Store)?);
        }
        let event = self.read.pop_front();
        if let Some(event) = &event {
            self.position = event.position;
        }
        Ok(event)
    }
}

impl Engine {
    /// The events of all cases after `after`.
    #[must_use]
    pub fn events(&self, after: Position) -> EventStream {
        EventStream {
            engine: self.clone(),
            position: after,
            commits: self.inner.commits.clone(),
            read: std::collections::VecDeque::new(),
        }
    }
}
