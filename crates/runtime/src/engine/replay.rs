//! Replaying the history of a case: what its records say has to be what is stored.

use reglament_executor::InstanceId;

use super::Engine;
use crate::error::EngineError;
use crate::kernel::Divergence;

impl Engine {
    /// Replays the whole history of a case and compares the result with its stored state. A case of
    /// which data was shredded cannot be replayed and diverges.
    ///
    /// # Errors
    /// [`Refusal::UnknownCase`](crate::Refusal::UnknownCase); when the store fails or a record cannot
    /// be opened.
    pub async fn replay(
        &self,
        instance: InstanceId,
    ) -> Result<Result<(), Divergence>, EngineError> {
        let lease = self.inner.lease()?;
        let reader = self.inner.reader(&lease);
        let replayed = reader.cases().replay(instance).await;
        replayed.map_err(EngineError::from)
    }
}
