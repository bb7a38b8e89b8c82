//! A regulation is amended while cases run. A plan says what becomes of what; it is checked against every
//! case before anything moves. What the plan cannot take stays as it is, with the reason.
//!
//! Run it with `cargo run -p reglament-examples --example migration`. At the command line the same is
//! `reglament case migrate` and `reglament case modify`.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reglament::runtime::command::{CaseModification, Migration, NewToken, StartCase};
use reglament::runtime::store::{Digest, Paging, TaskQuery, TaskRow, TermQuery};
use reglament::runtime::{Engine, InstanceId, ManualClock, Refusal, Resource};
use reglament::sqlite::SqliteStore;
use reglament::{Actor, Timestamp};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// An invented regulation: the application is checked while its fee is certified; then a permit is
/// issued, all of it within fifteen calendar days.
const REGULATION: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:reg="urn:reglament:bpmn:1" targetNamespace="urn:example">
  <process id="permit" isExecutable="true">
    <extensionElements><reg:term literal="15 calendar days" kind="calendar days" value="15"
      measures="service"/></extensionElements>
    <startEvent id="Applied"/><parallelGateway id="Fork"/>
    <userTask id="Check" name="Check the application"/>
    <userTask id="Certify" name="Certify the fee"/>
    <parallelGateway id="Join"/><userTask id="Issue" name="Issue the permit"/><endEvent id="Issued"/>
    <sequenceFlow id="f1" sourceRef="Applied" targetRef="Fork"/>
    <sequenceFlow id="f2" sourceRef="Fork" targetRef="Check"/>
    <sequenceFlow id="f3" sourceRef="Fork" targetRef="Certify"/>
    <sequenceFlow id="f4" sourceRef="Check" targetRef="Join"/>
    <sequenceFlow id="f5" sourceRef="Certify" targetRef="Join"/>
    <sequenceFlow id="f6" sourceRef="Join" targetRef="Issue"/>
    <sequenceFlow id="f7" sourceRef="Issue" targetRef="Issued"/>
  </process></definitions>"#;

