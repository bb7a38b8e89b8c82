//! Replaying the history of a case: what its records say has to be what is stored.

use reglament_executor::InstanceId;

use super::Engine;
use crate::case::Case;
use crate::error::{EngineError, Refusal};
use crate::kernel::CaseReader;

/// How many records are read at once.
const PAGE: usize = 512;

/// The records of a case do not lead to what is stored of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("case {instance}: {problem}")]
pub struct Divergence {
    /// The case.
    pub instance: InstanceId,
    /// What does not agree, in words.
    pub problem: String,
}

impl Engine {
    /// Replays the whole history of a case and compares the result with its stored state. A case of
    /// which data was shredded cannot be replayed and diverges.
    ///
    /// # Errors
    /// [`Refusal::UnknownCase`]; when the store fails or a record cannot be opened.
    pub async fn replay(
        &self,
        instance: InstanceId,
    ) -> Result<Result<(), Divergence>, EngineError> {
        let catalogue = self.catalogue();
        let reader = CaseReader {
            store: &*self.inner.store,
            keys: &self.inner.keys,
            catalogue: &catalogue,
        };
        let entries = reader.read(&[instance]).await.map_err(EngineError::from)?;
        let entry = entries.into_iter().next().flatten();
        let entry = entry.ok_or(Refusal::UnknownCase(instance))?;
        let program = &entry.definition.program;
        let diverges = |problem: String| Ok(Err(Divergence { instance, problem }));
        let mut replayed = Case::new(instance);
        let mut seq = 0;
        loop {
            let page = self.history(instance, seq, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for (event, opened) in page {
                seq += 1;
                if event.record.seq != seq {
                    return diverges(format!("record {seq} is missing"));
                }
                let happened = &opened.content.event;
                if let Err(rejection) = replayed.apply(program, event.record.at, happened) {
                    return diverges(format!("record {seq}: {rejection}"));
                }
            }
        }
        replayed.prune(program);
        if let Err(problem) = replayed.state().check() {
            return diverges(problem);
        }
        if replayed.head != entry.case.head {
            return diverges(format!(
                "the records lead to {:?}, stored is {:?}",
                replayed.head, entry.case.head
            ));
        }
        if replayed.instance != entry.case.instance {
            return diverges("the state of the process is another one".to_owned());
        }
        Ok(Ok(()))
    }
}
