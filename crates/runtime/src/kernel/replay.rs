//! Replaying the history of a case: what its records say has to be what is stored.

use std::sync::Arc;

use reglament_executor::InstanceId;
use serde::de::DeserializeOwned;

use super::{CaseReader, Failure};
use crate::case::{Case, CaseRecord};
use crate::error::Refusal;
use crate::history::{Conceal, Opened, Policy, Vault};
use crate::store::{StoreError, StreamEvent};

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

impl CaseReader<'_> {
    /// The records of a case after `after_seq`, opened.
    pub(crate) async fn history(
        &self,
        instance: InstanceId,
        after_seq: u64,
        limit: usize,
    ) -> Result<Vec<(StreamEvent, Opened<CaseRecord>)>, Failure> {
        self.records(instance, after_seq, limit).await
    }

    /// The records of a case, or of the engine itself, after `after_seq`, opened.
    pub(crate) async fn records<R: Conceal + DeserializeOwned>(
        &self,
        instance: InstanceId,
        after_seq: u64,
        limit: usize,
    ) -> Result<Vec<(StreamEvent, Opened<R>)>, Failure> {
        let events = self.store.events(instance, after_seq, limit).await?;
        let rows = self.store.data_keys(vec![instance]).await?;
        let unopened =
            |error: String| StoreError::damaged(format!("history of case {instance}: {error}"));
        let vault = Vault::new(
            Arc::clone(self.keys),
            Arc::new(Policy::default()),
            instance,
            rows,
        );
        let vault = vault.map_err(|error| unopened(error.to_string()))?;
        let open = |event: StreamEvent| {
            let opened = vault.open_record(event.record.seq, &event.record.bytes);
            let opened = opened.map_err(|error| unopened(error.to_string()))?;
            Ok((event, opened))
        };
        events.into_iter().map(open).collect()
    }

    /// Replays the history of a case and compares the result with what is stored.
    pub(crate) async fn replay(
        &self,
        instance: InstanceId,
    ) -> Result<Result<(), Divergence>, Failure> {
        let entries = self.read(&[instance]).await?;
        let entry = entries.into_iter().next().flatten();
        let entry = entry.ok_or(Refusal::UnknownCase(instance))?;
        let mut definition = None;
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
                if let Some(digest) = happened.goes_on_under() {
                    definition = self.catalogue.get(digest);
                }
                let Some(definition) = definition else {
                    return diverges(format!("record {seq}: its definition is not there"));
                };
                let program = &definition.program;
                if let Err(rejection) = replayed.apply(program, event.record.at, happened) {
                    return diverges(format!("record {seq}: {rejection}"));
                }
            }
        }
        replayed.prune(&entry.definition.program);
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
