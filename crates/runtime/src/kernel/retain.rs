//! Erasing cases whose time is over.
//!
//! Each period goes through the ended cases in the order of their ends and stops at the first whose time
//! is not over: those that come later ended later. It remembers its place, so a case that is kept longer
//! is looked at once for each period, and not again until the engine is opened the next time.

use reglament_core::timer::{Period, Timestamp};
use reglament_executor::InstanceId;
use std::sync::Arc;

use super::group::Group;
use super::{Config, Failure, Kernel};
use crate::retention::Rule;
use crate::store::{Cursor, InstanceQuery, Paging, StoreError};

/// How many ended cases are looked at in one group.
const PAGE: usize = 64;

/// How many of them are erased in one group: others have to wait for it.
pub const ERASED_LIMIT: usize = 16;

/// A period with its place in the list of ended cases.
#[derive(Debug)]
pub(super) struct Passage {
    period: Period,
    after: Option<Cursor>,
}

impl Passage {
    /// The passages of all periods, at the beginning.
    pub(super) fn all(config: &Config) -> Vec<Self> {
        let periods = config.retention.periods().into_iter();
        periods
            .map(|period| Self {
                period,
                after: None,
            })
            .collect()
    }
}

impl Kernel {
    /// Erases cases whose time is over. Says whether none is left that is known.
    pub(super) async fn retain(
        &mut self,
        group: &mut Group,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut passages = std::mem::take(&mut self.passages);
        let mut left = ERASED_LIMIT;
        let mut done = Ok(true);
        for passage in &mut passages {
            done = self.pass(group, passage, &mut left, now).await;
            if !matches!(done, Ok(true)) {
                break;
            }
        }
        self.passages = passages;
        done
    }

    /// Goes on with one period. Says whether it has come to its end.
    async fn pass(
        &mut self,
        group: &mut Group,
        passage: &mut Passage,
        left: &mut usize,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let query = InstanceQuery {
            ended_until: Some(now),
            ..InstanceQuery::default()
        };
        let paging = Paging {
            after: passage.after.clone(),
            limit: PAGE,
        };
        let page = self.pipe.reading().await?.instances(query, paging).await?;
        let zone = Arc::clone(&self.config.zone);
        for row in &page.items {
            let Some(ended) = row.ended_at else { continue };
            if Rule::ends(&passage.period, ended, &zone) > now {
                return Ok(true);
            }
            let rule = self.config.retention.rule(&row.process);
            let rule = rule.filter(|rule| rule.period == passage.period);
            if let Some(ground) = rule.map(|rule| Arc::clone(&rule.ground)) {
                if *left == 0 {
                    return Ok(false);
                }
                *left -= 1;
                self.erase_over(group, row.instance, &ground, now).await?;
            }
            passage.after = Some(Cursor::of_end(row));
        }
        Ok(page.next.is_none())
    }

    /// Erases a case whose time is over. One that is gone meanwhile, or cannot be read, is passed over.
    async fn erase_over(
        &mut self,
        group: &mut Group,
        instance: InstanceId,
        ground: &Arc<str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match self.erase(group, instance, ground, now).await {
            Ok(_) => {
                tracing::info!(case = %instance, "the time of a case is over: it is erased");
                Ok(())
            }
            Err(Failure::Store(error)) if !error.is_damaged() => Err(error),
            Err(failure) => {
                let error = crate::error::EngineError::from(failure).name();
                tracing::warn!(case = %instance, error, "a case whose time is over is still there");
                Ok(())
            }
        }
    }
}
