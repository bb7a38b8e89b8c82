//! Operators: cases go on under another version, forth and back, and tasks are begun again by hand.

use std::sync::Arc;

use super::clients::read;
use super::random::Random;
use super::{Broken, models};
use crate::command::{CaseModification, Command, Migration, NewToken};
use crate::definition::{Definition, Resource};
use crate::store::{CaseStatus, InstanceQuery, MemoryStore, Paging, Store, TaskQuery};

/// What operators do in the worlds that have them.
#[derive(Debug)]
pub(super) struct Operators {
    /// Apart from everything else, so that the other worlds are what they were.
    random: Random,
    /// From each version to the other.
    migrations: [Migration; 2],
}

/// The permit, amended: an inspection comes before the paper, and nobody explains a refusal.
pub(super) fn amended() -> Resource {
    let explain = r#"<sequenceFlow id="r3" sourceRef="No" targetRef="Explain"/>
    <userTask id="Explain"/><sequenceFlow id="r4" sourceRef="Explain" targetRef="Merge"/>"#;
    let amended = models::PERMIT
        .replace(
            explain,
            r#"<sequenceFlow id="r3" sourceRef="No" targetRef="Merge"/>"#,
        )
        .replace(
            r#"<sequenceFlow id="f6" sourceRef="Join" targetRef="Wait"/>"#,
            r#"<sequenceFlow id="f6" sourceRef="Join" targetRef="Inspect"/><userTask id="Inspect"/>
    <sequenceFlow id="f9" sourceRef="Inspect" targetRef="Wait"/>"#,
        );
    Resource::new("permit.bpmn", amended.into_bytes())
}

impl Operators {
    pub(super) fn new(seed: u64, versions: &[Arc<Definition>]) -> Result<Self, Broken> {
        let [source, target] = versions else {
            return Err(Broken::new("the permit has not two versions"));
        };
        let there = Migration::generate(source, target);
        let back = Migration::generate(target, source);
        if there.plan.unmapped.is_empty() || back.plan.unmapped.is_empty() {
            return Err(Broken::new("the versions of the permit do not differ"));
        }
        Ok(Self {
            random: Random(seed ^ 0x0e5a),
            migrations: [there, back],
        })
    }

    /// Now and then a command.
    pub(super) fn command(&mut self, store: &MemoryStore) -> Result<Option<Command>, Broken> {
        match self.random.below(4) {
            0 => self.migrate(store),
            1 => self.begin_again(store),
            _ => Ok(None),
        }
    }

    fn migrate(&mut self, store: &MemoryStore) -> Result<Option<Command>, Broken> {
        let query = InstanceQuery {
            status: Some(CaseStatus::Running),
            process: Some("permit".into()),
            ..InstanceQuery::default()
        };
        let page = read(store.instances(query, Paging::first(20)))?;
        let Some(row) = self.random.pick(&page.items) else {
            return Ok(None);
        };
        let mut migrations = self.migrations.iter();
        let migration = migrations.find(|it| it.source == row.definition);
        Ok(migration.map(|migration| Command::Migrate {
            instance: row.instance,
            migration: Box::new(migration.clone()),
        }))
    }

    /// A task is cancelled and entered again: its reminders begin again with it.
    fn begin_again(&mut self, store: &MemoryStore) -> Result<Option<Command>, Broken> {
        let page = read(store.tasks(TaskQuery::default(), Paging::first(50)))?;
        Ok(self.random.pick(&page.items).map(|task| Command::Modify {
            instance: task.id.instance,
            modification: CaseModification {
                cancel: vec![task.id],
                activate: vec![NewToken::Before {
                    element: Arc::clone(&task.element),
                    scope: None,
                }],
                ..CaseModification::default()
            },
            ground: "a mistake".into(),
        }))
    }
}