/// The amendment: a register of fees replaces the certificate, the decision is published before the
/// permit is issued, and ten days are enough.
fn amended() -> String {
    REGULATION
        .replace(
            r#"<userTask id="Certify" name="Certify the fee"/>"#,
            r#"<userTask id="Inquire" name="Inquire of the register of fees"/>
    <userTask id="Publish" name="Publish the decision"/>
    <sequenceFlow id="f8" sourceRef="Publish" targetRef="Issue"/>"#,
        )
        .replace(r#"targetRef="Certify""#, r#"targetRef="Inquire""#)
        .replace(r#"sourceRef="Certify""#, r#"sourceRef="Inquire""#)
        .replace(
            r#"sourceRef="Join" targetRef="Issue""#,
            r#"sourceRef="Join" targetRef="Publish""#,
        )
        .replace("15", "10")
}

/// What happens in the office.
struct Office {
    engine: Engine,
    clerk: Arc<Actor>,
}

impl Office {
    async fn open(folder: &Path) -> Outcome<Self> {
        let clock = ManualClock::new(Timestamp::parse_rfc3339("2026-03-02T10:00:00+05:00")?);
        let store = SqliteStore::open(folder.join("cases.sqlite"))?;
        let engine = Engine::builder(store).clock(Arc::new(clock)).open().await?;
        let clerk = Arc::new(Actor {
            id: "aigul".into(),
            ..Actor::default()
        });
        Ok(Self { engine, clerk })
    }

    async fn deploy(&self, text: &str) -> Outcome<Digest> {
        let file = Resource::new("permit.bpmn", text.as_bytes());
        let deployed = self.engine.deploy(vec![file], &self.clerk).await?;
        let definition = deployed.definitions.first();
        Ok(definition.ok_or("nothing was deployed")?.digest)
    }

    async fn apply(&self) -> Outcome<InstanceId> {
        let start = StartCase {
            process: "permit".into(),
            ..StartCase::default()
        };
        Ok(self.engine.start(start, &self.clerk).await?)
    }

    async fn tasks(&self, case: InstanceId) -> Outcome<Vec<TaskRow>> {
        let query = TaskQuery {
            instance: Some(case),
            ..TaskQuery::default()
        };
        Ok(self.engine.tasks(query, Paging::first(10)).await?.items)
    }

    async fn task(&self, case: InstanceId, element: &str) -> Outcome<TaskRow> {
        let tasks = self.tasks(case).await?.into_iter();
        let found = tasks.into_iter().find(|it| *it.element == *element);
        Ok(found.ok_or(format!("case {case} has no task {element}"))?)
    }

    async fn complete(&self, case: InstanceId, element: &str) -> Outcome<()> {
        let task = self.task(case, element).await?.id;
        let done = self.engine.complete_task(task, Vec::new(), &self.clerk);
        Ok(done.await?)
    }

    /// Where the cases stand, and until when.
    async fn show(&self, cases: &[InstanceId]) -> Outcome<()> {
        for case in cases {
            let names = self.tasks(*case).await?.into_iter();
            let names: Vec<String> = names
                .map(|it| it.name.as_deref().unwrap_or(&it.element).to_owned())
                .collect();
            let query = TermQuery {
                instance: Some(*case),
                ..TermQuery::default()
            };
            let terms = self.engine.terms(query, Paging::first(1)).await?.items;
            let due = terms.first().and_then(|term| term.due);
            let due = due.map_or_else(String::new, |due| format!(", until {due}"));
            println!("  case {case}: {}{due}", names.join(" + "));
        }
        Ok(())
    }

    /// Has the cases go on that the plan takes. Gives those that it does not.
    async fn migrate(
        &self,
        cases: &[InstanceId],
        migration: &Migration,
    ) -> Outcome<Vec<InstanceId>> {
        let mut blocked = Vec::new();
        for case in cases {
            let migrated = self.engine.migrate(*case, migration, &self.clerk).await;
            match migrated.as_ref().map_err(|error| error.refusal()) {
                Ok(()) => println!("  case {case} goes on under the amended regulation"),
                Err(Some(Refusal::CannotMigrate { report, .. })) => {
                    println!("  case {case} stays: {report}");
                    blocked.push(*case);
                }
                Err(_) => migrated?,
            }
        }
        Ok(blocked)
    }
}

async fn run(folder: &Path) -> Outcome<()> {
    let office = Office::open(folder).await?;
    let source = office.deploy(REGULATION).await?;
    let (fresh, certified, checked) = (
        office.apply().await?,
        office.apply().await?,
        office.apply().await?,
    );
    office.complete(certified, "Certify").await?;
    for element in ["Check", "Certify"] {
        office.complete(checked, element).await?;
    }
    let cases = [fresh, certified, checked];
    println!("three cases run:");
    office.show(&cases).await?;

    let target = office.deploy(&amended()).await?;
    let mut migration = office.engine.plan_migration(source, target)?;
    migration.ground = "order 12 of 1 March 2026, clause 2".into();
    println!("the regulation is amended; what has no counterpart by itself:");
    for it in &migration.plan.unmapped {
        println!("  {}: {}", it.id, it.reason);
    }
    println!("what the plan would mean:");
    for (case, report) in office.engine.check_migration(&migration, &cases).await? {
        for problem in &report.problems {
            println!("  case {case}: {} ({})", problem.message, problem.kind);
        }
        for note in &report.notes {
            println!("  case {case}: note: {}", note.message);
        }
    }
    let blocked = office.migrate(&cases, &migration).await?;
    assert_eq!(blocked, [fresh], "only this one is at the repealed step");

    // The certificate is asked of nobody any more: a person says that it is not needed.
    let certificate = office.task(fresh, "Certify").await?.id;
    let modification = CaseModification {
        cancel: vec![certificate],
        activate: vec![NewToken::Over {
            flow: "f5".into(),
            scope: None,
        }],
        ..CaseModification::default()
    };
    let ground = "the certificate is repealed";
    let moved = office
        .engine
        .modify(fresh, modification, ground, &office.clerk);
    moved.await?;
    let blocked = office.migrate(&blocked, &migration).await?;
    assert!(blocked.is_empty(), "nothing stands in its way any more");

    println!("where they stand:");
    office.show(&cases).await?;
    office.complete(fresh, "Check").await?;
    office.complete(certified, "Check").await?;
    office.complete(checked, "Issue").await?;
    for case in [fresh, certified] {
        office.complete(case, "Publish").await?;
        office.complete(case, "Issue").await?;
    }
    for case in cases {
        assert!(office.engine.case(case).await?.status.has_ended());
        office.engine.replay(case).await??;
    }
    println!("all permits are issued, and the histories lead to what is stored");
    office.engine.shutdown(Duration::from_secs(5)).await;
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let name = format!("reglament-migration-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder)?;
    let done = run(&folder).await;
    std::fs::remove_dir_all(&folder)?;
    done
}
