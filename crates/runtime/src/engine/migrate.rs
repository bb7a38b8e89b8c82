//! Operators move cases by hand, and have them go on under other versions.

use std::sync::Arc;

use reglament_executor::{Actor, InstanceId, MigrationReport};

use super::Engine;
use crate::command::{CaseModification, Command, Migration};
use crate::error::EngineError;
use crate::store::Digest;

impl Engine {
    /// Moves a case by hand: tasks are withdrawn, elements activated, variables set, as a whole.
    /// `ground` goes into the history.
    ///
    /// # Errors
    /// [`Refusal::Rejected`](crate::Refusal::Rejected) when it makes no sense; see [`Engine::send`].
    pub async fn modify(
        &self,
        instance: InstanceId,
        modification: CaseModification,
        ground: impl Into<Arc<str>>,
        actor: &Arc<Actor>,
    ) -> Result<(), EngineError> {
        let command = Command::Modify {
            instance,
            modification,
            ground: ground.into(),
        };
        self.do_it(command, actor).await
    }

    /// A plan by which the cases of one definition go on under another: what has the same id and kind
    /// is mapped, the rest is listed. It is to be looked at before it is carried out.
    ///
    /// # Errors
    /// [`Refusal::UnknownDefinition`](crate::Refusal::UnknownDefinition).
    pub fn plan_migration(&self, source: Digest, target: Digest) -> Result<Migration, EngineError> {
        self.reading()?.plan_migration(source, target)
    }

    /// Checks a migration against cases, and changes nothing: of each case everything that stands in
    /// the way, as far as it is known now.
    ///
    /// # Errors
    /// A case that is unknown, has ended or runs under another definition; when the store fails.
    pub async fn check_migration(
        &self,
        migration: &Migration,
        cases: &[InstanceId],
    ) -> Result<Vec<(InstanceId, MigrationReport)>, EngineError> {
        let (reader, inner) = (self.reading()?, &self.inner);
        let (zone, calendars) = (&inner.zone, &inner.calendars);
        let now = inner.clock.now();
        let mut reports = Vec::with_capacity(cases.len());
        for case in cases {
            let by = (&**zone, &**calendars);
            let report = reader.check_migration(migration, *case, by, now);
            reports.push((*case, report.await?));
        }
        Ok(reports)
    }

    /// Has a case go on under another definition, or refuses with everything that stands in the way;
    /// nothing is migrated half. The history tells the ground and the version.
    ///
    /// # Errors
    /// [`Refusal::CannotMigrate`](crate::Refusal::CannotMigrate),
    /// [`Refusal::OtherDefinition`](crate::Refusal::OtherDefinition); see [`Engine::send`].
    pub async fn migrate(
        &self,
        instance: InstanceId,
        migration: &Migration,
        actor: &Arc<Actor>,
    ) -> Result<(), EngineError> {
        let command = Command::Migrate {
            instance,
            migration: Box::new(migration.clone()),
        };
        self.do_it(command, actor).await
    }
}
